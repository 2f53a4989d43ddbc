# SPDX-License-Identifier: MIT
"""Transcripts in our documents: what is shown was run, and comes out as it is shown.

A transcript is an indented block of Markdown with "$ COMMAND" lines, each followed by
what it prints. "..." stands for the rest of a line or a part of it; in a line by itself
for any number of lines.
"""
import contextlib
import os
import re
import signal
import subprocess

from harness import Case, SOURCE, STOKER, main


def chapter(document, heading):
    """What is below @heading, up to the next one of its level."""
    text = (SOURCE / document).read_text()
    level = heading.split(" ")[0]
    start = text.index(f"\n{heading}\n") + len(heading) + 2
    end = re.search(rf"(?m)^#{{1,{len(level)}}} ", text[start:])
    return text[start:start + end.start()] if end else text[start:]


def commands(text):
    """[(command, [line it prints])] of all indented blocks, in order."""
    found = []
    for line in text.splitlines():
        if line.startswith("    $ "):
            found.append((line[6:], []))
        elif line.startswith("    ") and found:
            found[-1][1].append(line[4:].rstrip())
    return found


def pattern(lines):
    """The regular expression that @lines are."""
    parts = []
    for line in lines:
        if line.strip() == "...":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(r".*?".join(re.escape(p) for p in line.split("...")) + "\n")
    return "".join(parts)


def first_difference(lines, out):
    """The line of @lines up to which @out is as shown, for the message of a test."""
    for n in range(len(lines), 0, -1):
        if re.match(pattern(lines[:n]), out):
            return lines[n] if n < len(lines) else "(what comes behind the last line)"
    return lines[0] if lines else "(nothing)"


def seen(drawn):
    """What stays on a terminal that drew this: bars wiped away, no colours."""
    text = drawn.decode().replace("\r\n", "\n")
    text = re.sub(r"[^\n]*\r\x1b\[K", "", text)
    return "".join(line.rstrip() + "\n" for line in re.sub(r"\x1b\[[0-9;]*[mK]", "", text)
                   .splitlines())


class Shown(Case):
    """Commands as a user types them in a home of their own, which is shown as ~."""

    def setUp(self):
        super().setUp()
        for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "STOKER_DB", "CMSIS_PACK_ROOT"):
            self.env.pop(name, None)
        tools = self.folder / ".bin"
        tools.mkdir()
        (tools / "stoker").write_text(f'#!/bin/sh\nexec "{STOKER}" "$@"\n')
        (tools / "stoker").chmod(0o755)
        self.env["PATH"] = f"{tools}:{self.env['PATH']}"

    def shell(self, command):
        """What a user sees of it on a terminal."""
        ours, theirs = os.openpty()
        drawn = b""
        with subprocess.Popen(["sh", "-c", command], env=self.env, cwd=self.folder,
                              stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs,
                              restore_signals=True) as p, open(ours, "rb", buffering=0) as f:
            os.close(theirs)
            with contextlib.suppress(OSError):	# EIO: the other side is closed
                while part := f.read(4096):
                    drawn += part
        self.assertNotEqual(p.returncode, -signal.SIGSEGV)
        return seen(drawn).replace(str(self.folder), "~")

    def runs_as_shown(self, text):
        shown = commands(text)
        self.assertTrue(shown)
        for command, lines in shown:
            while lines and not lines[-1]:
                lines.pop()
            out = self.shell(command)
            if not re.fullmatch(pattern(lines), out):
                self.fail(f"$ {command}\n{out}\nis not as shown from this line on:\n"
                          f"{first_difference(lines, out)}")
