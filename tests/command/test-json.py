#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/json.md names every field that a document holds."""
import re

import harness
from harness import FIRMWARE, FLASH, G4, H7, INPUT, LOADERS, NO, SOURCE, USAGE, Case

DOCUMENT = (SOURCE / "docs/json.md").read_text()


def fields(value, inside=""):
    """All keys, without the names of functions, which are the file's own."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if inside != "functions":
                yield key
            yield from fields(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from fields(inner, inside)


class Documented(Case):
    def sections(self):
        return dict(part.split("\n", 1) for part in re.split(r"(?m)^## ", DOCUMENT)[1:])

    def check(self, section, *args, **how):
        text = self.sections()[section] + self.sections()["Errors"]
        if section.startswith("module"):
            text += self.sections()["program, erase, read, verify, blank-check"]
        named = set(re.findall(r'[`"]([a-z0-9_]+)[`"]', text)) | {"start", "count", "size"}
        found = set(fields(self.json(*args, **how)))
        self.assertTrue(found)
        self.assertEqual(found - named, set(), args)

    def test_inspect(self):
        bad = self.file("x", b"x")
        self.check("inspect", "inspect", G4, H7, bad, code=INPUT)

    def test_jobs(self):
        section = "program, erase, read, verify, blank-check"
        on = self.on_chip()
        self.check(section, "program", FIRMWARE, *on, "--plan")
        self.check(section, "program", FIRMWARE, *on)
        self.check(section, "blank-check", *on, code=NO)
        self.check(section, "read", *on, "--range", f"{FLASH}+4")
        self.check(section, "verify", G4, "--base", FLASH, "--image-format", "bin", *on, code=NO)
        self.check(section, "erase", *on, "--all")
        self.check(section, "program", LOADERS / "firmware-g431-large.elf", "-l",
                   LOADERS / "g431-dual-bank.FLM", "-t", "emu:stm32g431cb", code=NO)
        self.check(section, "program", *on, code=USAGE)

    def test_call(self):
        self.check("call", "call", *self.on_chip(), "Init", hex(FLASH), "0", "1")

    def test_lists(self):
        for args in (["module", "list"], ["module", "info", "target/emu"], ["target", "list"],
                     ["target", "info", "emu:stm32g431cb"], ["chip", "list"],
                     ["chip", "info", "stm32h743ii"]):
            self.check("module, target, chip", *args)


if __name__ == "__main__":
    harness.main()
