# SPDX-License-Identifier: MIT
"""What every file of a tree was like, to be compared byte by byte and second by second."""
import hashlib
import os
import pathlib
import stat


def look(path):
    """What must be the same again: type, mode, time, size, digest. Of folders, the mode."""
    st = os.lstat(path)
    if stat.S_ISLNK(st.st_mode):
        return ("link", os.readlink(path))
    if stat.S_ISDIR(st.st_mode):
        return ("folder", oct(st.st_mode))
    digest = hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
    return ("file", oct(st.st_mode), st.st_mtime_ns, st.st_size, digest)


def take(*tops):
    """Path to what is there, of everything below the folders @tops."""
    found = {}
    for top in tops:
        for folder, folders, files in os.walk(top):
            for name in (*folders, *files):
                path = os.path.join(folder, name)
                found[path] = look(path)
    return found


def changed(before, after):
    """The paths at which something else is, or nothing any more, or only now."""
    return sorted(p for p in before.keys() | after.keys() if before.get(p) != after.get(p))


def below(snapshot, top):
    """The part of it that lies below @top, by the path from there."""
    top = f"{top}/"
    return {p.removeprefix(top): what for p, what in snapshot.items() if p.startswith(top)}
