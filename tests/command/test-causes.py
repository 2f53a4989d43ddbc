#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Causes: the manual lists each one, a test meets each one, and here are some of them."""
import os
import pathlib
import re
import subprocess

import harness
from harness import FLASH, G4, H7, INPUT, KIB, LOADERS, NO, SOURCE, TARGET, USAGE, Case
import device_table
from elf32 import Elf
from patched import with_code

# What EraseSector is made to do instead, for a Cortex-M4 (FLASH_CR is 0x40022014).
SYSRESETREQ = (
    "4ef60c50 cef20000"	 # movw, movt r0, 0xE000ED0C	SCB_AIRCR
    "40f20401 c0f2fa51"	 # movw, movt r1, 0x05FA0004
    "0160 fee7")	 # str r1, [r0]; b .
POLL = (
    "42f21000 c4f20200"	 # movw, movt r0, 0x40022010	FLASH_SR
    "0168 0029 fcd5"	 # 1: ldr r1, [r0]; cmp r1, #0; bpl 1b: bit 31 never comes
    "0020 7047")	 # movs r0, #0; bx lr
PROGRAM_A_BYTE = (
    "42f21401 c4f20201"	 # movw, movt r1, FLASH_CR
    "0122 0a60"		 # PG
    "0270"		 # strb r2, [r0]: the G4 programs double words
    "0120 7047")	 # movs r0, #1; bx lr
PROGRAM_ZEROS = (
    "42f21401 c4f20201 0122 0a60 0022"
    "0260 4260"		 # str r2, [r0]; str r2, [r0, #4]
    "51f8043c db03 fbd4" # until FLASH_SR.BSY is clear
    "0a60 0020 7047")	 # FLASH_CR = 0; movs r0, #0; bx lr
PROGRAM_NEXT_PAGE = PROGRAM_ZEROS.replace("0260 4260", "c0f80028 c0f80428")


class Code(Case):
    def erase(self, code, cause, *more):
        """Erase a page with a loader whose EraseSector is this code."""
        loader = self.file("patched.FLM", with_code(G4, "EraseSector", code))
        error = self.fails("erase", "-l", loader, "-t", "emu:stm32g431cb", "--sector", FLASH,
                           code=NO, cause=cause)
        self.assertTrue(error["evidence"] and error["remedy"])
        return error["message"]

    def test_target_reset(self):
        self.assertIn("reset while EraseSector ran", self.erase(SYSRESETREQ, "target-reset"))

    def test_endless_poll(self):
        self.assertIn("0x40022010", self.erase(POLL, "endless-poll"))

    def test_flash_error(self):
        self.assertRegex(self.erase(PROGRAM_A_BYTE, "flash-error"), r"refused .*\(.*ERR")

    def test_not_blank(self):
        self.assertIn("0x08000000 reads 0x00", self.erase(PROGRAM_ZEROS, "not-blank"))

    def test_neighbour_changed(self):
        self.assertIn("0x08000800", self.erase(PROGRAM_NEXT_PAGE, "neighbour-changed"))


class Link(Case):
    """One bit of what the link carries is flipped."""

    def program(self, fault, cause, code=TARGET):
        self.file("x.bin", b"x" * 3 * KIB)
        return self.fails("program", "x.bin", "--base", FLASH + 256, "-l", G4, "-t",
                          "emu:stm32g431cb", "--wrap", f"fault:{fault}", code=code,
                          cause=cause)["message"]

    def test_ram_that_keeps_nothing(self):
        message = self.program("dead=0x20000000+32K", "ram-readback")
        self.assertRegex(message, "RAM at 0x2000.* each of 9 times")

    def test_one_bit(self):
        # What is read first is RAM that is to be put back.
        for op, kind in ((1, "write"), (3, "read")):
            message = self.program(f"op={op},kind={kind},mode=corrupt", "link-unreliable")
            self.assertIn("8 of 8 further tries", message)

    def test_many_bits(self):
        message = self.program("op=3,every=3,kind=read,mode=corrupt", "link-unreliable")
        self.assertRegex(message, "[1-7] of 8 further tries")

    def test_registers(self):
        self.assertIn("core register", self.program("op=1,kind=set-regs,mode=corrupt,seed=3",
                                                    "register-readback"))

    def test_bytes_that_are_kept(self):
        self.assertIn("nothing was erased", self.program("op=14,kind=read,mode=corrupt",
                                                         "unstable-read"))

    def test_flash_that_nobody_can_read(self):
        blind = ["--wrap", "fault:blind=0x08000000+128K"]
        for command in (["read", "--range", f"{FLASH}+16"], ["blank-check"]):
            self.fails(*command, "-l", G4, "-t", "emu:stm32g431cb", *blind, code=NO,
                       cause="cannot-read")


class Arguments(Case):
    def test_target_addresses(self):
        for address in ("emu", ":stm32g431cb", "", "fault:op=1"):
            self.fails("target", "info", "-t", address, code=USAGE, cause="bad-target")
        self.fails("target", "info", "emu:stm32g431cb", "--wrap", "emu:stm32g431cb", code=USAGE,
                   cause="bad-target")
        self.fails("target", "info", "warp:9", code=USAGE, cause="no-such-module")

    def test_files(self):
        self.fails("program", "/nowhere", *self.on_chip(), code=INPUT, cause="cannot-open")
        self.fails("program", "/proc/self/mem", *self.on_chip(), code=INPUT, cause="cannot-read")

    def test_sectors_without_end(self):
        endless = self.file("endless.stldr", device_table.storage_info(H7, [(0x200000, KIB)]))
        self.fails("erase", "--all", "-l", endless, "-t", "emu:stm32h743ii", code=INPUT,
                   cause="too-many-sectors")

    def test_what_does_not_fit_32_bits(self):
        self.fails("verify", self.file("x", b"x"), "--base", "0x100000000", *self.on_chip(),
                   code=INPUT, cause="address-range")


class Qualify(Case):
    def test_failures(self):
        for fail, cause in (("nonsense", "unknown-failure"), ("stuck-sector", "place-needed"),
                            ("stuck-sector@0x20000000+4", "no-cells")):
            self.fails("target", "info", f"emu:stm32g431cb,fail={fail}", code=USAGE,
                       cause=cause)

    def test_a_device_that_is_not_there(self):
        elf = Elf(G4)
        at, data = elf.symbol("FlashDevice").value, bytearray(elf.data)
        place, = [p.offset + at - p.vaddr for p in elf.loads()
                  if p.vaddr <= at < p.vaddr + p.filesz]
        data[place + 132:place + 136] = (0x60000000).to_bytes(4, "little")
        self.fails("qualify", self.file("else.FLM", bytes(data)), "-t", "emu:stm32g431cb",
                   code=USAGE, cause="device-absent")

    def test_sectors_far_apart(self):
        """In the flash and in the OTP."""
        loader = self.file("far.FLM", device_table.flash_device(
            G4, [(2 * KIB, 0), (16, 0x17FF7800)], size=0x17FF7810))
        self.fails("qualify", loader, "-t", "emu:stm32f407ve", code=INPUT,
                   cause="device-too-large")

    def test_symptoms(self):
        on = ["qualify", G4, "-t", "emu:stm32g431cb", "--what-if"]
        self.fails(*on, "--symptom", "it hurts", code=USAGE, cause="bad-symptom")


class Modules(Case):
    def damaged(self, cause, *edits):
        folder = self.folder / "modules"
        folder.mkdir(mode=0o755)
        data = (pathlib.Path(os.environ["STOKER_MODULE_DIR"]) / "target-fault.so").read_bytes()
        for old, new in ((b"name=fault\0", b"name=tluaf\0"), *edits):
            self.assertGreater(data.count(old), 0)
            self.assertEqual(len(old), len(new))
            data = data.replace(old, new)
        (folder / "target-tluaf.so").write_bytes(data)
        (folder / "target-tluaf.so").chmod(0o644)
        self.env["STOKER_MODULE_PATH"] = str(folder)
        error = self.fails("module", "info", "target/tluaf", code=TARGET, cause=cause)
        self.assertIn("target-tluaf.so", error["message"])

    def test_another_abi(self):
        self.damaged("module-refused", (harness.in_note("abi")[1], b"abi=9\0"))

    def test_a_library_that_is_not_there(self):
        self.damaged("module-unloadable", (b"libc.so.6\0", b"libx.so.6\0"))

    def test_no_descriptor(self):
        """A module with its note, whose descriptor has another name."""
        folder = self.folder / "modules"
        folder.mkdir(mode=0o755)
        self.file("bare.c", b'#define stk_module stk_modula\n#include <stoker/module.h>\n'
                            b'STK_MODULE(target, bare, "1", "MIT", .description = "none");\n')
        subprocess.run(["cc", "-shared", "-fPIC", "-I", str(harness.SOURCE / "core/include"),
                        "-o", "modules/target-bare.so", "bare.c"], cwd=self.folder, check=True)
        (folder / "target-bare.so").chmod(0o644)
        self.env["STOKER_MODULE_PATH"] = str(folder)
        error = self.fails("module", "info", "target/bare", code=TARGET, cause="module-empty")
        self.assertIn("target-bare.so", error["message"])


# Nothing that can be put on a command line or into a small file leads there.
UNREACHED = {
    "cannot-listen": "see test-gdbserver.py",
    "no-register": "a debugger asks for it: see test-gdbserver.py",
    "core-running": "a debugger asks for it: see test-gdbserver.py",
    "cannot-wait": "the system has no more descriptors",
    "function-ambiguous": "a debugger asks for it: see tests/unit/test-board.c",
    "target-lost": "a GDB server says that what it debugs has ended, while it runs",
    "symptom-needed": "what-if without checks and without a symptom: no option asks that",
    "not-virtual": "a target that is no virtual chip: all that there are wrap one",
    "too-many-perturbed": "what-if changes one register, and a rule",
    "target-stopped": "a core that stops answering between two calls",
    "chip-facts": "facts of ours that our generator let through",
    "unknown-core": "facts of ours with a core that our emulator does not have",
    "no-such-change": "a rule of ours for a change that no host profile of ours has",
    "no-module": "is told as module-refused",
    "hex-address": "a loader with addresses of 64 bits, which no format has",
    "not-running": "the core waits for what it has not resumed",
    "too-many-breakpoints": "the core sets more than it needs",
    "link-setup": "the system has no socket or process left",
    "store-full": "a chip of ours with more flash arrays than a store has room for",
    "svd-elements": "takes a file of 16 MB",
    "too-much-code": "takes a loader of 20,000 functions",
    "changing": "a file is written between two system calls",
    "unfinished": "an interrupted swap that the same command has just ended",
    "whole-programmer": "the command finds the programmers that pins name",
    "no-facts": "every command opens the facts",
    "module-changed": "a file is replaced between two system calls",
    "module-unreadable": "a file that was open cannot be read any more",
    "module-incomplete": "needs a module that a compiler must build first",
    "libelf-too-old": "libelf of 1998",
    "unicorn": "Unicorn itself fails",
    "too-many-functions": "a format of ours with more functions than there is room",
}


def arguments(text, at):
    """Of the call whose parenthesis is at @at."""
    depth, quoted, found, start = 0, False, [], at + 1
    for i in range(at, len(text)):
        c = text[i]
        if c == '"' and text[i - 1] != "\\":
            quoted = not quoted
        elif quoted:
            continue
        elif c in "({":
            depth += 1
        elif c in ")}":
            depth -= 1
        if not quoted and (depth == 0 or (c == "," and depth == 1)):
            found.append(text[start:i])
            start = i + 1
        if depth == 0:
            return found
    return []


class Segment0(Case):
    """A loader on HAL ticks: worked for years, and fails since STM32CubeIDE 1.8."""
    LOADER = str(LOADERS / "host-hal-tick.stldr")
    OWN = str(LOADERS / "h743-w25q128-waits-for-interrupt.stldr")

    def erase(self, loader, host):
        return ("erase", "-l", loader, "-t", "emu:stm32h743zi", "--host", host,
                "--sector", "0x90000000")

    def test_masked_by_the_host(self):
        for host in ("cubeide@1.8.0", "cubeprogrammer@2.7.0", "cubeprogrammer"):
            error = self.fails(*self.erase(self.LOADER, host), code=NO, cause="ticks-masked")
            self.assertIn("C_MASKINTS", error["message"])
            self.assertEqual(error["basis"], "manual")
            self.assertIn("2.7.0", str(error["evidence"]))

    def test_hosts_that_allow_interrupts(self):
        for host in ("cubeide@1.7.0", "cubeprogrammer@2.6.0", "stlink-utility", "stoker"):
            self.stoker(*self.erase(self.LOADER, host))

    def test_masked_by_the_loader(self):
        """A near miss: no host helps this one."""
        for host in ("cubeide@1.8.0", "stoker"):
            self.fails(*self.erase(self.OWN, host), code=NO, cause="waits-for-interrupt")


class Lists(Case):
    @classmethod
    def setUpClass(cls):
        def read(*folders):
            paths = [p for f in folders for p in (SOURCE / f).rglob("*.[chp]*")]
            return "\n".join(p.read_text() for p in paths if p.suffix in (".c", ".h", ".py"))
        cls.source = read("core", "plugins", "loaderdb", "tools/stoker")
        cls.tests = read("tests")
        manual = (SOURCE / "docs/causes.md").read_text()
        rows = [line.split("|")[1] for line in manual.splitlines() if line.startswith("| `")]
        cls.listed = {c for row in rows for c in re.findall("`([a-z0-9-]+)`", row)}
        cls.listed |= set(re.findall(r"(?m)^`([a-z0-9-]+)` \(exit", manual))

    def test_the_manual_lists_what_the_source_has(self):
        causes = set(re.findall(r'\bfound\(r, "([a-z-]+)"', self.source))
        for call in re.finditer(r"\bstk_fail\(", self.source):
            args = arguments(self.source, call.end() - 1)
            if len(args) > 4:
                causes |= set(re.findall(r'"([a-z0-9-]+)"', args[3]))
        self.assertGreater(len(causes), 100)
        self.assertEqual(sorted(causes - self.listed), [])

    def test_the_source_has_what_the_manual_lists(self):
        self.assertEqual(sorted(c for c in self.listed if f'"{c}"' not in self.source), [])

    def test_a_test_meets_each(self):
        unmet = {c for c in self.listed if f'"{c}"' not in self.tests}
        self.assertEqual(sorted(unmet), [])
        self.assertLessEqual(set(UNREACHED), self.listed)


if __name__ == "__main__":
    harness.main()
