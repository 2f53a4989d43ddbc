#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The two stories that the database is for, as README.md shows them.

Somebody's loader works in STM32CubeIDE 1.7 and hangs since 1.8; the flash algorithm of a pack
fails where that of the version before works. The binary of that pack's 1.3.0 is not to be had:
our g431-dual-bank.FLM plays it, which does what the reports say of it.
"""
import os
import shutil

import harness
import installs
import snapshot
import transcript
from harness import DONE, NO, SOURCE

NAME = "h743-w25q128.stldr"
LOGS = SOURCE / "tests/explain"


class Story(transcript.Shown):
    """A home with the installs where their installers put them for one user."""

    def setUp(self):
        super().setUp()
        loaders = {NAME: installs.loader("host-hal-tick.stldr"),
                   "W25Q128_STM32H7B0.stldr": installs.loader("h7b0-w25q128.stldr")}
        self.ide_170 = self.ide("1.7.0", installs.STAMP_170, loaders)
        self.ide_180 = self.ide("1.8.0", installs.STAMP_180, loaders)
        (self.folder / ".cache/arm").mkdir(parents=True)
        self.packs = installs.keil(self.folder / ".cache/arm/packs")
        self.top = [self.folder / "st", self.packs]
        self.at_first = snapshot.take(*self.top)
        self.file("board.bin", harness.noise(1, 20 * harness.KIB))
        self.file("app.elf", installs.loader("firmware-g431-large.elf"))
        (self.folder / "rebuilt").mkdir()
        self.file("rebuilt/" + NAME, installs.loader("h743-w25q128.stldr"))
        self.file("gdb-server.log", (LOGS / "cubeide-12847-h743-segment0.log").read_bytes())
        self.file("pyocd.log", (LOGS / "pyocd-1343-g431kb-erase.log").read_bytes())
        self.update()

    def tearDown(self):
        self.assertEqual(sorted(self.folder.rglob("WAS-RUN")), [], "a program was run")

    def ide(self, version, stamp, loaders):
        ide = installs.cubeide(self.folder / f"st/stm32cubeide_{version}", version, stamp,
                               loaders=loaders)
        cli = installs.Tree.tools(ide)[stamp] / "bin/STM32_Programmer_CLI"
        cli.write_text(installs.NEVER_RUN + f"# {version}\n")
        return ide

    def update(self):
        """A program that does what an update of the IDE does: the vendor's files once more."""
        kept = self.folder / ".bin/vendors.stldr"
        shutil.copy2(self.external(self.ide_180), kept)
        script = self.folder / ".bin/update-of-the-ide"
        script.write_text(f'#!/bin/sh\ncp -p "{kept}" "{self.external(self.ide_180)}"\n')
        script.chmod(0o755)

    @staticmethod
    def external(ide):
        tools, = installs.Tree.tools(ide).values()
        return tools / "bin/ExternalLoader" / NAME

    def changed(self):
        """What lies otherwise than at first, from the home."""
        return [os.path.relpath(p, self.folder)
                for p in snapshot.changed(self.at_first, snapshot.take(*self.top))]


class Segment0(Story):
    """A loader on HAL ticks, in STM32CubeIDE 1.7 and 1.8."""
    ON = ("board.bin", "-t", "emu:stm32h743xi,nor=w25q128jv", "--base", "0x90000000")

    def program(self, ide, code, host=None):
        return self.json("program", *self.ON, "-l", self.external(ide), "--host", host or ide,
                         code=code)

    def test_readme(self):
        self.runs_as_shown(transcript.chapter("README.md", "### A loader that hangs since the update"))
        self.assertEqual(self.changed(), [])

    def test_works_under_one_and_hangs_under_the_other(self):
        for name in "cubeide@1.7.0", None:
            self.assertTrue(self.program(self.ide_170, DONE, name)["verified"])
        for name in "cubeide@1.8.0", None:
            bad = self.program(self.ide_180, NO, name)
            self.assertEqual(bad["error"]["cause"], "ticks-masked")
        self.assertEqual(self.changed(), [])

    def test_cured_by_the_tree(self):
        self.json("swap", "cubeide@1.8.0", "--programmer-from", "cubeide@1.7.0", "--yes")
        tools, = installs.Tree.tools(self.ide_180).values()
        theirs, = installs.Tree.tools(self.ide_170).values()
        self.assertEqual(snapshot.below(snapshot.take(tools), tools),
                         snapshot.below(snapshot.take(theirs), theirs))
        self.program(self.ide_180, DONE)
        self.json("audit", self.folder / "st", code=DONE)
        self.json("restore", "cubeide@1.8.0", "--yes")
        self.assertEqual(self.changed(), [])
        self.program(self.ide_180, NO)
        self.json("audit", self.folder / "st", code=NO)

    def test_cured_by_a_rebuilt_loader(self):
        self.json("pin", "cubeide@1.8.0", "STM32H743XI", "rebuilt/" + NAME,
                  "--why", "its ticks need no interrupt")
        self.json("swap", "cubeide@1.8.0", "--all", "--yes")
        placed = os.path.relpath(self.external(self.ide_180), self.folder)
        self.assertEqual(self.changed(), [placed])
        self.program(self.ide_180, DONE)
        self.shell("update-of-the-ide")
        self.program(self.ide_180, NO)
        self.json("toolchain", "status", self.folder / "st", code=NO)
        self.json("swap", "cubeide@1.8.0", "--all", "--yes")
        self.program(self.ide_180, DONE)
        self.json("restore", "cubeide@1.8.0", "--yes")
        self.program(self.ide_180, NO)


class Bank2(Story):
    """The G4's pack 1.3.0, whose flash algorithm takes the G431 for a part of two banks."""
    PACK = "Keil.STM32G4xx_DFP"

    def flm(self, version):
        return self.packs / "Keil/STM32G4xx_DFP" / version / installs.FLM

    def program(self, version, code):
        return self.json("program", "app.elf", "-t", "emu:stm32g431cb", "-l",
                         self.flm(version), code=code)

    def test_readme(self):
        self.runs_as_shown(transcript.chapter("README.md", "### A pack's new flash algorithm"))
        self.assertEqual(self.changed(), [])

    def test_from_the_failure_to_the_cure_and_back(self):
        error = self.program("1.3.0", NO)["error"]
        self.assertEqual(error["cause"], "bank-mode-mismatch")
        self.assertIn("0x08010000", str(error))
        self.program("1.2.0", DONE)
        self.json("pin", f"{self.PACK}@1.3.0", "STM32G431xB", self.flm("1.2.0"),
                  "--why", "1.3.0 takes it for a part of two banks")
        self.json("swap", f"{self.PACK}@1.3.0", "--all", "--yes")
        self.assertEqual(self.changed(), [os.path.relpath(self.flm("1.3.0"), self.folder)])
        self.program("1.3.0", DONE)
        self.json("restore", "--all", "--yes")
        self.assertEqual(self.changed(), [])
        self.program("1.3.0", NO)

    def test_the_log_is_explained(self):
        document = self.json("explain", "pyocd.log")
        self.assertEqual(document["causes"][0]["cause"], "bank-mode-mismatch")
        self.assertEqual((document["step"], document["address"]), ("erase", 0x08010000))


if __name__ == "__main__":
    transcript.main()
