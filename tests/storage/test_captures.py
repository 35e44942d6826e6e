"""Where and when a crawl fetched a snapshot: the earliest capture is kept with it."""

import datetime as dt
import itertools
import random
from contextlib import suppress
from pathlib import Path

import pytest
from advised import advice
from conftest import sql
from test_schema import restore

import ctick
from ctick.capture import Capture
from ctick.errors import InputError, StoreError
from ctick.model import Snapshot, quotes_from_text
from ctick.storage.backup import rescue
from ctick.storage.integrity import check
from ctick.storage.recovery import recover
from ctick.storage.store import Store

DAY = dt.date(2023, 5, 10)
"""Long before the first bundled day."""
EARLIEST = Capture("https://x/b", "2023-05-10T05:00:00Z")
LATER = Capture("https://x/a", "2023-05-10T05:00:01Z")
AT = [EARLIEST, LATER, Capture("https://x/c", "2023-05-10T05:00:00Z"), None]
"""The first is the earliest: of two at the same time it is the one whose address sorts first."""


def snap(quotes: str, capture: Capture | None = None, seen_at: str | None = None) -> Snapshot:
    return Snapshot("timesca", DAY, quotes_from_text(quotes), seen_at, capture=capture)


def captures(store: Store) -> list[Capture | None]:
    found = [snapshot.capture for snapshot in store.snapshots()]
    assert [snapshot.capture for snapshot in store.snapshots_of(DAY)] == found
    assert check(store.path) == (len(found), [])
    return found


def test_every_reading_of_snapshots_has_their_captures(store: Store) -> None:
    """Also revisions in a history; the rates of a day have none."""
    store.save([snap("KGS 0.01144", EARLIEST), snap("KGS 0.01145")])
    assert captures(store) == [EARLIEST, None]
    assert [dated.capture for dated in store.history("KGS", DAY, DAY, "timesca", revisions=True)] == [EARLIEST, None]
    assert [dated.capture for dated in store.history("KGS", DAY, DAY, "timesca")] == [None]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_the_earliest_capture_is_kept(store: Store, path: Path, order: tuple[int, ...]) -> None:
    """Whatever the order, in one save or several, in an import, or in both; of two at one time the first address."""
    store.save([snap("KGS 0.01144", AT[number]) for number in order])
    assert captures(store) == [EARLIEST]
    for half in (order[:2], order[2:]):
        store.save([snap("KGS 0.01145", AT[number]) for number in half])
    assert captures(store) == [EARLIEST] * 2
    path.unlink()
    # The one seen last is not the one captured first.
    exported = [snap("KGS 0.01144", AT[number], f"2023-05-11T00:00:0{number}.000000Z") for number in order]
    assert store.import_snapshots(exported) == (1, 3)
    assert captures(store) == [EARLIEST]
    assert [snapshot.seen_at for snapshot in store.snapshots()] == ["2023-05-11T00:00:03.000000Z"]
    path.unlink()
    store.import_snapshots(exported[:2])
    store.save([snap("KGS 0.01144", AT[number]) for number in order[2:]])
    assert captures(store) == [EARLIEST]


def test_a_deleted_snapshot_leaves_no_capture(store: Store, path: Path) -> None:
    """A later snapshot with its id has none; the others keep theirs."""
    store.save([snap("KGS 0.01144", LATER), snap("KGS 0.01145", EARLIEST)])
    assert store.delete(store.snapshots_of(DAY)[1:]) == 1
    store.save([snap("KGS 0.01146")])
    assert captures(store) == [LATER, None]
    store.delete(store.snapshots_of(DAY))
    store.close()
    assert b"https://x/" not in path.read_bytes()


@pytest.mark.parametrize(
    "change",
    [
        "url = 'https://y/'", "url = x'ff'", "url = 1", "captured_at = '2022-01-01T00:00:00Z'", "crc = 0", "crc = 'x'",
        "snapshot = 2",
    ],
)  # fmt: skip
def test_a_capture_that_was_changed_is_never_shown(store: Store, path: Path, change: str) -> None:
    """Nor kept where another one comes; rates don't depend on it. The check of the store finds it."""
    store.save([snap("KGS 0.01144", EARLIEST), snap("KGS 0.01145")])
    sql(path, f"UPDATE capture SET {change}")
    id_ = 2 if change.startswith("snapshot") else 1
    for use in (
        lambda: list(store.snapshots()),
        lambda: store.snapshots_of(DAY),
        lambda: store.history("KGS", DAY, DAY, "timesca", revisions=True),
        lambda: store.save([snap("KGS 0.01144", LATER), snap("KGS 0.01145", LATER)]),
    ):
        with pytest.raises(StoreError) as caught:
            use()
        assert str(caught.value) == (
            f"the store {path} is damaged: the capture of snapshot {id_} does not match its checksum; {advice(path)}"
        )
    assert check(store.path)[1] == [
        f"the capture of snapshot {id_} (timesca of 2023-05-10) does not match its checksum"
    ]
    assert [str(dated.rate) for dated in store.quotes("KGS", DAY)] == ["0.01145"]


@pytest.mark.parametrize(
    "change",
    ["DROP TRIGGER capture_gone; DELETE FROM capture", "UPDATE capture SET snapshot = 9", "DELETE FROM capture_tally"],
)
def test_a_capture_that_is_missing_is_noticed(store: Store, path: Path, change: str) -> None:
    """By the number of those that were saved."""
    store.save([snap("KGS 0.01144", EARLIEST), snap("KGS 0.01145", LATER)])
    trigger = "CREATE TRIGGER capture_gone AFTER DELETE ON capture BEGIN\n    UPDATE capture_tally SET captures = captures - 1, crcs = crcs - OLD.crc;\nEND"
    first, _, then = change.partition("; ")
    sql(path, first.replace("snapshot = 9", "snapshot = 9 WHERE snapshot = 1"))
    if then:
        sql(path, then)
        sql(path, trigger)
    assert check(store.path) == (2, ["the captures are not those that were saved last"])


@pytest.mark.parametrize("version", [1, 2])
def test_older_stores_have_no_captures_until_one_is_saved(path: Path, version: int) -> None:
    """They are read as they are; the first save migrates them."""
    restore(path, version)
    store = Store(str(path))
    before = list(store.snapshots())
    assert [snapshot.capture for snapshot in before] == [None] * 4
    assert check(store.path) == (4, [])
    captured = before[0]
    captured.capture = EARLIEST
    store.import_snapshots([captured])
    assert list(store.snapshots()) == [captured, *before[1:]]
    assert check(store.path) == (4, [])
    store.close()


def test_a_rescue_keeps_captures_and_counts_the_lost(store: Store, path: Path) -> None:
    """One that was changed is not copied; its snapshot is."""
    everything = [
        snap(f"KGS 0.01{number}", Capture(f"https://x/{number}", EARLIEST.captured_at)) for number in range(100, 160)
    ]
    store.save(everything, force=True)
    store.close()
    assert rescue(store.path, f"{path}.whole") == (60, [])
    whole = Store(f"{path}.whole")
    assert sorted(captures(whole), key=repr) == [snapshot.capture for snapshot in everything]
    whole.close()
    data = bytearray(path.read_bytes())
    data[data.index(b"https://x/123")] ^= 1
    path.write_bytes(data)
    assert rescue(store.path, f"{path}.new") == (60, ["1 capture: where and when a crawl fetched a page"])
    new = Store(f"{path}.new")
    assert sorted(captures(new), key=repr) == [
        *[snapshot.capture for snapshot in everything if "123" not in repr(snapshot)],
        None,
    ]
    new.close()


def test_a_capture_whose_snapshot_was_repaired(store: Store, path: Path) -> None:
    """Its row was changed, or has lost its page; an index has the same id."""
    store.save([snap("KGS 0.01144", EARLIEST)])
    store.close()
    data = bytearray(path.read_bytes())
    row = data.index(b"timesca2023-05-10KGS")
    for place in (row, row // 4096 * 4096):
        damaged = bytearray(data)
        damaged[place] ^= 1
        assert [snapshot.capture for snapshot in recover(bytes(damaged)).snapshots] == [EARLIEST]


def test_a_capture_whose_snapshot_is_in_no_index(store: Store, path: Path) -> None:
    """The row has the id, too."""
    store.save([snap("KGS 0.01144", EARLIEST)])
    store.close()
    data = bytearray(path.read_bytes())
    entry = data.index(b"2023-05-10timescaKGS")
    data[entry // 4096 * 4096] = 0
    assert [snapshot.capture for snapshot in recover(bytes(data)).snapshots] == [EARLIEST]


def test_any_flipped_byte_of_a_capture(store: Store, path: Path) -> None:
    """Never another address or time: the right one, an error, or the check of the store finds it."""
    store.save([snap("KGS 0.01144", EARLIEST)])
    store.close()
    data = path.read_bytes()
    row = data.index(b"https://x/b")
    chance = random.Random(16)
    for place in [*range(row - 8, row + 40), *(chance.randrange(row // 4096 * 4096, row) for _ in range(50))]:
        damaged = bytearray(data)
        damaged[place] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        found = None
        with suppress(StoreError):
            found = [snapshot.capture for snapshot in store.snapshots()]
        store.close()
        assert found in (None, [None], [EARLIEST])
        if found != [EARLIEST]:
            with suppress(StoreError):
                assert check(store.path)[1] != []


BAD = [
    (Capture("https://x/\n", EARLIEST.captured_at), "a url needs 1 to 4,000 printable characters"),
    (Capture("https://x/", "2023-05-10"), "captured_at is not a UTC time like 2025-12-16T05:00:00Z"),
]


@pytest.mark.parametrize(("capture", "problem"), BAD)
def test_captures_that_could_not_be_imported_are_not_saved(store: Store, capture: Capture, problem: str) -> None:
    """An export can always be read back."""
    for save in (store.save, store.import_snapshots):
        with pytest.raises(ValueError, match=problem):
            save([snap("KGS 0.01144", capture, "2023-05-11T00:00:00.000000Z")])
    assert list(store.snapshots()) == []
    with ctick.Store(store.path) as own, pytest.raises(InputError) as caught:
        own.save([snap("KGS 0.01144", capture)])
    assert str(caught.value) == f"the snapshot of timesca on 10 May 2023 can't be saved: {problem}"


def test_the_python_api_saves_captures(store: Store) -> None:
    """It takes a Capture and nothing else."""
    with ctick.Store(store.path) as own:
        own.save([snap("KGS 0.01144", ctick.Capture("https://x/", EARLIEST.captured_at))])
        for wrong, message in (
            ("https://x/", "the capture of a snapshot must be a Capture, not str"),
            (Capture(1, ""), "url of a capture must be a str, not int"),  # type: ignore[arg-type]
            (Capture("x", None), "captured_at of a capture must be a str, not NoneType"),  # type: ignore[arg-type]
        ):
            with pytest.raises(TypeError) as caught:
                own.save([snap("KGS 0.01145", wrong)])  # type: ignore[arg-type]
            assert str(caught.value) == message
    assert captures(store) == [Capture("https://x/", EARLIEST.captured_at)]
