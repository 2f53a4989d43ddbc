#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A memory as somebody left it: each state is named, and none where it is well.

The loader that trusts the memory neither resets it nor asks for its ID, as
many of the field do. Beside each mode stands the near miss: the same part
without it.
"""
import random

import harness
from harness import FLASH, G4, KIB, LOADERS, NO, PAGE, Case

WINDOW = 0x90000000
TRUSTS = LOADERS / "h743-w25q128-trusts-memory.stldr"
HASTY = LOADERS / "h743-mt25ql512.stldr"  # Micron's parts need no time
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

    def test_a_reset_that_has_not_ended(self):
        """A loader that does not wait for a reset's end: the part is not powered down."""
        error = self.fails(*self.program("nor=w25q512jv", HASTY), code=NO,
                           cause="function-failed")
        self.assertIn(("external memory says", "JEDEC ID EF 40 on one line"),
                      [(e["what"], e["value"]) for e in error["evidence"]])
        self.well("nor=mt25ql512abb", HASTY)

    def test_long_addresses(self):
        self.left("nor=w25q256jv,nor.state=4byte", "nor-4-byte-addresses", "ADS")
        self.well("nor=w25q256jv")

    def test_continuous_read(self):
        """The loader's first poll meets it; one that polls later has ended it unawares."""
        self.left("nor=w25q128jv,nor.state=continuous", "nor-continuous-read",
                  "EF 40 on one line", CAREFUL)
        self.well("nor=w25q128jv", CAREFUL)

    def test_a_protected_memory(self):
        error = self.fails(*self.program("fail=nor-protected@0x90000000+64K", CAREFUL), code=NO,
                           cause="nor-protected")
        self.assertIn("block protect", error["remedy"])

    def test_a_busy_memory(self):
        self.left("fail=nor-busy-never-ends", "nor-busy", "WIP", CAREFUL)

    def test_no_memory(self):
        self.left("fail=no-nor", "nor-no-answer", "nothing", CAREFUL)

    def test_a_memory_that_is_well_is_not_blamed(self):
        wrong = LOADERS / "h743-w25q128-no-effect.stldr"
        self.fails(*self.program("nor=w25q128jv", wrong), code=NO, cause="no-effect")


class Flash(Case):
    """What the internal flash's own registers and option bytes tell."""

    def erase(self, fail, cause):
        return self.fails("erase", "--sector", FLASH + 2 * PAGE, "-l", G4, "-t",
                          f"emu:stm32g431cb{fail}", code=NO, cause=cause)

    def test_option_bytes_that_protect(self):
        error = self.erase(",fail=write-protected@0x08001000+2K", "write-protected")
        self.assertIn("sector 2 at 0x08001000", error["message"])

    def test_readout_protection(self):
        self.assertIn("RDP 0xAA", self.erase(",fail=rdp", "readout-protected")["remedy"])

    def test_a_dead_lock(self):
        self.assertIn("reset", self.erase(",fail=locked", "flash-locked")["remedy"])

    def test_a_sound_chip(self):
        self.stoker("erase", "--all", "-l", G4, "-t", "emu:stm32g431cb")


if __name__ == "__main__":
    harness.main()
