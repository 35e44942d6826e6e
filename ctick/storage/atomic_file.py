"""Files that appear whole or not at all, and never overwrite another."""

import os
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from errno import EEXIST, EINVAL

from ctick.text import plain

JOURNALS = ("-journal", "-wal", "-shm")
"""Suffixes of the files that SQLite keeps beside a store."""

_TEMPORARY = ".new-"  # in the name of an unfinished file, before `_DIGITS` random digits
_DIGITS = 12
_OLD = 3600  # seconds; an unfinished file that is older was left by a killed process


def make_file(place: str, make: Callable[[str], None]) -> bool:
    """Creates the file `place`; False if it exists already, and is not changed.

    `make` writes it under a temporary name beside it; it is renamed when it is on the disk. OSError
    if the folder can't be written to, if SQLite would take the file for the journal of another one or
    the other way round, and for a name that is reserved for unfinished files.
    """
    stale = next((name for name in (place + ending for ending in JOURNALS) if os.path.lexists(name)), None)
    if os.path.lexists(place):
        return False
    for ending in JOURNALS:
        if place.endswith(ending) and os.path.lexists(place.removesuffix(ending)):
            raise OSError(EINVAL, f"SQLite would take it for a journal of {plain(place.removesuffix(ending))}")
    if stale is not None:
        raise OSError(EEXIST, f"{plain(stale)} of another store exists: move it away")
    return write_beside(place, make, put_in_place)


def write_beside(place: str, make: Callable[[str], None], put: Callable[[str, str], bool]) -> bool:
    """Writes a file under a temporary name; when it is on the disk, `put(temporary, place)` puts it in its place.

    False where `put` says that the place was taken.
    """
    if _is_temporary(os.path.basename(place)):
        raise OSError(EINVAL, f"ctick uses names that end in {_TEMPORARY} and {_DIGITS} digits for unfinished files")
    os.stat(os.path.dirname(place) or os.curdir)
    _clear_away(place)
    temporary = f"{place}{_TEMPORARY}{os.urandom(_DIGITS // 2).hex()}"
    try:
        make(temporary)
        sync(temporary)
        if not put(temporary, place):
            return False
    finally:
        for leftover in (temporary, temporary + "-journal"):
            remove(leftover)
    sync(os.path.dirname(place) or os.curdir)
    return True


def make_folder(path: str) -> None:
    """Creates the folder `path` and those above it, for the user alone."""
    if os.path.isdir(path):
        return
    above = os.path.dirname(path)
    if above != path:
        make_folder(above)
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:  # another process was quicker, or it is a file
        if not os.path.isdir(path):
            raise
    sync(above)


def put_in_place(temporary: str, place: str) -> bool:
    """Renames a file unless `place` exists; whether it did so."""
    try:
        os.link(temporary, place)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        return _rename(temporary, place)
    return True


def _rename(temporary: str, place: str) -> bool:
    """The same without hard links: renaming overwrites, so only one process at a time may look and rename."""
    folder = os.open(os.path.dirname(place) or os.curdir, os.O_RDONLY) if os.name == "posix" else None
    try:
        if folder is not None:
            import fcntl

            with suppress(OSError):  # no locks either: the moment between look and rename is short
                fcntl.flock(folder, fcntl.LOCK_EX)
        if os.path.lexists(place):
            return False
        os.rename(temporary, place)
    finally:
        if folder is not None:
            os.close(folder)
    return True


def beside(place: str, ending: str) -> list[str]:
    """The files beside `place` whose names start with its name and `ending`; none if the folder can't be read."""
    folder, name = os.path.split(place)
    try:
        others = os.listdir(folder or os.curdir)
    except OSError:
        return []
    return sorted([os.path.join(folder, other) for other in others if other.startswith(name + ending)])


def _clear_away(place: str) -> None:
    """Removes the unfinished files of `place` that killed processes have left."""
    for leftover in beside(place, _TEMPORARY):
        if not _is_temporary(leftover.removesuffix("-journal"), place):
            continue
        try:
            status = os.lstat(leftover)
            if stat.S_ISREG(status.st_mode) and time.time() - status.st_mtime > _OLD:
                os.unlink(leftover)
        except OSError:
            pass


def _is_temporary(path: str, place: str | None = None) -> bool:
    """Whether this is the name of an unfinished file (of `place`); no finished file ever gets such a name."""
    before, middle, digits = path.rpartition(_TEMPORARY)
    is_ours = bool(middle) and len(digits) == _DIGITS and not digits.strip("0123456789abcdef")
    return is_ours and place in (None, before)


def sync(path: str) -> None:
    """Makes sure that a file or folder survives a power cut; some systems can't do so for a folder."""
    try:
        number = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(number)
    except OSError:
        if not os.path.isdir(path):
            raise
    finally:
        os.close(number)


def remove(path: str) -> None:
    """Removes a file if it exists and can be removed."""
    with suppress(OSError):
        os.unlink(path)
