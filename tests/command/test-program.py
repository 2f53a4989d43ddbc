#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""stoker program: what the flash holds afterwards, and what is said of it."""
import os
import re
import resource
import signal
import stat

import harness
from harness import (DONE, FIRMWARE, FLASH, G4, H7, INPUT, INTERNAL, KIB, LOADERS, NO, PAGE,
                     TARGET, USAGE, Case, hex_bytes, noise)
from elf32 import Elf

DUAL_BANK = str(LOADERS / "g431-dual-bank.FLM")
REPORT = {"stoker_json", "ok", "loaders", "verified", "verify_method", "sectors_erased",
          "sectors_programmed", "sectors_unchanged", "bytes_programmed", "bytes_verified",
          "bytes_preserved", "calls", "target_ns", "virtual_time", "link", "modules", "tainted",
          "warnings"}
FAILED = REPORT | {"error", "sectors", "rescue_file"}


def elf_bytes(path):
    """Address to byte of what a programmer has to write."""
    elf = Elf(path)
    return {p.paddr + i: elf.data[p.offset + i] for p in elf.loads() for i in range(p.filesz)}


class Programmed(Case):
    def test_the_flash_holds_the_image(self):
        d = self.json("program", FIRMWARE, *self.on_chip())
        want, flash = elf_bytes(FIRMWARE), self.read_chip()
        self.assertEqual({a: flash[a - FLASH] for a in want}, want)
        self.assertEqual(set(d), REPORT)
        sectors = len({a // PAGE for a in want})
        self.assertEqual((d["ok"], d["verified"], d["verify_method"]), (True, True, "readback"))
        self.assertEqual((d["sectors_erased"], d["sectors_programmed"]), (sectors, sectors))
        self.assertEqual(d["bytes_verified"], sectors * PAGE)
        self.assertGreater(d["calls"], sectors)
        self.assertGreater(d["target_ns"], sectors * 20_000_000)	# RM0440: 22 ms a page
        self.assertTrue(d["virtual_time"])
        self.assertFalse(d["tainted"])
        self.assertLessEqual({("format", "flm"), ("target", "emu")},
                             {(m["class"], m["name"]) for m in d["modules"]})
        for m in d["modules"]:
            self.assertTrue(m["ours"] and re.fullmatch("[0-9a-f]{64}", m["sha256"]), m)

    def test_again_changes_nothing(self):
        first = self.json("program", FIRMWARE, *self.on_chip())
        d = self.json("program", FIRMWARE, *self.on_chip())
        self.assertEqual((d["sectors_erased"], d["sectors_programmed"], d["calls"]), (0, 0, 0))
        self.assertEqual(d["sectors_unchanged"], first["sectors_programmed"])
        self.assertTrue(d["verified"])

    def test_text_summary(self):
        out, err = self.stoker("program", FIRMWARE, *self.on_chip())
        self.assertRegex(out, r"\Asectors: erased \d+, programmed \d+, unchanged 0; bytes: "
                              r"programmed \d+, preserved 0\n"
                              r"verified \d+ KiB by readback; \d+ loader calls, [\d.]+ ms of "
                              r"virtual time\n\Z")
        self.assertRegex(err, r"(?m)^ *\d+ %  program \d+ KiB$")
        self.assertNotIn("\r", err)

    def test_neighbours_are_preserved(self):
        before = noise(1, 128 * KIB)
        self.stoker("program", self.file("a.bin", before), "--base", FLASH, *self.on_chip())
        piece, at = noise(2, 3000), 5 * PAGE + 100
        d = self.json("program", self.file("b.bin", piece), "--base", FLASH + at, *self.on_chip())
        after = before[:at] + piece + before[at + len(piece):]
        self.assertEqual(self.read_chip(), after)
        self.assertEqual(d["sectors_erased"], 2)
        self.assertEqual(d["bytes_preserved"], 2 * PAGE - len(piece))
        self.assertEqual(list(self.folder.glob(".local/state/stoker/*")), [])

    def test_image_formats_and_standard_input(self):
        data = noise(3, 4 * KIB)
        raw = self.file("x.bin", data)
        self.stoker("program", "-", "--base", FLASH, *self.on_chip(), stdin=data)
        self.stoker("read", *self.on_chip(), "--range", f"{FLASH}+4K", "-o", "x.hex")
        self.assertEqual(hex_bytes(self.folder / "x.hex"),
                         {FLASH + i: b for i, b in enumerate(data)})
        self.stoker("program", "x.hex", *self.on_chip("other"))
        self.assertEqual(self.read_chip(size=4 * KIB, chip="other"), data)
        self.stoker("program", raw, "--image-format", "bin", "--base", FLASH + 8 * KIB,
                    *self.on_chip())
        self.assertEqual(self.read_chip(FLASH + 8 * KIB, 4 * KIB), data)

    def test_several_images_are_one(self):
        a, b = noise(4, 1000), noise(5, 1000)
        self.stoker("program", self.file("a.bin", a), "--base", FLASH, *self.on_chip())
        self.stoker("read", *self.on_chip(), "--range", f"{FLASH}+1000", "-o", "a.hex")
        self.stoker("erase", *self.on_chip(), "--all")
        self.stoker("program", self.file("b.bin", b), "--base", FLASH + 4096, *self.on_chip())
        self.stoker("read", *self.on_chip(), "--range", f"{FLASH + 4096}+1000", "-o", "b.hex")
        self.stoker("erase", *self.on_chip(), "--all")
        self.stoker("program", "a.hex", "b.hex", *self.on_chip())
        self.assertEqual(self.read_chip(size=5096)[:1000], a)
        self.assertEqual(self.read_chip(size=5096)[4096:], b)

    def test_images_of_two_formats_name_both_modules(self):
        self.file("a.srec", b"S1130000" + b"00" * 16 + b"EC\nS9030000FC\n")
        self.file("b.hex", b":0401000001020304F1\n:00000001FF\n")
        d = self.json("program", "a.srec", "b.hex", "a.srec", "--base", FLASH, *self.on_chip())
        self.assertEqual([m["name"] for m in d["modules"] if m["class"] == "image"],
                         ["srec", "ihex"])

    def test_erase_modes(self):
        base = noise(6, 4 * KIB)
        raw = self.file("x.bin", base)
        on = ["--base", FLASH, *self.on_chip()]
        d = self.json("program", raw, "--erase", "none", *on)
        self.assertEqual((d["sectors_erased"], d["verified"]), (0, True))
        other = self.file("y.bin", noise(7, 2 * KIB))
        error = self.fails("program", other, "--erase", "none", *on, code=NO)
        self.assertEqual(error["origin"], "loader")
        d = self.json("program", other, "--erase", "chip", *on)
        self.assertTrue(d["verified"])
        flash = self.read_chip()
        self.assertEqual(flash[:2 * KIB], noise(7, 2 * KIB))
        self.fails("program", other, "--erase", "everything", *on, code=USAGE)

    def test_a_mass_erase_that_fails_took_every_sector(self):
        """Only those of the image were listed, though none of the others is what it was."""
        raw = self.file("x.bin", noise(15, 3 * KIB))
        self.stoker("program", raw, "--base", FLASH, *self.on_chip())
        args = ["program", raw, "--base", FLASH + KIB, "-t", self.chip(), "--erase", "chip"]
        for loader in ("g431-no-effect.FLM", "g431-never-returns.FLM"):
            d = self.json(*args, "-l", LOADERS / loader, code=NO)
            self.assertEqual({s["state"] for s in d["sectors"]}, {"unknown"}, loader)
            self.assertEqual([(s["start"], s["size"]) for s in d["sectors"]],
                             [(FLASH + i * PAGE, PAGE) for i in range(64)])
        self.assertEqual(self.json(*args, "-l", G4, "--plan")["sectors"], 64)
        # It was erased; while the second page is programmed the link is cut.
        _, err = self.stoker(*args, "-l", G4, "--wrap", "fault:op=6,kind=wait,mode=cut",
                             code=TARGET)
        self.assertRegex(err, r"(?m)^  0x08000000\.\.0x08000800 +1 sector +written$\n"
                              r"^  0x08000800\.\.0x08001000 +1 sector +unknown$\n"
                              r"^  0x08001000\.\.0x08020000 +62 sectors erased$")

    def test_through_octospi(self):
        raw, loader = self.file("x.bin", noise(16, 20 * KIB)), LOADERS / "h7b0-w25q128.stldr"
        for chip in ("stm32h7b0vb", "stm32h730zb"):
            d = self.json("program", raw, "--base", 0x90001000, "-l", loader,
                          "-t", self.chip(chip, kind=chip))
            self.assertTrue(d["verified"])
            self.assertIn(noise(16, 20 * KIB), (self.folder / chip).read_bytes())
        # There is no OCTOSPI on this one.
        self.fails("program", raw, "--base", 0x90001000, "-l", loader,
                   "-t", self.chip(kind="stm32h743ii"), code=NO)

    def test_as_cubeprogrammer_does(self):
        raw = self.file("x.bin", noise(14, 16 * KIB))
        args = ["program", raw, "--base", 0x90000000, "-l", H7, "-t", self.chip(kind="stm32h743ii")]
        d = self.json(*args, "--host", "cubeprogrammer")
        self.assertTrue(d["verified"])
        self.fails(*args, "--host", "openocd", code=USAGE)


class Plan(Case):
    def test_lists_every_step_and_does_none(self):
        before = noise(8, 16 * KIB)
        raw = self.file("a.bin", before)
        self.stoker("program", raw, "--base", FLASH, *self.on_chip())
        piece = self.file("b.bin", noise(9, 3000))
        args = ["program", piece, "--base", FLASH + PAGE, *self.on_chip(), "--plan"]
        d = self.json(*args)
        erases = [s for s in d["steps"] if s["step"] == "erase"]
        self.assertEqual([(s["start"], s["size"], s.get("preserved", 0)) for s in erases],
                         [(FLASH + PAGE, PAGE, 0), (FLASH + 2 * PAGE, PAGE, 2 * PAGE - 3000)])
        self.assertEqual((d["image_bytes"], d["sectors"], d["bytes_preserved"]),
                         (3000, 2, 2 * PAGE - 3000))
        kinds = [s["step"] for s in d["steps"]]
        self.assertLess(kinds.index("compare"), kinds.index("erase"))
        self.assertLess(kinds.index("program"), kinds.index("verify"))
        out, _ = self.stoker(*args)
        self.assertRegex(out, r"(?m)^  erase +0x08001000\.\.0x08001800  2 KiB, 1096 bytes pres")
        self.assertIn("nothing was done", out)
        self.assertEqual(self.read_chip(size=16 * KIB), before)


class Refused(Case):
    def test_before_anything_is_touched(self):
        raw = self.file("x.bin", b"1234")
        on = ["-l", G4, "-t", "emu:stm32g431cb"]
        for args, code, part in [
                ([raw, *on], USAGE, "--base"),
                (["missing.hex", *on], INPUT, "missing.hex"),
                ([self.file("bad.hex", b":00000002FE\n"), *on], INPUT, "bad.hex"),
                ([raw, "--base", "0x20000000", *on], INPUT, "0x20000000"),
                ([raw, "--base", "0x0801fffe", *on], INPUT, "0x08020000"),
                ([raw, "--base", FLASH, *on, "-l", G4], INPUT, "more than one"),
                ([raw, "--base", FLASH, "-l", "missing.FLM", *on[2:]], INPUT, "missing.FLM"),
                ([raw, "--base", FLASH, "-l", G4, "-t", "emu:stm32g999"], USAGE, "nearest"),
                ([raw, "--base", FLASH, "-l", G4, "-t", "emu:stm32g431cb,nope=1"], USAGE, "nope"),
                ([raw, "--base", FLASH, *on, "--image-format", "tiff"], USAGE, "tiff"),
        ]:
            with self.subTest(args=args):
                self.assertIn(part, self.fails("program", *args, code=code)["message"])

    def test_no_such_target(self):
        raw = self.file("x.bin", b"1234")
        for address in ("warp:9", "emu", ""):
            self.fails("program", raw, "--base", FLASH, "-l", G4, "-t", address, code=USAGE)

    def test_a_chip_in_use(self):
        """The store belongs to one process at a time."""
        data = noise(10, 4 * KIB)
        args = ["program", self.file("a.bin", data), "--base", FLASH, *self.on_chip()]
        with self.held(*args, op=50) as p:
            self.fails(*args, code=TARGET)
        self.assertEqual(p.returncode, DONE)
        self.assertEqual(self.stored("FLASH")[:len(data)], data)


class Failed(Case):
    """A loader for a dual-bank part erases the first 32 pages and then cannot go on."""

    def setUp(self):
        super().setUp()
        self.before = noise(11, 128 * KIB)
        self.stoker("program", self.file("a.bin", self.before), "--base", FLASH, *self.on_chip())
        self.piece = self.file("b.bin", noise(12, 66 * KIB + 100))
        self.args = ["program", self.piece, "--base", FLASH + 100, "-l", DUAL_BANK,
                     "-t", self.chip()]

    def check_rescue_file(self, path):
        held = hex_bytes(path)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        image = range(FLASH + 100, FLASH + 100 + 66 * KIB + 100)
        touched = range(FLASH, FLASH + 34 * PAGE)
        self.assertLessEqual(set(touched) - set(image), set(held))
        self.assertEqual(set(held) & set(image), set())
        self.assertEqual(held, {a: self.before[a - FLASH] for a in held})

    def test_says_why_and_what_is_where(self):
        d = self.json(*self.args, code=NO)
        self.assertEqual(set(d), FAILED)
        self.assertFalse(d["ok"] or d["verified"])
        self.assertEqual(set(d["error"]), {"cause", "message", "origin", "remedy", "basis",
                                           "evidence"})
        self.assertEqual(d["error"]["cause"], "bank-mode-mismatch")
        for evidence in d["error"]["evidence"]:
            self.assertEqual(set(evidence), {"what", "value"})
        states = [(s["start"], s["size"], s["state"]) for s in d["sectors"]]
        self.assertEqual(states, [(FLASH + i * PAGE, PAGE, "erased") for i in range(32)] +
                         [(FLASH + 32 * PAGE, PAGE, "unknown"),
                          (FLASH + 33 * PAGE, PAGE, "untouched")])
        self.check_rescue_file(d["rescue_file"])

    def test_text_says_the_same(self):
        out, err = self.stoker(*self.args, code=NO)
        self.assertEqual(out, "")
        self.assertRegex(err, r"(?m)^  cause +bank-mode-mismatch, basis assumed$")
        self.assertRegex(err, r"(?m)^  0x08000000\.\.0x08010000 +32 sectors erased$")
        self.assertRegex(err, r"(?m)^  0x08010000\.\.0x08010800 +1 sector +unknown$")
        self.check_rescue_file(re.search(r"are kept in '(.*)'", err).group(1))

    def test_the_rescue_file_brings_them_back(self):
        d = self.json(*self.args, "--rescue", "mine.hex", code=NO)
        self.assertEqual(d["rescue_file"], "mine.hex")
        self.stoker("program", "mine.hex", *self.on_chip())
        self.assertEqual(self.read_chip()[:100], self.before[:100])
        self.assertEqual(self.read_chip()[68 * KIB:], self.before[68 * KIB:])

    def test_without_a_rescue_file_nothing_is_touched(self):
        taken = self.file("taken.hex", b"mine")
        error = self.fails(*self.args, "--rescue", taken, code=USAGE, cause="rescue-file-exists")
        self.assertIn("taken.hex", error["message"])
        self.assertEqual(taken.read_bytes(), b"mine")
        self.fails(*self.args, "--rescue", "no/such/folder.hex", code=INTERNAL)
        self.file(".local", b"in the way")
        self.fails(*self.args, code=INTERNAL, cause="rescue-failed")
        del self.env["HOME"]
        self.fails(*self.args, code=USAGE, cause="rescue-failed")
        self.assertEqual(self.read_chip(), self.before)

    def test_a_full_disk_stops_the_job(self):
        """Before the first erase: there is no room for what it would take along."""
        def small_files():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

        d = self.json("program", self.piece, "--base", FLASH + 100, "-l", G4, "-t",
                      "emu:stm32g431cb,fill=1", code=INTERNAL, preexec_fn=small_files)
        self.assertEqual(d["error"]["cause"], "output-failed")
        self.assertEqual({s["state"] for s in d["sectors"]}, {"untouched"})
        self.assertIsNone(d["rescue_file"])
        self.assertEqual([p for p in self.folder.rglob("rescue-*")], [])

    def test_xdg_state_home(self):
        self.env["XDG_STATE_HOME"] = str(self.folder / "state")
        d = self.json(*self.args, code=NO)
        self.assertRegex(d["rescue_file"],
                         rf"^{self.folder}/state/stoker/rescue-\d{{8}}-\d{{6}}-\d+\.hex$")

    def test_a_faulty_target(self):
        good = ["program", self.piece, "--base", FLASH + 100, *self.on_chip()]
        d = self.json(*good, "--wrap", "fault:op=40,mode=cut", code=TARGET)
        self.assertEqual(d["error"]["origin"], "target")
        self.assertIn("fault", [m["name"] for m in d["modules"]])


class Progress(Case):
    def test_a_bar_on_a_terminal(self):
        drawn = self.terminal("program", FIRMWARE, *self.on_chip(), stream="stderr")
        self.assertRegex(drawn, rb"\r\[#*\.*\] +\d+ %  program")
        self.assertTrue(drawn.endswith(b"\r\033[K"))

    def test_none_beside_json(self):
        _, err = self.stoker("program", FIRMWARE, *self.on_chip(), "--json")
        self.assertEqual(err, "")


if __name__ == "__main__":
    harness.main()
