#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""stoker inspect: the document of each file against what the file holds."""
import hashlib
import os
import pathlib
import struct

import harness
from harness import DONE, FIRMWARE, FLASH, G4, H7, INPUT, NO, USAGE, Case
from elf32 import Elf

ALWAYS = {"path", "file_size", "sha256", "format", "functions", "segments", "machine",
          "position_independent", "link_address", "ram_size", "static_base", "cpu", "fp",
          "compiler", "code_sha256", "table_sha256", "findings", "hosts",
          "checked"}


def patched(path, *edits):
    """The file's bytes with each (old, new) of equal length replaced once."""
    data = bytearray(pathlib.Path(path).read_bytes())
    for old, new in edits:
        assert len(old) == len(new) and data.count(old) == 1, old
        at = data.index(old)
        data[at:at + len(old)] = new
    return bytes(data)


class Document(Case):
    def one(self, path, **how):
        documents = self.json("inspect", path, **how)
        self.assertEqual(len(documents), 1)
        return documents[0]

    def check_elf_facts(self, path, d, functions):
        elf = Elf(path)
        data = pathlib.Path(path).read_bytes()
        self.assertEqual(set(d), ALWAYS | {"device"})
        self.assertEqual(d["path"], path)
        self.assertEqual(d["file_size"], len(data))
        self.assertEqual(d["sha256"], hashlib.sha256(data).hexdigest())
        self.assertEqual(d["machine"], "ARM")
        self.assertEqual(d["functions"], {
            s.name: s.value for s in elf.symbols if s.name in functions and s.bind})
        self.assertEqual([(s["address"], s["physical_address"], s["offset"], s["file_size"],
                           s["memory_size"]) for s in d["segments"]],
                         [(p.vaddr, p.paddr, p.offset, p.filesz, p.memsz) for p in elf.loads()])
        self.assertEqual([f for f in d["findings"] if f["level"] == "error"], [])

    def test_flash_algorithm(self):
        elf, d = Elf(G4), self.one(G4)
        self.check_elf_facts(G4, d, ["Init", "UnInit", "EraseChip", "EraseSector", "ProgramPage",
                                     "BlankCheck", "Verify", "Read"])
        t = elf.bytes_at(elf.symbol("FlashDevice").value, 168)
        u32 = struct.Struct("<I")
        self.assertEqual(d["format"], "flm")
        self.assertEqual(d["device"], {
            "name": t[2:130].split(b"\0")[0].decode(), "type": 1, "type_name": "ONCHIP",
            "start": u32.unpack_from(t, 132)[0], "size": u32.unpack_from(t, 136)[0],
            "page_size": u32.unpack_from(t, 140)[0], "erased": t[148],
            "program_ms": u32.unpack_from(t, 152)[0], "erase_ms": u32.unpack_from(t, 156)[0],
            "regions": [{"start": FLASH, "count": 64, "size": 2048}]})
        self.assertTrue(d["position_independent"])
        self.assertIsInstance(d["static_base"], int)

    def test_external_loader(self):
        elf, d = Elf(H7), self.one(H7)
        self.check_elf_facts(H7, d, ["Init", "Write", "SectorErase", "MassErase", "Verify",
                                     "CheckSum", "Read"])
        self.assertEqual(d["format"], "stldr")
        self.assertEqual((d["device"]["type"], d["device"]["type_name"]), (7, "SPI_FLASH"))
        self.assertEqual((d["device"]["start"], d["device"]["size"]), (0x90000000, 16 << 20))
        self.assertEqual(d["device"]["regions"],
                         [{"start": 0x90000000, "count": 4096, "size": 4096}])
        self.assertFalse(d["position_independent"])
        self.assertIsNone(d["static_base"])
        self.assertEqual(d["link_address"], min(
            p.vaddr for p in elf.loads() if p.vaddr != elf.symbol("StorageInfo").value))

    def test_path_is_as_typed(self):
        self.file("a loader.FLM", pathlib.Path(G4).read_bytes())
        self.assertEqual(self.one("./a loader.FLM")["path"], "./a loader.FLM")

    def test_text_shows_the_same_facts(self):
        d = self.one(G4)
        out, err = self.stoker("inspect", G4)
        self.assertEqual(err, "")
        for fact in (d["path"], d["sha256"], d["code_sha256"], d["table_sha256"],
                     f'"{d["device"]["name"]}", ONCHIP (type 1)', "64 x 2 KiB",
                     "0x08000000..0x08020000", *d["functions"]):
            self.assertIn(fact, out)
        for f in d["findings"]:
            self.assertRegex(out, f"(?m)^  {f['level']} +{f['id']} ")

    def test_any_byte_may_be_in_a_name(self):
        name = self.one(G4)["device"]["name"].encode()
        for raw, shown in [(b"\xb5V \xff", "\u00b5V \u00ff"),
                           ("\u00b5C".encode(), "\u00b5C"),
                           (b"\x1b[31m\"\n", "\x1b[31m\"\n")]:
            path = self.file("odd.FLM", patched(G4, (name + b"\0", raw.ljust(len(name), b"x")
                                                     + b"\0")))
            full = shown + "x" * (len(name) - len(raw))
            self.assertEqual(self.one(path)["device"]["name"], full)
            with self.start("inspect", path) as p:
                out, _ = p.communicate()
            self.assertNotIn(b"\x1b", out)

    def test_any_byte_may_be_in_a_path(self):
        path = os.fsencode(self.folder) + b"/\xe4.FLM"
        with open(path, "wb") as f:
            f.write(b"x")
        d = self.one(os.fsdecode(path), code=INPUT)
        self.assertTrue(d["path"].endswith("/\u00e4.FLM"))
        self.assertIn("\u00e4.FLM", d["error"]["message"])


class Unusable(Case):
    def described(self, path, cause=None):
        """Described as far as it goes, exit code 3, and no other command takes it."""
        d, = self.json("inspect", path, code=INPUT)
        self.assertEqual(d["error"]["origin"], "input")
        out, err = self.stoker("inspect", path, code=INPUT)
        self.assertIn(d["error"]["message"], out)
        self.assertIn(d["error"]["message"], err)
        refused = self.fails("program", FIRMWARE, "-l", path, "-t", "emu:stm32g431cb", code=INPUT)
        self.assertEqual(refused["cause"], d["error"]["cause"])
        if cause:
            self.assertEqual(refused["cause"], cause)
        return d

    def test_foreign_machine(self):
        data = bytearray(pathlib.Path(G4).read_bytes())
        struct.pack_into("<H", data, 18, 243)	# EM_RISCV
        d = self.described(self.file("riscv.FLM", bytes(data)))
        self.assertEqual((d["machine"], d["format"]), ("RISC-V", "flm"))
        self.assertIn("error", [f["level"] for f in d["findings"]])

    def test_table_without_its_symbol(self):
        d = self.described(self.file("lost.FLM", patched(
            G4, (b"\0FlashDevice\0", b"\0FlashDevicX\0"))))
        self.assertEqual(len(d["sha256"]), 64)
        self.assertNotIn("device", d)

    def test_no_elf_file(self):
        for name, data in [("empty", b""), ("text", b"version https://git-lfs\n"),
                           ("html", b"<html>" * 1000), ("magic", b"\x7fELF")]:
            d = self.described(self.file(name, data))
            self.assertIsNone(d["format"])
            self.assertEqual(d["sha256"], hashlib.sha256(data).hexdigest())

    def test_truncated(self):
        data = pathlib.Path(G4).read_bytes()
        for size in (52, len(data) // 2, len(data) - 1):
            self.assertNotIn("device", self.described(self.file("cut.FLM", data[:size])))

    def test_no_file(self):
        os.mkfifo(self.folder / "fifo")
        for path in ("missing.FLM", ".", "fifo", "/dev/null"):
            d, = self.json("inspect", path, code=INPUT)
            self.assertEqual(set(d), {"path", "error"})
            self.stoker("inspect", path, code=INPUT)


class Several(Case):
    def test_all_are_reported_and_the_worst_counts(self):
        files = [G4, "missing.FLM", H7, str(self.file("text.stldr", b"text"))]
        documents = self.json("inspect", *files, code=INPUT)
        self.assertEqual([d["path"] for d in documents], files)
        self.assertEqual(["error" in d for d in documents], [False, True, False, True])
        out, err = self.stoker("inspect", *files, code=INPUT)
        for path in files:
            self.assertIn(f"{path}\n", out)
        self.assertEqual(len(err.splitlines()), 2)

    def test_two_hundred(self):
        self.assertEqual(len(self.json("inspect", *[G4] * 100, *[H7] * 100)), 200)


class Explain(Case):
    PAGES = sorted((harness.SOURCE / "docs/findings").glob("STK-*.md"))

    def test_a_page_is_the_file(self):
        page = next(p for p in self.PAGES if p.stem == "STK-S006")
        for word in ("STK-S006", "stk-s006", "S006", "s006"):
            out, err = self.stoker("inspect", "--explain", word)
            self.assertEqual((out, err), (page.read_text(), ""))

    def test_several_and_json(self):
        names = ["STK-L007", "STK-A006"]
        document = self.json("inspect", "--explain", *names)
        self.assertEqual([e["id"] for e in document["explanations"]], names)
        out, _ = self.stoker("inspect", "--explain", *names)
        self.assertEqual(out, "\n".join(e["page"] for e in document["explanations"]))

    def test_the_list_has_every_page(self):
        out, _ = self.stoker("inspect", "--explain")
        self.assertEqual([line.split()[0] for line in out.splitlines()],
                         [p.stem for p in self.PAGES])
        levels = {e["id"]: e["level"] for e in self.json("inspect", "--explain")["explanations"]}
        for page in self.PAGES:
            self.assertIn(f"\nLevel: {levels[page.stem]}\n", page.read_text())

    def test_unknown(self):
        for word, near in (("STK-S066", "STK-S006"), ("L077", "STK-L007"), ("x" * 500, "STK-")):
            error = self.fails("inspect", "--explain", word, code=USAGE)
            self.assertIn(near, error["message"])

    def test_pages_show_what_is_printed(self):
        """The message in an example begins with the rule's own title."""
        for page in self.PAGES:
            text = page.read_text()
            title = text.splitlines()[0].split(": ", 1)[1]
            example = " ".join(text.split("    $ stoker inspect ")[1].split())
            self.assertIn(f"{page.stem} {title}: ", example, page)


class Options(Case):
    def test_some_exclude_each_other(self):
        for words, sentence in ((["--deep", "--shallow", G4], "one of --deep and --shallow"),
                                (["--explain", "--map", "L001"], "ids alone"),
                                (["--explain", "-r", "L001"], "ids alone"),
                                (["--functions=", G4], "without a name")):
            error = self.fails("inspect", *words, code=USAGE)
            self.assertIn(sentence, error["message"])


class Hosts(Case):
    def test_who_refuses_and_since_when(self):
        path = self.file("renamed.stldr", pathlib.Path(H7).read_bytes())
        d, = self.json("inspect", path)
        self.assertEqual(d["hosts"], [{"name": "cubeprogrammer", "effect": "refuses",
                                       "since": "2.18.0", "findings": ["STK-S006"]}])
        finding = next(f for f in d["findings"] if f["id"] == "STK-S006")
        self.assertEqual(finding["host"], {"name": "cubeprogrammer", "effect": "refuses",
                                           "since": "2.18.0", "basis": "observed"})
        out, _ = self.stoker("inspect", path)
        self.assertRegex(out, r"(?m)^  hosts +cubeprogrammer refuses it since 2\.18\.0 "
                              r"\(STK-S006\)$")

    def test_what_is_assumed_is_said(self):
        table = Elf(H7).symbol("StorageInfo").value
        symbol = struct.Struct("<IIB")	# value, size, global object
        data = patched(H7, (symbol.pack(table, 200, 0x11), symbol.pack(table, 32888, 0x11)))
        path = self.file(pathlib.Path(H7).name, data)
        d, = self.json("inspect", path)
        self.assertEqual([(h["since"], h["findings"]) for h in d["hosts"]],
                         [("2.12.0", ["STK-S008"])])
        self.assertIn("cubeprogrammer refuses it since 2.12.0 (STK-S008 assumed)\n",
                      self.stoker("inspect", path)[0])

    def test_nothing_against_ours(self):
        for loader in (G4, H7):
            d, = self.json("inspect", loader)
            self.assertEqual(d["hosts"], [])
            self.assertNotIn("\n  hosts ", self.stoker("inspect", loader)[0])

    def test_the_code_is_looked_at(self):
        loader = str(harness.LOADERS / "h743-w25q128-waits-for-interrupt.stldr")
        d, = self.json("inspect", loader)
        self.assertIn("STK-L202", [f["id"] for f in d["findings"]])
        self.assertEqual(d["checked"]["code"], "thumb")
        d, = self.json("inspect", "--shallow", loader)
        self.assertNotIn("STK-L202", [f["id"] for f in d["findings"]])
        self.assertIsNone(d["checked"]["code"])

    def test_chip(self):
        self.assertEqual(self.json("inspect", G4)[0]["checked"]["chip"], "STM32G4")
        self.assertRegex(self.stoker("inspect", G4)[0],
                         "(?m)^  checked +for STM32G4, with its code$")
        self.assertRegex(self.stoker("inspect", "--shallow", H7)[0],
                         "(?m)^  checked +for STM32H7.*, without its code$")
        d, = self.json("inspect", "--chip", "stm32g431k6", H7)
        self.assertEqual(d["checked"]["chip"], "STM32G431K6")
        self.assertIn("STK-L106", [f["id"] for f in d["findings"]])


class FailOn(Case):
    def test_a_level_and_what_is_worse(self):
        levels = ["note", "warning", "error"]
        documents = self.json("inspect", G4, H7)
        worst = max((levels.index(f["level"]) for d in documents for f in d["findings"]),
                    default=-1)
        for i, level in enumerate(levels):
            self.stoker("inspect", "--fail-on", level, G4, H7, code=NO if i <= worst else DONE)
        self.stoker("inspect", G4, H7)

    def test_an_unusable_file_is_worse_than_a_finding(self):
        data = bytearray(pathlib.Path(G4).read_bytes())
        struct.pack_into("<H", data, 18, 243)
        path = self.file("riscv.FLM", bytes(data))
        self.stoker("inspect", "--fail-on", "error", path, code=INPUT)

    def test_level_must_be_one(self):
        self.fails("inspect", "--fail-on", "err", G4, code=USAGE)


if __name__ == "__main__":
    harness.main()
