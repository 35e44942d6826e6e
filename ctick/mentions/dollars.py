"""Dollar figures, and which of them belongs to an amount."""

from bisect import bisect_left
from collections.abc import Sequence

from ctick.interval import EXACT
from ctick.mentions.classify import CENT, COUNTRY, CURRENCY, DOLLAR, QUANTITY, is_lead
from ctick.mentions.model import Printed
from ctick.mentions.quantities import Quantity
from ctick.mentions.tokens import OTHER, Token, is_close, is_glued, kind_at, quantity_at, word_at
from ctick.mentions.vocabulary import AND, BEFORE_RANGE, DASHES, EQUALS, IN_BRACKET, RANGE_WORDS, STRONG

_MOST_WORDS = 6  # between an amount and the bracket with its dollars
_MOST_TOKENS = 16  # in that bracket before the figure
_SIGNS = frozenset('%/"”»')  # which may come between as well as words
_CONJUNCTIONS = AND | {"but", "while", "plus", "но", "а"}
_JOINING = RANGE_WORDS | AND | DASHES | {","}


class Figure:
    """A dollar figure: the tokens from `first` to `last`."""

    __slots__ = ("first", "last", "printed")

    def __init__(self, first: int, last: int, printed: Printed) -> None:
        self.first = first
        self.last = last
        self.printed = printed


def _figures(tokens: Sequence[Token]) -> list[Figure]:
    """All dollar figures, in their order; the ends of a range in dollars are figures too."""
    found: list[Figure] = []
    for place, token in enumerate(tokens):
        if token.kind not in (DOLLAR, CENT):
            continue
        used = found[-1].last if found else -1
        before, after = quantity_at(tokens, place - 1), quantity_at(tokens, place + 1)
        if token.is_sign and after and is_close(tokens, place):
            found += _after_sign(tokens, place, after)
        elif before and place - 1 > used:
            found += _before_unit(tokens, place, before)
    return found


def _after_sign(tokens: Sequence[Token], sign: int, value: Quantity) -> list[Figure]:
    """The figure after its sign, and the other end of a range: `$850-1,490`, `$10-15 million`."""
    end = sign + 3
    other = quantity_at(tokens, end)
    if other and word_at(tokens, sign + 2) in DASHES and kind_at(tokens, end + 1) != CURRENCY:
        return [_figure(sign, sign + 1, value.in_scale_of(other)), _figure(end, end, other)]
    return [_figure(sign, sign + 1, value)]


def _before_unit(tokens: Sequence[Token], unit: int, value: Quantity) -> list[Figure]:
    """The figure before its unit, and the other end of a range: `8 to 10 dollars`."""
    is_cents = tokens[unit].kind == CENT
    start = unit - 3
    ends = [_figure(unit - 1, unit, value, is_cents=is_cents)]
    other = quantity_at(tokens, start)
    if other and tokens[unit - 2].word in RANGE_WORDS | DASHES:
        ends.insert(0, _figure(start, start, other.in_scale_of(value), is_cents=is_cents))
    return ends


def _figure(first: int, last: int, value: Quantity, *, is_cents: bool = False) -> Figure:
    printed = value.figure()
    if is_cents:
        printed = Printed(printed.value.scaleb(-2, EXACT), printed.step.scaleb(-2, EXACT))
    return Figure(first, last, printed)


class Figures:
    """The dollar figures among tokens, in their order."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._figures = _figures(tokens)

    def count(self) -> int:
        """How many there are."""
        return len(self._figures)

    def after(self, end: int) -> list[Figure]:
        """The figures that belong to the amount before the token `end`: one, or those of a range or list."""
        tokens = self._tokens
        if kind_at(tokens, end + 1) == CURRENCY and tokens[end].word == "(" and word_at(tokens, end + 2) == ")":
            end += 3  # (KGS)
        elif word_at(tokens, end) == "." and word_at(tokens, end + 1) == "(":  # 500 тг. ($1)
            end += 1
        place = bisect_left(self._figures, end, key=lambda figure: figure.first)
        chain = self._figures[place : place + 1]
        if not chain:
            return []
        follower = chain[0].last + 1
        closing = ")" if _is_at_rate(tokens, follower) else word_at(tokens, follower)
        if closing == "=" or not _links(tokens, end, chain[0].first, closing=closing):
            return []
        for figure in self._figures[place + 1 :]:
            between = tokens[chain[-1].last + 1 : figure.first]
            if len(between) > 2 or not all(token.word in _JOINING for token in between):
                break
            chain.append(figure)
        return chain

    def before(self, start: int) -> list[Figure]:
        """The figure that belongs to the amount at the token `start`: `$576 (50,000 KGS)`, `$7 or 600 som`."""
        place = bisect_left(self._figures, start, key=lambda figure: figure.first) - 1
        if place < 0 or not _links(self._tokens, self._figures[place].last + 1, start, is_after=False):
            return []
        return [self._figures[place]]


def _is_at_rate(tokens: Sequence[Token], place: int) -> bool:
    """`at the official rate`: what follows the result of a conversion."""
    return word_at(tokens, place) == "at" and any(token.word == "rate" for token in tokens[place : place + 5])


def _links(tokens: Sequence[Token], start: int, end: int, *, closing: str = "", is_after: bool = True) -> bool:
    """Whether what is between an amount and a figure says that both are the same; `closing` follows the figure."""
    if end - start > _MOST_WORDS + 1 + _MOST_TOKENS:
        return False
    places = (place for place in range(start, end) if tokens[place].word != "-" or not is_glued(tokens, place))
    between = [tokens[place] for place in places]  # without the hyphen of kilowatt-hour
    words = [token.word for token in between]
    if "(" in words:
        return _is_outside(between[: words.index("(")]) and _leads(between[words.index("(") + 1 :], closing)
    if words == ["/"]:
        return is_after
    marks = [place for place, word in enumerate(words) if word == "," or word in DASHES]
    if marks and is_after and _is_outside(between[: marks[0]]):  # a month, or about $110
        between, words = between[marks[0] :], words[marks[0] :]
        if len(between) == 1:  # - $3,430 -; (707,760 tenge, $1,360); , 43 cents at the official rate
            return closing == ")" if words[0] == "," else closing in DASHES
    if not between or len(between) > _MOST_TOKENS:
        return False
    has_comma = words[0] == "," or words[0] in DASHES
    rest = between[1:] if has_comma else between
    return (
        bool(rest)
        and all(token.kind == OTHER and (token.word in EQUALS or is_lead(token) or token.word == ",") for token in rest)
        and (any(token.word in STRONG for token in rest) or (has_comma and is_lead(rest[0])))
    )


def _is_outside(outside: Sequence[Token]) -> bool:
    """Whether this may be between an amount and its bracket: `per 10 cubic meters`, a few words without a break."""
    return len(outside) <= _MOST_WORDS and all(map(_may_come_between, outside))


def _may_come_between(token: Token) -> bool:
    is_word = token.kind == OTHER and (token.word[:1].isalpha() or token.word in _SIGNS)
    return (is_word or token.kind in (QUANTITY, COUNTRY)) and token.word not in _CONJUNCTIONS


def _leads(inside: Sequence[Token], closing: str) -> bool:
    """Whether nothing but `about`, `equivalent to`, or an amount of another currency is before a bracket's figure."""
    if inside and inside[0].word in BEFORE_RANGE and closing in _JOINING:  # from $172 to $286
        inside = inside[1:]
    return len(inside) <= _MOST_TOKENS and all(
        token.kind in (QUANTITY, CURRENCY)
        or token.word in IN_BRACKET
        or (is_lead(token) and (token.word != "за" or not place))
        for place, token in enumerate(inside)  # по курсу 87,41 сома за $1
    )
