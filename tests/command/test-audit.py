#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""stoker audit: which advisories concern loaders, packs, installs and toolchains."""
import json
import pathlib
import unittest

import installs
from harness import DONE, FIRMWARE, G4, H7, INPUT, LOADERS, NO, USAGE, Case

# It waits for an interrupt, which STM32CubeProgrammer masks since 2.7.0.
TICKS = LOADERS / "host-hal-tick.stldr"


def ids(item, certain=None):
    return [a["id"] for a in item["advisories"] if certain in (None, a["certain"])]


OWN = {
    "schema_version": "1.6.0", "id": "STK-0000-0001",
    "published": "2026-01-01T00:00:00Z", "modified": "2026-01-01T00:00:00Z",
    "summary": "ours", "details": "ours",
    "affected": [{"package": {"ecosystem": "stm32-toolchain", "name": "cubeide"},
                  "versions": ["1.4.0"]}],
    "database_specific": {"basis": "observed"},
}


class Audit(Case):
    def setUp(self):
        super().setUp()
        for name in ("STOKER_DB", "XDG_DATA_HOME", "CMSIS_PACK_ROOT", "LOCALAPPDATA"):
            self.env.pop(name, None)

    def audit(self, *args, code=NO):
        return self.json("audit", *args, code=code)["audited"]

    def one(self, *args, code=NO):
        item, = self.audit(*args, code=code)
        return item


class Toolchains(Audit):
    def test_toolchain_without_a_version(self):
        """As explain names it; a pack is one only if something is known of it."""
        item = self.one("Keil.STM32G4xx_DFP")
        self.assertEqual((item["kind"], item["version"]), ("toolchain", None))
        self.assertLessEqual({"STK-2022-0001", "STK-2024-0001"}, set(ids(item)))
        self.assertFalse(any(a["certain"] for a in item["advisories"]))
        self.assertIn("STK-2021-0002", ids(self.one("CubeIDE")))
        self.fails("audit", "missing.FLM", code=INPUT)
        self.fails("audit", "bogus", code=USAGE, cause="toolchain-unknown")

    def test_by_name(self):
        item = self.one("cubeide@1.8.0")
        self.assertEqual((item["kind"], item["toolchain"], item["version"]),
                         ("toolchain", "cubeide", "1.8.0"))
        self.assertEqual(ids(item, certain=True), ["STK-2021-0002"])
        advisory = item["advisories"][0]
        self.assertEqual(advisory["instead"][0]["version"], "1.7.0")
        self.assertIn("cubeprogrammer 2.9.0", advisory["why"])
        self.assertTrue(all("://" in url for url in advisory["references"]))
        self.assertEqual(self.audit("--toolchain", "cubeide@1.8.0")[0]["advisories"],
                         item["advisories"])

    def test_chip_decides(self):
        self.assertIn("STK-2021-0004", ids(self.one("--chip", "STM32L552ZE", "cubeide@1.8.0"), True))
        self.assertNotIn("STK-2021-0004", ids(self.one("--chip", "STM32G431KB", "cubeide@1.8.0")))

    def test_packs(self):
        pack = "Keil.STM32G4xx_DFP@"
        chip = ("--chip", "STM32G431KB")
        self.assertIn("STK-2022-0001", ids(self.one(*chip, pack + "1.3.0"), True))
        self.assertNotIn("STK-2022-0001", ids(self.one(*chip, pack + "1.2.0")))

    def test_nothing_known(self):
        self.assertEqual(self.one("Acme.Chips_DFP@1.0.0", code=DONE)["advisories"], [])

    def test_slips(self):
        self.fails("audit", "cubide@1.8.0", code=USAGE, cause="toolchain-unknown")
        self.fails("audit", "cubeide@new", code=USAGE, cause="bad-version")
        self.fails("audit", "--toolchain", "gcc", G4, code=USAGE, cause="toolchain-unknown")


class Files(Audit):
    def test_interrupts_under_a_programmer(self):
        item = self.one("--toolchain", "cubeide@1.8.0", TICKS)
        self.assertIn("STK-2021-0001", ids(item, True))
        item = self.one("--toolchain", "cubeprogrammer@2.6.0", TICKS, code=DONE)
        self.assertNotIn("STK-2021-0001", ids(item))
        item = self.one(TICKS)
        self.assertIn("STK-2021-0001", ids(item, False))

    def test_good_ones(self):
        for item in self.audit(G4, H7, code=DONE):
            self.assertEqual(item["advisories"], [])

    def test_folder(self):
        names = {item["name"].rsplit("/", 1)[1]: ids(item) for item in self.audit(LOADERS)}
        self.assertIn("STK-2021-0001", names[TICKS.name])
        self.assertEqual(names["g431.FLM"], [])

    def test_unreadable(self):
        no = self.folder / "no.stldr"
        no.write_text("no loader")
        out, err = self.stoker("audit", no, G4, code=INPUT)
        self.assertIn("no.stldr", err)
        document = self.json("audit", no, G4, code=INPUT)
        self.assertFalse(document["ok"])
        self.assertEqual([("error" in item) for item in document["audited"]], [True, False])

    def test_text(self):
        out, _ = self.stoker("audit", "--toolchain", "cubeide@1.8.0", TICKS, code=NO)
        self.assertRegex(out, r"(?m)^  STK-2021-0001  applies: STK-L20[12] holds for it; "
                              r"cubeprogrammer 2\.9\.0")
        self.assertIn("\nSTK-2021-0001  STM32CubeProgrammer since 2.7.0", out)
        self.assertRegex(out, r"(?m)^    instead: Build the loader")
        self.assertRegex(out, r"(?m)^    see: https://")
        self.assertIn("advisories concern 1 of 1", out)
        out, _ = self.stoker("audit", G4)
        self.assertEqual(out, "advisories concern 0 of 1\n")

    def test_each_advisory_is_told_once(self):
        copy = self.folder / "another.stldr"
        copy.write_bytes(TICKS.read_bytes())
        out, _ = self.stoker("audit", "--toolchain", "cubeprogrammer@2.9.0", TICKS, copy, code=NO)
        self.assertEqual(out.count("STK-2021-0001  applies"), 2)
        self.assertEqual(out.count("STK-2021-0001  STM32CubeProgrammer since"), 1)

    def test_a_name_that_the_file_does_not_have(self):
        """Nobody minded before 2.18."""
        other = self.folder / "W25Q128.stldr"
        other.write_bytes(pathlib.Path(H7).read_bytes())
        args = ("--toolchain", "cubeprogrammer@2.18.0", other)
        self.assertEqual(ids(self.one(*args), True), ["STK-2025-0001"])
        self.one("--toolchain", "cubeprogrammer@2.17.0", other, code=DONE)
        self.one("--toolchain", "cubeprogrammer@2.18.0", H7, code=DONE)

    def test_where_it_is_loaded(self):
        """Marks by an address: given for what can lie anywhere, the link address for the rest."""
        own = dict(OWN, affected=[{"package": {"ecosystem": "cmsis-pack", "name": "A.B"}}],
                   database_specific={"basis": "observed", "marks": [
                       {"load_address": "0x20000020"}, {"load_address": "0x24000004"}]})
        (self.folder / "STK-0000-0001.json").write_text(json.dumps(own))
        args = ("--facts", self.folder, "--toolchain", "A.B")
        self.assertEqual(ids(self.one(*args, "--load-address", "0x20000020", G4), True), [OWN["id"]])
        self.assertEqual(ids(self.one(*args, "--load-address", "0x20001000", G4, code=DONE)), [])
        self.assertEqual(ids(self.one(*args, G4), False), [OWN["id"]])
        self.assertEqual(ids(self.one(*args, H7), True), [OWN["id"]])
        self.fails("audit", "--load-address", "here", G4, code=USAGE, cause="usage")


class Machine(Audit):
    def setUp(self):
        super().setUp()
        self.root = self.folder / "machine"
        self.root.mkdir()
        self.tree = installs.Tree(self.root)

    def test_installs(self):
        found = self.audit(self.root)
        of = {}
        for item in found:
            if item["kind"] == "programmer":
                of[item["version"]] = ids(item, True)
        self.assertEqual(of["2.9.0"], ["STK-2021-0002"])
        self.assertEqual(of["2.21.0"], [])
        packs = {item["version"]: ids(item) for item in found if item["kind"] == "pack"}
        self.assertIn("STK-2022-0001", packs["1.3.0"])
        self.assertNotIn("STK-2022-0001", packs["1.2.0"])

    def test_a_server_of_the_bundles(self):
        """Its version has a part that others do not have."""
        servers = [item for item in self.audit(self.tree.vscode) if item["kind"] == "gdb-server"]
        self.assertEqual([(s["version"], ids(s)) for s in servers], [("7.13.0+st.3", [])])

    def test_a_server_is_no_programmer(self):
        """What is wrong with the programmer beside it is told there alone: it may be swapped."""
        of = {item["kind"]: ids(item) for item in self.audit(self.tree.ide_180)}
        self.assertEqual(of["gdb-server"], ["STK-2021-0004"])
        self.assertEqual(of["programmer"], ["STK-2021-0002"])

    def test_what_is_not_in_use(self):
        installs.update(self.tree.ide_180, installs.STAMP_190)
        found = {item["version"]: item for item in self.audit(self.tree.ide_180)
                 if item["kind"] == "programmer"}
        self.assertIn(installs.STAMP_190, found["2.9.0"]["unused"])
        self.assertIsNone(found["2.10.0"]["unused"])
        out, _ = self.stoker("audit", self.tree.ide_180, code=NO)
        self.assertRegex(out, r"(?m)^    not what it uses now: bundles.info names ")

    def test_packs_in_archives(self):
        chip = ("--chip", "STM32G431KB")
        pack = self.tree.pyocd / "Keil/STM32G4xx_DFP/1.3.0.pack"
        whole, inner = self.audit(*chip, pack)
        self.assertEqual((whole["kind"], whole["version"], ids(whole, True)),
                         ("pack-archive", "1.3.0", ["STK-2022-0001"]))
        self.assertEqual((inner["kind"], inner["name"]), ("loader", f"{pack}#{installs.FLM}"))
        one = self.one(*chip, f"{pack}#{installs.FLM}")
        self.assertEqual((one["kind"], one["version"], ids(one, True)),
                         ("loader", "1.3.0", ["STK-2022-0001"]))
        _, err = self.stoker("audit", f"{pack}#missing.FLM", code=USAGE)
        self.assertIn("has no loader 'missing.FLM'", err)

    def test_loose_files_beside_installs(self):
        loose = self.root / "mine"
        loose.mkdir()
        (loose / "ticks.stldr").write_bytes(TICKS.read_bytes())
        (loose / "x.pack").write_bytes(
            (self.tree.pyocd / "Keil/STM32G4xx_DFP/1.3.0.pack").read_bytes())
        (loose / "firmware.elf").write_bytes(pathlib.Path(FIRMWARE).read_bytes())
        (loose / "no.stldr").write_text("no loader")
        document = self.json("audit", self.root, code=INPUT)
        found = {item["name"]: item for item in document["audited"]}
        self.assertEqual(len(found), len(document["audited"]))
        self.assertIn("STK-2021-0001", ids(found[str(loose / "ticks.stldr")]))
        self.assertEqual(found[str(loose / "x.pack")]["version"], "1.3.0")
        self.assertIn("error", found[str(loose / "no.stldr")])
        self.assertNotIn(str(loose / "firmware.elf"), found)

    def test_loaders_in_installs_know_who_uses_them(self):
        for item in self.audit(self.tree.ide_180):
            if item["kind"] == "loader":
                self.assertEqual((item["toolchain"], item["version"]),
                                 ("cubeprogrammer", "2.9.0"))
                self.assertNotIn("STK-2021-0002", ids(item))


class OwnFacts(Audit):
    def test_added(self):
        (self.folder / "STK-0000-0001.json").write_text(json.dumps(OWN))
        self.assertIn("STK-0000-0001", ids(self.one("--facts", self.folder, "cubeide@1.4.0"), True))

    def test_slip(self):
        own = json.loads(json.dumps(OWN))
        del own["affected"][0]["package"]["name"]
        (self.folder / "STK-0000-0001.json").write_text(json.dumps(own))
        error = self.fails("audit", "--facts", self.folder, "cubeide@1.4.0", code=INPUT,
                           cause="bad-facts")
        self.assertIn("STK-0000-0001.json: affected[0].package.name: it is not there",
                      error["message"])


if __name__ == "__main__":
    unittest.main()
