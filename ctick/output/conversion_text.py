"""Conversions as lines for people."""

import datetime as dt
from collections.abc import Sequence

from ctick.model import DatedQuote
from ctick.rates.conversion import Conversion
from ctick.text import NO_BREAK, as_of_text, rate_text, source_text, wrapped

_DETAIL_COLUMN = 33  # where the rate, source and date begin


def conversion_lines(text: str, conversion: Conversion, width: int, day: dt.date) -> list[str]:
    """The text of a conversion with its rate, source and date, seen from `day`: beside it, or below it if too wide."""
    details = [f"{own_rate_text(conversion)} · your own rate"] if conversion.own else _details(conversion.legs, day)
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


def _details(legs: Sequence[DatedQuote], day: dt.date) -> list[str]:
    """`KGS/USD 0.01144 · timesca · 16 Dec 2025`, a line for each source and date."""
    rates: dict[str, list[str]] = {}
    for leg in legs:
        dated = [part.replace(" ", NO_BREAK) for part in as_of_text(leg.as_of, day).split(" · ")]
        origin = " · ".join([source_text(leg), *dated])
        rates.setdefault(origin, []).append(f"{leg.base}/USD{NO_BREAK}{rate_text(leg)}")
    return [" · ".join([*pairs, origin]) for origin, pairs in rates.items()]
