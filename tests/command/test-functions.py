#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""stoker inspect --functions: code by function, against the ELF file and our sources."""
import pathlib
import re
import sys

import harness
from elf32 import Elf
from harness import DONE, G4, H7, INPUT, NO, SOURCE, USAGE, Case

sys.path.insert(0, str(SOURCE / "tools/codegen"))
sys.dont_write_bytecode = True
import chips  # noqa: E402

FLASH, IWDG = 0x40022000, 0x40003000
KEYS = {0x45670123: "FLASH_KEYR key 1", 0xCDEF89AB: "FLASH_KEYR key 2"}
SVD = SOURCE / "tests/unit/small.svd"
# Of the G4 algorithm by its source, tests/loaders/flm-g4.
OPERATIONS = {"Init": "init", "UnInit": "uninit", "EraseChip": "erase-chip",
              "EraseSector": "erase-sector", "ProgramPage": "program", "Verify": "verify",
              "BlankCheck": "blank-check"}


def svd_of(name):
    """The facts about a chip as an SVD file: the same, by another way."""
    paths = sorted(map(str, (SOURCE / "plugins/chip/facts").glob("*.toml")))
    peripherals = next(c[5] for c in chips.read(paths)[0] if c[0] == name)
    out = [f"<device><name>{name}</name><peripherals>"]
    for title, _, base, length, registers, _, _ in peripherals:
        out.append(f"<peripheral><name>{title}</name><baseAddress>{base:#x}</baseAddress>"
                   f"<addressBlock><offset>0</offset><size>{length:#x}</size></addressBlock>"
                   "<registers>")
        for register, offset, reset, fields in registers:
            out.append(f"<register><name>{register}</name><addressOffset>{offset:#x}"
                       f"</addressOffset><resetValue>{reset:#x}</resetValue><fields>")
            out += [f"<field><name>{field}</name><bitRange>[{lsb + width - 1}:{lsb}]"
                    "</bitRange></field>" for field, lsb, width in fields]
            out.append("</fields></register>")
        out.append("</registers></peripheral>")
    return "\n".join([*out, "</peripherals></device>"])


class Code(Case):
    def code(self, *args, **how):
        documents = self.json("inspect", *args, **how)
        self.assertEqual(len(documents), 1)
        return documents[0]["code"]

    def functions(self, *args, **how):
        return {f["name"]: f for f in self.code(*args, **how)["functions"]}

    def registers(self, function):
        return {r["name"] or hex(r["address"]): r for r in function["registers"]}


class Functions(Code):
    def test_sizes_and_addresses_are_the_symbols(self):
        elf = Elf(G4)
        symbols = {s.name: s for s in elf.symbols if s.name}
        found = self.functions("--functions", G4)
        self.assertLessEqual(set(OPERATIONS), set(found))
        for name, f in found.items():
            with self.subTest(name):
                self.assertEqual(f["address"], symbols[name].value & ~1)
                # What aligns a loop behind a branch is no instruction of it.
                self.assertIn(symbols[name].size - f["size"], (0, 2))
                self.assertEqual(f["operation"], OPERATIONS.get(name))

    def test_registers_and_values(self):
        found = self.functions("--functions", G4)
        init = self.registers(found["Init"])
        keyr = init["FLASH_KEYR"]
        self.assertEqual(keyr["address"], FLASH + 8)
        self.assertEqual((keyr["reads"], keyr["writes"], keyr["more_values"]), (0, 2, False))
        self.assertEqual({v["value"]: v["text"] for v in keyr["values"]}, KEYS)
        self.assertEqual({c["value"]: c["text"] for c in found["Init"]["constants"]}, KEYS)
        self.assertEqual([v["text"] for v in init["IWDG_KR"]["values"]], ["IWDG_KR reload"])
        self.assertEqual(init["IWDG_KR"]["address"], IWDG)
        self.assertEqual(init["FLASH_SR"]["values"][0]["text"],
                         "OPERR, PROGERR, WRPERR, PGAERR, SIZERR, PGSERR, MISERR, FASTERR")
        lock = self.registers(found["UnInit"])["FLASH_CR"]
        self.assertEqual([(v["value"], v["text"]) for v in lock["values"]],
                         [(0x80000000, "LOCK")])
        program = self.registers(found["ProgramPage"])["FLASH_CR"]
        self.assertIn((1, "PG"), [(v["value"], v["text"]) for v in program["values"]])
        # A verify that wrote to the flash controller would be none.
        self.assertEqual(found["Verify"]["registers"], [])

    def test_calls_and_stack(self):
        found = self.functions("--functions", G4)
        self.assertIn("flash_erase", [c["name"] for c in found["EraseSector"]["calls"]])
        erase = found["flash_erase"]
        self.assertEqual(found["EraseSector"]["stack"],
                         found["EraseSector"]["stack_own"] + erase["stack"])
        self.assertTrue(found["EraseSector"]["stack_bounded"])

    def test_text_says_the_same(self):
        out, _ = self.stoker("inspect", "--functions", G4)
        self.assertRegex(out, r"(?m)^  Init \[init\] at 0x00000000, \d+ bytes, stack \d+$")
        self.assertRegex(out, r"(?m)^      writes .*IWDG_KR = 0x0000aaaa \(IWDG_KR reload\)$")
        self.assertRegex(out, r"(?m)^ +FLASH_KEYR = 0x45670123 \(FLASH_KEYR key 1\), "
                              r"0xcdef89ab \(FLASH_KEYR key 2\)$")
        self.assertRegex(out, r"(?m)^  EraseChip \[erase-chip\].* its own\)$")
        self.assertRegex(out, r"(?m)^      calls +flash_erase$")

    def test_what_waits_for_interrupts(self):
        path = harness.LOADERS / "g431-waits-for-interrupt.FLM"
        erase = self.functions("--functions", path)["EraseSector"]
        csr = self.registers(erase)["SCS_SYST_CSR"]
        self.assertEqual([v["text"] for v in csr["values"]], ["ENABLE, TICKINT, CLKSOURCE"])
        self.assertIn(("disable-irq", "cpsid i"),
                      [(s["special"], s["text"]) for s in erase["specials"]])
        for f in self.functions("--functions", G4).values():
            self.assertNotIn("SCS_SYST_CSR", self.registers(f))
            self.assertNotIn("disable-irq", [s["special"] for s in f["specials"]])


class Listing(Code):
    def listing(self, name, path, *options):
        [function] = self.code(f"--functions={name}", *options, path)["functions"]
        return function["listing"]

    def test_bytes_are_the_files(self):
        for path, names in ((G4, ("Init", "ProgramPage")), (H7, ("Init", "Write"))):
            elf = Elf(path)
            for name in names:
                lines = self.listing(name, path)
                start = elf.symbol(name).value & ~1
                self.assertEqual(lines[0]["address"], start)
                self.assertEqual(sum(len(x["bytes"]) // 2 for x in lines),
                                 elf.symbol(name).size)
                for x in lines:
                    self.assertEqual(bytes.fromhex(x["bytes"]),
                                     elf.bytes_at(x["address"], len(x["bytes"]) // 2))

    def test_comments(self):
        lines = self.listing("Init", G4)
        comments = [x["comment"] for x in lines if x["comment"]]
        self.assertIn("FLASH_KEYR = 0x45670123 (FLASH_KEYR key 1)", comments)
        self.assertIn("0x40003000 IWDG", comments)
        self.assertIn("FLASH_SR", comments)
        # Code that is linked at 0 holds small numbers, which are no functions.
        self.assertFalse([c for c in comments if c.endswith("Init")])
        self.assertIn("flash_erase", [x["comment"] for x in self.listing("EraseSector", G4)])

    def test_registers_are_called_as_in_the_abi(self):
        """R9 is the static base in all that we print, so it is not sb here."""
        names = set()
        for name in self.functions("--functions", H7):
            for x in self.listing(name, H7):
                names.update(re.findall(r"\b(sb|sl|fp|ip|sp|lr|pc|r1?\d)\b", x["text"]))
        self.assertFalse(names & {"sb", "sl", "fp", "ip"})
        self.assertLessEqual({"r0", "r12", "sp", "lr", "pc"}, names)

    def test_by_address(self):
        [f] = self.code("--functions=0x1", G4)["functions"]
        self.assertEqual(f["name"], "Init")

    def test_text(self):
        out, _ = self.stoker("inspect", "--functions=Init", G4)
        lines = re.findall(r"(?m)^    0x([0-9a-f]{8})  ([0-9a-f ]{10})(\S.*)$", out)
        self.assertEqual(len(lines), len(self.listing("Init", G4)))
        self.assertEqual(lines[0][0], "00000000")
        self.assertNotIn("UnInit", out)

    def test_no_such_function(self):
        out, err = self.stoker("inspect", "--functions=Open", G4, code=USAGE)
        self.assertIn("has no function 'Open'; hosts call Init, UnInit", err)
        [d] = self.json("inspect", "--functions=Open", G4, code=USAGE)
        self.assertEqual(d["code_error"]["cause"], "function-unknown")
        self.assertNotIn("code", d)


class Names(Code):
    def names(self, *args, **how):
        return self.code("--functions", *args, **how)["names"]

    def renamed(self, old, new, name):
        data = pathlib.Path(G4).read_bytes()
        self.assertEqual(data.count(old), 1)
        return self.file(name, data.replace(old, new.ljust(len(old), b"\0")))

    def test_from_the_name(self):
        names = self.names(G4)
        self.assertEqual((names["from"], names["family"]), ("line", "STM32G4"))
        self.assertEqual(names["why"], "'STM32G431' in the device name")
        self.assertTrue(names["chip"].startswith("STM32G431"))

    def test_no_name_tells(self):
        path = self.renamed(b"STM32G431 128 KiB flash", b"my flash", "mine.FLM")
        names = self.names(path)
        self.assertEqual(names, {"from": "core", "chip": None, "family": None, "why": None})
        out, _ = self.stoker("inspect", "--functions", path)
        self.assertIn("of the core alone: no name tells the chip; give --chip NAME or "
                      "--svd FILE\n", out)
        self.assertIn("0x40022008 = 0x45670123 (FLASH_KEYR key 1)", out)
        self.assertNotIn("FLASH_CR", out)

    def test_no_facts(self):
        path = self.renamed(b"STM32G431 128 KiB flash", b"STM32F103", "mine.FLM")
        self.assertEqual(self.names(path)["from"], "core")
        out, _ = self.stoker("inspect", "--functions", path)
        self.assertIn("of the core alone: no facts about STM32F1, which 'STM32F103' in the "
                      "device name means; give --svd FILE\n", out)

    def test_another_of_the_family(self):
        path = self.renamed(b"STM32G431 128 KiB flash", b"STM32F410", "mine.FLM")
        self.assertEqual(self.names(path)["from"], "family")
        out, _ = self.stoker("inspect", "--functions", path)
        self.assertIn("which is only of the family of 'STM32F410' in the device name", out)

    def test_chip(self):
        path = self.renamed(b"STM32G431 128 KiB flash", b"my flash", "mine.FLM")
        names = self.names("--chip", "stm32g431cb", path)
        self.assertEqual((names["from"], names["chip"]), ("given", "STM32G431CB"))
        self.assertEqual(self.functions("--functions", "--chip", "stm32g431cb",
                                        path)["Init"]["registers"],
                         self.functions("--functions", G4)["Init"]["registers"])

    def test_svd(self):
        names = self.names("--svd", SVD, G4)
        self.assertEqual((names["from"], names["chip"]), ("svd", "SMALL1"))
        found = self.functions("--functions", "--svd", SVD, G4)
        self.assertIn("FLASH_KEYR", self.registers(found["Init"]))
        # The file of ours has no SR and no IWDG.
        self.assertIn("FLASH+0x10", self.registers(found["Init"]))
        self.assertIn(hex(IWDG), self.registers(found["Init"]))

    def test_svd_of_whole_chips(self):
        """All that a chip's facts name, an SVD file with the same names."""
        for chip, loader in (("STM32G431CB", G4), ("STM32H743VI", H7)):
            path = self.file("whole.svd", svd_of(chip).encode())
            by_facts = self.functions("--functions", "--chip", chip, loader)
            by_file = self.functions("--functions", "--svd", path, loader)
            for name, function in by_facts.items():
                for register in function["registers"]:
                    # Memories are no peripherals.
                    if register["address"] < 0x40000000 or register["address"] >= 0x90000000:
                        continue
                    with self.subTest(chip, function=name):
                        self.assertIn(register, by_file[name]["registers"])

    def test_bad_svd(self):
        for data, cause in ((b"<device>\n<name>X", "svd-xml"), (b"hello", "chip-file-unknown"),
                            (b"<!DOCTYPE x>\n<device/>", "svd-dtd")):
            path = self.file("bad.svd", data)
            error = self.fails("inspect", "--functions", "--svd", path, G4, code=INPUT,
                               cause=cause)
            self.assertIn("bad.svd", error["message"])
        self.fails("inspect", "--functions", "--svd", "none.svd", G4, code=INPUT)


class Files(Code):
    def test_a_file_without_code(self):
        path = self.file("empty.FLM", b"")
        [d] = self.json("inspect", "--functions", path, code=INPUT)
        self.assertNotIn("code", d)
        self.assertTrue(d["error"]["message"])

    def test_several(self):
        documents = self.json("inspect", "--functions", G4, H7)
        self.assertEqual([bool(d["code"]["functions"]) for d in documents], [True, True])

    def test_fail_on(self):
        """As inspect without --functions, whatever it finds."""
        path = harness.LOADERS / "g431-stack-overflow.FLM"
        [d] = self.json("inspect", path)
        code = NO if d["findings"] else DONE
        self.json("inspect", "--functions", "--fail-on", "note", path, code=code)
        path = self.file("STM32F407.FLM", pathlib.Path(H7).read_bytes())
        [d] = self.json("inspect", path)
        self.assertTrue(d["findings"])
        self.json("inspect", "--functions", "--fail-on", "note", path, code=NO)

    def test_usage(self):
        for args in (("--functions", "-r", "."), ("--functions", "--map", G4),
                     ("--svd", SVD, G4), ("--functions",)):
            with self.subTest(args):
                self.fails("inspect", *args, code=USAGE)


if __name__ == "__main__":
    harness.main()
