# SPDX-License-Identifier: MIT
"""The GDB remote serial protocol in Python, apart from the C code: framing and a client.

Written from GDB's manual, appendix E, and strict: what the manual does not allow
raises ProtocolError. stub.py has a server made of it, relay.py a man in the middle.
"""
import re
import select
import socket
import time
from collections import namedtuple

ESCAPED = b"#$}*"
ACK, NACK, INTERRUPT = b"+", b"-", b"\x03"


class ProtocolError(Exception):
    """The other end sent what the manual does not allow."""


class Closed(Exception):
    """The other end closed the connection."""


# ---- framing ---------------------------------------------------------------

def checksum(raw):
    return b"%02x" % (sum(raw) % 256)


def escape(payload):
    """Also '*': requests need not, replies must."""
    return b"".join(bytes([ord("}"), c ^ 0x20]) if c in ESCAPED else bytes([c]) for c in payload)


def run_lengths(raw):
    """Shorten runs of an escaped payload. An escape and its byte stay together."""
    out, i = b"", 0
    while i < len(raw):
        if raw[i:i + 1] == b"}":
            out, i = out + raw[i:i + 2], i + 2
            continue
        n = 1
        while i + n < len(raw) and raw[i + n] == raw[i] and n < 98:
            n += 1
        while n > 3 and chr(n - 1 + 29) in "#$":
            n -= 1
        out += raw[i:i + 1] * n if n <= 3 else raw[i:i + 1] + b"*" + bytes([n - 1 + 29])
        i += n
    return out


def frame(payload, start=b"$", runs=False):
    raw = escape(payload)
    if runs:
        raw = run_lengths(raw)
    return start + raw + b"#" + checksum(raw)


def unframe(raw, replies):
    """Escapes and, in what a stub sends, run lengths undone."""
    out, i = bytearray(), 0
    while i < len(raw):
        c = raw[i]
        if c == ord("}"):
            if i + 1 == len(raw):
                raise ProtocolError(f"{raw!r} ends with an escape")
            out.append(raw[i + 1] ^ 0x20)
            i += 2
        elif c == ord("*") and replies:
            count = raw[i + 1] - 29 if i + 1 < len(raw) else -1
            if not out or not 3 <= count <= 97:
                raise ProtocolError(f"a run without a byte or of {count} in {raw!r}")
            out += out[-1:] * count
            i += 2
        else:
            out.append(c)
            i += 1
    return bytes(out)


# kind: "packet", "notification", "damaged", "ack", "nack", "interrupt", "noise";
# raw: as it came, frame and all; payload: decoded
Unit = namedtuple("Unit", "kind raw payload")

_UNIT = re.compile(rb"[$%][^#$]*#[0-9a-fA-F]{2}|[-+\x03]", re.S)
_BEGUN = re.compile(rb"[$%][^#$]*(#[0-9a-fA-F]?)?\Z", re.S)


class Framer:
    """Bytes in, units out, as soon as they are whole."""

    def __init__(self, replies):
        self.replies = replies
        self.held = b""

    def _unit(self, raw):
        single = {ACK: "ack", NACK: "nack", INTERRUPT: "interrupt"}.get(raw)
        if single:
            return Unit(single, raw, b"")
        if checksum(raw[1:-3]) != raw[-2:].lower():
            return Unit("damaged", raw, b"")
        kind = "packet" if raw[:1] == b"$" else "notification"
        return Unit(kind, raw, unframe(raw[1:-3], self.replies))

    def take(self, data):
        """All units that are whole now; every byte ends up in one, in order."""
        self.held += data
        units = []
        while self.held:
            found = _UNIT.match(self.held)
            if found:
                raw, self.held = found[0], self.held[found.end():]
                units.append(self._unit(raw))
            elif _BEGUN.match(self.held):
                break
            else:
                noise = re.match(rb"[$%][^$%]*|[^-+$%\x03]+", self.held, re.S)[0]
                self.held = self.held[len(noise):]
                units.append(Unit("noise", noise, b""))
        return units


# ---- client ----------------------------------------------------------------

class Client:
    """One connection to a stub. Every reply has @timeout seconds."""

    def __init__(self, host, port, timeout=20, ack=True):
        self.link = socket.create_connection((host, port), timeout)
        self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.timeout, self.ack = timeout, ack
        self.framer, self.units = Framer(replies=True), []
        self.packet_size = 0x400
        self.notifications = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.link.close()

    # ---- packets

    def _unit(self, deadline):
        while not self.units:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.link], [], [], left)[0]:
                raise TimeoutError("no reply")
            data = self.link.recv(65536)
            if not data:
                raise Closed()
            self.units = self.framer.take(data)
        return self.units.pop(0)

    def send(self, payload):
        self.link.sendall(frame(payload))
        if self.ack:
            unit = self._unit(time.monotonic() + self.timeout)
            if unit.kind != "ack":
                raise ProtocolError(f"{unit} instead of an acknowledgement of {payload!r}")

    def receive(self, timeout=None):
        """The payload of the next packet; notifications are put aside."""
        deadline = time.monotonic() + (self.timeout if timeout is None else timeout)
        while (unit := self._unit(deadline)).kind == "notification":
            self.notifications.append(unit.payload)
        if unit.kind != "packet":
            raise ProtocolError(f"{unit} instead of a packet")
        if self.ack:
            self.link.sendall(ACK)
        return unit.payload

    def ask(self, payload):
        self.send(payload.encode() if isinstance(payload, str) else payload)
        return self.receive()

    def begin(self, features="swbreak+;hwbreak+;error-message+", no_ack=False):
        """qSupported as a dictionary; with @no_ack acknowledgements end, if offered."""
        offered = {}
        for item in self.ask(f"qSupported:{features}").decode().split(";"):
            name, equals, value = item.partition("=")
            offered[name if equals else item[:-1]] = value if equals else item[-1:]
        if "PacketSize" in offered:
            self.packet_size = int(offered["PacketSize"], 16)
        if no_ack and offered.get("QStartNoAckMode") == "+" and self.ask("QStartNoAckMode") == b"OK":
            self.ack = False
        return offered

    # ---- what packets mean

    def okay(self, payload):
        reply = self.ask(payload)
        if reply != b"OK":
            raise ProtocolError(f"{payload!r}: {reply!r}")

    def read(self, addr, size):
        data = b""
        while len(data) < size:
            part = min(size - len(data), (self.packet_size - 4) // 2)
            reply = self.ask(f"m{addr + len(data):x},{part:x}")
            if reply[:1] == b"E" or not reply or len(reply) % 2 or len(reply) > 2 * part:
                raise ProtocolError(f"m of {part} bytes at {addr + len(data):#x}: {reply!r}")
            data += bytes.fromhex(reply.decode())
        return data

    def write(self, addr, data, binary=True):
        most = (self.packet_size - 32) // 2
        for at in range(0, len(data), most):
            part = data[at:at + most]
            head = b"%s%x,%x:" % (b"X" if binary else b"M", addr + at, len(part))
            self.okay(head + (part if binary else part.hex().encode()))

    def transfer(self, what, annex=""):
        """qXfer:WHAT:read, whole."""
        text = b""
        while True:
            reply = self.ask(f"qXfer:{what}:read:{annex}:{len(text):x},{self.packet_size - 8:x}")
            if reply[:1] not in (b"m", b"l"):
                raise ProtocolError(f"qXfer:{what}: {reply!r}")
            text += reply[1:]
            if reply[:1] == b"l":
                return text

    def monitor(self, command):
        """(text, final reply)"""
        self.send(b"qRcmd," + command.encode().hex().encode())
        text = b""
        while (reply := self.receive())[:1] == b"O" and reply != b"OK":
            text += bytes.fromhex(reply[1:].decode())
        if reply not in (b"OK", b"") and reply[:1] != b"E":
            text, reply = text + bytes.fromhex(reply.decode()), b"OK"
        return text.decode(), reply

    def flash(self, erase, chunks):
        """vFlashErase of ranges, vFlashWrite of (address, bytes), vFlashDone: its reply."""
        for start, size in erase:
            self.okay(f"vFlashErase:{start:x},{size:x}")
        most = (self.packet_size - 32) // 2
        for start, data in chunks:
            for at in range(0, len(data), most):
                self.okay(b"vFlashWrite:%x:" % (start + at) + data[at:at + most])
        return self.ask("vFlashDone")

    def interrupt(self):
        self.link.sendall(INTERRUPT)
