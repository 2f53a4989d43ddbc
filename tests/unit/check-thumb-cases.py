#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The bytes in the tests of Thumb code are what the assembler makes of the text."""
import os
import re
import struct
import subprocess
import sys
import tempfile

FILES = ("thumb-cases.h", "test-thumb.c")
CLANG = os.environ.get("CROSS_CC") or "clang"
FLAGS = ["--target=thumbv8m.main-none-eabi", "-march=armv8-m.main+dsp", "-mfpu=fpv5-d16",
         "-mfloat-abi=hard", "-c"]


def text_section(path):
    """The bytes of section .text of a 32-bit little-endian ELF file."""
    with open(path, "rb") as f:
        data = f.read()
    shoff, = struct.unpack_from("<I", data, 32)
    size, count, names = struct.unpack_from("<3H", data, 46)
    headers = [struct.unpack_from("<10I", data, shoff + n * size) for n in range(count)]
    for h in headers:
        name = headers[names][4] + h[0]
        if data[name:data.index(b"\0", name)] == b".text":
            return data[h[4]:h[4] + h[5]]
    return b""


def assemble(text, folder):
    source, out = os.path.join(folder, "t.s"), os.path.join(folder, "t.o")
    with open(source, "w") as f:
        f.write(".syntax unified\n.thumb\n.text\n" + text.replace(";", "\n") + "\n.balign 2, 0\n")
    subprocess.run([CLANG, *FLAGS, source, "-o", out], check=True)
    code = text_section(out)
    return [h for h, in struct.iter_unpack("<H", code)]


def main():
    source = ""
    for name in FILES:
        with open(os.path.join(os.environ["top_srcdir"], "tests/unit", name)) as f:
            source += f.read()
    cases = re.findall(r'ASM\(((?:"[^"]*"\s*)+)\),\s*CODE\(([^)]*)\)', source)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for text, code in cases:
            text = "".join(re.findall(r'"([^"]*)"', text))
            code = [int(c, 16) for c in re.findall(r"0x[0-9a-f]+", code)]
            made = assemble(text, folder)
            if made != code:
                wrong += 1
                print(f"{text}\n  is   ", *map("0x{:04x}".format, made))
                print("  not  ", *map("0x{:04x}".format, code))
    print(f"{len(cases)} snippets, {wrong} with other bytes")
    return 1 if wrong or len(cases) < 80 else 0


if __name__ == "__main__":
    sys.exit(main())
