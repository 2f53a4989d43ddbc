#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turn the facts about SPI-NOR parts into the table nor_parts[].

usage: nor.py FACTS.toml OUTPUT.c
"""

import sys
import tomllib

TIMES = ("page", "erase_4k", "erase_32k", "erase_64k", "chip", "status")
NUMBERS = ("device_id", "size", "bp_bits")
TEXTS = ("name", "title", "vendor", "source")
ID_BYTES = 3


def fail(path, what):
    sys.exit(f"{path}: {what}")


def check(path, part):
    """Every key there, of the right kind, and none that nobody reads."""
    who = part.get("name", "a part without a name")
    known = set(TEXTS) | set(NUMBERS) | {"id", "id_qe0", "times"}
    for key in part.keys() - known:
        fail(path, f"{who}: unknown key '{key}'")
    for key in known - part.keys():
        fail(path, f"{who}: key '{key}' is missing")
    for key in TEXTS:
        if not isinstance(part[key], str) or '"' in part[key] or "\\" in part[key]:
            fail(path, f"{who}: '{key}' must be a plain string")
    for key in NUMBERS:
        if not isinstance(part[key], int) or part[key] < 0:
            fail(path, f"{who}: '{key}' must be a number")
    for key in ("id", "id_qe0"):
        if len(part[key]) != ID_BYTES or not all(0 <= b <= 255 for b in part[key]):
            fail(path, f"{who}: '{key}' must be {ID_BYTES} bytes")
    if set(part["times"]) != set(TIMES):
        fail(path, f"{who}: times must be exactly {', '.join(TIMES)}")
    if part["size"] & (part["size"] - 1) or part["size"] < 0x10000:
        fail(path, f"{who}: size must be a power of two, 64 KiB or more")


def c_bytes(values):
    return "{ " + ", ".join(f"0x{v:02x}" for v in values) + " }"


def entry(part):
    times = part["times"]
    yield "\t{"
    for key in TEXTS:
        yield f'\t\t.{key} = "{part[key]}",'
    yield f"\t\t.id = {c_bytes(part['id'])},"
    yield f"\t\t.id_qe0 = {c_bytes(part['id_qe0'])},"
    for key in NUMBERS:
        yield f"\t\t.{key} = 0x{part[key]:x},"
    for key in TIMES:
        yield f"\t\t.{key}_us = {times[key]},"
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
        lines += entry(part)
    lines += ["};", "", f"const size_t nor_n_parts = {len(parts)};", ""]
    with open(out, "w", encoding="utf-8") as f:
        f.write("\n".join(lines))


if __name__ == "__main__":
    main()
