"""`ctick forget` shows snapshots and deletes exactly these."""

import datetime as dt
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from conftest import Run

from ctick.capture import Capture
from ctick.model import Snapshot, quotes_from_text
from ctick.storage.integrity import check
from ctick.storage.store import Store

DAY = dt.date(2023, 5, 10)
COUNT = 1500
"""Snapshots of one day: more than fit into a pipe."""


def snap(number: int, source: str = "mine") -> Snapshot:
    return Snapshot(source, DAY, quotes_from_text(f"KGS 0.0{11000 + number};KZT 0.00194"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "my rates.db"
    with closing(Store(str(path))) as store:
        store.save(snap(number) for number in range(COUNT))
    return path


@contextmanager
def waiting(path: Path, home: Path, *argv: str) -> Iterator["subprocess.Popen[str]"]:
    """`ctick forget`, waiting for the reader of its stdout."""
    with subprocess.Popen(
        [sys.executable, "-m", "ctick", "forget", str(DAY), "--db", str(path), *argv],
        env={"HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert select.select([process.stdout], [], [], 30)[0]
        time.sleep(0.2)
        assert process.poll() is None
        try:
            yield process
        finally:
            process.kill()


def count(path: Path) -> int:
    with closing(Store(str(path))) as archive:
        number, wrong = check(archive.path)
    assert wrong == []
    return number


def test_snapshots_saved_while_a_pager_waits_are_kept(path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a message counts them."""
    monkeypatch.setattr("ctick.storage.connection._TIMEOUT", 0.2)
    with waiting(path, home) as process:
        with closing(Store(str(path))) as store:
            assert store.save([snap(COUNT), snap(0)]).new == 1
        out, err = process.communicate(timeout=60)
    assert out.count("\n") == 2 * COUNT
    assert process.returncode == 1
    assert err == (
        f"deleted 1,499 snapshots of 10 May 2023\n"
        f"ctick: 2 snapshots were saved in the meantime and kept: \"ctick forget 2023-05-10 --db '{path}'\" shows and"
        " deletes them\n"
    )
    assert count(path) == 2


def test_snapshots_of_other_sources_are_not_counted(path: Path, home: Path) -> None:
    """The command that would delete the rest names the source."""
    with waiting(path, home, "--source", "mine", "-q") as process:
        with closing(Store(str(path))) as store:
            store.save([snap(0, "other"), snap(COUNT)])
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err == (
        "ctick: 1 snapshot was saved in the meantime and kept:"
        f" \"ctick forget 2023-05-10 --source mine --db '{path}'\" shows and deletes it\n"
    )
    assert count(path) == 2


def test_a_closed_pager_deletes_nothing(path: Path, home: Path) -> None:
    """What could not be shown is not deleted."""
    with waiting(path, home) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""
        assert process.wait(60) == 0
    assert count(path) == COUNT


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_deletes_nothing(path: Path, home: Path) -> None:
    """Nor if stdout is a file on a full disk."""
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ctick", "forget", str(DAY), "--db", str(path)],
            env={"HOME": str(home)},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert count(path) == COUNT


def test_two_at_once(path: Path, home: Path) -> None:
    """Each deletes what still exists."""
    with waiting(path, home) as process:
        with closing(Store(str(path))) as store:
            assert store.delete(store.snapshots_of(DAY)) == COUNT
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "deleted 0 snapshots of 10 May 2023\n")


def test_captures_are_shown_and_deleted(run: Run, tmp_path: Path) -> None:
    """In an export and in json, as long as the snapshot is there."""
    path = tmp_path / "crawl.db"
    captured = snap(1)
    captured.capture = Capture("https://timesca.com/", "2023-05-10T05:00:00Z")
    with closing(Store(str(path))) as store:
        store.save([captured])
    last = '"url": "https://timesca.com/", "captured_at": "2023-05-10T05:00:00Z"}'
    assert run("export", "--db", str(path)).out.splitlines()[1].endswith(last)
    shown = run("history", "KGS", "--revisions", "--until", str(DAY), "-o", "jsonl", "--db", str(path)).out
    assert shown.endswith(f'"computed_change": null, "computed_days": null, {last}\n')
    shown = run("forget", str(DAY), "-q", "-o", "jsonl", "--db", str(path)).out
    assert [line.endswith(last) for line in shown.splitlines()] == [True, True]
    assert count(path) == 0
    run("snapshot", "-", "-q", "--date", str(DAY), "--source", "mine", "--db", str(path), stdin="KGS/USD = 0.011001\n")
    assert "url" not in run("export", "--db", str(path)).out
