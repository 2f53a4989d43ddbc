#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""stoker inspect --functions over every real loader: no crash, and what must hold."""
import os
import pathlib
import sys

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/command"))
CORPUS = os.environ.get("STOKER_CORPUS", "")
if not CORPUS:
    print("SKIP: no corpus of real loaders (configure --with-corpus=DIR)")
    sys.exit(77)

import harness
from harness import DONE, INPUT, Case

SUFFIXES = {".flm", ".stldr", ".elf"}
FILES = sorted(p for folder in ("loaders", "derived")
               for p in (pathlib.Path(CORPUS) / folder).rglob("*")
               if p.suffix.lower() in SUFFIXES)
UNLOCKS = {0x45670123, 0x89ABCDEF}


class Corpus(Case):
    def inspect(self, path, option="--functions"):
        with self.start("inspect", "--json", option, path) as p:
            out, err = p.communicate()
        self.assertIn(p.returncode, (DONE, INPUT), err)
        [d] = self.document(out.decode(), err.decode(errors="replace"))
        return d

    def check(self, d):
        functions = d["code"]["functions"]
        at = [f["address"] for f in functions]
        self.assertEqual(at, sorted(set(at)))
        entries = {f["name"] for f in functions if f["operation"]}
        self.assertTrue(entries)
        for f in functions:
            self.assertGreaterEqual(f["stack"], f["stack_own"])
            for r in f["registers"]:
                self.assertGreater(r["reads"] + r["writes"], 0)
        return functions

    def test_every_loader(self):
        seen = 0
        for path in FILES:
            with self.subTest(str(path)):
                d = self.inspect(path)
                if "code" not in d:
                    self.assertTrue("error" in d or "code_error" in d)
                    continue
                functions = self.check(d)
                seen += 1
                largest = max(functions, key=lambda f: f["size"])
                [one] = self.inspect(path, f"--functions={largest['address']:#x}")["code"][
                    "functions"]
                listed = sum(len(x["bytes"]) // 2 for x in one["listing"] if not x["data"])
                self.assertEqual(listed, largest["size"])
        self.assertGreater(seen, 150)

    def test_algorithms_for_internal_flash_unlock_it(self):
        """Of the STM32 algorithms, each holds the key that opens the flash."""
        missing = []
        for path in FILES:
            if not path.name.startswith("STM32") or path.suffix != ".FLM":
                continue
            d = self.inspect(path)
            device = d.get("device")
            if "code" not in d or not device or device["start"] != 0x08000000:
                continue
            values = {c["value"] for f in d["code"]["functions"] for c in f["constants"]}
            if not values & UNLOCKS:
                missing.append(path.name)
        self.assertEqual(missing, [])


if __name__ == "__main__":
    harness.main()
