"""SQLite's errors as ctick's: what happened to the store, and the command that helps.

Loaded only when something went wrong.
"""

import sqlite3

from ctick.errors import DamageError, StoreError
from ctick.shell import command_line, store_command
from ctick.text import plain


def is_busy(error: StoreError) -> bool:
    """Whether another program is using the store, which will pass."""
    return getattr(error.__cause__, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def advice(path: str) -> str:
    """What to do about a damaged store."""
    rescue = store_command(path, "doctor", "--rescue", "FILE")
    restore = store_command(path, "doctor", "--restore", "FILE")
    return f"{rescue} recovers what it can, {restore} restores a backup"


def other_thread(path: str, owner: int) -> StoreError:
    """A store that the thread `owner` has open was used in this one."""
    import threading

    names = [f"thread '{plain(thread.name, 40)}'" for thread in threading.enumerate() if thread.ident == owner]
    there, here = (*names, "another thread")[0], plain(threading.current_thread().name, 40)
    return StoreError(
        f"the store {plain(path)} is open in {there} and can't be used in thread '{here}': open a Store in each thread"
    )


def to_ctick_error(error: Exception, path: str) -> Exception | None:
    """The error to raise instead of one of SQLite's about the store `path`; None for any other error."""
    if not isinstance(error, (sqlite3.Error, UnicodeDecodeError)):
        return None
    code, text = getattr(error, "sqlite_errorname", ""), plain(error)
    if code == "SQLITE_IOERR_NOMEM":
        return MemoryError()
    if isinstance(error, UnicodeDecodeError) or (not code and "decode" in text):  # text that is not UTF-8
        code = "SQLITE_CORRUPT"
    if code.startswith("SQLITE_CONSTRAINT") and any(own in text for own in _CONSTRAINTS):
        code = "SQLITE_CORRUPT"  # if the index were sound, ctick would have found the row
    if code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")) and _is_wal(path):
        code = "WAL"
    start = next((start for start in _MESSAGES if code.startswith(start)), "")
    message = _MESSAGES[start] if start else _OTHER
    kind = DamageError if start in ("SQLITE_NOTADB", "SQLITE_CORRUPT") else StoreError
    detail = f"{text} ({code})" if code else text
    words = {
        "detail": detail,
        "advice": advice(path),
        "doctor": store_command(path, "doctor"),
        "rescue": store_command(path, "doctor", "--rescue", "FILE"),
        "unwal": command_line("sqlite3", path, "PRAGMA journal_mode=DELETE"),
        "indexes": command_line("sqlite3", path, ".indexes"),
    }
    return kind(f"the store {plain(path)} {message.format(**words)}")


def _is_wal(path: str) -> bool:
    """Whether a store is in WAL mode, by its header; https://www.sqlite.org/fileformat2.html"""
    try:
        with open(path, "rb") as file:
            return file.read(20)[18:] == b"\2\2"
    except (OSError, ValueError):
        return False


_CONSTRAINTS = ("snapshot.as_of, snapshot.source, snapshot.quotes", "snapshot.id", "NOT NULL")
"""How SQLite's messages name ctick's own constraints, which no write violates in a sound store."""

_OTHER = "can't be used, SQLite reports: {detail}; {doctor} checks it"

# By the start of SQLite's name for the error; the first that fits is used.
_MESSAGES = {
    "SQLITE_BUSY": "is locked by another program: try again",
    "SQLITE_LOCKED": "is locked by another program: try again",
    "SQLITE_PROTOCOL": "is locked by another program: try again",
    "SQLITE_INTERRUPT": "can't be read, the query was interrupted: try again",
    "SQLITE_READONLY_ROLLBACK": (
        "has an unfinished write that can't be rolled back, because the store is read-only:"
        " run ctick once where it can be written to, or name another with --db"
    ),
    "WAL": (
        "is in WAL mode, and its folder is read-only:"
        " run {unwal} where the folder can be written to, or name another with --db"
    ),
    "SQLITE_READONLY_DBMOVED": "was moved or replaced while ctick had it open: nothing was saved; try again",
    "SQLITE_READONLY": "or its folder is read-only: nothing was saved; name another with --db",
    "SQLITE_FULL": "can't be written, the disk is full: nothing was saved; free some space",
    "SQLITE_NOTADB": (
        "is not a ctick store, or its header is damaged: it was not changed; name another with --db, or try {rescue}"
    ),
    "SQLITE_CORRUPT": "is damaged and was not changed; {advice}",
    "SQLITE_CANTOPEN": "can't be opened: check the permissions of the file and its folder, or name another with --db",
    **dict.fromkeys(
        ("SQLITE_IOERR_LOCK", "SQLITE_IOERR_RDLOCK", "SQLITE_IOERR_UNLOCK", "SQLITE_IOERR_CHECKRESERVEDLOCK"),
        "can't be locked, as on some network drives: move it to a local disk and name it with --db",
    ),
    "SQLITE_IOERR_CORRUPTFS": "can't be read, its file system is damaged: check the disk, or name another with --db",
    "SQLITE_IOERR": "can't be read or written, its disk reports an error: check the disk, or name another with --db",
    "SQLITE_CONSTRAINT": (
        "refused a write because of an index that ctick did not create ({detail}):"
        " nothing was saved; drop that index ({indexes} lists all)"
    ),
}
