#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""explain: what logs of public threads say, and that nothing else is guessed."""
import json
import re
import shlex
import subprocess
import tomllib

import harness
from harness import BUILD, G4, INPUT, NO, SOURCE, USAGE, Case

FOLDER = SOURCE / "tests/explain"
CASES = tomllib.loads((FOLDER / "cases.toml").read_text())
LOGS = {path.stem: path.read_bytes().split(b"\n", 1)[1] for path in FOLDER.glob("*.log")}
SEGMENT = b"""STM32CubeProgrammer v2.9.0
Erasing external memory sectors [0 3]
Download in Progress:
Error: failed to download Segment[0]
"""


class Explain(Case):
    def explain(self, log, *args):
        """The document, and what is in it against its exit code."""
        p = subprocess.run([harness.STOKER, "explain", "--json", *args], input=log, env=self.env,
                           capture_output=True, cwd=self.folder, check=False)
        document = json.loads(p.stdout)
        self.assertFalse(harness.schema.problems(document))
        self.assertEqual(p.returncode, 0 if document["known"] else NO, p.stderr)
        self.assertEqual(document["known"], document["unknown"] is None)
        return document

    def causes(self, log, *args):
        return [cause["cause"] for cause in self.explain(log, *args)["causes"]]


class Threads(Explain):
    def test_each_log_has_a_case_and_a_source(self):
        self.assertEqual(sorted(CASES), sorted(LOGS))
        for name in LOGS:
            head = (FOLDER / f"{name}.log").read_text(errors="replace").split("\n")[0]
            self.assertRegex(head, r"^# \S.*(\(.+\)|20[0-9]{2}-[0-9]{2}-[0-9]{2})$", name)

    def test_what_the_page_shows_is_what_is_said(self):
        page = (SOURCE / "docs/explain.md").read_text()
        name, shown = re.search(r"    \$ tail -n \+2 tests/explain/(\S+)\.log \| stoker explain\n((?:(?:    .*)?\n)+)",
                                page).groups()
        out, _ = self.stoker("explain", stdin=LOGS[name])
        self.assertEqual([line.removeprefix("    ") for line in shown.rstrip().split("\n")],
                         [line.rstrip() for line in out.rstrip().split("\n")])

    def test_each_thread_is_tried_or_has_no_log(self):
        threads = tomllib.loads((FOLDER / "threads.toml").read_text())["threads"]
        for thread, case in threads.items():
            self.assertTrue(case in CASES or case.startswith("no "), thread)

    def test_each_names_its_cause_or_says_unknown(self):
        for name, log in sorted(LOGS.items()):
            with self.subTest(name):
                case, told = CASES[name], self.explain(log)
                for member in ("tool", "version", "chip", "step", "address"):
                    self.assertEqual(told[member], case.get(member), member)
                self.assertEqual([c["cause"] for c in told["causes"]], case.get("causes", []))
                self.assertEqual([a["id"] for a in told["advisories"]], case.get("advisories", []))
                self.assertNotEqual("unknown" in case, told["known"])

    def test_what_it_says_is_in_the_log(self):
        """Lines are those of the log; so no value can be made up."""
        for name, log in sorted(LOGS.items()):
            lines = log.decode(errors="replace").replace("\r\n", "\n").split("\n")
            for fact in self.explain(log)["facts"]:
                value = fact["value"].removeprefix("STM32")[:60]
                if fact["kind"] != "tool":
                    self.assertIn(value.strip().split("?")[0], lines[fact["line"] - 1], name)

    def test_every_rule_has_a_source(self):
        facts = tomllib.loads((SOURCE / "loaderdb/facts/logs.toml").read_text())
        for rule in facts["rule"]:
            self.assertTrue(rule["source"] and rule["basis"], rule["id"])

    def test_causes_of_diagnose_or_documented(self):
        known = set(re.findall(r"`([a-z0-9-]+)`", (SOURCE / "docs/causes.md").read_text()))
        known |= set(re.findall(r"`([a-z0-9-]+)`", (SOURCE / "docs/explain.md").read_text()))
        facts = tomllib.loads((SOURCE / "loaderdb/facts/logs.toml").read_text())
        self.assertEqual({rule["cause"] for rule in facts["rule"] if "cause" in rule} - known, set())

    def test_the_next_command_can_be_run(self):
        """Each of them, with what a log may tell filled in: whatever it says, it is no usage error."""
        facts = tomllib.loads((SOURCE / "loaderdb/facts/logs.toml").read_text())
        wanted = {rule["next"] for rule in facts["rule"] if "next" in rule}
        for template in sorted(wanted):
            command = template.replace("[", "").replace("]", "").replace("{loader}", harness.G4)
            command = command.replace("{chip}", "STM32G431CB").replace("{cubeprogrammer}", "cubeprogrammer@2.9.0")
            self.assertNotRegex(command, "[{}]", template)
            # One check, not all of them, where it names none.
            if "--check" not in command:
                command = command.replace("qualify ", "qualify --check erase-sector ")
            p = subprocess.run([harness.STOKER, *shlex.split(command)[1:]], env=self.env, check=False,
                               capture_output=True, cwd=self.folder)
            self.assertNotIn(p.returncode, (USAGE, harness.INTERNAL), (command, p.stderr))


class Bytes(Explain):
    def test_any_coding_and_line_end(self):
        text = SEGMENT.decode()
        for log in (text.encode("utf-16"), b"\xff\xfe" + text.encode("utf-16-le"),
                    b"\xfe\xff" + text.encode("utf-16-be"), text.encode("utf-8-sig"),
                    SEGMENT.replace(b"\n", b"\r\n"), SEGMENT.replace(b"\n", b"\r"),
                    SEGMENT.replace(b"Error", b"\x1b[31mError\x1b[0m").replace(b"Seg", b"\x1b[1mSeg"),
                    SEGMENT.replace(b"e", b"e\0"), b"\xff\x80\n" * 50 + SEGMENT):
            self.assertEqual(self.causes(log)[0], "ticks-masked", log[:40])

    def test_lines_are_counted_as_editors_do(self):
        bar = b"".join(b"\r%d %%" % n for n in range(100)) + b"\n"
        told = self.explain(b"first\r\n" + bar + SEGMENT)
        self.assertEqual([f["line"] for f in told["facts"] if f["kind"] == "message"], [4, 6])

    def test_nothing_that_a_terminal_would_obey(self):
        log = SEGMENT.replace(b"Segment[0]", b"Segment[0]\x1b]0;title\x07\x9b2J\xe2\x80\xae\x1b[2J")
        out, _ = self.stoker("explain", stdin=log)
        self.assertNotRegex(out, "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]")

    def test_long_lines_and_large_logs(self):
        for log in (b"x" * 3_000_000 + b"\n" + SEGMENT, b"Error: " * 200_000 + b"\n" + SEGMENT,
                    b"INFO working\n" * 200_000 + SEGMENT):
            self.assertEqual(self.causes(log)[0], "ticks-masked")

    def test_lines_run_together(self):
        """As text copied from some web pages."""
        log = b"x " * 500_000 + SEGMENT.replace(b"\n", b" ") + b"y " * 2000
        told = self.explain(log)
        self.assertEqual(told["causes"][0]["cause"], "ticks-masked")
        self.assertEqual({fact["line"] for fact in told["facts"]}, {1})

    def test_too_large(self):
        with open(self.folder / "large.log", "wb") as f:
            f.truncate((256 << 20) + 1)
        self.fails("explain", "large.log", code=INPUT, cause="log-too-large")

    def test_what_is_no_log_of_a_programmer(self):
        for text in ("Nov 21 15:06:53 host kernel: usb 1-1: device descriptor read/64, error -110\n" * 40,
                     "Nov 21 host systemd[1]: Failed to start flash.service: Timeout was reached\n",
                     "Error: failed to push some refs to 'origin'\nfatal: erase of tag failed\n",
                     "Traceback (most recent call last):\n  File \"x.py\", line 1\nKeyError: 'erase'\n",
                     "npm ERR! code ELIFECYCLE\nnpm ERR! flash@1.0.0 program failed at 0x08010000\n",
                     "make: *** [Makefile:52: flash] Error 1\n"):
            for log in (text.encode(), text.encode("utf-16"), text.replace("\n", "\r\n").encode()):
                told = self.explain(log)
                self.assertFalse(told["known"], text)
                self.assertIsNone(told["tool"], text)
                self.assertEqual([f for f in told["facts"] if f["kind"] == "message"], [], text)

    def test_bytes_of_any_kind(self):
        for seed in range(8):
            self.assertFalse(self.explain(harness.noise(seed, 200_000))["known"])

    def test_empty(self):
        for log in (b"", b"\n", b"\0\0", b"\xff\xfe", b"\xef\xbb\xbf"):
            self.assertFalse(self.explain(log)["known"])

    def test_a_command_made_of_a_log_is_harmless(self):
        log = SEGMENT + b"Selected loader: C:\\a/ExternalLoader/x;touch$(pwned)'.stldr\n"
        told = self.explain(log)
        p = subprocess.run(["sh", "-c", told["next"].replace("stoker ", "echo ", 1)],
                           capture_output=True, check=True, cwd=self.folder)
        self.assertIn(b"touch$(pwned)", p.stdout)


class Advisories(Explain):
    """A symptom names its advisory; out of its versions, or of another chip, it does not."""
    BANK = "0006354 C flash erase sector failure (address 0x08010000; result code 0x1) [__main__]\n"
    INIT = "Error: The execution of 'init' failed with code 134217728. This might indicate\n"
    ALIGNED = ("09:12:45 : File segment @0x08000000 is not 255-bytes aligned. It will be aligned to "
               "@0x07FFFFF8\n09:12:45 : Error: failed to download Segment[0]\n")

    def hits(self, log):
        return {a["id"]: a["certain"] for a in self.explain(log.encode())["advisories"]}

    def test_versions(self):
        for version, hit in (("2.9.0", False), ("2.10.0", True), ("2.12.0", False), ("2.13.0", True),
                             ("2.14.0", False)):
            hits = self.hits(f"STM32CubeProgrammer v{version}\n" + self.ALIGNED)
            self.assertEqual(hits, {"STK-2023-0001": True} if hit else {}, version)

    def test_a_symptom_without_version_is_nobodys(self):
        self.assertEqual(self.hits(self.ALIGNED), {})
        self.assertEqual(self.hits(SEGMENT.decode().replace("STM32CubeProgrammer v2.9.0\n", "")), {})

    def test_versions_of_an_interval_and_its_chip(self):
        for version, chip, hit in (("0.21.0", "STM32G431KB", False), ("0.22.0", "STM32G431KB", True),
                                   ("0.22.0", "STM32G474RE", False), ("0.22.0", "nRF52833_xxAA", False)):
            log = f"probe-rs {version}\nprobe-rs erase --chip {chip}\n" + self.INIT
            self.assertEqual("STK-2024-0002" in self.hits(log), hit, (version, chip))

    def test_what_a_pack_affects_goes_by_the_chip(self):
        for chip, hit in (("stm32g431kbtx", True), ("stm32g474rc", False), ("stm32f407vg", False)):
            hits = self.hits(f"pyocd flash --target {chip} x.bin\n" + self.BANK)
            self.assertEqual(hits, {"STK-2022-0001": False} if hit else {}, chip)

    def test_the_same_words_of_another_cause(self):
        """An internal flash that fails is no matter of external loaders."""
        log = SEGMENT.decode().replace("external memory", "internal memory")
        self.assertNotIn("STK-2021-0001", self.hits(log))
        self.assertIn("STK-2021-0001", self.hits(SEGMENT.decode()))


    def test_success_before_words_that_are_not_known(self):
        log = b"File download complete\nDownload verified successfully\n"
        self.assertIn("nothing failed here", self.explain(log)["unknown"])
        self.assertIn("line 3", self.explain(log + b"Error: the moon is full\n")["unknown"])


class Conditions(Explain):
    def test_versions_decide(self):
        for version, masked in (("2.6.0", False), ("2.7.0-RC1", False), ("2.7.0", True),
                                ("2.22.0+st.1", True)):
            log = SEGMENT.replace(b"2.9.0", version.encode())
            self.assertEqual("ticks-masked" in self.causes(log), masked, version)

    def test_the_programmer_of_a_gdb_server(self):
        log = SEGMENT.replace(b"STM32CubeProgrammer v2.9.0",
                              b"STMicroelectronics ST-LINK GDB server. Version 5.5.0")
        told = self.explain(log)
        self.assertEqual(told["version"], "2.4.0")
        self.assertNotIn("ticks-masked", [c["cause"] for c in told["causes"]])

    def test_chip_and_address_decide(self):
        line = "0006354 C flash erase sector failure (address {}; result code 0x1) [__main__]\n"
        for chip, address, bank in (("stm32g431kbtx", "0x08010000", True),
                                    ("stm32g431kbtx", "0x08008000", False),
                                    ("stm32f407vg", "0x08010000", False),
                                    ("stm32g474rc", "0x08020000", True),
                                    ("nrf52833", "0x08010000", False)):
            log = f"pyocd flash --target {chip} x.bin\n" + line.format(address)
            self.assertEqual("bank-mode-mismatch" in self.causes(log.encode()), bank, (chip, address))

    def test_facts_of_ones_own(self):
        facts = {"message": [{"id": "own", "outcome": "failed", "step": "erase", "tool": "own-tool",
                              "match": ["widget [0-9]+ burnt"]}],
                 "writer": [{"name": "own-tool", "title": "Own", "order": "pack"}],
                 "rule": [{"id": "own", "cause": "widget", "text": "it burnt", "messages": ["own"],
                           "rank": 50, "source": "us", "basis": "observed"}]}
        (self.folder / "facts").mkdir()
        path = self.folder / "facts/logs.json"
        path.write_text(json.dumps(facts))
        self.assertEqual(self.causes(b"widget 7 burnt\n", "--facts", "facts"), ["widget"])
        self.assertEqual(self.causes(SEGMENT, "--facts", "facts")[0], "ticks-masked")
        for edit, what in ((("match", ["("]), "regular expression"), (("match", [r"(a)\1"]), "back-ref"),
                           (("outcome", "odd"), "outcome"), (("address", 3), "group")):
            facts["message"][0] |= dict([edit])
            path.write_text(json.dumps(facts))
            error = self.fails("explain", "--facts", "facts", "/dev/null", code=INPUT, cause="bad-facts")
            self.assertIn(what, error["message"])
            facts["message"][0] |= {"match": ["w"], "outcome": "failed", "address": 0}

    def test_a_report_of_our_own(self):
        (self.folder / "x.bin").write_bytes(b"\1\2\3\4")
        report, _ = self.stoker("verify", "-l", G4, "-t", "emu:stm32g431cb", "--base", "0x08000000",
                                "x.bin", "--json", code=NO)
        told = self.explain(report.encode())
        self.assertEqual(told["tool"], "stoker")
        self.assertEqual(told["causes"][0]["cause"], json.loads(report)["error"]["cause"])

    def test_wrong_usage(self):
        self.fails("explain", "a", "b", code=USAGE, cause="usage")
        self.fails("explain", "/nowhere", code=INPUT, cause="cannot-open")
        self.fails("explain", str(self.folder), code=INPUT, cause="cannot-read")


if __name__ == "__main__":
    assert BUILD.is_dir()
    harness.main()
