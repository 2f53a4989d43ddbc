#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turn the facts about SPI-NOR parts into the table nor_parts[].

usage: nor.py FACTS.toml OUTPUT.c
"""

import sys
import tomllib

TEXTS = ("name", "title", "vendor", "source")
NUMBERS = {"size": None, "page": 256, "block": 0x10000, "device_id": 0, "id_qpi": 0,
           "bp_bits": 4, "dies": 1}
# None: must be there; 0: the part has no such erase, or no time of that kind.
TIMES = {"page": None, "erase_4k": 0, "erase_32k": 0, "erase_block": None, "chip": None,
         "status": None, "reset": 0, "reset_busy": 0, "wake": 0, "power": 0}
ID_BYTES = (3, 6)
# Names that only one vendor's parts have stand for NOR_IS_A or NOR_IS_B.
TRAITS = {
    "4byte": "HAS_4BYTE", "qpi": "HAS_QPI", "dtr": "HAS_DTR", "dies": "HAS_DIES",
    "ear": "HAS_EAR", "wren-4byte": "HAS_WREN_4BYTE", "qe0": "HAS_QE0", "sr3": "HAS_SR3",
    "die-select": "HAS_DIE_SELECT",
    "winbond/4byte-write": "HAS_4BYTE_WRITE",
    "winbond/adesto": "IS_A", "winbond/block-locks": "IS_B",
    "micron/mt25q": "IS_A", "micron/n25q": "IS_B",
    "macronix/mx25r": "IS_A", "macronix/one-dc": "IS_B",
    "spansion-s/hybrid": "IS_A",
}


def fail(path, what):
    sys.exit(f"{path}: {what}")


def trait(path, part, name):
    for key in (name, f"{part['vendor']}/{name}"):
        if key in TRAITS:
            return f"NOR_{TRAITS[key]}"
    return fail(path, f"{part['name']}: {part['vendor']} parts have no trait '{name}'")


def check_numbers(path, who, table, allowed):
    for key in table.keys() - allowed.keys():
        fail(path, f"{who}: unknown key '{key}'")
    for key, default in allowed.items():
        value = table.get(key, default)
        if value is None:
            fail(path, f"{who}: key '{key}' is missing")
        if not isinstance(value, int) or value < 0:
            fail(path, f"{who}: '{key}' must be a number")


def check(path, part):
    """Every key there, of the right kind, and none that nobody reads."""
    who = part.get("name", "a part without a name")
    for key in TEXTS + ("id", "times"):
        if key not in part:
            fail(path, f"{who}: key '{key}' is missing")
    for key in TEXTS:
        if not isinstance(part[key], str) or '"' in part[key] or "\\" in part[key]:
            fail(path, f"{who}: '{key}' must be a plain string")
    others = TEXTS + ("id", "id_qe0", "traits", "times")
    check_numbers(path, who, {k: v for k, v in part.items() if k not in others}, NUMBERS)
    check_numbers(path, who + ": times", part["times"], TIMES)
    for key in ("id", "id_qe0"):
        value = part.get(key, part["id"])
        fits = ID_BYTES[0] <= len(value) <= ID_BYTES[1]
        if not fits or not all(0 <= b <= 255 for b in value):
            fail(path, f"{who}: '{key}' must be {ID_BYTES[0]} to {ID_BYTES[1]} bytes")
    for key in ("size", "page", "block"):
        value = part.get(key, NUMBERS[key])
        if value & (value - 1) or value == 0:
            fail(path, f"{who}: '{key}' must be a power of two")


def c_bytes(values):
    return "{ " + ", ".join(f"0x{v:02x}" for v in values) + " }"


def entry(path, part):
    traits = [trait(path, part, name) for name in part.get("traits", [])]
    yield "\t{"
    for key in TEXTS:
        yield f'\t\t.{key} = "{part[key]}",'
    for key in ("id", "id_qe0"):
        if key in part:
            yield f"\t\t.{key} = {c_bytes(part[key])},"
    yield f"\t\t.id_len = {len(part['id'])},"
    yield f"\t\t.traits = {' | '.join(traits) or 0},"
    for key, default in NUMBERS.items():
        yield f"\t\t.{key} = 0x{part.get(key, default):x},"
    for key, default in TIMES.items():
        yield f"\t\t.{key}_us = {part['times'].get(key, default)},"
    yield "\t},"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.strip())
    path, out = sys.argv[1:]
    with open(path, "rb") as f:
        parts = tomllib.load(f).get("part", [])
    names = [part.get("name") for part in parts]
    if len(set(names)) != len(names):
        fail(path, "two parts have the same name")
    lines = [
        "/* SPDX-License-Identifier: GPL-2.0-only */",
        "/* Made by tools/codegen/nor.py from facts/nor.toml. */",
        '#include "nor-core.h"',
        "",
        "const struct nor_part nor_parts[] = {",
    ]
    for part in parts:
        check(path, part)
        lines += entry(path, part)
    lines += ["};", "", f"const size_t nor_n_parts = {len(parts)};", ""]
    with open(out, "w", encoding="utf-8") as f:
        f.write("\n".join(lines))


if __name__ == "__main__":
    main()
