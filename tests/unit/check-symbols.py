#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The functions of the public headers, the version scripts and the libraries are the same."""
import os
import re
import subprocess
import sys

SRC, BUILD = os.environ["top_srcdir"], os.environ["top_builddir"]
# Library, its headers, its version script, the version, the prefix, and how many
# functions there are at least: fewer, and this test looks at the wrong place.
LIBRARIES = (
    ("libstoker", ("core/include/stoker/stoker.h", "core/include/stoker/module.h"),
     "core/libstoker.sym", "STOKER_0", "stk", 50),
    ("libloaderdb", ("loaderdb/include/stoker/loaderdb.h",),
     "loaderdb/libloaderdb.sym", "STOKER_LOADERDB_0", "ldb", 40),
)


def declared(headers, prefix):
    names = set()
    for path in headers:
        with open(f"{SRC}/{path}") as f:
            text = re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)
        names.update(re.findall(rf"\bstk_export\s[^;{{}}()]*?\b({prefix}_\w+)\s*\(", text))
    return names


def mapped(script, prefix):
    with open(f"{SRC}/{script}") as f:
        return re.findall(rf"^\t({prefix}_\w+);$", f.read(), flags=re.M)


def exported(library):
    lines = subprocess.run(["nm", "-D", "--defined-only", f"{BUILD}/.libs/{library}.so"],
                           check=True, capture_output=True, text=True).stdout.split("\n")
    # "0000 T stk_fail@@STOKER_0"; the version itself is an absolute symbol
    return {line.split()[2] for line in lines if line and line.split()[1] != "A"}


def differ(what, names):
    for name in sorted(names):
        print(f"{what}: {name}")
    return bool(names)


def check(library, headers, script, version, prefix, least):
    want, listed = declared(headers, prefix), mapped(script, prefix)
    if len(want) < least:
        sys.exit(f"only {len(want)} functions found in {headers}: this test is broken")
    bad = differ(f"in the headers, add it to {script}", want - set(listed))
    bad |= differ(f"in {script}, not in the headers", set(listed) - want)
    bad |= differ(f"in the headers, not in {library}",
                  want - {name.split("@")[0] for name in exported(library)})
    bad |= differ("exported, and should not be",
                  exported(library) - {f"{name}@@{version}" for name in want})
    if listed != sorted(set(listed)):
        print(f"{script} is not sorted, or names something twice")
        bad = True
    print(f"{len(want)} functions in the headers, {len(listed)} in {script}")
    return bad


def main():
    sys.exit(any([check(*library) for library in LIBRARIES]))


main()
