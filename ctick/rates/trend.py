"""The last days of a rate as an arrow, a change and a sparkline."""

from collections.abc import Sequence

from ctick.interval import EXACT
from ctick.model import DatedQuote
from ctick.rates.history import UNKNOWN, Change

SPARKLINE_DAYS = 30
"""How many days a sparkline shows at most."""

UP, DOWN, LEVEL = "▲", "▼", "▬"

_USUAL_DAYS = 3  # over a weekend; a change over more says so

_BARS = "▁▂▃▄▅▆▇█"


def last_change(days: Sequence[DatedQuote]) -> Change | None:
    """The change since the day before; None for one day."""
    return Change(days[-2], days[-1]) if len(days) > 1 else None


def arrow(change: Change | None) -> str:
    """Up, down or level; `?` if the digits can't tell, empty without a change."""
    if change is None:
        return ""
    if change.percent is None:
        return UNKNOWN
    return UP if change.percent > 0 else DOWN if change.percent < 0 else LEVEL


def change_text(change: Change | None) -> str:
    """`+0.5% ▲`, with the number of days if that is unusually long: `+13.5% in 277 days ▲`."""
    if change is None or change.percent is None:
        return arrow(change)
    span = f" in {change.days} days" if change.days > _USUAL_DAYS else ""
    return f"{change.to_text()}{span} {arrow(change)}"


def sparkline(days: Sequence[DatedQuote], count: int = SPARKLINE_DAYS) -> str:
    """The last days as bars from their lowest to their highest rate; a flat line if they are equal."""
    values = [dated.exact for dated in days[-count:]]
    low, high = min(values), max(values)
    if low == high:
        return _BARS[3] * len(values)
    span = EXACT.subtract(high, low)
    return "".join([_BARS[int(EXACT.divide(EXACT.multiply(EXACT.subtract(value, low), 7), span))] for value in values])
