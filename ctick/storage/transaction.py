"""How the store's file is made, written to, copied and brought forward. Every write is one transaction."""

import os
from itertools import count

from ctick.errors import StoreError
from ctick.storage import schema
from ctick.storage.atomic_file import make_file, make_folder, remove
from ctick.storage.connection import Database, connect, reason
from ctick.text import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3


class Transaction:
    """`with` it a write is all of it or nothing, and alone: what leaves the block as an error undoes it.

    The file is made where there is none. A store of an older version is brought forward in the
    same transaction; a copy of it as it was is put beside it first, as `ctick.db.version-1`.
    """

    # A class: `contextlib` would be a tenth of the interpreter's start.

    def __init__(self, database: Database) -> None:
        self._database = database
        self._copied = ""  # the copy of an older version, until the transaction holds

    def __enter__(self) -> "sqlite3.Connection":
        with self._database.errors():
            self._connection = self._database.connection() or create(self._database)
            leave_wal(self._database, self._connection)
            self._connection.execute("PRAGMA synchronous = EXTRA")
            self._connection.execute("PRAGMA secure_delete = ON")  # what was forgotten is not to be rescued
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._bring_forward()
            except BaseException:
                self._undo()
                raise
        return self._connection

    def _bring_forward(self) -> None:
        self._database.check(self._connection)  # another process may have written since it was opened
        version = schema.version_of(self._connection)
        if version == schema.VERSION:
            return
        place = f"{os.path.realpath(self._database.path)}.version-{version}"
        names = (place if number == 1 else f"{place}-{number}" for number in count(1))
        try:
            while not make_file(name := next(names), self._copy):
                pass
        except OSError as error:
            raise StoreError(
                f"the store {self._database.name} has version {version}, and before it is brought to version"
                f" {schema.VERSION} no copy could be put beside it ({reason(error)}): nothing was saved;"
                " see to its folder"
            ) from error
        self._copied = name
        schema.bring_forward(self._connection, version)

    def _copy(self, place: str) -> None:
        copy(self._database, place)

    def _undo(self) -> None:
        self._connection.execute("ROLLBACK")
        if self._copied:
            remove(self._copied)

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        errors = self._database.errors()
        with errors:
            try:
                if error is None:
                    self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._undo()
        errors.__exit__(kind, error, trace)  # what went wrong in the block


def leave_wal(database: Database, connection: "sqlite3.Connection") -> None:
    """Brings a store that somebody has switched to a write-ahead log back to one file.

    Beside such a log the file is out of date, and what was forgotten is still in it.
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
            f"the store {database.name} is in WAL mode, and another program has it open: close that program and try"
            f" again ({leave} ends that mode, as ctick would)"
        ) from error


def create(database: Database) -> "sqlite3.Connection":
    """Makes a new, empty store, and opens it. It appears whole or not at all."""
    place = os.path.realpath(database.path)  # a link stays one: the store is made where it leads
    folder = os.path.dirname(place)
    if os.path.islink(database.path) and not os.path.isdir(folder):  # of a disk that is not mounted
        raise StoreError(
            f"the store {database.name} is a link to {plain(place)}, whose folder is not there:"
            " see to its disk, or name another with --db"
        )
    try:
        make_folder(folder)
        make_file(place, make_empty)  # unless another process is quicker
    except OSError as error:
        raise StoreError(
            f"the store {database.name} can't be made ({reason(error)}): name another with --db"
        ) from error
    connected = database.connection()
    if connected is None:
        raise StoreError(f"the store {database.name} was removed while it was made: try again")
    return connected


def make_empty(place: str) -> None:
    """A store with nothing in it, in a new file."""
    connection = connect(place, "rwc")
    try:
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute(f"PRAGMA page_size = {schema.PAGE}")
        connection.execute("BEGIN")
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        schema.bring_forward(connection, 0)
        connection.execute("COMMIT")
    finally:
        connection.close()


def copy(database: Database, place: str) -> None:
    """Copies the store to a new file, as it is at one moment; writers wait for that long."""
    source = connect(database.path)
    try:
        with database.errors():
            source.execute("BEGIN")
            schema.version_of(source)  # something is read: from here on it stays as it is
        target = connect(place, "rwc")
        try:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, whatever the store is
        finally:
            target.close()
    finally:
        source.close()
    keep_mode(database.path, place)


def keep_mode(path: str, place: str) -> None:
    """What only its owner may read stays so in its copy."""
    os.chmod(place, os.stat(path).st_mode & 0o777)
