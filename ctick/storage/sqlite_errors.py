"""SQLite's errors as sentences: what happened to the store, and the command that helps.

Loaded only when something went wrong.
"""

import sqlite3

from ctick.errors import DamageError, StoreError
from ctick.shell import command_line, store_command
from ctick.text import plain


def advice(path: str) -> str:
    """What to do about a damaged store."""
    rescue = store_command(path, "doctor", "--rescue", "FILE")
    restore = store_command(path, "doctor", "--restore", "FILE")
    return f"{rescue} saves what is sound in it, {restore} puts a backup in its place"


def other_thread(path: str, owner: int) -> StoreError:
    """A store that the thread `owner` has open was used in this one."""
    import threading

    names = [f"thread '{plain(thread.name, 40)}'" for thread in threading.enumerate() if thread.ident == owner]
    there, here = (*names, "another thread")[0], plain(threading.current_thread().name, 40)
    return StoreError(
        f"the store {plain(path)} is open in {there} and can't be used in thread '{here}': open a Store in each thread"
    )


def in_words(error: Exception, path: str) -> Exception | None:
    """What is to be raised instead of an error of SQLite about the store `path`; None if it is none of SQLite's."""
    if not isinstance(error, (sqlite3.Error, UnicodeDecodeError)):
        return None
    code, text = getattr(error, "sqlite_errorname", ""), plain(error)
    if isinstance(error, sqlite3.ProgrammingError) and "thread" in text:
        return StoreError(f"the store {plain(path)} was used in two threads: open a Store in each thread")
    if code == "SQLITE_IOERR_NOMEM":
        return MemoryError()
    if isinstance(error, UnicodeDecodeError) or (not code and "decode" in text):  # text that is not UTF-8
        code = "SQLITE_CORRUPT"
    if code.startswith("SQLITE_CONSTRAINT") and any(own in text for own in _CONSTRAINTS):
        code = "SQLITE_CORRUPT"  # the index through which ctick looks for a row would have found it
    if code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")) and _is_wal(path):
        code = "WAL"
    start = next((start for start in _SENTENCES if code.startswith(start)), "")
    sentence = _SENTENCES[start] if start else _OTHER
    kind = DamageError if start in ("SQLITE_NOTADB", "SQLITE_CORRUPT") else StoreError
    said = f"{text} ({code})" if code else text
    words = {
        "said": said,
        "advice": advice(path),
        "doctor": store_command(path, "doctor"),
        "rescue": store_command(path, "doctor", "--rescue", "FILE"),
        "unwal": command_line("sqlite3", path, "PRAGMA journal_mode=DELETE"),
        "indexes": command_line("sqlite3", path, ".indexes"),
    }
    return kind(f"the store {plain(path)} {sentence.format(**words)}")


def _is_wal(path: str) -> bool:
    """Whether a store keeps its latest changes in a file beside it, by its head; https://www.sqlite.org/fileformat2.html"""
    try:
        with open(path, "rb") as file:
            return file.read(20)[18:] == b"\2\2"
    except (OSError, ValueError):
        return False


_CONSTRAINTS = ("snapshot.as_of, snapshot.source, snapshot.quotes", "snapshot.id", "NOT NULL")
"""What SQLite says of ctick's own constraints, which no write of ctick's breaks in a sound store."""

_OTHER = "can't be used, SQLite says: {said}; {doctor} checks it"

# By the start of SQLite's own name of the error; the first that fits counts.
_SENTENCES = {
    "SQLITE_BUSY": "is in use by another program for too long: try again",
    "SQLITE_LOCKED": "is in use by another program for too long: try again",
    "SQLITE_PROTOCOL": "is in use by another program for too long: try again",
    "SQLITE_INTERRUPT": "was being read when something interrupted it: try again",
    "SQLITE_READONLY_ROLLBACK": (
        "has a write in it that was broken off, and is read-only, so that it can't be undone:"
        " run ctick once where the store can be written to, or name another with --db"
    ),
    "WAL": (
        "is in WAL mode, which can't be used where its folder can't be written to:"
        " run {unwal} where it can be, or name another with --db"
    ),
    "SQLITE_READONLY_DBMOVED": "was moved or replaced while ctick had it open: nothing was saved; try again",
    "SQLITE_READONLY": "or its folder is read-only: nothing was saved; name another with --db",
    "SQLITE_FULL": "has no room left on its disk: nothing was saved, what was there is unharmed; make room",
    "SQLITE_NOTADB": (
        "is not a store of ctick, or its head is damaged: it was left as it is; name another with --db,"
        " or see what {rescue} saves"
    ),
    "SQLITE_CORRUPT": "is damaged, and was left as it is; {advice}",
    "SQLITE_CANTOPEN": "can't be opened: see to the permissions of the file and its folder, or name another with --db",
    **dict.fromkeys(
        ("SQLITE_IOERR_LOCK", "SQLITE_IOERR_RDLOCK", "SQLITE_IOERR_UNLOCK", "SQLITE_IOERR_CHECKRESERVEDLOCK"),
        "can't be locked, as on some network disks: move it to a local disk and name it with --db",
    ),
    "SQLITE_IOERR_CORRUPTFS": "can't be read, its file system is damaged: check the disk, or name another with --db",
    "SQLITE_IOERR": "can't be read or written, its disk reports an error: see to the disk, or name another with --db",
    "SQLITE_CONSTRAINT": (
        "refused a write, because of an index that ctick did not make ({said}):"
        " nothing was saved; drop that index, {indexes} names them all"
    ),
}
