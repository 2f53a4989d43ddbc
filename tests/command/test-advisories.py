#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The advisories that are built in, their schema, and what is read of a user's."""
import copy
import json
import re
import unittest

import jsonschema

from harness import DONE, INPUT, SOURCE, Case

SCHEMA = json.loads((SOURCE / "docs/advisory.schema.json").read_text())
VALID = jsonschema.Draft202012Validator(SCHEMA)
FILES = sorted((SOURCE / "loaderdb/facts/advisories").glob("*.json"))
BUILT_IN = {path.stem: json.loads(path.read_text()) for path in FILES}
DIGEST = "0123456789abcdef" * 4

# Everything that an advisory can have.
WHOLE = {
    "schema_version": "1.6.0", "id": "STK-0000-0001", "summary": "s", "details": "d",
    "published": "2026-01-01T00:00:00Z", "modified": "2026-01-01T00:00:00Z",
    "withdrawn": "2026-02-01T00:00:00Z", "aliases": ["X-1"], "related": ["X-2"],
    "references": [{"type": "REPORT", "url": "https://x", "title": "t"}],
    "affected": [{"package": {"ecosystem": "cmsis-pack", "name": "A.B"},
                  "ranges": [{"type": "ECOSYSTEM", "events": [
                      {"introduced": "1.0.0"}, {"fixed": "1.1.0"},
                      {"introduced": "2.0.0"}, {"last_affected": "2.1.0"}]}],
                  "versions": ["3.0.0"],
                  "ecosystem_specific": {"devices": ["STM32G4"], "option_state": "DBANK=1"}}],
    "database_specific": {
        "basis": "observed", "disputed": "x", "source_notes": "n",
        "marks": [{"file_sha256": DIGEST, "code_sha256": DIGEST, "table_sha256": DIGEST,
                   "finding": "STK-S006", "name": "x.FLM", "load_address": "0x20000020",
                   "text": "t"}],
        "symptoms": [{"tool": "pyocd", "text": "t", "cause": "fault"}],
        "instead": [{"text": "i", "tool": "pyocd", "version": "1", "name": "n",
                     "file_sha256": DIGEST, "code_sha256": DIGEST}]},
}


def places(value, at=()):
    """Where every member and item of @value is."""
    members = value.items() if isinstance(value, dict) else \
        enumerate(value) if isinstance(value, list) else ()
    for name, inner in members:
        yield at + (name,)
        yield from places(inner, at + (name,))


def changed(at, change):
    """WHOLE with @change made to what holds the last name of @at."""
    document = copy.deepcopy(WHOLE)
    inner = document
    for name in at[:-1]:
        inner = inner[name]
    change(inner, at[-1])
    return document


def path_of(at):
    text = "".join(f"[{n}]" if isinstance(n, int) else f".{n}" for n in at)
    return text.removeprefix(".")


class BuiltIn(unittest.TestCase):
    def test_the_schema_is_one(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_each_is_valid(self):
        self.assertGreater(len(BUILT_IN), 40)
        for name, advisory in BUILT_IN.items():
            self.assertEqual([e.message for e in VALID.iter_errors(advisory)], [], name)
            self.assertEqual(advisory["id"], name)

    def test_each_has_a_source_and_says_what_to_do(self):
        for name, advisory in BUILT_IN.items():
            self.assertTrue(advisory["references"], name)
            self.assertTrue(advisory["database_specific"]["instead"], name)

    def test_causes_are_known(self):
        known = set(re.findall("`([a-z0-9-]+)`", (SOURCE / "docs/causes.md").read_text()))
        for name, advisory in BUILT_IN.items():
            for symptom in advisory["database_specific"].get("symptoms", []):
                self.assertIn(symptom.get("cause", "fault"), known, name)

    def test_findings_are_known(self):
        """A rule that is gone, or another one by a slip, would never be found."""
        for name, advisory in BUILT_IN.items():
            for mark in advisory["database_specific"].get("marks", []):
                if "finding" in mark:
                    page = SOURCE / f"docs/findings/{mark['finding']}.md"
                    self.assertTrue(page.exists(), f"{name}: {mark['finding']}")

    def test_others_that_are_named_are_there(self):
        for name, advisory in BUILT_IN.items():
            for other in re.findall(r"STK-\d{4}-\d{4}", json.dumps(advisory)):
                self.assertIn(other, BUILT_IN, name)

    def test_the_manual_shows_one_that_is_valid(self):
        manual = (SOURCE / "docs/advisories.md").read_text()
        shown, = re.findall(r"(?s)```json\n(.*?)```", manual)
        self.assertEqual([e.message for e in VALID.iter_errors(json.loads(shown))], [])

    def test_the_manual_names_every_member(self):
        named = set(re.findall(r'[`".]([a-z0-9_]+)["`:]', (SOURCE / "docs/advisories.md").read_text()))
        self.assertEqual({n for at in places(WHOLE) for n in at if isinstance(n, str)} - named
                         - {"aliases", "related", "title"}, set())


class Read(Case):
    """What the schema refuses is refused, with the place; what it lets through is read."""

    def read(self, document, code, text=None):
        path = self.folder / f"{WHOLE['id']}.json"
        path.write_text(text if text is not None else json.dumps(document))
        _, err = self.stoker("audit", "--facts", self.folder, "A.B@0.1", code=code)
        return err

    def refused(self, at, document):
        self.assertFalse(VALID.is_valid(document), at)
        err = self.read(document, INPUT)
        self.assertIn(f"/{WHOLE['id']}.json: {path_of(at)}: ", err)

    def test_all_of_it(self):
        self.assertTrue(VALID.is_valid(WHOLE), list(VALID.iter_errors(WHOLE)))
        self.read(WHOLE, DONE)

    def test_a_value_of_another_kind(self):
        for at in places(WHOLE):
            self.refused(at, changed(at, lambda o, n: o.__setitem__(n, True)))

    def test_what_must_be_there(self):
        for at in places(WHOLE):
            if isinstance(at[-1], int):
                continue
            document = changed(at, lambda o, n: o.pop(n))
            if VALID.is_valid(document):
                self.read(document, DONE)
            elif at[-1] in ("introduced", "fixed", "last_affected"):
                self.refused(at[:-1], document)
            else:
                self.refused(at, document)

    def test_what_is_not_known(self):
        objects = {at[:-1] for at in places(WHOLE) if isinstance(at[-1], str)}
        for at in sorted(objects, key=str):
            document = changed(at + ("surprise",), lambda o, n: o.__setitem__(n, 1))
            self.assertFalse(VALID.is_valid(document), at)
            err = self.read(document, INPUT)
            self.assertIn(f"/{WHOLE['id']}.json: {path_of(at + ('surprise',))}: ", err)

    def test_an_empty_text(self):
        for at in places(WHOLE):
            inner = WHOLE
            for name in at:
                inner = inner[name]
            if isinstance(inner, str):
                document = changed(at, lambda o, n: o.__setitem__(n, ""))
                if VALID.is_valid(document):
                    self.read(document, DONE)
                else:
                    self.refused(at, document)

    def test_an_empty_list(self):
        for at in places(WHOLE):
            inner = WHOLE
            for name in at:
                inner = inner[name]
            if isinstance(inner, list):
                document = changed(at, lambda o, n: o.__setitem__(n, []))
                if VALID.is_valid(document):
                    self.read(document, DONE)
                else:
                    self.refused(at, document)

    def test_two_ends(self):
        at = ("affected", 0, "ranges", 0, "events", 1)
        document = changed(at, lambda o, n: o.__setitem__(n, {"fixed": "1", "last_affected": "1"}))
        self.refused(at, document)

    def test_no_json(self):
        for text in ("", "{", "[]", "nonsense", '{"id": 1, "id": 1}', "\0", "[" * 5000):
            self.assertIn(f"/{WHOLE['id']}.json: ", self.read(None, INPUT, text))

    def test_a_long_way_to_the_file(self):
        folder = self.folder / ("a" * 120) / ("b" * 120)
        folder.mkdir(parents=True)
        (folder / f"{WHOLE['id']}.json").write_text("{}")
        _, err = self.stoker("audit", "--facts", folder, "A.B@0.1", code=INPUT)
        self.assertIn(f"/{WHOLE['id']}.json: schema_version: it is not there", err)

    def test_the_manual_shows_one_that_is_read(self):
        manual = (SOURCE / "docs/advisories.md").read_text()
        shown, = re.findall(r"(?s)```json\n(.*?)```", manual)
        (self.folder / f"{json.loads(shown)['id']}.json").write_text(shown)
        args = ("audit", "--facts", self.folder, "--chip", "STM32H743VI", "Acme.Boards_BSP@")
        found = self.json(*args[:-1], args[-1] + "2.0.3", code=1)["audited"][0]["advisories"]
        self.assertEqual([(a["id"], a["certain"]) for a in found], [("STK-2026-0099", False)])
        self.json(*args[:-1], args[-1] + "2.1.0")


if __name__ == "__main__":
    unittest.main()
