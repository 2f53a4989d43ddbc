#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How flash is verified when the debugger cannot read it: by whose word."""

import pathlib

import harness
from harness import FLASH, G4, H7, KIB, LOADERS, Case

QUADSPI = 0x90000000
BLIND_FLASH = "fault:blind=0x08000000+128K"
BLIND_QUADSPI = "fault:blind=0x90000000+16M"
IMAGE = bytes(i * 37 & 0xFF for i in range(20 * KIB))


class Blind(Case):
    def program(self, image, base, loader, chip, *args, code):
        return self.json("program", self.file("image.bin", image), "--base", base, "-l", loader,
                         "-t", chip, *args, code=code)

    def test_the_debugger_where_it_can(self):
        d = self.program(IMAGE, FLASH, G4, self.chip(), code=0)
        self.assertEqual((d["verified"], d["verify_method"]), (True, "readback"))

    def test_the_loaders_read(self):
        chip = self.chip(kind="stm32h743ii")
        d = self.program(IMAGE[:-1], QUADSPI, H7, chip, "--wrap", BLIND_QUADSPI, code=0)
        self.assertEqual((d["verified"], d["verify_method"]), (True, "loader-read"))

    def test_a_verify_that_refuses_a_wrong_bit(self):
        d = self.program(IMAGE, FLASH, G4, self.chip(), "--wrap", BLIND_FLASH, code=0)
        self.assertEqual((d["verified"], d["verify_method"]), (True, "loader-verify"))
        self.assertEqual(self.read_chip(size=len(IMAGE)), IMAGE)

    def test_bytes_that_cannot_be_kept(self):
        d = self.program(IMAGE[:-1], FLASH, G4, self.chip(), "--wrap", BLIND_FLASH, code=1)
        self.assertEqual(d["error"]["cause"], "cannot-preserve")
        self.assertEqual(self.read_chip(size=len(IMAGE)), b"\xff" * len(IMAGE))

    def test_a_loader_that_did_nothing_is_not_believed(self):
        wrong = LOADERS / "g431-no-effect.FLM"
        d = self.program(IMAGE, FLASH, wrong, self.chip(), "--wrap", BLIND_FLASH, code=1)
        self.assertEqual((d["verified"], d["verify_method"]), (False, "none"))
        self.assertEqual(d["error"]["cause"], "verify-mismatch")

    def verify(self, loader, blind=BLIND_FLASH, code=0):
        return self.json("verify", self.file("image.bin", IMAGE), "--base", FLASH, "-l", loader,
                         "-t", self.chip(), "--wrap", blind, code=code)

    def test_the_loaders_no_is_an_answer(self):
        self.program(IMAGE, FLASH, G4, self.chip(), code=0)
        self.assertTrue(self.verify(G4)["verified"])
        other = bytes([IMAGE[0], IMAGE[1] ^ 1]) + IMAGE[2:]
        self.program(other, FLASH, G4, self.chip(), code=0)
        d = self.verify(G4, code=1)
        self.assertEqual((d["verified"], d["error"]["cause"]), (False, "verify-mismatch"))

    def test_what_was_not_compared_is_not_equal(self):
        blind = self.without_verify()
        self.program(IMAGE, FLASH, G4, self.chip(), code=0)
        d = self.verify(blind, code=6)
        self.assertEqual((d["verified"], d["error"]["cause"]), (False, "not-verified"))

    def without_verify(self):
        """The good loader, in which nobody finds Verify."""
        elf = pathlib.Path(G4).read_bytes()
        self.assertEqual(elf.count(b"\0Verify\0"), 1)
        return self.file("no-verify.FLM", elf.replace(b"\0Verify\0", b"\0xerify\0"))


if __name__ == "__main__":
    harness.main()
