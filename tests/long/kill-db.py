#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Killed at any moment, an import loses nothing that it told, and keeps nothing by halves.

First at each of its calls that change a disk, before it and halfway through it,
then with each of those calls failing, then at random moments. After each: "db
check" is clean, every file that a line named is there, the next import completes.
"""
import contextlib
import hashlib
import os
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import die

LOADERS = pathlib.Path(os.environ["top_builddir"]) / "tests/loaders/out"
KILLS = int(os.environ.get("KILLS", "1000"))
SEED = 20261121
FILES = 66	# two batches of an import
# What waits for a disk has no part in this: SIGKILL leaves what was written.
ROOM = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def fill(folder):
    """Our smallest loaders, and files that begin like them, which are kept as well."""
    folder.mkdir()
    ours = sorted((p for p in LOADERS.iterdir() if p.suffix in (".FLM", ".stldr")),
                  key=lambda p: (p.stat().st_size, p.name))[:8]
    for n in range(FILES):
        source = ours[n % len(ours)]
        data = source.read_bytes()[:None if n % 9 == 0 else 150]
        (folder / f"{n:03}{source.suffix}").write_bytes(data + b"%d" % n)


class Test:
    def __init__(self, work):
        self.work = work
        self.folder = work / "loaders"
        self.base = work / "base"
        self.db = work / "db"
        fill(self.folder)
        self.env = dict(os.environ, STOKER_DB=str(self.db / "loaders.db"))
        self.lost = self.turns = self.deaths = 0

    def start_over(self, from_base):
        shutil.rmtree(self.db, ignore_errors=True)
        if from_base:
            shutil.copytree(self.base, self.db)

    def stoker(self, *args):
        return subprocess.run([die.STOKER, *map(str, args)], env=self.env, check=False,
                              capture_output=True, text=True)

    def kept(self):
        """As another program reads it."""
        if not (self.db / "loaders.db").exists():
            return set()
        with contextlib.closing(sqlite3.connect(self.db / "loaders.db")) as db:
            if not db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'build'").fetchone():
                return set()
            return {sha256[:12] for sha256, in db.execute("SELECT sha256 FROM build")}

    def check(self, what, told):
        """@told: stdout of the import that was ended."""
        self.turns += 1
        if (self.db / "loaders.db").exists():
            # One that died before its first commit may be without tables: still ours.
            done = self.stoker("db", "check")
            if done.returncode:
                sys.exit(f"{what}: check says\n{done.stdout}{done.stderr}")
        lines = re.findall(r"(?m)^(?:new|known) +([0-9a-f]{12})  (/.*?)(?:  \(.*)?$", told)
        kept = self.kept()
        for digest, path in lines:
            if digest not in kept:
                sys.exit(f"{what}: {path} was told and is lost")
            data = pathlib.Path(path).read_bytes()
            if not hashlib.sha256(data).hexdigest().startswith(digest):
                sys.exit(f"{what}: {path} was told with another digest")
        done = self.stoker("db", "import", self.folder)
        if done.returncode or f"{FILES - len(kept)} new, {len(kept)} known" not in done.stdout:
            sys.exit(f"{what}: the next import: {done.stdout[-300:]}{done.stderr}")

    def at_calls(self, from_base, hows):
        self.start_over(from_base)
        count = die.count(["db", "import", self.folder], env=self.env)
        for how in hows:
            for n in range(1, count + 1):
                self.start_over(from_base)
                code, out, err = die.run(["db", "import", self.folder], n, how, env=self.env)
                what = f"{how} at call {n} of {count}"
                if how in ("eio", "enospc"):
                    self.failed(what, code, err)
                elif not die.died(code):
                    sys.exit(f"{what}: it ended with {code}: {err}")
                self.deaths += die.died(code)
                self.check(what, out)
        return count

    @staticmethod
    def failed(what, code, err):
        """It may do without that call; else it says where and why."""
        if code not in (0, 5) or (code == 5 and
                                  not re.search(r"(?m)^stoker db: .* '/.+'.*: \w+", err)):
            sys.exit(f"{what}: it ended with {code}: {err}")

    def at_random_moments(self, kills):
        noise = random.Random(SEED)
        begin = time.monotonic()
        self.start_over(False)
        self.stoker("db", "import", self.folder)
        length = time.monotonic() - begin
        for n in range(kills):
            self.start_over(n % 2)
            with subprocess.Popen([die.STOKER, "db", "import", str(self.folder)], env=self.env,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as p:
                time.sleep(noise.random() * length)
                p.send_signal(signal.SIGKILL)
                out, _ = p.communicate()
            self.deaths += die.died(p.returncode)
            # A line may be cut short by the kill.
            self.check(f"kill {n} (seed {SEED})", out[:out.rfind("\n") + 1])

    def run(self):
        self.base.mkdir()
        half = self.work / "half"
        half.mkdir()
        for path in sorted(self.folder.iterdir())[:FILES // 2]:
            shutil.copy(path, half)
        env = dict(self.env, STOKER_DB=str(self.base / "loaders.db"))
        # Under their names in the folder, so that it is known where it was seen.
        subprocess.run([die.STOKER, "db", "import", *sorted(map(str, half.iterdir()))],
                       env=env, check=True, capture_output=True)
        for from_base in (False, True):
            hows = ("kill", "torn", "eio", "enospc")
            n = self.at_calls(from_base, hows)
            print(f"{'on' if from_base else 'without'} a database, at each of {n} calls: "
                  f"{', '.join(hows)}", flush=True)
        self.at_random_moments(KILLS)
        print(f"{self.turns} turns, {self.deaths} killed: nothing told was lost")


def main():
    with tempfile.TemporaryDirectory(prefix="stoker-kill-db-", dir=ROOM) as work:
        Test(pathlib.Path(work)).run()


main()
