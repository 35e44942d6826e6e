"""Copies of a store: `backup` of a sound one, `rescue` of what can be recovered from a damaged one."""

import os

from ctick.errors import DamageError, StoreError, UsageError
from ctick.shell import store_command
from ctick.storage import schema
from ctick.storage.atomic_file import make_file
from ctick.storage.connection import Database, Errors, reason
from ctick.storage.integrity import check
from ctick.storage.recovery import Recovered, recover
from ctick.storage.store import Store
from ctick.storage.transaction import copy, keep_mode, leave_wal, make_empty
from ctick.text import counted, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable


def backup(path: str, target: str) -> int:
    """Copies a consistent state of the store `path` to the new file `target`; the number of its snapshots.

    Raises StoreError if there is no store, if it is not sound, and if the file can't be created;
    UsageError if it exists already.
    """
    database = Database(path)
    _open_existing(database)
    count = 0

    def make(temporary: str) -> None:
        nonlocal count
        count, wrong = checked_copy(database, temporary)
        if wrong:
            raise database.damage(f"is damaged ({wrong[0]}) and was not copied")

    try:
        _create(target, make)
    finally:
        database.close()
    return count


def checked_copy(database: Database, target: str) -> tuple[int, list[str]]:
    """Copies a store to a new file; how many snapshots are in it, and what is wrong with them."""
    copy(database, target)
    try:
        return check(target)
    except DamageError:
        return 0, ["it can't be read to the end"]


def rescue(path: str, target: str) -> tuple[int, list[str]]:
    """Creates a store in the file `target` of all that can be recovered from the one in `path`.

    The number of its snapshots, and what is lost, as far as that is known. Raises as `backup`.
    """
    found, saved, captures = _recovered(path)

    def make(temporary: str) -> None:
        make_empty(temporary)
        made = Store(temporary)
        try:
            made.import_snapshots(found.snapshots)
        finally:
            made.close()
        keep_mode(path, temporary)

    _create(target, make)
    lost = [
        f"{plain(source)} of {as_of}" + (f", {count:,} times" if count > 1 else "")
        for (source, as_of), count in sorted(found.lost.items(), key=lambda item: item[0][::-1])
    ]
    missing = saved - len(found.snapshots) - found.lost.total()
    if missing > 0:
        lost.append(f"{counted(missing, 'snapshot')} of an unknown day")
    missing = captures - sum(snapshot.capture is not None for snapshot in found.snapshots)
    if missing > 0:
        lost.append(f"{counted(missing, 'capture')}: where and when a crawl fetched a page")
    return len(found.snapshots), lost


def _recovered(path: str) -> tuple[Recovered, int, int]:
    """What can be recovered from a store, and how many snapshots and captures were saved in it, 0 if not known."""
    database = Database(path)
    try:
        try:
            saved, captures = _tallies(database)
        except DamageError:
            saved = captures = 0
            _check_wal(database)
        with open(path, "rb") as file:
            found = recover(file.read())
    except (OSError, ValueError) as error:
        raise StoreError(f"the store {database.name} can't be read ({reason(error)}): check its permissions") from error
    finally:
        database.close()
    if not found.snapshots:
        raise StoreError(
            f"no snapshot could be recovered from {database.name}:"
            f" {store_command(path, 'doctor', '--restore', 'FILE')} restores a backup"
        )
    return found, saved, captures


def _open_existing(database: Database) -> "sqlite3.Connection":
    connection = database.connection()
    if connection is None:
        raise StoreError(f"no such store: {database.name}; {store_command(database.path, 'snapshot')} creates it")
    return connection


def _tallies(database: Database) -> tuple[int, int]:
    """How many snapshots and captures were saved; 0 if the store is too old to have recorded it.

    Opening it rolls back an unfinished write, all changes are in the one file, and no other process
    writes until the database is closed.
    """
    connection = _open_existing(database)
    with database.errors():
        leave_wal(database, connection)
        connection.execute("BEGIN")
        version = schema.version_of(connection)
        tallies = (
            connection.execute("SELECT snapshots FROM tally").fetchone() if version > 1 else None,
            connection.execute("SELECT captures FROM capture_tally").fetchone() if version >= schema.CAPTURES else None,
        )
    saved, captures = (row[0] if row and isinstance(row[0], int) else 0 for row in tallies)
    return saved, captures


def _check_wal(database: Database) -> None:
    """StoreError where changes are in a WAL file beside the store that SQLite has not checkpointed."""
    log = os.path.realpath(database.path) + "-wal"
    if os.path.exists(log) and os.path.getsize(log):
        raise StoreError(
            f"the latest changes of the damaged store {database.name} are in {plain(log)}: close the program that has"
            " it open and try again; to recover the store without these changes, move that file away"
        )


def _create(target: str, make: "Callable[[str], None]") -> None:
    if target in ("", "-"):
        raise UsageError("a store is a file: name the new one ('ctick export' writes to a pipe)")

    def named(temporary: str) -> None:
        try:
            with Errors(target):
                make(temporary)
        except StoreError as error:  # which names the temporary file
            raise type(error)(str(error).replace(plain(temporary), plain(target))) from error

    try:
        is_made = make_file(target, named)
    except (OSError, ValueError) as error:
        raise StoreError(f"{plain(target)} can't be created ({reason(error)}): name another file") from error
    if not is_made:
        raise UsageError(f"{plain(target)} already exists, and is not overwritten: name another file")
