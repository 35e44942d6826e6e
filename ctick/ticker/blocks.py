"""Blocks of ticker lines, which the scanner yields, and the warnings between them."""

import datetime as dt

from ctick.currencies import ORDER
from ctick.model import Quote, Value, quotes_to_text


class ParseWarning(Value):
    r"""A problem at one place of the input.

    `line` and `column` count from 1; both are 0 for a page of an archive that could not be read. With `error`,
    something was skipped or has lost its date.

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
    """Ticker lines with nothing but blank lines between them.

    `snapshots` are its different sets of quotes, usually one: each in the order of the five
    currencies, the one read last at the end. `lines` counts the lines read, repeats included;
    `skipped` counts lines of other pairs. `as_of` is the date below the block, or None;
    `unreadable_date` is true if there is something like a date that can't be read.
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
        self.quotes: dict[str, Quote] = {}  # of the current snapshot
        self.lines = 0
        self.skipped = 0
        self.has_changes = False  # whether any line has a per cent
        self._snapshots: dict[str, tuple[Quote, ...]] = {}

    def __len__(self) -> int:
        return len(self._snapshots)

    def add(self, quote: Quote) -> Quote | None:
        """Adds a line; returns the earlier quote if its pair had a different rate, which starts a new snapshot."""
        self.lines += 1
        before = self.quotes.get(quote.base)
        if before is not None and before.rate.compare_total(quote.rate):
            self._seal_current()
            self.quotes = {quote.base: quote}
            return before
        if before is None or before.change is None:
            self.quotes[quote.base] = quote
        return None

    def key(self) -> str:
        """The quotes of the current snapshot as text."""
        return quotes_to_text(self._sorted())

    def close(self, as_of: dt.date | None, *, unreadable_date: bool = False) -> Block:
        """The finished block."""
        self._seal_current()
        return Block(as_of, list(self._snapshots.values()), self.lines, self.skipped, unreadable_date=unreadable_date)

    def seal(self, key: str, quotes: tuple[Quote, ...]) -> None:
        """Adds a complete snapshot; one that repeats moves to the end."""
        self._snapshots.pop(key, None)
        self._snapshots[key] = quotes

    def _seal_current(self) -> None:
        if self.quotes:
            quotes = self._sorted()
            self.seal(quotes_to_text(quotes), quotes)

    def _sorted(self) -> tuple[Quote, ...]:
        return tuple(sorted(self.quotes.values(), key=lambda quote: ORDER[quote.base]))
