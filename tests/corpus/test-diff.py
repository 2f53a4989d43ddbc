#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""stoker diff over real pairs of versions, against what changed in truth.

The truth was read by hand from the disassembly (arm-none-eabi-objdump) and the
device tables of both files; what is below is that, in the words of the report.
"""
import os
import pathlib
import sys
import unittest

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/command"))
CORPUS = os.environ.get("STOKER_CORPUS", "")
if not CORPUS:
    print("SKIP: no corpus of real loaders (configure --with-corpus=DIR)")
    sys.exit(77)

import harness
from harness import DONE, NO, Case

LOADERS = pathlib.Path(CORPUS) / "loaders"
PACK = LOADERS / "Open-CMSIS-Pack+STM32C0xx_DFP"
C0 = {commit: PACK / f"@{commit}/CMSIS/Flash/STM32C0x_128.FLM"
      for commit in ("27da72da8", "86c144341", "4c3e8834d", "6c2aae531")}
C0["171f504be"] = PACK / "CMSIS/Flash/STM32C0x_128.FLM"
L0 = LOADERS / "Open-CMSIS-Pack+STM32L0xx_DFP"
G4 = LOADERS / "Open-CMSIS-Pack+STM32G4xx_DFP/CMSIS/Flash"
STLDR = LOADERS / "kotetsuy+STLDR"
W25Q = {
    "9c48f34bb": STLDR / "@9c48f34bb/W25Q128_STM32F412ZG/Release/W25Q128_STM32F412ZG.stldr",
    "0f6f09ff3": STLDR / "@0f6f09ff3/W25Q128_STM32F412ZG/Release/W25Q128_STM32F412ZG.stldr",
    "a5817419c": STLDR / "@a5817419c/W25Q128_STM32F412ZG/W25Q128_STM32F412ZG.stldr",
    "cab0a33b4": STLDR / "W25Q128_STM32F412ZG/W25Q128_STM32F412ZG.stldr",
}
FLASH_SIZE, FLASH_SR, SYST_CSR = 0x1FFF75A0, 0x40022010, 0xE000E010
RCC_PLLCFGR, RCC_DCKCFGR = 0x40023804, 0x4002388C


def name_of(function):
    return (function["a"] or function["b"])["name"]


def with_change(d, *changes):
    return sorted(name_of(f) for f in d["functions"] if f["change"] in changes)


def instructions(d):
    return {name_of(f): (f["removed"], f["added"], f["a"]["instructions"])
            for f in d["functions"] if f["change"] == "changed"}


def touches(things):
    return {(t["change"], t["kind"], t.get("address"), t.get("value")) for t in things}


class Pair(Case):
    def compare(self, a, b, code=NO):
        return self.json("diff", a, b, code=code)

    def facts(self, d, of="device"):
        return {f["name"]: (f["a"], f["b"]) for f in d["facts"] if f["of"] == of}

    def findings(self, d):
        return [(f["change"], f["finding"]["id"]) for f in d["findings"]]


class StC0(Pair):
    """STM32C0x_128.FLM: what the pack's five commits hold."""

    def test_table_of_the_small_chip_and_other_optimisation(self):
        """27da72da8 says 64 KiB; Init read PRIMASK for nothing; loops were unrolled."""
        d = self.compare(C0["27da72da8"], C0["86c144341"])
        self.assertEqual(self.facts(d), {"name": ("STM32C0x_64", "STM32C0x_128"),
                                         "size": (64 << 10, 128 << 10)})
        self.assertEqual(d["regions"]["b"], [{"start": 0x08000000, "count": 64, "size": 2048}])
        self.assertEqual(d["regions"]["a"], [{"start": 0x08000000, "count": 32, "size": 2048}])
        self.assertEqual(with_change(d, "same"), ["BlankCheck", "UnInit"])
        # MRS, and nine lines of an unrolled loop that polls BSY1.
        self.assertEqual(instructions(d)["EraseSector"], (10, 0, 58))
        self.assertEqual(touches(d["touches"]), set())
        self.assertEqual((d["stack"]["a"]["bytes"], d["stack"]["b"]["bytes"]), (76, 60))
        self.assertEqual(self.findings(d), [("lost", "STK-L018")])

    def test_erase_sector_asks_for_the_flash_size(self):
        d = self.compare(C0["86c144341"], C0["4c3e8834d"])
        self.assertTrue(d["same_table"])
        self.assertEqual(with_change(d, "changed"), ["EraseSector"])
        self.assertEqual(with_change(d, "same"),
                         ["BlankCheck", "EraseChip", "Init", "ProgramPage", "UnInit"])
        self.assertEqual(touches(d["touches"]), {("gained", "read", FLASH_SIZE, None),
                                                 ("gained", "constant", None, 0x3FF8)})

    def test_not_optimised(self):
        """6c2aae531 keeps each variable on the stack: all differ, and touch the same."""
        d = self.compare(C0["4c3e8834d"], C0["6c2aae531"])
        self.assertTrue(d["same_table"])
        self.assertEqual(with_change(d, "same", "added", "removed"), [])
        self.assertEqual({t for t in touches(d["touches"]) if t[1] != "constant"}, set())

    def test_all_flags_are_cleared_before_programming(self):
        """171f504be: 0xC3FA into FLASH_SR in ProgramPage too, which wrote 0x1FF."""
        d = self.compare(C0["6c2aae531"], C0["171f504be"])
        self.assertEqual({t for t in touches(d["touches"]) if t[1] != "constant"},
                         {("lost", "write", FLASH_SR, 0x1FF)})
        program, = [f for f in d["functions"] if name_of(f) == "ProgramPage"]
        self.assertEqual(touches(program["touches"]), {("lost", "write", FLASH_SR, 0x1FF)})

    def test_first_and_last(self):
        d = self.compare(C0["27da72da8"], C0["171f504be"])
        self.assertEqual(instructions(d)["Init"], (1, 0, 36))	# MRS r0, PRIMASK
        self.assertEqual(with_change(d, "same"), ["BlankCheck", "UnInit"])
        self.assertEqual(touches(d["touches"]), {("gained", "read", FLASH_SIZE, None),
                                                 ("lost", "write", FLASH_SR, 0x1FF)})


class StL0(Pair):
    def test_eeprom_name_and_sectors(self):
        """Another compiler and a table that says what EraseSector does: 256 bytes."""
        d = self.compare(L0 / "@a3f036217/CMSIS/Flash/STM32L07_8x_EEPROM.FLM",
                         L0 / "CMSIS/Flash/STM32L07_8x_EEPROM.FLM")
        self.assertEqual(self.facts(d), {"name": ("STM32L0 2 KByte Data EEPROM",
                                                  "STM32L0 6 KByte Data EEPROM")})
        self.assertEqual([[(r["count"], r["size"]) for r in d["regions"][s]] for s in "ab"],
                         [[(1, 3072)] * 2, [(12, 256)] * 2])
        self.assertEqual(with_change(d, "same"), ["BlankCheck"])
        self.assertEqual(with_change(d, "added", "removed"), [])
        self.assertEqual(d["touches"], [])
        self.assertEqual(self.findings(d), [("lost", "STK-L017")])


class W25Q128(Pair):
    """W25Q128_STM32F412ZG.stldr: two pairs of commits that follow each other."""

    def test_without_systick(self):
        """Init counts itself through a delay; HAL_InitTick and HAL_ResumeTick are empty."""
        d = self.compare(W25Q["9c48f34bb"], W25Q["0f6f09ff3"])
        self.assertEqual(self.facts(d), {"type": (7, 3), "type_name": ("SPI_FLASH", "NOR_FLASH")})
        self.assertIsNone(d["regions"])
        changed = instructions(d)
        self.assertEqual(set(changed), {"W25Q128JV_Init", "HAL_InitTick", "HAL_ResumeTick",
                                        "HAL_RCC_OscConfig", "HAL_RCC_ClockConfig"})
        self.assertEqual(changed["W25Q128JV_Init"], (36, 44, 143))
        self.assertEqual(changed["HAL_InitTick"], (24, 2, 24))
        self.assertEqual(changed["HAL_ResumeTick"], (4, 0, 5))
        self.assertEqual(with_change(d, "added", "removed"), [])
        resume, = [f for f in d["functions"] if name_of(f) == "HAL_ResumeTick"]
        self.assertEqual(touches(resume["touches"]), {("lost", "read", SYST_CSR, None),
                                                      ("lost", "write", SYST_CSR, None)})
        self.assertLessEqual({("lost", "write", SYST_CSR + n, None) for n in (0, 4, 8)},
                             touches(d["touches"]))
        # CubeProgrammer hangs in it since 2.7.0, and does not any more.
        self.assertIn(("lost", "STK-L202"), self.findings(d))

    def test_faster_clock_and_a_table_of_one_mebibyte(self):
        """Init resets the clocks first; 100 MHz from the PLL; 16 sectors, not 256."""
        d = self.compare(W25Q["a5817419c"], W25Q["cab0a33b4"])
        self.assertEqual(self.facts(d), {})
        self.assertEqual([[(r["count"], r["size"]) for r in d["regions"][s]] for s in "ab"],
                         [[(256, 65536)], [(16, 65536)]])
        self.assertEqual(self.facts(d, "loader")["ram_size"], (254040, 10566))
        self.assertEqual(instructions(d), {
            "Init": (0, 1, 39), "SystemClock_Config": (14, 14, 36), "LL_USART_Init": (1, 1, 66),
            "RCC_GetHCLKClockFreq": (1, 1, 3), "RCC_GetPCLK1ClockFreq": (1, 1, 3),
            "RCC_GetPCLK2ClockFreq": (1, 1, 3)})
        self.assertEqual(with_change(d, "removed"), ["HAL_InitTick", "LL_RCC_SetTIMPrescaler"])
        self.assertEqual(with_change(d, "added"),
                         ["LL_RCC_PLL_ConfigDomain_SYS", "LL_RCC_PLL_Disable",
                          "LL_RCC_PLL_Enable", "LL_RCC_PLL_IsReady", "ResetClock_Config",
                          "ResetMemory"])
        # The PLL is set up now; nothing that Init calls asks for frequencies any more.
        self.assertEqual({t for t in touches(d["touches"]) if t[1] != "read"},
                         {("lost", "write", RCC_DCKCFGR, None), ("gained", "write", RCC_PLLCFGR,
                           None), ("lost", "constant", None, 16_000_000),
                          ("gained", "constant", None, 0xFFBF8000)})
        self.assertEqual(self.findings(d), [("gained", "STK-L007")])


class OneCodeImage(Pair):
    def test_families_of_the_g4(self):
        """Eight algorithms with one code image: the table alone differs."""
        names = ["G43x-4x_32", "G43x-4x_64", "G43x-4x_128", "G47x-8x_128", "G47x-8x_256",
                 "G47x-8x_512", "G49x-Ax_256", "G49x-Ax_512"]
        files = [G4 / f"STM32{name}.FLM" for name in names]
        for a, b in zip(files, files[1:]):
            with self.subTest(a=a.name, b=b.name):
                d = self.compare(a, b)
                self.assertEqual((d["same_code"], d["same_table"]), (True, False))
                self.assertLessEqual(set(self.facts(d)), {"name", "size"})
                self.assertEqual(with_change(d, "changed", "added", "removed"), [])

    def test_debug_information_does_not_count(self):
        d = self.compare(G4 / "STM32G4xx_128.FLM",
                         pathlib.Path(CORPUS) / "derived/STM32G4xx_128.strip-debug.FLM", code=DONE)
        self.assertEqual((d["equal"], d["same_file"]), (True, False))

    def test_without_symbols_it_is_of_no_use(self):
        d = self.compare(G4 / "STM32G4xx_128.FLM",
                         pathlib.Path(CORPUS) / "derived/STM32G4xx_128.strip-all.FLM")
        self.assertEqual((d["same_code"], d["b"]["error"]["cause"]), (True, "no-symbols"))


if __name__ == "__main__":
    unittest.main()
