"""The last days of a rate as an arrow, a change and a sparkline."""

from collections.abc import Sequence

from ctick.interval import EXACT
from ctick.model import DatedQuote
from ctick.rates.history import Change

SPARKLINE_DAYS = 30
"""How many days a sparkline shows at most."""

UP, DOWN, LEVEL = "▲", "▼", "▬"

_BARS = "▁▂▃▄▅▆▇█"


def change(days: Sequence[DatedQuote]) -> str:
    """`+0.5%`: the change since the day before; empty for one day."""
    return Change(days[-2].quote, days[-1].quote).to_text() if len(days) > 1 else ""


def arrow(days: Sequence[DatedQuote]) -> str:
    """Up or down since the day before; level if the rates could be equal."""
    last = Change(days[-2].quote, days[-1].quote) if len(days) > 1 else None
    return LEVEL if last is None or last.places is None else UP if last.percent > 0 else DOWN


def sparkline(days: Sequence[DatedQuote], count: int = SPARKLINE_DAYS) -> str:
    """The last days as bars from their lowest to their highest rate; a flat line if they are equal."""
    values = [dated.exact for dated in days[-count:]]
    low, high = min(values), max(values)
    if low == high:
        return _BARS[3] * len(values)
    span = EXACT.subtract(high, low)
    return "".join([_BARS[int(EXACT.divide(EXACT.multiply(EXACT.subtract(value, low), 7), span))] for value in values])
