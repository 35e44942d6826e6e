"""Writes a result to a file that the user names: completely or not at all, and never over a database."""

import os
import stat

from ctick.errors import UsageError
from ctick.storage.atomic_file import JOURNALS, make_file, write_beside
from ctick.text import plain

_SQLITE = b"SQLite format 3\0"


def write_file(path: str, text: str, store: str, *, force: bool) -> None:
    """Writes `text` to the file `path`, or directly to a pipe or device of that name.

    An existing file is replaced only with `force`; a database never, nor the path of `store`, even
    if it does not exist yet: UsageError. If the file can't be written, OSError or ValueError, and
    the file is unchanged.
    """
    target = os.path.realpath(path)
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        mode = None
    is_special = mode is not None and not stat.S_ISREG(mode)
    if is_special or not os.path.basename(path):  # `name/` can't be a file, and open() reports that
        _write(path, text, "w")
        return
    if _belongs_to_database(target, os.path.realpath(store)):
        raise UsageError(f"{plain(path)} belongs to a database, which ctick never overwrites: name another file")

    def replace(temporary: str, target: str) -> bool:
        os.chmod(temporary, stat.S_IMODE(mode or 0))
        os.replace(temporary, target)
        return True

    if mode is None:
        is_written = make_file(target, lambda temporary: _write(temporary, text, "x"))
    else:
        is_written = force and write_beside(target, lambda temporary: _write(temporary, text, "x"), replace)
    if not is_written:
        raise UsageError(f"{plain(path)} already exists: overwrite it with --force, or name another file")


def _write(path: str, text: str, mode: str) -> None:
    with open(path, mode, encoding="utf-8") as file:
        file.write(text)


def _belongs_to_database(target: str, store: str) -> bool:
    """Whether `target` is a database, the path of the store, or one of the files that SQLite keeps beside them."""
    for ending in ("", *JOURNALS):
        name = target.removesuffix(ending)
        if name + ending == target and (name == store or _is_database(name)):
            return True
    return False


def _is_database(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except (OSError, ValueError):
        return False
