#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Loaders on the flash parts they are for, and on those they are not for."""
import harness
from harness import DONE, KIB, LOADERS, NO, USAGE, Case, noise

WINDOW, MIB = 0x90000000, 1024 * KIB
MICRON = LOADERS / "h743-mt25ql512.stldr"
WINBOND = LOADERS / "h743-w25q128.stldr"


class Parts(Case):
    def program(self, loader, part, at, data=noise(1, 3 * KIB)):
        image = self.file("x.bin", data)
        return ["program", image, "--base", WINDOW + at, "-l", loader, "-t",
                f"emu:stm32h743ii,store={self.folder}/chip,nor={part}"]

    def test_beyond_32_mib(self):
        for at in (0, 16 * MIB - 4 * KIB, 32 * MIB, 48 * MIB + 100, 64 * MIB - 8 * KIB):
            data = noise(at, 8 * KIB)
            d = self.json(*self.program(MICRON, "mt25ql512", at, data))
            self.assertEqual((d["verified"], d["verify_method"]), (True, "readback"))
            self.assertEqual(self.stored("NOR")[at:at + 8 * KIB], data)
        self.assertEqual(self.stored("NOR")[16 * MIB + 4 * KIB:32 * MIB],
                         b"\xff" * (16 * MIB - 4 * KIB))

    def test_another_part(self):
        for loader, part in ((MICRON, "mx25l51245g"), (MICRON, "mt25ql256"), (WINBOND, "n25q128a"),
                             (WINBOND, "mx25l12833f"), (WINBOND, "w25q64jv")):
            with self.subTest(f"{loader.stem} {part}"):
                self.fails(*self.program(loader, part, 0), code=NO, cause="function-failed")
            (self.folder / "chip").unlink()

    def test_the_other_order_of_the_part(self):
        self.stoker(*self.program(WINBOND, "w25q128jv,nor.qe=0", 0), code=DONE)

    def test_left_protected(self):
        """Micron's flags say so, and the loader that reads them fails."""
        error = self.fails(*self.program(MICRON, "mt25ql512,nor.state=protected", 0), code=NO)
        self.assertIn("nor-protected", str(error["evidence"]))

    def test_left_at_work(self):
        for state in ("busy", "wel"):
            d = self.json(*self.program(MICRON, f"mt25ql512,nor.state={state}", MIB))
            self.assertTrue(d["verified"])
            (self.folder / "chip").unlink()

    def test_names(self):
        error = self.fails(*self.program(MICRON, "w25q999", 0), code=USAGE, cause="unknown-nor")
        self.assertIn("known are w25q64jv, w25q128jv", error["message"])
        error = self.fails(*self.program(MICRON, "mx25l51245g,nor.state=dual", 0), code=USAGE,
                           cause="bad-option")
        self.assertIn("MX25L51245G cannot be left in nor.state=dual", error["message"])


if __name__ == "__main__":
    harness.main()
