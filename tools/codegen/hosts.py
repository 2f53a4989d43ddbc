#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turn core/facts/hosts.toml into the table of host profiles.

usage: hosts.py -o OUT.c FILE.toml

[host.NAME] has a summary and one table a key of struct stk_host (core/host.h),
each with value, source and basis. All keys are needed, no other is allowed; the
table below is the only place that knows their types. To add a key: a member of
struct stk_host, a row here, a table in each profile.

[host.NAME.change.KEY] is what the host does otherwise since one of its versions:
since (absent: in all versions known), effect, summary, source, basis.

[other.NAME] is a host that we cannot act as: summary, formats and changes alone.
"""

import re
import sys
import tomllib

BASES = ("manual", "observed", "assumed", "chosen")
WORDS = {
    "trap": {"below-image": "HOST_TRAP_BELOW_IMAGE", "link-page": "HOST_TRAP_LINK_PAGE"},
    "init": {"per-phase": "HOST_INIT_PER_PHASE", "per-call": "HOST_INIT_PER_CALL"},
    "erase_end": {"last-byte": "HOST_ERASE_LAST_BYTE",
                  "last-sector": "HOST_ERASE_LAST_SECTOR"},
}
NUMBERS = ("stack_bytes", "stack_min", "guard_bytes", "init_r0", "chunk_bytes", "init_ms",
           "erase_sector_ms", "erase_chip_ms", "program_ms", "read_ms", "verify_ms")
SWITCHES = ("stack_aligned", "zero_bss", "zero_registers", "static_base", "primask",
            "mask_ints", "erase_range", "reload", "declared_limits")
KEYS = tuple(WORDS) + NUMBERS + SWITCHES
LISTS = ("formats",)
EFFECTS = ("refuses", "hangs", "misplaces", "misses", "ignores", "overwrites", "misreads",
           "mistakes")
CHANGE = ("since", "effect", "summary", "source", "basis")


class Bad(Exception):
    """One sentence about a file that the build cannot use."""


def c_string(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


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


def check_row(what, row):
    if not isinstance(row, dict):
        raise Bad(f"{what} is no table of value, source and basis")
    for key in ("value", "source", "basis"):
        if key not in row:
            raise Bad(f"{what} has no {key}")
    for key in row:
        if key not in ("value", "source", "basis"):
            raise Bad(f"{what} has the unknown key '{key}'")
    if not row["source"].strip():
        raise Bad(f"{what} has an empty source")
    if row["basis"] not in BASES:
        raise Bad(f"{what} has the basis '{row['basis']}', not one of {', '.join(BASES)}")


def check_change(what, row):
    if not isinstance(row, dict):
        raise Bad(f"{what} is no table")
    for key in CHANGE[1:]:
        if not str(row.get(key, "")).strip():
            raise Bad(f"{what} has no {key}")
    for key in row:
        if key not in CHANGE:
            raise Bad(f"{what} has the unknown key '{key}'")
    if row["effect"] not in EFFECTS:
        raise Bad(f"{what} has the effect '{row['effect']}', not one of {', '.join(EFFECTS)}")
    if row["basis"] not in BASES:
        raise Bad(f"{what} has the basis '{row['basis']}', not one of {', '.join(BASES)}")
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)*", row.get("since", "0")):
        raise Bad(f"{what} is since '{row['since']}', which is no version")


def check_list(what, row):
    check_row(what, row)
    words = row["value"]
    if not isinstance(words, list) or not words or not all(
            isinstance(w, str) and re.fullmatch(r"[a-z0-9-]+", w) for w in words):
        raise Bad(f"{what} is {words}, not a list of names")


def check_keys(path, name, host, keys):
    for key in ("summary",) + LISTS + keys:
        if key not in host:
            raise Bad(f"{path}: host {name} has no '{key}'")
    for key, row in host.items():
        what = f"{path}: {key} of host {name}"
        if key == "change":
            for change, facts in row.items():
                check_change(f"{path}: change {change} of host {name}", facts)
        elif key in LISTS:
            check_list(what, row)
        elif key in keys:
            check_row(what, row)
        elif key != "summary":
            raise Bad(f"{path}: host {name} has the unknown key '{key}'")


def check_host(path, name, host):
    check_keys(path, name, host, KEYS)
    if host["stack_min"]["value"] > host["stack_bytes"]["value"]:
        raise Bad(f"{path}: host {name} wants less stack than the least it works with")


def c_name(name):
    return name.replace("-", "_")


def write_changes(name, host):
    rows = "\n".join(
        "\t{ " + ", ".join([c_string(k)] + [c_string(c[f]) if f in c else "NULL"
                                           for f in CHANGE]) + " },"
        for k, c in host.get("change", {}).items())
    if not rows:
        return ""
    return f"static const struct stk_host_change changes_{c_name(name)}[] = {{\n{rows}\n}};\n\n"


def write_info(name, host, member):
    """The members of struct stk_host_info, each after @member ("" or ".info")."""
    fields = [("name", c_string(name)), ("summary", c_string(host["summary"])),
              ("formats", c_string(" ".join(host["formats"]["value"])))]
    if host.get("change"):
        fields += [("changes", f"changes_{c_name(name)}"), ("n_changes", len(host["change"]))]
    return "".join(f"\t{member}.{key} = {value},\n" for key, value in fields)


def write_host(path, name, host):
    sources = "\n".join(
        "\t{ " + ", ".join(map(c_string, (k, host[k]["source"], host[k]["basis"]))) + " },"
        for k in LISTS + KEYS)
    values = "\n".join(
        f"\t.{k} = {c_value(f'{path}: {k} of host {name}', k, host[k]['value'])},"
        for k in KEYS)
    return (f"static const struct host_source sources_{name}[] = {{\n{sources}\n}};\n\n"
            f"{write_changes(name, host)}static const struct stk_host host_{name} = {{\n"
            f"{write_info(name, host, '.info')}"
            f"{values}\n\t.sources = sources_{name},\n"
            f"\t.n_sources = {len(LISTS + KEYS)},\n}};\n")


def write_other(name, host):
    return (f"{write_changes(name, host)}"
            f"static const struct stk_host_info other_{c_name(name)} = {{\n"
            f"{write_info(name, host, '')}}};\n")


def generate(path):
    with open(path, "rb") as file:
        try:
            doc = tomllib.load(file)
        except tomllib.TOMLDecodeError as error:
            raise Bad(f"{path}: {error}") from error
    for key in doc:
        if key not in ("host", "other"):
            raise Bad(f"{path} has the unknown table '{key}'")
    hosts = doc.get("host", {})
    if "stoker" not in hosts:
        raise Bad(f"{path} has no host 'stoker', the default")
    others = doc.get("other", {})
    every = list(hosts.values()) + list(others.values())
    changes = [key for host in every for key in host.get("change", {})]
    for key in changes:
        if changes.count(key) > 1:
            raise Bad(f"{path} has the change '{key}' twice")
    for name, host in hosts.items():
        if not name.isidentifier():
            raise Bad(f"{path}: '{name}' is no name for a host")
        check_host(path, name, host)
    for name, host in others.items():
        if not re.fullmatch(r"[a-z][a-z0-9-]*", name) or name in hosts:
            raise Bad(f"{path}: '{name}' is no name for another host")
        check_keys(path, name, host, ())
    tables = "\n".join([write_host(path, name, host) for name, host in hosts.items()]
                       + [write_other(name, host) for name, host in others.items()])
    names = "\n".join(f"\t&host_{name}," for name in hosts)
    other_names = "".join(f"\t&other_{c_name(name)},\n" for name in others)
    return (f"/* Generated by hosts.py from hosts.toml; do not edit. */\n"
            f'#include "host.h"\n\n{tables}\n'
            f"const struct stk_host *const host_table[] = {{\n{names}\n\tNULL\n}};\n\n"
            f"const struct stk_host_info *const host_others[] = {{\n{other_names}\tNULL\n}};\n")


def main(argv):
    if len(argv) != 4 or argv[1] != "-o":
        sys.exit("usage: hosts.py -o OUT.c FILE.toml")
    try:
        text = generate(argv[3])
    except (Bad, OSError) as error:
        sys.exit(f"hosts.py: {error}")
    with open(argv[2], "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main(sys.argv)
