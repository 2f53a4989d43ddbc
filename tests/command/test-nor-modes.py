#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An external memory as an application left it: each mode is named, and none where it is well.

The loader that trusts the memory neither resets it nor asks for its ID, as
many of the field do. Beside each mode stands the near miss: the same part
without it.
"""
import random

import harness
from harness import KIB, LOADERS, NO, Case

WINDOW = 0x90000000
TRUSTS = LOADERS / "h743-w25q128-trusts-memory.stldr"
CAREFUL = LOADERS / "h743-w25q128.stldr"


class Modes(Case):
    def program(self, options, loader):
        image = self.file("x.bin", random.Random(3).randbytes(9 * KIB))
        return [str(x) for x in ("program", image, "--base", hex(WINDOW), "-l", loader, "-t",
                                 f"emu:stm32h743ii,{options}")]

    def left(self, options, cause, says, loader=TRUSTS):
        error = self.fails(*self.program(options, loader), code=NO, cause=cause)
        evidence = [e["value"] for e in error["evidence"]
                    if e["what"] == "external memory says"]
        self.assertTrue(any(says in e for e in evidence), evidence)
        self.assertIn("power", error["remedy"])

    def well(self, options, loader=TRUSTS):
        self.assertTrue(self.json(*self.program(options, loader))["verified"])

    def test_qpi(self):
        self.left("nor=w25q128jv,nor.qe=0,nor.state=qpi", "nor-in-qpi", "EF 70 on four lines")
        self.well("nor=w25q128jv,nor.qe=0")

    def test_deep_power_down(self):
        self.left("nor=w25q128jv,nor.state=powerdown", "nor-power-down", "woken (ABh)")
        self.well("nor=w25q128jv")

    def test_long_addresses(self):
        self.left("nor=w25q256jv,nor.state=4byte", "nor-4-byte-addresses", "ADS")
        self.well("nor=w25q256jv")

    def test_continuous_read(self):
        """The loader's first poll meets it; one that polls later has ended it unawares."""
        self.left("nor=w25q128jv,nor.state=continuous", "nor-continuous-read",
                  "EF 40 on one line", CAREFUL)
        self.well("nor=w25q128jv", CAREFUL)

    def test_a_memory_that_is_well_is_not_blamed(self):
        wrong = LOADERS / "h743-w25q128-no-effect.stldr"
        self.fails(*self.program("nor=w25q128jv", wrong), code=NO, cause="no-effect")


if __name__ == "__main__":
    harness.main()
