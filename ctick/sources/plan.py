"""The requests to one source that are left in one run: for its latest rates, or for past days."""

import datetime as dt
from collections import deque
from collections.abc import Collection, Iterator

from ctick import clock
from ctick.errors import CtickError, InputError
from ctick.sources.addresses import Addresses
from ctick.sources.answered_days import AnsweredDays
from ctick.sources.answers import OLDEST, Reading
from ctick.sources.contract import EMPTY, MISSING, Source
from ctick.sources.days import Span
from ctick.sources.fetch import Request
from ctick.sources.http_errors import NotFoundError
from ctick.storage.fetch_log import FetchLog
from ctick.text import counted, long_date

LONGEST_RANGE = 3650
"""Days in one request: an answer for all years would be longer than `contract.MAX_BYTES`."""

_MAX_FAILURES = 10
"""Consecutive failures after which a source is not asked any more, even if its server answers."""

_LONGEST_HOLIDAY = 31
"""Days without rates in one answer that holidays may explain."""


class Plan:
    """The requests to one source: for the past days of `span`, or for the latest rates if it is None.

    Days that were answered before are left out, except with `again`, or if `span` is one day.
    """

    def __init__(self, source: Source, span: Span | None, log: FetchLog, *, again: bool = False) -> None:
        self.source = source
        self.addresses = Addresses(source)
        self.answered_days = AnsweredDays(source, log)
        self.left: deque[Span | None] = deque()
        self._span = span
        self._failures = 0  # consecutive ones
        if span is None:
            self.left.append(None)
        elif span.until >= source.first:
            self._add(Span(max(span.since, source.first), span.until), again=again or span.one_day)

    def _add(self, span: Span, *, again: bool) -> None:
        if not again:
            self.answered_days.load(span)
        missing = [day for day in span.days() if day not in self.answered_days]
        if self.addresses.range_url and missing:
            self.left.extend(Span(missing[0], missing[-1]).parts(LONGEST_RANGE))
        else:
            self.left.extend([Span(day, day) for day in missing])

    def requests(self) -> Iterator[Request]:
        """The requests that are left, one by one; an outcome may add some, or drop the rest."""
        while self.left:
            span = self.left.popleft()
            yield self.addresses.latest() if span is None else self.addresses.past(span)

    def may_be_empty(self, span: Span | None) -> bool:
        """Whether an answer without rates to a request for `span` is no failure: a source may have none for a day."""
        if span is None or self._span is None or self._span.one_day:
            return False
        return self.source.no_rates == EMPTY if span.one_day else len(span) <= OLDEST

    def with_day(self, span: Span | None, error: CtickError) -> CtickError:
        """A network error with its day, if the plan has others: the address may have the date in its query."""
        if span is None or not span.one_day or self._span is None or self._span.one_day:
            return error
        return type(error)(f"{long_date(span.since)}: {error}")

    def answered(self, span: Span, reading: Reading, doubtful: Collection[dt.date | None]) -> list[CtickError]:
        """Notes the days that need not be asked for again; returns errors for what a range lacks.

        `doubtful` are days with a rate that was not saved.
        """
        past = [day for day in span.days() if day < clock.today() and day not in doubtful]
        good = [item for item in reading.snapshots if item.as_of not in doubtful]
        if span.one_day:
            if reading.is_complete and not doubtful:
                self.answered_days.add_day(past, good)
            return []
        open_spans = self.answered_days.add_range(span, past, good, complete=reading.is_complete)
        self.left.extend([Span(day, day) for part in open_spans if len(part) <= OLDEST for day in part.days()])
        absent = [code for code in self.source.covers if not any(item.quote(code) for item in good)]
        if absent and len(span) > OLDEST:
            return [InputError(f"its answer has no rates for {' '.join(absent)}: try again later, or another source")]
        if reading.is_complete and (long := [part for part in open_spans if len(part) > _LONGEST_HOLIDAY]):
            return [
                InputError(
                    "its answer has missing or incomplete rates between"
                    f" {long_date(long[0].since)} and {long_date(long[-1].until)}: run the same command again later"
                )
            ]
        return []

    def succeeded(self) -> None:
        """Notes that the source has given a good answer."""
        self._failures = 0
        self.answered_days.source_is_up()

    def failed(self, span: Span | None, error: CtickError) -> list[CtickError]:
        """Drops the other requests if the source is down or fails too often; returns an error for the skipped days."""
        self._failures += 1
        is_not_found = isinstance(error, NotFoundError) and self.source.no_rates == MISSING
        if is_not_found and span is not None:
            self.answered_days.add_not_found(span.since)
        if not (is_not_found or isinstance(error, InputError)):
            return self._stop(span, error, "run the same command again later")
        if self._failures >= _MAX_FAILURES:
            advice = f"stopped after {_MAX_FAILURES} consecutive failures; start with a later --since"
            return self._stop(span, error, advice)
        return []

    def _stop(self, failed: Span | None, error: CtickError, advice: str) -> list[CtickError]:
        spans = [span for span in (failed, *self.left) if span is not None]
        self.left.clear()
        count = sum(map(len, spans))
        if count < 2:
            return []
        first, last = min(span.since for span in spans), max(span.until for span in spans)
        text = f"skipped {counted(count, 'day')} between {long_date(first)} and {long_date(last)}: {advice}"
        return [type(error)(text)]
