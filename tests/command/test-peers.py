#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The peers that other tests talk to: among themselves, and with gdb."""
import shutil
import subprocess
import time
import unittest

import harness	# finds tests/loaders
import elf32
import relay
import rsp
import stub

GDB = shutil.which("gdb-multiarch")


class Framing(unittest.TestCase):
    def units(self, data, replies=True):
        return [(u.kind, u.payload) for u in rsp.Framer(replies).take(data)]

    def test_examples_of_the_manual(self):
        # "Overview" of appendix E: "0* " is four zeros; "0* " in a packet, "$0* #7a"
        self.assertEqual(rsp.run_lengths(b"0000"), b"0* ")
        self.assertEqual(self.units(b"$0* #7a"), [("packet", b"0000")])
        self.assertEqual(rsp.frame(b"OK"), b"$OK#9a")
        self.assertEqual(rsp.escape(b"#$}*"), b"}\x03}\x04}]}\x0a")

    def test_every_byte_and_every_run(self):
        for runs in False, True:
            payload = bytes(range(256)) + b"".join(
                bytes([65 + n % 26]) * n for n in range(1, 110)) + b"}" * 9 + b"*" * 200
            raw = rsp.frame(payload, runs=runs)
            self.assertEqual(self.units(raw), [("packet", payload)])
            framer = rsp.Framer(True)
            units = [u for i in range(len(raw)) for u in framer.take(raw[i:i + 1])]
            self.assertEqual([u.payload for u in units], [payload])
        self.assertNotRegex(rsp.run_lengths(b"a" * 1000), rb"\*[#$+\x7f-\xff]" b"|#")

    def test_what_is_no_packet(self):
        self.assertEqual(self.units(b"ab$OK#9a+-\x03$OK#9b%Stop:#0d"), [
            ("noise", b""), ("packet", b"OK"), ("ack", b""), ("nack", b""), ("interrupt", b""),
            ("damaged", b""), ("damaged", b"")])
        self.assertEqual(self.units(b"$O$OK#9a"), [("noise", b""), ("packet", b"OK")])
        with self.assertRaises(rsp.ProtocolError):
            self.units(rsp.frame(b"").replace(b"#00", b"*4#") + rsp.checksum(b"*4"))


class Peers(unittest.TestCase):
    def setUp(self):
        self.stub = stub.Stub(runs=True)
        self.addCleanup(self.stub.close)

    def relay(self, **how):
        between = relay.Relay("127.0.0.1", self.stub.port, **how)
        self.addCleanup(between.close)
        return between

    def talk(self, port, no_ack=False):
        data = harness.noise(1, 3000)
        with rsp.Client("127.0.0.1", port) as client:
            offered = client.begin(no_ack=no_ack)
            self.assertEqual(offered["QStartNoAckMode"], "+")
            client.write(0x20000000, data)
            client.write(0x20000001, data[1:], binary=False)
            self.assertEqual(client.read(0x20000000, 3000), data)
            self.assertEqual(client.transfer("features", "target.xml"), self.stub.target_xml())
            self.assertEqual(client.monitor("reset halt")[1], b"OK")
            page = harness.noise(2, 2048)
            self.assertEqual(client.flash([(0x08000800, 2048)], [(0x08000800, page)]), b"OK")
            self.assertEqual(client.read(0x08000800, 2048), page)
            client.send(b"c")
            client.interrupt()
            self.assertEqual(client.receive(), b"T02")
        self.assertEqual(self.stub.faults(), [])

    def test_alone(self):
        self.talk(self.stub.port)
        self.talk(self.stub.port, no_ack=True)

    def test_in_the_middle(self):
        for how in {}, {"single": True}, {"delay": 0.001}:
            between = self.relay(**how)
            self.talk(between.port, no_ack=True)
            self.assertGreater(between.counts.round_trips, 20)
            # monitor has a line of text beside its reply
            self.assertEqual(between.counts.packets["up"], between.counts.packets["down"] - 1)

    def test_delay_is_latency(self):
        between = self.relay(delay=0.02)
        with rsp.Client("127.0.0.1", between.port) as client:
            client.begin(no_ack=True)
            begin = time.monotonic()
            client.link.sendall(rsp.frame(b"qC") * 50)
            for _ in range(50):
                client.receive()
            self.assertGreaterEqual(time.monotonic() - begin, 0.04)

    def test_cuts(self):
        for how, sent in (({"cut": ("up", 3, True)}, 3), ({"cut": ("up", 3, False)}, 2),
                          ({"cut": ("down", 2, False)}, 2), ({"cut_bytes": ("up", 20)}, 2)):
            between = self.relay(**how)
            before = len(self.stub.requests)
            with rsp.Client("127.0.0.1", between.port) as client, \
                    self.assertRaises((rsp.Closed, OSError)):
                while True:
                    client.ask("qC")
            between.close()
            self.assertTrue(between.was_cut)
            self.assertLessEqual(abs(len(self.stub.requests) - before - sent), 1)

    def test_damage_is_seen(self):
        between = self.relay(damage={("up", 2)})
        with rsp.Client("127.0.0.1", between.port) as client:
            client.ask("qC")
            with self.assertRaises(rsp.ProtocolError):
                client.ask("qC")
        self.assertEqual(len(self.stub.faults()), 1)

    def test_a_loader_is_played(self):
        machine = self.stub.machine
        elf = elf32.Elf(harness.G4)
        loader = machine.script = stub.Loader(elf)
        code = 0x20000020
        data = harness.noise(3, 1024)
        machine.write(code, loader.code)
        machine.write(0x20004000, data)
        with rsp.Client("127.0.0.1", self.stub.port) as client:
            client.okay("Z1,20000000,2")
            for name, args in (("EraseSector", [0x08001000]),
                               ("ProgramPage", [0x08001000, 1024, 0x20004000])):
                for i, value in enumerate(args):
                    client.okay(b"P%x=" % i + value.to_bytes(4, "little").hex().encode())
                client.okay(b"Pe=" + (0x20000001).to_bytes(4, "little").hex().encode())
                at = code + loader.functions[name]
                client.okay(b"Pf=" + at.to_bytes(4, "little").hex().encode())
                self.assertEqual(client.ask("c"), b"S05")
            self.assertEqual(client.read(0x08001000, 1024), data)
        self.assertEqual([c[0] for c in loader.calls], ["EraseSector", "ProgramPage"])


@unittest.skipUnless(GDB, "gdb-multiarch is not installed")
class WithGdb(unittest.TestCase):
    def test_gdb_understands_the_stub(self):
        for offers in stub.FULL, stub.PLAIN:
            with stub.Stub(offers=offers, runs=True) as peer:
                peer.machine.regs.update(r7=0x12345678, pc=0x20000100)
                done = subprocess.run(
                    [GDB, "-nx", "-batch", "-ex", "set architecture armv7e-m",
                     "-ex", f"target remote {peer.address}", "-ex", "p/x $r7",
                     "-ex", "set var *(int *)0x20000200 = 0x55aa55aa",
                     "-ex", "p/x *(int *)0x20000200", "-ex", "p/x *(int *)0x20000300",
                     "-ex", "detach"], capture_output=True, text=True, check=False)
                for text in "= 0x12345678", "= 0x55aa55aa", "= 0x0":
                    self.assertIn(text, done.stdout, done.stderr)
                self.assertEqual(peer.faults(), [])


if __name__ == "__main__":
    harness.main()
