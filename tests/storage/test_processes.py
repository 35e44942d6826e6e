"""Several processes that use one store, and processes that are killed."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from test_connection import DAY, MORE, child, read, refusal, write

from ctick.storage import connection
from ctick.storage.store import Store


def test_a_store_that_another_program_has_locked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ctick waits for another writer, up to a timeout; a reader need not wait."""
    write(path)
    monkeypatch.setattr(connection, "_TIMEOUT", 0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    busy = f"the store {path} is locked by another program: try again"
    assert refusal(lambda: write(path, MORE)) == busy
    assert read(path) == ["KGS 0.01144 0"]
    other.execute("COMMIT")
    other.execute("BEGIN EXCLUSIVE")
    assert refusal(lambda: read(path)) == busy
    other.close()
    write(path, MORE)
    assert read(path) == ["KGS 0.01150 0"]


def test_a_writer_waits_for_many_before_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader gives up after ten seconds, one that saves only after a minute."""
    write(path)
    other = sqlite3.connect(path, isolation_level=None)
    now = 0.0

    def sleep(_: float) -> None:
        nonlocal now
        now += 1
        if now == 50:
            other.execute("COMMIT")

    monkeypatch.setattr(time, "monotonic", lambda: now)
    monkeypatch.setattr(time, "sleep", sleep)
    other.execute("BEGIN IMMEDIATE")
    write(path, MORE)
    assert now == 50
    other.execute("BEGIN EXCLUSIVE")
    assert refusal(lambda: read(path)) == f"the store {path} is locked by another program: try again"
    assert now == 61
    other.close()


SAVER = """
import datetime as dt, sys
from ctick.model import Snapshot, quotes_from_text
from ctick.storage.store import Store
sys.stdin.readline()
quotes = quotes_from_text("KGS 0.01144 0")
for day in range(int(sys.argv[3])):
    store = Store(sys.argv[1])
    assert store.save([Snapshot(sys.argv[2], dt.date(2023, 5, 10) - dt.timedelta(days=day), quotes)]).new == 1
    store.close()
"""


@pytest.mark.parametrize(("processes", "saves"), [(2, 1), (8, 20)])
def test_processes_that_save_at_once_lose_nothing(path: Path, processes: int, saves: int) -> None:
    """The first one creates the store, and all that is saved is there."""
    running = [
        subprocess.Popen([sys.executable, "-c", SAVER, path, f"s{number}", str(saves)], stdin=subprocess.PIPE)
        for number in range(processes)
    ]
    for process in running:
        assert process.stdin is not None
        process.stdin.close()
    assert [process.wait(60) for process in running] == [0] * processes
    store = Store(str(path))
    assert len(list(store.quotes("KGS", DAY))) == processes * saves
    store.close()
    assert os.listdir(path.parent) == ["rates.db"]


KILLED = """
import datetime as dt, sys, time
from ctick.model import Snapshot, quotes_from_text
from ctick.storage.store import Store
store = Store(sys.argv[1])
store._file.connection().execute("PRAGMA cache_size = 2")  # so that it writes before its end
quotes = quotes_from_text("KGS 0.01150 0")
def snapshots():
    for day in range(200):
        yield Snapshot("timesca", dt.date(2023, 5, 10) - dt.timedelta(days=day), quotes)
    print("half way", flush=True)
    time.sleep(60)
store.save(snapshots())
"""


@pytest.fixture
def killed(path: Path) -> bytes:
    """A store whose writer was killed in the middle; what was in it before."""
    write(path)
    before = path.read_bytes()
    with subprocess.Popen([sys.executable, "-c", KILLED, path], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"half way\n"
        process.send_signal(signal.SIGKILL)
    assert path.read_bytes() != before
    assert sorted(os.listdir(path.parent)) == ["rates.db", "rates.db-journal"]
    return before


def test_a_killed_writer_loses_its_write_only(path: Path, killed: bytes) -> None:
    """The next reader rolls it back."""
    assert read(path) == ["KGS 0.01144 0"]
    assert os.listdir(path.parent) == ["rates.db"]
    assert path.read_bytes() == killed


def test_a_killed_writer_on_a_disk_that_became_read_only(path: Path, killed: bytes, ordinary: list[str]) -> None:
    """What can't be rolled back is not read either: it may be half a write."""
    path.chmod(0o400)
    path.parent.chmod(0o500)
    sentence = (
        f"the store {path} has an unfinished write that can't be rolled back, because the store is read-only:"
        " run ctick once where it can be written to, or name another with --db"
    )
    assert child(path, "read", prefix=ordinary) == [sentence]
    path.parent.chmod(0o700)
    path.chmod(0o600)
    assert child(path, "read", prefix=ordinary) == ["['KGS 0.01144 0']"]


@pytest.fixture
def no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def link(source: str, target: str) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)


def test_a_disk_without_hard_links(path: Path, no_links: None) -> None:
    """As on memory cards."""
    write(path)
    assert read(path) == ["KGS 0.01144 0"]
    assert os.listdir(path.parent) == ["rates.db"]


QUICKER = """
import datetime as dt, os, sys
def link(source, target):
    raise PermissionError(1, "Operation not permitted")
os.link = link
from ctick.model import Snapshot, quotes_from_text
from ctick.storage.store import Store
Store(sys.argv[1]).save([Snapshot("timesca", dt.date(2023, 5, 10), quotes_from_text("KGS 0.01150 0"))])
"""


def test_two_processes_that_create_a_store_without_hard_links(
    path: Path, no_links: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one has saved is not overwritten by the empty store of the other."""
    rename = os.rename
    others: list[subprocess.Popen[bytes]] = []

    def late(source: str, target: str) -> None:
        others.append(subprocess.Popen([sys.executable, "-c", QUICKER, path]))
        with suppress(subprocess.TimeoutExpired):  # it waits for this one
            others[0].wait(3)
        rename(source, target)

    monkeypatch.setattr(os, "rename", late)
    write(path)
    (other,) = others
    assert other.wait(60) == 0
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT quotes FROM snapshot ORDER BY quotes").fetchall() == [
        ("KGS 0.01144 0",),
        ("KGS 0.01150 0",),
    ]
    connection.close()
