#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turn facts in TOML into the JSON that is read at run time.

usage: toml2json.py -o OUT.json FILE.toml

Order is kept and nothing is interpreted: what the members mean, their reader
knows. Dates and numbers that JSON does not have are errors.
"""
import json
import sys
import tomllib


def main(argv):
    if len(argv) != 4 or argv[1] != "-o":
        sys.exit("usage: toml2json.py -o OUT.json FILE.toml")
    try:
        with open(argv[3], "rb") as file:
            text = json.dumps(tomllib.load(file), indent=1, ensure_ascii=False,
                              allow_nan=False)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, ValueError) as error:
        sys.exit(f"toml2json.py: {argv[3]}: {error}")
    with open(argv[2], "w", encoding="utf-8") as file:
        file.write(text + "\n")


if __name__ == "__main__":
    main(sys.argv)
