#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The vendor's loaders for STM32H7 through whole jobs: good ones do, the others say why."""
import os
import pathlib
import sys

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/command"))
CORPUS = os.environ.get("STOKER_CORPUS", "")
if not CORPUS:
    print("SKIP: no corpus of real loaders (configure --with-corpus=DIR)")
    sys.exit(77)

import unittest

from harness import FLASH, INPUT, KIB, NO, Case, noise  # noqa: E402

MIB = 1024 * KIB
BANK2 = FLASH + MIB
PACK = pathlib.Path(CORPUS) / "loaders/Open-CMSIS-Pack+STM32H7xx_DFP/CMSIS/Flash"

# Loader, chip, size: over the borders of sectors and banks, and all of it.
GOOD = [
    ("STM32H7x_2048.FLM", "stm32h743ii", 2 * MIB, "chip"),
    ("STM32H7x_2048.FLM", "stm32h742vi", 2 * MIB, "sectors"),
    ("STM32H7x_2048.FLM", "stm32h755zi", 2 * MIB, "chip"),
    ("STM32H7x_128k.FLM", "stm32h750vb", 128 * KIB, "sectors"),
    ("STM32H7A-B3_Flash_1M.FLM", "stm32h7a3zi", MIB, "sectors"),
    ("STM32H7A-B3_Flash_1M.FLM", "stm32h7b3li", 128 * KIB, "chip"),
]


class H7(Case):
    def program(self, loader, chip, start, data, *args, code=0):
        (self.folder / "x.bin").write_bytes(data)
        return self.json("program", "x.bin", "--base", start, "-l", PACK / loader,
                         "-t", f"emu:{chip},store=chip", *args, code=code)

    def test_whole_devices(self):
        for loader, chip, size, erase in GOOD:
            with self.subTest(f"{loader} {chip} {erase}"):
                (self.folder / "chip").unlink(missing_ok=True)
                self.program(loader, chip, FLASH + size - 3 * KIB, noise(1, 3 * KIB))
                d = self.program(loader, chip, FLASH, noise(2, size), "--erase", erase)
                self.assertTrue(d["verified"])
                self.assertIn(noise(2, size), (self.folder / "chip").read_bytes())

    def test_second_bank_of_a_part_with_a_hole(self):
        """1 MiB: half in each bank, and nothing between; the loader spans 2 MiB."""
        loader, chip = "STM32H7x_2048.FLM", "stm32h745ig"
        for start in (BANK2 + 256 * KIB, FLASH + 256 * KIB):
            d = self.program(loader, chip, start, noise(3, 256 * KIB))
            self.assertTrue(d["verified"])
        d = self.program(loader, chip, FLASH + 384 * KIB, noise(5, 256 * KIB), code=INPUT)
        self.assertEqual(d["error"]["cause"], "not-in-chip")

    def test_first_half_of_an_h7a3_of_1_mib(self):
        d = self.program("STM32H7A-B3_Flash_1M.FLM", "stm32h7a3zg", FLASH + 384 * KIB,
                         noise(6, 128 * KIB))
        self.assertTrue(d["verified"])

    def test_sector_numbers_that_add_up(self):
        """
        STM32H7xx.FLM ORs SNB into CR1 and never clears it: it erases sector 1 | 2 for
        sector 2. The bits are for software alone to change (RM0433 4.9.4).
        """
        self.program("STM32H7x_2048.FLM", "stm32h743ii", FLASH, noise(6, 384 * KIB))
        d = self.program("STM32H7xx.FLM", "stm32h743ii", FLASH, noise(7, 256 * KIB))
        self.assertTrue(d["verified"])
        d = self.program("STM32H7xx.FLM", "stm32h743ii", FLASH, noise(8, 384 * KIB), code=NO)
        self.assertEqual(d["error"]["cause"], "no-effect")
        self.assertIn("0x08040000", d["error"]["message"])

    def test_sectors_of_another_chip(self):
        """STM32H7xx_CM4.FLM tells of sectors of 8 KiB where the chip has 128 KiB."""
        d = self.program("STM32H7xx_CM4.FLM", "stm32h747xi", FLASH, noise(9, KIB), code=INPUT)
        self.assertEqual(d["error"]["cause"], "not-for-chip")

    def test_another_line(self):
        """START of H743 is a bit of SNB on H7A3, where FW is PSIZE: nothing is erased."""
        self.program("STM32H7A-B3_Flash_1M.FLM", "stm32h7a3zi", FLASH, noise(10, KIB))
        d = self.program("STM32H7A-B3_Flash_1M.FLM", "stm32h7a3zi", FLASH, noise(11, KIB))
        self.assertTrue(d["verified"])
        d = self.program("STM32H7x_2048.FLM", "stm32h7a3zi", FLASH, noise(12, KIB), code=NO)
        self.assertEqual(d["error"]["cause"], "no-effect")
        (self.folder / "chip").unlink()
        self.program("STM32H7x_128k.FLM", "stm32h743ii", FLASH, noise(13, KIB))
        self.program("STM32H7A-B3_Flash_1M.FLM", "stm32h743ii", FLASH, noise(14, KIB), code=INPUT)


if __name__ == "__main__":
    unittest.main()
