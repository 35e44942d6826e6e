"""Exchange rates in running text, which are not amounts: `87.5 som per dollar`, `2.85 manats/$1`, `$1 = 3.5 manat`."""

from collections.abc import Sequence
from decimal import Decimal

from ctick.mentions.items import CURRENCY, DOLLAR, QUANTITY
from ctick.mentions.tokens import OTHER, Token, kind_at, quantity_at, word_at
from ctick.mentions.usual_rates import may_be_rate
from ctick.mentions.vocabulary import OF_RATES, PER, RATES, words

_MOST = 12  # items between a figure and what it is the rate of
_ENDS = frozenset(".;:?!()")
_IS_WORTH = words("is was equals buys = costs cost worth равен равна равняется стоит стоил")
_ONES = words("one a 1 the each every один одного")


def is_rate(items: Sequence[Token], first: int, last: int, value: Decimal, code: str) -> bool:
    """Whether the figure in these items is a rate."""
    return (
        (value == 1 and word_at(items, last + 1) in _IS_WORTH)
        or _is_equation(items, first, last)
        or _is_for_a_dollar(items, last + 1)
        or _follows_rate(items, first - 1, value, code)
    )


def _is_equation(items: Sequence[Token], first: int, last: int) -> bool:
    """Whether this is one side of `1 KGS = 5.9 KZT`, with a 1 on one of them."""
    for equals, other in ((last + 1, range(last + 2, last + 4)), (first - 1, range(first - 3, first - 1))):
        if word_at(items, equals) in ("=", "≈"):
            sides = [items[place] for place in (*range(first, last + 1), *other) if 0 <= place < len(items)]
            currencies = [item for item in sides if item.kind == CURRENCY]
            ones = [item for item in sides if item.quantity is not None and item.quantity.value == 1]
            if len(currencies) == 2 and ones:
                return True
    return False


def _is_for_a_dollar(items: Sequence[Token], place: int) -> bool:
    """`per dollar`, `for one dollar`, `/$1`, `to the US dollar`, `= $1`, `per euro`."""
    start = place
    while place - start < 4 and kind_at(items, place) == OTHER and items[place].word in PER | _ONES:
        place += 1
    if word_at(items, start) not in PER:
        return False
    return _unit_end(items, place) is not None


def _unit_end(items: Sequence[Token], place: int) -> int | None:
    """Where one dollar (or euro) that begins at this item ends: `$1`, `1 USD`, `dollar`; None for anything else."""
    if _is_one(items, place) and _is_money(items, place + 1):
        return place + 2
    if not _is_money(items, place):
        return None
    if quantity_at(items, place + 1) and items[place].is_sign and items[place].word not in ("dollar", "доллар"):
        return place + 2 if _is_one(items, place + 1) else None
    return place + 1


def _is_money(items: Sequence[Token], place: int) -> bool:
    return 0 <= place < len(items) and (
        items[place].kind == DOLLAR or (items[place].kind == CURRENCY and not items[place].code)
    )


def _is_one(items: Sequence[Token], place: int) -> bool:
    number = quantity_at(items, place)
    return number is not None and number.value == 1 and not number.zeros


def _follows_rate(items: Sequence[Token], place: int, value: Decimal, code: str) -> bool:
    """Whether `the exchange rate fell to`, `$1 =` or `one dollar costs` is before the item after `place`.

    Only what can be the rate of one dollar, or of another currency, counts.
    """
    start = place
    while place >= 0 and start - place < _MOST and items[place].word not in _ENDS:
        item = items[place]
        if item.kind == OTHER and item.word in RATES and _is_exchange_rate(items, place, start):
            return may_be_rate(value, code, of_dollar=False)
        if item.kind == CURRENCY and not item.code:  # евро — 101,3 сома; for 1 pound 655 tenge
            is_unit = _is_one(items, place - 1) if quantity_at(items, place - 1) else place < start
            return is_unit and may_be_rate(value, code, of_dollar=False)
        if item.kind == DOLLAR and not quantity_at(items, place + 1):
            is_unit = place < start or word_at(items, place - 1) in RATES
            return is_unit and _is_unit_before(items, place, value, code)
        if item.kind == QUANTITY and _is_money(items, place - 1):
            return place < start and _is_one(items, place) and may_be_rate(value, code, of_dollar=True)
        place -= 1
    return False


def _is_exchange_rate(items: Sequence[Token], place: int, start: int) -> bool:
    """Whether the word `rate` at this place means an exchange rate."""
    is_russian = not items[place].word.isascii()
    return (is_russian and start == place) or any(
        near.word in OF_RATES or near.kind == DOLLAR or (near.kind == CURRENCY and not near.code)
        for near in items[max(place - 3, 0) : place + 4]
    )


def _is_unit_before(items: Sequence[Token], place: int, value: Decimal, code: str) -> bool:
    """Whether the dollar at this item is one dollar: `1 USD`, `a dollar`, not `500 dollars`."""
    if not may_be_rate(value, code, of_dollar=True):
        return False
    if quantity_at(items, place - 1):
        return _is_one(items, place - 1)
    return items[place].word in ("dollar", "доллар", "доллара", "доллару", "usd")
