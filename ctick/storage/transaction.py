"""How the store's file is created, written to, copied and migrated. Every write is one transaction."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from ctick.errors import StoreError
from ctick.storage import schema
from ctick.storage.atomic_file import make_file, make_folder, remove
from ctick.storage.connection import Database, connect, reason
from ctick.text import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3


@contextmanager
def transaction(database: Database) -> "Iterator[sqlite3.Connection]":
    """One transaction, with no other writer: an error in the block rolls it back.

    The file is created if there is none. A store of an older version is migrated in the same
    transaction; a copy of it as it was is put beside it first, as `ctick.db.version-1`.
    """
    with database.errors():
        connection = database.connection() or create(database)
        leave_wal(database, connection)
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute("PRAGMA secure_delete = ON")  # what was deleted can't be recovered
        connection.execute("BEGIN IMMEDIATE")
        old_version = ""
        try:
            database.check(connection)  # another process may have written since it was opened
            version = schema.version_of(connection)
            if version < schema.VERSION:
                old_version = _copy_beside(database, version)
                schema.migrate(connection, version)
            yield connection
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
                if old_version:
                    remove(old_version)


def _copy_beside(database: Database, version: int) -> str:
    """Copies the store to `ctick.db.version-1`, or `ctick.db.version-1-2`; the name of the copy."""
    path = f"{os.path.realpath(database.path)}.version-{version}"
    names = (path if number == 1 else f"{path}-{number}" for number in count(1))
    try:
        while not make_file(name := next(names), lambda temporary: copy(database, temporary)):
            pass
    except OSError as error:
        raise StoreError(
            f"the store {database.name} has version {version} and was not migrated to version {schema.VERSION},"
            f" because no copy of it could be put beside it ({reason(error)}): nothing was saved; check its folder"
        ) from error
    return name


def leave_wal(database: Database, connection: "sqlite3.Connection") -> None:
    """Ends the WAL mode of a store that another program has switched to it.

    In that mode the file itself is out of date, and deleted snapshots are still in it.
    """
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        return
    import sqlite3

    try:
        connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        from ctick.shell import command_line

        leave = command_line("sqlite3", database.path, "PRAGMA journal_mode=DELETE")
        raise StoreError(
            f"the store {database.name} is in WAL mode and open in another program: close that program and try"
            f" again ({leave} ends that mode, as ctick would)"
        ) from error


def create(database: Database) -> "sqlite3.Connection":
    """Creates an empty store, and opens it. It appears whole or not at all."""
    path = os.path.realpath(database.path)  # a link stays one: the store is created at its target
    folder = os.path.dirname(path)
    if os.path.islink(database.path) and not os.path.isdir(folder):  # for example on a disk that is not mounted
        raise StoreError(
            f"the store {database.name} is a link to {plain(path)}, whose folder does not exist:"
            " mount its disk, or name another with --db"
        )
    try:
        make_folder(folder)
        make_file(path, make_empty)  # unless another process is quicker
    except OSError as error:
        raise StoreError(
            f"the store {database.name} can't be created ({reason(error)}): name another with --db"
        ) from error
    connected = database.connection()
    if connected is None:
        raise StoreError(f"the store {database.name} was removed while it was being created: try again")
    return connected


def make_empty(path: str) -> None:
    """Creates an empty store in a new file."""
    connection = connect(path, "rwc")
    try:
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute(f"PRAGMA page_size = {schema.PAGE}")
        connection.execute("BEGIN")
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        schema.migrate(connection, 0)
        connection.execute("COMMIT")
    finally:
        connection.close()


def copy(database: Database, path: str) -> None:
    """Copies a consistent state of the store to a new file; writers wait until that is done."""
    source = connect(database.path)
    try:
        with database.errors():
            source.execute("BEGIN")
            schema.version_of(source)  # a read, so that no other process can write from here on
        target = connect(path, "rwc")
        try:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, even if the store is in WAL mode
        finally:
            target.close()
    finally:
        source.close()
    keep_mode(database.path, path)


def keep_mode(original: str, copy: str) -> None:
    """Gives a copy the permissions of the original."""
    os.chmod(copy, os.stat(original).st_mode & 0o777)
