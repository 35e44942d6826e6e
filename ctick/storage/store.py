"""The user's snapshots, in one SQLite file; its tables are in `schema`."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice

from ctick import clock
from ctick.model import DatedQuote, Snapshot
from ctick.storage import bundled, queries, schema
from ctick.storage.connection import Database
from ctick.storage.reader import Reader, dated_quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ctick.storage.baseline import Baseline
    from ctick.storage.plausibility import Implausible

_MOST_DAYS = 256
"""The most days that are read at once: first two, then twice as many each time."""


class SaveResult:
    """The outcome of a save.

    `new` and `known` count the saved ones; `refused` has each refused one with the reason.
    """

    def __init__(self) -> None:
        self.new = 0
        self.known = 0
        self.refused: list[tuple[Snapshot, Implausible]] = []


class Store:
    """The store in the file `path`, which need not exist: then there is nothing in it yet.

    Methods raise StoreError where the file is damaged, not ctick's, too new or out of reach, and where
    the store is open in another thread: open a Store in each. `timeout` is the number of seconds to
    wait for another program, None for ten.
    """

    def __init__(self, path: str, timeout: int | None = None) -> None:
        self._file = Database(path, timeout)
        self._reader = Reader(self._file)

    @property
    def path(self) -> str:
        """The file, as it was named."""
        return self._file.path

    def close(self) -> None:
        """Closes the file; a later call opens it again."""
        self._file.close()

    # -- quotes of one currency -------------------------------------------------------------

    def quotes(self, base: str, day: dt.date, source: str | None = None) -> Iterator[DatedQuote]:
        """The quotes of one currency up to and with `day`, stored and bundled ones, newest first, lazily.

        Of several revisions of a source's day only the last seen. A bundled quote is left out if the
        store has a snapshot of its source and day.
        """
        rest = bundled.quotes(base, day, source)
        waiting = next(rest, None)
        for dated in self._stored(base, day, source):
            while waiting is not None and _day(waiting) > _day(dated):
                if not self._has(waiting):
                    yield waiting
                waiting = next(rest, None)
            yield dated
        while waiting is not None:
            if not self._has(waiting):
                yield waiting
            waiting = next(rest, None)

    def _has(self, dated: DatedQuote) -> bool:
        """Whether the store has a snapshot of a quote's source and day."""
        return bool(self._file.rows(queries.HAS, (str(dated.as_of), dated.source)))

    def _bundled(self, base: str, since: dt.date, until: dt.date, source: str | None = None) -> list[DatedQuote]:
        """The bundled quotes of a span, without those of a source and day of which the store has a snapshot."""
        found = list(bundled.quotes(base, until, source, since))
        stored = set()
        for name in {dated.source for dated in found}:
            days = [str(dated.as_of) for dated in found if dated.source == name]
            stored.update([(name, day) for (day,) in self._file.rows(queries.DAYS, (name, min(days), max(days)))])
        return [dated for dated in found if (dated.source, str(dated.as_of)) not in stored]

    def recent(self, newest: DatedQuote, count: int = 30) -> list[DatedQuote]:
        """The last `count` days of a quote's source up to its day, oldest first; bundled ones fill the gaps."""
        if newest.as_of is None:
            return [newest]
        return list(islice(self.quotes(newest.base, newest.as_of, newest.source), count))[::-1]

    def counts(self, base: str, since: dt.date, until: dt.date) -> dict[str, int]:
        """For each source the number of days in the span for which it has a rate, bundled ones included."""
        days: dict[str, set[str]] = {}
        for source, as_of in self._file.rows(
            "SELECT source, as_of FROM quote WHERE base = ? AND as_of BETWEEN ? AND ?",
            (base, since.isoformat(), until.isoformat()),
        ):
            days.setdefault(source, set()).add(as_of)
        for dated in self._bundled(base, since, until):
            days.setdefault(dated.source, set()).add(str(dated.as_of))
        return {source: len(found) for source, found in days.items()}

    def history(
        self, base: str, since: dt.date, until: dt.date, source: str, *, revisions: bool = False
    ) -> list[DatedQuote]:
        """One source's quotes of a currency, oldest first, one a day or all revisions.

        Bundled quotes fill the days that are not in the store.
        """
        span = (since.isoformat(), until.isoformat())
        if revisions:
            snapshots = map(self._reader.captured, self._rows(queries.REVISIONS, (source, *span)))
            found = [dated for snapshot in snapshots if (dated := dated_quote(snapshot, base))]
        else:
            rows = self._file.rows(queries.HISTORY, (base, *span, source))
            found = [self._reader.quote(base, row, source) for row in rows]
        found += self._bundled(base, since, until, source)
        return sorted(found, key=lambda dated: (_day(dated), dated.seen_at or ""))

    def _stored(self, base: str, day: dt.date, source: str | None) -> Iterator[DatedQuote]:
        until, days, is_end = day, 2, False
        while not is_end:
            rows, is_end = self._next_days(base, until, source, days)
            for row in rows:
                dated = self._reader.quote(base, row, source)
                if dated.as_of is None or dated.as_of > until:  # else a corrupt index would be read endlessly
                    raise self._reader.damaged(f"the index of {base} is out of order")
                until = dated.as_of
                yield dated
            if until == dt.date.min:
                return
            until, days = until - dt.timedelta(days=1), min(2 * days, _MOST_DAYS)

    def _next_days(self, base: str, day: dt.date, source: str | None, days: int) -> "tuple[list[Sequence[Any]], bool]":
        """The rows of the last `days` days up to `day`, and whether there are no older ones.

        The statement is closed, so that no writer waits for it.
        """
        connection = self._file.connection()
        found: list[Sequence[Any]] = []
        if connection is None:
            return found, True
        with self._file.errors():
            if source is None:
                rows = connection.execute(queries.QUOTES, (base, day.isoformat()))
            else:
                rows = connection.execute(queries.QUOTES_OF_SOURCE, (source, base, day.isoformat()))
            try:
                seen = set()
                for row in rows:
                    seen.add(row[0])
                    if len(seen) > days:
                        return found, False
                    found.append(row)
            finally:
                rows.close()
        return found, True

    # -- snapshots --------------------------------------------------------------------------

    def newest(self, until: dt.date | None = None) -> dict[str, dt.date]:
        """For each source the day of its newest snapshot (up to a day); bundled ones don't count."""
        last = until and str(until)
        rows = self._file.rows(
            "SELECT source, max(as_of) FROM snapshot WHERE ifnull(as_of <= ?, 1) GROUP BY source", (last,)
        )
        try:
            return {source: dt.date.fromisoformat(as_of) for source, as_of in rows}
        except (TypeError, ValueError):
            raise self._reader.damaged("a snapshot has an invalid date") from None

    def snapshots(self) -> Iterator[Snapshot]:
        """Every snapshot of the store, by day, source and when it was last seen."""
        last = ("", "", "", "")
        while rows := self._rows(queries.PAGE, last):
            for row in rows:
                yield self._reader.captured(row)
            source, as_of, quotes, seen_at = rows[-1][1:5]
            before, last = last, (as_of, source, seen_at, quotes)
            if last <= before:  # else a corrupt index would be read endlessly
                raise self._reader.damaged("the snapshots are out of order")

    def snapshots_of(self, day: dt.date, source: str | None = None, *, until: dt.date | None = None) -> list[Snapshot]:
        """All snapshots of a day, or from that day to another, (of one source) in the store.

        They are sorted by day, source and when they were seen.
        """
        rows = self._rows(queries.BETWEEN, (day.isoformat(), (until or day).isoformat(), source))
        return [self._reader.captured(row) for row in rows]

    def _rows(self, where: str, values: "Sequence[object]") -> "list[Sequence[Any]]":
        """The rows of snapshots with their captures, if the store is new enough to have any."""
        connection = self._file.connection()
        if connection is None:
            return []
        with self._file.errors():
            columns = queries.CAPTURED if schema.version_of(connection) >= schema.CAPTURES else queries.SNAPSHOTS
        return self._file.rows(f"{columns} {where}", values)

    # -- writing, each call in one transaction ----------------------------------------------

    def save(
        self, snapshots: Iterable[Snapshot], *, force: bool = False, baseline: "Baseline | None" = None
    ) -> SaveResult:
        """Saves snapshots in their order.

        A known snapshot is marked as seen again; an implausible one (see `plausibility`) is refused,
        unless `force`. Each is compared with what was stored before this call, or, where
        several calls are one run, with their common `baseline`. Of the captures of a snapshot the
        earliest is kept. ValueError for a snapshot without a day, quotes, or rates above 0, and for
        an invalid capture.
        """
        from ctick.storage.baseline import Baseline
        from ctick.storage.transaction import transaction
        from ctick.storage.writer import Writer

        saved = SaveResult()
        baseline = baseline or Baseline()
        with transaction(self._file) as connection:
            writer = Writer(connection, self._reader)
            baseline.begin(connection)
            now = clock.now()
            for snapshot in snapshots:
                now += dt.timedelta(microseconds=1)
                writer.save(snapshot, now, saved, None if force else baseline)
        return saved

    def import_snapshots(self, snapshots: Iterable[Snapshot]) -> tuple[int, int]:
        """Saves exported snapshots; how many were new, and how many known.

        A known one keeps the later of the two times at which it was seen, and the earlier capture. Of a
        source's day the one that was seen last is used, in any order of import.
        """
        from ctick.storage.transaction import transaction
        from ctick.storage.writer import Writer

        new = count = 0
        with transaction(self._file) as connection:
            writer = Writer(connection, self._reader)
            for snapshot in snapshots:
                new += writer.import_snapshot(snapshot)
                count += 1
        return new, count - new

    def delete(self, snapshots: Iterable[Snapshot]) -> int:
        """Deletes snapshots that were read from the store; how many. One that was seen again meanwhile stays."""
        from ctick.storage.transaction import transaction
        from ctick.storage.writer import Writer

        if self._file.connection() is None:
            return 0
        with transaction(self._file) as connection:
            return Writer(connection, self._reader).delete(snapshots)


def _day(dated: DatedQuote) -> dt.date:
    assert dated.as_of is not None  # what is stored or bundled has a day
    return dated.as_of
