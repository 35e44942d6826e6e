r"""Pages as they come (packed, any line ends, HTML) -> plain text, in chunks of bytes.

What leaves this room is UTF-8 text without markup, in which

    \n    ends a line
    \x0b  ends a line of HTML source: only white space to a reader of the page
    \x1f  stands for a tag that ends a line on the page

Lines are kept: as many `\n` and `\x0b` come out as line ends went in, so that a place in the
result is a place in the source.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from ctick.errors import InputError
from ctick.text import plain
from ctick.ticker.html_text import strip_markup

CHUNK = 1 << 18
"""Bytes that are read, unpacked and scanned at a time."""

UNPACKED_LIMIT = 1 << 30
"""Bytes that one packed input may unpack to, unless the user insists."""

_MEMORY_LIMIT = 96 << 20  # of the xz decoder: its files may ask for 4 GiB

_MAGIC = (
    (re.compile(rb"\x1f\x8b"), "gzip"),
    (re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"), "bz2"),  # a text may well begin with "BZh"
    (re.compile(rb"\xfd7zXZ\x00"), "xz"),
)
_BLANKS = bytes.maketrans(b"\x0b\x1f", b"  ")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def plain_text(chunks: Iterable[bytes], *, unlimited: bool = False) -> Iterator[bytes]:
    """Packed or plain, text or HTML, in chunks of any size -> plain text, in chunks.

    Raises InputError where packed data is damaged, is truncated, or unpacks to more than
    `UNPACKED_LIMIT` bytes (not with `unlimited`), and for UTF-16: all that came before has been
    yielded by then.
    """
    return strip_markup(_lines(unpacked(chunks, unlimited=unlimited)))


def unpacked(chunks: Iterable[bytes], *, unlimited: bool = False) -> Iterator[bytes]:
    """Packed or plain bytes, unpacked; raises as `plain_text` does."""
    return _utf_8(_unpack(_sized(chunks), unlimited=unlimited))


def _sized(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks of exactly `CHUNK`, the last one apart.

    So whatever comes later can't tell where the chunks were cut before.
    """
    parts: list[bytes] = []
    size = 0
    trouble = None
    try:
        for chunk in chunks:
            if len(chunk) == CHUNK and not parts:
                yield chunk
                continue
            parts.append(chunk)
            size += len(chunk)
            if size >= CHUNK:
                data = b"".join(parts)
                size %= CHUNK
                whole = len(data) - size
                for start in range(0, whole, CHUNK):
                    yield data[start : start + CHUNK]
                parts = [data[whole:]] if size else []
    except InputError as error:
        trouble = error
    yield b"".join(parts)
    if trouble is not None:
        raise trouble


class _Decoder(Protocol):
    """What the decoders of bz2 and lzma have in common, and `_Gzip` too."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = ...) -> bytes: ...


class _Gzip:
    """zlib's decoder with the interface of the other two."""

    def __init__(self) -> None:
        import zlib

        self._zlib = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int = 0) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)


def _decoder(kind: str) -> _Decoder:
    if kind == "gzip":
        return _Gzip()
    if kind == "bz2":
        import bz2

        return bz2.BZ2Decompressor()
    import lzma

    return lzma.LZMADecompressor(memlimit=_MEMORY_LIMIT)


def _unpack(chunks: Iterator[bytes], *, unlimited: bool) -> Iterator[bytes]:
    """gzip, bz2 and xz, told by their first bytes, unpacked; anything else as it is."""
    data = next(chunks, b"")
    kind = next((kind for magic, kind in _MAGIC if magic.match(data)), None)
    if kind is None:
        yield data
        yield from chunks
        return
    decoder = _decoder(kind)
    size = 0
    while True:
        try:
            text = decoder.decompress(data, CHUNK)
        except Exception as error:  # zlib.error, lzma.LZMAError, OSError: each library has its own
            if "limit" in str(error):  # there is no other way to tell
                raise InputError(
                    f"its {kind} data needs more than {_MEMORY_LIMIT:,} bytes of memory: unpack the file first"
                ) from error
            raise InputError(
                f"its {kind} data is damaged after {size:,} unpacked bytes ({plain(error)}): get a new copy"
            ) from error
        data = b""
        size += len(text)
        if size > UNPACKED_LIMIT and not unlimited:
            raise InputError(
                f"its {kind} data unpacks to more than {UNPACKED_LIMIT:,} bytes: use --force to read it anyway"
            )
        if text:
            yield text
        if decoder.eof:
            data = decoder.unused_data.lstrip(b"\0")  # members may be padded
            while not data:
                data = next(chunks, b"")
                if not data:
                    return
                data = data.lstrip(b"\0")
            decoder = _decoder(kind)
        elif decoder.needs_input:
            data = next(chunks, b"")
            if not data:
                raise InputError(f"its {kind} data is truncated after {size:,} unpacked bytes: get a new copy")


def _utf_8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same, unless it is UTF-16."""
    first = next(chunks, b"")
    if first.startswith(_UTF_16):
        raise InputError("this is UTF-16, but ctick reads UTF-8: convert it with 'iconv -f UTF-16 -t UTF-8'")
    yield first
    yield from chunks


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """CRLF and CR become LF; the two characters that have a meaning of their own here become blanks."""
    cut = False  # between a CR and the LF that may follow
    for chunk in chunks:
        data = chunk[1:] if cut and chunk.startswith(b"\n") else chunk
        cut = chunk.endswith(b"\r") or (cut and not chunk)
        if b"\x0b" in data or b"\x1f" in data:
            data = data.translate(_BLANKS)
        yield data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data
