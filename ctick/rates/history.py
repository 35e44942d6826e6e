"""Days in a row: which of them are shown, and by how much a rate moved between them. Pure."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from ctick.model import EXACT, DatedQuote, Quote, Value

_HUNDRED = Decimal(100)
_TWO = Decimal(2)
_FOUR_PLACES = Decimal("0.0001")

WEEKLY, MONTHLY = "weekly", "monthly"


class Day(Value):
    """One day's quote, and what happened since the row before.

    `move` is the change in per cent of the plain quotient, None in the first row. `places` is how
    many decimal places of it the published digits support; None where they support none: the
    difference is smaller than what they can show. `gap` counts the days without rates in between,
    or the weeks, or the months.
    """

    __slots__ = ("dated", "gap", "move", "places")

    def __init__(self, dated: DatedQuote, move: Decimal | None, places: int | None, gap: int) -> None:
        self.dated = dated
        self.move = move
        self.places = places
        self.gap = gap


class Summary(Value):
    """Low and high with their days, the mean, and the change from the first day to the last."""

    __slots__ = ("change", "high", "low", "mean", "places")

    def __init__(self, low: DatedQuote, high: DatedQuote, mean: Decimal, change: Decimal, places: int | None) -> None:
        self.low = low
        self.high = high
        self.mean = mean
        self.change = change
        self.places = places


def days(quotes: Iterable[DatedQuote], period: str = "all") -> list[Day]:
    """One currency's quotes, oldest first, with their moves; gaps are counted in the `period`."""
    rows: list[Day] = []
    before: DatedQuote | None = None
    for quote in quotes:
        if before is None:
            rows.append(Day(quote, None, None, 0))
        else:
            gap = max(_period(quote, period) - _period(before, period) - 1, 0)
            rows.append(Day(quote, move(before.quote, quote.quote), move_places(before.quote, quote.quote), gap))
        before = quote
    return rows


def move(before: Quote, after: Quote) -> Decimal:
    """The change in per cent, to 4 decimal places of the plain quotient."""
    quotient = EXACT.divide(after.exact, before.exact)
    exact = EXACT.multiply(EXACT.subtract(quotient, Decimal(1)), _HUNDRED)
    return EXACT.add(exact.quantize(_FOUR_PLACES, ROUND_HALF_EVEN, EXACT), Decimal(0))  # no -0.0000


def move_places(before: Quote, after: Quote) -> int | None:
    """Decimal places of `move` that the digits support: to the first digit of its half width.

    None where the two rates could as well be the same.
    """
    difference = EXACT.abs(EXACT.subtract(after.exact, before.exact))
    open_ = EXACT.divide(
        EXACT.add(EXACT.subtract(after.high, after.low), EXACT.subtract(before.high, before.low)), _TWO
    )
    if difference < open_ or not difference:
        return None
    low, high = EXACT.divide(after.low, before.high), EXACT.divide(after.high, before.low)
    half = EXACT.multiply(EXACT.divide(EXACT.subtract(high, low), _TWO), _HUNDRED)
    places = min(max(-half.adjusted(), 0), 4)
    # A difference that is sure, and still too small for four places.
    return places if move(before, after).quantize(Decimal(1).scaleb(-places, EXACT), None, EXACT) else None


def last_of_each(quotes: Sequence[DatedQuote], period: str) -> list[DatedQuote]:
    """The last quote of each calendar week or month, oldest first."""
    last = {_period(quote, period): quote for quote in quotes}
    return list(last.values())


def _period(quote: DatedQuote, period: str) -> int:
    """The number of the day, of its week (from Monday on), or of its month."""
    day = quote.as_of
    assert day is not None
    if period == MONTHLY:
        return day.year * 12 + day.month
    return (day.toordinal() - 1) // 7 if period == WEEKLY else day.toordinal()


def summary(quotes: Sequence[DatedQuote]) -> Summary:
    """What is said below the rows; `quotes` has one at least."""
    low = min(quotes, key=lambda quote: quote.quote.exact)
    high = max(quotes, key=lambda quote: quote.quote.exact)
    total = Decimal(0)
    for quote in quotes:
        total = EXACT.add(total, quote.quote.exact)
    place = min(int(quote.quote.rate.as_tuple().exponent) for quote in quotes)
    mean = EXACT.divide(total, Decimal(len(quotes))).quantize(Decimal(1).scaleb(place, EXACT), ROUND_HALF_EVEN, EXACT)
    first, last = quotes[0].quote, quotes[-1].quote
    return Summary(low, high, mean, move(first, last), move_places(first, last))


def read_ago(text: str, day: dt.date) -> dt.date | None:
    """The day `30d`, `8w`, `6m` or `1y` before `day`; None where the text is none of these.

    A month ago is the same day of the month, or its last where it is shorter.
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
