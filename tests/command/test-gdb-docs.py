#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What README.md, docs/gdbserver.md and docs/gdb-target.md show of GDB is what comes out.

Servers in them begin with a command of their own, which goes on while the ones below it run:
they get a free port in place of the one that is shown, and are looked at when they have ended.
"""
import re
import shutil
import signal
import subprocess
import unittest

import installs
import peers
import transcript
from harness import DONE, LOADERS, SOURCE, noise

SERVER = "docs/gdbserver.md"
TARGET = "docs/gdb-target.md"
BOARDS = ("stoker board", "stoker gdbserver")


@unittest.skipUnless(shutil.which(peers.GDB), f"{peers.GDB} is not installed")
class Docs(transcript.Shown):
    def setUp(self):
        super().setUp()
        self.ports = {}		# as shown: as it is
        for name in ("g431.FLM", "g431-dual-bank.FLM", "firmware-g431.elf",
                     "firmware-g431-large.elf"):
            self.file(name, installs.loader(name))

    def real(self, command):
        for shown, port in self.ports.items():
            command = command.replace(f":{shown}", f":{port}")
        return command

    def shown(self, text):
        for shown, port in self.ports.items():
            text = text.replace(f":{port}", f":{shown}")
        return text.replace(str(self.folder), "~")

    def shell(self, command):
        return self.shown(super().shell(self.real(command)))

    def machine(self, command):
        qemu = peers.Qemu(re.search(r"-M (\S+)", command)[1])
        self.addCleanup(qemu.close)
        self.ports[re.search(r"tcp::(\d+)", command)[1]] = qemu.port

    def board(self, command):
        command, _, listen = command.partition(" --listen ")
        p = subprocess.Popen(["sh", "-c", f"exec {self.real(command)} --listen 127.0.0.1:0"],
                             env=self.env, cwd=self.folder, text=True,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT)
        self.addCleanup(p.stdout.close)
        self.addCleanup(p.wait)
        self.addCleanup(p.kill)
        first = p.stdout.readline()
        self.assertRegex(first, r"^listening on 127\.0\.0\.1:\d+$")
        self.ports[listen.rpartition(":")[2] or "61234"] = first.strip().rpartition(":")[2]
        return p, first

    def ends_as_shown(self, command, lines, p, first):
        p.send_signal(signal.SIGTERM)
        out = self.shown(first + p.stdout.read())
        self.assertEqual(p.wait(), DONE, out)
        self.check(command, lines, out)

    def check(self, command, lines, out):
        while lines and not lines[-1]:
            lines.pop()
        if not re.fullmatch(transcript.pattern(lines), out):
            self.fail(f"$ {command}\n{out}\nis not as shown from this line on:\n"
                      f"{transcript.first_difference(lines, out)}")

    def runs_as_shown(self, text):
        running = []
        for command, lines in transcript.commands(text):
            if command.startswith(peers.QEMU):
                self.machine(command)
            elif command.startswith(BOARDS):
                running.append((command, lines, *self.board(command)))
            else:
                if command.startswith("cat "):		# a script, which is there as shown
                    self.file(command[4:], "\n".join([*map(self.real, lines), ""]).encode())
                self.check(command, lines, self.shell(command))
        for server in reversed(running):	# those in front first
            self.ends_as_shown(*server)
        self.assertTrue(self.ports)

    def test_front_door(self):
        self.runs_as_shown(transcript.chapter("README.md", "## From gdb, on any board"))

    def test_board(self):
        self.runs_as_shown(transcript.chapter(SERVER, "## A virtual board"))

    def test_failure(self):
        self.runs_as_shown(transcript.chapter(SERVER, "## What gdb is told when it fails"))

    def test_debugging_a_loader(self):
        self.runs_as_shown(transcript.chapter(SERVER, "## Debugging a loader"))

    def test_another_loader_in_front(self):
        self.runs_as_shown(transcript.chapter(SERVER, "## Another loader under the IDE you have"))

    @unittest.skipUnless(shutil.which(peers.QEMU), f"{peers.QEMU} is not installed")
    def test_machine(self):
        self.file("data.bin", noise(1, 5000))
        self.file("ram-netduinoplus2.FLM", (LOADERS / "ram-netduinoplus2.FLM").read_bytes())
        text = (SOURCE / TARGET).read_text()
        self.runs_as_shown(text[:text.index("\n## ")])

    def test_monitor_words(self):
        """The table has the words that "monitor help" has, in its order."""
        p, first = self.board("stoker board -t emu:stm32g431cb -l g431.FLM")
        out = self.shell("gdb-multiarch -q -batch -nx -ex 'target remote :61234' "
                         "-ex 'monitor help' 2>&1")
        said = re.findall(r"(?m)^(\w+)(?: \S.*)?: ", out[out.index("help"):out.index("All else")])
        table = re.findall(r"(?m)^\| `(\w+)", transcript.chapter(SERVER, "## Monitor words"))
        self.assertEqual(["help", *table], said)
        p.send_signal(signal.SIGTERM)
        p.stdout.read()


if __name__ == "__main__":
    transcript.main()
