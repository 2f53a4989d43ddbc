#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/json.md, docs/stoker.schema.json and what the program prints agree."""
import copy
import json
import pathlib
import re

import jsonschema

import harness
import device_table
import installs
import schema
from boards import Board
from harness import FIRMWARE, FLASH, G4, H7, INPUT, LOADERS, NO, SOURCE, USAGE, Case

INTRODUCTION, *SECTIONS = re.split(r"(?m)^## ", (SOURCE / "docs/json.md").read_text())
SECTIONS = dict(part.split("\n", 1) for part in SECTIONS)


def resolved(ref):
    found = schema.PUBLISHED
    for step in ref.removeprefix("#/").split("/"):
        found = found[step]
    return found


def fields(part, section, done):
    """(section, field) of all objects in @part; a title names the section."""
    if isinstance(part, list):
        for inner in part:
            yield from fields(inner, section, done)
    if not isinstance(part, dict):
        return
    section = part.get("title", section)
    if "$ref" in part and (part["$ref"], section) not in done:
        done.add((part["$ref"], section))
        yield from fields(resolved(part["$ref"]), section, done)
    for name, inner in part.get("properties", {}).items():
        yield section, name
        yield from fields(inner, section, done)
    for key in ("items", "anyOf", "additionalProperties"):
        yield from fields(part.get(key), section, done)


def all_fields():
    for name in schema.DOCUMENTS:
        yield from fields({"$ref": f"#/$defs/{name}"}, None, set())


class Documented(Case):
    def test_the_manual_names_every_field(self):
        named = {section: set(re.findall(r'[`"]([a-z0-9_]+)[`"]', INTRODUCTION + text))
                 for section, text in SECTIONS.items()}
        self.assertGreater(len(set(all_fields())), 100)
        self.assertEqual({(s, f) for s, f in all_fields() if f not in named[s]}, set())

    def test_the_manual_names_no_other(self):
        for section, text in SECTIONS.items():
            known = {field for s, field in all_fields() if s == section}
            for row in re.findall(r"(?m)^\| (`[^|]*) \|", text):
                self.assertEqual(set(re.findall(r"`([a-z0-9_]+)`", row)) - known, set(), section)

    def test_every_definition_is_used(self):
        used = set(re.findall(r'"#/\$defs/([a-z0-9-]+)', json.dumps(schema.PUBLISHED)))
        self.assertEqual(used, set(schema.PUBLISHED["$defs"]))


def shortened(part):
    """Of what repeats itself by the hundred, the first two: each place is tried below."""
    if isinstance(part, list):
        return [shortened(inner) for inner in part[:2]]
    if isinstance(part, dict):
        return {name: shortened(inner) for name, inner in part.items()}
    return part


class Refused(Case):
    """Or the test that every document passes would tell nothing."""

    def documents(self):
        """One of each kind, as a user gets them."""
        on = self.on_chip()
        large = LOADERS / "firmware-g431-large.elf"
        yield "inspect", self.json("inspect", G4, H7, self.file("x", b"x"), "missing", code=INPUT)
        for name in ("a.FLM", "b.FLM", "x.pack"):
            self.file(name, b"PK\3\4" if name == "x.pack" else pathlib.Path(G4).read_bytes())
        yield "folder", self.json("inspect", "-r", "--deep", G4, H7, ".", "missing",
                                  LOADERS / "h743-w25q128-wild-write.stldr", code=INPUT)
        yield "explanations", self.json("inspect", "--explain", "STK-S006")
        yield "explanations", self.json("inspect", "--explain")
        yield "diff", self.json("diff", G4, LOADERS / "g431-no-effect.FLM", code=NO)
        yield "diff", self.json("diff", G4, H7, code=NO)
        d = self.json("diff", "--behaviour", "-t", "emu:stm32g431cb", G4,
                      LOADERS / "g431-dual-bank.FLM", code=NO)
        # Those that are equal come first.
        yield "behaviour", shortened(d | {"calls": d["calls"][:1] + [
            c for c in d["calls"] if not c["equal"]]})
        yield "check-list", shortened(self.json("qualify", "--list-checks"))
        yield "qualify", shortened(self.json(
            "qualify", "-t", "emu:stm32g431cb", "--check", "erase-sector", "--check", "calls-return",
            "--hosts", "stoker,cubeprogrammer", LOADERS / "g431-dual-bank.FLM", "missing",
            code=INPUT))
        untold = self.folder / "untold"
        untold.mkdir()
        (untold / "x.FLM").write_bytes(device_table.flash_device(G4, name=b"X"))
        yield "qualify", shortened(self.json("qualify", G4, untold, "--check", "stack"))
        yield "plan", self.json("program", FIRMWARE, *on, "--plan")
        yield "job", self.json("program", FIRMWARE, *on)
        yield "job", self.json("blank-check", *on, code=NO)
        yield "job", self.json("read", *on, "--range", f"{FLASH}+4")
        yield "job", self.json("verify", G4, "--base", FLASH, "--image-format", "bin", *on, code=NO)
        yield "job", self.json("erase", *on, "--all")
        yield "job", self.json("program", large, "-l", LOADERS / "g431-dual-bank.FLM", "-t",
                               "emu:stm32g431cb", code=NO)
        yield "failure", self.json("program", *on, code=USAGE)
        yield "call", self.json("call", *on, "Init", hex(FLASH), "0", "1")
        yield "module-list", self.json("module", "list")
        yield "module-list", self.json("target", "list")
        yield "module-info", self.json("module", "info", "target/emu")
        yield "target-info", self.json("target", "info", "emu:stm32g431cb")
        yield "chip-list", self.json("chip", "list")
        yield "chip-info", self.json("chip", "info", "stm32h743ii")
        yield "scan", self.json("toolchain", "scan", "--files", installs.keil(self.folder / "Packs"))
        yield "audit", shortened(self.json("audit", "missing.FLM", "cubeide@1.8.0", code=INPUT))
        log = (b"pyocd flash --target stm32g431kbtx x.bin\n"
               b"0006354 C flash erase sector failure (address 0x08010000; result code 0x1) [__main__]\n")
        yield "explanation", self.json("explain", "-", stdin=log)
        yield "explanation", self.json("explain", "-", stdin=b"hello\n", code=NO)
        yield from self.board_documents()
        yield from self.database_documents()
        yield "swapped", self.swapped()

    def board_documents(self):
        kinds = {"listening": "board-listening", "flash": "board-flash", "ended": "board-ended"}
        with Board(self, "-t", "emu:stm32g431cb", "-l", LOADERS / "g431-no-effect.FLM") as board:
            with board.client() as client:
                client.begin()
                client.flash([(FLASH, 2048)], [(FLASH, b"x")])
        for event in board.events:
            yield kinds.get(event["event"], "board-line"), event

    def database_documents(self):
        db = ("--db", self.folder / "loaders.db")
        yield "db-import", self.json("db", "import", *db, G4, H7, "missing", code=INPUT)
        yield "db-verdict", self.json("db", "verdict", *db, "g431.FLM", "bad", "--reason", "x")
        yield "db-list", self.json("db", "list", *db)
        yield "db-list", self.json("db", "search", *db, "g431")
        yield "db-show", self.json("db", "show", *db, "g431.FLM")
        yield "db-history", self.json("db", "history", *db)
        yield "db-export", self.json("db", "export", *db, "g431.FLM", "-o", "bytes")
        yield "db-check", self.json("db", "check", *db)
        yield "pin-one", self.json("pin", *db, "stoker", "STM32G4", G4, "--why", "x")
        yield "pin-one", self.json("pin", *db, "cubeide", "--programmer-from", "cubeide@1.7.0",
                                   "--why", "x")
        yield "pin-one", self.json("unpin", *db, "2", "--why", "x")
        yield "pin-list", self.json("pins", *db, "--all")
        yield "resolve", self.json("resolve", *db, "stoker", "STM32G431CB")
        yield "job", self.json("read", *db, "-t", "emu:stm32g431cb", "--range", f"{FLASH}+4")
        packs = installs.keil(self.folder / "pinned/Arm/Packs")
        installs.pin(db[1], "Keil.STM32G4xx_DFP", "STM32G431KB", "g431.FLM",
                     name=installs.FLM.split("/")[-1])
        yield "scan", self.json("toolchain", "scan", "--files", *db, packs)
        yield "drifts", self.json("toolchain", "status", *db, packs, code=NO)

    def swapped(self):
        new, old = (installs.cubeide(self.folder / f"stm32cubeide_{v}", v, stamp)
                    for v, stamp in (("1.8.0", installs.STAMP_180), ("1.7.0", installs.STAMP_170)))
        return self.json("swap", "--db", self.folder / "loaders.db", new, "--programmer-from", old,
                         "--plan")

    def test_each_kind_is_told_from_the_others(self):
        kinds = set()
        for kind, document in self.documents():
            kinds.add(kind)
            valid = [name for name, v in schema.STRICT.items() if v.is_valid(document)]
            self.assertEqual(valid, [kind])
        self.assertEqual(kinds, set(schema.DOCUMENTS))

    def test_a_missing_field(self):
        for kind, document in self.documents():
            optional = {"inspect": {"device", "error"}, "folder": {"device", "similar"},
                        "explanations": {"page"}, "plan": {"preserved"}, "diff": {"error", "code", "value"},
                        "job": {"blank", "read", "data", "mismatch", "chosen"},
                        "pin-one": {"imported"},
                        "qualify": {"hosts"},
                        "scan": {"files"}, "audit": {"error"}}.get(kind, set())
            for place, name in self.places(document):
                if name not in optional:
                    self.refused(kind, document, place, lambda o, n=name: o.pop(n))

    def test_an_unknown_field(self):
        for kind, document in self.documents():
            for place in {place for place, _ in self.places(document)}:
                self.refused(kind, document, place, lambda o: o.update(surprise=1))

    def test_a_value_of_another_kind(self):
        for kind, document in self.documents():
            for place, name in self.places(document):
                self.refused(kind, document, place, lambda o, n=name: o.update({n: {"x": [1]}}))

    def test_what_is_wrong_is_said(self):
        plan = self.json("program", FIRMWARE, *self.on_chip(), "--plan")
        del plan["steps"][3]["loader"]
        self.assertRegex("\n".join(schema.problems(plan)),
                         r"'plan'.*\n\$\.steps\[3\]: 'loader' is a required property$")
        inspected = self.json("inspect", G4, H7)
        inspected[1]["device"]["surprise"] = inspected[1]["device"].pop("page_size")
        text = "\n".join(schema.problems(inspected))
        for part in ("'inspect'", "$[1].device: ", "'surprise' was unexpected", "'page_size' is"):
            self.assertIn(part, text)
        self.assertNotIn("$[0]", text)

    def test_a_failure_that_claims_success(self):
        good = self.json("erase", *self.on_chip(), "--all")
        for change in ({"ok": False}, {"rescue_file": None}, {"error": {
                "cause": "x", "message": "x", "origin": "loader"}}):
            self.assertTrue(schema.problems(good | change), change)
        bad = self.json("program", LOADERS / "firmware-g431-large.elf", "-l",
                        LOADERS / "g431-dual-bank.FLM", "-t", "emu:stm32g431cb", code=NO)
        for change in ({"ok": True}, {"verified": True}):
            self.assertTrue(schema.problems(bad | change), change)

    def test_as_published_it_lets_fields_be_added(self):
        jsonschema.Draft202012Validator.check_schema(schema.PUBLISHED)
        published = jsonschema.Draft202012Validator(schema.PUBLISHED)
        for kind, document in self.documents():
            self.assertTrue(published.is_valid(document), kind)
            if isinstance(document, dict):
                self.assertTrue(published.is_valid(document | {"surprise": 1}), kind)
        self.assertFalse(published.is_valid({"ok": True}))

    def places(self, value, place=()):
        """(where the object is, field) of every field, of a list's first two alone."""
        if isinstance(value, list):
            for i, inner in enumerate(value[:2]):
                yield from self.places(inner, (*place, i))
        if isinstance(value, dict):
            for name, inner in value.items():
                # The names of functions are the file's own.
                if name == "functions":
                    continue
                yield place, name
                yield from self.places(inner, (*place, name))

    def refused(self, kind, document, place, change):
        changed = at = copy.deepcopy(document)
        for step in place:
            at = at[step]
        change(at)
        self.assertFalse(schema.STRICT[kind].is_valid(changed), (kind, place, at))


if __name__ == "__main__":
    harness.main()
