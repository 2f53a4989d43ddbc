#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""stoker inspect PACK, PACK#DEVICE, PACK#LOADER: packs made here from our own loaders."""
import os
import pathlib
import re
import struct
import unittest
import warnings
import zipfile

import harness
from harness import DONE, FIRMWARE, G4, H7, INPUT, KIB, NO, SOURCE, USAGE, Case
from packs import (FLASH, PDSC, SRAM, algorithm, archive, device, element, family, folder,
                   memory, package, sub_family, variant)

LOADER = pathlib.Path(G4).read_bytes()
EXTERNAL = pathlib.Path(H7).read_bytes()
DIR = "CMSIS/Flash/"
MAIN, OTHER, IDLE = DIR + "G4_128.FLM", DIR + "G4_128_Dual.FLM", DIR + "G4_Old.FLM"
KB, CB = "STM32G431KBTx", "STM32G431CBTx"


def declaring(size=128 * KIB, start=0x08000000):
    """The G4 loader with another device in its table."""
    table = struct.pack("<II", 0x08000000, 128 * KIB)
    assert LOADER.count(table) == 1
    return LOADER.replace(table, struct.pack("<II", start, size))


def g431(*more, name=KB, main=algorithm(MAIN, default=1)):
    return device(name, SRAM, FLASH, main, *more)


class Packs(Case):
    def pack(self, *devices, files=None, pdsc=None, name="test.pack"):
        contents = {PDSC: package(family(*devices)) if pdsc is None else pdsc, MAIN: LOADER}
        contents.update(files or {})
        return archive(self.folder / name, contents)

    def whole(self, path, **how):
        document, = self.json("inspect", path, **how)
        self.assertEqual(document["path"], path)
        return document["pack"]

    def choice(self, path, name, **how):
        document, = self.json("inspect", f"{path}#{name}", **how)
        return document["pack_device"]

    def ids(self, path, **how):
        return [f["id"] for f in self.whole(path, **how)["findings"]]

    def refused(self, path, cause, *words):
        document, = self.json("inspect", path, code=INPUT)
        self.assertEqual(set(document), {"path", "error"})
        self.assertEqual(document["error"]["cause"], cause)
        for word in words:
            self.assertIn(word, document["error"]["message"])
        self.stoker("inspect", path, code=INPUT)


class Whole(Packs):
    def test_what_it_is(self):
        p = self.whole(self.pack(g431(), g431(name=CB)))
        self.assertEqual([p[k] for k in ("kind", "pdsc", "vendor", "name", "version")],
                         ["pack", PDSC, "Stoker", "Test_DFP", "1.2.0"])
        self.assertEqual(p["devices"], [
            {"name": name, "family": "STM32G4 Series", "sub_family": None,
             "vendor": "STMicroelectronics"} for name in (KB, CB)])
        self.assertEqual(p["algorithms"], [
            {"name": MAIN, "start": 0x08000000, "size": 0x20000, "ram_start": 0x20000000,
             "ram_size": 0x8000, "default": True, "processor": None, "style": "Keil",
             "level": "device", "line": 10, "file": MAIN, "devices": [KB, CB]}])
        self.assertEqual(p["findings"], [])
        self.assertEqual(p["idle"], [])

    def test_loaders_are_as_inspect_shows_them(self):
        path = self.pack(g431())
        alone, = self.json("inspect", "--shallow", G4)
        inside, = self.whole(path)["loaders"]
        self.assertEqual(inside["path"], f"{path}#{MAIN}")
        # The file's name differs, and so may what is said about it.
        for key in set(alone) - {"path", "findings", "hosts"}:
            self.assertEqual(inside[key], alone[key], key)

    def test_folder_and_pdsc(self):
        files = {PDSC: package(family(g431())), MAIN: LOADER, IDLE: LOADER}
        path = folder(self.folder / "unpacked", files)
        self.assertEqual((self.whole(path)["kind"], self.ids(path)), ("folder", ["STK-P002"]))
        # Of what lies beside a .pdsc, only what it names is its.
        pdsc = f"{path}/{PDSC}"
        self.assertEqual((self.whole(pdsc)["kind"], self.ids(pdsc)), ("pdsc", []))
        self.assertEqual([d["path"] for d in self.whole(pdsc)["loaders"]], [f"{pdsc}#{MAIN}"])

    def test_pdsc_alone(self):
        path = self.file("alone.pdsc", package(family(g431())).encode())
        p = self.whole(str(path))
        self.assertEqual((p["loaders"], p["findings"]), ([], []))
        self.assertEqual(p["algorithms"][0]["file"], None)

    def test_pdsc_below(self):
        """Names of algorithms are relative to the .pdsc, wherever it is."""
        path = archive(self.folder / "sub.pack", {
            "Keil/DFP/" + PDSC: package(family(g431())), "Keil/DFP/" + MAIN: LOADER,
            "README": b"x", MAIN: b"another"})
        p = self.whole(path)
        self.assertEqual(p["algorithms"][0]["file"], "Keil/DFP/" + MAIN)
        self.assertEqual(len(p["loaders"]), 1)

    def test_stored_as_well_as_packed(self):
        path = archive(self.folder / "stored.pack", {
            PDSC: package(family(g431())), MAIN: LOADER}, zipfile.ZIP_STORED)
        self.assertNotIn("error", self.whole(path)["loaders"][0])

    def test_text_shows_the_same(self):
        path = self.pack(g431(), g431(name=CB), files={IDLE: LOADER, OTHER: b"no ELF"},)
        out, err = self.stoker("inspect", path, code=INPUT)
        for fact in ("Stoker::Test_DFP 1.2.0", "3 loaders for 2 devices", MAIN, IDLE,
                     "0x08000000..0x08020000", "0x20000000..0x20008000", f"{KB}, {CB}",
                     "STK-P002", "unusable"):
            self.assertIn(fact, out)
        self.assertIn(OTHER, err)

    def test_one_bad_loader(self):
        """It is listed with its error, and the rest is shown."""
        path = self.pack(g431(), g431(name=CB, main=algorithm(OTHER, default=1)),
                         files={OTHER: b"\x7fELF", IDLE: LOADER})
        loaders = {d["path"].split("#")[1]: d for d in self.whole(path, code=INPUT)["loaders"]}
        self.assertEqual(set(loaders), {MAIN, OTHER, IDLE})
        self.assertIn("error", loaders[OTHER])
        for name in (MAIN, IDLE):
            self.assertNotIn("error", loaders[name])
            self.assertEqual(loaders[name]["device"]["size"], 128 * KIB)
        # A device that does not need the bad one is not troubled by it.
        self.choice(path, KB)
        self.choice(path, CB, code=INPUT)

    def test_several_arguments(self):
        path = self.pack(g431())
        kinds = [set(d) & {"pack", "pack_device", "sha256"}
                 for d in self.json("inspect", G4, path, f"{path}#{KB}")]
        self.assertEqual(kinds, [{"sha256"}, {"pack"}, {"pack_device"}])

    def test_fail_on(self):
        path = self.pack(g431(), files={IDLE: LOADER})
        self.stoker("inspect", "--fail-on", "warning", path)
        self.stoker("inspect", "--fail-on", "note", path, code=NO)
        self.stoker("inspect", "--fail-on", "note", f"{path}#{KB}")

    def test_no_pack(self):
        (self.folder / "empty").mkdir()
        self.refused("empty", "not-a-file")
        self.refused(archive(self.folder / "any.zip", {"README": b"x"}), "pack-no-pdsc", "any.zip")
        self.refused(archive(self.folder / "two.pack", {
            "a.pdsc": package(), "b.pdsc": package()}), "pack-two-pdsc", "a.pdsc", "b.pdsc")


class Devices(Packs):
    def test_inheritance(self):
        """Outer levels give; the same range and style on an inner level supersedes."""
        path = self.pack(files={OTHER: LOADER, IDLE: LOADER}, pdsc=package(family(
            algorithm(OTHER, default=1), algorithm(IDLE, start=0x90000000, size=0x1000),
            memory("SRAM", 0x20000000, 0x4000, "rwx", default=1),
            sub_family("STM32G431", FLASH,
                       device(KB, SRAM, algorithm(MAIN, default=1)), device(CB)))))
        kb, cb = self.choice(path, KB), self.choice(path, CB)
        self.assertEqual((kb["family"], kb["sub_family"]), ("STM32G4 Series", "STM32G431"))
        self.assertEqual([o["name"] for o in kb["places"][0]["options"]], [MAIN])
        self.assertEqual([o["name"] for o in cb["places"][0]["options"]], [OTHER])
        self.assertEqual(kb["places"][0]["options"][0]["level"], "device")
        self.assertEqual([o["name"] for o in kb["places"][1]["options"]], [IDLE])
        self.assertEqual({m["name"]: m["size"] for m in kb["memories"]},
                         {"SRAM": 0x8000, "Main_Flash": 0x20000})
        self.assertEqual({m["name"]: m["size"] for m in cb["memories"]},
                         {"SRAM": 0x4000, "Main_Flash": 0x20000})

    def test_variants(self):
        """With variants, the device is a group and no device any more."""
        path = self.pack(device("STM32F205RB", SRAM, FLASH, algorithm(MAIN, default=1),
                                variant("STM32F205RBT6"), variant("STM32F205RBT7")))
        self.assertEqual([d["name"] for d in self.whole(path)["devices"]],
                         ["STM32F205RBT6", "STM32F205RBT7"])
        self.assertEqual(self.choice(path, "stm32f205rbt7")["device"], "STM32F205RBT7")
        # Either will do: they have the same.
        choice = self.choice(path, "STM32F205RB")
        self.assertEqual((choice["device"], choice["alike"]), ("STM32F205RBT6", 2))
        out, _ = self.stoker("inspect", f"{path}#STM32F205RB")
        self.assertIn("the first of 2", out)

    def test_names(self):
        path = self.pack(g431(), g431(name="STM32G474RETx", main=algorithm(OTHER, default=1)),
                         files={OTHER: LOADER})
        for name in (KB, KB.lower(), "STM32G431KBT6", "STM32G431KB", "STM32G431", "STM32G4x1KB",
                     "STM32G431KBT6TR"):
            self.assertEqual(self.choice(path, name)["device"], KB, name)
        for name, cause, word in (("STM32G4", "device-ambiguous", "STM32G474RETx"),
                                  ("STM32G431ZZ", "no-such-device", KB),
                                  ("G431KB", "no-such-device", KB)):
            document, = self.json("inspect", f"{path}#{name}", code=USAGE)
            self.assertEqual(document["error"]["cause"], cause)
            self.assertIn(word, document["error"]["message"])

    def test_a_file_may_have_the_mark_in_its_name(self):
        path = self.file("a#b", LOADER)
        self.assertEqual(self.json("inspect", path)[0]["format"], "flm")

    def test_board_loaders_serve(self):
        path = self.pack(files={IDLE: LOADER}, pdsc=package(family(g431()), more=element(
            "boards", [element("board", [algorithm(IDLE, start=0x90000000)], name="Eval")])))
        p = self.whole(path)
        self.assertEqual((p["idle"], p["findings"]), ([], []))
        self.assertEqual([(a["level"], a["devices"]) for a in p["algorithms"]],
                         [("device", [KB]), ("board", [])])

    def test_backslashes(self):
        """As in the specification's own example."""
        path = self.pack(g431(main=algorithm(MAIN.replace("/", "\\"), default=1)))
        self.assertEqual(self.whole(path)["algorithms"][0]["file"], MAIN)


class Choice(Packs):
    def place(self, path, name=KB):
        return self.choice(path, name)["places"][0]

    def hosts(self, place):
        return {h["name"]: h["algorithm"] for h in place["hosts"]}

    def test_only_one(self):
        place = self.place(self.pack(g431()))
        self.assertEqual((place["start"], place["size"], place["memory"]),
                         (0x08000000, 0x20000, "Main_Flash"))
        option, = place["options"]
        self.assertTrue(option["chosen"])
        self.assertEqual(option["ram"], {"start": 0x20000000, "size": 0x8000})
        self.assertEqual(self.hosts(place), {"pyocd": MAIN, "probe-rs": MAIN})

    def test_the_default_of_two(self):
        path = self.pack(g431(algorithm(OTHER, default=0)), files={OTHER: LOADER})
        place = self.place(path)
        self.assertEqual([(o["name"], o["chosen"]) for o in place["options"]],
                         [(MAIN, True), (OTHER, False)])
        self.assertEqual(self.hosts(place), {"pyocd": OTHER, "probe-rs": MAIN})
        self.assertEqual(self.ids(path), ["STK-P011"])
        out, _ = self.stoker("inspect", f"{path}#{KB}")
        self.assertIn(f"* {MAIN}", out)
        self.assertIn("STK-P011", out)

    def test_the_default_listed_last(self):
        path = self.pack(g431(algorithm(MAIN, default=1), main=algorithm(OTHER)),
                         files={OTHER: LOADER})
        self.assertEqual(self.hosts(self.place(path)), {"pyocd": MAIN, "probe-rs": MAIN})
        self.assertEqual(self.ids(path), [])

    def test_two_defaults(self):
        path = self.pack(g431(algorithm(OTHER, default=1)), files={OTHER: LOADER})
        place = self.place(path)
        self.assertEqual([o["chosen"] for o in place["options"]], [True, True])
        self.assertIsNone(self.hosts(place)["probe-rs"])
        self.assertEqual(self.ids(path), ["STK-P003"])

    def test_a_default_for_each_processor(self):
        path = self.pack(g431(algorithm(OTHER, default=1, Pname="CM0P"),
                              main=algorithm(MAIN, default=1, Pname="CM4")),
                         files={OTHER: LOADER})
        finding, = self.whole(path)["findings"]
        self.assertEqual((finding["id"], finding["host"]["name"]), ("STK-P012", "probe-rs"))
        self.assertEqual([o["chosen"] for o in self.place(path)["options"]], [True, True])

    def test_no_default(self):
        """Inside the chip somebody should be; outside, the board decides."""
        path = self.pack(g431(algorithm(IDLE, start=0x90000000), main=algorithm(MAIN)),
                         files={IDLE: declaring(start=0x90000000)})
        self.assertEqual(self.ids(path), ["STK-P008"])
        place = self.place(path)
        self.assertFalse(place["options"][0]["chosen"])
        self.assertEqual(self.hosts(place), {"pyocd": MAIN, "probe-rs": MAIN})

    def test_ram_beyond_all_addresses(self):
        """It counts as not given, and is told."""
        for ram in ("0x120000000", "0x8000"), ("0x20000000", "0x100000001"):
            path = self.pack(g431(main=algorithm(MAIN, default=1, ram=ram)))
            finding, = self.whole(path)["findings"]
            self.assertEqual(finding["id"], "STK-P009")
            self.assertIn("beyond all addresses", finding["message"])
            option, = self.place(path)["options"]
            self.assertEqual((option["ram"]["start"], option["ram"]["size"]), (0x20000000, 0x8000))

    def test_other_styles(self):
        """What is not for us is listed, and nothing more."""
        path = self.pack(g431(algorithm(DIR + "g4.flash", default=1, style="IAR")))
        p = self.whole(path)
        self.assertEqual([a["style"] for a in p["algorithms"]], ["Keil", "IAR"])
        self.assertEqual(p["findings"], [])
        self.assertEqual(len(self.place(path)["options"]), 1)

    def test_idle_loaders_are_told(self):
        path = self.pack(g431(), files={IDLE: LOADER})
        self.assertEqual(self.choice(path, KB)["idle"], [IDLE])
        out, _ = self.stoker("inspect", f"{path}#{KB}")
        self.assertIn(IDLE, out)


class Findings(Packs):
    """Each with what it means, and what is just not it."""

    def test_missing_loader(self):
        path = self.pack(g431(algorithm(DIR + "Gone.FLM", start=0x90000000)))
        self.assertEqual(self.ids(path), ["STK-P001"])
        out, _ = self.stoker("inspect", "--fail-on", "error", path, code=NO)
        self.assertIn(DIR + "Gone.FLM", out)

    def test_case_of_names(self):
        path = self.pack(g431(main=algorithm(MAIN.lower(), default=1)))
        self.assertEqual(self.ids(path), ["STK-P010"])
        self.assertEqual(self.whole(path)["algorithms"][0]["file"], MAIN)

    def test_idle(self):
        self.assertEqual(self.ids(self.pack(g431(), files={IDLE: LOADER})), ["STK-P002"])
        # Neither a folder, nor a program that is no loader by its name.
        self.assertEqual(self.ids(self.pack(g431(), files={
            "Tools/x.exe": LOADER, "Docs/": b""}, name="other.pack")), [])

    def test_table_and_pack_contradict(self):
        for size, start, there in ((64 * KIB, 0x08000000, ["STK-P004"]),
                                   (128 * KIB, 0x08000000, []),
                                   (256 * KIB, 0x08000000, []),
                                   (128 * KIB, 0x0C000000, ["STK-P004"])):
            path = self.pack(device(KB, SRAM, FLASH, algorithm(MAIN, start=start, default=1)),
                             files={MAIN: declaring(size)})
            found = self.ids(path)
            self.assertEqual(found, there, (size, hex(start)))

    def test_ram(self):
        small = memory("SRAM", 0x20000000, 0x400, "rwx", default=1)
        plain = memory("SRAM", 0x20000000, 0x8000, "rwx")
        two = SRAM + memory("SRAM2", 0x20008000, 0x8000, "rwx")
        rom = memory("SRAM", 0x20000000, 0x8000, "rx", default=1)
        for ram, given, there in (
                (SRAM, (0x20000000, 0x8000), []),
                (SRAM, (0x20000000, 0x8001), ["STK-P006"]),
                (two, (0x20000000, 0x10000), []),
                (two, (0x20000000, 0x10001), ["STK-P006"]),
                (SRAM, (0x20007000, 0x1000), []),
                (SRAM, (0x20008000, 0x1000), ["STK-P005"]),
                (SRAM, (0x10000000, None), ["STK-P005"]),
                (SRAM, None, []),
                (plain, None, ["STK-P005"]),
                (rom, None, ["STK-P005"]),
                (plain, (0x20000000, 0x8000), []),
                (small, None, ["STK-P007"]),
                (small, (0x20000000, 0x8000), ["STK-P006", "STK-P007"])):
            path = self.pack(device(KB, ram, FLASH, algorithm(MAIN, ram=given, default=1)))
            self.assertEqual(self.ids(path), there, (ram, given))

    def test_a_slip_is_told_once(self):
        names = [f"STM32G431{c}BTx" for c in "CKMRV"]
        path = self.pack(*[device(name, SRAM, FLASH, algorithm(MAIN, ram=(0x10000000, 1024),
                                                               default=1)) for name in names])
        finding, = self.whole(path)["findings"]
        self.assertIn(f"({names[0]} and 4 more)", finding["message"])

    def test_unusable_elements(self):
        for bad in (element("algorithm", name=MAIN, start="0x90000000"),
                    element("algorithm", start="0x90000000", size="0x1000"),
                    algorithm(MAIN, start="here"), algorithm(MAIN, size=0),
                    algorithm(MAIN, start="0xFFFFFFFF", size="0x10000"),
                    algorithm(MAIN, size="0x1FFFFFFFFFFFFFFFF"),
                    algorithm("../" + MAIN), algorithm("/etc/passwd"), algorithm("C:\\x.FLM")):
            found = self.ids(self.pack(g431(bad)))
            self.assertEqual(found, ["STK-P009"], bad)
        for good in (algorithm("./" + MAIN, start=0x90000000), algorithm(
                "CMSIS/../" + MAIN, start=0x90000000), algorithm(
                MAIN, start="134217728", size=" 0x20000 ")):
            self.assertNotIn("STK-P009", self.ids(self.pack(g431(good))), good)


    def test_more_than_is_listed(self):
        """Of 780 pairs each is found for both devices; one more says that there are more."""
        names = [MAIN, *(f"{DIR}{i}.FLM" for i in range(1, 40))]
        many = [algorithm(name, size=0x1000 + i, default=1)
                for i, name in enumerate(names)]
        text = package(family(*many, SRAM, FLASH, device("A"), device("B")))
        files = dict.fromkeys(names, LOADER)
        findings = self.whole(self.pack(pdsc=text, files=files))["findings"]
        self.assertEqual(len(findings), 257)
        self.assertEqual({f["id"] for f in findings[:256]}, {"STK-P003"})
        self.assertTrue(all(f["message"].endswith("(A and 1 more)") for f in findings[:256]))
        self.assertEqual(findings[256]["id"], "STK-P013")
        few = package(family(*many[:3], SRAM, FLASH, device("A")))
        files = dict.fromkeys(names[:3], LOADER)
        self.assertEqual(self.ids(self.pack(pdsc=few, files=files)), ["STK-P003"] * 3)


class Pages(Packs):
    def test_each_rule_has_its_page(self):
        rules = re.findall(r'"(STK-P\d+)", STK_(\w+),\s*"([^"]+)"',
                           (SOURCE / "core/pack-rules.c").read_text())
        pages = {p.stem for p in (SOURCE / "docs/findings").glob("STK-P*.md")}
        self.assertEqual({name for name, *_ in rules}, pages)
        tested = pathlib.Path(__file__).read_text()
        for name, level, title in rules:
            page = (SOURCE / f"docs/findings/{name}.md").read_text()
            self.assertTrue(page.startswith(
                f"# {name}: {title}\n\nLevel: {level.lower()}\n"), name)
            self.assertIn(f'"{name}"', tested)


class Members(Packs):
    def test_inspect_and_program(self):
        path = self.pack(g431(), files={DIR + "deep/Other.FLM": EXTERNAL})
        for name in (MAIN, "G4_128.FLM", "g4_128.flm"):
            document, = self.json("inspect", f"{path}#{name}")
            self.assertEqual(document["path"], f"{path}#{name}" if name == MAIN
                             else document["path"])
            self.assertEqual(document["device"]["size"], 128 * KIB)
        self.stoker("program", FIRMWARE, "-l", f"{path}#G4_128.FLM", "-t", "emu:stm32g431cb")

    def test_a_pack_is_no_loader(self):
        path = self.pack(g431())
        error = self.fails("program", FIRMWARE, "-l", path, "-t", "emu:stm32g431cb", code=INPUT)
        self.assertIn("PACK#LOADER", error["message"])
        document = self.json("inspect", "-r", path, self.folder)
        self.assertEqual((document["packs"], [set(f) for f in document["files"]]),
                         ([path], [{"path", "pack"}]))

    def test_unknown_and_ambiguous(self):
        path = self.pack(g431(), files={"a/X.FLM": LOADER, "b/X.FLM": LOADER})
        for name, cause in (("Y.FLM", "no-such-member"), ("X.FLM", "pack-file-ambiguous")):
            document, = self.json("inspect", f"{path}#{name}", code=USAGE)
            self.assertEqual(document["error"]["cause"], cause)
        self.json("inspect", f"{path}#a/X.FLM")


class Hostile(Packs):
    """Refused with a reason, at once, and nothing is ever written or opened elsewhere."""

    def hostile(self, files, cause, *words):
        before = sorted(os.listdir(self.folder))
        path = archive(self.folder / "bad.pack", [(PDSC, package(family(g431()))),
                                                  (MAIN, LOADER), *files])
        self.refused(path, cause, *words)
        self.assertEqual(sorted(os.listdir(self.folder)), sorted({*before, "bad.pack"}))

    def test_names_that_lead_elsewhere(self):
        for name in ("../x.FLM", "a/../../x.FLM", "/etc/x.FLM", "C:x.FLM", "a\\b.FLM",
                     "a/./b.FLM", "a//b.FLM", "x" * 2000 + ".FLM"):
            self.hostile([(name, LOADER)], "pack-bad-path", name[:60])

    def test_names_given_twice(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.hostile([(MAIN, LOADER)], "pack-duplicate-name", MAIN)
        self.hostile([(MAIN.lower(), LOADER)], "pack-duplicate-name", MAIN.lower())

    def test_link_in_an_archive(self):
        info = zipfile.ZipInfo("link.FLM")
        info.create_system = 3
        info.external_attr = 0o120777 << 16
        self.hostile([(info, "/etc/passwd")], "pack-link", "link.FLM")

    def test_links_in_a_folder(self):
        path = pathlib.Path(folder(self.folder / "p", {PDSC: package(family(g431())),
                                                       MAIN: LOADER}))
        (path / "same.FLM").symlink_to(MAIN)
        self.assertEqual(len(self.whole(str(path))["loaders"]), 2)
        self.file("outside.FLM", LOADER)
        (path / "out.FLM").symlink_to("../outside.FLM")
        self.refused(str(path), "pack-link", "out.FLM")
        (path / "out.FLM").unlink()
        (path / "up").symlink_to("..")
        self.refused(str(path), "pack-link", "up")

    def test_folder_without_end(self):
        path = pathlib.Path(folder(self.folder / "p", {PDSC: package(family(g431()))}))
        (path / "round").symlink_to(".")
        self.refused(str(path), "pack-link", "round")
        (path / "round").unlink()
        path.joinpath(*["d"] * 40).mkdir(parents=True)
        self.refused(str(path), "pack-too-deep")

    def patched(self, edit, name="patched.pack"):
        """The pack with the central header of its loader changed by @edit."""
        path = self.pack(g431(), name=name)
        data = bytearray(pathlib.Path(path).read_bytes())
        at = data.index(MAIN.encode(), data.index(b"PK\1\2")) - 46
        edit(data, at)
        pathlib.Path(path).write_bytes(data)
        return path

    def member_error(self, edit, cause):
        """That loader is refused; the pack is shown."""
        p = self.whole(self.patched(edit), code=INPUT)
        error = p["loaders"][0]["error"]
        self.assertEqual(error["cause"], cause)
        self.assertIn(MAIN, error["message"])
        self.assertEqual(len(p["devices"]), 1)

    def test_encrypted(self):
        def edit(data, at):
            data[at + 8] |= 1
        self.member_error(edit, "container-encrypted")

    def test_unknown_method(self):
        def edit(data, at):
            data[at + 10] = 99
        self.member_error(edit, "container-method")

    def test_sizes_that_are_not_true(self):
        def more(data, at):
            struct.pack_into("<I", data, at + 24, len(LOADER) + 1)
        self.member_error(more, "zip-damaged")

        def less(data, at):
            struct.pack_into("<I", data, at + 24, 100)
        self.member_error(less, "zip-damaged")

        def huge(data, at):
            struct.pack_into("<I", data, at + 24, 0x7FFFFFFF)
        self.member_error(huge, "file-too-large")

        def bomb(data, at):
            struct.pack_into("<I", data, at + 24, 60 << 20)
        self.member_error(bomb, "zip-bomb")

        def packed(data, at):
            struct.pack_into("<I", data, at + 20, 0x7FFFFFFF)
        self.refused(self.patched(packed), "zip-damaged", MAIN)

    def test_wrong_checksum(self):
        def edit(data, at):
            data[at + 16] ^= 1
        self.member_error(edit, "zip-damaged")

    def test_zip64_sizes_that_are_not_true(self):
        """2^63 bytes in an extra field, which not every minizip looks at."""
        path = self.pack(g431())
        data = pathlib.Path(path).read_bytes()
        at = data.index(MAIN.encode(), data.index(b"PK\1\2"))
        header = bytearray(data[at - 46:at])
        extra = struct.pack("<HHQ", 1, 8, 1 << 63)
        struct.pack_into("<I", header, 24, 0xFFFFFFFF)
        struct.pack_into("<H", header, 30, len(extra))
        end = bytearray(data[data.index(b"PK\5\6"):])
        size, = struct.unpack_from("<I", end, 12)
        struct.pack_into("<I", end, 12, size + len(extra))
        cut = at + len(MAIN)
        pathlib.Path(path).write_bytes(data[:at - 46] + header + data[at:cut] + extra +
                                       data[cut:data.index(b"PK\5\6")] + end)
        document, = self.json("inspect", path, code=INPUT)
        error = document.get("error") or document["pack"]["loaders"][0]["error"]
        self.assertIn(error["cause"], ("zip-bomb", "file-too-large"))

    def test_bomb(self):
        """64 MiB in 64 KiB: told from the sizes, before a byte is unpacked."""
        path = self.pack(g431(), files={DIR + "Bomb.FLM": bytes(60 << 20)})
        self.assertLess(os.path.getsize(path), 1 << 20)
        loaders = {d["path"].split("#")[1]: d for d in self.whole(path, code=INPUT)["loaders"]}
        self.assertEqual(loaders[DIR + "Bomb.FLM"]["error"]["cause"], "zip-bomb")
        self.assertNotIn("error", loaders[MAIN])
        self.refused(self.pack(g431(), pdsc=package(family(g431())) + " " * (16 << 20),
                               name="pdsc.pack"), "zip-bomb", "pdsc.pack")

    def test_too_many_files(self):
        path = archive(self.folder / "many.pack", {
            PDSC: package(family(g431())), **{f"f{i}": b"" for i in range(100001)}},
            zipfile.ZIP_STORED)
        self.refused(path, "pack-too-large", "100000")

    def test_cut_short(self):
        path = self.pack(g431())
        data = pathlib.Path(path).read_bytes()
        # The last two bytes say how long a comment follows.
        for size in (4, 30, len(data) // 2, len(data) - 30, len(data) - 4):
            self.file("cut.pack", data[:size])
            self.refused("cut.pack", "zip-damaged", "cut.pack")


LAUGHS = ("<!DOCTYPE package [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 12)) + "]>\n")


class HostileDescription(Packs):
    def pdsc(self, text, cause, *words):
        pack, bare = self.pack(pdsc=text), str(self.file("bad.pdsc", text.encode()))
        self.refused(pack, cause, f"'{pack}#{PDSC}'", *words)
        self.refused(bare, cause, f"'{bare}'", *words)

    def test_entities(self):
        self.pdsc(package(family(g431(name="&a11;")), before=LAUGHS), "pdsc-dtd")
        body = package(family(g431())).replace("Test_DFP", "&a11;", 1)
        self.pdsc(body.replace("<package", LAUGHS + "<package", 1), "pdsc-dtd")

    def test_external_entities(self):
        """Were it opened, reading the FIFO would never end."""
        os.mkfifo(self.folder / "fifo")
        for doctype in (f"<!DOCTYPE package SYSTEM 'file://{self.folder}/fifo'>",
                        f"<!DOCTYPE package [<!ENTITY x SYSTEM 'file://{self.folder}/fifo'>]>",
                        f"<!DOCTYPE package [<!ENTITY % x SYSTEM '{self.folder}/fifo'> %x;]>"):
            text = package(family(g431()), before=doctype)
            self.pdsc(text.replace("Test_DFP", "&x;", 1) if "x " in doctype else text,
                      "pdsc-dtd")

    def test_depth(self):
        self.pdsc(package(more="<a>" * 100 + "</a>" * 100), "pdsc-too-deep", "64")
        self.pdsc(package(more="<a>" * 100000 + "</a>" * 100000), "pdsc-too-deep")
        self.assertEqual(self.ids(self.pack(pdsc=package(
            family(g431()), more="<a>" * 50 + "</a>" * 50))), [])

    def test_huge_values(self):
        self.pdsc(package(family(g431(name="X" * 5000))), "pdsc-huge-value", "5000")
        self.pdsc(package(family(g431())).replace("Test_DFP", "X" * 5000, 1), "pdsc-huge-value")
        path = self.file("huge.pdsc", package(family(g431(name="X" * (11 << 20)))).encode())
        self.refused(str(path), "pdsc-syntax")

    def test_no_xml(self):
        for text in ("", "text", "<package>", "<package></packet>", "\0", "<package a='1' a='2'/>"):
            self.pdsc(text, "pdsc-syntax")
        self.pdsc("<html><body/></html>", "pdsc-no-package", "html")

    def test_inherited_without_end(self):
        """What a family has counts for each of its devices."""
        many = "".join(algorithm(f"{i}.FLM", start=0x90000000 + i * 16, size=16)
                       for i in range(250))
        text = package(family(many, *[device(f"D{i}") for i in range(2500)]))
        self.refused(self.pack(pdsc=text), "pack-too-large", "500000")
        text = package(family(many + many, device("D")))
        self.refused(self.pack(pdsc=text), "pack-too-large", "256")

    def test_any_byte_may_be_in_a_name(self):
        path = self.pack(g431(name="µ&quot;&#27;[31m"))
        with self.start("inspect", path) as p:
            out, _ = p.communicate()
        self.assertNotIn(b"\x1b", out)


CORPUS = os.environ.get("STOKER_CORPUS")


@unittest.skipUnless(CORPUS, "no corpus of vendor loaders")
class Vendors(Packs):
    """Real loaders, described by a .pdsc written here as the vendor's says it."""

    def vendor(self, repository, *devices):
        root = pathlib.Path(CORPUS) / "loaders" / repository
        files = {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("CMSIS/Flash/*.FLM")
                 if "@" not in str(p.relative_to(root))}
        return self.pack(*devices, files=files)

    def test_g431(self):
        """Keil.STM32G4xx_DFP 1.6.0: the old 128 KiB build is there, and serves nobody."""
        new, old = DIR + "STM32G43x-4x_128.FLM", DIR + "STM32G4xx_128.FLM"
        option = algorithm(DIR + "STM32G4xx_SB_OPT.FLM", start=0x1FFF7800, size=0x18)
        path = self.vendor("Open-CMSIS-Pack+STM32G4xx_DFP",
                           g431(option, main=algorithm(new, default=1)))
        choice = self.choice(path, KB)
        self.assertEqual([(o["name"], o["chosen"]) for p in choice["places"]
                          for o in p["options"]],
                         [(new, True), (DIR + "STM32G4xx_SB_OPT.FLM", False)])
        self.assertIn(old, choice["idle"])
        self.assertEqual(choice["findings"], [])

    def test_c0(self):
        """The build of 2024 that declares 64 KiB for parts of 128."""
        root = pathlib.Path(CORPUS) / "loaders/Open-CMSIS-Pack+STM32C0xx_DFP"
        name = DIR + "STM32C0x_128.FLM"
        c071 = device("STM32C071RBTx", memory("SRAM", 0x20000000, 0x6000, "rwx", default=1),
                      FLASH, algorithm(name, ram=(0x20000000, 0x6000), default=1))
        for commit, there in (("@27da72da8", ["STK-P004"]), ("@86c144341", [])):
            path = archive(self.folder / "c0.pack", {
                PDSC: package(family(c071)), name: (root / commit / name).read_bytes()})
            self.assertEqual(self.ids(path), there, commit)

    def test_every_vendor_folder(self):
        for root in sorted((pathlib.Path(CORPUS) / "loaders").iterdir()):
            names = sorted({p.name: p for p in root.rglob("*.[Ff][Ll][Mm]")}.items())
            if not names:
                continue
            path = archive(self.folder / "v.pack", {
                PDSC: package(family(*[device(f"D{i}", SRAM, algorithm(DIR + n, default=1))
                                       for i, (n, _) in enumerate(names)])),
                **{DIR + n: p.read_bytes() for n, p in names}})
            with self.start("inspect", "--json", path) as p:
                out, _ = p.communicate()
            self.assertIn(p.returncode, (DONE, INPUT))
            pack = self.document(out, "")[0]["pack"]
            self.assertEqual(len(pack["loaders"]), len(names), root)
            self.assertEqual(pack["idle"], [])


if __name__ == "__main__":
    harness.main()
