#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""stoker inspect -r: which files are taken, in what order, and what is alike."""
import hashlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import unittest

import harness
import packs
from harness import DONE, FIRMWARE, G4, H7, INPUT, NO, USAGE, Case

BYTES_G4, BYTES_H7 = pathlib.Path(G4).read_bytes(), pathlib.Path(H7).read_bytes()


def other_build(data, digit):
    """The same code and table; an unused byte behind the last section differs."""
    return data + b"%d" % digit


def other_table(data):
    """The same code; another device name."""
    name = b"STM32G431 128 KiB flash\0"
    assert data.count(name) == 1
    return data.replace(name, name.lower())


class Folder(Case):
    def put(self, name, data):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return name

    def look(self, *args, code=DONE):
        d = self.json("inspect", "-r", *args, code=code)
        self.assertEqual(d["ok"], code in (DONE, NO))
        return d

    def paths(self, *args, code=DONE):
        return [f["path"] for f in self.look(*args, code=code)["files"]]


class WhichFiles(Folder):
    def test_content_decides_not_the_name(self):
        self.put("a/loader.bin", BYTES_G4)
        self.put("a/no-suffix", BYTES_H7)
        self.put("a/firmware.elf", pathlib.Path(FIRMWARE).read_bytes())
        self.put("a/text", b"text")
        self.put("a/empty", b"")
        self.put("a/short", b"\x7fEL")
        d = self.look("a")
        self.assertEqual([f["path"] for f in d["files"]], ["a/loader.bin", "a/no-suffix"])
        self.assertEqual(d["counts"]["loaders"], 2)
        self.assertEqual(d["counts"]["others"], 4)

    def test_a_suffix_makes_a_row(self):
        for name in ("a/x.FLM", "a/y.flm", "a/z.stldr", "a/Z.STLDR"):
            self.put(name, b"text")
        d = self.look("a", code=INPUT)
        self.assertEqual([f["path"] for f in d["files"]],
                         ["a/Z.STLDR", "a/x.FLM", "a/y.flm", "a/z.stldr"])
        for f in d["files"]:
            self.assertEqual(f["error"]["cause"], "not-elf")
        self.assertEqual((d["counts"]["unusable"], d["counts"]["others"]), (4, 0))

    def test_a_suffix_alone_is_no_suffix(self):
        self.put("a/.FLM", b"text")
        self.assertEqual(self.paths("a"), [])

    def test_objects_are_those_of_inspect(self):
        self.put("a/x.FLM", BYTES_G4)
        self.put("a/y.stldr", BYTES_H7)
        files = self.look("a")["files"]
        self.assertEqual(files, self.json("inspect", "--shallow", "a/x.FLM", "a/y.stldr"))

    def test_deep_objects_too(self):
        self.put("a/x.FLM", BYTES_G4)
        self.assertEqual(self.look("--deep", "a")["files"], self.json("inspect", "a/x.FLM"))

    def test_folders_and_files_mixed_once_each(self):
        self.put("b/x.FLM", BYTES_G4)
        self.put("a/deep/er/y.stldr", BYTES_H7)
        self.put("c.txt", b"text")
        d = self.look("b", "c.txt", "a", "b/x.FLM", "b", code=INPUT)
        self.assertEqual([f["path"] for f in d["files"]],
                         ["a/deep/er/y.stldr", "b/x.FLM", "c.txt"])
        self.assertEqual(d["files"][2]["error"]["cause"], "not-elf")
        self.assertEqual(self.paths("b/"), ["b/x.FLM"])

    def test_what_was_named_and_is_not_there(self):
        d = self.look("missing", code=INPUT)
        self.assertEqual(set(d["files"][0]), {"path", "error"})

    def test_nothing_there(self):
        (self.folder / "a").mkdir()
        d = self.look("a")
        self.assertEqual(d["files"], [])
        self.assertEqual(d["counts"]["loaders"], 0)
        out, err = self.stoker("inspect", "-r", "a")
        self.assertEqual((out.splitlines()[-1].split(",")[0], err), ("0 loaders", ""))

    def test_any_byte_may_be_in_a_path(self):
        folder = os.fsencode(self.folder) + b"/a"
        os.mkdir(folder)
        with open(folder + b"/\xe4\n.FLM", "wb") as f:
            f.write(BYTES_G4)
        self.assertEqual(self.paths("a"), ["a/\u00e4\n.FLM"])
        with self.start("inspect", "-r", "a") as p:
            out, _ = p.communicate()
        self.assertIn(b"a/\xe4\\x0A.FLM\n", out)


class Packs(Folder):
    """What is in a pack is not on the disk, and is listed all the same."""
    MAIN, IDLE, BAD = "CMSIS/Flash/A.FLM", "CMSIS/Flash/B.FLM", "CMSIS/Flash/C.FLM"

    def pack(self, name, more=None):
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        pdsc = packs.package(packs.family(packs.device(
            "STM32G431KBTx", packs.SRAM, packs.FLASH, packs.algorithm(self.MAIN, default=1))))
        packs.archive(self.folder / name, {
            packs.PDSC: pdsc, self.MAIN: BYTES_G4, self.IDLE: other_build(BYTES_G4, 1),
            **(more or {})})
        return name

    def test_their_loaders_have_rows(self):
        self.pack("a/x.PACK")
        self.put("a/x.FLM", BYTES_G4)
        self.put("a/z.zip", (self.folder / "a/x.PACK").read_bytes())
        d = self.look("a")
        self.assertEqual(d["files"], [*self.json("inspect", "--shallow", "a/x.FLM"),
                                      *self.json("inspect", "--shallow", "a/x.PACK")])
        self.assertEqual(d["packs"], ["a/x.PACK"])
        inside = [f"a/x.PACK#{name}" for name in (self.MAIN, self.IDLE)]
        self.assertEqual(d["identical"][0]["files"], ["a/x.FLM", inside[0]])
        self.assertEqual([b["files"] for b in d["same_code"][0]["builds"]],
                         [["a/x.FLM", inside[0]], inside[1:]])
        self.assertEqual([d["counts"][k] for k in ("loaders", "packs", "others")], [3, 1, 1])
        pack = d["files"][1]["pack"]
        for level, n in d["counts"]["findings"].items():
            self.assertEqual(n, sum(x["level"] == level for f in
                                    (d["files"][0], pack, *pack["loaders"])
                                    for x in f["findings"]))
        lines = self.stoker("inspect", "-r", "a")[0].splitlines()
        self.assertEqual([line.split()[-1] for line in lines[1:5]],
                         ["a/x.FLM", "a/x.PACK", *inside])
        self.assertRegex(lines[2], "^pack +Stoker.Test_DFP 1.2.0 +- ")

    def test_named_by_the_user(self):
        self.pack("x")
        self.assertEqual(self.look("x")["packs"], ["x"])

    def test_damaged_ones_and_bad_loaders_in_them(self):
        self.pack("a/bad-loader.pack", {self.BAD: b"text"})
        self.put("a/bad.pack", b"PK\3\4 and so on")
        self.put("a/none.pack", b"text")
        d = self.look("a", code=INPUT)
        self.assertEqual(d["error"]["message"],
                         "1 of 3 loaders and 1 of 2 packs cannot be used")
        self.assertEqual(set(d["files"][1]), {"path", "error"})
        self.assertEqual(d["counts"]["others"], 1)
        (self.folder / "a/bad-loader.pack").unlink()
        self.assertEqual(self.look("a", code=INPUT)["error"]["message"],
                         "1 of 1 packs cannot be used")

    def test_fail_on(self):
        self.pack("a/x.pack")
        notes = self.look("a")["files"][0]["pack"]["findings"]
        self.assertEqual({f["level"] for f in notes}, {"note"})
        self.look("--fail-on", "note", "a", code=NO)

    def test_any_number_of_threads(self):
        for i in range(9):
            self.pack(f"a/{i}.pack", {f"CMSIS/Flash/{i}.FLM": other_build(BYTES_H7, i)})
        first, *rest = [self.stoker("inspect", "-r", "--json", "--deep", "-j", n, "a")
                        for n in (1, 2, 8)]
        for other in rest:
            self.assertEqual(other, first)
        self.assertEqual(json.loads(first[0])["counts"]["loaders"], 27)


class Links(Folder):
    def test_to_a_file(self):
        self.put("a/x.FLM", BYTES_G4)
        os.symlink("x.FLM", self.folder / "a/y")
        d = self.look("a")
        self.assertEqual([f["path"] for f in d["files"]], ["a/x.FLM", "a/y"])
        self.assertEqual(d["identical"][0]["files"], ["a/x.FLM", "a/y"])

    def test_to_a_folder_is_not_followed(self):
        self.put("a/x.FLM", BYTES_G4)
        self.put("b/y.FLM", BYTES_G4)
        os.symlink(".", self.folder / "a/self")
        os.symlink("..", self.folder / "a/up")
        os.symlink("../b", self.folder / "a/b")
        d = self.look("a")
        self.assertEqual([f["path"] for f in d["files"]], ["a/x.FLM"])
        self.assertEqual(d["counts"]["others"], 0)

    def test_the_folder_that_is_named_may_be_one(self):
        self.put("a/x.FLM", BYTES_G4)
        os.symlink("a", self.folder / "b")
        self.assertEqual(self.paths("b"), ["b/x.FLM"])

    def test_to_nothing(self):
        (self.folder / "a").mkdir()
        os.symlink("nowhere", self.folder / "a/x.FLM")
        os.symlink("x.FLM", self.folder / "a/y")
        os.symlink("z", self.folder / "a/z")
        d = self.look("a", code=INPUT)
        self.assertEqual([f["path"] for f in d["files"]], ["a/x.FLM"])
        self.assertEqual(d["files"][0]["error"]["cause"], "cannot-open")
        self.assertEqual((d["unreadable"], d["counts"]["others"]), ([], 2))


class NotFiles(Folder):
    def test_are_never_opened(self):
        """A FIFO without a writer, and one that has one: nothing is taken from it."""
        self.put("a/x.FLM", BYTES_G4)
        os.mkfifo(self.folder / "a/fifo.FLM")
        os.mkfifo(self.folder / "a/fifo")
        os.symlink("fifo", self.folder / "a/link.FLM")
        held = os.open(self.folder / "a/fifo", os.O_RDWR | os.O_NONBLOCK)
        self.addCleanup(os.close, held)
        os.write(held, b"\x7fELF")
        server = socket.socket(socket.AF_UNIX)
        self.addCleanup(server.close)
        cwd = os.open(".", os.O_RDONLY)
        os.chdir(self.folder)	# an address is short
        server.bind("a/socket.stldr")
        os.fchdir(cwd)
        os.close(cwd)
        d = self.look("a")
        self.assertEqual([f["path"] for f in d["files"]], ["a/x.FLM"])
        self.assertEqual(d["counts"]["others"], 4)
        self.assertEqual(os.read(held, 8), b"\x7fELF")

    @unittest.skipIf(os.geteuid() == 0 and not shutil.which("setpriv"), "nothing is unreadable")
    def test_unreadable_ones_are_named(self):
        self.put("a/x.FLM", BYTES_G4)
        self.put("a/locked/y.FLM", BYTES_G4)
        self.put("a/secret.FLM", BYTES_G4)
        self.put("a/secret", BYTES_G4)
        for name, mode in [("a/locked", 0), ("a/secret.FLM", 0), ("a/secret", 0), ("", 0o755)]:
            os.chmod(self.folder / name, mode)
        self.addCleanup(os.chmod, self.folder / "a/locked", 0o700)
        drop = []
        if os.geteuid() == 0:
            drop = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        run = subprocess.run([*drop, harness.STOKER, "inspect", "-r", "--json", "a"],
                             env=self.env, cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(run.returncode, INPUT, run.stderr)
        d = json.loads(run.stdout)
        self.assertEqual([(f["path"], "error" in f) for f in d["files"]],
                         [("a/secret.FLM", True), ("a/x.FLM", False)])
        self.assertEqual([(u["path"], u["error"]["cause"]) for u in d["unreadable"]],
                         [("a/locked", "cannot-open"), ("a/secret", "cannot-open")])
        self.assertIn("a/locked", run.stderr)


class Alike(Folder):
    def setUp(self):
        super().setUp()
        self.put("a/1.FLM", BYTES_G4)
        self.put("a/2.FLM", other_build(BYTES_G4, 2))
        self.put("a/3.FLM", other_table(BYTES_G4))
        self.put("b/1.FLM", BYTES_G4)
        self.put("b/4.stldr", BYTES_H7)

    def test_groups(self):
        d = self.look("b", "a")
        files = {f["path"]: f for f in d["files"]}
        self.assertEqual(d["identical"], [
            {"sha256": files["a/1.FLM"]["sha256"],
             "table_sha256": files["a/1.FLM"]["table_sha256"], "files": ["a/1.FLM", "b/1.FLM"]}])
        group, = d["same_code"]
        self.assertEqual(group["code_sha256"], files["a/1.FLM"]["code_sha256"])
        self.assertEqual([b["files"] for b in group["builds"]],
                         [["a/1.FLM", "b/1.FLM"], ["a/2.FLM"], ["a/3.FLM"]])
        tables = [b["table_sha256"] for b in group["builds"]]
        self.assertEqual(tables[0], tables[1])
        self.assertNotEqual(tables[0], tables[2])
        self.assertNotIn("similar", d)

    def test_alone_is_no_group(self):
        d = self.look("b")
        self.assertEqual((d["identical"], d["same_code"]), ([], []))

    def test_text_has_the_same(self):
        d = self.look(".")
        out, err = self.stoker("inspect", "-r", ".")
        self.assertEqual(err, "")
        head, *lines = out.splitlines()
        self.assertTrue(head.startswith("format ") and head.endswith("  file"))
        for f, line in zip(d["files"], lines):
            cells = line.split()
            self.assertEqual((cells[0], cells[-1]), (f["format"], f["path"]))
            self.assertEqual(cells[-2], f["sha256"][:12])
            self.assertEqual(line.index(f["path"]), head.index("  file") + 2)
            levels = [x["level"] for x in f["findings"]]
            self.assertEqual(cells[-5:-2], [str(levels.count(level) or "-") for level in
                                            ("error", "warning", "note")])
        for f in d["identical"][0]["files"]:
            self.assertIn(f"\n    {f}\n", out)
        self.assertIn(f"code {d['same_code'][0]['code_sha256'][:12]}\n", out)
        self.assertIn("\n5 loaders, 4 builds, 2 codes, ", out)

    def test_mostly_the_same_functions(self):
        """Ours and two with a defect in one function each; the flash algorithm is another."""
        near = [f"h743-w25q128{defect}.stldr" for defect in ("", "-erase-too-many", "-wild-write")]
        for name in near:
            self.put(f"c/{name}", (harness.LOADERS / name).read_bytes())
        self.put("c/again.stldr", other_build((harness.LOADERS / near[1]).read_bytes(), 1))
        self.put("c/z.FLM", BYTES_G4)
        d = self.look("--deep", "c")
        group, = d["similar"]
        self.assertEqual([[b["files"] for b in code["builds"]] for code in group],
                         [[["c/again.stldr"], [f"c/{near[1]}"]], [[f"c/{near[2]}"]],
                          [[f"c/{near[0]}"]]])
        self.assertEqual(group[0]["percent"], 100)
        for code in group[1:]:
            self.assertIn(code["percent"], range(80, 101))
        out, _ = self.stoker("inspect", "-r", "--deep", "c")
        for code in group[1:]:
            self.assertIn(f"    code {code['code_sha256'][:12]}, {code['percent']} % of it"
                          f" the same\n      {code['builds'][0]['files'][0]}\n", out)
        self.assertEqual(self.look("--deep", "a", "c/z.FLM")["similar"], [])

    def test_counts_are_the_sums(self):
        d = self.look(".")
        for level, n in d["counts"]["findings"].items():
            self.assertEqual(n, sum(x["level"] == level
                                    for f in d["files"] for x in f["findings"]))


class Threads(Folder):
    def test_any_number_prints_the_same(self):
        for i in range(150):
            self.put(f"d{i % 7}/{i:03}.{'FLM' if i % 2 else 'stldr'}",
                     other_build(BYTES_G4 if i % 3 else BYTES_H7, i // 2))
        self.put("d3/none.FLM", b"text")
        for form in (["--json"], []):
            first, *rest = [self.stoker("inspect", "-r", *form, "-j", n, ".", code=INPUT)
                            for n in (1, 2, 4, 16, 1000)]
            for other in rest:
                self.assertEqual(other, first)
        d = json.loads(self.stoker("inspect", "-r", "--json", "-j4", ".", code=INPUT)[0])
        paths = [f["path"] for f in d["files"]]
        self.assertEqual(len(paths), 151)
        self.assertEqual(paths, sorted(paths))


@unittest.skipUnless(os.environ.get("STOKER_CORPUS"), "no corpus of vendor loaders")
class Corpus(Folder):
    def test_all_of_it(self):
        """Beside what a walk in Python finds, and inspect says of each file by itself."""
        corpus = pathlib.Path(os.environ["STOKER_CORPUS"])
        d = self.look(corpus, code=INPUT)
        paths = [f["path"] for f in d["files"]]
        everything = [p for p in corpus.rglob("*") if p.is_file()]
        self.assertEqual(len(everything), len(paths) + d["counts"]["others"])
        suffixed = {str(p) for p in everything if p.suffix.lower() in (".flm", ".stldr")}
        self.assertLessEqual(suffixed, set(paths))
        for path in set(paths) - suffixed:
            self.assertEqual(pathlib.Path(path).read_bytes()[:4], b"\x7fELF")
        self.assertEqual(d["files"], self.json("inspect", "--shallow", *paths, code=INPUT))
        by = {}
        for path in paths:
            by.setdefault(hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest(),
                          []).append(path)
        self.assertEqual({b["sha256"]: b["files"] for b in d["identical"]},
                         {digest: files for digest, files in by.items() if len(files) > 1})
        codes = {}
        for f in d["files"]:
            if f.get("code_sha256"):
                codes.setdefault(f["code_sha256"], set()).add(f["sha256"])
        self.assertEqual({c["code_sha256"]: {b["sha256"] for b in c["builds"]}
                          for c in d["same_code"]},
                         {code: builds for code, builds in codes.items() if len(builds) > 1})
        self.assertGreater(len(d["same_code"]), 20)


class ExitCodes(Folder):
    def test_findings_do_not_count_unless_asked(self):
        self.put("a/x.FLM", BYTES_G4)
        d = self.look("a")
        level = next((level for level in ("error", "warning", "note")
                      if d["counts"]["findings"][level]), None)
        if level:
            self.look("--fail-on", level, "a", code=NO)
        self.stoker("inspect", "-r", "--fail-on", "error", "a",
                    code=NO if d["counts"]["findings"]["error"] else DONE)

    def test_an_unusable_loader_counts_more(self):
        self.put("a/x.FLM", BYTES_G4)
        self.put("a/y.FLM", b"text")
        d = self.look("--fail-on", "note", "a", code=INPUT)
        self.assertEqual(d["error"]["cause"], "unusable-loaders")
        out, err = self.stoker("inspect", "-r", "a", code=INPUT)
        self.assertIn(d["error"]["message"], err)
        self.assertIn(d["files"][1]["error"]["message"], out)

    def test_usage(self):
        self.fails("inspect", "-r", code=USAGE)
        self.fails("inspect", "-j2", G4, code=USAGE)
        for n in ("0", "x", "-1", "1025"):
            self.fails("inspect", "-r", "-j", n, ".", code=USAGE)


if __name__ == "__main__":
    harness.main()
