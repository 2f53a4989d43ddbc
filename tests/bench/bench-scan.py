#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Figures of 'stoker toolchain scan', beside find and sha256sum over the same files."""

import os
import statistics
import sys
import tempfile

import bench

STAMPS = ("2.0.100.202110141430", "2.0.200.202202231230", "2.0.500.202209151145",
          "2.0.600.202301161003", "2.1.0.202305091550")
PLUGIN = "plugins/com.st.stm32cube.ide.mcu.externaltools.cubeprogrammer.linux64_"
LOADERS = "( -name *.stldr -o -name *.FLM )".split()


def ides(folder, files, loaders):
    """Five STM32CubeIDEs of together @files files, @loaders of them loaders; MiB of these."""
    sources = bench.loaders_in(bench.OUT)
    content = []
    for path in sources:
        with open(path, "rb") as f:
            content.append(f.read())
    size = 0
    for i in range(files):
        ide = f"{folder}/stm32cubeide_1.{8 + i % 5}.0"
        tools = f"{ide}/{PLUGIN}{STAMPS[i % 5]}/tools"
        if i < loaders:
            where, data = f"{tools}/bin/ExternalLoader", content[i % len(content)] + b"%06d" % i
            name = f"{i:05}.stldr"
            size += len(data)
        else:
            where = f"{ide}/plugins/other_{i % 37}/{i % 11}" if i % 2 else f"{tools}/lib/{i % 23}"
            name, data = f"{i:05}.html", b"no loader\n"
        os.makedirs(where, exist_ok=True)
        with open(f"{where}/{name}", "wb") as f:
            f.write(data)
    return size / 2**20


def scan(program, files, loaders, runs=15):
    with tempfile.TemporaryDirectory() as folder:
        size = ides(folder, files, loaders)
        ours = [program, "toolchain", "scan", "--json", "--files", folder]
        # None is there: what the home of who runs this holds does not count.
        os.environ["STOKER_DB"] = f"{folder}/none.db"
        theirs = ["find", folder, *LOADERS, "-exec", "sha256sum", "{}", "+"]
        a, b, peak = [], [], 0
        for _ in range(runs):
            seconds, kib = bench.spawn(ours)
            a.append(seconds)
            peak = max(peak, kib)
            b.append(bench.spawn(theirs)[0])
    ma, mb = statistics.median(a), statistics.median(b)
    print(f"toolchain scan --files of {files} files, {loaders} loaders of {size:.1f} MiB: "
          f"{ma * 1e3:.0f} ms (min {min(a) * 1e3:.0f}), find and sha256sum {mb * 1e3:.0f} ms "
          f"(min {min(b) * 1e3:.0f}): {ma / mb:.2f} times, peak {peak / bench.KIB:.1f} MiB")


def main():
    with tempfile.TemporaryDirectory() as dest:
        program = bench.install(dest)
        scan(program, 20000, 1000)
        scan(program, 20000, 20000)


if __name__ == "__main__":
    sys.exit(main())
