"""One paragraph -> its mentions."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from ctick.mentions import som
from ctick.mentions.amounts import LIST, RANGE, Amount, Part, amounts
from ctick.mentions.dollars import Figure, Figures
from ctick.mentions.items import CURRENCY, SOM, items
from ctick.mentions.model import Printed
from ctick.mentions.tokens import Token, names, tokens
from ctick.mentions.vocabulary import countries

_AROUND = 200  # characters on both sides of a currency's name that are read
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


def find(paragraph: str) -> list[Found]:
    """All amounts in a paragraph, in its order."""
    found: list[Found] = []
    for start, end in _stretches(paragraph):
        found += _find(paragraph, items(list(tokens(paragraph, start, end))))
    return found


def _stretches(paragraph: str) -> Iterator[tuple[int, int]]:
    """The parts of a paragraph that can belong to a currency's name: its sentence, if that is not too long."""
    start = end = -1
    for name_start, name_end in names(paragraph):
        if name_end <= end:
            continue
        low = max(name_start - _AROUND, 0)
        ends = [found.end() for found in _SENTENCE_END.finditer(paragraph, low, name_start)]
        low = ends[-1] if ends else _blank(paragraph, low) if low else 0
        high = name_end + _AROUND
        found = _SENTENCE_END.search(paragraph, name_end, high)
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


def _find(paragraph: str, parts: Sequence[Token]) -> Iterator[Found]:
    known = Figures(parts)
    used: set[int] = set()
    named: set[str] | None = None
    for amount in amounts(parts):
        first, last = amount.parts[0], amount.parts[-1]
        end = max(last.last, first.last) + 1
        figures = [figure for figure in known.after(end) or known.before(first.first) if figure.first not in used]
        used.update([figure.first for figure in figures])
        if named is None and amount.currency.code in (SOM, "sum", "TMT"):
            named = countries(paragraph)
        yield from _mentions(parts, amount, _pairs(amount.parts, figures), named or set())


def _pairs(parts: Sequence[Part], figures: Sequence[Figure]) -> list[tuple[Part, Printed | None]]:
    """Each number with its figure: the one of the same place where there are as many, else the last gets the first."""
    if len(parts) > 1 and len(figures) == len(parts):
        return [(part, figure.printed) for part, figure in zip(parts, figures, strict=True)]
    return [(part, figures[0].printed if figures and part is parts[-1] else None) for part in parts]


def _mentions(
    parts: Sequence[Token], amount: Amount, pairs: Sequence[tuple[Part, Printed | None]], named: set[str]
) -> Iterator[Found]:
    """The mentions of an amount; nothing if it is not money of the five."""
    end = amount.parts[-1].last + 1
    near = [amount.country] if amount.country else []
    if end + 1 < len(parts) and parts[end].word == "(" and parts[end + 1].kind == CURRENCY:
        near.append(parts[end + 1].code)  # (KGS)
    value, printed = next(
        ((part.quantity.value, figure.value) for part, figure in pairs if figure), (pairs[-1][0].quantity.value, None)
    )
    code = som.decided(amount.currency.code, value, near, printed, named)
    if code is None:
        return
    for part, figure in pairs:
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
    return min(range(len(readings)), key=lambda number: som.fit(readings[number][0], printed, code))
