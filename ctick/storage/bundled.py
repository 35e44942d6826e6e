"""The snapshots bundled with ctick, so that it can answer before it has fetched anything.

`data/timesca.tsv` has a line a day, oldest first: the date, a tab, the quotes as `model` writes
them. They are read-only, and never copied into the user's store.
"""

import datetime as dt
import os
from collections.abc import Iterator

from ctick.model import DatedQuote, Snapshot, quotes_from_text

SOURCE = "timesca"

_days: list[tuple[dt.date, str]] = []
_snapshots: dict[dt.date, Snapshot] = {}  # those that were parsed so far


def snapshots() -> list[Snapshot]:
    """All of them, oldest first."""
    return [_snapshot(day, text) for day, text in _lines()]


def _lines() -> list[tuple[dt.date, str]]:
    """Each day, and the text of its quotes; oldest first."""
    if not _days:
        path = os.path.join(os.path.dirname(os.path.dirname(__file__)), "data", "timesca.tsv")
        with open(path, encoding="utf-8") as file:
            # Assigned at once, so that an interrupted read leaves nothing behind.
            _days[:] = [(dt.date.fromisoformat(line[:10]), line[11:].rstrip("\n")) for line in file]
    return _days


def _snapshot(day: dt.date, text: str) -> Snapshot:
    """The snapshot of one day, parsed only when it is asked for."""
    if day not in _snapshots:
        _snapshots[day] = Snapshot(SOURCE, day, quotes_from_text(text), bundled=True)
    return _snapshots[day]


def quotes(base: str, day: dt.date, source: str | None = None, since: dt.date = dt.date.min) -> Iterator[DatedQuote]:
    """The bundled quotes of one currency from `since` to `day`, newest first."""
    lines = _lines()
    if source not in (None, SOURCE) or day < lines[0][0]:  # as most days of a long history are
        return
    for as_of, text in reversed(lines):
        if as_of < since:
            return
        quote = _snapshot(as_of, text).quote(base) if as_of <= day else None
        if quote is not None:
            yield DatedQuote(quote, as_of, SOURCE, bundled=True)
