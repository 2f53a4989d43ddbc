#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A job that the user stops, at every operation on the chip.

The fault wrapper raises the signal as an operation begins, so that each run is
stopped at a known place, however fast this machine is. What is said of each
sector is compared with the cells as the chip's store keeps them.
"""
import itertools
import re
import shutil
import signal

import harness
from harness import DONE, FLASH, G4, H7, INTERRUPTED, KIB, PAGE, Case, hex_bytes, noise

QUADSPI = 0x90000000
SIGNALS = ["int", "term", "hup"]


def at(op, name, more=""):
    return ["--wrap", f"fault:op={op},mode=signal,signal={name}{more}"]


class Interrupted(Case):
    """Five sectors of a used chip: in the midst of two, equal to one, all of two."""

    def prepare(self, kind, loader, start, sector, array):
        self.start_address, self.sector, self.array = start, sector, array
        self.on = ["-l", loader, "-t", self.chip(kind=kind)]
        self.stoker("program", self.file("before.bin", noise(20, 8 * sector)), "--base", start,
                    *self.on)
        (self.folder / "chip").rename(self.folder / "used")
        self.before = self.stored(array, "used")
        image = bytearray(noise(21, 4 * sector))
        image[2 * sector - 99:3 * sector - 99] = self.before[2 * sector:3 * sector]
        self.image = bytes(image)
        self.want = self.before[:99] + self.image + self.before[99 + len(image):]
        self.args = ["program", self.file("image.bin", self.image), "--base", start + 99, *self.on]

    def stopped(self, *wrap):
        """The same job on the same used chip; exit code and document."""
        shutil.copyfile(self.folder / "used", self.folder / "chip")
        with self.start(*self.args, *wrap, "--json") as p:
            out, err = p.communicate()
        if p.returncode == -signal.SIGKILL:
            return p.returncode, None
        return p.returncode, self.document(out, err.decode())

    def check_sectors(self, d):
        flash = self.stored(self.array)
        for i, s in enumerate(d["sectors"]):
            self.assertEqual((s["start"], s["size"]),
                             (self.start_address + i * self.sector, self.sector))
            here = slice(i * self.sector, (i + 1) * self.sector)
            want = {"untouched": self.before[here], "unchanged": self.before[here],
                    "erased": b"\xff" * self.sector, "written": self.want[here],
                    "verified": self.want[here], "unknown": flash[here]}[s["state"]]
            self.assertTrue(flash[here] == want, (i, s["state"]))
            if s["state"] == "unchanged":
                self.assertTrue(flash[here] == self.want[here], i)
        self.assertEqual(len(d["sectors"]), 5)
        end = 5 * self.sector
        self.assertTrue(flash[end:] == self.before[end:])

    def check_rescue_file(self, d):
        """Without one nothing is lost; with one the image and it are all there was."""
        if d["rescue_file"] is None:
            self.assertLessEqual({s["state"] for s in d["sectors"]}, {"untouched", "unchanged"})
            return
        held = hex_bytes(d["rescue_file"])
        first, end = self.start_address, self.start_address + 4 * self.sector + 99
        lost = {*range(first, first + 99), *range(end, first + 5 * self.sector)}
        # Neighbours are kept as well: a wrong loader erases too many.
        self.assertTrue(lost <= set(held))
        self.assertTrue(all(self.before[a - first] == b for a, b in held.items()))

    def check_every_operation(self):
        states, done = set(), 0
        for op, name in zip(itertools.count(1), itertools.cycle(SIGNALS)):
            code, d = self.stopped(*at(op, name))
            if code == DONE:
                # Behind the last check there is only the tidying up.
                self.assertTrue(d["verified"])
                self.assertTrue(self.stored(self.array) == self.want)
                if self.stopped(*at(op, "kill"))[0] == DONE:
                    break	# the job has fewer operations
                done += 1
                continue
            self.assertEqual((code, done), (INTERRUPTED, 0), (op, name))
            self.assertEqual((d["error"]["cause"], d["error"]["origin"]), 2 * ("interrupted",))
            self.assertFalse(d["verified"])
            self.check_sectors(d)
            self.check_rescue_file(d)
            states |= {s["state"] for s in d["sectors"]}
        self.assertGreater(op, 100)
        return states

    def test_flash_algorithm(self):
        self.prepare("stm32g431cb", G4, FLASH, PAGE, "FLASH")
        self.assertEqual(self.check_every_operation(), {
            "untouched", "unchanged", "erased", "written", "verified", "unknown"})

    def test_external_loader(self):
        self.prepare("stm32h743ii", H7, QUADSPI, 4 * KIB, "NOR")
        self.assertLessEqual({"untouched", "unchanged", "erased", "written", "unknown"},
                             self.check_every_operation())

    def test_in_text(self):
        self.prepare("stm32g431cb", G4, FLASH, PAGE, "FLASH")
        shutil.copyfile(self.folder / "used", self.folder / "chip")
        # Init is the first that runs on the chip, then one erase a sector.
        out, err = self.stoker(*self.args, *at(3, "int", ",kind=wait"), code=INTERRUPTED)
        self.assertEqual(out, "")
        self.assertRegex(err, r"(?m)^stoker program: interrupted while EraseSector ran$")
        self.assertRegex(err, r"(?m)^  0x08000000\.\.0x08000800 +1 sector +erased$\n"
                              r"^  0x08000800\.\.0x08001000 +1 sector +unknown$\n"
                              r"^  0x08001000\.\.0x08001800 +1 sector +unchanged$\n"
                              r"^  0x08001800\.\.0x08002800 +2 sectors untouched$")
        self.check_rescue_file({"rescue_file": re.search(r"are kept in '(.*)'", err).group(1)})

    def test_a_call_at_every_operation(self):
        self.prepare("stm32g431cb", G4, FLASH, PAGE, "FLASH")
        call = ["call", "--init", *self.on, "EraseSector", hex(FLASH + PAGE)]
        erased = self.before[:PAGE] + b"\xff" * PAGE + self.before[2 * PAGE:]
        ends = set()
        for op, name in zip(itertools.count(1), itertools.cycle(SIGNALS)):
            shutil.copyfile(self.folder / "used", self.folder / "chip")
            with self.start(*call, *at(op, name), "--json") as p:
                out, err = p.communicate()
            d = self.document(out, err.decode())
            ends.add(d.get("end"))
            if p.returncode == DONE:
                break
            self.assertEqual((p.returncode, d["error"]["cause"]), (INTERRUPTED, "interrupted"), op)
            # Not called, or cut short: but no other sector was touched.
            flash = self.stored("FLASH")
            self.assertTrue(flash[:PAGE] + flash[2 * PAGE:] == erased[:PAGE] + erased[2 * PAGE:])
            self.assertTrue(d.get("function") in (None, "Init", "EraseSector"), d)
            if "function" not in d:
                self.assertTrue(flash == self.before)
        self.assertEqual(ends, {None, "cancelled", "returned"})
        self.assertTrue(self.stored("FLASH") == erased)
        out, err = self.stoker(*call, *at(2, "int", ",kind=wait"), code=INTERRUPTED)
        self.assertRegex(out, r"(?m)^EraseSector\(0x08000800\) cancelled$")
        self.assertEqual(err, "stoker call: interrupted while EraseSector ran\n")

    def test_every_command_with_a_job(self):
        self.prepare("stm32g431cb", G4, FLASH, PAGE, "FLASH")
        for command, *args in (["erase", "--all"], ["read", "-o", "out.bin"], ["blank-check"],
                               ["verify", "image.bin", "--base", FLASH]):
            for name in SIGNALS:
                with self.subTest(command=command, signal=name):
                    shutil.copyfile(self.folder / "used", self.folder / "chip")
                    self.fails(command, *args, *self.on, *at(3, name), code=INTERRUPTED,
                               cause="interrupted")
                    self.assertTrue(self.stored("FLASH") == self.before)
        self.assertFalse((self.folder / "out.bin").exists())

    def test_a_signal_that_the_caller_ignores(self):
        """nohup: the job goes on when the terminal is closed."""
        self.prepare("stm32g431cb", G4, FLASH, PAGE, "FLASH")
        shutil.copyfile(self.folder / "used", self.folder / "chip")
        d = self.json(*self.args, *at(20, "hup"), preexec_fn=lambda: signal.signal(
            signal.SIGHUP, signal.SIG_IGN))
        self.assertTrue(d["verified"])
        self.assertTrue(self.stored("FLASH") == self.want)

    def test_killed_it_leaves_what_the_next_job_puts_in_order(self):
        self.prepare("stm32g431cb", G4, FLASH, PAGE, "FLASH")
        for op in itertools.count(1, 7):
            code, d = self.stopped(*at(op, "kill"))
            if code == DONE:
                break
            self.assertEqual(code, -signal.SIGKILL)
            self.assertTrue(self.json(*self.args)["verified"])
            flash = self.stored("FLASH")
            self.assertTrue(flash[99:99 + len(self.image)] == self.image)
        self.assertGreater(op, 100)


if __name__ == "__main__":
    harness.main()
