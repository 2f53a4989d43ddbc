#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the loader database and installs say no with, where no other test meets it."""
import time

import harness
import installs
from harness import LOADERS, USAGE
from swaps import DATABASE, SwapCase, digest


class Opened(SwapCase):
    def test_no_place_for_a_database(self):
        for name in ("STOKER_DB", "XDG_DATA_HOME", "HOME"):
            self.env.pop(name, None)
        self.fails("db", "list", code=USAGE, cause="no-database-path")

    def test_folder_that_cannot_be_made(self):
        self.file("taken", b"a file")
        del self.env["STOKER_DB"]
        self.env["XDG_DATA_HOME"] = str(self.folder / "taken")
        error = self.fails("db", "import", harness.G4, code=DATABASE, cause="cannot-create")
        self.assertIn("taken", error["message"])

    def test_without_sqlite(self):
        self.json("db", "import", harness.G4)
        self.file("libsqlite3.so.0", b"no library")
        self.env["LD_LIBRARY_PATH"] = str(self.folder)
        error = self.fails("db", "list", code=DATABASE, cause="no-sqlite")
        self.assertIn("libsqlite3.so.0", error["message"])

    def test_bytes_that_somebody_took_away(self):
        data = (LOADERS / "g431.FLM").read_bytes()
        self.json("db", "import", harness.G4)
        with self.opened() as db:
            db.execute("DROP TRIGGER bytes_no_delete")
            db.execute("DELETE FROM bytes")
        self.fails("db", "export", digest(data), "-o", self.folder / "out.FLM", code=DATABASE,
                   cause="no-bytes")
        self.assertFalse((self.folder / "out.FLM").exists())


class Swapped(SwapCase):
    def setUp(self):
        super().setUp()
        self.ide = installs.cubeide(self.folder / "ide", "1.8.0", installs.STAMP_180)

    def test_programmer_that_nothing_tells(self):
        old = installs.programmer(self.folder / "old")
        error = self.fails("qualify", harness.G4, "--host", str(old), code=DATABASE,
                           cause="unknown-version")
        self.assertIn("--host cubeprogrammer@VERSION", error["message"])

    def test_no_such_swap(self):
        self.json("db", "import", harness.G4)
        self.fails("restore", "--swap", 99, "--yes", code=DATABASE, cause="no-swap")

    def test_swap_that_was_undone(self):
        self.json("db", "import", harness.G4)
        with self.opened() as db:
            db.execute("INSERT INTO swap (id, kind, tool, install, path, why, made)"
                       " VALUES (1, 'file', 'cubeide', ?, ?, 'a test', ?)",
                       (str(self.ide), str(self.ide / "gone.stldr"), int(time.time())))
            db.execute("INSERT INTO swap_state (swap, state, made) VALUES (1, 'undone', 0)")
        self.fails("restore", "--swap", 1, "--yes", code=DATABASE, cause="not-done")

    def test_tree_from_inside_itself(self):
        tools = next((self.ide / "plugins").glob("*/tools"))
        inner = installs.programmer(tools / "inner", version="2.6.0")
        before = sorted(self.ide.rglob("*"))
        self.fails("swap", self.ide, "--programmer-from", inner, "--yes", code=DATABASE,
                   cause="same-tree")
        self.assertEqual(sorted(self.ide.rglob("*")), before)


if __name__ == "__main__":
    harness.main()
