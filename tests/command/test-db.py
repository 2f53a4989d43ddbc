#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The loader database through the command: what goes in, what comes out, what is refused."""
import json
import os
import pathlib
import shutil
import sqlite3

import harness
from databases import DATABASE, G4_BYTES, Db, another, digest
from harness import G4, H7, INPUT, USAGE
from packs import FLASH, PDSC, SRAM, algorithm, archive, device, family, package


class Import(Db):
    def test_a_file_is_known_by_its_bytes(self):
        self.assertEqual(self.imported(G4)["imported"],
                         [{"path": G4, "sha256": digest(G4_BYTES), "new": True, "usable": True}])
        self.assertEqual(self.imported(G4)["counts"], {"new": 0, "known": 1, "failed": 0})
        elsewhere = self.file("other.FLM", G4_BYTES)
        self.assertEqual(self.imported(elsewhere)["counts"]["known"], 1)
        shown = self.show("g431.FLM")
        self.assertEqual([o["path"] for o in shown["origins"]], [G4, str(elsewhere)])
        self.assertEqual(shown["build"]["family"], "STM32G4")
        self.assertEqual(shown["build"]["range"], {"start": 0x08000000, "size": 0x20000})
        self.assertEqual(self.show("other.FLM")["build"], shown["build"])
        inspected = self.json("inspect", G4)[0]
        for name in ("sha256", "code_sha256", "table_sha256", "format"):
            self.assertEqual(shown["build"][name], inspected[name])

    def test_the_bytes_come_back(self):
        self.imported(G4, H7)
        self.stoker("db", "export", "h743-w25q128.stldr", "-o", "back")
        self.assertEqual((self.folder / "back").read_bytes(), pathlib.Path(H7).read_bytes())
        with open(self.folder / "out", "wb") as out:
            self.stoker("db", "export", digest(G4_BYTES)[:8].upper(), "-o", "-", stdout=out)
        self.assertEqual((self.folder / "out").read_bytes(), G4_BYTES)

    def test_what_is_printed_is_one_line_each(self):
        out, _ = self.stoker("db", "import", G4, H7)
        self.assertEqual(out.splitlines()[0], f"new    {digest(G4_BYTES)[:12]}  {G4}")
        self.assertIn("2 new, 0 known in", out)
        self.assertIn("0 new, 1 known in", self.stoker("db", "import", G4)[0])

    def test_files_that_no_host_can_use(self):
        broken = self.file("broken.FLM", G4_BYTES[:200])
        text = self.file("README", b"hello")
        program = self.file("program", pathlib.Path(harness.FIRMWARE).read_bytes())
        d = self.imported(broken, text, program, "missing", code=INPUT)
        self.assertEqual(d["counts"], {"new": 2, "known": 0, "failed": 2})
        self.assertEqual([r.get("usable") for r in d["imported"]], [False, None, False, None])
        shown = self.show("broken.FLM")["build"]
        self.assertIsNone(shown["format"])
        self.assertTrue(shown["problem"])
        # In a folder the ending alone makes a loader of them.
        self.path.unlink()
        names = {pathlib.Path(r["path"]).name for r in self.imported(self.folder)["imported"]}
        self.assertEqual(names, {"broken.FLM"})

    def test_folders_are_not_left(self):
        inside, outside = self.folder / "in", self.folder / "out"
        inside.mkdir(), outside.mkdir()
        (outside / "out.FLM").write_bytes(another(1))
        (inside / "in.FLM").write_bytes(another(2))
        (inside / "link.FLM").symlink_to("in.FLM")
        (inside / "away.FLM").symlink_to(outside / "out.FLM")
        (inside / "folder").symlink_to(outside)
        (inside / "loop").symlink_to(".")
        (inside / "nothing.FLM").symlink_to("nowhere")
        (inside / "null.FLM").symlink_to("/dev/null")
        os.mkfifo(inside / "fifo.FLM")
        paths = sorted(r["path"] for r in self.imported(inside)["imported"])
        self.assertEqual(paths, [str(inside / "in.FLM"), str(inside / "link.FLM")])
        self.assertEqual(len(self.builds()), 1)

    def test_packs(self):
        files = {PDSC: package(family(device("STM32G431KBTx", SRAM, FLASH, algorithm("x.FLM")))),
                 "x.FLM": G4_BYTES}
        pack = archive(self.folder / "a.pack", files)
        row, = self.imported(pack)["imported"]
        self.assertEqual(row["path"], f"{pack}#x.FLM")
        self.path.unlink()
        row, = self.imported(f"{pack}#x.flm")["imported"]
        self.assertEqual((row["path"], row["new"]), (f"{pack}#x.FLM", True))
        self.assertEqual(self.show("x.FLM")["origins"][0]["tool"], "Stoker.Test_DFP")
        failed, = self.imported(f"{pack}#y.FLM", code=USAGE)["imported"]
        self.assertEqual(failed["error"]["cause"], "no-such-member")
        odd = self.file("a#x.FLM", another(1))
        self.assertEqual(self.imported(odd)["imported"][0]["path"], str(odd))
        unpacked = self.folder / "unpacked" / "1.2.0"
        unpacked.mkdir(parents=True)
        for name, data in files.items():
            (unpacked / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        row, = self.imported(unpacked.parent)["imported"]
        self.assertEqual((row["path"], row["new"]), (str(unpacked / "x.FLM"), False))
        for o in self.show("x.FLM@Stoker.Test_DFP@1.2.0")["origins"]:
            self.assertEqual((o["tool"], o["version"], o["component"]),
                             ("Stoker.Test_DFP", "1.2.0", "pack 1.2.0"))
        self.assertEqual(len(self.builds("--tool", "stoker.test_dfp@1.2.0")), 1)
        self.assertEqual(self.builds("--tool", "Stoker.Test_DFP@1.1.0"), [])

    def test_a_folder_that_cannot_be_read_is_told(self):
        if os.getuid() == 0:
            self.skipTest("root reads everything")
        folder = self.many(2)
        (folder / "closed").mkdir(mode=0)
        self.assertEqual(self.imported(folder, code=INPUT)["counts"]["failed"], 1)

    def test_two_at_once(self):
        """Each row once, whoever was first; nobody is refused."""
        folder = self.many(150)
        running = [self.start("db", "import", "--json", folder) for _ in range(3)]
        new = known = 0
        for p in running:
            out, err = p.communicate()
            self.assertEqual(p.returncode, 0, err)
            counts = self.document(out.decode(), err.decode())["counts"]
            new, known = new + counts["new"], known + counts["known"]
        self.assertEqual((new, known), (150, 300))
        self.assertEqual(self.query("SELECT count(*) FROM build"), [(150,)])
        self.assertEqual(self.query("SELECT count(*) FROM origin"), [(150,)])
        self.json("db", "check")

    def test_a_reader_does_not_wait(self):
        self.imported(G4)
        with sqlite3.connect(self.path, isolation_level=None) as writer:
            writer.execute("BEGIN IMMEDIATE")
            self.assertEqual(len(self.builds()), 1)
            self.stoker("db", "show", "g431.FLM")
            writer.execute("ROLLBACK")

    def test_rows_are_never_changed(self):
        self.imported(G4)
        with self.opened() as db:
            for sql in ("DELETE FROM origin", "UPDATE build SET name = 'x'"):
                with self.assertRaisesRegex(sqlite3.IntegrityError, "only ever added"):
                    db.execute(sql)


class Find(Db):
    def test_references(self):
        first, second = another(1), another(2)
        a = self.file("same.FLM", first)
        self.imported(a)
        a.write_bytes(second)
        self.imported(a)
        error = self.fails("db", "show", "same.FLM", code=USAGE, cause="several-builds")
        for data in (first, second):
            self.assertIn(digest(data)[:12], error["message"])
            self.assertEqual(self.show(digest(data)[:10])["build"]["sha256"], digest(data))
        for ref in ("deadbeef", "no.FLM", "same.FLM@9", "same.FLM@keil@9", "@", "", "'; --"):
            self.fails("db", "show", ref, code=USAGE, cause="no-build")

    def test_search(self):
        self.imported(self.many(12), H7)
        def found(*words):
            return {b["name"] for b in self.json("db", "search", *words)["builds"]}
        self.assertEqual(found("number-7-"), {"007.FLM"})
        self.assertEqual(found("NUMBER", "r-11-"), {"011.FLM"})
        self.assertEqual(found("w25q"), {"h743-w25q128.stldr"})
        self.assertEqual(found(digest(another(3))[:9]), {"003.FLM"})
        self.assertEqual(found(digest(another(3))[:9].upper(), "number-3-long", "003"), set())
        self.assertEqual(found("3", digest(another(3))[:8].upper(), "number-3-"), {"003.FLM"})
        self.assertEqual(found("many/", "number-7-"), {"007.FLM"})
        self.assertEqual(len(found("many/")), 12)
        for nothing in ("%", "!", "'", "num_er"):
            self.assertEqual(found(nothing), set())
        self.assertIn("at most 8 words", self.fails("db", "search", *"abcdefghi",
                                                    code=USAGE)["message"])

    def test_by_chip_and_format(self):
        self.imported(G4, H7)
        self.assertEqual([b["name"] for b in self.builds("--chip", "STM32G431CB")], ["g431.FLM"])
        self.assertEqual(self.builds("--chip", "STM32G474RE"), [])
        self.assertEqual([b["name"] for b in self.builds("--format", "stldr")],
                         ["h743-w25q128.stldr"])

    def test_history(self):
        self.imported(G4, H7)
        self.json("db", "verdict", "g431.FLM", "good", "--reason", "works here")
        what = [e["what"] for e in self.json("db", "history", "g431.FLM")["events"]]
        self.assertEqual(what, ["seen", "verdict"])
        self.assertEqual(len(self.json("db", "history")["events"]), 3)
        self.fails("db", "history", "nothing", code=USAGE, cause="no-build")


class Verdict(Db):
    def say(self, kind, *args, ref="g431.FLM"):
        return self.json("db", "verdict", ref, kind, "--reason", "seen", *args)["sum"]

    def sum(self, *args):
        return self.show("g431.FLM", *args)["sum"]

    def setUp(self):
        super().setUp()
        self.imported(G4)

    def test_nobody_said_anything(self):
        self.assertIsNone(self.sum()["verdict"])

    def test_an_option_bit_decides(self):
        """The same bytes: broken in one thread, the fix in another."""
        self.say("bad", "--chip", "STM32G473xC", "--option-state", "DBANK=1", "--source", "PR 1896")
        self.say("good", "--chip", "STM32G473xC", "--option-state", "DBANK=0", "--source", "PR 3916")
        s = self.sum("--chip", "STM32G473RC")
        self.assertEqual((s["verdict"], s["depends"]), ("disputed", "DBANK"))
        self.assertIn("PR 1896 says bad", s["why"])
        self.assertIn("PR 3916 says good", s["why"])
        self.assertEqual(self.sum("--option-state", "DBANK=0")["verdict"], "good")
        self.assertEqual(self.sum("--option-state", "dbank=1")["verdict"], "bad")
        self.assertIsNone(self.sum("--chip", "STM32G431CB")["verdict"])

    def advisory(self, **affected):
        """As STK-2023-0006 has it, for our bytes."""
        inspected = self.json("inspect", G4)[0]
        folder = self.folder / "facts"
        folder.mkdir()
        (folder / "STK-2099-0001.json").write_text(json.dumps({
            "schema_version": "1.6.0", "id": "STK-2099-0001", "published": "2026-01-01T00:00:00Z",
            "modified": "2026-01-01T00:00:00Z", "summary": "it is broken", "details": "it is.",
            "affected": [{"package": {"ecosystem": "crates.io", "name": "probe-rs"},
                          "versions": ["0.22.0"], "ecosystem_specific": affected}],
            "references": [{"type": "FIX", "url": "https://github.com/probe-rs/probe-rs/pull/1896"}],
            "database_specific": {
                "basis": "reported", "disputed": "pull request 3916 restores these bytes",
                "marks": [{"code_sha256": inspected["code_sha256"], "text": "its code"}],
                "symptoms": [], "instead": [{"text": "use the newer one"}],
                "source_notes": "a test"}}))
        return "--facts", folder

    def test_an_advisory_is_a_voice_among_others(self):
        """PR 1896 as an advisory, PR 3916 as a verdict: DBANK decides."""
        facts = self.advisory(devices=["STM32G473xC", "STM32G474xC"], option_state="DBANK=1")
        self.assertIsNone(self.sum("--chip", "STM32G473RC")["verdict"])
        s = self.sum(*facts, "--chip", "STM32G473RC")
        self.assertEqual((s["verdict"], s["depends"]), ("disputed", "DBANK"))
        self.say("good", "--chip", "STM32G473RC", "--option-state", "DBANK=0", "--source", "PR 3916")
        s = self.sum(*facts, "--chip", "STM32G473RC")
        self.assertEqual((s["verdict"], s["depends"]), ("disputed", "DBANK"))
        self.assertIn("STK-2099-0001 says bad on STM32G473xC with DBANK=1", s["why"])
        self.assertIn("PR 3916 says good on STM32G473RC with DBANK=0: DBANK decides", s["why"])
        for state, kind in ("DBANK=0", "good"), ("DBANK=1", "bad"):
            self.assertEqual(self.sum(*facts, "--chip", "STM32G473RC", "--option-state", state)
                             ["verdict"], kind)
        self.assertIsNone(self.sum(*facts, "--chip", "STM32H743VI")["verdict"])

    def test_a_disputed_advisory_decides_nothing(self):
        s = self.sum(*self.advisory(devices=["STM32G431xB"]), "--chip", "STM32G431CB")
        self.assertEqual((s["verdict"], s["depends"]), ("disputed", None))

    def test_nothing_decides(self):
        self.say("bad", "--source", "a")
        self.say("good", "--source", "b")
        s = self.sum()
        self.assertEqual((s["verdict"], s["depends"]), ("disputed", None))

    def test_the_last_word_of_a_source_counts(self):
        self.say("bad", "--source", "a")
        self.assertEqual(self.say("good", "--source", "a")["verdict"], "good")
        self.assertEqual(len(self.show("g431.FLM")["verdicts"]), 2)

    def test_evidence_is_kept(self):
        log = self.file("run.log", b"line\0\xff")
        self.say("bad", "--evidence", log)
        said, = self.show("g431.FLM")["verdicts"]
        self.assertEqual(said["evidence_name"], "run.log")
        self.assertEqual(said["evidence_sha256"], digest(b"line\0\xff"))
        d = self.json("db", "verdict", "g431.FLM", "bad", "--reason", "x", "--evidence", log)
        self.assertEqual(d["recorded"]["evidence_sha256"], digest(b"line\0\xff"))
        self.assertEqual(self.query("SELECT data FROM bytes WHERE sha256 = "
                                    f"'{said['evidence_sha256']}'"), [(b"line\0\xff",)])
        self.fails("db", "verdict", "g431.FLM", "bad", "--reason", "x", "--evidence", "missing",
                   code=INPUT)

    def test_wrong_ones(self):
        self.fails("db", "verdict", "g431.FLM", "nice", "--reason", "x", code=USAGE)
        self.fails("db", "verdict", "g431.FLM", "good", code=USAGE)
        self.fails("db", "verdict", "nothing", "good", "--reason", "x", code=USAGE)
        self.assertEqual(self.show("g431.FLM")["verdicts"], [])


class Refused(Db):
    def test_no_database(self):
        for verb in (["list"], ["show", "x"], ["check"], ["history"]):
            self.fails("db", *verb, code=DATABASE, cause="no-database")
        self.assertFalse(self.path.exists())

    def test_others_files_are_left_alone(self):
        with self.opened() as db:
            db.execute("CREATE TABLE x (y)")
        before = self.path.read_bytes()
        self.fails("db", "import", G4, code=DATABASE, cause="no-database")
        self.assertEqual(self.path.read_bytes(), before)
        self.path.write_bytes(b"garbage" * 1000)
        self.fails("db", "import", G4, code=DATABASE)
        self.fails("db", "list", code=DATABASE)
        self.assertEqual(self.path.read_bytes(), b"garbage" * 1000)

    def test_a_newer_schema(self):
        self.imported(G4)
        with self.opened() as db:
            db.execute("PRAGMA user_version = 99")
        before = self.path.read_bytes()
        for verb in (["import", G4], ["list"], ["check"]):
            self.fails("db", *verb, code=DATABASE, cause="newer-schema")
        self.assertEqual(self.path.read_bytes(), before)

    def test_places_where_none_can_be(self):
        self.fails("db", "import", "--db", self.folder, G4, code=DATABASE)
        self.fails("db", "import", "--db", "/proc/none/x.db", G4, code=DATABASE)
        self.fails("db", "import", "--db", "/dev/null", G4, code=DATABASE)


class ReadOnly(Db):
    def nobody(self):
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)

    def test_it_can_be_read(self):
        """Also where SQLite cannot put its log beside it."""
        self.imported(G4)
        shelf = pathlib.Path(self.folder) / "shelf"
        shelf.mkdir()
        copy = shelf / "read only?#%41.db"
        shutil.copy(self.path, copy)
        copy.chmod(0o444)
        shelf.chmod(0o555)
        self.addCleanup(shelf.chmod, 0o755)
        how = {"preexec_fn": self.nobody} if os.getuid() == 0 else {}
        if how:
            self.folder.chmod(0o755)
        self.assertEqual(len(self.json("db", "list", "--db", copy, **how)["builds"]), 1)
        self.stoker("db", "check", "--db", copy, **how)
        _, err = self.stoker("db", "import", "--db", copy, H7, code=DATABASE, **how)
        self.assertIn("must be writable", err)
        self.assertEqual(sorted(os.listdir(shelf)), [copy.name])


if __name__ == "__main__":
    harness.main()
