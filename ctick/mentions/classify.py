"""Which tokens are numbers, currencies, countries and dollars."""

from collections.abc import Sequence
from functools import lru_cache

from ctick import currencies
from ctick.mentions.quantities import may_begin, quantity
from ctick.mentions.tokens import OTHER, Token, is_glued
from ctick.mentions.vocabulary import ABOUT, CENTS, DOLLARS, FOREIGN, LEADS, OF_DOLLARS, country_of

QUANTITY, CURRENCY, DOLLAR, CENT, COUNTRY = "quantity", "currency", "dollar", "cent", "country"

SOM, SUM = "som", "sum"
"""The codes of currencies that a name alone does not decide.

Empty is that of a manat that is not Turkmen, and of a currency other than the five.
"""

_DOLLAR_SIGNS = frozenset(("$", "us$", "u$", "usd"))  # which may also be before a number
_DOLLAR_WORDS = DOLLARS | CENTS | OF_DOLLARS | _DOLLAR_SIGNS | {"¢"}
_BRACKETS = {"[": "(", "]": ")"}


def classified(tokens: Sequence[Token]) -> list[Token]:
    """The same with kinds: what is one number, currency, country or unit of dollars becomes one token."""
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.text in _BRACKETS:
            token.word = _BRACKETS[token.text]
        begins = _may_begin(token.text)
        if begins == QUANTITY and (number := quantity(tokens, place)):
            value, place = number
            token = Token(QUANTITY, token.text, value.start, value.end, quantity=value)
        elif begins == CURRENCY:
            token, place = _name(tokens, place)
        else:
            place += 1
        found.append(token)
    return found


def _name(tokens: Sequence[Token], place: int) -> tuple[Token, int]:
    token = tokens[place]
    word = token.word
    after = place + 1
    end = token.end
    if word in _DOLLAR_WORDS:
        return _dollars(tokens, place)
    if word in FOREIGN:
        return Token(CURRENCY, token.text, token.start, end, is_sign=not token.is_word or token.text.isupper()), after
    code = _currency(token.text)
    if code and not _is_compound(tokens, place):
        return Token(
            CURRENCY,
            token.text,
            token.start,
            end,
            code=code,
            is_sign=not token.is_word or token.text in currencies.FIVE,
        ), after
    country = country_of(word)
    if country is not None:
        return Token(COUNTRY, token.text, token.start, end, code=country), after
    return token, after


@lru_cache(4096)
def _may_begin(text: str) -> str:
    """What a token with this text may begin: a `QUANTITY`, the name of a `CURRENCY` or country, or nothing."""
    word = text.casefold()
    if word[:1].isnumeric() or may_begin(word):
        return QUANTITY
    if word in _DOLLAR_WORDS or word in FOREIGN or _currency(text) or country_of(word) is not None:
        return CURRENCY
    return OTHER


def _is_compound(tokens: Sequence[Token], place: int) -> bool:
    """Whether a name is the first half of a word such as `tenge-denominated`."""
    return is_glued(tokens, place + 1) and tokens[place + 1].text == "-" and tokens[place + 2].is_word


@lru_cache(4096)
def _currency(text: str) -> str:
    """The code of a currency's name, code in capitals or sign; `SOM`, `SUM`, or nothing."""
    word = text.casefold()
    if word in ("sum", "sums"):
        return SUM
    code = currencies.find(word)
    if code is None:
        return SOM if currencies.is_name(word) else ""
    if code == "USD" or (code == "KGS" and word == "kgs" and text != "KGS"):  # kilograms
        return ""
    return code


def _dollars(tokens: Sequence[Token], place: int) -> tuple[Token, int]:
    """`$`, `US $`, `U.S. dollars`, `долларов США`, `US cents`."""
    first = tokens[place]
    word, end, after = first.word, first.end, place + 1
    if word in OF_DOLLARS:
        if after == len(tokens) or not (tokens[after].word in DOLLARS | CENTS or tokens[after].text == "$"):
            return first, after
        word, end, after = tokens[after].word, tokens[after].end, after + 1
    elif word == "$" and place and tokens[place - 1].is_word and tokens[place - 1].end == first.start:
        return Token(CURRENCY, first.text, first.start, end, is_sign=True), after  # A$
    if word in ("долл", "дол") and after < len(tokens) and tokens[after].text == ".":
        end, after = tokens[after].end, after + 1
    if after < len(tokens) and tokens[after].word == "сша":
        end, after = tokens[after].end, after + 1
    kind = CENT if word in CENTS or word == "¢" else DOLLAR
    return Token(kind, word, first.start, end, is_sign=word in _DOLLAR_SIGNS), after


def is_about(token: Token) -> bool:
    """Whether this is a word such as `about`, which says that the number after it is rounded."""
    return token.kind == OTHER and token.word in ABOUT


def is_lead(token: Token) -> bool:
    """Whether this is a word that may be before a number: `about`, `up to`, `just`."""
    return token.kind == OTHER and token.word in LEADS
