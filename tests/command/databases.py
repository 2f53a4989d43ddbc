# SPDX-License-Identifier: MIT
"""What tests of the loader database share."""
import contextlib
import hashlib
import pathlib
import sqlite3

import device_table
from harness import G4, Case

DATABASE = 5
G4_BYTES = pathlib.Path(G4).read_bytes()


def digest(data):
    return hashlib.sha256(data).hexdigest()


def another(n):
    """A loader that differs from the others in its name alone."""
    return device_table.flash_device(G4, name=b"STM32G431 number-%d-" % n)


class Db(Case):
    def setUp(self):
        super().setUp()
        self.path = self.folder / "loaders.db"
        self.env["STOKER_DB"] = str(self.path)
        self.env.pop("XDG_DATA_HOME", None)

    def imported(self, *paths, **how):
        return self.json("db", "import", *paths, **how)

    def builds(self, *args):
        return self.json("db", "list", *args)["builds"]

    def show(self, ref, *args):
        return self.json("db", "show", ref, *args)

    def many(self, count, where="many"):
        folder = self.folder / where
        folder.mkdir()
        for n in range(count):
            (folder / f"{n:03}.FLM").write_bytes(another(n))
        return folder

    @contextlib.contextmanager
    def opened(self):
        """Committed and closed after the block."""
        with contextlib.closing(sqlite3.connect(self.path)) as db, db:
            yield db

    def query(self, sql):
        with self.opened() as db:
            return db.execute(sql).fetchall()
