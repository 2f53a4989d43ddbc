#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The functions of the public headers, the version script and the library are the same."""
import os
import re
import subprocess
import sys

SRC, BUILD = os.environ["top_srcdir"], os.environ["top_builddir"]
HEADERS = ("core/include/stoker/stoker.h", "core/include/stoker/module.h")
SCRIPT = "core/libstoker.sym"


def declared():
    names = set()
    for path in HEADERS:
        with open(f"{SRC}/{path}") as f:
            text = re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)
        names.update(re.findall(r"\bstk_export\s[^;{}()]*?\b(stk_\w+)\s*\(", text))
    return names


def mapped():
    with open(f"{SRC}/{SCRIPT}") as f:
        return re.findall(r"^\t(stk_\w+);$", f.read(), flags=re.M)


def exported():
    lines = subprocess.run(["nm", "-D", "--defined-only", f"{BUILD}/.libs/libstoker.so"],
                           check=True, capture_output=True, text=True).stdout.split("\n")
    # "0000 T stk_fail@@STOKER_0"; the version itself is an absolute symbol
    return {line.split()[2] for line in lines if line and line.split()[1] != "A"}


def differ(what, names):
    for name in sorted(names):
        print(f"{what}: {name}")
    return bool(names)


def main():
    want, listed = declared(), mapped()
    if len(want) < 50:
        sys.exit(f"only {len(want)} functions found in the headers: this test is broken")
    bad = differ(f"in the headers, add it to {SCRIPT}", want - set(listed))
    bad |= differ(f"in {SCRIPT}, not in the headers", set(listed) - want)
    bad |= differ("in the headers, not in the library",
                  want - {name.split("@")[0] for name in exported()})
    bad |= differ("exported, and should not be",
                  exported() - {f"{name}@@STOKER_0" for name in want})
    if listed != sorted(set(listed)):
        print(f"{SCRIPT} is not sorted, or names something twice")
        bad = True
    print(f"{len(want)} functions in the headers, {len(listed)} in {SCRIPT}")
    sys.exit(bad)


main()
