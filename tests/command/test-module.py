#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""stoker module, target and chip."""
import hashlib
import os
import pathlib

import harness
from harness import FIRMWARE, FLASH, G4, TARGET, USAGE, Case


class Modules(Case):
    def test_every_module_is_listed(self):
        d = self.json("module", "list")
        listed = {f"{m['class']}-{m['name']}": m for m in d["modules"]}
        there = {p.stem: p for p in pathlib.Path(os.environ["STOKER_MODULE_DIR"]).glob("*.so")}
        self.assertEqual(set(listed), set(there))
        self.assertLessEqual({"format-flm", "format-stldr", "image-elf", "chip-stm32",
                              "target-emu", "target-fault"}, set(listed))
        for name, m in listed.items():
            self.assertEqual(m["license"], "GPL-2.0-only" if name == "target-emu" else "MIT")
            self.assertEqual((m["ours"], "refused" in m), (True, False))
        out, _ = self.stoker("module", "list")
        self.assertEqual({line.split()[0].replace("/", "-") for line in out.splitlines()},
                         set(there))

    def test_one_in_full(self):
        m = self.json("module", "info", "target/emu")["module"]
        self.assertEqual(m["sha256"],
                         hashlib.sha256(pathlib.Path(m["path"]).read_bytes()).hexdigest())
        self.assertIn("trace", [p["name"] for p in m["parameters"]])
        out, _ = self.stoker("module", "info", "target/emu")
        for fact in (m["sha256"], m["path"], m["description"], "GPL-2.0-only", "-p emu.trace="):
            self.assertIn(fact, out)

    def test_none_of_that_name(self):
        self.fails("module", "info", "format/axf", code=USAGE)
        self.fails("module", "info", "probe/emu", code=USAGE)

    def test_parameters(self):
        self.fails("module", "list", "-p", "nonsense", code=USAGE, cause="bad-parameter")
        self.json("program", FIRMWARE, *self.on_chip(), "-p", "emu.trace=0")

    def test_parameters_that_nobody_reads(self):
        """They were ignored: trace without its first letter traced nothing, and nobody knew."""
        def fails(param, cause, *command):
            error = self.fails(*command, "-p", param, code=USAGE, cause=cause)
            self.assertIn(f"'{param}'", error["message"])
            return error["message"]
        for command in (["module", "list"], ["inspect", G4], ["program", FIRMWARE, *self.on_chip()]):
            said = fails("emo.trace=1", "no-such-module", *command)
            self.assertRegex(said, r"there is no module 'emo'; there is: .*\bemu\b")
        for command in (["program", FIRMWARE, *self.on_chip()], ["module", "info", "target/emu"]):
            said = fails("emu.race=1", "no-such-parameter", *command)
            self.assertIn("target module 'emu' has no such parameter; it has: trace", said)
        fails("emu.trac=1", "no-such-parameter", "target", "info", "emu:stm32g431cb")
        fails("emu.traces=1", "no-such-parameter", "target", "info", "emu:stm32g431cb")
        # A class whose modules are all mapped at once; one that takes none.
        said = fails("flm.strict=1", "no-such-parameter", "program", FIRMWARE, *self.on_chip())
        self.assertIn("format module 'flm' has no such parameter; it has: none", said)

    def foreign(self, *edit):
        """A module of ours in a folder that is not the install's, changed."""
        folder = self.folder / "modules"
        folder.mkdir(mode=0o755)
        data = (pathlib.Path(os.environ["STOKER_MODULE_DIR"]) / "target-fault.so").read_bytes()
        for old, new in edit:
            self.assertEqual(data.count(old), 1)
            data = data.replace(old, new)
        (folder / "target-tluaf.so").write_bytes(data)
        (folder / "target-tluaf.so").chmod(0o644)
        self.env["STOKER_MODULE_PATH"] = str(folder)
        self.env.pop("LD_PRELOAD", None)

    def test_another_abi_is_refused_and_the_others_load(self):
        number, note = harness.in_note("abi")
        self.foreign((b"name=fault\0", b"name=tluaf\0"), (note, b"abi=9\0"))
        refused = [m for m in self.json("module", "list")["modules"] if "refused" in m]
        self.assertEqual([m["name"] for m in refused], ["tluaf"])
        self.assertRegex(refused[0]["refused"], "target-tluaf.so' was built for module ABI 9, "
                                                f"this libstoker has {number};")
        out, _ = self.stoker("module", "list")
        self.assertRegex(out, r"(?m)^  refused: .*target-tluaf")
        self.fails("module", "info", "target/tluaf", code=TARGET)
        self.json("program", FIRMWARE, *self.on_chip())

    def test_one_of_a_newer_header_is_refused(self):
        """It may fill members of structs for which an older core has no room."""
        number, note = harness.in_note("level")
        self.foreign((b"name=fault\0", b"name=tluaf\0"), (note, b"level=9\0"))
        error = self.fails("module", "info", "target/tluaf", code=TARGET, cause="module-refused")
        self.assertRegex(error["message"], r"target-tluaf.so' was built for level 9 of module "
                                           rf"ABI \d+, this libstoker has {number};")

    def test_a_stranger_taints(self):
        self.foreign((b"name=fault\0", b"name=tluaf\0"))
        m, = [m for m in self.json("module", "list")["modules"] if not m["ours"]]
        self.assertEqual(m["name"], "tluaf")
        self.assertIn("(T)", self.stoker("module", "list")[0])


class Targets(Case):
    def test_list_is_the_target_modules(self):
        names = [m["name"] for m in self.json("target", "list")["modules"]]
        self.assertLessEqual({"emu", "fault"}, set(names))
        self.assertEqual({m["class"] for m in self.json("target", "list")["modules"]}, {"target"})

    def test_info_says_the_licence_of_what_is_mapped(self):
        t = self.json("target", "info", "emu:stm32g431cb")["target"]
        self.assertEqual((t["driver"], t["license"], t["virtual_time"], t["chip"]["name"]),
                         ("emu", "GPL-2.0-only", True, "STM32G431CB"))
        out, _ = self.stoker("target", "info", "emu:stm32g431cb")
        self.assertRegex(out, r"(?m)^license +GPL-2\.0-only$")

    def test_the_address_may_be_given_as_elsewhere(self):
        self.assertEqual(self.stoker("target", "info", "-t", "emu:stm32g431cb"),
                         self.stoker("target", "info", "emu:stm32g431cb"))

    def test_options_that_would_be_misread(self):
        """'store' alone made a file called '1'; of two stores one was not kept."""
        for options, said in [("store", "needs a value: store=VALUE"),
                              ("store=a,store=b", "store of emu:STM32G431CB is given twice"),
                              ("sotre=a", "has no option sotre")]:
            error = self.fails("target", "info", "emu:stm32g431cb," + options, code=USAGE,
                               cause="bad-option")
            self.assertIn(said, error["message"])
            self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_virtual_chip_is_what_it_is(self):
        """It was taken for another, and the job ended in a bus fault (exit code 4)."""
        for command in (["target", "info"], ["program", FIRMWARE, "-l", G4],
                        ["target", "info", "--wrap", "fault:op=0"]):
            error = self.fails(*command, "-t", "emu:stm32g431cb", "--chip", "stm32h743ii",
                               code=USAGE, cause="chip-contradicted")
            for name in ("STM32G431CB", "STM32H743II"):
                self.assertIn(name, error["message"])
        # The same chip in another package; another size of flash is another chip.
        for name in ("STM32G431CB", "stm32g431kbt6", "stm32g431xb"):
            self.json("program", FIRMWARE, *self.on_chip(), "--chip", name)
        self.fails("target", "info", "emu:stm32g431cb", "--chip", "stm32g431c6", code=USAGE,
                   cause="chip-contradicted")

    def test_unknown(self):
        self.fails("target", "info", "warp:9", code=USAGE)
        self.fails("target", "info", "emu:stm32g431cb", "--wrap", "nothing:", code=USAGE)
        for nothing in ("emu:", "emu:,", "emu:,,", "emu:,nor=w25q128jv"):
            self.assertIn("''", self.fails("target", "info", nothing, code=USAGE)["message"])


class Chips(Case):
    def test_list_holds_what_the_facts_hold(self):
        names = {c["name"] for c in self.json("chip", "list")["chips"]}
        self.assertLessEqual({"STM32G431CB", "STM32F407VE", "STM32H743II", "STM32H750VB"}, names)
        out, _ = self.stoker("chip", "list")
        self.assertEqual({line.split()[0] for line in out.splitlines()}, names)

    def test_info_in_any_case_and_shortened(self):
        for name in ("STM32G431CB", "stm32g431cb", "STM32G431CBT6", "stm32g431cbu6"):
            c = self.json("chip", "info", name)["chip"]
            self.assertEqual((c["name"], c["flash_kib"], c["core"]),
                             ("STM32G431CB", 128, "cortex-m4"))
        self.assertIn({"name": "bank 1", "state": "",
                       "regions": [{"start": FLASH, "count": 64, "size": 2048}]},
                      [{k: v for k, v in b.items() if k != "source"} for b in c["banks"]])
        for thing in c["memories"] + c["banks"]:
            self.assertRegex(thing["source"], r"RM0440")

    def test_f407_has_sectors_of_different_sizes(self):
        c = self.json("chip", "info", "stm32f407ve")["chip"]
        self.assertEqual([(r["count"], r["size"]) for b in c["banks"] for r in b["regions"]],
                         [(4, 16 << 10), (1, 64 << 10), (3, 128 << 10)])	# RM0090 table 5

    def test_unknown_offers_the_nearest(self):
        error = self.fails("chip", "info", "g431cb", code=USAGE)
        self.assertIn("nearest are STM32G431CB", error["message"])
        error = self.fails("chip", "info", "stm32g432cb", code=USAGE)
        self.assertIn("STM32G431CB", error["message"])

    def test_text(self):
        out, _ = self.stoker("chip", "info", "stm32g431cb")
        self.assertRegex(out, r"(?m)^chip +STM32G431CB, STM32G4, cortex-m4, 128 KiB flash")
        self.assertRegex(out, r"0x08000000\.\.0x08020000  128 KiB +flash")


if __name__ == "__main__":
    harness.main()
