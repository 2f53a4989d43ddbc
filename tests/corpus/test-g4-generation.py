#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Vendors' flash algorithms on the chips of the G4 flash generation.

A covering set of each device: its first and last sector, those on both sides of
its middle, where banks meet, and seeded others. Programmed twice, so that each
sector is erased with data in it. Whole devices are tests/long/vendor-loaders.sh.
"""
import os
import pathlib
import random
import struct
import sys
import unittest

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/command"))
CORPUS = os.environ.get("STOKER_CORPUS", "")
if not CORPUS:
    print("SKIP: no corpus of real loaders (configure --with-corpus=DIR)")
    sys.exit(77)

import harness
from harness import DONE, FLASH, NO, Case

LOADERS = pathlib.Path(CORPUS) / "loaders"
SINGLE, L4_SINGLE, G0_SINGLE = (f"opt.OPTR={value:#x}"
                                for value in (0xFFAFF8AA, 0xFFCFF8AA, 0xFFDFFEAA))

# Algorithm of the family's pack, chips; each with the option state it is meant for.
GOOD = {
    "G4": [("STM32G43x-4x_128", "stm32g431cb"), ("STM32G4xx_128", "stm32g431cb"),
           ("STM32G47x-8x_512", "stm32g474re", f"stm32g474re,{SINGLE}"),
           ("STM32G47x-8x_256", f"stm32g474rc,{SINGLE}"),
           ("STM32G47x-8x_128", f"stm32g473cb,{SINGLE}"),
           ("STM32G4xx_512_Dual", "stm32g474re"), ("STM32G49x-Ax_512", "stm32g491re")],
    "G0": [("STM32G05x_32", "stm32g051c6"), ("STM32G0xx_64", "stm32g031c8"),
           ("STM32G0xx_128", "stm32g071cb"),
           ("STM32G0Bx_256", "stm32g0b1cc", f"stm32g0b1cc,{G0_SINGLE}")],
    "L4": [("STM32L4xx_64", "stm32l412c8"), ("STM32L4xx_256", "stm32l431cc", "stm32l476rc"),
           ("STM32L4xx_512", "stm32l452ce", "stm32l476re"),
           ("STM32L4xx_1024", "stm32l475vg", "stm32l496rg"),
           ("STM32L4Rx_2048", f"stm32l4r5zi,{SINGLE}"),
           ("STM32L4Rx_1024_Dual", "stm32l4r5zg"),
           ("STM32L4Px_512_Single", f"stm32l4p5ze,{L4_SINGLE}")],
    "C0": [("STM32C0x_16", "stm32c011d4"), ("STM32C0x_32", "stm32c031c6"),
           ("STM32C0x_64", "stm32c051c8"), ("STM32C0x_128", "stm32c071cb"),
           ("STM32C0x_256", "stm32c092rc")],
    "U0": [("STM32U0xx_64k", "stm32u031c8")],
    "WB": [("STM32WB3x_256_M4", "stm32wb35cc"), ("STM32WB_M4", "stm32wb55rg")],
    "WL": [("STM32WLExx_128", "stm32wle5cb", "stm32wl55jc")],
}

# What silicon does not bear: algorithm, chip, the rule that says why.
BAD = (
    ("G4", "STM32G47x-8x_256", "stm32g474rc", "g4-gap"),
    ("G4", "STM32G47x-8x_128", "stm32g473cb", "g4-no-second-bank"),
    ("G4", "STM32G4x1_512", "stm32g491re", "g4-bker-single-bank"),
    ("L4", "STM32L4xx_512", f"stm32l476re,{L4_SINGLE}", "g4-bker-single-bank"),
)


def algorithm(family, name):
    return LOADERS / f"Open-CMSIS-Pack+STM32{family}xx_DFP/CMSIS/Flash/{name}.FLM"


def record(kind, addr, data):
    raw = struct.pack(">BHB", len(data), addr, kind) + data
    return ":" + (raw + bytes([-sum(raw) & 0xFF])).hex().upper()


class Vendor(Case):
    def image(self, path, seed, whole):
        """
        An Intel HEX file: noise at both ends of each sector of the covering set, or
        in all of it, which is what can be given where nothing can be read.
        """
        image = self.folder / f"{path.stem}-{seed}.hex"
        if image.exists():
            return image
        region, = self.json("inspect", path)[0]["device"]["regions"]
        size, count = region["size"], region["count"]
        rng = random.Random(seed)
        sectors = {0, count // 2 - 1, count // 2, count - 1,
                   *random.Random(0).sample(range(count), 4)}
        lines = []
        for sector in sorted(sectors):
            for at in range(0, size, 32) if whole else (*range(0, 256, 32), size - 32):
                addr = FLASH + sector * size + at
                lines.append(record(4, 0, struct.pack(">H", addr >> 16)))
                lines.append(record(0, addr & 0xFFFF, rng.randbytes(32)))
        image.write_text("\n".join([*lines, record(1, 0, b""), ""]))
        return image

    def program(self, path, target, seed, code, whole=False):
        """What it says; the report of a failure is on the standard error."""
        return "".join(self.stoker("program", "-l", path, "-t",
                                   f"emu:{target},store={self.folder}/{target[:11]}",
                                   self.image(path, seed, whole), code=code))

    def test_good(self):
        for family, rows in GOOD.items():
            for name, *targets in rows:
                for target in targets:
                    with self.subTest(name, target=target):
                        path = algorithm(family, name)
                        for seed in 1, 2:
                            out = self.program(path, target, seed, DONE)
                            self.assertIn("by readback", out)
                        (self.folder / target[:11]).unlink()

    def test_each_version_of_c0(self):
        for path in sorted((LOADERS / "Open-CMSIS-Pack+STM32C0xx_DFP").rglob("STM32C0x_64.FLM")):
            with self.subTest(path=path):
                for seed in 1, 2:
                    self.program(path, "stm32c071c8", seed, DONE)
                (self.folder / "stm32c071c8").unlink()

    def test_bad(self):
        for family, name, target, rule in BAD:
            with self.subTest(name, target=target):
                path = algorithm(family, name)
                # Erased cells hide that an erase did nothing.
                if rule == "g4-no-second-bank":
                    self.program(path, target, 1, DONE, True)
                self.assertIn(f"chip rule: {rule}:",
                              self.program(path, target, 2, NO, True))
                (self.folder / target[:11]).unlink()


if __name__ == "__main__":
    unittest.main()
