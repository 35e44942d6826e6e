"""Conversions as sentences for an article: amount, result, range, source, day and the address of the source."""

import datetime as dt

from ctick.model import DatedQuote
from ctick.rates.conversion import Conversion
from ctick.sources.registry import SOURCES
from ctick.text import grouped, long_date, plain


def citation(conversion: Conversion, day: dt.date) -> str:
    """`50,000 KGS is about 572 USD (likely 557 to 586 on 28 November 2026) at the rate of ... (https://...).`

    `day` is the one for which the rates were asked: the range of an older rate is that of this day.
    """
    shown = conversion.shown()
    verb = "is" if shown.sign == "=" else "is about"
    text = f"{grouped(conversion.amount)} {conversion.base} {verb} {grouped(shown.value)} {conversion.target}"
    if conversion.shows_range:
        on_day = f" on {long_date(day)}" if any(leg.as_of != day for leg in conversion.legs) else ""
        text += f" (likely {grouped(shown.low)} to {grouped(shown.high)}{on_day})"
    manat = ", with the manat at its official rate" if any(leg.base == "TMT" for leg in conversion.legs) else ""
    return f"{text}{_basis(conversion)}{manat}."


def _basis(conversion: Conversion) -> str:
    """` at the rate of the Bank of Russia for ...`; for a cross rate, both, unless they are from one source."""
    if conversion.own:
        base, target = conversion.own
        return f" at a rate of {grouped(conversion.rate)} {target} for 1 {base}"
    legs = conversion.legs
    if len({leg.source for leg in legs}) > 1:
        return " at " + " and ".join([f"the {leg.base}/USD {_rate(leg)} {_origin(leg)}" for leg in legs])
    if not legs:
        return ""
    return f" at the {'rates' if len(legs) > 1 else _rate(legs[0])} {_origin(*legs)}"


def _rate(leg: DatedQuote) -> str:
    """What the source did not publish itself is a cross rate."""
    return "cross rate" if len(leg.quote.legs) > 1 else "rate"


def _origin(*legs: DatedQuote) -> str:
    """`of the Bank of Russia for 22 May 2026 (https://...)`; for an unknown source, only name and days."""
    published = {
        day for leg in legs for day in (leg.as_of, *(part.as_of for part in leg.quote.legs)) if day is not None
    }
    dates = " and ".join([long_date(day) for day in sorted(published)])
    name = legs[0].source
    source = SOURCES.get(name)
    if source is None:
        return f'from "{plain(name)}" for {dates}'
    article = "the " if source.official else ""
    return f"of {article}{source.publisher} for {dates}{f' ({source.page})' if source.page else ''}"
