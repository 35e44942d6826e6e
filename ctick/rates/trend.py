"""The last days of a rate as an arrow, a change and a sparkline."""

from collections.abc import Sequence

from ctick.interval import EXACT
from ctick.model import DatedQuote
from ctick.rates.history import known_places, percent_change

SPARKLINE_DAYS = 30
"""How many days a sparkline shows at most."""

UP, DOWN, LEVEL = "▲", "▼", "▬"

_BARS = "▁▂▃▄▅▆▇█"


def change(days: Sequence[DatedQuote]) -> str:
    """`+0.5%` since the day before, in the digits that are known; `≈0` if they could be equal, empty for one day."""
    if len(days) < 2:
        return ""
    places = known_places(days[-2].quote, days[-1].quote)
    return "≈0" if places is None else f"{percent_change(days[-2].quote, days[-1].quote):+.{places}f}%"


def arrow(days: Sequence[DatedQuote]) -> str:
    """Up or down since the day before; level if the rates could be equal."""
    if len(days) < 2 or known_places(days[-2].quote, days[-1].quote) is None:
        return LEVEL
    return UP if days[-1].exact > days[-2].exact else DOWN


def sparkline(days: Sequence[DatedQuote], count: int = SPARKLINE_DAYS) -> str:
    """The last days as bars from their lowest to their highest rate; a flat line if they are equal."""
    values = [dated.exact for dated in days[-count:]]
    low, high = min(values), max(values)
    if low == high:
        return _BARS[3] * len(values)
    span = EXACT.subtract(high, low)
    return "".join([_BARS[int(EXACT.divide(EXACT.multiply(EXACT.subtract(value, low), 7), span))] for value in values])
