"""The store's file: how it is made, opened, checked and written to, and SQLite's errors as sentences.

The rollback journal is kept (not WAL): a store can then be read on a read-only disk, and is one
file to copy. Every write is one transaction.
"""

import os
import stat

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
    UNIQUE (as_of, source, quotes)
);
CREATE INDEX snapshot_last_seen ON snapshot (source, as_of, seen_at);
CREATE TABLE quote (
    base TEXT NOT NULL,
    as_of TEXT NOT NULL,
    source TEXT NOT NULL,
    snapshot INTEGER NOT NULL REFERENCES snapshot (id),
    PRIMARY KEY (base, as_of, source)
) WITHOUT ROWID;
CREATE TABLE source_log (
    source TEXT PRIMARY KEY,
    success_at TEXT,
    failure_at TEXT,
    failure TEXT
) WITHOUT ROWID;
CREATE TABLE asked (
    source TEXT NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (source, day)
) WITHOUT ROWID;
CREATE TABLE answer (
    url TEXT PRIMARY KEY,
    body BLOB NOT NULL,
    etag TEXT,
    modified TEXT
);
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

    def __del__(self) -> None:
        # Python warns of connections that are left to the garbage collector; ours may be.
        self.close()

    @property
    def name(self) -> str:
        return plain(self.path)

    def transaction(self) -> "Transaction":
        """A write: all of it or nothing, and alone. Makes the file where there is none."""
        return Transaction(self)

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
            connection = connect(self.path)
            try:
                self._check(connection)
            except BaseException:
                connection.close()
                raise
            self._open = connection
        return self._open

    def _check(self, connection: "sqlite3.Connection") -> None:
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

    def create(self) -> "sqlite3.Connection":
        """A new, empty store. It appears whole or not at all: it is made beside its place, then linked."""
        place = os.path.realpath(self.path)  # a link stays one: the store is made where it leads
        folder = os.path.dirname(place)
        temporary = f"{place}.new-{os.urandom(6).hex()}"
        try:
            if not os.path.islink(self.path):
                os.makedirs(folder, mode=0o700, exist_ok=True)
            elif not os.path.isdir(folder):  # of a disk that is not mounted: nothing is made in its stead
                raise StoreError(
                    f"the store {self.name} is a link to {plain(place)}, whose folder is not there:"
                    " see to its disk, or name another with --db"
                )
            connection = connect(temporary, "rwc")
            try:
                connection.executescript(f"PRAGMA synchronous = EXTRA; BEGIN; {_SCHEMA} COMMIT;")
            finally:
                connection.close()
            _place(temporary, place)
        except OSError as error:
            raise StoreError(
                f"the store {self.name} can't be made ({_reason(error)}): name another with --db"
            ) from error
        finally:
            for leftover in (temporary, temporary + "-journal"):
                try:  # noqa: SIM105 - contextlib is a tenth of the interpreter's start
                    os.unlink(leftover)
                except OSError:
                    pass
        connected = self.connection()
        if connected is None:
            raise StoreError(f"the store {self.name} was removed while it was made: try again")
        return connected


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

        if not isinstance(error, sqlite3.Error):
            return
        code = getattr(error, "sqlite_errorname", "")
        if not code and isinstance(error, sqlite3.OperationalError):  # text that is no UTF-8
            code = "SQLITE_CORRUPT"
        for start, sentence in _SENTENCES.items():
            if code.startswith(start):
                raise StoreError(f"the store {self._name} {sentence}") from error
        raise StoreError(
            f"the store {self._name} can't be used ({plain(error)}): restore it from a backup,"
            " or name another with --db"
        ) from error


class Transaction:
    """`with` it a write is all of it or nothing: what leaves the block as an error undoes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __enter__(self) -> "sqlite3.Connection":
        with self._database.errors():
            self._connection = self._database.connection() or self._database.create()
            self._connection.execute("PRAGMA synchronous = EXTRA")
            self._connection.execute("BEGIN IMMEDIATE")
        return self._connection

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        errors = self._database.errors()
        with errors:
            try:
                if error is None:
                    self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
        errors.__exit__(kind, error, trace)  # what went wrong in the block


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
    "SQLITE_NOTADB": "is not a store of ctick: it was left as it is; name another with --db",
    "SQLITE_CORRUPT": "is damaged: it was left as it is; restore it from a backup",
    "SQLITE_CANTOPEN": "can't be opened: see to the permissions of the file and its folder, or name another with --db",
    "SQLITE_IOERR": "can't be read or written, its disk reports an error: see to the disk, or name another with --db",
}


def connect(path: str, mode: str = "rw") -> "sqlite3.Connection":
    """A connection without hidden transactions; `rw` never makes a file, and reads a read-only one."""
    import sqlite3

    # The path is not tidied up: `link/..` is not where its text says. `./` keeps ':memory:' a name,
    # and an empty host keeps '//' from naming one.
    name = os.path.join(os.curdir, path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    host = "//" if name.startswith("/") else ""
    return sqlite3.connect(f"file:{host}{name}?mode={mode}", timeout=_PATIENCE, isolation_level=None, uri=True)


def _place(temporary: str, path: str) -> None:
    """Puts a new store in its place, unless another process was quicker."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        if not os.path.lexists(path):
            os.rename(temporary, path)


def _reason(error: Exception) -> str:
    if isinstance(error, ValueError) and "null" in str(error):  # each Python has words of its own for it
        return "there is a NUL in its name"
    return plain(getattr(error, "strerror", None) or error)
