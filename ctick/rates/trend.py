"""The last days of a rate as an arrow, a change and a sparkline, and its error as text."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from ctick.interval import EXACT
from ctick.model import DatedQuote
from ctick.rates.choose import LEAST
from ctick.rates.conversion import RANGE
from ctick.rates.history import UNKNOWN, Change

SPARKLINE_DAYS = 30
"""How many days a sparkline shows at most."""

UP, DOWN, LEVEL = "▲", "▼", "▬"

_USUAL_DAYS = 3  # over a weekend; a change over more says so

_HUNDRED = Decimal(100)
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
    return f"{change.to_text()}{_span(change)} {arrow(change)}"


def arrow_text(change: Change | None) -> str:
    """`▲`, with the number of days as in `change_text`: `▲ in 277 days`."""
    return arrow(change) + (_span(change) if change and change.percent is not None else "")


def _span(change: Change) -> str:
    return f" in {change.days} days" if change.days > _USUAL_DAYS else ""


def are_equal(days: Sequence[DatedQuote]) -> bool:
    """Whether one rate can be behind all of these, rounded differently."""
    return max(dated.low for dated in days) < min(dated.high for dated in days)


def is_unknown(days: Sequence[DatedQuote]) -> bool:
    """Whether the digits of these days show no change, and are too few to say that there was none."""
    return are_equal(days) and max(dated.quote.interval.width for dated in days) >= RANGE


def error_text(part: Decimal) -> str:
    """`5.8%`: a part of a rate, in two digits."""
    if part < LEAST:  # digits count as no finer
        return f"<{EXACT.multiply(LEAST, _HUNDRED).normalize():f}%"
    percent = EXACT.multiply(part, _HUNDRED)
    place = Decimal(1).scaleb(min(percent.adjusted() - 1, 0), EXACT)
    return f"{percent.quantize(place, ROUND_HALF_UP, EXACT):f}%"


def sparkline(days: Sequence[DatedQuote], count: int = SPARKLINE_DAYS) -> str:
    """The last days as bars from their lowest to their highest rate.

    A flat line if they are equal; empty for two days, which the arrow tells, and where the digits can't tell.
    """
    days = days[-count:]
    if len(days) < 3 or is_unknown(days):
        return ""
    values = [dated.exact for dated in days]
    low, high = min(values), max(values)
    if are_equal(days):
        return _BARS[3] * len(values)
    span = EXACT.subtract(high, low)
    return "".join([_BARS[int(EXACT.divide(EXACT.multiply(EXACT.subtract(value, low), 7), span))] for value in values])
