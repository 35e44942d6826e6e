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

_found: list[str] = []  # the lines of the file
_snapshots: dict[str, Snapshot] = {}  # those that were parsed so far, by their lines
_quotes: dict[str, Quote] = {}  # the same for single quotes, by their text

_DAMAGED = (OSError, ValueError, ArithmeticError)


def snapshots(source: str | None = None) -> list[Snapshot]:
    """All of them, or those of a source, oldest first."""
    try:
        return [_snapshot(line) for line in _lines() if source in (None, line.split("\t")[1])]
    except (*_DAMAGED, IndexError) as error:
        raise _unreadable(error) from error


def quotes(base: str, day: dt.date, source: str | None = None, since: dt.date = dt.date.min) -> Iterator[DatedQuote]:
    """The bundled quotes of one currency from `since` to `day`, newest first; the others are not parsed."""
    first, last = str(since), str(day)
    try:
        lines = _lines()
        if last < lines[0].partition("\t")[0]:  # as most days of a long history are
            return
        for line in reversed(lines):
            as_of, name, text = line.split("\t")
            if as_of < first:
                return
            if as_of <= last and source in (None, name):
                for part in text.split(";"):
                    if part.startswith(f"{base} "):
                        yield DatedQuote(_quote(part), dt.date.fromisoformat(as_of), name, bundled=True)
    except _DAMAGED as error:
        raise _unreadable(error) from error


def _lines() -> list[str]:
    """The lines of the file without the last, which has their number; read once."""
    if not _found:
        with open(PATH, encoding="utf-8") as file:
            *lines, last = file.read().splitlines() or ["nothing"]
        if not lines or last != str(len(lines)):
            raise ValueError(f"{len(lines)} snapshots instead of {last}")
        _found[:] = lines
    return _found


def _snapshot(line: str) -> Snapshot:
    """One snapshot, parsed only when it is asked for."""
    if line not in _snapshots:
        day, source, text = line.split("\t")
        _snapshots[line] = Snapshot(source, dt.date.fromisoformat(day), quotes_from_text(text), bundled=True)
    return _snapshots[line]


def _quote(text: str) -> Quote:
    if text not in _quotes:
        _quotes[text] = Quote.from_text(text)
    return _quotes[text]


def _unreadable(error: Exception) -> Exception:
    if exhausted_resource(error):
        return error
    return StoreError(f"the rates bundled with ctick can't be read ({plain(error)}): reinstall ctick")
