#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The life of a database beside installs of every kind: nothing but what was told changes."""
import hashlib
import os

import harness
import installs
import snapshot
from harness import DONE, LOADERS, NO, Case

G4_PACK = "Keil.STM32G4xx_DFP"
CHIP = "emu:stm32g431cb"


def digest(data):
    return hashlib.sha256(data).hexdigest()


class Machine(Case):
    """Two CubeIDEs, a CubeProgrammer, a CubeCLT, a pack root, a VS Code bundle."""

    def setUp(self):
        super().setUp()
        self.top = self.folder / "machine"
        self.tree = installs.Tree(self.top)
        self.env["STOKER_DB"] = str(self.folder / "loaders.db")
        self.pack_130 = self.tree.keil / "Keil/STM32G4xx_DFP/1.3.0" / installs.FLM
        self.was = snapshot.take(self.top)

    def tearDown(self):
        self.assertEqual(self.tree.was_run(), [], "a program of an install was run")

    # ---- what changed, and nothing else ----------------------------------

    def changes(self, what="what changed"):
        """The paths that are not as they were at the last call."""
        now = snapshot.take(self.top)
        changed = snapshot.changed(self.was, now)
        self.before, self.was = self.was, now
        return changed

    def untouched(self, *args, code=DONE):
        document = self.json(*args, code=code)
        self.assertEqual(self.changes(), [], args)
        return document

    def only_bytes_changed(self, path):
        """Of one file: other bytes, the same mode and time."""
        self.assertEqual(self.changes(), [str(path)])
        old, new = self.before[str(path)], self.was[str(path)]
        self.assertEqual(old[:3], new[:3])
        self.assertNotEqual(old[4], new[4])

    def status(self, code, *kinds):
        found = self.untouched("toolchain", "status", self.top, code=code)["drifts"]
        self.assertEqual(sorted(d["kind"] for d in found), sorted(kinds))


class Life(Machine):
    """Scan, import, audit, pin, swap, program, an update, swap again, restore."""

    def scan(self):
        document = self.untouched("toolchain", "scan", self.top)
        found = {(i["tool"], i["version"]) for i in document["installs"]}
        self.assertLessEqual({("cubeide", "1.7.0"), ("cubeide", "1.8.0"),
                              ("cubeprogrammer", "2.21.0"), ("cubeclt", "1.18.0")}, found)
        self.assertLessEqual({"cube-vscode", "keil"}, {tool for tool, _ in found})

    def imported(self):
        self.untouched("db", "import", self.top)
        listed = {b["sha256"] for b in self.untouched("db", "list")["builds"]}
        for data in (installs.good_flm(), installs.bad_flm(),
                     *installs.external_loaders().values()):
            self.assertIn(digest(data), listed)
        self.of_installs()
        self.untouched("db", "import", self.top)
        self.assertEqual({b["sha256"] for b in self.untouched("db", "list")["builds"]}, listed)
        self.untouched("db", "check")

    def of_installs(self):
        """What was found in an install is known by it, packs by themselves."""
        for tool, version in ("cubeide", "1.7.0"), ("cubeide", "1.8.0"), \
                ("cubeprogrammer", "2.21.0"), ("cubeclt", "1.18.0"), (G4_PACK, "1.3.0"):
            found = self.untouched("db", "list", "--tool", f"{tool}@{version}")["builds"]
            self.assertTrue(found, tool)
        shown = self.untouched("db", "show", "STM32G4xx_128.FLM@1.3.0")
        self.assertEqual(shown["build"]["sha256"], digest(installs.bad_flm()))
        self.untouched("db", "show", "W25Q128_STM32H743.stldr@cubeide@1.8.0")

    def audit(self):
        self.untouched("audit", self.top, code=NO)

    def pin(self):
        self.untouched("pin", f"{G4_PACK}@1.3.0", "STM32G431xB", "STM32G4xx_128.FLM@1.2.0",
                       "--why", "1.3.0 takes the part for one with two banks")
        self.untouched("pin", "stoker", "STM32G431CB", "STM32G4xx_128.FLM@1.2.0",
                       "--why", "what program is to use")
        for pin in self.untouched("pins")["pins"]:
            self.assertEqual(pin["sha256"], digest(installs.good_flm()))
        self.untouched("resolve", f"{G4_PACK}@1.3.0", "STM32G431KB")

    def swap(self):
        wanted = (f"{G4_PACK}@1.3.0", "--all", "--root", self.tree.keil)
        self.untouched("swap", *wanted, "--plan")
        self.json("swap", *wanted, "--yes")
        self.only_bytes_changed(self.pack_130)
        self.assertEqual(self.pack_130.read_bytes(), installs.good_flm())
        self.untouched("swap", *wanted, "--yes")

    def program(self):
        """Without -l: through the build that is pinned."""
        document = self.untouched("program", LOADERS / "firmware-g431-large.elf", "-t", CHIP)
        self.assertTrue(document["verified"])

    def update_of_the_pack(self):
        """The vendor's file is written again, as an installer does."""
        kept = self.before[str(self.pack_130)]
        self.pack_130.write_bytes(installs.bad_flm())
        os.utime(self.pack_130, ns=(kept[2], kept[2]))
        self.only_bytes_changed(self.pack_130)

    def test_scan_to_restore(self):
        at_first = self.was
        self.scan()
        self.imported()
        self.audit()
        self.pin()
        self.swap()
        self.program()
        self.status(DONE, "in-place")
        self.update_of_the_pack()
        self.status(NO, "back")
        self.swap()
        self.status(DONE, "in-place")
        self.json("restore", "--all", "--yes")
        self.only_bytes_changed(self.pack_130)
        self.assertEqual(self.was, at_first)
        self.untouched("restore", "--all", "--yes")
        self.untouched("db", "check")


class Trees(Machine):
    """Whole programmers, of 500 files and links, deep and with modes of their own."""
    FILES = 500

    def setUp(self):
        super().setUp()
        tools, = installs.Tree.tools(self.tree.ide_170).values()
        for n in range(self.FILES):
            where = f"lib/{n % 7}/{n % 5}/file-{n}.bin"
            installs.write(tools / where, f"{n}\n" * (n + 1), mode=0o755 if n % 3 else 0o440)
        os.symlink("file-0.bin", tools / "lib/0/0/link")
        self.tools_170 = tools
        self.tools_180, = installs.Tree.tools(self.tree.ide_180).values()
        self.was = snapshot.take(self.top)

    def same_as(self, other):
        self.assertEqual(snapshot.below(snapshot.take(self.tools_180), self.tools_180),
                                other)

    def test_500_files_there_and_back(self):
        at_first = self.was
        own = snapshot.below(at_first, self.tools_180)
        theirs = snapshot.below(at_first, self.tools_170)
        self.assertGreater(len(theirs), self.FILES)
        swap = ("swap", "cubeide@1.8.0", "--programmer-from", "cubeide@1.7.0", "--root", self.top)
        self.untouched(*swap, "--plan")
        self.json(*swap, "--yes")
        self.same_as(theirs)
        self.changes()
        self.status(DONE, "in-place")
        self.json("restore", "--all", "--yes")
        self.same_as(own)
        self.assertEqual(snapshot.take(self.top), at_first)


if __name__ == "__main__":
    harness.main()
