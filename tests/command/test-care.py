#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How a chip is left, and what is refused on one that is not virtual."""
import itertools
import pathlib
import re

import harness
from harness import BUILD, DONE, FLASH, G4, H7, INPUT, KIB, NO, TARGET, Case, noise
from boards import Board
import device_table
from patched import with_code

CHIP, RAM = "emu:stm32g431cb", 0x20000000


class Left(Case):
    def program(self, *args, code=DONE):
        return self.json("program", self.file("x.bin", noise(1, 100)), "--base", FLASH, "-l", G4,
                         "-t", CHIP, *args, code=code)

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
                                 CHIP, "--plan", *args)
            self.assertIn(f"\nafterwards: {said}\n", out)

    def test_every_command_that_runs_a_loader(self):
        self.file("x.bin", noise(1, 100))
        target = ["-l", G4, "-t", self.chip()]
        for way in ["--reset", "--run", "--no-reset"]:
            for command in [["program", "x.bin", "--base", FLASH],
                            ["verify", "x.bin", "--base", FLASH],
                            ["read", "--range", f"{FLASH}+16"],
                            ["blank-check", "--range", f"{FLASH + 0x1000}+16"],
                            ["erase", "--range", f"{FLASH + 0x1000}+0x800"],
                            ["call", "Init", 0, 0, 1]]:
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
        _, err = self.stoker("call", "-l", G4, "-t", CHIP, "Init", 0, 0, 1,
                             "--wrap", "fault:kind=set-regs,op=2,mode=fail")
        self.assertIn("warning: not all of the registers and RAM", err)

    def test_what_was_only_looked_at_may_run(self):
        image, on = self.file("x.bin", noise(1, 100)), ["-l", G4, "-t", CHIP, "--run"]
        d = self.json("verify", image, "--base", FLASH, *on, code=NO)
        self.assertEqual((d["error"]["cause"], d["warnings"]), ("verify-mismatch", []))
        stuck = ["-l", G4, "-t", f"{CHIP},fail=stuck-sector@0x08000000+0x800,fill=3", "--run"]
        d = self.json("program", image, "--base", FLASH, *stuck, code=NO)
        self.assertIn("was left half written", d["warnings"][0])

    def test_what_nobody_could_verify_does_not_run(self):
        """Everything went well, as far as the loader says."""
        image = self.file("x.bin", noise(1, 2 * KIB))
        mute = pathlib.Path(G4).read_bytes().replace(b"\0Verify\0", b"\0xerify\0")
        loader = self.file("mute.FLM", mute)
        on = ["-l", loader, "-t", CHIP, "--wrap", "fault:blind=0x08000000+128K"]
        for way, warned in (("--run", True), ("--reset", False)):
            for job in (["program", image, "--base", FLASH], ["erase", "--sector", FLASH]):
                d = self.json(*job, *on, way, code=6)
                self.assertEqual(any("was reset but not started" in w for w in d["warnings"]),
                                 warned, d["warnings"])

    def test_a_reset_that_fails_fails_the_job(self):
        for way in ["--reset", "--run"]:
            d = self.program(way, "--wrap", "fault:kind=reset,op=2,mode=fail", code=TARGET)
            self.assertEqual(d["error"]["cause"], "fault-injected")
            self.assertEqual({s["state"] for s in d["sectors"]}, {"verified"})


REAL = ["--wrap", "fault:real=1"]
OPTION_KEY = "42f63b20 c0f61900"	# movw, movt r0, 0x08192A3B	FLASH_OPTKEYR key 1
KEY_WORD = "3b2a1908"
BLX, BX_LR, NOP = "8047", "7047", "00bf"	# blx r0


class Refused(Case):
    """Before anything is touched: the chip would stop at its first operation."""

    def refused(self, loader, *command, cause, real=REAL):
        wraps = [*real, "--wrap", "fault:op=1,mode=cut"]
        return self.fails(*command, "-l", loader, "-t", CHIP, *wraps, code=INPUT,
                          cause=cause)["message"]

    def reads(self, loader, *more):
        d = self.json("read", "--range", f"{FLASH}+16", "-l", loader, "-t", CHIP, *more)
        self.assertTrue(d["ok"])
        return d["warnings"]

    def test_our_own_loaders_are_not(self):
        d = self.json("program", self.file("x.bin", noise(1, 100)), "--base", FLASH, "-l", G4, "-t",
                      CHIP, *REAL)
        self.assertEqual((d["verified"], d["virtual_time"], d["warnings"]), (True, False, []))
        image = self.file("y.bin", noise(2, 100))
        d = self.json("program", image, "--base", "0x90000000", "-l", H7, "-t", "emu:stm32h743ii",
                      *REAL)
        self.assertTrue(d["verified"])

    def test_errors(self):
        data = pathlib.Path(G4).read_bytes().replace(b"\0ProgramPage\0", b"\0ProgramPagf\0")
        loader = self.file("half.FLM", data)
        for command in (["read", "--range", f"{FLASH}+16"], ["call", "Init", 0, 0, 1]):
            message = self.refused(loader, *command, cause="lint-error")
            self.assertIn("STK-A006", message)
            self.assertIn("stoker inspect --explain STK-A006", message)
        self.reads(loader)
        self.reads(loader, *REAL, "--force")

    def test_option_keys(self):
        loader = self.file("keys.FLM", with_code(G4, "EraseSector", OPTION_KEY))
        for command in (["read", "--range", f"{FLASH}+16"], ["erase", "--all"],
                        ["call", "UnInit", 1]):
            message = self.refused(loader, *command, cause="touches-option-bytes")
            self.assertIn("EraseSector loads at 0x00000", message)
            self.assertIn("the key 0x08192a3b (FLASH_OPTKEYR key 1)", message)
            self.assertIn("--allow-option-bytes", message)
        self.reads(loader)
        self.reads(loader, *REAL, "--allow-option-bytes")
        self.refused(loader, "call", "UnInit", 1, "--force", cause="touches-option-bytes")

    def test_code_that_nobody_calls(self):
        """Libraries bring functions for option bytes along, which nothing reaches."""
        data = with_code(G4, "BlankCheck", OPTION_KEY)
        loader = self.file("reached.FLM", data)
        self.refused(loader, "call", "UnInit", 1, cause="touches-option-bytes")
        loader = self.file("idle.FLM", data.replace(b"\0BlankCheck\0", b"\0BlankChecj\0"))
        self.reads(loader, *REAL)

    def test_code_that_a_pointer_may_lead_to(self):
        def loader(name, **code):
            data = pathlib.Path(G4).read_bytes()
            for symbol, what in code.items():
                data = with_code(self.file(name, data), symbol, what)
            return self.file(name, data.replace(b"\0BlankCheck\0", b"\0BlankChecj\0"))

        path = loader("x.FLM", BlankCheck=OPTION_KEY, EraseSector=BLX)
        message = self.refused(path, "call", "UnInit", 1, cause="touches-option-bytes")
        self.assertIn("BlankChecj loads at 0x00000", message)
        for key in (KEY_WORD, OPTION_KEY, "42f63b21 42f63b20 00bf c0f61900"):
            with self.subTest(key=key):
                path = loader("x.FLM", EraseSector=BLX + BX_LR + key)
                message = self.refused(path, "call", "UnInit", 1, cause="touches-option-bytes")
                self.assertRegex(message, "it calls through pointers, and has at 0x00000[0-9a-f]{3}"
                                 " the key 0x08192a3b .FLASH_OPTKEYR key 1., which opens")
                self.reads(loader("x.FLM", EraseSector=NOP + BX_LR + key), *REAL)
        self.reads(loader("x.FLM", EraseSector=BLX + BX_LR), *REAL)
        # One register has the low half, another one the high half.
        self.reads(loader("x.FLM", EraseSector=BLX + BX_LR + "42f63b20 c0f61901"), *REAL)

    def test_devices_with_option_bytes_among_others(self):
        for start, size in ((0x1FEFF000, 0x200000), (0x08FFE000, 0x2000), (0x0BF7F000, 0x30000),
                            (0x000FF000, 0x20000), (0x3FFFF000, 0x2000)):
            with self.subTest(start=hex(start)):
                loader = self.file("x.FLM", device_table.flash_device(
                    G4, [(0x1000, 0)], start=start, size=size, name=b"STM32G4 words"))
                message = self.refused(loader, "call", "UnInit", 1, cause="touches-option-bytes")
                self.assertIn(f"at 0x{start:08x} has sectors that are option bytes", message)

    def test_option_devices(self):
        for name, start in ((b"STM32G4 Options", 0x1FFF7800), (b"STM32G4 OTP", 0x08000000),
                            (b"STM32G4 words", 0x1FFF7000), (b"STM32G4 words", 0x0BFA0000),
                            (b"STM32G4 words", 0x08FFF000), (b"STM32G4 words", 0x0010F000)):
            loader = self.file("x.FLM", device_table.flash_device(G4, start=start, name=name))
            message = self.refused(loader, "call", "UnInit", 1, cause="touches-option-bytes")
            self.assertIn(f"at 0x{start:08x} is for option bytes or one-time", message)
            # It is for other chips as well, which is nobody's mistake but ours.
            self.stoker("call", "-l", loader, "-t", CHIP, "UnInit", 1, *REAL,
                        "--allow-option-bytes", "--force")

    def test_without_analysis(self):
        for module in (BUILD / "modules/.libs").glob("*.so"):
            if not module.name.startswith("analysis-"):
                (self.folder / module.name).symlink_to(module)
        self.env["STOKER_MODULE_DIR"] = str(self.folder)
        for command in (["read", "--range", f"{FLASH}+16"], ["call", "Init", 0, 0, 1]):
            for force in ([], ["--force"]):
                message = self.refused(G4, *command, *force, cause="touches-option-bytes")
                self.assertIn("nobody knows whether it touches option bytes", message)
        self.assertEqual(self.reads(G4, *REAL, "--allow-option-bytes"), [])
        self.assertEqual(self.reads(G4), [])


class Behind(Case):
    """What a debugger finds on a board when a job is done: what it left there."""

    def state(self, board):
        with board.client() as c:
            c.begin()
            return c.ask("g"), c.read(RAM, 32 * KIB)

    def test_a_board_is_as_it_was(self):
        image = self.file("x.bin", noise(5, 3 * KIB))
        with Board(self, "-t", CHIP) as board:
            with board.client() as c:
                c.begin()
                c.write(RAM, noise(6, 32 * KIB))
                c.okay(b"G" + bytes(f"{1:08x}", "ascii") + c.ask("g")[8:])
            before = self.state(board)
            on = ["-l", G4, "-t", f"gdb:{board.where}", "--no-reset"]
            for job in (["program", image, "--base", FLASH], ["verify", image, "--base", FLASH],
                        ["call", "EraseSector", FLASH, "--init"]):
                self.json(*job, *on)
                self.assertTrue(self.state(board) == before, job)
            self.json("verify", image, "--base", FLASH, *on, code=NO)
            self.assertTrue(self.state(board) == before)


class Lying(Case):
    """What goes into RAM is read back before the first call."""

    def refused(self, wrap):
        """The chip has run nothing: its link would be cut at its first resume."""
        image = self.file("x.bin", noise(1, 100))
        return self.fails("program", image, "--base", FLASH, "-l", G4, "-t", CHIP, "--wrap", wrap,
                          "--wrap", "fault:kind=resume,op=1,mode=cut", code=TARGET)

    def parts(self):
        layout, = self.json("inspect", "--map", "--chip", "stm32g431cb", "--host", "stoker",
                            G4)[0]["layouts"]
        return layout["parts"]

    def test_ram_that_is_not_there(self):
        """4 bytes in the midst of each part; of the buffer the first, which patterns go to."""
        seen = set()
        for p in self.parts():
            at = p["start"] + (0 if p["part"] == "buffer" else p["size"] // 2 & ~3)
            with self.subTest(part=p["part"]):
                error = self.refused(f"fault:dead={at}+4")
                self.assertEqual(error["cause"], "ram-readback")
                self.assertRegex(error["message"], f"RAM at 0x{at >> 4:07x}")
            seen.add(p["part"])
        self.assertEqual(seen, {"image", "trap", "guard", "stack", "buffer"})

    def test_a_bit_of_any_write(self):
        """Whichever write before the first call goes wrong, its address is told."""
        places = set()
        for op in itertools.count(1):
            error = self.refused(f"fault:kind=write,op={op},mode=corrupt,seed={op}")
            if error["cause"] == "link-cut":
                break
            self.assertEqual(error["cause"], "link-unreliable")
            at = int(re.search("RAM at (0x2000[0-9a-f]{4}) read", error["message"])[1], 16)
            places |= {p["part"] for p in self.parts() if p["start"] <= at < p["start"] + p["size"]}
        self.assertEqual(places, {"image", "trap", "guard", "stack", "buffer"})

    def test_a_register(self):
        for op in (1, 3):
            message = self.fails("call", "-l", G4, "-t", CHIP, "Init", 0, 0, 1, "--init",
                                 "--wrap", f"fault:kind=set-regs,op=1,mode=corrupt,seed={op}",
                                 code=TARGET, cause="register-readback")["message"]
            self.assertRegex(message,
                             "core register [0-9]+ reads 0x[0-9a-f]{8} after 0x[0-9a-f]{8}")


class RoundTrips(Case):
    """Pages more on a blank chip behind a server of our own, each its own call."""

    def trips(self, pages, *args):
        image = self.file("x.bin", noise(pages, pages * KIB))
        with Board(self, "-t", CHIP) as board:
            d = self.json("program", image, "--base", FLASH, "-l", G4, "-t", f"gdb:{board.where}",
                          "--chip", "stm32g431cb", *args)
        self.assertEqual(d["bytes_verified"], pages * KIB)
        return d["link"]["round_trips"]

    def test_a_page(self):
        """Data, registers, what they are, go, what they are, the guard, FLASH_SR; verify."""
        more = self.trips(10, "--erase", "none") - self.trips(2, "--erase", "none")
        self.assertLessEqual(more / 8, 8)

    def test_a_sector(self):
        """Compared, erased (6), looked at, and its two pages as above."""
        more = self.trips(10) - self.trips(2)
        self.assertLessEqual(more / 4, 23)


if __name__ == "__main__":
    harness.main()
