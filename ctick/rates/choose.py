"""Which quote answers: the one that can be wrong by least. Pure."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from ctick.model import EXACT, DatedQuote, Quote

DAILY_MOVE = Decimal("0.0025")
"""What a day of age costs: the median one-day move of the tenge, the liveliest of the five."""


def half_width(quote: Quote) -> Decimal:
    """Half the width of what the published digits leave open, as a part of the rate."""
    return EXACT.divide(EXACT.divide(EXACT.subtract(quote.high, quote.low), Decimal(2)), quote.exact)


def best(quotes: Iterable[DatedQuote]) -> DatedQuote | None:
    """The best of one currency's quotes, all dated, newest first; None if there are none.

    The best has the smallest half width + 0.25 % for each day that it is older than the newest;
    of equals the newest, then the last seen. Quotes too old to win are not asked for.
    """
    newest = None
    chosen = None
    least = Decimal(0)
    for quote in quotes:
        if quote.as_of is None:
            continue
        if newest is None:
            newest = quote.as_of
        age = EXACT.multiply(DAILY_MOVE, Decimal((newest - quote.as_of).days))
        if chosen is not None and age >= least:
            break  # older ones can only be worse
        score = EXACT.add(half_width(quote.quote), age)
        if chosen is None or score < least or (score == least and _later(quote, chosen)):
            chosen, least = quote, score
    return chosen


def _later(one: DatedQuote, other: DatedQuote) -> bool:
    return one.as_of == other.as_of and (one.seen_at or "") > (other.seen_at or "")


def sources_by_days(counts: Mapping[str, int]) -> list[str]:
    """The sources of a currency's history, the one to show first: the most days; of equals timesca, then by name."""
    return sorted(counts, key=lambda source: (-counts[source], source != "timesca", source))
