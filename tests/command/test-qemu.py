#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Machines of QEMU behind target/gdb: a job through them, and what is left of it.

The flash is RAM that behaves as flash does (tests/loaders/ram). What was done is
looked at by gdb-multiarch and by QEMU's monitor, not by us.
"""
import peers
from harness import LOADERS, NO, TARGET, Case, main, noise
from peers import MACHINES

SMALL, MIDDLE, LARGE = 0x1000, 0x4000, 0x8000
FORMATS = (".FLM", ".stldr")
SET = {"$r0": 0x11111111, "$r4": 0x44444444, "$r7": 0x20001234, "$r11": 0xBBBBBBBB,
       "$r12": 0xCCCCCCCC, "$sp": 0x20008000, "$lr": 0x20000201, "$xpsr": 0x21000000,
       "$pc": 0x20000100}


def loader(machine, ending, defect=""):
    return LOADERS / f"ram-{machine}{defect}{ending}"


class Machine(Case):
    """One machine, noise in its RAM and numbers in its registers."""

    def begin(self, machine):
        self.machine = MACHINES[machine]
        qemu = peers.Qemu(machine)
        self.addCleanup(qemu.close)
        self.bench = peers.Bench(qemu, self.folder)
        self.work, self.flash = self.machine.work, self.machine.flash
        self.before = noise(3, self.flash[1])
        self.bench.gdb(self.bench.put(self.work[0], noise(1, self.work[1])),
                       self.bench.put(self.flash[0], self.before),
                       *[self.bench.put(start, noise(2, 0x400))
                         for start, _ in self.machine.rest],
                       *[f"set {name} = {value:#x}" for name, value in SET.items()])

    def on(self, ending=".FLM", defect=""):
        start, size = self.work
        return ["-l", loader(self.machine.name, ending, defect),
                "-t", f"gdb:{self.bench.qemu.address}", "--ram", f"{start:#x}+{size:#x}"]

    def state(self):
        return (self.bench.registers(), self.bench.memory(self.work, *self.machine.rest))

    def left_as(self, state):
        registers, memory = self.state()
        self.assertEqual(registers, state[0])
        self.assertTrue(memory == state[1], "RAM outside of the flash has changed")

    def in_flash(self):
        return self.bench.read(*self.flash)


class Jobs(Machine):
    def check_program(self, ending):
        """Across sectors of all sizes, neither end at a sector's; the rest stays."""
        image, at = noise(4, 0xA123), 0x2345
        path = self.file("image.bin", image)
        state = self.state()
        wanted = bytearray(self.in_flash())
        wanted[at:at + len(image)] = image
        d = self.json("program", path, "--base", self.flash[0] + at, "--no-reset",
                      *self.on(ending))
        self.assertEqual((d["ok"], d["verified"], d["verify_method"]),
                         (True, True, "readback"))
        self.assertTrue(self.in_flash() == wanted)
        self.left_as(state)
        self.json("verify", path, "--base", self.flash[0] + at, "--no-reset",
                  *self.on(ending))
        self.left_as(state)

    def check_erase(self, ending):
        """A sector of each size."""
        state = self.state()
        wanted = bytearray(self.in_flash())
        self.assertFalse(wanted[SMALL:].startswith(b"\xff" * SMALL))
        args = []
        for start, size in ((SMALL, SMALL), (4 * SMALL, MIDDLE), (LARGE, LARGE)):
            wanted[start:start + size] = b"\xff" * size
            args += ["--range", f"{self.flash[0] + start:#x}+{size:#x}"]
        self.json("erase", *args, "--no-reset", *self.on(ending))
        self.assertTrue(self.in_flash() == wanted)
        self.left_as(state)
        out = self.folder / "read.bin"
        self.stoker("read", *self.on(ending), "--no-reset", "-o", out)
        self.assertTrue(out.read_bytes() == wanted)
        self.left_as(state)
        self.json("erase", "--all", "--no-reset", *self.on(ending))
        self.assertEqual(self.in_flash(), b"\xff" * self.flash[1])

    def check_call(self):
        """One function, what it answers, and the flash after it."""
        sector = self.flash[0] + SMALL
        wanted = bytearray(self.in_flash())
        d = self.json("call", "--init", *self.on(), "EraseSector", hex(sector))
        self.assertEqual((d["end"], d["registers"]["r0"]), ("returned", 0))
        wanted[SMALL:2 * SMALL] = b"\xff" * SMALL
        self.assertTrue(self.in_flash() == wanted)
        d = self.json("call", "--init", *self.on(), "EraseSector",
                      hex(self.flash[0] + self.flash[1]), code=NO)
        self.assertEqual((d["end"], d["registers"]["r0"]), ("returned", 1))
        # Locked before Init.
        d = self.json("call", *self.on(), "EraseSector", hex(sector), code=NO)
        self.assertEqual((d["end"], d["registers"]["r0"]), ("returned", 1))
        self.assertTrue(self.in_flash() == wanted)

    def check(self, machine):
        self.begin(machine)
        for ending in FORMATS:
            with self.subTest(machine=machine, loader=ending):
                self.bench.gdb(self.bench.put(self.flash[0], self.before))
                self.check_program(ending)
                self.check_erase(ending)
        self.check_call()
        self.assertTrue(self.bench.runs_through(*self.work), "a breakpoint was left")

    def test_netduinoplus2(self):
        self.check("netduinoplus2")

    def test_mps2_an386(self):
        self.check("mps2-an386")

    def test_mps2_an500(self):
        self.check("mps2-an500")


class Reset(Machine):
    def test_by_default_the_machine_is_reset_first(self):
        """What it is left as is what a reset makes of it, RAM as before."""
        self.begin("netduinoplus2")
        memory = self.state()[1]
        self.bench.gdb("monitor system_reset")
        state = (self.bench.registers(), memory)
        self.bench.gdb(*[f"set {name} = {value:#x}" for name, value in SET.items()])
        self.json("program", self.file("image.bin", noise(5, 5000)), "--base", self.flash[0],
                  *self.on())
        self.left_as(state)


class WrongLoaders(Machine):
    CAUSES = {("-never-returns", ".FLM"): "never-returns", ("-no-effect", ".FLM"): "no-effect",
              ("-no-effect", ".stldr"): "no-effect",
              ("-erase-too-many", ".FLM"): "neighbour-erased"}

    def test_each_fails_with_its_cause_and_leaves_the_machine_as_it_was(self):
        self.begin("netduinoplus2")
        image = self.file("image.bin", noise(6, 6000))
        for (defect, ending), cause in self.CAUSES.items():
            with self.subTest(defect=defect, loader=ending):
                self.bench.gdb(self.bench.put(self.flash[0], self.before))
                state = self.state()
                d = self.json("program", image, "--base", self.flash[0], "--no-reset",
                              *self.on(ending, defect), code=NO)
                self.assertEqual((d["ok"], d["verified"], d["error"]["cause"]),
                                 (False, False, cause), d["error"])
                self.left_as(state)
        self.assertTrue(self.bench.runs_through(*self.work), "a breakpoint was left")


class Gone(Machine):
    def ends(self, *args):
        error = self.json(*args, code=TARGET)["error"]
        self.assertEqual(error["origin"], "target")
        self.assertIn(self.bench.qemu.address, error["message"])
        return error["cause"]

    def test_a_fault_ends_the_machine(self):
        """No vectors, so a fault locks the core up, at which QEMU gives up."""
        self.begin("netduinoplus2")
        cause = self.ends("program", self.file("image.bin", noise(7, 600)), "--base",
                          self.flash[0], *self.on(defect="-stack-overflow"))
        self.assertEqual(cause, "link-lost")
        self.assertIn("Lockup", self.bench.qemu.close())

    def test_a_machine_that_is_not_there(self):
        self.begin("netduinoplus2")
        self.bench.qemu.close()
        self.ends("erase", "--all", *self.on())


if __name__ == "__main__":
    main()
