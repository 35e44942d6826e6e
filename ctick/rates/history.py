"""One currency's rates by day: which days are shown, and how much a rate changed between them."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import groupby, pairwise

from ctick.errors import UsageError
from ctick.interval import EXACT, rounded
from ctick.model import DatedQuote, Value
from ctick.rates.choose import best
from ctick.rates.conversion import APPROXIMATE, inverse
from ctick.text import CALENDAR, duration, plain, read_date

_ONE = Decimal(1)
_HUNDRED = Decimal(100)
_NONE = Decimal("0.0")

WEEKLY, MONTHLY = "weekly", "monthly"
UNITS = {WEEKLY: "week", MONTHLY: "month"}
"""What is counted in these periods; in all others days."""

UNKNOWN = "?"
"""A change that the digits can't tell."""


class Change(Value):
    """The change from one rate to a later one, `days` after it; `per_dollar` that of what 1 USD costs.

    `percent` has 4 decimal places, of which `places` are known: up to the first digit of its half
    width. It is 0.0 if the change is certainly smaller than 0.05 % and its direction is unknown, and
    None if the digits can't tell whether there is one.
    """

    __slots__ = ("percent", "places", "days", "_known")

    def __init__(self, before: DatedQuote, after: DatedQuote, *, per_dollar: bool = False) -> None:
        self.days = (after.as_of - before.as_of).days if before.as_of and after.as_of else 0
        self.percent: Decimal | None = None
        self.places = 1
        self._known = _NONE
        old, new = before.quote.interval, after.quote.interval
        difference = EXACT.subtract(new.exact, old.exact)
        open_ = EXACT.add(new.half, old.half)
        if difference and EXACT.abs(difference) >= open_:
            if per_dollar:
                old, new = new, old  # (1 / new) / (1 / old)
            self.places = min(max(-EXACT.multiply((new / old).half, _HUNDRED).adjusted(), 0), 4)
            (was, was_unit), (now, unit) = old.figure, new.figure
            ratio = 100 * (now * was_unit - was * unit), was * unit
            self.percent, self._known = rounded(ratio, 4), rounded(ratio, self.places)
            if self._known:
                return
        if EXACT.add(EXACT.abs(difference), open_) < EXACT.multiply(APPROXIMATE, old.exact):
            self.percent, self.places = _NONE, 1

    def to_text(self) -> str:
        """`+0.5%`, in the digits that are known; `?` if there are none."""
        if self.percent is None:
            return UNKNOWN
        return f"{self._known:+f}%" if self._known else f"{self.percent:f}%"


class HistoryRow(Value):
    """One day's quote with the change since the row before, None in the first row.

    `gap` counts the days (weeks, months) without rates since the row before.
    """

    __slots__ = ("dated", "change", "gap")

    def __init__(self, dated: DatedQuote, change: Change | None = None, gap: int = 0) -> None:
        self.dated = dated
        self.change = change
        self.gap = gap


class Summary(Value):
    """The lowest and the highest quote, the mean rate, and the change from first to last."""

    __slots__ = ("low", "high", "mean", "change")

    def __init__(self, low: DatedQuote, high: DatedQuote, mean: Decimal, change: Change) -> None:
        self.low = low
        self.high = high
        self.mean = mean
        self.change = change


def history_rows(quotes: Sequence[DatedQuote], period: str = "all", *, per_dollar: bool = False) -> list[HistoryRow]:
    """One currency's quotes, oldest first, with their changes; gaps are counted in the `period`."""
    rows = [HistoryRow(dated) for dated in quotes[:1]]
    for before, dated in pairwise(quotes):
        gap = max(_number(dated, period) - _number(before, period) - 1, 0)
        rows.append(HistoryRow(dated, Change(before, dated, per_dollar=per_dollar), gap))
    return rows


def last_of_each(quotes: Sequence[DatedQuote], period: str) -> list[DatedQuote]:
    """The last quote of each calendar week or month, oldest first."""
    last = {_number(dated, period): dated for dated in quotes}
    return list(last.values())


def last_days(quotes: Sequence[DatedQuote], count: int) -> list[DatedQuote]:
    """The quotes of the last `count` days that have some, oldest first; a day may have several."""
    days = list(dict.fromkeys(dated.as_of for dated in quotes))
    shown = set(days[-count:])
    return [dated for dated in quotes if dated.as_of in shown]


def best_of_each_day(quotes: Iterable[DatedQuote]) -> Iterator[DatedQuote]:
    """For each day and currency the best of all sources; those of one day must come together."""
    for as_of, day in groupby(quotes, key=lambda dated: dated.as_of):
        last = {(dated.base, dated.source): dated for dated in day}
        bases = dict.fromkeys(base for base, _ in last)
        for base in bases:
            of_base = [dated for (code, _), dated in last.items() if code == base]
            if as_of is not None and (chosen := best(of_base, as_of)) is not None:
                yield chosen


def _number(dated: DatedQuote, period: str) -> int:
    """The number of the quote's day, of its week (from Monday) or of its month."""
    day = dated.as_of
    assert day is not None
    if period == MONTHLY:
        return day.year * 12 + day.month
    return (day.toordinal() - 1) // 7 if period == WEEKLY else day.toordinal()


def summary(quotes: Sequence[DatedQuote], *, per_dollar: bool = False) -> Summary:
    """Sums up the quotes, oldest first, or what 1 USD costs by them; there must be at least one.

    The mean is that of all days from the first to the last, each with the last rate up to it.
    """
    low = min(quotes, key=lambda dated: dated.exact)
    high = max(quotes, key=lambda dated: dated.exact)
    total, days = _figure(quotes[-1], per_dollar=per_dollar), 1
    for dated, after in pairwise(quotes):
        assert dated.as_of is not None
        assert after.as_of is not None
        span = (after.as_of - dated.as_of).days
        part = EXACT.multiply(_figure(dated, per_dollar=per_dollar), Decimal(span))
        total, days = EXACT.add(total, part), days + span
    shown = [inverse(dated, dated.as_of or dt.date.min).value if per_dollar else dated.rate for dated in quotes]
    place = min(int(figure.as_tuple().exponent) for figure in shown)
    mean = EXACT.divide(total, Decimal(days)).quantize(Decimal(1).scaleb(place, EXACT), ROUND_HALF_EVEN, EXACT)
    ends = (high, low) if per_dollar else (low, high)
    return Summary(*ends, mean, Change(quotes[0], quotes[-1], per_dollar=per_dollar))


def _figure(dated: DatedQuote, *, per_dollar: bool) -> Decimal:
    return EXACT.divide(_ONE, dated.exact) if per_dollar else dated.exact


def read_ago(text: str, day: dt.date) -> dt.date | None:
    """The day `30d`, `8 weeks`, `6m` or `1y` before `day`; None for any other text.

    A month ago is the same day of the month, or the last day of a shorter month.
    """
    found = duration(text, CALENDAR)
    if found is None:
        return None
    count, unit = found
    if unit in "dw":
        return dt.date.fromordinal(max(day.toordinal() - count * (7 if unit == "w" else 1), 1))
    months = day.year * 12 + day.month - 1 - count * (12 if unit == "y" else 1)
    if months < 12:
        return dt.date.min
    first = dt.date(months // 12, months % 12 + 1, 1)
    length = (dt.date(first.year, first.month % 12 + 1, 1) - dt.timedelta(days=1)).day if first.month < 12 else 31
    return first.replace(day=min(day.day, length))


def read_day(text: str, option: str, end: dt.date, today: dt.date) -> dt.date:
    """A day as `read_date` takes it, or as a time before `end`; UsageError with the option's name for anything else."""
    try:
        return read_ago(text, end) or read_date(text, today)
    except UsageError as error:
        raise UsageError(
            f"{option} '{plain(text, 40)}' is not a date: write it as 2025-12-16, 16.12.2025, or as 30d, 2w, 6m, 1y"
        ) from error


def read_span(since: str | None, until: str | None, today: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """The days that `--since` and `--until` name; UsageError if the first is after the last.

    `--until 2025-12-16 --since 30d` means the days before that date; two counts like 30d both start from today.
    """
    last = None if until is None else read_day(until, "--until", today, today)
    end = today if until is None or last is None or read_ago(until, today) else min(last, today)
    first = None if since is None else read_day(since, "--since", end, today)
    if first is not None and last is not None and first > last:
        raise UsageError(f"--since {first} is after --until {last}: swap them")
    return first, last
