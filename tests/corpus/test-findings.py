#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What inspect finds in real loaders: all errors and warnings, and no others.

Each was looked at by hand, in the table or in the disassembly; the reasons are
in docs/findings. A rule that begins to fire elsewhere fails here.
"""
import os
import pathlib
import sys

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/command"))
CORPUS = os.environ.get("STOKER_CORPUS", "")
if not CORPUS:
    print("SKIP: no corpus of real loaders (configure --with-corpus=DIR)")
    sys.exit(77)

import harness
from harness import INPUT, Case

LOADERS = pathlib.Path(CORPUS) / "loaders"
SUFFIXES = (".flm", ".stldr", ".elf")


def pack(name, *files, at=""):
    return {f"Open-CMSIS-Pack+{name}_DFP/{at}CMSIS/Flash/{file}" for file in files}


H743 = "MubarakshinRuslan+w25q128jv_stm32h743iitx_external_loader/h743_flash.stldr"
W25Q = "W25Q128_STM32F412ZG/{}W25Q128_STM32F412ZG.stldr"
HEAD = "kotetsuy+STLDR/" + W25Q.format("")
FIRST = "kotetsuy+STLDR/@c7bc962ba/W25Q128_STM32F412ZG/" + W25Q.format("Exe/")
GCC = {f"kotetsuy+STLDR/@{commit}/" + W25Q.format("Release/")
       for commit in ("0f6f09ff3", "9c48f34bb")}

FOUND = {
    "STK-A006": {"Open-CMSIS-Pack+devtools/tools/packchk/test/data/DuplicateFlashAlgo/Flash/"
                 "ARMCMx_512.FLM"},
    "STK-L002": {"hpmicro+segger_open_flashloader/JLink/Devices/hpmicro/HPM5361/"
                 "HPM5361xxxx_QSPI.elf"},
    "STK-L003": pack("STM32L4xx", "MX25LM51245G_STM32L4R9I-DISCO-KEIL.FLM"),
    "STK-L007": {HEAD},
    "STK-L008": pack("STM32L1xx", "STM32L1xx_256_OPT.FLM"),
    "STK-L009": pack("STM32G4xx", "STM32G4xx_DB_OPT.FLM", "STM32G4xx_SB_OPT.FLM") |
                pack("STM32H7xx", "STM32H7A-B3_Flash_1M.FLM") |
                pack("STM32L0xx", "STM32L0xx_128.FLM", "STM32L0xx_32.FLM", "STM32L0xx_8.FLM"),
    "STK-L010": pack("STM32F7xx", "STM32F77x_QSPI_Micron.FLM") |
                pack("STM32L0xx", "STM32L0xx_OPT.FLM"),
    "STK-L017": pack("STM32L0xx", "STM32L07_8x_EEPROM.FLM", "STM32L07x_64_EEPROM.FLM",
                     at="@a3f036217/"),
    "STK-L018": pack("STM32C0xx", "STM32C0x_128.FLM", at="@27da72da8/"),
    # H743 clears C_MASKINTS first.
    "STK-L202": {path for path in GCC if "9c48f34bb" in path},
    "STK-L204": {H743},
    # All of these, and no others there, write RDP = 0xAA in Init.
    "STK-L205": pack("STM32G4xx", "STM32G4x1_256.FLM", "STM32G4x1_512.FLM",
                     *(f"STM32G4xx_{kib}.FLM" for kib in (32, 64, 128, 256, 512))) |
                pack("STM32U5xx", "STM32U5Fx_2M_0C00.FLM", "STM32U5Fx_4M_0C00.FLM"),
    "STK-L206": pack("STM32G0xx", "STM32G0x1_DB_OPT.FLM"),
    "STK-S004": {FIRST},
    "STK-S006": {H743},
    "STK-S007": GCC,
    "STK-S009": {FIRST},
    "STK-S013": {H743},
}


class Findings(Case):
    def test_these_and_no_others(self):
        files = sorted(p for p in LOADERS.rglob("*")
                       if p.suffix.lower() in SUFFIXES and p.is_file())
        self.assertGreater(len(files), 150)
        found = {}
        for d in self.json("inspect", *files, code=INPUT):
            for f in d.get("findings", ()):
                if f["level"] != "note":
                    found.setdefault(f["id"], set()).add(
                        str(pathlib.Path(d["path"]).relative_to(LOADERS)))
        self.assertEqual(found, FOUND)


if __name__ == "__main__":
    harness.main()
