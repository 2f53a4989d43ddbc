#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""qualify --record: what was found out is a verdict in the loader database."""
import contextlib
import hashlib
import pathlib
import shutil
import sqlite3
import time

import harness
import device_table
from harness import G4, LOADERS, NO, INPUT, USAGE, Case
from packs import FLASH, PDSC, SRAM, algorithm, archive, device, family, package

DATABASE = 5
BAD = LOADERS / "g431-no-effect.FLM"
QUICK = ("--no-honesty",)


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def states_of_children(pid):
    """A letter each, "Z" of one that has ended; a process may go while we look."""
    states = ""
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            states += state if int(parent) == pid else ""
    return states


class Record(Case):
    def setUp(self):
        super().setUp()
        self.path = self.folder / "loaders.db"
        self.env["STOKER_DB"] = str(self.path)

    def record(self, *args, **how):
        return self.json("qualify", "--record", *QUICK, *args, **how)

    def show(self, ref, *args):
        return self.json("db", "show", ref, *args)

    def test_a_good_one(self):
        d = self.record(G4)
        row, = d["recorded"]
        self.assertEqual(d["database"], str(self.path))
        said = {"verdict": "good", "chip": "STM32G431CB", "option_state": None, "host": "stoker"}
        self.assertLessEqual(said.items(), row.items())
        self.assertEqual((row["path"], row["sha256"], row["new"]), (G4, digest(G4), True))
        self.assertEqual(row["reason"], d["loaders"][0]["verdict"])
        shown = self.show("g431.FLM")
        kept, = shown["verdicts"]
        self.assertLessEqual({k: v for k, v in row.items() if k not in ("path", "sha256", "new")}
                             .items(), kept.items())
        self.assertEqual([o["path"] for o in shown["origins"]], [G4])
        self.assertEqual(self.show("g431.FLM", "--chip", "STM32G431CB", "--host", "stoker")["sum"]
                         ["verdict"], "good")

    def test_the_report_is_the_evidence(self):
        out, _ = self.stoker("qualify", "--record", "--json", *QUICK, G4)
        row, = self.document(out, "")["recorded"]
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            (kept,), = db.execute("SELECT data FROM bytes WHERE sha256 = ?",
                                  (row["evidence_sha256"],))
        self.assertIn(kept.decode(), out)
        self.assertEqual(hashlib.sha256(kept).hexdigest(), row["evidence_sha256"])
        # In text the same is kept, though nobody sees it.
        self.stoker("qualify", "--record", *QUICK, G4)
        both = [v["evidence_sha256"] for v in self.show("g431.FLM")["verdicts"]]
        self.assertEqual(both, [row["evidence_sha256"]] * 2)

    def test_a_bad_one(self):
        row, = self.record("-t", "emu:stm32g431cb", BAD, code=NO)["recorded"]
        self.assertEqual(row["verdict"], "bad")
        self.assertEqual(self.show(BAD.name)["sum"]["verdict"], "bad")
        out, _ = self.stoker("qualify", "--record", *QUICK, "-t", "emu:stm32g431cb", BAD, code=NO)
        self.assertIn(f"recorded as bad on STM32G431CB under stoker in {self.path}\n", out)

    def test_option_bytes_that_decide(self):
        """The same bytes: 2 KiB sectors are right with two banks and wrong with one."""
        for state, kind, code in ("DBANK=1", "good", 0), ("DBANK=0", "bad", NO):
            d = self.record("-t", f"emu:stm32g474re,opt.{state}", G4, code=code)
            row, = d["recorded"]
            self.assertEqual((row["option_state"], row["verdict"]), (state, kind))
            self.assertEqual(d["loaders"][0]["option_state"], state)
        use = ["--chip", "STM32G474RE", "--host", "stoker"]
        self.assertEqual(self.show("g431.FLM", *use, "--option-state", "DBANK=1")["sum"]["verdict"],
                         "good")
        s = self.show("g431.FLM", *use)["sum"]
        self.assertEqual((s["verdict"], s["depends"]), ("disputed", "DBANK"))


    def test_a_folder(self):
        folder = self.folder / "in"
        folder.mkdir()
        for path in G4, BAD:
            shutil.copy(path, folder)
        (folder / "broken.FLM").write_bytes(pathlib.Path(G4).read_bytes()[:200])
        d = self.record("-j", 2, "-t", "emu:stm32g431cb", folder, code=INPUT)
        self.assertEqual({(pathlib.Path(r["path"]).name, r["verdict"]) for r in d["recorded"]},
                         {("g431.FLM", "good"), (BAD.name, "bad")})
        self.assertEqual(len(self.json("db", "list")["builds"]), 2)

    def test_a_pack(self):
        files = {PDSC: package(family(device("STM32G431KBTx", SRAM, FLASH, algorithm("x.FLM")))),
                 "x.FLM": pathlib.Path(G4).read_bytes()}
        pack = archive(self.folder / "a.pack", files)
        row, = self.record(pack)["recorded"]
        self.assertEqual((row["path"], row["new"]), (f"{pack}#x.FLM", True))
        origin, = self.show("x.FLM")["origins"]
        self.assertEqual((origin["path"], origin["tool"], origin["version"]),
                         (f"{pack}#x.FLM", "Stoker.Test_DFP", "1.2.0"))

    def test_what_has_no_verdict_has_no_row(self):
        broken = self.file("broken.FLM", b"\x7fELF")
        self.assertEqual(self.record(broken, code=INPUT)["recorded"], [])
        self.assertEqual(self.json("db", "list")["builds"], [])

    def test_a_file_that_changed_meanwhile(self):
        """Nobody can write the database until both were tried and are other files."""
        self.json("db", "import", BAD)
        both = [self.folder / "a.FLM", self.folder / "b.FLM"]
        shutil.copy(G4, both[0])
        both[1].write_bytes(device_table.flash_device(G4, name=b"STM32G431 another"))
        with contextlib.closing(sqlite3.connect(self.path, isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            p = self.start("qualify", "--record", "--json", *QUICK, "-j", 2, *both)
            self.addCleanup(p.kill)
            # One that has ended stays so, for the other process waits for the database.
            while set(states_of_children(p.pid)) != {"Z"}:
                self.assertIsNone(p.poll())
                time.sleep(0.01)
            for path in both:
                path.unlink()
                shutil.copy(BAD, path)
            db.execute("ROLLBACK")
        out, err = p.communicate()
        self.assertEqual(p.returncode, INPUT, err)
        d = self.document(out.decode(), err.decode())
        self.assertEqual(d["error"]["cause"], "loader-changed")
        self.assertEqual(d["counts"]["good"], 2)
        self.assertLessEqual(len(d["recorded"]), 1)

    def test_wrong_usage(self):
        for args in (["--check", "stack"], ["--wrap", "fault:op=1,mode=fail"]):
            self.fails("qualify", "--record", *args, G4, code=USAGE)
        self.assertFalse(self.path.exists())

    def test_a_database_that_cannot_be_used_is_told_before_the_work(self):
        self.path.write_bytes(b"garbage" * 1000)
        out, _ = self.stoker("qualify", "--record", G4, code=DATABASE)
        self.assertEqual(out, "")
        self.fails("qualify", "--record", G4, code=DATABASE)


if __name__ == "__main__":
    harness.main()
