"""Tokens -> items: numbers, currencies, dollar figures, and the words between them."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ctick import currencies
from ctick.mentions.quantities import Quantity, may_begin, quantity
from ctick.mentions.tokens import WORD, Token
from ctick.mentions.vocabulary import ABOUT, CENTS, DOLLARS, FOREIGN, OF_DOLLARS, country_of

QUANTITY, CURRENCY, DOLLAR, CENT, COUNTRY, OTHER = "quantity", "currency", "dollar", "cent", "country", "other"

SOM, SUM = "som", "sum"
"""Currencies that a name alone does not decide."""

_DOLLAR_WORDS = DOLLARS | CENTS | OF_DOLLARS | {"$", "us$", "u$", "¢"}
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʻʼ`´ʹ", "'"))


class Item(NamedTuple):
    """A part of a text from `start` to `end`; `word` is its text in lower case, of a quantity
    that of its first word.

    `code` is that of a currency or country, and `SOM` or `SUM` where it is undecided; empty for a manat
    that is not Turkmen, and for a currency other than ours.
    """

    kind: str
    start: int
    end: int
    word: str
    quantity: Quantity | None = None
    code: str = ""
    is_sign: bool = False  # a code or sign, which may also be before a number


def items(tokens: Sequence[Token]) -> list[Item]:
    """The items that these tokens make up."""
    found: list[Item] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if _is_plain(token.text):
            found.append(Item(OTHER, token.start, token.end, token.word))
            place += 1
            continue
        number = quantity(tokens, place)
        if number is not None:
            value, place = number
            found.append(Item(QUANTITY, value.start, value.end, token.word, value))
            continue
        item, place = _item(tokens, place)
        found.append(item)
    return found


def _item(tokens: Sequence[Token], place: int) -> tuple[Item, int]:
    token = tokens[place]
    word = token.word
    after = place + 1
    end = token.end
    if word in _DOLLAR_WORDS:
        return _dollars(tokens, place)
    if word in FOREIGN:
        return Item(CURRENCY, token.start, end, word, code="", is_sign=True), after
    code = _currency(token.text)
    if code and not _is_compound(tokens, place):
        return Item(
            CURRENCY, token.start, end, word, code=code, is_sign=token.kind != WORD or token.text in currencies.FIVE
        ), after
    country = country_of(token.text)
    if country is not None:
        return Item(COUNTRY, token.start, end, word, code=country), after
    return Item(OTHER, token.start, end, word), after


@lru_cache(4096)
def _is_plain(text: str) -> bool:
    """Whether this is a word or sign that is part of no number, currency or country."""
    word = text.casefold()
    return not (
        word[:1].isdigit()
        or may_begin(word)
        or word in _DOLLAR_WORDS
        or word in FOREIGN
        or _currency(text)
        or country_of(text) is not None
    )


def _is_compound(tokens: Sequence[Token], place: int) -> bool:
    """Whether a name is the first half of a word such as `tenge-denominated`."""
    return (
        place + 2 < len(tokens)
        and tokens[place + 1].text == "-"
        and tokens[place].end == tokens[place + 1].start
        and tokens[place + 1].end == tokens[place + 2].start
        and tokens[place + 2].kind == WORD
    )


def _currency(text: str) -> str:
    """The code of a currency's name, code in capitals or sign; `SOM`, `SUM`, or nothing."""
    word = text.casefold().translate(_APOSTROPHES)
    if word in ("sum", "sums"):
        return SUM
    code = currencies.find(word)
    if code is None:
        return SOM if currencies.is_name(word) else ""
    if code == "USD" or (word.upper() == code and text != code):  # kgs are kilograms
        return ""
    return code


def _dollars(tokens: Sequence[Token], place: int) -> tuple[Item, int]:
    """`$`, `US $`, `U.S. dollars`, `долларов США`, `US cents`."""
    first = tokens[place]
    word, end, after = first.word, first.end, place + 1
    if word in OF_DOLLARS:
        if after == len(tokens) or not (tokens[after].word in DOLLARS | CENTS or tokens[after].text == "$"):
            return Item(OTHER, first.start, end, word), after
        word, end, after = tokens[after].word, tokens[after].end, after + 1
    elif word == "$" and place and tokens[place - 1].kind == WORD and tokens[place - 1].end == first.start:
        return Item(CURRENCY, first.start, end, word, is_sign=True), after  # A$
    if word in ("долл", "дол") and after < len(tokens) and tokens[after].text == ".":
        end, after = tokens[after].end, after + 1
    if after < len(tokens) and tokens[after].word == "сша":
        end, after = tokens[after].end, after + 1
    kind = CENT if word in CENTS or word == "¢" else DOLLAR
    return Item(kind, first.start, end, word, is_sign=kind == DOLLAR), after


def is_about(item: Item) -> bool:
    """Whether this is a word such as `about`."""
    return item.kind == OTHER and item.word in ABOUT
