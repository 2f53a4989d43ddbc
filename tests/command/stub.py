# SPDX-License-Identifier: MIT
"""A stub of the GDB remote protocol with a Cortex-M behind it that executes nothing.

Memory has RAM, flash with the rules of flash, and registers that read as last
written. What resuming does is a function of the test: Loader plays the functions
of an FLM, so that whole jobs run. Tests change a Stub by overriding its methods,
and look at what a client did wrong with faults().
"""
import collections
import socket
import struct
import threading

import rsp

REGISTERS = [*(f"r{i}" for i in range(13)), "sp", "lr", "pc", "xpsr", "msp", "psp", "primask",
             "basepri", "faultmask", "control"]
NARROW = REGISTERS[-4:]
FULL = {"X", "x", "p", "P", "g", "G", "vCont", "no-ack", "target.xml", "memory-map", "Z0", "Z1",
        "vFlash", "reset", "error-message"}
PLAIN = {"g", "G", "Z0"}


class Refused(Exception):
    """An E reply."""


class Registers(collections.UserDict):
    """SP is MSP or PSP, as CONTROL.SPSEL and IPSR have it (Armv7-M ARM B1.4.1)."""

    def _name(self, name):
        banked = {"sp", "control", "xpsr"} <= self.data.keys() and name == "sp"
        psp = banked and self.data["control"] & 2 and not self.data["xpsr"] & 0x1ff
        return name if not banked else "psp" if psp else "msp"

    def __getitem__(self, name):
        return self.data[self._name(name)]

    def __setitem__(self, name, value):
        self.data[self._name(name)] = value


class Machine:
    """What an STM32G431CB shows a debugger, as far as a job looks at it."""

    def __init__(self, ram=(0x20000000, 0x8000), flash=(0x08000000, 0x20000), page=0x800):
        self.ram, self.flash, self.page = ram, flash, page
        self.bytes = {ram[0]: bytearray(ram[1]), flash[0]: bytearray(b"\xff" * flash[1])}
        # RM0440 47.6.1: DBGMCU_IDCODE; Armv7-M ARM B3.2.3: CPUID of a Cortex-M4 r0p1
        self.devices = {}
        self._device(0xE0042000, struct.pack("<I", 0x20016468))
        self._device(0xE000ED00, struct.pack("<I", 0x410FC241))
        self.regs = Registers(dict.fromkeys(REGISTERS, 0))
        self.breaks = set()
        self.resets = 0
        self.script = lambda machine: None

    def _device(self, addr, data):
        self.devices.update({addr + i: b for i, b in enumerate(data)})

    def _find(self, addr, size):
        for start, held in self.bytes.items():
            if start <= addr and addr + size <= start + len(held):
                return start, held
        if addr >> 29 in (2, 7):
            return None, None
        raise Refused(f"E.no memory at {addr:#x}")

    def read(self, addr, size):
        start, held = self._find(addr, size)
        if held is None:
            return bytes(self.devices.get(addr + i, 0) for i in range(size))
        return bytes(held[addr - start:addr - start + size])

    def write(self, addr, data):
        start, held = self._find(addr, len(data))
        if held is None:
            self._device(addr, data)
        elif start == self.flash[0]:
            raise Refused("E.flash is not written like RAM")
        else:
            held[addr - start:addr - start + len(data)] = data

    def erase(self, addr, size):
        if addr % self.page or size % self.page:
            raise Refused("E.not whole pages")
        start, held = self._find(addr, size)
        held[addr - start:addr - start + size] = b"\xff" * size

    def program(self, addr, data):
        """Bits only go from 1 to 0."""
        start, held = self._find(addr, len(data))
        for i, b in enumerate(data):
            held[addr - start + i] &= b

    def reset(self):
        self.resets += 1
        self.regs.update(dict.fromkeys(REGISTERS, 0), xpsr=0x01000000, lr=0xFFFFFFFF)
        sp, pc = struct.unpack("<II", self.read(self.flash[0], 8))
        self.regs.update(sp=sp, msp=sp, pc=pc & ~1)

    def stopped(self):
        """At a breakpoint, or at a BKPT opcode?"""
        pc = self.regs["pc"]
        return pc in self.breaks or self.read(pc, 2)[1] == 0xBE


class Loader:
    """The script of a machine whose loader is an FLM: its functions, by where they lie."""

    def __init__(self, elf):
        self.functions = {s.name: s.value & ~1 for s in elf.symbols if s.kind == 2 and s.section}
        load = elf.loads()[0]
        self.code = elf.data[load.offset:load.offset + load.filesz]
        self.calls = []

    def __call__(self, machine):
        regs = machine.regs
        for name, value in self.functions.items():
            code = self.code[value:value + 16]
            if machine.read(regs["pc"], len(code)) == code:
                break
        else:
            return b"S0b"
        self.calls.append((name, regs["r0"], regs["r1"], regs["r2"]))
        regs["r0"] = self.play(machine, name, regs["r0"], regs["r1"], regs["r2"])
        regs["pc"] = regs["lr"] & ~1
        return b"S05" if machine.stopped() else None

    def play(self, machine, name, r0, r1, r2):
        if name == "EraseSector":
            machine.erase(r0 & ~(machine.page - 1), machine.page)
        elif name == "EraseChip":
            machine.erase(*machine.flash)
        elif name == "ProgramPage":
            machine.program(r0, machine.read(r2, r1))
        elif name == "Verify":
            return r0 + r1 if machine.read(r0, r1) == machine.read(r2, r1) else r0
        elif name == "BlankCheck":
            return int(machine.read(r0, r1) != bytes([r2]) * r1)
        return 0


class Stub:
    """Listens on loopback, serves one client after the other in a thread of its own."""

    def __init__(self, machine=None, offers=FULL, packet_size=0x400, runs=False):
        self.machine = machine or Machine()
        self.offers, self.packet_size, self.runs = set(offers), packet_size, runs
        self.wrong, self.requests, self.staged = [], [], []
        self.link, self.ack, self.owed, self.last, self.running = None, True, [], b"", False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.ended = False
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.ended = True
        for s in (self.listener, self.link):
            if s:
                try:
                    s.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
        self.thread.join()
        self.listener.close()

    def faults(self):
        """Everything that a client must not do and did."""
        return self.wrong

    # ---- the connection; a test may override transmit() and answer()

    def _serve(self):
        while not self.ended:
            try:
                self.link, _ = self.listener.accept()
            except OSError:
                return
            self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.ack, self.owed, self.last, self.running = True, [], b"", False
            self.greeted = False	# gdb begins with an acknowledgement
            try:
                self.connected()
                self._talk()
            except OSError:
                pass
            self.link.close()

    def _talk(self):
        framer = rsp.Framer(replies=False)
        while not self.ended and (data := self.link.recv(65536)):
            for unit in framer.take(data):
                if self.unit(unit) is False:
                    return

    def connected(self):
        """A client came."""

    def unit(self, unit):
        """False ends the connection."""
        if unit.kind == "packet":
            return self._packet(unit)
        if unit.kind == "interrupt":
            if self.running:
                self.running = False
                self.reply(b"T02")
        elif unit.kind == "ack" and self.owed:
            self.owed.pop(0)
            if self.owed:
                self._transmit_next()
        elif unit.kind == "ack" and not self.greeted:
            self.greeted = True
        elif unit.kind == "nack" and self.ack:
            self.transmit(self.last)
        elif unit.kind == "damaged" and self.ack:
            self.wrong.append(f"damaged {unit.raw!r}")
            self.link.sendall(rsp.NACK)
        else:
            self.wrong.append(f"{unit.kind} {unit.raw!r}")
        return True

    def _packet(self, unit):
        self.greeted = True
        if self.owed and self.ack:
            self.wrong.append(f"{unit.payload!r} before the last reply was acknowledged")
        if self.packet_size and len(unit.raw) - 4 > self.packet_size:
            self.wrong.append(f"{len(unit.raw) - 4} bytes, more than PacketSize: {unit.raw[:40]!r}")
        if self.running:
            self.wrong.append(f"{unit.payload!r} while the core runs")
        if self.ack:
            self.link.sendall(rsp.ACK)
        self.requests.append(unit.payload)
        try:
            replies = self.answer(unit.payload)
        except Refused as e:
            replies = str(e).encode() if "error-message" in self.offers else b"E0e"
        if replies is False:
            return False
        for payload in [replies] if isinstance(replies, bytes) else replies or []:
            self.reply(payload)
        if unit.payload == b"QStartNoAckMode" and replies == b"OK":
            self.ack = False	# this reply is still acknowledged
        return unit.payload[:1] not in (b"D", b"k")

    def reply(self, payload):
        """One at a time: the next goes when the last was acknowledged."""
        self.owed.append(payload)
        if len(self.owed) == 1 or not self.ack:
            self._transmit_next()

    def _transmit_next(self):
        self.last = rsp.frame(self.owed[0], runs=self.runs)
        if not self.ack:
            self.owed.pop(0)
        self.transmit(self.last)

    def transmit(self, raw):
        self.link.sendall(raw)

    # ---- packets: bytes, a list of them, None for no reply (yet), False to hang up

    def answer(self, packet):
        name = packet.decode("latin-1")
        for prefix, method in (
                ("qSupported", self._supported), ("QStartNoAckMode", self._no_ack),
                ("qXfer:", self._transfer), ("vCont", self._vcont), ("vFlash", self._vflash),
                ("qRcmd,", self._rcmd), ("H", self._fine), ("D", self._fine), ("?", self._why),
                ("qAttached", lambda p: b"1"), ("qC", lambda p: b"QC1"),
                ("qfThreadInfo", lambda p: b"m1"), ("qsThreadInfo", lambda p: b"l"),
                ("g", self._get_all), ("G", self._set_all), ("p", self._get), ("P", self._set),
                ("m", self._read), ("M", self._write), ("x", self._read_binary),
                ("X", self._write_binary), ("c", self._resume), ("s", self._step),
                ("z", self._break), ("Z", self._break), ("k", lambda p: None)):
            if name.startswith(prefix):
                return method(packet)
        return b""

    def _fine(self, _):
        return b"OK"

    def _why(self, _):
        return b"S05"

    def _supported(self, _):
        features = ["PacketSize=%x" % self.packet_size] if self.packet_size else []
        features += [text for name, text in (
            ("no-ack", "QStartNoAckMode+"), ("target.xml", "qXfer:features:read+"),
            ("memory-map", "qXfer:memory-map:read+"), ("vCont", "vContSupported+"),
            ("x", "binary-upload+"), ("error-message", "error-message+")) if name in self.offers]
        return ";".join(features).encode()

    def _no_ack(self, _):
        return b"OK" if "no-ack" in self.offers else b""

    def target_xml(self):
        def one(name):
            kind = ' type="data_ptr"' if name in ("sp", "msp", "psp") else ""
            return (f'<reg name="{name}" bitsize="{8 if name in NARROW else 32}" '
                    f'regnum="{REGISTERS.index(name)}"{kind}/>')
        return ('<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd"><target '
                'version="1.0"><architecture>arm</architecture>'
                '<feature name="org.gnu.gdb.arm.m-profile">'
                + "".join(map(one, REGISTERS[:17])) + '</feature>'
                '<feature name="org.gnu.gdb.arm.m-system">'
                + "".join(map(one, REGISTERS[17:])) + '</feature></target>').encode()

    def memory_map(self):
        m = self.machine
        return (f'<?xml version="1.0"?><memory-map><memory type="ram" start="{m.ram[0]:#x}" '
                f'length="{m.ram[1]:#x}"/><memory type="flash" start="{m.flash[0]:#x}" '
                f'length="{m.flash[1]:#x}"><property name="blocksize">{m.page:#x}</property>'
                '</memory></memory-map>').encode()

    def _transfer(self, packet):
        _, what, verb, annex, window = packet.split(b":")
        texts = {b"features": self.target_xml, b"memory-map": self.memory_map}
        offered = {b"features": "target.xml", b"memory-map": "memory-map"}
        if verb != b"read" or offered.get(what) not in self.offers:
            return b""
        if annex not in (b"", b"target.xml"):
            return b"E00"
        at, size = (int(n, 16) for n in window.split(b","))
        text = texts[what]()
        return (b"l" if at + size >= len(text) else b"m") + text[at:at + size]

    def _layout(self):
        """(name, bytes) in the order of a g packet; None: a register that is not there."""
        if "target.xml" in self.offers:
            return [(n, 1 if n in NARROW else 4) for n in REGISTERS]
        return [(n, 4) for n in REGISTERS[:16]] + [(None, 12)] * 8 + [(None, 4), ("xpsr", 4)]

    def _value(self, name, size):
        return b"x" * (2 * size) if name is None else (
            self.machine.regs[name].to_bytes(4, "little")[:size].hex().encode())

    def _get_all(self, _):
        return b"".join(self._value(*r) for r in self._layout()) if "g" in self.offers else b""

    def _set_all(self, packet):
        if "G" not in self.offers:
            return b""
        at = 1
        for name, size in self._layout():
            digits = packet[at:at + 2 * size]
            at += 2 * size
            if name and b"x" not in digits:
                self.machine.regs[name] = int.from_bytes(bytes.fromhex(digits.decode()), "little")
        if at != len(packet):
            raise Refused("E.length of G")
        return b"OK"

    def _get(self, packet):
        number = int(packet[1:], 16)
        if "p" not in self.offers:
            return b""
        layout = self._layout()
        return self._value(*layout[number]) if number < len(layout) else b"E00"

    def _set(self, packet):
        if "P" not in self.offers:
            return b""
        number, _, digits = packet[1:].partition(b"=")
        name, size = self._layout()[int(number, 16)]
        if len(digits) != 2 * size:
            raise Refused("E.length of P")
        self.machine.regs[name] = int.from_bytes(bytes.fromhex(digits.decode()), "little")
        return b"OK"

    def _window(self, text):
        addr, _, size = text.partition(b",")
        return int(addr, 16), int(size, 16)

    def _read(self, packet):
        return self.machine.read(*self._window(packet[1:])).hex().encode()

    def _read_binary(self, packet):
        if "x" not in self.offers:
            return b""
        return b"b" + self.machine.read(*self._window(packet[1:]))

    def _write(self, packet):
        window, _, digits = packet[1:].partition(b":")
        addr, size = self._window(window)
        if len(digits) != 2 * size:
            raise Refused("E.length of M")
        self.machine.write(addr, bytes.fromhex(digits.decode()))
        return b"OK"

    def _write_binary(self, packet):
        if "X" not in self.offers:
            return b""
        window, _, data = packet[1:].partition(b":")
        addr, size = self._window(window)
        if len(data) != size:
            raise Refused("E.length of X")
        self.machine.write(addr, data)
        return b"OK"

    def _break(self, packet):
        kind, addr, _ = packet.split(b",")
        if f"Z{kind[1:].decode()}" not in self.offers:
            return b""
        (self.machine.breaks.add if kind[:1] == b"Z" else self.machine.breaks.discard)(int(addr, 16))
        return b"OK"

    def _vcont(self, packet):
        if "vCont" not in self.offers:
            return b""
        if packet == b"vCont?":
            return b"vCont;c;C;s;S"
        return self._step(packet) if packet[6:7] in b"sS" else self._resume(packet)

    def _resume(self, _):
        stop = self.machine.script(self.machine)
        self.running = stop is None
        return stop

    def _step(self, _):
        self.machine.regs["pc"] += 2
        return b"S05"

    def _rcmd(self, packet):
        """The dialect of OpenOCD, as far as a reset goes."""
        command = bytes.fromhex(packet[6:].decode()).decode()
        if "reset" not in self.offers:
            return b""
        if command in ("reset halt", "reset init"):
            self.machine.reset()
            return [b"O" + b"target halted due to debug-request\n".hex().encode(), b"OK"]
        return [b"O" + f'invalid command name "{command}"\n'.encode().hex().encode(), b"OK"]

    def _vflash(self, packet):
        if "vFlash" not in self.offers:
            return b""
        verb, _, rest = packet.partition(b":")
        if verb == b"vFlashErase":
            self.machine.erase(*self._window(rest))
        elif verb == b"vFlashWrite":
            addr, _, data = rest.partition(b":")
            self.staged.append((int(addr, 16), data))
        elif verb == b"vFlashDone":
            for addr, data in self.staged:
                self.machine.program(addr, data)
            self.staged = []
        return b"OK"
