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
_snapshots: dict[dt.date, Snapshot] = {}  # by the days that have been asked for


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


def quotes(base: str, day: dt.date, source: str | None = None, after: dt.date | None = None) -> Iterator[DatedQuote]:
    """The bundled quotes of one currency up to and with `day` (and later than `after`), newest first."""
    lines = _lines()
    if source not in (None, SOURCE) or day < lines[0][0]:  # as most days of a long history are
        return
    for its_day, text in reversed(lines):
        if after is not None and its_day <= after:
            return
        quote = _snapshot(its_day, text).quote(base) if its_day <= day else None
        if quote is not None:
            yield DatedQuote(quote, its_day, SOURCE, bundled=True)
