#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How a chip is left, and what is refused on one that is not virtual."""
import harness
from harness import DONE, FLASH, G4, TARGET, Case, noise


class Left(Case):
    def program(self, *args, code=DONE):
        return self.json("program", self.file("x.bin", noise(1, 100)), "--base", FLASH, "-l", G4,
                         "-t", "emu:stm32g431cb", *args, code=code)

    def steps(self, *args):
        d = self.program("--plan", *args)
        return [s["step"] for s in d["steps"]], d["after"]

    def test_plan_says_how(self):
        steps, after = self.steps()
        self.assertEqual((steps[:2], after), (["reset", "load"], "keep"))
        self.assertEqual(self.steps("--reset")[1], "reset")
        self.assertEqual(self.steps("--run")[1], "run")
        steps, after = self.steps("--no-reset")
        self.assertEqual((steps[0], after), ("load", "keep"))
        self.assertNotIn("reset", steps)
        for args, said in [([], "registers and RAM as they were, halted"),
                           (["--reset"], "reset, and halted"), (["--run"], "reset, and running")]:
            out, _ = self.stoker("program", self.folder / "x.bin", "--base", FLASH, "-l", G4, "-t",
                                 "emu:stm32g431cb", "--plan", *args)
            self.assertIn(f"\nafterwards: {said}\n", out)

    def test_every_command_that_runs_a_loader(self):
        self.file("x.bin", noise(1, 100))
        target = ["-l", G4, "-t", self.chip()]
        for way in ["--reset", "--run", "--no-reset"]:
            for command in [["program", "x.bin", "--base", FLASH], ["verify", "x.bin", "--base", FLASH],
                            ["read", "--range", f"{FLASH}+16"],
                            ["blank-check", "--range", f"{FLASH + 0x1000}+16"],
                            ["erase", "--range", f"{FLASH + 0x1000}+0x800"], ["call", "Init", 0, 0, 1]]:
                with self.subTest(way=way, command=command[0]):
                    command = [self.folder / c if c == "x.bin" else c for c in command]
                    d = self.json(*command, *target, way)
                    self.assertTrue(d["ok"])
                    self.assertIsNone(d["link"])

    def test_what_cannot_be_put_back_is_a_warning(self):
        """Registers are set for each call, and once more when the job is done."""
        last = self.program()["calls"] + 1
        wrap = ["--wrap", f"fault:kind=set-regs,op={last},mode=fail"]
        d = self.program(*wrap)
        self.assertEqual(len(d["warnings"]), 1)
        self.assertIn("not all of the registers and RAM could be put back: operation",
                      d["warnings"][0])
        self.assertTrue(d["verified"])
        _, err = self.stoker("call", "-l", G4, "-t", "emu:stm32g431cb", "Init", 0, 0, 1,
                             "--wrap", "fault:kind=set-regs,op=2,mode=fail")
        self.assertIn("warning: not all of the registers and RAM", err)

    def test_a_reset_that_fails_fails_the_job(self):
        for way in ["--reset", "--run"]:
            d = self.program(way, "--wrap", "fault:kind=reset,op=2,mode=fail", code=TARGET)
            self.assertEqual(d["error"]["cause"], "fault-injected")
            self.assertEqual({s["state"] for s in d["sectors"]}, {"verified"})


if __name__ == "__main__":
    harness.main()
