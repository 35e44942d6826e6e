"""The body of an answer over HTTP as it was sent -> the page."""

import io
import re
import zlib
from collections.abc import Sequence

from ctick.errors import InputError
from ctick.text import plain

_CHUNK = re.compile(rb"[ \t]{0,99}([0-9a-fA-F]{1,8})[ \t]{0,99}(?:;[^\r\n]{0,999})?\r?\n")
_LINE_END = re.compile(rb"\r?\n")
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_PIECE = 1 << 12  # bytes that are unpacked at a time: zlib copies what follows the end of a member
_NONE = ("", "identity", "none", "utf-8", "8bit")  # some servers send these, too


def decoded(body: bytes, codings: Sequence[str], limit: int) -> bytes:
    """A body without its transfer and content encodings, which are in the order in which they were applied.

    A body that should be encoded but is text is left as it is: many crawlers store the decoded page with the
    headers that were sent. Raises InputError for a body that can't be decoded or becomes longer than `limit`.
    """
    for coding in reversed(codings):
        if coding in _NONE:
            continue
        try:
            data = _dechunked(body) if coding == "chunked" else _unpacked(body, coding, limit + 1)
        except (OSError, ValueError, zlib.error) as error:
            if _NOT_TEXT.search(body, 0, 1024):
                raise InputError(f"the {plain(coding, 20)} body is damaged ({plain(error)}): get a new copy") from error
            continue
        if len(data) > limit:
            raise InputError(f"the {coding} body unpacks to more than {limit:,} bytes: use --force to read it anyway")
        body = data
    return body


def _dechunked(body: bytes) -> bytes:
    """The content of the chunks; the body itself if it doesn't begin with the size of one."""
    page = bytearray()
    pos = 0
    while pos < len(body):
        head = _CHUNK.match(body, pos)
        if head is None:
            if not pos:
                return body
            raise InputError(f"the chunked body is damaged after {pos:,} bytes: get a new copy")
        size = int(head[1], 16)
        if size == 0:  # only trailers follow
            break
        pos = head.end() + size
        if pos > len(body):
            raise InputError(f"the chunked body is truncated after {len(body):,} bytes: get a new copy")
        page += body[head.end() : pos]
        end = _LINE_END.match(body, pos)
        pos = pos if end is None else end.end()
    return bytes(page)


def _unpacked(body: bytes, coding: str, most: int) -> bytes:
    """Raises OSError, zlib.error or ValueError for a body that isn't packed like that."""
    if coding in ("gzip", "x-gzip"):
        return _inflated(body, 31, most)
    if coding == "deflate":
        try:
            return _inflated(body, 15, most)
        except (ValueError, zlib.error):
            return _inflated(body, -15, most)  # what some servers mean by it
    from fastwarc.stream_io import BrotliReader, ZstdReader

    readers = {"br": BrotliReader, "zstd": ZstdReader}
    if coding not in readers:
        raise ValueError("unknown encoding")
    data: bytes = readers[coding](io.BytesIO(body)).read(most)
    return data


def _inflated(body: bytes, wbits: int, most: int) -> bytes:
    page = bytearray()
    decoder = zlib.decompressobj(wbits)
    pos = 0
    while pos < len(body) and len(page) < most:
        piece = body[pos : pos + _PIECE]
        page += decoder.decompress(piece, most - len(page))
        pos += len(piece) - len(decoder.unused_data)
        if decoder.eof:
            if not body.startswith(b"\x1f\x8b", pos):  # what else follows is padding
                return bytes(page)
            decoder = zlib.decompressobj(wbits)
    if len(page) < most:
        raise ValueError("truncated")
    return bytes(page)
