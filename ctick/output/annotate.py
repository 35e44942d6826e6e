"""Annotator. (STUB: the real one comes from branch `output`, same interface.)"""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Protocol

from ctick.output import terminal


class Piece(Protocol):
    """A piece of visible text and its source, such as `visible_text.Visible`."""

    @property
    def text(self) -> bytes: ...
    @property
    def source(self) -> bytes: ...
    def source_position(self, position: int) -> int: ...


class Annotator:
    """Inserts texts into a source, while it is read."""

    def __init__(self) -> None:
        self._pieces: deque[Piece] = deque()
        self._start = 0
        self._written = 0

    def read(self, piece: Piece) -> None:
        """The next piece of the text."""
        self._pieces.append(piece)

    def insert(self, position: int, text: str) -> Iterator[bytes]:
        """The source up to a position, which must have been read, and then the text."""
        yield from self.settle(position)
        piece = self._pieces[0]
        end = piece.source_position(position - self._start)
        yield piece.source[self._written : end]
        self._written = end
        yield text.encode()

    def settle(self, position: int) -> Iterator[bytes]:
        """The source of the pieces that end before a position: nothing will be inserted there any more."""
        while self._pieces and self._start + len(self._pieces[0].text) < position:
            yield self._next()

    def finish(self) -> Iterator[bytes]:
        """The rest of the source."""
        while self._pieces:
            yield self._next()

    def _next(self) -> bytes:
        piece = self._pieces.popleft()
        rest = piece.source[self._written :]
        self._start += len(piece.text)
        self._written = 0
        return rest


def write(chunks: Iterable[bytes]) -> None:
    """Writes bytes to stdout."""
    terminal.stdout().flush()
    for chunk in chunks:
        terminal.stdout().buffer.write(chunk)
