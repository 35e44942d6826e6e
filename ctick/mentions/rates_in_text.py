"""Exchange rates in running text, which are not amounts: `87.5 som per dollar`, `2.85 manats/$1`, `$1 = 3.5 manat`."""

from collections.abc import Sequence

from ctick.mentions.items import COUNTRY, CURRENCY, DOLLAR, QUANTITY, is_about
from ctick.mentions.tokens import OTHER, Token
from ctick.mentions.vocabulary import BESIDE_RATES, OF_RATES, PER, RATES, words

_MOST = 12  # items between a figure and what it is the rate of
_ONES = words("one a 1 the each every один одного")


def is_rate(items: Sequence[Token], first: int, last: int) -> bool:
    """Whether the figure in these items is a rate, or a part of a pair such as `KGS/USD`."""
    return _is_pair(items, first, last) or _is_for_a_dollar(items, last + 1) or _follows_rate(items, first - 1)


def _is_pair(items: Sequence[Token], first: int, last: int) -> bool:
    for place, slash in ((first - 2, first - 1), (last + 2, last + 1)):
        if 0 <= slash < len(items) and items[slash].word == "/" and 0 <= place < len(items):
            other = items[place]
            if other.kind == CURRENCY or (other.kind == DOLLAR and not _is_quantity(items, place + 1)):
                return True
    return False


def _is_for_a_dollar(items: Sequence[Token], place: int) -> bool:
    """`per dollar`, `for one dollar`, `/$1`, `to the US dollar`, `= $1`, `per euro`."""
    start = place
    while place < len(items) and place - start < 4 and items[place].kind == OTHER and items[place].word in PER | _ONES:
        place += 1
    if place == start or items[start].word not in PER:
        return False
    return _unit_end(items, place) is not None


def _unit_end(items: Sequence[Token], place: int) -> int | None:
    """Where one dollar (or euro) that begins at this item ends: `$1`, `1 USD`, `dollar`; None for anything else."""
    if _is_one(items, place) and _is_money(items, place + 1):
        return place + 2
    if not _is_money(items, place):
        return None
    if _is_quantity(items, place + 1) and items[place].is_sign and items[place].word not in ("dollar", "доллар"):
        return place + 2 if _is_one(items, place + 1) else None
    return place + 1


def _is_money(items: Sequence[Token], place: int) -> bool:
    return 0 <= place < len(items) and (
        items[place].kind == DOLLAR or (items[place].kind == CURRENCY and not items[place].code)
    )


def _is_quantity(items: Sequence[Token], place: int) -> bool:
    return 0 <= place < len(items) and items[place].kind == QUANTITY


def _is_one(items: Sequence[Token], place: int) -> bool:
    value = items[place].quantity if 0 <= place < len(items) else None
    return value is not None and value.value == 1 and not value.zeros


def _follows_rate(items: Sequence[Token], place: int) -> bool:
    """Whether `the exchange rate fell to`, `$1 =` or `one dollar costs` is before the item after `place`."""
    start = place
    while place >= 0 and start - place < _MOST:
        item = items[place]
        if item.kind == OTHER and item.word in RATES:
            around = items[max(place - 3, 0) : place + 4]
            return item.word not in ("rate", "rates") or any(
                other.word in OF_RATES or other.kind == DOLLAR for other in around
            )
        if item.kind == CURRENCY and not item.code:
            if _is_quantity(items, place - 1):  # for 1 pound 655 tenge
                return _is_one(items, place - 1)
            return place < start  # евро — 101,3 сома
        if item.kind == DOLLAR:
            is_of_rate = place > 0 and items[place - 1].word in RATES  # курс доллара
            return is_of_rate or (place < start and _is_unit_before(items, place))
        if item.kind == QUANTITY and _is_money(items, place - 1) and _is_one(items, place):
            return place < start
        known = item.kind in (QUANTITY, COUNTRY) or (item.kind == CURRENCY and item.code)
        if not known and not (
            item.kind == OTHER and (item.word in BESIDE_RATES or item.word in OF_RATES or is_about(item))
        ):
            return False
        place -= 1
    return False


def _is_unit_before(items: Sequence[Token], place: int) -> bool:
    """Whether the dollar at this item is one dollar: `1 USD`, `a dollar`, not `500 dollars`."""
    if _is_quantity(items, place - 1):
        return _is_one(items, place - 1)
    return items[place].word in ("dollar", "доллар", "доллара", "usd")
