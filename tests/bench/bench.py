#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Figures of an installed build, beside a peer's in the same run.

Nothing here passes or fails: timings are for reading. Alternating runs, so
that both sides see the same machine; medians, with the spread.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

BUILD, SOURCE = os.environ["top_builddir"], os.environ["top_srcdir"]
CORPUS = os.environ.get("STOKER_CORPUS", "")
OUT = f"{BUILD}/tests/loaders/out"
KIB = 1024


def install(dest):
    subprocess.run(["make", "-s", "-C", BUILD, "install", f"DESTDIR={dest}"], check=True,
                   stdout=subprocess.DEVNULL)
    for folder, _, files in os.walk(dest):
        if "libstoker.so" in files:
            lib = folder
        if "stoker" in files and folder.endswith("/bin"):
            program = f"{folder}/stoker"
    os.environ.update(LD_LIBRARY_PATH=lib, STOKER_MODULE_DIR=f"{lib}/stoker")
    return program


def spawn(command, allowed=(0,)):
    """Wall seconds and peak KiB of one whole process, or of the largest it waited for."""
    null = os.open(os.devnull, os.O_RDWR)
    begin = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=[
        (os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)])
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - begin
    os.close(null)
    if os.waitstatus_to_exitcode(status) not in allowed:
        raise SystemExit(f"bench: {' '.join(command)} ended with status {status}")
    return seconds, usage.ru_maxrss


def versus(name, ours, theirs, runs):
    a, b = [], []
    for _ in range(runs):
        a.append(spawn(ours)[0])
        b.append(spawn(theirs)[0])
    ma, mb = statistics.median(a), statistics.median(b)
    print(f"{name}: {ma * 1e3:.2f} ms (min {min(a) * 1e3:.2f}), {theirs[0]} "
          f"{mb * 1e3:.2f} ms (min {min(b) * 1e3:.2f}): {ma / mb:.2f} times")


def many(program, loader):
    with tempfile.TemporaryDirectory() as folder:
        with open(loader, "rb") as f:
            content = f.read()
        names = []
        for i in range(200):
            names.append(f"{folder}/loader-{i}.FLM")
            with open(names[-1], "wb") as f:
                f.write(content)
        times = [spawn([program, "inspect", "--json", *names])[0] for _ in range(9)]
    print(f"inspect of 200 loaders in one call: {statistics.median(times) * 1e3:.1f} ms")


def loaders_in(folder):
    return sorted(os.path.join(path, name) for path, _, names in os.walk(folder)
                  for name in names if name.lower().endswith((".flm", ".stldr")))


def distinct(folder, count):
    """Loaders of the corpus and ours, over and over; a number behind the last section."""
    sources = loaders_in(f"{CORPUS}/loaders") if CORPUS else []
    sources += loaders_in(OUT)
    paths, size = [], 0
    for i in range(count):
        source = sources[i % len(sources)]
        with open(source, "rb") as f:
            content = f.read() + b"%06d" % i
        os.makedirs(f"{folder}/{i % 37:02}", exist_ok=True)
        paths.append(f"{folder}/{i % 37:02}/{i:04}-{os.path.basename(source)}")
        with open(paths[-1], "wb") as f:
            f.write(content)
        size += len(content)
    return paths, size


def folders(program, count=1000, runs=21):
    """Against sha256sum over the same files, both on two processors."""
    processors = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(processors)[:2])
    with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile("w") as names:
        paths, size = distinct(folder, count)
        names.write("".join(f"{path}\n" for path in paths))
        names.flush()
        digest = ["xargs", "-a", names.name, "-d", "\\n", "-P2", f"-n{count // 2}", "sha256sum"]
        # The corpus has loaders that nobody can use, which is exit code 3. The peak is at
        # least what this script had when it made the process.
        for deep in [], ["--deep"]:
            ours, theirs, peak = [], [], 0
            for _ in range(runs):
                seconds, kib = spawn([program, "inspect", "-r", "--json", *deep, folder], (0, 3))
                ours.append(seconds)
                peak = max(peak, kib)
                theirs.append(spawn(digest)[0])
            a, b = statistics.median(ours), statistics.median(theirs)
            print(f"inspect -r --json{''.join(f' {o}' for o in deep)} of {count} files, "
                  f"{size / 2**20:.0f} MiB: {a * 1e3:.0f} ms (min {min(ours) * 1e3:.0f}), "
                  f"sha256sum {b * 1e3:.0f} ms (min {min(theirs) * 1e3:.0f}): {a / b:.2f} times, "
                  f"peak at most {peak / KIB:.1f} MiB")
    os.sched_setaffinity(0, processors)


def database(program, count=1000, runs=5):
    """Import into a new one; a peer reads and digests the same files, another copies them."""
    with tempfile.TemporaryDirectory() as folder:
        source = f"{folder}/loaders"
        paths, size = distinct(source, count)
        with open(f"{folder}/names", "w") as names:
            names.write("".join(f"{path}\n" for path in paths))
        times = {"import": [], "sha256sum": [], "cp": []}
        for run in range(runs):
            db = f"{folder}/{run}.db"
            times["import"].append(spawn([program, "db", "import", "--db", db, source], (0, 3))[0])
            times["sha256sum"].append(
                spawn(["xargs", "-a", f"{folder}/names", "-d", "\\n", "sha256sum"])[0])
            times["cp"].append(spawn(["cp", "-r", source, f"{folder}/copy-{run}"])[0])
        again = statistics.median(
            spawn([program, "db", "import", "--db", db, source], (0, 3))[0] for _ in range(runs))
        check = json.loads(subprocess.run([program, "db", "check", "--json", "--db", db],
                                          check=True, capture_output=True).stdout)
        wall = {name: statistics.median(t) for name, t in times.items()}
        print(f"db import of {count} files, {size / 2**20:.1f} MiB: {wall['import'] * 1e3:.0f} ms, "
              f"{count / wall['import']:.0f} files/s, {size / wall['import'] / 2**20:.1f} MiB/s; all "
              f"known {again * 1e3:.0f} ms; sha256sum {wall['sha256sum'] * 1e3:.0f} ms, cp -r "
              f"{wall['cp'] * 1e3:.0f} ms")
        print(f"bytes in the database: {check['size'] / check['builds']:.0f} a build, of which its "
              f"file {size / count:.0f}: {check['size'] / size:.2f} times the files")
        for name, query in (("by a word", ["search", "stm32g4"]), ("all", ["list"])):
            find = statistics.median(spawn([program, "db", query[0], "--db", db, *query[1:]])[0]
                                     for _ in range(21))
            print(f"db {query[0]}, {name}, of {check['builds']} builds: {find * 1e3:.1f} ms whole "
                  f"process")


def image(folder, size):
    path = f"{folder}/image.bin"
    with open(path, "wb") as f:
        f.write(bytes((i * 7 + (i >> 8) * 13 + 1) & 0xFF for i in range(size)))
    return path


def emulation(program, name, loader, chip, base, size):
    """Whole process, and the rate of the job alone: without what an empty run costs."""
    with tempfile.TemporaryDirectory() as folder:
        path = image(folder, size)
        small = f"{folder}/small.bin"
        with open(small, "wb") as f:
            f.write(b"\x55" * 8)
        run = [program, "program", "--json", "-l", loader, "-t", f"emu:{chip}", "--base", base]
        full = [spawn([*run, path]) for _ in range(7)]
        least = [spawn([*run, small]) for _ in range(7)]
        report = json.loads(subprocess.run([*run, path], check=True, capture_output=True).stdout)
    wall = statistics.median(s for s, _ in full)
    job = wall - statistics.median(s for s, _ in least)
    peak = max(k for _, k in full) * KIB
    print(f"{name}: {size // KIB} KiB in {wall * 1e3:.0f} ms whole process, job alone "
          f"{size / job / 2**20:.1f} MiB/s, {report['target_ns'] / 1e6:.0f} ms on the chip's "
          f"clock, peak {peak / 2**20:.1f} MiB")


def qualify(program, name, loader, chip, runs=7):
    """Whole process, all checks under one host."""
    run = [program, "qualify", "--json", "-t", f"emu:{chip}", loader]
    times = [spawn(run, (0, 1)) for _ in range(runs)]
    report = json.loads(subprocess.run(run, check=False, capture_output=True).stdout)["loaders"][0]
    wall = statistics.median(s for s, _ in times)
    print(f"qualify, {name}: {wall * 1e3:.0f} ms (min {min(s for s, _ in times) * 1e3:.0f}), "
          f"{report['result']}, {report['calls']} calls, {report['target_ns'] / 1e9:.1f} s on the "
          f"chip's clock, peak {max(k for _, k in times) / KIB:.1f} MiB")


def qualify_folder(program, folder, runs=3):
    """By two processes against one, without the checks of failing chips."""
    walls = {1: [], 2: []}
    for _ in range(runs):
        for jobs, wall in walls.items():
            wall.append(spawn([program, "qualify", "--json", "--no-honesty", "-j", str(jobs),
                               folder], (0, 1, 3))[0])
    counts = json.loads(subprocess.run(
        [program, "qualify", "--json", "--no-honesty", "-j", "2", folder], check=False,
        capture_output=True).stdout)["counts"]
    one, two = (statistics.median(w) for w in walls.values())
    print(f"qualify --no-honesty of a folder, {counts}: {one:.1f} s by one process, {two:.1f} s by "
          f"two: {two / one:.2f} times")


BUILDS = 10000


def many_builds(program, folder):
    """A database of that many builds, all ours with a number behind the last section."""
    contents = []
    for name in ("g431.FLM", "h743-w25q128.stldr", "b/g431.FLM", "h7b0-w25q128.stldr"):
        with open(f"{OUT}/{name}", "rb") as f:
            contents.append((os.path.basename(name), f.read()))
    for i in range(BUILDS):
        name, content = contents[i % len(contents)]
        os.makedirs(f"{folder}/{i % 97:02}", exist_ok=True)
        with open(f"{folder}/{i % 97:02}/board-{i:05}-{name}", "wb") as f:
            f.write(content + b"%06d" % i)
    spawn([program, "db", "import", folder])


def many_pins(program):
    """200 pins, one of which is for what is asked, and 200 verdicts."""
    pin = [program, "pin", "--why", "bench"]
    for i in range(200):
        spawn([*pin, f"Keil.STM32G4xx_DFP@1.{i + 10}.0", "STM32G4", f"board-{4 * i:05}-g431.FLM"])
        spawn([program, "db", "verdict", f"board-{4 * i:05}-g431.FLM", "good", "--chip",
               f"STM32G4{i:02}", "--reason", "bench"])
    spawn([*pin, "Keil.STM32G4xx_DFP@>=1.3.0", "STM32G431CB", "board-00004-g431.FLM"])


# What SQL alone can tell: it orders no versions and no patterns of devices.
PINS_IN_SQL = (
    "SELECT p.id, p.range, p.device, p.why, b.sha256, b.start, b.length FROM pin p "
    "JOIN build b ON b.id = p.build WHERE p.tool IN ('Keil.STM32G4xx_DFP', '*') "
    "AND NOT EXISTS (SELECT 1 FROM pin_end e WHERE e.pin = p.id)")
SEARCH_IN_SQL = (
    "SELECT sha256, name FROM build WHERE name LIKE '%board-04711%' OR device_name LIKE "
    "'%board-04711%' OR id IN (SELECT build FROM origin WHERE path LIKE '%board-04711%')")


def look_ups(program, runs=101):
    with tempfile.TemporaryDirectory() as folder:
        path = os.environ["STOKER_DB"] = f"{folder}/loaders.db"
        many_builds(program, f"{folder}/loaders")
        many_pins(program)
        shell = ["sqlite3", path]
        versus(f"resolve among {BUILDS} builds, whole process",
               [program, "resolve", "Keil.STM32G4xx_DFP@1.3.0", "STM32G431CB"],
               [*shell, PINS_IN_SQL], runs)
        versus(f"search among {BUILDS} builds, whole process",
               [program, "db", "search", "board-04711"], [*shell, SEARCH_IN_SQL], runs)
        subprocess.run([f"{BUILD}/tests/bench/look-up", path, str(runs)], check=True)
        del os.environ["STOKER_DB"]


def main():
    with tempfile.TemporaryDirectory() as dest:
        program = install(dest)
        flm = f"{OUT}/g431.FLM"
        versus("inspect of one FLM", [program, "inspect", flm], ["readelf", "-hSs", flm], 201)
        versus("inspect --json of one FLM", [program, "inspect", "--json", flm],
               ["readelf", "-hSs", flm], 201)
        many(program, flm)
        folders(program)
        database(program)
        emulation(program, "G431, our FLM", flm, "stm32g431cb", "0x08000000", 128 * KIB)
        flash = f"{CORPUS}/loaders/Open-CMSIS-Pack+STM32%sxx_DFP/CMSIS/Flash/%s.FLM"
        if CORPUS:
            versus("inspect of a vendor's FLM",
                   [program, "inspect", flash % ("G4", "STM32G43x-4x_128")],
                   ["readelf", "-hSs", flash % ("G4", "STM32G43x-4x_128")], 201)
            emulation(program, "G431, vendor's FLM", flash % ("G4", "STM32G43x-4x_128"),
                      "stm32g431cb", "0x08000000", 128 * KIB)
            emulation(program, "F407, vendor's FLM", flash % ("F4", "STM32F4xx_512"),
                      "stm32f407ve", "0x08000000", 512 * KIB)
            emulation(program, "H743, vendor's FLM", flash % ("H7", "STM32H7x_2048"),
                      "stm32h743ii", "0x08000000", 2048 * KIB)
        qualify(program, "G431, our FLM of 128 KiB", flm, "stm32g431cb")
        qualify(program, "H743 + W25Q128, our stldr of 16 MiB", f"{OUT}/h743-w25q128.stldr",
                "stm32h743ii", 3)
        if CORPUS:
            qualify(program, "G431, vendor's FLM of 128 KiB", flash % ("G4", "STM32G43x-4x_128"),
                    "stm32g431cb")
            qualify_folder(program, f"{CORPUS}/loaders/Open-CMSIS-Pack+STM32G4xx_DFP")
        look_ups(program)
        emulation(program, "H743 + W25Q128, our stldr", f"{OUT}/h743-w25q128.stldr", "stm32h743ii",
                  "0x90000000", 1024 * KIB)


if __name__ == "__main__":
    sys.exit(main())
