#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The gdb target against servers that are odd, broken or hostile.

What the protocol allows must work: the flash then holds the image, and the
client did nothing that the manual does not allow. Everything else ends with
exit code 4 and one sentence; and whatever it was, success is only ever
reported for a flash that holds the image.
"""
import random
import socket
import struct
import subprocess
import unittest

import harness
import elf32
import relay
import rsp
import stub
from harness import DONE, NO, TARGET, FLASH, PAGE

SHORT = 400	# ms that a reply may take where none comes
LONGEST = 300	# s until a run counts as hanging, also under sanitizers
HASTY = ["--host", "probe-rs"]	# two seconds for Init, not ten
ELF = elf32.Elf(harness.G4)


class ServerCase(harness.Case):
    def setUp(self):
        super().setUp()
        self.content = harness.noise(7, PAGE + 300)
        self.image = self.file("image.bin", self.content)

    def server(self, kind=stub.Stub, **how):
        peer = kind(**how)
        peer.machine.script = stub.Loader(ELF)
        self.addCleanup(peer.close)
        return peer

    def program(self, address, timeout=SHORT, *more):
        """(exit code, sentence, what JSON says); it must end by itself."""
        waits = ["-p", f"gdb.timeout={timeout}"] if timeout else []
        with self.start("program", "--json", self.image, "--base", FLASH, "-l", harness.G4,
                        "-t", f"gdb:{address}", "--chip", "stm32g431cb", *waits, *more) as p:
            try:
                out, err = p.communicate(timeout=LONGEST)
            except subprocess.TimeoutExpired:
                p.kill()
                self.fail(f"it hangs: {p.communicate()}")
        err = err.decode(errors="replace")
        self.assertIn(p.returncode, (DONE, NO, TARGET), err)
        said = self.document(out.decode(), err)
        self.assertEqual(said["ok"], p.returncode == DONE)
        return p.returncode, err, said

    def holds(self, peer):
        machine = peer.machine
        return machine.read(FLASH, len(self.content)) == self.content

    def works(self, peer, address=None):
        code, err, _ = self.program(address or peer.address, timeout=None)
        self.assertEqual(code, DONE, err)
        self.assertTrue(self.holds(peer))
        self.assertEqual(peer.faults(), [])

    def told(self, code, err, said):
        """It failed as a target does, with one sentence, without what a terminal obeys."""
        self.assertEqual(code, TARGET, err)
        # A command that is the server may have its say before.
        self.assertRegex(err, r"(\A|\n)stoker program: [^\n]+\n\Z")
        self.assertRegex(said["error"]["message"], r"\A[ -~\u00a0-\uffff]+\Z")
        self.assertNotRegex(err, "[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffd]")
        return said["error"]

    def refused(self, peer, *more):
        return self.told(*self.program(peer.address, SHORT, *more))

    def no_lie(self, peer):
        """Odd enough that both ways are right: but no success without the bytes."""
        code, err, said = self.program(peer.address)
        if code == DONE:
            self.assertTrue(self.holds(peer))
        else:
            self.assertRegex(err, r"\Astoker program: [^\n]+\n")
            self.assertTrue(said["error"]["message"])
        return code


def replying(prefix, reply, base=stub.Stub):
    """A stub that answers requests that begin so with @reply, or reply(self, packet)."""
    class Odd(base):
        def answer(self, packet):
            if packet.startswith(prefix):
                return reply(self, packet) if callable(reply) else reply
            return super().answer(packet)
    return Odd


# ---- what the protocol allows ------------------------------------------------

class Retransmits(stub.Stub):
    """The first copy of each reply is damaged; what asks for it again gets it right."""

    def reply(self, payload):
        super().reply(payload)

    def transmit(self, raw):
        again = raw == getattr(self, "sent", None)
        self.sent = None if again else raw
        super().transmit(raw if again else relay.damaged(raw))


class AsksAgain(stub.Stub):
    """Each request counts only when it came the second time."""

    def unit(self, unit):
        if unit.kind == "packet" and self.ack and getattr(self, "first", None) != unit.raw:
            self.first = unit.raw
            self.link.sendall(rsp.NACK)
            return True
        self.first = None
        return super().unit(unit)


class Chatters(stub.Stub):
    """Notifications, and bytes that are no packet, before each reply."""

    def transmit(self, raw):
        super().transmit(rsp.frame(b"Stop:T05thread:1;", b"%") + b"\r\nInfo : hello\n" + raw)


class PartialReads(stub.Stub):
    """m may give fewer bytes than asked for."""

    def _read(self, packet):
        addr, size = self._window(packet[1:])
        return self.machine.read(addr, max(1, size * 2 // 3)).hex().encode()


class Speaks(stub.Stub):
    """Console output while the core runs; then a stop with more than anybody asked for."""

    def _resume(self, packet):
        stop = super()._resume(packet)
        return [b"O" + b"semihosting\n".hex().encode(),
                b"T05thread:1;hwbreak:;0f:" + struct.pack("<I", self.machine.regs["pc"]).hex()
                .encode() + b";reason:breakpoint;"] if stop == b"S05" else stop


class Allowed(ServerCase):
    def test_everything_and_next_to_nothing(self):
        for name, how in (("all", {}), ("run-lengths", {"runs": True}),
                          ("plainest", {"offers": stub.PLAIN | {"reset"}, "packet_size": 0}),
                          ("one register at a time",
                           {"offers": {"g", "p", "P", "Z1", "target.xml", "reset"}}),
                          ("no hexadecimal", {"offers": stub.FULL - {"vFlash", "no-ack"}}),
                          ("small packets", {"offers": stub.PLAIN | {"reset"}, "packet_size": 400}),
                          ("large packets", {"packet_size": 0x4000}),
                          ("breakpoints in RAM alone", {"offers": {"g", "G", "reset"}})):
            with self.subTest(name):
                self.works(self.server(**how))

    def test_oddities(self):
        for kind in Retransmits, AsksAgain, Chatters, PartialReads, Speaks:
            offers = {"g", "G", "Z0", "target.xml", "vCont", "reset"}
            if kind in (Chatters, Speaks):
                offers = stub.FULL
            with self.subTest(kind.__name__):
                self.works(self.server(kind, offers=offers))

    def test_links(self):
        for name, how in (("byte by byte", {"single": True}), ("slow", {"delay": 0.002}),
                          ("damaged ways", {"damage": {("up", 45), ("down", 50), ("up", 70),
                                                       ("down", 75)}})):
            with self.subTest(name):
                peer = self.server(offers=stub.FULL - {"no-ack"})
                between = relay.Relay("127.0.0.1", peer.port, **how)
                self.addCleanup(between.close)
                code, err, said = self.program(between.address, timeout=None)
                self.assertEqual(code, DONE, err)
                self.assertTrue(self.holds(peer))
                self.assertEqual(len(peer.faults()), len(between.damage & {("up", 45), ("up", 70)}))
                if "damage" in how:
                    self.assertGreaterEqual(said["link"]["repeated"], 4)


# ---- servers that do not answer ------------------------------------------------

class Silent(stub.Stub):
    def unit(self, unit):
        return True


class SilentAfter(stub.Stub):
    """Takes that many requests, then only acknowledges."""
    most = 0

    def _packet(self, unit):
        if len(self.requests) >= self.most:
            self.link.sendall(rsp.ACK)
            return True
        return super()._packet(unit)


class OnlyNacks(stub.Stub):
    def unit(self, unit):
        self.link.sendall(rsp.NACK)
        return True


class OnlyDamaged(stub.Stub):
    def transmit(self, raw):
        super().transmit(relay.damaged(raw))


class Endless(stub.Stub):
    """From the n-th request on nothing but @stream, until the client has gone."""
    after, stream, first = 0, b"", b""

    def _packet(self, unit):
        if len(self.requests) < self.after:
            return super()._packet(unit)
        self.link.sendall(rsp.ACK + self.first)
        while not self.ended:
            self.link.sendall(self.stream * (1 + 16384 // len(self.stream)))
        return False


class EndlessRun(stub.Stub):
    """Nothing but @stream once the core was let run."""
    stream = b""

    def _resume(self, packet):
        while not self.ended:
            self.link.sendall(self.stream * 1000)
        return False


class Silences(ServerCase):
    def test_no_answer(self):
        for kind in Silent, OnlyNacks, OnlyDamaged:
            with self.subTest(kind.__name__):
                self.refused(self.server(kind))

    def test_silence_in_the_middle(self):
        whole = self.server()
        self.works(whole)
        for most in (1, 2, 5, len(whole.requests) // 2):
            with self.subTest(most):
                self.refused(self.server(type("After", (SilentAfter,), {"most": most})))

    def test_what_never_ends(self):
        for after in 0, 60:
            for name, first, stream in (
                    ("notifications", b"", rsp.frame(b"Stop:T05", b"%")),
                    ("a packet", b"$", b"0123456789abcdef"), ("noise", b"", b"\r\nhello "),
                    ("a run", b"$0", b"*~"), ("acknowledgements", b"", b"+"),
                    ("refusals", b"", b"-"), ("console", b"", rsp.frame(b"O41")),
                    ("a notification", b"%", b"Stop:T05thread")):
                with self.subTest(name, after=after):
                    kind = type("Ever", (Endless,),
                                {"after": after, "first": first, "stream": stream})
                    self.refused(self.server(kind))


    def test_what_never_ends_while_the_core_runs(self):
        for payload, start in ((b"O41", b"$"), (b"Stop:T05", b"%"), (b"Fclose,5", b"$")):
            with self.subTest(payload):
                stream = rsp.frame(payload, start)
                peer = self.server(type("Ever", (EndlessRun,), {"stream": stream}))
                code, err, _ = self.program(peer.address, SHORT, *HASTY)
                self.assertIn(code, (NO, TARGET), err)


# ---- servers that go -----------------------------------------------------------

class ClosesAt(stub.Stub):
    """At the n-th request: before an answer, in the middle of it, or by a reset."""
    at, how = 0, "before"

    def _packet(self, unit):
        self.dying = len(self.requests) == self.at
        if self.dying and self.how == "before":
            return False
        if self.dying and self.how == "reset":
            self.link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        return super()._packet(unit)

    def transmit(self, raw):
        if getattr(self, "dying", False):
            super().transmit(raw[:len(raw) - 2])
            raise OSError("gone")
        super().transmit(raw)


class Goes(ServerCase):
    def test_at_any_request(self):
        whole = self.server()
        self.works(whole)
        most = len(whole.requests)
        for at in (0, 4, 20, most // 2):
            for how in "before", "middle", "reset":
                with self.subTest(how, at=at):
                    self.refused(self.server(type("Closing", (ClosesAt,), {"at": at, "how": how})))
        with self.subTest("as RAM and registers are put back"):
            peer = self.server(type("Closing", (ClosesAt,), {"at": most - 8}))
            code, err, said = self.program(peer.address)
            self.assertEqual(code, DONE, err)
            self.assertTrue(self.holds(peer))
            self.assertIn("put back", said["warnings"][0])

    def test_nobody_there(self):
        with socket.create_server(("127.0.0.1", 0)) as s:
            port = s.getsockname()[1]
        for address in (f"127.0.0.1:{port}", f":{port}", f"[::1]:{port}", "/nowhere/socket",
                        "host.invalid:3333", "|false", "|exit 3", "|/nowhere/server", "|cat",
                        "|yes", "|sleep 1000", "|kill -9 $$"):
            with self.subTest(address):
                waits = ["-p", f"gdb.timeout={SHORT}"]
                with self.start("program", "--json", self.image, "--base", FLASH, "-l",
                                harness.G4, "--chip", "stm32g431cb", *waits, "-t",
                                f"gdb:{address}") as p:
                    out, err = p.communicate(timeout=LONGEST)
                self.told(p.returncode, err.decode(), self.document(out.decode(), err.decode()))

    def test_wrong_addresses(self):
        for address in ("127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:x", "[::1",
                        "|", ""):
            with self.subTest(address):
                _, err = self.stoker("read", "--range", "0+4", "-o", "x", "-l", harness.G4,
                                     "--chip", "stm32g431cb", "-t", f"gdb:{address}",
                                     code=harness.USAGE)
                self.assertRegex(err, r"\Astoker read: [^\n]+\n")


# ---- servers that answer nonsense ------------------------------------------------

NONSENSE = {
    b"m": [b"", b"E01", b"E.no memory behind that door", b"zz", b"0", b"00" * 5000, b"OK", b"l"],
    b"g": [b"", b"E01", b"00" * 3, b"zz" * 84, b"0", b"00" * 40000, b"OK", b"E.asleep"],
    b"G": [b"E01", b"00", b"E.read only"],
    b"M": [b"", b"E01", b"E.no memory behind that door", b"00", b"O", b"OKOK"],
    b"Z": [b"E01", b"E.none left", b"00"],
    b"c": [b"W00", b"X0b", b"N", b"E01", b"", b"T", b"T0", b"Tzz", b"S", b"Fwrite,1,20000000/5,5",
           b"vCont", b"W", b"X", b"OK", b"E.no clock"],
    b"?": [b"W00", b"X09", b"N", b"E01", b"zz"],
}
EITHER = {b"?"}		# nobody needs it


class Nonsense(ServerCase):
    offers = {"g", "G", "Z0", "reset"}

    def test_replies(self):
        for prefix, replies in NONSENSE.items():
            for reply in replies:
                with self.subTest(prefix, reply=reply[:30]):
                    peer = self.server(replying(prefix, reply), offers=self.offers)
                    if prefix in EITHER:
                        self.no_lie(peer)
                        continue
                    error = self.refused(peer)
                    if reply[:2] == b"E." and prefix != b"c":
                        self.assertIn(reply[2:].decode(), error["message"])

    def test_always_the_same(self):
        for reply in b"", b"OK", b"E01", b"00", b"l", b"m", b"S05", b"T05", b"W00", b"\0" * 50:
            with self.subTest(reply):
                self.refused(self.server(replying(b"", reply)))

    def test_text_that_a_terminal_would_obey(self):
        text = b"E.\x1b[2J\x07\r\nstoker: verified\n\x9b31m" + b"a" * 900
        peer = self.server(replying(b"M", text), offers=self.offers)
        self.refused(peer)

    def test_by_chance(self):
        """Each reply is, now and then, one that nobody expects."""
        pool = [r for replies in NONSENSE.values() for r in replies] + [b"\xff" * 9, b"m", b"T05"]
        for seed in range(25):
            rng = random.Random(seed)

            def odd(self, packet, rng=rng):
                return rng.choice(pool) if rng.random() < 0.03 else None

            class Chance(stub.Stub):
                def answer(self, packet):
                    return odd(self, packet) or super().answer(packet)

            with self.subTest(seed):
                self.no_lie(self.server(Chance))


class Sizes(ServerCase):
    def test_packet_sizes(self):
        for text in (b"PacketSize=0", b"PacketSize=1", b"PacketSize=10", b"PacketSize=20",
                     b"PacketSize=ffffffffffffffff", b"PacketSize=fffffffffffffffff",
                     b"PacketSize=zz", b"PacketSize=", b"PacketSize", b"PacketSize=-1",
                     b"PacketSize=80000000", b";;;=;=", b"=" * 3000, b"PacketSize=4000;" * 200):
            with self.subTest(text[:40]):
                self.no_lie(self.server(replying(b"qSupported", text),
                                        offers={"g", "G", "Z0", "reset"}, packet_size=0))


# ---- XML ----------------------------------------------------------------------

HEAD = b'<?xml version="1.0"?>'
REG = b'<reg name="%s" bitsize="%s" regnum="%s"/>'
BOMBS = {
    "not XML": b"\0\1\2<",
    "empty": b"",
    "unclosed": HEAD + b"<target><feature>",
    "entities": HEAD + b'<!DOCTYPE t [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' % (c, *[c - 1] * 8)
        for c in range(ord("b"), ord("z"))) + b"]><target>&y;</target>",
    "a file": HEAD + b'<!DOCTYPE t [<!ENTITY a SYSTEM "file:///etc/passwd">]><target>&a;</target>',
    "deep": HEAD + b"<feature>" * 20000,
    "itself": HEAD + b'<target><xi:include href="target.xml"/><xi:include href="target.xml"/></target>',
    "many registers": HEAD + b"<target>" + b"".join(
        REG % (b"q%d" % i, b"32", b"%d" % i) for i in range(5000)) + b"</target>",
    "wide": HEAD + b"<target>" + REG % (b"r0", b"4294967295", b"0") + b"</target>",
    "no width": HEAD + b"<target>" + REG % (b"r0", b"0", b"0") + b"</target>",
    "far": HEAD + b"<target>" + REG % (b"r0", b"32", b"18446744073709551615") + b"</target>",
    "twice": HEAD + b"<target>" + REG % (b"r0", b"32", b"0") * 2 + b"</target>",
    "long name": HEAD + b"<target>" + REG % (b"r" * 5000, b"32", b"0") + b"</target>",
    "no registers": HEAD + b"<target></target>",
}
MAPS = {
    "not XML": b"\0\1\2<",
    "wraps": b'<memory-map><memory type="ram" start="0xffffffff" length="0xffffffffffffffff"/>'
             b"</memory-map>",
    "nothing": b'<memory-map><memory type="ram" start="0x20000000" length="0"/></memory-map>',
    "no block": b'<memory-map><memory type="flash" start="0x8000000" length="0x20000"/></memory-map>',
    "block 0": b'<memory-map><memory type="flash" start="0x8000000" length="0x20000">'
               b'<property name="blocksize">0</property></memory></memory-map>',
    "many": b"<memory-map>" + b"".join(
        b'<memory type="ram" start="0x%x" length="0x10"/>' % (i * 16) for i in range(20000))
        + b"</memory-map>",
    "overlapping": b"<memory-map>" + b'<memory type="ram" start="0" length="0xffffffff"/>' * 50
        + b"</memory-map>",
}


class Xml(ServerCase):
    def test_descriptions(self):
        for name, text in BOMBS.items():
            with self.subTest(name):
                kind = type("Bomb", (stub.Stub,), {"target_xml": lambda _, t=text: t})
                self.no_lie(self.server(kind))

    def test_maps(self):
        for name, text in MAPS.items():
            with self.subTest(name):
                kind = type("Map", (stub.Stub,), {"memory_map": lambda _, t=text: t})
                self.no_lie(self.server(kind))

    def test_transfers(self):
        for name, reply in (("never ends", b"m" + b"<!-- -->" * 60), ("no progress", b"m"),
                            ("no letter", b""), ("another letter", b"z<target/>"),
                            ("error", b"E01"), ("text", b"E.no such annex"),
                            ("more than asked for", b"m" + b" " * 8000)):
            for what in b"qXfer:features", b"qXfer:memory-map":
                with self.subTest(name, what=what):
                    self.no_lie(self.server(replying(what, reply)))


# ---- servers that lie -----------------------------------------------------------

class ForgetsWrites(stub.Stub):
    def _write(self, packet):
        return b"OK"

    _write_binary = _write


class ForgetsRegisters(stub.Stub):
    def _set_all(self, packet):
        return b"OK"

    _set = _set_all


class StopsElsewhere(stub.Stub):
    def _resume(self, packet):
        self.machine.regs["pc"] = 0x20001000
        return b"S05"


class NeverStops(stub.Stub):
    def _resume(self, packet):
        self.running = True


class StopsForNobody(NeverStops):
    def unit(self, unit):
        return True if unit.kind == "interrupt" else super().unit(unit)


class ReadsNoise(stub.Stub):
    def _read(self, packet):
        _, size = self._window(packet[1:])
        return random.randbytes(size).hex().encode()


class FlashForgets(stub.Loader):
    """The loader says that all went well."""

    def play(self, machine, name, r0, r1, r2):
        return 0


class Liars(ServerCase):
    def test_targets_that_lie(self):
        for kind in ForgetsWrites, ForgetsRegisters, StopsElsewhere, StopsForNobody, ReadsNoise:
            with self.subTest(kind.__name__):
                peer = self.server(kind, offers=stub.FULL - {"x"})
                code, err, _ = self.program(peer.address, SHORT, *HASTY)
                self.assertIn(code, (NO, TARGET), err)
                self.assertFalse(self.holds(peer))

    def test_core_that_only_an_interrupt_stops(self):
        code, err, said = self.program(self.server(NeverStops).address, SHORT, *HASTY)
        self.assertEqual(code, NO, err)
        self.assertIn("Init", said["error"]["message"])

    def test_loader_that_lies(self):
        peer = self.server()
        peer.machine.script = FlashForgets(ELF)
        code, err, _ = self.program(peer.address)
        self.assertEqual(code, NO, err)


if __name__ == "__main__":
    harness.main()
