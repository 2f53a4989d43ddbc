#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What failed on a board is told as on the virtual chip itself; and what a client may not do."""
import pathlib

import harness
from boards import Board
from harness import BUILD, NO, USAGE, Case

OUT = pathlib.Path(BUILD) / "tests/loaders/out"
CHIP = "emu:stm32g431cb"


class Causes(Case):
    def cause(self, loader, target):
        found = self.json("program", OUT / "firmware-g431.elf", "-l", OUT / loader, "-t", target,
                          code=NO)["error"]
        return found["cause"], {e["what"]: e["value"] for e in found["evidence"]}

    def test_the_same_behind_a_server(self):
        for loader in ("g431-never-returns.FLM", "g431-waits-for-interrupt.FLM",
                       "g431-no-effect.FLM", "g431-stack-overflow.FLM"):
            with self.subTest(loader=loader), Board(self, "-t", CHIP) as board:
                here, _ = self.cause(loader, CHIP)
                there, evidence = self.cause(loader, f"gdb:{board.where}")
                self.assertEqual(there, here)
                if "never" in loader:
                    self.assertEqual(evidence["ended"], "stuck")
                    self.assertIn("can never end", evidence["target says"])


class Clients(Case):
    def test_no_files_elsewhere(self):
        """"monitor dump" is for the folder of the board, not for whoever reaches its port."""
        victim = self.file("victim.txt", b"precious")
        with Board(self, "-t", CHIP) as board:
            for command in (f"dump FLASH {victim}", f"load FLASH {victim}", "dump FLASH ../x.bin"):
                with board.client() as client:
                    client.begin()
                    self.assertIn("without any '/'", client.monitor(command)[0], "no-paths")
        self.assertEqual(pathlib.Path(victim).read_bytes(), b"precious")

    def test_one_way_to_leave_a_core(self):
        self.fails("erase", "-l", OUT / "g431.FLM", "-t", CHIP, "--range", "0x08000000+0x800",
                   "--reset", "--run", code=USAGE, cause="usage")


if __name__ == "__main__":
    harness.main()
