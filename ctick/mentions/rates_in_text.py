"""Exchange rates in running text, which are not amounts: `87.5 som per dollar`, `2.85 manats/$1`, `$1 = 3.5 manat`."""

from collections.abc import Sequence
from decimal import Decimal

from ctick.mentions.classify import CURRENCY, DOLLAR, QUANTITY
from ctick.mentions.tokens import OTHER, Token, kind_at, quantity_at, word_at
from ctick.mentions.usual_rates import may_be_rate
from ctick.mentions.vocabulary import OF_RATES, PER, RATES, words

_MOST = 12  # tokens between a figure and what it is the rate of
_ENDS = frozenset(".;:?!()")
_IS_WORTH = words("is was equals buys = costs cost worth равен равна равняется стоит стоил")
_ONES = words("one a 1 the each every один одного")


def is_rate(tokens: Sequence[Token], first: int, last: int, value: Decimal, code: str) -> bool:
    """Whether the figure in these tokens is a rate."""
    return (
        (value == 1 and word_at(tokens, last + 1) in _IS_WORTH)
        or _is_equation(tokens, first, last)
        or _is_for_a_dollar(tokens, last + 1)
        or _follows_rate(tokens, first - 1, value, code)
    )


def _is_equation(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether this is one side of `1 KGS = 5.9 KZT`, with a 1 on one of them."""
    for equals, other in ((last + 1, range(last + 2, last + 4)), (first - 1, range(first - 3, first - 1))):
        if word_at(tokens, equals) in ("=", "≈"):
            sides = [tokens[place] for place in (*range(first, last + 1), *other) if 0 <= place < len(tokens)]
            currencies = [token for token in sides if token.kind == CURRENCY]
            ones = [token for token in sides if token.quantity is not None and token.quantity.value == 1]
            if len(currencies) == 2 and ones:
                return True
    return False


def _is_for_a_dollar(tokens: Sequence[Token], place: int) -> bool:
    """`per dollar`, `for one dollar`, `/$1`, `to the US dollar`, `= $1`, `per euro`."""
    start = place
    while place - start < 4 and kind_at(tokens, place) == OTHER and tokens[place].word in PER | _ONES:
        place += 1
    if word_at(tokens, start) not in PER:
        return False
    return _unit_end(tokens, place) is not None


def _unit_end(tokens: Sequence[Token], place: int) -> int | None:
    """Where one dollar (or euro) that begins at this token ends: `$1`, `1 USD`, `dollar`; None for anything else."""
    if _is_one(tokens, place) and _is_money(tokens, place + 1):
        return place + 2
    if not _is_money(tokens, place):
        return None
    if quantity_at(tokens, place + 1) and tokens[place].is_sign:
        return place + 2 if _is_one(tokens, place + 1) else None
    return place + 1


def _is_money(tokens: Sequence[Token], place: int) -> bool:
    return 0 <= place < len(tokens) and (
        tokens[place].kind == DOLLAR or (tokens[place].kind == CURRENCY and not tokens[place].code)
    )


def _is_one(tokens: Sequence[Token], place: int) -> bool:
    number = quantity_at(tokens, place)
    return number is not None and number.value == 1 and not number.zeros


def _follows_rate(tokens: Sequence[Token], place: int, value: Decimal, code: str) -> bool:
    """Whether `the exchange rate fell to`, `$1 =` or `one dollar costs` is before the token after `place`.

    Only what can be the rate of one dollar, or of another currency, counts.
    """
    start = place
    while place >= 0 and start - place < _MOST and tokens[place].word not in _ENDS:
        token = tokens[place]
        if token.kind == OTHER and token.word in RATES and _is_exchange_rate(tokens, place, start):
            return may_be_rate(value, code, of_dollar=False)
        if token.kind == CURRENCY and not token.code:  # евро — 101,3 сома; for 1 pound 655 tenge; the rouble 0.94 som
            is_bare = place < start or not token.is_sign
            is_unit = _is_one(tokens, place - 1) if quantity_at(tokens, place - 1) else is_bare
            return is_unit and may_be_rate(value, code, of_dollar=False)
        if token.kind == DOLLAR and not quantity_at(tokens, place + 1):
            is_unit = place < start or word_at(tokens, place - 1) in RATES
            return is_unit and _is_unit_before(tokens, place, value, code)
        if token.kind == QUANTITY and _is_money(tokens, place - 1):
            return place < start and _is_one(tokens, place) and may_be_rate(value, code, of_dollar=True)
        place -= 1
    return False


def _is_exchange_rate(tokens: Sequence[Token], place: int, start: int) -> bool:
    """Whether the word `rate` at this place means an exchange rate."""
    is_russian = not tokens[place].word.isascii()
    return (is_russian and start == place) or any(
        near.word in OF_RATES or near.kind == DOLLAR or (near.kind == CURRENCY and not near.code)
        for near in tokens[max(place - 3, 0) : place + 4]
    )


def _is_unit_before(tokens: Sequence[Token], place: int, value: Decimal, code: str) -> bool:
    """Whether the dollar at this token is one dollar: `1 USD`, `a dollar`, not `500 dollars`."""
    if not may_be_rate(value, code, of_dollar=True):
        return False
    if quantity_at(tokens, place - 1):
        return _is_one(tokens, place - 1)
    return tokens[place].word in ("dollar", "доллар", "доллара", "доллару", "usd")
