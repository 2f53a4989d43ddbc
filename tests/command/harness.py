# SPDX-License-Identifier: MIT
"""Run the whole program and look at what comes out: text, JSON, exit code."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

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
        # A job started in the background of a shell script ignores Ctrl-C.
        how.setdefault("preexec_fn", lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
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
        document = json.loads(out)
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

    # ---- a chip that outlives the process --------------------------------

    def chip(self, name="chip", kind="stm32g431cb"):
        return f"emu:{kind},store={self.folder / name}"

    def on_chip(self, name="chip"):
        return ["-l", G4, "-t", self.chip(name)]

    def read_chip(self, start=FLASH, size=128 * KIB, chip="chip"):
        out = self.folder / "read-back.bin"
        self.stoker("read", *self.on_chip(chip), "--range", f"{start}+{size}", "-o", out)
        return out.read_bytes()

    def file(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return path


def main():
    unittest.main()
