"""The store as a whole: its days in a row, everything out, everything in."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import closing

from ctick.errors import StoreError
from ctick.model import DatedQuote, Snapshot
from ctick.storage import bundled, schema
from ctick.storage.schema import check_value
from ctick.storage.store import FOUND, INDEXED, Store
from ctick.storage.transaction import Transaction
from ctick.text import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

_HISTORY = f"""{FOUND}
WHERE q.base = ? AND q.as_of BETWEEN ? AND ? AND q.source = ? ORDER BY q.as_of
"""
_REVISIONS = """
SELECT id, source, as_of, quotes, seen_at, crc FROM snapshot
WHERE source = ? AND as_of BETWEEN ? AND ? ORDER BY as_of, seen_at, quotes
"""
_OF_DAY = """
SELECT id, source, as_of, quotes, seen_at, crc FROM snapshot
WHERE as_of = ? AND source = ifnull(?, source) ORDER BY source, seen_at, quotes
"""
# By pages: a statement that waits for a slow reader (`| less`) would hold up every writer.
_PAGE = """
SELECT id, source, as_of, quotes, seen_at, crc FROM snapshot
WHERE (as_of, source, seen_at, quotes) > (?, ?, ?, ?) ORDER BY as_of, source, seen_at, quotes LIMIT 1000
"""


class Archive(Store):
    """The same store, for reading and writing many days."""

    # -- days in a row ----------------------------------------------------------------------

    def counts(self, base: str, since: dt.date, until: dt.date) -> dict[str, int]:
        """For each source the number of days in the span for which it has a rate, bundled ones included."""
        days: dict[str, set[str]] = {}
        connection = self._file.connection()
        if connection is not None:
            with self._file.errors():
                rows = connection.execute(
                    "SELECT source, as_of FROM quote WHERE base = ? AND as_of BETWEEN ? AND ?",
                    (base, since.isoformat(), until.isoformat()),
                ).fetchall()
            for source, as_of in rows:
                days.setdefault(source, set()).add(as_of)
        for quote in bundled.quotes(base, until):
            if quote.as_of is not None and quote.as_of >= since:
                days.setdefault(quote.source, set()).add(quote.as_of.isoformat())
        return {source: len(found) for source, found in days.items()}

    def history(
        self, base: str, since: dt.date, until: dt.date, source: str, *, revisions: bool = False
    ) -> list[DatedQuote]:
        """One source's quotes of a currency, oldest first, one a day or all revisions.

        Bundled quotes fill the days for which the own store has nothing.
        """
        found: list[DatedQuote] = []
        connection = self._file.connection()
        if connection is not None:
            span = (since.isoformat(), until.isoformat())
            with self._file.errors():
                statement, values = (_REVISIONS, (source, *span)) if revisions else (_HISTORY, (base, *span, source))
                rows = connection.execute(statement, values).fetchall()
            if revisions:
                for snapshot in [self._snapshot(*row) for row in rows]:
                    quote = snapshot.quote(base)
                    if quote is not None:
                        found.append(DatedQuote(quote, snapshot.as_of, snapshot.source, snapshot.seen_at))
            else:
                found = [self._answer(base, (source, as_of), *row) for as_of, _, *row in rows]
        own = {quote.as_of for quote in found}
        found += [
            dated
            for dated in bundled.quotes(base, until, source)
            if dated.as_of is not None and dated.as_of >= since and dated.as_of not in own
        ]
        return sorted(found, key=lambda dated: (dated.as_of or dt.date.min, dated.seen_at or ""))

    # -- is everything sound? ---------------------------------------------------------------

    def check(self) -> tuple[int, list[str]]:
        """How many snapshots there are, and whatever is wrong with the file, a sentence each.

        Reads everything: each snapshot must be as it was written, there must be as many as were
        saved, and the index must lead to the last seen one of each currency, source and day.
        """
        connection = self._file.connection()
        if connection is None:
            return 0, []
        import sqlite3

        # A copy in memory, of one moment: reading through it takes seconds, for which no writer is to wait.
        with self._file.errors(), closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
            (size,) = connection.execute("PRAGMA page_size").fetchone()
            copy.execute(f"PRAGMA page_size = {size}")
            connection.execute("BEGIN")
            try:
                schema.version_of(connection)  # waits for a writer, as long as for all others; `backup` would for ever
                connection.backup(copy)
            finally:
                connection.execute("ROLLBACK")
            count, wrong = self._check(copy)
        return count, [plain(sentence) for sentence in wrong]

    def _check(self, connection: "sqlite3.Connection") -> tuple[int, list[str]]:
        wrong = [row[0] for row in connection.execute("PRAGMA integrity_check(10)") if row[0] != "ok"]
        count = crcs = 0
        answers: dict[tuple[str, str, str], int] = {}
        first, moment = 0, ("", "", "")
        equal: dict[int, int] = {}  # of a source's snapshots that were seen at one moment: the first
        for row in connection.execute(
            # NOT INDEXED: what an index has too would be read there, and the row itself be passed over.
            "SELECT id, source, as_of, quotes, seen_at, crc FROM snapshot NOT INDEXED"
            " ORDER BY as_of, source, seen_at, quotes"
        ):
            id_, source, as_of, _, seen_at, crc = row
            count += 1
            try:
                snapshot = self._snapshot(*row)
            except StoreError:
                wrong.append(f"snapshot {id_} ({source} of {as_of}) is not as it was written")
                continue
            crcs += crc
            if moment == (source, as_of, seen_at):
                equal[id_] = first
            else:
                first, moment = id_, (source, as_of, seen_at)
            answers.update({(quote.base, as_of, source): id_ for quote in snapshot.quotes})
        for base, as_of, source, id_ in connection.execute("SELECT base, as_of, source, snapshot FROM quote"):
            right = answers.pop((base, as_of, source), None)
            # Earlier versions may have led to any of those that were seen at the same moment.
            if right is None or equal.get(id_, id_) != equal.get(right, right):
                wrong.append(f"the index of {base} for {source} of {as_of} leads to the wrong snapshot")
        wrong += [f"the index lacks {base} of {source} of {as_of}" for base, as_of, source in answers]
        if schema.version_of(connection) > 1 and not wrong:
            tallies = connection.execute("SELECT snapshots, crcs FROM tally").fetchall()
            if [number for number, _ in tallies] != [count]:
                saved = " and ".join([str(number) for number, _ in tallies]) or "none"
                wrong.append(f"of its snapshots {count:,} are there, and {saved} by its tally")
            elif tallies != [(count, crcs)]:
                wrong.append("one of its snapshots is not what was saved last")
        return count, wrong

    # -- everything out ---------------------------------------------------------------------

    def snapshots(self) -> Iterator[Snapshot]:
        """Every snapshot of the user's own store, by day, source and when it was last seen."""
        last = ("", "", "", "")
        while (connection := self._file.connection()) is not None:
            with self._file.errors():
                rows = connection.execute(_PAGE, last).fetchall()
            if not rows:
                return
            for row in rows:
                yield self._snapshot(*row)
            _, source, as_of, quotes, seen_at, _ = rows[-1]
            before, last = last, (as_of, source, seen_at, quotes)
            if last <= before:  # an index out of order would lead round in circles
                raise self._damaged("the order of its snapshots")

    # -- everything in ----------------------------------------------------------------------

    def take_in(self, snapshots: Iterable[Snapshot]) -> tuple[int, int]:
        """Saves exported snapshots in one transaction; how many were new, and how many known.

        A known one keeps the later of the two times at which it was seen. Of a source's day the
        one that was seen last counts, wherever it came from and in whatever order.
        """
        new = old = 0
        with Transaction(self._file) as connection:
            for snapshot in snapshots:
                assert snapshot.as_of is not None
                source, as_of, quotes = snapshot.source, snapshot.as_of.isoformat(), snapshot.to_text()
                seen_at = snapshot.seen_at or ""
                known = self._known(connection, as_of, source, quotes)
                if known is None:
                    id_ = connection.execute(
                        "INSERT INTO snapshot (source, as_of, quotes, seen_at, crc) VALUES (?, ?, ?, ?, ?)",
                        (source, as_of, quotes, seen_at, check_value(source, as_of, quotes, seen_at)),
                    ).lastrowid
                    new += 1
                else:
                    id_, before = known
                    old += 1
                    if before >= seen_at:
                        continue
                    connection.execute(
                        "UPDATE snapshot SET seen_at = ?, crc = ? WHERE id = ?",
                        (seen_at, check_value(source, as_of, quotes, seen_at), id_),
                    )
                connection.executemany(
                    INDEXED, [(quote.base, as_of, source, id_, seen_at, quotes) for quote in snapshot.quotes]
                )
        return new, old

    # -- out again -------------------------------------------------------------------------

    def of_day(self, day: dt.date, source: str | None = None) -> list[Snapshot]:
        """All snapshots of a day (of one source) in the user's own store, by source and when they were seen."""
        connection = self._file.connection()
        if connection is None:
            return []
        with self._file.errors():
            rows = connection.execute(_OF_DAY, (day.isoformat(), source)).fetchall()
        return [self._snapshot(*row) for row in rows]

    def forget(self, snapshots: Iterable[Snapshot]) -> int:
        """Deletes snapshots that were read from the store; how many. One that was seen again meanwhile stays."""
        places: dict[tuple[str, str], set[str]] = {}
        count = 0
        if self._file.connection() is None:
            return count
        with Transaction(self._file) as connection:
            for snapshot in snapshots:
                place = snapshot.source, str(snapshot.as_of)
                count += connection.execute(
                    "DELETE FROM snapshot WHERE source = ? AND as_of = ? AND quotes = ? AND seen_at = ?",
                    (*place, snapshot.to_text(), snapshot.seen_at),
                ).rowcount
                places.setdefault(place, set()).update([quote.base for quote in snapshot.quotes])
            for (source, as_of), bases in places.items():
                self._index_again(connection, source, as_of, bases)
        return count

    def _index_again(self, connection: "sqlite3.Connection", source: str, as_of: str, bases: set[str]) -> None:
        """Leads the index of these currencies to what is left of the source's day."""
        connection.executemany(
            "DELETE FROM quote WHERE base = ? AND as_of = ? AND source = ?", [(base, as_of, source) for base in bases]
        )
        for row in connection.execute(_OF_DAY, (as_of, source)).fetchall():
            rows = [(quote.base, as_of, source, row[0], row[4], row[3]) for quote in self._snapshot(*row).quotes]
            connection.executemany(INDEXED, rows)
