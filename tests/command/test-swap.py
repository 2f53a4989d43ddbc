#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""swap and restore on trees laid out like installs: bytes, modes, owners and times."""
import os
import pathlib
import re
import shutil
import subprocess
import unittest

import harness
import installs
import swaps
from harness import DONE, LOADERS, USAGE
from swaps import DATABASE, SwapCase, everything, told

DEVICE = "STM32H743"
NAME = "W25Q128_STM32H743.stldr"


class Installed(SwapCase):
    def setUp(self):
        super().setUp()
        self.ide = installs.cubeide(self.folder / "stm32cubeide_1.8.0", "1.8.0",
                                    installs.STAMP_180)
        self.folders = next((self.ide / "plugins").glob("*/tools/bin"))
        self.loader = self.folders / "ExternalLoader" / NAME
        os.utime(self.loader, ns=(10**18, 1234567890123456789))
        self.loader.chmod(0o640)

    def pinned(self):
        """A build that differs from the one that is there, for cubeide."""
        good = self.file(NAME, (LOADERS / "h7b0-w25q128.stldr").read_bytes())
        return self.pin("cubeide", DEVICE, good)

    def swap(self, *args, **how):
        return self.json("swap", "cubeide@1.8.0", "--root", self.folder, *args, **how)

    def nothing_beside(self):
        self.assertEqual([p for p in self.ide.rglob("*.stoker-*")], [])


class Files(Installed):
    def test_there_and_back(self):
        before = everything(self.ide)
        good = self.pinned()
        planned = self.swap(DEVICE, "--plan")
        self.assertEqual((planned["run"], len(planned["changes"])), (False, 1))
        self.assertEqual(everything(self.ide), before)
        done = self.swap(DEVICE, "--yes")["changes"][0]
        self.assertEqual((done["done"], done["path"]), (True, str(self.loader)))
        self.assertEqual(self.loader.read_bytes(), good)
        self.assertEqual(told(self.loader)[:4], before[str(self.loader.relative_to(self.ide))][:4])
        self.json("restore", "--all", "--yes")
        self.assertEqual(everything(self.ide), before)

    def test_keeps_attributes(self):
        try:
            os.setxattr(self.loader, "user.note", b"ours")
        except OSError:
            self.skipTest("no extended attributes here")
        before = everything(self.ide)
        self.pinned()
        self.swap(DEVICE, "--yes")
        self.assertEqual(os.getxattr(self.loader, "user.note"), b"ours")
        self.json("restore", "--all", "--yes")
        self.assertEqual(everything(self.ide), before)

    def test_twice_is_once(self):
        self.pinned()
        self.swap(DEVICE, "--yes")
        again = self.swap("--all", "--yes")
        self.assertEqual((again["run"], again["changes"][0]["done"]), (False, True))
        self.json("restore", self.ide, "--yes")
        self.assertEqual(self.json("restore", self.ide, "--yes")["changes"], [])

    def test_a_file_that_was_not_there(self):
        self.loader.unlink()
        before = everything(self.ide)
        good = self.pinned()
        self.assertIsNone(self.swap("--all", "--yes")["changes"][0]["before_sha256"])
        self.assertEqual(self.loader.read_bytes(), good)
        self.json("restore", "cubeide", "--root", self.folder, "--yes")
        self.assertEqual(everything(self.ide), before)

    def test_an_update_in_between(self):
        original = told(self.loader)
        self.pinned()
        number = self.swap(DEVICE, "--yes")["changes"][0]["swap"]
        self.loader.write_bytes(b"what the update brings")
        caution = self.json("restore", "--swap", number, "--plan")["changes"][0]["caution"]
        self.assertIn("another program changed it", caution)
        self.json("restore", self.loader, "--yes")
        self.assertEqual(told(self.loader), original)
        with self.opened() as db:
            kept = db.execute("SELECT count(*) FROM bytes WHERE data = ?",
                              (b"what the update brings",)).fetchone()
        self.assertEqual(kept, (1,))

    def test_name_that_cubeprogrammer_refuses(self):
        self.pinned()
        self.assertIn("STK-S006", self.swap(DEVICE, "--plan")["changes"][0]["caution"])

    def test_text(self):
        self.pinned()
        out, _ = self.stoker("swap", self.ide, DEVICE, "--yes")
        self.assertIn(str(self.loader), out)
        self.assertIn("because  pin 1 for cubeide", out)
        self.assertIn(f"swapped {self.loader} (swap 1)", out)
        self.assertIn("Nothing is to be changed", self.stoker("swap", self.ide, DEVICE)[0])
        self.assertIn("restored", self.stoker("restore", "--all", "--yes")[0])
        self.assertIn("No swap holds", self.stoker("restore", "--all", "--yes")[0])


class Packs(SwapCase):
    def test_the_file_that_the_pdsc_chooses(self):
        root = installs.keil(self.folder / "Packs")
        before = everything(root)
        good = self.pin("Keil.STM32G4xx_DFP", "STM32G431KB", harness.G4)
        pack = ["swap", "Keil.STM32G4xx_DFP@1.3.0", "--root", self.folder]
        changes = self.json(*pack, "STM32G431KB", "--yes")["changes"]
        self.assertEqual(len(changes), 1)
        flm = root / installs.DFP_VENDOR / installs.DFP / "1.3.0" / installs.FLM
        self.assertEqual(changes[0]["path"], str(flm))
        self.assertEqual(flm.read_bytes(), good)
        self.assertTrue(self.json(*pack, "--all")["changes"][0]["done"])
        self.json("restore", "Keil.STM32G4xx_DFP@1.3.0", "--root", self.folder, "--yes")
        self.assertEqual(everything(root), before)

    def test_one_version_at_a_time(self):
        root = installs.keil(self.folder / "Packs")
        before = everything(root)
        self.pin("Keil.STM32G4xx_DFP", "STM32G431KB", LOADERS / "g431-dual-bank.FLM")
        for version in ("1.2.0", "1.3.0"):
            self.json("swap", f"Keil.STM32G4xx_DFP@{version}", "--all", "--root", self.folder,
                      "--yes")
        restore = ["restore", "--root", self.folder, "--yes"]
        self.json(*restore, "Keil.STM32G4xx_DFP", code=DATABASE)
        changes = self.json(*restore, "Keil.STM32G4xx_DFP@1.2.0")["changes"]
        self.assertTrue(all("/1.2.0/" in c["path"] for c in changes))
        self.json(*restore, "Keil.STM32G4xx_DFP@1.3.0")
        self.assertEqual(everything(root), before)

    def test_an_archive_is_left_alone(self):
        root = installs.pyocd(self.folder / "cmsis-pack-manager")
        before = everything(root)
        self.pin("Keil.STM32G4xx_DFP", "STM32G431KB", harness.G4)
        error = self.fails("swap", root, "STM32G431KB", "--yes", code=DATABASE, cause="archive")
        self.assertIn("archive", error["message"])
        self.assertIn("pyocd.yaml", error["message"])
        self.assertEqual(everything(root), before)

    def test_the_more_specific_pin_counts(self):
        root = installs.keil(self.folder / "Packs")
        before = everything(root)
        for device, loader in (("STM32G431KB", harness.G4),
                               ("STM32G431KBTx", LOADERS / "b/g431.FLM")):
            self.pin("Keil.STM32G4xx_DFP", device, loader)
        change, = self.json("swap", "Keil.STM32G4xx_DFP@1.3.0", "--root", self.folder, "--all",
                            "--plan")["changes"]
        more_specific = (LOADERS / "b/g431.FLM").read_bytes()
        self.assertEqual(change["after_sha256"], swaps.digest(more_specific))
        self.assertEqual(everything(root), before)


class Trees(Installed):
    def setUp(self):
        super().setUp()
        self.old = installs.cubeide(self.folder / "stm32cubeide_1.7.0", "1.7.0",
                                    installs.STAMP_170)
        tools = next((self.old / "plugins").glob("*/tools"))
        for n in range(500):
            installs.write(tools / f"lib/{n % 7}/file-{n}", f"{n}\n" * n, 0o755 if n % 3 else 0o444)
        os.symlink("file-0", tools / "lib/0/link")
        os.utime(tools / "lib/3/file-3", ns=(10**18, 10**18))
        self.tools, self.other = self.folders.parent, tools

    def test_there_and_back(self):
        before, wanted = everything(self.ide), everything(self.other)
        change = self.swap("--programmer-from", "cubeide@1.7.0", "--yes")["changes"][0]
        self.assertEqual((change["kind"], change["path"]), ("tree", str(self.tools)))
        self.assertGreater(change["files"], 500)
        self.assertEqual(everything(self.tools), wanted)
        self.assertEqual(everything(self.other), wanted)
        self.json("restore", "--all", "--yes")
        self.assertEqual(everything(self.ide), before)

    def test_an_update_in_between(self):
        before = everything(self.tools)
        self.swap("--programmer-from", self.old, "--yes")
        installs.write(self.tools / "lib/0/file-7", "updated")
        self.assertIn("lib/0/file-7",
                      self.json("restore", "--all", "--plan")["changes"][0]["caution"])
        self.json("restore", "--all", "--yes")
        self.assertEqual(everything(self.tools), before)
        found, = self.tools.parent.glob("*.stoker-found-*")
        self.assertEqual((found / "lib/0/file-7").read_text(), "updated")


    def test_a_pin_names_it(self):
        before, wanted = everything(self.ide), everything(self.other)
        self.json("pin", "--why", "1.8 hangs", "cubeide@1.8.0", "--programmer-from",
                  "cubeide@1.7.0")
        change = self.swap("--all", "--yes")["changes"][0]
        self.assertEqual((change["kind"], change["from"]), ("tree", str(self.other)))
        self.assertIn("1.8 hangs", change["why"])
        self.assertEqual(everything(self.tools), wanted)
        self.assertTrue(self.swap("--all")["changes"][0]["done"])
        self.json("restore", "--all", "--yes")
        self.assertEqual(everything(self.ide), before)

    def test_what_a_pin_names_is_not_installed(self):
        self.json("pin", "--why", "x", "cubeide@1.8.0", "--programmer-from", "cubeide@1.6.0")
        before = everything(self.ide)
        error = self.fails("swap", self.ide, "--all", "--yes", code=DATABASE, cause="no-install")
        self.assertIn("cubeide@1.6.0", error["message"])
        self.assertEqual(everything(self.ide), before)

    def test_a_file_in_it_afterwards(self):
        """A pin for the folder, one for a loader in it: one after the other, and back at once."""
        before = everything(self.ide)
        self.json("pin", "--why", "1.8 hangs", "cubeide@1.8.0", "--programmer-from",
                  "cubeide@1.7.0")
        good = self.pinned()
        first = self.swap("--all", "--yes")["changes"]
        self.assertEqual([c["kind"] for c in first], ["tree"])
        self.assertIn(f"run this again for '{NAME}'", first[0]["why"])
        second = self.swap("--all", "--yes")["changes"]
        self.assertEqual([(c["kind"], c["done"]) for c in second], [("tree", True), ("file", True)])
        self.assertEqual(self.loader.read_bytes(), good)
        self.assertFalse(self.swap("--all")["run"])
        drifts = self.json("toolchain", "status", self.ide)["drifts"]
        self.assertEqual([d["kind"] for d in drifts], ["in-place", "in-place"])
        back, = self.json("restore", "--all", "--yes")["changes"]
        self.assertIsNone(back["caution"])
        self.assertEqual(everything(self.ide), before)
        self.assertEqual(self.json("restore", "--all", "--plan")["changes"], [])

    def test_over_a_file_that_was_swapped(self):
        self.pinned()
        self.swap(DEVICE, "--yes")
        before = everything(self.ide)
        self.fails("swap", self.ide, "--programmer-from", self.old, "--yes", code=DATABASE,
                   cause="swapped")
        self.assertEqual(everything(self.ide), before)

    def test_the_same_tree(self):
        same = self.swap("--programmer-from", self.ide, "--yes")
        self.assertEqual((same["run"], same["changes"][0]["done"]), (False, True))

    def test_the_original_is_gone(self):
        self.swap("--programmer-from", self.old, "--yes")
        kept, = self.tools.parent.glob("*.stoker-kept-*")
        shutil.rmtree(kept)
        wanted = everything(self.ide)
        self.fails("restore", "--all", "--yes", code=DATABASE, cause="no-original")
        self.assertEqual(everything(self.ide), wanted)

    def test_a_link_in_its_way(self):
        elsewhere = self.folder / "elsewhere"
        self.tools.rename(elsewhere)
        self.tools.symlink_to(elsewhere)
        before = everything(elsewhere)
        self.fails("swap", self.ide, "--programmer-from", self.old, "--yes", code=DATABASE)
        self.assertEqual(everything(elsewhere), before)


@unittest.skipUnless(shutil.which("sqlite3"), "no sqlite3 here")
class ByHand(Installed):
    def test_as_the_manual_says(self):
        """docs/swap.md: a file of swap 1 and a folder of swap 2, without stoker."""
        other = installs.cubeide(self.folder / "stm32cubeide_1.9.0", "1.9.0", installs.STAMP_190)
        before = [everything(ide) for ide in (self.ide, other)]
        del self.env["STOKER_DB"]
        self.env.pop("XDG_DATA_HOME", None)
        self.env["HOME"] = str(self.folder / "home")
        self.pinned()
        self.swap(DEVICE, "--yes")
        self.stoker("swap", other, "--programmer-from", self.ide, "--yes")
        blocks = re.findall(r"(?ms)^```sh\n(.*?)^```", (harness.SOURCE / "docs/swap.md").read_text())
        self.assertEqual(len(blocks), 3)
        shell = subprocess.run(["bash", "-euo", "pipefail", "-c", "".join(blocks)], env=self.env,
                               capture_output=True, check=True)
        self.assertIn(f"1|file||{self.loader}||done", shell.stdout.decode())
        self.assertEqual(everything(other)["."], before[1]["."])
        self.assertEqual(told(self.loader)[5], before[0][str(self.loader.relative_to(self.ide))][5])
        self.assertEqual(self.loader.stat().st_mode & 0o777, 0o640)
        restored = self.json("restore", "--all", "--yes")
        self.assertEqual([c["done"] for c in restored["changes"]], [True, True])
        self.assertFalse(restored["run"])


class Interrupted(Installed):
    """As a kill leaves it; tests/long/kill-swap.py has the kills."""

    def begun(self):
        """A swap that wrote its new file beside the old one, and no more."""
        good = self.pinned()
        self.swap(DEVICE, "--yes")
        self.json("restore", "--all", "--yes")
        with self.opened() as db:
            db.execute("INSERT INTO swap SELECT 3, kind, tool, version, install, path, pin, restores,"
                       " before_sha256, after_sha256, before_stat, from_tree, kept_path, why, made"
                       " FROM swap WHERE id = 1")
            db.execute("INSERT INTO swap_state (swap, state, made) VALUES (3, 'begun', 1)")
        beside = self.loader.with_name(NAME + ".stoker-new-3")
        beside.write_bytes(good[:100])
        return beside

    def test_the_next_run_says_so(self):
        for args in (("swap", self.ide, DEVICE, "--yes"), ("restore", "--all", "--yes"),
                     ("db", "import", harness.G4), ("pin", "--why", "x", "cubeide", "*", harness.G4)):
            with self.subTest(args=args):
                if self.db.exists():
                    self.db.unlink()
                beside = self.begun()
                _, err = self.stoker(*args)
                self.assertIn(f"swap 3 of '{self.loader}' was interrupted and is undone now", err)
                self.assertFalse(beside.exists())
                self.json("restore", "--all", "--yes")

    def test_a_plan_touches_nothing(self):
        beside = self.begun()
        _, err = self.stoker("swap", self.ide, DEVICE, "--plan")
        self.assertNotIn("interrupted", err)
        self.assertTrue(beside.exists())
        recovered = self.swap(DEVICE, "--yes")["recovered"]
        self.assertEqual(len(recovered), 1)
        self.assertFalse(beside.exists())

    def test_others_bytes_are_left(self):
        self.begun()
        self.loader.write_bytes(b"what the IDE wrote meanwhile")
        recovered, = self.json("restore", "--all", "--yes")["recovered"]
        self.assertIn("neither the old nor the new bytes are there", recovered)
        self.assertEqual(self.loader.read_bytes(), b"what the IDE wrote meanwhile")


class Asked(Installed):
    """On a terminal."""

    def answer(self, *args, answers, meanwhile=lambda: None):
        """(exit code, all that it said); meanwhile() before the first answer."""
        ours, theirs = os.openpty()
        with self.start(*args, stdin=theirs, stdout=theirs, stderr=theirs) as p:
            os.close(theirs)
            said = b""
            for answer in answers:
                while not said.endswith(b"[y/N] "):
                    said += os.read(ours, 4096)
                meanwhile()
                os.write(ours, answer + b"\n")
                said += b"\n"
            try:
                while part := os.read(ours, 4096):
                    said += part
            except OSError:	# EIO: the other side is closed
                pass
            os.close(ours)
        return p.returncode, said.decode()

    def test_yes_and_no(self):
        good = self.pinned()
        before = everything(self.ide)
        code, said = self.answer("swap", self.ide, DEVICE, answers=[b"n"])
        self.assertEqual((code, everything(self.ide)), (harness.NO, before))
        self.assertIn("nothing was changed", said)
        # The name that CubeProgrammer refuses is a caution, asked for by itself.
        code, said = self.answer("swap", self.ide, DEVICE, answers=[b"y", b"n"])
        self.assertEqual((code, everything(self.ide)), (DONE, before))
        code, said = self.answer("swap", self.ide, DEVICE, answers=[b"y", b"y"])
        self.assertEqual((code, self.loader.read_bytes()), (DONE, good))

    def test_restore_asks_where_something_changed(self):
        original = self.loader.read_bytes()
        self.pinned()
        self.swap(DEVICE, "--yes")
        self.loader.write_bytes(b"updated")
        code, said = self.answer("restore", "--all", answers=[b"y", b"n"])
        self.assertEqual((code, self.loader.read_bytes()), (DONE, b"updated"))
        self.assertIn("another program changed it", " ".join(said.split()))
        self.answer("restore", "--all", answers=[b"y", b"y"])
        self.assertEqual(self.loader.read_bytes(), original)

    def test_changed_before_the_answer(self):
        self.pinned()
        code, said = self.answer("swap", self.ide, DEVICE, answers=[b"y", b"y"],
                                 meanwhile=lambda: self.loader.write_bytes(b"other bytes"))
        self.assertEqual((code, self.loader.read_bytes()), (DATABASE, b"other bytes"))
        self.assertIn("was changed by another program", " ".join(said.split()))
        self.assertNotIn("swapped", said)

    def test_gone_before_the_answer(self):
        self.pinned()
        code, said = self.answer("swap", self.ide, DEVICE, answers=[b"y", b"y"],
                                 meanwhile=lambda: self.ide.exists() and
                                 self.ide.rename(self.folder / "gone"))
        self.assertEqual(code, DATABASE)
        self.assertFalse(self.ide.exists())
        self.assertIn("No such file or directory", said)


class Refused(Installed):
    def refused(self, part, *args, cause, **how):
        """Nothing changes, and the sentence says why."""
        before = everything(self.ide)
        error = self.swap(*(args or (DEVICE,)), "--yes", code=DATABASE, **how)["error"]
        self.assertEqual(error["cause"], cause)
        self.assertIn(part, error["message"])
        self.assertEqual(error["origin"], "database")
        self.assertEqual(everything(self.ide), before)

    def test_link_that_leads_out(self):
        outside = self.file("outside.stldr", self.loader.read_bytes())
        self.loader.unlink()
        self.loader.symlink_to(outside)
        self.pinned()
        self.refused("leads out of the install", cause="leads-out")
        self.assertEqual(outside.stat().st_nlink, 1)

    def test_folder_that_leads_out(self):
        folder = self.folder / "elsewhere"
        self.loader.parent.rename(folder)
        self.loader.parent.symlink_to(folder)
        self.pinned()
        before = everything(folder)
        self.fails("swap", self.ide, "--all", "--yes", code=DATABASE, cause="leads-out")
        self.assertEqual(everything(folder), before)

    def test_link_within(self):
        """What is in the install is swapped, wherever its name leads to it."""
        real = self.loader.with_name("real.stldr")
        self.loader.rename(real)
        self.loader.symlink_to("real.stldr")
        good = self.pinned()
        self.assertEqual(self.swap(DEVICE, "--yes")["changes"][0]["path"], str(real))
        self.assertEqual((real.read_bytes(), os.readlink(self.loader)), (good, "real.stldr"))

    def test_immutable(self):
        self.pinned()
        for path in (self.loader, self.loader.parent):
            if subprocess.run(["chattr", "+i", path], stderr=subprocess.DEVNULL).returncode:
                self.skipTest("chattr +i is not for us, or not for this file system")
            try:
                self.refused("immutable", cause="immutable")
            finally:
                subprocess.run(["chattr", "-i", path], check=True)

    def test_of_another_user(self):
        self.pinned()
        if os.geteuid():
            self.skipTest("only root can be somebody else")
        os.chmod(self.folder, 0o755)
        for path in (self.db, self.db.with_name("loaders.db-swap")):
            if path.exists():
                os.chown(path, 65534, 65534)
        home = self.folder / "home"
        home.mkdir()
        shutil.move(self.db, home / "loaders.db")
        os.chown(home, 65534, 65534)
        os.chown(self.loader.parent, 65534, 65534)
        self.env["STOKER_DB"] = str(home / "loaders.db")
        self.refused("belongs to user 0", cause="other-owner",
                     preexec_fn=lambda: os.setuid(65534))
        os.chown(self.loader.parent, 0, 0)
        self.refused("Permission denied", cause="not-writable",
                     preexec_fn=lambda: os.setuid(65534))
        # His own file in a folder that is read-only.
        os.chown(self.loader, 65534, 65534)
        os.chown(self.loader.parent, 65534, 65534)
        self.loader.parent.chmod(0o555)
        self.refused("Permission denied", cause="not-writable",
                     preexec_fn=lambda: os.setuid(65534))

    def test_without_an_answer(self):
        self.pinned()
        before = everything(self.ide)
        error = self.fails("swap", self.ide, DEVICE, code=USAGE, cause="usage", stdin=b"")
        self.assertIn("--yes", error["message"])
        self.assertEqual(everything(self.ide), before)

    def test_several_installs(self):
        self.pinned()
        installs.cubeide(self.folder / "again/stm32cubeide_1.8.0", "1.8.0", installs.STAMP_180)
        self.refused("several installs are", cause="several-installs")

    def test_no_pin_and_no_install(self):
        self.refused("no pin changes anything", cause="no-pin")
        error = self.fails("swap", "cubeide@9.9.9", "--root", self.folder, DEVICE, code=DATABASE,
                           cause="no-install")
        self.assertIn("no install of 'cubeide@9.9.9'", error["message"])

    def test_no_programmer_there(self):
        root = installs.keil(self.folder / "Packs")
        self.fails("swap", self.ide, "--programmer-from", root, "--yes", code=DATABASE,
                   cause="no-programmer")

    def test_hard_links_are_said(self):
        other = self.folder / "another name"
        os.link(self.loader, other)
        original = other.read_bytes()
        good = self.pinned()
        self.assertIn("2 names", self.swap(DEVICE, "--plan")["changes"][0]["caution"])
        self.swap(DEVICE, "--yes")
        self.assertEqual((self.loader.read_bytes(), other.read_bytes()), (good, original))
        self.json("restore", "--all", "--yes")
        self.assertEqual(self.loader.read_bytes(), original)

    def test_a_folder_of_that_name(self):
        self.loader.unlink()
        self.loader.mkdir()
        self.pinned()
        self.refused("no regular file", cause="no-file")

    def test_a_build_for_another_memory(self):
        data = bytearray((LOADERS / "h7b0-w25q128.stldr").read_bytes())
        start = (0x90000000).to_bytes(4, "little")
        elsewhere = data.replace(start, (0x70000000).to_bytes(4, "little"))
        self.assertNotEqual(elsewhere, data)
        self.pin("cubeide", DEVICE, self.file(NAME, bytes(elsewhere)))
        self.refused("0x70000000", cause="does-not-fit")
        change = self.swap(DEVICE, "--force", "--plan")["changes"][0]
        self.assertIn("0x90000000", change["caution"])
        self.swap(DEVICE, "--force", "--yes")
        self.assertEqual(self.loader.read_bytes(), elsewhere)

    def test_a_build_of_another_format(self):
        self.loader.write_bytes(pathlib.Path(harness.G4).read_bytes())
        self.pinned()
        self.refused("of the format stldr, what is there of flm", cause="does-not-fit")

    def test_an_install_that_went_away(self):
        self.pinned()
        self.swap(DEVICE, "--yes")
        self.ide.rename(self.folder / "moved")
        self.fails("swap", self.ide, DEVICE, "--yes", code=DATABASE, cause="no-such-root")
        change = self.json("restore", self.loader, "--plan", code=DATABASE)["changes"][0]
        self.assertIn("No such file or directory", change["refused"])
        self.assertEqual(change["refused_cause"], "install")
        # It keeps nobody from restoring the others.
        self.assertEqual(self.json("restore", "--all", "--plan")["changes"], [])
        (self.folder / "moved").rename(self.ide)
        self.json("restore", "--all", "--yes")

    def test_pins_of_equal_right(self):
        self.pin("cubeide", DEVICE, self.file(NAME, (LOADERS / "h7b0-w25q128.stldr").read_bytes()),
                 ">=1.8.0")
        self.pin("cubeide", DEVICE, LOADERS / "h743-w25q128.stldr", "<=1.8.0")
        for what in (["--all"], [DEVICE]):
            self.refused("neither is more specific", *what, cause="tie")
        self.assertIn("neither is more specific", self.stoker("toolchain", "status", self.folder,
                                                              code=harness.NO)[0].replace("\n             ", " "))

    def test_an_open_file_is_fine(self):
        original, good = self.loader.read_bytes(), self.pinned()
        with open(self.loader, "rb") as held:
            self.swap(DEVICE, "--yes")
            self.assertEqual(held.read(), original)
        self.assertEqual(self.loader.read_bytes(), good)

    def test_two_at_once(self):
        good = self.pinned()
        both = [self.start("swap", self.ide, DEVICE, "--yes", stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE) for _ in range(2)]
        for p in both:
            p.communicate()
        # The second one sees what the first one did, at the latest under the lock.
        self.assertEqual([p.returncode for p in both], [DONE, DONE])
        self.assertEqual(self.loader.read_bytes(), good)
        with self.opened() as db:
            self.assertEqual(db.execute("SELECT count(*) FROM swap").fetchone(), (1,))
        self.nothing_beside()


@unittest.skipIf(subprocess.run(["unshare", "-Urm", "true"],
                                stderr=subprocess.DEVNULL).returncode, "no namespaces here")
class Mounted(Installed):
    """File systems of its own, in a namespace that ends with the process."""

    def mounted(self, script, part, cause):
        before = everything(self.ide)
        command = f"{script}\nexec \"$0\" \"$@\""
        p = subprocess.run(["unshare", "-Urm", "bash", "-ec", command, harness.STOKER, "swap", self.ide,
                            DEVICE, "--yes", "--json"], env=self.env, cwd=self.folder,
                           capture_output=True)
        document = self.document(p.stdout.decode(), p.stderr.decode())
        self.assertEqual(p.returncode, DATABASE, document)
        self.assertIn(part, document["error"]["message"])
        self.assertEqual(document["error"]["cause"], cause)
        self.assertEqual(everything(self.ide), before)

    def test_read_only(self):
        self.pinned()
        at = self.loader.parent
        self.mounted(f"mount --bind {at} {at}; mount -o remount,bind,ro {at}", "read-only", "read-only")

    def test_mount_point(self):
        self.pinned()
        self.mounted(f"mount --bind {self.loader} {self.loader}", "something is mounted there", "mount-point")

    def test_full_disk(self):
        self.pinned()
        at = self.loader.parent
        self.mounted(f"mkdir copy; cp -a {at}/. copy; mount -t tmpfs -o size=512k none {at};"
                     f" cp copy/{NAME} {at}; head -c 280k /dev/zero > {at}/fill || true",
                     "the disk has", "disk-full")


def main():
    harness.main()


if __name__ == "__main__":
    main()
