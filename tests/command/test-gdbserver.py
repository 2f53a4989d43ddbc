#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Boards behind a GDB server: gdb itself, clients that are ours, and peers of every other kind."""
import contextlib
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import threading
import unittest
import zlib

import harness
import relay
import rsp
from elf32 import Elf, SHF_ALLOC
from harness import DONE, FIRMWARE, FLASH, G4, H7, KIB, LOADERS, PAGE, USAGE, Case, noise

GDB = shutil.which("gdb-multiarch")
FIRMWARE_H7 = str(LOADERS / "firmware-h743.elf")
H7_INTERNAL = "loaders/Open-CMSIS-Pack+STM32H7xx_DFP/CMSIS/Flash/STM32H7x_2048.FLM"
RAM, QSPI = 0x20000000, 0x90000000
BKPT, LOAD_R1 = b"\x00\xbe", b"\x08\x68"	# bkpt; ldr r0, [r1]
LOOP = bytes.fromhex("0130 fde7")	# 1: adds r0, #1; b 1b
STUCK = bytes.fromhex("fee7")		# b .


def crc(data):
    """GDB's manual, qCRC: zlib's polynomial the other way round, and not inverted."""
    turned = bytes(int(f"{b:08b}"[::-1], 2) for b in data)
    return int(f"{zlib.crc32(turned) ^ 0xffffffff:032b}"[::-1], 2)


def loaded(path):
    """Address to bytes, as a debugger's load takes them from an ELF file: by section."""
    elf = Elf(path)
    return {p.paddr + s.addr - p.vaddr: elf.data[s.offset:s.offset + s.size]
            for s in elf.sections for p in elf.loads()
            if s.type == 1 and s.flags & SHF_ALLOC and p.vaddr <= s.addr < p.vaddr + p.filesz}


class Board(Case):
    """A stoker gdbserver of a virtual chip, and whoever comes to it."""

    def serve(self, *args, listen="127.0.0.1:0"):
        self.server = p = self.start("gdbserver", *args, "--listen", listen,
                                     stderr=subprocess.STDOUT, text=True, bufsize=1)
        self.addCleanup(p.stdout.close)
        self.addCleanup(p.wait)
        self.addCleanup(p.kill)
        first = p.stdout.readline()
        self.assertTrue(first.startswith("listening on "), first)
        self.where = first.split()[-1]
        self.lines, self.came = [], threading.Condition()
        self.reader = threading.Thread(target=self._read, args=(p.stdout,), daemon=True)
        self.reader.start()

    def _read(self, stream):
        for line in stream:
            with self.came:
                self.lines.append(line.rstrip("\n"))
                self.came.notify_all()

    def g431(self, *args, loader=G4):
        self.serve("-l", loader, "-t", self.chip(), *args)

    def said(self, pattern):
        """Wait for a line of the server."""
        with self.came:
            self.assertTrue(self.came.wait_for(
                lambda: any(re.search(pattern, line) for line in self.lines), 60),
                f"{pattern} is not in {self.lines}")

    def said_times(self, text, n):
        """Wait until it was said @n times; what comes in is read by another thread."""
        with self.came:
            count = lambda: sum(text in line for line in self.lines)
            self.came.wait_for(lambda: count() >= n, 60)
            self.assertEqual(count(), n, self.lines)

    def stop(self, how=signal.SIGTERM):
        """It ends as asked, at once, and without a word of a sanitizer."""
        if how:
            self.server.send_signal(how)
        self.assertEqual(self.server.wait(60), DONE, self.lines)
        self.reader.join()

    def client(self, **how):
        host, port = self.where.rsplit(":", 1)
        c = rsp.Client(host, int(port), timeout=60, **how)
        self.addCleanup(c.close)
        return c

    def begun(self):
        c = self.client()
        self.offered = c.begin(no_ack=True)
        return c

    def gdb(self, *commands, file=FIRMWARE, to=None, **how):
        """What gdb prints that does this."""
        if not GDB:
            self.skipTest("gdb-multiarch is not installed")
        words = [GDB, "-nx", "-q", "-batch", "-ex", "set confirm off", "-ex",
                 "set remotetimeout 60", "-ex", f"target remote {to or self.where}"]
        for c in commands:
            words += ["-ex", c]
        return subprocess.run([*words, file], env=self.env, cwd=self.folder, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=240, **how).stdout

    def assert_matched(self, out, sections):
        self.assertEqual(len(re.findall(r"(?m)^Section .*: matched\.$", out)), sections, out)
        self.assertNotRegex(out, "MIS-MATCHED|fault")

    def assert_flash(self, data, array="FLASH"):
        """The cells hold what @data says, and nothing else."""
        cells = bytearray(b"\xff" * (128 * KIB))
        for addr, part in data.items():
            cells[addr - FLASH:addr - FLASH + len(part)] = part
        self.assertEqual(self.stored(array), bytes(cells))


class Gdb(Board):
    """gdb-multiarch, as people and IDEs use it."""

    def test_load(self):
        self.g431()
        out = self.gdb("set *(int*)0x20000100=0x1234567", "info mem", "load",
                       "compare-sections", "monitor why", "load", "compare-sections",
                       "monitor stats", "x/wx 0x20000100")
        self.assertRegex(out, r"0x20000100.*0x01234567")
        self.assertRegex(out, r"0x08000000 0x08020000 flash blocksize 0x800 ")
        self.assert_matched(out, 8)
        self.assertRegex(out, r"flash: 11 sectors erased, 11 programmed, 0 as they were; "
                         r"22528 bytes verified \(readback\)")
        self.assertIn("flash: 0 sectors erased, 0 programmed, 11 as they were", out)
        self.assertIn("nothing has failed", out)
        self.assertRegex(out, r"packets: \d{2,} in, \d{2,} out, 0 damaged")
        self.stop()
        self.assert_flash(loaded(FIRMWARE))

    def test_load_into_two_flashes(self):
        corpus = os.environ.get("STOKER_CORPUS")
        if not corpus:
            self.skipTest("no corpus: no loader for the internal flash of an H743")
        self.serve("-l", os.path.join(corpus, H7_INTERNAL), "-l", H7, "-t",
                   "emu:stm32h743xi,nor=w25q128jv")
        out = self.gdb("info mem", "load", "info registers", "compare-sections",
                       "maintenance flush register-cache", "info registers", file=FIRMWARE_H7)
        self.assertRegex(out, r"0x08000000 0x08200000 flash blocksize 0x20000 ")
        self.assertRegex(out, r"0x90000000 0x91000000 flash blocksize 0x1000 ")
        self.assertRegex(out, r"0x91000000 0xa0000000 flash ")
        self.assert_matched(out, 5)
        # Its loader has read the external flash, and left no trace.
        before, after = re.findall(r"(?s)r0 +0x.*?control +\S+", out)
        self.assertEqual(before, after)
        self.stop()

    def test_debug_a_loader(self):
        """Its EraseSector, on a breakpoint, step by step, and out of it again."""
        self.g431()
        out = self.gdb("load", "monitor call Init 0x08000000 0 1", "continue")
        symbols = re.search(r"add-symbol-file (\S+) -o (0x[0-9a-f]+)", out)
        self.assertEqual(symbols[1], G4)
        self.assertIn("Init returned 0 (0x00000000)", out)
        out = self.gdb("monitor call EraseSector 0x08000000",
                       f"add-symbol-file {G4} -o {symbols[2]}", "break *EraseSector",
                       "break flash_erase", "continue", "info symbol $pc", 'printf "at %x\\n", $r0',
                       "stepi", "info symbol $pc", "delete 1", "continue", "info symbol $pc",
                       "delete", "x/wx 0x08000000", "finish", "info symbol $pc",
                       "x/wx 0x08000000", "continue", "detach")
        self.assertRegex(out, r"(?s)EraseSector in section PrgCode.*\nat 8000000\n.*"
                         r"EraseSector \+ 2 in section PrgCode.*flash_erase \+ \d+ in section PrgCode.*"
                         r"0x8000000.*:\s+0x200.*EraseSector \+ .*0x8000000.*:\s+0xffffffff.*"
                         r"EraseSector returned 0 \(0x00000000\)")
        self.said(r"EraseSector\(0x08000000\) returned 0: success")
        self.stop()
        self.assertEqual(self.stored("FLASH")[:PAGE], b"\xff" * PAGE)
        self.assertEqual(sum("EraseSector(" in line for line in self.lines), 1, self.lines)

    def test_detach_and_attach(self):
        self.g431()
        out = self.gdb("set *(int*)0x20000100=0x1234567", "set $pc=0x20000000",
                       "set *(short*)0x20000000=0xe7fe", "detach")
        self.assertIn("detached", out)
        out = self.gdb("info registers pc", "x/wx 0x20000100", "kill")
        self.assertRegex(out, r"(?s)pc +0x20000000 .*0x20000100.*0x01234567.*killed")
        out = self.gdb("info registers pc", "x/wx 0x20000100")
        self.assertRegex(out, r"(?s)pc +0xfffffffe .*0x20000100.*0x01234567")
        self.stop()

    def kill_at(self, pattern):
        """gdb, killed when it sends that for the first time."""
        killed = []

        def look(way, n, unit):
            if way == relay.UP and unit.payload.startswith(pattern) and not killed:
                killed.append(n)
                p.kill()
                p.wait()

        host, port = self.where.rsplit(":", 1)
        with relay.Relay(host, int(port), at=look) as between:
            p = subprocess.Popen([GDB, "-nx", "-q", "-batch", "-ex",
                                  f"target remote {between.address}", "-ex", "load", FIRMWARE],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            p.wait(240)
            self.said("had begun to flash|flash: .* verified")
        self.assertTrue(killed)

    @unittest.skipUnless(GDB, "gdb-multiarch is not installed")
    def test_gdb_dies_while_it_loads(self):
        self.g431()
        self.kill_at(b"vFlashWrite")
        self.said("nothing was erased or written")
        self.assert_flash({})
        self.assert_matched(self.gdb("load", "compare-sections"), 4)
        self.assert_flash(loaded(FIRMWARE))
        self.stop()

    @unittest.skipUnless(GDB, "gdb-multiarch is not installed")
    def test_gdb_dies_with_its_last_word(self):
        """All was sent: what is a job of the board's goes to its end."""
        self.g431()
        self.kill_at(b"vFlashDone")
        self.assert_matched(self.gdb("compare-sections"), 4)
        self.stop()
        self.assert_flash(loaded(FIRMWARE))

    def test_sentences_on_the_console(self):
        """GDB 13 shows no text of an E reply: it comes with the next monitor command."""
        self.g431(loader=LOADERS / "g431-no-effect.FLM")
        out = self.gdb("load", "monitor why")
        self.assertIn("Error", out)
        self.assertIn("the loader returned success, but the flash at 0x08000000 is what it was",
                      out)
        self.said("^flash failed: the loader returned success")
        out = self.gdb("load", "monitor why", file=FIRMWARE_H7)
        self.assertRegex(out, r"Load failed\nthe debugger cannot write 0x90000000.*\n\[")
        self.stop()
        self.assert_flash({})

    def test_flash_without_a_loader(self):
        self.serve("-l", H7, "-t", "emu:stm32h743xi,nor=w25q128jv")
        out = self.gdb("load", "monitor why", file=FIRMWARE_H7)
        self.assertIn("Error erasing flash with vFlashErase packet", out)
        self.assertEqual(out.count("no loader of this board writes 0x08000000: start the server "
                                   "with one"), 1, out)
        self.said("no loader of this board writes 0x08000000")
        self.stop()

    def test_unreadable_memory(self):
        self.g431()
        out = self.gdb("x/wx 0x50000000", "x/wx 0x60000000", "echo still\\n", "bt")
        self.assertRegex(out, "Cannot access memory at address 0x60000000\nstill\n")
        self.assertNotIn("hex digit", out)
        self.stop()

    @unittest.skipUnless(GDB, "gdb-multiarch is not installed")
    def test_control_c(self):
        self.g431()
        runs = threading.Event()

        def look(way, _, unit):
            if way == relay.UP and unit.payload.startswith(b"vCont;c"):
                runs.set()

        host, port = self.where.rsplit(":", 1)
        with relay.Relay(host, int(port), at=look) as between, subprocess.Popen(
                [GDB, "-nx", "-q", "-batch", "-ex", f"target remote {between.address}",
                 "-ex", "set *(int*)0x20000000=0xe7fd3001", "-ex", "set $pc=0x20000000",
                 "-ex", "continue", "-ex", 'printf "at %x\\n", $pc'], text=True,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                preexec_fn=harness.heed_signals) as p:
            self.assertTrue(runs.wait(240))
            p.send_signal(signal.SIGINT)
            out = p.communicate(timeout=240)[0]
        self.assertRegex(out, r"(?s)received signal SIGINT.*at 2000000[02]\n")
        self.stop()

    def test_fault(self):
        self.g431()
        out = self.gdb("set *(short*)0x20000000=0x6808", "set $r1=0x60000000",
                       "set $pc=0x20000000", "continue")
        self.assertRegex(out, r"load.*0x60000000[^\n]*\n(.*\n)*.*SIGSEGV")
        self.stop()

    def test_monitor(self):
        self.g431()
        out = self.gdb(
            "monitor help", "monitor flash", "monitor reg FLASH_CR", "monitor reg SCB_CPUID",
            "monitor reg r3=0x77", "monitor reg r3", "monitor reg FLASH_ACR=0x00040700",
            "monitor reg FLASH", "monitor reset run", "monitor halt", "monitor reg",
             "monitor power-cut", "monitor failures", "monitor reset halt",
            "monitor nonsense", "monitor reg NONSENSE", "monitor call Nonsense",
            "monitor reset sideways", "monitor")
        for line in (r"reset \[halt\|run\|init\]: .*", r"power-cut: .*",
                     r"0x08000000..0x0801ffff: 64 sectors of 0x800 bytes, by g431.FLM",
                     r"FLASH_CR = 0xc0000000 \(OPTLOCK, LOCK\)", r"SCS_CPUID = 0x41.*",
                     r"FLASH_ACR = 0x00040700 \(PRFTEN, ICEN, DCEN, DBG_SWEN\)", r"FLASH_OPTR = .*",
                     r"r3 = 0x00000077", r"the chip was reset; the core runs",
                     r"jump to 0xfffffffe, where nothing is, .*", r"control = 0x00000000",
                     r"stuck-sector ADDR LEN: .*|write-protected ADDR LEN.*",
                     r"the virtual chip has no command 'nonsense'; try help",
                     r"STM32G431CB has no register or register block 'NONSENSE'",
                     r"no loader of the board has a function 'Nonsense'",
                     r"usage: monitor reset \[halt\|run\|init\]"):
            self.assertRegex(out, f"(?m)^{line}$")
        self.assertEqual(out.count("Protocol error with Rcmd"), 4, out)
        self.gdb("monitor exit")
        self.stop(how=None)


class Packets(Board):
    """A client that is ours: each packet, and what comes back."""

    def setUp(self):
        super().setUp()
        self.g431()

    def code(self, c, *instructions, pc=RAM):
        c.write(RAM, b"".join(instructions))
        c.okay(f"P{15:x}={pc.to_bytes(4, 'little').hex()}")

    def test_what_is_offered(self):
        c = self.begun()
        self.assertEqual({k: v for k, v in self.offered.items() if k != "PacketSize"}, dict.fromkeys(
            ("QStartNoAckMode", "qXfer:features:read", "qXfer:memory-map:read", "swbreak",
             "hwbreak", "vContSupported", "error-message", "binary-upload"), "+"))
        xml = c.transfer("features", "target.xml").decode()
        self.assertEqual(re.findall(r'<reg name="(\w+)"', xml), [
            *(f"r{i}" for i in range(13)), "sp", "lr", "pc", "xpsr", "primask", "control"])
        self.assertIn('<feature name="org.gnu.gdb.arm.m-profile">', xml)
        self.assertRegex(c.transfer("memory-map").decode(),
                         r'(?s)type="flash" start="0x0*8000000" length="0x20000".*blocksize">0x800<')
        self.assertEqual(c.ask("qXfer:features:read:other.xml:0,100"), b"E00")
        self.assertRegex(c.ask("qXfer:features:read:target.xml:fffff,10"), b"^E[.]")
        for unknown in ("vMustReplyEmpty", "qTStatus", "Z2,20000000,4", "vRun;", "QNonStop:1", "y",
                        "qOffsets", "vFlashDoneNot", "b"):
            self.assertEqual(c.ask(unknown), b"", unknown)
        for packet, reply in (("vCont?", b"vCont;c;C;s;S"), ("qC", b"QC1"), ("qfThreadInfo", b"m1"),
                              ("qsThreadInfo", b"l"), ("T1", b"OK"), ("Hg0", b"OK"), ("!", b"OK"),
                              ("qAttached", b"1"), ("vFlashDone", b"OK")):
            self.assertEqual(c.ask(packet), reply, packet)

    def test_registers_and_memory(self):
        c = self.begun()
        self.assertRegex(c.ask("?"), b"^T05thread:1;0d:[0-9a-f]{8};0e:[0-9a-f]{8};0f:[0-9a-f]{8};$")
        c.okay("G" + "".join(f"{n:02x}000020" for n in range(13)) + "xxxxxxxx" * 6)
        self.assertEqual(c.ask("p5"), b"05000020")
        c.okay("P5=78563412")
        self.assertEqual(c.ask("g")[40:48], b"78563412")
        self.assertEqual(len(c.ask("g")), 19 * 8)
        for packet in "p13", "P13=00000000", "p", "P5=1", "P5", "m", "mzz,1", "m0", "X20000000,4:abc", \
                "M20000000,2:ab", "Z0", "vFlashErase:0", "vFlashErase:8000000,0", "qCRC:0", "G00zz0000":
            self.assertRegex(c.ask(packet), b"^E[.]", packet)
        data = noise(3, 5 * KIB)
        c.write(RAM, data)
        self.assertEqual(c.read(RAM, len(data)), data)
        c.write(RAM, data[::-1], binary=False)
        self.assertEqual(c.ask(f"x{RAM:x},1000"), b"b" + data[::-1][:0x1000])
        self.assertEqual(c.ask(f"qCRC:{RAM:x},{len(data):x}"), b"C%x" % crc(data[::-1]))
        self.assertEqual(c.ask(f"m{RAM:x},0"), b"")
        self.assertRegex(c.ask("m60000000,4"), b"^E[.]the debugger cannot read 0x60000000")
        self.assertRegex(c.ask("M60000000,4:00000000"), b"^E[.]the debugger cannot write")
        self.assertRegex(c.ask("qCRC:60000000,4"), b"^E[.]")

    def test_running(self):
        c = self.begun()
        self.code(c, LOOP)
        c.send(b"vCont;c:1")
        self.assertRegex(c.ask("g"), b"^E[.]the core runs")
        self.assertEqual(c.monitor("reg pc"),
                         ('the core runs; "monitor halt" halts it\n', b"E01"))
        c.interrupt()
        self.assertRegex(c.receive(), b"^T02thread:1;")
        for packet, reason in ("Z0", b"swbreak"), ("Z1", b"hwbreak"):
            self.code(c, b"\x00\xbf" * 4, LOOP)		# nop
            c.okay(f"{packet},{RAM + 4:x},2")
            c.okay(f"{packet},{RAM + 4:x},2")
            self.assertRegex(c.ask("c"), b"^T05" + reason + b":;thread:1;.*0f:04000020;")
            c.okay(f"{packet.lower()},{RAM + 4:x},2")
            self.assertRegex(c.ask("s"), b"^T05thread:1;.*0f:06000020;")
            self.assertRegex(c.ask(f"s{RAM:x}"), b"0f:02000020;")
        self.code(c, BKPT)
        self.assertRegex(c.ask("C05"), b"^T05thread:1;")
        self.code(c, STUCK)
        self.assertIn(b"can never end", bytes.fromhex(c.ask("c")[1:].decode()))
        self.assertRegex(c.receive(), b"^T05thread:1;")
        c.okay("P1=00000060")
        self.code(c, LOAD_R1)
        c.send(b"c")
        self.assertRegex(bytes.fromhex(c.receive()[1:].decode()), b"0x60000000")
        self.assertRegex(c.receive(), b"^T0b")
        self.assertRegex(c.ask("?"), b"^T0b")
        c.okay("vKill;1")
        self.assertRegex(c.ask("?"), b"^T05")
        self.assertEqual(c.ask("pf"), b"feffffff")

    def test_reset_by_the_program(self):
        c = self.begun()
        # ldr r0, =SCB_AIRCR; ldr r1, =0x05fa0004; str r1, [r0]; b .
        self.code(c, bytes.fromhex("0148 0249 0160 fee7 0ced00e0 0400fa05"))
        c.send(b"c")
        self.assertRegex(bytes.fromhex(c.receive()[1:].decode()), b"the chip was reset")
        self.assertRegex(c.receive(), b"^T05")

    def test_flash(self):
        c, data = self.begun(), noise(4, 3 * PAGE)
        self.assertEqual(c.flash([(FLASH, 4 * PAGE)], [(FLASH + 100, data)]), b"OK")
        self.assert_flash({FLASH + 100: data})
        self.assertEqual(c.ask(f"qCRC:{FLASH:x},{PAGE:x}"), b"C%x" % crc(
            b"\xff" * 100 + data[:PAGE - 100]))
        # The rest of what was erased is; what was not named stays; later erases win.
        c.okay(f"vFlashErase:{FLASH:x},{2 * PAGE:x}")
        c.okay(b"vFlashWrite:%x:" % FLASH + data[:2 * PAGE])
        c.okay(f"vFlashErase:{FLASH + PAGE:x},{PAGE:x}")
        c.okay(b"vFlashWrite:%x:" % (FLASH + PAGE) + b"*}#$")
        self.assertEqual(c.ask("vFlashDone"), b"OK")
        kept = data[2 * PAGE - 100:]
        self.assert_flash({FLASH: data[:PAGE] + b"*}#$", FLASH + 2 * PAGE: kept})
        text, reply = c.monitor("why")
        self.assertEqual((text.count("flash: "), reply), (2, b"OK"))

    def test_flash_that_is_refused(self):
        c = self.begun()
        c.okay(f"vFlashErase:{FLASH:x},{PAGE:x}")
        c.okay(b"vFlashWrite:%x:1234" % FLASH)
        for packet, why in (
                (f"vFlashErase:{FLASH + 4:x},{PAGE:x}", b"not whole sectors"),
                (f"vFlashErase:{FLASH:x},{PAGE + 4:x}", b"not whole sectors"),
                (f"vFlashErase:{QSPI:x},1000", b"no loader of this board writes 0x90000000"),
                (f"vFlashErase:{FLASH + 127 * KIB:x},{2 * PAGE:x}", b"not whole|no loader"),
                (f"vFlashWrite:{FLASH:x}:1234", b"refused before")):
            self.assertRegex(c.ask(packet), b"^E[.].*(" + why + b")", packet)
        # What is right does not make good what was dropped; nor does a malformed one.
        self.assertRegex(c.ask(f"vFlashErase:{FLASH + PAGE:x},{PAGE:x}"), b"^E.*refused before")
        self.assertRegex(c.ask(f"vFlashWrite:{FLASH + PAGE:x}:1234"), b"^E.*refused before")
        self.assertRegex(c.ask("vFlashDone"), b"^E[.].*nothing was written")
        c.okay(f"vFlashErase:{FLASH:x},{PAGE:x}")
        self.assertRegex(c.ask(f"vFlashWrite:{FLASH:x}"), b"^E[.].*malformed")
        self.assertRegex(c.ask("vFlashDone"), b"^E[.].*nothing was written")
        # Who begins anew may: gdb sends no vFlashDone when a load has failed.
        for anew in ("?", "qSupported", "qRcmd," + b"why".hex()):
            self.assertRegex(c.ask(f"vFlashErase:{QSPI:x},1000"), b"^E[.]")
            if anew.startswith("qRcmd"):
                c.monitor("why")
            else:
                c.ask(anew)
            c.okay(f"vFlashErase:{FLASH:x},{PAGE:x}")
            c.okay("vFlashDone")
        self.assertRegex(c.ask(f"vFlashWrite:{FLASH:x}:1234"), b"^E[.].*not erased before")
        self.assertRegex(c.ask("vFlashDone"), b"^E[.]")
        c.okay(f"vFlashErase:{FLASH:x},{PAGE:x}")
        c.okay(f"vFlashWrite:{FLASH:x}:1234")
        self.assertRegex(c.ask(f"vFlashWrite:{FLASH + 3:x}:1234"), b"^E[.].*written twice")
        self.assertRegex(c.ask("vFlashDone"), b"^E[.]")
        self.assert_flash({})
        text, _ = c.monitor("why")
        self.assertIn("written twice", text)
        self.said("written twice")
        # What no monitor command has told comes with the next resume, before its stop.
        c.ask(f"vFlashErase:{QSPI:x},1000")
        self.code(c, BKPT)
        self.assertRegex(bytes.fromhex(c.ask("c")[1:].decode()), b"no loader of this board")
        self.assertRegex(c.receive(), b"^T05")

    def test_a_client_that_goes_takes_its_breakpoints(self):
        c = self.begun()
        self.code(c, b"\x00\xbf" * 4, BKPT)
        c.okay(f"Z0,{RAM + 4:x},2")
        c.close()
        c = self.begun()
        self.code(c, b"\x00\xbf" * 4, BKPT)
        self.assertRegex(c.ask("c"), b"0f:08000020;")
        c.okay(f"Z0,{RAM + 4:x},2")
        self.code(c, LOOP)
        c.send(b"c")
        c.close()
        c = self.begun()
        self.assertRegex(c.ask("?"), b"0f:00000020;")
        self.code(c, b"\x00\xbf" * 4, BKPT)
        self.assertRegex(c.ask("c"), b"0f:08000020;")

    def staged(self, c, end):
        """Init is called, EraseSector is not: end() has the last word."""
        c.monitor(f"call Init {FLASH:#x} 0 1")
        self.assertRegex(bytes.fromhex(c.ask("vCont;c")[1:].decode()), b"Init returned 0")
        c.receive()
        self.assertEqual(c.monitor(f"call EraseSector {FLASH:#x}")[1], b"OK")
        end(c)
        c.close()
        self.said("EraseSector was to be called and did not return: the chip was reset")
        self.lines.clear()

    def test_a_staged_call_that_nobody_makes(self):
        data = noise(8, PAGE)
        with self.begun() as c:
            self.assertEqual(c.flash([(FLASH, PAGE)], [(FLASH, data)]), b"OK")
            self.staged(c, lambda c: c.okay("D"))
        with self.begun() as c:
            self.staged(c, lambda c: None)
        with self.begun() as c:
            c.send(b"vCont;c")
            while not c.receive().startswith(b"T"):
                pass
            self.assertEqual(c.read(FLASH, PAGE), data)
            # What was reset is loaded again.
            self.assertIn("loader loaded", c.monitor(f"call EraseSector {FLASH:#x}")[0])
            c.okay("vKill;1")
        self.stop()
        self.assert_flash({FLASH: data})

    def test_a_call_after_its_breakpoint_was_cleared(self):
        """As by "finish" of gdb."""
        c = self.begun()
        text, _ = c.monitor(f"call Init {FLASH:#x} 0 1")
        trap = int(re.search("returns to (0x[0-9a-f]+)", text)[1], 16)
        c.okay(f"Z0,{trap:x},2")
        c.ask("vCont;c")
        c.receive()
        c.okay(f"z0,{trap:x},2")
        c.monitor(f"call EraseSector {FLASH:#x}")
        self.assertRegex(bytes.fromhex(c.ask("vCont;c")[1:].decode()), b"EraseSector returned 0")
        self.assertRegex(c.receive(), b"^T05")
        self.said("EraseSector.* returned 0: success")
        self.assertEqual(sum("EraseSector(" in line for line in self.lines), 1, self.lines)

    def test_what_had_begun_does_not_survive(self):
        c = self.begun()
        for n, end in enumerate((lambda: c.okay("D"), lambda: c.okay("vKill;1"), lambda: c.send(b"k"),
                                 lambda: c.monitor("reset halt")), 1):
            c.ask("?")
            c.okay(f"vFlashErase:{FLASH:x},{PAGE:x}")
            c.okay(f"vFlashWrite:{FLASH:x}:1234")
            end()
            c.ask("?")
            self.assertRegex(c.ask(f"vFlashWrite:{FLASH + 8:x}:1234"), b"^E[.].*not erased before")
            self.assertRegex(c.ask("vFlashDone"), b"^E[.]")
            self.said_times("nothing was erased or written", n)
        self.stop()
        self.assert_flash({})

    def test_two_kinds_at_one_address(self):
        c = self.begun()
        for kinds in "01", "10":
            self.code(c, LOOP)
            for kind in kinds:
                c.okay(f"Z{kind},{RAM + 2:x},2")
            c.okay(f"z{kinds[0]},{RAM + 2:x},2")
            self.assertRegex(c.ask("c"), b"^T05%s:;.*0f:02000020;" % (
                b"swbreak" if kinds[1] == "0" else b"hwbreak"))
            c.okay(f"z{kinds[1]},{RAM + 2:x},2")
            c.send(b"c")
            c.interrupt()
            self.assertRegex(c.receive(), b"^T02")
        for packet in "Z0,100000000,2", "z1,ffffffff00000000,2":
            self.assertRegex(c.ask(packet), b"^E[.].* is no address of this core")

    def test_a_second_client(self):
        c = self.begun()
        with self.assertRaises((rsp.Closed, ConnectionError)):
            self.client().begin()
        self.said("was sent away: 127.0.0.1:[0-9]+ has the board")
        self.assertEqual(c.ask("qC"), b"QC1")
        c.close()
        self.said("disconnected$")
        self.begun()


class Peers(Board):
    """Whatever connects: the board stays, and serves the next one."""

    def raw(self):
        host, port = self.where.rsplit(":", 1)
        link = socket.create_connection((host, int(port)), 60)
        self.addCleanup(link.close)
        return link

    def test_nonsense(self):
        self.g431()
        for data in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", noise(1, 50000), b"$" * 10000,
                     b"$" + b"a" * 100000 + b"#00", b"$g#", b"$g#00" * 100, b"-" * 10000,
                     b"\x03" * 10000, b"%Stop:x#00", b"$m0,ffffffffffffffffff#00",
                     rsp.frame(b"m" + b"f" * 5000), rsp.frame(b"vFlashWrite:"),
                     rsp.frame(b"qRcmd,zz"), rsp.frame(b"qRcmd,"), rsp.frame(b"\0" * 100),
                     rsp.frame(b"vCont;"), rsp.frame(b"H"), rsp.frame(b"qRcmd," + b"41" * 8000),
                     rsp.frame(b"qXfer:features:read:target.xml:ffffffffffffffff,ffffffffffffffff"),
                     rsp.frame(b"Z0,ffffffffffffffff,2"), rsp.frame(b"vFlashErase:0,ffffffffffffffff"),
                     rsp.frame(b"mffffffffffffffff,ffffffff"), rsp.frame(b"qCRC:fffffff0,100000")):
            with self.raw() as link:
                with contextlib.suppress(OSError):	# it hangs up on what is no debugger
                    link.sendall(data)
                    link.shutdown(socket.SHUT_WR)
                    while link.recv(65536):
                        pass
            with self.begun() as c:
                self.assertEqual(c.ask("qC"), b"QC1", data[:40])
        self.stop()
        self.assert_flash({})

    def test_a_web_page(self):
        """Loopback keeps no browser out, and what pages send may hold packets."""
        self.g431()
        flash = b"".join(map(rsp.frame, (b"vFlashErase:8000000,800",
                                         b"vFlashWrite:8000000:EVIL", b"vFlashDone")))
        post = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n\r\n"
        for before in post, b"+" + post, b"$g#00" + post, b"\x16\x03\x01", b"%Stop:#00", b"\n":
            with self.raw() as link, contextlib.suppress(ConnectionError):
                link.sendall(before + flash)
                while link.recv(65536):
                    pass
        with self.begun() as c:
            self.assertEqual(c.read(FLASH, 4), b"\xff" * 4)
            c.link.sendall(b"noise")
            self.assertEqual(c.ask("qC"), b"QC1")
        self.stop()
        self.assertEqual(sum("that is no debugger" in line for line in self.lines), 6)
        self.assert_flash({})

    def test_who_never_reads(self):
        """Replies pile up no further than they may, and an end is an end."""
        self.g431()
        with self.raw() as link:
            link.setblocking(False)
            sent, most = 0, rsp.frame(b"m20000000,2000") * 100
            try:
                while sent < 20 << 20:
                    sent += link.send(most)
            except BlockingIOError:
                pass
            self.assertLess(sent, 20 << 20)
        with self.begun() as c:
            self.assertEqual(c.ask("qC"), b"QC1")
        self.stop()

    def test_byte_by_byte_and_damaged(self):
        self.g431()
        host, port = self.where.rsplit(":", 1)
        with relay.Relay(host, int(port), single=True) as between:
            c = rsp.Client("127.0.0.1", between.port, timeout=60)
            self.addCleanup(c.close)
            c.begin()
            c.write(RAM, noise(9, KIB))
            self.assertEqual(c.read(RAM, KIB), noise(9, KIB))
            c.close()
        link = self.raw()
        link.sendall(b"$qC#00")
        self.assertEqual(link.recv(1), b"-")
        link.sendall(b"$qC#b4")
        self.assertEqual(self.exactly(link, 8), b"+$QC1#c5")
        link.sendall(b"-")
        self.assertEqual(self.exactly(link, 7), b"$QC1#c5")

    def exactly(self, link, n):
        data = b""
        while len(data) < n and (part := link.recv(n - len(data))):
            data += part
        return data


class External(Board):
    def test_flash_that_nobody_mapped(self):
        self.serve("-l", H7, "-t", "emu:stm32h743xi,nor=w25q128jv")
        c, data = self.begun(), noise(5, 3 * 4096)
        self.assertRegex(c.ask(f"m{QSPI:x},4"), b"^E[.]")
        self.assertEqual(c.flash([(QSPI, 0x4000)], [(QSPI + 0x100, data)]), b"OK")
        self.assertEqual(c.ask(f"qCRC:{QSPI:x},4000"), b"C%x" % crc(
            b"\xff" * 0x100 + data + b"\xff" * (0x4000 - 0x100 - len(data))))
        self.stop()

    def test_a_checksum_with_a_breakpoint_in_the_way(self):
        """It lies in what the loader is put over; afterwards it is there as before."""
        self.serve("-l", H7, "-t", "emu:stm32h743xi,nor=w25q128jv")
        c = self.begun()
        text, _ = c.monitor("call Init")
        at = int(re.search("lies at 0x([0-9a-f]+)", text)[1], 16)
        c.okay(f"Z0,{at + 4:x},2")
        c.monitor("reset halt")
        self.assertEqual(c.ask(f"qCRC:{QSPI:x},200000"), b"C%x" % crc(b"\xff" * 0x200000))
        c.write(at, b"\x00\xbf" * 4 + BKPT)
        c.okay(f"Pf={at.to_bytes(4, 'little').hex()}")
        self.assertIn(b"0f:" + (at + 4).to_bytes(4, "little").hex().encode(), c.ask("c"))

    def test_a_checksum_that_the_loader_cannot_make(self):
        """Its reason, not that the memory is not mapped."""
        self.serve("-l", LOADERS / "h743-mt25ql512.stldr", "-t",
                   "emu:stm32h743xi,nor=w25q128jv")
        self.assertRegex(self.begun().ask(f"qCRC:{QSPI:x},40"), b"^E[.]Init.* returned 0")


class Lost(Board):
    def test_the_target_goes(self):
        """Whoever asks is told; the board cannot be served any more, and says why."""
        self.serve("-t", "emu:stm32g431cb", "--wrap", "fault:op=20,mode=cut")
        c = self.begun()
        with self.assertRaises((rsp.Closed, ConnectionError)):
            for _ in range(30):
                last = c.ask(f"m{RAM:x},4")
        self.assertRegex(last, b"^E[.]")
        self.assertEqual(self.server.wait(60), harness.TARGET)
        self.said("^stoker gdbserver: ")


    def test_the_target_goes_as_it_stops(self):
        """The registers that a stop reply has cannot be read."""
        self.serve("-t", "emu:stm32g431cb", "--wrap", "fault:kind=get-regs,op=1,mode=cut")
        c = self.begun()
        c.write(RAM, BKPT)
        c.okay("P10=00000001")
        c.okay("Pf=00000020")
        c.send(b"c")
        self.assertEqual(self.server.wait(60), harness.TARGET)
        self.reader.join()
        self.said("^stoker gdbserver: ")


class OurOwn(Board):
    """The same programs at both ends."""

    def test_program(self):
        self.g431()
        document = self.json("program", "-l", G4, "-t", f"gdb:{self.where}", FIRMWARE)
        self.assertEqual((document["verified"], document["verify_method"]), (True, "readback"))
        self.stop()
        self.assertEqual(self.stored("FLASH")[:64], loaded(FIRMWARE)[FLASH][:64])


class Listening(Board):
    def test_unix_socket(self):
        path = self.folder / "board.sock"
        self.serve("-l", G4, "-t", self.chip(), listen=str(path))
        self.assertEqual(self.where, str(path))
        with socket.socket(socket.AF_UNIX) as link:
            link.connect(str(path))
            link.sendall(rsp.frame(b"qC"))
            self.assertEqual(link.recv(1), b"+")
        error = self.fails("gdbserver", "-t", "emu:stm32g431cb", "--listen", path, code=USAGE,
                           cause="cannot-listen")
        self.assertIn("in use", error["message"])
        self.server.kill()
        self.server.wait()
        self.assertTrue(path.exists())
        self.serve("-l", G4, "-t", self.chip(), listen=str(path))
        self.stop()
        self.assertFalse(path.exists())

    def refused(self, path):
        error = self.fails("gdbserver", "-t", "emu:stm32g431cb", "--listen", path, code=USAGE,
                           cause="cannot-listen")
        return error["message"]

    def test_what_is_no_socket_stays(self):
        target, link = self.file("firmware.bin", b"precious"), self.folder / "link"
        link.symlink_to(target)
        nowhere = self.folder / "nowhere"
        nowhere.symlink_to(self.folder / "not-there")
        for path in target, link, nowhere, self.folder:
            self.assertIn("no socket", self.refused(path))
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(str(self.folder / "dead"))
        link.unlink()
        link.symlink_to(self.folder / "dead")
        self.assertIn("no socket", self.refused(link))
        self.assertTrue(link.is_symlink() and nowhere.is_symlink())
        self.assertEqual(target.read_bytes(), b"precious")

    def test_a_socket_that_is_busy(self):
        """Its queue is full: connecting would wait."""
        path = self.folder / "busy"
        with contextlib.ExitStack() as open_links:
            busy = open_links.enter_context(socket.socket(socket.AF_UNIX))
            busy.bind(str(path))
            busy.listen(0)
            with contextlib.suppress(BlockingIOError):
                while True:
                    link = open_links.enter_context(socket.socket(socket.AF_UNIX))
                    link.setblocking(False)
                    link.connect(str(path))
            self.assertIn("in use", self.refused(path))
            self.assertTrue(path.is_socket())

    def test_only_its_owner_may_connect(self):
        path = self.folder / "board.sock"
        self.serve("-l", G4, "-t", self.chip(), listen="./board.sock")
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        self.stop()
        self.assertFalse(path.exists())
        self.assertNotIn("no authentication", "".join(self.lines))

    def test_somebody_else_took_the_path(self):
        path = self.folder / "board.sock"
        self.serve("-l", G4, "-t", self.chip(), listen=path)
        path.unlink()
        with socket.socket(socket.AF_UNIX) as theirs:
            theirs.bind(str(path))
            theirs.listen()
            self.stop()
            self.assertTrue(path.is_socket())

    def test_no_descriptor_is_free(self):
        """Whoever comes is sent away, and the server sleeps on."""
        self.g431()
        pid = self.server.pid
        taken = {int(fd) for fd in os.listdir(f"/proc/{pid}/fd")}
        few = min(set(range(len(taken) + 1)) - taken)
        _, hard = before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (few, hard))
        host, port = self.where.rsplit(":", 1)
        for _ in range(3):
            with socket.create_connection((host, int(port)), 60) as link:
                self.assertEqual(link.recv(1), b"")
        self.said("a client was sent away: ")
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
        self.assertEqual(self.begun().ask("qC"), b"QC1")
        self.stop()

    def test_addresses_that_are_none(self):
        for address in "nonsense", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "[::1:0", "/", \
                "/nowhere/at/all", "/" + "x" * 200, "no-such-host.invalid:1":
            self.fails("gdbserver", "-t", "emu:stm32g431cb", "--listen", address, code=USAGE,
                       cause="cannot-listen")

    def test_no_loader(self):
        self.serve("-t", "emu:stm32g431cb", listen=":0")
        c = self.begun()
        self.assertRegex(c.ask(f"vFlashErase:{FLASH:x},{PAGE:x}"), b"^E[.]no loader")
        self.assertRegex(c.monitor("flash")[0], "no loader was given")
        self.stop()


if __name__ == "__main__":
    harness.main()
