#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Advisories beside the loaders they are about: what they mark is there, and nothing else is hit.

The builds that lie beside the corpus, in "regressions", are algorithms as probe-rs had them, with
what the threads say of each.
"""
import json
import os
import pathlib
import sys

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests/command"))
CORPUS = os.environ.get("STOKER_CORPUS", "")
if not CORPUS:
    print("SKIP: no corpus of real loaders (configure --with-corpus=DIR)")
    sys.exit(77)

import harness  # noqa: E402
from harness import DONE, INPUT, KIB, NO, SOURCE, Case  # noqa: E402

LOADERS = pathlib.Path(CORPUS) / "loaders"
REGRESSIONS = pathlib.Path(CORPUS).parent / "regressions"
BUILT_IN = {path.stem: json.loads(path.read_text())
            for path in sorted((SOURCE / "loaderdb/facts/advisories").glob("*.json"))}
PACKS = "Open-CMSIS-Pack+{}_DFP/{}CMSIS/Flash/{}.FLM"


def of(pack, *names, commit=""):
    return [PACKS.format(pack, commit and f"@{commit}/", name) for name in names]


# Each was looked at: what the advisory says is so of these files, and of no others.
CERTAIN = {
    "STK-2025-0004": (of("STM32C0xx", "STM32C0x_16", "STM32C0x_32", "STM32C0x_64", "STM32C0x_128",
                         commit="27da72da8")
                      + of("STM32C0xx", "STM32C0x_64", "STM32C0x_256", commit="571804b4f")),
    "STK-2025-0006": of("STM32C0xx", "STM32C0x_128", commit="27da72da8"),
    "STK-2025-0010": of("STM32L0xx", "STM32L010xB_EEPROM", "STM32L07_8x_EEPROM",
                        "STM32L07x_64_EEPROM", commit="a3f036217"),
    "STK-2026-0005": of("STM32G4xx", "STM32G4xx_32", "STM32G4xx_64", "STM32G4xx_128",
                        "STM32G4xx_256", "STM32G4xx_512", "STM32G4x1_256", "STM32G4x1_512"),
}
OPEN = {
    "STK-2019-0001": of("STM32L0xx", "STM32L0xx_8", "STM32L0xx_32", "STM32L0xx_128"),
    "STK-2021-0001": ["kotetsuy+STLDR/@9c48f34bb/W25Q128_STM32F412ZG/Release/"
                      "W25Q128_STM32F412ZG.stldr"],
    "STK-2024-0001": of("STM32G4xx", "STM32G43x-4x_32", "STM32G43x-4x_64", "STM32G43x-4x_128"),
    "STK-2024-0003": of("STM32H7xx", "STM32H7x_2048"),
    "STK-2025-0001": ["MubarakshinRuslan+w25q128jv_stm32h743iitx_external_loader/"
                      "h743_flash.stldr"],
    "STK-2025-0005": of("STM32C0xx", "STM32C0x_16", "STM32C0x_32", "STM32C0x_64", "STM32C0x_256",
                        commit="4c3e8834d"),
    "STK-2025-0007": of("STM32G4xx", "STM32G47x-8x_128", "STM32G47x-8x_256", "STM32G47x-8x_512"),
}

# What users name, and what comes of it: (options, file, ids that apply for sure).
USES = [
    (["--chip", "STM32G431KB"], of("STM32G4xx", "STM32G43x-4x_128"), ["STK-2024-0001"]),
    (["--chip", "STM32G431K6"], of("STM32G4xx", "STM32G43x-4x_32"), []),
    (["--chip", "STM32G473RC", "--option-state", "DBANK=0"],
     of("STM32G4xx", "STM32G47x-8x_256"), ["STK-2025-0007"]),
    (["--chip", "STM32G473RC", "--option-state", "DBANK=1"],
     of("STM32G4xx", "STM32G47x-8x_256"), []),
    (["--chip", "STM32G473RE", "--option-state", "DBANK=0"],
     of("STM32G4xx", "STM32G47x-8x_512"), []),
    (["--chip", "STM32C092RC"], of("STM32C0xx", "STM32C0x_256", commit="4c3e8834d"),
     ["STK-2025-0005"]),
    (["--chip", "STM32C092RC"], of("STM32C0xx", "STM32C0x_256"), []),
    (["--chip", "STM32H747XI", "--load-address", "0x20000020"],
     of("STM32H7xx", "STM32H7x_2048"), ["STK-2024-0003"]),
    (["--chip", "STM32H747XI", "--load-address", "0x24000020"],
     of("STM32H7xx", "STM32H7x_2048"), []),
    (["--toolchain", "Keil.STM32H7xx_DFP@3.1.1", "--chip", "STM32H743ZI"],
     of("STM32H7xx", "STM32H7x_2048"), ["STK-2021-0007"]),
    (["--toolchain", "Keil.STM32H7xx_DFP@4.0.0", "--chip", "STM32H743ZI"],
     of("STM32H7xx", "STM32H7x_2048"), []),
    (["--toolchain", "Keil.STM32L0xx_DFP", "--chip", "STM32L072CZ"],
     of("STM32L0xx", "STM32L0xx_128"), ["STK-2019-0001"]),
    (["--toolchain", "Keil.STM32L4xx_DFP@2.6.2", "--chip", "STM32L4R5ZI",
      "--option-state", "DBANK=1"], of("STM32L4xx", "STM32L4Rx_1024_Single"), ["STK-2023-0003"]),
    (["--toolchain", "Keil.STM32L4xx_DFP@2.6.2", "--chip", "STM32L4R5ZI",
      "--option-state", "DBANK=1"], of("STM32L4xx", "STM32L4Rx_1024_Dual"), []),
    (["--toolchain", "Keil.STM32F7xx_DFP", "--chip", "STM32F767ZG", "--option-state",
      "nDBANK=1"], of("STM32F7xx", "STM32F7x_1024dual"), ["STK-2022-0003"]),
    (["--toolchain", "Keil.STM32F7xx_DFP", "--chip", "STM32F767ZG", "--option-state",
      "nDBANK=1"], of("STM32F7xx", "STM32F7x_1024"), []),
    (["--toolchain", "Keil.STM32G4xx_DFP@1.1.0", "--chip", "STM32G474RC"],
     of("STM32G4xx", "STM32G4xx_256"), ["STK-2020-0001", "STK-2021-0003", "STK-2026-0005"]),
    (["--toolchain", "cubeprogrammer@2.6.0"], OPEN["STK-2021-0001"], []),
    (["--toolchain", "cubeprogrammer@2.7.0"], OPEN["STK-2021-0001"], ["STK-2021-0001"]),
    (["--toolchain", "cubeprogrammer@2.17.0"], OPEN["STK-2025-0001"], []),
    (["--toolchain", "cubeprogrammer@2.18.0"], OPEN["STK-2025-0001"], ["STK-2025-0001"]),
]


def marks(advisory):
    return advisory["database_specific"].get("marks", [])


class Hits(Case):
    def test_all_loaders(self):
        found = {True: {}, False: {}}
        rows = self.json("audit", LOADERS, code=INPUT)["audited"]
        self.assertGreater(len(rows), 170)
        for row in rows:
            for a in row["advisories"]:
                name = os.path.relpath(row["name"], LOADERS)
                found[a["certain"]].setdefault(a["id"], set()).add(name)
        self.assertEqual(found[True], {i: set(names) for i, names in CERTAIN.items()})
        self.assertEqual(found[False], {i: set(names) for i, names in OPEN.items()})

    def test_as_it_is_used(self):
        for options, (name,), ids in USES:
            row, = self.json("audit", *options, LOADERS / name, code=NO if ids else DONE)["audited"]
            self.assertEqual([a["id"] for a in row["advisories"] if a["certain"]], ids,
                             (options, name))


class Facts(Case):
    """What advisories say of files, read off the files."""

    @classmethod
    def setUpClass(cls):
        cls.facts = None

    def inspected(self):
        """By name; what is no loader is left out."""
        if Facts.facts is None:
            files = sorted(str(p) for p in LOADERS.rglob("*")
                           if p.suffix.lower() in (".flm", ".stldr"))
            Facts.facts = {os.path.relpath(d["path"], LOADERS): d
                           for d in self.json("inspect", *files, code=INPUT) if "sha256" in d}
        return Facts.facts

    def digests(self):
        known = {"file_sha256": set(), "code_sha256": set(), "table_sha256": set()}
        for d in self.inspected().values():
            known["file_sha256"].add(d["sha256"])
            for kind in ("code_sha256", "table_sha256"):
                known[kind].add(d[kind])
        for path in REGRESSIONS.glob("*.json"):
            known["code_sha256"].add(json.loads(path.read_text())["instructions_sha256"])
        return known

    def test_each_digest_is_of_a_build_that_is_there(self):
        known = self.digests()
        if not REGRESSIONS.is_dir():
            self.skipTest("no builds of algorithms beside the corpus")
        count = 0
        for name, advisory in BUILT_IN.items():
            for part in marks(advisory) + advisory["database_specific"]["instead"]:
                for kind in known.keys() & part.keys():
                    self.assertIn(part[kind], known[kind], name)
                    count += 1
        self.assertGreater(count, 20)

    def test_what_is_called_bad_is_marked(self):
        """And what is called good is not, but for what else is known of it."""
        if not REGRESSIONS.is_dir():
            self.skipTest("no builds of algorithms beside the corpus")
        marked = {}
        for name, advisory in BUILT_IN.items():
            for m in marks(advisory):
                marked.setdefault(m.get("code_sha256"), set()).add(name)
        seen = {}
        for path in REGRESSIONS.glob("*.json"):
            build = json.loads(path.read_text())
            ids = marked.get(build["instructions_sha256"], set())
            seen.setdefault((build["case"], build["verdict"]), set()).update(ids)
        self.assertEqual(seen, {
            ("stm32c0x", "bad"): {"STK-2025-0004", "STK-2025-0005"},
            ("stm32c0x", "good"): set(),
            ("stm32g431-128k", "bad"): {"STK-2024-0001", "STK-2025-0007"},
            ("stm32g431-128k", "good"): {"STK-2026-0005"},
            ("stm32g47x-256k", "bad"): {"STK-2024-0001", "STK-2025-0007"},
            ("stm32g47x-256k", "good"): {"STK-2023-0006"},
            ("stm32g47x-256k", "disputed"): {"STK-2023-0006"},
            ("stm32h747-placement", "bad"): {"STK-2024-0003"},
            ("stm32h747-placement", "good"): {"STK-2024-0003"},
            ("stm32l475-bank2", "good"): set(),
        })

    def device(self, pack, name, commit=""):
        name, = of(pack, name, commit=commit)
        return self.inspected()[name]["device"]

    def test_an_algorithm_for_128_kib_that_declares_64(self):
        old = self.device("STM32C0xx", "STM32C0x_128", "27da72da8")
        new = self.device("STM32C0xx", "STM32C0x_128", "86c144341")
        self.assertEqual((old["name"], old["size"]), ("STM32C0x_64", 64 * KIB))
        self.assertEqual((new["name"], new["size"]), ("STM32C0x_128", 128 * KIB))

    def test_data_eeprom_with_a_bank_as_one_sector(self):
        for name, size in (("STM32L010xB_EEPROM", 512), ("STM32L07_8x_EEPROM", 3072)):
            old = self.device("STM32L0xx", name, "a3f036217")["regions"]
            new = self.device("STM32L0xx", name)["regions"]
            self.assertEqual({(s["count"], s["size"]) for s in old}, {(1, size)})
            self.assertEqual({s["size"] for s in new}, {256})

    def test_who_opens_the_option_bytes(self):
        """All that do and are not for option bytes, of the G4."""
        found = {name for name, d in self.inspected().items() if "STM32G4xx_DFP" in name
                 and any(f["id"] == "STK-L205" for f in d["findings"])}
        self.assertEqual(found, set(CERTAIN["STK-2026-0005"]))

    def test_pages_larger_than_sectors(self):
        for name in ("STM32L0xx_8", "STM32L0xx_32", "STM32L0xx_128"):
            device = self.device("STM32L0xx", name)
            self.assertEqual((device["page_size"], {s["size"] for s in device["regions"]}),
                             (1024, {128}))

    def test_one_code_and_two_tables(self):
        """The G4's algorithms for one bank and for two share their code."""
        single, dual = (self.inspected()[of("STM32L4xx", f"STM32L4Rx_1024_{kind}")[0]]
                        for kind in ("Single", "Dual"))
        self.assertEqual(single["code_sha256"], dual["code_sha256"])
        self.assertNotEqual(single["table_sha256"], dual["table_sha256"])
        self.assertEqual(({s["size"] for s in single["device"]["regions"]},
                          {s["size"] for s in dual["device"]["regions"]}), ({8192}, {4096}))


if __name__ == "__main__":
    harness.main()
