"""Writing a result into a file that the user names: whole or not at all, and never over a store."""

import os
import stat

from ctick.errors import UsageError
from ctick.storage.atomic_file import JOURNALS, make_file, remove
from ctick.text import plain

_SQLITE = b"SQLite format 3\0"


def write_file(place: str, text: str, store: str, *, force: bool) -> None:
    """Writes `text` into the file `place`; what is no file, such as a pipe or /dev/null, gets it as it is.

    A file that is there already is replaced only with `force`; a database never, nor the `store`
    where it isn't there yet. Raises UsageError for these, and OSError or ValueError where the file
    can't be written, and then it is as it was.
    """
    target = os.path.realpath(place)
    try:
        status = os.stat(target)
    except FileNotFoundError:
        status = None
    is_special = status is not None and not stat.S_ISREG(status.st_mode)
    if is_special or not os.path.basename(place):  # `name/` is no file, and open() says so
        with open(place, "w", encoding="utf-8") as file:
            file.write(text)
        return
    if _is_of_store(target, os.path.realpath(store)):
        raise UsageError(f"{plain(place)} is a store or another database, and is never overwritten: name another file")

    def write(temporary: str) -> None:
        with open(temporary, "x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())  # some disks say only now that they are full

    if status is not None and force:
        _replace(target, status.st_mode, write)
    elif status is not None or not make_file(target, write):
        raise UsageError(f"{plain(place)} is there already: overwrite it with --force, or name another file")


def _is_of_store(target: str, store: str) -> bool:
    """Whether this is a database, the file of the store, or a file that SQLite keeps beside one."""
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
