"""An iterator that was not read to its end, or an error that is still known, holds no lock."""

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import sql

from ctick.errors import StoreError
from ctick.model import DatedQuote, Snapshot, quotes_from_text
from ctick.storage.integrity import check
from ctick.storage.store import Store

DAY = dt.date(2023, 5, 10)
COUNT = 1200
"""More than a page of snapshots."""


def snap(day: dt.date) -> Snapshot:
    return Snapshot("timesca", day, quotes_from_text("KGS 0.0114"))


def write(path: Path) -> None:
    """As another program would that has no time to wait."""
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        other.execute("UPDATE source_log SET failure = 'x'")
        other.execute("COMMIT")


READS: dict[str, Callable[[Store], Iterator[Snapshot | DatedQuote]]] = {
    "quotes": lambda store: store.quotes("KGS", DAY),
    "quotes of a source": lambda store: store.quotes("KGS", DAY, "timesca"),
    "snapshots": lambda store: store.snapshots(),
}


@pytest.mark.parametrize("name", READS)
def test_an_unfinished_iterator_holds_no_lock(store: Store, path: Path, name: str) -> None:
    """Another program can write at once, as often as it likes; the rest is read as before."""
    days = [DAY - dt.timedelta(days=day) for day in range(COUNT)]
    store.save(map(snap, days))
    found = []
    for number, item in enumerate(READS[name](store)):
        found.append(item.as_of)
        if number in (0, 1, 2, 6, 62, 500, 1000):
            write(path)
    assert found == (days[::-1] if name == "snapshots" else days)


@pytest.mark.parametrize("name", READS)
def test_an_iterator_that_was_dropped_holds_no_lock(store: Store, path: Path, name: str) -> None:
    """`next(...)` alone, whose iterator is gone at once, and one that is kept."""
    store.save(map(snap, [DAY, DAY - dt.timedelta(days=1)]))
    next(READS[name](store))
    write(path)
    kept = READS[name](store)
    next(kept)
    write(path)
    assert len(list(kept)) == 1


@pytest.mark.parametrize("source", [None, "timesca"])
def test_refused_answers_hold_no_lock(store: Store, path: Path, source: str | None) -> None:
    """While the error is still known, the store can be written to."""
    store.save(map(snap, [DAY, DAY - dt.timedelta(days=1)]))
    sql(path, "UPDATE quote SET snapshot = 1")
    caught = []
    uses: list[Callable[[], object]] = [
        lambda: list(store.quotes("KGS", DAY, source)),
        lambda: store.history("KGS", dt.date(2020, 1, 1), DAY, "timesca"),
        lambda: check(str(path)),
    ]
    for use in uses:
        try:
            use()
        except StoreError as error:
            caught.append(error)
        write(path)
    assert len(caught) == 2
