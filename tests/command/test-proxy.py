#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""stoker gdbserver in front of another GDB server: of a board, and of QEMU.

What gdb-multiarch prints is the same with and without it, but where our loader
writes the flash.
"""
import itertools
import os
import re
import signal
import subprocess
import threading

import harness  # noqa: F401 (finds elf32)
import elf32
import peers
import rsp
import stub
from harness import DONE, FIRMWARE, FLASH, G4, KIB, LOADERS, PAGE, Case, main, noise

CODE = 0x20000100
# 1: adds r0, #1; adds r1, #2; str r0, [r2]; b 1b
LOOP = bytes.fromhex("0130 0231 1060 fbe7".replace(" ", ""))


class Served:
    """A stoker gdbserver, from its first line to its end."""

    def __init__(self, case, *args):
        self.case = case
        self.process = p = case.start("gdbserver", *args, "--listen", "127.0.0.1:0",
                                      stderr=subprocess.STDOUT, text=True, bufsize=1)
        case.addCleanup(self.stop)
        self.lines = []
        for line in p.stdout:
            self.lines.append(line)
            if line.startswith("listening on "):
                break
        else:
            p.wait()
            raise AssertionError(f"{args}: {self.lines}")
        self.address = line.split()[-1]
        # Read all the while, or it would wait for us.
        self.reader = threading.Thread(target=self.lines.extend, args=(p.stdout,), daemon=True)
        self.reader.start()

    def stop(self):
        if not self.process.stdout.closed:
            self.process.send_signal(signal.SIGTERM)
            self.ended()

    def lines_with(self, text):
        return sum(text in line for line in self.lines)

    def ended(self):
        """Its exit code and all that it said."""
        code = self.process.wait(peers.HUNG)
        self.reader.join()
        self.process.stdout.close()
        return code, "".join(self.lines)


class Proxies(Case):
    def board(self, name="chip", *args):
        """The inner one, without a loader unless one is named."""
        return Served(self, "-t", self.chip(name), *args)

    def proxy(self, inner, *args):
        return Served(self, "-t", f"gdb:{inner}", *args)

    def gdb(self, address, *commands, files=()):
        return peers.gdb(*commands, connect=address, files=files)

    def client(self, served):
        host, port = served.address.rsplit(":", 1)
        client = rsp.Client(host, int(port), timeout=peers.HUNG)
        self.addCleanup(client.close)
        return client

    def refused(self, proxy):
        """Nobody is behind it, so nobody is served."""
        with self.assertRaises((OSError, rsp.Closed)), self.client(proxy) as client:
            client.begin()

    def next_client(self, proxy, **how):
        """After one that has gone: until that is seen, another is sent away."""
        for _ in range(1000):
            client = self.client(proxy)
            try:
                client.begin(**how)
                return client
            except (rsp.Closed, OSError):
                client.close()
        return self.fail("nobody is served any more")


class SameTranscript(Proxies):
    def script(self, *monitor):
        code = self.file("loop.bin", LOOP)
        return [
            "info registers", "info threads", "x/8xw 0x20000000",
            f"restore {code} binary {CODE:#x}", f"x/4hx {CODE:#x}",
            "set *(int *)0x20000040 = 0x12345678", "x/2xw 0x20000040",
            "set $r0 = 7", "set $r1 = 9", "set $r2 = 0x20000044", "set $xpsr = 0x01000000",
            "set $sp = 0x20002000", f"set $pc = {CODE:#x}", "info registers",
            f"break *{CODE + 4:#x}", "continue", "info registers", "delete",
            f"hbreak *{CODE + 6:#x}", "continue", "p $pc", "delete",
            "stepi", "stepi", "x/i $pc", "info registers", "x/2xw 0x20000040",
            "watch *(int *)0x20000044", "delete", "x/xw 0xe0000000", "x/xw 0xf0000000",
            # Who detaches lets it run: on the spot.
            "set *(short *)0x20000080 = 0xe7fe", "set $pc = 0x20000080",
            *monitor, "monitor no-such-command-anywhere", "p $no_such", "info mem"]

    def without_mem(self, text):
        """What the memory map says is ours to change, where we have a loader."""
        return text[:text.index("memory regions")]

    def check_board(self, same, *args):
        """Twice on each, with a detach between; then the client kills."""
        script = self.script("monitor help", "monitor reg SCB")
        plain = self.board("plain")
        inner = self.board("behind")
        proxy = self.proxy(inner.address, *args)
        for end in ("detach", "disconnect", "kill"):
            self.assertEqual(same(self.gdb(proxy.address, *script, end)),
                             same(self.gdb(plain.address, *script, end)))

    def test_of_a_board_without_loaders(self):
        self.check_board(str)

    def test_of_a_board_with_a_loader_before_it(self):
        self.check_board(self.without_mem, "-l", G4)

    def test_the_script_sees_what_it_is_to_see(self):
        """It would be equal, too, if all failed."""
        out = self.gdb(self.proxy(self.board().address).address,
                       *self.script("monitor help", "monitor reg SCB"))
        for pattern in (r"0x20000040:\t0x12345678", rf"Breakpoint 1, {CODE + 4:#x}",
                        r"(?m)^r0 +0x8 ", r"(?m)^r1 +0xb ", r"power-cut: ",
                        rf"=> {CODE + 2:#x}:", r"usage|no-such|unknown|not"):
            self.assertRegex(out, pattern)

    def test_of_qemu(self):
        """gdb kills it at the end; the proxy stays, and says that nobody is there."""
        script = self.script("monitor info status", "monitor info roms", "monitor help stop")
        with peers.Qemu("netduinoplus2") as plain, peers.Qemu("netduinoplus2") as behind:
            proxy = self.proxy(behind.address)
            for end in ("disconnect", "disconnect", "kill"):
                self.assertEqual(self.gdb(proxy.address, *script, end),
                                 self.gdb(plain.address, *script, end))
            self.assertEqual(plain.process.wait(peers.HUNG), behind.process.wait(peers.HUNG))
            self.refused(proxy)
            proxy.stop()
            self.assertEqual(proxy.process.returncode, DONE)
            self.assertIn(behind.address, "".join(proxy.lines))


class Load(Proxies):
    def test_by_our_loader_into_a_board_that_has_none(self):
        inner = self.board()
        proxy = self.proxy(inner.address, "-l", G4)
        out = self.gdb(proxy.address, "load", "compare-sections", "monitor stoker why",
                       files=[FIRMWARE])
        self.assertEqual(len(re.findall(r"(?m)^Section .*: matched\.$", out)), 4, out)
        self.assertIn("nothing has failed", out)
        # The board takes no flash packets itself, and had none.
        self.assertRegex(self.gdb(inner.address, "load", files=[FIRMWARE]),
                         r"(?i)error|cannot|fail|forbidden")
        proxy.stop()
        inner.stop()
        self.assertNotIn("erased", "".join(inner.lines))
        self.assertRegex("".join(proxy.lines), r"bytes verified \(readback\)")
        cells = self.stored("FLASH")
        self.assertEqual(cells[:4], (0x20004000).to_bytes(4, "little"))
        self.assertEqual(cells[64 * KIB:], b"\xff" * 64 * KIB)

    def test_what_no_loader_of_ours_writes_passes_through(self):
        inner = self.board("chip", "-l", G4)
        proxy = self.proxy(inner.address)
        out = self.gdb(proxy.address, "load", "compare-sections", files=[FIRMWARE])
        self.assertEqual(len(re.findall(r"(?m)^Section .*: matched\.$", out)), 4, out)
        proxy.stop()
        inner.stop()
        self.assertRegex("".join(inner.lines), r"bytes verified \(readback\)")
        self.assertNotIn("verified", "".join(proxy.lines))

    def test_into_qemu(self):
        """Erase, write, done; read by gdb from QEMU itself; the rest as it was."""
        machine = peers.MACHINES["mps2-an386"]
        start, size = machine.flash
        with peers.bench(machine.name, self.folder) as bench:
            before = noise(1, size)
            bench.gdb(bench.put(start, before), bench.put(machine.work[0], noise(2, 0x4000)),
                      "set $r5 = 0x55555555")
            memory = bench.memory(machine.work, *machine.rest)
            proxy = self.proxy(bench.qemu.address, "-l", LOADERS / f"ram-{machine.name}.FLM",
                               "--ram", f"{machine.work[0]:#x}+{machine.work[1]:#x}")
            image = noise(3, 5000)
            with self.client(proxy) as client:
                self.assertEqual(client.begin()["qXfer:memory-map:read"], "+")
                self.assertIn(b'<property name="blocksize">0x1000<', client.transfer("memory-map"))
                self.assertEqual(client.flash([(start, 0x2000)], [(start + 16, image)]), b"OK")
            proxy.stop()
            wanted = bytearray(before)
            wanted[:0x2000] = b"\xff" * 0x2000
            wanted[16:16 + len(image)] = image
            self.assertTrue(bench.read(start, size) == wanted)
            self.assertTrue(bench.memory(machine.work, *machine.rest) == memory)


class Both(Proxies):
    """Flash of ours, and flash of the server behind."""

    # A chip with 8 KiB more than our loader writes.
    BORDER, MORE = FLASH + 128 * KIB, 8 * KIB

    def behind(self):
        machine = stub.Machine(flash=(FLASH, 128 * KIB + self.MORE))
        machine.script = stub.Loader(elf32.Elf(G4))
        server = stub.Stub(machine)
        self.addCleanup(server.close)
        self.addCleanup(lambda: self.assertEqual(server.faults(), []))
        return server

    def flash_packets(self, server):
        return [packet.split(b":")[:2] for packet in server.requests
                if packet.startswith(b"vFlash")]

    def test_a_packet_across_the_border_is_split(self):
        server = self.behind()
        proxy = self.proxy(server.address, "-l", G4)
        data = noise(4, 100)
        with self.client(proxy) as client:
            client.begin()
            self.assertEqual(client.flash([(self.BORDER - PAGE, 2 * PAGE)],
                                          [(self.BORDER - 40, data)]), b"OK")
        proxy.stop()
        self.assertEqual(server.machine.read(self.BORDER - PAGE, 2 * PAGE),
                         (b"\xff" * (PAGE - 40) + data).ljust(2 * PAGE, b"\xff"))
        theirs = f"{self.BORDER:x}".encode()
        self.assertEqual(self.flash_packets(server), [
            [b"vFlashErase", theirs + b",800"], [b"vFlashWrite", theirs], [b"vFlashDone"]])
        self.assertIn("ProgramPage", [call[0] for call in server.machine.script.calls])

    def test_what_one_refuses_is_not_done_by_the_other(self):
        server = self.behind()
        proxy = self.proxy(server.address, "-l", G4)
        with self.client(proxy) as client:
            client.begin()
            # Not whole pages of theirs.
            reply = client.ask(f"vFlashErase:{self.BORDER - PAGE:x},{PAGE + 1:x}")
            self.assertEqual(reply, b"E.not whole pages")
            self.assertRegex(client.ask("vFlashDone"), rb"^E\.")
        proxy.stop()
        self.assertNotIn("EraseSector", [call[0] for call in server.machine.script.calls])

    def test_what_they_refuse_is_not_forgotten(self):
        """By a packet of theirs alone, and what follows is ours."""
        server = self.behind()
        with self.client(self.proxy(server.address, "-l", G4)) as client:
            client.begin()
            client.okay(f"vFlashErase:{FLASH:x},{PAGE:x}")
            self.assertRegex(client.ask(f"vFlashErase:{self.BORDER:x},{PAGE + 1:x}"), b"^E")
            for address in (FLASH, self.BORDER):
                self.assertRegex(client.ask(f"vFlashErase:{address:x},{PAGE:x}"),
                                 b"^E.*refused before")
            self.assertRegex(client.ask("vFlashDone"), rb"^E\.")
            self.assertEqual(client.flash([(FLASH, PAGE)], [(FLASH, b"anew")]), b"OK")

    def test_the_memory_map_has_both(self):
        server = self.behind()
        with self.client(self.proxy(server.address, "-l", G4)) as client:
            client.begin()
            text = client.transfer("memory-map").decode()
        found = re.findall(r'type="(\w+)" start="0x0*([0-9a-f]+)" length="0x0*([0-9a-f]+)"', text)
        self.assertIn(("flash", f"{FLASH:x}", "20000"), found)
        self.assertIn(("flash", f"{self.BORDER:x}", f"{self.MORE:x}"), found)
        self.assertIn(("ram", "20000000", "8000"), found)
        ranges = [(int(start, 16), int(size, 16)) for _, start, size in found]
        for (start, size), (following, _) in itertools.pairwise(ranges):
            self.assertLessEqual(start + size, following, text)

    def test_one_load_into_two_flashes(self):
        corpus = os.environ.get("STOKER_CORPUS")
        if not corpus:
            self.skipTest("no corpus: no loader for the internal flash of an H743")
        internal = os.path.join(corpus, "loaders/Open-CMSIS-Pack+STM32H7xx_DFP/CMSIS/Flash",
                                "STM32H7x_2048.FLM")
        chip = f"emu:stm32h743xi,nor=w25q128jv,store={self.folder / 'h7'}"
        inner = Served(self, "-t", chip, "-l", internal)
        proxy = self.proxy(inner.address, "-l", LOADERS / "h743-w25q128.stldr", "--chip",
                           "stm32h743xi")
        out = self.gdb(proxy.address, "load", "compare-sections",
                       files=[LOADERS / "firmware-h743.elf"])
        self.assertEqual(len(re.findall(r"(?m)^Section .*: matched\.$", out)), 5, out)
        proxy.stop()
        inner.stop()
        for served in (inner, proxy):
            self.assertRegex("".join(served.lines), r"bytes verified")


class Debug(Proxies):
    def test_a_loader_is_called_by_gdb(self):
        """Through the proxy: gdb continues into it, and sees where it returns to."""
        inner = self.board()
        proxy = self.proxy(inner.address, "-l", G4)
        out = self.gdb(proxy.address, f"monitor stoker call Init {FLASH:#x} 0 1",
                       "maintenance flush register-cache", "continue", 'printf "r0 %d\\n", $r0',
                       f"monitor stoker call EraseSector {FLASH + 128 * KIB:#x}",
                       "maintenance flush register-cache", "continue", 'printf "r0 %d\\n", $r0')
        self.assertEqual(re.findall(r"(?m)^r0 (.*)$", out), ["0", "1"], out)
        self.assertEqual(out.count("Program received signal SIGTRAP"), 2, out)

    def called(self, client, said, stop=b"^T05"):
        """The console hears what it returned; then comes the stop."""
        self.assertIn(said, bytes.fromhex(client.ask("vCont;c")[1:].decode()).decode())
        self.assertRegex(client.receive(), stop)

    def test_a_call_behind_a_server_of_few_words(self):
        """It says S05, whatever stopped it."""
        machine = stub.Machine()
        machine.script = stub.Loader(elf32.Elf(G4))
        server = stub.Stub(machine)
        self.addCleanup(server.close)
        with self.client(self.proxy(server.address, "-l", G4)) as client:
            client.begin()
            client.monitor(f"stoker call Init {FLASH:#x} 0 1")
            self.called(client, "Init returned 0 (0x00000000)", b"^S05|^T05")

    def test_a_call_that_nobody_makes(self):
        """Neither when the client detaches nor when it goes; the next one's returns."""
        inner = self.board()
        proxy = self.proxy(inner.address, "-l", G4)
        for end in "D", None:
            with self.client(proxy) as client:
                client.begin()
                client.monitor(f"stoker call Init {FLASH:#x} 0 1")
                self.called(client, "Init returned 0 (0x00000000)")
                client.monitor(f"stoker call EraseSector {FLASH:#x}")
                if end:
                    client.okay(end)
        with self.client(proxy) as client:
            client.begin()
            self.assertRegex(client.ask("?"), b"^T")
            text, _ = client.monitor(f"stoker call EraseSector {FLASH:#x}")
            self.assertIn("loader loaded", text)
            self.called(client, "EraseSector returned")
        proxy.stop()
        self.assertEqual(proxy.lines_with("the chip was reset"), 2, proxy.lines)

    def test_only_the_server_behind_lets_it_run(self):
        proxy = self.proxy(self.board().address)
        out = self.gdb(proxy.address, "monitor stoker reset run", "monitor reset run",
                       "monitor halt")
        self.assertIn('usage: monitor reset run, without "stoker"', out)
        self.assertIn("the chip was reset; the core runs", out)


class Failures(Proxies):
    def test_a_failing_loader_reaches_the_console(self):
        inner = self.board()
        proxy = self.proxy(inner.address, "-l", LOADERS / "g431-no-effect.FLM")
        out = self.gdb(proxy.address, "load", "monitor help", "monitor stoker why",
                       files=[FIRMWARE])
        proxy.stop()
        said = re.search("(?m)^flash failed: (.+)$", "".join(proxy.lines))[1]
        self.assertIn("Error finishing flash operation", out)
        self.assertEqual(out.count(said), 2, (said, out))
        self.assertLess(out.index(said), out.index("power-cut: "))

    def test_the_server_behind_dies(self):
        """The client that waits is told; the proxy says it, and stays."""
        inner = self.board()
        proxy = self.proxy(inner.address, "-l", G4)
        with self.client(proxy) as client:
            client.begin()
            inner.process.kill()
            inner.process.wait()
            try:
                reply = client.ask("g")
                self.assertRegex(reply, rb"^E\.")
                self.assertIn(inner.address.encode(), reply)
            except (rsp.Closed, OSError):	# it was seen before the packet came
                pass
        self.refused(proxy)
        proxy.stop()
        self.assertEqual(proxy.process.returncode, DONE)
        said = "".join(proxy.lines)
        self.assertRegex(said, f"{inner.address}.* closed the connection")
        self.assertRegex(said, f"nothing listens at '{inner.address}'")

    def test_the_server_behind_closes_after_its_client(self):
        """As OpenOCD, QEMU and st-util do: the next client is connected anew."""
        server = stub.Stub()
        self.addCleanup(server.close)
        proxy = self.proxy(server.address)
        for last in (b"k", b"D"):
            client = self.next_client(proxy, no_ack=True)
            self.assertEqual(client.ask("?"), b"S05")
            client.send(last)
            with self.assertRaises((rsp.Closed, OSError)):
                self.assertEqual(client.receive(), b"OK")
                client.receive()
        self.assertEqual(self.next_client(proxy).ask("?"), b"S05")
        proxy.stop()
        self.assertEqual(proxy.process.returncode, DONE)

    def test_an_end_while_the_server_behind_is_silent(self):
        """It has ten minutes to erase; whoever ends the proxy does not wait for that."""
        server = self.behind(lambda packet: packet.startswith(b"vFlashErase"))
        proxy = self.proxy(server.address, "-l", G4)
        client = self.next_client(proxy, no_ack=True)
        client.send(b"vFlashErase:%x,%x" % (FLASH + 128 * KIB - PAGE, 2 * PAGE))
        self.assertTrue(server.silent.wait(peers.HUNG))
        proxy.stop()
        self.assertEqual(proxy.process.returncode, DONE)
        self.assertRegex(client.receive(), b"^E[.]interrupted")

    def behind(self, ignore):
        """A server with 8 KiB more than our loader writes that does not answer all."""
        class Silent(stub.Stub):
            silent = threading.Event()

            def answer(self, packet):
                if ignore(packet):
                    self.silent.set()
                    return None
                return super().answer(packet)

        server = Silent(stub.Machine(flash=(FLASH, 136 * KIB)))
        self.addCleanup(server.close)
        return server

    def test_a_memory_map_without_an_end(self):
        class Endless(stub.Stub):
            endless = False

            def _transfer(self, packet):
                endless = self.endless and b"memory-map" in packet
                return b"m " if endless else super()._transfer(packet)

        server = Endless()
        self.addCleanup(server.close)
        client = self.next_client(self.proxy(server.address, "-l", G4), no_ack=True)
        server.endless = True
        self.assertIn(b"flash", client.transfer("memory-map"))
        self.assertLess(len(server.requests), 10000)

    def test_nothing_of_ours_is_said_to_another_client(self):
        """Not even what a job of ours set in the core when the link broke."""
        class Cut(stub.Stub):
            cut = False

            def connected(self):
                self.requests.append(b"connected")

            def _resume(self, packet):
                return False if self.cut else super()._resume(packet)

        machine = stub.Machine()
        machine.script = stub.Loader(elf32.Elf(G4))
        server = Cut(machine)
        self.addCleanup(server.close)
        proxy = self.proxy(server.address, "-l", G4)
        server.cut = True
        with self.next_client(proxy) as client:
            self.assertRegex(client.flash([(FLASH, PAGE)], [(FLASH, b"one")]), b"^E[.].*closed")
        server.cut = False
        with self.next_client(proxy) as client:
            packets = list(server.requests)
            self.assertEqual(client.flash([(FLASH, PAGE)], [(FLASH, b"two")]), b"OK")
        last = max(i for i, p in enumerate(packets) if p == b"connected")
        self.assertTrue([p for p in packets if re.match(b"[XM]e000edfc,", p)],
                        "the job set nothing in the core")
        self.assertTrue(packets[last + 1].startswith(b"qSupported"), packets[last:])
        # What was set is taken back before a client has gone.
        self.assertEqual(machine.read(0xE000EDFC, 4), bytes(4))

    def test_the_core_runs(self):
        """No flash operation meanwhile; an interrupt passes."""
        inner = self.board()
        proxy = self.proxy(inner.address, "-l", G4)
        with self.client(proxy) as client:
            client.begin("xmlRegisters=arm")
            client.write(CODE, LOOP, binary=False)
            client.okay(f"Pf={CODE.to_bytes(4, 'little').hex()}")
            client.okay("P2=00100020")
            client.send(b"vCont;c")
            client.send(f"vFlashErase:{FLASH:x},800".encode())
            self.assertRegex(client.receive(), rb"^E\..*runs")
            client.send(b"qRcmd," + b"stoker flash".hex().encode())
            self.assertRegex(client.receive(), rb"^E\..*runs")
            client.interrupt()
            self.assertRegex(client.receive(), rb"^T02")
            self.assertEqual(client.flash([(FLASH, 2 * KIB)], [(FLASH, b"after all")]), b"OK")
            self.assertEqual(client.read(FLASH, 10), b"after all\xff")

    def test_one_that_comes_after_one_that_broke_off(self):
        """In the middle of a flash operation: nothing of it is left."""
        inner = self.board()
        proxy = self.proxy(inner.address, "-l", G4)
        with self.client(proxy) as client:
            client.begin()
            client.okay(f"vFlashErase:{FLASH:x},800")
            client.okay(b"vFlashWrite:%x:never" % FLASH)
        client = self.next_client(proxy)
        self.assertEqual(client.ask("vFlashDone"), b"OK")
        self.assertEqual(client.read(FLASH, 5), b"\xff" * 5)
        proxy.stop()
        inner.stop()
        self.assertEqual(proxy.process.returncode, DONE)


if __name__ == "__main__":
    main()
