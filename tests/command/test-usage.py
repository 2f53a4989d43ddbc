#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the command says of itself: help, version, wrong usage, the manual."""
import os
import re
import subprocess

import harness
from harness import G4, H7, INTERNAL, SOURCE, USAGE, Case
from packs import PDSC, algorithm, archive, device, family, package

COMMANDS = ["inspect", "diff", "qualify", "program", "erase", "read", "verify", "blank-check", "call",
            "gdbserver", "board",
            "target", "chip", "module",
            "toolchain", "audit",
            "swap", "restore",
            "db",
            "explain",
            "pin", "unpin", "pins", "resolve",
            ]


def usage_lines(text):
    """'Usage: stoker x ...' and its further forms, without the first word."""
    lines = text.split("\n\n")[0].split("\n")
    lines = [line for line in lines if re.match(r"(Usage:|      ) stoker ", line)]
    return [line[7:] for line in lines]


def options_of(text):
    return set(re.findall(r"(?m)^ +(?:-[a-z], )?(--[a-z-]+)", text))


class Help(Case):
    def test_lists_every_command(self):
        out, _ = self.stoker("help")
        self.assertEqual(re.findall(r"(?m)^  ([a-z-]+) ", out), COMMANDS)
        self.assertEqual(self.stoker("--help")[0], out)
        self.assertEqual(self.stoker("-h")[0], out)

    def test_of_each_command_is_the_same_three_ways(self):
        for command in COMMANDS:
            out, err = self.stoker(command, "--help")
            self.assertEqual(err, "")
            self.assertTrue(out.startswith(f"Usage: stoker {command} "), out)
            self.assertEqual(self.stoker(command, "-h")[0], out)
            self.assertEqual(self.stoker("help", command)[0], out)
            self.assertLessEqual({"--json", "--help", "--param"}, options_of(out))

    def test_fits_a_terminal(self):
        for command in COMMANDS:
            for line in self.stoker(command, "--help")[0].splitlines():
                self.assertLessEqual(len(line), 79, line)

    def test_version(self):
        configured = re.search(r"AC_INIT\(\[stoker\], \[([0-9.]+)\]",
                               (SOURCE / "configure.ac").read_text()).group(1)
        self.assertEqual(self.stoker("--version")[0], f"stoker {configured}\n")


class WrongUsage(Case):
    def test_is_one_sentence_and_exit_code_2(self):
        for args, part in [
                (["--bogus"], "there is no command '--bogus'"),
                (["inspect"], "a loader file is needed"),
                (["inspect", "--bogus", G4], "unrecognized option '--bogus'"),
                (["inspect", "--fail-on", "panic", G4], "'panic' is none of"),
                (["diff", G4], "two loader files are needed"),
                (["diff", G4, G4, G4], "two loader files are needed"),
                (["diff", "--code=Innit", G4, G4], "neither file has a function 'Innit'"),
                (["diff", "--behaviour", G4, G4], "--behaviour needs a virtual chip"),
                (["diff", "-t", "emu:stm32g431cb", G4, G4], "go with --behaviour"),
                (["qualify"], "a loader, a folder or a pack is needed"),
                (["qualify", "--list-checks", G4], "--list-checks takes no file"),
                (["qualify", "--check", "bogus", G4], "'bogus' is neither a check nor a group"),
                (["qualify", "--fail-on", "bogus", G4], "'bogus' is none of"),
                (["qualify", "--seed", "0x100000000", G4], "is not a number of 32 bits"),
                (["qualify", "-j", "0", G4], "not a number from 1"),
                (["qualify", "--symptom", "x", G4], "--symptom goes with --what-if"),
                (["qualify", "--fail-on", "hosts", G4], "goes with --hosts"),
                (["program", "-l"], "requires an argument"),
                (["program", "-l", G4, "-t", "emu:stm32g431cb"], "image is needed"),
                (["program", "x.bin", "-t", "emu:stm32g431cb"], "a loader is needed"),
                (["verify", "--base", "0x8000z", "x.bin"], "'0x8000z' is not a number"),
                (["verify", "--base", "", "x.bin"], "'' is not a number"),
                (["erase", "-l", G4, "-t", "emu:stm32g431cb"], "either --range and --sector"),
                (["erase", "--all", "--sector", "0", "-l", G4], "either --range and --sector"),
                (["erase", "--sector", "1x"], "'1x' is not a number"),
                (["read", "--range", "0x100"], "neither START+SIZE nor START..END"),
                (["read", "--range", "0x200..0x100"], "neither"),
                (["read", "--range", "0+0"], "neither"),
                (["read", "--range", "0xffffffffffffffff+2"], "neither"),
                (["read", "--range", "0x100+0x10junk"], "neither"),
                (["read", "stray", "-l", G4, "-t", "emu:stm32g431cb"], "no argument 'stray'"),
                (["read", "-l", G4], "a target is needed"),
                (["call", "-l", G4], "the name of a function is needed"),
                (["call", "Init", "1", "-1x", "-l", G4], "invalid option"),
                (["call", "Init", "0x100000000", "-l", G4, "-t", "emu:stm32g431cb"],
                 "neither a number of 32 bits nor @FILE"),
                (["call", "Init", "1", "2", "3", "4", "5", "-l", G4], "at most 4"),
                (["call", "Init", "--budget", "0", "-l", G4], "not a number of milli"),
                (["gdbserver", "stray", "-t", "emu:stm32g431cb"], "no argument 'stray'"),
                (["gdbserver"], "a target is needed"),
                (["board", "-t", "gdb:"], "a board is a virtual one"),
                (["module"], "either 'module list' or"),
                (["help", "read", "erase"], "takes one command and no options"),
                (["target", "info"], "either 'target list' or"),
                (["target", "info", "emu:stm32g431cb", "-t", "emu:stm32g431cb"], "either"),
                (["module", "list", "all"], "either 'module list' or"),
                (["module", "info", "flm"], "not of the form CLASS/NAME"),
                (["target", "describe"], "either 'target list' or"),
                (["chip", "info"], "either 'chip list' or"),
                (["swap"], "a toolchain or the path of an install is needed"),
                (["swap", "cubeide"], "either a device, --all or --programmer-from"),
                (["swap", "cubeide", "STM32G431CB", "--all"], "either a device, --all or"),
                (["swap", "x", "y", "z"], "a toolchain or the path of an install is needed"),
                (["restore"], "either a toolchain, a path, --all or --swap"),
                (["restore", "cubeide", "--all"], "either a toolchain, a path, --all or --swap"),
                (["restore", "--swap", "0"], "--swap '0' is not the number of a swap"),
                (["restore", "--swap", "1x"], "--swap '1x' is not the number of a swap"),
                (["db"], "'db' needs one of import"),
                (["db", "imprt"], "'db' needs one of import"),
                (["db", "import"], "it is 'db import PATH...'"),
                (["db", "list", "x"], "it is 'db list'"),
                (["db", "verdict", "x"], "it is 'db verdict REF good|bad|disputed'"),
                (["pin", "stoker", "STM32G4", "--why", "x"], "TOOLCHAIN, DEVICE and REF are"),
                (["pin", "stoker", "STM32G4", G4], "--why TEXT is needed"),
                (["unpin", "--why", "x"], "the number of a pin is needed"),
                (["unpin", "1"], "--why TEXT is needed"),
                (["pins", "x"], "takes no argument 'x'"),
                (["resolve", "stoker"], "TOOLCHAIN@VERSION and DEVICE are needed"),
                (["resolve", "stoker", "STM32G4", "0x8z"], "'0x8z' is not an address"),
        ]:
            with self.subTest(args=args):
                error = self.fails(*args, code=USAGE, cause="usage")
                self.assertIn(part, error["message"])
                self.assertEqual(error["origin"], "usage")

    def test_no_command_at_all(self):
        out, err = self.stoker(code=USAGE)
        self.assertEqual(out, "")
        self.assertIn("a command is needed", err)

    def test_offers_the_nearest_command(self):
        for typo, meant in [("inspct", "inspect"), ("programm", "program"),
                            ("blankcheck", "blank-check"), ("modules", "module")]:
            error = self.fails(typo, code=USAGE)
            self.assertIn(f"did you mean '{meant}'?", error["message"])
        self.assertNotIn("did you mean", self.fails("frobnicate", code=USAGE)["message"])

    def test_abbreviated_commands_are_none(self):
        self.fails("insp", code=USAGE)
        self.fails("x" * 300, code=USAGE)


class Output(Case):
    def test_a_full_disk_is_no_success(self):
        with open("/dev/full", "w") as full:
            for args in (["inspect", G4], ["inspect", "--json", G4], ["module", "list"],
                         ["--version"], ["help", "read"]):
                _, err = self.stoker(*args, code=INTERNAL, stdout=full)
                self.assertIn("cannot write to the standard output: No space left", err)

    def test_lost_output_is_worse_than_what_it_said(self):
        """1 would be an answer that was given."""
        with open("/dev/full", "w") as full:
            for args in (["diff", G4, H7], ["inspect", "--fail-on=note", G4, H7],
                         ["inspect", "/nonexistent"]):
                self.stoker(*args, code=INTERNAL, stdout=full)

    def test_a_reader_that_left_is_no_success(self):
        read, write = os.pipe()
        os.close(read)
        _, err = self.stoker("inspect", G4, code=INTERNAL, stdout=write)
        os.close(write)
        self.assertIn("Broken pipe", err)

    def test_a_closed_descriptor_is_no_other_file(self):
        """The next file opened would get its number: as input, or below the messages."""
        self.assertIn("cannot read 'standard input'", self.stoker(
            "program", "-", "-l", G4, "-t", "emu:stm32g431cb", code=harness.INPUT,
            preexec_fn=lambda: os.close(0))[1])
        _, err = self.stoker("help", code=INTERNAL, preexec_fn=lambda: os.close(1))
        self.assertIn("cannot write to the standard output: Bad file", err)

    def test_no_colour_but_on_a_terminal(self):
        out, err = self.stoker("inspect", G4, "/nonexistent", code=harness.INPUT)
        self.assertNotIn("\033", out + err)

    def test_colour_on_a_terminal_unless_refused(self):
        for extra, coloured in [({"TERM": "xterm"}, True),
                                ({"TERM": "xterm", "NO_COLOR": "1"}, False),
                                ({"TERM": "xterm", "NO_COLOR": ""}, True),
                                ({"TERM": "dumb"}, False)]:
            self.env.pop("NO_COLOR", None)
            self.env.update(extra)
            drawn = self.terminal("inspect", G4, stream="stdout")
            self.assertEqual(b"\033[" in drawn, coloured, extra)


class Manual(Case):
    page = (SOURCE / "tools/stoker/stoker.1").read_text()

    def rendered(self, section):
        """A section as plain text: the few macros that the page uses."""
        body = self.page.split(f".SH {section}\n")[1].split("\n.SH ")[0]
        body = re.sub(r"\\f[BIRP]", "", body).replace("\\-", "-").replace("\\&", "")
        return body

    def test_synopsis_is_what_help_says(self):
        said = []
        for command in COMMANDS:
            said += usage_lines(self.stoker(command, "--help")[0])
        page = [re.sub(r"^\.[A-Z]+ ", "", line) for line in self.rendered("SYNOPSIS").split("\n")
                if line and line not in (".br", ".nf", ".fi", ".SY", ".YS")]
        self.assertEqual([line for line in page if " COMMAND" not in line
                          and not line.startswith("stoker help") and "--version" not in line],
                         said)

    def test_has_every_option_and_no_other(self):
        said = set()
        for command in COMMANDS:
            said |= options_of(self.stoker(command, "--help")[0])
        page = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", self.rendered("OPTIONS")))
        self.assertEqual(page, said)

    def test_has_every_exit_code(self):
        codes = set(re.findall(r"(?m)^\.B ([0-9]+)$", self.rendered("EXIT STATUS")))
        table = (SOURCE / "tools/stoker/exit.c").read_text()
        self.assertEqual(codes, set(re.findall(r"\{ STK_ORIGIN_[A-Z]+, +([0-9]+),", table)))


class Completion(Case):
    def complete(self, *words):
        """The words that bash would offer for the last one."""
        script = (f'PATH={os.path.dirname(harness.STOKER)}:$PATH\n'
                  f'source "{SOURCE}/tools/stoker/stoker.bash"\n'
                  f'COMP_WORDS=("$@")\nCOMP_CWORD=$(($# - 1))\n_stoker\n'
                  'printf "%s\\n" "${COMPREPLY[@]}"\n')
        p = subprocess.run(["bash", "-c", script, "bash", "stoker", *words], env=self.env,
                           capture_output=True, check=True, cwd=self.folder)
        return sorted(p.stdout.decode().split())

    def test_commands(self):
        self.assertEqual(self.complete(""), sorted(COMMANDS + ["help"]))
        self.assertEqual(self.complete("bl"), ["blank-check"])
        self.assertEqual(self.complete("help", "er"), ["erase"])

    def test_options_are_those_of_help(self):
        for command in COMMANDS:
            said = options_of(self.stoker(command, "--help")[0])
            self.assertEqual(self.complete(command, "--"), sorted(said), command)

    def test_words_and_values(self):
        self.assertEqual(self.complete("module", ""), ["info", "list"])
        self.assertEqual(self.complete("program", "--erase", ""), ["chip", "none", "sectors"])
        self.assertEqual(self.complete("program", "-t", "em"), ["emu:"])
        self.assertIn("STM32G431CB", self.complete("chip", "info", "STM32G431C"))
        self.file("x.FLM", b"")
        self.assertEqual(self.complete("program", "-l", "x"), ["x.FLM"])
        self.env["STOKER_DB"] = str(self.folder / "loaders.db")
        self.stoker("pin", "stoker", "STM32G4", G4, "--why", "x")
        self.assertEqual(self.complete("pin", "cubep"), ["cubeprogrammer"])
        self.assertEqual(self.complete("pin", "stoker", "STM32G431CB"), ["STM32G431CB"])
        self.assertEqual(self.complete("pin", "stoker", "STM32G431CB", "g4"), ["g431.FLM"])
        self.assertEqual(self.complete("program", "-l", "g4"), ["g431.FLM"])
        self.assertEqual(self.complete("program", "-l", "x"), ["x.FLM"])
        self.assertEqual(self.complete("unpin", ""), ["1"])
        archive(self.folder / "p.pack", {
            PDSC: package(family(device("D1", algorithm("x.FLM")), device("D2"))), "x.FLM": b""})
        self.assertEqual(self.complete("inspect", "p.pack#"),
                         ["p.pack#D1", "p.pack#D2", "p.pack#x.FLM"])
        self.assertEqual(self.complete("inspect", "p.pack#x"), ["p.pack#x.FLM"])


if __name__ == "__main__":
    harness.main()
