"""Whether a rate can be true: the rule that each rate must pass before it is saved. Pure."""

import datetime as dt
from decimal import ROUND_FLOOR, Decimal

from ctick.interval import EXACT
from ctick.model import DatedQuote, Quote
from ctick.text import long_date

_MOST = Decimal(1)  # USD; all five are worth less, an inverse is worth more
_PEG = Decimal("3.5")  # manat a dollar, since 2015
_OFF = Decimal("0.02")

# A rate that is `d` days away may differ by the factor 1.2 + 0.03 * sqrt(d) + 0.001 * d, and never by more than 9.
_FACTOR = Decimal("1.2")
_ROOT = Decimal("0.03")
_DAILY = Decimal("0.001")
_LARGEST = Decimal(9)


class Implausible:
    """Why a rate can't be true, as text; `stored` is the rate that it contradicts, None if it is wrong by itself."""

    def __init__(self, reason: str, stored: DatedQuote | None = None) -> None:
        self.reason = reason
        self.stored = stored

    def __str__(self) -> str:
        return self.reason


def implausible(quote: Quote, day: dt.date, stored: DatedQuote | None) -> Implausible | None:
    """Why `quote` is almost certainly not the rate of `day`, or None.

    `stored` is the rate to compare with, if any.
    """
    if quote.rate > _MOST:
        return Implausible(f"{quote.base}/USD = {quote.rate:f} is above 1 USD")
    if stored is None or stored.as_of is None:
        return None
    days = abs((day - stored.as_of).days)
    if _within(days, *sorted((quote.rate, stored.rate))):
        return None
    source = f"{stored.source} (bundled)" if stored.bundled else stored.source
    return Implausible(
        f"{quote.base}/USD = {quote.rate:f} differs by more than a factor of {_factor(days):f} from"
        f" {stored.rate:f}, the rate of {source} on {long_date(stored.as_of)}",
        stored,
    )


def _within(days: int, smaller: Decimal, larger: Decimal) -> bool:
    """Whether the ratio of the two is within the factor; exact, so the root is never taken."""
    if larger <= EXACT.multiply(_FACTOR, smaller):
        return True
    if larger > EXACT.multiply(_LARGEST, smaller):
        return False
    linear = EXACT.add(_FACTOR, EXACT.multiply(_DAILY, Decimal(days)))
    rest = EXACT.subtract(larger, EXACT.multiply(linear, smaller))  # at most 0.03 * sqrt(d) * smaller
    root = EXACT.multiply(_ROOT, smaller)
    return rest <= 0 or EXACT.multiply(rest, rest) <= EXACT.multiply(EXACT.multiply(root, root), Decimal(days))


def _factor(days: int) -> Decimal:
    """The largest factor that is allowed over so many days, to two places."""
    root = EXACT.multiply(_ROOT, EXACT.sqrt(Decimal(days)))
    factor = EXACT.add(EXACT.add(_FACTOR, root), EXACT.multiply(_DAILY, Decimal(days)))
    return min(_LARGEST, factor).quantize(Decimal("0.01"), ROUND_FLOOR, EXACT).normalize(EXACT)


def off_peg(quote: Quote) -> str | None:
    """Why a feed's rate of the manat, which is pegged at 3.5 for a dollar, can't be true, or None."""
    off = EXACT.abs(EXACT.subtract(EXACT.multiply(quote.rate, _PEG), Decimal(1)))
    if quote.base != "TMT" or off <= _OFF:
        return None
    return f"TMT/USD = {quote.rate:f} is more than 2% off the peg of 3.5 manat a dollar"
