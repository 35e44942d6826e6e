"""Is the dollar figure beside an amount right? A verdict, and the reason where it can be told."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Callable, Iterable
from decimal import Decimal

from ctick.interval import EXACT, Interval, rounded
from ctick.mentions.model import Mention, Printed
from ctick.model import DatedQuote, Value
from ctick.rates.conversion import Conversion, Factor
from ctick.text import short_date

OK, OFF, FAR_OFF = "ok", "off", "far off"

_FAR = Decimal("0.1")
"""The gap between two intervals, as a part of the nearer bound, from which a figure is far off."""

_NAMES = {"KGS": "Kyrgyz som", "UZS": "Uzbek som", "KZT": "tenge", "TJS": "somoni", "TMT": "manat"}
_SOMS = ("KGS", "UZS")
_MARKET = Decimal(7), Decimal(60)
"""Manat for 1 USD on the market; the official rate is 3.5."""

_MOST_ZEROS = 12  # of a scale that was mistaken or left out: a trillion
_THREE_DIGITS = EXACT.copy()
_THREE_DIGITS.prec = 3


class Checked(Value):
    """A mention with what it is worth in USD, and how the printed figure compares.

    `conversion` is None where the currency is undecided or has no rate. `verdict` is `ok`, `off` or
    `far off`, None where there is nothing to compare; `difference` is that of the printed figure from
    the converted value, in per cent; `reason` says what the figure fits instead, if that is known.
    """

    __slots__ = ("mention", "conversion", "verdict", "reason", "difference")

    def __init__(
        self,
        mention: Mention,
        conversion: Conversion | None = None,
        verdict: str | None = None,
        reason: str = "",
        difference: Decimal | None = None,
    ) -> None:
        self.mention = mention
        self.conversion = conversion
        self.verdict = verdict
        self.reason = reason
        self.difference = difference


class PastRates:
    """The rates of one currency before some day, to find the one that a figure fits best."""

    def __init__(self, quotes: Iterable[DatedQuote]) -> None:
        """`quotes` come newest first: of days with the same rate the latest counts."""
        latest: dict[Decimal, DatedQuote] = {}
        for dated in quotes:
            latest.setdefault(dated.rate, dated)
        self._rates = sorted(latest)
        self._latest = latest

    def nearest(self, rate: Decimal) -> DatedQuote | None:
        """The quote with the smallest difference from a rate, of two the later one; None if there is none."""
        place = bisect_left(self._rates, rate)
        near = [self._latest[one] for one in self._rates[max(place - 1, 0) : place + 1]]
        by_day = sorted(near, key=lambda dated: dated.as_of or dt.date.min, reverse=True)
        return min(by_day, key=lambda dated: EXACT.subtract(dated.rate, rate).copy_abs(), default=None)


class Rates:
    """The rates that mentions of one day are checked with."""

    def __init__(
        self,
        day: dt.date,
        quote: Callable[[str], DatedQuote | None],
        past: Callable[[str], PastRates],
    ) -> None:
        self.day = day
        self.past = past  # called only where a figure is off
        self._quote = quote
        self._known: dict[str, Rate | None] = {}

    def rate(self, code: str | None) -> "Rate | None":
        """The rate of a currency; None if there is none, or no currency."""
        if code is None:
            return None
        if code not in self._known:
            quote = self._quote(code)
            self._known[code] = None if quote is None else Rate(quote, self.day)
        return self._known[code]


class Rate(Factor):
    """A quote, and what 1 unit of its currency is worth in USD on `day`."""

    __slots__ = ("quote",)

    def __init__(self, quote: DatedQuote, day: dt.date) -> None:
        super().__init__(quote.base, "USD", {quote.base: quote}, day)
        self.quote = quote


def check(mention: Mention, rates: Rates) -> Checked:
    """Converts the amount of a mention, and compares the printed figure with it.

    The rate's likely interval on the day times the interval of the amount as printed is where the
    figure should be. If its own interval overlaps that, it is `ok`; with a gap of up to 10 % it is
    `off`, with a larger one `far off`.
    """
    rate = rates.rate(mention.code)
    if rate is None:
        return Checked(mention)
    conversion = rate.convert(mention.amount.value)
    printed = mention.dollars
    if printed is None:
        return Checked(mention, conversion)
    expected = mention.amount.interval * rate.likely
    verdict = _verdict(printed.interval, expected)
    reason = "" if verdict == OK else _reason(mention, printed, expected, rates)
    return Checked(mention, conversion, verdict, reason, _difference(printed, mention.amount, rate.quote))


def _verdict(printed: Interval, expected: Interval) -> str:
    if _overlap(printed, expected):
        return OK
    smaller, larger = sorted((printed, expected), key=lambda interval: interval.low)
    bound = expected.high if smaller is expected else expected.low
    gap = EXACT.subtract(larger.low, smaller.high)
    return OFF if gap <= EXACT.multiply(_FAR, bound) else FAR_OFF


def _overlap(one: Interval, other: Interval) -> bool:
    (low, below), (high, above) = one.bottom, other.top
    (other_low, other_below), (other_high, other_above) = other.bottom, one.top
    return low * above <= high * below and other_low * other_above <= other_high * other_below


def _difference(printed: Printed, amount: Printed, quote: DatedQuote) -> Decimal | None:
    """In per cent: one decimal place below 100, two significant digits from there on.

    None for an amount of 0, and for a range of dollars.
    """
    value = EXACT.multiply(amount.value, quote.rate)
    if not value or printed.to is not None:
        return None
    percent = EXACT.divide(EXACT.subtract(printed.value, value).scaleb(2, EXACT), value)
    places = 1 if percent.copy_abs() < 100 else 1 - percent.adjusted()
    return rounded(percent.as_integer_ratio(), places)


def _reason(mention: Mention, printed: Printed, expected: Interval, rates: Rates) -> str:
    """What the figure fits instead, the narrowest explanation first; empty if none is known.

    Another currency and a wrong power of ten must fit to the likely error, which is a few per cent; the
    market's manat is any of a wide range; and among years of rates there is often one that fits by chance.
    """
    return (
        _rounded_down(printed, expected)
        or _other(mention, printed, rates, _SOMS if mention.code in _SOMS else ())
        or _shifted(printed, expected)
        or _market_rate(mention, printed)
        or _other(mention, printed, rates, _NAMES)
        or _past_day(mention, printed, rates)
    )


def _rounded_down(printed: Printed, expected: Interval) -> str:
    """`rounded down`: the digits of the value after its last one were cut."""
    is_cut = printed.value <= expected.exact < EXACT.add(printed.value, printed.step)
    return "rounded down" if is_cut and _verdict(printed.interval, expected) == OFF else ""


def _other(mention: Mention, printed: Printed, rates: Rates, codes: Iterable[str]) -> str:
    """`fits the Uzbek som`: the amount is of another of these currencies, or was converted as if it were."""
    for code in codes:
        rate = rates.rate(code) if code != mention.code else None
        if rate is not None and _overlap(printed.interval, mention.amount.interval * rate.likely):
            return f"fits the {_NAMES[code]}"
    return ""


def _shifted(printed: Printed, expected: Interval) -> str:
    """`10 times too small`"""
    if not printed.value:
        return ""
    figures = printed.interval
    ratio = EXACT.divide(expected.exact, printed.value)
    for zeros in {abs(ratio.adjusted()), abs(ratio.adjusted() + 1)} - {0}:  # the nearest powers of ten
        if zeros > _MOST_ZEROS:
            continue
        times = Interval.point(Decimal(10**zeros))
        if _overlap(figures * times if ratio > 1 else figures / times, expected):
            return f"{10**zeros:,} times too {'small' if ratio > 1 else 'large'}"
    return ""


def _market_rate(mention: Mention, printed: Printed) -> str:
    """`market rate: 19.4 manat for $1`"""
    if mention.code != "TMT" or not printed.value:
        return ""
    rate = _THREE_DIGITS.divide(mention.amount.value, printed.value)
    return f"market rate: {rate:f} manat for $1" if _MARKET[0] <= rate <= _MARKET[1] else ""


def _past_day(mention: Mention, printed: Printed, rates: Rates) -> str:
    """`fits the rate of 3 Apr 2025`"""
    if mention.code is None or not mention.amount.value:
        return ""
    quote = rates.past(mention.code).nearest(EXACT.divide(printed.value, mention.amount.value))
    if quote is None or not _overlap(printed.interval, mention.amount.interval * quote.quote.interval):
        return ""
    return f"fits the rate of {short_date(quote.as_of)}"
