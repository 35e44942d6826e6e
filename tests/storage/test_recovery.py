"""Recovery from the bytes of a store, with damage aimed at each way to find a snapshot."""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ctick.model import Snapshot, quotes_from_text
from ctick.storage.recovery import Recovered, recover
from ctick.storage.store import Store

DAY = dt.date(2023, 5, 10)
COUNT = 3000
PAGE = 4096
_TABLE_LEAF, _INDEX_LEAF, _INDEX_INNER = 13, 10, 2


def snapshots(count: int) -> list[Snapshot]:
    """A day each, with figures that tell them apart."""
    return [
        Snapshot("timesca", DAY + dt.timedelta(days=day), quotes_from_text(f"KGS 0.{11000 + day} 0;TMT 0.28571 0"))
        for day in range(count)
    ]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recovery") / "rates.db"
    store = Store(str(path))
    assert store.save(snapshots(COUNT), force=True).new == COUNT
    store.close()
    return path


@pytest.fixture
def data(path: Path) -> bytearray:
    return bytearray(path.read_bytes())


def pages(data: bytearray, kind: int) -> Iterator[int]:
    for start in range(PAGE, len(data), PAGE):
        if data[start] == kind:
            yield start


def texts(found: Recovered) -> list[str]:
    return [f"{snapshot.as_of} {snapshot.to_text()}" for snapshot in found.snapshots]


ALL = [f"{snapshot.as_of} {snapshot.to_text()}" for snapshot in snapshots(COUNT)]


def test_a_sound_store_is_recovered_whole(data: bytearray) -> None:
    """In the order of their days."""
    found = recover(bytes(data))
    assert texts(found) == ALL
    assert not found.lost


def test_rows_of_pages_without_a_header(data: bytearray) -> None:
    """Each row is found by its pattern; the indexes have it, for a few rows in their inner pages."""
    heads = list(pages(data, _TABLE_LEAF))
    assert len(heads) > COUNT // 50
    assert list(pages(data, _INDEX_INNER))
    for start in heads:
        data[start : start + 8] = bytes(8)
    found = recover(bytes(data))
    assert texts(found) == ALL
    assert not found.lost


def test_rows_in_no_index_are_recovered_from_sound_pages_only(data: bytearray) -> None:
    """Elsewhere they may have been deleted: rows in the unused part of a page are ignored."""
    row = data[data.index(b"timesca2023-05-10KGS") - 10 :][:90]
    gap = next(start for start in pages(data, _INDEX_LEAF) if not any(data[start + 3000 : start + 3200])) + 3000
    for kind in (_INDEX_LEAF, _INDEX_INNER):
        for start in pages(data, kind):
            if start != gap - 3000:
                data[start : start + PAGE] = bytes(PAGE)
    assert texts(recover(bytes(data))) == ALL
    first = data.index(b"timesca2023-05-10KGS")
    data[first : first + 20] = b"x" * 20
    data[gap : gap + 90] = row
    assert texts(recover(bytes(data))) == ALL[1:]


def test_rows_in_free_pages_are_not_recovered(tmp_path: Path) -> None:
    """Deleted rows may still be in them if another program, or an older ctick, did not overwrite them."""
    path = tmp_path / "x.db"
    store = Store(str(path))
    store.save(snapshots(600), force=True)
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("DELETE FROM quote WHERE as_of < '2024-12-01'")
        connection.execute("DELETE FROM snapshot WHERE as_of < '2024-12-01'")
        connection.commit()
    data = path.read_bytes()
    assert b"2024-10-22timescaKGS" in data
    found = recover(data)
    assert texts(found) == [text for text in ALL[:600] if text > "2024-12-01"]
    assert not found.lost


def test_records_with_a_false_length(data: bytearray) -> None:
    """A record that claims to be as long as the file, and a thousand pointers to it, cost no time."""
    big = b"\x90\x80\x00\x01\x05\x9f\xff\x7f\x9f\xff\x7f\x9f\xff\x7f\x01"
    page = bytes([_INDEX_LEAF, 0, 0, 0x07, 0x00, 0, 0, 0]) + b"\x0f\xd0" * 1792
    page += bytes(4048 - len(page)) + big + bytes(4096 - 4048 - len(big))
    assert len(page) == PAGE
    found = recover(bytes(data) + page * 200)
    assert texts(found) == ALL


@pytest.mark.parametrize("offset", [0, 5, 12, 20, 40, 50, 70])
def test_a_changed_row_is_repaired(data: bytearray, offset: int) -> None:
    """Its source, day, figures and time are in the indexes, and its check value says that they are right."""
    place = data.index(b"timesca2023-06-07KGS") + offset
    data[place] ^= 1
    found = recover(bytes(data))
    assert texts(found) == ALL
    assert not found.lost


def test_a_row_without_its_check_value_is_lost(data: bytearray) -> None:
    """It can't be distinguished from a changed one, and is reported by its day."""
    place = data.index(b"timesca2023-06-07KGS") + len("timesca2023-06-07KGS 0.11028 0;TMT 0.28571 0") + 27
    data[place] ^= 1
    found = recover(bytes(data))
    assert texts(found) == [text for text in ALL if not text.startswith("2023-06-07")]
    assert found.lost == {("timesca", "2023-06-07"): 1}


@pytest.mark.parametrize("gone", [b"", b"timesca2023-06-07", b"2023-06-07timescaKGS", b"KGS2023-06-07timesca"])
def test_two_indexes_are_enough_to_name_a_day(data: bytearray, gone: bytes) -> None:
    """Any of the three may be damaged; a day that only one of them has does not count."""
    place = data.index(b"timesca2023-06-07KGS")
    data[place - 7 : place + 60] = bytes(67)
    while gone and (place := data.find(gone)) >= 0:
        data[place : place + len(gone)] = b"?" * len(gone)
    assert recover(bytes(data)).lost == {("timesca", "2023-06-07"): 1}


def test_an_entry_that_was_changed_names_no_day(data: bytearray) -> None:
    """A day that only one index has is ignored."""
    place = data.index(b"KGS2023-06-07timesca")
    data[place + 6] ^= 1
    found = recover(bytes(data))
    assert texts(found) == ALL
    assert not found.lost


@pytest.mark.parametrize("size", [512, 1024, 8192, 65536])
def test_pages_of_another_size(path: Path, tmp_path: Path, size: int) -> None:
    """As another program may have written them: the header of the file has their size."""
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM INTO ?", (str(other),))
    with closing(sqlite3.connect(other)) as connection:
        connection.execute(f"PRAGMA page_size = {size}")
        connection.execute("VACUUM")
    found = recover(other.read_bytes())
    assert texts(found) == ALL
    assert not found.lost


@pytest.mark.parametrize(
    "data", [b"", b"\r" * 5000, bytes(range(256)) * 64, b"\xff" * 9000, b"\x0d\x00\x00\xff\xff" * 4000]
)
def test_files_without_a_snapshot(data: bytes) -> None:
    """Nothing is found in any bytes."""
    found = recover(data)
    assert (found.snapshots, dict(found.lost)) == ([], {})
