#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The database used wrongly: one sentence that says what to do, the right exit code, JSON too."""
import hashlib
import os
import pathlib

import harness
import installs
from harness import DONE, G4, H7, INPUT, LOADERS, NO, USAGE, Case

DATABASE = 5
WHY = ("--why", "a test")
DIGEST = hashlib.sha256(pathlib.Path(G4).read_bytes()).hexdigest()


class Wrong(Case):
    """A home with one CubeIDE, a pack root, and (in most) a database with two builds."""

    def setUp(self):
        super().setUp()
        for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "STOKER_DB", "CMSIS_PACK_ROOT"):
            self.env.pop(name, None)
        self.ide = installs.cubeide(self.folder / "st/stm32cubeide_1.8.0", "1.8.0",
                                    installs.STAMP_180)
        (self.folder / ".cache/arm").mkdir(parents=True)
        installs.keil(self.folder / ".cache/arm/packs")
        (self.folder / "b").mkdir()
        self.file("a.FLM", pathlib.Path(G4).read_bytes())
        self.file("b/a.FLM", installs.bad_flm())
        self.file("empty.log", b"")

    def filled(self):
        self.stoker("db", "import", "a.FLM", "b/a.FLM")

    def each(self, table):
        for args, code, part in table:
            with self.subTest(args=args):
                error = self.fails(*args, code=code)
                self.assertIn(part, error["message"])
                self.assertNotIn("\n", error["message"])

    def test_without_a_database(self):
        self.each([
            (["db", "list"], DATABASE, "there is no loader database"),
            (["db", "show", "a.FLM"], DATABASE, "'stoker db import' makes one"),
            (["db", "check"], DATABASE, "there is no loader database"),
            (["db", "check", "--db", "missing.db"], DATABASE, "'missing.db'"),
            (["pins"], DATABASE, "there is no loader database"),
            (["unpin", "1", *WHY], DATABASE, "there is no loader database"),
            (["resolve", "cubeide@1.8.0", "STM32G431CB"], DATABASE, "there is no loader database"),
            (["restore", "--all", "--yes"], DATABASE, "there is no loader database"),
            (["toolchain", "status"], DATABASE, "there is no loader database"),
        ])
        self.assertFalse((self.folder / ".local").exists(), "reading made a database")

    def test_words_that_are_missing_or_too_many(self):
        self.each([
            (["db"], USAGE, "import, list"),
            (["db", "bogus"], USAGE, "import, list"),
            (["db", "import"], USAGE, "import PATH"),
            (["db", "show"], USAGE, "show REF"),
            (["db", "verdict", "x"], USAGE, "good|bad|disputed"),
            (["pin", "cubeide@1.8.0"], USAGE, "REF"),
            (["pin", "cubeide@1.8.0", "STM32G431CB", "a.FLM"], USAGE, "--why"),
            (["resolve", "cubeide@1.8.0"], USAGE, "DEVICE"),
            (["swap"], USAGE, "toolchain"),
            (["restore"], USAGE, "--all"),
            (["toolchain"], USAGE, "scan"),
            (["toolchain", "bogus"], USAGE, "scan"),
            (["explain", "a.log", "b.log"], USAGE, "one LOG"),
        ])

    def test_words_that_mean_nothing(self):
        self.filled()
        self.each([
            (["db", "import", "missing.FLM"], INPUT, "missing.FLM"),
            (["db", "show", "nothing.FLM"], USAGE, "'stoker db list'"),
            (["db", "show", "a.FLM"], USAGE, "means 2 builds"),
            (["db", "show", "12345678"], USAGE, "12345678"),
            (["db", "verdict", DIGEST[:12], "fine", "--reason", "x"], USAGE, "none of good, bad, disputed"),
            (["db", "verdict", DIGEST[:12], "good"], USAGE, "reason"),
            (["db", "verdict", DIGEST[:12], "good", "--reason", "x", "--evidence", "missing"],
             INPUT, "missing"),
            (["pin", "bogus@1.0", "STM32G431CB", "a.FLM", *WHY], USAGE, "bogus"),
            (["pin", "cubeide@1.8..0", "STM32G431CB", "a.FLM", *WHY], USAGE, "1.8..0"),
            (["pin", "cubeide@2.0.0:1.0.0", "STM32G431CB", "a.FLM", *WHY], USAGE, "2.0.0"),
            (["pin", "cubeide@1.8.0", "STM32 G431", "a.FLM", *WHY], USAGE, "part number"),
            (["pin", "cubeide@1.8.0", "STM32G431CB", "missing.FLM", *WHY], USAGE, "missing.FLM"),
            (["pin", "cubeide@1.8.0", "--programmer-from", "cubeide", *WHY], USAGE, "@VERSION"),
            (["unpin", "7", *WHY], DATABASE, "no pin 7"),
            (["unpin", "x", *WHY], USAGE, "x"),
            (["swap", "cubeide@1.9.9", "--all", "--yes"], DATABASE, "toolchain scan"),
            (["swap", "bogus", "--all", "--yes"], USAGE, "bogus"),
            (["restore", "--swap", "9", "--yes"], DATABASE, "9"),
            (["restore", "--swap", "x", "--yes"], USAGE, "x"),
            (["toolchain", "scan", "missing"], DATABASE, "missing"),
            (["audit", "missing.FLM"], INPUT, "missing.FLM"),
            (["explain", "missing.log"], INPUT, "missing.log"),
            (["audit", "--facts", "missing", "a.FLM"], INPUT, "missing"),
            (["inspect", "--map", "--host", "./missing", "a.FLM"], DATABASE, "missing"),
            (["inspect", "--map", "--host", "b/", "a.FLM"], DATABASE, "'b/'"),
            (["inspect", "--map", "--host", "cubeide@9.9", "a.FLM"], USAGE, "1.8.0"),
        ])

    def test_no_terminal_and_no_yes(self):
        self.filled()
        self.stoker("pin", "Keil.STM32G4xx_DFP@1.3.0", "STM32G431xB", "a.FLM", *WHY)
        error = self.fails("swap", "Keil.STM32G4xx_DFP@1.3.0", "--all", code=USAGE)
        self.assertIn("--yes", error["message"])

    def test_a_folder_that_cannot_be_written(self):
        if not os.geteuid():
            self.skipTest("root writes anywhere")
        closed = self.folder / "closed"
        closed.mkdir(mode=0o500)
        self.addCleanup(closed.chmod, 0o700)
        for path in "closed/x.db", "closed/deeper/x.db":
            error = self.fails("db", "import", "a.FLM", "--db", path, code=DATABASE)
            self.assertIn("closed", error["message"])

    def test_what_is_no_database(self):
        self.file("text.db", b"This is no database, " * 100)
        self.file("cut.db", b"SQLite format 3\0")
        for path in "text.db", "cut.db", "st":
            before = None if path == "st" else (self.folder / path).read_bytes()
            error = self.fails("db", "list", "--db", path, code=DATABASE)
            self.assertIn(path, error["message"])
            if before:
                self.assertEqual((self.folder / path).read_bytes(), before)


if __name__ == "__main__":
    harness.main()
