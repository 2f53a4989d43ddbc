-- SPDX-License-Identifier: MIT
-- The loader database, schema 1. Rows are only ever added: what ends something is
-- another row. Times are seconds since 1970; digests 64 lower-case hex digits.

CREATE TABLE bytes (
	sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
	size   INTEGER NOT NULL,
	data   BLOB NOT NULL CHECK (length(data) = size)
) STRICT;

-- A loader, by its file's digest.
CREATE TABLE build (
	id           INTEGER PRIMARY KEY,
	sha256       TEXT NOT NULL UNIQUE REFERENCES bytes,
	code_sha256  TEXT,
	table_sha256 TEXT,
	name         TEXT NOT NULL,     -- as it was called when it was first seen
	format       TEXT,              -- NULL: no host can use it, for this reason:
	problem      TEXT,
	device_name  TEXT,
	start        INTEGER,           -- of its device
	length       INTEGER,
	family       TEXT,
	first_seen   INTEGER NOT NULL
) STRICT;
CREATE INDEX build_by_name ON build (name COLLATE NOCASE);
CREATE INDEX build_by_device_name ON build (device_name COLLATE NOCASE);
CREATE INDEX build_by_code ON build (code_sha256);
CREATE INDEX build_by_place ON build (start);

-- Where it was seen, once each.
CREATE TABLE origin (
	id        INTEGER PRIMARY KEY,
	build     INTEGER NOT NULL REFERENCES build,
	path      TEXT NOT NULL,
	name      TEXT NOT NULL,
	tool      TEXT NOT NULL DEFAULT '',     -- '': a plain file
	version   TEXT NOT NULL DEFAULT '',
	component TEXT NOT NULL DEFAULT '',
	seen      INTEGER NOT NULL,
	UNIQUE (build, path, tool, version)
) STRICT;
CREATE INDEX origin_by_name ON origin (name COLLATE NOCASE);
CREATE INDEX origin_by_path ON origin (path);
CREATE INDEX origin_by_tool ON origin (tool, version);

CREATE TABLE verdict (
	id            INTEGER PRIMARY KEY,
	build         INTEGER NOT NULL REFERENCES build,
	kind          TEXT NOT NULL CHECK (kind IN ('good', 'bad', 'disputed')),
	chip          TEXT,
	option_state  TEXT,
	host          TEXT,
	reason        TEXT NOT NULL,
	source        TEXT,
	evidence      TEXT REFERENCES bytes,
	evidence_name TEXT,
	made          INTEGER NOT NULL
) STRICT;
CREATE INDEX verdict_by_build ON verdict (build);

CREATE TABLE pin (
	id     INTEGER PRIMARY KEY,
	tool   TEXT NOT NULL,                  -- '*': any
	range  TEXT NOT NULL DEFAULT '',
	device TEXT NOT NULL,
	build  INTEGER REFERENCES build,
	name   TEXT,                           -- what the build is to be called
	tree   TEXT,                           -- "cubeide@1.7.0"
	why    TEXT NOT NULL,
	made   INTEGER NOT NULL,
	CHECK ((build IS NULL) <> (tree IS NULL))
) STRICT;

CREATE TABLE pin_end (
	pin  INTEGER PRIMARY KEY REFERENCES pin,
	why  TEXT NOT NULL,
	made INTEGER NOT NULL
) STRICT;

-- One file or one tree that is replaced. before_* are what was there.
CREATE TABLE swap (
	id            INTEGER PRIMARY KEY,
	kind          TEXT NOT NULL CHECK (kind IN ('file', 'tree')),
	tool          TEXT NOT NULL,
	version       TEXT,
	install       TEXT NOT NULL,
	path          TEXT NOT NULL,
	pin           INTEGER REFERENCES pin,
	restores      INTEGER REFERENCES swap,   -- the swap that this one undoes
	before_sha256 TEXT REFERENCES bytes,     -- of a file; NULL: nothing was there
	after_sha256  TEXT REFERENCES bytes,     -- NULL: it goes away
	before_stat   TEXT,                      -- JSON: mode, uid, gid, mtime
	from_tree     TEXT,
	kept_path     TEXT,                      -- where a tree's original is
	why           TEXT NOT NULL,
	made          INTEGER NOT NULL
) STRICT;
CREATE INDEX swap_by_path ON swap (path);

CREATE TABLE swap_state (
	id    INTEGER PRIMARY KEY,
	swap  INTEGER NOT NULL REFERENCES swap,
	state TEXT NOT NULL CHECK (state IN ('begun', 'kept', 'placed', 'done', 'undone')),
	told  TEXT,
	made  INTEGER NOT NULL
) STRICT;
CREATE INDEX swap_state_by_swap ON swap_state (swap);

-- What a tree held before, and what came.
CREATE TABLE tree_file (
	swap   INTEGER NOT NULL REFERENCES swap,
	side   TEXT NOT NULL CHECK (side IN ('before', 'after')),
	path   TEXT NOT NULL,
	mode   INTEGER NOT NULL,
	size   INTEGER NOT NULL,
	sha256 TEXT,                             -- of a regular file
	link   TEXT,                             -- where a symbolic link points
	PRIMARY KEY (swap, side, path)
) STRICT;

-- Nothing is changed or taken away.
CREATE TRIGGER bytes_no_update BEFORE UPDATE ON bytes
BEGIN SELECT RAISE(ABORT, 'rows are only ever added'); END;
CREATE TRIGGER bytes_no_delete BEFORE DELETE ON bytes
BEGIN SELECT RAISE(ABORT, 'rows are only ever added'); END;
CREATE TRIGGER build_no_update BEFORE UPDATE ON build
BEGIN SELECT RAISE(ABORT, 'rows are only ever added'); END;
CREATE TRIGGER build_no_delete BEFORE DELETE ON build
BEGIN SELECT RAISE(ABORT, 'rows are only ever added'); END;
CREATE TRIGGER origin_no_update BEFORE UPDATE ON origin
BEGIN SELECT RAISE(ABORT, 'rows are only ever added'); END;
CREATE TRIGGER origin_no_delete BEFORE DELETE ON origin
BEGIN SELECT RAISE(ABORT, 'rows are only ever added'); END;
CREATE TRIGGER verdict_no_update BEFORE UPDATE ON verdict
BEGIN SELECT RAISE(ABORT, 'rows are only ever added'); END;
CREATE TRIGGER verdict_no_delete BEFORE DELETE ON verdict
BEGIN SELECT RAISE(ABORT, 'rows are only ever added'); END;
CREATE TRIGGER pin_no_update BEFORE UPDATE ON pin
BEGIN SELECT RAISE(ABORT, 'rows are only ever added'); END;
CREATE TRIGGER pin_no_delete BEFORE DELETE ON pin
BEGIN SELECT RAISE(ABORT, 'rows are only ever added'); END;
CREATE TRIGGER pin_end_no_update BEFORE UPDATE ON pin_end
BEGIN SELECT RAISE(ABORT, 'rows are only ever added'); END;
CREATE TRIGGER pin_end_no_delete BEFORE DELETE ON pin_end
BEGIN SELECT RAISE(ABORT, 'rows are only ever added'); END;
CREATE TRIGGER swap_no_update BEFORE UPDATE ON swap
BEGIN SELECT RAISE(ABORT, 'rows are only ever added'); END;
CREATE TRIGGER swap_no_delete BEFORE DELETE ON swap
BEGIN SELECT RAISE(ABORT, 'rows are only ever added'); END;
CREATE TRIGGER swap_state_no_update BEFORE UPDATE ON swap_state
BEGIN SELECT RAISE(ABORT, 'rows are only ever added'); END;
CREATE TRIGGER swap_state_no_delete BEFORE DELETE ON swap_state
BEGIN SELECT RAISE(ABORT, 'rows are only ever added'); END;
CREATE TRIGGER tree_file_no_update BEFORE UPDATE ON tree_file
BEGIN SELECT RAISE(ABORT, 'rows are only ever added'); END;
CREATE TRIGGER tree_file_no_delete BEFORE DELETE ON tree_file
BEGIN SELECT RAISE(ABORT, 'rows are only ever added'); END;
