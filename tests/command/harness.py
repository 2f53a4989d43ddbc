# SPDX-License-Identifier: MIT
"""Run the whole program and look at what comes out: text, JSON, exit code."""
import contextlib
import json
import os
import pathlib
import random
import re
import signal
import struct
import subprocess
import sys
import tempfile
import unittest

import schema

STOKER = os.environ["STOKER"]
SOURCE = pathlib.Path(os.environ["top_srcdir"])
BUILD = pathlib.Path(os.environ["top_builddir"])
LOADERS = BUILD / "tests/loaders/out"
G4 = str(LOADERS / "g431.FLM")
H7 = str(LOADERS / "h743-w25q128.stldr")
FIRMWARE = str(LOADERS / "firmware-g431.elf")

sys.path.insert(0, str(SOURCE / "tests/loaders"))

# Architecture: who has to act decides the code.
DONE, NO, USAGE, INPUT, TARGET, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 4, 70, 130

FLASH = 0x08000000
PAGE = 2048
KIB = 1024


def in_note(key):
    """(number, as it is in the note of our modules) of STK_MODULE_ABI, STK_MODULE_LEVEL."""
    header = (SOURCE / "core/include/stoker/module.h").read_text()
    number = re.search(rf"(?m)^#define STK_MODULE_{key.upper()}\s+(\d+)$", header)[1]
    return int(number), f"{key}={number}\0".encode()


def noise(seed, size):
    return random.Random(seed).randbytes(size)


def hex_bytes(path):
    """Address to byte of an Intel HEX file, every checksum checked."""
    held, upper = {}, 0
    for line in pathlib.Path(path).read_text().splitlines():
        raw = bytes.fromhex(line[1:])
        assert line[0] == ":" and sum(raw) % 256 == 0 and len(raw) == raw[0] + 5, line
        addr, kind, data = int.from_bytes(raw[1:3], "big"), raw[3], raw[4:-1]
        if kind == 4:
            upper = int.from_bytes(data, "big") << 16
        elif kind == 0:
            held.update({upper + addr + i: b for i, b in enumerate(data)})
    assert line == ":00000001FF"
    return held


def heed_signals():
    """Jobs in the background of a shell script ignore Ctrl-C, those of nohup a hang-up."""
    for signo in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signo, signal.SIG_DFL)


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory(prefix="stoker-test-")
        self.addCleanup(self._folder.cleanup)
        self.folder = pathlib.Path(self._folder.name)
        self.env = dict(os.environ, HOME=str(self.folder), TERM="dumb")
        for name in ("XDG_STATE_HOME", "NO_COLOR", "STOKER_MODULE_PATH", "ARGP_HELP_FMT"):
            self.env.pop(name, None)

    # ---- running it ------------------------------------------------------

    def start(self, *args, **how):
        how.setdefault("stdout", subprocess.PIPE)
        how.setdefault("stderr", subprocess.PIPE)
        how.setdefault("preexec_fn", heed_signals)
        return subprocess.Popen([STOKER, *map(str, args)], env=self.env, cwd=self.folder, **how)

    def stoker(self, *args, code=DONE, stdin=None, **how):
        """Run it, insist on the exit code, return (stdout, stderr) as text."""
        with self.start(*args, stdin=subprocess.PIPE if stdin is not None else None,
                        **how) as p:
            out, err = p.communicate(stdin)
        out, err = (out or b"").decode(), (err or b"").decode(errors="surrogateescape")
        self.assertEqual(p.returncode, code, f"{args}\n{out}{err}")
        return out, err

    def json(self, *args, code=DONE, **how):
        """The same with --json: stdout must be one document and nothing else."""
        out, err = self.stoker(*args[:1], "--json", *args[1:], code=code, **how)
        return self.document(out, err)

    def document(self, out, err):
        """What a command printed with --json, beside @err."""
        document = json.loads(out)
        self.assertEqual(schema.problems(document), [])
        if not isinstance(document, list):
            self.assertEqual(document["stoker_json"], 1)
            self.assertEqual("error" in document, not document["ok"])
            if not document["ok"]:
                self.assertIn(document["error"]["message"][:40], err)
        return document

    def fails(self, *args, code, cause=None, stdin=None):
        """It must fail in text and in JSON alike; returns the error object."""
        out, err = self.stoker(*args, code=code, stdin=stdin)
        self.assertRegex(err, r"(?m)^stoker( [a-z-]+)?: [^\n]+$")
        error = self.json(*args, code=code, stdin=stdin)["error"]
        self.assertIn(error["message"][:40], err)
        if cause:
            self.assertEqual(error["cause"], cause)
        return error

    @contextlib.contextmanager
    def held(self, *args, op):
        """It stands still at operation @op on the chip, and goes on after the block."""
        p = self.start(*args, "--wrap", f"fault:op={op},mode=signal,signal=stop")
        self.addCleanup(p.wait)
        self.addCleanup(p.kill)
        _, status = os.waitpid(p.pid, os.WUNTRACED)
        self.assertTrue(os.WIFSTOPPED(status), f"{args} ended before operation {op}")
        yield p
        p.send_signal(signal.SIGCONT)
        p.communicate()

    def terminal(self, *args, stream):
        """What it writes to a terminal, read all the while: a terminal holds 4 KiB."""
        ours, theirs = os.openpty()
        drawn = b""
        with self.start(*args, **{stream: theirs}) as p, open(ours, "rb", buffering=0) as f:
            os.close(theirs)
            with contextlib.suppress(OSError):	# EIO: the other side is closed
                while part := f.read(4096):
                    drawn += part
            p.communicate()
        self.assertEqual(p.returncode, DONE, drawn)
        return drawn

    # ---- a chip that outlives the process --------------------------------

    def chip(self, name="chip", kind="stm32g431cb"):
        return f"emu:{kind},store={self.folder / name}"

    def on_chip(self, name="chip"):
        return ["-l", G4, "-t", self.chip(name)]

    def read_chip(self, start=FLASH, size=128 * KIB, chip="chip"):
        out = self.folder / "read-back.bin"
        self.stoker("read", *self.on_chip(chip), "--range", f"{start}+{size}", "-o", out)
        return out.read_bytes()

    def stored(self, array, chip="chip"):
        """The cells as the store keeps them: no loader and no target has a say."""
        data = (self.folder / chip).read_bytes()
        for at in range(96, 4096, 32):	# plugins/target/emu/store.c: the directory
            name, size, start = struct.unpack_from("<16sQQ", data, at)
            if name.rstrip(b"\0").decode() == array:
                return data[start:start + size]
        return self.fail(f"the store has no {array}")

    def file(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return path


def main():
    unittest.main()
