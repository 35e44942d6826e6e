"""The user's own snapshots, in one SQLite file; its tables are in `schema`."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice

from ctick import clock
from ctick.errors import DamageError
from ctick.model import DatedQuote, Quote, Snapshot, quotes_from_text
from ctick.storage import bundled
from ctick.storage.connection import Database
from ctick.storage.schema import check_value
from ctick.text import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from typing import Any

    from ctick.storage.baseline import Baseline
    from ctick.storage.plausibility import Implausible

_MOST_DAYS = 256
"""As many are read at once: first one, then twice as many each time."""

# Of the snapshots of a source's day the last seen counts; of those seen at the same moment, as an
# import may have them, the one whose text is last. The index has the currencies of each day, and
# is checked by the way: where it leads, nothing was seen later. Neither statement sorts more than a
# day, and neither reads further than it is asked to.
FOUND = """
SELECT q.as_of, q.source, s.id, s.source, s.as_of, s.quotes, s.seen_at, s.crc, EXISTS (
    SELECT 1 FROM snapshot i
    WHERE i.id = q.snapshot AND i.source = q.source AND i.as_of = q.as_of AND i.seen_at = s.seen_at
)
FROM quote q LEFT JOIN snapshot s ON s.id = ifnull((
    SELECT l.id FROM snapshot l
    WHERE l.source = q.source AND l.as_of = q.as_of AND instr(';' || l.quotes, ';' || q.base || ' ')
    ORDER BY l.seen_at DESC, l.quotes DESC LIMIT 1
), q.snapshot)
"""
_ANSWERS = f"""{FOUND}
WHERE q.base = ? AND q.as_of <= ?
ORDER BY q.as_of DESC, s.seen_at DESC, q.source
"""
# Of one source, by way of its own days: the index of a currency may be full of other sources.
_OF_SOURCE = f"""{FOUND.replace("FROM quote q ", "FROM snapshot day CROSS JOIN quote q ")}
WHERE day.source = ? AND q.base = ? AND day.as_of <= ? AND q.as_of = day.as_of AND q.source = day.source
AND NOT EXISTS (
    SELECT 1 FROM snapshot again WHERE again.source = day.source AND again.as_of = day.as_of
    AND (again.seen_at, again.quotes) > (day.seen_at, day.quotes)
)
ORDER BY day.as_of DESC
"""  # noqa: S608 - all of it is written above
_KNOWN = """
SELECT id, source, as_of, quotes, seen_at, crc FROM snapshot WHERE as_of = ? AND source = ? AND quotes = ?
"""
_LAST = """
SELECT id, source, as_of, quotes, seen_at, crc FROM snapshot
WHERE source = ? AND as_of <= ? ORDER BY as_of DESC, seen_at DESC, quotes DESC LIMIT 1
"""
INDEXED = """
INSERT INTO quote (base, as_of, source, snapshot) VALUES (?, ?, ?, ?)
ON CONFLICT (base, as_of, source) DO UPDATE SET snapshot = excluded.snapshot
WHERE (SELECT (seen_at, quotes) < (?, ?) FROM snapshot WHERE id = quote.snapshot)
"""
"""Takes a snapshot into the index of a currency, if none that is there counts more."""


class SaveResult:
    """What became of the snapshots that were to be saved.

    `new` and `known` count the saved ones; `refused` has each refused one with the reason.
    """

    def __init__(self) -> None:
        self.new = 0
        self.known = 0
        self.refused: list[tuple[Snapshot, Implausible]] = []


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

    @property
    def path(self) -> str:
        """The file, as it was named."""
        return self._file.path

    def close(self) -> None:
        """Closes the file; a later call opens it again."""
        self._file.close()

    # -- reading ----------------------------------------------------------------------------

    def quotes(self, base: str, day: dt.date, source: str | None = None) -> Iterator[DatedQuote]:
        """The quotes of one currency up to and with `day`, newest first, lazily.

        Of several revisions of a source's day only the last seen. Where the user's own store has
        nothing, the bundled ones.
        """
        empty = True
        for quote in self._own(base, day, source):
            empty = False
            yield quote
        if empty:
            yield from bundled.quotes(base, day, source)

    def recent(self, newest: DatedQuote, count: int = 30) -> list[DatedQuote]:
        """The last days of a quote's source up to its own, oldest first; bundled ones fill the gaps."""
        base, day, source = newest.quote.base, newest.as_of, newest.source
        if day is None:
            return [newest]
        found = {quote.as_of: quote for quote in islice(bundled.quotes(base, day, source), count)}
        if not newest.bundled:
            found.update({quote.as_of: quote for quote in islice(self.quotes(base, day, source), count)})
        return [found[as_of] for as_of in sorted(found, key=lambda as_of: as_of or day)][-count:]

    def _own(self, base: str, day: dt.date, source: str | None) -> Iterator[DatedQuote]:
        until, days = day, 1
        while rows := self._rows(base, until, source, days):
            for as_of, source_of, *row in rows:
                found = self._answer(base, (source or source_of, as_of), *row)
                if found.as_of is None or found.as_of > until:  # an index out of order would lead round in circles
                    raise self._damaged(f"its index of {base}")
                until = found.as_of
                yield found
            if until == dt.date.min:
                return
            until, days = until - dt.timedelta(days=1), min(2 * days, _MOST_DAYS)

    def _rows(self, base: str, day: dt.date, source: str | None, days: int) -> "list[tuple[Any, ...]]":
        """The next days' rows of a currency. The statement is at its end then, so that no writer waits for it."""
        connection = self._file.connection()
        found: list[tuple[Any, ...]] = []
        if connection is None:
            return found
        with self._file.errors():
            if source is None:
                rows = connection.execute(_ANSWERS, (base, day.isoformat()))
            else:
                rows = connection.execute(_OF_SOURCE, (source, base, day.isoformat()))
            try:
                seen = set()
                for row in rows:
                    seen.add(row[0])
                    if len(seen) > days:
                        break
                    found.append(row)
            finally:
                rows.close()
        return found

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
    ) -> DatedQuote:
        """What the index leads to, if it is what that `place` in it says, and nothing was seen later."""
        snapshot = self._snapshot(id_, source, as_of, quotes, seen_at, crc)
        quote = snapshot.quote(base)
        if quote is None or place != (source, as_of) or not is_last:
            raise self._damaged(f"its index of {base}")
        return DatedQuote(quote, snapshot.as_of, source, seen_at)

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
        return self._file.damage(f"is damaged: {plain(what)} is not as it was written")

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

    def save(
        self, snapshots: Iterable[Snapshot], *, force: bool = False, baseline: "Baseline | None" = None
    ) -> SaveResult:
        """Saves snapshots in their order, in one transaction, and says what was new.

        A snapshot that is there already is seen again; one that can't be true (see `plausible`)
        is refused, unless `force`. Each is compared with what was stored before this call, or, where
        several calls are one run, with their common `baseline`. ValueError for a snapshot without a
        day, quotes, or rates above 0.
        """
        from ctick.storage.baseline import Baseline
        from ctick.storage.transaction import Transaction

        saved = SaveResult()
        baseline = baseline or Baseline()
        with Transaction(self._file) as connection:
            self._newest.clear()
            baseline.begin(connection)
            moment = clock.now()
            for snapshot in snapshots:
                moment += dt.timedelta(microseconds=1)
                self._save(connection, snapshot, moment, saved, None if force else baseline)
        return saved

    def _save(
        self,
        connection: "sqlite3.Connection",
        snapshot: Snapshot,
        moment: dt.datetime,
        saved: SaveResult,
        baseline: "Baseline | None",
    ) -> None:
        source, day, quotes = snapshot.source, snapshot.as_of, snapshot.to_text()
        if day is None or not snapshot.quotes or not all(map(_sound, snapshot.quotes)):
            raise ValueError(f"{snapshot!r} can't be kept: it needs a day, and quotes with a code and a rate above 0")
        as_of = day.isoformat()
        reason = self._doubt(connection, snapshot, day, baseline) if baseline else None
        if reason is not None:
            saved.refused.append((snapshot, reason))
            return
        before = self._before(connection, source, day)
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
            assert id_ is not None
            saved.new += 1
            if baseline is not None:
                baseline.added(id_)
        connection.executemany(
            "INSERT INTO quote (base, as_of, source, snapshot) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (base, as_of, source) DO UPDATE SET snapshot = excluded.snapshot",
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

    def _doubt(
        self, connection: "sqlite3.Connection", snapshot: Snapshot, day: dt.date, baseline: "Baseline"
    ) -> "Implausible | None":
        """Why a snapshot is refused, or None."""
        from ctick.storage.plausibility import doubt

        for quote in snapshot.quotes:
            stored = baseline.nearest(connection, self._snapshot, quote.base, day, snapshot.source)
            reason = doubt(quote, day, stored)
            if reason is not None:
                return reason
        return None


def _sound(quote: Quote) -> bool:
    return quote.base.isalnum() and quote.rate.is_finite() and quote.rate > 0


def _timestamp(moment: dt.datetime) -> str:
    """`2026-11-22T04:14:15.123456Z`: sorts as text, loses nothing."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _moment(timestamp: str) -> dt.datetime:
    return dt.datetime.fromisoformat(timestamp)
