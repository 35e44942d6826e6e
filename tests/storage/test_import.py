"""Snapshots imported into a store, and what is read from it then."""

import datetime as dt
from pathlib import Path

import pytest
from conftest import sql
from test_export_format import ALL, DAY, seen, snapshot

from ctick.errors import InputError, StoreError
from ctick.model import DatedQuote, Snapshot, quotes_from_text
from ctick.storage.integrity import check
from ctick.storage.store import Store


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_snapshot_seen_last_is_used(store: Store, order: tuple[int, int]) -> None:
    """Wherever it comes from and whenever it is imported."""
    both = [snapshot("KGS 0.01144 0;KZT 0.00194 0", 5), snapshot("KGS 0.01150 0", 9)]
    for place in order:
        store.import_snapshots([both[place]])
    assert [f"{quote.rate:f}" for quote in store.history("KGS", DAY, DAY, "timesca")] == ["0.01150"]
    assert [f"{quote.rate:f}" for quote in store.history("KZT", DAY, DAY, "timesca")] == ["0.00194"]
    found = store.history("KGS", DAY, DAY, "timesca", revisions=True)
    assert [f"{quote.rate:f}" for quote in found] == ["0.01144", "0.01150"]
    # What was seen again later counts from then on; what was seen earlier changes nothing.
    store.import_snapshots([snapshot("KGS 0.01144 0;KZT 0.00194 0", 10), snapshot("KGS 0.01150 0", 1)])
    assert [f"{quote.rate:f}" for quote in store.history("KGS", DAY, DAY, "timesca")] == ["0.01144"]
    assert [shot.seen_at for shot in store.snapshots()] == [seen(9), seen(10)]
    assert check(store.path) == (2, [])


def test_importing_beside_saved_snapshots(store: Store) -> None:
    """What was saved here and what comes from elsewhere make one store; saving goes on after it."""
    store.save([Snapshot("timesca", DAY, quotes_from_text("KGS 0.01144 0"))])
    future = Snapshot("timesca", DAY, quotes_from_text("KGS 0.01145 0"), "2999-01-01T00:00:00.000000Z")
    assert store.import_snapshots([future]) == (1, 0)
    assert store.save([Snapshot("timesca", DAY, quotes_from_text("KGS 0.01146 0"))]).new == 1
    found = store.history("KGS", DAY, DAY, "timesca")
    assert [(f"{dated.rate:f}", dated.seen_at) for dated in found] == [("0.01146", "2999-01-01T00:00:00.000001Z")]
    assert check(store.path) == (3, [])


def test_an_import_is_all_or_nothing(store: Store) -> None:
    """An error in the middle undoes the import of the snapshots before it."""

    def broken() -> list[Snapshot]:
        raise InputError("line 7")

    store.import_snapshots(ALL[:1])
    with pytest.raises(InputError):
        store.import_snapshots(item for part in (ALL[1:], None) for item in (part if part is not None else broken()))
    assert list(store.snapshots()) == ALL[:1]


def test_counts_and_history_with_bundled_days(store: Store) -> None:
    """Without a file there are the bundled days; with one, both together, each day once."""
    span = (dt.date(2025, 12, 10), DAY)
    assert store.counts("KGS", *span) == {"timesca": 3}
    store.import_snapshots([*ALL, snapshot("KGS 0.01144 0", day=dt.date(2025, 12, 12))])
    assert store.counts("KGS", *span) == {"timesca": 4, "cbr": 1}
    found = store.history("KGS", *span, "timesca")
    assert [(str(dated.as_of), dated.bundled) for dated in found] == [
        ("2025-12-10", True),
        ("2025-12-12", False),
        ("2025-12-14", True),
        ("2025-12-16", False),
    ]
    assert store.history("KGS", *span, "cbr") == [DatedQuote(ALL[2].quotes[0], DAY, "cbr", seen(3))]


def test_pages(store: Store) -> None:
    """More snapshots than a page, of one day too: each once, in their order."""
    many = [snapshot(f"KGS 0.0{number} 0", number % 60) for number in range(1000, 3500)]
    store.import_snapshots(many)
    found = list(store.snapshots())
    assert [str(shot.seen_at) for shot in found] == sorted(str(shot.seen_at) for shot in many)
    assert sorted(shot.to_text() for shot in found) == sorted(shot.to_text() for shot in many)


def test_a_damaged_snapshot_is_not_exported(store: Store, path: Path) -> None:
    """A row with a wrong checksum ends the export with an error that names it."""
    store.import_snapshots(ALL)
    sql(path, "UPDATE snapshot SET quotes = 'KGS 0.09 0' WHERE id = 2")
    with pytest.raises(StoreError, match="snapshot 2 does not match its checksum"):
        list(store.snapshots())
