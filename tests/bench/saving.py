"""Saves the days in a text to a new store, or only inserts their rows; prints the seconds.

python saving.py store|bare TEXT STORE
"""

import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import made

from ctick.model import Snapshot
from ctick.storage.connection import Database
from ctick.storage.schema import check_value
from ctick.storage.store import Store
from ctick.storage.transaction import create
from ctick.ticker.blocks import Block
from ctick.ticker.scanner import read


def main(how: str, text: Path, path: Path) -> None:
    """Times only the saving, not reading the text or creating the file."""
    snapshots = [
        Snapshot("timesca", block.as_of, quotes)
        for block in read([text.read_bytes()])
        if isinstance(block, Block)
        for quotes in block.snapshots
    ]
    create(Database(str(path))).close()
    if how == "store":
        store = Store(str(path))
        began = time.perf_counter()
        store.save(snapshots)
        say(time.perf_counter() - began)
        store.close()
        return
    rows: list[tuple[object, ...]] = []
    quotes: list[tuple[object, ...]] = []
    for number, snapshot in enumerate(snapshots, 1):
        as_of, kept = str(snapshot.as_of), snapshot.to_text()
        rows.append((number, "timesca", as_of, kept, made.SEEN, check_value("timesca", as_of, kept, made.SEEN)))
        quotes += [(quote.base, as_of, "timesca", number) for quote in snapshot.quotes]
    with closing(sqlite3.connect(path)) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")  # a bare insert has none
    began = time.perf_counter()
    made.insert(path, rows, quotes)
    say(time.perf_counter() - began)


def say(seconds: float) -> None:
    sys.stdout.write(f"{seconds}\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
