#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""stoker diff: what changed is named, what did not is not, and the exit code says which."""
import hashlib
import pathlib
import struct

import harness
from harness import DONE, G4, H7, INPUT, LOADERS, NO, Case
from elf32 import Elf


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def facts(d):
    return {f["name"]: (f["a"], f["b"]) for f in d["facts"]}


def name_of(function):
    side = function["a"] or function["b"]
    return side["name"]


def changed(d):
    return {name_of(f) for f in d["functions"] if f["change"] != "same"}


class Same(Case):
    def test_file(self):
        for path in (G4, H7):
            d = self.json("diff", path, path)
            self.assertEqual([d[k] for k in ("equal", "same_file", "same_code", "same_table")],
                             [True] * 4)
            self.assertEqual((d["facts"], d["regions"], d["touches"], d["findings"]),
                             ([], None, [], []))
            self.assertEqual(changed(d), set())
            self.assertIn("the same file\n", self.stoker("diff", path, path)[0])

    def test_sides_are_the_files(self):
        d = self.json("diff", G4, H7, code=NO)
        for side, path in (("a", G4), ("b", H7)):
            self.assertEqual((d[side]["path"], d[side]["sha256"]), (path, digest(path)))

    def test_debug_information_and_the_name_do_not_count(self):
        data = pathlib.Path(G4).read_bytes()
        other = self.file("other.FLM", data + b"debug" * 100)
        d = self.json("diff", G4, other)
        self.assertTrue(d["equal"])
        self.assertFalse(d["same_file"])
        out, _ = self.stoker("diff", G4, other)
        self.assertIn("equal in what counts: the same device table, the same code\n", out)


class Table(Case):
    """The same code with one field of the device table changed."""

    def patched(self, offset, raw):
        data = bytearray(pathlib.Path(G4).read_bytes())
        elf = Elf(G4)
        table = elf.symbol("FlashDevice")
        section = elf.sections[table.section]
        at = section.offset + table.value - section.addr + offset
        data[at:at + len(raw)] = raw
        return self.file("patched.FLM", bytes(data))

    def test_each_field(self):
        for offset, raw, name, value in [
                (2, b"X\0", "name", "X"),
                (130, struct.pack("<H", 4), "type", 4),
                (140, struct.pack("<I", 512), "page_size", 512),
                (148, b"\0", "erased", 0),
                (152, struct.pack("<I", 77), "program_ms", 77),
                (156, struct.pack("<I", 78), "erase_ms", 78)]:
            with self.subTest(name=name):
                before = self.json("inspect", G4)[0]["device"][name]
                d = self.json("diff", G4, self.patched(offset, raw), code=NO)
                self.assertEqual(facts(d).pop(name), (before, value))
                self.assertLessEqual(set(facts(d)), {name, "type_name"})
                self.assertEqual((d["equal"], d["same_code"], d["same_table"]),
                                 (False, True, False))
                self.assertIsNone(d["regions"])
                self.assertEqual(changed(d), set())
                self.assertTrue(all(f["counts"] and f["of"] == "device" for f in d["facts"]))

    def test_sectors_in_words(self):
        other = self.patched(160, struct.pack("<II", 4096, 0))
        d = self.json("diff", G4, other, code=NO)
        self.assertEqual(d["regions"], {
            "a": [{"start": 0x08000000, "count": 64, "size": 2048}],
            "b": [{"start": 0x08000000, "count": 32, "size": 4096}]})
        out, _ = self.stoker("diff", G4, other, code=NO)
        self.assertIn("sectors 64 x 2 KiB -> 32 x 4 KiB\n", out)
        self.assertIn("different: another device table, the same code\n", out)

    def test_bytes_that_say_nothing(self):
        """Behind the name's end: another table for a digest, not for a host."""
        d = self.json("diff", G4, self.patched(2 + 120, b"x"))
        self.assertEqual((d["equal"], d["same_table"], d["facts"]), (True, False, []))


class Unusable(Case):
    def foreign(self):
        data = bytearray(pathlib.Path(G4).read_bytes())
        struct.pack_into("<H", data, 18, 243)	# EM_RISCV
        return self.file("riscv.FLM", bytes(data))

    def test_one_that_no_host_can_use_is_a_difference(self):
        for bad, cause in [(self.foreign(), "foreign-machine"),
                           (self.file("text.FLM", b"version https://git-lfs\n"), None),
                           (self.file("empty.FLM", b""), None)]:
            for pair, order in (((G4, bad), 1), ((bad, G4), -1)):
                d = self.json("diff", *pair, code=NO)
                self.assertEqual(["error" in d[s] for s in "ab"][::order], [False, True])
                got = facts(d)["error"][::order]
                self.assertIsNone(got[0])
                self.assertEqual(got[1], cause or got[1])
                for options in ([], ["--code"], ["--code=Init"]):
                    out, _ = self.stoker("diff", *options, *pair, code=NO)
                    self.assertEqual(out.count("  unusable "), 1)

    def test_two_are_an_error(self):
        self.fails("diff", self.foreign(), self.foreign(), code=INPUT, cause="foreign-machine")

    def test_no_file(self):
        for pair in ((G4, "missing"), ("missing", G4), ("missing", "missing"), (G4, ".")):
            error = self.fails("diff", *pair, code=INPUT)
            self.assertEqual(error["origin"], "input")


def touches(things):
    return {(t["change"], t["kind"], t.get("address", t.get("value", t.get("special"))))
            for t in things}


# What the source says each defect changes (common/defect.h, flm-g4/algorithm.c,
# stldr-h7/*.c): the functions that hosts call, and what shows in all.
ERASE, PROGRAM = {"EraseChip", "EraseSector"}, {"ProgramPage"}
SYST = {("gained", "write", a) for a in (0xE000E010, 0xE000E014, 0xE000E018)}
WILD = {("gained", kind, 0x20000008) for kind in ("read", "write")}
DEFECTS = {
    "dual-bank": ({"EraseSector"}, set()),
    "erase-too-many": ({"EraseSector"}, set()),
    "error-ignored": ({"ProgramPage", "flash_erase"}, set()),
    "stack-overflow": (ERASE | PROGRAM, set()),
    "waits-for-interrupt": (ERASE | PROGRAM, SYST | {("gained", "special", "disable-irq")}),
    "wild-write": (ERASE | PROGRAM, WILD),
}


class Builds(Case):
    """Our loaders, good and wrong, and built in another way."""

    def test_each_defect_names_the_function(self):
        for defect, (named, seen) in DEFECTS.items():
            with self.subTest(defect=defect):
                d = self.json("diff", G4, LOADERS / f"g431-{defect}.FLM", code=NO)
                self.assertEqual((d["same_table"], d["same_code"]), (True, False))
                self.assertLessEqual(named, changed(d))
                self.assertNotIn("Verify", changed(d))
                self.assertNotIn("BlankCheck", changed(d))
                self.assertLessEqual(seen, touches(d["touches"]))
                # A counter in the data moves the other variables behind it.
                if defect != "waits-for-interrupt":
                    self.assertEqual({n for n in changed(d) if "Init" in n}, set())
                    self.assertLessEqual(changed(d), named | {"defect_recurse"})

    def test_effects_on_hosts(self):
        good = LOADERS / "h743-w25q128.stldr"
        bad = LOADERS / "h743-w25q128-waits-for-interrupt.stldr"
        gained = [f["finding"] for f in self.json("diff", good, bad, code=NO)["findings"]
                  if f["change"] == "gained" and f["finding"]["host"]]
        self.assertIn("hangs", [f["host"]["effect"] for f in gained])
        out, _ = self.stoker("diff", good, bad, code=NO)
        self.assertRegex(out, r"\+ warning STK-L[0-9]+ .*\(cubeprogrammer hangs in it since ")

    def test_data_alone(self):
        """A byte of a constant that no instruction holds."""
        data = bytearray(pathlib.Path(H7).read_bytes())
        data[Elf(H7).section(".rodata").offset] ^= 1
        other = self.file("h743-w25q128.stldr", bytes(data))
        d = self.json("diff", H7, other, code=NO)
        self.assertEqual((d["same_code"], changed(d)), (False, set()))
        out, _ = self.stoker("diff", H7, other, code=NO)
        self.assertIn("what differs is addresses in it, or data beside it\n", out)

    def test_what_was_gained_is_lost_the_other_way(self):
        turn = {"gained": "lost", "lost": "gained"}
        bad = LOADERS / "g431-waits-for-interrupt.FLM"
        there, back = self.json("diff", G4, bad, code=NO), self.json("diff", bad, G4, code=NO)
        self.assertEqual({(turn[c], k, v) for c, k, v in touches(there["touches"])},
                         touches(back["touches"]))
        self.assertEqual({(f["removed"], f["added"]) for f in there["functions"]},
                         {(f["added"], f["removed"]) for f in back["functions"]})

    def test_registers_have_names(self):
        bad = LOADERS / "g431-waits-for-interrupt.FLM"
        names = {t["name"] for t in self.json("diff", G4, bad, code=NO)["touches"]
                 if t["kind"] == "write"}
        self.assertEqual(names, {"SCS_SYST_CSR", "SCS_SYST_RVR", "SCS_SYST_CVR"})
        d = self.json("diff", "--chip", "stm32h743ii", LOADERS / "g431-no-effect.FLM", G4,
                      code=NO)
        self.assertTrue(any(t["kind"] == "write" for t in d["touches"]))
        self.assertFalse(any((t.get("name") or "").startswith("FLASH") for t in d["touches"]))

    def test_stack(self):
        d = self.json("diff", G4, LOADERS / "g431-stack-overflow.FLM", code=NO)
        self.assertTrue(d["stack"]["a"]["bounded"])
        self.assertFalse(d["stack"]["b"]["bounded"])
        self.assertGreater(d["stack"]["b"]["bytes"], d["stack"]["a"]["bytes"])

    def test_code(self):
        """The listing is of both, in order, and what is counted is what it shows."""
        bad = LOADERS / "g431-wild-write.FLM"
        d = self.json("diff", "--code", G4, bad, code=NO)
        for f in d["functions"]:
            self.assertEqual("code" in f, f["change"] == "changed", name_of(f))
            if "code" not in f:
                continue
            sides = [line["in"] for line in f["code"]]
            self.assertEqual((sides.count("a"), sides.count("b")), (f["removed"], f["added"]))
            for side in "ab":
                self.assertEqual(sum(s in (side, "both") for s in sides), f[side]["instructions"])
        one, = [f for f in self.json("diff", "--code=EraseSector", G4, bad, code=NO)["functions"]
                if "code" in f]
        self.assertEqual(name_of(one), "EraseSector")
        out, _ = self.stoker("diff", "--code=EraseSector", G4, bad, code=NO)
        listing = out.split("\nEraseSector\n")[1]
        self.assertEqual([line[2:] for line in listing.splitlines() if line.startswith("+ ")],
                         [line["text"] for line in one["code"] if line["in"] == "b"])
        self.assertNotRegex(listing, r"#0x[0-9a-f]+>|^[-+ ] b[a-z.]* #")

    def test_code_of_what_did_not_change(self):
        out, _ = self.stoker("diff", "--code=Init", G4, G4)
        self.assertEqual(out.split("\nInit\n")[1], "")
        d = self.json("diff", "--code=Init", G4, G4)
        code = next(f for f in d["functions"] if name_of(f) == "Init")["code"]
        self.assertEqual({line["in"] for line in code}, {"both"})

    def test_without_an_analysis_module(self):
        modules = self.folder / "modules"
        modules.mkdir()
        for module in pathlib.Path(self.env["STOKER_MODULE_DIR"]).glob("*.so"):
            if not module.name.startswith("analysis-"):
                (modules / module.name).symlink_to(module)
        self.env["STOKER_MODULE_DIR"] = str(modules)
        d = self.json("diff", G4, LOADERS / "g431-dual-bank.FLM", code=NO)
        self.assertIsNone(d["analysis"])
        self.assertIn("EraseSector", changed(d))
        self.assertEqual((d["touches"], d["stack"]), ([], None))
        self.assertTrue(self.json("diff", G4, G4)["equal"])
        out, _ = self.stoker("diff", G4, LOADERS / "g431-dual-bank.FLM", code=NO)
        self.assertIn("compared as bytes: ", out)
        self.fails("diff", "--code", G4, G4, code=harness.TARGET, cause="no-modules")

    def test_stack_of_nothing(self):
        damaged = self.folder / "damaged.FLM"
        damaged.write_bytes(b"\x7fELF")
        out, _ = self.stoker("diff", damaged, G4, code=NO)
        self.assertIn("compared as bytes: ", out)
        self.assertNotIn("\n  stack ", out)

    def test_another_format(self):
        d = self.json("diff", G4, H7, code=NO)
        self.assertEqual(facts(d)["format"], ("flm", "stldr"))
        matched = {name_of(f): (f["b"] or {}).get("name") for f in d["functions"] if f["a"]}
        self.assertEqual((matched["Init"], matched["EraseChip"], matched["EraseSector"],
                          matched["ProgramPage"]),
                         ("Init", "MassErase", "SectorErase", "Write"))

    def test_set_a_against_set_b(self):
        for name in ("g431.FLM", "h743-w25q128.stldr"):
            d = self.json("diff", LOADERS / name, LOADERS / "b" / name, code=NO)
            self.assertFalse(d["same_code"])
            self.assertTrue(all(f["matched_by"] in ("name", "code", "similarity")
                                for f in d["functions"] if f["a"] and f["b"]))
            self.assertEqual([f for f in d["facts"] if f["of"] == "device"], [])



if __name__ == "__main__":
    harness.main()
