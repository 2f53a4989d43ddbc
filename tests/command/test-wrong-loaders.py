#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each wrong loader ends in its own cause; good ones give none.

Both sets of tests/loaders are run: the second has other addresses, another
order of functions and another optimisation, so a cause cannot lean on those.
The flash holds other bytes before, as a used chip does: what is erased beside
the firmware is seen, and what is not programmed is not what was wanted.
"""
import json
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import unittest

import schema

BUILD = pathlib.Path(os.environ.get("top_builddir", ".")).resolve()
LOADERS = BUILD / "tests/loaders/out"
STOKER = os.environ.get("STOKER", str(BUILD / "stoker"))

# What a file's name says is wrong with it, and the cause it ends in.
COMMON = {
    "erase-too-many": "neighbour-erased",
    "never-returns": "never-returns",
    "no-effect": "no-effect",
    "stack-overflow": "stack-overflow",
    "waits-for-interrupt": "waits-for-interrupt",
    "wild-write": "wild-write",
}
G431 = COMMON | {"dual-bank": "bank-mode-mismatch", "error-ignored": "error-ignored"}
# Wrong in ways that a healthy chip does not show: whose tests meet them.
ELSEWHERE = {"trusts-memory": "test-nor-modes.py"}
PROTECTED = ",opt.WRP1AR=0x003F0000"	# RM0440, FLASH_WRP1AR: pages 0 to 63


class Bench:
    """A chip with bytes in its flash, given anew to each loader."""

    def __init__(self, folder, chip, loader, suffix, base, size):
        self.chip, self.loader, self.suffix, self.base = chip, loader, suffix, base
        # What is kept of a failed run stays out of the user's home.
        self.env = os.environ | {"XDG_STATE_HOME": str(folder)}
        self.used = folder / f"{chip}.store"
        self.work = folder / f"{chip}.work"
        before, self.image = folder / f"{chip}-before.bin", folder / f"{chip}.bin"
        before.write_bytes(random.Random(1).randbytes(128 << 10))
        self.image.write_bytes(random.Random(2).randbytes(size))
        code, report = self.run(before, "", self.used, "", LOADERS)
        if code or not report["verified"]:
            raise AssertionError(f"{chip}: the good loader must prepare the chip: {report}")

    def run(self, image, defect, store, options, folder):
        name = f"{self.loader}{'-' if defect else ''}{defect}{self.suffix}"
        run = subprocess.run(
            [STOKER, "program", "--json", str(image), "--base", hex(self.base),
             "-l", str(folder / name), "-t", f"emu:{self.chip},store={store}{options}"],
            capture_output=True, text=True, check=False, env=self.env)
        if not run.stdout:
            raise AssertionError(f"{name}: exit {run.returncode}: {run.stderr}")
        report = json.loads(run.stdout)
        if schema.problems(report):
            raise AssertionError(f"{name}: {schema.problems(report)}")
        return run.returncode, report

    def program(self, defect, folder, options=""):
        shutil.copyfile(self.used, self.work)
        return self.run(self.image, defect, self.work, options, folder)


class WrongLoaders(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temp = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.temp.name)
        # Beyond 64 KiB, where a second bank would begin; and no whole sectors.
        cls.g431 = Bench(folder, "stm32g431cb", "g431", ".FLM", 0x08000000, 70003)
        cls.h743 = Bench(folder, "stm32h743ii", "h743-w25q128", ".stldr", 0x90000000, 9001)

    @classmethod
    def tearDownClass(cls):
        cls.temp.cleanup()

    def sets(self):
        return (LOADERS, LOADERS / "b")

    def check_causes(self, bench, causes):
        for folder in self.sets():
            built = {p.stem.removeprefix(bench.loader + "-")
                     for p in folder.glob(f"{bench.loader}-*{bench.suffix}")}
            self.assertEqual(built - set(ELSEWHERE), set(causes), folder)
            for defect, cause in causes.items():
                with self.subTest(chip=bench.chip, folder=folder.name, defect=defect):
                    options = PROTECTED if defect == "error-ignored" else ""
                    code, report = bench.program(defect, folder, options)
                    self.assertEqual((report["ok"], report["error"]["cause"]), (False, cause),
                                     report["error"])
                    self.assertEqual(code, 1)
                    self.assertTrue(report["error"]["message"])

    def check_good(self, bench):
        for folder in self.sets():
            with self.subTest(chip=bench.chip, folder=folder.name):
                code, report = bench.program("", folder)
                self.assertEqual((code, report["ok"], report["verified"],
                                  report.get("error")), (0, True, True, None))

    def test_g431(self):
        self.check_causes(self.g431, G431)

    def test_h743(self):
        self.check_causes(self.h743, COMMON)

    def test_good_ones(self):
        self.check_good(self.g431)
        self.check_good(self.h743)

    def test_protection_is_not_the_good_loaders_fault(self):
        for folder in self.sets():
            code, report = self.g431.program("", folder, PROTECTED)
            self.assertEqual((code, report["error"]["cause"]), (1, "write-protected"))


if __name__ == "__main__":
    unittest.main()
