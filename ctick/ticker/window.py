"""The part of a text that is held in memory while it is scanned, and line numbers in it."""

from collections.abc import Iterable

from ctick.ticker.patterns import LONGEST_LINE

KEEP = LONGEST_LINE // 2
"""Bytes before `pos` that are kept: how far before its "=" a line may begin."""

_CONTINUATION = bytes(range(0x80, 0xC0))  # bytes of UTF-8 that begin no character


class Window:
    """A piece of a longer text that moves forward with `pos`, the place in `data` that is scanned next."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.data = b""
        self.pos = 0
        self.offset = 0  # of `data` in the text
        self.html = False  # whether the text has line ends of HTML
        self._chunks = iter(chunks)
        self._lines = _LineCounter()

    def fill(self) -> bool:
        """Reads the next chunk and drops what is far behind `pos`; False at the end of the text."""
        chunk = next(self._chunks, None)
        if chunk is None:
            return False
        drop = max(self.pos - KEEP, 0)
        if drop:
            self._lines.drop(self.data, drop, html=self.html)
            self.pos -= drop
            self.offset += drop
        self.data = self.data[drop:] + chunk
        self.html = self.html or b"\x0b" in chunk or b"\x1f" in chunk
        return True

    def fill_line(self) -> bool:
        """Reads until the line at `pos` is complete, whatever it is; False if nothing was left to read."""
        filled = False
        while len(self.data) - self.pos < LONGEST_LINE and self.fill():
            filled = True
        return filled

    def text_since(self, offset: int) -> bytes:
        """From an offset in the text to `pos`; empty if it is no longer held."""
        start = offset - self.offset
        return self.data[start : self.pos] if start >= 0 else b""

    def place(self, pos: int) -> tuple[int, int]:
        """Line and column of a place in `data`, both from 1: the line in the source, the column in characters.

        In HTML the column is that in the text of the line, without its tags.
        """
        return self._lines.line(self.data, pos, html=self.html), self._lines.column(self.data, pos, html=self.html)


class _LineCounter:
    """Counts lines from the place that was asked for last, so that the text is counted once."""

    def __init__(self) -> None:
        self._line = 1  # the line of `_pos`
        self._pos = 0
        self._dropped = 0  # characters of the first line that have been dropped

    def drop(self, data: bytes, size: int, *, html: bool) -> None:
        """The first `size` bytes of `data` are about to go."""
        column = self.column(data, size, html=html)
        self._line = self.line(data, size, html=html)
        self._pos = 0
        self._dropped = column - 1

    def line(self, data: bytes, pos: int, *, html: bool) -> int:
        low, high = sorted((pos, self._pos))
        lines = data.count(b"\n", low, high)
        if html:
            lines += data.count(b"\x0b", low, high)
        self._line += lines if pos >= self._pos else -lines
        self._pos = pos
        return self._line

    def column(self, data: bytes, pos: int, *, html: bool) -> int:
        start = data.rfind(b"\n", 0, pos) + 1
        if html:
            start = max(start, data.rfind(b"\x0b", start, pos) + 1)
            start = max(start, data.rfind(b"\x1f", start, pos) + 1)
        line = data[start:pos].removeprefix(b"\xef\xbb\xbf")
        return (0 if start else self._dropped) + len(line.translate(None, _CONTINUATION)) + 1
