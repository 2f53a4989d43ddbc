#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""stoker qualify: the verdict, its exit code, and all the forms that a report has."""
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import time
import xml.etree.ElementTree

import harness
import device_table
import packs
import schema
from harness import BUILD, DONE, G4, H7, INPUT, INTERRUPTED, LOADERS, NO, SOURCE, USAGE, Case

CHIP = ["-t", "emu:stm32g431cb"]
# Of wrong loaders the checks that are meant for them; all would take long.
WRONG = {
    "dual-bank": ("erase-sector", "bank-mode-mismatch"),
    "erase-too-many": ("erase-only-that-sector", None),
    "never-returns": ("calls-return", "never-returns"),
    "no-effect": ("erase-sector", None),
    "wild-write": ("ram-writes", "wild-write"),
}


def checks(loader):
    return {c["id"]: c for c in loader["checks"]}


def suites(text):
    """The XML, as those read it that know nothing of us."""
    return xml.etree.ElementTree.fromstring(text)


class Verdict(Case):
    def only(self, *args, code=DONE):
        document = self.json("qualify", *args, code=code)
        loader, = document["loaders"]
        return loader

    def test_good_ones_are_good(self):
        for path, chip in (G4, "STM32G431CB"), (H7, "STM32H743VI"), (LOADERS / "b/g431.FLM",
                                                                    "STM32G431CB"):
            with self.subTest(path=path):
                d = self.only(path)
                self.assertEqual((d["result"], d["chip"]), ("good", chip))
                self.assertEqual(d["counts"]["fail"], 0)
                self.assertGreater(d["counts"]["pass"], 20)
                self.assertEqual(d["counts"], {r: sum(c["result"] == r for c in d["checks"])
                                               for r in ("pass", "fail", "weak", "skip")})

    def test_wrong_ones_are_bad_by_the_check_meant_for_them(self):
        for defect, (check, cause) in WRONG.items():
            with self.subTest(defect=defect):
                d = self.only(*CHIP, "--check", check, LOADERS / f"g431-{defect}.FLM", code=NO)
                found = checks(d)[check]
                self.assertEqual((d["result"], found["result"]), ("bad", "fail"))
                self.assertGreater(found["failed"], 0)
                self.assertLessEqual(found["failed"], found["cases"])
                if cause:
                    self.assertEqual(found["diagnosis"]["cause"], cause)
                # The same check, and the loader without the mistake.
                self.only(*CHIP, "--check", check, G4)

    def test_a_weakness_counts_only_if_asked_for(self):
        d = self.only(G4, "--check", "honesty-stuck-sector")
        self.assertEqual([c["result"] for c in d["checks"]], ["weak"])
        for what in "weak", "honesty", "honesty-stuck-sector":
            self.only(G4, "--check", "honesty-stuck-sector", "--fail-on", what, code=NO)
        for what in "erase", "not-run", "honesty-rdp":
            self.only(G4, "--check", "honesty-stuck-sector", "--fail-on", what)

    def test_which_checks(self):
        self.assertEqual(set(checks(self.only(G4, "--check", "stack"))), {"stack"})
        listed = self.json("qualify", "--list-checks")["checks"]
        ids = [c["id"] for c in listed]
        self.assertEqual(len(set(ids)), len(ids))
        self.assertEqual([c["id"] for c in self.only(G4)["checks"]], ids)
        honest = [c["id"] for c in self.only(G4, "--no-honesty")["checks"]]
        self.assertEqual(honest, [c["id"] for c in listed if not c["failure"]])
        group = self.only(G4, "--check", "calls", "--check", "stack")["checks"]
        self.assertEqual([c["id"] for c in group],
                         [c["id"] for c in listed if c["group"] == "calls" or c["id"] == "stack"])
        out, _ = self.stoker("qualify", "--list-checks")
        self.assertEqual(re.findall(r"(?m)^  ([a-z0-9-]+) ", out), ids)

    def test_every_check_is_documented(self):
        """A heading and a paragraph each, group by group, and none that is not there."""
        text = (SOURCE / "docs/qualify.md").read_text()
        listed = self.json("qualify", "--list-checks")["checks"]
        groups = [g for g, _ in itertools.groupby(c["group"] for c in listed)]
        self.assertEqual(re.findall(r"(?m)^### (.*)$", text), groups)
        pages = re.findall(r"(?ms)^#### `([a-z0-9-]+)`\n\n(.*?)(?=^#|\Z)", text)
        self.assertEqual([name for name, _ in pages], [c["id"] for c in listed])
        for name, page in pages:
            self.assertGreater(len(page.split()), 5, name)

    def test_same_seed_same_report(self):
        first, _ = self.stoker("qualify", "--json", "--seed", 7, G4)
        self.assertEqual(self.stoker("qualify", "--json", "--seed", 7, G4)[0], first)
        self.assertEqual(json.loads(first)["loaders"][0]["seed"], 7)

    def test_traffic_of_the_call_that_failed(self):
        d = self.only(*CHIP, "--check", "erase-sector", LOADERS / "g431-dual-bank.FLM", code=NO)
        call, = (c["call"] for c in d["checks"])
        self.assertEqual(call["call"], "EraseSector(0x08010000)")
        written = [a for a in call["traffic"] if a["name"] == "FLASH_CR" and
                   a["access"] == "write"]
        self.assertTrue(any("PER" in a["text"] for a in written))
        out, _ = self.stoker("qualify", *CHIP, "--check", "erase-sector",
                             LOADERS / "g431-dual-bank.FLM", code=NO)
        self.assertRegex(out, r"(?m)^BAD on STM32G431CB ")
        self.assertIn("first failing check: erase-sector\n", out)
        self.assertRegex(out, r"(?m)^  cause +bank-mode-mismatch$")
        self.assertRegex(out, r"(?m)0x[0-9A-F]{8}  w FLASH_CR +0x[0-9a-f]{8} \(.*PER")
        for line in out.splitlines():
            # A path is as long as it is.
            if not line.startswith("  loader "):
                self.assertLessEqual(len(line), 80, line)

    def test_sectors_are_those_of_the_device(self):
        d = self.only(G4, "--check", "erase")
        self.assertEqual([(s["start"], s["size"]) for s in d["sectors"]],
                         [(harness.FLASH + i * harness.PAGE, harness.PAGE) for i in range(64)])
        self.assertTrue(all(s["erase"]["good"] and s["erase"]["target_ns"] > 10**6
                            for s in d["sectors"]))


class Wrong(Case):
    """Input that is none, and targets that are none."""

    def test_files(self):
        cut = self.file("cut.FLM", pathlib.Path(G4).read_bytes()[:500])
        self.fails("qualify", *CHIP, "missing.FLM", code=INPUT)
        self.fails("qualify", *CHIP, cut, code=INPUT)
        (self.folder / "empty").mkdir()
        self.fails("qualify", *CHIP, "empty", code=INPUT, cause="folder-no-loaders")
        none = packs.archive(self.folder / "none.pack", {
            packs.PDSC: packs.package(packs.family(packs.device("X", packs.SRAM)))})
        self.fails("qualify", none, code=INPUT, cause="pack-no-loaders")
        if os.geteuid():
            cut.chmod(0)
            self.fails("qualify", *CHIP, cut, code=INPUT)

    def test_a_broken_file_does_not_hide_the_others(self):
        d = self.json("qualify", *CHIP, "--check", "stack", G4, "missing.FLM", G4, code=INPUT)
        self.assertEqual([x["result"] for x in d["loaders"]], ["good", "failed", "good"])
        self.assertEqual(d["counts"], {"good": 2, "bad": 0, "not_judged": 0, "not_run": 0,
                                       "failed": 1})
        self.assertIn("1 of 3 loaders could not be tried", d["error"]["message"])
        # A bad one does not, either, but 3 is worse than 1.
        self.json("qualify", *CHIP, "--check", "erase-sector", LOADERS / "g431-dual-bank.FLM",
                  "missing.FLM", code=INPUT)

    def test_hostile_device_tables(self):
        """There is a verdict, or an error that names the table: built with sanitizers, no more."""
        flash, kib = harness.FLASH, device_table.KIB
        tables = {
            "one byte": dict(code=NO, sectors=[(1, 0)], size=40),
            "three bytes": dict(code=NO, sectors=[(3, 0)], size=120),
            "no divisor": dict(code=NO, sectors=[(0x777, 0)], size=128 * kib),
            "a page of two sectors": dict(code=DONE, sectors=[(2 * kib, 0)], size=4 * kib,
                                          page=4 * kib),
            "a page from before": dict(code=NO, sectors=[(2 * kib, 0)], start=flash - 4 * kib,
                                       size=8 * kib, page=8 * kib),
        }
        for what, table in tables.items():
            with self.subTest(table=what):
                code = table.pop("code")
                path = self.file("t.FLM", device_table.flash_device(G4, **table))
                out, _ = self.stoker("qualify", *CHIP, "--no-honesty", path, code=code)
                self.assertRegex(out, "^(good|BAD) on STM32G431CB ")
        for what, start, size in (("two memories", None, 0x18000000), ("4 GiB", 0, 0xFFFFFFFF)):
            with self.subTest(table=what):
                path = self.file("t.FLM", device_table.flash_device(
                    G4, sectors=[(size, 0)], start=start, size=size))
                self.fails("qualify", *CHIP, path, code=USAGE, cause="device-absent")

    def test_says_no_more_than_was_tried(self):
        whole, = self.json("qualify", *CHIP, G4)["loaders"]
        self.assertIn(": no check failed, ", whole["verdict"])
        for some in ["--no-honesty"], ["--check", "stack"]:
            d = self.json("qualify", *CHIP, *some, G4)
            verdict = d["loaders"][0]["verdict"]
            self.assertNotIn("no check failed", verdict)
            self.assertRegex(verdict, "none failed of the [0-9]+ checks? asked for out of")
        self.fails("qualify", *CHIP, "--check", "honesty", "--no-honesty", G4, code=USAGE,
                   cause="no-checks")

    def test_not_judged_is_not_good(self):
        """mapped-read is for external memory: nobody has looked at this one."""
        on = ["qualify", *CHIP, "--check", "mapped-read", "--junit", "x.xml", "--html", "x.html"]
        out, _ = self.stoker(*on, G4, code=USAGE)
        self.assertRegex(out, "^not judged on STM32G431CB ")
        self.fails(*on, G4, code=USAGE, cause="not-judged")
        d = self.json(*on, G4, code=USAGE)
        self.assertEqual(d["loaders"][0]["result"], "not-judged")
        self.assertEqual(d["counts"], {"good": 0, "bad": 0, "not_judged": 1, "not_run": 0,
                                       "failed": 0})
        page = (self.folder / "x.html").read_text()
        self.assertRegex(page, 'class="pill note">not judged<')
        self.assertEqual({e.tag for case in suites((self.folder / "x.xml").read_text())[0]
                          .iter("testcase") for e in case}, {"skipped"})
        out, _ = self.stoker(*on, G4, G4, code=USAGE)
        self.assertTrue(out.endswith("0 good, 0 bad, 2 not judged, 0 not run, 0 failed\n"))
        # Beside one with a verdict it is no failure, unless that is asked for.
        both = ["qualify", "--check", "mapped-read", "-j", 2, "--junit", "x.xml", G4, H7]
        d = self.json(*both)
        self.assertEqual([x["result"] for x in d["loaders"]], ["not-judged", "good"])
        self.json(*both, "--fail-on", "not-run", code=NO)
        self.assertEqual(suites((self.folder / "x.xml").read_text()).get("failures"), "1")

    def test_chips(self):
        named = self.file("x.FLM", device_table.flash_device(G4, name=b"X"))
        self.fails("qualify", "-t", "emu:stm32zzz", G4, code=USAGE, cause="chip-unknown")
        self.fails("qualify", named, code=USAGE, cause="no-virtual-chip")
        self.fails("qualify", "-t", "nothing:x", G4, code=USAGE)
        self.fails("qualify", "-t", "emu:stm32g431cb,bogus=1", G4, code=USAGE)
        several = self.file("y.FLM", device_table.flash_device(G4, name=b"STM32G43x-4x"))
        error = self.fails("qualify", several, code=USAGE, cause="virtual-chips")
        self.assertRegex(error["message"], "STM32G431.B.*STM32G441.B")

    def test_a_loader_that_needs_ticks(self):
        """What works with the programmer of one IDE hangs with the next one's."""
        on = ["qualify", LOADERS / "host-hal-tick.stldr", "-t", "emu:stm32h743zi", "--check",
              "calls-return", "--hosts"]
        def matrix(hosts, code=0):
            return self.json(*on, hosts, "--fail-on", "hosts", code=code)["loaders"][0]["hosts"]
        told = {h.get("until"): h["result"] for h in matrix("cubeprogrammer", NO)}
        self.assertEqual(told.pop("2.6.x"), "works")
        self.assertGreater(len(told), 2)
        self.assertNotIn("works", told.values())
        now, = matrix("cubeide@1.8.0", NO)
        self.assertEqual(now["result"], "hangs")
        self.assertIn("tick", now["text"])
        before, = matrix("cubeide@1.7.0")
        self.assertEqual(before["result"], "works")

    def test_hosts(self):
        self.fails("qualify", *CHIP, "--host", "bogus", G4, code=USAGE)
        self.fails("qualify", *CHIP, "--hosts", "stoker,bogus", G4, code=USAGE)
        self.fails("qualify", *CHIP, "--host", "cubeprogrammer@x", G4, code=USAGE)


class Several(Case):
    """Folders and packs, by one process or several."""

    def setUp(self):
        super().setUp()
        self.loaders = self.folder / "loaders"
        self.loaders.mkdir()
        for name in "a/one.FLM", "b.FLM":
            (self.loaders / name).parent.mkdir(exist_ok=True)
            shutil.copy(G4, self.loaders / name)
        shutil.copy(LOADERS / "g431-dual-bank.FLM", self.loaders / "c.FLM")
        (self.loaders / "d.FLM").write_bytes(device_table.flash_device(G4, name=b"X"))
        shutil.copy(BUILD / "tests/loaders/out/firmware-g431.elf", self.loaders / "firmware.elf")
        (self.loaders / "readme").write_text("nothing")

    ONLY = ["--check", "stack", "--check", "erase-sector"]

    def test_a_folder(self):
        d = self.json("qualify", *self.ONLY, self.loaders, code=NO)
        self.assertEqual([(pathlib.Path(x["path"]).name, x["result"]) for x in d["loaders"]],
                         [("one.FLM", "good"), ("b.FLM", "good"), ("c.FLM", "bad"),
                          ("d.FLM", "not-run")])
        self.assertEqual(d["counts"], {"good": 2, "bad": 1, "not_judged": 0, "not_run": 1,
                                       "failed": 0})
        self.assertIn("names no chip", d["loaders"][3]["why"])
        out, _ = self.stoker("qualify", *self.ONLY, self.loaders, code=NO)
        self.assertRegex(out, r"(?m)^good  .*one\.FLM$")
        self.assertRegex(out, r"(?m)^BAD   .*c\.FLM$")
        self.assertTrue(out.endswith("2 good, 1 bad, 1 not run, 0 failed\n"))

    def test_not_run_counts_only_if_asked_for(self):
        (self.loaders / "c.FLM").unlink()
        self.json("qualify", "--check", "stack", self.loaders)
        self.json("qualify", "--check", "stack", "--fail-on", "not-run", self.loaders, code=NO)

    def test_nothing_run_is_no_yes(self):
        only = self.folder / "only"
        only.mkdir()
        shutil.copy(self.loaders / "d.FLM", only)
        self.fails("qualify", only, code=USAGE, cause="no-virtual-chip")
        shutil.copy(self.loaders / "d.FLM", only / "e.FLM")
        for jobs in 1, 2:
            error = self.fails("qualify", "-j", jobs, only, code=USAGE)
            self.assertIn("none of 2 loaders could be tried", error["message"])

    def test_jobs_do_not_show(self):
        for more in [], ["--json"]:
            one = self.stoker("qualify", *more, *self.ONLY, "-j", 1, self.loaders, code=NO)
            for jobs in 2, 3, 9:
                self.assertEqual(self.stoker("qualify", *more, *self.ONLY, "-j", jobs,
                                             self.loaders, code=NO), one)
        for jobs in 1, 3:
            self.stoker("qualify", *self.ONLY, "-j", jobs, "--junit", f"{jobs}.xml", "--html",
                        f"{jobs}.html", self.loaders, code=NO)
        for name in "xml", "html":
            self.assertEqual((self.folder / f"1.{name}").read_bytes(),
                             (self.folder / f"3.{name}").read_bytes())

    def pack(self):
        both = [packs.algorithm("Flash/A.FLM", default=1)]
        return packs.archive(self.folder / "x.pack", {
            packs.PDSC: packs.package(packs.family(
                packs.device("STM32G431KB", packs.SRAM, *both),
                packs.device("STM32G431CB", packs.SRAM, *both),
                packs.device("STM32G441CB", packs.SRAM, *both),
                packs.device("STM32XYZ", packs.SRAM, packs.algorithm("Flash/B.FLM")))),
            "Flash/A.FLM": pathlib.Path(G4).read_bytes(),
            "Flash/B.FLM": pathlib.Path(G4).read_bytes(),
            "Flash/C.FLM": pathlib.Path(G4).read_bytes()})

    def test_a_pack(self):
        """Each on the chips of its devices, alike ones once."""
        pack = self.pack()
        d = self.json("qualify", "--check", "stack", pack)
        self.assertEqual([(x["path"].split("#")[1], x["result"], x.get("chip_how"))
                          for x in d["loaders"]],
                         [("Flash/A.FLM", "good", "for 2 of the 3 devices that use it"),
                          ("Flash/A.FLM", "good", "for 1 of the 3 devices that use it"),
                          ("Flash/B.FLM", "not-run", None), ("Flash/C.FLM", "not-run", None)])
        self.assertIn("STM32XYZ", d["loaders"][2]["why"])
        self.assertIn("no device of the pack", d["loaders"][3]["why"])
        d = self.json("qualify", "--check", "stack", *CHIP, pack)
        self.assertEqual([x["result"] for x in d["loaders"]], ["good"] * 3)
        d = self.json("qualify", "--check", "stack", *CHIP, f"{pack}#B.FLM")
        self.assertEqual([x["result"] for x in d["loaders"]], ["good"])


class Stopped(Case):
    def test_by_a_signal(self):
        for name, op in ("int", 3), ("term", 60), ("hup", 200):
            error = self.fails("qualify", *CHIP, G4, "--wrap",
                               f"fault:op={op},mode=signal,signal={name}", code=INTERRUPTED,
                               cause="interrupted")
            self.assertIn("interrupted", error["message"])

    def test_of_several_what_is_done_is_told(self):
        """Each process raises it at an operation of its own first loader."""
        wrap = ["--wrap", "fault:op=60,mode=signal,signal=int"]
        for jobs in 1, 3:
            d = self.json("qualify", *CHIP, "-j", jobs, G4, G4, G4, G4, *wrap, code=INTERRUPTED)
            self.assertEqual(d["error"]["cause"], "interrupted")
            self.assertLessEqual(len(d["loaders"]), jobs)
            self.assertEqual({x["result"] for x in d["loaders"]}, {"failed"})

    def test_from_outside_no_process_is_left(self):
        """One stands still in the midst of a check; the one that waits for it is told."""
        with self.start("qualify", "--json", *CHIP, "-j", 2, "missing.FLM", G4, "--wrap",
                        "fault:op=60,mode=signal,signal=stop") as p:
            children = pathlib.Path(f"/proc/{p.pid}/task/{p.pid}/children")
            stopped = self.wait_for_stopped(children)
            p.send_signal(signal.SIGTERM)
            # Whether it was told before it goes on or after does not matter.
            os.kill(stopped, signal.SIGCONT)
            out, err = p.communicate()
        self.assertEqual(p.returncode, INTERRUPTED, err)
        self.assertEqual(self.document(out, err.decode())["error"]["cause"], "interrupted")
        self.assertFalse(pathlib.Path(f"/proc/{stopped}").exists())

    def wait_for_stopped(self, children):
        while True:
            for pid in children.read_text().split():
                try:
                    stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
                except (FileNotFoundError, ProcessLookupError):
                    continue    # the other one, which had nothing to do
                if stat.rsplit(")", 1)[1].split()[0] == "T":
                    return int(pid)
            time.sleep(0.01)

    def test_one_that_dies_takes_no_other_along(self):
        """What it was to try is in error, the others are told."""
        d = self.json("qualify", *CHIP, "--check", "stack", "-j", 2, G4, "missing.FLM", "--wrap",
                      "fault:op=20,mode=signal,signal=kill", code=harness.INTERNAL)
        self.assertEqual([x["error"]["cause"] for x in d["loaders"]],
                         ["process-died", "cannot-open"])


class Files(Case):
    """--junit and --html."""

    def test_junit(self):
        xml_file = self.folder / "report.xml"
        args = ["qualify", *CHIP, "--check", "erase", "--check", "honesty", G4,
                LOADERS / "g431-dual-bank.FLM", "missing.FLM"]
        self.stoker(*args, "--junit", xml_file, code=INPUT)
        root = suites(xml_file.read_text())
        d = self.json(*args, code=INPUT)
        self.assertEqual((root.tag, len(root)), ("testsuites", 3))
        for suite, loader in zip(root, d["loaders"]):
            self.assertEqual(suite.get("name"), loader["path"])
            found = suite.findall("testcase")
            self.assertEqual(int(suite.get("tests")), len(found))
            for kind, tag in ("failures", "failure"), ("errors", "error"), ("skipped", "skipped"):
                self.assertEqual(int(suite.get(kind)), len(suite.findall(f"testcase/{tag}")))
            if loader["result"] == "failed":
                self.assertEqual(found[0].find("error").get("message"),
                                 loader["error"]["message"])
                continue
            self.assertEqual([c.get("name") for c in found], [c["id"] for c in loader["checks"]])
            for case, check in zip(found, loader["checks"]):
                tags = {"fail": ["failure"], "skip": ["skipped"], "weak": ["system-out"]}
                self.assertEqual([e.tag for e in case], tags.get(check["result"], []))
                self.assertAlmostEqual(float(case.get("time")), check["target_ns"] / 1e9)
                if check["result"] == "fail":
                    self.assertEqual(case[0].get("message"), check["text"])
                    if check["diagnosis"]:
                        self.assertIn(check["diagnosis"]["remedy"], case[0].text)
        for kind in "tests", "failures", "errors", "skipped":
            self.assertEqual(int(root.get(kind)), sum(int(s.get(kind)) for s in root))
        names = [(c.get("classname"), c.get("name")) for c in root.iter("testcase")]
        self.assertEqual(len(names), len(set(names)))

    def test_junit_fails_for_what_is_asked(self):
        out, _ = self.stoker("qualify", *CHIP, "--check", "honesty-stuck-sector", "--fail-on",
                             "weak", "--junit", "-", G4, code=NO)
        self.assertEqual([e.tag for e in suites(out)[0].find("testcase")], ["failure"])

    def test_never_one_of_the_inputs(self):
        data = pathlib.Path(G4).read_bytes()
        path = self.file("a.FLM", data)
        os.link(path, self.folder / "hard.FLM")
        for option in "--junit", "--html":
            for out in "a.FLM", "hard.FLM", path:
                error = self.fails("qualify", *CHIP, option, out, path, code=USAGE)
                self.assertEqual(error["cause"], "output-is-input")
                self.assertEqual(path.read_bytes(), data)
        folder = self.folder / "loaders"
        folder.mkdir()
        inner = folder / "b.FLM"
        inner.write_bytes(data)
        self.fails("qualify", *CHIP, "--html", inner, folder, code=USAGE, cause="output-is-input")
        self.assertEqual(inner.read_bytes(), data)

    def test_not_writable(self):
        """Said before the work and in place of it, with inspect's and read's exit code."""
        self.file("file", b"")
        outs = ["no/such/file", "/proc/1/x.html", "file/below", "."]
        if os.geteuid():
            (self.folder / "shut").mkdir(0o500)
            outs += ["shut/file", "/proc/version"]
        on = ["qualify", *CHIP, "--check", "stack"]
        for option, out in itertools.product(("--junit", "--html"), outs):
            with self.subTest(option=option, out=out):
                error = self.fails(*on, option, out, G4, code=harness.INTERNAL,
                                   cause="output-failed")
                self.assertIn(f"'{out}'", error["message"])
                text, _ = self.stoker(*on, option, out, G4, code=harness.INTERNAL)
                self.assertEqual(text, "")
        self.fails("inspect", "--html", "no/such/file", G4, code=harness.INTERNAL,
                   cause="output-failed")
        self.assertEqual(sorted(p.name for p in self.folder.iterdir() if p.is_file()),
                         ["file"])

    def test_a_full_disk_is_found_at_the_end(self):
        for option in "--junit", "--html":
            error = self.fails("qualify", *CHIP, "--check", "stack", option, "/dev/full", G4,
                               code=harness.INTERNAL, cause="output-failed")
            self.assertIn("'/dev/full'", error["message"])

    def test_stdout_takes_one(self):
        self.stoker("qualify", *CHIP, "--json", "--junit", "-", G4, code=USAGE)
        self.stoker("qualify", *CHIP, "--html", "-", "--junit", "-", G4, code=USAGE)
        out, _ = self.stoker("qualify", *CHIP, "--check", "stack", "--html", "-", G4)
        self.assertTrue(out.startswith("<!DOCTYPE html>\n"))
        self.assertTrue(out.endswith("</html>\n"))


class Behaviour(Case):
    """diff --behaviour."""

    def test_where_they_part(self):
        args = ["diff", "--behaviour", *CHIP, G4, LOADERS / "g431-dual-bank.FLM"]
        d = self.json(*args, code=NO)
        self.assertFalse(d["equal"])
        first = next(c for c in d["calls"] if not c["equal"])
        self.assertEqual(first["call"], "EraseSector(0x08010000)")
        a, b = (first[side]["traffic"][first["differs"]] for side in "ab")
        self.assertEqual((a["name"], a["access"]), ("FLASH_CR", "write"))
        self.assertEqual((a["address"], a["pc"]), (b["address"], b["pc"]))
        self.assertNotEqual(a["value"], b["value"])
        self.assertEqual(first["a"]["traffic"][:first["differs"]][-1]["value"],
                         first["b"]["traffic"][:first["differs"]][-1]["value"])
        self.assertEqual((first["a"]["ok"], first["b"]["ok"]), (True, False))
        out, _ = self.stoker(*args, code=NO)
        self.assertIn("they do not do the same on STM32G431CB", out)
        self.assertEqual(len(re.findall(r"(?m)^    a  returned", out)),
                         len({c["call"].split("(")[0] for c in d["calls"] if not c["equal"]}))

    def test_equal_ones(self):
        for other in G4, LOADERS / "b/g431.FLM":
            d = self.json("diff", "--behaviour", *CHIP, G4, other)
            self.assertTrue(d["equal"] and all(c["equal"] for c in d["calls"]))
            self.assertGreater(len(d["calls"]), 100)

    def test_what_cannot_be_run(self):
        self.fails("diff", "--behaviour", *CHIP, G4, "missing", code=INPUT)
        self.fails("diff", "--behaviour", "-t", "emu:bogus", G4, G4, code=USAGE)
        self.fails("diff", "--behaviour", "--host", "bogus", *CHIP, G4, G4, code=USAGE)


class Form(Case):
    """Reports that no loader of ours gives: see show-report.c."""

    def shown(self, form):
        with self.start(executable=str(BUILD / "tests/command/show-report"),
                        *[form]) as p:
            out, err = p.communicate()
        self.assertEqual((p.returncode, err), (0, b""))
        return out.decode()

    def test_text_moves_no_cursor(self):
        for form in "text", "rows", "behaviour":
            out = self.shown(form)
            self.assertEqual(re.findall("[\x00-\x09\x0b-\x1f\x7f]", out), [])
            self.assertIn("\\x1B[31m\\x01\\x7F", out)

    def test_junit_is_xml(self):
        root = suites(self.shown("junit"))
        self.assertEqual([s.get("name") for s in root][:3],
                         ["somewhere/x.FLM", "p.pack#y.FLM", "z.FLM"])
        self.assertIn("<b>\"x\"&'\\x1B[31m\\x01\\x7F", root[3].get("name"))

    def test_json_is_as_documented(self):
        for form in "json", "behaviour-json":
            self.assertEqual(schema.problems(json.loads(self.shown(form))), [])

    def test_matrix(self):
        out = self.shown("text")
        self.assertRegex(out, r"(?m)^  cubeprogrammer  up to 2\.6\.0      works$")
        self.assertRegex(out, r"(?m)^                  2\.7\.0 to 2\.17\.0  hangs$")
        self.assertRegex(out, r"(?m)^                  since 2\.18\.0     refused, unsure$")


if __name__ == "__main__":
    harness.main()
