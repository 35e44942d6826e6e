"""Whether a store is sound: every snapshot, the index, and SQLite's own structures."""

from contextlib import closing

from ctick.errors import StoreError
from ctick.storage import queries, schema
from ctick.storage.connection import Database
from ctick.storage.reader import Reader
from ctick.text import counted, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

_IndexKey = tuple[str, str, str]
"""A currency, a day and a source."""


def check(path: str) -> tuple[int, list[str]]:
    """How many snapshots are in the store `path`, and what is wrong with the file, a clause each.

    Reads everything: each snapshot must match its checksum, there must be as many as were saved,
    and the index must point to the last seen one of each currency, source and day. Without a file
    there is nothing, and nothing wrong. Raises StoreError as `Store` does.
    """
    import sqlite3

    database = Database(path)
    try:
        connection = database.connection()
        if connection is None:
            return 0, []
        # A copy in memory: reading through it takes seconds, and no writer should wait that long.
        with database.errors(), closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
            (size,) = connection.execute("PRAGMA page_size").fetchone()
            copy.execute(f"PRAGMA page_size = {size}")
            connection.execute("BEGIN")
            try:
                schema.version_of(connection)  # waits for a writer as usual; `backup` would wait forever
                connection.backup(copy)
            finally:
                connection.execute("ROLLBACK")
            count, wrong = _check(copy, Reader(database))
    finally:
        database.close()
    return count, [plain(sentence) for sentence in wrong]


def _check(connection: "sqlite3.Connection", reader: Reader) -> tuple[int, list[str]]:
    wrong = [row[0] for row in connection.execute("PRAGMA integrity_check(10)") if row[0] != "ok"]
    found = _read_snapshots(connection, reader)
    wrong += found.wrong + _index_errors(connection, found)
    if schema.version_of(connection) > 1 and not wrong:
        tallies = connection.execute("SELECT snapshots, crcs FROM tally").fetchall()
        if [number for number, _ in tallies] != [found.count]:
            saved = " and ".join([str(number) for number, _ in tallies]) or "none"
            wrong.append(f"{counted(found.count, 'snapshot')} found, {saved} expected")
        elif tallies != [(found.count, found.crcs)]:
            wrong.append("a snapshot is older than what was saved last")
    if schema.version_of(connection) >= schema.CAPTURES and not wrong:
        wrong += _capture_errors(connection, reader)
    return found.count, wrong


class _Snapshots:
    """What was read of the table `snapshot`: their number, the sum of their check values, and what is wrong.

    `latest` has for each key of the index the id of the snapshot to be used. `equal` has the ids of those that
    were seen at the same moment as another one, each with the first of these.
    """

    def __init__(self) -> None:
        self.count = self.crcs = 0
        self.wrong: list[str] = []
        self.latest: dict[_IndexKey, int] = {}
        self.equal: dict[int, int] = {}


def _read_snapshots(connection: "sqlite3.Connection", reader: Reader) -> _Snapshots:
    found = _Snapshots()
    first, moment = 0, ("", "", "")
    # NOT INDEXED: columns that an index has, too, would be read there instead of in the row itself.
    for row in connection.execute(f"{queries.SNAPSHOTS} NOT INDEXED ORDER BY as_of, source, seen_at, quotes"):
        id_, source, as_of, _, seen_at, crc = row
        found.count += 1
        try:
            snapshot = reader.snapshot(row)
        except StoreError:
            found.wrong.append(f"snapshot {id_} ({source} of {as_of}) does not match its checksum")
            continue
        found.crcs += crc
        if moment == (source, as_of, seen_at):
            found.equal[id_] = first
        else:
            first, moment = id_, (source, as_of, seen_at)
        found.latest.update({(quote.base, as_of, source): id_ for quote in snapshot.quotes})
    return found


def _capture_errors(connection: "sqlite3.Connection", reader: Reader) -> list[str]:
    """Where a capture was changed, and whether some are missing."""
    wrong = []
    count = crcs = 0
    for row in connection.execute(f"{queries.CAPTURED} WHERE capture.snapshot IS NOT NULL"):
        id_, source, as_of = row[:3]
        try:
            reader.captured(row)
        except StoreError:
            wrong.append(f"the capture of snapshot {id_} ({source} of {as_of}) does not match its checksum")
        else:
            count, crcs = count + 1, crcs + row[-1]
    if not wrong and connection.execute("SELECT captures, crcs FROM capture_tally").fetchall() != [(count, crcs)]:
        wrong.append("the captures are not those that were saved last")
    return wrong


def _index_errors(connection: "sqlite3.Connection", found: _Snapshots) -> list[str]:
    """Where the index points to a wrong snapshot, or lacks one."""
    wrong = []
    missing, equal = dict(found.latest), found.equal
    for base, as_of, source, id_ in connection.execute("SELECT base, as_of, source, snapshot FROM quote"):
        right = missing.pop((base, as_of, source), None)
        # Earlier versions may have pointed to any of those that were seen at the same moment.
        if right is None or equal.get(id_, id_) != equal.get(right, right):
            wrong.append(f"the index of {base} for {source} of {as_of} points to the wrong snapshot")
    return wrong + [f"the index has no entry for {base} of {source} of {as_of}" for base, as_of, source in missing]
