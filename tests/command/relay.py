# SPDX-License-Identifier: MIT
"""A man in the middle of a GDB connection: counts, delays, cuts, damages, splits, repeats.

A delay is a latency: bytes that come together go on together, however many there
are, each that much later than it came. One thread with one select() does it all.
"""
import collections
import os
import select
import socket
import threading
import time

import rsp

UP, DOWN = "up", "down"		# from the client; from the server


def damaged(raw):
    """A packet whose checksum is wrong by one turned bit of its payload, or itself."""
    if len(raw) > 4:
        return raw[:1] + bytes([raw[1] ^ 1]) + raw[2:]
    return raw[:-1] + (b"1" if raw[-1:] == b"0" else b"0")


class Counts:
    """What went by since the last client came."""

    def __init__(self):
        self.bytes = {UP: 0, DOWN: 0}
        self.packets = {UP: 0, DOWN: 0}
        self.round_trips = 0	# a client's packet after the server's had its say
        self.turn = DOWN

    def take(self, way, unit):
        self.bytes[way] += len(unit.raw)
        if unit.kind != "packet":
            return
        self.packets[way] += 1
        if way == UP and self.turn == DOWN:
            self.round_trips += 1
        self.turn = way


class Relay:
    """Between whoever connects to .address, and host:port. One client at a time.

    delay: seconds, each way. cut: (way, n, whole): the connection ends, for both, at the
    n-th packet that way, after it or with whole=False in the middle of it. cut_bytes:
    (way, n). damage, repeat: {(way, n)}: a bit of that packet is turned, it is sent twice.
    single: byte by byte. at: function of (way, n, unit), called before a packet goes on.
    """

    def __init__(self, host, port, **how):
        self.to = (host, port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self.wake_out, self.wake_in = os.pipe()
        self.counts, self.ended = Counts(), False
        self.was_cut = False
        self.alone = threading.Event()	# no client, and the server knows
        self.alone.set()
        self.set(**how)
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def set(self, delay=0, cut=None, cut_bytes=None, damage=(), repeat=(), single=False, at=None):
        """For the clients that come from now on."""
        self.delay, self.cut, self.cut_bytes = delay, cut, cut_bytes
        self.damage, self.repeat, self.single, self.at = set(damage), set(repeat), single, at

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.ended:
            return
        self.ended = True
        os.write(self.wake_in, b"x")
        self.thread.join()
        for fd in (self.wake_in, self.wake_out):
            os.close(fd)
        self.listener.close()

    def _serve(self):
        while not self.ended:
            if self.listener not in select.select([self.listener, self.wake_out], [], [])[0]:
                return
            client, _ = self.listener.accept()
            try:
                server = socket.create_connection(self.to)
            except OSError:
                client.close()
                continue
            self.alone.clear()
            _Connection(self, client, server).run()
            self.alone.set()


class _Connection:
    def __init__(self, relay, client, server):
        self.relay = relay
        self.way = {client: UP, server: DOWN}
        self.other = {client: server, server: client}
        self.framer = {client: rsp.Framer(False), server: rsp.Framer(True)}
        self.due = {client: collections.deque(), server: collections.deque()}
        self.open = {client, server}
        self.passed, self.number = {UP: 0, DOWN: 0}, {UP: 0, DOWN: 0}
        relay.counts, relay.was_cut = Counts(), False
        self.counts = relay.counts
        for s in self.way:
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def run(self):
        try:
            while not self.relay.ended and self._turn():
                pass
        except OSError:
            pass
        for s in self.way:
            s.close()

    def _turn(self):
        """False: it is over."""
        now = time.monotonic()
        for link, due in self.due.items():
            while due and due[0][0] <= now:
                if not self._forward(link, due.popleft()[1]):
                    return False
        waiting = [due[0][0] for due in self.due.values() if due]
        left = max(0, min(waiting) - time.monotonic()) if waiting else None
        for s in select.select([*self.open, self.relay.wake_out], [], [], left)[0]:
            if s in self.open:
                self._receive(s)
        return True

    def _receive(self, link):
        data = link.recv(65536)
        arrived = time.monotonic()
        if not data:	# passed on behind what was sent before it
            self.open.discard(link)
            self.due[link].append((arrived + self.relay.delay, None))
        for unit in self.framer[link].take(data):
            self.counts.take(self.way[link], unit)
            self.due[link].append((arrived + self.relay.delay, unit))

    def _forward(self, link, unit):
        if unit is None:
            return False
        way, relay, raw = self.way[link], self.relay, unit.raw
        times, after = 1, True
        if unit.kind == "packet":
            self.number[way] += 1
            n = self.number[way]
            if relay.at:
                relay.at(way, n, unit)
            if (way, n) in relay.damage:
                raw = damaged(raw)
            times += (way, n) in relay.repeat
            if relay.cut and relay.cut[:2] == (way, n):
                after = False
                raw = raw if relay.cut[2] else raw[:len(raw) // 2]
        left = None
        if relay.cut_bytes and relay.cut_bytes[0] == way:
            left = relay.cut_bytes[1] - self.passed[way]
            if left <= len(raw):
                raw, after = raw[:left], False
        self._send(self.other[link], raw * times)
        self.passed[way] += len(raw) * times
        relay.was_cut = not after
        return after

    def _send(self, link, raw):
        if not self.relay.single:
            return link.sendall(raw)
        for i in range(len(raw)):
            link.sendall(raw[i:i + 1])
        return None
