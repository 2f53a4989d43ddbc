#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""One board, hosts that die: at any time, and at every packet of a job.

A board process keeps its flash; `stoker program` comes to it through the gdb
target and is killed (SIGKILL) at a random moment, is killed as a certain packet
passes a man in the middle, or has its connection cut there, behind a packet or
in the midst of one, in either direction. Then the board itself is killed and
started again on its store. Each time: no run that was killed or failed may have
reported success, a run that reports success has written every byte, and the
next run ends verified. The flash is read by a client of its own, with what lies
before and behind the image.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.environ["top_srcdir"] + "/tests/command")

import boardproc
import harness
import relay
from relay import DOWN, UP

KILLS = int(os.environ.get("KILLS", "1000"))
STEP = int(os.environ.get("STEP", "1"))	# every packet, or every n-th
BOARD_KILLS = int(os.environ.get("BOARD_KILLS", "40"))
SEED = 20261121
PAGE = harness.PAGE
START = harness.FLASH + 4 * PAGE
TIMEOUT = 120


class Wrong(Exception):
    pass


class Bench:
    """A board with a used flash, and a host that programs it."""

    def __init__(self, folder, name, pages, seed):
        self.folder = f"{folder}/{name}"
        os.mkdir(self.folder)
        self.env = dict(os.environ, XDG_STATE_HOME=self.folder, HOME=self.folder)
        self.rng, self.pages = random.Random(seed), pages
        self.store = f"{self.folder}/chip"
        self.board = boardproc.Board(f"emu:stm32g431cb,store={self.store}", env=self.env)
        self.image, self.content = f"{self.folder}/image.bin", b""
        # What nobody may touch, before and behind.
        self.before, self.behind = self.rng.randbytes(2 * PAGE), self.rng.randbytes(2 * PAGE)
        for start, data in ((START - 2 * PAGE, self.before), (START + pages * PAGE, self.behind)):
            with open(self.image, "wb") as f:
                f.write(data)
            self.check(self.run(base=start), "before any kill")
        self.new_image()
        self.next("before any kill")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.board.__exit__()

    def new_image(self):
        self.content = self.rng.randbytes(self.pages * PAGE)
        with open(self.image, "wb") as f:
            f.write(self.content)

    def command(self, address, base):
        return [os.environ["STOKER"], "program", "--json", self.image, "--base", hex(base), "-l",
                harness.G4, "-t", f"gdb:{address}", "--chip", "stm32g431cb"]

    def begin(self, address=None, base=START):
        return subprocess.Popen(self.command(address or self.board.address, base),
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.env)

    def end(self, process):
        """(exit code, what it said, stderr); success on paper without exit 0 is a lie too."""
        try:
            out, err = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired as e:
            process.kill()
            raise Wrong(f"it hangs: {process.communicate()}") from e
        try:
            said = json.loads(out)
        except ValueError:
            said = {"ok": False}
        return process.returncode, said, err.decode(errors="replace")

    def run(self, **how):
        return self.end(self.begin(**how))

    def check(self, run, when):
        code, said, err = run
        if code or not said["ok"] or not said["verified"]:
            raise Wrong(f"{when}: exit code {code}: {err}")

    def duration(self):
        """Of a run that nothing is done to."""
        took = []
        for _ in range(5):
            self.new_image()
            begin = time.monotonic()
            self.check(self.run(), "before any kill")
            took.append(time.monotonic() - begin)
        return statistics.median(took)

    def look(self, when):
        size = (self.pages + 4) * PAGE
        held = self.board.read(START - 2 * PAGE, size)
        if held[:2 * PAGE] != self.before or held[-2 * PAGE:] != self.behind:
            raise Wrong(f"{when}: pages that are not the image's have changed")
        return held[2 * PAGE:-2 * PAGE] == self.content

    def interrupted(self, run, when):
        """What came of a run that something was done to; True: it had reported success."""
        code, said, err = run
        if code in (0, 4, -9):
            if code == 0 or said["ok"]:
                if not self.look(when):
                    raise Wrong(f"{when}: success was reported (exit code {code}), and the flash "
                                f"differs")
                return True
            return False
        raise Wrong(f"{when}: exit code {code}: {err}")

    def next(self, when):
        self.check(self.run(), f"{when}, the run after")
        if not self.look(when):
            raise Wrong(f"{when}: the run after was verified, and the flash differs")


def at_any_time(folder, figures):
    with Bench(folder, "any-time", 6, SEED) as b:
        limit = b.duration()
        reported = 0
        for turn in range(KILLS):
            b.new_image()
            p = b.begin()
            time.sleep(b.rng.uniform(0, limit))
            p.kill()
            reported += b.interrupted(b.end(p), f"random kill {turn}")
            b.next(f"random kill {turn}")
        said, code = b.board.stop()
        if code:
            raise Wrong(f"the board ended with {code}: {said[-2000:]}")
        held = boardproc.stored(b.store, "FLASH")
        if held[4 * PAGE:10 * PAGE] != b.content:
            raise Wrong("the store differs from the last image")
    figures["random kills"] = f"{KILLS}, {reported} of them after the report"


def through(b, between, when, **how):
    """One run through @between; True: it reported success."""
    between.set(**how)
    b.new_image()
    run = b.end(b.begin(between.address))
    between.alone.wait()	# the board has one client at a time
    return b.interrupted(run, when)


def packets_of_a_job(b, between):
    between.set()
    b.new_image()
    b.check(b.run(address=between.address), "through the relay")
    return dict(between.counts.packets)


def killer(b, between, way, n):
    """As the n-th packet that way passes, the host dies."""
    held = []

    def at(way_now, n_now, _):
        if (way_now, n_now) == (way, n):
            held[0].kill()
    between.set(at=at)
    b.new_image()
    held.append(b.begin(between.address))
    run = b.end(held[0])
    between.alone.wait()
    return run


def at_every_packet(folder, figures):
    with Bench(folder, "every-packet", 2, SEED + 1) as b, \
            relay.Relay("127.0.0.1", b.board.port) as between:
        packets = packets_of_a_job(b, between)
        cuts = kills = reported = 0
        for way in UP, DOWN:
            for n in range(1, packets[way] + 1, STEP):
                for whole in True, False:
                    when = f"cut {way} at packet {n}, {'whole' if whole else 'in its midst'}"
                    reported += through(b, between, when, cut=(way, n, whole))
                    b.next(when)
                    cuts += 1
                when = f"killed at packet {n} {way}"
                reported += b.interrupted(killer(b, between, way, n), when)
                b.next(when)
                kills += 1
    figures["packets of a job"] = f"{packets[UP]} up, {packets[DOWN]} down"
    figures["cuts at a packet"] = f"{cuts}"
    figures["kills at a packet"] = f"{kills}; {reported} of both after the report"


def the_board_dies(folder, figures):
    with Bench(folder, "board", 6, SEED + 2) as b:
        limit = b.duration()
        failed = 0
        for turn in range(BOARD_KILLS):
            when = f"kill {turn} of the board"
            b.new_image()
            p = b.begin()
            time.sleep(b.rng.uniform(0, limit))
            b.board.kill()
            code, said, err = b.end(p)
            b.board.start()
            failed += not b.interrupted((code, said, err), when)
            b.next(when)
    figures["kills of the board"] = f"{BOARD_KILLS}, {failed} of them in the midst of a job"


def guarded(part, folder, figures, wrong):
    try:
        part(folder, figures)
    except Exception as e:	# pylint: disable=broad-except
        wrong.append(f"{part.__name__}: {type(e).__name__}: {e}")


def main():
    figures, wrong = {}, []
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="stoker-kill-") as folder:
        # The host and the board take turns: two benches keep two processors busy.
        first = threading.Thread(target=guarded, args=(at_any_time, folder, figures, wrong))
        first.start()
        guarded(at_every_packet, folder, figures, wrong)
        guarded(the_board_dies, folder, figures, wrong)
        first.join()
    for name, text in figures.items():
        print(f"{name}: {text}")
    print(f"seed {SEED}, {time.monotonic() - begin:.0f} s")
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
