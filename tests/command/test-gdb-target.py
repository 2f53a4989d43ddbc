# SPDX-License-Identifier: MIT
"""target/gdb against servers that offer much, little, or the wrong thing."""
import struct
import threading

import harness
import stub
from harness import (DONE, G4, LOADERS, NO, PAGE, TARGET, USAGE, FLASH, noise)

import device_table
import elf32

FLASHSIZE = 0x1FFF75E0	# RM0440 48.2
RESET = 0x08000100
RAM = 0x20000000
DHCSR = 0xE000EDF0
HALTED, RUNNING = struct.pack("<I", 0x00030003), struct.pack("<I", 0x01010001)
TEXT = b"O" + b"as you say\n".hex().encode()


def words(text):
    """A reply to qRcmd: what it prints, and that it is done."""
    return [b"O" + (text + "\n").encode().hex().encode(), b"OK"]


class Machine(stub.Machine):
    """With a vector table, a flash size, and a way to be reset."""

    def __init__(self, kib=128, **how):
        super().__init__(**how)
        self._device(FLASHSIZE, struct.pack("<I", 0xFFFF0000 | kib))
        self._device(DHCSR, HALTED)
        self.program(FLASH, struct.pack("<II", 0x20001000, RESET | 1))

    def _find(self, addr, size):
        return (None, None) if addr >> 12 == FLASHSIZE >> 12 else super()._find(addr, size)

    def stopped(self):
        """Also at an opcode, as cores are."""
        return super().stopped() or self.read(self.regs["pc"], 2) == b"\x00\xbe"


class Server(stub.Stub):
    """Says what @says has for monitor commands; ["*"]: for all others."""

    def __init__(self, says=None, **how):
        self.says, self.said = says, []
        super().__init__(machine=how.pop("machine", None) or Machine(), **how)

    def _rcmd(self, packet):
        command = bytes.fromhex(packet[6:].decode()).decode()
        self.said.append(command)
        if self.says is None:
            return super()._rcmd(packet)
        reply = self.says.get(command, self.says.get("*", b""))
        if reply is RESET:
            self.machine.reset()
            return [TEXT, b"OK"]
        return reply


class Secret(Server):
    """The core runs, which only DHCSR says; 0x03 halts it, if @stops."""
    stops, asked = True, 0

    def unit(self, unit):
        if unit.kind != "interrupt" or self.running:
            return super().unit(unit)
        self.asked += 1
        if self.stops:
            self.machine._device(DHCSR, HALTED)
        self.reply(b"T02")
        return True


class Case(harness.Case):
    def serve(self, **how):
        kind = how.pop("kind", Server)
        server = kind(**how)
        self.addCleanup(server.close)
        self.addCleanup(lambda: self.assertEqual(server.faults(), []))
        return server

    def target(self, server):
        return "gdb:" + server.address

    def info(self, server, *args):
        return self.json("target", "info", *args, self.target(server))

    def loader(self, server):
        server.machine.script = stub.Loader(elf32.Elf(G4))
        return server.machine.script

    def job(self, server, *args, code=DONE):
        image = self.folder / "image.bin"
        image.write_bytes(noise(5, 3 * PAGE + 77))
        document = self.json("program", "-t", self.target(server), "-l", G4, "--base",
                             hex(FLASH), image, *args, code=code)
        return image.read_bytes(), document

    def flashed(self, server, **how):
        self.loader(server)
        data, document = self.job(server, *how.get("args", ()))
        self.assertEqual(server.machine.read(FLASH, len(data)), data)
        self.assertTrue(document["verified"])
        return document

    def no(self, server, cause, *args, code=TARGET, job=False):
        """Each try begins with a new connection."""
        if job:
            self.loader(server)
            return self.job(server, *args, code=code)[1]["error"]
        return self.fails("target", "info", *args, self.target(server), code=code, cause=cause)


class Negotiation(Case):
    def test_all_and_next_to_nothing(self):
        """The same job with everything offered, and with the plainest packets."""
        for offers, size in ((stub.FULL, 0x1000), (stub.FULL, 0x80), (stub.FULL, 0x200),
                             ({"g", "G", "Z0", "reset"}, None),
                             ({"g", "P", "p", "reset"}, 0x100),
                             (stub.FULL - {"X", "x"}, 0x400),
                             (stub.FULL - {"G"}, 0x400),
                             (stub.FULL - {"P", "p"}, 0x400),
                             (stub.FULL - {"no-ack"}, 0x400),
                             (stub.FULL - {"Z0"}, 0x400), (stub.FULL - {"Z0", "Z1"}, 0x400)):
            with self.subTest(offers=offers, size=size):
                server = self.serve(offers=offers, packet_size=size or 0, runs=True)
                args = () if "memory-map" in offers else ("--chip", "stm32g431cb")
                report = self.flashed(server, args=args)
                self.assertGreater(report["link"]["round_trips"], 10)
                server.close()

    def test_packet_size(self):
        """What the server announces is the most, what the user says is less."""
        server = self.serve(packet_size=0x400)
        self.flashed(server, args=("-p", "gdb.packet-size=128"))
        self.assertLessEqual(max(len(r) for r in server.requests), 128)

    def test_announced_and_not_there(self):
        """x and X that do not do what they say are not used again."""
        class Liar(Server):
            def _read_binary(self, packet):
                return b"E01"

            def _write_binary(self, packet):
                """Takes the escapes for data, as it were."""
                return super()._write_binary(packet[:-1] + bytes([packet[-1] ^ 0x20]))
        class Unescaped(Liar):
            def _write_binary(self, packet):
                """Right, but for what comes escaped."""
                window, colon, data = packet.partition(b":")
                return stub.Stub._write_binary(self, window + colon + data.translate(
                    bytes(0x7d if b in b"#$*}" else b for b in range(256))))
        for kind in Liar, Unescaped:
            server = self.serve(kind=kind)
            self.flashed(server)
            self.assertEqual(sum(r[:1] == b"X" for r in server.requests), 1)
            self.assertEqual(sum(r[:1] == b"x" for r in server.requests), 1)

    def test_registers_are_one_access(self):
        server = self.serve()
        self.info(server)
        asked = [r for r in server.requests if r.startswith((b"me00", b"m4", b"me000ed"))]
        self.assertIn(b"me0042000,4", asked)
        self.assertTrue(all(r.endswith(b",4") for r in asked), asked)


    def test_attached_to_a_core_that_runs(self):
        """'?' is answered by a signal, and the core's own logic says otherwise."""
        for stops in True, False:
            server = self.serve(kind=Secret)
            server.stops = stops
            server.machine._device(DHCSR, RUNNING)
            if stops:
                self.flashed(server)
            else:
                self.no(server, "halt-refused")
            self.assertGreater(server.asked, 0)

    def test_twice(self):
        """A reply that comes twice answers one request."""
        class Twice(Server):
            def transmit(self, raw):
                twice = self.requests and self.requests[-1][:5] in (b"qRcmd", b"vCont", b"?")
                super().transmit(raw * (2 if twice and not self.ack else 1))
        self.flashed(self.serve(kind=Twice))

    def test_two_stacks(self):
        """SP is MSP or PSP, and one G packet may have all three."""
        for control, ipsr in (0, 0), (2, 0), (2, 11):
            for offers in stub.FULL, stub.FULL - {"P", "p"}, stub.FULL - {"G"}:
                with self.subTest(control=control, ipsr=ipsr, offers=offers):
                    server = self.serve(offers=offers)
                    regs = server.machine.regs
                    regs.update({f"r{i}": 0x1111 * i for i in range(13)})
                    regs.update(control=control, xpsr=0x01000000 | ipsr, msp=0x20007f00,
                                psp=0x20003000, lr=0xfffffffd, pc=0x08000200)
                    before = dict(regs)
                    self.flashed(server, args=("--no-reset",))
                    self.assertEqual(dict(regs), before)


class Identity(Case):
    def test_chip(self):
        """DBGMCU_IDCODE alone leaves three sizes of STM32G431, that of the flash one."""
        self.assertEqual(self.info(self.serve())["target"]["chip"]["flash_kib"], 128)
        self.assertEqual(self.info(self.serve(machine=Machine(kib=32)))["target"]["chip"]
                         ["flash_kib"], 32)

    def test_no_chip(self):
        machine = Machine()
        machine._device(0xE0042000, bytes(4))
        server = self.serve(machine=machine)
        self.assertIn("chip not known", self.info(server)["target"]["description"])
        self.assertIsNone(self.info(server)["target"].get("chip"))

    def test_ram_of_the_server(self):
        """No chip, but a memory map; what gdb may look at besides flash is no RAM."""
        class Rest(Server):
            def memory_map(self):
                return (b'<memory-map><memory type="ram" start="0x0" length="0x8000000"/>'
                        b'<memory type="ram" start="0x8020000" length="0x20000"/>'
                        b'<memory type="ram" start="0x20020000" length="0x3fe0000"/>'
                        b'<memory type="ram" start="0x40000000" length="0xc0000000"/></memory-map>')
        machine = Machine()
        machine._device(0xE000ED00, bytes(4))
        self.flashed(self.serve(machine=machine))
        server = self.serve(machine=machine, kind=Rest)
        self.assertEqual(self.no(server, "chip-unknown", job=True, code=USAGE)["cause"],
                         "chip-unknown")
        self.flashed(server, args=("--ram", "0x20000000+0x4000"))
        self.assertEqual(self.no(server, "bad-ram", "--ram", "0xffffffff+2", job=True,
                                 code=USAGE)["cause"], "bad-ram")

    def test_options(self):
        server = self.serve()
        for bad in ("speed=4", "timeout=0", "packet-size=1", "packet-size=x"):
            self.fails("target", "info", f"{self.target(server)},{bad}", code=USAGE,
                       cause="bad-option")
        self.fails("target", "info", "-p", "gdb.timeout=soon", self.target(server), code=USAGE,
                   cause="bad-option")


class Reset(Case):
    """Who says what to "version" and "help" is reset by which word."""

    def reset_by(self, word, says, **how):
        server = self.serve(says=says, **how)
        self.flashed(server)
        self.assertIn(word, server.said)
        self.assertGreater(server.machine.resets, 0)

    def test_dialects(self):
        for says, word in (
                ({"version": words("Open On-Chip Debugger 0.12.0"), "reset halt": RESET,
                  "*": words("Error: of something else")}, "reset halt"),
                ({"*": words("unknown command: 'version'"), "system_reset": RESET},
                 "system_reset"),
                ({"*": words("error: unrecognized command 'version'"), "reset halt": RESET},
                 "reset halt"),
                ({"help": words("SEGGER J-Link GDB Server commands"), "reset": RESET}, "reset"),
                ({"version": words("stoker gdbserver 1.0"), "reset": RESET}, "reset"),
                ({"reset halt": words("Unknown reset option"), "reset": RESET}, "reset"),
                ({"reset halt": RESET}, "reset halt"), ({"reset": RESET}, "reset")):
            with self.subTest(word=word, says=says):
                self.reset_by(word, says)

    def test_st_util(self):
        class StUtil(Server):
            def _supported(self, _):
                return b"PacketSize=3fff;qXfer:memory-map:read+;qXfer:features:read+"
        self.reset_by("reset", {"reset": RESET}, kind=StUtil, packet_size=0x3fff)

    def test_black_magic(self):
        class Probe(Server):
            def answer(self, packet):
                if packet.startswith(b"vRun;"):
                    self.machine.reset()
                    return b"T05"
                return super().answer(packet)
        server = self.serve(kind=Probe, says={"version": words("Black Magic Probe v1.9")})
        self.flashed(server)
        self.assertGreater(server.machine.resets, 0)

    def test_black_magic_refuses(self):
        for reply in b"E01", b"", b"what":
            class Probe(Server):
                def answer(self, packet, reply=reply):
                    return reply if packet[:4] == b"vRun" else super().answer(packet)
            server = self.serve(kind=Probe, says={"version": words("Black Magic Probe v1.9")})
            self.assertEqual(self.no(server, None, job=True)["cause"], "reset-refused")

    def test_by_hand(self):
        server = self.serve(says={"please reset": RESET})
        self.flashed(server, args=("-p", "gdb.reset=please reset"))

    def test_none_is_known(self):
        server = self.serve(says={})
        self.assertIn("gdb.reset", self.no(server, "reset-unknown", job=True)["message"])
        self.assertEqual(self.no(server, "reset-unknown", job=True)["cause"], "reset-unknown")

    def test_refused(self):
        server = self.serve(says={"*": words("reset failed: no SRST")})
        self.assertEqual(self.no(server, None, job=True)["cause"], "reset-refused")

    def test_runs_on(self):
        """It is said, and the core is halted all the same."""
        machine = Machine()
        reset = machine.reset

        def runs():
            reset()
            machine._device(DHCSR, RUNNING)
        machine.reset = runs
        server = self.serve(kind=Secret, machine=machine, says={"reset halt": RESET})
        self.assertEqual(self.no(server, None, job=True)["cause"], "reset-runs")
        self.assertEqual(server.asked, 1)

    def test_runs_on_between_two_loaders(self):
        """Nothing is put back into the RAM of a core that runs."""
        class Later(Machine):
            def reset(self):
                super().reset()
                if self.resets == 2:
                    self._device(DHCSR, RUNNING)
        server = self.serve(kind=Secret, machine=Later(), says={"reset halt": RESET})
        self.loader(server)
        size = 0x10000
        loaders = []
        for start in FLASH, FLASH + size:
            loaders += ["-l", self.file(f"{start:x}.FLM", device_table.flash_device(
                G4, start=start, size=size, name=b"half", sectors=[(PAGE, 0)]))]
        document = self.json("program", "-t", self.target(server), *loaders, "--base", hex(FLASH),
                             self.file("image.bin", noise(3, size + PAGE)), code=TARGET)
        self.assertEqual(document["error"]["cause"], "reset-runs")
        self.assertIn("none of the registers and RAM were put back", document["warnings"][0])
        last = max(i for i, r in enumerate(server.requests) if r.startswith(b"qRcmd"))
        self.assertEqual([r for r in server.requests[last:] if r[:1] in b"MXGP"], [])


class Wrong(Case):
    """Each failure is a sentence, and an end."""

    def answering(self, **answers):
        class Other(Server):
            def answer(self, packet):
                for prefix, reply in answers.items():
                    if packet.startswith(prefix.replace("why", "?").encode()):
                        return reply
                return super().answer(packet)
        return self.serve(kind=Other)

    def test_it_has_no_chip(self):
        self.no(self.answering(why=b"W00"), "target-gone")
        self.no(self.answering(why=b"X1D"), "target-gone")

    def test_it_does_not_stop(self):
        """'?' is never answered, nor is 0x03."""
        error = self.no(self.answering(why=None), "halt-refused", "-p", "gdb.timeout=300")
        self.assertIn("3 times", error["message"])

    def test_nonsense(self):
        self.no(self.answering(why=b"nonsense"), "gdb-nonsense")
        self.no(self.answering(g=b"E01"), "registers-refused")
        self.no(self.answering(g=b"zz"), "registers-refused")

    def test_registers_that_are_not_given(self):
        """R0 of a call that failed is none of 0; nor is one that was not seen to arrive."""
        class Keeps(Server):
            keeps = ()

            def _value(self, name, size):
                calls = any(r.startswith(b"vCont;c") for r in self.requests)
                return b"x" * 2 * size if (name, calls) in self.keeps else super()._value(name, size)

        def fails(machine):
            machine.regs.update(r0=1, pc=machine.regs["lr"] & ~1)
            return b"S05"
        for name, after in ("r0", True), ("r1", True), ("r2", False), ("sp", False):
            server = self.serve(kind=type("Keeps", (Keeps,), {"keeps": {(name, after)}}))
            server.machine.script = fails
            error = self.json("call", "-t", self.target(server), "-l", G4, "EraseSector",
                              hex(FLASH), code=TARGET)["error"]
            self.assertEqual((error["origin"], error["cause"]), ("target", "registers-refused"))
            self.assertEqual(any(r.startswith(b"vCont;c") for r in server.requests), after)
        # Masks that no server gives are no hindrance.
        server = self.serve(kind=type("Keeps", (Keeps,), {"keeps": {
            (name, calls) for name in ("primask", "control") for calls in (True, False)}}))
        self.flashed(server)

    def test_packets_unknown(self):
        server = self.answering(G=b"", P=b"")
        self.assertEqual(self.no(server, None, job=True)["cause"], "gdb-unknown")
        server = self.answering(c=b"E0e", vCont=b"")
        self.assertEqual(self.no(server, None, job=True)["cause"], "gdb-refused")
        server = self.answering(Z0=b"E01", Z1=b"")
        self.assertEqual(self.no(server, None, job=True)["cause"], "gdb-refused")

    def test_memory(self):
        server = self.serve()
        error = self.fails("read", "-t", self.target(server), "-l", G4, "--ram", "0x60000000+0x8000",
                           "--range", f"{FLASH:#x}+16", code=TARGET, cause="memory-refused")
        self.assertIn("no memory", error["message"])

    def test_breakpoints_in_no_ram(self):
        """No Z packets, and an opcode that does not stay where it was written."""
        class Rom(Server):
            def _read(self, packet):
                return b"0000" if packet.endswith(b",2") else super()._read(packet)
        server = self.serve(kind=Rom, offers=stub.FULL - {"Z0", "Z1"})
        self.assertIn(self.no(server, None, job=True)["cause"], ("break-refused",))

    def test_it_dies(self):
        """At each kind of packet; nothing hangs, and nothing is called a success."""
        for prefix in (b"qSupported", b"?", b"g", b"qXfer", b"vCont;c", b"X", b"Z0", b"qRcmd"):
            class Dying(Server):
                def answer(self, packet, prefix=prefix):
                    return False if packet.startswith(prefix) else super().answer(packet)
            with self.subTest(prefix=prefix):
                server = self.serve(kind=Dying)
                self.assertEqual(self.no(server, None, job=True)["cause"], "link-lost")

    def test_it_falls_silent(self):
        class Silent(Server):
            def answer(self, packet):
                return None if packet[:1] == b"X" else super().answer(packet)
        server = self.serve(kind=Silent)
        self.assertEqual(self.no(server, None, "-p", "gdb.timeout=300", job=True)["cause"],
                         "link-timeout")


class Running(Case):
    def test_output_and_files(self):
        """What a program prints is passed over, and a file it asks for is refused."""
        class Talking(Server):
            def _resume(self, packet):
                self.reply(TEXT)
                self.reply(b"O")
                self.reply(b"Fopen,0/1,0,0")
                return None

            def answer(self, packet):
                if packet.startswith(b"F"):
                    self.asked = packet
                    return self.machine.script(self.machine)
                return super().answer(packet)

            def unit(self, unit):
                self.running = False
                return super().unit(unit)
        server = self.serve(kind=Talking)
        self.flashed(server)
        self.assertEqual(server.asked, b"F-1,58")

    def test_time_is_over(self):
        """A call that does not return is halted by 0x03, and said to be late."""
        server = self.serve()
        server.machine.script = lambda machine: None
        document = self.json("call", "-t", self.target(server), "-l", G4, "--budget", "200",
                             "Init", "0x08000000", "0", "1", code=NO)
        self.assertEqual(document["error"]["cause"], "never-returns")

    def test_halt_is_refused(self):
        """Nothing is written under a loader that runs on; a late answer is one."""
        class Refuses(Server):
            refusals = 100

            def unit(self, unit):
                if unit.kind != "interrupt" or not self.refusals:
                    return super().unit(unit)
                self.refusals -= 1
                self.reply(b"E01")
                return True
        for refusals, code, cause in (1, NO, "never-returns"), (100, TARGET, "halt-refused"):
            server = self.serve(kind=Refuses)
            server.refusals = refusals
            server.machine.script = lambda machine: None
            document = self.json("call", "-t", self.target(server), "-l", G4, "--budget", "200",
                                 "-p", "gdb.timeout=900", "Init", "0x08000000", "0", "1",
                                 code=code)
            self.assertEqual(document["error"]["cause"], cause)
            self.assertEqual(server.running, code == TARGET)
            self.assertEqual(server.requests[-1] == b"vCont;c", code == TARGET)

    def test_breakpoint_stays(self):
        """One that was not removed is asked for again; faults are the program's again."""
        class Sticks(Server):
            refused = 0

            def _break(self, packet):
                if packet[:1] == b"z" and not self.refused:
                    self.refused += 1
                    return b"E01"
                return super()._break(packet)
        server = self.serve(kind=Sticks)
        self.flashed(server)
        self.assertEqual(server.refused, 1)
        self.assertEqual(server.machine.breaks, set())
        server = self.serve()
        self.flashed(server)
        last = max(i for i, r in enumerate(server.requests) if r[:1] == b"z")
        self.assertTrue(server.requests[last + 1].startswith(b"Me000edfc,4:"))

    def test_faults(self):
        for stop, ipsr in ((b"S05", 3), (b"S0b", 0)):
            def crash(machine, stop=stop, ipsr=ipsr):
                machine.regs.update(pc=0x08000200, xpsr=0x01000000 | ipsr)
                return stop
            server = self.serve()
            server.machine.script = crash
            document = self.json("call", "-t", self.target(server), "-l", G4, "Init", "0x08000000",
                                 "0", "1", code=NO)
            self.assertEqual(document["error"]["cause"], "fault")

    def test_left_after_a_fault(self):
        """No register leads a core out of HardFault: it is reset, where it may be."""
        def crash(machine):
            machine.regs.update(pc=0x08000200, xpsr=0x01000003)
            return b"S05"
        for args, resets in ((), 2), (("--no-reset",), 0):
            server = self.serve()
            server.machine.bytes[0x20000000][:] = before = noise(9, 0x8000)
            server.machine.script = crash
            for job in (lambda: self.job(server, *args, code=NO)[1]["warnings"],
                        lambda: self.json("call", "-t", self.target(server), "-l", G4, *args,
                                          "EraseSector", hex(FLASH), code=NO)["warning"]):
                server.machine.resets = 0
                server.machine.regs["xpsr"] = 0x01000000
                warned = str(job())
                self.assertEqual(server.machine.resets, resets)
                self.assertEqual("in its handler still" in warned, not resets, warned)
                self.assertEqual(server.machine.bytes[0x20000000], before)

    def test_halted_by_somebody_else(self):
        """Nobody has interrupted this job."""
        def other(machine):
            machine.regs["pc"] += 4
            return b"S02"
        server = self.serve()
        server.machine.script = other
        for error in (self.job(server, code=TARGET)[1]["error"],
                      self.json("call", "-t", self.target(server), "-l", G4, "Init",
                                code=TARGET)["error"]):
            self.assertEqual((error["origin"], error["cause"]), ("target", "core-halted"))
            self.assertIn(server.address, error["message"])

    def test_masks_of_a_core_that_was_not_reset(self):
        """PRIMASK where there is one, else C_MASKINTS, else it is said."""
        class Deaf(Server):
            def _write(self, packet):
                return b"OK" if packet.startswith(b"Me000edf0") else super()._write(packet)
        less = {"g", "G", "Z0", "reset"}
        for kind, offers in (Server, stub.FULL), (Server, less), (Deaf, less):
            server = self.serve(kind=kind, offers=offers)
            play, seen = stub.Loader(elf32.Elf(G4)), []

            def watched(machine, play=play, seen=seen):
                mask, = struct.unpack("<I", machine.read(DHCSR, 4))
                seen.append(bool(machine.regs["primask"] or mask & 8))
                return play(machine)
            server.machine.script = watched
            args = ("--no-reset", "--chip", "stm32g431cb")
            for warned in (self.job(server, *args)[1]["warnings"],
                           self.json("call", "-t", self.target(server), "-l", G4, *args[:1],
                                     "--chip", "stm32g431cb", "Init")["warning"]):
                self.assertEqual("gives no PRIMASK" in str(warned), kind is Deaf, warned)
                self.assertEqual(set(seen), {kind is not Deaf})
                mask, = struct.unpack("<I", server.machine.read(DHCSR, 4))
                self.assertFalse(mask & 8)

    def test_halted_in_a_handler(self):
        for args, told in (("--no-reset",), True), ((), False):
            server = self.serve()
            server.machine.regs["xpsr"] = 0x0100000f
            self.assertEqual("handler of exception 15" in
                             str(self.flashed(server, args=args)["warnings"]), told)

    def test_stale_stop(self):
        """A stop reply that comes too late is no answer to what was asked since."""
        class Late(Server):
            def _read(self, packet):
                return [b"T05thread:1;", super()._read(packet)]
        self.flashed(self.serve(kind=Late))

    def test_masks(self):
        """A host that masks interrupts, before a core that takes it and one that does not."""
        class Deaf(Server):
            def _write(self, packet):
                return b"OK" if packet.startswith(b"Me000edf0") else super()._write(packet)
        def returns(machine):
            machine.regs.update(r0=1, pc=machine.regs["lr"] & ~1)
            return b"S05"
        for kind in Server, Deaf:
            server = self.serve(kind=kind)
            server.machine.script = returns
            document = self.json("call", "-t", self.target(server), "--host", "cubeprogrammer",
                                 "-l", LOADERS / "ram-netduinoplus2.stldr", "Init", "--force")
            self.assertEqual("C_MASKINTS" in str(document.get("warning")), kind is Deaf)

    def test_left_as_it_was(self):
        """No breakpoint is left, and DEMCR is what it was."""
        for after in (), ("--reset",), ("--run",):
            server = self.serve()
            server.machine._device(0xE000EDFC, struct.pack("<I", 0x01000000))
            self.flashed(server, args=after)
            self.assertTrue(any(r.startswith(b"Me000edfc") for r in server.requests))
            self.assertEqual(server.machine.breaks, set())
            self.assertEqual(server.machine.read(0xE000EDFC, 4), struct.pack("<I", 0x01000000))
            self.assertEqual(server.requests[-1] == b"vCont;c", after == ("--run",))

    def test_interrupted(self):
        """Ctrl-C while a loader runs: the core is halted, and the job ends in order."""
        began = threading.Event()

        def runs(machine):
            began.set()
        server = self.serve()
        server.machine.script = runs
        server.machine.bytes[RAM][:] = before = noise(9, 0x8000)
        with self.start("program", "-t", self.target(server), "-l", G4, harness.FIRMWARE) as p:
            self.assertTrue(began.wait(60))
            p.send_signal(harness.signal.SIGINT)
            _, err = p.communicate()
        self.assertEqual(p.returncode, harness.INTERRUPTED, err)
        self.assertFalse(server.running)
        self.assertEqual(server.machine.breaks, set())
        self.assertEqual(bytes(server.machine.bytes[RAM]), before)


class OurOwn(Case):
    """In front of a board of ours: the same job, the same flash."""

    def test_board(self):
        with self.start("board", "-t", "emu:stm32g431cb", "-l", G4, "--listen", "127.0.0.1:0",
                        stderr=harness.subprocess.STDOUT) as p:
            self.addCleanup(p.kill)
            line = b""
            while not line.startswith(b"listening on "):
                line = p.stdout.readline()
                self.assertTrue(line)
            where = "gdb:" + line.split()[-1].decode()
            info = self.json("target", "info", where)["target"]
            self.assertTrue(info["description"].startswith("stoker at"), info)
            self.assertEqual(info["chip"]["flash_kib"], 128)
            report = self.json("program", "-t", where, "-l", G4, harness.FIRMWARE)
            self.assertTrue(report["verified"])
            again = self.json("program", "-t", where, "-l", G4, harness.FIRMWARE)
            self.assertEqual(again["sectors_erased"], 0)
            out, _ = self.stoker("verify", "-t", where, "-l", G4, harness.FIRMWARE)
            self.assertIn("verified", out)
            p.terminate()
            p.communicate()


if __name__ == "__main__":
    harness.main()
