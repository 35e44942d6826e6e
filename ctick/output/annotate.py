"""The text itself with something inserted: its own bytes stay as they are."""

import codecs
import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Protocol

from ctick.output import terminal

_UNSAFE = re.compile(r"[^\t\n -~]+")
_BLANKS = frozenset("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000")


class Piece(Protocol):
    """A piece of visible text and its source, such as `visible_text.Visible`."""

    @property
    def text(self) -> bytes: ...
    @property
    def source(self) -> bytes: ...
    def source_position(self, position: int) -> int: ...


class Annotator:
    """Inserts texts into a source, while it is read.

    Positions are in bytes of the visible text from its very beginning, and ascend. Only pieces that
    are not settled yet are kept.
    """

    def __init__(self) -> None:
        self._pieces: deque[Piece] = deque()
        self._start = 0  # of the first piece, in the visible text
        self._written = 0  # bytes of its source

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
    """Writes bytes to stdout: as they are, or so that a terminal shows them all and obeys none."""
    out = terminal.stdout()
    if terminal.is_terminal(out):
        terminal.write(escaped(chunks), at_once=True)
        return
    out.flush()
    for chunk in chunks:
        out.buffer.write(chunk)


def escaped(chunks: Iterable[bytes]) -> Iterator[str]:
    r"""Bytes as text for a terminal: UTF-8, with line ends and tabs.

    Control and other unprintable characters are written as `\x1b` or `\u202e`, bytes that are no
    UTF-8 as `\xff`.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    held = ""  # a CR that may be the beginning of a line end
    for chunk in chunks:
        text = held + decoder.decode(chunk)
        held = "\r" if text.endswith("\r") else ""
        yield _shown(text[: len(text) - len(held)])
    yield _shown(held + decoder.decode(b"", final=True))


def _shown(text: str) -> str:
    return _UNSAFE.sub(_all_escaped, text.replace("\r\n", "\n"))


def _all_escaped(found: re.Match[str]) -> str:
    return found[0] if found[0].isprintable() else "".join(map(_escaped, found[0]))


def _escaped(char: str) -> str:
    code = ord(char)
    if char.isprintable() or char in _BLANKS:
        return char
    if 0xDC80 <= code <= 0xDCFF:  # what "surrogateescape" makes of the byte
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
