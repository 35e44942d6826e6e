"""Copies of a store: `backup` of one that is sound, `rescue` of what is sound in one that is not."""

import os

from ctick.errors import DamageError, StoreError, UsageError
from ctick.shell import store_command
from ctick.storage import schema
from ctick.storage.atomic_file import make_file
from ctick.storage.connection import Database, Errors, reason
from ctick.storage.integrity import check
from ctick.storage.recovery import recover
from ctick.storage.store import Store
from ctick.storage.transaction import copy, keep_mode, leave_wal, make_empty
from ctick.text import counted, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable


def backup(path: str, place: str) -> int:
    """Copies the store `path`, as it is at one moment, to the new file `place`; the number of its snapshots.

    Raises StoreError where there is no store, where it is not sound, and where no file can be
    made; UsageError where there is one already.
    """
    database = Database(path)
    _opened(database)
    count = 0

    def make(temporary: str) -> None:
        nonlocal count
        count, wrong = checked_copy(database, temporary)
        if wrong:
            raise database.damage(f"is damaged ({wrong[0]}), and was not copied")

    try:
        _new(place, make)
    finally:
        database.close()
    return count


def checked_copy(database: Database, place: str) -> tuple[int, list[str]]:
    """Copies a store to a new file; how many snapshots are in it, and what is wrong with them."""
    copy(database, place)
    try:
        return check(place)
    except DamageError:
        return 0, ["it can't be read through"]


def rescue(path: str, place: str) -> tuple[int, list[str]]:
    """Makes a new store in the file `place` of all that is sound in the one in `path`.

    How many snapshots that are, and what is lost, as far as it can be told. Raises as `backup`.
    """
    database = Database(path)
    try:
        try:
            saved = _tally(database)
        except DamageError:
            saved = None
            _refuse_wal(database)
        with open(path, "rb") as file:
            found = recover(file.read())
    except (OSError, ValueError) as error:
        raise StoreError(
            f"the store {database.name} can't be read ({reason(error)}): see to its permissions"
        ) from error
    finally:
        database.close()
    if not found.snapshots:
        raise StoreError(
            f"nothing in {database.name} is a sound snapshot of ctick:"
            f" {store_command(path, 'doctor', '--restore', 'FILE')} puts a backup in its place"
        )

    def make(temporary: str) -> None:
        make_empty(temporary)
        made = Store(temporary)
        try:
            made.import_snapshots(found.snapshots)
        finally:
            made.close()
        keep_mode(path, temporary)

    _new(place, make)
    lost = [
        f"{plain(source)} of {as_of}" + (f", {count:,} times" if count > 1 else "")
        for (source, as_of), count in sorted(found.lost.items(), key=lambda item: item[0][::-1])
    ]
    missing = (saved or 0) - len(found.snapshots) - found.lost.total()
    if missing > 0:
        lost.append(f"{counted(missing, 'snapshot')} of which too little is left to tell the day")
    return len(found.snapshots), lost


def _opened(database: Database) -> "sqlite3.Connection":
    connection = database.connection()
    if connection is None:
        raise StoreError(f"there is no store {database.name}: {store_command(database.path, 'snapshot')} makes it")
    return connection


def _tally(database: Database) -> int | None:
    """How many snapshots were saved; None where the store is too old to know.

    A write that was broken off is undone by that, all changes are in the one file, and none goes on
    until the database is closed.
    """
    connection = _opened(database)
    with database.errors():
        leave_wal(database, connection)
        connection.execute("BEGIN")
        if schema.version_of(connection) == 1:
            return None
        row = connection.execute("SELECT snapshots FROM tally").fetchone()
    return row[0] if row and isinstance(row[0], int) else None


def _refuse_wal(database: Database) -> None:
    """StoreError where changes are in a log beside the file, and SQLite has not brought them into it."""
    log = os.path.realpath(database.path) + "-wal"
    if os.path.exists(log) and os.path.getsize(log):
        raise StoreError(
            f"the latest changes of the damaged store {database.name} are in {plain(log)}: close the program that has"
            " it open and try again; to rescue what was there before these changes, move that file away"
        )


def _new(place: str, make: "Callable[[str], None]") -> None:
    if place in ("", "-"):
        raise UsageError("a store is a file: name the new one ('ctick export' is what goes through a pipe)")

    def named(temporary: str) -> None:
        try:
            with Errors(place):
                make(temporary)
        except StoreError as error:  # of a name that will be gone
            raise type(error)(str(error).replace(plain(temporary), plain(place))) from error

    try:
        is_made = make_file(place, named)
    except (OSError, ValueError) as error:
        raise StoreError(f"{plain(place)} can't be made ({reason(error)}): name another file") from error
    if not is_made:
        raise UsageError(f"{plain(place)} is there already, and is not overwritten: name another file")
