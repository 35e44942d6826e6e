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


class HistoryRow(Value):
    """One day's quote, and its change since the row before.

    `change` is in per cent, computed from the two rates; None in the first row. `places` is how
    many of its decimal places the published digits support; None if the two rates could be equal.
    `gap` counts the days (weeks, months) without rates since the row before.
    """

    __slots__ = ("change", "dated", "gap", "places")

    def __init__(self, dated: DatedQuote, change: Decimal | None, places: int | None, gap: int) -> None:
        self.dated = dated
        self.change = change
        self.places = places
        self.gap = gap


class Summary(Value):
    """The lowest and the highest quote, the mean rate, and the change in per cent from first to last."""

    __slots__ = ("change", "high", "low", "mean", "places")

    def __init__(self, low: DatedQuote, high: DatedQuote, mean: Decimal, change: Decimal, places: int | None) -> None:
        self.low = low
        self.high = high
        self.mean = mean
        self.change = change
        self.places = places


def history_rows(quotes: Sequence[DatedQuote], period: str = "all") -> list[HistoryRow]:
    """One currency's quotes, oldest first, with their changes; gaps are counted in the `period`."""
    rows = [HistoryRow(dated, None, None, 0) for dated in quotes[:1]]
    for before, dated in pairwise(quotes):
        change, places = percent_change(before.quote, dated.quote), known_places(before.quote, dated.quote)
        rows.append(HistoryRow(dated, change, places, max(_number(dated, period) - _number(before, period) - 1, 0)))
    return rows


def percent_change(before: Quote, after: Quote) -> Decimal:
    """The change from one rate to the other in per cent, to 4 decimal places."""
    quotient = EXACT.divide(after.exact, before.exact)
    change = EXACT.multiply(EXACT.subtract(quotient, Decimal(1)), _HUNDRED)
    return EXACT.add(change.quantize(_FOUR_PLACES, ROUND_HALF_EVEN, EXACT), Decimal(0))  # no -0.0000


def known_places(before: Quote, after: Quote) -> int | None:
    """How many decimal places of `percent_change` are known: up to the first digit of its half width.

    None if the two rates could be equal, or the change is too small for 4 places.
    """
    old, new = before.interval, after.interval
    difference = EXACT.abs(EXACT.subtract(new.exact, old.exact))
    if not difference or difference < EXACT.add(new.half, old.half):
        return None
    places = min(max(-EXACT.multiply((new / old).half, _HUNDRED).adjusted(), 0), 4)
    return places if percent_change(before, after).quantize(Decimal(1).scaleb(-places, EXACT), None, EXACT) else None


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
    """What the quotes come to; there must be at least one."""
    low = min(quotes, key=lambda dated: dated.exact)
    high = max(quotes, key=lambda dated: dated.exact)
    total = Decimal(0)
    for dated in quotes:
        total = EXACT.add(total, dated.exact)
    place = min(int(dated.rate.as_tuple().exponent) for dated in quotes)
    mean = EXACT.divide(total, Decimal(len(quotes))).quantize(Decimal(1).scaleb(place, EXACT), ROUND_HALF_EVEN, EXACT)
    first, last = quotes[0].quote, quotes[-1].quote
    return Summary(low, high, mean, percent_change(first, last), known_places(first, last))


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
