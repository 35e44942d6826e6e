"""`--since`, `--until`, `--last`, `--days` and `--revisions` of `ctick history`: which days to show."""

import datetime as dt

from ctick import clock
from ctick.errors import UsageError
from ctick.model import DatedQuote
from ctick.rates.choose import last_day
from ctick.rates.history import MONTHLY, WEEKLY, last_days, last_of_each, read_ago, read_span
from ctick.text import long_date, plain

SHOWN = 30
"""How many days a terminal shows of each currency if none were asked for; a table of years would scroll away."""


class Query:
    """Which days to show: without `until`, up to the last that `rates` may use. UsageError if they make no sense."""

    def __init__(self, since: str | None, until: str | None, last: str | None, period: str, *, revisions: bool) -> None:
        today = clock.today()
        self.is_open = until is None
        first, until_day = read_span(since, until, today)
        self.since = first or dt.date.min
        self.until = until_day or last_day(today)
        if period not in ("all", WEEKLY, MONTHLY):
            raise UsageError(f"--days {plain(period, 40)} is unknown: choose all, weekly or monthly")
        self.last = None if last is None else _count(last)
        self.is_bare = since is None and until is None and last is None
        self.period = period
        self.revisions = revisions

    def days(self, quotes: list[DatedQuote]) -> list[DatedQuote]:
        """The quotes to show of those in the span, oldest first: all, or the last of each week or month."""
        found = quotes if self.period == "all" else last_of_each(quotes, self.period)
        return found if self.last is None else last_days(found, self.last)

    def span(self) -> str:
        """` between 1 December 2025 and 16 December 2025`, as far as it was given."""
        if self.since == dt.date.min:
            return "" if self.is_open else f" until {long_date(self.until)}"
        if self.is_open:
            return f" since {long_date(self.since)}"
        return f" between {long_date(self.since)} and {long_date(self.until)}"


def _count(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text[:9]) > 0:
        return int(text[:9])
    span = f", or use --since {text}" if read_ago(text, clock.today()) else ""
    raise UsageError(f"--last '{plain(text, 40)}' is not a number of days: write it as 10{span}")
