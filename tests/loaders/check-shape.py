#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Our loaders have the shape of the vendors': symbols, tables, segments.

The numbers compared with are the formats' own (CMSIS-Pack "Flash Programming",
ST UM2237), not those of our linker scripts, and vendors' loaders go through
the same checks where the corpus is present.
"""
import os
import pathlib
import re
import struct
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from elf32 import EM_ARM, ET_EXEC, SHT_NOBITS, Elf  # noqa: E402

OUT = pathlib.Path(os.environ.get("top_builddir", ".")) / "tests/loaders/out"
CORPUS = os.environ.get("STOKER_CORPUS", "")
LISTED = set(re.findall(r"\$\(LOADERS_OUT\)/(\S+)",
                        pathlib.Path(__file__).with_name("loaders.mk").read_text()))

FLM_FUNCTIONS = ["Init", "UnInit", "EraseChip", "EraseSector", "ProgramPage", "BlankCheck"]
STLDR_FUNCTIONS = ["Init", "Write", "SectorErase", "MassErase", "Verify", "CheckSum"]
STT_OBJECT, STT_FUNC, STB_GLOBAL = 1, 2, 1


def text(raw):
    return raw[:raw.index(b"\0")].decode("ascii")


def flash_device(elf):
    t = elf.bytes_at(elf.symbol("FlashDevice").value, 4256)
    sectors = list(struct.iter_unpack("<II", t[160:]))
    return {
        "version": struct.unpack_from("<H", t)[0], "name": text(t[2:130]),
        "type": struct.unpack_from("<H", t, 130)[0],
        "start": struct.unpack_from("<I", t, 132)[0], "size": struct.unpack_from("<I", t, 136)[0],
        "page": struct.unpack_from("<I", t, 140)[0], "erased": t[148],
        "ms": struct.unpack_from("<II", t, 152),
        "sectors": sectors[:sectors.index((0xFFFFFFFF, 0xFFFFFFFF))],
    }


def storage_info(elf):
    at = elf.symbol("StorageInfo").value
    load = next(p for p in elf.loads() if p.vaddr == at)
    t = elf.data[load.offset:load.offset + 200]
    sectors = list(struct.iter_unpack("<II", t[120:]))
    return {
        "name": text(t[:100]), "type": struct.unpack_from("<H", t, 100)[0],
        "start": struct.unpack_from("<I", t, 104)[0], "size": struct.unpack_from("<I", t, 108)[0],
        "page": struct.unpack_from("<I", t, 112)[0], "erased": t[116],
        "sectors": sectors[:[n for n, _ in sectors].index(0)],
    }


class Shape(unittest.TestCase):
    def check_elf(self, elf):
        self.assertEqual((elf.type, elf.machine), (ET_EXEC, EM_ARM))

    def check_functions(self, elf, names):
        for name in names:
            s = elf.symbol(name)
            self.assertEqual((s.kind, s.bind), (STT_FUNC, STB_GLOBAL), name)
            self.assertEqual(s.value & 1, 1, f"{name} is Thumb code")
            code = elf.sections[s.section]
            self.assertTrue(code.addr <= s.value & ~1 < code.addr + code.size, name)
            elf.bytes_at(s.value & ~1, s.size)

    def check_table(self, elf, name, size):
        """The table is alone in a segment that nothing else reaches into."""
        s = elf.symbol(name)
        self.assertEqual((s.kind, s.size), (STT_OBJECT, size))
        loads = [p for p in elf.loads() if p.vaddr == s.value]
        self.assertEqual(len(loads), 1)
        self.assertEqual((loads[0].filesz, loads[0].memsz), (size, size))
        self.assertEqual(loads[0].offset % 4, 0)
        return loads[0]

    def check_apart(self, elf):
        spans = sorted((p.vaddr, p.vaddr + p.memsz) for p in elf.loads())
        for (_, end), (start, _) in zip(spans, spans[1:]):
            self.assertLessEqual(end, start)

    def check_flm(self, elf):
        self.check_elf(elf)
        self.check_functions(elf, FLM_FUNCTIONS)
        self.check_table(elf, "FlashDevice", 4256)
        for name in ("PrgCode", "PrgData", "DevDscr"):
            self.assertIsNotNone(elf.section(name), name)
        self.assertEqual(elf.symbol("FlashDevice").value, elf.section("DevDscr").addr)
        self.assertEqual(flash_device(elf)["version"], 0x0101)

    def check_stldr(self, elf):
        self.check_elf(elf)
        self.check_functions(elf, STLDR_FUNCTIONS)
        self.check_table(elf, "StorageInfo", 200)
        self.assertEqual(len(elf.loads()), 2)
        self.assertTrue(0x24000000 < elf.symbol("Init").value < 0x24080000)

    def loaders(self, pattern):
        """All that loaders.mk lists."""
        listed = {path for path in LISTED if pathlib.PurePath("out", path).match(pattern)}
        found = sorted(path for path in OUT.glob(pattern)
                       if str(path.relative_to(OUT)) in listed)
        self.assertTrue(found, pattern)
        self.assertEqual(len(found), len(listed), f"{OUT}/{pattern}")
        return [(path, Elf(path)) for path in found]

    def test_flm(self):
        for path, elf in self.loaders("**/g431*.FLM"):
            with self.subTest(path):
                self.check_flm(elf)
                self.check_functions(elf, ["Verify"])
                self.check_apart(elf)
                self.assertEqual(flash_device(elf), {
                    "version": 0x0101, "name": "STM32G431 128 KiB flash", "type": 1,
                    "start": 0x08000000, "size": 128 << 10, "page": 1024, "erased": 0xFF,
                    "ms": (400, 10 if "time-limit" in path.name else 400),
                    "sectors": [(2048, 0)]})

    def test_flm_static_base(self):
        """What R9 is, for lld, is the start of the data's own segment."""
        for path, elf in self.loaders("**/g431*.FLM"):
            with self.subTest(path):
                data = elf.section("PrgData")
                self.assertGreater(data.size, 0)
                self.assertIn((data.addr, data.size),
                              [(p.vaddr, p.memsz) for p in elf.loads()])

    def test_stldr(self):
        for path, elf in self.loaders("**/h743-w25q128*.stldr"):
            with self.subTest(path):
                self.check_stldr(elf)
                self.check_functions(elf, ["Read"])
                self.check_apart(elf)
                base = 0x24001004 if path.parent.name in "bc" else 0x24000004
                self.assertEqual(min(p.vaddr for p in elf.loads() if p.vaddr), base)
                self.assertEqual(elf.section(".bss").type, SHT_NOBITS)
                self.assertEqual(storage_info(elf), {
                    "name": "h743-w25q128", "type": 7, "start": 0x90000000, "size": 16 << 20,
                    "page": 256, "erased": 0xFF, "sectors": [(4096, 4096)]})

    def test_stldr_of_another_part(self):
        for path, elf in self.loaders("**/h743-mt25ql512*.stldr"):
            with self.subTest(path):
                self.check_stldr(elf)
                self.check_apart(elf)
                self.assertEqual(storage_info(elf), {
                    "name": "h743-mt25ql512", "type": 7, "start": 0x90000000,
                    "size": 64 << 20, "page": 256, "erased": 0xFF,
                    "sectors": [(1024, 64 << 10)]})

    def test_ram(self):
        """Uneven sectors, outside of the RAM that the loaders themselves lie in."""
        memory = {"netduinoplus2": (0x20010000, 64 << 10), "mps2-an386": (0x21000000, 256 << 10),
                  "mps2-an500": (0x60000000, 256 << 10)}
        for machine, (start, size) in memory.items():
            for path, elf in self.loaders(f"ram-{machine}*.FLM"):
                with self.subTest(path):
                    self.check_flm(elf)
                    self.check_apart(elf)
                    device = flash_device(elf)
                    self.assertEqual((device["start"], device["size"]), (start, size))
                    self.assertEqual(device["sectors"], [
                        (4096, 0), (16384, 4 * 4096), (32768, 32768)])
                    self.assertEqual(elf.bytes_at(elf.section("PrgData").addr, 4),
                                     struct.pack("<I", 0x10C4ED00))
            for path, elf in self.loaders(f"ram-{machine}*.stldr"):
                with self.subTest(path):
                    self.check_elf(elf)
                    self.check_functions(elf, STLDR_FUNCTIONS)
                    self.check_table(elf, "StorageInfo", 200)
                    self.check_apart(elf)
                    device = storage_info(elf)
                    self.assertEqual((device["start"], device["size"], device["name"]),
                                     (start, size, path.stem))
                    self.assertEqual(device["sectors"], [
                        (4, 4096), (1, 16384), ((size >> 15) - 1, 32768)])

    def test_wrong_ones_differ(self):
        """A defect that was misspelt would be a good loader under a wrong name."""
        for good in [path for pattern in ("**/g431.FLM", "**/h743-w25q128.stldr",
                                          "ram-netduinoplus2.*")
                     for path, _ in self.loaders(pattern)]:
            for wrong in good.parent.glob(f"{good.stem}-*{good.suffix}"):
                self.assertNotEqual(wrong.read_bytes(), good.read_bytes(), wrong.name)

    def test_firmware(self):
        sizes = {"firmware-g431.elf": (20 << 10, 32 << 10), "firmware-g431-large.elf":
                 (64 << 10, 128 << 10), "firmware-h743.elf": (20 << 10, 128 << 10)}
        for path, elf in self.loaders("firmware-*.elf"):
            self.check_elf(elf)
            self.check_apart(elf)
            flash = [p for p in elf.loads() if p.paddr >> 24 == 0x08]
            total = max(p.paddr + p.filesz for p in flash) - 0x08000000
            self.assertEqual(min(p.paddr for p in flash), 0x08000000)
            self.assertTrue(sizes[path.name][0] < total < sizes[path.name][1], total)
            stack, reset = struct.unpack("<II", elf.bytes_at(0x08000000, 8))
            self.assertEqual((stack, reset), (0x20004000, elf.symbol("reset_handler").value))
            external = [p for p in elf.loads() if p.paddr >> 24 == 0x90]
            self.assertEqual(len(external), path.name == "firmware-h743.elf")

    @unittest.skipUnless(CORPUS, "no corpus")
    def test_vendors_pass_the_same_checks(self):
        root = pathlib.Path(CORPUS) / "loaders"
        self.check_flm(Elf(next(root.glob("**/STM32G43x-4x_128.FLM"))))
        self.check_stldr(Elf(next(root.glob("**/h743_flash.stldr"))))


if __name__ == "__main__":
    unittest.main()
