"""Ticker text -> blocks of snapshots. The reader that ctick exists for.

    • KGS/USD = 0.01144 0%
      • KZT/USD = 0.00194 -0%
      ...                          (five lines, 8 to 10 times over)
    16 December 2025

The input streams: it is scanned in chunks, prose is never walked line by line, a block that came
before is recognized whole, and memory does not grow with the input. Where chunks are cut makes no
difference.
"""

import re
from collections.abc import Iterable, Iterator

from ctick.blocks import Block, Growing, Remark
from ctick.currencies import FIVE
from ctick.errors import InputError, plain
from ctick.model import Quote
from ctick.pages import plain_text
from ctick.tickerlines import (
    BETWEEN,
    CUT_LINE,
    DATE,
    HEAD,
    HEAD_IN_HTML,
    LINE_END,
    LINE_ENDS,
    UNIT,
    day_of,
    quote_of,
)

_REACH = 4096  # no ticker line, and no date, is longer
_KEEP = 1024  # how far back from its "=" a line may begin
_MOST_KNOWN = 4096  # blocks, and lines, that are remembered
_MEMO = 80  # bytes by which a block that came before is looked up
_MOST_SNAPSHOTS = 10_000  # different ones in one block; no page has more than a few


def read(chunks: Iterable[bytes], *, unlimited: bool = False) -> Iterator[Block | Remark]:
    """The blocks of an input in its order, with remarks where something could not be read.

    `chunks` is the input as it comes: text or HTML, packed or not, cut anywhere. Raises InputError
    where it ends or breaks in a way that hides what may follow (see `pages.plain_text`); all
    blocks before that have been yielded by then.
    """
    scanner = _Scanner()
    trouble = None
    try:
        for chunk in plain_text(chunks, unlimited=unlimited):
            yield from scanner.feed(chunk)
    except InputError as error:
        trouble = error
    scanner.final = True
    yield from scanner.feed(b"")
    if trouble is not None:
        raise trouble


class _Scanner:
    def __init__(self) -> None:
        self.data = b""
        self.pos = 0
        self.whole = True  # nothing of the input has been dropped yet
        self.soft = False  # the buffer holds line ends of HTML
        self.final = False
        self.block: Growing | None = None
        self.start = -1  # of the block's text; negative where a part is gone or was remarked on
        self.cycle = -1  # the end of the last line of the block's first pair
        self.skipping = False  # the rest of a line that can't be read
        self.line = 1  # of `self.line_pos`
        self.line_pos = 0
        self.known: dict[bytes, tuple[bytes, Block]] = {}
        self.values: dict[bytes, Quote] = {}
        self.remarks: list[Remark] = []

    # -- the buffer -------------------------------------------------------------------------

    def feed(self, chunk: bytes) -> Iterator[Block | Remark]:
        self._drop()
        self.data += chunk
        self.soft = self.soft or b"\x0b" in chunk or b"\x1f" in chunk
        while True:
            found = self._find_block() if self.block is None else self._read_block(self.block)
            yield from self.remarks
            self.remarks.clear()
            if isinstance(found, Block):
                yield found
            elif not found:
                return

    def _drop(self) -> None:
        """Forgets the part of the buffer that no line can reach back to any more."""
        keep = max(self.pos - _KEEP, 0)
        if keep:
            self._line_at(keep)
            self.line_pos = 0
            self.data = self.data[keep:]
            self.pos -= keep
            self.whole = False
            if self.block is not None:
                self.start -= keep
                self.cycle -= keep

    def _line_at(self, pos: int) -> int:
        low, high = sorted((pos, self.line_pos))
        lines = self.data.count(b"\n", low, high)
        if self.soft:
            lines += self.data.count(b"\x0b", low, high)
        if pos < self.line_pos:
            return self.line - lines
        self.line += lines
        self.line_pos = pos
        return self.line

    def _remark(self, pos: int, message: str, *, error: bool) -> None:
        start = max(self.data.rfind(b"\n", 0, pos), self.data.rfind(b"\x0b", 0, pos)) + 1
        column = len(self.data[start:pos].decode("utf-8", "replace").lstrip("\ufeff")) + 1
        self.remarks.append(Remark(self._line_at(pos), column, message, error=error))

    def _excerpt(self, start: int) -> str:
        end = LINE_END.search(self.data, start, start + _REACH)
        text = self.data[start : end.start() if end else start + _REACH].decode("utf-8", "replace")
        return plain(text.strip(), 60)

    # -- between blocks ---------------------------------------------------------------------

    def _find_block(self) -> bool | Block:
        """To the first line of the next block; False where there is none in the buffer."""
        data = self.data
        while True:
            equals = data.find(b"=", self.pos)
            if equals < 0:
                self.pos = max(self.pos, len(data) - (0 if self.final else 1))
                return False
            low = max(equals - _KEEP, 0)
            if data.rfind(b"/", low, equals) < 0:
                self.pos = equals + 1
                continue
            if not self.final and len(data) - equals < _REACH:
                self.pos = equals
                return False
            start = data.rfind(b"\n", low, equals) + 1
            head = HEAD.match(data, start, equals + 1) if start or self.whole else None
            if head is None and self.soft:
                head = HEAD_IN_HTML.search(data, low, equals + 1)
            if head is None:
                self.pos = equals + 1
                continue
            between = BETWEEN.match(data, head.start())
            start = between.end() if between else head.start()
            memo = self.known.get(data[start : start + _MEMO])
            if memo is not None and data.startswith(memo[0], start):
                self.pos = start + len(memo[0])
                return memo[1]
            self.pos = start
            self.block = Growing()
            self.start = start
            self.cycle = -1
            return True

    # -- inside a block ---------------------------------------------------------------------

    def _read_block(self, block: Growing) -> bool | Block:
        """On from where we are to the end of the block; False where more must be read for it."""
        data = self.data
        while True:
            if self.skipping:
                end = LINE_END.search(data, self.pos)
                if end is None:
                    self.pos = len(data)
                    if not self.final:
                        return False
                else:
                    self.pos = end.start()
                self.skipping = False
            between = BETWEEN.match(data, self.pos)
            pos = between.end() if between else self.pos
            if not self.final and len(data) - pos < _REACH:
                self.pos = pos
                return False
            unit = UNIT.match(data, pos)
            if unit is None:
                return self._close(block, pos)
            if unit[3] is None:
                self._unreadable(block, unit, pos)
                continue
            self.pos = unit.end()
            if _ours(unit):
                self._unit(block, unit, pos)
            else:
                block.skipped += 1
            if len(block) > _MOST_SNAPSHOTS:
                self._remark(
                    pos,
                    f"more than {_MOST_SNAPSHOTS:,} different snapshots in one block, and no ticker has as many:"
                    " those up to here have no date",
                    error=True,
                )
                return self._close(block, self.pos)

    def _unit(self, block: Growing, unit: re.Match[bytes], pos: int) -> None:
        """Takes one readable line of the five into the block."""
        text = unit[0]
        quote = self.values.get(text)
        if quote is None:
            quote = quote_of(unit)
            if len(self.values) > _MOST_KNOWN:
                self.values.clear()
            if unit[6] is None:
                self.values[text] = quote
        if not quote.rate:
            self._report(pos, f"{quote.base}/USD = {quote.rate}: a rate must be above 0")
            return
        if unit[6] is not None and block.percents and quote.change is None:
            self._report(pos, "the input ends in the middle of this ticker line")
            return
        before = block.add(quote)
        if before is not None:
            self.start = -1
            self._remark(
                pos,
                f"{quote.base}/USD comes again with another rate, {quote.rate:f} after {before.rate:f}:"
                " a new snapshot starts here",
                error=False,
            )
        if quote.base == next(iter(block.quotes)):
            self._skip_repeats(block)

    def _skip_repeats(self, block: Growing) -> None:
        """Where the lines since the first pair came last follow again and again, passes over them."""
        start, self.cycle = self.cycle, self.pos
        lines = len(block.quotes)
        cycle = self.data[start : self.pos] if start >= 0 else b""
        if block.skipped or cycle.count(b"=") != lines or len(cycle) > _REACH:
            return
        for times in (256, 1):
            run = cycle * times
            while self.data.startswith(run, self.pos) and len(self.data) - self.pos - len(run) >= _REACH:
                self.pos += len(run)
                block.lines += lines * times
        self.cycle = self.pos

    def _unreadable(self, block: Growing, unit: re.Match[bytes], pos: int) -> None:
        if _ours(unit):
            rest = LINE_END.search(self.data, pos)
            cut = rest is None and self.final and len(self.data) - pos < _REACH
            why = "the input ends in the middle of this ticker line" if cut else "this ticker line can't be read"
            self._report(pos, why)
        else:
            block.skipped += 1
        self.pos = unit.end()
        self.skipping = True

    def _report(self, pos: int, message: str) -> None:
        self.start = -1
        self._remark(pos, f"{message}: '{self._excerpt(pos)}'; it is left out", error=True)

    def _close(self, block: Growing, pos: int) -> Block:
        """Ends the block at the first line that is none of its own; a date there is its date."""
        as_of = None
        date = DATE.match(self.data, pos)
        if date:
            as_of = day_of(date)
            if as_of is None:
                self.start = -1
                self._remark(
                    pos,
                    f"'{self._excerpt(pos)}' is no day of the calendar: the block above it has no date",
                    error=False,
                )
            pos = date.end()
        elif self.final and pos < len(self.data) and CUT_LINE.match(self.data, pos):
            self._report(pos, "the input ends in the middle of this ticker line")
        closed = block.close(as_of)
        if as_of and self.start >= 0:
            raw = self.data[self.start : pos]
            if raw[-1] in LINE_ENDS and len(raw) > _MEMO:
                if len(self.known) > _MOST_KNOWN:
                    self.known.clear()
                self.known[raw[:_MEMO]] = (raw, closed)
        self.pos = pos
        self.block = None
        return closed


def _ours(unit: re.Match[bytes]) -> bool:
    return unit[2] == b"USD" and unit[1].decode() in FIVE
