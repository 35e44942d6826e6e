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
from ctick.storage.connection import Database
from ctick.storage.fetch_log import FetchLog
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
def waiting(
    path: Path, home: Path, *argv: str, day: tuple[str, ...] = (str(DAY),)
) -> Iterator["subprocess.Popen[str]"]:
    """`ctick forget`, waiting for the reader of its stdout."""
    with subprocess.Popen(
        [sys.executable, "-m", "ctick", "forget", *day, "--db", str(path), *argv],
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


DAYS = [dt.date(2023, 5, day) for day in (9, 10, 12, 20)]


@pytest.fixture
def ranged(home: Path) -> Path:
    """The user's own store: four days of two sources, two snapshots of one."""
    path = home / ".local/share/ctick/ctick.db"
    path.parent.mkdir(parents=True)
    with closing(Store(str(path))) as store:
        for source in ("mine", "other"):
            store.save(Snapshot(source, day, quotes_from_text("KGS 0.011;KZT 0.00194")) for day in DAYS)
        store.save([Snapshot("mine", DAYS[1], quotes_from_text("KGS 0.012"))])
    return path


def days(path: Path, source: str) -> list[int]:
    with closing(Store(str(path))) as store:
        return [shot.as_of.day for shot in store.snapshots() if shot.source == source and shot.as_of]


@pytest.mark.parametrize(
    ("argv", "said", "left"),
    [
        (
            ["--since", "2023-05-10", "--until", "2023-05-12"],
            "5 snapshots of 2 days (10 May 2023 to 12 May 2023)",
            ([9, 20], [9, 20]),
        ),
        (
            ["--since", "2d", "--until", "2023-05-12", "--source", "mine"],
            "3 snapshots of 2 days (10 May 2023 to 12 May 2023)",
            ([9, 20], [9, 10, 12, 20]),
        ),
        (["--since", "2023-05-13"], "2 snapshots of 20 May 2023", ([9, 10, 10, 12], [9, 10, 12])),
        (["--until", "1y"], "9 snapshots of 4 days (9 May 2023 to 20 May 2023)", ([], [])),
        (["2023-05-10", "--source", "mine"], "2 snapshots of 10 May 2023", ([9, 12, 20], [9, 10, 12, 20])),
    ],
)
def test_a_dry_run_shows_what_a_range_deletes(
    run: Run, ranged: Path, argv: list[str], said: str, left: tuple[list[int], list[int]]
) -> None:
    """The same rows and numbers; then all of it, and nothing else, is deleted."""
    before = ranged.read_bytes()
    shown = run("forget", *argv, "--dry-run")
    assert (shown.code, shown.err) == (0, f"would delete {said}; nothing was deleted\n")
    assert ranged.read_bytes() == before
    assert run("forget", *argv) == (0, shown.out, f"deleted {said}\n")
    assert (days(ranged, "mine"), days(ranged, "other")) == left


def test_a_range_without_snapshots(run: Run, ranged: Path) -> None:
    """Exit 4, also in a dry run, and what helps."""
    for argv in ([], ["--dry-run"]):
        assert run("forget", "--since", "2023-05-13", "--until", "2023-05-19", *argv) == (
            4,
            "",
            "ctick: your store has no rates between 13 May 2023 and 19 May 2023:"
            " 'ctick history' shows the days with rates\n",
        )
    assert run("forget", "--until", "2023-05-01", "--source", "mine").err == (
        "ctick: your store has no rates from mine until 1 May 2023:"
        " 'ctick history --source mine' shows the days with rates\n"
    )
    assert run("forget", "--since", "2025-01-01").err == (
        "ctick: your store has no rates since 1 January 2025: bundled rates can't be deleted\n"
    )
    assert len(days(ranged, "mine")) == 5


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ([], "forget needs a day, as in 'ctick forget 2025-12-16', or --since and --until"),
        (["--source", "mine"], "forget needs a day, as in 'ctick forget 2025-12-16', or --since and --until"),
        (["2023-05-10", "2023-05-12"], "forget takes one day: name a range with --since and --until"),
        (
            ["2023-05-10", "--since", "2023-05-09"],
            "a day can't be combined with --since or --until: leave one of them out",
        ),
        (
            ["--since", "2023-05-12", "--until", "2023-05-09"],
            "--since 2023-05-12 is after --until 2023-05-09: swap them",
        ),
        (
            ["--since", "soon"],
            "--since 'soon' is not a date: write it as 2025-12-16, 16.12.2025, or as 30d, 2w, 6m, 1y",
        ),
    ],
)
def test_a_range_needs_a_bound(run: Run, ranged: Path, argv: list[str], message: str) -> None:
    """Nothing is deleted by a command that is wrong."""
    before = ranged.read_bytes()
    assert run("forget", *argv) == (2, "", f"ctick: {message}\n")
    assert ranged.read_bytes() == before


def test_a_range_saved_while_a_pager_waits_is_kept(path: Path, home: Path) -> None:
    """Also on other days of the range; the command that shows the rest names the range."""
    with waiting(path, home, day=("--since", "2023-05-01", "--until", "2023-05-31")) as process:
        with closing(Store(str(path))) as store:
            store.save([Snapshot("mine", DAYS[0], quotes_from_text("KGS 0.011")), snap(0)])
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err == (
        "deleted 1,499 snapshots of 10 May 2023\n"
        "ctick: 2 snapshots were saved in the meantime and kept:"
        f" \"ctick forget --since 2023-05-01 --until 2023-05-31 --db '{path}'\" shows and deletes them\n"
    )
    assert count(path) == 2


def test_days_of_a_range_are_fetched_again(run: Run, ranged: Path) -> None:
    """Days that a source said to have no rates for, too; a dry run changes nothing about that."""
    with closing(Database(str(ranged))) as file:
        FetchLog(file).add_answered("cbr", DAYS)
    for argv, left in (("--dry-run",), set(DAYS)), ((), {DAYS[0], DAYS[3]}):
        assert run("forget", "--since", "2023-05-10", "--until", "2023-05-12", "--source", "cbr", *argv).code == 4
        with closing(Database(str(ranged))) as file:
            assert FetchLog(file).answered("cbr", ["KGS"], DAYS[0], DAYS[3]) == left
