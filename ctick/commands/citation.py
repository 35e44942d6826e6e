"""Conversions as sentences for an article: amount, result, range, source, day and the address of the source."""

from ctick.model import DatedQuote
from ctick.rates.conversion import Conversion
from ctick.sources.registry import SOURCES
from ctick.text import grouped, long_date, plain


def citation(conversion: Conversion) -> str:
    """`50,000 KGS is about 572 USD (likely 557 to 586) at the rate of ... for 29 September 2026 (https://...).`"""
    shown = conversion.shown()
    verb = "is" if shown.sign == "=" else "is about"
    text = f"{grouped(conversion.amount)} {conversion.base} {verb} {grouped(shown.value)} {conversion.target}"
    if conversion.shows_range:
        text += f" (likely {grouped(shown.low)} to {grouped(shown.high)})"
    return f"{text}{_basis(conversion)}."


def _basis(conversion: Conversion) -> str:
    """` at the rate of the Bank of Russia for ...`; for a cross rate, both, unless they were published together."""
    if conversion.own:
        base, target = conversion.own
        return f" at a rate of {grouped(conversion.rate)} {target} for 1 {base}"
    origins = {leg.base: _origin(leg) for leg in conversion.legs}
    if not origins:
        return ""
    if len(set(origins.values())) == 1:
        rate = _rate(conversion.legs[0]) + ("s" if len(origins) > 1 else "")
        return f" at the {rate} {origins[conversion.legs[0].base]}"
    return " at " + " and ".join([f"the {leg.base}/USD {_rate(leg)} {origins[leg.base]}" for leg in conversion.legs])


def _rate(leg: DatedQuote) -> str:
    """What the source did not publish itself is a cross rate."""
    return "cross rate" if len(leg.quote.legs) > 1 else "rate"


def _origin(leg: DatedQuote) -> str:
    """`of the Bank of Russia for 22 May 2026 (https://...)`; for an unknown source, only name and day."""
    days = sorted({day for day in (leg.as_of, *(part.as_of for part in leg.quote.legs)) if day is not None})
    dates = " and ".join([long_date(day) for day in days])
    source = SOURCES.get(leg.source)
    if source is None:
        return f'from "{plain(leg.source)}" for {dates}'
    article = "the " if source.official else ""
    return f"of {article}{source.publisher} for {dates}{f' ({source.page})' if source.page else ''}"
