"""One block, read line by line: from its first ticker line to the date below it."""

import re
from collections.abc import Iterator

from ctick.currencies import FIVE, ORDER
from ctick.model import Quote
from ctick.text import plain
from ctick.ticker.bare_lines import BareLines
from ctick.ticker.blocks import Block, BlockBuilder, ParseWarning
from ctick.ticker.patterns import (
    DATE,
    HTML_GAP,
    LINE_END,
    LONGEST_LINE,
    NUMBER_AFTER_RATE,
    NUMBER_OR_CHANGE,
    TICKER_LINE,
    after_blanks,
    date_below,
    is_cut_short,
    quote_of,
)
from ctick.ticker.window import Window

_BASES = frozenset(base.encode() for base in FIVE)
_MAX_QUOTES = 2048  # that are cached
_MAX_CHANGES = 1 << 16  # of rates that are remembered, so that each has one warning
_MAX_SNAPSHOTS = 10_000  # different ones in one block; no page has more than a few
_UNREADABLE = "an unreadable ticker line"
_CUT_SHORT = "an incomplete ticker line at the end of the input"


class QuoteCache(dict[bytes, Quote]):
    """The text of ticker lines -> their quotes."""

    def quote_of(self, line: re.Match[bytes]) -> Quote:
        quote = self.get(line[0])
        if quote is None:
            if len(self) > _MAX_QUOTES:
                self.clear()
            quote = self[line[0]] = quote_of(line)
        return quote


class BlockReader:
    """Reads the block that begins at the window's `pos`, and moves `pos` to its end."""

    def __init__(self, window: Window, quotes: QuoteCache) -> None:
        self._window = window
        self._quotes = quotes
        self._block = BlockBuilder()
        self._start: int | None = window.offset + window.pos  # None once there was a warning
        self._cycle: _CycleStart | None = None
        self._changes: set[tuple[str, str, str]] = set()  # of rates that there was a warning of
        self._bare_lines: BareLines | None = None  # once there was one

    def read(self) -> Iterator[Block | ParseWarning]:
        """The warnings of the block, then the block."""
        window, block = self._window, self._block
        while (line := self._next_line()) is not None:
            if line["change"] is not None:
                block.has_changes = True
            elif (bad_end := self._bad_end(line)) is not None:
                yield from self._skip_bad_line(line, bad_end)
                continue
            window.pos = line.end()
            if not _is_wanted(line):
                block.skipped += 1
                continue
            warning = self._add(line)
            if warning is not None:
                yield warning
            if self._changes and len(block) > _MAX_SNAPSHOTS:
                message = f"more than {_MAX_SNAPSHOTS:,} different snapshots in one block; those up to here are undated"
                yield self._warning(line.start(), message, error=True)
                break
        yield from self._close()

    def text(self) -> bytes:
        """The block as it was written; empty if it had warnings or is too long to be held."""
        return b"" if self._start is None else self._window.text_since(self._start)

    def _next_line(self) -> re.Match[bytes] | None:
        """The next ticker line, readable or not; None where the block ends."""
        window = self._window
        while True:
            window.pos = after_blanks(window.data, window.pos)
            if len(window.data) - window.pos >= LONGEST_LINE or not window.fill_line():
                return TICKER_LINE.match(window.data, window.pos)

    def _add(self, line: re.Match[bytes]) -> ParseWarning | None:
        """Adds a readable line to the block."""
        block, pos = self._block, line.start()
        quote = self._quotes.quote_of(line)
        if quote.change is None and block.has_changes and line["at_end"] is not None:
            return self._error(pos, _CUT_SHORT, line.end())
        if not quote.rate:
            return self._error(pos, "a ticker line with a rate of 0", line.end())
        quotes = block.quotes
        before = block.add(quote)
        warning = None
        if before is not None:
            self._start = self._cycle = None
            if self._bare_lines is None and not self._window.html:
                self._bare_lines = BareLines(self._window, block, min(quotes, key=ORDER.__getitem__))
            warning = self._change_warning(pos, quote, before)
        if self._bare_lines is not None:
            self._bare_lines.read(quote, self._window.offset + line.end())
        if quote.base == next(iter(block.quotes)):
            self._skip_repeats()
        if self._bare_lines is not None:
            self._bare_lines.moved(self._window.pos - line.end())
            self._bare_lines.skip(self._changes)
        return warning

    def _change_warning(self, pos: int, quote: Quote, before: Quote) -> ParseWarning | None:
        """The warning that a pair comes back with another rate, once for each two rates."""
        old, new = f"{before.rate:f}", f"{quote.rate:f}"
        if (change := (quote.base, old, new)) in self._changes:
            return None
        if len(self._changes) >= _MAX_CHANGES:
            self._changes.clear()
        self._changes.add(change)
        message = f"{quote.base}/USD repeats with a different rate ({new} after {old}): starting a new snapshot"
        return self._warning(pos, message, error=False)

    def _skip_repeats(self) -> None:
        """Where the lines since the first pair came last follow again and again, counts them unread."""
        window, block, last = self._window, self._block, self._cycle
        cycle = window.text_since(last.offset) if last is not None else b""
        if last is not None and 0 < len(cycle) <= LONGEST_LINE and window.data.startswith(cycle, window.pos):
            lines, skipped = block.lines - last.lines, block.skipped - last.skipped
            for times in (256, 1):
                # The last repeat is read like any other line: it ends as it should only if another follows.
                run = cycle * (times + 1)
                while window.data.startswith(run, window.pos):
                    window.pos += len(cycle) * times
                    block.lines += lines * times
                    block.skipped += skipped * times
        self._cycle = _CycleStart(window.offset + window.pos, block.lines, block.skipped)

    # -- lines that can't be read -----------------------------------------------------------

    def _bad_end(self, line: re.Match[bytes]) -> int | None:
        """Where the unreadable rate of a line without a change ends; None if the line can be read."""
        data = self._window.data
        if line["rate"] is not None:
            if not self._window.html:
                return None
            # In HTML a number in an element after the rate may be its last digits.
            number = NUMBER_AFTER_RATE.match(data, line.end())
            if number is None or date_below(data, after_blanks(data, line.end())) is not None:
                return None
            return number.end()
        value = line.end()
        end = LINE_END.search(data, data.index(b"=", line.end("quote")), value)
        if end and (value == len(data) or TICKER_LINE.match(data, value) or DATE.match(data, value)):
            return end.start()  # in HTML there may be nothing at all before the next line
        return value

    def _skip_bad_line(self, line: re.Match[bytes], bad_end: int) -> Iterator[ParseWarning]:
        """To the end of a line that can't be read, with an error if it is one of the five."""
        window, pos = self._window, line.start()
        if _is_wanted(line):
            cut = len(window.data) - pos < LONGEST_LINE and not LINE_END.search(window.data, bad_end)
            yield self._error(pos, _CUT_SHORT if cut else _UNREADABLE, bad_end)
        else:
            self._block.skipped += 1
        window.pos = bad_end
        while (end := LINE_END.search(window.data, window.pos)) is None:
            window.pos = len(window.data)
            if not window.fill():
                return
        window.pos = end.start()
        if window.html:
            self._skip_rest_of_rate()

    def _skip_rest_of_rate(self) -> None:
        """In HTML, past the elements that may belong to a rate that can't be read: numbers, and its change."""
        window = self._window
        while self._next_line() is None:
            found = NUMBER_OR_CHANGE.match(window.data, window.pos)
            if found is None or (found["percent"] is None and date_below(window.data, window.pos) is not None):
                return
            window.pos = found.end()
            if found["percent"] is not None:
                return

    # -- the end of the block ---------------------------------------------------------------

    def _close(self) -> Iterator[Block | ParseWarning]:
        """The block, with the date below it."""
        window = self._window
        date = date_below(window.data, window.pos)
        unreadable = date is not None and date.day is None
        if date is not None:
            if unreadable:
                excerpt = self._excerpt(window.pos, date.end)
                message = f"can't read the date '{excerpt}': the block above it is undated"
                yield self._warning(window.pos, message, error=False)
            window.pos = date.end
        elif is_cut_short(window.data, window.pos):
            yield self._error(window.pos, _CUT_SHORT, window.pos)
        yield self._block.close(date.day if date is not None else None, unreadable_date=unreadable)

    # -- warnings ---------------------------------------------------------------------------

    def _warning(self, pos: int, message: str, *, error: bool) -> ParseWarning:
        """What has a warning is read again wherever it repeats, so that each has its own."""
        self._start = self._cycle = None
        return ParseWarning(*self._window.place(pos), message, error=error)

    def _error(self, pos: int, what: str, past: int) -> ParseWarning:
        """For a line at `pos` that is skipped; the excerpt goes to the end of the line of `past`."""
        return self._warning(pos, f"skipped {what}: '{self._excerpt(pos, past)}'", error=True)

    def _excerpt(self, start: int, past: int) -> str:
        """From `start` to the end of the line of `past`."""
        data = self._window.data
        end = LINE_END.search(data, past, start + LONGEST_LINE)
        raw = HTML_GAP.sub(b" ", data[start : end.start() if end else start + LONGEST_LINE])
        return plain(raw.decode("utf-8", "replace").strip(), 60)


class _CycleStart:
    """The end of the last line of a block's first pair: its offset in the text, and what was counted up to there."""

    __slots__ = ("lines", "offset", "skipped")

    def __init__(self, offset: int, lines: int, skipped: int) -> None:
        self.offset = offset
        self.lines = lines
        self.skipped = skipped


def _is_wanted(line: re.Match[bytes]) -> bool:
    """Whether a line is of one of the five against USD."""
    return line["quote"] == b"USD" and line["base"] in _BASES
