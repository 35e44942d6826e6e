"""The store's file: how it is made, opened, checked and written to, and SQLite's errors as sentences.

The rollback journal is kept (not WAL): a store can then be read on a read-only disk, and is one
file to copy. Every write is one transaction.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from ctick.errors import StoreError, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

APPLICATION_ID = 0x6374696B  # "ctik"
VERSION = 1
_PATIENCE = 10.0  # seconds to wait for another writer

_SCHEMA = f"""
CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    as_of TEXT NOT NULL,
    quotes TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    crc INTEGER NOT NULL,
    UNIQUE (source, as_of, quotes)
);
CREATE INDEX snapshot_last_seen ON snapshot (source, as_of, seen_at);
CREATE TABLE quote (
    base TEXT NOT NULL,
    as_of TEXT NOT NULL,
    source TEXT NOT NULL,
    snapshot INTEGER NOT NULL REFERENCES snapshot (id),
    PRIMARY KEY (base, as_of, source)
) WITHOUT ROWID;
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {VERSION};
"""


class Database:
    """The SQLite file `path`, which need not exist. A file that is not ours is left as it is.

    Methods raise StoreError where it is damaged, not ours, too new or out of reach.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._open: sqlite3.Connection | None = None

    def close(self) -> None:
        """Closes the file; a later call opens it again."""
        if self._open is not None:
            self._open.close()
            self._open = None

    @property
    def name(self) -> str:
        return plain(self.path)

    @contextmanager
    def transaction(self, *, create: bool) -> Iterator["sqlite3.Connection"]:
        """A write: all of it or nothing, and alone."""
        with self.errors():
            connection = self.connection() or (self._create() if create else None)
            if connection is None:
                raise StoreError(f"there is no store at {self.name} yet: 'ctick snapshot' makes one")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

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
                f"the store {self.name} can't be reached ({_reason(error)}): name another with --db"
            ) from error
        if not stat.S_ISREG(status.st_mode):
            raise StoreError(f"the store {self.name} is not a file: name another with --db")
        if status.st_size == 0:
            raise StoreError(
                f"the store {self.name} is empty, and ctick never leaves one so:"
                " restore it from a backup, or remove it to begin anew"
            )
        with self.errors():
            self._open = self._checked(connect(self.path))
        return self._open

    def _checked(self, connection: "sqlite3.Connection") -> "sqlite3.Connection":
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION_ID:
            raise StoreError(
                f"{self.name} is a database of another program, not a store of ctick: name another with --db"
            )
        if version > VERSION:
            raise StoreError(
                f"the store {self.name} was written by a newer ctick (version {version} of the store,"
                f" this one knows {VERSION}): it was left as it is; upgrade ctick"
            )
        return connection

    def _create(self) -> "sqlite3.Connection":
        """A new, empty store. It appears whole or not at all: it is made beside its place, then linked."""
        folder = os.path.dirname(self.path) or "."
        temporary = f"{self.path}.new-{os.getpid()}"
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            if os.path.lexists(temporary):
                os.unlink(temporary)  # of a process that was killed
            connection = connect(temporary, "rwc")
            try:
                connection.executescript("BEGIN;" + _SCHEMA + "COMMIT;")
            finally:
                connection.close()
            _place(temporary, self.path)
        except OSError as error:
            raise StoreError(
                f"the store {self.name} can't be made ({_reason(error)}): name another with --db"
            ) from error
        connected = self.connection()
        assert connected is not None
        return connected

    @contextmanager
    def errors(self) -> Iterator[None]:
        """SQLite's errors as sentences."""
        import sqlite3

        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorname", "")
            for start, sentence in _SENTENCES.items():
                if code.startswith(start):
                    raise StoreError(f"the store {self.name} {sentence}") from error
            raise StoreError(f"the store {self.name} can't be used ({plain(error)}): name another with --db") from error


_SENTENCES = {
    "SQLITE_BUSY": "is in use by another program for too long: try again",
    "SQLITE_LOCKED": "is in use by another program for too long: try again",
    "SQLITE_READONLY": "is read-only: nothing was saved; name another with --db",
    "SQLITE_FULL": "has no room left on its disk: nothing was saved, what was there is unharmed; make room",
    "SQLITE_NOTADB": "is not a store of ctick: it was left as it is; name another with --db",
    "SQLITE_CORRUPT": "is damaged: it was left as it is; restore it from a backup",
    "SQLITE_CANTOPEN": "can't be opened: see to the permissions of the file and its folder, or name another with --db",
    "SQLITE_IOERR": "can't be read or written: its disk reports an error",
}


def connect(path: str, mode: str = "rw") -> "sqlite3.Connection":
    """A connection without hidden transactions; `rw` never makes a file, and reads a read-only one."""
    import sqlite3

    name = os.path.abspath(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    connection = sqlite3.connect(f"file:{name}?mode={mode}", timeout=_PATIENCE, isolation_level=None, uri=True)
    connection.execute("PRAGMA synchronous = EXTRA")
    return connection


def _place(temporary: str, path: str) -> None:
    """Moves a new store to its place, unless another process was quicker."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        if not os.path.lexists(path):
            os.rename(temporary, path)
            return
    os.unlink(temporary)


def _reason(error: Exception) -> str:
    return plain(getattr(error, "strerror", None) or error)
