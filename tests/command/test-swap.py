#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""swap and restore on trees laid out like installs: bytes, modes, owners and times."""
import os
import pathlib
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

    def test_an_archive_is_left_alone(self):
        root = installs.pyocd(self.folder / "cmsis-pack-manager")
        before = everything(root)
        self.pin("Keil.STM32G4xx_DFP", "STM32G431KB", harness.G4)
        error = self.swap_fails("swap", root, "STM32G431KB", "--yes")
        self.assertIn("archive", error)
        self.assertIn("pyocd.yaml", error)
        self.assertEqual(everything(root), before)

    def swap_fails(self, *args):
        return self.json(*args, code=DATABASE)["error"]["message"]


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


class Refused(Installed):
    def refused(self, part, *args, cause="refused", **how):
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
        self.refused("leads out of the install")
        self.assertEqual(outside.stat().st_nlink, 1)

    def test_folder_that_leads_out(self):
        folder = self.folder / "elsewhere"
        self.loader.parent.rename(folder)
        self.loader.parent.symlink_to(folder)
        self.pinned()
        before = everything(folder)
        self.swap("--all", "--yes", code=DATABASE)
        self.assertEqual(everything(folder), before)

    def test_immutable(self):
        self.pinned()
        for path in (self.loader, self.loader.parent):
            if subprocess.run(["chattr", "+i", path], stderr=subprocess.DEVNULL).returncode:
                self.skipTest("chattr +i is not for us, or not for this file system")
            try:
                self.refused("immutable")
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
        self.refused("belongs to user 0", preexec_fn=lambda: os.setuid(65534))
        os.chown(self.loader.parent, 0, 0)
        self.refused("Permission denied", preexec_fn=lambda: os.setuid(65534))

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
        os.link(self.loader, self.folder / "another name")
        self.pinned()
        self.assertIn("2 names", self.swap(DEVICE, "--plan")["changes"][0]["caution"])


@unittest.skipIf(subprocess.run(["unshare", "-Urm", "true"],
                                stderr=subprocess.DEVNULL).returncode, "no namespaces here")
class Mounted(Installed):
    """File systems of its own, in a namespace that ends with the process."""

    def mounted(self, script, part):
        before = everything(self.ide)
        command = f"{script}\nexec \"$0\" \"$@\""
        p = subprocess.run(["unshare", "-Urm", "bash", "-ec", command, harness.STOKER, "swap", self.ide,
                            DEVICE, "--yes", "--json"], env=self.env, cwd=self.folder,
                           capture_output=True)
        document = self.document(p.stdout.decode(), p.stderr.decode())
        self.assertEqual(p.returncode, DATABASE, document)
        self.assertIn(part, document["error"]["message"])
        self.assertEqual(everything(self.ide), before)

    def test_read_only(self):
        self.pinned()
        at = self.loader.parent
        self.mounted(f"mount --bind {at} {at}; mount -o remount,bind,ro {at}", "read-only")

    def test_mount_point(self):
        self.pinned()
        self.mounted(f"mount --bind {self.loader} {self.loader}", "something is mounted there")

    def test_full_disk(self):
        self.pinned()
        at = self.loader.parent
        self.mounted(f"mkdir copy; cp -a {at}/. copy; mount -t tmpfs -o size=512k none {at};"
                     f" cp copy/{NAME} {at}; head -c 280k /dev/zero > {at}/fill || true",
                     "the disk has")


def main():
    harness.main()


if __name__ == "__main__":
    main()
