"""Whether a rate can be true: the rule that each rate must pass before it is saved. Pure."""

import datetime as dt
from decimal import ROUND_FLOOR, Decimal

from ctick.interval import EXACT
from ctick.model import DatedQuote, Quote
from ctick.rates.ageing import is_possible, largest_factor
from ctick.text import long_date, source_text

_MOST = Decimal(1)  # USD; all five are worth less, an inverse is worth more
_PEG = Decimal("3.5")  # manat a dollar, since 2015
_OFF = Decimal("0.02")
_HUNDREDTH = Decimal("0.01")


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
    if is_possible(quote.rate, stored.rate, days):
        return None
    factor = largest_factor(days).quantize(_HUNDREDTH, ROUND_FLOOR, EXACT).normalize(EXACT)
    return Implausible(
        f"{quote.base}/USD = {quote.rate:f} differs by more than a factor of {factor:f} from"
        f" {stored.rate:f}, the rate of {source_text(stored)} on {long_date(stored.as_of)}",
        stored,
    )


def off_peg(quote: Quote) -> str | None:
    """Why a feed's rate of the manat, which is pegged at 3.5 for a dollar, can't be true, or None."""
    off = EXACT.abs(EXACT.subtract(EXACT.multiply(quote.rate, _PEG), Decimal(1)))
    if quote.base != "TMT" or off <= _OFF:
        return None
    return f"TMT/USD = {quote.rate:f} is more than 2% off the peg of 3.5 manat a dollar"
