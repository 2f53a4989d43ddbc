#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A vendor's octal loader through a whole job: MX25LM51245G on both edges of the clock."""
import os
import pathlib
import sys

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/command"))
CORPUS = os.environ.get("STOKER_CORPUS", "")
if not CORPUS:
    print("SKIP: no corpus of real loaders (configure --with-corpus=DIR)")
    sys.exit(77)

import unittest

from harness import KIB, NO, Case, noise  # noqa: E402

LOADER = pathlib.Path(CORPUS) / ("loaders/Open-CMSIS-Pack+STM32L4xx_DFP/CMSIS/Flash/"
                                 "MX25LM51245G_STM32L4R9I-DISCO-KEIL.FLM")
WINDOW = 0x90000000


class Octal(Case):
    def program(self, start, data, nor="mx25lm51245g", code=0):
        (self.folder / "x.bin").write_bytes(data)
        return self.json("program", "x.bin", "--base", start, "-l", LOADER, "-t",
                         f"emu:stm32l4r9zi,nor={nor},store=chip", code=code)

    def test_over_what_is_there(self):
        self.program(WINDOW + 60 * KIB, noise(1, 8 * KIB))
        d = self.program(WINDOW + 64 * KIB, noise(2, 192 * KIB))
        self.assertTrue(d["verified"])
        chip = (self.folder / "chip").read_bytes()
        self.assertIn(noise(1, 8 * KIB)[:4 * KIB] + noise(2, 192 * KIB), chip)

    def test_the_last_sector(self):
        d = self.program(WINDOW + 0x4000000 - 5 * KIB, noise(3, 5 * KIB))
        self.assertTrue(d["verified"])

    def test_no_octal_part(self):
        self.program(WINDOW, noise(4, KIB), nor="w25q128jv", code=NO)


if __name__ == "__main__":
    unittest.main()
