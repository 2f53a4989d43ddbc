#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Killed at any moment, a swap or a restore leaves the old bytes or the new ones.

At each of their calls that change a disk, in several ways, then at random
moments. Right after each death: every file of the install is as it was or as it
is to be, whole, and nothing but our own names lies beside. After the next run:
what lines told is so, all is as it is to be, and nothing is left beside it.
"""
import hashlib
import os
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time

import die

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/command"))
import installs	 # noqa: E402

KILLS = int(os.environ.get("KILLS", "160"))
SEED = 20261121
BESIDE = re.compile(r"\.stoker-(new|kept|found)-[0-9]+$")
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def told(path):
    """All that a swap must bring back; of a folder, its times change with each name."""
    s = os.lstat(path)
    if stat.S_ISLNK(s.st_mode):
        return s.st_mode, os.readlink(path)
    if stat.S_ISDIR(s.st_mode):
        return s.st_mode, None
    data = pathlib.Path(path).read_bytes()
    return s.st_mode, s.st_uid, s.st_gid, s.st_mtime_ns, hashlib.sha256(data).hexdigest()


def everything(folder):
    """path -> told() of all below, and the names of ours that lie beside."""
    found, beside = {}, set()
    for top, folders, files in os.walk(folder):
        ours = {name for name in folders + files if BESIDE.search(name)}
        beside |= {os.path.join(top, name) for name in ours}
        folders[:] = [name for name in folders if name not in ours]
        for name in folders + [name for name in files if name not in ours]:
            path = os.path.join(top, name)
            found[os.path.relpath(path, folder)] = told(path)
    return found, beside


def remove(path):
    """Also what denies to be written."""
    subprocess.run(["rm", "-rf", path], check=True)


class Scene:
    """An install and a database, and what one command makes of them."""

    def __init__(self, work, name, command, lies=True):
        self.work, self.name, self.command = work, name, command
        self.ide = work / "ide"
        self.start = work / f"start-{name}"
        self.env = dict(os.environ, STOKER_DB=str(work / "db/loaders.db"))
        # Is anything of ours to lie beside when all is done?
        self.lies = lies
        self.turns = self.deaths = self.undone = 0

    def stoker(self, *args, code=0):
        done = subprocess.run([die.STOKER, *map(str, args)], env=self.env, check=False,
                              capture_output=True, text=True)
        if done.returncode != code:
            sys.exit(f"{self.name}: {args} ended with {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def keep(self):
        """What lies there now is where each turn begins; what the command makes of it, its end."""
        remove(self.start)
        self.start.mkdir()
        for part in ("ide", "db"):
            subprocess.run(["cp", "-a", self.work / part, self.start], check=True)
        self.before, _ = everything(self.ide)
        self.calls = die.count(self.command, env=self.env)
        self.after, beside = everything(self.ide)
        if self.after != self.wanted() or bool(beside) != self.lies:
            self.fail("left alone", f"it is not as it shall be; beside it: {beside}")
        self.start_over()

    def wanted(self):
        """What the command shall make of the install, told by other means."""
        if self.command[0] == "restore":
            return self.original
        after = dict(self.before)
        if "--all" in self.command:
            for path in after:
                build = self.work / "builds" / os.path.basename(path)
                if build.exists():
                    after[path] = after[path][:4] + (told(build)[4],)
            return after
        old, = (self.work / "old/plugins").glob("*/tools")
        new, = (self.ide / "plugins").glob("*/tools")
        top = os.path.relpath(new, self.ide)
        after = {p: t for p, t in after.items() if p != top and not p.startswith(top + "/")}
        return after | {top: told(old)} | {f"{top}/{p}": t for p, t in everything(old)[0].items()}

    def start_over(self):
        for part in ("ide", "db"):
            remove(self.work / part)
            subprocess.run(["cp", "-a", self.start / part, self.work], check=True)

    # ---- what must hold ---------------------------------------------------

    def fail(self, what, why):
        sys.exit(f"{self.name}, {what}: {why}")

    def check_whole(self, what):
        """Each file alone is as before or as after."""
        now, _ = everything(self.ide)
        for path in set(now) | set(self.before) | set(self.after):
            if now.get(path) not in (self.before.get(path), self.after.get(path)):
                self.fail(what, f"{path} is {now.get(path)}: neither as it was nor as it shall be")

    def check_told(self, what, out):
        """What was told is done and recorded, before any next run."""
        lines = re.findall(r"(?m)^(?:swapped|restored) (.*) \(swap ([0-9]+)\)$", out)
        ids = [int(n) for _, n in lines]
        for path, _ in lines:
            at = os.path.relpath(path, self.ide)
            if told(path) != self.after[at]:
                self.fail(what, f"{path} was told, and is not there")
        with sqlite3.connect(self.work / "db/loaders.db") as db:
            done = {row[0] for row in db.execute(
                "SELECT swap FROM swap_state WHERE state = 'done' UNION SELECT restores FROM swap"
                " JOIN swap_state t ON t.swap = swap.id AND t.state = 'done'")}
        db.close()
        if set(ids) - done:
            self.fail(what, f"{ids} were told, {done} are recorded")

    def check_next(self, what, out, back):
        """@back: the next run is another command, which puts all of it back."""
        self.turns += 1
        self.check_whole(what)
        self.check_told(what, out)
        if back:
            done = self.stoker("restore", "--all", "--yes")
            wanted, lies = self.original, False
        else:
            done = self.stoker(*self.command)
            wanted, lies = self.after, self.lies
        self.undone += "is undone now" in done.stderr
        now, beside = everything(self.ide)
        if now != wanted:
            self.fail(what, "the next run leaves other bytes: " + ", ".join(
                p for p in set(now) | set(wanted) if now.get(p) != wanted.get(p)))
        # A tree that somebody had changed is kept by a restore.
        if beside and not lies and not all("found" in path for path in beside):
            self.fail(what, f"beside it is left {beside}")
        self.stoker("db", "check")

    # ---- deaths -----------------------------------------------------------

    def turn(self, n, how):
        self.start_over()
        code, out, err = die.run(self.command, n, how, env=self.env)
        what = f"{how} at call {n} of {self.calls}"
        if how in ("eio", "enospc"):
            if code not in (0, 5) or (code == 5 and not re.search(r"(?m)^stoker \w+: .+\w", err)):
                self.fail(what, f"it ended with {code}: {err}")
            self.check_whole(what)
        elif not die.died(code):
            self.fail(what, f"it ended with {code}: {err}")
        self.deaths += die.died(code)
        self.check_next(what, out, n % 2)

    def at_calls(self, hows, stride=1):
        for how in hows:
            for n in range(1, self.calls + 1):
                if n % stride == 0 or n == self.calls:
                    self.turn(n, how)

    def at_random_moments(self, kills):
        noise = random.Random(SEED)
        self.start_over()
        begin = time.monotonic()
        self.stoker(*self.command)
        length = time.monotonic() - begin
        for n in range(kills):
            self.start_over()
            with subprocess.Popen([die.STOKER, *map(str, self.command)], env=self.env,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as p:
                time.sleep(noise.random() * length)
                p.send_signal(signal.SIGKILL)
                out, _ = p.communicate()
            self.deaths += die.died(p.returncode)
            self.check_next(f"kill {n} (seed {SEED})", out[:out.rfind("\n") + 1], n % 2)


# ---- the scenes ------------------------------------------------------------

def pin(db, data, device, name):
    """That build is what cubeide takes for that device, under that name."""
    with sqlite3.connect(db) as c:
        c.execute("INSERT INTO pin (tool, range, device, build, why, made) SELECT 'cubeide', '',"
                  " ?, id, ?, 1 FROM build WHERE sha256 = ?",
                  (device, name, hashlib.sha256(data).hexdigest()))
    c.close()


def make(work, files):
    """An install, another one with @files more in its programmer, and a database with pins."""
    installs.cubeide(work / "ide", "1.8.0", installs.STAMP_180)
    old = installs.cubeide(work / "old", "1.7.0", installs.STAMP_170)
    tools, = (old / "plugins").glob("*/tools")
    for n in range(files):
        installs.write(tools / f"lib/{n % 7}/file-{n}", f"{n}\n" * n, 0o755 if n % 3 else 0o444)
    os.symlink("file-0", tools / "lib/0/link")
    (work / "db").mkdir()
    builds = work / "builds"
    builds.mkdir()
    env = dict(os.environ, STOKER_DB=str(work / "db/loaders.db"))
    for path in work.glob("ide/plugins/*/tools/bin/ExternalLoader/*H7*.stldr"):
        data = path.read_bytes() + b"another build"
        path.chmod(0o640)
        os.utime(path, ns=(10**18, 1234567890123456789))
        (builds / path.name).write_bytes(data)
        subprocess.run([die.STOKER, "db", "import", builds / path.name], env=env, check=True,
                       capture_output=True)
        pin(work / "db/loaders.db", data, path.stem.split("_")[1], path.name)


def scene(work, name, command, before=(), lies=False):
    s = Scene(work, name, command, lies)
    s.original, _ = everything(s.ide)
    for other in before:
        s.stoker(*other)
    s.keep()
    return s


def scenes(work):
    """Each begins where no swap holds, and leaves it so."""
    ide = work / "ide"
    swap = ["swap", ide, "--all", "--yes"]
    tree = ["swap", ide, "--programmer-from", work / "old", "--yes"]
    restore = ["restore", "--all", "--yes"]
    for name, command, before, lies in (("swap", swap, [], False),
                                        ("restore", restore, [swap], False),
                                        ("tree swap", tree, [], True),
                                        ("tree restore", restore, [tree], False)):
        s = scene(work, name, command, before, lies)
        yield s
        s.start_over()
        s.stoker("restore", "--all", "--yes")


def work_in(files, name):
    work = pathlib.Path(tempfile.mkdtemp(prefix=f"stoker-{name}-", dir=MEMORY)).resolve()
    make(work, files)
    return work


def main():
    turns = deaths = undone = 0
    for files, tried in ((12, lambda s: (s.at_calls(("kill",)),
                                         s.at_calls(("after", "torn", "eio", "enospc"), 9))),
                         (500, lambda s: s.at_random_moments(KILLS // 4))):
        work = work_in(files, "kill-swap")
        try:
            for s in scenes(work):
                begin = time.monotonic()
                tried(s)
                print(f"{s.name}, {files} files: {s.calls} calls, {s.turns} turns, {s.deaths} killed,"
                      f" {s.undone} undone, {time.monotonic() - begin:.0f} s", flush=True)
                turns, deaths, undone = turns + s.turns, deaths + s.deaths, undone + s.undone
        finally:
            remove(work)
    print(f"{turns} turns, {deaths} killed, {undone} undone by the next run: every file was old or new")


main()
