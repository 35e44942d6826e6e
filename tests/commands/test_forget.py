"""`ctick forget` shows first, and deletes what it has shown."""

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

from ctick.model import Snapshot, quotes_from_text
from ctick.storage.archive import Archive

DAY = dt.date(2023, 5, 10)
COUNT = 1500
"""Snapshots of one day: more than a pipe takes."""


def snap(number: int, source: str = "mine") -> Snapshot:
    return Snapshot(source, DAY, quotes_from_text(f"KGS 0.0{11000 + number};KZT 0.00194"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "my rates.db"
    with closing(Archive(str(path))) as store:
        store.save(snap(number) for number in range(COUNT))
    return path


@contextmanager
def waiting(path: Path, home: Path, *argv: str) -> Iterator["subprocess.Popen[str]"]:
    """`ctick forget` whose reader does not read on."""
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
    with closing(Archive(str(path))) as archive:
        number, wrong = archive.check()
    assert wrong == []
    return number


def test_others_write_while_a_pager_waits(path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What they save meanwhile is kept, and said."""
    monkeypatch.setattr("ctick.storage.connection._PATIENCE", 0.2)
    with waiting(path, home) as process:
        with closing(Archive(str(path))) as store:
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


def test_what_is_kept_of_another_source_is_not_counted(path: Path, home: Path) -> None:
    """The command that would delete the rest names the source."""
    with waiting(path, home, "--source", "mine", "-q") as process:
        with closing(Archive(str(path))) as store:
            store.save([snap(0, "other"), snap(COUNT)])
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err == (
        "ctick: 1 snapshot was saved in the meantime and kept:"
        f" \"ctick forget 2023-05-10 --source mine --db '{path}'\" shows and deletes it\n"
    )
    assert count(path) == 2


def test_a_pager_that_is_closed(path: Path, home: Path) -> None:
    """What could not be shown is not deleted."""
    with waiting(path, home) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""
        assert process.wait(60) == 0
    assert count(path) == COUNT


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_disk_that_is_full(path: Path, home: Path) -> None:
    """The same."""
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


def test_two_that_forget_the_same(path: Path, home: Path) -> None:
    """Each deletes what is still there."""
    with waiting(path, home) as process:
        with closing(Archive(str(path))) as store:
            assert store.forget(store.of_day(DAY)) == COUNT
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "deleted 0 snapshots of 10 May 2023\n")
