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
_LEFTOVER_AGE = 3600  # seconds; an unfinished file that is older was left by a killed process


def make_file(path: str, make: Callable[[str], None]) -> bool:
    """Creates the file `path`; False if it exists already, and is not changed.

    `make` writes it under a temporary name beside it; it is renamed when it is on the disk. OSError
    if the folder can't be written to, if SQLite would take the file for the journal of another one or
    the other way round, and for a name that is reserved for unfinished files.
    """
    stale = next((name for name in (path + ending for ending in JOURNALS) if os.path.lexists(name)), None)
    if os.path.lexists(path):
        return False
    for ending in JOURNALS:
        if path.endswith(ending) and os.path.lexists(path.removesuffix(ending)):
            raise OSError(EINVAL, f"SQLite would take it for a journal of {plain(path.removesuffix(ending))}")
    if stale is not None:
        raise OSError(EEXIST, f"{plain(stale)} of another store exists: move it away")
    return write_beside(path, make, move_without_overwriting)


def write_beside(path: str, make: Callable[[str], None], put: Callable[[str, str], bool]) -> bool:
    """Writes a file under a temporary name; when it is on the disk, `put(temporary, path)` moves it there.

    False if `put` returned False, because there is such a file already.
    """
    if _is_temporary(os.path.basename(path)):
        raise OSError(EINVAL, f"ctick uses names that end in {_TEMPORARY} and {_DIGITS} digits for unfinished files")
    os.stat(os.path.dirname(path) or os.curdir)
    _remove_leftovers(path)
    temporary = f"{path}{_TEMPORARY}{os.urandom(_DIGITS // 2).hex()}"
    try:
        make(temporary)
        sync(temporary)
        if not put(temporary, path):
            return False
    finally:
        for leftover in (temporary, temporary + "-journal"):
            remove(leftover)
    sync(os.path.dirname(path) or os.curdir)
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


def move_without_overwriting(temporary: str, path: str) -> bool:
    """Renames a file unless `path` exists; whether it did so."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        return _rename(temporary, path)
    return True


def _rename(temporary: str, path: str) -> bool:
    """The same without hard links: renaming overwrites, so only one process at a time may check and rename."""
    folder = os.open(os.path.dirname(path) or os.curdir, os.O_RDONLY) if os.name == "posix" else None
    try:
        if folder is not None:
            import fcntl

            with suppress(OSError):  # no locks either: the moment between check and rename is short
                fcntl.flock(folder, fcntl.LOCK_EX)
        if os.path.lexists(path):
            return False
        os.rename(temporary, path)
    finally:
        if folder is not None:
            os.close(folder)
    return True


def beside(path: str, ending: str) -> list[str]:
    """The files beside `path` whose names start with its name and `ending`; none if the folder can't be read."""
    folder, name = os.path.split(path)
    try:
        others = os.listdir(folder or os.curdir)
    except OSError:
        return []
    return sorted([os.path.join(folder, other) for other in others if other.startswith(name + ending)])


def _remove_leftovers(path: str) -> None:
    """Removes the unfinished files of `path` that killed processes have left."""
    for leftover in beside(path, _TEMPORARY):
        if not _is_temporary(leftover.removesuffix("-journal"), path):
            continue
        try:
            status = os.lstat(leftover)
            if stat.S_ISREG(status.st_mode) and time.time() - status.st_mtime > _LEFTOVER_AGE:
                os.unlink(leftover)
        except OSError:
            pass


def _is_temporary(name: str, path: str | None = None) -> bool:
    """Whether this is the name of an unfinished file (of `path`); no finished file ever gets such a name."""
    before, middle, digits = name.rpartition(_TEMPORARY)
    is_ours = bool(middle) and len(digits) == _DIGITS and not digits.strip("0123456789abcdef")
    return is_ours and path in (None, before)


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
