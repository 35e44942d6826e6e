"""Ticker text -> blocks of snapshots. The reader that ctick exists for.

    • KGS/USD = 0.01144 0%
      • KZT/USD = 0.00194 -0%
      ...                          (five lines, 8 to 10 times over)
    16 December 2025

The input streams: prose is searched for "=", not split into lines; a block that has the same text
as an earlier one is not read again; and memory does not grow with the input. The result does not
depend on where the chunks are cut.
"""

from collections.abc import Iterable, Iterator

from ctick.errors import InputError
from ctick.ticker.block_reader import BlockReader, QuoteCache
from ctick.ticker.blocks import Block, ParseWarning
from ctick.ticker.decoding import plain_text
from ctick.ticker.html_skip import KnownMarkup
from ctick.ticker.patterns import LINE_HEAD, LONGEST_LINE, html_line_start
from ctick.ticker.window import KEEP, Window

_LINE_ENDS = (b"\n", b"\x0b", b"\x1f")
_MAX_BLOCK = 4096  # bytes of a block that is cached; those of real pages have 1,300


class Known:
    """What was read before is recognized by its text, in one text or in several that are read one after the other."""

    def __init__(self) -> None:
        self.quotes = QuoteCache()
        self.blocks = _BlockCache()
        self.markup = KnownMarkup()


def read(
    chunks: Iterable[bytes], known: Known | None = None, *, unlimited: bool = False
) -> Iterator[Block | ParseWarning]:
    """The blocks of a text in its order, with warnings where something could not be read.

    `chunks` is the text as it comes: plain or HTML, packed or not, cut anywhere. Raises InputError
    where the rest of the text can't be read (see `decoding.plain_text`), after all blocks before that.
    """
    known = known or Known()
    errors: list[InputError] = []
    text = plain_text(chunks, known.markup, unlimited=unlimited)
    yield from _Scanner(Window(_until_error(text, errors)), known).blocks()
    if errors:
        raise errors[0]


def first_block(text: bytes, quotes: QuoteCache) -> tuple[Block, int]:
    """The block that a text begins with, and where it ends; its `lines` and `skipped` are 0 if it has no ticker line.

    The text has line ends as `plain_text` yields them, and reaches at least `LONGEST_LINE` bytes past the block.
    """
    window = Window([text])
    window.fill()
    for item in BlockReader(window, quotes).read():
        if isinstance(item, Block):
            return item, window.pos
    raise AssertionError("a block reader always yields a block")


def _until_error(chunks: Iterable[bytes], errors: list[InputError]) -> Iterator[bytes]:
    try:
        yield from chunks
    except InputError as error:
        errors.append(error)


class _Scanner:
    """Finds the blocks of a text."""

    def __init__(self, window: Window, known: Known) -> None:
        self._window = window
        self._quotes = known.quotes
        self._cache = known.blocks

    def blocks(self) -> Iterator[Block | ParseWarning]:
        window, cache = self._window, self._cache
        while True:
            data = window.data
            equals = data.find(b"=", window.pos)
            if equals < 0 or len(data) - equals < LONGEST_LINE:
                window.pos = max(window.pos, equals - KEEP) if equals >= 0 else len(data)
                del data  # so that its memory is used again
                if window.fill():
                    continue
                if equals < 0:
                    return
                data = window.data
            low = max(equals - KEEP, 0)
            slash = data.rfind(b"/", low, equals)
            if slash < 0:
                slash = data.find(b"/", equals)
                window.pos = slash if slash >= 0 else len(data)
                continue
            start = html_line_start(data, low, slash) if window.html else data.rfind(b"\n", low, slash) + 1
            block, end = cache.find(data, start, slash, equals) if start >= window.pos else (None, 0)
            if block is not None:
                window.pos = end
                yield block
            elif (start or not window.offset) and LINE_HEAD.match(data, start, equals + 1):
                window.pos = start
                yield from self._read_block(cache.key(data, start, slash, equals))
            else:
                window.pos = equals + 1

    def _read_block(self, key: bytes) -> Iterator[Block | ParseWarning]:
        """The block that begins at the window's `pos`, which is moved to its end; `key` is for the cache."""
        reader = BlockReader(self._window, self._quotes)
        for item in reader.read():
            if isinstance(item, Block) and item.as_of is not None:
                text = reader.text()
                if len(text) <= _MAX_BLOCK and text.endswith(_LINE_ENDS):  # the input's end is not that of another
                    self._cache.add(key, text, item)
            yield item


class _KnownBlock:
    """A block as it was written: its first lines, `cycle` any number of times, and its end with the date."""

    def __init__(self, text: bytes, start: int, block: Block) -> None:
        pair = text[start : text.find(b"=", start) + 1]
        size = text.find(pair, start + 1) - start
        self.cycle = text[start : start + size] if size > 0 and not block.skipped else b""
        self._four = self.cycle * 4
        count = 0
        while self.cycle and text.startswith(self.cycle, start):
            start += size
            count += 1
        self.end = text[start:]
        self._lines = block.lines - count * self.cycle.count(b"=")
        self._blocks = {count: block}

    def match(self, data: bytes, pos: int) -> tuple[Block | None, int]:
        """The block whose first lines end at `pos`, and where it ends; None if it is another."""
        cycle, count = self.cycle, 0
        if cycle:
            size = len(cycle)
            while data.startswith(self._four, pos):
                pos += 4 * size
                count += 4
            while data.startswith(cycle, pos):
                pos += size
                count += 1
            if not count:  # a pair may be in the cycle only
                return None, 0
        if not data.startswith(self.end, pos):
            return None, 0
        known = self._blocks.get(count)
        if known is None:
            first = next(iter(self._blocks.values()))
            known = Block(first.as_of, first.snapshots, self._lines + count * cycle.count(b"="), 0)
            self._blocks[count] = known
        return known, pos + len(self.end)


class _BlockCache:
    """Blocks that were read, by their text.

    They are looked up by the lines up to the first pair's second coming: days with the same rates differ below them.
    """

    _MOST = 4096  # blocks
    _MOST_ALIKE = 64  # blocks that begin with the same lines

    def __init__(self) -> None:
        self._blocks: dict[bytes, list[_KnownBlock]] = {}
        self._count = 0

    def key(self, data: bytes, start: int, slash: int, equals: int) -> bytes:
        """The first lines of the block that begins at `start`, with this slash and "="."""
        pair = data[max(slash - 3, start) : equals + 1]
        again = data.find(pair, equals, equals + 1024)
        return data[start : again if again >= 0 else equals + 1]

    def find(self, data: bytes, start: int, slash: int, equals: int) -> tuple[Block | None, int]:
        """The block that begins at `start`, and where it ends; None if it isn't cached."""
        key = self.key(data, start, slash, equals)
        for known in self._blocks.get(key, ()):
            block, end = known.match(data, start + len(key))
            if block is not None:
                return block, end
        return None, 0

    def add(self, key: bytes, text: bytes, block: Block) -> None:
        """Adds a block and its text, unless its key is longer: the first pair comes again only in a later block."""
        if not text.startswith(key):
            return
        if self._count >= self._MOST:
            self._blocks.clear()
            self._count = 0
        alike = self._blocks.setdefault(key, [])
        if len(alike) < self._MOST_ALIKE:
            alike.append(_KnownBlock(text, len(key), block))
            self._count += 1
