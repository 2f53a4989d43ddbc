# SPDX-License-Identifier: MIT
"""What tests of swap and restore need: pins, and folders told byte by byte."""
import contextlib
import hashlib
import os
import pathlib
import sqlite3
import stat

from harness import Case

DATABASE = 5


def digest(data):
    return hashlib.sha256(data).hexdigest()


def told(path):
    """All that a swap must bring back, of a file, a link or a folder."""
    s = os.lstat(path)
    if stat.S_ISLNK(s.st_mode):
        holds = os.readlink(path)
    elif stat.S_ISREG(s.st_mode):
        holds = digest(pathlib.Path(path).read_bytes())
    else:
        holds = sorted(os.listdir(path))
    # Names that come and go change the times of a folder.
    when = 0 if stat.S_ISDIR(s.st_mode) else s.st_mtime_ns
    attributes = {name: os.getxattr(path, name, follow_symlinks=False)
                  for name in os.listxattr(path, follow_symlinks=False)}
    return s.st_mode, s.st_uid, s.st_gid, when, attributes, holds


def everything(folder):
    """path -> told() of all below @folder."""
    found = {".": told(folder)}
    for top, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(top, name)
            found[os.path.relpath(path, folder)] = told(path)
    return found


class SwapCase(Case):
    def setUp(self):
        super().setUp()
        self.db = self.folder / "loaders.db"
        self.env["STOKER_DB"] = str(self.db)

    @contextlib.contextmanager
    def opened(self):
        with contextlib.closing(sqlite3.connect(self.db)) as db, db:
            yield db

    def pin(self, tool, device, loader, versions=""):
        """@loader, a file, is what @tool shall take for @device; returns its bytes."""
        at = f"@{versions}" if versions else ""
        self.json("pin", "--why", "it works", tool + at, device, loader)
        return pathlib.Path(loader).read_bytes()
