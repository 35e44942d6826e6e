"""Mention and Printed: what is found in running text."""

from decimal import Decimal

from ctick.interval import Interval
from ctick.model import Value


class Printed(Value):
    """A figure as printed, and the numbers that it can stand for.

    `step` is the unit of its last digit that counts: 1 for `$576`, 100,000 for `$2.8 million`. `to` is
    the other end of a range, as in `$550-$600`.
    """

    __slots__ = ("value", "step", "to")

    def __init__(self, value: Decimal, step: Decimal, to: "Printed | None" = None) -> None:
        self.value = value
        self.step = step
        self.to = to

    @property
    def interval(self) -> Interval:
        """All numbers that round to the figure, or to one in its range."""
        around = Interval.around(self.value, self.step)
        return around if self.to is None else Interval(around.bottom, around.figure, self.to.interval.top)


class Mention(Value):
    """An amount of one of the five currencies in a text.

    `line` and `column` count from 1, `offset` from 0, in characters of the text without its byte-order mark;
    `phrase` is the text at `offset` (a line end of HTML source is LF in it). `byte_end` is where the phrase ends,
    in bytes of UTF-8 from the very beginning of the text. `paragraph` is the paragraph that the phrase is in, at
    `start`.

    `amount` is what the phrase says; `code` is its currency, None for a `som` that may be Kyrgyz or Uzbek.
    `dollars` is the figure in USD that belongs to it, or None. Of a range each end is a mention, with
    `is_range`, and of a list each item, with `is_list`: the phrase of an end or item without a currency is
    its number alone.
    """

    __slots__ = (
        "line", "column", "offset", "byte_end", "phrase", "paragraph", "start",
        "amount", "code", "dollars", "is_range", "is_list",
    )  # fmt: skip

    def __init__(
        self,
        line: int,
        column: int,
        offset: int,
        byte_end: int,
        phrase: str,
        paragraph: str,
        start: int,
        amount: Printed,
        code: str | None,
        dollars: Printed | None,
        *,
        is_range: bool = False,
        is_list: bool = False,
    ) -> None:
        self.line = line
        self.column = column
        self.offset = offset
        self.byte_end = byte_end
        self.phrase = phrase
        self.paragraph = paragraph
        self.start = start
        self.amount = amount
        self.code = code
        self.dollars = dollars
        self.is_range = is_range
        self.is_list = is_list
