"""`ctick doctor --restore`: replaces the store by a backup, and keeps the old store under another name.

A damaged store may have its journal beside it, and SQLite rolls a journal back into any file that
has the store's name. So the old store and its journals are renamed together, before the backup gets the
name. After a kill the name has the old store, none, or the new one; the old one is never lost.
"""

import os
from errno import EACCES, EAGAIN
from itertools import count

from ctick.errors import DamageError, InputError, StoreError, UsageError
from ctick.storage.atomic_file import JOURNALS, make_folder, move_without_overwriting, sync, write_beside
from ctick.storage.backup import checked_copy
from ctick.storage.connection import Database, Errors, reason, retry_until_timeout
from ctick.storage.transaction import keep_mode
from ctick.text import plain

_LOCKS = 0x40000000, 512
"""Offset and length of SQLite's lock: https://www.sqlite.org/lockingv3.html"""


def restore(path: str, source: str) -> tuple[int, list[str]]:
    """Replaces the store `path` by the one in `source`; the number of its snapshots, and the old files.

    Raises StoreError where `source` is not sound, where the store is in use, and where nothing can
    be written; InputError where there is no `source`, UsageError where it is the store itself.
    """
    target = _checked(path, source)
    snapshots = 0
    kept: list[str] = []

    def make(temporary: str) -> None:
        nonlocal snapshots
        with Errors(path):
            snapshots = _copied(source, temporary)
        keep_mode(target if os.path.exists(target) else source, temporary)

    def put(temporary: str, target: str) -> bool:
        with _Lock(path, target):
            if not _set_aside(target, kept):
                return move_without_overwriting(temporary, target)
            os.replace(temporary, target)
            return True

    try:
        make_folder(os.path.dirname(target))
        is_done = write_beside(target, make, put)
    except (OSError, ValueError) as error:
        raise StoreError(f"the store {plain(path)} can't be replaced ({reason(error)}){_moved(kept)}") from error
    if not is_done:
        raise StoreError(
            f"the store {plain(path)} was created by another process meanwhile, and was not changed:"
            f" try again{_moved(kept)}"
        )
    return snapshots, kept


def _moved(kept: list[str]) -> str:
    """The names under which the old files are kept, to end a message."""
    names = [plain(name) for name in kept if os.path.lexists(name)]
    return f"; the previous store is kept as {', '.join(names)}" if names else ""


def _checked(path: str, source: str) -> str:
    """The real path of the store; UsageError if it is that of the backup."""
    if source in ("", "-"):
        raise UsageError("a store is a file: name the backup ('ctick import' reads from a pipe)")
    if not os.path.exists(source):
        raise InputError(f"no such file: {plain(source)}")
    try:
        target = os.path.realpath(path)
        if os.path.lexists(target) and not os.path.isfile(target):
            raise StoreError(f"the store {plain(path)} is not a file: name another with --db")
        if os.path.exists(target) and os.path.samefile(source, target):
            raise UsageError(f"{plain(source)} is the store itself: name a backup of it")
    except (OSError, ValueError) as error:
        raise StoreError(
            f"the store {plain(path)} can't be reached ({reason(error)}): name another with --db"
        ) from error
    return target


def _copied(source: str, target: str) -> int:
    """Copies a consistent state of a store and checks it; the number of its snapshots."""
    backup = Database(source)
    try:
        backup.connection()
        number, wrong = checked_copy(backup, target)
    finally:
        backup.close()
    if wrong:
        raise DamageError(f"{plain(source)} is damaged ({wrong[0]}) and was not restored: name another backup")
    return number


def _set_aside(target: str, kept: list[str]) -> bool:
    """Renames the old files, and adds the new names to `kept`; True if the store itself has only been linked so far."""
    endings = [ending for ending in ("", *JOURNALS) if os.path.lexists(target + ending)]
    if not endings:
        return False
    names = (f"{target}.replaced-{number}" for number in count(1))
    name = next(name for name in names if not any(os.path.lexists(name + ending) for ending in ("", *JOURNALS)))
    kept += [name + ending for ending in endings]
    if endings == [""] and _link(target, name, ""):
        return True
    linked = [ending for ending in reversed(endings) if ending and _link(target, name, ending)]
    for ending in endings:  # the store first: no journal is ever beside another store
        if ending in linked:
            os.unlink(target + ending)
        else:
            os.rename(target + ending, name + ending)
        sync(os.path.dirname(target))
    return False


def _link(target: str, name: str, ending: str) -> bool:
    """Whether a hard link was made; some file systems have none."""
    try:
        os.link(target + ending, name + ending, follow_symlinks=False)
    except OSError:
        return False
    return True


class _Lock:
    """Keeps other processes from reading and writing the store while it is entered, even if SQLite can't open it."""

    def __init__(self, path: str, target: str) -> None:
        self._path = path
        self._target = target
        self._file = -1

    def __enter__(self) -> None:
        if os.name != "posix":  # Windows renames no file that another process has open
            return
        if not retry_until_timeout(self._is_locked):
            raise StoreError(f"the store {plain(self._path)} is locked by another program: try again")

    def _is_locked(self) -> bool:
        import fcntl

        try:
            self._file = os.open(self._target, os.O_RDWR)
        except FileNotFoundError:  # nothing to lock
            return True
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCKS[1], _LOCKS[0])
            if os.path.samestat(os.fstat(self._file), os.stat(self._target)):
                return True  # no other restore has replaced the file meanwhile
        except FileNotFoundError:
            pass
        except OSError as error:
            if error.errno not in (EACCES, EAGAIN):
                self.__exit__()
                raise
        self.__exit__()
        return False

    def __exit__(self, *error: object) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
