#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How flash is verified when the debugger cannot read it: by whose word."""

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
        d = self.program(IMAGE, FLASH, wrong, self.chip(), "--wrap", BLIND_FLASH, code=6)
        self.assertEqual((d["verified"], d["verify_method"]), (False, "none"))
        self.assertEqual(d["error"]["cause"], "not-verified")


if __name__ == "__main__":
    harness.main()
