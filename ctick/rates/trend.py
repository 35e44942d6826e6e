"""The last days of a rate as an arrow, a change and a sparkline, and its error as text.

With `per_dollar` it is what 1 USD costs that changes: it falls where the rate rises.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from ctick.interval import EXACT
from ctick.model import DatedQuote
from ctick.rates.choose import LEAST
from ctick.rates.conversion import RANGE, inverse
from ctick.rates.history import UNKNOWN, Change
from ctick.text import grouped, in_six_digits, short_date

SPARKLINE_DAYS = 30
"""How many days a sparkline shows at most."""

UP, DOWN, LEVEL = "▲", "▼", "▬"

_USUAL_DAYS = 3  # over a weekend; a change over more says so

_HUNDRED = Decimal(100)
_TWO = Decimal(2)
_BARS = "▁▂▃▄▅▆▇█"
_MIDDLE = Decimal("3.5")  # of the eight bars
_LEAST_SCALE = Decimal("0.01")


def last_change(days: Sequence[DatedQuote], *, per_dollar: bool = False) -> Change | None:
    """The change since the day before; None for one day."""
    return Change(days[-2], days[-1], per_dollar=per_dollar) if len(days) > 1 else None


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


def dollar_text(dated: DatedQuote) -> str:
    """`87.41`, what 1 USD costs, or a range if the digits leave much open: `11,764 to 13,334`.

    Nothing that happened after the day of the quote counts.
    """
    conversion = inverse(dated, dated.as_of or dt.date.min)
    if conversion.shows_range:
        return f"{grouped(conversion.low)} to {grouped(conversion.high)}"
    return grouped(in_six_digits(conversion.value, [dated]))


def sparklines(
    recent: Mapping[str, Sequence[DatedQuote]], count: int = SPARKLINE_DAYS, *, per_dollar: bool = False
) -> tuple[str, dict[str, str]]:
    """The last days of each currency as bars, one a day, at most `count`, and before them the first: `since 17 Nov`.

    A day without a rate is a blank. All currencies have one scale of relative change, of at least 1 %,
    and the middle of each is at half its height: what hardly moves beside the others is level. A
    line is empty for two days, which the arrow tells, and where the digits can't tell.
    """
    dates = [dated.as_of for days in recent.values() for dated in days if dated.as_of is not None]
    if not dates:
        return "", {}
    last = max(dates)
    first = min(date for date in dates if (last - date).days < count)
    lines = {}
    for code, days in recent.items():
        lines[code] = [dated for dated in days if dated.as_of is not None and dated.as_of >= first]
        if len(lines[code]) < 3 or is_unknown(lines[code]):
            lines[code] = []
    scale = max([_LEAST_SCALE, *(_certain_range(days) for days in lines.values() if days)])
    if per_dollar:
        scale = -scale
    since = f"since {short_date(first)}".removesuffix(f" {last.year:04}")
    return since, {code: _bars(days, first, last, scale) for code, days in lines.items()}


def _certain_range(days: Sequence[DatedQuote]) -> Decimal:
    """The part by which the rates certainly differ, whatever their digits hide; below zero if they may be equal."""
    low = min(dated.high for dated in days)
    return EXACT.divide(EXACT.subtract(max(dated.low for dated in days), low), low)


def _bars(days: Sequence[DatedQuote], first: dt.date, last: dt.date, scale: Decimal) -> str:
    """A bar or a blank for each day; all eight heights together are `scale` of the rate, upside down below zero."""
    rates = {dated.as_of: dated.exact for dated in days}
    if not rates:
        return ""
    is_level = are_equal(days)
    middle = EXACT.divide(EXACT.add(min(rates.values()), max(rates.values())), _TWO)

    def bar(rate: Decimal) -> str:
        part = EXACT.divide(EXACT.subtract(rate, middle), EXACT.multiply(middle, scale))
        height = _MIDDLE if is_level else EXACT.add(_MIDDLE, EXACT.multiply(part, Decimal(len(_BARS) - 1)))
        return _BARS[min(max(int(height), 0), len(_BARS) - 1)]

    dates = [first + dt.timedelta(days=day) for day in range((last - first).days + 1)]
    return "".join([bar(rates[date]) if date in rates else " " for date in dates])
