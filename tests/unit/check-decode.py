#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
The decoder of Thumb instructions beside llvm-objdump: every 16-bit code, and a
sample of 32-bit ones. What LLVM knows we know, but for what no Cortex-M executes;
registers that LLVM says are written are written; branches go to the same place.
"""
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

SKIP = 77
SEED = 20240229
EACH = int(os.environ.get("DECODE_EACH", "12"))	 # second halves for each first one
SLOT = 16
CPUS = (["--triple=thumbv7em", "--mattr=+vfp4,+fp64,+dsp,+fp-armv8,+hwdiv"],
        ["--triple=thumbv8.1m.main",
         "--mattr=+mve.fp,+fp-armv8,+fp64,+fullfp16,+dsp,+lob,+8msecext"])
UNDEFINED, LOAD, LOAD_MANY, BRANCH, CALL = 0, 3, 5, 7, 8
NAMES = {f"r{n}": n for n in range(16)} | {"sp": 13, "lr": 14, "pc": 15}
# Of coprocessors, branch futures and other profiles' system registers no STM32 has
# any; VCTP in LLVM's words may have any of the bits that should be 0 or 1.
FOREIGN = re.compile(
    r"(cdp|mcr|mrc|mrrc|ldc|stc|bf|udf|__brkdiv0|trap|smc|hvc|mrs|msr|dbg|cps|vctp)")
# Does not write what it names first.
NO_WRITE = re.compile(
    r"(cmp|cmn|tst|teq|str|stm|push|b(?!ic|fi|fc)|cb|it|msr|nop|wf|sev|yield|pld|pli|hint|dsb|"
    r"dmb|isb|clrex|svc|bkpt|cps|stl|tb|csdb|esb|ssbb|pssbb|sg|vst|vld|vpush|vpop|vscclrm|"
    r"vlldm|vlstm|vmsr|le|lctp|vctp|vpst|vpt|vcmp|eret|fst|fld|pac|aut)")


def codes():
    pick = random.Random(SEED)
    for first in range(0xe800):
        yield first, 0xbf00
    for first in range(0xe800, 0x10000):
        for _ in range(EACH):
            second = pick.getrandbits(16)
            kind = pick.random()
            if kind < 0.4:
                second = second & 0xfff | pick.choice((0x8000, 0xf000, 0xc000, 0, 0xa000))
            elif kind < 0.6:
                second = second & 0xf0ff | pick.choice((0xa00, 0xb00, 0xf00, 0x900))
            yield first, second


def objdump(tool, path, flags):
    """The text at each slot; a label before each one sets objdump right again."""
    out = subprocess.run([tool, "-d", "-z", "--no-show-raw-insn", *flags, path],
                         capture_output=True, text=True, check=True).stdout
    found = {}
    for line in out.splitlines():
        m = re.match(r"\s*([0-9a-f]+):\s+(.*)", line)
        if m and int(m[1], 16) % SLOT == 0 and "<unknown>" not in m[2]:
            found[int(m[1], 16) // SLOT] = m[2].split("@")[0].strip()
    return found


def assemble(table, folder):
    source, path = os.path.join(folder, "t.s"), os.path.join(folder, "t.o")
    with open(source, "w") as f:
        f.write(".syntax unified\n.thumb\n.text\n")
        for n, (first, second) in enumerate(table):
            wide = first >= 0xe800
            code = f".inst.w 0x{first:04x}{second:04x}" if wide else f".inst.n 0x{first:04x}"
            f.write(f"s{n}: {code}\n.rept {6 if wide else 7}\nnop\n.endr\n")
    subprocess.run([os.environ.get("CROSS_CC") or "clang", "--target=thumbv7em-none-eabi", "-c",
                    source, "-o", path], check=True)
    return path


def registers(text):
    return [NAMES[r] for r in re.findall(r"\b(?:r\d+|sp|lr|pc)\b", text) if r in NAMES]


def written(text):
    """What LLVM's words say of the registers written, as bits; at least these."""
    name, _, operands = text.partition("\t")
    operands = operands.split("<")[0]
    bits = 0
    if name.startswith(("ldm", "pop")) and "{" in operands:
        for r in registers(operands[operands.index("{"):]):
            bits |= 1 << r
        if "!" in operands:
            bits |= 1 << registers(operands)[0]
        return bits
    if name in ("bl", "blx", "blxns"):
        return 1 << 14
    first = re.match(r"(r\d+|sp|lr|pc)\b", operands)
    if first and not NO_WRITE.match(name):
        bits |= 1 << NAMES[first[1]]
    if name.startswith(("ldrd", "umull", "smull", "umlal", "smlal", "umaal", "smlsl")):
        for r in registers(operands)[:2]:
            bits |= 1 << r
    base = re.search(r"\[(r\d+|sp)[^\]]*\](!|, #)", operands)
    if base:
        bits |= 1 << NAMES[base[1]]
    return bits


def unpredictable(text, second):
    """PC as a result, SP in a list, none of no registers: LLVM shows them all the same."""
    name, _, operands = text.partition("\t")
    return ("pc" in operands or "apsr" in operands or "sp" in operands
            or name.startswith(("bx", "blx"))
            or (name.startswith(("vldm", "vstm")) and not second & 0xff))


def differs(ours, text, place, second):
    op, bits, target = ours[0], ours[2], ours[7]
    if op == UNDEFINED:
        fine = FOREIGN.match(text) or unpredictable(text, second)
        return None if fine else "not known to us"
    wanted = written(text) & (0xffff if op in (LOAD, LOAD_MANY) else 0x7fff)
    if wanted & ~bits and not (FOREIGN.match(text) or unpredictable(text, second)):
        return "writes more"
    goal = re.search(r"\t(?:r\d+, |lr, )?0x([0-9a-f]+)", text)
    if op in (BRANCH, CALL) and goal and not text.startswith("bf"):
        if (int(goal[1], 16) - place - target) % (1 << 32):
            return "goes elsewhere"
    return None


def main():
    tool = shutil.which("llvm-objdump") or shutil.which("llvm-objdump-14")
    if not tool:
        print("SKIP: no llvm-objdump")
        return SKIP
    table = list(codes())
    program = os.path.join(os.environ["top_builddir"], "tests/unit/decode-thumb")
    lines = subprocess.run([program], input="\n".join("%x %x" % c for c in table), text=True,
                           capture_output=True, check=True).stdout.splitlines()
    wrong = known = 0
    with tempfile.TemporaryDirectory() as folder:
        path = assemble(table, folder)
        texts = [objdump(tool, path, flags) for flags in CPUS]
    for n, line in enumerate(lines):
        values = line.split()
        ours = [int(values[0]), int(values[1]), int(values[2], 16), *map(int, values[3:])]
        for text in {t[n] for t in texts if n in t}:
            known += 1
            why = differs(ours, text, n * SLOT, table[n][1])
            if why:
                wrong += 1
                print("%04x %04x" % table[n], why, text, line, sep=" | ")
    print(f"{len(lines)} codes, {known} times known to LLVM, {wrong} otherwise by us")
    return 1 if wrong or known < 90000 else 0


if __name__ == "__main__":
    sys.exit(main())
