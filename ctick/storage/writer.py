"""Saving, importing and deleting snapshots, inside one transaction."""

import datetime as dt

from ctick.model import Quote, Snapshot
from ctick.storage import queries
from ctick.storage.plausibility import implausible
from ctick.storage.reader import Reader
from ctick.storage.schema import capture_value, check_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from ctick.capture import Capture
    from ctick.storage.baseline import Baseline
    from ctick.storage.plausibility import Implausible
    from ctick.storage.store import SaveResult

_INSERT = "INSERT INTO snapshot (source, as_of, quotes, seen_at, crc) VALUES (?, ?, ?, ?, ?)"
_SEEN = "UPDATE snapshot SET seen_at = ?, crc = ? WHERE id = ?"
_ADD_CAPTURE = "INSERT INTO capture (snapshot, url, captured_at, crc) VALUES (?, ?, ?, ?)"
_DELETE_CAPTURE = "DELETE FROM capture WHERE snapshot = ?"
_INDEX = """
INSERT INTO quote (base, as_of, source, snapshot) VALUES (?, ?, ?, ?)
ON CONFLICT (base, as_of, source) DO UPDATE SET snapshot = excluded.snapshot
"""
_INDEX_IF_LATER = f"""{_INDEX}
WHERE (SELECT (seen_at, quotes) < (?, ?) FROM snapshot WHERE id = quote.snapshot)
"""  # noqa: S608 - all of it is written above


class Writer:
    """Writes to the store through the connection of one transaction; not to be used after it."""

    def __init__(self, connection: "sqlite3.Connection", reader: Reader) -> None:
        self._connection = connection
        self._reader = reader
        # The last snapshot of all of each source that is being saved.
        self._newest: dict[str, Snapshot | None] = {}

    def save(self, snapshot: Snapshot, now: dt.datetime, saved: "SaveResult", baseline: "Baseline | None") -> None:
        """Saves a snapshot seen `now`, or refuses it if it differs too much from the `baseline`."""
        day = _checked_day(snapshot)
        reason = self._implausible(snapshot, day, baseline) if baseline else None
        if reason is not None:
            saved.refused.append((snapshot, reason))
            return
        source, as_of, quotes = snapshot.source, day.isoformat(), snapshot.to_text()
        before = self._before(source, day)
        seen_at, known = _timestamp(now), None
        if before is not None and before.as_of == day:
            seen_at = self._after(before, seen_at)
            known = self._known(source, as_of, quotes)
        if known is not None:
            id_, _ = known
            self._see_again(id_, source, as_of, quotes, seen_at)
            saved.known += 1
        else:
            id_ = self._insert(source, as_of, quotes, seen_at)
            saved.new += 1
            if baseline is not None:
                baseline.added(id_)
        self._connection.executemany(_INDEX, [(quote.base, as_of, source, id_) for quote in snapshot.quotes])
        if snapshot.capture is not None:
            self._keep_earliest(id_, snapshot, snapshot.capture)
        self._reader.remember(snapshot)
        if before is self._newest[source]:
            self._newest[source] = Snapshot(source, day, snapshot.quotes, seen_at)

    def import_snapshot(self, snapshot: Snapshot) -> bool:
        """Saves a snapshot with the time at which it was seen elsewhere; whether it was new."""
        source, as_of, quotes = snapshot.source, _checked_day(snapshot).isoformat(), snapshot.to_text()
        seen_at = snapshot.seen_at or ""
        known = self._known(source, as_of, quotes)
        if known is None:
            id_, before = self._insert(source, as_of, quotes, seen_at), ""
        else:
            id_, before = known
        if snapshot.capture is not None:
            self._keep_earliest(id_, snapshot, snapshot.capture)
        if known is None or before < seen_at:
            if known is not None:
                self._see_again(id_, source, as_of, quotes, seen_at)
            self._index(id_, snapshot, seen_at)
        return known is None

    def delete(self, snapshots: "Iterable[Snapshot]") -> int:
        """Deletes snapshots; how many of them were still there, and not seen again meanwhile."""
        bases: dict[tuple[str, str], set[str]] = {}
        count = 0
        for snapshot in snapshots:
            key = snapshot.source, str(snapshot.as_of)
            count += self._connection.execute(
                "DELETE FROM snapshot WHERE source = ? AND as_of = ? AND quotes = ? AND seen_at = ?",
                (*key, snapshot.to_text(), snapshot.seen_at),
            ).rowcount
            bases.setdefault(key, set()).update([quote.base for quote in snapshot.quotes])
        for (source, as_of), deleted in bases.items():
            self._connection.executemany(
                "DELETE FROM quote WHERE base = ? AND as_of = ? AND source = ?",
                [(base, as_of, source) for base in deleted],
            )
            for row in self._connection.execute(
                f"{queries.SNAPSHOTS} {queries.BETWEEN}", (as_of, as_of, source)
            ).fetchall():
                left = self._reader.snapshot(row)
                self._index(row[0], left, left.seen_at or "")
        return count

    def _insert(self, source: str, as_of: str, quotes: str, seen_at: str) -> int:
        row = (source, as_of, quotes, seen_at, check_value(source, as_of, quotes, seen_at))
        id_ = self._connection.execute(_INSERT, row).lastrowid
        assert id_ is not None
        return id_

    def _keep_earliest(self, id_: int, snapshot: Snapshot, capture: "Capture") -> None:
        """Stores the capture of a stored snapshot, unless an earlier one is there."""
        row = self._connection.execute(queries.CAPTURE, (id_,)).fetchone()
        if row is not None:
            before = self._reader.capture(id_, snapshot, row)
            from ctick.capture import earlier

            if earlier(before, capture) is before:
                return
            self._connection.execute(_DELETE_CAPTURE, (id_,))  # not changed in place, for the triggers
        url, captured_at = capture.url, capture.captured_at
        self._connection.execute(_ADD_CAPTURE, (id_, url, captured_at, capture_value(snapshot, url, captured_at)))

    def _see_again(self, id_: int, source: str, as_of: str, quotes: str, seen_at: str) -> None:
        self._connection.execute(_SEEN, (seen_at, check_value(source, as_of, quotes, seen_at), id_))

    def _index(self, id_: int, snapshot: Snapshot, seen_at: str) -> None:
        """Points the index of the currencies to a snapshot, unless another one was seen later."""
        as_of, source, quotes = str(snapshot.as_of), snapshot.source, snapshot.to_text()
        rows = [(quote.base, as_of, source, id_, seen_at, quotes) for quote in snapshot.quotes]
        self._connection.executemany(_INDEX_IF_LATER, rows)

    def _known(self, source: str, as_of: str, quotes: str) -> tuple[int, str] | None:
        """The id of the snapshot with these quotes, and when it was last seen; None if it is new."""
        row = self._connection.execute(queries.KNOWN, (as_of, source, quotes)).fetchone()
        if row is None:
            return None
        self._reader.snapshot(row)
        if row[3] != quotes:  # the index is sound, and the row was changed
            raise self._reader.damaged(f"the index of {source} on {as_of} is wrong")
        return row[0], row[4]

    def _before(self, source: str, day: dt.date) -> Snapshot | None:
        """The last snapshot of a source up to and with `day`; for days in their order SQLite is asked once."""
        if source not in self._newest:
            self._newest[source] = self._last_of(source, dt.date.max)
        newest = self._newest[source]
        if newest is None or newest.as_of is None or newest.as_of <= day:
            return newest
        return self._last_of(source, day)

    def _last_of(self, source: str, day: dt.date) -> Snapshot | None:
        row = self._connection.execute(queries.LAST_OF_SOURCE, (source, day.isoformat())).fetchone()
        return self._reader.snapshot(row) if row else None

    def _after(self, before: Snapshot, seen_at: str) -> str:
        """`seen_at`, or the moment after `before` where the clock was set back: what is seen now was seen last."""
        if before.seen_at is None or before.seen_at < seen_at:
            return seen_at
        try:
            return _timestamp(dt.datetime.fromisoformat(before.seen_at) + dt.timedelta(microseconds=1))
        except (ValueError, OverflowError):
            raise self._reader.damaged(f"a snapshot of {before.source} has an invalid time") from None

    def _implausible(self, snapshot: Snapshot, day: dt.date, baseline: "Baseline") -> "Implausible | None":
        """Why a snapshot is refused, or None."""
        for quote in snapshot.quotes:
            stored = baseline.nearest(self._connection, self._reader.snapshot, quote.base, day, snapshot.source)
            reason = implausible(quote, day, stored)
            if reason is not None:
                return reason
        return None


def _checked_day(snapshot: Snapshot) -> dt.date:
    """The day of a snapshot that can be read again once it is written; ValueError for any other."""
    if snapshot.as_of is None or not snapshot.quotes or not all(map(_is_readable, snapshot.quotes)):
        raise ValueError(f"{snapshot!r} can't be saved: it needs a date, and quotes with a code and a rate above 0")
    problem = snapshot.capture and snapshot.capture.problem()
    if problem:
        raise ValueError(f"{snapshot!r} can't be saved: {problem}")
    return snapshot.as_of


def _is_readable(quote: Quote) -> bool:
    return quote.base.isalnum() and quote.rate.is_finite() and quote.rate > 0


def _timestamp(moment: dt.datetime) -> str:
    """`2026-11-22T04:14:15.123456Z`: sorts as text, loses nothing."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
