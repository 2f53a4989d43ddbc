#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The life of a database beside installs of every kind: nothing but what was told changes."""
import hashlib
import json
import os
import pathlib
import shutil

import harness
import installs
import snapshot
from harness import DONE, G4, NO, Case

G4_PACK = "Keil.STM32G4xx_DFP"
CHIP = "emu:stm32g431cb"


def digest(data):
    return hashlib.sha256(data).hexdigest()


class Life(Case):
    """Two CubeIDEs, a CubeProgrammer, a CubeCLT, a pack root, a VS Code bundle."""

    def setUp(self):
        super().setUp()
        self.top = self.folder / "machine"
        self.tree = installs.Tree(self.top)
        self.env["STOKER_DB"] = str(self.folder / "loaders.db")
        self.pack_130 = self.tree.keil / "Keil/STM32G4xx_DFP/1.3.0" / installs.FLM
        self.was = snapshot.take(self.top)

    def tearDown(self):
        self.assertEqual(self.tree.was_run(), [], "a program of an install was run")

    # ---- what changed, and nothing else ----------------------------------

    def changes(self, what="what changed"):
        """The paths that are not as they were at the last call."""
        now = snapshot.take(self.top)
        changed = snapshot.changed(self.was, now)
        self.before, self.was = self.was, now
        return changed

    def untouched(self, *args, code=DONE):
        document = self.json(*args, code=code)
        self.assertEqual(self.changes(), [], args)
        return document

    def only_bytes_changed(self, path):
        """Of one file: other bytes, the same mode and time."""
        self.assertEqual(self.changes(), [str(path)])
        old, new = self.before[str(path)], self.was[str(path)]
        self.assertEqual(old[:3], new[:3])
        self.assertNotEqual(old[4], new[4])

    # ---- the steps -------------------------------------------------------

    def scan(self):
        document = self.untouched("toolchain", "scan", self.top)
        found = {(i["tool"], i["version"]) for i in document["installs"]}
        self.assertLessEqual({("cubeide", "1.7.0"), ("cubeide", "1.8.0"),
                              ("cubeprogrammer", "2.21.0"), ("cubeclt", "1.18.0")}, found)
        self.assertLessEqual({"cube-vscode", "keil"}, {tool for tool, _ in found})

    def imported(self):
        self.untouched("db", "import", self.top)
        listed = {b["sha256"] for b in self.untouched("db", "list")["builds"]}
        for data in (installs.good_flm(), installs.bad_flm(),
                     *installs.external_loaders().values()):
            self.assertIn(digest(data), listed)
        self.of_installs()
        self.untouched("db", "import", self.top)
        self.assertEqual({b["sha256"] for b in self.untouched("db", "list")["builds"]}, listed)
        self.untouched("db", "check")

    def of_installs(self):
        """What was found in an install is known by it, packs by themselves."""
        for tool, version in ("cubeide", "1.7.0"), ("cubeide", "1.8.0"), \
                ("cubeprogrammer", "2.21.0"), ("cubeclt", "1.18.0"), (G4_PACK, "1.3.0"):
            found = self.untouched("db", "list", "--tool", f"{tool}@{version}")["builds"]
            self.assertTrue(found, tool)
        shown = self.untouched("db", "show", "STM32G4xx_128.FLM@1.3.0")
        self.assertEqual(shown["build"]["sha256"], digest(installs.bad_flm()))
        self.untouched("db", "show", "W25Q128_STM32H743.stldr@cubeide@1.8.0")

    def pin(self):
        self.untouched("pin", f"{G4_PACK}@1.3.0", "STM32G431CB", digest(installs.good_flm())[:12],
                       "--why", "1.3.0 takes the part for one with two banks")
        pin, = self.untouched("pins")["pins"]
        self.assertEqual(pin["sha256"], digest(installs.good_flm()))
        self.untouched("resolve", f"{G4_PACK}@1.3.0", "STM32G431CB")

    def swap(self):
        self.untouched("swap", f"{G4_PACK}@1.3.0", "--plan", "--root", self.top)
        self.json("swap", f"{G4_PACK}@1.3.0", "--yes", "--root", self.top)
        self.only_bytes_changed(self.pack_130)
        self.assertEqual(self.pack_130.read_bytes(), installs.good_flm())

    def status(self, code):
        return self.untouched("toolchain", "status", self.top, code=code)

    def test_scan_to_restore(self):
        self.scan()
        self.imported()


if __name__ == "__main__":
    harness.main()
