"""Items -> the amounts of money among them, with ranges and lists."""

from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from ctick.interval import EXACT
from ctick.mentions.classify import COUNTRY, CURRENCY, DOLLAR, is_about, is_lead
from ctick.mentions.quantities import Quantity
from ctick.mentions.rates_in_text import is_rate
from ctick.mentions.tokens import Token, is_close, is_glued, kind_at, quantity_at, word_at
from ctick.mentions.vocabulary import (
    AFTER_COMPARED,
    AFTER_NAME,
    AND,
    BEFORE_RANGE,
    BEFORE_YEAR,
    COMPARED,
    DASHES,
    MONTHS,
    RANGE_WORDS,
)

_MOST_BETWEEN = 24  # tokens between two rates
_TWENTY = Decimal(20)  # rates that stand together differ by less than one in twenty
_FIRST_YEAR, _LAST_YEAR = 1990, 2039


class Part:
    """One number of an amount: from `start` to `end` of the text, in the tokens `first` to `last`."""

    __slots__ = ("end", "first", "is_rounded", "last", "quantity", "start")

    def __init__(self, tokens: Sequence[Token], first: int, last: int, quantity: Quantity) -> None:
        self.first = first
        self.last = last
        self.start = tokens[first].start
        self.end = tokens[last].end
        self.quantity = quantity
        before = first - 1
        self.is_rounded = before >= 0 and is_about(tokens[before])


class Amount:
    """Numbers that share a currency: one, the two ends of a range, or the items of a list.

    `currency` is the token of its name; `country` the code of the country before it, or empty.
    """

    __slots__ = ("country", "currency", "kind", "parts")

    def __init__(self, currency: Token, country: str, parts: list[Part], kind: str) -> None:
        self.currency = currency
        self.country = country
        self.parts = parts
        self.kind = kind


ONE, RANGE, LIST = "one", "range", "list"


def amounts(tokens: Sequence[Token]) -> list[Amount]:
    """The amounts, in their order; rates and what only looks like an amount are left out."""
    found: list[Amount] = []
    rates: list[Amount] = []
    used = -1  # the last token of an amount
    for place, token in enumerate(tokens):
        if token.kind != CURRENCY or place <= used or not token.code:
            continue
        amount = _before(tokens, place, used) or _after(tokens, place)
        if amount is None:
            continue
        used = max(place, amount.parts[-1].last)
        if is_rate(tokens, amount.parts[0].first, used, amount.parts[-1].quantity.value, token.code):
            rates.append(amount)
        elif not _is_place_name(tokens, place):
            found.append(amount)
            found += _compared(tokens, amount, used)
    found = [amount for amount in found if not _is_beside_rate(tokens, amount, rates)]
    _mark_ranges(tokens, found)
    return found


def _compared(tokens: Sequence[Token], amount: Amount, last: int) -> list[Amount]:
    """The amount without a currency that another is compared with: `33.7 bln somoni, up from 29.2 bln`."""
    place = last + 1
    if word_at(tokens, place) == "(":
        close = next((end for end in range(place, min(place + 12, len(tokens))) if tokens[end].word == ")"), place)
        place = close + 1
    start = place
    while place - start < 4 and word_at(tokens, place) in COMPARED:
        place += 1
    number = quantity_at(tokens, place)
    follower = word_at(tokens, place + 1) or "."
    if place == start or number is None or not number.zeros or follower not in AFTER_COMPARED:
        return []
    return [Amount(amount.currency, amount.country, [Part(tokens, place, place, number)], ONE)]


def _is_beside_rate(tokens: Sequence[Token], amount: Amount, rates: Sequence[Amount]) -> bool:
    """Whether the rate before or after an amount makes it a rate too."""
    place = bisect_left(rates, amount.parts[0].first, key=lambda rate: rate.parts[0].first)
    return any(_is_other_rate(tokens, amount, rate) for rate in rates[max(place - 1, 0) : place + 1])


def _is_other_rate(tokens: Sequence[Token], amount: Amount, rate: Amount) -> bool:
    """Whether an amount is the other one of two rates: `bought dollars at 86.9 som and sold them at 87.6 som`."""
    one, other = amount.parts[-1], rate.parts[-1]
    between = tokens[min(one.last, other.last) + 1 : max(one.first, other.first)]
    return (
        amount.currency.code == rate.currency.code
        and len(between) <= _MOST_BETWEEN
        and all(token.word not in (".", "(", "!", "?") for token in between)
        and EXACT.multiply(EXACT.subtract(one.quantity.value, other.quantity.value).copy_abs(), _TWENTY)
        <= other.quantity.value
    )


def _before(tokens: Sequence[Token], name: int, used: int) -> Amount | None:
    """`50,000 KGS`, `from 8,000 to 14,000 somoni`, `1, 5 and 10 manat`: the numbers are before the name."""
    place = name - 1
    country = ""
    if word_at(tokens, place) == "." and kind_at(tokens, place - 1) == COUNTRY:  # узб. сумов
        place -= 1
    while kind_at(tokens, place) == COUNTRY:
        country = tokens[place].code or "other"
        place -= 1
    if word_at(tokens, place) == "+":  # 60,000+ tenge
        place -= 1
    if word_at(tokens, place) == "-" and is_glued(tokens, place):  # 10-tenge
        place -= 1
    quantity = quantity_at(tokens, place)
    if quantity is None or place <= used or country == "other":
        return None
    if _is_date(tokens, place) or _has_unit_before(tokens, place):
        return None
    last = Part(tokens, place, name, quantity)
    parts, kind = _more_before(tokens, last, used)
    return Amount(tokens[name], country, parts, kind)


def _more_before(tokens: Sequence[Token], last: Part, used: int) -> tuple[list[Part], str]:
    """The other numbers of a range or list that ends with this one."""
    place = last.first - 1
    while place > used and is_lead(tokens[place]) and tokens[place].word not in RANGE_WORDS:
        place -= 1
    other = _related(tokens, place - 1, last) if place - 1 > used else None
    if other is None:
        if place - 2 > used and tokens[place].word in AND and tokens[place - 1].word in (",", "-"):  # 1- and 3-som
            return _list(tokens, last, place - 2, used)
        return [last], ONE
    if tokens[place + 1].word == "more" and tokens[place + 2].word != "than":  # groups of 10 and more
        return [last], ONE
    word = tokens[place].word
    is_between = word_at(tokens, place - 2) in BEFORE_RANGE
    if word in RANGE_WORDS or word in DASHES or (word in AND and is_between):
        return [other, last], RANGE
    if word in AND:
        return _list(tokens, last, place - 1, used)
    return [last], ONE


def _list(tokens: Sequence[Token], last: Part, place: int, used: int) -> tuple[list[Part], str]:
    """The items of a list whose last but one is at this place."""
    parts = [last]
    while place > used and (part := _related(tokens, place, last)):
        if part.quantity.zeros and not last.quantity.zeros:  # 1.2m and 300 tenge
            break
        parts.insert(0, part)
        if place - 2 <= used or tokens[place - 1].word != ",":
            break
        place -= 2
    return parts, LIST if len(parts) > 1 else ONE


def _related(tokens: Sequence[Token], place: int, last: Part) -> Part | None:
    """The number at a place, if it can be of the same range or list as the last one: no year, no other money."""
    number = quantity_at(tokens, place)
    if number is None or _has_unit_before(tokens, place) or _looks_like_year(tokens[place]):
        return None
    return Part(tokens, place, place, number.in_scale_of(last.quantity))


def _after(tokens: Sequence[Token], sign: int) -> Amount | None:
    """`KZT 575bn`, `₸500`, `KGS 8,000-14,000`: the number is after a code or sign."""
    number = quantity_at(tokens, sign + 1)
    if number is None or not (tokens[sign].is_sign and tokens[sign + 1].word[:1].isdigit() and is_close(tokens, sign)):
        return None
    follower, end = sign + 2, sign + 3
    word, other = word_at(tokens, follower), quantity_at(tokens, end)
    if word == "%" or (other is None and kind_at(tokens, follower) in (CURRENCY, DOLLAR)):
        return None
    is_range = word in RANGE_WORDS | DASHES and kind_at(tokens, end + 1) not in (CURRENCY, COUNTRY, DOLLAR)
    if other is None or not is_range:
        return Amount(tokens[sign], "", [Part(tokens, sign, sign + 1, number)], ONE)
    first = Part(tokens, sign, sign + 1, number.in_scale_of(other))
    return Amount(tokens[sign], "", [first, Part(tokens, end, end, other)], RANGE)


def _has_unit_before(tokens: Sequence[Token], place: int) -> bool:
    """Whether a number belongs to the sign or code before it: `$5`, `€20`."""
    return (
        kind_at(tokens, place - 1) in (CURRENCY, DOLLAR) and tokens[place - 1].is_sign and is_close(tokens, place - 1)
    )


def _looks_like_year(token: Token) -> bool:
    number = token.quantity
    return (
        number is not None
        and token.word.isdigit()
        and not number.zeros
        and number.end - number.start == 4
        and (_FIRST_YEAR <= number.value <= _LAST_YEAR and number.value % 100 != 0)
    )


def _is_date(tokens: Sequence[Token], place: int) -> bool:
    """Whether the number before a name is a year or a day: `In 2024 tenge weakened`, `on March 5 tenge rose`."""
    before, digits = word_at(tokens, place - 1), tokens[place].word
    is_day = before in MONTHS and digits.isdigit() and len(digits) <= 2 and is_close(tokens, place - 1)
    return is_day or (_looks_like_year(tokens[place]) and before in BEFORE_YEAR)


def _is_place_name(tokens: Sequence[Token], name: int) -> bool:
    return word_at(tokens, name + 1) in AFTER_NAME


def _mark_ranges(tokens: Sequence[Token], found: Sequence[Amount]) -> None:
    """`from 8,000 somoni to 14,000 somoni`: two amounts that are the ends of a range."""
    for one, other in pairwise(found):
        start, end = one.parts[-1].last + 1, other.parts[0].first
        first = one.parts[0].first
        if (
            one.kind == other.kind == ONE
            and one.currency.code == other.currency.code
            and 0 < end - start <= 2
            and tokens[start].word in RANGE_WORDS
            and word_at(tokens, first - 1) in BEFORE_RANGE
        ):
            one.kind = other.kind = RANGE
