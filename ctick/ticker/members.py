"""ZIP and tar archives of pages -> their members.

Names are those in the archive. A member's time is not used as a date: it is when a copy was made, not when the rates
were published.
"""

import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from tempfile import TemporaryFile

from ctick.errors import InputError
from ctick.text import plain
from ctick.ticker.crawl import PAGE_LIMIT
from ctick.ticker.decoding import CHUNK, UNPACKED_LIMIT, unpack
from ctick.ticker.documents import Document, Loss, may_have_ticker, text_or_crawl

_BLOCK = 512  # of tar
_LONGEST_EXTENSION = 1 << 20  # of a tar header: long names
_EXTENSIONS = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)
_PAX_PATH = re.compile(rb"(?:^|\n)\d+ path=([^\n]*)\n")
_PAX_SIZE = re.compile(rb"(?:^|\n)\d+ size=(\d{1,18})\n")
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
"""What zipfile raises for what is damaged."""


def zip_members(chunks: Iterable[bytes], path: str | None, *, unlimited: bool) -> Iterator[Document | Loss]:
    """The members of the ZIP archive at `path`, or in chunks, which are copied to a temporary file."""
    with TemporaryFile() as copy:
        try:
            if path is None:
                copy.writelines(chunks)
            archive = zipfile.ZipFile(copy if path is None else path)
        except _DAMAGED as error:
            raise InputError(f"the ZIP archive can't be opened ({plain(error)}): get a new copy") from error
        with archive:
            if sum(member.compress_size for member in archive.infolist()) > archive.start_dir:
                raise InputError("the members of the ZIP archive overlap: get a new copy")
            for member in archive.infolist():
                if not member.is_dir():
                    content = _limited(_unzipped(archive, member), unlimited=unlimited)
                    yield from _documents(content, member.filename, unlimited=unlimited)


def _unzipped(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    if member.flag_bits & 1:
        raise InputError("encrypted, so it can't be read: unpack the archive first")
    size = 0
    try:
        with archive.open(member) as file:
            while chunk := file.read(CHUNK):
                size += len(chunk)
                yield chunk
    except NotImplementedError as error:
        raise InputError("its compression isn't supported: unpack the archive with another program first") from error
    except _DAMAGED as error:
        raise InputError(f"damaged after {size:,} unpacked bytes ({plain(error)}): get a new copy") from error


def tar_members(chunks: Iterable[bytes], *, unlimited: bool) -> Iterator[Document | Loss]:
    """The regular files in a tar archive, and a `Loss` for each damaged part."""
    return _Tar(chunks).members(unlimited=unlimited)


class _Tar:
    """A tar archive, read from its beginning to its end: `tarfile` ends without an error where one is damaged."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._data = b""
        self._pos = 0  # in `_data`
        self._offset = 0  # in the archive

    def members(self, *, unlimited: bool) -> Iterator[Document | Loss]:
        damage: int | None = None
        name, size = "", -1  # from an extension of the next header
        while block := self._read(_BLOCK):
            offset = self._offset - len(block)
            if block.count(0) == _BLOCK:  # the end, but another archive may follow
                continue
            try:
                header = tarfile.TarInfo.frombuf(block, "utf-8", "replace")
            except tarfile.HeaderError:
                damage = offset if damage is None else damage
                continue
            if damage is not None:
                yield Loss(f"byte {damage}: damaged, skipped to {offset}: get a new copy")
                damage = None
            if header.type in _EXTENSIONS:
                data = self._read(header.size) if 0 <= header.size <= _LONGEST_EXTENSION else b""
                name, size = _extension(header.type, data, name, size)
            else:
                size = header.size if size < 0 else size
                end = self._offset + size + -size % _BLOCK
                if header.type in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE):
                    content = _limited(self._content(size), unlimited=unlimited)
                    yield from _documents(content, name or header.name, unlimited=unlimited)
                self._skip(end - self._offset)
                name, size = "", -1
                continue
            self._skip(-header.size % _BLOCK)
        if damage is not None:
            yield Loss(f"byte {damage}: damaged, nothing after it can be read: get a new copy")

    def _content(self, size: int) -> Iterator[bytes]:
        left = size
        while left > 0:
            data = self._take(left)
            if not data:
                raise InputError(f"truncated after {size - left:,} bytes: get a new copy")
            left -= len(data)
            yield data

    def _take(self, most: int) -> bytes:
        """The next bytes, at most so many; none at the end."""
        if self._pos == len(self._data):
            self._data = next((chunk for chunk in self._chunks if chunk), b"")
            self._pos = 0
        data = self._data[self._pos : self._pos + most]
        self._pos += len(data)
        self._offset += len(data)
        return data

    def _read(self, size: int) -> bytes:
        """So many bytes, or fewer at the end."""
        parts = []
        while size > 0 and (data := self._take(size)):
            parts.append(data)
            size -= len(data)
        return b"".join(parts)

    def _skip(self, size: int) -> None:
        while size > 0 and (data := self._take(min(size, CHUNK))):
            size -= len(data)


def _extension(kind: bytes, data: bytes, name: str, size: int) -> tuple[str, int]:
    """Name and size of the next member, from a GNU long name or a POSIX extended header; unchanged for others."""
    if kind == tarfile.GNUTYPE_LONGNAME:
        return data.rstrip(b"\0").decode("utf-8", "replace"), size
    if kind == tarfile.XHDTYPE:
        path, length = _PAX_PATH.search(data), _PAX_SIZE.search(data)
        return path[1].decode("utf-8", "replace") if path else name, int(length[1]) if length else size
    return name, size


def _limited(chunks: Iterable[bytes], *, unlimited: bool) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > UNPACKED_LIMIT and not unlimited:
            raise InputError(f"unpacks to more than {UNPACKED_LIMIT:,} bytes: use --force to read it anyway")
        yield chunk


def _documents(content: Iterable[bytes], name: str, *, unlimited: bool) -> Iterator[Document | Loss]:
    """A member: a page or text, packed or not, or a crawl archive."""
    place = plain(name)
    try:
        for part in text_or_crawl(content, unlimited=unlimited):
            if isinstance(part, Loss):
                yield Loss(f"{place}: {part.message}")
            elif part.place:
                yield part._replace(place=f"{place}: {part.place}")
            else:
                yield from _page(unpack(iter(part.chunks), unlimited=unlimited), place)
    except InputError as error:
        yield Loss(f"{place}: {error}")


def _page(chunks: Iterator[bytes], place: str) -> Iterator[Document | Loss]:
    """A member if it may have a ticker; one that is too large to be held isn't searched first."""
    parts: list[bytes] = []
    size = 0
    failure = None
    try:
        for chunk in chunks:
            parts.append(chunk)
            size += len(chunk)
            if size > PAGE_LIMIT:
                yield Document(chain(parts, chunks), place)
                return
    except InputError as error:
        failure = error
    data = b"".join(parts)
    if may_have_ticker(data):
        yield Document((data,), place)
    if failure is not None:
        yield Loss(f"{place}: {failure}")
