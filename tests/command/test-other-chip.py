#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A loader that is made for another chip is found out before anything runs."""
import harness
from harness import DONE, FLASH, G4, H7, INPUT, KIB, LOADERS, NO, Case
import device_table

QUADSPI = 0x90000000
F407, G431, H743 = "stm32f407ve", "stm32g431cb", "stm32h743ii"


class OtherChip(Case):
    def loader(self, sectors, size=128 * KIB, name=b"flash", start=FLASH):
        data = device_table.flash_device(G4, sectors, start=start, size=size, name=name)
        return self.file("other.FLM", data)

    def plan(self, loader, kind, *command, code=DONE, cause=None):
        command = command or ("program", self.file("x.bin", b"x" * 100), "--base", FLASH)
        args = [*command, "-l", loader, "-t", f"emu:{kind}", "--plan"]
        if code == DONE:
            return self.json(*args)
        error = self.fails(*args, code=code, cause=cause)
        self.assertEqual(error["origin"], "input")
        self.assertIn(kind[:9].upper(), error["message"])
        return error["message"]

    def test_sectors_that_the_flash_does_not_have(self):
        """Erased, each would take bytes along that no plan lists."""
        for what, sectors, size, kind in [
                ("G4 on H7", [(2 * KIB, 0)], 128 * KIB, H743),
                ("G4 on F4", [(2 * KIB, 0)], 128 * KIB, F407),
                ("F4 on H7", device_table.F4, 512 * KIB, H743),
                ("across two pages", [(3 * KIB, 0)], 126 * KIB, G431),
                ("no multiple of a page", [(2 * KIB + 512, 0)], 125 * KIB, G431)]:
            with self.subTest(what=what):
                said = self.plan(self.loader(sectors, size), kind, code=INPUT,
                                 cause="not-for-chip")
                self.assertIn(f"a sector of {sectors[0][0]} bytes at 0x08000000", said)
                self.assertIn("other.FLM", said)

    def test_called_by_hand(self):
        """No job says what is touched: then all that the chip has of the device."""
        for start, cause, said in [(FLASH, "not-for-chip", "a sector of 2048 bytes at"),
                                   (QUADSPI - 0x10000000, "not-in-chip", "has no sector of")]:
            loader = self.loader([(2 * KIB, 0)], start=start)
            on = ["-l", loader, "-t", f"emu:{H743}", "UnInit", 1]
            error = self.fails("call", *on, code=INPUT, cause=cause)
            self.assertIn(said, error["message"])
            self.assertTrue(self.json("call", "--force", *on)["ok"])
        # Made for a larger chip, it has sectors that this one lacks.
        larger = self.loader([(2 * KIB, 0)], 512 * KIB)
        self.json("call", "-l", larger, "-t", f"emu:{G431}", "UnInit", 1)

    def test_coarse_sectors_of_another_family(self):
        for name, sectors, size, family in [
                (b"STM32H7x_2048", [(128 * KIB, 0)], 2048 * KIB, "STM32H7"),
                (b"STM32H750xx", [(128 * KIB, 0)], 128 * KIB, "STM32H7"),
                (b"STM32F4xx 512kB Flash", device_table.F4, 512 * KIB, "STM32F4"),
                (b"STM32WB5x_M4_256 Flash", [(4 * KIB, 0)], 256 * KIB, "STM32WB")]:
            said = self.plan(self.loader(sectors, size, name), G431, code=INPUT,
                             cause="not-for-chip")
            self.assertTrue(said.endswith(f"as its name says: {family}"), said)
            # Only looking at it erases nothing.
            self.plan(self.loader(sectors, size, name), G431, "blank-check", "--range",
                      f"{FLASH}+2K")

    def test_coarse_sectors_may_be_meant_so(self):
        for name, sectors, size in [(b"flash", [(4 * KIB, 0)], 128 * KIB),
                                    (b"STM32G4xx 512 KB Flash", [(4 * KIB, 0)], 512 * KIB),
                                    (b"flash", [(128 * KIB, 0)], 128 * KIB)]:
            d = self.plan(self.loader(sectors, size, name), G431)
            self.assertEqual([s["size"] for s in d["steps"] if s["step"] == "erase"],
                             [sectors[0][0]])

    def test_the_same_sectors_under_another_name(self):
        """What has the chip's geometry is let through: names are copied, too."""
        self.plan(self.loader([(2 * KIB, 0)], name=b"STM32G0xx 128 KB Flash"), G431)
        self.plan(self.loader(device_table.F4, 512 * KIB, b"STM32F7x 512KB Flash"), F407)

    def test_sectors_that_are_not_used_do_not_matter(self):
        """The first half of a dual-bank F4 is that of any F4."""
        sectors = [*device_table.F4, (16 * KIB, 0x80000), (64 * KIB, 0x90000)]
        dual = self.loader(sectors, 1024 * KIB, b"STM32F4xx 1MB dual bank Flash")
        self.plan(dual, F407)
        self.plan(dual, "stm32f407vg")
        self.plan(dual, "stm32f407vg", "erase", "--sector", FLASH + 512 * KIB, code=INPUT,
                  cause="not-for-chip")

    def test_a_device_that_the_chip_does_not_have(self):
        """Without an image nobody looked: the loader ran, and the mass erase as well."""
        for command in (["erase", "--all"], ["erase", "--sector", QUADSPI], ["read"],
                        ["blank-check", "--range", f"{QUADSPI}+4K"],
                        ["program", self.file("y", b"y"), "--base", QUADSPI]):
            said = self.plan(H7, F407, *command, code=INPUT, cause="not-in-chip")
            self.assertIn("0x90000000", said)
        self.plan(H7, H743, "erase", "--all")

    def test_a_loader_for_a_larger_chip(self):
        large = self.loader([(2 * KIB, 0)], 512 * KIB)
        self.assertEqual(self.plan(large, G431, "erase", "--all")["sectors"], 64)
        self.plan(large, G431)
        self.plan(large, G431, "read", code=INPUT, cause="not-in-chip")
        self.plan(large, G431, "erase", "--sector", FLASH + 128 * KIB, code=INPUT,
                  cause="not-in-chip")

    def test_a_table_with_a_hole(self):
        """A device that its own sector table does not cover."""
        short = self.file("short.stldr", device_table.storage_info(H7, [(16, 4 * KIB)]))
        for command in (["program", self.file("y", bytes(8 * KIB)), "--base", QUADSPI + 60 * KIB],
                        ["erase", "--range", f"{QUADSPI + 60 * KIB}+8K"], ["read"]):
            error = self.fails(*command, "-l", short, "-t", f"emu:{H743}", code=INPUT,
                               cause="no-sector")
            self.assertIn("0x90010000 is in no sector of", error["message"])
            self.assertIn("short.stldr", error["message"])
        self.plan(short, H743, "read", "--range", f"{QUADSPI}+64K")

    def test_nothing_of_it_ran(self):
        used = ["program", self.file("x.bin", b"x" * KIB), "--base", FLASH]
        self.stoker(*used, *self.on_chip())
        wrong = self.loader([(128 * KIB, 0)], 2048 * KIB, b"STM32H7x_2048")
        self.fails(*used, "-l", wrong, "-t", self.chip(), code=INPUT, cause="not-for-chip")
        self.assertEqual(self.stored("FLASH")[:KIB], b"x" * KIB)
        # One whose geometry is right and whose code is wrong is found when it runs.
        self.fails(*used, "-l", LOADERS / "g431-no-effect.FLM", "-t", self.chip("new"), code=NO)


if __name__ == "__main__":
    harness.main()
