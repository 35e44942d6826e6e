"""`--since`, `--until`, `--last`, `--days` and `--revisions` of `ctick history`: which days to show."""

import datetime as dt

from ctick import clock
from ctick.errors import UsageError
from ctick.model import DatedQuote
from ctick.rates.choose import last_day
from ctick.rates.history import MONTHLY, WEEKLY, last_days, last_of_each, read_ago, read_day
from ctick.text import long_date, plain

SHOWN = 30
"""How many days a terminal shows of each currency if none were asked for; a table of years would scroll away."""


class Query:
    """Which days to show, without `until` those that `rates` may use; UsageError if they make no sense."""

    def __init__(self, since: str | None, until: str | None, last: str | None, period: str, *, revisions: bool) -> None:
        today = clock.today()
        self.is_open = until is None
        self.until = last_day(today) if until is None else read_day(until, "--until", today, today)
        # `--until 2025-12-16 --since 30d` means the days before that date; two counts like 30d both start from today.
        end = today if until is None or read_ago(until, today) else min(self.until, today)
        self.since = dt.date.min if since is None else read_day(since, "--since", end, today)
        if self.since > self.until and not self.is_open:
            raise UsageError(f"--since {self.since} is after --until {self.until}: swap them")
        if period not in ("all", WEEKLY, MONTHLY):
            raise UsageError(f"--days {plain(period, 40)} is unknown: choose all, weekly or monthly")
        self.last = None if last is None else _count(last)
        self.is_bare = since is None and until is None and last is None
        self.period = period
        self.revisions = revisions

    def days(self, quotes: list[DatedQuote]) -> list[DatedQuote]:
        """Of the quotes in the span, oldest first, all, or the last of each week or month; then the last of these."""
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
