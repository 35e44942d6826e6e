"""Chooses which quote to use: the one with the smallest possible error."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from ctick.interval import EXACT
from ctick.model import DatedQuote

DAILY_CHANGE = Decimal("0.0025")
"""What a day of age costs: the median daily change of the tenge, the most volatile of the five."""


def best(quotes: Iterable[DatedQuote]) -> DatedQuote | None:
    """The best of one currency's quotes, which come newest first; None if no quote has a date.

    The possible error is the width of the quote's interval + 0.25 % for each day that a quote is older than the newest.
    The smallest wins; if equal, the newest, then the last seen. Quotes that are too old to win are
    not requested from the iterable.
    """
    newest = None
    chosen = None
    least = Decimal(0)
    for dated in quotes:
        if dated.as_of is None:
            continue
        if newest is None:
            newest = dated.as_of
        age = EXACT.multiply(DAILY_CHANGE, Decimal((newest - dated.as_of).days))
        if chosen is not None and age >= least:
            break  # older ones can only be worse
        error = EXACT.add(dated.quote.interval.width, age)
        if chosen is None or error < least or (error == least and _later(dated, chosen)):
            chosen, least = dated, error
    return chosen


def _later(one: DatedQuote, other: DatedQuote) -> bool:
    return one.as_of == other.as_of and (one.seen_at or "") > (other.seen_at or "")


def sources_by_days(counts: Mapping[str, int]) -> list[str]:
    """The sources of a currency's history, the one to show first: the most days; of equals timesca, then by name."""
    return sorted(counts, key=lambda source: (-counts[source], source != "timesca", source))
