"""The user's own snapshots, in one SQLite file; its tables are in `schema`."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

from ctick import clock, shipped
from ctick.database import ADVICE, Database
from ctick.errors import DamageError, plain
from ctick.model import Dated, Quote, Snapshot, quotes_from_text
from ctick.schema import check_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

# A row is checked against its place in the index, so it names both; and no later seen row of the
# same day and source has that currency. Neither statement sorts more than a day, and neither reads
# further than it is asked to.
FOUND = """
SELECT q.as_of, q.source, s.id, s.source, s.as_of, s.quotes, s.seen_at, s.crc, NOT EXISTS (
    SELECT 1 FROM snapshot later WHERE later.source = s.source AND later.as_of = s.as_of
    AND later.seen_at > s.seen_at AND instr(';' || later.quotes, ';' || q.base || ' ')
)
"""
_ANSWERS = f"""{FOUND}
FROM quote q LEFT JOIN snapshot s ON s.id = q.snapshot
WHERE q.base = ? AND q.as_of <= ?
ORDER BY q.as_of DESC, s.seen_at DESC
"""
# Of one source, by way of its own days: the index of a currency may be full of other sources.
_OF_SOURCE = f"""{FOUND}
FROM snapshot day
CROSS JOIN quote q ON q.base = ? AND q.as_of = day.as_of AND q.source = day.source
LEFT JOIN snapshot s ON s.id = q.snapshot
WHERE day.source = ? AND day.as_of <= ? AND NOT EXISTS (
    SELECT 1 FROM snapshot again
    WHERE again.source = day.source AND again.as_of = day.as_of AND again.seen_at > day.seen_at
)
ORDER BY day.as_of DESC
"""  # noqa: S608 - both parts are written above
_KNOWN = """
SELECT id, source, as_of, quotes, seen_at, crc FROM snapshot WHERE as_of = ? AND source = ? AND quotes = ?
"""
_LAST = """
SELECT id, source, as_of, quotes, seen_at, crc FROM snapshot
WHERE source = ? AND as_of <= ? ORDER BY as_of DESC, seen_at DESC LIMIT 1
"""
_OF_DAY = """
SELECT id, source, as_of, quotes, seen_at, crc FROM snapshot
WHERE as_of = ? AND source = ifnull(?, source) ORDER BY source, seen_at
"""


class Saved:
    """What became of the snapshots that were to be saved.

    `new` and `known` count the saved ones; `refused` has each refused one with the reason.
    """

    def __init__(self) -> None:
        self.new = 0
        self.known = 0
        self.refused: list[tuple[Snapshot, str]] = []


class Store:
    """The store in the file `path`, which need not exist: then there is nothing in it yet.

    Methods raise StoreError where the file is damaged, not ours, too new or out of reach.
    """

    def __init__(self, path: str, patience: int | None = None) -> None:
        self._file = Database(path, patience)
        # The text read or written last, and its quotes: the next currency or day mostly asks for it again.
        self._last: tuple[str, tuple[Quote, ...]] = ("", ())
        # For each source that is being saved its last snapshot of all; it holds for one transaction.
        self._newest: dict[str, Snapshot | None] = {}

    def close(self) -> None:
        """Closes the file; a later call opens it again."""
        self._file.close()

    # -- reading ----------------------------------------------------------------------------

    def quotes(self, base: str, day: dt.date, source: str | None = None) -> Iterator[Dated]:
        """The quotes of one currency up to and with `day`, newest first, lazily.

        Of several revisions of a source's day only the last seen. Where the user's own store has
        nothing, the shipped ones.
        """
        empty = True
        for quote in self._own(base, day, source):
            empty = False
            yield quote
        if empty:
            yield from shipped.quotes(base, day, source)

    def _own(self, base: str, day: dt.date, source: str | None) -> Iterator[Dated]:
        connection = self._file.connection()
        if connection is None:
            return
        with self._file.errors():
            if source is None:
                rows = connection.execute(_ANSWERS, (base, day.isoformat()))
            else:
                rows = connection.execute(_OF_SOURCE, (base, source, day.isoformat()))
            last = None
            for as_of, source_of, *row in rows:
                if (as_of, source_of) != last:  # a day comes once for each of its revisions
                    last = as_of, source_of
                    yield self._answer(base, (source or source_of, as_of), *row)

    def _answer(
        self,
        base: str,
        place: tuple[str, str],
        id_: int,
        source: str,
        as_of: str,
        quotes: str,
        seen_at: str,
        crc: int,
        is_last: int,
    ) -> Dated:
        """What the index leads to, if it is what that `place` in it says, and nothing was seen later."""
        snapshot = self._snapshot(id_, source, as_of, quotes, seen_at, crc)
        quote = snapshot.quote(base)
        if quote is None or place != (source, as_of) or not is_last:
            raise self._damaged(f"its index of {base}")
        return Dated(quote, snapshot.as_of, source, seen_at)

    def _snapshot(self, id_: int, source: str, as_of: str, quotes: str, seen_at: str, crc: int) -> Snapshot:
        """A row as a snapshot; one that is not as it was written is never used."""
        try:
            if check_value(source, as_of, quotes, seen_at) == crc:
                if quotes != self._last[0]:
                    self._last = quotes, quotes_from_text(quotes)
                return Snapshot(source, dt.date.fromisoformat(as_of), self._last[1], seen_at)
        except (TypeError, ValueError, ArithmeticError):
            pass
        raise self._damaged(f"snapshot {id_}")

    def _damaged(self, what: str) -> DamageError:
        return DamageError(f"the store {self._file.name} is damaged: {plain(what)} is not as it was written; {ADVICE}")

    def newest(self) -> dict[str, dt.date]:
        """For each source of the user's own store the day of its newest snapshot."""
        connection = self._file.connection()
        if connection is None:
            return {}
        with self._file.errors():
            rows = connection.execute("SELECT source, max(as_of) FROM snapshot GROUP BY source").fetchall()
        try:
            return {source: dt.date.fromisoformat(as_of) for source, as_of in rows}
        except (TypeError, ValueError):
            raise self._damaged("the day of a snapshot") from None

    # -- writing ----------------------------------------------------------------------------

    def save(self, snapshots: Iterable[Snapshot], *, force: bool = False) -> Saved:
        """Saves snapshots in their order, in one transaction, and says what was new.

        A snapshot that is there already is seen again; one that can't be true (see `plausible`)
        is refused, unless `force`. ValueError for one without a day, quotes, or rates above 0.
        """
        saved = Saved()
        from ctick.transaction import Transaction

        with Transaction(self._file) as connection:
            self._newest.clear()
            moment = clock.now()
            for snapshot in snapshots:
                moment += dt.timedelta(microseconds=1)
                self._save(connection, snapshot, moment, saved, force=force)
        return saved

    def _save(
        self, connection: "sqlite3.Connection", snapshot: Snapshot, moment: dt.datetime, saved: Saved, *, force: bool
    ) -> None:
        source, day, quotes = snapshot.source, snapshot.as_of, snapshot.to_text()
        if day is None or not snapshot.quotes or not all(map(_sound, snapshot.quotes)):
            raise ValueError(f"{snapshot!r} can't be kept: it needs a day, and quotes with a code and a rate above 0")
        as_of = day.isoformat()
        before = self._before(connection, source, day)
        reason = None if force else self._doubt(snapshot, day, before)
        if reason is not None:
            saved.refused.append((snapshot, reason))
            return
        seen_at = _timestamp(moment)
        known = None
        if before is not None and before.as_of == day:
            if before.seen_at is not None and before.seen_at >= seen_at:
                # The clock was set back: what is seen now must still count as seen last.
                try:
                    seen_at = _timestamp(_moment(before.seen_at) + dt.timedelta(microseconds=1))
                except (ValueError, OverflowError):
                    raise self._damaged(f"the time in a snapshot of {source}") from None
            known = self._known(connection, as_of, source, quotes)
        crc = check_value(source, as_of, quotes, seen_at)
        id_: int | None
        if known is not None:
            id_, _ = known
            connection.execute("UPDATE snapshot SET seen_at = ?, crc = ? WHERE id = ?", (seen_at, crc, id_))
            saved.known += 1
        else:
            id_ = connection.execute(
                "INSERT INTO snapshot (source, as_of, quotes, seen_at, crc) VALUES (?, ?, ?, ?, ?)",
                (source, as_of, quotes, seen_at, crc),
            ).lastrowid
            saved.new += 1
        connection.executemany(
            "INSERT OR REPLACE INTO quote (base, as_of, source, snapshot) VALUES (?, ?, ?, ?)",
            [(quote.base, as_of, source, id_) for quote in snapshot.quotes],
        )
        self._last = quotes, snapshot.quotes
        if before is self._newest[source]:
            self._newest[source] = Snapshot(source, day, snapshot.quotes, seen_at)

    def _known(self, connection: "sqlite3.Connection", as_of: str, source: str, quotes: str) -> tuple[int, str] | None:
        """The id of the snapshot with these quotes, and when it was last seen; None where it is new."""
        row = connection.execute(_KNOWN, (as_of, source, quotes)).fetchone()
        if row is None:
            return None
        self._snapshot(*row)
        if row[3] != quotes:  # the index may be sound, and the row another
            raise self._damaged(f"its index of {source} of {as_of}")
        return row[0], row[4]

    def _before(self, connection: "sqlite3.Connection", source: str, day: dt.date) -> Snapshot | None:
        """The last snapshot of a source up to and with `day`; for days in their order SQLite is asked once."""
        if source not in self._newest:
            self._newest[source] = self._last_of(connection, source, dt.date.max)
        newest = self._newest[source]
        if newest is None or newest.as_of is None or newest.as_of <= day:
            return newest
        return self._last_of(connection, source, day)

    def _last_of(self, connection: "sqlite3.Connection", source: str, day: dt.date) -> Snapshot | None:
        row = connection.execute(_LAST, (source, day.isoformat())).fetchone()
        return self._snapshot(*row) if row else None

    def _doubt(self, snapshot: Snapshot, day: dt.date, before: Snapshot | None) -> str | None:
        """Why a snapshot is refused, or None; `before` is the last one of its source up to its day."""
        from ctick.plausible import doubt

        for quote in snapshot.quotes:
            old = self._nearest(quote.base, day, snapshot.source, before)
            reason = doubt(quote, day, old)
            if reason is not None:
                if old is None or old.shipped or doubt(quote, day, None):
                    return reason
                # Where the stored rate is the wrong one, every right one would be refused for ever.
                return f"{reason} (if that one is wrong: ctick forget {old.as_of})"
        return None

    def _nearest(self, base: str, day: dt.date, source: str, before: Snapshot | None) -> Dated | None:
        """The nearest earlier quote, the user's own or shipped; of one day the user's own."""
        own = None
        if before is not None:
            quote = before.quote(base)
            own = Dated(quote, before.as_of, source) if quote else next(self._own(base, day, source), None)
        return next(shipped.quotes(base, day, source, after=own.as_of if own else None), own)

    def forget(self, day: dt.date, source: str | None, tell: Callable[[list[Snapshot]], None]) -> int:
        """Takes all snapshots of a day (of one source) out, after `tell` has said what they are."""
        if self._file.connection() is None:
            return 0
        from ctick.transaction import Transaction

        with Transaction(self._file) as connection:
            rows = connection.execute(_OF_DAY, (day.isoformat(), source)).fetchall()
            if rows:
                snapshots = [self._snapshot(*row) for row in rows]
                tell(snapshots)
                places = [(quote.base, day.isoformat(), item.source) for item in snapshots for quote in item.quotes]
                connection.executemany("DELETE FROM quote WHERE base = ? AND as_of = ? AND source = ?", places)
                connection.executemany("DELETE FROM snapshot WHERE id = ?", [(row[0],) for row in rows])
            return len(rows)


def _sound(quote: Quote) -> bool:
    return quote.base.isalnum() and quote.rate.is_finite() and quote.rate > 0


def _timestamp(moment: dt.datetime) -> str:
    """`2026-11-22T04:14:15.123456Z`: sorts as text, loses nothing."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _moment(timestamp: str) -> dt.datetime:
    return dt.datetime.fromisoformat(timestamp)
