"""Which past days a source has answered; the fetch log keeps them, so that they are not asked for again."""

import datetime as dt
from collections.abc import Sequence

from ctick import clock
from ctick.model import Snapshot
from ctick.sources.contract import Source
from ctick.sources.days import Span, has_all, is_between, is_final, keeps_older_rate, settled_by_range, spans_of
from ctick.storage.fetch_log import FetchLog


class AnsweredDays:
    """The days that need not be asked for again: from the log, and from the answers of this run."""

    def __init__(self, source: Source, log: FetchLog) -> None:
        self._source = source
        self._log = log
        self._days: set[dt.date] = set()
        self._empty: list[dt.date] = []  # days for which the source says that it has no rates
        self._not_found: list[dt.date] = []  # days that the source answered with 404
        self._is_source_up = False

    def __contains__(self, day: dt.date) -> bool:
        return day in self._days

    def load(self, span: Span) -> None:
        """Reads the days of a span from the log."""
        self._days = self._log.answered(self._source.name, self._source.covers, span.since, span.until)

    def add_day(self, past: Sequence[dt.date], snapshots: Sequence[Snapshot]) -> None:
        """Adds the day of a complete answer for one day; `past` is empty if that is today."""
        source, today = self._source, clock.today()
        if not snapshots:
            self._empty += past  # confirmed by rates of a later day: the source may be down
        elif has_all(source.covers, snapshots):
            self._days.update(past)
            stored = self._days_stored(snapshots)
            older = [
                day for day in past if day not in stored and keeps_older_rate(day, today, official=source.official)
            ]
            self._log.add_answered(source.name, older + [day for day in self._empty if is_final(day, today)])
            self._empty.clear()

    def add_range(
        self, span: Span, past: Sequence[dt.date], snapshots: Sequence[Snapshot], *, complete: bool
    ) -> list[Span]:
        """Adds the days of an answer for many days; the spans that it leaves open, and that can be final."""
        source, today = self._source, clock.today()
        settled = set(settled_by_range(span, source.covers, snapshots)) if complete else set()
        self._days |= settled
        stored = self._days_stored(snapshots)
        self._log.add_answered(source.name, [day for day in past if day in settled and day not in stored])
        return spans_of(
            day for day in past if day not in settled and keeps_older_rate(day, today, official=source.official)
        )

    def add_not_found(self, day: dt.date) -> None:
        """Adds a day that was answered with 404, once the run has ended and days close by have rates."""
        if is_final(day, clock.today()):
            self._not_found.append(day)

    def source_is_up(self) -> None:
        """The source has given a good answer, so its address is right."""
        self._is_source_up = True

    def end(self) -> None:
        """Notes the days without an answer between others, at the end of a run."""
        if self._is_source_up:
            self._log.add_answered(self._source.name, [day for day in self._not_found if is_between(day, self._days)])

    def _days_stored(self, snapshots: Sequence[Snapshot]) -> set[dt.date | None]:
        """The days with all rates, which the store itself shows to be answered."""
        return {item.as_of for item in snapshots if has_all(self._source.covers, [item])}
