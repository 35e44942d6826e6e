"""An input -> the texts in it: itself, or the pages of an archive; and the blocks in these.

An archive is recognized by its first bytes, never by its name.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from ctick.capture import Capture
from ctick.errors import InputError
from ctick.ticker.blocks import Block, ParseWarning
from ctick.ticker.decoding import UTF_16, first_unpacked, packing, sized, unpack
from ctick.ticker.scanner import Known, read

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_MHTML = (b"From: <Saved by ", b'From: "Saved by ')  # Chrome and others; Internet Explorer
_USD = re.compile(rb"USD")  # twice as fast as `in`
_ZSTD = (b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18")  # a frame, and the dictionary that may be before the first


class Document(NamedTuple):
    """One text, which is read on its own: what is wrong in it does not affect the next one.

    `chunks` is text or HTML, packed or not. `place` says where in the input it is (`record at 1234`, the
    name of a member), "" if it is the whole input. `capture` is where and when a crawl fetched it.
    """

    chunks: Iterable[bytes]
    place: str = ""
    capture: Capture | None = None


class Loss(NamedTuple):
    """A part of an archive that can't be read: a message that says which and why; the rest is read."""

    message: str


def read_documents(
    chunks: Iterable[bytes], known: Known, *, path: str | None = None, unlimited: bool = False
) -> Iterator[tuple[Document, Block | ParseWarning] | Loss]:
    """The blocks and warnings of an input in its order, each with its document. Raises as `documents`.

    A part of an archive that can't be read is a `Loss`, and the rest is read.
    """
    for document in documents(chunks, path=path, unlimited=unlimited):
        if isinstance(document, Loss):
            yield document
            continue
        try:
            for item in read(document.chunks, known, unlimited=unlimited):
                yield document, item
        except InputError as error:
            if not document.place:
                raise
            yield Loss(f"{document.place}: {error}")


def documents(
    chunks: Iterable[bytes], *, path: str | None = None, unlimited: bool = False
) -> Iterator[Document | Loss]:
    """The texts of an input in its order; each must be read to its end before the next one is requested.

    `path` is the file that the chunks are from, if there is one. Parts without `USD` have no ticker, and are
    left out. Raises InputError where the rest of the input can't be read, and where a package is missing that
    could read it.
    """
    first, chunks = _peek(sized(chunks))
    if first.startswith(_ZIP):
        from ctick.ticker.members import zip_members

        yield from zip_members(chunks, path, unlimited=unlimited)
    elif is_tar(first_unpacked(first)):
        from ctick.ticker.members import tar_members

        is_packed = bool(packing(first))
        yield from tar_members(unpack(chunks, unlimited=True), unlimited=unlimited or not is_packed)
    else:
        yield from text_or_crawl(chunks, unlimited=unlimited)


def is_tar(block: bytes) -> bool:
    """Whether this begins like a tar archive, in any format that is still written."""
    return block[257:262] == b"ustar"


def text_or_crawl(chunks: Iterable[bytes], *, unlimited: bool = False) -> Iterator[Document | Loss]:
    """The records of a crawl archive; anything else is one document. Raises InputError for MHTML, as `documents`."""
    first, chunks = _peek(sized(chunks))
    is_crawl = first_unpacked(first).startswith(b"WARC/1.")
    if is_crawl or first.startswith((b"\x1f\x8b", *_ZSTD)):
        from ctick.ticker.crawl import crawl_documents, packing_of_records

        packed = "zstd" if first.startswith(_ZSTD) else packing_of_records(first)
        if is_crawl and not packed:
            chunks = unpack(chunks, unlimited=True)
        if is_crawl or packed:
            yield from crawl_documents(chunks, packed, unlimited=unlimited)
            return
    if first.startswith(_MHTML):
        raise InputError(
            "this is a page that a browser saved as one file (MHTML), which ctick doesn't read: save it as HTML"
        )
    yield Document(chunks)


def may_have_ticker(data: bytes) -> bool:
    """Whether a text may have a ticker; also if it is packed or UTF-16, which the reader unpacks or refuses."""
    return _USD.search(data) is not None or bool(packing(data)) or (data.startswith(UTF_16) and b"U\0S\0D" in data)


def _peek(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first chunk, and all chunks with it."""
    first = next(chunks, b"")
    return first, chain((first,), chunks)
