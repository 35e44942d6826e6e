"""The snapshots that ctick ships with, so that it can answer before it has fetched anything.

`data/timesca.tsv` has a line a day, oldest first: the date, a tab, the quotes as `model` writes
them. They are read-only, and never copied into the user's store.
"""

import datetime as dt
import os
from collections.abc import Iterator

from ctick.model import Dated, Snapshot, quotes_from_text

SOURCE = "timesca"

_snapshots: list[Snapshot] = []


def snapshots() -> list[Snapshot]:
    """All of them, oldest first."""
    if not _snapshots:
        path = os.path.join(os.path.dirname(__file__), "data", "timesca.tsv")
        with open(path, encoding="ascii") as lines:
            # All at once: a reading that is broken off must not pass for all of them later.
            _snapshots[:] = [_snapshot(*line.rstrip("\n").split("\t")) for line in lines]
    return _snapshots


def _snapshot(day: str, quotes: str) -> Snapshot:
    return Snapshot(SOURCE, dt.date.fromisoformat(day), quotes_from_text(quotes), shipped=True)


def quotes(base: str, day: dt.date, source: str | None = None, after: dt.date | None = None) -> Iterator[Dated]:
    """The shipped quotes of one currency up to and with `day` (and later than `after`), newest first."""
    days = snapshots()
    if source not in (None, SOURCE) or day < _day(days[0]):  # as most days of a long history are
        return
    for snapshot in reversed(days):
        if after is not None and _day(snapshot) <= after:
            return
        quote = snapshot.quote(base) if _day(snapshot) <= day else None
        if quote is not None:
            yield Dated(quote, snapshot.as_of, SOURCE, shipped=True)


def _day(snapshot: Snapshot) -> dt.date:
    assert snapshot.as_of is not None
    return snapshot.as_of
