"""Splits a text into prose and ticker blocks, so that amounts are searched only in prose.

Memory does not grow with the text, and the result does not depend on where its chunks are cut.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ctick.ticker.block_reader import QuoteCache
from ctick.ticker.blocks import Block
from ctick.ticker.patterns import LINE_HEAD, LONGEST_LINE, html_line_start
from ctick.ticker.scanner import first_block
from ctick.ticker.window import KEEP

_LONGEST_BLOCK = 1 << 16
"""Bytes that are read as one block; what is longer becomes several. Those of real pages have 1,300."""

_LINE_ENDS = b"\n\x0b\x1f"
_HEAD_BYTES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ/*- \t\r\x0b\x1f" + bytes(range(0x80, 0xF0))
"""All bytes that the beginning of a ticker line may have before its "=", and some more."""


class Ticker(NamedTuple):
    """A ticker block, and its bytes with those of the date below it."""

    data: bytes
    block: Block


def split(chunks: Iterable[bytes]) -> Iterator[bytes | Ticker]:
    """The prose of a visible text in pieces of any size, and between them its ticker blocks."""
    splitter = _Splitter()
    for chunk in chunks:
        yield from splitter.feed(chunk)
    yield from splitter.feed(b"", final=True)


class _Splitter:
    def __init__(self) -> None:
        self._held = b""
        self._is_line_start = True  # whether `_held` begins where a line does
        self._enough = 2 * LONGEST_LINE  # bytes to wait for before a block is read
        self._quotes = QuoteCache()

    def feed(self, chunk: bytes, *, final: bool = False) -> Iterator[bytes | Ticker]:
        held = self._held + chunk
        text = _with_line_feeds(held)
        pos = done = 0  # up to where the text was read, and yielded
        while pos < len(text):
            start, equals = self._next_head(text, pos)
            if start < 0:
                start = len(text) if final else self._without_partial_head(text, pos)
            pos = start
            if equals < 0 or (len(text) - pos < self._enough and not final):
                break
            end, block = self._read_block(text, pos)
            if end + LONGEST_LINE > len(text) and self._enough < _LONGEST_BLOCK and not final:
                self._enough *= 2
                break
            self._enough = 2 * LONGEST_LINE
            if not (block.lines or block.skipped):  # "KGS/USD = the pair to watch"
                pos = max(end, equals + 1)  # none of the lines after it can be read either
                continue
            if done < start:
                yield held[done:start]
            yield Ticker(held[start:end], block)
            pos = done = end
        if done < pos:
            yield held[done:pos]
        if pos:
            self._is_line_start = text[pos - 1] in _LINE_ENDS
        self._held = held[pos:]

    def _read_block(self, text: bytes, pos: int) -> tuple[int, Block]:
        text = text[pos : pos + _LONGEST_BLOCK + 1]
        if len(text) > _LONGEST_BLOCK:
            ends = [text.rfind(bytes([mark]), 0, _LONGEST_BLOCK) for mark in _LINE_ENDS]
            text = text[: max(ends) + 1 or _LONGEST_BLOCK]
        block, size = first_block(text, self._quotes)
        return pos + size, block

    def _next_head(self, text: bytes, pos: int) -> tuple[int, int]:
        """Where the next ticker line begins, and its "="; -1 for both if there is none."""
        equals = text.find(b"=", pos)
        while equals >= 0:
            low = max(equals - KEEP, 0)
            slash = text.rfind(b"/", max(low, pos), equals)
            if slash < 0:  # the next one that can belong to a pair is after a slash
                slash = text.find(b"/", equals)
                equals = text.find(b"=", slash) if slash >= 0 else -1
                continue
            start = html_line_start(text, low, slash)
            is_line_start = start > 0 or (self._is_line_start and not low)
            if is_line_start and start >= pos and LINE_HEAD.match(text, start, equals + 1):
                return start, equals
            equals = text.find(b"=", equals + 1)
        return -1, -1

    def _without_partial_head(self, text: bytes, pos: int) -> int:
        """Where the text ends without a last line that may be the beginning of a ticker line."""
        place = max(len(text.rstrip(_HEAD_BYTES)), len(text) - KEEP, pos)
        while place < len(text):
            if text[place - 1] in _LINE_ENDS if place else self._is_line_start:
                return place
            place += 1
        return place


def _with_line_feeds(text: bytes) -> bytes:
    """CRLF and CR as blanks and line feeds, with the same length: the scanner knows no CR."""
    if b"\r" not in text:
        return text
    return text.replace(b"\r\n", b" \n").replace(b"\r\x0b", b" \x0b").replace(b"\r", b"\n")
