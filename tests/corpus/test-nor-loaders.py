#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Real loaders for memories on QUADSPI through whole jobs, each on the part it is for."""
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

WINDOW = 0x90000000
ROOT = pathlib.Path(CORPUS) / "loaders"
F4 = "Open-CMSIS-Pack+STM32F4xx_DFP/CMSIS/Flash/"
F7 = "Open-CMSIS-Pack+STM32F7xx_DFP/CMSIS/Flash/"
N25Q, MACRONIX = F4 + "STM32F469_Quad_SPI.FLM", F7 + "STM32F723E_QSPI_Macronix.FLM"

GOOD = [
    (F7 + "STM32F77x_QSPI_Micron.FLM", "stm32f777zi,nor=mt25ql512"),
    (MACRONIX, "stm32f723ie,nor=mx25l51245g,nor.qe=1"),
    ("MubarakshinRuslan+w25q128jv_stm32h743iitx_external_loader/h743_flash.stldr",
     "stm32h743ii,nor=w25q128jv"),
    ("kotetsuy+STLDR/W25Q128_STM32F412ZG/W25Q128_STM32F412ZG.stldr",
     "stm32f412zg,nor=w25q128jv"),
]


class Parts(Case):
    def program(self, loader, chip, data, code=0):
        (self.folder / "x.bin").write_bytes(data)
        return self.json("program", "x.bin", "--base", WINDOW, "-l", ROOT / loader, "-t",
                         f"emu:{chip},store=chip", code=code)

    def test_on_their_parts(self):
        for loader, chip in GOOD:
            with self.subTest(loader):
                (self.folder / "chip").unlink(missing_ok=True)
                self.assertTrue(self.program(loader, chip, noise(1, 64 * KIB))["verified"])
                flash = self.stored("NOR")
                self.assertEqual(flash[:64 * KIB], noise(1, 64 * KIB))
                self.assertEqual(flash[64 * KIB:128 * KIB], b"\xff" * 64 * KIB)

    def test_instruction_of_another_family(self):
        """12h programs by four lines on an N25Q; an MT25Q of 128 Mbit has no 12h."""
        d = self.program(N25Q, "stm32f469ng,nor=mt25ql128aba", noise(2, 64 * KIB), code=NO)
        self.assertEqual(self.stored("NOR")[:64 * KIB], b"\xff" * 64 * KIB)
        self.assertFalse(d["ok"])

    def test_quad_enable_is_not_its_affair(self):
        """The loader never sets QE: on a part that is new, quad reads are not heard."""
        d = self.program(MACRONIX, "stm32f723ie,nor=mx25l51245g", noise(3, 64 * KIB), code=NO)
        self.assertIn("nor-quad-disabled", str(d["error"]["evidence"]))


if __name__ == "__main__":
    unittest.main()
