# SPDX-License-Identifier: MIT
"""The generators: a small chip and a small host pass, each slip is a sentence.

usage: test-codegen.py, with $srcdir naming the source tree
"""

import copy
import os
import sys
import tomllib
import unittest

SRC = os.environ.get("srcdir", ".")
sys.path.insert(0, os.path.join(SRC, "tools", "codegen"))
sys.dont_write_bytecode = True

import chips  # noqa: E402
import embed  # noqa: E402
import hosts  # noqa: E402
import lists  # noqa: E402

CHIP = {
    "block": {
        "rcc": {"source": "manual 1", "length": 0x100,
                "registers": [["CR", 0, 1, "ON:0 RDY:1"], ["ENR", 4, 0, "UARTEN:3"]]},
        "info": {"source": "manual 2", "length": 0x10, "model": "words",
                 "registers": [["SIZE", 4, 0, "KIB:16:16"]],
                 "facts": [["a", 1, "manual 3"]]},
    },
    "line": {"family": "TEST", "core": "cortex-m4", "clock_hz": 1, "rcc": "RCC",
             "source": "manual",
             "identity": [{"address": 0x100, "mask": 1, "value": 1, "source": "m 4"}]},
    "part": [{"name": "CHIP1", "pins": "A B", "sizes": "6 8", "source": "data sheet"},
             {"name": "CHIP2", "pins": "A", "sizes": "8", "source": "data sheet"}],
    "memory": [{"name": "RAM", "kind": "ram", "start": 0x20000000, "size": 0x1000,
                "preference": 1, "source": "manual 5"}],
    "bank": [{"name": "1", "start": 0x8000000, "sectors": "16x2K", "flash_kib": [32],
              "source": "manual 6"},
             {"name": "1", "start": 0x8000000, "sectors": "16x2K", "flash_kib": [64],
              "source": "manual 6"},
             {"name": "2", "start": 0x8010000, "sectors": "16x2K", "flash_kib": [64],
              "source": "manual 6"}],
    "peripheral": [{"name": "RCC", "base": 0x40000000, "block": "rcc"},
                   {"name": "UART", "base": 0x40001000, "length": 0x10, "source": "m 7",
                    "clock": "ENR.UARTEN"},
                   {"name": "INFO", "base": 0x1FFF0000, "block": "info",
                    "flash_size": "SIZE.KIB", "facts": [["a", 2, "manual 8"]]}],
}


def build(doc):
    """As chips.read() does, from a document instead of a file."""
    doc = copy.deepcopy(doc)
    blocks, groups = chips.read_blocks([("t", doc)]), {}
    for name, group in doc.get("group", {}).items():
        chips.read_group(f"t: group {name}", groups, name, group)
    line = chips.Line("t", doc, blocks, groups)
    return [line.chip(*part) for part in line.parts()]


def edit(path, value):
    """CHIP with the entry at @path (keys and indices) set, or deleted by None."""
    doc = copy.deepcopy(CHIP)
    at = doc
    for key in path[:-1]:
        at = at[key]
    if value is None:
        del at[path[-1]]
    elif isinstance(at, list) and path[-1] == len(at):
        at.append(value)
    else:
        at[path[-1]] = value
    return doc


class Chips(unittest.TestCase):
    def test_small_chip(self):
        built = build(CHIP)
        self.assertEqual([c[0] for c in built],
                         ["CHIP1A6", "CHIP1A8", "CHIP1B6", "CHIP1B8", "CHIP2A8"])
        self.assertEqual([c[1] for c in built], [32, 64, 32, 64, 64])
        flash = [m for m in built[1][3] if m[1] == "STK_MEM_FLASH"]
        self.assertEqual([(m[0], m[2], m[3]) for m in flash],
                         [("FLASH1", 0x8000000, 0x8000), ("FLASH2", 0x8010000, 0x8000)])
        rcc, uart, info = built[1][5]
        self.assertEqual({f[0]: f[1] for f in uart[5]}, {"clock_reg": 4, "clock_bit": 3})
        self.assertEqual(info[4][0][2], 64 << 16 | 0xFFFF)
        self.assertEqual(info[5], (("a", 2, "manual 8"),))
        self.assertEqual(rcc[6], "manual 1")

    def test_the_manual_shows_the_file(self):
        """docs/adding-a-chip.md has one line of chips in full."""
        with open(os.path.join(SRC, "plugins/chip/facts/stm32wl5x.toml")) as file:
            text = file.read()
        with open(os.path.join(SRC, "docs/adding-a-chip.md")) as file:
            manual = file.read()
        self.assertIn(f"```toml\n{text}```\n", manual)
        self.assertIn(f"`plugins/chip/facts/stm32wl5x.toml`, {text.count(chr(10))} lines,", manual)

    def test_shared_arrays(self):
        text = chips.write_c("t", ["t"], build(CHIP), lists.Lists())
        self.assertEqual(text.count('{ "CR", 0x0, 0x00000001'), 1)
        self.assertEqual(text.count("static const struct stk_chip chip_"), 5)
        self.assertEqual(text.count("static const struct stk_peripheral "), 2)

    def test_block_like_another(self):
        info2 = {"like": "info", "registers": [["SIZE", 4, 9, "KIB:0:16"], ["ID", 8, 1]],
                 "facts": [["a", 5, "manual 9"]]}
        doc = copy.deepcopy(CHIP)
        doc["block"]["info2"] = info2
        doc["peripheral"][2].update(block="info2", facts=[])
        info = build(doc)[1][5][2]
        self.assertEqual([(r[0], r[1], r[2]) for r in info[4]],
                         [("SIZE", 4, 0xFFFF0040), ("ID", 8, 1)])
        self.assertEqual((info[1], info[3], info[5], info[6]),
                         ("words", 0x10, (("a", 5, "manual 9"),), "manual 2"))
        self.assertEqual(build(dict(doc, block=dict(reversed(doc["block"].items()))))[1][5][2],
                         info)
        info2["registers"] = [["LENGTH", 4, 9, "KIB:0:16"], ["ID", 8, 1]]
        doc["peripheral"][2]["flash_size"] = "LENGTH.KIB"
        self.assertEqual([r[0] for r in build(doc)[1][5][2][4]], ["LENGTH", "ID"])
        info2["like"] = "info3"
        with self.assertRaisesRegex(chips.Bad, "info2: there is no block 'info3'"):
            build(doc)
        doc["block"]["info3"] = {"like": "info2"}
        with self.assertRaisesRegex(chips.Bad, "is like itself"):
            build(doc)

    def test_groups(self):
        doc = copy.deepcopy(CHIP)
        uart, = (p for p in doc["peripheral"] if p["name"] == "UART")
        ram2 = dict(doc["memory"][0], name="RAM2", start=0x20001000)
        doc["group"] = {"g": {"peripheral": [dict(uart, name="UART2", base=0x40002000),
                                             dict(uart, base=0x40003000)],
                              "memory": [ram2]}}
        self.assertEqual(build(doc), build(CHIP))
        doc["line"]["groups"] = ["g"]
        chip = build(doc)[0]
        self.assertEqual([(p[0], p[2]) for p in chip[5]],
                         [("UART2", 0x40002000), ("RCC", 0x40000000), ("UART", 0x40001000),
                          ("INFO", 0x1FFF0000)])
        self.assertEqual([m[0] for m in chip[3]], ["RAM2", "RAM", "FLASH"])
        doc["line"]["groups"] = ["h"]
        with self.assertRaisesRegex(chips.Bad, "no group 'h'"):
            build(doc)
        doc["group"]["g"]["memory"][0]["only"] = ["CHIP1"]
        with self.assertRaisesRegex(chips.Bad, "belongs to their line"):
            build(doc)

    def test_group_rows_without_their_clock(self):
        doc = copy.deepcopy(CHIP)
        i2c = {"name": "I2C", "base": 0x40003000, "length": 0x10, "source": "m 9",
               "clock": "ENR.I2CEN"}
        doc["group"] = {"g": {"peripheral": [i2c]}}
        doc["line"]["groups"] = ["g"]
        self.assertNotIn("I2C", [p[0] for p in build(doc)[0][5]])
        doc["block"]["rcc"]["registers"][1][3] += " I2CEN:4"
        self.assertIn("I2C", [p[0] for p in build(doc)[0][5]])
        # A row of the line's own must have it.
        doc["block"]["rcc"]["registers"][1][3] = "UARTEN:3"
        doc["peripheral"].append(i2c)
        with self.assertRaisesRegex(chips.Bad, "no 'ENR.I2CEN'"):
            build(doc)

    def test_identity_by_size(self):
        doc = copy.deepcopy(CHIP)
        doc["line"]["identity"] = [
            {"address": 0x100, "mask": 3, "value": 1, "source": "m", "flash_kib": [32]},
            {"address": 0x100, "mask": 3, "value": 2, "source": "m", "flash_kib": [64]}]
        self.assertEqual([[i["value"] for i in c[2]["identity"]] for c in build(doc)],
                         [[1], [2], [1], [2], [2]])

    def test_flash_seen_again(self):
        doc = copy.deepcopy(CHIP)
        doc["memory"].append({"name": "TCM", "kind": "flash", "start": 0x200000,
                              "size": 0x8000, "alias": "FLASH1", "source": "manual"})
        doc["bank"][0]["sectors"] = "16x2K"
        doc["part"] = [{"name": "CHIP1", "pins": "A", "sizes": "8", "source": "d"}]
        self.assertIn(("TCM", "STK_MEM_FLASH", 0x200000, 0x8000, 0, "FLASH1", "manual"),
                      build(doc)[0][3])
        del doc["memory"][1]["alias"]
        with self.assertRaisesRegex(chips.Bad, "follows from the banks"):
            build(doc)

    def test_core_peripherals(self):
        block = {"source": "m", "length": 16, "registers": [["CR", 4, 0]]}
        blocks = chips.read_blocks([("t", {"block": {"b": block}})])
        row = {"name": "CORE", "base": 0xE0000000, "block": "b"}
        core = chips.core_peripherals([("t", {"core_peripheral": [row]})], blocks)
        text = chips.write_c("t", ["t"], [], lists.Lists(), core)
        self.assertIn('{ "CORE", NULL, 0xe0000000, 0x10, reg_', text)
        self.assertIn(".n_core_peripherals = 1,", text)
        with self.assertRaises(chips.Bad):
            chips.core_peripherals([("t", {"core_peripheral": [dict(row, block="c")]})], blocks)

    def test_slips(self):
        ram = {"name": "RAM2", "kind": "ram", "size": 16, "preference": 1, "source": "m"}
        cases = (
            (("line", "core"), None, "has no 'core'"),
            (("line", "colour"), 1, "unknown key 'colour'"),
            (("line", "rcc"), "XYZ", "no peripheral 'XYZ'"),
            (("part", 0, "sizes"), "6 q", "unknown size code 'q'"),
            (("part", 0, "pins"), "A A", "'CHIP1A6' twice"),
            (("memory", 0, "source"), " ", "empty source"),
            (("memory", 0, "kind"), "tape", "no kind of memory"),
            (("memory", 0, "preference"), None, "RAM has a preference"),
            (("memory", 0, "only"), ["CHIP9"], "no part is called 'CHIP9'"),
            (("memory", 0, "alias"), "XYZ", "alias of no memory"),
            (("memory", 1), dict(ram, start=0x20000FF8), "overlaps 'RAM'"),
            (("memory", 1), dict(ram, start=0x40001008), "overlaps"),
            (("memory", 1), dict(ram, start=0xFFFFFFF8), "past 4 GiB"),
            (("bank", 2, "sectors"), "15x2K", "hold 62 KiB, not 64"),
            (("bank", 0, "flash_kib"), [16], "has no bank"),
            (("peripheral", 1, "clock"), "ENR.TIMEN", "no 'ENR.TIMEN'"),
            (("peripheral", 1, "source"), None, "no 'source'"),
            (("peripheral", 1, "block"), "xyz", "no block 'xyz'"),
            (("peripheral", 1, "name"), "RCC", "'RCC' twice"),
            (("peripheral", 0, "reset"), {"XYZ": 1}, "no register is called 'XYZ'"),
            (("peripheral", 2, "facts", 0), ["a", "2", "m"], "a fact is"),
            (("peripheral", 2, "facts", 0), ["a", 2, ""], "a fact is"),
            (("block", "rcc", "registers", 0), ["CR", 2, 0], "not a word inside"),
            (("block", "rcc", "registers", 0), ["CR", 0x100, 0], "not a word inside"),
            (("block", "rcc", "registers", 0), ["ENR", 0, 0], "'ENR' twice"),
            (("block", "rcc", "registers", 0), ["CR", 4, 0], "'0x4' twice"),
            (("block", "rcc", "registers", 0), ["CR", 0, 1 << 32], "not a word"),
            (("block", "rcc", "registers", 0), ["CR", 0, 0, "A:31:2"], "outside 32 bits"),
            (("block", "rcc", "registers", 0), ["CR", 0, 0, "A:0:2 B:1"], "overlaps"),
            (("block", "rcc", "registers", 0), ["CR", 0, 0, "A"], "not FIELD:lsb"),
        )
        for path, value, said in cases:
            with self.subTest(path=path, said=said):
                with self.assertRaises(chips.Bad) as caught:
                    build(edit(path, value))
                self.assertIn(said, str(caught.exception))


SIGNATURE = {"value": 0x1234, "kind": "flash-key", "name": "KEYR", "families": "A\n\tB",
             "source": "m 1"}
SERIES = {"page_size": 256, "erase": "4K 64K", "parts": {"P1": "1M", "P2": "128K"},
          "source": "d 1"}
KIN = {"family": "TEST", "names": "A1 A2", "core": "cortex-m4", "fpu": "single",
       "flash_start": 0x8000000, "flash_kib": 128, "ram_start": 0x20000000, "ram_kib": 16,
       "dev_ids": [0x468], "source": "m 2"}


def change(row, **values):
    row = {**copy.deepcopy(row), **values}
    return {k: v for k, v in row.items() if v is not None}


class Lists(unittest.TestCase):
    def test_tables(self):
        found = lists.Lists()
        found.add("t", {"signature": [SIGNATURE], "series": [SERIES], "kin": [KIN]})
        text = found.tables()
        self.assertIn('{ 0x00001234, STK_SIGNATURE_FLASH_KEY, "KEYR", "A B", "m 1" }', text)
        self.assertEqual(text.count("static const uint32_t erase_"), 1)
        self.assertIn('{ "P2", 0x20000, 256, erase_0, 2, "d 1", 1 }', text)
        self.assertIn('{ "TEST", "A1 A2", "cortex-m4", STK_FPU_SINGLE, 0x8000000, 0x0,'
                      ' 128, 0x20000000, 16, dev_ids_0, 1, "m 2" }', text)
        self.assertIn(".n_parts = 2,", found.fields())
        self.assertEqual(lists.Lists().fields(), "")

    def test_slips(self):
        cases = (
            ({"signature": [change(SIGNATURE, kind="cheese")]}, "'cheese' is none of"),
            ({"signature": [change(SIGNATURE, value=1 << 32)]}, "not a word"),
            ({"signature": [change(SIGNATURE, source=None)]}, "no 'source'"),
            ({"signature": [SIGNATURE, SIGNATURE]}, "'0x1234' twice"),
            ({"series": [change(SERIES, erase="64K 4K")]}, "do not ascend"),
            ({"series": [change(SERIES, erase="")]}, "do not ascend"),
            ({"series": [change(SERIES, erase="4X")]}, "'4X' is not a number"),
            ({"series": [change(SERIES, parts={"P3": "96K"})]}, "'P3' is no multiple"),
            ({"series": [change(SERIES, parts={"p3": "1M"})]}, "not in capitals"),
            ({"series": [SERIES, SERIES]}, "'P1' twice"),
            ({"series": [change(SERIES, colour=1)]}, "unknown key 'colour'"),
            ({"kin": [change(KIN, fpu="some")]}, "'some' is none of"),
            ({"kin": [change(KIN, dev_ids=[0x1000])]}, "12 bits"),
            ({"kin": [change(KIN, ram_kib=-1)]}, "'ram_kib' is not a word"),
            ({"kin": [KIN, change(KIN, names="A2")]}, "'A2' twice"),
        )
        for doc, said in cases:
            with self.subTest(said=said):
                with self.assertRaises(lists.Bad) as caught:
                    lists.Lists().add("t", doc)
                self.assertIn(said, str(caught.exception))

    def test_parts_agree_with_the_virtual_ones(self):
        """What emu plays is what lint judges by."""
        facts = os.path.join(SRC, "plugins")
        with open(os.path.join(facts, "target/emu/facts/nor.toml"), "rb") as file:
            played = tomllib.load(file)["part"]
        with open(os.path.join(facts, "chip/facts/parts.toml"), "rb") as file:
            rows = lists.read_parts("parts.toml", tomllib.load(file)["series"])
        known = {row[0]: row for row in rows}
        self.assertTrue(played)
        for part in played:
            with self.subTest(part=part["name"]):
                name = part["name"].upper().split("-")[0]
                likely = [key for key in known if name.startswith(key)]
                self.assertTrue(likely)
                row = known[max(likely, key=len)]
                self.assertEqual(row[1], part["size"])
                times = part["times"]
                sizes = {size for size in (0x1000, 0x8000) if f"erase_{size // 1024}k" in times}
                sizes.add(part.get("block", 0x10000))
                # Spansion: one name, ordered with this or that sector.
                self.assertLessEqual(sizes, set(row[3]))
                if part["vendor"] != "spansion-s":
                    self.assertEqual(sizes, set(row[3]))


def host(**change):
    row = {"source": "a trace", "basis": "observed"}
    doc = {"summary": "a host", "formats": dict(row, value=["stldr", "flm"])}
    for key in hosts.KEYS:
        value = list(hosts.WORDS[key])[0] if key in hosts.WORDS else 1
        doc[key] = dict(row, value=True if key in hosts.SWITCHES else value)
    doc.update(change)
    return {k: v for k, v in doc.items() if v is not None}


def host_row(value, **more):
    return dict({"value": value, "source": "a trace", "basis": "observed"}, **more)


class Hosts(unittest.TestCase):
    def ranges(self, doc):
        return [(p.since, p.until) for p in hosts.profiles_of("t", "a", doc)]

    def test_small_host(self):
        text = hosts.generate_doc("t", {"host": {"stoker": host()}})
        self.assertIn(".trap = HOST_TRAP_BELOW_IMAGE,", text)
        self.assertIn(".zero_bss = true,", text)
        self.assertIn(".stack_bytes = 1,", text)
        self.assertIn('.info.formats = "stldr flm",', text)
        self.assertIn(".info.since = NULL,", text)
        self.assertIn("host_n_acts = 1;", text)
        self.assertEqual(self.ranges(host()), [(None, None)])

    def test_versions(self):
        doc = host(stack_bytes=[host_row(1), host_row(2, since="2.7.0")],
                   mask_ints=[host_row(False), host_row(True, since="3.0", after="2.9.1")])
        self.assertEqual(self.ranges(doc), [
            (None, "2.6.x"), ("2.7.0", "2.9.1"), ("2.9.2", "2.x"), ("3.0.0", None)])
        old, mid, gap, new = hosts.profiles_of("t", "a", doc)
        self.assertEqual([p.values()["stack_bytes"] for p in (old, mid, gap, new)],
                         [1, 2, 2, 2])
        self.assertEqual([p.values()["mask_ints"] for p in (old, mid, gap, new)],
                         [False, False, False, True])
        self.assertEqual([len(p.doubts) for p in (old, mid, gap, new)], [0, 0, 1, 0])
        self.assertEqual(gap.doubts[0][:2], ("mask_ints", True))
        # Between the sources it is either of the two: one act as before, one as since.
        text = hosts.generate_doc("t", {"host": {"stoker": doc}})
        self.assertIn("host_n_acts = 3;", text)
        self.assertEqual(text.count("_or_0 ="), 1)

    def test_doubts(self):
        doc = host(primask=host_row(False, other=True, question="whether it does"))
        text = hosts.generate_doc("t", {"host": {"stoker": doc}})
        self.assertIn('{ "primask", "whether it does", &stoker_0_or_0 },', text)
        twin, real = text.split("static const struct stk_host ")[1:3]
        self.assertIn(".primask = true,", twin)
        self.assertIn(".primask = false,", real)
        self.assertIn(".n_doubts = 1,", real)

    def test_what_it_minds(self):
        fact = {"effect": "hangs", "summary": "s", "source": "a trace", "basis": "observed"}
        doc = host(change={"no-x": dict(fact, since="2.12.0", after="2.11.0", seen="2.13.5"),
                           "y": fact})
        self.assertEqual(self.ranges(doc), [
            (None, "2.11.0"), ("2.11.1", "2.11.x"), ("2.12.0", "2.13.5"), ("2.13.6", None)])
        text = hosts.generate_doc("t", {"host": {"stoker": doc}})
        self.assertIn('{ .key = "no-x", .since = "2.12.0", .after = "2.11.0", '
                      '.seen = "2.13.5", .effect = "hangs", .summary = "s", '
                      '.source = "a trace", .basis = "observed" },', text)
        self.assertIn('{ .key = "y", .effect = "hangs",', text)
        self.assertIn(".n_changes = 2,", text)
        for slip, said in ((dict(fact, effect="annoys"), "effect 'annoys'"),
                           (dict(fact, basis="x"), "basis 'x'"),
                           (dict(fact, since="soon"), "no version"),
                           (dict(fact, since="2.6.x"), "no version"),
                           (dict(fact, after="2.6.0"), "not before its since"),
                           (dict(fact, since="2.0", after="2.0.0"), "not before its since"),
                           (dict(fact, since="2.0", seen="1.9"), "last seen before"),
                           (dict(fact, source=" "), "no source"),
                           (dict(fact, x=1), "unknown key 'x'"), (1, "no table")):
            with self.subTest(said=said):
                with self.assertRaises(hosts.Bad) as caught:
                    hosts.check_host("t", "o", host(change={"k": slip}))
                self.assertIn(said, str(caught.exception))

    def test_aliases(self):
        row = {"tool": "ide", "version": "1.8.0", "programmer": "2.9.0", "source": "a log",
               "basis": "observed"}
        doc = {"host": {"stoker": host(), "cubeprogrammer": host()}}
        text = hosts.generate_doc("t", doc, "r", [row, {"tool": "ide", "version": "1.9.0"}])
        self.assertIn('{ "ide", "1.8.0", "cubeprogrammer", "2.9.0", "a log", "observed" },',
                      text)
        self.assertNotIn("1.9.0", text)
        for slip, said in (({"tool": "stoker"}, "no name for an alias"),
                           ({"version": "new"}, "no version"),
                           ({"programmer": "2.x"}, "no version"),
                           ({"source": " "}, "has no source"),
                           ({"basis": "hearsay"}, "has no source, or a basis")):
            with self.subTest(said=said):
                with self.assertRaises(hosts.Bad) as caught:
                    hosts.generate_doc("t", doc, "r", [dict(row, **slip)])
                self.assertIn(said, str(caught.exception))
        del doc["host"]["cubeprogrammer"]
        with self.assertRaisesRegex(hosts.Bad, "unknown host 'cubeprogrammer'"):
            hosts.generate_doc("t", doc, "r", [row])

    def test_slips(self):
        row = host_row(1)
        cases = (
            (host(stack_bytes=None), "no 'stack_bytes'"),
            (host(colour=row), "unknown key 'colour'"),
            (host(formats=None), "no 'formats'"),
            (host(formats=dict(row, value="flm")), "not a list of names"),
            (host(formats=dict(row, value=[])), "not a list of names"),
            (host(stack_bytes=7), "no table of value"),
            (host(stack_bytes=dict(row, basis="hearsay")), "basis 'hearsay'"),
            (host(stack_bytes=dict(row, source="")), "no source"),
            (host(stack_bytes=dict(row, note="x")), "unknown key 'note'"),
            (host(stack_bytes=dict(row, since="1.0")), "all tables but the first"),
            (host(stack_bytes=[row, row]), "all tables but the first"),
            (host(stack_bytes=[row, dict(row, since="2.0"), dict(row, since="1.0")]),
             "not after the table before"),
            (host(stack_bytes=dict(row, other=2)), "one of 'other' and 'question'"),
            (host(stack_bytes=dict(row, other=-2, question="whether")), "not a number of 32"),
            (host(init_r0=dict(row, value=-1)), "not a number of 32 bits"),
            (host(init_r0=dict(row, value=True)), "not a number of 32 bits"),
            (host(zero_bss=dict(row, value=1)), "not true or false"),
            (host(trap=dict(row, value="bog")), "not one of"),
            (host(stack_min=dict(row, value=2)), "less stack than the least"),
        )
        for doc, said in cases:
            with self.subTest(said=said):
                with self.assertRaises(hosts.Bad) as caught:
                    hosts.generate_doc("t", {"host": {"stoker": doc}})
                self.assertIn(said, str(caught.exception))
        for doc, said in (({"host": {"a": host()}}, "does not begin with the host 'stoker'"),
                          ({"other": {}}, "unknown table 'other'"),
                          ({"host": {"stoker": host(), "A b": host()}}, "no name for a host")):
            with self.assertRaises(hosts.Bad) as caught:
                hosts.generate_doc("t", doc)
            self.assertIn(said, str(caught.exception))


class Embed(unittest.TestCase):
    def test_what_c_would_take_for_something_else(self):
        self.assertEqual(list(embed.c_lines('a"b\\n?\n\t\u00b5')),
                         [r'"a\042b\134n\077\012"', r'"\011\302\265"'])
        self.assertEqual(list(embed.c_lines("")), [])


if __name__ == "__main__":
    unittest.main()
