"""One paragraph -> its mentions."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from ctick.mentions import som
from ctick.mentions.amounts import LIST, ONE, RANGE, Amount, Part, amounts
from ctick.mentions.classify import CURRENCY, SOM, SUM, classified
from ctick.mentions.dollars import Figure, Figures
from ctick.mentions.model import Printed
from ctick.mentions.tokens import Token, kind_at, quantity_at, split, word_at
from ctick.mentions.usual_rates import fit, is_same_rate
from ctick.mentions.vocabulary import DASHES, RANGE_WORDS, countries

_AROUND = 200  # characters on both sides of a currency's name that are read
_BETWEEN_LINES = re.compile(r"[\n\r][ \t]{0,9}[^\W\d_a-zа-яё][a-zа-яё]")  # a line that begins with a name in capitals
_SENTENCE_END = re.compile(  # not in "approx. US$167" and "долл. США"
    r"[.!?][”’\"')\]]*\s(?=[^\W\d_a-zа-яё]|[“‘«\"])(?!US|U\.?S?\$|США|KGS|KZT|TJS|UZS|TMT)"
)


class Found(NamedTuple):
    """An amount at `start` to `end` of a paragraph; see `Mention`."""

    start: int
    end: int
    amount: Printed
    code: str | None
    dollars: Printed | None
    is_range: bool
    is_list: bool


def find(paragraph: str, names: Sequence[int]) -> list[Found]:
    """All amounts in a paragraph that has names of currencies at these places, in its order."""
    found: list[Found] = []
    for start, end in _stretches(paragraph, names):
        found += _find(paragraph, classified(list(split(paragraph, start, end))))
    return found


def _stretches(paragraph: str, names: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The parts of a paragraph that can belong to a currency's name: its sentence, if that is not too long."""
    start = end = -1
    for name in names:
        if name < end:
            continue
        low = max(name - _AROUND, 0)
        ends = [found.end() for found in _SENTENCE_END.finditer(paragraph, low, name)]
        low = ends[-1] if ends else _blank(paragraph, low) if low else 0
        high = name + _AROUND
        found = _SENTENCE_END.search(paragraph, name, high)
        high = found.end() if found else min(_blank(paragraph, high), len(paragraph))
        if low > end:
            if end > 0:
                yield start, end
            start = low
        end = high
    if end > 0:
        yield start, end


def _blank(paragraph: str, place: int) -> int:
    """The next white space; the place itself if there is none near."""
    blank = paragraph.find(" ", place, place + _AROUND)
    return blank if blank >= 0 else place


def _find(paragraph: str, tokens: Sequence[Token]) -> Iterator[Found]:
    known = Figures(tokens)
    used: set[int] = set()
    found: list[tuple[Amount, list[Figure]]] = []
    for amount in amounts(tokens):
        first, last = amount.parts[0], amount.parts[-1]
        figures = [
            figure for figure in known.after(last.last + 1) or known.before(first.first) if figure.first not in used
        ]
        used.update([figure.first for figure in figures])
        found.append((amount, figures))
    for amount, figures in _with_implied(tokens, found, known, used):
        yield from _mentions(paragraph, tokens, amount, _pairs(tokens, amount.parts, figures))


def _with_implied(
    tokens: Sequence[Token], found: list[tuple[Amount, list[Figure]]], known: Figures, used: set[int]
) -> list[tuple[Amount, list[Figure]]]:
    """Adds the numbers whose dollars say that they are of the same currency: `2 bn tenge ($4m), 300m ($600,000)`."""
    with_dollars = [(amount, figures[0]) for amount, figures in found if figures]
    if not with_dollars or known.count() == len(used):
        return found
    taken = {part.first for amount, _ in found for part in amount.parts}
    before = 0  # how many of those with dollars are before the place
    for place in range(len(tokens)):
        number = quantity_at(tokens, place)
        if number is None or place in taken or word_at(tokens, place + 1) != "(":
            continue
        figures = [figure for figure in known.after(place + 1) if figure.first not in used]
        while before < len(with_dollars) and with_dollars[before][0].parts[-1].last < place:
            before += 1
        if not figures or not before:
            continue
        amount, figure = with_dollars[before - 1]
        value = amount.parts[-1].quantity.value
        if is_same_rate(value, figure.printed.value, number.value, figures[0].printed.value):
            used.add(figures[0].first)
            part = Part(tokens, place, place, number)
            found.append((Amount(amount.currency, amount.country, [part], ONE), figures[:1]))
    return sorted(found, key=lambda pair: pair[0].parts[0].start)


def _pairs(
    tokens: Sequence[Token], parts: Sequence[Part], figures: Sequence[Figure]
) -> list[tuple[Part, Printed | None]]:
    """Each number with its figure: the one of the same place where there are as many, else the last gets the first.

    One number with a range of dollars gets all of it.
    """
    if len(parts) > 1 and len(figures) == len(parts):
        return [(part, figure.printed) for part, figure in zip(parts, figures, strict=True)]
    if len(parts) == 1 and len(figures) == 2:
        low, high = figures[0].printed, figures[1].printed
        if word_at(tokens, figures[0].last + 1) in RANGE_WORDS | DASHES and low.value < high.value:
            return [(parts[0], Printed(low.value, low.step, high))]
    return [(part, figures[0].printed if figures and part is parts[-1] else None) for part in parts]


def _mentions(
    paragraph: str,
    tokens: Sequence[Token],
    amount: Amount,
    pairs: Sequence[tuple[Part, Printed | None]],
) -> Iterator[Found]:
    """The mentions of an amount; nothing if it is not money of the five."""
    end = amount.parts[-1].last + 1
    near = [amount.country] if amount.country else []
    if word_at(tokens, end) == "(" and kind_at(tokens, end + 1) == CURRENCY:
        near.append(tokens[end + 1].code)  # (KGS)
    value, printed = next(
        ((part.quantity.value, figure.value) for part, figure in pairs if figure), (pairs[-1][0].quantity.value, None)
    )
    named = countries(paragraph) if amount.currency.code in (SOM, SUM, "TMT") else frozenset()
    code = som.decided(amount.currency.code, value, near, printed, named)
    if code is None:
        return
    for part, figure in pairs:
        if _BETWEEN_LINES.search(paragraph, part.start, part.end):
            continue
        reading = _reading(part, figure.value if figure else None, code)
        yield Found(
            part.start,
            part.end,
            part.quantity.amount(reading, is_rounded=part.is_rounded),
            None if code == SOM else code,
            figure,
            amount.kind == RANGE,
            amount.kind == LIST,
        )


def _reading(part: Part, printed: Decimal | None, code: str) -> int:
    """Which reading of a number fits its dollars best; the first without dollars."""
    readings = part.quantity.readings
    if printed is None or len(readings) == 1 or code == SOM:
        return 0
    return min(range(len(readings)), key=lambda number: fit(readings[number][0], printed, code))
