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

from ctick.currencies import FIVE
from ctick.errors import InputError
from ctick.model import Quote
from ctick.text import plain
from ctick.ticker.blocks import Block, BlockBuilder, ParseWarning
from ctick.ticker.decoding import Window, plain_text
from ctick.ticker.patterns import (
    DATE,
    FIGURE,
    HEAD,
    LINE_END,
    LONGEST,
    REST,
    SOFT_GAP,
    UNIT,
    after_blanks,
    date_below,
    is_cut_short,
    line_start,
    quote_of,
)

_REACH = LONGEST  # how far ahead must be known to tell what stands here
_KEEP = LONGEST // 2  # how far back from its "=" a line may begin
_MOST_KNOWN = 2048  # blocks, and lines, that are remembered
_LONGEST_KNOWN = 4096  # bytes of a block that is; a page's has 1,300
_MEMO = 80  # bytes by which a block that came before is looked up
_MOST_SNAPSHOTS = 10_000  # different ones in one block; no page has more than a few
_CUT = "the input ends in the middle of this ticker line"


def read(chunks: Iterable[bytes], *, unlimited: bool = False) -> Iterator[Block | ParseWarning]:
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


class _Scanner(Window):
    def __init__(self) -> None:
        super().__init__(_KEEP)
        self.final = False
        self.block: BlockBuilder | None = None
        self.start = -1  # of the block's text; negative where a part is gone or was remarked on
        self.cycle = -1  # the end of the last line of the block's first pair; negative where a part is gone
        self.counts = (0, 0)  # of the block's lines and skipped ones up to there
        self.skipping = False  # the rest of a line that can't be read
        self.left_out = False  # such a line came last
        self.known: dict[bytes, tuple[bytes, Block]] = {}
        self.values: dict[bytes, Quote] = {}
        self.remarks: list[ParseWarning] = []

    def feed(self, chunk: bytes) -> Iterator[Block | ParseWarning]:
        dropped = self.slide(chunk)
        self.start -= dropped
        self.cycle -= dropped
        while True:
            found = self._find_block() if self.block is None else self._read_block(self.block)
            yield from self.remarks
            self.remarks.clear()
            if isinstance(found, Block):
                yield found
            elif not found:
                return

    def _remark(self, pos: int, message: str, *, error: bool) -> None:
        self.remarks.append(ParseWarning(self.line_of(pos), self.column_of(pos), message, error=error))

    def _report(self, pos: int, message: str, past: int) -> None:
        self.start = self.cycle = -1
        self._remark(pos, f"{message}: '{self._excerpt(pos, past)}'; it is left out", error=True)

    def _excerpt(self, start: int, past: int) -> str:
        """From `start` to the end of the line of `past`."""
        end = LINE_END.search(self.data, past, start + _REACH)
        raw = SOFT_GAP.sub(b" ", self.data[start : end.start() if end else start + _REACH])
        return plain(raw.decode("utf-8", "replace").strip(), 60)

    # -- between blocks ---------------------------------------------------------------------

    def _find_block(self) -> bool | Block:
        """To the first line of the next block; False where there is none in the buffer."""
        data = self.data
        while True:
            equals = data.find(b"=", self.pos)
            if equals < 0:
                self.pos = len(data)
                return False
            low = max(equals - _KEEP, 0)
            slash = data.rfind(b"/", low, equals)
            if slash < 0:
                slash = data.find(b"/", equals)
                self.pos = slash if slash >= 0 else len(data)
                continue
            if not self.final and len(data) - equals < _REACH:
                self.pos = equals
                return False
            start = line_start(data, low, slash) if self.soft else data.rfind(b"\n", low, slash) + 1
            if start >= self.pos and (known := self._known_at(start)):
                return known
            head = HEAD.match(data, start, equals + 1) if start > 0 or (self.whole and start == 0) else None
            if head is None:
                self.pos = equals + 1
                continue
            start = after_blanks(data, head.start())
            if known := self._known_at(start):
                return known
            self.pos = start
            self.block = BlockBuilder()
            self.start = start
            self.cycle = -1
            return True

    def _known_at(self, start: int) -> Block | None:
        """The block that stands at `start`, if its text has come before to the letter."""
        memo = self.known.get(self.data[start : start + _MEMO])
        if memo is None or not self.data.startswith(memo[0], start):
            return None
        self.pos = start + len(memo[0])
        return memo[1]

    # -- inside a block ---------------------------------------------------------------------

    def _read_block(self, block: BlockBuilder) -> bool | Block:
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
                self.left_out = True
            pos = after_blanks(data, self.pos)
            if not self.final and len(data) - pos < _REACH:
                self.pos = pos
                return False
            unit = UNIT.match(data, pos)
            if unit is None:
                rest = self._rest_of_line(pos) if self.left_out and self.soft else -1
                if rest < 0:
                    self.left_out = False
                    return self._close(block, pos)
                self.pos = rest
                continue
            self.left_out = False
            if unit[3] is None:
                self._unreadable(block, unit, pos)
                continue
            if self.soft and unit[5] is None and (figure := self._figure_behind(unit.end())):
                self._leave_out(block, unit, pos, figure)
                continue
            self.pos = unit.end()
            block.percents = block.percents or unit[5] is not None
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

    def _unit(self, block: BlockBuilder, unit: re.Match[bytes], pos: int) -> None:
        """Takes one readable line of the five into the block."""
        text = unit[0]
        quote = self.values.get(text)
        if quote is None:
            quote = quote_of(unit)
            if len(self.values) > _MOST_KNOWN:
                self.values.clear()
            if unit[6] is None:
                self.values[text] = quote
        if unit[6] is not None and block.percents and quote.change is None:
            self._report(pos, _CUT, unit.end())
            return
        if not quote.rate:
            self._report(pos, f"{quote.base}/USD = {quote.rate:f}: a rate must be above 0", unit.end())
            return
        before = block.add(quote)
        if before is not None:
            self.start = self.cycle = -1
            self._remark(
                pos,
                f"{quote.base}/USD comes again with another rate, {quote.rate:f} after {before.rate:f}:"
                " a new snapshot starts here",
                error=False,
            )
        if quote.base == next(iter(block.quotes)):
            self._skip_repeats(block)

    def _skip_repeats(self, block: BlockBuilder) -> None:
        """Where the lines since the first pair came last follow again and again, passes over them."""
        start, self.cycle = self.cycle, self.pos
        lines, skipped = block.lines - self.counts[0], block.skipped - self.counts[1]
        cycle = self.data[start : self.pos] if start >= 0 else b""
        if cycle and len(cycle) <= _REACH and self.data.startswith(cycle, self.pos):
            for times in (256, 1):
                # The last repeat is read like any other line: it ends as it should only if another follows.
                run = cycle * (times + 1)
                while self.data.startswith(run, self.pos):
                    self.pos += len(cycle) * times
                    block.lines += lines * times
                    block.skipped += skipped * times
            self.cycle = self.pos
        self.counts = (block.lines, block.skipped)

    def _unreadable(self, block: BlockBuilder, unit: re.Match[bytes], pos: int) -> None:
        """Passes over a line without a rate, and reports it if it is one of the five."""
        equals = self.data.index(b"=", unit.end(2))
        value = unit.end()
        end = LINE_END.search(self.data, equals, value)
        if end and (value == len(self.data) or UNIT.match(self.data, value) or DATE.match(self.data, value)):
            value = end.start()  # in HTML there may be nothing at all before the next line
        self._leave_out(block, unit, pos, value)

    def _leave_out(self, block: BlockBuilder, unit: re.Match[bytes], pos: int, past: int) -> None:
        """Reports a line of the five that can't be read up to `past`, and passes over it."""
        if _ours(unit):
            cut = self.final and len(self.data) - pos < _REACH and not LINE_END.search(self.data, past)
            self._report(pos, _CUT if cut else "this ticker line can't be read", past)
        else:
            block.skipped += 1
        self.pos = past
        self.skipping = True

    def _figure_behind(self, end: int) -> int:
        """The end of a number in HTML that stands behind a rate and may be its last digits; 0 for none."""
        figure = FIGURE.match(self.data, end)
        if figure is None or date_below(self.data, after_blanks(self.data, end)):
            return 0
        return figure.end()

    def _rest_of_line(self, pos: int) -> int:
        """In HTML, the end of what may belong to a rate that can't be read: numbers, and its change; -1 for none."""
        rest = REST.match(self.data, pos)
        if rest is None or not (rest[1] or date_below(self.data, pos) is None):
            return -1
        self.left_out = rest[1] is None
        return rest.end()

    def _close(self, block: BlockBuilder, pos: int) -> Block:
        """Ends the block at the first line that is none of its own; a date there is its date."""
        found = date_below(self.data, pos)
        if found:
            if found.day is None:
                message = f"can't read the date '{self._excerpt(pos, found.end)}': the block above it has none"
                self._remark(pos, message, error=False)
            pos = found.end
        elif self.final and is_cut_short(self.data, pos):
            self._report(pos, _CUT, pos)
        as_of = found.day if found else None
        closed = block.close(as_of, date_unread=found is not None and as_of is None)
        if as_of and self.start >= 0:
            raw = self.data[self.start : pos]
            if _MEMO < len(raw) <= _LONGEST_KNOWN:
                if len(self.known) > _MOST_KNOWN:
                    self.known.clear()
                self.known[raw[:_MEMO]] = (raw, closed)
        self.pos = pos
        self.block = None
        return closed


def _ours(unit: re.Match[bytes]) -> bool:
    return unit[2] == b"USD" and unit[1].decode() in FIVE
