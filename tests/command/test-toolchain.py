#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""stoker toolchain: installs laid out as the vendors do (installs.py), and what lies in them."""
import fnmatch
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import tomllib
import unittest

import harness
import installs
import packs
import transcript
from harness import DONE, G4, H7, NO, USAGE, Case

DATABASE = 5


def digest(data):
    return hashlib.sha256(data).hexdigest()


class Toolchain(Case):
    def setUp(self):
        super().setUp()
        for name in ("STOKER_DB", "XDG_DATA_HOME", "CMSIS_PACK_ROOT", "LOCALAPPDATA"):
            self.env.pop(name, None)
        self.root = self.folder / "machine"
        self.root.mkdir()

    def scan(self, *roots, **how):
        return self.json("toolchain", "scan", "--files", *(roots or [self.root]), **how)

    def installs(self, *roots):
        """By path below the first root, or the root itself as "."."""
        roots = roots or [self.root]
        document = self.scan(*roots)
        self.assertEqual(document["problems"], [])
        return {os.path.relpath(i["path"], roots[0]): i for i in document["installs"]}

    def only(self, *roots):
        install, = self.installs(*roots).values()
        return install

    def component(self, install, kind="programmer"):
        found, = (c for c in install["components"] if c["kind"] == kind)
        return found


class Machine(Toolchain):
    def test_all_of_them(self):
        tree = installs.Tree(self.root)
        found = self.installs()
        self.assertEqual(
            {path: (i["tool"], i["version"], [c["loaders"] for c in i["components"]])
             for path, i in found.items()},
            {os.path.relpath(tree.ide_170, self.root): ("cubeide", "1.7.0", [self.loaders]),
             os.path.relpath(tree.ide_180, self.root): ("cubeide", "1.8.0", [self.loaders, 0]),
             os.path.relpath(tree.programmer, self.root):
                 ("cubeprogrammer", "2.21.0", [self.loaders]),
             os.path.relpath(tree.clt, self.root): ("cubeclt", "1.18.0", [self.loaders, 0]),
             os.path.relpath(tree.vscode, self.root):
                 ("cube-vscode", "2.23.0", [self.loaders, self.loaders, 0]),
             os.path.relpath(tree.keil, self.root): ("keil", None, [1, 1]),
             os.path.relpath(tree.pyocd, self.root): ("pyocd", None, [1, 1])})
        self.assertEqual([p for p in found], sorted(found))
        self.assertEqual(tree.was_run(), [])

    @property
    def loaders(self):
        return len(installs.external_loaders()) + len(installs.internal_loaders())

    def test_versions_of_programmers(self):
        tree = installs.Tree(self.root)
        found = self.installs()
        ide = found[os.path.relpath(tree.ide_180, self.root)]
        programmer = self.component(ide)
        self.assertEqual((programmer["version"], programmer["stamp"]),
                         ("2.9.0", installs.STAMP_180))
        self.assertIn("plug-in stamp", programmer["version_from"])
        self.assertEqual(self.component(found[os.path.relpath(tree.clt, self.root)])["version"],
                         "2.19.0")
        alone = self.component(found[os.path.relpath(tree.programmer, self.root)])
        self.assertEqual((alone["version"], alone["version_from"]),
                         ("2.21.0", "bin/version (observed)"))

    def test_files_are_told_with_digests(self):
        tree = installs.Tree(self.root)
        files = self.component(self.only(tree.ide_180))["files"]
        self.assertEqual([f["name"] for f in files], sorted(f["name"] for f in files))
        held = {f["name"]: f for f in files}
        h7 = held["bin/ExternalLoader/W25Q128_STM32H743.stldr"]
        self.assertEqual(h7["sha256"], digest(installs.loader("h743-w25q128.stldr")))
        self.assertEqual(h7["size"], len(installs.loader("h743-w25q128.stldr")))
        self.assertIn("bin/FlashLoader/0x450.stldr", held)
        self.assertEqual(pathlib.Path(h7["path"]).read_bytes(),
                         installs.loader("h743-w25q128.stldr"))

    def test_text_says_the_same(self):
        installs.Tree(self.root)
        out, err = self.stoker("toolchain", "scan", self.root)
        self.assertEqual(err, "")
        self.assertRegex(out, r"(?m)^STM32CubeIDE 1\.8\.0  .*/stm32cubeide_1\.8\.0$")
        self.assertRegex(out, rf"\* programmer 2\.9\.0, from its plug-in stamp .*, {self.loaders} loaders")
        self.assertRegex(out, r"\* pack Keil\.STM32G4xx_DFP 1\.3\.0, from its \.pdsc .*, 1 loader\n")
        self.assertNotIn("stldr", out)
        out, _ = self.stoker("toolchain", "scan", "--files", self.root)
        self.assertIn(digest(installs.bad_flm())[:12], out)

    def test_usual_places(self):
        self.env["HOME"] = str(self.root / "home")
        tree = installs.Tree(self.root)
        document = self.json("toolchain", "scan")
        found = {i["path"]: i["tool"] for i in document["installs"]}
        self.assertEqual(found.get(str(tree.programmer)), "cubeprogrammer")
        self.assertEqual(found.get(str(tree.vscode)), "cube-vscode")
        self.assertEqual(found.get(str(tree.pyocd)), "pyocd")
        self.env["HOME"] = str(self.root / "nobody")
        self.assertFalse({i["path"] for i in self.json("toolchain", "scan")["installs"]} &
                         set(found))


    def test_disks_of_other_systems(self):
        for name, layout in (("c", installs.windows), ("mac", installs.macos)):
            disk = self.root / name
            wanted = layout(disk)
            found = self.installs(disk)
            self.assertEqual({path: i["tool"] for path, i in found.items()}, wanted)
            for path, install in found.items():
                self.assertTrue(any(c["loaders"] for c in install["components"]), path)
            self.assertEqual(list(disk.rglob("WAS-RUN")), [])

    def test_places_of_other_systems_are_in_the_facts(self):
        """Every install of these disks lies at or below a place that the facts name."""
        facts = tomllib.loads((harness.SOURCE / "loaderdb/facts/toolchains.toml").read_text())
        homes = {"%LOCALAPPDATA%": "Users/me/AppData/Local", "~": "Users/me", "C:": "",
                 "%USERPROFILE%": "Users/me"}
        for system, layout in (("windows", installs.windows), ("macos", installs.macos)):
            patterns = []
            for tool, fact in facts["tool"].items():
                for place in fact.get("place", ()):
                    path = place["path"].replace("\\", "/")
                    start, _, rest = path.partition("/")
                    patterns += [(tool, f"{homes.get(start, start)}/{rest}".lstrip("/"))] * (
                        place["os"] == system)
            for path, tool in layout(self.root / system).items():
                above = [path, *map(str, pathlib.PurePath(path).parents), path + "/ARM/Flash"]
                self.assertTrue(any(t == tool and fnmatch.fnmatch(p, pattern)
                                    for t, pattern in patterns for p in above), (system, path))


class CubeIDE(Toolchain):
    def test_two_plugins_and_which_is_in_use(self):
        ide = installs.cubeide(self.root / "ide", "1.8.0", installs.STAMP_180)
        installs.update(ide, installs.STAMP_190, "1.9.0")
        install = self.only()
        self.assertEqual([(c["stamp"], c["version"], c["current"], c["why_current"])
                          for c in install["components"]],
                         [(installs.STAMP_180, "2.9.0", False,
                           f"bundles.info names {installs.STAMP_190}"),
                          (installs.STAMP_190, "2.10.0", True, "bundles.info names it")])
        # The older one is in use again: the name of a folder does not tell.
        installs.bundles_info(ide, installs.STAMP_180)
        self.assertEqual([c["current"] for c in self.only()["components"]], [True, False])

    def test_without_bundles_info_the_newest_counts(self):
        ide = installs.cubeide(self.root / "ide", "1.8.0", installs.STAMP_190)
        installs.add_plugin(ide, installs.STAMP_180)
        (ide / installs.BUNDLES).unlink()
        components = self.only()["components"]
        self.assertEqual([c["current"] for c in components], [False, True])
        self.assertIn("no bundles.info", components[1]["why_current"])

    def test_a_name_that_lies(self):
        # Seen: a 2.1.1 in C:\ST\STM32CubeIDE_1.13.0.
        installs.cubeide(self.root / "STM32CubeIDE_1.13.0/STM32CubeIDE", "2.1.1",
                         "2.2.400.202601091506", system="win32")
        install = self.only()
        self.assertEqual((install["version"], install["named"]), ("2.1.1", "1.13.0"))
        self.assertTrue(any("1.13.0" in note for note in install["notes"]), install["notes"])

    def test_version_by_plugin_and_by_name(self):
        ide = installs.cubeide(self.root / "ide", "", installs.STAMP_180, product=False)
        install = self.only()
        self.assertEqual(install["version"], "1.8.0")
        self.assertIn("plug-in", install["version_from"])
        shutil.rmtree(ide)
        installs.cubeide(self.root / "stm32cubeide_1.4.2", "", "1.4.2.202009081208", product=False)
        install = self.only()
        self.assertEqual((install["version"], install["version_from"]),
                         ("1.4.2", "folder name (assumed)"))

    def test_releases_with_the_same_plugin(self):
        for name, version, notes in (("stm32cubeide_1.6.1", "1.6.1", 0), ("ide", "1.6.0", 1),
                                     ("stm32cubeide_1.5.0", "1.6.0", 2)):
            ide = installs.cubeide(self.root / name, "", "1.6.0.202101291314", product=False)
            install = self.only()
            self.assertEqual((install["version"], len(install["notes"])), (version, notes), name)
            shutil.rmtree(ide)

    def test_programmer_updated_on_its_own(self):
        installs.cubeide(self.root / "ide", "1.8.0", installs.STAMP_190)
        self.assertTrue(any("1.9.0" in note for note in self.only()["notes"]))

    def test_macos(self):
        installs.cubeide(self.root / "Applications/STM32CubeIDE.app/Contents/Eclipse", "1.8.0",
                         installs.STAMP_180, system="macos64")
        self.assertEqual(self.only()["version"], "1.8.0")
        self.assertEqual(self.component(self.only())["version"], "2.9.0")

    def test_what_a_user_updated_of_an_install_of_roots(self):
        area = self.root / f".eclipse/{installs.PRODUCT}_1.8.0_139065174_linux_gtk_x86_64"
        installs.add_plugin(area, installs.STAMP_190)
        installs.write(area / installs.BUNDLES, "#version=1\n" + "".join(
            f"{name}.linux64,{installs.STAMP_190},{where},4,false\n" for name, where in (
                (installs.PROGRAMMER, f"plugins/{installs.plugin(installs.PROGRAMMER, '1')}"),
                (installs.GDB_SERVER, "file:/opt/st/stm32cubeide_1.8.0/plugins/x/"))))
        install = self.only()
        self.assertEqual((install["tool"], install["version"]), ("cubeide", "1.8.0"))
        self.assertEqual(self.component(install)["version"], "2.10.0")
        self.assertTrue(any("user" in note for note in install["notes"]))

    def test_another_eclipse_is_none(self):
        other = installs.cubeide(self.root / "eclipse", "4.20", installs.STAMP_180)
        installs.write(other / ".eclipseproduct", "id=org.eclipse.platform\nversion=4.20\n")
        self.assertEqual([i["tool"] for i in self.installs().values()], ["cubeprogrammer"])
        shutil.rmtree(other / "plugins" / installs.plugin(installs.PROGRAMMER, installs.STAMP_180))
        self.assertEqual(self.installs(), {})

    def test_case_of_names(self):
        ide = installs.cubeide(self.root / "ide", "1.8.0", installs.STAMP_180)
        plugin = ide / "plugins" / installs.plugin(installs.PROGRAMMER, installs.STAMP_180)
        (plugin / "tools/bin/ExternalLoader").rename(plugin / "tools/bin/EXTERNALLOADER")
        (plugin / "tools/bin").rename(plugin / "tools/Bin")
        (ide / "configuration").rename(ide / "Configuration")
        (ide / "plugins").rename(ide / "PLUGINS")
        files = self.component(self.only())["files"]
        self.assertIn("Bin/EXTERNALLOADER/W25Q128_STM32H743.stldr", [f["name"] for f in files])
        self.assertTrue(self.component(self.only())["current"])


class Programmer(Toolchain):
    def test_roots_of_all_kinds(self):
        there = installs.programmer(self.root / "STM32CubeProgrammer", version="2.21.0")
        for root in (self.root, there, there / "bin"):
            self.assertEqual(self.only(root)["path"], str(there), root)
        self.assertEqual(self.installs(there / "bin/ExternalLoader"), {})

    def test_one_that_is_a_part_of_two_roots(self):
        clt = installs.cubeclt(self.root / "stm32cubeclt_1.18.0")
        self.assertEqual(self.only(clt / "STM32CubeProgrammer", clt)["tool"], "cubeclt")

    def test_macos(self):
        for inner in ("MacOs", "Resources"):
            there = installs.programmer(
                self.root / "STM32CubeProgrammer.app/Contents" / inner, version="2.20.0")
            self.assertEqual(self.only()["path"], str(there))
            shutil.rmtree(there)

    def test_nothing_says_the_version(self):
        installs.programmer(self.root / "STM32CubeProgrammer")
        install = self.only()
        self.assertIsNone(install["version"])
        self.assertTrue(any("without being run" in note for note in install["notes"]))
        self.stoker("toolchain", "scan", self.root)
        self.assertEqual(list(self.root.rglob("WAS-RUN")), [])

    def test_versions_that_contradict(self):
        installs.programmer(self.root / "STM32CubeProgrammer_2.20.0", version="v2.19.0")
        install = self.only()
        self.assertEqual((install["version"], install["named"]), ("2.19.0", "2.20.0"))

    def test_a_plugin_by_itself(self):
        ide = installs.cubeide(self.root / "ide", "1.8.0", installs.STAMP_180)
        install = self.only(ide / "plugins")
        self.assertEqual((install["tool"], install["version"]), ("cubeprogrammer", "2.9.0"))

    def test_clt_with_another_programmer(self):
        installs.cubeclt(self.root / "STM32CubeCLT_1.18.0", version="2.20.0")
        install = self.only()
        self.assertEqual(self.component(install)["version"], "2.20.0")
        self.assertTrue(any("2.19.0" in note for note in install["notes"]))

    def test_bundle_that_lies(self):
        bundles = installs.vscode(self.root / "bundles", versions=("2.22.0+st.1", "2.9.0"))
        installs.write(bundles / "programmer/2.9.0/bin/version", "2.23.0\n")
        install = self.only()
        self.assertEqual(install["version"], "2.22.0+st.1")
        self.assertTrue(any("2.23.0" in note for note in install["notes"]))


class Packs(Toolchain):
    def test_names_and_roots(self):
        tools = {"AppData/Local/Arm/Packs": "keil", "Keil_v5/ARM/PACK": "keil",
                 ".cache/arm/packs": "cpackget", "somewhere": "cpackget"}
        for path in tools:
            installs.keil(self.root / path)
        self.assertEqual({p: i["tool"] for p, i in self.installs().items()}, tools)

    def test_version_by_pdsc_not_by_folder(self):
        installs.unpacked(self.root, "1.3.0", installs.bad_flm(), folder="1.2.0")
        install = self.only()
        self.assertEqual(install["components"][0]["version"], "1.3.0")
        self.assertTrue(any("1.3.0" in note for note in install["notes"]))

    def test_one_pack_alone(self):
        there = installs.unpacked(self.root, "1.3.0", installs.bad_flm())
        for root in (there, there / "Keil.STM32G4xx_DFP.pdsc"):
            install = self.only(root)
            self.assertEqual((install["tool"], install["version"], install["path"]),
                             ("Keil.STM32G4xx_DFP", "1.3.0", str(there)))
        checkout = self.root / "work/STM32G4xx_DFP"
        there.parent.rename(self.root / "x")
        shutil.move(self.root / "x/1.3.0", checkout)
        self.assertEqual(self.only()["tool"], "Keil.STM32G4xx_DFP")

    def test_one_archive_alone(self):
        path = self.root / "Keil.STM32G4xx_DFP.1.3.0.pack"
        packs.archive(path, installs.dfp_files("1.3.0", installs.bad_flm()))
        for root in (self.root, path):
            install = self.only(root)
            self.assertEqual((install["tool"], install["version"]), ("Keil.STM32G4xx_DFP", "1.3.0"))
            file, = self.component(install, "pack-archive")["files"]
            self.assertEqual(file["sha256"], digest(installs.bad_flm()))
            self.assertEqual(file["path"], f"{path}#{installs.FLM}")

    def test_downloads_are_not_in_use(self):
        root = installs.keil(self.root / "Arm/Packs")
        packs.archive(root / ".Download/Keil.STM32G4xx_DFP.1.3.0.pack",
                      installs.dfp_files("1.3.0", installs.bad_flm()))
        download = self.component(self.only(), "pack-archive")
        self.assertFalse(download["current"])
        self.assertEqual(download["pack"], "Keil.STM32G4xx_DFP")

    def test_mdk_with_loaders_of_old(self):
        mdk = self.root / "Keil_v5"
        installs.write(mdk / "TOOLS.INI", '[UV2]\r\nRTEPATH="C:\\Keil_v5\\ARM\\PACK"\r\n'
                       '[ARM]\r\nPATH="C:\\Keil_v5\\ARM\\"\r\nVERSION=5.38a\r\n')
        installs.write(mdk / "ARM/Flash/STM32F4xx_1024.FLM", installs.good_flm())
        installs.keil(mdk / "ARM/PACK")
        install = self.only()
        self.assertEqual((install["tool"], install["version"]), ("keil", "5.38a"))
        self.assertEqual([c["kind"] for c in install["components"]], ["loaders", "pack", "pack"])

    def test_an_archive_that_is_broken(self):
        path = self.root / "Keil.STM32G4xx_DFP.1.3.0.pack"
        whole = pathlib.Path(packs.archive(path, installs.dfp_files("1.3.0", b"x"))).read_bytes()
        path.write_bytes(whole[:-30])
        document = self.scan()
        self.assertEqual(len(document["problems"]), 1)
        install, = document["installs"]
        self.assertEqual((install["version"], install["components"][0]["loaders"]), ("1.3.0", 0))

    def test_index_of_packs_is_none(self):
        installs.write(self.root / ".Web/Keil.STM32G4xx_DFP.pdsc", installs.pdsc("1.3.0"))
        installs.write(self.root / "index.json", "{}")
        installs.write(self.root / "Keil.STM32G4xx_DFP.1.2.0.pdsc", installs.pdsc("1.2.0"))
        self.assertEqual(self.installs(), {})


class Hostile(Toolchain):
    def bin(self):
        return installs.programmer(self.root / "p", version="2.21.0", flash={}) / "bin"

    def problems(self, *words):
        document = self.scan()
        text = "\n".join(document["problems"])
        for word in words:
            self.assertIn(word, text)
        return document

    def file_problem(self, name):
        document = self.scan()
        file, = (f for i in document["installs"] for c in i["components"] for f in c["files"]
                 if f["name"].endswith(name))
        self.assertIsNone(file["sha256"])
        return file["problem"]

    def test_links(self):
        loaders = self.bin() / "ExternalLoader"
        outside = installs.write(self.folder / "outside.stldr", b"not of the install")
        (loaders / "broken.stldr").symlink_to("nowhere.stldr")
        (loaders / "out.stldr").symlink_to(outside)
        (loaders / "loop.stldr").symlink_to("loop.stldr")
        (loaders / "inside.stldr").symlink_to("W25Q128_STM32H743.stldr")
        self.assertIn("nothing", self.file_problem("broken.stldr"))
        self.assertIn("leads out", self.file_problem("out.stldr"))
        self.assertIn("loop", self.file_problem("loop.stldr").lower() + "loop")
        files = {f["name"].rsplit("/")[-1]: f for f in self.component(self.only())["files"]}
        self.assertTrue(files["inside.stldr"]["link"])
        self.assertEqual(files["inside.stldr"]["sha256"],
                         digest(installs.loader("h743-w25q128.stldr")))
        self.assertEqual(self.component(self.only())["unreadable"], 3)
        out, _ = self.stoker("toolchain", "scan", "--files", self.root)
        self.assertIn("3 not readable", out)

    def test_folders_that_are_links(self):
        bin_folder = self.bin()
        (self.root / "again").symlink_to(self.root)
        (self.root / "etc").symlink_to("/etc")
        self.assertEqual(len(self.installs()), 1)
        (bin_folder / "ExternalLoader").rename(self.folder / "elsewhere")
        (bin_folder / "ExternalLoader").symlink_to(self.folder / "elsewhere")
        (bin_folder / "FlashLoader").mkdir()
        self.problems("leads out of the install")
        # Within the install a link is as good as the folder.
        (bin_folder / "ExternalLoader").unlink()
        shutil.move(self.folder / "elsewhere", bin_folder / "Shared")
        (bin_folder / "ExternalLoader").symlink_to("Shared")
        self.assertGreater(self.component(self.only())["loaders"], 1)

    def test_a_root_that_is_a_link(self):
        self.bin()
        (self.folder / "link").symlink_to(self.root)
        install, = self.scan(self.folder / "link")["installs"]
        self.assertEqual(install["path"], str(self.root / "p"))

    def test_many_files(self):
        installs.many(self.bin().parent, 20000, 1000)
        component = self.component(self.only())
        self.assertEqual(component["loaders"], 1000 + len(installs.external_loaders()))
        self.assertEqual(component["unreadable"], 0)

    def test_empty(self):
        ide = installs.cubeide(self.root / "ide", "1.8.0", installs.STAMP_180)
        shutil.rmtree(ide / "plugins")
        (ide / "plugins").mkdir()
        (ide / installs.BUNDLES).write_bytes(b"")
        self.assertEqual((self.only()["version"], self.only()["components"]), ("1.8.0", []))
        (ide / ".eclipseproduct").write_bytes(b"")
        self.assertIsNone(self.only()["version"])
        shutil.rmtree(ide)
        installs.programmer(self.root / "p", loaders={}, flash={})
        self.assertEqual(self.component(self.only())["loaders"], 0)
        for name in ("Arm/Packs/.Web", "stm32cube/bundles/programmer", "STM32CubeCLT_1.19.0",
                     "cmsis-pack-manager"):
            (self.root / name).mkdir(parents=True)
        self.assertEqual(len(self.installs()), 1)

    def test_folders_that_are_no_text(self):
        where = self.root / os.fsdecode(b"f\xfcr alle")
        installs.cubeide(where / "stm32cubeide_1.8.0", "1.8.0", installs.STAMP_180)
        install, = self.scan()["installs"]
        self.assertEqual(install["version"], "1.8.0")
        self.assertEqual(self.component(install)["unreadable"], 0)

    def test_what_is_no_file(self):
        loaders = self.bin() / "ExternalLoader"
        os.mkfifo(loaders / "fifo.stldr")
        (loaders / "folder.stldr").mkdir()
        self.assertIn("no regular file", self.file_problem("fifo.stldr"))

    def test_names(self):
        loaders = self.bin() / "ExternalLoader"
        names = ["mit Leer zeichen.stldr", "Gerät-ö.stldr", "two\nlines.stldr", "X.STLDR",
                 "-l.stldr", "quote'\".stldr"]
        for name in names:
            (loaders / name).write_bytes(b"x")
        out, _ = self.stoker("toolchain", "scan", "--files", self.root)
        self.assertIn("two\\x0Alines.stldr", out)
        (loaders / os.fsdecode(b"latin-\xfc.stldr")).write_bytes(b"x")
        document = self.scan()
        found = {f["name"].removeprefix("bin/ExternalLoader/") for i in document["installs"]
                 for c in i["components"] for f in c["files"]}
        self.assertLessEqual(set(names) | {"bin/ExternalLoader/latin-\xfc.stldr"},
                             found | {f"bin/ExternalLoader/{name}" for name in found})

    def test_roots(self):
        self.assertEqual(self.installs(), {})
        out, _ = self.stoker("toolchain", "scan", self.root)
        self.assertIn("no install found", out)
        self.fails("toolchain", "scan", self.root / "none", code=DATABASE, cause="no-such-root")
        self.fails("toolchain", "scan", installs.write(self.root / "f", b"x"), code=DATABASE,
                   cause="no-install")
        self.bin()
        self.assertEqual(len(self.scan(self.root, self.root / "p", self.root / "p/bin")["installs"]),
                         1)
        self.fails("toolchain", code=USAGE)
        self.fails("toolchain", "find", code=USAGE)
        self.fails("toolchain", "status", "--files", self.root, code=USAGE)

    def test_status_makes_no_database(self):
        database = self.folder / "loaders.db"
        self.fails("toolchain", "status", self.root, "--db", database, code=DATABASE,
                   cause="no-database")
        self.assertFalse(database.exists())

    def test_depth_is_bounded(self):
        deep = self.root.joinpath(*["d"] * 20)
        installs.programmer(deep)
        self.problems("too deep")
        self.assertEqual(len(self.scan(deep.parent)["installs"]), 1)

    def test_bytes_that_are_no_text(self):
        ide = installs.cubeide(self.root / "ide", "1.8.0", installs.STAMP_180)
        (ide / ".eclipseproduct").write_bytes(
            b"\0\xff\xfe" * 1000 + b"\nid=com.st.stm32cube.ide\nversion=" + b"9" * 5000 + b"\n")
        (ide / installs.BUNDLES).write_bytes(b",,,\n" + installs.PROGRAMMER.encode() + b".x\n" * 99)
        install, = self.scan()["installs"]
        self.assertEqual(install["tool"], "cubeide")
        pack = installs.unpacked(self.root, "1.3.0", b"x")
        for text in (b"", b"<", b"<releases", b"<releases><release version", b"<!-- <releases>",
                     b"<releases><release version='1.2.3'"):
            (pack / "Keil.STM32G4xx_DFP.pdsc").write_bytes(text)
            version = [c["version"] for i in self.scan()["installs"] for c in i["components"]
                       if c["kind"] == "pack"]
            self.assertIn(version, (["1.3.0"], ["1.2.3"]), text)

    @unittest.skipIf(os.getuid() == 0, "root reads everything")
    def test_unreadable(self):
        loaders = self.bin() / "ExternalLoader"
        (loaders / "secret.stldr").write_bytes(b"x")
        (loaders / "secret.stldr").chmod(0)
        self.assertIn("Permission denied", self.file_problem("secret.stldr"))
        loaders.chmod(0)
        self.addCleanup(loaders.chmod, 0o755)
        self.problems("Permission denied")


class Known(Toolchain):
    """With a database."""

    def setUp(self):
        super().setUp()
        self.database = self.folder / "loaders.db"

    def db(self, verb, *args, **how):
        return self.json("db", verb, "--db", self.database, *args, **how)

    def tallies(self):
        document = self.scan("--db", self.database, self.root)
        self.assertEqual(document["database"], str(self.database))
        return {(os.path.basename(i["path"]), c["version"]):
                (c["loaders"], c["unknown"], c["changed"], c["bad"])
                for i in document["installs"] for c in i["components"] if c["kind"] != "gdb-server"}

    def file(self, name):
        document = self.scan("--db", self.database, self.root)
        found, = (f for i in document["installs"] for c in i["components"] for f in c["files"]
                  if f["name"].endswith(name))
        return found

    def test_a_scan_makes_no_database(self):
        installs.programmer(self.root / "p", version="2.21.0")
        self.assertIsNone(self.scan()["database"])
        self.assertEqual(list(self.folder.rglob("*.db")), [])
        self.fails("toolchain", "scan", "--db", self.database, self.root, code=DATABASE,
                   cause="no-database")

    def test_unknown_changed_bad(self):
        # Older than 2.18, from which on names matter.
        p = installs.programmer(self.root / "p", version="2.9.0", flash={}, loaders={
            "a.stldr": installs.loader("h743-w25q128.stldr"),
            "b.stldr": installs.loader("h7b0-w25q128.stldr")})
        self.db("import", H7)	# makes the database, and a.stldr's bytes known
        self.assertEqual(self.tallies(), {("p", "2.9.0"): (2, 1, 0, 0)})
        self.db("import", p)
        self.assertEqual(self.tallies(), {("p", "2.9.0"): (2, 0, 0, 0)})
        old = installs.loader("h743-w25q128.stldr")
        new = installs.loader("b/h743-w25q128-waits-for-interrupt.stldr")
        (p / "bin/ExternalLoader/a.stldr").write_bytes(new)
        self.assertEqual(self.tallies(), {("p", "2.9.0"): (2, 1, 1, 0)})
        a = self.file("a.stldr")
        self.assertEqual((a["known"], a["before"], a["bad"]), (False, digest(old), False))
        self.db("import", p)
        self.db("verdict", digest(new)[:12], "bad", "--reason", "hangs under 2.9.0")
        self.assertEqual(self.tallies(), {("p", "2.9.0"): (2, 0, 0, 1)})
        self.assertIn("hangs under 2.9.0", self.file("a.stldr")["why"])
        out, _ = self.stoker("toolchain", "scan", "--files", "--db", self.database, self.root)
        self.assertRegex(out, r"2 loaders, 1 bad\n")
        self.assertRegex(out, r"a\.stldr  bad: .*hangs under 2\.9\.0")
        # What was there before, once more: it was seen there, and is no news.
        (p / "bin/ExternalLoader/a.stldr").write_bytes(old)
        self.assertEqual(self.tallies(), {("p", "2.9.0"): (2, 0, 0, 0)})

    def test_bad_by_what_the_programmer_is(self):
        """The install's version does not count, nor the stamp's after a swap."""
        name = {"a.stldr": installs.loader("h743-w25q128.stldr")}
        new = installs.cubeide(self.root / "new", "2.0.0", "2.2.300.202508131133", flash={},
                               loaders=name)
        old = installs.cubeide(self.root / "old", "1.8.0", installs.STAMP_180, flash={},
                               loaders={**name, "b.stldr": installs.loader("h7b0-w25q128.stldr")})
        self.db("import", self.root)
        self.assertEqual(self.tallies(), {("new", "2.21.0"): (1, 0, 0, 1), ("old", "2.9.0"): (2, 0, 0, 0)})
        self.assertIn("STK-2025-0001", self.scan("--db", self.database, new)
                      ["installs"][0]["components"][0]["files"][0]["why"])
        self.json("swap", "--db", self.database, "--programmer-from", old, new, "--yes")
        self.assertEqual(self.tallies(), {("new", "2.9.0"): (2, 0, 0, 0), ("old", "2.9.0"): (2, 0, 0, 0)})

    def test_bad_by_an_advisory(self):
        pack = installs.unpacked(self.root, "1.3.0", installs.bad_flm())
        self.db("import", G4)
        advisory = {
            "schema_version": "1.6.0", "id": "STK-2099-0001", "published": "2099-01-01T00:00:00Z",
            "modified": "2099-01-01T00:00:00Z", "summary": "takes the part for another",
            "details": "A test's own.",
            "affected": [{"package": {"ecosystem": "cmsis-pack", "name": "Keil.STM32G4xx_DFP"},
                          "versions": ["1.3.0"]}],
            "references": [],
            "database_specific": {"basis": "observed", "source_notes": "a test's own",
                                  "marks": [{"file_sha256": digest(installs.bad_flm())}]}}
        facts = installs.write(self.folder / "facts/STK-2099-0001.json", json.dumps(advisory)).parent
        root = ("--db", self.database, "--facts", facts, self.root)
        component, = (c for i in self.scan(*root)["installs"] for c in i["components"])
        self.assertEqual((component["unknown"], component["bad"]), (1, 1))
        self.assertIn("STK-2099-0001", component["files"][0]["why"])
        shutil.rmtree(pack)
        packs.archive(self.root / "Keil.STM32G4xx_DFP.1.3.0.pack",
                      installs.dfp_files("1.3.0", installs.bad_flm()))
        component, = (c for i in self.scan(*root)["installs"] for c in i["components"])
        self.assertEqual((component["unknown"], component["bad"]), (1, 1))

    def test_status(self):
        root = installs.keil(self.root / "Arm/Packs")
        flm = root / "Keil/STM32G4xx_DFP/1.3.0" / installs.FLM
        self.db("import", G4)

        def status(code):
            return self.json("toolchain", "status", "--db", self.database, self.root, code=code)

        self.assertEqual(status(DONE)["drifts"], [])
        installs.pin(self.database, "Keil.STM32G4xx_DFP", "STM32G431KB", "g431.FLM",
                     name=flm.name, version_range="1.3.0", why="1.3.0 takes it for two banks")
        document = status(NO)
        drift, = document["drifts"]
        self.assertTrue(document["drifted"])
        self.assertEqual((drift["kind"], drift["path"]), ("new-install", str(flm)))
        self.assertIn("two banks", drift["text"])
        self.assertEqual(drift["next"], f"stoker swap --all {root}")
        out, _ = self.stoker("toolchain", "status", "--db", self.database, self.root, code=NO)
        self.assertRegex(out, rf"(?m)^new-install  {flm}\n  .*two banks.*\n +next: stoker swap --all ")
        flm.write_bytes(installs.good_flm())
        self.assertEqual(status(DONE)["drifts"], [])


class Swapped(Toolchain):
    """The programmer of one install in the place of another's."""

    def setUp(self):
        super().setUp()
        self.old = installs.cubeide(self.root / "stm32cubeide_1.8.0", "1.8.0", installs.STAMP_180)
        self.new = installs.cubeide(self.root / "stm32cubeide_1.9.0", "1.9.0", installs.STAMP_190)
        self.tools, = installs.Tree.tools(self.new).values()
        self.database = self.folder / "loaders.db"
        self.env["STOKER_DB"] = str(self.database)
        self.json("db", "import", self.old)
        installs.write(self.tools / "bin/only-here", "1.9.0's")
        self.json("swap", "--programmer-from", self.old, self.new, "--yes")

    def status(self, code):
        return {d["kind"]: d for d in self.json("toolchain", "status", self.root, code=code)["drifts"]}

    def run_next(self, drift):
        """What a user would copy; --yes, as nobody is asked here."""
        for command in drift["next"].split(" && "):
            program, *args = shlex.split(command)
            self.assertEqual(program, "stoker")
            self.stoker(*args, "--yes")

    def test_the_true_version_is_told(self):
        component = self.component(self.only(self.new))
        self.assertEqual((component["version"], component["version_from"], component["stamp"]),
                         ("2.9.0", "swap (observed)", installs.STAMP_190))
        self.assertEqual(component["placed"]["swap"], 1)
        self.assertFalse(component["placed"]["changed"])
        out, _ = self.stoker("toolchain", "scan", self.new)
        self.assertIn("* programmer 2.9.0, from its swap (observed), ", out)
        self.assertIn(f"put there by swap 1: the whole programmer of {self.old}\n", out)
        # The one that it came from is what it was; the kept one is no part of anything.
        self.assertIsNone(self.component(self.only(self.old))["placed"])
        self.assertEqual(len(self.installs()), 2)

    def test_without_the_database_it_is_not_guessed(self):
        self.env["STOKER_DB"] = str(self.folder / "none.db")
        for root in (self.new, self.tools):
            install = self.only(root)
            component = self.component(install)
            self.assertEqual((component["version"], component["version_from"]), (None, None))
            self.assertTrue(any("another programmer was put into" in n for n in install["notes"]))
        self.assertEqual(self.only(self.new)["version"], "1.9.0")

    def test_what_it_says_itself_counts(self):
        self.json("restore", "--all", "--yes")
        installs.write(installs.Tree.tools(self.old)[installs.STAMP_180] / "bin/version", "2.9.1\n")
        self.json("swap", "--programmer-from", self.old, self.new, "--yes")
        component = self.component(self.only(self.new))
        self.assertEqual((component["version"], component["version_from"]),
                         ("2.9.1", "bin/version (observed)"))

    def test_restored_it_is_as_before(self):
        self.json("restore", "--all", "--yes")
        component = self.component(self.only(self.new))
        self.assertEqual((component["version"], component["placed"]), ("2.10.0", None))
        self.assertEqual(self.status(DONE), {})

    def test_an_update_writes_over_it(self):
        self.assertEqual(list(self.status(DONE)), ["in-place"])
        for text, kind in (("1.9.0's", "back"), ("1.9.1's", "changed")):
            installs.write(self.tools / "bin/only-here", text)
            self.assertTrue(self.component(self.only(self.new))["placed"]["changed"])
            drift, = self.status(NO).items()
            self.assertEqual(drift[0], kind)
            self.run_next(drift[1])
            self.assertEqual(list(self.status(DONE)), ["in-place"])
            self.assertEqual(self.component(self.only(self.new))["version"], "2.9.0")

    def test_an_update_brings_a_newer_plugin(self):
        newer = installs.update(self.new, "2.0.500.202209151145", "1.11.0")
        installs.write(newer / "bin/only-here", "1.11.0's")
        changed = self.status(NO)["changed"]
        self.assertIn("2.0.500.202209151145", changed["text"])
        self.run_next(changed)
        self.assertEqual(self.component_in_use()["version"], "2.9.0")

    def component_in_use(self):
        return next(c for c in self.only(self.new)["components"] if c["current"])

    def test_an_original_that_is_lost(self):
        kept, = self.tools.parent.glob("*.stoker-kept-*")
        shutil.rmtree(kept)
        drifts = self.status(NO)
        self.assertEqual(set(drifts), {"in-place", "original-lost"})
        self.assertEqual(drifts["original-lost"]["path"], str(kept))
        self.assertIsNone(drifts["original-lost"]["next"])

    def test_an_install_that_is_gone(self):
        shutil.rmtree(self.new)
        self.assertEqual(list(self.status(DONE)), ["uninstalled"])


class Documented(transcript.Shown):
    """docs/toolchains.md is what comes out."""

    DOCUMENT = "docs/toolchains.md"

    def test_what_a_scan_tells(self):
        few = {"loaders": dict(list(installs.external_loaders().items())[:2])}
        ide = installs.cubeide(self.folder / "opt/st/stm32cubeide_1.8.0", "1.8.0",
                               installs.STAMP_180, **few)
        installs.update(ide, installs.STAMP_190, "1.9.0", **few)
        installs.keil(self.folder / "mnt/Users/me/AppData/Local/Arm/Packs")
        self.runs_as_shown(transcript.chapter(self.DOCUMENT, "## What a scan tells"))

    def test_a_place_of_ones_own(self):
        text = transcript.chapter(self.DOCUMENT, "## A place of your own")
        own = text.split("```json\n")[1].split("```")[0]
        stamp = json.loads(own)["release"][0]["plugin"]
        installs.write(self.folder / "facts/toolchains.json", own)
        few = {"loaders": dict(list(installs.external_loaders().items())[:2])}
        installs.cubeide(self.folder / "lab/ide-a", "", stamp, product=False, **few)
        self.runs_as_shown(text)

    def test_every_kind_of_drift_is_there(self):
        shown = transcript.chapter(self.DOCUMENT, "## What drifted")
        schema = json.loads((harness.SOURCE / "docs/stoker.schema.json").read_text())
        kinds = schema["$defs"]["drifts"]["properties"]["drifts"]["items"]["properties"]["kind"]
        self.assertCountEqual(re.findall(r"(?m)^\| `([a-z-]+)`", shown), kinds["enum"])


if __name__ == "__main__":
    harness.main()
