"""The last days of a rate as an arrow, a change and a spark line. Pure."""

from collections.abc import Sequence

from ctick.model import EXACT, DatedQuote
from ctick.rates.history import move, move_places

LAST = 30
"""Days that a spark line shows."""

UP, DOWN, LEVEL = "▲", "▼", "▬"

_BARS = "▁▂▃▄▅▆▇█"


def change(days: Sequence[DatedQuote]) -> str:
    """`+0.5%` since the day before, as far as its digits are known; `≈0` where none is; `` for one day."""
    if len(days) < 2:
        return ""
    places = move_places(days[-2].quote, days[-1].quote)
    return "≈0" if places is None else f"{move(days[-2].quote, days[-1].quote):+.{places}f}%"


def arrow(days: Sequence[DatedQuote]) -> str:
    """Up, down or level since the day before, as far as can be told."""
    if len(days) < 2 or move_places(days[-2].quote, days[-1].quote) is None:
        return LEVEL
    return UP if days[-1].quote.exact > days[-2].quote.exact else DOWN


def spark(days: Sequence[DatedQuote], count: int = LAST) -> str:
    """The last days as bars between their lowest and highest rate; a line in the middle if they are equal."""
    values = [day.quote.exact for day in days[-count:]]
    low, high = min(values), max(values)
    if low == high:
        return _BARS[3] * len(values)
    span = EXACT.subtract(high, low)
    return "".join([_BARS[int(EXACT.divide(EXACT.multiply(EXACT.subtract(value, low), 7), span))] for value in values])
