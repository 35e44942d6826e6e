"""A paragraph -> words, numbers and signs."""

import re
from collections.abc import Iterator, Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ctick.mentions.quantities import Quantity

NUMBER, OTHER = "number", "other"

_APOSTROPHES = "'’‘ʻʼ`´ʹ"
_GROUP_SPACES = " \u00a0\u2007\u2008\u2009\u202f"
_HYPHENS = frozenset("\u2010\u2011\u2012\u2212")
_TENS = "(?i:[tfsen][a-z]{2,4}ty)"  # twenty to ninety, and a few words that no number has
_TOKEN = re.compile(
    rf"(?P<number>(?<![0-9])[0-9]{{1,3}}(?:[{_GROUP_SPACES}][0-9]{{3}})+(?![0-9])(?:[.,][0-9]+)?|[0-9]+(?:[.,][0-9]+)*[½¼¾]?|[½¼¾])"
    rf"|i\.e\.|e\.g\.|т\.\s?е\.|U\.\s?S\.?(?![^\W\d_])|(?:US|U\.S\.|U)\$|{_TENS}-[a-z]+|[^\W\d_]+(?:[{_APOSTROPHES}][^\W\d_]+)*"
    r"|\S"
)


class Token:
    """A part of a paragraph from `start` to `end`: a number (`NUMBER`), or a word or sign (`OTHER`).

    `word` is the text in lower case. `classify` finds those that are of another kind: a quantity, a
    currency, a country, or a unit of dollars. `code` is that of a currency or country; `is_sign` marks
    codes and signs of currencies, which may also be before a number.
    """

    __slots__ = ("code", "end", "is_sign", "kind", "quantity", "start", "text", "word")

    def __init__(
        self,
        kind: str,
        text: str,
        start: int,
        end: int,
        quantity: "Quantity | None" = None,
        code: str = "",
        *,
        is_sign: bool = False,
    ) -> None:
        self.kind = kind
        self.text = text
        self.word = text.casefold()
        self.start = start
        self.end = end
        self.quantity = quantity
        self.code = code
        self.is_sign = is_sign

    @property
    def is_word(self) -> bool:
        """Whether it begins with a letter."""
        return self.text[:1].isalpha()


def split(text: str, start: int, end: int) -> Iterator[Token]:
    """What is between two places of a paragraph, without white space."""
    for found in _TOKEN.finditer(text, start, end):
        token = found[0]
        first, last = found.span()
        yield Token(found.lastgroup or OTHER, "-" if token in _HYPHENS else token, first, last)


def word_at(tokens: Sequence[Token], place: int) -> str:
    """The word at a place; empty before the first token and after the last."""
    return tokens[place].word if 0 <= place < len(tokens) else ""


def kind_at(tokens: Sequence[Token], place: int) -> str:
    """The kind of the token at a place; empty where there is none."""
    return tokens[place].kind if 0 <= place < len(tokens) else ""


def quantity_at(tokens: Sequence[Token], place: int) -> "Quantity | None":
    """The quantity at a place; None where there is another token, or none."""
    return tokens[place].quantity if 0 <= place < len(tokens) else None


def is_close(tokens: Sequence[Token], place: int) -> bool:
    """Whether there is at most a space between a token and the next."""
    return tokens[place + 1].start - tokens[place].end <= 1


def is_glued(tokens: Sequence[Token], place: int) -> bool:
    """Whether there is a token directly before and directly after this one."""
    return (
        0 < place < len(tokens) - 1
        and tokens[place - 1].end == tokens[place].start
        and tokens[place].end == tokens[place + 1].start
    )
