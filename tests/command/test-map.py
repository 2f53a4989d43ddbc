#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""stoker inspect --map: sectors and RAM as they are, at any width."""
import os
import pathlib
import pty
import re
import struct

import harness
import device_table
from elf32 import Elf
from harness import DONE, G4, H7, INPUT, KIB, USAGE, Case

UTF8 = "\u2588\u2593\u2592\u2591\u00b7"
ROW = re.compile(r"(?m)^  0x([0-9A-F]+)  (\S+)$")
PART = re.compile(r"(?m)^    (\+?)0x([0-9A-F]+)\.\.\+?0x([0-9A-F]+)  \S  (\S*)")
PARTS = ["image", "trap", "scratch", "guard", "stack", "buffer"]


class Map(Case):
    def setUp(self):
        super().setUp()
        for name in ("LC_ALL", "LC_CTYPE", "COLUMNS"):
            self.env.pop(name, None)
        self.env["LANG"] = "C.UTF-8"

    def map(self, path, *options, code=DONE, **env):
        self.env.update(env)
        out, _ = self.stoker("inspect", "--map", *options, path, code=code)
        return out

    def strip(self, out):
        """All rows of the sector map, one after the other."""
        return "".join(cells for _, cells in ROW.findall(out))

    def runs(self, cells):
        """Lengths of the runs of one glyph."""
        return [len(m.group()) for m in re.finditer(r"(.)\1*", cells)]


class Sectors(Map):
    def test_one_column_a_sector(self):
        cells = self.strip(self.map(G4))
        self.assertEqual(self.runs(cells), [1] * 64)

    def test_to_scale(self):
        """4 x 16, 64, 7 x 128 KiB: one column is 16 KiB."""
        out = self.map(self.file("f4.FLM", device_table.f4(G4)))
        self.assertIn("12 sectors; one column is 16 KiB\n", out)
        self.assertEqual(self.runs(self.strip(out)), [1] * 4 + [4] + [8] * 7)

    def test_addresses_are_those_of_the_rows(self):
        for columns in ("40", "80", "100", "200"):
            out = self.map(H7, COLUMNS=columns)
            size = int(re.search(r"one column is (\d+) KiB", out).group(1)) * KIB
            at = 0x90000000
            for address, cells in ROW.findall(out):
                self.assertEqual(int(address, 16), at)
                at += len(cells) * size
            self.assertEqual(at, 0x91000000)

    def test_fits_the_width(self):
        self.file("f4.FLM", device_table.f4(G4))
        for columns in (40, 64, 80, 132, 400):
            for path in (G4, H7, "f4.FLM"):
                for row in ROW.finditer(self.map(path, COLUMNS=str(columns))):
                    self.assertLessEqual(len(row.group()), columns)

    def test_one_sector_and_65536(self):
        one = self.file("one.FLM", device_table.flash_device(G4, [(128 * KIB, 0)]))
        self.assertIn("map          1 sector; one column is 128 KiB\n", self.map(one))
        self.assertEqual(self.strip(self.map(one)), UTF8[0])
        many = self.file("many.stldr", device_table.storage_info(
            H7, [(65536, 4096)], size=256 << 20))
        out = self.map(many)
        self.assertIn("map          65536 sectors; ", out)
        self.assertEqual(set(self.strip(out)), {UTF8[2]})
        self.assertLessEqual(len(ROW.findall(out)), 8)

    def test_no_sector(self):
        out = self.map(self.file("none.FLM", device_table.flash_device(G4, [])))
        self.assertIn("map          0 sectors; ", out)
        self.assertIn("128 KiB of the device in no sector\n", out)
        self.assertEqual(set(self.strip(out)), {UTF8[4]})

    def test_what_the_table_leaves_out(self):
        half = self.file("half.stldr", device_table.storage_info(H7, [(2048, 4096)]))
        out = self.map(half)
        self.assertIn("8 MiB of the device in no sector\n", out)
        cells = self.strip(out)
        self.assertEqual(cells.count(UTF8[4]), len(cells) // 2)
        twice = self.file("twice.stldr", device_table.storage_info(H7, [(8192, 4096)]))
        self.assertIn("16 MiB of sectors outside of the device\n", self.map(twice))

    def test_runs_join_over_table_entries(self):
        joined = self.file("joined.stldr", device_table.storage_info(
            H7, [(1024, 4096), (3072, 4096)]))
        self.assertEqual(self.strip(self.map(joined)), self.strip(self.map(H7)))

    def test_largest_numbers(self):
        for sectors in ([(0xFFFFFFFF, 0xFFFFFFFF)], [(1, 1), (0xFFFFFFFF, 0x80000000)],
                        [(0xFFFFFFFF, 1)] * 9):
            path = self.file("huge.stldr", device_table.storage_info(H7, sectors))
            self.assertIn(f"{sum(s[0] for s in sectors)} sectors", self.map(path))

    def test_plain_ascii(self):
        for env in ({"LANG": "C"}, {"LC_ALL": "POSIX", "LANG": "en_US.UTF-8"}, {"LANG": ""}):
            self.env.pop("LC_ALL", None)
            self.map(G4, **env).encode("ascii")
        self.assertEqual(self.runs(self.strip(self.map(G4, LANG="C"))), [1] * 64)


class Ram(Map):
    def parts(self, out):
        """{host: [(start, end, part)]}; free is ''."""
        blocks = re.split(r"(?m)^  RAM +", out)[1:]
        return {re.match(r"[\w-]+", b).group(): [
            (int(s, 16), int(e, 16), name if name in PARTS else "")
            for _, s, e, name in PART.findall(b)] for b in blocks}

    def nameless(self, path):
        """The loader without a name that tells its chip."""
        if path == G4:
            return self.file("any.FLM", device_table.flash_device(G4, name=b"any"))
        return self.file("any.stldr", device_table.storage_info(H7, name=b"any"))

    def test_all_of_a_chips_ram_is_told(self):
        hosts = self.parts(self.map(H7, "--chip", "stm32h743zi"))
        self.assertEqual(list(hosts), ["stoker", "cubeprogrammer", "stlink-utility",
                                       "openocd-st"])
        self.assertEqual(list(self.parts(self.map(G4, "--chip", "stm32g431cb"))),
                         ["stoker", "pyocd", "probe-rs", "keil"])
        for rows in hosts.values():
            at = None
            for start, end, name in rows:
                self.assertLess(start, end)
                self.assertTrue(at is None or start >= at, (hex(start), name))
                at = end
            self.assertEqual(rows[0][0], 0)	# ITCM
            self.assertIn((0x24000000, 0x24000004, "trap"), rows)
            used = [name for _, _, name in rows if name]
            self.assertEqual(sorted(used), sorted(set(used)))

    def test_text_and_json_agree(self):
        for path, options in ((G4, ["--chip", "stm32g431cb"]), (H7, []), (G4, []),
                              (self.nameless(G4), []), (self.nameless(H7), []),
                              (H7, ["--ram", "0x24000000+512K"])):
            document, = self.json("inspect", "--map", *options, path)
            hosts = self.parts(self.map(path, *options))
            self.assertEqual([h["host"] for h in document["layouts"]], list(hosts))
            for layout in document["layouts"]:
                want = [(p["start"], p["start"] + p["size"], p["part"])
                        for p in layout.get("parts", [])]
                self.assertEqual([r for r in hosts[layout["host"]] if r[2]], want)

    def test_a_host_that_cannot(self):
        """CubeProgrammer takes no FLM; the sentence is the one that a job gives."""
        asked = ("--host", "cubeprogrammer")
        layout, = self.json("inspect", "--map", *asked, G4)[0]["layouts"]
        self.assertEqual(layout["error"]["cause"], "host-format")
        self.assertIn(layout["error"]["message"], self.map(G4, *asked))
        unknown = self.json("inspect", "--map", self.nameless(G4))[0]["layouts"]
        self.assertEqual({h["host"]: h.get("error", {}).get("cause") for h in unknown},
                         {"stoker": None, "pyocd": "ram-unknown", "probe-rs": None,
                          "keil": "ram-unknown"})
        small = self.json("inspect", "--map", "--ram", "0x20000000+1K", G4)[0]["layouts"][0]
        self.assertEqual(small["error"]["cause"], "ram-too-small")
        there = self.json("inspect", "--map", "--chip", "stm32g431cb", H7)[0]["layouts"][0]
        self.assertEqual(there["error"]["cause"], "ram-wrong-place")

    def test_versions_of_a_host(self):
        chip = ("--chip", "stm32g431cb")
        image = lambda host: next(
            p["start"] for p in self.json("inspect", "--map", "--host", host, *chip, G4)
            [0]["layouts"][0]["parts"] if p["part"] == "image")
        self.assertEqual(image("pyocd@0.33.1"), 0x20000220)
        self.assertEqual(image("pyocd@0.34.0"), 0x20000020)
        self.assertGreater(image("pyocd"), 0x20000220)
        self.assertIn("pyocd, 0.34.0 to 0.34.x", self.map(G4, "--host", "pyocd@0.34.1", *chip))
        for host, cause in (("pyocd@new", "host-version-bad"), ("pyocd2", "host-unknown"),
                            ("cubeide@1.5.0", "host-version-unknown")):
            self.fails("inspect", "--map", "--host", host, G4, code=USAGE, cause=cause)
        self.fails("inspect", "--host", "pyocd", G4, code=USAGE)

    def test_what_is_known_of_ram(self):
        known = lambda *a: self.json("inspect", "--map", *a)[0]["layouts"][0]["ram_known"]
        self.assertEqual(known(G4, "--chip", "stm32g431cb"), "given")
        self.assertEqual(known(G4, "--ram", "0x20000000+32K"), "given")
        flm, stldr = self.nameless(G4), self.nameless(H7)
        self.assertEqual(known(flm), "from-zero")
        self.assertEqual(known(stldr), "from-link")
        self.assertIn("its end is not known", self.map(stldr))
        self.assertIn("+0x00001C..+0x000020", self.map(flm))
        document, = self.json("inspect", "--map", flm)
        self.assertEqual((document["chip"], document["chip_how"]), (None, None))

    def test_names_tell_the_chip(self):
        document, = self.json("inspect", "--map", G4)
        self.assertEqual(document["layouts"][0]["ram_known"], "given")
        self.assertRegex(document["chip"], "^STM32G431")
        self.assertIn("'STM32G431' in the device name", document["chip_how"])
        self.assertIn(f"{document['chip']} ({document['chip_how']})", self.map(G4))
        document, = self.json("inspect", "--map", "--ram", "0x20000000+32K", G4)
        self.assertIsNone(document["chip"])

    def test_a_trap_in_the_image(self):
        """Linked to the start of a page: one host's breakpoint overwrites it."""
        elf, moved = Elf(H7), 0x24000100
        data, by = bytearray(elf.data), moved - 0x24000004
        phoff, shoff = struct.unpack_from("<II", data, 28)
        image, = [p for p in elf.loads() if p.vaddr == 0x24000004]
        headers = [(phoff + 32 * i + 8, p.vaddr) for i, p in enumerate(elf.segments)]
        headers += [(phoff + 32 * i + 12, p.paddr) for i, p in enumerate(elf.segments)]
        headers += [(shoff + 40 * i + 12, s.addr) for i, s in enumerate(elf.sections)]
        for at, address in headers:
            if image.vaddr <= address < image.vaddr + image.memsz:
                struct.pack_into("<I", data, at, address + by)
        out = self.map(self.file("page.stldr", bytes(data)), "--chip", "stm32h743zi")
        hosts = self.parts(out)
        self.assertIn((moved, moved + 4, "trap"), hosts["cubeprogrammer"])
        self.assertIn((moved - 4, moved, "trap"), hosts["stoker"])
        self.assertIn("the host overwrites the loader", out)

    def test_wrong_options(self):
        self.fails("inspect", "--map", "--ram", "0x20000000", G4, code=USAGE)
        self.fails("inspect", "--map", "--ram", "0x20000000+0", G4, code=USAGE)
        self.fails("inspect", "--map", "--chip", "nosuch", G4, code=USAGE)
        self.fails("inspect", "--map", "-r", ".", code=USAGE)


class Odd(Map):
    def test_files_without_a_device(self):
        data = bytearray(pathlib.Path(G4).read_bytes())
        struct.pack_into("<H", data, 18, 243)	# EM_RISCV
        for name, content in (("riscv.FLM", bytes(data)), ("empty", b""), ("text", b"text"),
                              ("cut.FLM", pathlib.Path(G4).read_bytes()[:1000])):
            path = self.file(name, content)
            out = self.map(path, code=INPUT)
            self.assertIn("unusable", out)
            self.assertNotIn("RAM  ", out)
            self.assertEqual(self.json("inspect", "--map", path, code=INPUT)[0]["layouts"], [])
        self.assertEqual(set(self.json("inspect", "--map", "missing", code=INPUT)[0]),
                         {"path", "error"})

    def test_several(self):
        out, _ = self.stoker("inspect", "--map", G4, "missing", H7, code=INPUT)
        self.assertEqual(len(re.findall(r"(?m)^  map ", out)), 2)
        self.assertEqual(len(self.json("inspect", "--map", G4, "missing", H7, code=INPUT)), 3)

    def test_the_terminal_decides(self):
        """Its width counts, colours appear there and only there."""
        for no_colour in (False, True):
            ours, theirs = pty.openpty()
            self.addCleanup(os.close, ours)
            self.env.update(TERM="xterm", NO_COLOR="1" if no_colour else "")
            with self.start("inspect", "--map", "--ram", "0x20000000+1K", G4,
                            stdout=theirs) as p:
                os.close(theirs)
                text = b""
                try:
                    while piece := os.read(ours, 65536):
                        text += piece
                except OSError:
                    pass	# the other end is closed
                p.wait()
            self.assertEqual(b"\x1b[31m" in text, not no_colour)
        self.assertNotIn("\x1b", self.map(G4, "--ram", "0x20000000+1K"))


if __name__ == "__main__":
    harness.main()
