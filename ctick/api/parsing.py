"""`ctick.parse`: ticker text in many types -> dated snapshots and warnings."""

import datetime as dt
import os
from collections.abc import Iterable, Iterator

from ctick.api.checks import as_day, as_source
from ctick.clock import day_in_central_asia
from ctick.errors import InputError
from ctick.model import Snapshot, Value
from ctick.text import plain
from ctick.ticker.blocks import Block, ParseWarning
from ctick.ticker.decoding import CHUNK
from ctick.ticker.documents import Document, Loss, read_documents
from ctick.ticker.scanner import Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    Text = str | bytes | bytearray | memoryview

    class Readable(Protocol):
        """A file, text or binary."""

        def read(self, size: int, /) -> "Text":
            """The next `size` characters or bytes; empty at the end."""


class ParseReport(Value):
    r"""What `ctick.parse` found.

    `snapshots` has each different snapshot once, in the order in which they last occur, so that
    `store.save(report.snapshots)` does the same as `ctick snapshot FILE`. `warnings` has a
    `ParseWarning` for each place that needs attention.

    >>> ctick.parse("KGS/USD = 0.01144 0%\n16 December 2025\n").snapshots[0].as_of
    datetime.date(2025, 12, 16)
    """

    __slots__ = ("snapshots", "warnings")

    def __init__(self, snapshots: list[Snapshot], warnings: list[ParseWarning]) -> None:
        self.snapshots = snapshots
        self.warnings = warnings


def parse(
    text: "Text | os.PathLike[str] | Readable | Iterable[Text]",
    *,
    date: dt.date | None = None,
    source: str = "timesca",
) -> ParseReport:
    r"""Reads ticker text: plain text or HTML, in UTF-8, also compressed with gzip, bz2 or xz, and archives of it.

    A str is the text itself; pass the path of a file as a `pathlib.Path` (any `os.PathLike`). An
    open file and an iterable of chunks are read to their end; chunks may be cut anywhere. `date` is
    the day of snapshots that have no date below them; a printed date wins. `source` is the name of
    their source.

    The pages of a crawl archive (WARC, WET; needs `pip install 'ctick[crawl]'`), ZIP or tar archive are
    read one by one. A page of a crawl that has no date gets the day of its capture in Central Asia (UTC+5),
    unless `date` is given. A page that can't be read is left out, with a warning at line 0.

    Raises InputError if nothing looks like a ticker line or the data is damaged, and OSError if a
    file can't be opened. Lines that can't be read are left out, with a warning.

    >>> report = ctick.parse("KGS/USD = 0.01144 0%\nKZT/USD = 0.0.1\n16 December 2025\n")
    >>> report.snapshots[0].quotes
    (Quote(base='KGS', rate=Decimal('0.01144'), change=Decimal('0'), legs=()),)
    >>> report.warnings[0].line, report.warnings[0].message
    (2, "skipped an unreadable ticker line: 'KZT/USD = 0.0.1'")
    """
    as_source(source)
    day = as_day(date, "date")
    snapshots: dict[tuple[dt.date | None, str], Snapshot] = {}
    warnings = []
    skipped = 0
    for found in _read(text):
        if isinstance(found, Loss):
            warnings.append(ParseWarning(0, 0, found.message, error=True))
            continue
        document, item = found
        if isinstance(item, ParseWarning):
            message = f"{document.place}: {item.message}" if document.place else item.message
            warnings.append(ParseWarning(item.line, item.column, message, error=item.error))
            continue
        skipped += item.skipped
        capture = document.capture
        as_of = item.as_of or day
        if as_of is None and capture is not None and not item.unreadable_date:
            as_of = day_in_central_asia(capture.captured_at)
        for quotes in item.snapshots:
            snapshot = Snapshot(source, as_of, quotes, capture=capture)
            key = (snapshot.as_of, snapshot.to_text())
            first = snapshots.pop(key, snapshot)
            snapshots[key] = first
    if not snapshots and not warnings:
        raise InputError(_nothing(text, skipped))
    return ParseReport(list(snapshots.values()), warnings)


def _read(
    text: "Text | os.PathLike[str] | Readable | Iterable[Text]",
) -> Iterator[tuple[Document, Block | ParseWarning] | Loss]:
    path = os.fspath(text) if isinstance(text, os.PathLike) and os.path.isfile(text) else None
    return read_documents(_chunks(text), Known(), path=path)


def _chunks(text: "Text | os.PathLike[str] | Readable | Iterable[Text]") -> Iterator[bytes]:
    if isinstance(text, str | bytes | bytearray | memoryview):
        yield _bytes(text)
    elif isinstance(text, os.PathLike):
        with open(text, "rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    elif isinstance(text, Iterable) and not hasattr(text, "read"):
        yield from map(_bytes, text)
    elif hasattr(text, "read"):
        while piece := text.read(CHUNK):
            yield _bytes(piece)
    else:
        raise TypeError(
            f"can't parse {type(text).__name__}: pass a str, bytes, a path, a file or an iterable of chunks"
        )


def _bytes(piece: "Text") -> bytes:
    if isinstance(piece, str):
        return piece.encode("utf-8", "replace")
    if not isinstance(piece, bytes | bytearray | memoryview):
        raise TypeError(f"a chunk must be str or bytes, not {type(piece).__name__}")
    return bytes(piece)


def _nothing(text: object, skipped: int) -> str:
    if skipped:
        return "the text has only other pairs: pass a page that has KGS, KZT, TJS, UZS or TMT against USD"
    if isinstance(text, str) and 0 < len(text) <= 200 and not set(text) & set("\n=<"):
        shown = plain(text)
        return f"the text '{shown}' has no ticker line: to read a file of that name, pass pathlib.Path({shown!r})"
    return "the text has no ticker line (they look like 'KGS/USD = 0.01144 0%'): pass a page that has the ticker"
