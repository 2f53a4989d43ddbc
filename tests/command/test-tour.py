#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What README.md and docs/tour.md show of loaders and packs is what comes out."""
import os
import pathlib
import unittest

import installs
import packs
import transcript

CORPUS = os.environ.get("STOKER_CORPUS")
TOUR = "docs/tour.md"
C0 = "Open-CMSIS-Pack+STM32C0xx_DFP/{}CMSIS/Flash/STM32C0x_128.FLM"


class Tour(transcript.Shown):
    def vendor(self, name, as_name):
        (self.folder / as_name).parent.mkdir(exist_ok=True)
        self.file(as_name, (pathlib.Path(CORPUS) / "loaders" / name).read_bytes())

    def both(self):
        self.file("g431.FLM", installs.good_flm())
        self.file("g431-dual-bank.FLM", installs.bad_flm())

    def test_front_door(self):
        self.both()
        self.file("firmware-g431-large.elf", installs.loader("firmware-g431-large.elf"))
        self.runs_as_shown(transcript.chapter("README.md", "## Flashing fails: why?"))

    def test_good_and_bad(self):
        self.both()
        self.runs_as_shown(transcript.chapter(TOUR, "## Is it good?"))

    @unittest.skipUnless(CORPUS, "no vendor's loaders here")
    def test_file(self):
        self.vendor("MubarakshinRuslan+w25q128jv_stm32h743iitx_external_loader/h743_flash.stldr",
                    "h743_flash.stldr")
        self.runs_as_shown(transcript.chapter(TOUR, "## What its file tells"))

    @unittest.skipUnless(CORPUS, "no vendor's loaders here")
    def test_diff(self):
        self.vendor(C0.format("@27da72da8/"), "old/STM32C0x_128.FLM")
        self.vendor(C0.format("@86c144341/"), "STM32C0x_128.FLM")
        self.runs_as_shown(transcript.chapter(TOUR, "## What changed between two builds"))

    def test_pack(self):
        names = [f"CMSIS/Flash/{name}" for name in ("g431.FLM", "g431-dual-bank.FLM")]
        device = packs.device("STM32G431CBTx", packs.SRAM, packs.FLASH,
                              packs.algorithm(names[0], default=1), packs.algorithm(names[1], default=0))
        packs.archive(self.folder / "Test_DFP.pack", {
            packs.PDSC: packs.package(packs.family(device)),
            names[0]: installs.good_flm(), names[1]: installs.bad_flm()})
        self.runs_as_shown(transcript.chapter(TOUR, "## Which one of a pack is used"))


if __name__ == "__main__":
    transcript.main()
