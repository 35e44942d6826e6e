"""The snapshots bundled with ctick, so that it can answer before it has fetched anything.

`data/bundled.tsv` has a line for each, oldest first: the day, the source and the quotes as `model`
writes them, separated by tabs; then a line with their number. `tools/bundle.py` writes it. They are
read-only, and never copied into the user's store. All functions raise StoreError if the file is damaged.
"""

import datetime as dt
import os
from collections.abc import Iterator

from ctick.errors import StoreError, exhausted_resource
from ctick.model import DatedQuote, Quote, Snapshot, quotes_from_text
from ctick.text import plain

PATH = os.path.join(os.path.dirname(os.path.dirname(__file__)), "data", "bundled.tsv")

_Line = tuple[dt.date, str, str]

_found: list[_Line] = []
_snapshots: dict[_Line, Snapshot] = {}  # those that were parsed so far
_quotes: dict[str, Quote] = {}


def snapshots(source: str | None = None) -> list[Snapshot]:
    """All of them, or those of a source, oldest first."""
    return [_snapshot(line) for line in _lines() if source in (None, line[1])]


def _lines() -> list[_Line]:
    """The day, the source and the text of the quotes of each, oldest first."""
    if not _found:
        try:
            _found[:] = _read()
        except (OSError, ValueError) as error:
            raise _unreadable(error) from error
    return _found


def _read() -> list[_Line]:
    with open(PATH, encoding="utf-8") as file:
        *lines, last = file.read().splitlines() or ["nothing"]
    if not lines or last != str(len(lines)):
        raise ValueError(f"{len(lines)} snapshots instead of {last}")
    parts = [line.split("\t") for line in lines]
    return [(dt.date.fromisoformat(day), source, text) for day, source, text in parts]


def _unreadable(error: Exception) -> Exception:
    if exhausted_resource(error):
        return error
    return StoreError(f"the rates bundled with ctick can't be read ({plain(error)}): reinstall ctick")


def _snapshot(line: _Line) -> Snapshot:
    """One snapshot, parsed only when it is asked for."""
    if line not in _snapshots:
        day, source, text = line
        try:
            _snapshots[line] = Snapshot(source, day, quotes_from_text(text), bundled=True)
        except (ValueError, ArithmeticError) as error:
            raise _unreadable(error) from error
    return _snapshots[line]


def quotes(base: str, day: dt.date, source: str | None = None, since: dt.date = dt.date.min) -> Iterator[DatedQuote]:
    """The bundled quotes of one currency from `since` to `day`, newest first."""
    lines = _lines()
    if day < lines[0][0]:  # as most days of a long history are
        return
    for as_of, name, text in reversed(lines):
        if as_of < since:
            return
        if as_of <= day and source in (None, name):
            for part in text.split(";"):
                if part.startswith(f"{base} "):
                    yield DatedQuote(_quote(part), as_of, name, bundled=True)


def _quote(text: str) -> Quote:
    """One quote; the others of its snapshot are not parsed."""
    if text not in _quotes:
        try:
            _quotes[text] = Quote.from_text(text)
        except (ValueError, ArithmeticError) as error:
            raise _unreadable(error) from error
    return _quotes[text]
