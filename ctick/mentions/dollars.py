"""Dollar figures, and which of them belongs to an amount."""

from bisect import bisect_left
from collections.abc import Sequence

from ctick.interval import EXACT
from ctick.mentions.items import CENT, COUNTRY, CURRENCY, DOLLAR, QUANTITY, is_lead
from ctick.mentions.model import Printed
from ctick.mentions.quantities import Quantity
from ctick.mentions.tokens import OTHER, Token
from ctick.mentions.vocabulary import AND, BEFORE_RANGE, EQUALS, IN_BRACKET, RANGE_WORDS, STRONG

_MOST_WORDS = 6  # between an amount and the bracket with its dollars
_MOST_ITEMS = 16  # in that bracket before the figure
_DASHES = frozenset("-–—")
_JOINING = RANGE_WORDS | AND | _DASHES | {","}


class Figure:
    """A dollar figure: the items from `first` to `last`."""

    __slots__ = ("first", "last", "printed")

    def __init__(self, first: int, last: int, printed: Printed) -> None:
        self.first = first
        self.last = last
        self.printed = printed


def _figures(items: Sequence[Token]) -> list[Figure]:
    """All dollar figures, in their order; the ends of a range in dollars are figures too."""
    found: list[Figure] = []
    for place, item in enumerate(items):
        if item.kind not in (DOLLAR, CENT):
            continue
        used = found[-1].last if found else -1
        if item.kind == DOLLAR and _is(items, place + 1, QUANTITY) and _is_close(items, place):
            if _is_foreign(items, place + 2):
                continue
            found.extend(_with_range(items, place, place + 1))
        elif place - 1 > used and _is(items, place - 1, QUANTITY) and not _has_sign_before(items, place - 1):
            found.extend(_range_before(items, place))
    return found


def _with_range(items: Sequence[Token], first: int, last: int) -> list[Figure]:
    """The figure that ends at `last`, and the other end of a range: `$850-1,490`, `$10-15 million`."""
    value = items[last].quantity
    assert value is not None
    end = last + 2
    if _is_dash(items, last + 1) and _is(items, end, QUANTITY) and not _is(items, end + 1, CURRENCY):
        other = items[end].quantity
        assert other is not None
        if other.zeros and not value.zeros and value.value < other.value.scaleb(-other.zeros, EXACT):
            value = value.scaled(other.zeros)
        return [_figure(first, last, value), _figure(end, end, other)]
    return [_figure(first, last, value)]


def _range_before(items: Sequence[Token], unit: int) -> list[Figure]:
    """The figure before its unit, and the other end of a range: `8 to 10 dollars`."""
    value = items[unit - 1].quantity
    assert value is not None
    is_cents = items[unit].kind == CENT
    start = unit - 3
    ends = [_figure(unit - 1, unit, value, is_cents=is_cents)]
    if (
        start >= 0
        and _is(items, start, QUANTITY)
        and (_is_dash(items, unit - 2) or items[unit - 2].word in RANGE_WORDS)
    ):
        other = items[start].quantity
        assert other is not None
        if value.zeros and not other.zeros and other.value < value.value.scaleb(-value.zeros, EXACT):
            other = other.scaled(value.zeros)
        ends.insert(0, _figure(start, start, other, is_cents=is_cents))
    return ends


def _figure(first: int, last: int, value: Quantity, *, is_cents: bool = False) -> Figure:
    printed = value.figure()
    if is_cents:
        printed = Printed(printed.value.scaleb(-2, EXACT), printed.step.scaleb(-2, EXACT))
    return Figure(first, last, printed)


def _is(items: Sequence[Token], place: int, kind: str) -> bool:
    return 0 <= place < len(items) and items[place].kind == kind


def _is_dash(items: Sequence[Token], place: int) -> bool:
    return 0 <= place < len(items) and items[place].word in _DASHES


def _is_close(items: Sequence[Token], place: int) -> bool:
    return items[place + 1].start - items[place].end <= 1


def _is_foreign(items: Sequence[Token], place: int) -> bool:
    """`$500 Canadian`"""
    return place < len(items) and items[place].word in ("canadian", "australian", "hong", "singapore")


def _has_sign_before(items: Sequence[Token], place: int) -> bool:
    """Whether a number has another currency's sign or code before it."""
    return place > 0 and items[place - 1].kind in (CURRENCY, DOLLAR) and items[place - 1].is_sign


class Figures:
    """The dollar figures among items, in their order."""

    def __init__(self, items: Sequence[Token]) -> None:
        self._items = items
        self._figures = _figures(items)

    def count(self) -> int:
        """How many there are."""
        return len(self._figures)

    def after(self, end: int) -> list[Figure]:
        """The figures that belong to the amount before the item `end`: one, or those of a range or list."""
        items = self._items
        if _is(items, end + 1, CURRENCY) and items[end].word == "(" and _word(items, end + 2) == ")":
            end += 3  # (KGS)
        elif _word(items, end) == "." and _word(items, end + 1) == "(":  # 500 тг. ($1)
            end += 1
        place = bisect_left(self._figures, end, key=_first)
        chain = self._figures[place : place + 1]
        closing = "" if not chain else ")" if _is_at_rate(items, chain[0].last + 1) else _word(items, chain[0].last + 1)
        if not chain or closing == "=" or not _links(items, end, chain[0].first, closing=closing):
            return []
        for figure in self._figures[place + 1 :]:
            between = items[chain[-1].last + 1 : figure.first]
            if len(between) > 2 or not all(item.word in _JOINING for item in between):
                break
            chain.append(figure)
        return chain

    def before(self, start: int) -> list[Figure]:
        """The figure that belongs to the amount at the item `start`: `$576 (50,000 KGS)`, `$7 or 600 som`."""
        place = bisect_left(self._figures, start, key=_first) - 1
        if place < 0 or not _links(self._items, self._figures[place].last + 1, start, is_after=False):
            return []
        return [self._figures[place]]


def _is_at_rate(items: Sequence[Token], place: int) -> bool:
    """`at the official rate`: what follows the result of a conversion."""
    return _word(items, place) == "at" and any(item.word == "rate" for item in items[place : place + 5])


def _first(figure: Figure) -> int:
    return figure.first


def _links(items: Sequence[Token], start: int, end: int, *, closing: str = "", is_after: bool = True) -> bool:
    """Whether what is between an amount and a figure says that both are the same; `closing` follows the figure."""
    if end - start > _MOST_WORDS + 1 + _MOST_ITEMS:
        return False
    between = items[start:end]
    words = [item.word for item in between]
    if "(" in words:
        return _is_outside(between[: words.index("(")]) and _leads(between[words.index("(") + 1 :], closing)
    if words == ["/"]:
        return is_after
    marks = [place for place, word in enumerate(words) if word == "," or word in _DASHES]
    if marks and is_after and _is_outside(between[: marks[0]]):  # a month, or about $110
        between, words = between[marks[0] :], words[marks[0] :]
        if len(between) == 1:  # - $3,430 -; (707,760 tenge, $1,360); , 43 cents at the official rate
            return closing == ")" if words[0] == "," else closing in _DASHES
    if not between or len(between) > _MOST_ITEMS:
        return False
    has_comma = words[0] == "," or words[0] in _DASHES
    rest = between[1:] if has_comma else between
    return (
        bool(rest)
        and all(item.kind == OTHER and (item.word in EQUALS or is_lead(item) or item.word == ",") for item in rest)
        and (any(item.word in STRONG for item in rest) or (has_comma and is_lead(rest[0])))
    )


def _is_outside(outside: Sequence[Token]) -> bool:
    """Whether this may be between an amount and its bracket: `per 10 cubic meters`, a few words without a break."""
    return len(outside) <= _MOST_WORDS and all(map(_may_come_between, outside))


def _may_come_between(item: Token) -> bool:
    is_word = (
        item.kind in (QUANTITY, COUNTRY)
        or (item.kind == OTHER and item.word[:1].isalpha())
        or item.word in ("%", "/", '"', "”", "»")
    )
    return is_word and item.word not in AND and item.word not in ("but", "while", "plus", "но", "а")


def _leads(inside: Sequence[Token], closing: str) -> bool:
    """Whether nothing but `about`, `equivalent to`, or an amount of another currency is before a bracket's figure."""
    if inside and inside[0].word in BEFORE_RANGE and closing in _JOINING:  # from $172 to $286
        inside = inside[1:]
    return len(inside) <= _MOST_ITEMS and all(
        item.kind in (QUANTITY, CURRENCY)
        or item.word in IN_BRACKET
        or (is_lead(item) and (item.word != "за" or not place))
        for place, item in enumerate(inside)  # по курсу 87,41 сома за $1
    )


def _word(items: Sequence[Token], place: int) -> str:
    return items[place].word if place < len(items) else ""
