#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A board against clients that are odd, broken or hostile.

Whatever they send, the board stays: the next client finds it as it was, and the
flash has changed by finished flash jobs alone.
"""
import contextlib
import random
import socket
import struct

import boardproc
import harness
import rsp
from harness import FLASH, PAGE, Case

ROUNDS = 40
RAM = 0x20000000
# Requests that leave the core halted and the link open.
SEEDS = [
    b"qSupported:multiprocess+;swbreak+;hwbreak+;xmlRegisters=i386", b"vMustReplyEmpty", b"?",
    b"Hg0", b"Hc-1", b"qfThreadInfo", b"qsThreadInfo", b"qC", b"qAttached", b"qOffsets", b"T1",
    b"qXfer:features:read:target.xml:0,ffb", b"qXfer:memory-map:read::0,1000",
    b"qXfer:features:read:../../etc/passwd:0,100", b"qTStatus", b"qSymbol::",
    b"g", b"p0", b"pf", b"p10", b"P0=78563412", b"Pd=00800020", b"G" + b"00" * 68,
    b"m20000000,40", b"m8000000,100", b"me000ed00,4", b"m0,0", b"mffffffff,10",
    b"mffffffffffffffff,ffffffffffffffff", b"M20000000,4:01020304", b"X20000010,4:ab}\x03c",
    b"X20000000,0:", b"x20000000,20", b"Z0,20000100,2", b"z0,20000100,2", b"Z1,8000100,2",
    b"z1,8000100,2", b"Z2,20000000,4", b"z2,20000000,4", b"vFlashErase:8000000,800",
    b"vFlashErase:8000001,7ff", b"vFlashErase:0,ffffffff", b"vFlashWrite:8000000:abcd",
    b"vFlashWrite:ffffffff:abcd", b"vFlashWrite:8000000:", b"vCont?", b"vKill;1", b"vRun;",
    b"vAttach;1", b"qRcmd,", b"qRcmd,6", b"qRcmd,zz", b"qRcmd,68656c70", b"qRcmd," + b"41" * 400,
    b"qCRC:20000000,40", b"QStartNoAckMod", b"QPassSignals:1;2", b"A4,0,61", b"F-1,0", b"i", b"!",
    b"qSearch:memory:20000000;40;ab", b"vFile:open:2f6574632f706173737764,0,0", b"",
]


class Hostile(Case):
    def setUp(self):
        super().setUp()
        self.board = boardproc.Board(self.chip(), "-l", harness.G4, env=self.env)
        self.addCleanup(self.ends)
        self.content = harness.noise(11, 4 * PAGE)
        self.write(self.content)

    def ends(self):
        """It is still there, and ends when it is asked to."""
        said, code = self.board.stop()
        self.assertEqual(code, harness.DONE, said)
        self.assertNotRegex(said, "Sanitizer|runtime error")

    def client(self, **how):
        return rsp.Client("127.0.0.1", self.board.port, timeout=60, **how)

    def raw(self):
        return socket.create_connection(("127.0.0.1", self.board.port), 60)

    def write(self, content):
        with self.client() as client:
            client.begin(no_ack=True)
            self.assertEqual(client.flash([(FLASH, len(content))], [(FLASH, content)]), b"OK")

    def unharmed(self):
        with self.client() as client:
            client.begin(no_ack=True)
            client.write(RAM + 0x100, b"alive")
            self.assertEqual(client.read(RAM + 0x100, 5), b"alive")
            self.assertEqual(client.read(FLASH, len(self.content)), self.content)

    def test_bytes_that_are_no_packets(self):
        for data in (b"", b"\0" * 70000, b"GET / HTTP/1.1\r\n\r\n", b"$", b"$" * 70000, b"#" * 9,
                     b"+" * 70000, b"-" * 70000, b"\x03" * 500, b"}" * 100, b"$}#7d", b"$m#00",
                     b"$" + b"a" * 300000, b"$" + b"a" * 300000 + b"#00", b"%Stop:#00",
                     b"$m20000000,4#", b"$m20000000,4#zz", b"+$?#3f$?#3f$?#3f$?#3f",
                     rsp.frame(b"m20000000,40") * 500):
            with self.subTest(data[:20]):
                with self.raw() as link, contextlib.suppress(OSError):	# it may hang up
                    link.sendall(data)
                    link.shutdown(socket.SHUT_WR)
                    while link.recv(65536):
                        pass
                self.unharmed()

    def test_clients_that_go_at_once(self):
        for _ in range(50):
            with self.raw() as link:
                link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                link.sendall(b"$qSupported#37$m20000000")
        self.unharmed()

    def test_every_packet_has_an_answer(self):
        """Also those that are almost right; and nothing of it reaches the flash."""
        for seed in range(ROUNDS):
            rng = random.Random(seed)
            with self.client() as client:
                for packet in rng.sample(SEEDS, 20):
                    if seed and packet:
                        packet = bytearray(packet)
                        for _ in range(rng.randrange(3)):
                            packet[rng.randrange(len(packet))] = rng.choice(b"0f:;,=-\xff\0Z$}#")
                    reply = client.ask(bytes(packet))
                    while reply[:1] == b"O" and reply != b"OK":	# what a command prints
                        reply = client.receive()
        self.unharmed()

    def test_half_a_flash_job(self):
        """What was not finished with vFlashDone has not happened."""
        other = harness.noise(12, PAGE)
        for packets in ([b"vFlashErase:8000000,800"],
                        [b"vFlashErase:8000000,800", b"vFlashWrite:8000000:" + other[:500]]):
            with self.client() as client:
                client.begin(no_ack=True)
                for packet in packets:
                    client.okay(packet)
            self.unharmed()
            with self.client() as client:
                client.begin(no_ack=True)
                client.ask(b"vFlashDone")	# there is nothing to be done
            self.unharmed()

    def test_one_client_at_a_time(self):
        with self.client() as first:
            first.begin()
            with self.raw() as second:
                second.settimeout(60)
                self.assertEqual(second.recv(100), b"")
            self.assertEqual(first.ask(b"qAttached"), b"1")
        self.unharmed()

    def test_a_client_that_goes_while_the_core_runs(self):
        with self.client() as client:
            client.begin(no_ack=True)
            client.write(RAM, b"\xfe\xe7")	# b .
            pc = RAM.to_bytes(4, "little").hex().encode()
            client.okay(b"Pf=" + pc)
            client.send(b"c")
        self.unharmed()


if __name__ == "__main__":
    harness.main()
