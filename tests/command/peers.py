# SPDX-License-Identifier: MIT
"""Real peers, installed from the distribution: machines of QEMU, and gdb-multiarch."""
import contextlib
import re
import socket
import subprocess
from collections import namedtuple

import rsp

QEMU, GDB = "qemu-system-arm", "gdb-multiarch"
# Seconds after which a peer is taken for hung; nothing is measured with it.
HUNG = 120
PC, XPSR = 15, 25	# gdb/features/arm/arm-m-profile.xml

# RAM as "info mtree" of QEMU 7.2 has it. work: what loaders may use; flash: what
# the loaders of tests/loaders/ram take for flash; rest: all other RAM.
Machine = namedtuple("Machine", "name work flash rest")
MACHINES = {m.name: m for m in (
    Machine("netduinoplus2", (0x20000000, 0x10000), (0x20010000, 0x10000),
            [(0x20020000, 0x10000)]),
    Machine("mps2-an386", (0x20000000, 0x10000), (0x21000000, 0x40000),
            [(0x00000000, 0x400000), (0x20010000, 0x3F0000), (0x21040000, 0xFC0000)]),
    Machine("mps2-an500", (0x20000000, 0x10000), (0x60000000, 0x40000),
            [(0x00000000, 0x400000), (0x20010000, 0x3F0000), (0x60040000, 0xFC0000)]),
)}


class Hung(Exception):
    pass


class Qemu:
    """A machine that stands still, and its GDB stub on a port of its own."""

    def __init__(self, machine):
        self.machine = MACHINES[machine]
        # The listening socket is ours, so that no other process takes the port.
        with socket.create_server(("127.0.0.1", 0)) as listener:
            fd = listener.fileno()
            self.port = listener.getsockname()[1]
            self.process = subprocess.Popen(
                [QEMU, "-M", machine, "-S", "-display", "none", "-serial", "none",
                 "-monitor", "none", "-gdb", "chardev:gdb", "-chardev",
                 f"socket,id=gdb,fd={fd},server=on,wait=off,nodelay=on"],
                pass_fds=[fd], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE)
        self.address = f"127.0.0.1:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """What it wrote to its standard error, the first time."""
        if self.process.stderr.closed:
            return ""
        self.process.kill()
        return self.process.communicate()[1].decode(errors="replace")


def gdb(*commands, connect=None, files=()):
    """Run gdb with these commands; what it printed, and its standard error behind."""
    script = ["set confirm off", "set pagination off", "set width 0", "set height 0",
              "set architecture arm", "set remotetimeout 60", "set tcp connect-timeout 30"]
    if connect:
        script.append(f"target remote {connect}")
    argv = [GDB, "-nx", "-q", "-batch"]
    for command in [*script, *commands]:
        argv += ["-ex", command]
    with subprocess.Popen([*argv, *map(str, files)], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as p:
        try:
            out, _ = p.communicate(timeout=HUNG)
        except subprocess.TimeoutExpired:
            p.kill()
            out, _ = p.communicate()
            raise Hung(f"{GDB} {commands}: {out.decode(errors='replace')}") from None
    return out.decode(errors="replace")


class Bench:
    """A machine's state by gdb and by QEMU's own monitor: no line of ours has a say."""

    def __init__(self, qemu, folder):
        self.qemu, self.folder = qemu, folder
        self.count = 0

    def gdb(self, *commands):
        return gdb(*commands, "disconnect", connect=self.qemu.address)

    def file(self, data=None):
        self.count += 1
        path = self.folder / f"peer-{self.count}.bin"
        if data is not None:
            path.write_bytes(data)
        return path

    def put(self, addr, data):
        return f"restore {self.file(data)} binary {addr:#x}"

    def memory(self, *ranges):
        """The bytes of each range, as QEMU's monitor writes them to files."""
        files = [self.file() for _ in ranges]
        # In quotes, or the slash would divide the size.
        self.gdb(*[f'monitor pmemsave {start:#x} {size:#x} "{path}"'
                   for (start, size), path in zip(ranges, files)])
        found = [path.read_bytes() for path in files]
        for path in files:
            path.unlink()
        return found

    def read(self, addr, size):
        """As a debugger sees it."""
        path = self.file()
        self.gdb(f"dump binary memory {path} {addr:#x} {addr + size:#x}")
        return path.read_bytes()

    def registers(self):
        out = self.gdb("info registers")
        return dict(re.findall(r"(?m)^(\w+) +(0x[0-9a-f]+) ", out))

    def runs_through(self, start, size):
        """
        Whether nothing stops the core on a way through all of a range: it is
        filled with NOPs, and a breakpoint is only at its end. Not with gdb: QEMU
        drops all breakpoints when it is asked why the core stands still.
        """
        last = start + size - 2
        with rsp.Client("127.0.0.1", self.qemu.port, timeout=HUNG) as client:
            client.begin("xmlRegisters=arm")
            client.transfer("features", "target.xml")
            client.write(start, b"\x00\xbf" * (size // 2), binary=False)
            for number, value in ((PC, start), (XPSR, 1 << 24)):
                client.okay(f"P{number:x}={value.to_bytes(4, 'little').hex()}")
            client.okay(f"Z1,{last:x},2")
            stop = client.ask("vCont;c")
            pc = int.from_bytes(bytes.fromhex(client.ask(f"p{PC:x}").decode()), "little")
            client.okay(f"z1,{last:x},2")
        return stop[:3] == b"T05" and pc == last


@contextlib.contextmanager
def bench(machine, folder):
    with Qemu(machine) as qemu:
        yield Bench(qemu, folder)
