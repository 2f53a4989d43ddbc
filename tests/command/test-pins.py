#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""pin, unpin, pins, resolve; and which loader is used where no -l names one."""
import re

import harness
import device_table
import installs
import transcript
from harness import DONE, FIRMWARE, FLASH, G4, H7, INPUT, KIB, LOADERS, NO, USAGE, Case

DATABASE = 5
B = str(LOADERS / "b/g431.FLM")
BAD = str(LOADERS / "g431-no-effect.FLM")
FIRMWARE_H7 = str(LOADERS / "firmware-h743.elf")
CHIP = "emu:stm32g431cb"
PACK = "Keil.STM32G4xx_DFP"
QSPI = 0x90000000


class Database(Case):
    def setUp(self):
        super().setUp()
        self.env["STOKER_DB"] = str(self.folder / "loaders.db")

    def pin(self, tool, device, ref, *more):
        return self.json("pin", tool, device, ref, "--why", "it was tried", *more)["pin"]

    def chosen(self, *question):
        """Of each place, the name of what won and its pin's number."""
        places = self.json("resolve", *question)["places"]
        return [(p["candidates"][0]["name"], (p["candidates"][0]["pin"] or {}).get("pin"))
                for p in places]


class Pins(Database):
    def test_a_file_is_imported_and_then_pinned(self):
        out, err = self.stoker("pin", PACK + "@^1.3.0", "STM32G431xB", G4, "--why", "no erase")
        self.assertEqual(err, "")
        self.assertRegex(out, rf"^imported {G4}\n +1  {PACK}@\^1.3.0  STM32G431xB  g431.FLM "
                              r"[0-9a-f]{8}\n +no erase\n$")
        pins = self.json("pins")["pins"]
        self.assertEqual(len(pins), 1)
        self.assertEqual(pins[0]["why"], "no erase")
        self.assertEqual(self.chosen(PACK + "@1.4.0", "STM32G431CB"), [("g431.FLM", 1)])
        # By its digest, name, or path again: the same build.
        for ref in (pins[0]["sha256"][:8], "g431.FLM", G4):
            pin = self.pin("*", "STM32G4", ref, "--replace")
            self.assertEqual(pin["sha256"], pins[0]["sha256"])

    def test_what_it_is_to_be_called(self):
        """The same bytes under two names, one of them in a pack's folder."""
        packs = installs.keil(self.folder / "Packs")
        self.stoker("db", "import", G4, packs)
        flm = packs / "Keil/STM32G4xx_DFP/1.2.0" / installs.FLM
        name = flm.name
        self.assertEqual(self.pin("stoker", "STM32G4", flm)["name"], name)
        digest = self.json("pins")["pins"][0]["sha256"]
        for ref, called in (("G431.flm", "g431.FLM"), (f"{name.lower()}@1.2.0", name),
                            (digest[:9], "g431.FLM")):
            self.assertEqual(self.pin("stoker", "STM32G4", ref, "--replace")["name"], called)
            document = self.json("blank-check", "-l", ref, "-t", CHIP)
            self.assertEqual(document["loaders"][0]["path"], called)

    def test_only_one_loader_is_pinned(self):
        """A folder or a pack with several is none."""
        packs = installs.keil(self.folder / "Packs")
        self.fails("pin", "stoker", "STM32G4", packs, "--why", "x", code=INPUT)
        self.assertEqual(self.json("db", "list")["builds"], [])

    def test_one_in_the_way_is_named_or_replaced(self):
        self.pin(PACK, "STM32G4", G4)
        error = self.fails("pin", PACK.lower(), "stm32G4xx", B, "--why", "x", code=DATABASE,
                           cause="pinned")
        self.assertIn("pin 1 ", error["message"])
        self.assertIn("--replace", error["message"])
        self.assertEqual(self.pin(PACK, "STM32G4xx", B, "--replace")["pin"], 2)
        self.assertEqual(self.chosen(PACK + "@1.3.0", "STM32G474RE"), [("g431.FLM", 2)])
        old, new = self.json("pins", "--all")["pins"]
        self.assertEqual(old["ended_why"], "replaced: it was tried")
        self.assertIsNone(new["ended"])

    def test_unpin(self):
        self.pin(PACK + "@^1.3.0", "STM32G4", G4)
        self.pin("stoker", "STM32G4", G4)
        self.fails("unpin", "7", "--why", "x", code=DATABASE, cause="no-pin")
        self.fails("unpin", PACK, "STM32G4", "--why", "x", code=DATABASE, cause="no-pin")
        self.stoker("unpin", PACK + "@1.3.0:2.0.0-", "stm32g4", "--why", "cured by 1.4.0")
        self.fails("unpin", "1", "--why", "x", code=DATABASE, cause="pin-ended")
        out, _ = self.stoker("unpin", "2", "--why", "wrong chip")
        self.assertIn("wrong chip", out)
        self.assertIn("no pin holds in ", self.stoker("pins")[0])
        out, _ = self.stoker("pins", "--all")
        self.assertIn("cured by 1.4.0", out)
        self.assertEqual(self.json("resolve", PACK + "@1.3.0", "STM32G431CB", code=NO)["error"]
                         ["cause"], "no-pin")

    def test_unpin_where_several_hold(self):
        """The same words, for other addresses."""
        self.pin("stoker", "STM32H743", H7)
        self.pin("stoker", "STM32H743xx", G4)
        error = self.fails("unpin", "stoker", "stm32h743", "--why", "x", code=USAGE,
                           cause="several-pins")
        self.assertTrue(error["message"].endswith(": 1 2"))
        self.stoker("unpin", "1", "--why", "x")
        self.stoker("unpin", "stoker", "stm32h743", "--why", "x")
        self.assertEqual(self.json("pins")["pins"], [])

    def test_a_tool_tree(self):
        self.stoker("pin", "cubeide@1.8.0", "--programmer-from", "cubeide@1.7.0", "--why",
                    "loaders with interrupts")
        self.assertEqual(self.json("resolve", "cubeide@1.8.0", "STM32H743ZI")["places"],
                         [{"range": None, "candidates": [{
                             "chosen": True, "sha256": None, "name": None,
                             "programmer_from": "cubeide@1.7.0",
                             "why": "pin 1 for cubeide@1.8.0 and any device:"
                                    " loaders with interrupts",
                             "pin": self.json("pins")["pins"][0]}]}])
        self.fails("resolve", "cubeide@1.9.0", "STM32H743ZI", code=NO, cause="no-pin")
        self.stoker("unpin", "cubeide@1.8.0", "*", "--why", "x")

    def test_resolve_tells_why_and_what_lost(self):
        self.pin(PACK + "@>=1.3.0", "STM32G4", G4)
        self.pin(PACK + "@1.3.0", "STM32G431xB", B)
        out, _ = self.stoker("resolve", PACK + "@1.3.0", "STM32G431CB")
        self.assertRegex(out, "^0x08000000..0x08020000\n  g431.FLM [0-9a-f]{8}\n    pin 2 for "
                              f"{PACK}@1.3.0 and STM32G431xB, the most specific one: it was tried\n"
                              "  not g431.FLM [0-9a-f]{8}\n      lost to pin 2, which is for fewer"
                              " versions and fewer devices\n$")
        self.pin(PACK + "@>=1.2.0", "STM32G431CB", G4)
        error = self.fails("resolve", PACK + "@1.3.0", "STM32G431CB", str(FLASH), code=DATABASE,
                           cause="tie")
        self.assertIn("pin 2 (", error["message"])
        self.assertIn("pin 3 (", error["message"])
        self.fails("resolve", PACK + "@1.3.0", "STM32G431CB", str(QSPI), code=NO, cause="no-pin")

    def at_once(self, *commands):
        """Run them all at the same time; their exit codes, the lowest first."""
        running = [self.start(*c) for c in commands]
        for p in running:
            p.communicate()
        return sorted(p.returncode for p in running)

    def test_many_at_once(self):
        """Nobody asks somebody else's pin away, and nobody is told that a database is busy."""
        pin = ["pin", "stoker", "STM32G4", G4, "--why"]
        self.assertEqual(self.at_once(*([*pin, str(i)] for i in range(6))), [DONE] + 5 * [DATABASE])
        self.assertEqual(len(self.json("pins", "--all")["pins"]), 1)
        self.assertEqual(self.at_once(*([*pin, str(i), "--replace"] for i in range(6))), 6 * [DONE])
        self.assertEqual(len(self.json("pins", "--all")["pins"]), 7)
        last, = self.json("pins")["pins"]
        unpin = ["unpin", str(last["pin"]), "--why", "x"]
        self.assertEqual(self.at_once(*(6 * [unpin])), [DONE] + 5 * [DATABASE])
        self.assertEqual(self.json("pins")["pins"], [])

    def test_wrong_pins(self):
        for args, cause in [
                ((PACK + "@1.3.x", "STM32G4", G4), "bad-range"),
                (("*@1.3.0", "STM32G4", G4), "bad-range"),
                (("cubeide@v1", "STM32G4", G4), "bad-range"),
                ((PACK, "STM32 G4", G4), "bad-device"),
                (("@1.3.0", "STM32G4", G4), "usage"),
                ((PACK + "@", "STM32G4", G4), "usage"),
                ((PACK, "STM32G4"), "usage"),
                ((PACK, "STM32G4", G4, "more"), "usage"),
                (("cubeide", "STM32G4", "--programmer-from", "cubeide@1.7.0"), "usage"),
                (("cubeide", "--programmer-from", "1.7.0"), "bad-tree"),
                (("stoker", "--programmer-from", "cubeide@1.7.0"), "bad-tree"),
                (("cubeide", "STM32G4", G4, "--programmer-from", "cubeide@1.7.0"), "usage")]:
            with self.subTest(args=args):
                self.fails("pin", *args, "--why", "x", code=USAGE, cause=cause)
        self.fails("pin", PACK, "STM32G4", G4, code=USAGE, cause="usage")
        self.fails("unpin", "1", code=USAGE, cause="usage")
        self.assertEqual(self.json("pins", "--all")["pins"], [])

    def test_warnings_do_not_refuse(self):
        self.stoker("db", "import", BAD)
        self.stoker("db", "verdict", "g431-no-effect.FLM", "bad", "--chip", "STM32G431CB",
                    "--reason", "nothing is erased")
        out, err = self.stoker("pin", "stoker", "STM32G431CB", "g431-no-effect.FLM", "--why", "x")
        self.assertIn("g431-no-effect.FLM", out)
        self.assertRegex(err, "warning: .*known to be bad.*somebody says bad on STM32G431CB")
        document = self.json("pin", "stoker", "STM32Q999", G4, "--why", "x")
        self.assertEqual(document["warnings"], ["no chip that is known is a 'STM32Q999'"])
        self.assertTrue(document["imported"]["new"])

    def test_only_what_writes_makes_a_database(self):
        for args in (["pins"], ["unpin", "1", "--why", "x"], ["resolve", "stoker", "STM32G4"]):
            self.fails(*args, code=DATABASE, cause="no-database")
        self.assertEqual(list(self.folder.iterdir()), [])


class WithoutLoader(Database):
    """The pinned or only good build for the chip and each address."""

    def test_the_pinned_one_is_used_and_named(self):
        self.pin("stoker", "STM32G431CB", G4)
        chip = self.chip()
        _, err = self.stoker("program", "-t", chip, FIRMWARE)
        self.assertRegex(err, r"(?m)^stoker program: using g431.FLM [0-9a-f]{8}: pin 1 for stoker"
                              " and STM32G431CB: it was tried$")
        document = self.json("verify", "-t", chip, FIRMWARE)
        self.assertEqual([(u["path"], u["chosen"]) for u in document["loaders"]],
                         [("g431.FLM", "pin 1 for stoker and STM32G431CB: it was tried")])
        self.assertTrue(document["verified"])
        # Named with -l, nothing was chosen.
        document = self.json("verify", "-l", G4, "-t", chip, FIRMWARE)
        self.assertNotIn("chosen", document["loaders"][0])
        document = self.json("program", "--plan", "-t", chip, FIRMWARE)
        self.assertIn("pin 1", document["loaders"][0]["chosen"])
        self.json("read", "-t", chip, "--range", f"{FLASH}+16")
        self.json("read", "-t", chip)
        self.json("erase", "-t", chip, "--sector", str(FLASH))
        self.json("blank-check", "-t", chip, "--range", f"{FLASH}+2048")

    def test_several_loaders_where_several_are_needed(self):
        self.pin("*", "STM32H743", H7)
        error = self.fails("program", "-t", "emu:stm32h743zi", FIRMWARE, code=USAGE, cause="usage")
        self.assertIn("and STM32H743ZI at 0x08000000", error["message"])
        data = self.file("data.bin", harness.noise(1, 4096))
        document = self.json("program", "-t", "emu:stm32h743zi", "--base", str(QSPI), data)
        self.assertEqual([u["path"] for u in document["loaders"]], ["h743-w25q128.stldr"])
        # The internal flash and the NOR in one job; it is only planned.
        internal = self.file("h743.FLM", device_table.flash_device(
            G4, [(128 * KIB, 0)], name=b"H743", size=2048 * KIB))
        self.pin("stoker", "STM32H743", internal)
        both = self.file("both.hex", b"")
        with open(both, "w") as f:
            for address in (FLASH, QSPI):
                record = bytes([2, 0, 0, 4]) + (address >> 16).to_bytes(2, "big")
                for line in (record, bytes([4, 0, 0, 0]) + b"abcd"):
                    f.write(f":{line.hex()}{-sum(line) % 256:02x}\n")
            f.write(":00000001FF\n")
        document = self.json("program", "--plan", "-t", "emu:stm32h743zi", both)
        self.assertEqual([(u["path"], u["chosen"].split(":")[0]) for u in document["loaders"]],
                         [("h743.FLM", "pin 2 for stoker and STM32H743"),
                          ("h743-w25q128.stldr", "pin 1 for * and STM32H743")])
        error = self.fails("read", "-t", "emu:stm32h743zi", code=USAGE, cause="usage")
        self.assertIn("several loaders hold for STM32H743ZI", error["message"])

    def test_the_only_good_one(self):
        self.stoker("db", "import", G4, BAD)
        error = self.fails("program", "-t", CHIP, FIRMWARE, code=USAGE, cause="usage")
        self.assertIn("stoker pin stoker STM32G431CB REF --why TEXT", error["message"])
        self.stoker("db", "verdict", "g431.FLM", "good", "--chip", "STM32G431CB", "--reason",
                    "programs and verifies")
        document = self.json("program", "-t", CHIP, FIRMWARE)
        self.assertIn("the only build known good for STM32G431CB", document["loaders"][0]["chosen"])
        self.stoker("db", "import", B)
        self.stoker("db", "verdict", self.json("inspect", B)[0]["sha256"][:12], "good", "--chip",
                    "STM32G4", "--reason", "works too")
        error = self.fails("program", "-t", CHIP, FIRMWARE, code=USAGE, cause="usage")
        self.assertIn("2 builds are known good", error["message"])

    def test_the_pins_of_a_toolchain(self):
        self.pin("cubeide@1.8.0", "STM32G4", BAD)
        self.pin("cubeide", "STM32G4", G4)
        self.fails("program", "-t", CHIP, FIRMWARE, code=USAGE, cause="usage")
        document = self.json("program", "-t", CHIP, "--as", "cubeide@1.10.0", FIRMWARE)
        self.assertEqual(document["loaders"][0]["path"], "g431.FLM")
        document = self.json("program", "--plan", "-t", CHIP, "--as", "cubeide@1.8.0", FIRMWARE)
        self.assertEqual(document["loaders"][0]["path"], "g431-no-effect.FLM")
        for name, cause in (("cubeide@v1", "bad-version"), ("@", "usage")):
            self.fails("program", "-t", CHIP, "--as", name, FIRMWARE, code=USAGE, cause=cause)
        self.fails("program", "-l", G4, "-t", CHIP, "--as", "cubeide@1.8.0", FIRMWARE, code=USAGE)

    def test_a_tie_is_no_choice(self):
        self.pin("*", "STM32G431xB", G4)
        self.pin("*", "STM32G431C", B)
        self.fails("program", "-t", CHIP, FIRMWARE, code=DATABASE, cause="tie")

    def test_nothing_to_choose_from(self):
        error = self.fails("program", "-t", CHIP, FIRMWARE, code=USAGE, cause="usage")
        self.assertIn("a loader is needed: -l FILE", error["message"])
        self.assertIn("stoker pin stoker DEVICE REF --why TEXT", error["message"])
        self.assertEqual(list(self.folder.iterdir()), [])
        self.pin("stoker", "STM32G4", G4)
        # A mass erase takes a device along: that one is named.
        error = self.fails("erase", "--all", "-t", CHIP, code=USAGE, cause="usage")
        self.assertIn("-l", error["message"])
        self.fails("program", "-t", CHIP, "/nonexistent", code=INPUT)


def cells(heading):
    """The rows of the table below @heading of docs/pins.md, each the texts in code of its cells."""
    rows = re.findall(r"(?m)^\| (`.*) \|$", transcript.chapter("docs/pins.md", heading))
    return [[re.findall("`([^`]*)`", cell) for cell in row.split(" | ")] for row in rows]


class Manual(Database):
    """What docs/pins.md says in its tables."""

    def test_ranges(self):
        rows = cells("## Ranges")
        self.assertGreater(len(rows), 10)
        for (text,), _, inside, outside in rows:
            pin = self.pin(f"{PACK}@{text}", "*", G4)["pin"]
            for version in inside:
                self.assertEqual(self.chosen(f"{PACK}@{version}", "STM32G431CB"),
                                 [("g431.FLM", pin)], text)
            for version in outside:
                self.fails("resolve", f"{PACK}@{version}", "STM32G431CB", code=NO, cause="no-pin")
            self.stoker("unpin", pin, "--why", "the next one")

    def test_orders(self):
        for (tool,), versions, _ in cells("## Toolchains and versions"):
            for lower, higher in zip(versions, versions[1:]):
                pin = self.pin(f"{tool}@>={higher}", "*", G4)["pin"]
                self.fails("resolve", f"{tool}@{lower}", "STM32G431CB", code=NO, cause="no-pin")
                self.assertEqual(self.chosen(f"{tool}@{higher}", "STM32G431CB"),
                                 [("g431.FLM", pin)])
                self.stoker("unpin", pin, "--why", "the next one")


class Shown(transcript.Shown):
    """What docs/pins.md shows is what comes out."""

    def test_all_of_it(self):
        for name, source in (("g431.FLM", "g431.FLM"), ("other.FLM", "b/g431.FLM"),
                             ("firmware.elf", "firmware-g431.elf")):
            self.file(name, installs.loader(source))
        self.runs_as_shown((harness.SOURCE / "docs/pins.md").read_text())


if __name__ == "__main__":
    harness.main()
