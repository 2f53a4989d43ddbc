#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turn core/facts/hosts.toml into the tables of host profiles.

usage: hosts.py -o OUT.c HOSTS.toml TOOLCHAINS.toml

[host.NAME] has a summary and, for each key of struct stk_host (core/host.h), one
table of value, source and basis; or several, [[host.NAME.KEY]], where versions
differ. All keys are needed, no other is allowed; the tables below are the only
place that knows their types. To add a key: a member of struct stk_host, a row
here, a table in each host. Also in such a table:
  since      the first version that it holds for; absent in the first one alone
  after      the last version that is known to do as the table before says; what
             lies between the two is not known. Absent: since is exact
  other, question
             it may as well be that: another value, and what is to be asked

[host.NAME.change.KEY] is what the host minds in a loader: since (absent: in all
versions known), after as above, seen (the last version that is known to do so;
absent: all since), effect, summary, source, basis, but (what speaks against it).

Other names for hosts come from loaderdb/facts/toolchains.toml: a release that
brings an STM32CubeProgrammer is another name for that version of it.

Versions are cut where anything changes, so that each profile holds for a range
of them. A profile has a twin for each doubt: itself, but for one other value.
"""

import re
import sys
import tomllib

PROGRAMMER = "cubeprogrammer"
BASES = ("manual", "observed", "assumed", "chosen")
WORDS = {
    "place": {"room": "HOST_PLACE_ROOM", "above-image": "HOST_PLACE_ABOVE_IMAGE",
              "stack-first": "HOST_PLACE_STACK_FIRST", "image-first": "HOST_PLACE_IMAGE_FIRST",
              "stack-last": "HOST_PLACE_STACK_LAST", "top-down": "HOST_PLACE_TOP_DOWN"},
    "trap": {"below-image": "HOST_TRAP_BELOW_IMAGE", "link-page": "HOST_TRAP_LINK_PAGE",
             "header": "HOST_TRAP_HEADER"},
    "load": {"segments": "HOST_LOAD_SEGMENTS", "sections-by-flag": "HOST_LOAD_BY_FLAG"},
    "init": {"per-phase": "HOST_INIT_PER_PHASE", "per-operation": "HOST_INIT_PER_OPERATION",
             "per-call": "HOST_INIT_PER_CALL"},
    "erase_end": {"last-byte": "HOST_ERASE_LAST_BYTE",
                  "last-sector": "HOST_ERASE_LAST_SECTOR"},
}
NUMBERS = ("load_offset", "header_bytes", "stack_bytes", "stack_min", "guard_bytes",
           "buffer_align", "page_buffers", "page_too_small", "init_r0", "init_clock_hz",
           "chunk_bytes", "init_ms", "erase_sector_ms", "erase_chip_ms", "program_ms",
           "read_ms", "verify_ms")
SWITCHES = ("stack_aligned", "stack_check", "zero_bss", "zero_registers", "registers_once",
            "static_base", "primask", "mask_ints", "erase_range", "blank_check", "reload",
            "declared_limits")
KEYS = tuple(WORDS) + NUMBERS + SWITCHES
LISTS = ("formats",)
EFFECTS = ("refuses", "hangs", "misplaces", "misses", "ignores", "overwrites", "misreads",
           "mistakes")
CHANGE = ("since", "after", "seen", "effect", "summary", "source", "basis", "but")
CHANGE_NEEDS = CHANGE[3:-1]
VERSIONS = ("since", "after", "seen")
ROW_NEEDS = ("value", "source", "basis")
ROW = ROW_NEEDS + ("since", "after", "other", "question")


class Bad(Exception):
    """One sentence about a file that the build cannot use."""


def c_string(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def c_text(text):
    return "NULL" if text is None else c_string(text)


def c_name(name):
    return name.replace("-", "_")


def c_value(what, key, value):
    if key in WORDS:
        if value not in WORDS[key]:
            raise Bad(f"{what} is '{value}', not one of {', '.join(WORDS[key])}")
        return WORDS[key][value]
    if key in SWITCHES:
        if not isinstance(value, bool):
            raise Bad(f"{what} is {value}, not true or false")
        return "true" if value else "false"
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 32:
        raise Bad(f"{what} is {value}, not a number of 32 bits")
    return str(value)


# ---- versions --------------------------------------------------------------

def version(what, text):
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,5}){0,2}", text):
        raise Bad(f"{what} is '{text}', which is no version")
    return tuple(int(n) for n in (text + ".0.0").split(".")[:3])


def v_text(v):
    return ".".join(map(str, v))


def v_next(v):
    return v[:2] + (v[2] + 1,)


def v_last_before(v):
    """The text of the last version before @v: "2.6.x" before 2.7.0."""
    if v[2]:
        return v_text(v[:2] + (v[2] - 1,))
    if v[1]:
        return f"{v[0]}.{v[1] - 1}.x"
    if v[0]:
        return f"{v[0] - 1}.x"
    raise Bad("no version comes before 0.0.0")


# ---- checks ----------------------------------------------------------------

def check_source(what, row, needs, allowed):
    if not isinstance(row, dict):
        raise Bad(f"{what} is no table of {', '.join(needs)}")
    for key in needs:
        if key not in row or (key != "value" and not str(row[key]).strip()):
            raise Bad(f"{what} has no {key}")
    for key in row:
        if key not in allowed:
            raise Bad(f"{what} has the unknown key '{key}'")
    if row["basis"] not in BASES:
        raise Bad(f"{what} has the basis '{row['basis']}', not one of {', '.join(BASES)}")
    for key in VERSIONS:
        if key in row:
            version(f"{key} of {what}", row[key])
    if "after" in row and ("since" not in row or
                           version(what, row["after"]) >= version(what, row["since"])):
        raise Bad(f"{what} is after '{row['after']}', which is not before its since")


def rows_of(what, rows):
    """The tables of one key, the first of them for the oldest versions."""
    rows = rows if isinstance(rows, list) else [rows]
    last = None
    for i, row in enumerate(rows):
        check_source(what, row, ROW_NEEDS, ROW)
        if ("other" in row) != ("question" in row):
            raise Bad(f"{what} has one of 'other' and 'question'")
        if ("since" in row) != (i > 0):
            raise Bad(f"{what}: all tables but the first have a since")
        since = version(what, row.get("since", "0"))
        known = version(what, row.get("after", row.get("since", "0")))
        if last is not None and (since <= last or known < last):
            raise Bad(f"{what}: '{row['since']}' is not after the table before")
        last = since
    return rows


def check_change(what, row):
    check_source(what, row, CHANGE_NEEDS, CHANGE)
    if row["effect"] not in EFFECTS:
        raise Bad(f"{what} has the effect '{row['effect']}', not one of {', '.join(EFFECTS)}")
    if "seen" in row and version(what, row["seen"]) < version(what, row.get("since", "0")):
        raise Bad(f"{what} was last seen before its since")


def check_list(what, row):
    check_source(what, row, ROW_NEEDS, ROW_NEEDS)
    words = row["value"]
    if not isinstance(words, list) or not words or not all(
            isinstance(w, str) and re.fullmatch(r"[a-z0-9-]+", w) for w in words):
        raise Bad(f"{what} is {words}, not a list of names")


def check_host(path, name, host):
    for key in ("summary",) + LISTS + KEYS:
        if key not in host:
            raise Bad(f"{path}: host {name} has no '{key}'")
    for key, rows in host.items():
        what = f"{path}: {key} of host {name}"
        if key == "change":
            for change, facts in rows.items():
                check_change(f"{path}: change {change} of host {name}", facts)
        elif key in LISTS:
            check_list(what, rows)
        elif key in KEYS:
            for row in rows_of(what, rows):
                c_value(what, key, row["value"])
                c_value(what, key, row.get("other", row["value"]))
        elif key != "summary":
            raise Bad(f"{path}: host {name} has the unknown key '{key}'")


# ---- profiles --------------------------------------------------------------

def cuts(host):
    """The first versions of all profiles but the first."""
    every = [row for key in KEYS for row in rows_of(key, host[key])]
    every += list(host.get("change", {}).values())
    found = {version("since", row["since"]) for row in every if "since" in row}
    found |= {v_next(version("after", row["after"])) for row in every if "after" in row}
    found |= {v_next(version("seen", row["seen"])) for row in every if "seen" in row}
    return sorted(found)


class Profile:
    """A host in a range of its versions."""

    def __init__(self, path, name, host, first, following):
        self.name, self.host, self.path = name, host, path
        self.since = v_text(first) if first else None
        self.until = v_last_before(following) if following else None
        self.rows, self.doubts = {}, []
        for key in KEYS:
            self.rows[key] = self.row_at(key, rows_of(key, host[key]), first or (0, 0, 0))
        if self.values()["stack_min"] > self.values()["stack_bytes"]:
            raise Bad(f"{path}: host {name} wants less stack than the least it works with")

    def row_at(self, key, rows, at):
        chosen = rows[0]
        for row in rows[1:]:
            since = version(key, row["since"])
            if since <= at:
                chosen = row
            elif "after" in row and version(key, row["after"]) < at:
                self.doubts.append((key, row["value"], f"whether {key} is still as in "
                                    f"{row['after']}, or as in {row['since']} already"))
        if "other" in chosen:
            self.doubts.append((key, chosen["other"], chosen["question"]))
        return chosen

    def values(self):
        return {key: row["value"] for key, row in self.rows.items()}


def profiles_of(path, name, host):
    at = [None] + cuts(host) + [None]
    return [Profile(path, name, host, at[i], at[i + 1]) for i in range(len(at) - 1)]


# ---- C ---------------------------------------------------------------------

def write_changes(name, host):
    rows = "\n".join(
        "\t{ " + ", ".join([f".key = {c_string(k)}"] +
                           [f".{f} = {c_string(c[f])}" for f in CHANGE if f in c]) + " },"
        for k, c in host.get("change", {}).items())
    if not rows:
        return ""
    return f"static const struct stk_host_change changes_{c_name(name)}[] = {{\n{rows}\n}};\n\n"


def write_info(p):
    fields = [("name", c_string(p.name)), ("summary", c_string(p.host["summary"])),
              ("formats", c_string(" ".join(p.host["formats"]["value"]))),
              ("since", c_text(p.since)), ("until", c_text(p.until))]
    if p.host.get("change"):
        fields += [("changes", f"changes_{c_name(p.name)}"),
                   ("n_changes", len(p.host["change"]))]
    return "".join(f"\t.info.{key} = {value},\n" for key, value in fields)


def write_struct(symbol, sources, p, values, acts, doubts):
    act = acts.setdefault(tuple(values[key] for key in KEYS), len(acts))
    members = "".join(f"\t.{k} = {c_value(k, k, values[k])},\n" for k in KEYS)
    return (f"static const struct stk_host {symbol} = {{\n{write_info(p)}{members}"
            f"\t.sources = {sources},\n\t.n_sources = {len(LISTS + KEYS)},\n"
            f"\t.act = {act},\n{doubts}}};\n\n")


def write_profile(symbol, p, acts):
    """The profile, and before it its twins."""
    rows = dict(p.rows, **{key: p.host[key] for key in LISTS})
    text = f"static const struct host_source sources_{symbol}[] = {{\n" + "".join(
        f"\t{{ {c_string(k)}, {c_string(rows[k]['source'])}, {c_string(rows[k]['basis'])} }},\n"
        for k in LISTS + KEYS) + "};\n\n"
    table = ""
    for i, (key, other, question) in enumerate(p.doubts):
        twin = f"{symbol}_or_{i}"
        text += write_struct(twin, f"sources_{symbol}", p, dict(p.values(), **{key: other}),
                             acts, "")
        table += f"\t{{ {c_string(key)}, {c_string(question)}, &{twin} }},\n"
    doubts = ""
    if table:
        text += f"static const struct host_doubt doubts_{symbol}[] = {{\n{table}}};\n\n"
        doubts = f"\t.doubts = doubts_{symbol},\n\t.n_doubts = {len(p.doubts)},\n"
    return text + write_struct(symbol, f"sources_{symbol}", p, p.values(), acts, doubts)


def write_table(kind, name, rows):
    return (f"const {kind} {name}[] = {{\n" + "".join(f"\t{row},\n" for row in rows) + "};\n")


def aliases_of(path, releases, hosts):
    """Rows of names that stand for the host PROGRAMMER in the version they bring."""
    rows = []
    for release in releases:
        if "programmer" not in release:
            continue
        name, text, programmer, source, basis = (
            str(release.get(key, "")) for key in ("tool", "version", "programmer", "source",
                                                  "basis"))
        what = f"{path}: {name} {text}"
        if not re.fullmatch(r"[a-z][a-z0-9-]*", name) or name in hosts:
            raise Bad(f"{path}: '{name}' is no name for an alias")
        if not re.fullmatch(r"[0-9][0-9A-Za-z.+-]*", text):
            raise Bad(f"{what} is '{text}', which is no version")
        version(what, programmer)
        if PROGRAMMER not in hosts:
            raise Bad(f"{what} stands for the unknown host '{PROGRAMMER}'")
        if not source.strip() or basis not in BASES:
            raise Bad(f"{what} has no source, or a basis that is not one of {', '.join(BASES)}")
        rows.append("{ " + ", ".join(map(c_string, (
            name, text, PROGRAMMER, programmer, source, basis))) + " }")
    return rows


def check_doc(path, doc):
    for key in doc:
        if key != "host":
            raise Bad(f"{path} has the unknown table '{key}'")
    hosts = doc.get("host", {})
    if not hosts or list(hosts)[0] != "stoker":
        raise Bad(f"{path} does not begin with the host 'stoker', the default")
    changes = [key for host in hosts.values() for key in host.get("change", {})]
    for key in changes:
        if changes.count(key) > 1:
            raise Bad(f"{path} has the change '{key}' twice")
    for name, host in hosts.items():
        if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
            raise Bad(f"{path}: '{name}' is no name for a host")
        check_host(path, name, host)
    return hosts


def generate_doc(path, doc, toolchains="", releases=()):
    hosts = check_doc(path, doc)
    aliases = aliases_of(toolchains, releases, hosts)
    acts, newest, every = {}, [], []
    text = '/* Generated by hosts.py from hosts.toml; do not edit. */\n#include "host.h"\n\n'
    for name, host in hosts.items():
        text += write_changes(name, host)
        for i, p in enumerate(profiles_of(path, name, host)):
            symbol = f"{c_name(name)}_{i}"
            text += write_profile(symbol, p, acts)
            every.append(f"&{symbol}")
        newest.append(every[-1])
    pointer = "struct stk_host *const"
    return (text + write_table(pointer, "host_table", newest + ["NULL"]) + "\n" +
            write_table(pointer, "host_profiles", every + ["NULL"]) + "\n" +
            write_table("struct host_alias", "host_aliases", aliases + ["{ .name = NULL }"]) +
            f"\nconst size_t host_n_acts = {len(acts)};\n")


def load(path):
    with open(path, "rb") as file:
        try:
            return tomllib.load(file)
        except tomllib.TOMLDecodeError as error:
            raise Bad(f"{path}: {error}") from error


def main(argv):
    if len(argv) != 5 or argv[1] != "-o":
        sys.exit("usage: hosts.py -o OUT.c HOSTS.toml TOOLCHAINS.toml")
    try:
        text = generate_doc(argv[3], load(argv[3]), argv[4], load(argv[4]).get("release", []))
    except (Bad, OSError) as error:
        sys.exit(f"hosts.py: {error}")
    with open(argv[2], "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main(sys.argv)
