#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Killed at any moment, a job leaves a chip that the next job puts in order.

One virtual chip in store=, a program killed after a random time, again and
again: no killed run may have reported success for flash that differs, and the
run after it must end verified.
"""

import json
import os
import random
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


def main():
    rng = random.Random(SEED)
    reported = 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        begin = time.monotonic()
        for turn in range(KILLS):
            image, content = f"{folder}/image.bin", rng.randbytes(0x8000)
            with open(image, "wb") as f:
                f.write(content)
            if turn == 0:
                subprocess.run(command(folder, image), check=True, capture_output=True)
                limit = time.monotonic() - begin
                continue
            if killed_run(folder, image, rng.uniform(0, 0.6 * limit)):
                reported += 1
                if read_back(folder) != content:
                    sys.exit(f"turn {turn}: reported success, and the flash differs")
            done = subprocess.run(command(folder, image), capture_output=True, check=False)
            if done.returncode or not json.loads(done.stdout)["verified"]:
                sys.exit(f"turn {turn}: after a kill: {done.stderr.decode()}")
            if read_back(folder) != content:
                sys.exit(f"turn {turn}: verified, and the flash differs")
    print(f"seed {SEED}: {KILLS - 1} kills, {reported} after the report, "
          f"each next run verified")


if __name__ == "__main__":
    main()
