"""Spans of past days, and which days an answer settles, so that they are not asked for again. Pure.

Only an answer that is complete for a day settles it: with a rate of every currency that the source
covers, or with the source's statement that it has no rates for that day.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from ctick.model import Snapshot

GAP = 10
"""Days without rates that may lie between two days with rates, as holidays do."""

FINAL = 7
"""Days after which a source is not expected to add rates for a day that had none."""


class Span:
    """Consecutive days, both ends included."""

    def __init__(self, since: dt.date, until: dt.date) -> None:
        self.since = since
        self.until = until
        self.one_day = since == until

    def __len__(self) -> int:
        return (self.until - self.since).days + 1

    def days(self) -> Iterable[dt.date]:
        """Each day, oldest first."""
        return (self.since + dt.timedelta(days=number) for number in range(len(self)))

    def parts(self, length: int) -> "Iterable[Span]":
        """The same days, in spans of at most `length` days."""
        for number in range(0, len(self), length):
            since = self.since + dt.timedelta(days=number)
            yield Span(since, min(since + dt.timedelta(days=length - 1), self.until))


def spans_of(days: Iterable[dt.date]) -> list[Span]:
    """Sorted days, grouped into spans."""
    spans: list[Span] = []
    for day in days:
        if spans and spans[-1].until + dt.timedelta(days=1) == day:
            spans[-1] = Span(spans[-1].since, day)
        else:
            spans.append(Span(day, day))
    return spans


def is_final(day: dt.date, today: dt.date) -> bool:
    """Whether a day is so long past that a source would have its rates by now."""
    return (today - day).days > FINAL


def keeps_older_rate(day: dt.date, today: dt.date, *, official: bool) -> bool:
    """Whether the rate of an older day is final for `day`: at once on weekends, when banks set no rates."""
    return is_final(day, today) or (official and day.weekday() > 4 and day < today)


def is_between(day: dt.date, days: Collection[dt.date]) -> bool:
    """Whether a day lies between two of the `days` with at most `GAP` days between them."""
    near = range(1, GAP + 1)
    before = next((number for number in near if day - dt.timedelta(days=number) in days), GAP + 1)
    after = next((number for number in near if day + dt.timedelta(days=number) in days), GAP + 1)
    return before + after - 1 <= GAP


def has_all(codes: Iterable[str], snapshots: Iterable[Snapshot]) -> bool:
    """Whether the snapshots together have a rate of each currency."""
    return {quote.base for snapshot in snapshots for quote in snapshot.quotes}.issuperset(codes)


def settled_by_range(span: Span, codes: Iterable[str], snapshots: Sequence[Snapshot]) -> list[dt.date]:
    """The days of a span that one answer for all of it settles.

    For each currency these are the days with a rate, and those between two of them.
    """
    with_rate = {
        code: {snapshot.as_of for snapshot in snapshots if snapshot.as_of and snapshot.quote(code)} for code in codes
    }
    return [day for day in span.days() if all(day in days or is_between(day, days) for days in with_rate.values())]
