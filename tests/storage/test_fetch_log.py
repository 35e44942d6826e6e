"""The log of fetches."""

import datetime as dt
from pathlib import Path

import pytest
from advised import advice
from feedserver import rows

from ctick import clock
from ctick.errors import StoreError
from ctick.model import Snapshot, quotes_from_text
from ctick.storage.connection import Database
from ctick.storage.fetch_log import FetchLog
from ctick.storage.schema import answer_value
from ctick.storage.store import Store
from ctick.storage.transaction import transaction

DAY = dt.date(2026, 5, 15)
URL = "https://example.org/rates.xml"


@pytest.fixture
def path(home: Path) -> str:
    """A store with one snapshot, where `rows` looks for it."""
    name = str(home / ".local/share/ctick/ctick.db")
    store = Store(name)
    store.save([Snapshot("cbr", DAY, quotes_from_text("KGS 0.01144"))])
    store.close()
    return name


def test_success_and_failure(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last of each, with the message; the later of both is known within a second, too."""
    moments = iter([100, 200, 300, 400])
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 5, 15, 4, 14, 15, next(moments), tzinfo=dt.UTC))
    log = FetchLog(Database(path))
    log.succeeded("cbr")
    log.failed("cbr", "first")
    log.failed("cbr", "it did not answer")
    log.failed("cbu", "nor did this one")
    known = log.logs()
    assert {name: (item.success_at, item.failure_at, item.failure) for name, item in known.items()} == {
        "cbr": ("2026-05-15T04:14:15.000100Z", "2026-05-15T04:14:15.000300Z", "it did not answer"),
        "cbu": (None, "2026-05-15T04:14:15.000400Z", "nor did this one"),
    }


def test_days_that_need_not_be_fetched_again(path: str) -> None:
    """Those that are stored, and those that were recorded; of that source, in that span, until they are deleted."""
    log = FetchLog(Database(path))
    log.add_answered("cbr", [DAY + dt.timedelta(days=1), DAY + dt.timedelta(days=2), DAY + dt.timedelta(days=2)])
    log.add_answered("cbu", [DAY + dt.timedelta(days=3)])
    log.add_answered("cbr", [])
    last = DAY + dt.timedelta(days=9)
    assert log.answered("cbr", ["KGS"], DAY, last) == {DAY + dt.timedelta(days=n) for n in (0, 1, 2)}
    assert log.answered("cbr", ["KGS", "KZT"], DAY, last) == {DAY + dt.timedelta(days=n) for n in (1, 2)}
    next_day = DAY + dt.timedelta(days=1)
    assert log.answered("cbr", ["KGS"], next_day, next_day) == {next_day}
    assert log.answered("nbk", ["KGS"], DAY, last) == set()
    log.forget(next_day, next_day, "cbu")
    log.forget(DAY + dt.timedelta(days=3), dt.date.max, "cbr")
    assert log.answered("cbr", [], next_day, last) == {DAY + dt.timedelta(days=n) for n in (1, 2)}
    log.forget(next_day, next_day, "cbr")
    log.forget(DAY + dt.timedelta(days=3), last, None)
    assert log.answered("cbr", [], next_day, last) == {DAY + dt.timedelta(days=2)}
    assert log.answered("cbu", [], next_day, last) == set()


def test_days_recorded_by_an_older_version_are_fetched_again(path: str) -> None:
    """It counted empty and broken answers, too; its entries are not deleted."""
    with transaction(Database(path)) as connection:
        connection.execute("INSERT INTO asked VALUES ('cbr', '2026-05-20')")
    log = FetchLog(Database(path))
    assert log.answered("cbr", ["KGS"], DAY, dt.date(2026, 5, 30)) == {DAY}
    log.add_answered("cbr", [dt.date(2026, 5, 20)])
    assert log.answered("cbr", ["KGS"], DAY, dt.date(2026, 5, 30)) == {DAY, dt.date(2026, 5, 20)}


def test_answers_are_kept_and_deleted(path: str, home: Path) -> None:
    """The last answer of an address; none of it is among the snapshots."""
    before = rows(home)
    log = FetchLog(Database(path))
    log.store_answer(URL, b"\x00first", '"1"', None, DAY)
    log.store_answer(URL, b"sec\nond", None, "Fri, 15 May 2026 04:14:15 GMT", DAY)
    assert log.answer(URL) == (b"sec\nond", None, "Fri, 15 May 2026 04:14:15 GMT", DAY)
    log.delete_answer(URL)
    log.delete_answer(URL)
    assert log.answer(URL) is None
    log.failed("cbr", "why")
    assert rows(home) == before


@pytest.mark.parametrize(
    "change", ["body = x'00'", "body = 'first'", "etag = '2'", "modified = 'now'", "crc = crc + 1"]
)
def test_an_answer_that_was_changed_is_not_kept(path: str, change: str) -> None:
    """It would pass for the source's answer; it is fetched again instead."""
    log = FetchLog(Database(path))
    log.store_answer(URL, b"first", "1", None, DAY)
    assert log.answer(URL) == (b"first", "1", None, DAY)
    with transaction(Database(path)) as connection:
        connection.execute(f"UPDATE answer SET {change}")
    assert log.answer(URL) is None
    log.store_answer(URL, b"first", "1", None, DAY)
    assert log.answer(URL) == (b"first", "1", None, DAY)


def test_an_answer_without_its_day_is_not_kept(path: str) -> None:
    """An older version did not record when a body was first seen: it is fetched again."""
    with transaction(Database(path)) as connection:
        row = (URL, b"<html>\nfirst", "1", None)
        connection.execute("INSERT INTO answer VALUES (?, ?, ?, ?, ?)", (*row, answer_value(*row)))
    assert FetchLog(Database(path)).answer(URL) is None


def test_a_log_that_is_not_text(path: str) -> None:
    """A damaged one is the store's error, not a bug."""
    log = FetchLog(Database(path))
    log.failed("cbr", "why")
    with transaction(Database(path)) as connection:
        connection.execute("UPDATE source_log SET failure_at = x'00'")
    with pytest.raises(StoreError) as caught:
        log.logs()
    assert (
        str(caught.value) == f"the store {path} is damaged: the fetch log has a value that is not text; {advice(path)}"
    )


def test_no_store_is_created_for_a_log(home: Path) -> None:
    """As long as there is no file, nothing is recorded."""
    log = FetchLog(Database(str(home / "none.db")))
    log.succeeded("cbr")
    log.failed("cbr", "why")
    log.add_answered("cbr", [DAY])
    log.store_answer(URL, b"", None, None, DAY)
    log.forget(DAY, DAY, None)
    log.delete_answer(URL)
    assert (log.logs(), log.answered("cbr", [], DAY, DAY), log.answer(URL)) == ({}, set(), None)
    assert list(home.iterdir()) == []


def test_an_invalid_day(path: str) -> None:
    """A damaged day is the store's error, not a bug."""
    file = Database(path)
    with transaction(file) as connection:
        connection.execute("INSERT INTO asked VALUES ('cbr whole', '2026-05-32')")
    with pytest.raises(StoreError) as caught:
        FetchLog(file).answered("cbr", [], DAY, dt.date(2026, 6, 30))
    assert str(caught.value) == f"the store {path} is damaged: it has an invalid date; {advice(path)}"
