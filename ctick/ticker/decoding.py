r"""Pages as they come (packed, any line ends, HTML) -> plain text, in chunks of bytes.

The result is UTF-8 text without markup, in which

    \n    ends a line
    \x0b  ends a line of HTML source: only white space to a reader of the page
    \x1f  stands for a tag that ends a line on the page

Each line end of the source gives one `\n` or `\x0b`, so line numbers are those of the source.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from ctick.errors import InputError
from ctick.text import plain
from ctick.ticker.html_skip import KnownMarkup, ticker_text

CHUNK = 1 << 18
"""Bytes that are read, unpacked and scanned at a time."""

UNPACKED_LIMIT = 1 << 30
"""Bytes that one packed input may unpack to, without --force."""

_MEMORY_LIMIT = 96 << 20  # of the xz decoder: its files may ask for 4 GiB

_MAGIC = (
    (re.compile(rb"\x1f\x8b"), "gzip"),
    (re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"), "bz2"),  # a text may well begin with "BZh"
    (re.compile(rb"\xfd7zXZ\x00"), "xz"),
)
_BLANKS = bytes.maketrans(b"\x0b\x1f", b"  ")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def plain_text(
    chunks: Iterable[bytes], markup: KnownMarkup | None = None, *, unlimited: bool = False
) -> Iterator[bytes]:
    """Packed or not, text or HTML, in chunks of any size -> plain text, in chunks; of HTML what is near a ticker.

    `markup` remembers what was read for the next text. Raises InputError for UTF-16, and for packed data that is
    damaged, truncated, or unpacks to more than `UNPACKED_LIMIT` bytes (unless `unlimited`); everything before that
    is yielded first.
    """
    return ticker_text(_lines(unpacked(chunks, unlimited=unlimited)), markup)


def unpacked(chunks: Iterable[bytes], *, unlimited: bool = False, at_once: bool = False) -> Iterator[bytes]:
    """Packed or plain bytes, unpacked; raises like `plain_text`.

    With `at_once`, complete lines are yielded as soon as they arrive, not only when there is a `CHUNK` of them.
    """
    return _utf_8(unpack(_whole_lines(chunks) if at_once else sized(chunks), unlimited=unlimited))


def sized(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks of exactly `CHUNK`, except the last: the result doesn't depend on the chunks given."""
    parts: list[bytes] = []
    size = 0
    failure = None
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
                end = len(data) - size
                for start in range(0, end, CHUNK):
                    yield data[start : start + CHUNK]
                parts = [data[end:]] if size else []
    except InputError as error:
        failure = error
    yield b"".join(parts)
    if failure is not None:
        raise failure


def _whole_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut behind line ends where lines are shorter than `CHUNK`."""
    held = b""
    for chunk in chunks:
        held += chunk
        end = len(held) if len(held) >= CHUNK else held.rfind(b"\n", len(held) - len(chunk)) + 1
        if end:
            yield held[:end]
            held = held[end:]
    yield held


def packing(data: bytes) -> str:
    """How data is packed by its first bytes: `gzip`, `bz2` or `xz`, "" if it isn't."""
    return next((kind for magic, kind in _MAGIC if magic.match(data)), "")


def first_unpacked(data: bytes) -> bytes:
    """The first bytes of data, unpacked: at most 1,024 if it is packed, none if it is damaged."""
    kind = packing(data)
    if not kind:
        return data
    try:
        return _decoder(kind).decompress(data, 1024)
    except Exception:  # noqa: BLE001 - as in `unpack`, which will say so
        return b""


class _Decoder(Protocol):
    """The interface of the decoders of bz2 and lzma, and of `_Gzip`."""

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


def unpack(chunks: Iterator[bytes], *, unlimited: bool) -> Iterator[bytes]:
    """Unpacks gzip, bz2 and xz, which are recognized by their first bytes; anything else is unchanged."""
    data = next(chunks, b"")
    kind = packing(data)
    if not kind:
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
                    f"the {kind} data needs more than {_MEMORY_LIMIT:,} bytes of memory: unpack the file first"
                ) from error
            raise InputError(
                f"the {kind} data is damaged after {size:,} unpacked bytes ({plain(error)}): get a new copy"
            ) from error
        data = b""
        size += len(text)
        if size > UNPACKED_LIMIT and not unlimited:
            raise InputError(
                f"the {kind} data unpacks to more than {UNPACKED_LIMIT:,} bytes: use --force to read it anyway"
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
                raise InputError(f"the {kind} data is truncated after {size:,} unpacked bytes: get a new copy")


def _utf_8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes; raises for UTF-16."""
    first = next(chunks, b"")
    if first.startswith(UTF_16):
        raise InputError("this is UTF-16, but ctick reads UTF-8: convert it with 'iconv -f UTF-16 -t UTF-8'")
    yield first
    yield from chunks


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    r"""CRLF and CR become LF; `\x0b` and `\x1f`, which have a special meaning here, become blanks."""
    cut = False  # the last chunk ended with a CR, which an LF may follow
    for chunk in chunks:
        data = chunk[1:] if cut and chunk.startswith(b"\n") else chunk
        cut = chunk.endswith(b"\r") or (cut and not chunk)
        data = without_marks(data)
        yield data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


def without_marks(data: bytes) -> bytes:
    r"""Blanks instead of the source's own `\x0b` and `\x1f`."""
    return data.translate(_BLANKS) if b"\x0b" in data or b"\x1f" in data else data
