#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The vendor's loaders for STM32F2, F4, F7 through whole jobs; those that fail say why."""
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

LOADERS = pathlib.Path(CORPUS) / "loaders"
F2 = LOADERS / "Open-CMSIS-Pack+STM32F2xx_DFP/CMSIS/Flash"
F4 = LOADERS / "Open-CMSIS-Pack+STM32F4xx_DFP/CMSIS/Flash"
F7 = LOADERS / "Open-CMSIS-Pack+STM32F7xx_DFP/CMSIS/Flash"
ITCM = 0x00200000
QSPI = 0x90000000
DB1M = "opt.OPTCR=0x4FFFAAED"
DBANK = "opt.OPTCR=0xDFFFAAFD"

# Loader, target, start, size: all of the device.
WHOLE = [
    (F4 / "STM32F4xx_512.FLM", "stm32f411ce", FLASH, 512),
    (F4 / "STM32F4xx_1024dual.FLM", "stm32f429zg," + DB1M, FLASH, 1024),
    (F7 / "STM32F7x2_512.FLM", "stm32f723ie", FLASH, 512),
    (F7 / "STM32F7x_64_TCM.FLM", "stm32f730i8", ITCM, 64),
    (F7 / "STM32F7xTCM_1024.FLM", "stm32f746ng", ITCM, 1024),
    (F7 / "STM32F7x_1024dual.FLM", "stm32f767zg," + DBANK, FLASH, 1024),
]
# Start and length: borders of sectors and banks, the first and the last bytes.
PARTS = [
    (F4 / "STM32F4xx_512.FLM", "stm32f446re", [(FLASH + 0xFF00, 0x200), (FLASH + 0x7FFF0, 16)]),
    (F4 / "STM32F4xx_512.FLM", "stm32f469ne", [(FLASH, 16), (FLASH + 0x1FF00, 0x200)]),
    (F7 / "STM32F7x_2048.FLM", "stm32f767zi", [(FLASH + 0x1FF00, 0x200), (FLASH + 0x1FFFF0, 16)]),
    (F7 / "STM32F7x_2048dual.FLM", "stm32f777zi," + DBANK,
     [(FLASH + 0xFFF00, 0x200), (FLASH + 0x1FFFF0, 16)]),
    (F7 / "STM32F7xTCM_2048dual.FLM", "stm32f769ni," + DBANK, [(ITCM + 0xFFF00, 0x200)]),
    (F7 / "STM32F7x_512.FLM", "stm32f722re", [(FLASH + 0x1FF00, 0x200)]),
    (F7 / "STM32F7x_512_TCM.FLM", "stm32f723ie", [(ITCM + 0x1FF00, 0x200)]),
    (F7 / "STM32F7x2TCM_512.FLM", "stm32f732ie", [(ITCM + 0x1FF00, 0x200)]),
    (F7 / "STM32F7x_1024.FLM", "stm32f756ng", [(FLASH + 0x3FF00, 0x200)]),
]
OTP = [
    (F2 / "STM32F2xx_OTP.FLM", "stm32f207zg", 0x1FFF7800, 528),
    (F4 / "STM32F4xx_OTP.FLM", "stm32f412zg", 0x1FFF7800, 528),
    (F7 / "STM32F7x2_OTP.FLM", "stm32f723ie", 0x1FF07800, 528),
    (F7 / "STM32F7xx_OTP.FLM", "stm32f767zi", 0x1FF0F000, 1040),
]
KOTETSUY = LOADERS / "kotetsuy+STLDR"
EXTERNAL = [
    (F7 / "STM32F77x_QSPI_Micron.FLM", "stm32f777zi,nor=mt25ql512abb"),
    (F7 / "STM32F723E_QSPI_Macronix.FLM", "stm32f723ie,nor.qe=1"),
    (KOTETSUY / "W25Q128_STM32F412ZG/W25Q128_STM32F412ZG.stldr", "stm32f412zg,nor=w25q128jv"),
    (KOTETSUY / "@a5817419c/W25Q128_STM32F412ZG/W25Q128_STM32F412ZG.stldr",
     "stm32f412zg,nor=w25q128jv"),
]


class Loaders(Case):
    def program(self, loader, target, start, data, *args, code=0):
        (self.folder / "x.bin").write_bytes(data)
        return self.json("program", "x.bin", "--base", start, "-l", loader,
                         "-t", f"emu:{target}", *args, code=code)

    def test_whole_devices(self):
        for loader, target, start, kib in WHOLE:
            with self.subTest(f"{loader.name} {target}"):
                d = self.program(loader, target, start, noise(1, kib * KIB))
                self.assertEqual((d["verified"], d["verify_method"]), (True, "readback"))

    def test_borders(self):
        for loader, target, parts in PARTS:
            with self.subTest(f"{loader.name} {target}"):
                chip = f"{target},store=chip"
                (self.folder / "chip").unlink(missing_ok=True)
                for i, (start, size) in enumerate(parts):
                    # Once more, over what the first one left.
                    for seed in (2, 3):
                        d = self.program(loader, chip, start, noise(seed + i, size))
                        self.assertTrue(d["verified"])

    def test_otp_once(self):
        for loader, target, start, size in OTP:
            with self.subTest(loader.name):
                d = self.program(loader, target, start, noise(4, size))
                self.assertTrue(d["verified"])

    def test_external(self):
        for loader, target in EXTERNAL:
            with self.subTest(f"{loader.name} {target}"):
                d = self.program(loader, target, QSPI + 64 * KIB, noise(5, 128 * KIB))
                self.assertTrue(d["verified"])

    def test_time_out_by_counting(self):
        """STM32F469_Quad_SPI.FLM: 800 turns, a 4 KiB erase's most, for 64 KiB.

        They end after 628 ms, or 653 if each branch refills the pipeline as slowly as one
        can; N25Q128A typically takes 700.
        """
        for refill in "1", "3":
            d = self.program(F4 / "STM32F469_Quad_SPI.FLM",
                             f"stm32f469ni,rule.core-refill={refill}", QSPI,
                             noise(12, 64 * KIB), code=NO)
            self.assertEqual(d["error"]["cause"], "nor-busy")

    def test_mass_erase_of_one_bank(self):
        """STM32F4xx_1024dual.FLM sets MER alone: with two banks the second one survives."""
        loader = F4 / "STM32F4xx_1024dual.FLM"
        (self.folder / "chip").unlink(missing_ok=True)
        self.program(loader, f"stm32f429zg,{DB1M},store=chip", FLASH + 512 * KIB, noise(6, KIB))
        d = self.json("erase", "--all", "-l", loader, "-t", "emu:stm32f429zg,store=chip",
                      code=NO)
        self.assertIn("0x08080000", str(d["error"]))

    def test_the_other_bank_mode(self):
        """Numbers of bank 2 name no sector of a single bank."""
        d = self.program(F7 / "STM32F7x_1024dual.FLM", "stm32f767zg", FLASH + 512 * KIB,
                         noise(8, KIB), code=NO)
        self.assertIn("WRPERR", str(d))

    def test_sectors_of_another_chip(self):
        """STM32F7x_512.FLM has sectors of 16 KiB where an F746 has 32 KiB."""
        d = self.program(F7 / "STM32F7x_512.FLM", "stm32f746ne", FLASH, noise(9, KIB), code=INPUT)
        self.assertEqual(d["error"]["cause"], "not-for-chip")

    def test_quad_enable_never_set(self):
        """STM32F723E_QSPI_Macronix.FLM reads by quad instructions, and nowhere sets QE."""
        d = self.program(F7 / "STM32F723E_QSPI_Macronix.FLM", "stm32f723ie", QSPI, noise(10, KIB),
                         code=NO)
        self.assertIn("nor-quad-disabled", str(d))

    def test_bank_mode_by_the_sectors_on_the_itcm(self):
        """Without -t the device table tells the bank mode, also where the flash is seen again."""
        for name, target in (("STM32F7xTCM_2048dual", "emu:stm32f765vi,opt.nDBANK=0"),
                             ("STM32F7x_2048dual", "emu:stm32f765vi,opt.nDBANK=0"),
                             ("STM32F7xTCM_1024", "emu:stm32f745vg")):
            with self.subTest(name):
                folder = self.folder / name
                folder.mkdir()
                (folder / "x.FLM").write_bytes((F7 / f"{name}.FLM").read_bytes())
                d, = self.json("qualify", "--check", "erase-sector", folder)["loaders"]
                self.assertEqual((d["result"], d["target"]), ("good", target))

    def test_supply_too_low(self):
        """The vendor's loaders program words: below 2.7 V what is read is wrong."""
        for volts, code in (("2.7", 0), ("2.4", NO)):
            d = self.program(F4 / "STM32F4xx_512.FLM", f"stm32f407ve,vdd={volts}", FLASH,
                             noise(11, KIB), code=code)
        self.assertIn("f4-supply", str(d))

    def test_write_protected_sector(self):
        """nWRP bit 1 is clear: sector 1 cannot be erased, its neighbour can."""
        loader, chip = F4 / "STM32F4xx_512.FLM", "stm32f407ve,opt.OPTCR=0x0FFDAAED"
        self.program(loader, chip, FLASH, noise(12, KIB))
        d = self.program(loader, chip, FLASH + 16 * KIB, noise(13, KIB), code=NO)
        self.assertIn("WRPERR", str(d))


if __name__ == "__main__":
    unittest.main()
