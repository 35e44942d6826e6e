"""Crawl archives (WARC 1.0 and 1.1, WET) -> their pages.

The format is that of ISO 28500. Records are independent: where one is damaged, the next sound one is
searched for, and what is between them is named.
"""

import io
import re
import zlib
from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ctick.errors import InputError
from ctick.text import plain
from ctick.ticker.crawl_page import LONGEST_HEADER, codings_of, page_of, place_of
from ctick.ticker.decoding import UNPACKED_LIMIT
from ctick.ticker.documents import Document, Loss
from ctick.ticker.rewindable import Rewindable

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

PAGE_LIMIT = 32 << 20
"""Bytes of a page in an archive, without --force."""

_BEGIN = {
    "": re.compile(rb"(?=WARC/1\.\d\r\n[\w-]{1,40}:)"),
    "gzip": re.compile(rb"(?=\x1f\x8b\x08)"),
    "zstd": re.compile(rb"(?=\x28\xb5\x2f\xfd)"),
}
"""What a record begins with, by the packing of records."""

_HEADER_END = re.compile(rb"\r?\n\r?\n")
_HEAD = {"": 64, "gzip": 1 << 12, "zstd": 1 << 18}
"""Bytes in which a record shows that it is one."""

_MOST_READ_AGAIN = 1 << 29
"""Bytes: behind each header that is damaged, or lies about the length, others are searched for."""


def packing_of_records(data: bytes) -> str:
    """`gzip` if each record of the archive that begins like this is a gzip member, "" if they are packed together."""
    for place in _BEGIN["gzip"].finditer(data):
        if _is_record(data[place.start() : place.start() + _HEAD["gzip"]], "gzip"):
            try:
                text = zlib.decompressobj(31).decompress(data[place.start() :], PAGE_LIMIT)
            except zlib.error:
                return "gzip"
            return "" if _BEGIN[""].search(text, 1) else "gzip"
    return ""


def crawl_documents(chunks: Iterable[bytes], packing: str, *, unlimited: bool = False) -> Iterator[Document | Loss]:
    """The pages of an archive, and a `Loss` for each damaged part.

    `packing` is how each record is packed: `gzip`, `zstd` or "". Raises InputError if fastwarc is missing.
    """
    try:
        import fastwarc.warc  # noqa: F401 - only whether it is there
    except ImportError as error:
        what = "zstd data" if packing == "zstd" else "a crawl archive (WARC)"
        raise InputError(
            f"this is {what}, which ctick reads with another package: pip install 'ctick[crawl]'"
        ) from error
    return _Crawl(chunks, packing, UNPACKED_LIMIT if unlimited else PAGE_LIMIT).documents()


class _Record(NamedTuple):
    """A record that was read up to the end of its content, which has `size` bytes by its header."""

    offset: int
    size: int
    items: Sequence[Document | Loss] = ()
    is_whole: bool = True  # whether all of its content was there
    is_too_large: bool = False  # it wasn't read


class _Damage(NamedTuple):
    offset: int
    reason: str

    def loss(self, then: str) -> Loss:
        return Loss(f"record at {self.offset}: damaged ({self.reason}), {then}: get a new copy")


class _Crawl:
    def __init__(self, chunks: Iterable[bytes], packing: str, limit: int) -> None:
        self._packing = packing
        self._limit = limit
        self._file = Rewindable(chunks, limit + 2 * LONGEST_HEADER)
        self._damage: _Damage | None = None  # up to which nothing could be read yet
        self._read_again = 0  # bytes

    def documents(self) -> Iterator[Document | Loss]:
        begin: int | None = 0
        while begin is not None:
            last: _Record | None = None  # sound if another one follows
            reason = ""
            try:
                for record in self._records(begin):
                    if self._damage is not None:
                        yield self._damage.loss(f"skipped to {begin}")
                        self._damage = None
                    if last is not None:
                        yield from last.items
                    last = record
            except OSError as error:  # of fastwarc
                reason = plain(error).rstrip(".")
            except InputError:
                if last is not None:
                    yield from last.items
                raise
            if last is None:
                begin = self._search(begin, begin + 1, reason or "truncated")
            else:
                begin = yield from self._after(last, reason)
        if self._damage is not None:
            if self._packing == "zstd" and self._damage == (0, "invalid WARC header"):
                raise InputError("this is zstd data, but not a crawl archive: unpack it with 'zstd -d' first")
            yield self._damage.loss("nothing after it can be read")

    def _after(self, last: _Record, reason: str) -> Generator[Document | Loss, None, int | None]:
        """The items of the record after which reading ended, if it is sound; returns where to go on."""
        if last.is_too_large:
            yield from last.items
            return self._find(last.offset + 1)
        end = self._end_of(last) if last.is_whole else None
        if end is None and (reason or not last.is_whole):
            if reason == "Invalid WARC header":
                reason = "its length isn't that in its header"
            return self._search(last.offset, last.offset + 1, reason or "truncated")
        yield from last.items
        if end is None or not self._file.held(end).strip(b"\0\r\n"):  # padding is no damage
            return self._find(end) if end is not None and reason else None
        return self._search(end, end, reason or "truncated")

    def _search(self, damaged: int, offset: int, reason: str) -> int | None:
        """Where the next record begins, at an offset or later; notes the damage before it."""
        file = self._file
        self._read_again += max(file.tell() - offset, 0)
        if self._read_again > _MOST_READ_AGAIN + 8 * file.tell():
            raise InputError(f"record at {damaged}: too much is damaged, nothing after it was read: get a new copy")
        begin = self._find(offset)
        if begin != damaged and self._damage is None:
            self._damage = _Damage(damaged, reason[:1].lower() + reason[1:])
        return begin

    def _records(self, begin: int) -> Iterator[_Record]:
        """The records from an offset on, up to the end or one that is too large. Raises OSError at damage."""
        from fastwarc.warc import ArchiveIterator

        self._file.seek(begin)
        for found in ArchiveIterator(self._file, parse_http=False, max_header_len=LONGEST_HEADER):  # type: ignore[arg-type, unused-ignore]
            record = self._read(found)
            self._file.forget(record.offset)
            yield record
            if record.is_too_large:
                return

    def _read(self, record: "WarcRecord") -> _Record:
        offset, size = record.stream_pos, record.content_length
        codings = codings_of(record)
        left = record.content_length  # without the headers of HTTP
        if size > self._limit:
            advice = "" if self._limit == UNPACKED_LIMIT else ": use --force to read it anyway"
            words = f"{place_of(record)}: more than {self._limit:,} bytes ({size:,} by its header){advice}"
            return _Record(offset, size, () if codings is None else (Loss(words),), is_too_large=True)
        if codings is None:
            return _Record(offset, size, is_whole=record.consume() == left)
        body = record.reader.read(left) if left else b""
        page = page_of(record, body, codings, self._limit)
        return _Record(offset, size, () if page is None else (page,), is_whole=len(body) == left)

    def _find(self, offset: int) -> int | None:
        """Where the next record begins, at that offset or later."""
        for place, data in self._file.find(_BEGIN[self._packing], offset, _HEAD[self._packing]):
            if _is_record(data, self._packing):
                return place
        return None

    def _end_of(self, record: _Record) -> int | None:
        """Where a record ends; None if it is damaged, or not as long as its header says."""
        data = self._file.held(record.offset)
        try:
            text, end = _first_unpacked(data, self._packing, record.size + LONGEST_HEADER)
        except (OSError, ValueError, IndexError, zlib.error):
            return None
        header = _HEADER_END.search(text)
        if header is None or len(text) < header.end() + record.size:
            return None
        rest = text[header.end() + record.size :]
        if not self._packing:
            end = header.end() + record.size + 4
            rest = rest[:4]
        return record.offset + end if rest == b"\r\n\r\n" else None


def _first_unpacked(data: bytes, packing: str, most: int) -> tuple[bytes, int]:
    """The first record, unpacked, and where in the data it ends; raises for one that is damaged."""
    if packing == "gzip":
        decoder = zlib.decompressobj(31)
        text = decoder.decompress(data, most)
        if not decoder.eof:
            raise ValueError("truncated")
        return text, len(data) - len(decoder.unused_data)
    if packing == "zstd":
        from fastwarc.stream_io import ZstdReader

        end = _end_of_frame(data)
        return ZstdReader(io.BytesIO(data[:end])).read(most), end
    return data, 0


def _end_of_frame(data: bytes) -> int:
    """Where the first frame of zstd ends, by its headers (RFC 8878); past the data if it is cut short."""
    flags = data[4]
    pos = 5 + (not flags & 32) + (0, 1, 2, 4)[flags & 3] + (flags >> 5 & 1, 2, 4, 8)[flags >> 6]
    is_last = False
    while not is_last and pos < len(data):
        block = int.from_bytes(data[pos : pos + 3], "little")
        is_last = bool(block & 1)
        pos += 3 + (1 if block >> 1 & 3 == 1 else block >> 3)  # a run has one byte, whatever its length
    return pos + (4 if flags & 4 else 0)


def _is_record(data: bytes, packing: str) -> bool:
    """Whether a record begins here."""
    try:
        if packing == "gzip":
            data = zlib.decompressobj(31).decompress(data, 7)
        elif packing == "zstd":
            from fastwarc.stream_io import ZstdReader

            data = ZstdReader(io.BytesIO(data)).read(7)
    except (OSError, zlib.error):
        return False
    return data.startswith(b"WARC/1.")
