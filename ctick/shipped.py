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
            for line in lines:
                day, quotes = line.rstrip("\n").split("\t")
                _snapshots.append(Snapshot(SOURCE, dt.date.fromisoformat(day), quotes_from_text(quotes), shipped=True))
    return _snapshots


def quotes(base: str, day: dt.date, source: str | None = None) -> Iterator[Dated]:
    """The shipped quotes of one currency up to and with `day`, newest first."""
    if source not in (None, SOURCE):
        return
    for snapshot in reversed(snapshots()):
        if snapshot.as_of is not None and snapshot.as_of <= day:
            quote = snapshot.quote(base)
            if quote is not None:
                yield Dated(quote, snapshot.as_of, SOURCE, shipped=True)
