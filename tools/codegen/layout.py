#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turn byte layouts (TOML) into C accessors: layout.py LAYOUTS.toml > flash-layouts.h

No struct is laid over file bytes; each field becomes a function that reads it
at its offset, in either byte order. The caller checks lengths against _HEAD,
the size of the fixed part, and _ENTRY, that of one entry of the list after it.
"""
import re
import sys
import tomllib

WIDTH = {"u8": 1, "u16": 2, "u32": 4}

PROLOGUE = """\
/* SPDX-License-Identifier: MIT */
/* Made by tools/codegen/layout.py from {source}. */
#ifndef FLASH_LAYOUTS_H
#define FLASH_LAYOUTS_H

#include <stdbool.h>
#include <stdint.h>

static inline uint16_t layout_u16(const uint8_t *p, bool big)
{{
	return (uint16_t)(big ? p[0] << 8 | p[1] : p[1] << 8 | p[0]);
}}

static inline uint32_t layout_u32(const uint8_t *p, bool big)
{{
	return (uint32_t)layout_u16(p + (big ? 0 : 2), big) << 16 |
	       layout_u16(p + (big ? 2 : 0), big);
}}
"""


def parse(kind):
    """"u32" -> ("u32", 4), "char[100]" -> ("char", 100)."""
    if kind in WIDTH:
        return kind, WIDTH[kind]
    match = re.fullmatch(r"(char|pad)\[(\d+)\]", kind)
    if not match:
        sys.exit(f"unknown type {kind!r}")
    return match[1], int(match[2])


def accessor(name, kind, size, offset):
    upper = name.upper()
    if kind in ("char", "pad"):
        return (f"#define {upper}_OFFSET\t{offset}u\n"
                f"#define {upper}_LEN\t{size}u\n")
    read = f"p[{offset}]" if kind == "u8" else f"layout_{kind}(p + {offset}, big)"
    result = {"u8": "uint8_t", "u16": "uint16_t", "u32": "uint32_t"}[kind]
    big = "" if kind == "u8" else ", bool big"
    return (f"static inline {result} {name}(const uint8_t *p{big})\n"
            f"{{\n\treturn {read};\n}}\n")


def fields(prefix, items):
    """The accessors of @items and the size of them all."""
    offset = 0
    out = []
    for item in items:
        kind, size = parse(item["type"])
        if kind in WIDTH and offset % size:
            sys.exit(f"{prefix}.{item['name']}: offset {offset} is not aligned")
        out.append(accessor(f"{prefix}_{item['name']}", kind, size, offset))
        offset += size
    return out, offset


def table(name, layout):
    out, size = fields(name, layout["fields"])
    entry, entry_size = fields(f"{name}_{layout['list']['name']}", layout["list"]["fields"])
    upper = name.upper()
    head = (f"/* {layout['symbol']}: {layout['source']}. */\n"
            f"#define {upper}_SYMBOL\t\"{layout['symbol']}\"\n"
            f"#define {upper}_HEAD\t{size}u\n"
            f"#define {upper}_ENTRY\t{entry_size}u\n")
    return [head, *out, *entry]


def main():
    with open(sys.argv[1], "rb") as f:
        layouts = tomllib.load(f)
    parts = [PROLOGUE.format(source="plugins/format/layouts.toml")]
    for name, layout in layouts.items():
        parts += table(name, layout)
    parts.append("#endif")
    print("\n".join(parts))


if __name__ == "__main__":
    main()
