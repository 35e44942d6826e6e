"""Is this rate one, or a broken page? The rule that stands between a page and the store."""

import datetime as dt
from decimal import Decimal

from ctick.model import EXACT, Dated, Quote

_MOST = Decimal(1)  # USD; all five are worth less, an inverse is worth more
_JUMP = Decimal("0.20")
_JUMP_A_DAY = Decimal("0.01")


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
    allowed = EXACT.add(_JUMP, EXACT.multiply(_JUMP_A_DAY, Decimal((day - before.as_of).days)))
    if EXACT.abs(EXACT.subtract(quote.rate, old)) > EXACT.multiply(allowed, old):
        return f"{quote.base}/USD = {quote.rate:f} differs by more than {allowed:.0%} from {old:f} of {before.as_of}"
    return None
