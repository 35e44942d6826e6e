"""The check of a whole store."""

import sqlite3
from pathlib import Path

import pytest
from test_export_format import ALL

from ctick.errors import StoreError
from ctick.storage import integrity
from ctick.storage.integrity import check
from ctick.storage.reader import Reader
from ctick.storage.store import Store


def test_writers_do_not_wait_for_a_check(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does the check see what they save meanwhile."""
    store.import_snapshots(ALL)
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    whole = integrity._check

    def meanwhile(copy: sqlite3.Connection, reader: Reader) -> tuple[int, list[str]]:
        other.execute("DELETE FROM snapshot")
        return whole(copy, reader)

    monkeypatch.setattr(integrity, "_check", meanwhile)
    assert check(store.path) == (4, [])
    other.close()


def test_a_check_waits_no_longer_than_other_commands(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a program that has locked the store."""
    store.import_snapshots(ALL)
    monkeypatch.setattr("ctick.storage.connection._TIMEOUT", 0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="is locked by another program: try again"):
        check(store.path)
    other.close()
    assert check(store.path) == (4, [])
