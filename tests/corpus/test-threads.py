#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What users ask for help with, provoked with real loaders; beside each a near miss."""
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

LOADERS = pathlib.Path(CORPUS) / "loaders"
F4 = LOADERS / "Open-CMSIS-Pack+STM32F4xx_DFP/CMSIS/Flash/STM32F4xx_512.FLM"
H743 = LOADERS / "MubarakshinRuslan+w25q128jv_stm32h743iitx_external_loader/h743_flash.stldr"


class Threads(Case):
    def program(self, loader, target, base, cause=None):
        image = self.file("x.bin", noise(1, 20 * KIB))
        args = ["program", image, "--base", base, "-l", loader, "-t", target]
        if cause:
            return self.fails(*args, code=NO, cause=cause)
        self.assertTrue(self.json(*args)["verified"])
        return None

    def test_sector_erase_fails_on_an_f407(self):
        """The loader clears WRPERR before it returns: the option bytes tell."""
        protected = "fail=write-protected@0x08004000+16K"
        error = self.program(F4, f"emu:stm32f407ve,{protected}", FLASH, "write-protected")
        self.assertIn("sector 1 at 0x08004000", error["message"])
        other = "fail=write-protected@0x08008000+16K"
        self.program(F4, f"emu:stm32f407ve,{other}", FLASH)

    def test_an_f407_on_two_volts(self):
        error = self.program(F4, "emu:stm32f407ve,vdd=2.0", FLASH, "supply-too-low")
        self.assertIn("2.7 V", str(error["evidence"]))
        self.assertEqual(error["basis"], "assumed")
        self.program(F4, "emu:stm32f407ve,vdd=2.8", FLASH)

    def test_an_application_left_the_memory_in_qpi(self):
        left = "nor=w25q128jv,nor.qe=0"
        error = self.program(H743, f"emu:stm32h750vb,{left},nor.state=qpi", 0x90000000,
                             "nor-in-qpi")
        self.assertIn("four lines", str(error["evidence"]))
        self.program(H743, f"emu:stm32h750vb,{left}", 0x90000000)


if __name__ == "__main__":
    harness.main()
