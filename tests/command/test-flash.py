#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""stoker erase, read, verify and blank-check on one used chip."""
import os
import pathlib
import random

import harness
from harness import FIRMWARE, FLASH, G4, H7, INPUT, INTERNAL, KIB, NO, PAGE, USAGE, Case

ERASED = b"\xff"


class Used(Case):
    """A chip full of bytes that are known."""

    def setUp(self):
        super().setUp()
        # No byte is that of erased flash, so that each one tells.
        self.before = bytes(b % 255 for b in random.Random(1).randbytes(128 * KIB))
        self.image = self.file("all.bin", self.before)
        self.stoker("program", self.image, "--base", FLASH, *self.on_chip())

    def erased(self, *pages):
        flash = bytearray(self.before)
        for page in pages:
            flash[page * PAGE:(page + 1) * PAGE] = ERASED * PAGE
        return bytes(flash)


class Erase(Used):
    def test_by_address_in_a_sector(self):
        d = self.json("erase", *self.on_chip(), "--sector", FLASH + 3 * PAGE + 17,
                      "--sector", FLASH, "--sector", FLASH + 5)
        self.assertEqual((d["sectors_erased"], d["verified"]), (2, True))
        self.assertEqual(self.read_chip(), self.erased(0, 3))

    def test_range_is_whole_sectors_and_the_plan_shows_them(self):
        for part in (f"{FLASH + PAGE + 1}..{FLASH + 3 * PAGE}", f"{FLASH}+1", f"{FLASH}+2049"):
            self.fails("erase", *self.on_chip(), "--range", part, code=USAGE)
        args = ["erase", *self.on_chip(), "--range", f"{FLASH + PAGE}..{FLASH + 3 * PAGE}"]
        steps = self.json(*args, "--plan")["steps"]
        self.assertEqual([(s["start"], s["size"]) for s in steps if s["step"] == "erase"],
                         [(FLASH + PAGE, PAGE), (FLASH + 2 * PAGE, PAGE)])
        self.assertEqual(self.read_chip(), self.before)
        self.stoker(*args)
        self.assertEqual(self.read_chip(), self.erased(1, 2))

    def test_all(self):
        out, _ = self.stoker("erase", *self.on_chip(), "--all")
        self.assertIn("verified blank by readback", out)
        self.assertEqual(self.read_chip(), ERASED * 128 * KIB)

    def test_all_by_a_loader_that_does_not(self):
        lazy = str(harness.LOADERS / "g431-no-effect.FLM")
        _, err = self.stoker("erase", "-l", lazy, "-t", self.chip(), "--all", code=harness.NO)
        self.assertRegex(err, r"(?m)^  0x08000000\.\.0x08020000 +64 sectors +unknown$")
        self.assertNotIn("no sector was touched", err)

    def test_outside_the_device(self):
        for args, code in [(["--sector", "0x08020000"], USAGE), (["--sector", "0"], USAGE),
                           (["--range", "0x0801f800+4K"], INPUT)]:
            self.fails("erase", *self.on_chip(), *args, code=code)
        self.assertEqual(self.read_chip(), self.before)


class Read(Used):
    def test_raw(self):
        self.assertEqual(self.read_chip(FLASH + 5, 1001), self.before[5:1006])
        d = self.json("read", *self.on_chip(), "-o", "all.out")
        self.assertEqual((self.folder / "all.out").read_bytes(), self.before)
        self.assertEqual(d["read"], [{"start": FLASH, "size": 128 * KIB}])

    def test_hex_of_several_ranges(self):
        self.stoker("read", *self.on_chip(), "--range", f"{FLASH}+100", "--range",
                    f"{FLASH + 0xFFF8}+16", "-o", "x.HEX")
        text = (self.folder / "x.HEX").read_text()
        # The second range crosses a 64 KiB border, which needs a new upper half.
        self.assertEqual(text.count(":020000040800F2\n"), 1)
        self.assertEqual(text.count(":020000040801F1\n"), 1)
        self.stoker("verify", "x.HEX", *self.on_chip())
        self.fails("read", *self.on_chip(), "--range", f"{FLASH}+100", "--range",
                   f"{FLASH + 200}+16", "-o", "x.bin", code=USAGE, cause="not-contiguous")

    def test_dump(self):
        out, _ = self.stoker("read", *self.on_chip(), "--range", f"{FLASH}+20")
        lines = out.splitlines()
        self.assertEqual(len(lines), 2)
        digits = bytes.fromhex("".join(line[8:].split("|")[0] for line in lines))
        self.assertEqual(digits, self.before[:20])
        self.assertEqual([line[:8] for line in lines], ["08000000", "08000010"])
        self.assertEqual(lines[0].index("|"), lines[1].index("|"))

    def test_json_holds_the_bytes(self):
        d = self.json("read", *self.on_chip(), "--range", f"{FLASH + 3}+50")
        self.assertEqual(d["read"], [{"start": FLASH + 3, "size": 50,
                                      "data": self.before[3:53].hex()}])

    def test_output_that_cannot_be_written(self):
        for name in ("/dev/full", "no/folder", "no/folder.hex", "."):
            self.fails("read", *self.on_chip(), "-o", name, code=INTERNAL, cause="output-failed")

    def test_output_is_never_a_loader(self):
        data = pathlib.Path(G4).read_bytes()
        path = self.file("a.FLM", data)
        link = self.folder / "link.bin"
        link.symlink_to(path)
        for out in (path, link):
            self.fails("read", "-l", path, "-t", "emu:stm32g431cb", "-o", out, code=USAGE,
                       cause="output-is-input")
            self.assertEqual(path.read_bytes(), data)

    def test_not_into_the_memory_of_the_chip(self):
        self.stoker("program", FIRMWARE, *self.on_chip())
        before = self.read_chip()
        self.fails("read", "-o", "chip", *self.on_chip(), code=USAGE, cause="output-in-use")
        self.assertEqual(self.read_chip(), before)

    def test_a_module_and_a_chip_took_part(self):
        d = self.json("read", *self.on_chip(), "--range", f"{FLASH}+4")
        self.assertIn("emu", [m["name"] for m in d["modules"]])


class Verify(Used):
    def test_equal(self):
        d = self.json("verify", self.image, "--base", FLASH, *self.on_chip())
        self.assertEqual((d["verified"], d["bytes_verified"], d["calls"]), (True, 128 * KIB, 0))

    def test_one_bit_differs(self):
        other = bytearray(self.before)
        other[77777] ^= 0x10
        path = self.file("other.bin", bytes(other))
        error = self.fails("verify", path, "--base", FLASH, *self.on_chip(), code=NO)
        self.assertIn(f"0x{FLASH + 77777:08x}", error["message"].lower())
        self.assertEqual(error["cause"], "verify-mismatch")
        d = self.json("verify", path, "--base", FLASH, *self.on_chip(), code=NO)
        self.assertEqual(d["mismatch"]["start"], FLASH + 77777)
        self.assertFalse(d["ok"] or d["verified"])
        self.assertEqual(self.read_chip(), self.before)

    def test_blank_flash_is_no_fault_of_the_loader(self):
        self.stoker("erase", *self.on_chip(), "--sector", FLASH)
        self.fails("verify", self.image, "--base", FLASH, *self.on_chip(), code=NO,
                   cause="verify-mismatch")


class BlankCheck(Used):
    def test_the_exit_code_is_the_answer(self):
        self.stoker("erase", *self.on_chip(), "--sector", FLASH)
        for args, blank in [(["--range", f"{FLASH}+2K"], True),
                            (["--range", f"{FLASH}+2049"], False),
                            (["--range", f"{FLASH + PAGE}+1"], False),
                            ([], False)]:
            d = self.json("blank-check", *self.on_chip(), *args, code=0 if blank else NO)
            self.assertEqual((d["ok"], d["blank"]), (True, blank))
            if not blank:
                self.assertEqual(d["mismatch"]["start"], FLASH + PAGE)
            out, _ = self.stoker("blank-check", *self.on_chip(), *args, code=0 if blank else NO)
            self.assertTrue(out.startswith("blank " if blank else "not blank at 0x08000800 "))

    def test_several_devices(self):
        on = ["-l", G4, "-l", H7, "-t", "emu:stm32g431cb"]
        self.stoker("blank-check", *on, "--range", f"{FLASH}+2K")

    def test_nothing_is_changed(self):
        before = os.stat(self.folder / "chip").st_mtime_ns
        self.stoker("blank-check", *self.on_chip(), code=NO)
        self.assertEqual(self.read_chip(), self.before)
        self.assertGreaterEqual(os.stat(self.folder / "chip").st_mtime_ns, before)


if __name__ == "__main__":
    harness.main()
