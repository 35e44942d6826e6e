"""Which past days an answer settles, so that they are not asked for again. Pure.

A day is settled only by an answer that is whole for it: a rate of every currency that the source
covers, or the word of the source that the day has none of its own.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from ctick.model import Snapshot

GAP = 10
"""Days without rates that may lie between two with rates, as holidays do."""

FINAL = 7
"""Days after which a source is not expected to add rates of a day that had none."""


class Span:
    """The past days that are asked for, both included."""

    def __init__(self, since: dt.date, until: dt.date) -> None:
        self.since = since
        self.until = until
        self.one_day = since == until

    def __len__(self) -> int:
        return (self.until - self.since).days + 1

    def days(self) -> Iterable[dt.date]:
        """Each day, oldest first."""
        return (self.since + dt.timedelta(days=number) for number in range(len(self)))

    def parts(self, most: int) -> "Iterable[Span]":
        """The same days, in spans of at most so many."""
        for number in range(0, len(self), most):
            since = self.since + dt.timedelta(days=number)
            yield Span(since, min(since + dt.timedelta(days=most - 1), self.until))


def is_final(day: dt.date, today: dt.date) -> bool:
    """Whether a day is so long past that a source would have its rates by now."""
    return (today - day).days > FINAL


def is_closed(day: dt.date, today: dt.date, *, official: bool) -> bool:
    """Whether an older day's rate holds for a day for good: at once on weekends, when banks set none."""
    return is_final(day, today) or (official and day.weekday() > 4 and day < today)


def is_between(day: dt.date, days: Collection[dt.date]) -> bool:
    """Whether a day lies between two of the `days` with at most `GAP` days between them."""
    near = range(1, GAP + 1)
    before = next((number for number in near if day - dt.timedelta(days=number) in days), GAP + 1)
    after = next((number for number in near if day + dt.timedelta(days=number) in days), GAP + 1)
    return before + after - 1 <= GAP


def has_all(codes: Iterable[str], snapshots: Iterable[Snapshot]) -> bool:
    """Whether there is a rate of each currency in one of the snapshots."""
    return {quote.base for snapshot in snapshots for quote in snapshot.quotes}.issuperset(codes)


def in_range(span: Span, codes: Iterable[str], snapshots: Sequence[Snapshot]) -> list[dt.date]:
    """The days of a span that one answer for all of it settles.

    For each currency these are the days that it has a rate for, and those between two of them.
    """
    there = {
        code: {snapshot.as_of for snapshot in snapshots if snapshot.as_of and snapshot.quote(code)} for code in codes
    }
    return [day for day in span.days() if all(day in days or is_between(day, days) for days in there.values())]


def spans_of(days: Iterable[dt.date]) -> list[Span]:
    """Days as spans of days that follow one another."""
    spans: list[Span] = []
    for day in days:
        if spans and spans[-1].until + dt.timedelta(days=1) == day:
            spans[-1] = Span(spans[-1].since, day)
        else:
            spans.append(Span(day, day))
    return spans
