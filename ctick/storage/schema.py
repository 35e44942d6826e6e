"""The tables of the store, version by version: how each came from the one before.

A new store goes through all versions, so an old one that is brought forward is the same as a new
one. What ctick makes must be in each file to the letter, and a stranger's triggers are not run;
indexes, views and tables of one's own are nobody's business.

snapshot    every snapshot ever saved: source, as-of date, its quotes as one text, when it was last
            seen, and a check value over all four
quote       an index: which snapshot answers for a currency, day and source (the last seen)
tally       how many snapshots there are and the sum of their check values, kept by triggers
source_log, asked, answer: what became of fetches, see `fetchlog`
"""

from zlib import crc32

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

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
)
"""The statements that lead from each version of the store to the next, the first from nothing to version 1."""

VERSION = len(STEPS)

_TABLES = ("snapshot", "quote", "tally", "source_log", "asked", "answer")
_HARMLESS = ("CREATE INDEX ", "CREATE UNIQUE INDEX ", "CREATE TABLE ", "CREATE VIRTUAL TABLE ", "CREATE VIEW ")
"""How SQLite writes down what never runs by itself."""
_NO_TABLES = "does not have the tables that ctick makes"


def check_value(source: str, as_of: str, quotes: str, seen_at: str) -> int:
    """The `crc` of a snapshot: whatever changes up to four bytes in a row changes it. TypeError for what is no text."""
    text = "\n".join((source, as_of, quotes, seen_at))  # noqa: FLY002 - an f-string would take bytes, too
    return crc32(text.encode("utf-8", "surrogatepass"))


def answer_value(url: str, body: bytes, etag: str | None, modified: str | None) -> int:
    """The `crc` of an answer that is kept."""
    return crc32(body, crc32(f"{url}\n{etag}\n{modified}\n".encode("utf-8", "surrogatepass")))


def version_of(connection: "sqlite3.Connection") -> int:
    """The version of the store that this file says it has; 0 or less is none of ctick's."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    assert isinstance(version, int)
    return version


def flaw(connection: "sqlite3.Connection", version: int) -> str | None:
    """What ctick did not make as it is, in words after "the store NAME"; None where nothing is wrong.

    All of this version's tables, indexes and triggers must be there to the letter. Others may have
    added indexes, views and tables, but no trigger on a table of ctick's.
    """
    if version < 1:
        return _NO_TABLES
    missing = {text.split(None, 3)[2]: text for step in STEPS[:version] for text in step if text.startswith("CREATE ")}
    for name, sql in connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"):
        if missing.get(name) == sql:
            del missing[name]
        # Only the text is what SQLite goes by: its type and table in other columns may lie.
        elif not str(sql).startswith(_HARMLESS) and any(table in str(sql).lower() for table in _TABLES):
            return f"has a trigger on its tables that ctick did not make ({name})"
    return _NO_TABLES if missing else None


def migrate(connection: "sqlite3.Connection", version: int) -> None:
    """From `version` to the present one, inside the transaction that is open."""
    for step in STEPS[version:]:
        for statement in step:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")
