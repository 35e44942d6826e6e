"""Is this rate one, or a broken page? The rule that stands between a page and the store."""

import datetime as dt
from decimal import Decimal

from ctick.model import EXACT, Dated, Quote

_MOST = Decimal(1)  # USD; all five are worth less, an inverse is worth more
_JUMP = 20  # per cent
_JUMP_A_DAY = 1
_HUNDRED = Decimal(100)
_PEG = Decimal("3.5")  # manat a dollar, since 2015
_OFF = Decimal("0.02")


def doubt(quote: Quote, day: dt.date, before: Dated | None) -> str | None:
    """Why `quote` is almost surely not the rate of `day`, or None.

    `before` is the same source's nearest quote of the same currency dated on or before `day`. A
    rate may differ from it by 20 % and 1 % more for each day between; no rate is above 1 USD.
    """
    if quote.rate > _MOST:
        return f"{quote.base}/USD = {quote.rate:f} is above 1 USD"
    if before is None or before.as_of is None:
        return None
    old = before.quote.rate
    allowed = _JUMP + _JUMP_A_DAY * (day - before.as_of).days
    if EXACT.multiply(EXACT.abs(EXACT.subtract(quote.rate, old)), _HUNDRED) > EXACT.multiply(old, Decimal(allowed)):
        return f"{quote.base}/USD = {quote.rate:f} differs by more than {allowed}% from {old:f} of {before.as_of}"
    return None


def off_peg(quote: Quote) -> str | None:
    """Why a feed's rate of the manat, which is pegged at 3.5 for a dollar, can't be true, or None."""
    off = EXACT.abs(EXACT.subtract(EXACT.multiply(quote.rate, _PEG), Decimal(1)))
    if quote.base != "TMT" or off <= _OFF:
        return None
    return f"TMT/USD = {quote.rate:f} is more than 2% off the peg of 3.5 manat a dollar"
