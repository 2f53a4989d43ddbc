#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turn chip facts (TOML) into the const tables of a chip module.

usage: chips.py -o OUT.c NAME FILE.toml...

A file holds register blocks, or one line of chips, or both, or the lists that
lists.py describes.

[block.NAME]                a register block, used by any number of peripherals
  like                      another block: it has what is not said here, and rows
                            here replace those of the same name or offset
  source                    manual and section, for all of its registers
  length                    bytes it occupies on the bus
  model                     the code that plays it on a virtual chip; left out: none
  registers                 rows: name, offset, reset value, "FIELD:lsb[:width] ..."
  facts                     rows: key, number, source

[line]                      chips that share one manual
  family core clock_hz source identity(address mask value source [only flash_kib])
  groups                    names of [group.NAME] whose rows the line has too; a row
                            replaces one of the same name in a group before
  default_nor               part on the external bus; left out: none
  rcc                       the peripheral whose registers gate clocks

[[part]]                    ordering codes: name + one of pins + one of sizes
  name pins sizes source    sizes as in the ordering code: 4 6 8 B Z C D E F G H I

[[memory]]                  all but the internal flash, which follows from the banks
  name kind start size source
  kind                      "ram", "rom", "external"; "flash": seen again, with alias
  preference                RAM for loaders, lowest first; 0: never
  alias                     the memory whose cells are seen here again; left out: its own
  size                      left out with the internal flash as alias: all of it

[[bank]]                    sectors of the internal flash
  name start sectors source
  sectors                   "4x16K 1x64K 7x128K"; without K: bytes
  state                     option state; left out: the chip has only one

[[peripheral]]
  name base                 where it is
  block                     its registers; left out: give source and length here
  source length model       instead of the block's
  clock                     "AHB1ENR.CRCEN": becomes the facts clock_reg, clock_bit
  reset                     table of reset values that differ from the block's
  flash_size                "REGISTER.FIELD" that holds the flash size in KiB
  facts                     rows beside the block's; the same key replaces the block's

[[group.NAME.memory]]       rows that several lines have, in any file; a line's own row
[[group.NAME.peripheral]]   comes after those of its groups, and what has a clock enable
                            bit is on the chips whose RCC has that bit

[[core_peripheral]]         what every Cortex-M has, whatever the chip
  name base block

A row of [[memory]], [[bank]], [[peripheral]] may carry only = ["STM32H742", ...]
(for parts of these names) and flash_kib = [512, ...] (for these sizes). Every
fact has a source; "assumed" in it says that no manual was seen to state it.
"""

import sys
import tomllib

from lists import (KIB, TOP, Bad, Lists, c_string, c_u64, check_apart, check_keys,
                   check_unique)

SIZES = {"4": 16, "6": 32, "8": 64, "B": 128, "Z": 192, "C": 256, "D": 384,
         "E": 512, "F": 768, "G": 1024, "H": 1536, "I": 2048}
KINDS = {"ram": "STK_MEM_RAM", "rom": "STK_MEM_ROM", "external": "STK_MEM_EXTERNAL",
         "flash": "STK_MEM_FLASH"}


# ---- reading rows ---------------------------------------------------------

def parse_fields(what, text):
    fields, used = [], 0
    for item in text.split():
        name, *numbers = item.split(":")
        if len(numbers) not in (1, 2):
            raise Bad(f"{what}: '{item}' is not FIELD:lsb[:width]")
        lsb, width = int(numbers[0]), int(numbers[1]) if len(numbers) == 2 else 1
        mask = ((1 << width) - 1) << lsb
        if width < 1 or mask >= TOP:
            raise Bad(f"{what}: field '{name}' is outside 32 bits")
        if used & mask:
            raise Bad(f"{what}: field '{name}' overlaps another")
        used |= mask
        fields.append((name, lsb, width))
    check_unique(what, [f[0] for f in fields])
    return tuple(fields)


def parse_registers(what, rows, length):
    registers = []
    for row in rows:
        if len(row) not in (3, 4):
            raise Bad(f"{what}: a register is name, offset, reset value, fields: {row}")
        name, offset, reset = row[:3]
        if offset % 4 or offset + 4 > length:
            raise Bad(f"{what}: register '{name}' is not a word inside the block")
        if not 0 <= reset < TOP:
            raise Bad(f"{what}: the reset value of '{name}' is not a word")
        fields = parse_fields(f"{what}.{name}", row[3] if len(row) == 4 else "")
        registers.append((name, offset, reset, fields))
    check_unique(what, [r[0] for r in registers])
    check_unique(what, [hex(r[1]) for r in registers])
    return registers


def parse_facts(what, rows):
    facts = {}
    for row in rows:
        if len(row) != 3 or not isinstance(row[1], int) or not row[2].strip():
            raise Bad(f"{what}: a fact is key, number, source: {row}")
        if row[0] in facts:
            raise Bad(f"{what} has the fact '{row[0]}' twice")
        facts[row[0]] = tuple(row)
    return facts


def parse_sectors(what, start, text):
    regions = []
    for item in text.split():
        count, size = item.split("x")
        if not size.rstrip("K").isdigit():
            raise Bad(f"{what}: '{item}' is not COUNTxSIZE or COUNTxSIZEK")
        count, size = int(count), int(size.rstrip("K")) * (KIB if "K" in size else 1)
        regions.append((start, count, size))
        start += count * size
    return tuple(regions)


def region_bytes(regions):
    return sum(count * size for _, count, size in regions)


# ---- one part -------------------------------------------------------------

def applies(row, name, kib):
    return name in row.get("only", [name]) and kib in row.get("flash_kib", [kib])


def find_field(what, registers, path):
    reg_name, _, field_name = path.partition(".")
    for name, offset, _, fields in registers:
        for field, lsb, width in fields:
            if (name, field) == (reg_name, field_name):
                return name, offset, lsb, width
    raise Bad(f"{what}: there is no '{path}'")


def is_absent(row, gates):
    """Has @row a clock enable bit that the RCC with the registers @gates lacks?"""
    return "clock" in row and not any(
        row["clock"] == f"{register[0]}.{field[0]}"
        for register in gates for field in register[3])


class Line:
    """One [line] and its rows; parts are resolved by name and flash size."""

    def __init__(self, path, doc, blocks, groups):
        self.path, self.blocks = path, blocks
        self.line = doc["line"]
        self.rows = {k: doc.get(k, []) for k in ("part", "memory", "bank", "peripheral")}
        check_keys(f"{path}: [line]", self.line,
                   ("family", "core", "clock_hz", "source", "rcc", "identity"),
                   ("default_nor", "groups"))
        own = {row.get("name") for row in self.rows["peripheral"]}
        self.rows.update(self.with_groups(groups))
        self.shared = {row.get("name") for row in self.rows["peripheral"]} - own
        for row in self.line["identity"]:
            check_keys(f"{path}: identity", row, ("address", "mask", "value", "source"),
                       ("only", "flash_kib"))
        self.check_rows()

    def with_groups(self, groups):
        """The rows of the groups and then the line's own; a later one replaces."""
        found = {}
        for name in self.line.get("groups", []):
            if name not in groups:
                raise Bad(f"{self.path}: there is no group '{name}'")
        sets = [groups[name] for name in self.line.get("groups", [])] + [self.rows]
        for kind in ("memory", "peripheral"):
            rows = []
            for group in sets:
                own = {row.get("name") for row in group.get(kind, [])}
                rows = [r for r in rows if r.get("name") not in own] + group.get(kind, [])
            found[kind] = rows
        return found

    def check_rows(self):
        where = ("only", "flash_kib")
        keys = {
            "part": (("name", "pins", "sizes", "source"), ()),
            "memory": (("name", "kind", "start", "source"),
                       ("size", "preference", "alias") + where),
            "bank": (("name", "start", "sectors", "source"), ("state",) + where),
            "peripheral": (("name", "base"),
                           ("block", "source", "length", "model", "clock", "reset",
                            "flash_size", "facts") + where),
        }
        names = {p["name"] for p in self.rows["part"]}
        for kind, rows in self.rows.items():
            for row in rows:
                what = f"{self.path}: [[{kind}]] {row.get('name', '?')}"
                check_keys(what, row, *keys[kind])
                for name in row.get("only", []):
                    if name not in names:
                        raise Bad(f"{what}: no part is called '{name}'")

    def parts(self):
        """(name, base name, flash KiB), in file order."""
        found = []
        for row in self.rows["part"]:
            for pins in row["pins"].split():
                for size in row["sizes"].split():
                    if size not in SIZES:
                        raise Bad(f"{self.path}: {row['name']} has the unknown size code"
                                  f" '{size}'")
                    found.append((row["name"] + pins + size, row["name"], SIZES[size]))
        check_unique(self.path, [f[0] for f in found])
        return found

    def select(self, kind, name, kib):
        return [r for r in self.rows[kind] if applies(r, name, kib)]

    def banks(self, name, kib):
        banks = []
        for row in self.select("bank", name, kib):
            what = f"{self.path}: [[bank]] {row['name']}"
            regions = parse_sectors(what, row["start"], row["sectors"])
            banks.append((row["name"], row.get("state", ""), regions, row["source"]))
        states = {}
        for bank in banks:
            states[bank[1]] = states.get(bank[1], 0) + region_bytes(bank[2])
        for state, size in states.items():
            if size != kib * KIB:
                raise Bad(f"{self.path}: the banks of {name} in state '{state}' hold"
                          f" {size // KIB} KiB, not {kib}")
        if not states:
            raise Bad(f"{self.path}: {name} with {kib} KiB has no bank")
        return tuple(banks)

    def flash_memories(self, banks):
        """Runs of addresses that the banks cover, in any option state."""
        runs = []
        extents = [(b[2][0][0], region_bytes(b[2]), b[3]) for b in banks]
        for start, size, source in sorted(extents):
            if runs and start <= runs[-1][0] + runs[-1][1]:
                end = max(runs[-1][0] + runs[-1][1], start + size)
                runs[-1] = (runs[-1][0], end - runs[-1][0], runs[-1][2])
            else:
                runs.append((start, size, source))
        found = []
        for i, (start, size, source) in enumerate(runs):
            name = "FLASH" if len(runs) == 1 else f"FLASH{i + 1}"
            found.append((name, "STK_MEM_FLASH", start, size, 0, None, source))
        return found

    def memory_size(self, what, row, banks):
        if "size" in row:
            return row["size"]
        for flash in self.flash_memories(banks):
            if flash[0] == row.get("alias"):
                return flash[3]
        raise Bad(f"{what} has no 'size'")

    def memories(self, name, kib, banks):
        found = []
        for row in self.select("memory", name, kib):
            what = f"{self.path}: [[memory]] {row['name']}"
            if row["kind"] not in KINDS:
                raise Bad(f"{what}: '{row['kind']}' is no kind of memory")
            if (row["kind"] == "ram") != ("preference" in row):
                raise Bad(f"{what}: RAM has a preference, nothing else has")
            if row["kind"] == "flash" and "alias" not in row:
                raise Bad(f"{what}: internal flash follows from the banks")
            found.append((row["name"], KINDS[row["kind"]], row["start"],
                          self.memory_size(what, row, banks),
                          row.get("preference", 0), row.get("alias"), row["source"]))
        found += self.flash_memories(banks)
        for memory in found:
            if memory[5] and memory[5] not in [m[0] for m in found]:
                raise Bad(f"{self.path}: memory {memory[0]} is an alias of no memory")
        return tuple(found)

    def registers(self, row, block, kib, what):
        """The block's registers with this peripheral's reset values."""
        reset = dict(row.get("reset", {}))
        if "flash_size" in row:
            name, _, lsb, width = find_field(what, block["registers"], row["flash_size"])
            reset[name] = (TOP - 1) ^ (((1 << width) - 1) << lsb) | kib << lsb
        registers = [(name, offset, reset.pop(name, value), fields)
                     for name, offset, value, fields in block["registers"]]
        if reset:
            raise Bad(f"{what}: no register is called '{next(iter(reset))}'")
        return tuple(registers)

    def peripheral(self, row, kib, rcc):
        what = f"{self.path}: [[peripheral]] {row['name']}"
        block = {"registers": (), "facts": {}}
        if "block" in row:
            if row["block"] not in self.blocks:
                raise Bad(f"{what}: there is no block '{row['block']}'")
            block = self.blocks[row["block"]]
        facts = dict(block["facts"])
        facts.update(parse_facts(what, row.get("facts", [])))
        if "clock" in row:
            _, offset, lsb, _ = find_field(what, rcc, row["clock"])
            source = f"{row['clock']}: {self.line['source']}, RCC"
            facts["clock_reg"] = ("clock_reg", offset, source)
            facts["clock_bit"] = ("clock_bit", lsb, source)
        for key in ("source", "length"):
            if key not in row and key not in block:
                raise Bad(f"{what} has no '{key}' and no block")
        return (row["name"], row.get("model", block.get("model")), row["base"],
                row.get("length", block.get("length")),
                self.registers(row, block, kib, what),
                tuple(facts.values()), row.get("source", block.get("source")))

    def peripherals(self, name, kib):
        rows = self.select("peripheral", name, kib)
        rcc = [r for r in rows if r["name"] == self.line["rcc"]]
        if not rcc or "block" not in rcc[0]:
            raise Bad(f"{self.path}: no peripheral '{self.line['rcc']}' has a block")
        gates = self.blocks[rcc[0]["block"]]["registers"]
        found = [self.peripheral(row, kib, gates) for row in rows
                 if not (row["name"] in self.shared and is_absent(row, gates))]
        check_unique(f"{self.path}: {name}", [p[0] for p in found])
        return tuple(found)

    def chip(self, full, name, kib):
        banks = self.banks(name, kib)
        memories = self.memories(name, kib, banks)
        peripherals = self.peripherals(name, kib)
        check_unique(f"{self.path}: {full}", [m[0] for m in memories])
        check_apart(f"{self.path}: {full}", [(m[2], m[3], m[0]) for m in memories]
                    + [(p[2], p[3], p[0]) for p in peripherals])
        identity = [row for row in self.line["identity"] if applies(row, name, kib)]
        return full, kib, {**self.line, "identity": identity}, memories, banks, peripherals


# ---- writing C ------------------------------------------------------------

class Writer:
    """Each distinct array is written once and shared."""

    def __init__(self):
        self.out, self.seen = [], {}

    def array(self, ctype, prefix, rows, body):
        """(symbol, count) of an array of @rows, each turned into C by @body."""
        if not rows:
            return "NULL", 0
        text = [body(row) for row in rows]
        key = (ctype, tuple(text))
        if key not in self.seen:
            symbol = f"{prefix}_{len(self.seen)}"
            self.seen[key] = symbol
            self.out.append(f"static const struct {ctype} {symbol}[] = {{")
            self.out += [f"\t{{ {line} }}," for line in text]
            self.out.append("};\n")
        return self.seen[key], len(rows)

    def pair(self, *args):
        return "{}, {}".format(*self.array(*args))

    def field(self, row):
        return f"{c_string(row[0])}, {row[1]}, {row[2]}"

    def register(self, row):
        fields = self.pair("stk_field", "field", row[3], self.field)
        return f"{c_string(row[0])}, {row[1]:#x}, {row[2]:#010x}, {fields}"

    def fact(self, row):
        return f"{c_string(row[0])}, {c_u64(row[1])}, {c_string(row[2])}"

    def peripheral(self, row):
        name, model, base, length, registers, facts, source = row
        return ", ".join((c_string(name), c_string(model), f"{base:#x}", f"{length:#x}",
                          self.pair("stk_register", "reg", registers, self.register),
                          self.pair("stk_fact", "fact", facts, self.fact),
                          c_string(source)))

    def memory(self, row):
        name, kind, start, size, preference, alias, source = row
        return (f"{c_string(name)}, {kind}, {start:#x}, {size:#x}, {preference},"
                f" {c_string(source)}, {c_string(alias)}")

    def region(self, row):
        return f"{row[0]:#x}, {row[1]}, {row[2]:#x}"

    def bank(self, row):
        name, state, regions, source = row
        regions = self.pair("stk_region", "region", regions, self.region)
        return f"{c_string(name)}, {c_string(state)}, {regions}, {c_string(source)}"

    def identity(self, row):
        return (f"{row['address']:#x}, {row['mask']:#x}, {row['value']:#x},"
                f" {c_string(row['source'])}")

    def chip(self, index, chip):
        full, kib, line, memories, banks, peripherals = chip
        arrays = ",\n\t".join((
            self.pair("stk_identity", "identity", line["identity"], self.identity),
            self.pair("stk_memory", "memory", memories, self.memory),
            self.pair("stk_bank", "bank", banks, self.bank),
            self.pair("stk_peripheral", "peripheral", peripherals, self.peripheral)))
        self.out.append(
            f"static const struct stk_chip chip_{index} = {{\n"
            f"\tsizeof(struct stk_chip), {c_string(full)}, {c_string(line['family'])},"
            f" {c_string(line['core'])}, {line['clock_hz']}, {kib},"
            f" {c_string(line.get('default_nor'))},\n"
            f"\t{arrays},\n\t{c_string(line['source'])}\n}};\n")


def write_c(name, paths, chips, lists, core=()):
    w = Writer()
    core, n_core = w.array("stk_peripheral", "core", core, w.peripheral)
    for index, chip in enumerate(chips):
        w.chip(index, chip)
    inputs = " ".join(p.rsplit("/", 1)[-1] for p in paths)
    names = ",\n".join(f"\t&chip_{i}" for i in range(len(chips)))
    return (f"/* Generated by chips.py from {inputs}; do not edit. */\n"
            f"#include <stoker/module.h>\n\n"
            f"extern const struct stk_chip_driver {name}_chips;\n\n" + "\n".join(w.out) +
            lists.tables() +
            f"\nstatic const struct stk_chip *const chips[] = {{\n{names}\n}};\n\n"
            f"const struct stk_chip_driver {name}_chips = {{\n"
            f'\t.size = sizeof({name}_chips),\n\t.name = "{name}",\n'
            f"\t.chips = chips,\n\t.n_chips = {len(chips)},\n{lists.fields()}"
            f"\t.core_peripherals = {core},\n\t.n_core_peripherals = {n_core},\n}};\n")


# ---- reading files --------------------------------------------------------

def with_rows(what, old, new):
    """@old with registers of @new in the place of those of the same name or offset."""
    check_unique(what, [row[0] for row in new])
    taken = {key for row in new for key in row[:2]}
    rows = {row[0]: row for row in old if row[0] in taken or row[1] not in taken}
    rows.update((row[0], row) for row in new)
    return list(rows.values())


def read_block(name, raw, blocks):
    """Put the block @name of @raw into @blocks, after the one that it is like."""
    what, block = raw[name][0], dict(raw[name][1])
    like, base = block.pop("like", None), {}
    blocks[name] = None		# on its way
    if like is not None:
        if like not in raw:
            raise Bad(f"{what}: there is no block '{like}'")
        if like not in blocks:
            read_block(like, raw, blocks)
        base = blocks[like]
        if base is None:
            raise Bad(f"{what} is like itself")
    block = {**base, **block,
             "rows": with_rows(what, base.get("rows", []), block.get("registers", [])),
             "facts": base.get("facts", {}) | parse_facts(what, block.get("facts", []))}
    check_keys(what, block, ("source", "length", "registers"), ("model", "facts", "rows"))
    block["registers"] = parse_registers(what, block["rows"], block["length"])
    blocks[name] = block


def read_blocks(docs):
    raw, blocks = {}, {}
    for path, doc in docs:
        for name, block in doc.get("block", {}).items():
            if name in raw:
                raise Bad(f"{path}: block '{name}' is defined twice")
            raw[name] = (f"{path}: block {name}", block)
    for name in raw:
        if name not in blocks:
            read_block(name, raw, blocks)
    return blocks


def read_group(what, groups, name, group):
    check_keys(what, group, (), ("memory", "peripheral"))
    if name in groups:
        raise Bad(f"{what} is defined twice")
    for rows in group.values():
        for row in rows:
            if "only" in row:
                raise Bad(f"{what}: a row for some parts belongs to their line")
    groups[name] = group


def core_peripherals(docs, blocks):
    found = []
    for path, doc in docs:
        for row in doc.get("core_peripheral", []):
            what = f"{path}: [[core_peripheral]] {row.get('name', '?')}"
            check_keys(what, row, ("name", "base", "block"))
            if row["block"] not in blocks:
                raise Bad(f"{what}: there is no block '{row['block']}'")
            block = blocks[row["block"]]
            found.append((row["name"], block.get("model"), row["base"], block["length"],
                          tuple(block["registers"]), tuple(block["facts"].values()),
                          block["source"]))
    check_apart("the core's peripherals", [(p[2], p[3], p[0]) for p in found])
    return tuple(found)


def read(paths):
    docs, groups, lists = [], {}, Lists()
    for path in paths:
        with open(path, "rb") as file:
            try:
                doc = tomllib.load(file)
            except tomllib.TOMLDecodeError as error:
                raise Bad(f"{path}: {error}") from error
        check_keys(path, doc, (),
                   ("block", "group", "core_peripheral", "line", "part", "memory",
                    "bank", "peripheral") + Lists.KEYS)
        lists.add(path, doc)
        for name, group in doc.get("group", {}).items():
            read_group(f"{path}: group {name}", groups, name, group)
        docs.append((path, doc))
    chips, blocks = [], read_blocks(docs)
    for path, doc in docs:
        if "line" in doc:
            line = Line(path, doc, blocks, groups)
            chips += [line.chip(*part) for part in line.parts()]
        elif doc.keys() - {"block", "group", "core_peripheral", *Lists.KEYS}:
            raise Bad(f"{path}: parts, memories, banks and peripherals need a [line]")
    check_unique("the chip list", [c[0] for c in chips])
    return chips, lists, core_peripherals(docs, blocks)


def main(argv):
    if len(argv) < 5 or argv[1] != "-o":
        sys.exit("usage: chips.py -o OUT.c NAME FILE.toml...")
    try:
        text = write_c(argv[3], argv[4:], *read(argv[4:]))
    except (Bad, OSError) as error:
        sys.exit(f"chips.py: {error}")
    with open(argv[2], "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main(sys.argv)
