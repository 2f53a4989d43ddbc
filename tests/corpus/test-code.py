#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
The code of real loaders, beside llvm-objdump: inside each function that a symbol
spans, the same instructions at the same addresses, in the same words. What only
objdump shows is padding, or code that nothing reaches.
"""
import collections
import os
import re
import shutil
import struct
import subprocess
import sys

SKIP = 77
# Without it LLVM 14 takes the division of some files for unknown.
OBJDUMP_FLAGS = ["-d", "--no-show-raw-insn", "--triple=thumbv7em",
                 "--mattr=+vfp4,+fp64,+fp-armv8,+hwdiv"]
PADDING = re.compile(r"nop|mov\s+r8, r8$")
REGISTERS = {"sb": "r9", "sl": "r10", "fp": "r11", "ip": "r12"}
# Code that control reaches from behind data, as the arithmetic of Arm's library
# returns, and branches behind branches. More would be our fault.
UNREACHED_MOST = 40


def corpus_files(corpus):
    with open(os.path.join(corpus, "MANIFEST.tsv")) as f:
        names = [line.split("\t", 1)[0] for line in f if line.startswith("loaders/")]
    for name in names:
        path = os.path.join(corpus, name)
        with open(path, "rb") as f:
            head = f.read(52)
        if head[:7] == b"\x7fELF\1\1\1" and head[18:20] == b"\x28\0":
            yield path


def function_ranges(path):
    """Addresses that STT_FUNC symbols span, read from the bytes."""
    with open(path, "rb") as f:
        data = f.read()
    shoff, = struct.unpack_from("<I", data, 32)
    size, count = struct.unpack_from("<HH", data, 46)
    spans = set()
    for n in range(count if shoff else 0):
        kind, _, _, offset, length = struct.unpack_from("<5I", data, shoff + n * size + 4)
        for at in range(offset, offset + length if kind == 2 else offset, 16):
            _, value, extent, info, _, section = struct.unpack_from("<3IBBH", data, at)
            if info & 15 == 2 and section:
                spans.update(range(value & ~1, (value & ~1) + extent, 2))
    return spans


def words(text):
    """One spelling for both: registers, numbers, width suffixes."""
    text = text.split("@")[0].split("<")[0].strip().replace("\t", " ")
    name, _, operands = text.partition(" ")
    operands = re.sub(r"\b(sb|sl|fp|ip)\b", lambda m: REGISTERS[m[1]], operands)
    operands = re.sub(r"#?(-?)(0x[0-9a-f]+|\b\d+\b)",
                      lambda m: str(int(m[1] + m[2], 0) & 0xffffffff), operands)
    return re.sub(r"\.[wn]$", "", name), operands.replace(" ", "")


def ours(program, paths):
    out = subprocess.run([program, *paths], capture_output=True, text=True, check=True).stdout
    found, path = {}, None
    for line in out.splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "L":
            path = rest
            found[path] = {}
        elif kind == "E":
            print(rest)
        elif kind == "I":
            address, text = rest.split(" ", 1)
            found[path][int(address, 16)] = text
    return found


def theirs(objdump, path):
    out = subprocess.run([objdump, *OBJDUMP_FLAGS, path], capture_output=True, text=True,
                         errors="replace").stdout
    found = {}
    for line in out.splitlines():
        m = re.match(r"\s*([0-9a-f]+):\s+(.*)", line)
        if m and not re.search(r"\.(word|short|byte)\b", m[2]):
            found[int(m[1], 16)] = m[2]
    return found


def compare(path, mine, other, count, show):
    spans = function_ranges(path)
    for address in sorted((mine.keys() | other.keys()) & spans):
        at = f"{os.path.basename(path)} {address:#x}"
        if address not in other:
            count["ours alone"] += 1
            show(f"ours alone: {at} {mine[address]}")
        elif address not in mine and PADDING.match(other[address]):
            count["padding"] += 1
        elif address not in mine:
            count["not reached"] += 1
            show(f"not reached: {at} {other[address]}")
        else:
            count["both"] += 1
            if words(mine[address]) != words(other[address]):
                count["other words"] += 1
                show(f"other words: {at} {mine[address]} | {other[address]}")


def main():
    corpus = os.environ.get("STOKER_CORPUS")
    objdump = shutil.which("llvm-objdump") or shutil.which("llvm-objdump-14")
    if not corpus or not objdump:
        print("SKIP: no", "llvm-objdump" if corpus else
              "corpus of vendor loaders (STOKER_CORPUS)")
        return SKIP
    program = os.path.join(os.environ["top_builddir"], "tests/corpus/list-code")
    paths = list(corpus_files(corpus))
    count = collections.Counter()
    shown = []
    found = ours(program, paths)
    for path in paths:
        compare(path, found[path], theirs(objdump, path), count, shown.append)
    print(*shown[:100], sep="\n")
    print(f"{len(paths)} files:", ", ".join(f"{n} {what}" for what, n in count.most_common()))
    ok = (len(paths) >= 100 and count["both"] > 100000 and not count["ours alone"]
          and count["not reached"] <= UNREACHED_MOST and count["other words"] <= 1)
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
