"""A paragraph -> words, numbers and signs."""

import re
from collections.abc import Iterator

from ctick import currencies

NUMBER, WORD, SIGN = "number", "word", "sign"

_APOSTROPHES = "'’‘ʻʼ`´ʹ"
_GROUP_SPACES = " \u00a0\u2007\u2008\u2009\u202f"
_TENS = "(?i:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_TOKEN = re.compile(
    rf"(?P<number>(?<![0-9])[0-9]{{1,3}}(?:[{_GROUP_SPACES}][0-9]{{3}})+(?![0-9])(?:[.,][0-9]+)?|[0-9]+(?:[.,][0-9]+)*)"
    rf"|(?P<word>U\.\s?S\.?(?![^\W\d_])|(?:US|U\.S\.|U)\$|(?:{_TENS})-[a-z]+|[^\W\d_]+(?:[{_APOSTROPHES}][^\W\d_]+)*)"
    r"|(?P<sign>\S)"
)
_NAMES = sorted(set(currencies.names()) - {"$", "us$"}, key=len, reverse=True)
_SPELLINGS = "|".join([re.escape(name).replace("'", f"[{_APOSTROPHES}]") for name in _NAMES])
_NAME = re.compile(rf"(?:{_SPELLINGS})(?![^\W\d_])")


class Token:
    """A word, a number or a sign, at `start` to `end` of the paragraph; `word` is its text in lower case."""

    __slots__ = ("end", "kind", "start", "text", "word")

    def __init__(self, kind: str, text: str, start: int, end: int) -> None:
        self.kind = kind
        self.text = text
        self.word = text.casefold()
        self.start = start
        self.end = end


def names(text: str) -> Iterator[tuple[int, int]]:
    """The places of all codes, names and signs of currencies in a text, `som` included."""
    lower = text.lower()
    if len(lower) != len(text):  # as with a Turkish I
        lower = "".join([char.lower() if len(char.lower()) == 1 else char for char in text])
    for found in _NAME.finditer(lower):
        start, end = found.span()
        if not lower[start - 1 : start].isalpha():
            yield start, end


def tokens(text: str, start: int, end: int) -> Iterator[Token]:
    """What is between two places of a paragraph, without white space."""
    for found in _TOKEN.finditer(text, start, end):
        yield Token(found.lastgroup or SIGN, found[0], found.start(), found.end())
