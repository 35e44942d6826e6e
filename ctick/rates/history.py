"""One currency's rates by day: which days are shown, and how much a rate changed between them."""

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise

from ctick.interval import EXACT
from ctick.model import DatedQuote, Quote, Value

_HUNDRED = Decimal(100)
_FOUR_PLACES = Decimal("0.0001")

WEEKLY, MONTHLY = "weekly", "monthly"


class Change(Value):
    """The change from one rate to another: `percent` has 4 decimal places, of which `places` are known.

    That is up to the first digit of its half width; None if the two rates could be equal, or the
    change is too small for 4 places.
    """

    __slots__ = ("percent", "places")

    def __init__(self, before: Quote, after: Quote) -> None:
        old, new = before.interval, after.interval
        difference = EXACT.subtract(new.exact, old.exact)
        ratio = EXACT.divide(EXACT.multiply(difference, _HUNDRED), old.exact)
        self.percent = EXACT.add(ratio.quantize(_FOUR_PLACES, ROUND_HALF_EVEN, EXACT), Decimal(0))  # no -0.0000
        self.places: int | None = None
        if difference and EXACT.abs(difference) >= EXACT.add(new.half, old.half):
            places = min(max(-EXACT.multiply((new / old).half, _HUNDRED).adjusted(), 0), 4)
            if self.percent.quantize(Decimal(1).scaleb(-places, EXACT), None, EXACT):
                self.places = places

    def to_text(self) -> str:
        """`+0.5%`, in the digits that are known; `≈0` if there are none."""
        return "≈0" if self.places is None else f"{self.percent:+.{self.places}f}%"


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


def history_rows(quotes: Sequence[DatedQuote], period: str = "all") -> list[HistoryRow]:
    """One currency's quotes, oldest first, with their changes; gaps are counted in the `period`."""
    rows = [HistoryRow(dated) for dated in quotes[:1]]
    for before, dated in pairwise(quotes):
        gap = max(_number(dated, period) - _number(before, period) - 1, 0)
        rows.append(HistoryRow(dated, Change(before.quote, dated.quote), gap))
    return rows


def last_of_each(quotes: Sequence[DatedQuote], period: str) -> list[DatedQuote]:
    """The last quote of each calendar week or month, oldest first."""
    last = {_number(dated, period): dated for dated in quotes}
    return list(last.values())


def _number(dated: DatedQuote, period: str) -> int:
    """The number of the quote's day, of its week (from Monday) or of its month."""
    day = dated.as_of
    assert day is not None
    if period == MONTHLY:
        return day.year * 12 + day.month
    return (day.toordinal() - 1) // 7 if period == WEEKLY else day.toordinal()


def summary(quotes: Sequence[DatedQuote]) -> Summary:
    """Sums up the quotes, oldest first; there must be at least one."""
    low = min(quotes, key=lambda dated: dated.exact)
    high = max(quotes, key=lambda dated: dated.exact)
    total = Decimal(0)
    for dated in quotes:
        total = EXACT.add(total, dated.exact)
    place = min(int(dated.rate.as_tuple().exponent) for dated in quotes)
    mean = EXACT.divide(total, Decimal(len(quotes))).quantize(Decimal(1).scaleb(place, EXACT), ROUND_HALF_EVEN, EXACT)
    return Summary(low, high, mean, Change(quotes[0].quote, quotes[-1].quote))


def read_ago(text: str, day: dt.date) -> dt.date | None:
    """The day `30d`, `8w`, `6m` or `1y` before `day`; None for any other text.

    A month ago is the same day of the month, or the last day of a shorter month.
    """
    number, unit = text[:-1], text[-1:]
    if not (number.isascii() and number.isdigit() and len(number) < 5 and unit in tuple("dwmy")):
        return None
    count = int(number)
    if unit in "dw":
        return dt.date.fromordinal(max(day.toordinal() - count * (7 if unit == "w" else 1), 1))
    months = day.year * 12 + day.month - 1 - count * (12 if unit == "y" else 1)
    if months < 12:
        return dt.date.min
    first = dt.date(months // 12, months % 12 + 1, 1)
    length = (dt.date(first.year, first.month % 12 + 1, 1) - dt.timedelta(days=1)).day if first.month < 12 else 31
    return first.replace(day=min(day.day, length))
