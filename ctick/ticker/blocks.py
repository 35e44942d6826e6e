"""Blocks of ticker lines: what the reader yields, and how one grows line by line."""

import datetime as dt

from ctick.currencies import ORDER
from ctick.model import Quote, Value, quotes_to_text


class ParseWarning(Value):
    r"""Something about one place of the input that its owner should know.

    `line` and `column` count from 1. An `error` means that something was left out.

    >>> (warning,) = ctick.parse("KGS/USD = 0.0.1\n").warnings
    >>> warning.line, warning.column, warning.error
    (1, 1, True)
    """

    __slots__ = ("column", "error", "line", "message")

    def __init__(self, line: int, column: int, message: str, *, error: bool) -> None:
        self.line = line
        self.column = column
        self.message = message
        self.error = error


class Block(Value):
    """Ticker lines that stand together.

    `snapshots` are its different sets of quotes, each in the order of the five, the one that came
    last at the end; usually there is one. `lines` counts the lines that were read, repeats
    included, `skipped` those of other pairs. `as_of` is the date below the block, or None; with
    `unreadable_date` something like a date stands there that can't be read.
    """

    __slots__ = ("as_of", "lines", "skipped", "snapshots", "unreadable_date")

    def __init__(
        self,
        as_of: dt.date | None,
        snapshots: list[tuple[Quote, ...]],
        lines: int,
        skipped: int,
        *,
        unreadable_date: bool = False,
    ) -> None:
        self.as_of = as_of
        self.unreadable_date = unreadable_date
        self.snapshots = snapshots
        self.lines = lines
        self.skipped = skipped


class BlockBuilder:
    """A block that is being read."""

    def __init__(self) -> None:
        self.quotes: dict[str, Quote] = {}  # of the snapshot that is being read
        self.lines = 0
        self.skipped = 0
        self.has_changes = False  # whether any line has a per cent
        self._snapshots: dict[str, tuple[Quote, ...]] = {}

    def __len__(self) -> int:
        return len(self._snapshots)

    def add(self, quote: Quote) -> Quote | None:
        """Takes a line in; the quote that stood there before where its pair comes with another rate."""
        self.lines += 1
        before = self.quotes.get(quote.base)
        if before is not None and before.rate.compare_total(quote.rate):
            self._seal()
            self.quotes = {quote.base: quote}
            return before
        if before is None or before.change is None:
            self.quotes[quote.base] = quote
        return None

    def close(self, as_of: dt.date | None, *, unreadable_date: bool = False) -> Block:
        """The block as it was read."""
        self._seal()
        return Block(as_of, list(self._snapshots.values()), self.lines, self.skipped, unreadable_date=unreadable_date)

    def _seal(self) -> None:
        if self.quotes:
            quotes = tuple(sorted(self.quotes.values(), key=lambda quote: ORDER[quote.base]))
            key = quotes_to_text(quotes)
            self._snapshots.pop(key, None)  # the order is that of the last coming
            self._snapshots[key] = quotes
