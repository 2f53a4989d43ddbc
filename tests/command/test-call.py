#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""stoker call: one function, its registers, time and stack."""
import re

import harness
from harness import DONE, FLASH, G4, H7, INPUT, KIB, LOADERS, NO, PAGE, USAGE, Case

MS = 1_000_000


class Call(Case):
    def test_init_and_erase(self):
        self.stoker("program", self.file("x.bin", b"x" * 8 * KIB), "--base", FLASH,
                    *self.on_chip())
        d = self.json("call", "--init", *self.on_chip(), "EraseSector", hex(FLASH + PAGE))
        self.assertEqual((d["function"], d["args"], d["end"]),
                         ("EraseSector", [FLASH + PAGE], "returned"))
        self.assertEqual(d["registers"]["r0"], 0)
        # RM0440: a page erase takes 22.02 ms; a few instructions around it.
        self.assertTrue(22 * MS < d["target_ns"] < 23 * MS, d["target_ns"])
        self.assertTrue(0 < d["stack_used"] < d["stack_size"])
        self.assertEqual(d["registers"]["sp"] % 8, 0)
        self.assertEqual(self.read_chip(size=3 * PAGE),
                         b"x" * PAGE + b"\xff" * PAGE + b"x" * PAGE)

    def test_text(self):
        out, _ = self.stoker("call", *self.on_chip(), "Init", hex(FLASH), "0", "1")
        self.assertRegex(out, r"\AInit\(0x08000000, 0x00000000, 0x00000001\) returned")
        self.assertRegex(out, r"(?m)^  registers  R0 0x00000000  R1 0x")
        self.assertRegex(out, r"(?m)^  stack      \d+ of \d+ bytes used$")

    def test_a_file_goes_into_the_buffer(self):
        page = bytes(range(256)) * 4
        d = self.json("call", "--init", *self.on_chip(), "ProgramPage", hex(FLASH), "1024",
                      f"@{self.file('page.bin', page)}")
        self.assertEqual((d["end"], d["registers"]["r0"]), ("returned", 0))
        self.assertEqual(self.read_chip(size=KIB), page)

    def test_one_file_and_it_must_fit(self):
        one = self.file("one.bin", b"1")
        self.fails("call", *self.on_chip(), "Init", f"@{one}", f"@{one}", code=USAGE)
        self.fails("call", *self.on_chip(), "Init", "@/nowhere", code=INPUT)
        self.fails("call", *self.on_chip(), "Init", f"@{self.file('big', bytes(512 * KIB))}",
                   code=USAGE, cause="buffer-too-large")

    def test_the_format_judges_what_it_knows(self):
        self.stoker("program", self.file("x.bin", b"x" * KIB), "--base", FLASH, *self.on_chip())
        same, other = self.file("same", b"x" * 16), self.file("other", b"x" * 15 + b"y")
        d = self.json("call", "--init", *self.on_chip(), "Verify", hex(FLASH), 16, f"@{same}")
        self.assertEqual(d["meaning"], f"returned 0x{FLASH + 16:08x}: equal up to the end")
        d = self.json("call", "--init", *self.on_chip(), "Verify", hex(FLASH), 16, f"@{other}",
                      code=NO)
        self.assertEqual((d["end"], d["error"]["origin"], d["error"]["cause"]),
                         ("returned", "loader", "verify-mismatch"))
        self.assertIn(d["meaning"], d["error"]["message"])
        # Beyond the flash: the chip refuses, and the algorithm says so.
        d = self.json("call", "--init", *self.on_chip(), "EraseSector", hex(FLASH + 256 * KIB),
                      code=NO)
        self.assertEqual((d["meaning"], d["error"]["cause"]),
                         ("returned 1: failed", "function-failed"))
        self.assertEqual(self.read_chip(size=KIB), b"x" * KIB)

    def test_functions_of_the_other_format(self):
        on = ["-l", H7, "-t", self.chip(kind="stm32h743ii")]
        data = self.file("data", bytes(range(256)))
        d = self.json("call", "--init", *on, "Write", "0x90000000", 256, f"@{data}")
        self.assertEqual(d["meaning"], "returned 1: success")
        # Zero proves nothing here: a loader that sees no flash returns it, too.
        d = self.json("call", "--init", *on, "Verify", "0x90000000", f"@{data}", 64, 0)
        self.assertEqual(d["meaning"], "returned 0: equal, if its sum is right")
        d = self.json("call", "--init", *on, "Verify", "0x90000004", f"@{data}", 32, 0, code=NO)
        self.assertRegex(d["meaning"], "differs, near that address$")

    def test_numbers_are_whole(self):
        self.assertEqual(self.json("call", *self.on_chip(), "Init", "0xffffffff", "1K", "0")
                         ["args"], [0xFFFFFFFF, 1024, 0])

    def test_no_such_function(self):
        error = self.fails("call", *self.on_chip(), "init", code=USAGE)
        for name in ("Init", "EraseSector"):
            self.assertIn(name, error["message"])

    def test_one_loader(self):
        self.fails("call", *self.on_chip(), "-l", G4, "Init", code=USAGE, cause="usage")

    def test_a_loader_that_never_returns(self):
        on = ["-l", LOADERS / "g431-never-returns.FLM", "-t", "emu:stm32g431cb"]
        d = self.json("call", "--init", "--budget", "50", *on, "EraseSector", hex(FLASH), code=NO)
        self.assertIn(d["end"], ("timed out", "stuck"))
        self.assertEqual(d["budget_ns"], 50 * MS)
        self.assertIn("evidence", d["error"])
        _, err = self.stoker("call", "--init", "--budget", "50", *on, "EraseSector", hex(FLASH),
                             code=NO)
        self.assertTrue(re.search(r"(?m)^  cause +\S+", err))

    def test_stack_overflow_is_named(self):
        on = ["-l", LOADERS / "g431-stack-overflow.FLM", "-t", "emu:stm32g431cb"]
        for function in ("EraseSector", "ProgramPage"):
            with self.start("call", "--json", "--init", *on, function, hex(FLASH), "4",
                            "0x20001000") as p:
                out, err = p.communicate()
            if p.returncode != DONE:
                error = self.document(out, err.decode())["error"]
                self.assertEqual(error["cause"], "stack-overflow")
                return
        self.fail("no function overflowed the stack")


if __name__ == "__main__":
    harness.main()
