r"""Pages as they come (packed, any line ends, HTML) -> plain text, in chunks of bytes.

What leaves this room is UTF-8 text without markup, in which

    \n    ends a line
    \x0b  ends a line of HTML source: only white space to a reader of the page
    \x1f  stands for a tag that ends a line on the page

Lines are kept: as many `\n` and `\x0b` come out as line ends went in, so that a place in the
result is a place in the source.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

from ctick.errors import InputError, plain
from ctick.markup import strip_markup

CHUNK = 1 << 18
"""Bytes that are read, unpacked and scanned at a time."""

UNPACKED_LIMIT = 1 << 30
"""Bytes that one packed input may unpack to, unless the user insists."""

_MEMORY_LIMIT = 96 << 20  # of the xz decoder: its files may ask for 4 GiB

_MAGIC = ((b"\x1f\x8b", "gzip"), (b"BZh", "bz2"), (b"\xfd7zXZ\x00", "xz"))
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def plain_text(chunks: Iterable[bytes], *, unlimited: bool = False) -> Iterator[bytes]:
    """Packed or plain, text or HTML, in chunks of any size -> plain text, in chunks.

    Raises InputError where packed data is damaged, is cut short, or unpacks to more than
    `UNPACKED_LIMIT` bytes (not with `unlimited`), and for UTF-16: all that came before has been
    yielded by then.
    """
    return strip_markup(_lines(_unpack(_sized(chunks), unlimited=unlimited)))


def _sized(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks of at least `CHUNK`, the last one apart."""
    parts: list[bytes] = []
    size = 0
    for chunk in chunks:
        if len(chunk) >= CHUNK and not parts:
            yield chunk
            continue
        parts.append(chunk)
        size += len(chunk)
        if size >= CHUNK:
            yield b"".join(parts)
            parts.clear()
            size = 0
    if parts:
        yield b"".join(parts)


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
    first = next(chunks, b"")
    if first.startswith(_UTF_16):
        raise InputError("this is UTF-16, and ctick reads UTF-8: 'iconv -f UTF-16 -t UTF-8' turns one into the other")
    kind = next((kind for magic, kind in _MAGIC if first.startswith(magic)), None)
    if kind is None:
        yield first
        yield from chunks
        return
    decoder = _decoder(kind)
    data = first
    size = 0
    while True:
        try:
            text = decoder.decompress(data, CHUNK)
        except Exception as error:  # zlib.error, lzma.LZMAError, OSError: each library has its own
            raise InputError(
                f"its {kind} data is damaged after {size:,} unpacked bytes ({plain(error)}): get the file again"
            ) from error
        data = b""
        size += len(text)
        if size > UNPACKED_LIMIT and not unlimited:
            raise InputError(
                f"its {kind} data unpacks to more than {UNPACKED_LIMIT:,} bytes: if that is meant, use --force"
            )
        if text:
            yield text
        if decoder.eof:
            data = decoder.unused_data.lstrip(b"\0") or next(chunks, b"").lstrip(b"\0")
            if not data:
                return
            decoder = _decoder(kind)
        elif decoder.needs_input:
            data = next(chunks, b"")
            if not data:
                raise InputError(f"its {kind} data is cut short after {size:,} unpacked bytes: get the file again")


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """CRLF and CR become LF."""
    held = b""
    for chunk in chunks:
        if held or b"\r" in chunk:
            data = held + chunk
            held = b"\r" if data.endswith(b"\r") else b""
            yield data[: len(data) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        else:
            yield chunk
    if held:
        yield b"\n"
