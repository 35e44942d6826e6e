"""The store's file: how it is opened and checked, and SQLite's errors as sentences.

The rollback journal is kept (not WAL): a store can then be read on a read-only disk, and is one
file to copy. How it is written to is in `transaction`.
"""

import os
import stat

from ctick import schema
from ctick.errors import DamageError, StoreError, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

_PATIENCE = 10.0  # seconds to wait for another program

ADVICE = "'ctick doctor --rescue FILE' saves what is sound in it, or restore it from a backup"

NOT_OURS = (
    "is not a store of ctick, or its head is damaged: it was left as it is; name another with --db,"
    " or see what 'ctick doctor --rescue FILE' saves"
)


class Database:
    """The SQLite file `path`, which need not exist. A file that is not ours is left as it is.

    Methods raise StoreError where it is damaged, not ours, too new or out of reach.
    """

    def __init__(self, path: str, patience: int | None = None) -> None:
        self.path = path
        self.patience = patience  # seconds to wait for another program, None for as long as usual
        self._open: sqlite3.Connection | None = None

    def close(self) -> None:
        """Closes the file; a later call opens it again."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def __del__(self) -> None:
        # Python warns of connections that are left to the garbage collector; ours may be.
        self.close()

    @property
    def name(self) -> str:
        return plain(self.path)

    def errors(self) -> "Errors":
        """SQLite's errors as sentences."""
        return Errors(self.name)

    def connection(self) -> "sqlite3.Connection | None":
        """The open store, None where there is no file; a file that is not ours is left alone."""
        if self._open is not None:
            return self._open
        try:
            status = os.stat(self.path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            raise StoreError(
                f"the store {self.name} can't be reached ({reason(error)}): name another with --db"
            ) from error
        if not stat.S_ISREG(status.st_mode):
            raise StoreError(f"the store {self.name} is not a file: name another with --db")
        if status.st_size == 0:
            raise DamageError(
                f"the store {self.name} is empty, and ctick never leaves one so:"
                " restore it from a backup, or remove it to begin anew"
            )
        with self.errors():
            connection = connect(self.path, patience=self.patience)
            try:
                self.check(connection)
            except BaseException:
                connection.close()
                raise
            self._open = connection
        return self._open

    def check(self, connection: "sqlite3.Connection") -> None:
        """StoreError for a database that is not ours, too new, or not as ctick makes it."""
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        version = schema.version_of(connection)
        if application != schema.APPLICATION_ID:
            raise DamageError(
                f"{self.name} is a database of another program, not a store of ctick: name another with --db"
            )
        if version > schema.VERSION:
            raise DamageError(
                f"the store {self.name} was written by a newer ctick (version {version} of the store,"
                f" this one knows {schema.VERSION}): it was left as it is; upgrade ctick"
            )
        if version < 1 or not schema.is_as_made(connection, version):
            raise DamageError(f"the store {self.name} does not have the tables that ctick makes; {ADVICE}")


class Errors:
    """`with` it SQLite's errors become sentences about the store `name`."""

    # A class, as is Transaction: `contextlib` would be a tenth of the interpreter's start.

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, Exception):  # nothing went wrong, or an end that is none of SQLite's
            return
        import sqlite3

        if not isinstance(error, (sqlite3.Error, UnicodeDecodeError)):
            return
        code = getattr(error, "sqlite_errorname", "")
        if not code and isinstance(error, (sqlite3.OperationalError, UnicodeDecodeError)):  # text that is no UTF-8
            code = "SQLITE_CORRUPT"
        for start, sentence in _SENTENCES.items():
            if code.startswith(start):
                kind_of = DamageError if start in ("SQLITE_NOTADB", "SQLITE_CORRUPT") else StoreError
                raise kind_of(f"the store {self._name} {sentence}") from error
        raise DamageError(f"the store {self._name} can't be used ({plain(error)}); {ADVICE}") from error


# By the start of SQLite's own name of the error; the first that fits counts.
_SENTENCES = {
    "SQLITE_BUSY": "is in use by another program for too long: try again",
    "SQLITE_LOCKED": "is in use by another program for too long: try again",
    "SQLITE_READONLY_ROLLBACK": (
        "has a write in it that was broken off, and is read-only, so that it can't be undone:"
        " run ctick once where the store can be written to, or name another with --db"
    ),
    "SQLITE_READONLY": "or its folder is read-only: nothing was saved; name another with --db",
    "SQLITE_FULL": "has no room left on its disk: nothing was saved, what was there is unharmed; make room",
    "SQLITE_NOTADB": NOT_OURS,
    "SQLITE_CORRUPT": f"is damaged, and was left as it is; {ADVICE}",
    "SQLITE_CANTOPEN": "can't be opened: see to the permissions of the file and its folder, or name another with --db",
    "SQLITE_IOERR": "can't be read or written, its disk reports an error: see to the disk, or name another with --db",
}


def connect(path: str, mode: str = "rw", patience: int | None = None) -> "sqlite3.Connection":
    """A connection without hidden transactions; `rw` never makes a file, and reads a read-only one."""
    import sqlite3

    # The path is not tidied up: `link/..` is not where its text says. `./` keeps ':memory:' a name,
    # and an empty host keeps '//' from naming one.
    name = os.path.join(os.curdir, path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    host = "//" if name.startswith("/") else ""
    return sqlite3.connect(
        f"file:{host}{name}?mode={mode}", timeout=0, isolation_level=None, uri=True, factory=_patient(patience)
    )


def _patient(patience: int | None) -> "type[sqlite3.Connection]":
    """Connections that try again for so many seconds where the file is in use, to begin a write for six times that.

    SQLite would ask ten times a second, and between many short writes that is too seldom.
    """
    import sqlite3
    import time

    class Patient(sqlite3.Connection):
        def execute(self, *statement: "Any") -> sqlite3.Cursor:  # noqa: ANN401 - what it takes is sqlite3's affair
            # Writers come one by one, and many may be before this one.
            most = _PATIENCE if patience is None else patience
            end = time.monotonic() + most * (6 if statement[0] == "BEGIN IMMEDIATE" else 1)
            while True:
                try:
                    return super().execute(*statement)
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                        raise
                time.sleep(0.001 + os.urandom(1)[0] / 50_000)  # by chance, so that none is always too late

    return Patient


def reason(error: Exception) -> str:
    if isinstance(error, ValueError) and "null" in str(error):  # each Python has words of its own for it
        return "there is a NUL in its name"
    return plain(getattr(error, "strerror", None) or error)
