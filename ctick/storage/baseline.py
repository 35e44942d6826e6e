"""The rates that were stored before a run began, with which each new rate of the run is compared.

The rates of the run itself don't count: otherwise a page could get from any rate to any other in
many small steps.
"""

import datetime as dt

from ctick.model import DatedQuote, Snapshot
from ctick.storage import bundled
from ctick.storage.queries import SNAPSHOTS
from ctick.storage.reader import dated_quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from typing import Any

    Read = Callable[[Sequence[Any]], Snapshot]

# The snapshot to be used on the last day up to :day, or on the first day after it, no farther away than :bound. Only
# snapshots with the currency :base (NULL: any), and with ids that existed when the run began (:limit).
_WITH = "+id <= :limit AND (:base IS NULL OR instr(';' || quotes, ';' || :base || ' '))"
_EARLIER = f"as_of <= :day AND as_of >= :bound AND {_WITH} ORDER BY as_of DESC, seen_at DESC, quotes DESC LIMIT 1"
_LATER = f"as_of > :day AND as_of <= :bound AND {_WITH} ORDER BY as_of, seen_at DESC, quotes DESC LIMIT 1"


class _Gap:
    """The days from one snapshot up to the next: for all of them these two are the nearest in time."""

    def __init__(self, earlier: Snapshot | None, later: Snapshot | None) -> None:
        self.earlier = earlier
        self.later = later
        self.first = earlier.as_of if earlier and earlier.as_of else dt.date.min
        self.end = later.as_of if later else None
        self.found: dict[str, DatedQuote | None] = {}  # by currency, what `nearest` found for these days

    def has(self, day: dt.date) -> bool:
        return self.first <= day and (self.end is None or day < self.end)


class Baseline:
    """What was stored when a run began, which is at its first save.

    A run with several saves passes the same Baseline to each `Store.save`.
    """

    def __init__(self) -> None:
        self._limit: int | None = None
        # The last gap by source (None: any) and currency (None: any). Days mostly come in their order, and to look up
        # a gap again means to skip all that the run has saved in it.
        self._gaps: dict[tuple[str | None, str | None], _Gap] = {}

    def begin(self, connection: "sqlite3.Connection") -> None:
        """Records what is stored, at the run's first save and inside its transaction."""
        if self._limit is None:
            (self._limit,) = connection.execute("SELECT ifnull(max(id), 0) FROM snapshot").fetchone()

    def added(self, id_: int) -> None:
        """The run has saved a new snapshot, possibly with the id of one that was deleted meanwhile."""
        assert self._limit is not None
        self._limit = min(self._limit, id_ - 1)

    def nearest(
        self, connection: "sqlite3.Connection", read: "Read", base: str, day: dt.date, source: str
    ) -> DatedQuote | None:
        """The rate with which one of `day` is compared, None if there is no rate at all.

        The same source's last rate up to that day, else its first one after; if it has none, the
        nearest in time of any source. `read` turns a row into a checked snapshot.
        """
        gap = self._gap(connection, read, source, None, day)
        if base not in gap.found:
            with_rate = gap
            if gap.earlier is None or gap.earlier.quote(base) is None:
                with_rate = self._gap(connection, read, source, base, day)
            gap.found[base] = _dated(with_rate.earlier, base) or _dated(with_rate.later, base)
        return gap.found[base] or self._of_any(connection, read, base, day)

    def _of_any(self, connection: "sqlite3.Connection", read: "Read", base: str, day: dt.date) -> DatedQuote | None:
        """The rate of any source that is nearest in time."""
        gap = self._gap(connection, read, None, None, day)
        if not all(snapshot and snapshot.quote(base) for snapshot in (gap.earlier, gap.later)):
            gap = self._gap(connection, read, None, base, day)
        earlier, later = _dated(gap.earlier, base), _dated(gap.later, base)
        if earlier is None or later is None or gap.end is None:
            return earlier or later
        return earlier if day - gap.first <= gap.end - day else later

    def _gap(
        self, connection: "sqlite3.Connection", read: "Read", source: str | None, base: str | None, day: dt.date
    ) -> _Gap:
        gap = self._gaps.get((source, base))
        if gap is None or not gap.has(day):
            earlier, later = _bundled(source, base, day)
            values = {"source": source, "base": base, "day": day.isoformat(), "limit": self._limit}
            where = "WHERE" if source is None else "WHERE source = :source AND"

            def nearest(statement: str, bundled: Snapshot | None, farthest: dt.date) -> Snapshot | None:
                bound = str(bundled.as_of if bundled else farthest)
                row = connection.execute(f"{SNAPSHOTS} {where} {statement}", {**values, "bound": bound}).fetchone()
                return read(row) if row else bundled

            gap = _Gap(nearest(_EARLIER, earlier, dt.date.min), nearest(_LATER, later, dt.date.max))
            self._gaps[source, base] = gap
        return gap


def _bundled(source: str | None, base: str | None, day: dt.date) -> tuple[Snapshot | None, Snapshot | None]:
    """The last bundled snapshot up to a day, and the first one after it."""
    snapshots = [item for item in bundled.snapshots(source) if base is None or item.quote(base)]
    count = sum(item.as_of is not None and item.as_of <= day for item in snapshots)
    return snapshots[count - 1] if count else None, snapshots[count] if count < len(snapshots) else None


def _dated(snapshot: Snapshot | None, base: str) -> DatedQuote | None:
    return dated_quote(snapshot, base) if snapshot else None
