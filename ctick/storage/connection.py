"""The store's file: how it is opened and checked, and SQLite's errors as ctick's.

The rollback journal is kept (not WAL): a store can then be read on a read-only disk, and is one
file to copy. How it is written to is in `transaction`.
"""

import os
import stat
from _thread import get_ident

from ctick.errors import DamageError, StoreError
from ctick.storage import schema
from ctick.text import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from typing import Any

_TIMEOUT = 10.0  # seconds to wait for another program


class Database:
    """The SQLite file `path`, which need not exist. A file that is not ctick's is not changed.

    Methods raise StoreError where it is damaged, not ctick's, too new or out of reach.
    """

    def __init__(self, path: str, timeout: int | None = None) -> None:
        self.path = path
        self.timeout = timeout  # seconds to wait for another program, None for ten
        self._open: sqlite3.Connection | None = None
        self._file = (0, 0)  # device and inode of the open file: another file may get its name
        self._thread = 0

    def close(self) -> None:
        """Closes the file; a later call opens it again."""
        self._check_thread()
        self._close()

    def _close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def __del__(self) -> None:
        # Python warns of connections that the garbage collector closes, in any thread.
        self._close()

    def _check_thread(self) -> None:
        if self._open is not None and self._thread != get_ident():
            from ctick.storage.sqlite_errors import other_thread

            raise other_thread(self.path, self._thread)

    @property
    def name(self) -> str:
        return plain(self.path)

    def errors(self) -> "Errors":
        """A context manager that raises SQLite's errors as ctick's."""
        return Errors(self.path)

    def damage(self, what: str) -> DamageError:
        """The error for a damaged store: what is wrong, as a predicate, and what to do."""
        from ctick.storage.sqlite_errors import advice

        return DamageError(f"the store {self.name} {what}; {advice(self.path)}")

    def connection(self) -> "sqlite3.Connection | None":
        """The open store, None if there is no file; a file that is not ctick's is not changed."""
        self._check_thread()
        if self._open is not None and self._open.in_transaction:
            return self._open
        try:
            status = os.stat(self.path)
        except (FileNotFoundError, NotADirectoryError):
            self._close()
            return None
        except (OSError, ValueError) as error:
            raise StoreError(
                f"the store {self.name} can't be reached ({reason(error)}): name another with --db"
            ) from error
        if self._open is not None and self._file == (status.st_dev, status.st_ino):
            return self._open
        self._close()
        if not stat.S_ISREG(status.st_mode):
            raise StoreError(f"the store {self.name} is not a file: name another with --db")
        if status.st_size == 0:
            from ctick.shell import store_command

            raise DamageError(
                f"the store {self.name} is empty; ctick never creates an empty file:"
                f" {store_command(self.path, 'doctor', '--restore', 'FILE')} restores a backup,"
                " or delete it to start again"
            )
        with self.errors():
            connection = connect(self.path, timeout=self.timeout)
            try:
                self.check(connection)
            except BaseException:
                connection.close()
                raise
            self._open, self._file, self._thread = connection, (status.st_dev, status.st_ino), get_ident()
        return self._open

    def rows(self, statement: str, values: "Sequence[object]" = ()) -> "list[Any]":
        """All rows that a statement reads; none if there is no file."""
        connection = self.connection()
        if connection is None:
            return []
        with self.errors():
            return connection.execute(statement, values).fetchall()

    def check(self, connection: "sqlite3.Connection") -> None:
        """StoreError for a database that is not ctick's, too new, or without ctick's tables."""
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        version = schema.version_of(connection)
        if application != schema.APPLICATION_ID:
            raise DamageError(f"{self.name} is another program's database, not a ctick store: name another with --db")
        if version > schema.VERSION:
            raise DamageError(
                f"the store {self.name} was written by a newer ctick (store version {version},"
                f" this ctick reads up to {schema.VERSION}): it was not changed; upgrade ctick"
            )
        error = schema.schema_error(connection, version)
        if error is not None:
            raise self.damage(plain(error))


class Errors:
    """A context manager that raises SQLite's errors as ctick's, with messages about the store `path`."""

    # A class: to import `contextlib` would cost 0.5 ms of the 24 ms that `ctick convert` takes.

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception):
            from ctick.storage.sqlite_errors import to_ctick_error

            instead = to_ctick_error(error, self._path)
            if instead is not None:
                raise instead from error


def connect(path: str, mode: str = "rw", timeout: int | None = None) -> "sqlite3.Connection":
    """A connection without hidden transactions; `rw` never creates a file, and can read a read-only one."""
    import sqlite3

    # The path is not normalized: `link/..` is not the folder of `link`. `./` keeps ':memory:' a name,
    # and an empty host keeps '//' from naming one.
    name = os.path.join(os.curdir, path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    host = "//" if name.startswith("/") else ""
    connection = sqlite3.connect(
        f"file:{host}{name}?mode={mode}",
        timeout=0,
        isolation_level=None,
        check_same_thread=False,  # Database does so itself, but may be collected in any thread
        factory=_retrying(timeout),
        uri=True,
    )
    connection.execute("PRAGMA temp_store = MEMORY")  # so that a full folder for temporary files does no harm
    return connection


def _retrying(timeout: int | None) -> "type[sqlite3.Connection]":
    """Connections that retry for `timeout` seconds while the file is in use, and six times as long to begin a write.

    SQLite itself would retry ten times a second; between many short writes that is too seldom.
    """
    import sqlite3
    import time

    class RetryingConnection(sqlite3.Connection):
        def execute(self, *statement: "Any") -> sqlite3.Cursor:  # noqa: ANN401 - the types are sqlite3's
            # Writers take turns, and many may be before this one.
            seconds = _TIMEOUT if timeout is None else timeout
            end = time.monotonic() + seconds * (6 if statement[0] == "BEGIN IMMEDIATE" else 1)
            while True:
                try:
                    return super().execute(*statement)
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                        raise
                time.sleep(0.001 + os.urandom(1)[0] / 50_000)  # random, so that no process is always too late

    return RetryingConnection


def retry_until_timeout(attempt: "Callable[[], bool]") -> bool:
    """Calls `attempt` until it returns True, for as long as ctick waits for another program; whether it did."""
    import time

    end = time.monotonic() + _TIMEOUT
    while not attempt():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def reason(error: Exception) -> str:
    """Why an operation on a file failed, in the system's words."""
    if isinstance(error, ValueError) and "null" in str(error):  # the message depends on the version of Python
        return "there is a NUL in its name"
    return plain(getattr(error, "strerror", None) or error)
