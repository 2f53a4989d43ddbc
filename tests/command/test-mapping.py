#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A command maps only what it needs."""
import pathlib
import re

import harness
from harness import FIRMWARE, G4, H7, Case
from packs import FLASH, PDSC, SRAM, algorithm, archive, device, family, package

# What inspect may hold, whatever the file: nothing of targets, and of databases
# what can open one, but not what a database is read with.
ALLOWED = {"libstoker", "libloaderdb", "libelf", "libz", "libjansson", "libc", "ld-linux-x86-64",
           "ld-linux-aarch64", "format-flm", "format-stldr", "libzstd", "chip-stm32"}
# What takes code apart, and only where that is asked for.
CODE = {"analysis-thumb", "libcapstone"}
# A build with sanitizers is one more process' worth of libraries.
SANITIZERS = {"libasan", "libubsan", "libm", "libgcc_s", "libstdc++", "libdl", "libpthread",
              "librt"}


class Mapping(Case):
    def mapped(self, *args):
        self.env["LD_DEBUG"] = "files"
        self.env["LD_DEBUG_OUTPUT"] = str(self.folder / "ld")
        self.stoker(*args)
        names = set()
        for log in self.folder.glob("ld.*"):
            text = log.read_text()
            if "stoker" in text:
                names |= set(re.findall(r"calling init: \S*/([^/\s]+?)\.so", text))
            log.unlink()
        self.assertIn("libstoker", names)
        if "libasan" in names:
            names -= SANITIZERS
        return names

    def test_inspect(self):
        for loader in (G4, H7):
            self.assertLessEqual(self.mapped("inspect", "--shallow", loader), ALLOWED)
            self.assertLessEqual(self.mapped("inspect", "--shallow", "--json", loader), ALLOWED)
            self.assertLessEqual(self.mapped("inspect", loader), ALLOWED | CODE)

    def test_a_pack_maps_what_reads_packs(self):
        path = archive(self.folder / "a.pack", {
            PDSC: package(family(device("STM32G431KBTx", SRAM, FLASH, algorithm("x.FLM")))),
            "x.FLM": pathlib.Path(G4).read_bytes()})
        readers = {"container-pack", "libminizip", "libxml2"}
        names = self.mapped("inspect", path)
        self.assertLessEqual(readers, names)
        self.assertNotIn("libunicorn", names)
        # With a GPL-2.0 virtual chip in the same process, nothing of Apache-2.0.
        names = self.mapped("call", "Init", "0x08000000", "0", "1", "-l", path + "#x.FLM",
                            "-t", "emu:stm32g431cb")
        self.assertLessEqual(readers | {"libunicorn"}, names)
        self.assertEqual(names & {"libcrypto", "libssl", "libzip"}, set())

    def test_lists_map_no_module(self):
        for command in ("module", "target"):
            # Nor to see which parameters it has: its name is in its note.
            for more in ([], ["-p", "emu.race=1"]):
                names = self.mapped(command, "list", *more)
                self.assertEqual({n for n in names if "-" in n and not n.startswith("ld-")}, set())

    def test_a_database_maps_sqlite(self):
        """Or that inspect maps none would tell nothing."""
        self.assertIn("libsqlite3", self.mapped("db", "import", "--db", self.folder / "db", G4))

    def test_a_loader_that_is_a_file_opens_no_database(self):
        """And one that a database names does, or that would tell nothing."""
        self.env["STOKER_DB"] = str(self.folder / "db")
        on = ["-t", "emu:stm32g431cb"]
        for args in (["inspect", G4], ["diff", G4, G4],
                     ["program", "-l", G4, *on, FIRMWARE], ["blank-check", "-l", G4, *on]):
            self.assertNotIn("libsqlite3", self.mapped(*args), args)
        self.stoker("pin", "stoker", "STM32G4", G4, "--why", "x")
        for args in (["inspect", "g431.FLM"], ["blank-check", "-l", "g431.FLM", *on],
                     ["program", *on, FIRMWARE]):
            self.assertIn("libsqlite3", self.mapped(*args), args)

    def test_a_virtual_chip_maps_unicorn(self):
        """Or the tests above could not fail."""
        self.assertIn("libunicorn", self.mapped("target", "info", "emu:stm32g431cb"))


if __name__ == "__main__":
    harness.main()
