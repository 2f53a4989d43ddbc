#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Modules built against the headers of ABI 1 as they were load and work; and abi.py sees a
header that would break them."""
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/command"))
import harness
from harness import BUILD, FIRMWARE, FLASH, G4, LOADERS, SOURCE, Case
import abi

OLD = BUILD / "tests/embed/abi-1"
RAM_LOADER = str(LOADERS / "ram-netduinoplus2.FLM")
RAM_FLASH = 0x20010000


class OldModules(Case):
    def setUp(self):
        super().setUp()
        folder = self.folder / "modules"
        folder.mkdir(mode=0o755)
        for module in (OLD / ".libs").glob("*.so"):
            shutil.copy(module, folder)
        self.env["STOKER_MODULE_PATH"] = str(folder)
        self.env.pop("LD_PRELOAD", None)

    def words(self, address, *words):
        return self.file("image.words", f"words 1\n{address:08x} ".encode()
                         + " ".join(f"{w:08x}" for w in words).encode() + b"\n")

    def strangers(self, report):
        return {f"{m['class']}/{m['name']}" for m in report["modules"] if not m["ours"]}

    def test_all_are_taken(self):
        listed = [m for m in self.json("module", "list")["modules"] if not m["ours"]]
        self.assertEqual({(m["class"], m["name"], m.get("refused")) for m in listed},
                         {("chip", "acme", None), ("format", "plain", None),
                          ("image", "words", None), ("server", "lines", None),
                          ("target", "count", None)})

    def test_format_image_and_wrapper(self):
        plain = self.file("g431.plain", pathlib.Path(G4).read_bytes()
                          .replace(b"FlashDevice\0", b"PlainDevice\0"))
        loader, = self.json("inspect", plain)
        self.assertEqual(loader["format"], "plain")
        self.assertIn("PLAIN-N001", [f["id"] for f in loader["findings"]])
        d = self.json("program", self.words(FLASH, 0x20008000, 0x08000101, 0xdeadbeef),
                      "-l", plain, "-t", "emu:stm32g431cb", "--wrap", "count:as=mine",
                      "-p", "count.loud=1")
        self.assertEqual((d["ok"], d["verified"]), (True, True))
        self.assertEqual(self.strangers(d), {"format/plain", "image/words", "target/count"})

    def test_wrapper_under_observation(self):
        """What only a target that observes can find is still found through it."""
        wild = str(LOADERS / "g431-wild-write.FLM")
        bare, wrapped = (self.json("program", FIRMWARE, "-l", wild, "-t", "emu:stm32g431cb", *more,
                                   code=harness.NO)
                         for more in ((), ("--wrap", "count:")))
        self.assertEqual(wrapped["error"], bare["error"])

    def test_chip(self):
        d = self.json("program", self.words(RAM_FLASH, 1, 2, 3), "-l", RAM_LOADER,
                      "-t", "emu:acme100")
        self.assertTrue(d["verified"])
        self.assertEqual(self.strangers(d), {"chip/acme", "image/words"})
        out, _ = self.stoker("chip", "info", "acme100")
        self.assertIn("0x40000000  ROCKET", out)

    def test_server_and_embedding_program(self):
        p = subprocess.Popen([OLD / "board", G4, "emu:stm32g431cb", "lines"], env=self.env,
                             stdout=subprocess.PIPE, text=True)
        self.addCleanup(p.wait)
        self.addCleanup(p.stdout.close)
        self.addCleanup(p.kill)
        host, port = p.stdout.readline().strip().split(":")
        with socket.create_connection((host, int(port))) as s, s.makefile("rw") as f:
            def say(line):
                f.write(line + "\n")
                f.flush()
                return f.readline().strip()
            self.assertRegex(say("regs"), "^pc [0-9a-f]{8} sp [0-9a-f]{8}$")
            said = say("flash 08000804 01020304")
            self.assertEqual(say("read 08000800 12"), "ffffffff01020304ffffffff", said)
            self.assertIn("Init", say("stage Init"))
            self.assertEqual(say("go"), "running")
            self.assertRegex(f.readline(), "^stopped by a breakpoint at ")
            self.assertEqual(say("halt"), "halted")
            f.write("end\n")
        self.assertEqual(p.wait(), 0)


class Headers(unittest.TestCase):
    def complaints(self, old, new, header="module.h"):
        """What abi.py says of today's headers after an edit."""
        with abi.copy_of_today() as folder:
            path = folder / "stoker" / header
            text = path.read_text()
            self.assertRegex(text, old)
            path.write_text(re.sub(old, new, text, count=1))
            return "\n".join(abi.complaints(SOURCE / "core/include", folder))

    def test_of_today(self):
        kept = abi.kept(SOURCE / "core/include")
        self.assertTrue(kept, "tests/embed/freeze keeps the headers as they are")
        for folder in kept:
            self.assertEqual(abi.complaints(folder, SOURCE / "core/include"), [], folder)
        self.assertEqual(abi.level_complaints(kept, SOURCE / "core/include"), [])

    def test_what_may_grow(self):
        for old, new in ((r"(\tsize_t n_ram;\n)(\};)", r"\1\tint more;\n\2"),	# the facts
                         (r"(enum stk_stop_reason \{[^}]*)(\};)", r"\1\tSTK_STOP_MORE,\n\2"),
                         (r"(\tbool has_byte_sum;[^}]*)(\};)", r"\1\tint more;\n\2"),
                         (r"(?m)^(stk_export void stk_log)", r"stk_export int stk_more(void);\n\1")):
            with self.subTest(new):
                self.assertEqual(self.complaints(old, new), "")

    def test_what_breaks_modules(self):
        for old, new, words in (
                (r"(\tSTK_STOP_BREAK,)", r"\tSTK_STOP_NEW,\n\1", "STK_STOP_BREAK has another"),
                (r"int \(\*halt\)\(void \*priv,", r"int (*halt)(void *priv, int how,",
                 "struct stk_target_driver has another type for halt"),
                (r"(?m)^(\tint \(\*halt\))", r"\tint (*new)(void);\n\1",
                 "struct stk_target_driver has another place for halt"),
                (r"uint8_t preference;", r"uint64_t preference;", "stk_memory"),
                (r"(\tconst char \*alias;\n)", r"\1\tint more;\n", "struct stk_memory may not grow"),
                (r"#define STK_REG_ROOM\t32", r"#define STK_REG_ROOM\t40", "STK_REG_ROOM"),
                (r"stk_elf_free\(struct stk_elf \*elf\)", r"stk_elf_free(void *elf)",
                 "stk_elf_free"),
                (r"stk_export void stk_elf_free[^;]*;", "", "stk_elf_free"),
                (r"\n(\tchar text\[)160\]", r"\n\1 80]", "struct stk_stop")):
            with self.subTest(new):
                self.assertIn(words, self.complaints(old, new))

    def test_an_addition_raises_the_level(self):
        with abi.copy_of_today() as folder:
            path = folder / "stoker/module.h"
            text = re.sub(r"(STK_MODULE_ABI\s+)\d+", r"\g<1>1", path.read_text())
            path.write_text(text)
            with abi.copy_of(folder) as newer:
                more = text.replace("\tsize_t n_ram;\n};", "\tsize_t n_ram;\n\tint more;\n};")
                (newer / "stoker/module.h").write_text(more)
                said, = abi.level_complaints([folder], newer)
                self.assertIn("stk_target_facts.more", said)
                raised = re.sub(r"(STK_MODULE_LEVEL\s+)\d+", r"\g<1>9", more)
                (newer / "stoker/module.h").write_text(raised)
                self.assertEqual(abi.level_complaints([folder], newer), [])


if __name__ == "__main__":
    harness.main()
