"""The tables of the store, version by version, each as changes to the one before.

A new store goes through all versions, so that an old one that was migrated is the same as a new
one. What ctick created must be in each file unchanged. A store with a trigger of another program is
refused, for it would run; indexes, views and tables that a user has added do no harm.

snapshot    every snapshot ever saved: source, as-of date, its quotes as one text, when it was last
            seen, and a check value over all four
quote       an index: which snapshot to use for a currency, day and source (the last seen)
tally       the number of snapshots and the sum of their check values, kept by triggers
capture     of a snapshot that a crawl has, the earliest capture, and a check value over both; a table of
            its own, so that it costs nothing where no rates of crawls are stored
capture_tally  the same as tally for captures; rows are added and deleted, never changed
source_log, asked, answer: the results of fetches, see `fetch_log`
"""

from zlib import crc32

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

    from ctick.model import Snapshot

APPLICATION_ID = 0x6374696B  # "ctik"

PAGE = 4096
"""Bytes of a page of the file."""

STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    as_of TEXT NOT NULL,
    quotes TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    crc INTEGER NOT NULL,
    UNIQUE (as_of, source, quotes)
)""",
        "CREATE INDEX snapshot_last_seen ON snapshot (source, as_of, seen_at)",
        """CREATE TABLE quote (
    base TEXT NOT NULL,
    as_of TEXT NOT NULL,
    source TEXT NOT NULL,
    snapshot INTEGER NOT NULL REFERENCES snapshot (id),
    PRIMARY KEY (base, as_of, source)
) WITHOUT ROWID""",
        """CREATE TABLE source_log (
    source TEXT PRIMARY KEY,
    success_at TEXT,
    failure_at TEXT,
    failure TEXT
) WITHOUT ROWID""",
        """CREATE TABLE asked (
    source TEXT NOT NULL,
    day TEXT NOT NULL,
    PRIMARY KEY (source, day)
) WITHOUT ROWID""",
        """CREATE TABLE answer (
    url TEXT PRIMARY KEY,
    body BLOB NOT NULL,
    etag TEXT,
    modified TEXT
)""",
    ),
    (
        "CREATE TABLE tally (snapshots INTEGER NOT NULL, crcs INTEGER NOT NULL)",
        "INSERT INTO tally SELECT count(*), ifnull(sum(crc), 0) FROM snapshot",
        """CREATE TRIGGER snapshot_added AFTER INSERT ON snapshot BEGIN
    UPDATE tally SET snapshots = snapshots + 1, crcs = crcs + NEW.crc;
END""",
        """CREATE TRIGGER snapshot_seen AFTER UPDATE ON snapshot BEGIN
    UPDATE tally SET crcs = crcs - OLD.crc + NEW.crc;
END""",
        """CREATE TRIGGER snapshot_gone AFTER DELETE ON snapshot BEGIN
    UPDATE tally SET snapshots = snapshots - 1, crcs = crcs - OLD.crc;
END""",
        "DROP TABLE answer",
        """CREATE TABLE answer (
    url TEXT PRIMARY KEY,
    body BLOB NOT NULL,
    etag TEXT,
    modified TEXT,
    crc INTEGER NOT NULL
)""",
    ),
    (
        """CREATE TABLE capture (
    snapshot INTEGER PRIMARY KEY REFERENCES snapshot (id),
    url TEXT NOT NULL,
    captured_at TEXT NOT NULL,
    crc INTEGER NOT NULL
)""",
        "CREATE TABLE capture_tally (captures INTEGER NOT NULL, crcs INTEGER NOT NULL)",
        "INSERT INTO capture_tally VALUES (0, 0)",
        """CREATE TRIGGER capture_added AFTER INSERT ON capture BEGIN
    UPDATE capture_tally SET captures = captures + 1, crcs = crcs + NEW.crc;
END""",
        """CREATE TRIGGER capture_gone AFTER DELETE ON capture BEGIN
    UPDATE capture_tally SET captures = captures - 1, crcs = crcs - OLD.crc;
END""",
        """CREATE TRIGGER captured_gone AFTER DELETE ON snapshot BEGIN
    DELETE FROM capture WHERE snapshot = OLD.id;
END""",
    ),
)
"""The statements that migrate each version of the store to the next, the first an empty file to version 1."""

VERSION = len(STEPS)

CAPTURES = 3
"""The first version that keeps captures."""

_TABLES = ("snapshot", "quote", "tally", "source_log", "asked", "answer", "capture")
_HARMLESS = ("CREATE INDEX ", "CREATE UNIQUE INDEX ", "CREATE TABLE ", "CREATE VIRTUAL TABLE ", "CREATE VIEW ")
"""How SQLite writes what never runs by itself."""
_NO_TABLES = "does not have ctick's tables"


def check_value(source: str, as_of: str, quotes: str, seen_at: str) -> int:
    """The `crc` of a snapshot: a change of up to four consecutive bytes changes it. TypeError for anything but text."""
    text = "\n".join((source, as_of, quotes, seen_at))  # noqa: FLY002 - an f-string would take bytes, too
    return crc32(text.encode("utf-8", "surrogatepass"))


def capture_value(snapshot: "Snapshot", url: str, captured_at: str) -> int:
    """The `crc` of a capture, which also depends on the snapshot; TypeError for anything but text."""
    text = "\n".join((snapshot.source, str(snapshot.as_of), snapshot.to_text(), url, captured_at))
    return crc32(text.encode("utf-8", "surrogatepass"))


def answer_value(url: str, body: bytes, etag: str | None, modified: str | None) -> int:
    """The `crc` of a stored answer."""
    return crc32(body, crc32(f"{url}\n{etag}\n{modified}\n".encode("utf-8", "surrogatepass")))


def version_of(connection: "sqlite3.Connection") -> int:
    """The version that the store's file claims; 0 or less is not a version of ctick's."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    assert isinstance(version, int)
    return version


def schema_error(connection: "sqlite3.Connection", version: int) -> str | None:
    """What is wrong with the tables, as a predicate of "the store NAME"; None if nothing is.

    All of this version's tables, indexes and triggers must be exactly as ctick created them. Other
    programs may have added indexes, views and tables, but no trigger on a table of ctick's.
    """
    if version < 1:
        return _NO_TABLES
    missing = {text.split(None, 3)[2]: text for step in STEPS[:version] for text in step if text.startswith("CREATE ")}
    for name, sql in connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"):
        if missing.get(name) == sql:
            del missing[name]
        # SQLite runs what the text says, whatever type and table the other columns claim.
        elif not str(sql).startswith(_HARMLESS) and any(table in str(sql).lower() for table in _TABLES):
            return f"has a trigger on its tables that ctick did not create ({name})"
    return _NO_TABLES if missing else None


def migrate(connection: "sqlite3.Connection", version: int) -> None:
    """Migrates from `version` to the present one, inside the open transaction."""
    for step in STEPS[version:]:
        for statement in step:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")
