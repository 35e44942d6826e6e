"""Conversions as lines for people."""

from collections.abc import Sequence

from ctick.model import DatedQuote
from ctick.rates.conversion import Conversion
from ctick.text import NO_BREAK, grouped, short_date, source_text, wrapped

_DETAIL_COLUMN = 33  # where the rate, source and date begin


def conversion_text(conversion: Conversion) -> str:
    """`3,000,000 UZS ≈ 240.00 USD (225.00 to 255.00)`"""
    return _unbroken_text(conversion).replace(NO_BREAK, " ")


def _unbroken_text(conversion: Conversion) -> str:
    shown = conversion.shown()
    text = f"{grouped(conversion.amount)} {conversion.base} {shown.sign} {grouped(shown.value)} {conversion.target}"
    if not conversion.shows_range:
        return text
    return f"{text} ({grouped(shown.low)}{NO_BREAK}to{NO_BREAK}{grouped(shown.high)})"


def conversion_lines(conversion: Conversion, width: int) -> list[str]:
    """The conversion with its rate, source and date: beside it, or below it if that is too wide."""
    text = _unbroken_text(conversion)
    details = [f"{own_rate_text(conversion)} · your own rate"] if conversion.own else _details(conversion.legs)
    column = min([_DETAIL_COLUMN, *(width - len(detail) for detail in details)])
    if len(details) == 1 and column > len(text) + 1:
        return [(text.ljust(column) + details[0]).replace(NO_BREAK, " ")]
    column = column if column == _DETAIL_COLUMN else 2
    return [
        *wrapped(text, width),
        *(" " * column + line for detail in details for line in wrapped(detail, width - column)),
    ]


def own_rate_text(conversion: Conversion) -> str:
    """`1 USD = 87.5 KGS`: how the user's own rate was read."""
    base, target = conversion.own or (conversion.base, conversion.target)
    return f"1 {base} = {conversion.rate:f} {target}"


def _details(legs: Sequence[DatedQuote]) -> list[str]:
    """`KGS/USD 0.01144 · timesca · 16 Dec 2025`, a line for each source and date."""
    rates: dict[str, list[str]] = {}
    for leg in legs:
        rates.setdefault(_origin(leg), []).append(f"{leg.base}/USD{NO_BREAK}{leg.rate:f}")
    return [" · ".join([*pairs, origin]) for origin, pairs in rates.items()]


def _origin(leg: DatedQuote) -> str:
    day = [short_date(leg.as_of).replace(" ", NO_BREAK)] if leg.as_of else []
    return " · ".join([source_text(leg), *day])
