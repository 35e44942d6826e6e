"""Where a rate comes from: its last days, as arrow and as spark line."""

from collections.abc import Sequence
from itertools import islice

from ctick import shipped
from ctick.history import move, move_places
from ctick.model import EXACT, Dated
from ctick.store import Store

LAST = 30
"""Days that a spark line shows."""

UP, DOWN, LEVEL = "▲", "▼", "▬"

_BARS = "▁▂▃▄▅▆▇█"


def recent(store: Store, newest: Dated, count: int = LAST) -> list[Dated]:
    """The last days of a quote's source up to its own, oldest first; shipped ones fill the gaps."""
    base, day, source = newest.quote.base, newest.as_of, newest.source
    if day is None:
        return [newest]
    found = {quote.as_of: quote for quote in islice(shipped.quotes(base, day, source), count)}
    if not newest.shipped:
        found.update({quote.as_of: quote for quote in islice(store.quotes(base, day, source), count)})
    return [found[as_of] for as_of in sorted(found, key=lambda as_of: as_of or day)][-count:]


def change(days: Sequence[Dated]) -> str:
    """`+0.5%` since the day before, as far as its digits are known; `≈0` where none is; `` for one day."""
    if len(days) < 2:
        return ""
    places = move_places(days[-2].quote, days[-1].quote)
    return "≈0" if places is None else f"{move(days[-2].quote, days[-1].quote):+.{places}f}%"


def arrow(days: Sequence[Dated]) -> str:
    """Up, down or level since the day before, as far as can be told."""
    if len(days) < 2 or move_places(days[-2].quote, days[-1].quote) is None:
        return LEVEL
    return UP if days[-1].quote.exact > days[-2].quote.exact else DOWN


def spark(days: Sequence[Dated], count: int = LAST) -> str:
    """The last days as bars between their lowest and highest rate; a line in the middle if they are equal."""
    values = [day.quote.exact for day in days[-count:]]
    low, high = min(values), max(values)
    if low == high:
        return _BARS[3] * len(values)
    span = EXACT.subtract(high, low)
    return "".join([_BARS[int(EXACT.divide(EXACT.multiply(EXACT.subtract(value, low), 7), span))] for value in values])
