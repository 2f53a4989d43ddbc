#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Figures of a program job over a link, beside gdb's own load to the same board.

A board process with loaders; a man in the middle that counts, and that adds a
latency to each way. Both peers write the same images in turn, so that every run
finds a flash that differs everywhere; both times are of the whole process. The
one runs the loader itself and reads back, the other hands the bytes to the board,
which runs the same loader and reads back there.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile

import bench

sys.path.insert(0, f"{bench.SOURCE}/tests/command")

import boardproc
import relay

GDB = "gdb-multiarch"
LATENCIES = (0, 1, 5)	# ms each way
RUNS = 3


def hex_record(kind, at, data):
    raw = bytes([len(data), at >> 8 & 0xFF, at & 0xFF, kind]) + data
    return f":{raw.hex().upper()}{-sum(raw) & 0xFF:02X}\n"


def image(path, base, size, seed):
    """An Intel HEX file, which both peers read."""
    content = bytes((i * 7 + (i >> 8) * 13 + seed * 89 + 1) & 0xFF for i in range(size))
    with open(path, "w", encoding="ascii") as f:
        for at in range(0, size, 32):
            if not (base + at) & 0xFFFF or not at:
                f.write(hex_record(4, 0, (base + at >> 16).to_bytes(2, "big")))
            f.write(hex_record(0, (base + at) & 0xFFFF, content[at:at + 32]))
        f.write(hex_record(1, 0, b""))
    return path


class Run:
    """Times and counts of one peer at one latency."""

    def __init__(self):
        self.wall, self.counts = [], None

    def take(self, command, between):
        self.wall.append(bench.spawn(command)[0])
        self.counts = between.counts

    def text(self, size, page):
        c = self.counts
        total = c.bytes[relay.UP] + c.bytes[relay.DOWN]
        return (f"{statistics.median(self.wall) * 1e3:.0f} ms (min {min(self.wall) * 1e3:.0f}), "
                f"{c.round_trips} round trips = {c.round_trips * 2**20 / size:.0f} per MiB, "
                f"{c.round_trips * page / size:.1f} per page; {total / 1024:.0f} KiB on the wire = "
                f"{total / size:.2f} times the image ({c.bytes[relay.UP] / size:.2f} out, "
                f"{c.bytes[relay.DOWN] / size:.2f} in)")


def directly(program, loader, chip, folder, images):
    """The same job with the chip in the same process."""
    run = [program, "program", "--json", "-l", loader, "-t", f"emu:{chip},store={folder}/direct"]
    bench.spawn([*run, images[0]])
    return statistics.median(bench.spawn([*run, images[(i + 1) % 2]])[0] for i in range(RUNS))


def page_of(program, loader):
    """The unit that the loader's table calls a page."""
    said = subprocess.run([program, "inspect", "--json", loader], check=True, capture_output=True)
    return json.loads(said.stdout)[0]["device"]["page_size"]


def over_the_link(program, name, loader, chip, base, size):
    page = page_of(program, loader)
    with tempfile.TemporaryDirectory() as folder:
        images = [image(f"{folder}/{i}.hex", base, size, i) for i in range(2)]
        print(f"{name}, {size // 1024} KiB in pages of {page}: on emu directly "
              f"{directly(program, loader, chip, folder, images) * 1e3:.0f} ms")
        with boardproc.Board(f"emu:{chip},store={folder}/chip", "-l", loader,
                          program=program) as board, \
                relay.Relay("127.0.0.1", board.port) as between:
            ours = [program, "program", "--json", "-l", loader, "-t", f"gdb:{between.address}",
                    "--chip", chip]
            theirs = [GDB, "-nx", "-batch", "-iex", "set architecture armv7e-m",
                      "-ex", f"target remote {between.address}", "-ex"]
            for latency in LATENCIES:
                between.set(delay=latency / 1000)
                a, b = Run(), Run()
                # With a latency, that is what is measured, and it does not vary.
                for _ in range(1 if latency else RUNS):
                    a.take([*ours, images[0]], between)
                    b.take([*theirs, f"load {images[1]}"], between)
                ma, mb = statistics.median(a.wall), statistics.median(b.wall)
                print(f"  {latency} ms each way: stoker program {a.text(size, page)}\n"
                      f"    {GDB} load {b.text(size, page)}\n    {ma / mb:.2f} times")
            said = json.loads(subprocess.run([*ours, images[0]], check=True,
                                             capture_output=True).stdout)
            print(f"  as the report counts them: {said.get('link')}")


def main():
    with tempfile.TemporaryDirectory() as dest:
        program = bench.install(dest)
        over_the_link(program, "G431, our FLM", f"{bench.OUT}/g431.FLM", "stm32g431cb",
                      0x08000000, 128 * 1024)
        over_the_link(program, "H743 + W25Q128, our stldr", f"{bench.OUT}/h743-w25q128.stldr",
                      "stm32h743ii", 0x90000000, 1024 * 1024)


if __name__ == "__main__":
    os.environ.setdefault("XDG_STATE_HOME", tempfile.gettempdir())
    sys.exit(main())
