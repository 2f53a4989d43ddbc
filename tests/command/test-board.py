#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""gdbserver and board as commands: what they print, take, refuse, and how they end."""
import fcntl
import os
import re
import select
import signal
import socket

import harness
import schema
from boards import Board
from harness import FLASH, G4, H7, INPUT, LOADERS, PAGE, USAGE, Case
from patched import with_code

# Linux, include/uapi/linux/fcntl.h; Python's fcntl has it since 3.10.
F_SETPIPE_SZ = 1031
DROPPED = re.compile(r"^(\d+) lines were dropped")
EMU = ("-t", "emu:stm32g431cb")


class Says(Case):
    def test_first_where_it_listens(self):
        board = Board(self, *EMU, "-l", G4, machine=False)
        self.assertRegex(board.where, r"^127\.0\.0\.1:[1-9][0-9]*$")
        lines = board.end()
        self.assertIn("  flash   0x08000000-0x0801ffff, sectors of 2048 bytes, by g431.FLM\n",
                      lines)
        self.assertEqual(board.err, "")

    def test_events(self):
        with Board(self, *EMU, "-l", G4) as board, board.client() as client:
            client.begin()
            self.assertEqual(client.flash([(FLASH, PAGE)], [(FLASH, b"hello")]), b"OK")
        for event in board.events:
            self.assertEqual(schema.problems(event), [])
        self.assertEqual([e["event"] for e in board.events if e["event"] != "line"],
                         ["listening", "connected", "flash", "disconnected", "ended"])
        first = board.events[0]
        self.assertEqual((first["target"], first["chip"]), (EMU[1], "STM32G431CB"))
        self.assertEqual(first["flash"], [{"start": FLASH, "size": 128 << 10, "sector": PAGE,
                                           "erased": 255, "loader": "g431.FLM"}])
        flash, = [e for e in board.events if e["event"] == "flash"]
        self.assertTrue(flash["ok"] and flash["verified"])

    def test_why_a_write_failed(self):
        with Board(self, *EMU, "-l", LOADERS / "g431-no-effect.FLM") as board:
            with board.client() as client:
                client.begin()
                reply = client.flash([(FLASH, PAGE)], [(FLASH, b"hello")])
                self.assertEqual(reply[:2], b"E.")
        flash, = [e for e in board.events if e["event"] == "flash"]
        self.assertEqual(schema.problems(flash), [])
        self.assertEqual(flash["error"]["cause"], "no-effect")
        self.assertIn(flash["error"]["message"][:40], reply.decode())
        self.assertTrue(flash["error"]["remedy"])


class Unread(Case):
    """A line that nobody reads stops no board: it is dropped, and counted."""
    ASKED = 400

    def refuse(self, client, times):
        for _ in range(times):
            self.assertEqual(client.ask("vFlashErase:0,1")[:2], b"E.")

    def drained(self, pipe):
        pipe = pipe.fileno()
        data = b""
        while select.select([pipe], [], [], 0)[0]:
            data += os.read(pipe, 65536)
        return data.decode().splitlines(keepends=True)

    def unread(self, machine):
        with Board(self, *EMU, "-l", G4, machine=machine) as board, board.client() as client:
            fcntl.fcntl(board.process.stdout, F_SETPIPE_SZ, 16384)
            client.begin()
            self.refuse(client, self.ASKED)
            board.lines += self.drained(board.process.stdout)
            self.refuse(client, 1)
        return board

    def all_told(self, lines):
        refused = sum("no loader" in line for line in lines)
        dropped, = [int(m[1]) for line in lines if (m := DROPPED.search(line))]
        self.assertGreater(dropped, 0)
        self.assertEqual(refused + dropped, self.ASKED + 1)

    def test_text(self):
        self.all_told(self.unread(machine=False).lines)

    def test_documents(self):
        board = self.unread(machine=True)
        self.all_told([e["text"] for e in board.events if e["event"] == "line"])
        for event in board.events:
            self.assertEqual(schema.problems(event), [])
        self.assertTrue(board.events[-1]["ok"])

    def test_it_ends(self):
        """With all of its output unread."""
        board = Board(self, *EMU, "-l", G4, machine=False)
        fcntl.fcntl(board.process.stdout, F_SETPIPE_SZ, 4096)
        with board.client() as client:
            client.begin()
            self.refuse(client, self.ASKED)
        with board.process as p:
            p.send_signal(signal.SIGTERM)
            self.assertEqual(p.wait(60), harness.DONE)


class Serves(Case):
    def test_a_unix_socket(self):
        path = self.folder / "s"
        with Board(self, *EMU, "-l", G4, listen=path) as board:
            self.assertEqual(board.where, str(path))
            with socket.socket(socket.AF_UNIX) as s:
                s.connect(str(path))
                s.sendall(b"$?#3f")
                self.assertEqual(s.recv(1), b"+")

    def test_without_a_loader(self):
        with Board(self, *EMU, machine=False) as board, board.client() as client:
            client.begin()
            self.assertEqual(len(client.read(FLASH, 16)), 16)
        self.assertIn("flash cannot be written", board.err)

    def test_what_is_pinned(self):
        self.env["STOKER_DB"] = str(self.folder / "loaders.db")
        self.stoker("pin", "stoker", "STM32G4", G4, "--why", "x")
        with Board(self, *EMU) as board:
            pass
        self.assertIn("pin 1", board.events[0]["loaders"][0]["chosen"])
        self.assertEqual(len(board.events[0]["flash"]), 1)

    def test_everybody_with_a_warning(self):
        board = Board(self, *EMU, "-l", G4, listen="0.0.0.0:0", machine=False)
        board.end()
        self.assertIn("no authentication", board.err)

    def test_two_at_one_address(self):
        with Board(self, *EMU, "-l", G4) as board:
            self.fails("board", *EMU, "-l", G4, "--listen", board.where, code=USAGE)

    def test_what_a_plan_would_refuse(self):
        self.fails("board", *EMU, "-l", H7, code=INPUT, cause="not-in-chip")
        self.fails("gdbserver", *EMU, "-l", G4, "-l", G4, code=INPUT, cause="two-loaders")
        self.fails("board", "-t", "fault:", code=USAGE, cause="usage")

    def test_what_no_real_chip_shall_run(self):
        real = (*EMU, "--wrap", "fault:real=1", "-l")
        keys = self.file("keys.FLM", with_code(G4, "EraseSector", "42f63b20 c0f61900"))
        self.fails("gdbserver", *real, keys, code=INPUT, cause="touches-option-bytes")
        with Board(self, *real, keys, "--allow-option-bytes", command="gdbserver"):
            pass
        with Board(self, *real, G4, command="gdbserver") as board, board.client() as client:
            client.begin()
            self.assertEqual(client.flash([(FLASH, PAGE)], [(FLASH, b"hello")]), b"OK")
        self.assertTrue([e["verified"] for e in board.events if e["event"] == "flash"][0])


class Ends(Case):
    def test_by_each_signal(self):
        for signo in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with Board(self, *EMU, "-l", G4, signo=signo) as board:
                pass
            self.assertEqual(board.events[-1], {"stoker_json": 1, "event": "ended", "ok": True})

    def test_with_a_client_and_a_running_core(self):
        with Board(self, *EMU, "-l", G4) as board, board.client() as client:
            client.begin()
            # ADDS r0, #1; STR r0, [sp]; B back
            client.write(0x20000200, bytes.fromhex("01300090fce7"))
            for register, value in ((13, 0x20001000), (15, 0x20000200), (16, 1 << 24)):
                client.okay(f"P{register:x}={value.to_bytes(4, 'little').hex()}")
            client.send(b"c")

    def test_the_flash_outlives_it(self):
        target = ("-t", f"emu:stm32g431cb,store={self.folder}/flash", "-l", G4)
        with Board(self, *target) as board, board.client() as client:
            client.begin()
            client.flash([(FLASH, PAGE)], [(FLASH, b"still here")])
        with Board(self, *target) as board, board.client() as client:
            client.begin()
            self.assertEqual(client.read(FLASH, 10), b"still here")


if __name__ == "__main__":
    harness.main()
