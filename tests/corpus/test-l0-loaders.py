#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Vendor's flash algorithms for STM32L0 and L1, through whole jobs on virtual chips."""
import os
import pathlib
import sys

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/command"))
CORPUS = os.environ.get("STOKER_CORPUS", "")
if not CORPUS:
    print("SKIP: no corpus of real loaders (configure --with-corpus=DIR)")
    sys.exit(77)

import harness  # noqa: E402
from harness import FLASH, KIB, NO, Case, noise  # noqa: E402

PACKS = pathlib.Path(CORPUS) / "loaders"
L0 = PACKS / "Open-CMSIS-Pack+STM32L0xx_DFP"
L1 = PACKS / "Open-CMSIS-Pack+STM32L1xx_DFP"
EEPROM = 0x08080000

# Loader, chip, device's start and size: all of it is programmed, with and without a mass erase.
WHOLE = [
    (L0, "CMSIS/Flash/STM32L0xx_8.FLM", "stm32l011k4", FLASH, 8 * KIB),
    (L0, "CMSIS/Flash/STM32L0xx_32.FLM", "stm32l031k6", FLASH, 32 * KIB),
    (L0, "CMSIS/Flash/STM32L0xx_128.FLM", "stm32l072cb", FLASH, 128 * KIB),
    (L0, "CMSIS/Flash/STM32L01_2x_EEPROM.FLM", "stm32l011k4", EEPROM, 512),
    (L0, "CMSIS/Flash/STM32L03_4x_EEPROM.FLM", "stm32l031k6", EEPROM, KIB),
    (L0, "CMSIS/Flash/STM32L05_6x_EEPROM.FLM", "stm32l053c8", EEPROM, 2 * KIB),
    (L0, "CMSIS/Flash/STM32L07_8x_EEPROM.FLM", "stm32l072cb", EEPROM, 6 * KIB),
    (L1, "CMSIS/Flash/STM32L1xx_128.FLM", "stm32l152rb", FLASH, 128 * KIB),
    (L1, "CMSIS/Flash/STM32L1xx_256.FLM", "stm32l152rc", FLASH, 256 * KIB),
    (L1, "CMSIS/Flash/STM32L1xx_128_EEPROM.FLM", "stm32l152rb", EEPROM, 4 * KIB),
]


class Jobs(Case):
    def program(self, loader, target, start, data, code=0):
        self.file("x.bin", data)
        return self.json("program", "x.bin", "--base", start, "-l", loader, "-t", target,
                         code=code)

    def test_the_whole_device(self):
        for pack, name, chip, start, size in WHOLE:
            with self.subTest(loader=name):
                d = self.program(pack / name, f"emu:{chip}", start, noise(1, size))
                self.assertTrue(d["verified"])

    def test_a_chip_that_was_used(self):
        """The old build erases 256 bytes of what it declares as a sector of 3 KiB."""
        store = self.folder / "chip.store"
        target = f"emu:stm32l072cb,store={store}"
        good = L0 / "CMSIS/Flash/STM32L07_8x_EEPROM.FLM"
        old = L0 / "@a3f036217/CMSIS/Flash/STM32L07_8x_EEPROM.FLM"
        self.program(good, target, EEPROM, noise(2, 6 * KIB))
        d = self.program(old, target, EEPROM, noise(3, 6 * KIB), code=NO)
        self.assertEqual(d["error"]["cause"], "no-effect")
        self.assertIn("0x08080100", d["error"]["message"])
        self.assertTrue(self.program(good, target, EEPROM, noise(4, 6 * KIB))["verified"])


if __name__ == "__main__":
    harness.main()
