#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Killed at any moment, a job leaves a chip that the next job puts in order.

One virtual chip in store=, a program killed after a random time, again and
again, and then at each of its operations on the chip in turn: no killed run may
have reported success for flash that differs, and the run after it must end
verified.
"""

import itertools
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

STOKER = os.environ["STOKER"]
OUT = os.environ["top_builddir"] + "/tests/loaders/out"
KILLS = int(os.environ.get("KILLS", "100"))
SEED = 20240229


def command(folder, image):
    return [STOKER, "program", "--json", image, "--base", "0x08000000", "-l", f"{OUT}/g431.FLM",
            "-t", f"emu:stm32g431cb,store={folder}/chip"]


def read_back(folder):
    path = f"{folder}/back.bin"
    subprocess.run([STOKER, "read", "--range", "0x08000000+0x8000", "-o", path, "-l",
                    f"{OUT}/g431.FLM", "-t", f"emu:stm32g431cb,store={folder}/chip"],
                   check=True, capture_output=True)
    with open(path, "rb") as f:
        return f.read()


def killed_run(folder, image, wait):
    """True when it had reported success before the kill came."""
    with subprocess.Popen(command(folder, image), stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as p:
        time.sleep(wait)
        p.kill()
        said = p.stdout.read()
    try:
        return json.loads(said).get("ok", False)
    except ValueError:
        return False


def check_next_run(folder, image, content, turn):
    done = subprocess.run(command(folder, image), capture_output=True, check=False)
    if done.returncode or not json.loads(done.stdout)["verified"]:
        sys.exit(f"{turn}: after a kill: {done.stderr.decode()}")
    if read_back(folder) != content:
        sys.exit(f"{turn}: verified, and the flash differs")


def new_image(folder, rng):
    image, content = f"{folder}/image.bin", rng.randbytes(0x8000)
    with open(image, "wb") as f:
        f.write(content)
    return image, content


def at_any_time(folder, rng):
    """How many of the killed runs had reported success."""
    begin = time.monotonic()
    check_next_run(folder, *new_image(folder, rng), "before any kill")
    limit = time.monotonic() - begin
    reported = 0
    for turn in range(1, KILLS):
        image, content = new_image(folder, rng)
        if killed_run(folder, image, rng.uniform(0, 0.4 * limit)):
            reported += 1
            if read_back(folder) != content:
                sys.exit(f"turn {turn}: reported success, and the flash differs")
        check_next_run(folder, image, content, f"turn {turn}")
    return reported


def at_every_operation(folder, rng):
    """How many operations the job has, some more or less as the chip is found."""
    for op in itertools.count(1):
        image, content = new_image(folder, rng)
        killed = subprocess.run([*command(folder, image), "--wrap",
                                 f"fault:op={op},mode=signal,signal=kill"],
                                capture_output=True, check=False)
        if killed.returncode == 0:
            return op - 1
        if killed.returncode != -signal.SIGKILL:
            sys.exit(f"operation {op}: {killed.stderr.decode()}")
        check_next_run(folder, image, content, f"operation {op}")


def main():
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        reported = at_any_time(folder, rng)
        operations = at_every_operation(folder, rng)
    if operations < 100:
        sys.exit(f"the job ended after {operations} operations")
    print(f"seed {SEED}: {KILLS - 1} kills, {reported} after the report, and one at each of "
          f"{operations} operations: each next run verified")


if __name__ == "__main__":
    main()
