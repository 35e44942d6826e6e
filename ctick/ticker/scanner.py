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
from ctick.ticker.patterns import LINE_HEAD, LONGEST_LINE, html_line_start
from ctick.ticker.window import KEEP, Window

_MAX_BLOCKS = 2048  # that are cached
_MAX_BLOCK = 4096  # bytes of a block that is cached; those of real pages have 1,300
_KEY = 80  # bytes that a cached block is looked up by


def read(chunks: Iterable[bytes], *, unlimited: bool = False) -> Iterator[Block | ParseWarning]:
    """The blocks of an input in its order, with warnings where something could not be read.

    `chunks` is the input as it comes: text or HTML, packed or not, cut anywhere. Raises InputError
    where the rest of the input can't be read (see `decoding.plain_text`), after all blocks before that.
    """
    errors: list[InputError] = []
    yield from _Scanner(Window(_until_error(plain_text(chunks, unlimited=unlimited), errors))).blocks()
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

    def __init__(self, window: Window) -> None:
        self._window = window
        self._quotes = QuoteCache()
        self._cache: dict[bytes, tuple[bytes, Block]] = {}  # beginning of a block -> its text, and the block

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
            cached = cache.get(data[start : start + _KEY]) if start >= window.pos else None
            if cached is not None and data.startswith(cached[0], start):
                window.pos = start + len(cached[0])
                yield cached[1]
            elif (start or not window.offset) and LINE_HEAD.match(data, start, equals + 1):
                window.pos = start
                yield from self._read_block()
            else:
                window.pos = equals + 1

    def _read_block(self) -> Iterator[Block | ParseWarning]:
        """The block that begins at the window's `pos`, which is moved to its end."""
        reader = BlockReader(self._window, self._quotes)
        for item in reader.read():
            if isinstance(item, Block) and item.as_of is not None:
                text = reader.text()
                if _KEY < len(text) <= _MAX_BLOCK:
                    if len(self._cache) > _MAX_BLOCKS:
                        self._cache.clear()
                    self._cache[text[:_KEY]] = text, item
            yield item
