"""Writes a result to a file that the user names: completely or not at all, and never over a database."""

import os
import stat

from ctick.errors import UsageError
from ctick.storage.atomic_file import JOURNALS, make_file, remove
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
        status = os.stat(target)
    except FileNotFoundError:
        status = None
    is_special = status is not None and not stat.S_ISREG(status.st_mode)
    if is_special or not os.path.basename(path):  # `name/` can't be a file, and open() reports that
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return
    if _belongs_to_database(target, os.path.realpath(store)):
        raise UsageError(f"{plain(path)} belongs to a database, which ctick never overwrites: name another file")

    def write(temporary: str) -> None:
        with open(temporary, "x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())  # some disks report only now that they are full

    if status is not None and force:
        _replace(target, status.st_mode, write)
    elif status is not None or not make_file(target, write):
        raise UsageError(f"{plain(path)} already exists: overwrite it with --force, or name another file")


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


def _replace(target: str, mode: int, write: "Callable[[str], None]") -> None:
    temporary = f"{target}.new-{os.urandom(6).hex()}"
    try:
        write(temporary)
        os.chmod(temporary, stat.S_IMODE(mode))
        os.replace(temporary, target)
    finally:
        remove(temporary)


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
