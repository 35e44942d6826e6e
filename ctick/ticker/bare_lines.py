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


class _Cycle:
    """The quotes of a cycle, each with a change, and the text of the cycle below if that has the same ones."""

    __slots__ = ("bases", "key", "next_text", "quotes", "rates")

    def __init__(self, quotes: tuple[Quote, ...]) -> None:
        self.quotes = quotes
        self.key = quotes_to_text(quotes)
        self.bases = [quote.base for quote in quotes]
        self.rates = [f"{quote.rate:f}" for quote in quotes]
        self.next_text = b""


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
        window, block = self._window, self._block
        data, pos, lines = window.data, window.pos, block.lines
        current = self._last
        if current is None or block.key() != current.key:
            return
        while len(data) - pos > LONGEST_LINE and len(block) < _MOST:
            end, cycle = self._next(data, pos)
            if cycle is None:
                break
            if cycle.rates != current.rates:
                if cycle.bases != current.bases or not data.startswith(cycle.next_text or b"=", end):
                    break
                index = next(i for i, rate in enumerate(cycle.rates) if rate != current.rates[i])
                if (cycle.bases[index], current.rates[index], cycle.rates[index]) not in changes:
                    break
                block.seal(current.key, current.quotes)
                current = cycle
                while data.startswith(cycle.next_text, end):
                    end += len(cycle.next_text)
                    lines += len(cycle.bases)
            lines += len(cycle.bases)
            pos = end
        if pos > window.pos:
            window.pos, block.lines = pos, lines
            block.quotes = {quote.base: quote for quote in current.quotes}
            self._quotes, self._last = [], current
            self._start = self._end = window.offset + pos

    def _next(self, data: bytes, pos: int) -> tuple[int, _Cycle | None]:
        """Where the cycle at `pos` ends, and the cycle if it is known."""
        anchor = self._anchor
        start = data.find(anchor, pos, pos + _LONGEST_START)
        if start < 0:
            return pos, None
        following = data.find(anchor, start + 1, start + _LONGEST)
        end = data.rfind(b"\n", start, following)
        return end, self._known.get(data[pos:end])
