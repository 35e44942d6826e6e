"""Ticker lines of many days with no date between them: lines that were read before are recognized by their text.

A cycle is the lines from one of the first pair to the next of that pair, mostly five. An archive of bare lines has
the same cycles again and again, in any order.
"""

from ctick.model import Quote, quotes_to_text
from ctick.ticker.blocks import BlockBuilder
from ctick.ticker.patterns import LONGEST_LINE
from ctick.ticker.window import Window

_LONGEST = 1024  # bytes of a cycle
_LONGEST_START = 64  # bytes from the end of a line to the pair of the next
_MOST = 8192  # cycles that are remembered
_MOST_SNAPSHOTS = 8192  # of a block; `BlockReader` ends it a little later


class _Cycle:
    """The quotes of a cycle, each with a change, and the text of the cycle below if that has the same ones."""

    __slots__ = ("key", "next_text", "quotes", "rates")

    def __init__(self, quotes: tuple[Quote, ...]) -> None:
        self.quotes = quotes
        self.key = quotes_to_text(quotes)
        self.rates = {quote.base: f"{quote.rate:f}" for quote in quotes}
        self.next_text = b""

    def change_from(self, before: "_Cycle") -> tuple[str, str, str] | None:
        """The first pair with another rate than before: base, old and new rate.

        None if there is none, or if a pair above it is new.
        """
        old = before.rates
        for base, rate in self.rates.items():
            if (rate_before := old.get(base)) != rate:
                return None if rate_before is None else (base, rate_before, rate)
        return None


class BareLines:
    """The cycles of one block of plain text; those that are known are counted unread."""

    def __init__(self, window: Window, block: BlockBuilder, first: str) -> None:
        self._window = window
        self._block = block
        self._anchor = f"{first}/USD =".encode()  # begins a cycle; the pair written otherwise is just not recognized
        self._first = first
        self._known: dict[bytes, _Cycle] = {}  # the text of a cycle, with the line end before it
        self._last: _Cycle | None = None  # the one that was read last
        self._quotes: list[Quote] = []  # read since it began
        self._start = self._end = window.offset + window.pos  # of the cycle that is being read

    def read(self, quote: Quote, end: int) -> None:
        """Notes a line that was read, which ends at an offset in the text."""
        if quote.base == self._first:
            if self._quotes:
                self._remember()
            self._quotes, self._start = [], self._end
        self._quotes.append(quote)
        self._end = end

    def moved(self, by: int) -> None:
        """The same lines were counted again, up to the same place in the cycle."""
        self._start += by
        self._end += by

    def _remember(self) -> None:
        """Remembers the cycle that ends here, unless other lines were among its own."""
        window, last = self._window, self._last
        self._last = None
        if self._start < window.offset:
            return
        text = window.data[self._start - window.offset : self._end - window.offset]
        bases = {quote.base for quote in self._quotes if quote.change is not None}
        if not len(bases) == len(self._quotes) == text.count(b"=") or len(text) > _LONGEST:
            return
        if len(self._known) >= _MOST:
            self._known.clear()
        self._last = self._known.setdefault(text, _Cycle(tuple(self._quotes)))
        if last is not None and last.key == self._last.key:
            last.next_text = text

    def skip(self, changes: set[tuple[str, str, str]]) -> None:
        """Counts the cycles that follow, as long as they are known and need no warning.

        `changes` has a base and the rates before and after for each warning that was given.
        """
        window, block, known = self._window, self._block, self._known
        data, pos, lines = window.data, window.pos, block.lines
        end = self._end_of_cycle(data, pos)
        current = self._last
        if end < 0 or current is None or block.key() != current.key:
            return
        last, previous = len(data) - LONGEST_LINE, current
        while 0 <= end < last and len(block) < _MOST_SNAPSHOTS and (cycle := known.get(data[pos:end])):
            count = len(cycle.rates)
            if cycle.key == previous.key:
                previous.next_text = data[pos:end]
            elif cycle.rates != current.rates:
                next_text = cycle.next_text
                if not next_text or not data.startswith(next_text, end) or cycle.change_from(current) not in changes:
                    break
                block.seal(current.key, current.quotes)
                current = cycle
                for times in (4, 1):
                    run = next_text * times + b"\n"  # the last line ends there
                    while data.startswith(run, end):
                        end += len(run) - 1
                        lines += count * times
            lines += count
            previous, pos = cycle, end
            end = self._end_of_cycle(data, pos)
        if pos > window.pos:
            window.pos, block.lines = pos, lines
            block.quotes = {quote.base: quote for quote in current.quotes}
            self._quotes, self._last = [], current
            self._start = self._end = window.offset + pos

    def _end_of_cycle(self, data: bytes, pos: int) -> int:
        """Where the cycle ends that begins at `pos`, the end of a line; negative if none does."""
        start = data.find(self._anchor, pos, pos + _LONGEST_START)
        if start < 0:
            return -1
        return data.rfind(b"\n", start, data.find(self._anchor, start + 1, start + _LONGEST))
