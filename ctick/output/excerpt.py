"""A phrase in its sentence, in one line of limited width."""

import re
from collections.abc import Iterator

from rich.cells import cell_len

from ctick.text import plain

_SPACE = re.compile(r"\s+")
_ITEM = re.compile(r"[\n\r\x0b\x1f][ \t]*(?=[•*·–—-]\s)")  # of a list
_END = re.compile(r"""(?<![.!?…])([.!?…]+)["'»”’)\]]*( )["'«“„‘(\[]*(\w)""")
_LAST_WORD = re.compile(r"(?<!\w)\w*$")
_ABBREVIATIONS = frozenset([
    "mr", "mrs", "ms", "dr", "prof", "st", "gen", "gov", "sen", "rep", "inc", "ltd", "co", "corp", "vs",
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    "тыс", "млн", "млрд", "трлн", "долл", "руб", "г", "гг", "ул", "стр", "им",
])  # fmt: skip
_LONGEST = 5  # one more than the longest of them
_NEAR = 4  # times the width: where a sentence is looked for


def excerpt(paragraph: str, start: int, phrase: str, width: int, dots: str = "…") -> tuple[str, str, str]:
    """What is shown before the phrase that is at `start`, the phrase, and what is shown after it.

    That is its sentence or item of a list, cut at word ends to `width` columns, with dots where it was
    cut. The phrase is whole, even if it is wider. Takes the same time however long the paragraph is.
    """
    end, near = start + len(phrase), _NEAR * width
    before = _one_line(_ITEM.split(paragraph[max(start - near, 0) : start])[-1])
    after = _one_line(_ITEM.split(paragraph[end : end + near], maxsplit=1)[0])
    phrase = _one_line(phrase)
    before, after = _in_sentence(before, phrase, after)
    space = width - cell_len(phrase)
    left = min(cell_len(before), max(space // 3, space - cell_len(after)))  # the dollars mostly follow
    return _cut(before[::-1], left, dots)[::-1], phrase, _cut(after, space - left, dots)


def _one_line(text: str) -> str:
    return plain(_SPACE.sub(" ", text), len(text))


def _in_sentence(before: str, phrase: str, after: str) -> tuple[str, str]:
    """The parts of these that are in the sentence of the phrase."""
    text = before + phrase + after
    start, end = len(before), len(before + phrase)
    low, high = 0, len(text)
    for blank in _sentence_ends(text):
        if blank < start:
            low = blank + 1
        elif blank >= end:
            high = blank
            break
    return text[low:start].lstrip(), text[end:high].rstrip()


def _sentence_ends(text: str) -> Iterator[int]:
    """Where the blanks between sentences are."""
    for found in _END.finditer(text):
        point, _, following = found.groups()
        word = _LAST_WORD.search(text[max(found.start() - _LONGEST, 0) : found.start()])
        is_short = word is not None and ((len(word[0]) == 1 and word[0].isalpha()) or word[0].lower() in _ABBREVIATIONS)
        if following.isupper() and not (is_short and point == "."):
            yield found.start(2)


def _cut(text: str, cells: int, dots: str) -> str:
    """The beginning of a text, at most `cells` wide, with dots if that is not all of it."""
    if cell_len(text) <= cells:
        return text
    limit = cells - len(dots) - 1
    if limit < 0:
        return ""
    fits = _fitting(text, limit)
    space = text.rfind(" ", 0, fits + 1)
    if space >= 0:
        return f"{text[:space]} {dots}"
    return text[:fits] + dots


def _fitting(text: str, cells: int) -> int:
    """How many characters fit."""
    for count, char in enumerate(text):
        cells -= cell_len(char)
        if cells < 0:
            return count
    return len(text)
