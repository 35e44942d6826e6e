"""Chooses which quote to use: the one with the smallest likely error."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

from ctick.interval import EXACT
from ctick.model import DatedQuote
from ctick.rates.ageing import OFFICIAL, age_error, days_between, likely_error

_AHEAD = dt.timedelta(days=3)

LEAST = Decimal("0.0005")
"""Digits count as no finer than this part of the rate: two sources of one day differ by more."""

_RANKS = {"timesca": 0, **dict.fromkeys(OFFICIAL, 1), "frankfurter": 2, "fawaz": 2}  # others come last

Key = tuple[Decimal, int, bool, bool, int]


def last_day(today: dt.date) -> dt.date:
    """The last day whose rates may be used today, if no day was named: central banks publish tomorrow's."""
    return today + _AHEAD


def first_use(day: dt.date) -> dt.date:
    """The first day on which a rate dated `day` may be used."""
    return day - _AHEAD


def best(quotes: Iterable[DatedQuote], day: dt.date, max_age: int | None = None) -> DatedQuote | None:
    """The best of one currency's quotes for `day`; None if there is none with a date.

    They come newest first, and may begin with some dated after `day`. Those more than `max_age` days
    older are left out. The smallest likely error wins; if equal, the nearest to `day`, of two as near
    the earlier, the user's own, the kind of source (the ticker, official ones, blends, others), the
    last seen, the first name. Quotes that are too old to win are not requested from the iterable.
    """
    chosen = None
    least: Key | None = None
    for dated in quotes:
        if dated.as_of is None:
            continue
        age = (day - dated.as_of).days
        if (max_age is not None and age > max_age) or (least is not None and _is_too_old(dated, day, least)):
            break
        key = _key(dated, day)
        if chosen is None or least is None or key < least or (key == least and _later(dated, chosen)):
            chosen, least = dated, key
    return chosen


def _key(dated: DatedQuote, day: dt.date) -> Key:
    assert dated.as_of is not None
    age = (day - dated.as_of).days
    return likely_error(dated, day, LEAST), abs(age), age < 0, dated.bundled, _RANKS.get(dated.source, 3)


def _is_too_old(dated: DatedQuote, day: dt.date, least: Key) -> bool:
    """Whether neither this quote nor an older one, however good its digits are, can be better than the best so far."""
    assert dated.as_of is not None
    age = (day - dated.as_of).days
    days = days_between(OFFICIAL[0], dated.as_of, day)  # the fewest that count
    return age > least[1] and EXACT.add(LEAST, age_error(dated.base, days)) >= least[0]


def _later(one: DatedQuote, other: DatedQuote) -> bool:
    """Whether a quote as good as the other was seen later, or comes first by the name of its source."""
    one_seen, other_seen = one.seen_at or "", other.seen_at or ""
    return one_seen > other_seen or (one_seen == other_seen and one.source < other.source)


def sources_by_days(counts: Mapping[str, int]) -> list[str]:
    """The sources of a currency's history, the one to show first: the most days; of equals timesca, then by name."""
    return sorted(counts, key=lambda source: (-counts[source], source != "timesca", source))
