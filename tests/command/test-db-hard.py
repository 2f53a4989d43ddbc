#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The loader database among others, with much, with odd names, and damaged."""
import os
import pathlib
import random
import subprocess
import threading
import zipfile

import harness
from databases import DATABASE, Db, another, digest
from harness import G4, USAGE
from packs import FLASH, PDSC, SRAM, algorithm, device, family, package


class Together(Db):
    def test_imports_and_a_reader_at_once(self):
        """Two read the same folder, one another; a fourth looks on all the time."""
        same, other = self.many(120, "same"), self.many(160, "other")
        self.imported(G4)
        running = [self.start("db", "import", folder, stdout=subprocess.DEVNULL)
                   for folder in (same, same, other)]
        seen = 0
        while any(p.poll() is None for p in running):
            now = len(self.builds())
            self.assertGreaterEqual(now, seen)	# nothing goes away
            seen = now
        for p in running:
            _, err = p.communicate()
            self.assertEqual(p.returncode, 0, err)
        self.assertEqual(len(self.builds()), 161)
        self.assertEqual(self.query("SELECT count(*) FROM origin"), [(1 + 120 + 160,)])
        self.json("db", "check")

    def test_two_make_the_database(self):
        for _ in range(8):
            running = [self.start("db", "import", G4) for _ in range(4)]
            for p in running:
                _, err = p.communicate()
                self.assertEqual(p.returncode, 0, err)
            self.assertEqual(len(self.builds()), 1)
            for path in self.folder.glob("loaders.db*"):
                path.unlink()

    def test_a_file_that_changes_while_it_is_read(self):
        """What is kept is one thing, whatever it is: its digest is right."""
        path = self.file("a.FLM", another(1))
        longer = another(2) + b"\0" * 300000
        stop = threading.Event()
        def change():
            while not stop.is_set():
                for data in another(1), longer:
                    path.write_bytes(data)
        writer = threading.Thread(target=change)
        writer.start()
        self.addCleanup(writer.join)
        self.addCleanup(stop.set)
        for _ in range(10):
            with self.start("db", "import", path) as p:
                _, err = p.communicate()
            self.assertIn(p.returncode, (0, harness.INPUT), err)
        stop.set()
        writer.join()
        self.imported(path)
        self.json("db", "check")
        for sha256, data in self.query("SELECT sha256, data FROM bytes"):
            self.assertEqual(sha256, digest(data))


class Much(Db):
    def test_two_thousand_files(self):
        folder = self.folder / "many"
        for n in range(2000):
            sub = folder / f"{n % 37}"
            sub.mkdir(parents=True, exist_ok=True)
            (sub / f"{n}.FLM").write_bytes(b"\x7fELF%d" % n)
        d = self.imported(folder)
        self.assertEqual(d["counts"], {"new": 2000, "known": 0, "failed": 0})
        self.assertEqual(self.imported(folder)["counts"]["known"], 2000)
        self.assertEqual(len(self.builds()), 2000)
        self.assertEqual(self.json("db", "check")["builds"], 2000)

    def test_a_pack_of_100_megabytes(self):
        loader = pathlib.Path(G4).read_bytes()
        pack = self.folder / "large.pack"
        with zipfile.ZipFile(pack, "w") as z:
            z.writestr(PDSC, package(family(device("STM32G431KBTx", SRAM, FLASH,
                                                   algorithm("x.FLM")))))
            z.writestr("examples.bin", bytes(100 << 20))
            z.writestr("x.FLM", loader)
        self.assertGreater(pack.stat().st_size, 100 << 20)
        row, = self.imported(pack)["imported"]
        self.assertEqual((row["path"], row["sha256"]), (f"{pack}#x.FLM", digest(loader)))
        self.assertLess(self.path.stat().st_size, 1 << 20)


class Names(Db):
    def test_names_that_are_no_text(self):
        names = [b"\xff\xfe.FLM", b"new\nline.FLM", b"esc\x1b[31m.FLM", b"quote'\".FLM",
                 b"a%s.FLM", "\u00fc\u00f1\u00ed.FLM".encode(), b"x" * 251 + b".FLM"]
        for n, name in enumerate(names):
            path = os.path.join(os.fsencode(self.folder), name)
            with open(path, "wb") as f:
                f.write(another(n))
            with self.start("db", "import", os.fsdecode(path)) as p:
                out, err = p.communicate()
            self.assertEqual(p.returncode, 0, err)
            self.assertEqual(len(out.splitlines()), 2)
            self.assertNotIn(b"\x1b", out)
        self.assertEqual(len(self.builds()), len(names))
        for n, name in enumerate(names):
            shown = self.show(digest(another(n))[:12])
            self.assertEqual(shown["build"]["sha256"], digest(another(n)))
            with self.start("db", "show", os.fsdecode(name)) as p:
                out, err = p.communicate()
            self.assertEqual(p.returncode, 0, err)
            self.assertIn(digest(another(n)).encode(), out)
        for verb in (["list"], ["history"], ["search", "STM32G431"]):
            with self.start("db", *verb) as p:
                out, err = p.communicate()
            self.assertEqual((p.returncode, err), (0, b""))
            self.assertNotIn(b"\x1b", out)
            self.json("db", *verb)

    def test_folders_in_folders(self):
        deep = self.folder
        for _ in range(60):
            deep = deep / ("d" * 40)
        os.makedirs(deep)
        (deep / "a.FLM").write_bytes(another(1))
        (deep / "up").symlink_to(self.folder)
        (deep / "a").symlink_to("b")
        (deep / "b").symlink_to("a")
        row, = self.imported(self.folder)["imported"]
        self.assertEqual(row["path"], str(deep / "a.FLM"))


class Damage(Db):
    def setUp(self):
        super().setUp()
        self.imported(self.many(20))
        self.json("db", "verdict", "001.FLM", "bad", "--reason", "x")
        self.whole = self.path.read_bytes()

    def test_a_changed_byte_is_found(self):
        # Of the loader itself: its table is filled up, the texts of rows and indexes are not.
        at = self.whole.index(b"STM32G431 number-5-" + bytes(8)) + 5
        self.path.write_bytes(self.whole[:at] + b"\xee" + self.whole[at + 1:])
        d = self.json("db", "check", code=DATABASE)
        self.assertIn(digest(another(5)), " ".join(d["problems"]))
        self.fails("db", "export", "005.FLM", "-o", "x", code=DATABASE, cause="damaged")
        self.assertFalse((self.folder / "x").exists())
        self.stoker("db", "export", "006.FLM", "-o", "x")

    def test_a_truncated_file(self):
        self.path.write_bytes(self.whole[:len(self.whole) // 2])
        self.fails("db", "check", code=DATABASE)

    def test_rows_that_speak_of_nothing(self):
        with self.opened() as db:
            db.execute("DROP TRIGGER build_no_delete")
            db.execute("DELETE FROM build WHERE name = '001.FLM'")
        problems = " ".join(self.json("db", "check", code=DATABASE)["problems"])
        self.assertIn("that is not there", problems)
        self.assertIn("belong to nothing", problems)

    def test_damaged_pages_crash_nothing(self):
        noise = random.Random(4711)
        for _ in range(25):
            data = bytearray(self.whole)
            for _ in range(noise.choice((1, 3, 40))):
                at = noise.randrange(100, len(data) - 64)
                data[at:at + 64] = noise.randbytes(noise.choice((1, 8, 64)))[:64].ljust(64, b"\0")
            self.path.write_bytes(data)
            codes = {}
            for verb in (["list"], ["show", "003.FLM"], ["history"], ["check"],
                         ["export", digest(another(7))[:12], "-o", "-"]):
                with self.start("db", *verb) as p:
                    out, err = p.communicate()
                codes[verb[0]] = p.returncode
                self.assertIn(p.returncode, (0, USAGE, DATABASE), err)
                # Whatever is handed out is right.
                if verb[0] == "export" and not p.returncode:
                    self.assertEqual(out, another(7))
                for extra in ("-wal", "-shm"):
                    pathlib.Path(f"{self.path}{extra}").unlink(missing_ok=True)
            # What makes another command fail is no secret to the check.
            if DATABASE in codes.values():
                self.assertEqual(codes["check"], DATABASE, codes)


if __name__ == "__main__":
    harness.main()
