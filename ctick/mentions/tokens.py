"""A paragraph -> words, numbers and signs."""

import re
from collections.abc import Iterator

from ctick import currencies

NUMBER, WORD, SIGN = "number", "word", "sign"

_APOSTROPHES = "'’‘ʻʼ`´ʹ"
_GROUP_SPACES = " \u00a0\u2007\u2008\u2009\u202f"
_TENS = "(?i:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_TOKEN = re.compile(
    rf"(?P<number>(?<!\d)\d{{1,3}}(?:[{_GROUP_SPACES}]\d{{3}})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*)"
    rf"|(?P<word>U\.\s?S\.?(?![^\W\d_])|(?:US|U\.S\.|U)\$|(?:{_TENS})-[a-z]+|[^\W\d_]+(?:[{_APOSTROPHES}][^\W\d_]+)*)"
    r"|(?P<sign>\S)"
)
_NAMES = sorted(set(currencies.names()) - {"$", "us$"}, key=len, reverse=True)
_SPELLINGS = "|".join([re.escape(name).replace("'", f"[{_APOSTROPHES}]") for name in _NAMES])
ANCHOR = re.compile(rf"(?i)(?<![^\W\d_])(?:{_SPELLINGS})(?![^\W\d_])")
"""A code, a name or a sign of a currency, `som` included."""


class Token:
    """A word, a number or a sign, at `start` to `end` of the paragraph; `word` is its text in lower case."""

    __slots__ = ("end", "kind", "start", "text", "word")

    def __init__(self, kind: str, text: str, start: int, end: int) -> None:
        self.kind = kind
        self.text = text
        self.word = text.casefold()
        self.start = start
        self.end = end


def tokens(text: str, start: int, end: int) -> Iterator[Token]:
    """What is between two places of a paragraph, without white space."""
    for found in _TOKEN.finditer(text, start, end):
        yield Token(found.lastgroup or SIGN, found[0], found.start(), found.end())
