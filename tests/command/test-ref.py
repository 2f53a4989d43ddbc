#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What names a loader: a path, a digest, a name, and where it was seen."""
import os
import pathlib
import shutil

import harness
import installs
from harness import FIRMWARE, G4, H7, INPUT, LOADERS, USAGE, Case
from packs import FLASH, PDSC, SRAM, algorithm, archive, device, family, package

DATABASE = 5
PACK = "Keil.STM32G4xx_DFP"
FLM = "STM32G4xx_128.FLM"
B = str(LOADERS / "b/g431.FLM")
CHIP = "emu:stm32g431cb"


class Refs(Case):
    def setUp(self):
        super().setUp()
        self.database = self.folder / "loaders.db"
        self.env["STOKER_DB"] = str(self.database)
        self.digest = self.json("inspect", G4)[0]["sha256"]

    def test_every_command_takes_them(self):
        self.stoker("db", "import", G4, H7)
        for ref in (self.digest, self.digest[:8], self.digest[:8].upper(), "g431.FLM"):
            with self.subTest(ref=ref):
                self.assertEqual(self.json("inspect", ref)[0]["sha256"], self.digest)
                document = self.json("program", "-l", ref, "-t", CHIP, FIRMWARE)
                self.assertEqual(document["loaders"][0]["sha256"], self.digest)
                self.assertNotIn("chosen", document["loaders"][0])
        self.json("read", "-l", "g431.FLM", "-t", CHIP, "--range", "0x08000000+16")
        self.json("erase", "-l", "g431.FLM", "-t", CHIP, "--all")
        self.json("verify", "-l", "g431.FLM", "-t", self.programmed(), FIRMWARE)
        self.json("blank-check", "-l", "g431.FLM", "-t", CHIP)
        self.json("call", "Init", "0x08000000", "0", "1", "-l", "g431.FLM", "-t", CHIP)
        self.assertTrue(self.json("diff", G4, "g431.FLM")["equal"])
        document = self.json("qualify", "-t", CHIP, "--check", "program", "g431.FLM")
        self.assertEqual(document["loaders"][0]["sha256"], self.digest)

    def programmed(self):
        chip = self.chip()
        self.stoker("program", "-l", "g431.FLM", "-t", chip, FIRMWARE)
        return chip

    def inspect_fails(self, ref, *more, code):
        """Its errors are of single files."""
        _, err = self.stoker("inspect", ref, *more, code=code)
        error = self.json("inspect", ref, *more, code=code)[0]["error"]
        self.assertIn(error["message"][:40], err)
        return error

    def test_a_file_comes_before_a_build(self):
        self.stoker("db", "import", G4)
        shutil.copy(H7, self.folder / "g431.FLM")
        self.assertNotEqual(self.json("inspect", "g431.FLM")[0]["sha256"], self.digest)
        shutil.copy(H7, self.folder / self.digest[:8])
        self.assertNotEqual(self.json("inspect", self.digest[:8])[0]["sha256"], self.digest)

    def test_a_path_opens_no_database(self):
        """Nor does a name with a slash in it, whether or not such a file is there."""
        self.database.write_text("no database")
        self.json("inspect", G4)
        self.json("program", "-l", G4, "-t", CHIP, FIRMWARE)
        error = self.inspect_fails("./g431.FLM", code=INPUT)
        self.assertRegex(error["message"], "'./g431.FLM': No such file.*; and it is not in the"
                                           " database, where no build's name has a '/'")
        self.inspect_fails("g431.FLM", code=DATABASE)

    def test_neither_a_file_nor_a_build(self):
        error = self.fails("program", "-l", "g431.FLM", "-t", CHIP, FIRMWARE, code=INPUT)
        self.assertIn("'g431.FLM': No such file", error["message"])
        self.assertIn("there is no loader database", error["message"])
        self.assertFalse(self.database.exists())
        self.stoker("db", "import", H7)
        errors = [self.fails("diff", G4, "g431.FLM", code=INPUT),
                  self.fails("qualify", "-t", CHIP, "g431.FLM", code=INPUT),
                  self.inspect_fails("g431.FLM", code=INPUT)]
        for error in errors:
            self.assertIn("'g431.FLM': No such file", error["message"])
            self.assertIn(f"'{self.database}'", error["message"])

    def test_several_builds_of_one_name(self):
        self.stoker("db", "import", G4, B)
        error = self.fails("program", "-l", "g431.FLM", "-t", CHIP, FIRMWARE, code=USAGE,
                           cause="several-builds")
        self.assertIn(self.digest[:8], error["message"])
        self.json("program", "-l", self.digest[:12], "-t", CHIP, FIRMWARE)

    def test_where_it_was_seen(self):
        """The same name in two versions of a pack: NAME@VERSION, NAME@PACK@VERSION."""
        self.stoker("db", "import", installs.keil(self.folder / "Packs"))
        bad = self.json("inspect", LOADERS / "b/g431-dual-bank.FLM")[0]["sha256"]
        error = self.inspect_fails(FLM, code=USAGE)
        self.assertIn(self.digest[:12], error["message"])
        self.assertIn(bad[:12], error["message"])
        for version, digest in (("1.2.0", self.digest), ("1.3.0", bad)):
            full = f"{FLM}@{PACK}@{version}"
            for ref in (f"{FLM}@{version}", full, full.lower()):
                self.assertEqual(self.json("inspect", ref)[0]["sha256"], digest)
        for ref in (f"{FLM}@1.4.0", f"{FLM}@cubeide@1.2.0", f"{FLM}@", f"@{PACK}@1.2.0", "@"):
            self.inspect_fails(ref, code=INPUT)

    def test_another_database(self):
        other = self.folder / "other.db"
        self.stoker("db", "import", "--db", other, G4)
        self.json("inspect", "--db", str(other), "g431.FLM")
        self.inspect_fails("g431.FLM", code=INPUT)

    def test_a_loader_in_a_pack_is_a_path(self):
        path = archive(self.folder / "a.pack", {
            PDSC: package(family(device("STM32G431KBTx", SRAM, FLASH, algorithm("x.FLM")))),
            "x.FLM": pathlib.Path(G4).read_bytes()})
        name = os.path.basename(path) + "#x.FLM"
        self.json("program", "-l", name, "-t", CHIP, FIRMWARE)
        self.json("pin", "stoker", "STM32G431CB", name, "--why", "x")
        document = self.json("program", "-t", CHIP, FIRMWARE)
        self.assertEqual(document["loaders"][0]["sha256"], self.digest)


if __name__ == "__main__":
    harness.main()
