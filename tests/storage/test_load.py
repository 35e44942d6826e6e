"""Many processes at once on one store: all that is saved is there, none fails, and readers wait only a moment."""

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import Run
from crashes import FIRST, Rows, sound, stored
from feedserver import Server

from ctick.model import Snapshot, quotes_from_text
from ctick.storage.store import Store

LONGEST = 2.0
"""Seconds that a reader may wait for the store; looked at in the long forms only."""

_MANY = """
import datetime as dt, json, sys, time
from ctick.model import Snapshot, quotes_from_text
from ctick.storage.store import Store
role, path, name, count = sys.argv[1:]
day = dt.date(2023, 1, 2)
quotes = quotes_from_text("KGS 0.01144 0")
waits = []
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(count)):
    began = time.monotonic()
    store = Store(path)
    if role == "writer":
        assert store.save([Snapshot(name, day - dt.timedelta(days=number), quotes)]).new == 1
    else:
        list(store.quotes("KGS", day))
        list(store.quotes("KZT", day))
    store.close()
    waits.append(time.monotonic() - began)
    time.sleep(0.02 if role == "reader" else 0)
print(json.dumps(waits))
"""


class Waits(NamedTuple):
    """Seconds, of the readers and of the writers, in rising order."""

    reading: list[float]
    writing: list[float]

    def __str__(self) -> str:
        parts = []
        for name, waits in zip(self._fields, self, strict=True):
            if waits:
                figures = [waits[int(len(waits) * part)] for part in (0.5, 0.99)] + waits[-1:]
                median, late, last = (f"{figure:.3f} s" for figure in figures)
                parts.append(f"{len(waits):,} times {name}: median {median}, p99 {late}, longest {last}")
        return "; ".join(parts)


def at_once(path: Path, writers: int, saves: int, readers: int, reads: int) -> Waits:
    """Processes that all begin at once, when the last of them is ready."""
    store = Store(str(path))
    store.save([Snapshot("timesca", FIRST, quotes_from_text("KGS 0.01144 0;KZT 0.00194 -0"))])
    store.close()
    jobs = [("writer", f"s{number}", saves) for number in range(writers)]
    jobs += [("reader", "", reads)] * readers
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _MANY, role, str(path), name, str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for role, name, count in jobs
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    waits = Waits([], [])
    for process, (role, _, _) in zip(running, jobs, strict=True):
        out, err = process.communicate(timeout=300)
        assert (process.returncode, err) == (0, "")
        (waits.writing if role == "writer" else waits.reading).extend(json.loads(out))
    for each in waits:
        each.sort()
    return waits


def test_writers_and_readers_at_once(run: Run, path: Path) -> None:
    """8 that save and 8 that read, all the time: nothing is lost, and none fails."""
    at_once(path, 8, 10, 8, 20)
    assert len(stored(run, path)) == 81
    sound(run, path)


@pytest.mark.long
def test_fifty_writers_and_fifty_readers(run: Run, path: Path) -> None:
    """20 rounds each, with hardly a pause: no reader waits for more than 2 s."""
    waits = at_once(path, 50, 20, 50, 200)
    sys.stdout.write(f"{waits}\n")
    assert len(stored(run, path)) == 1001
    sound(run, path)
    assert waits.reading[-1] <= LONGEST


def _start(*argv: str, environment: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "ctick", *argv],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


READING = (("rates", "-q"), ("convert", "-q", "50000", "KGS"), ("history", "-q", "KGS"), ("export",), ("doctor", "-q"))


def commands_at_once(folder: Path, rounds: int, each: int, environment: dict[str, str]) -> Rows:
    """Rounds of whole `ctick` processes, so many that save and so many that read; what they saved."""
    rows = set()
    store = str(folder / "rates.db")
    for number in range(rounds):
        running = []
        for job in range(each):
            page = folder / f"{number}-{job}.txt"
            page.write_text(f"KGS/USD = 0.01144 0%\n{FIRST}\n")
            source = f"s{number}-{job}"
            rows.add((source, str(FIRST)))
            running.append(
                _start("snapshot", "-q", "--source", source, str(page), "--db", store, environment=environment)
            )
            running.append(_start(*READING[job % len(READING)], "--db", store, environment=environment))
        for process in running:
            out, err = process.communicate(timeout=300)
            # In the first round a reader may come before the store is made, and say that there is none.
            if not (number == 0 and process.returncode == 6 and f"no such store: {store}; check the name" in out + err):
                assert (process.returncode, err.replace(_none(store), "")) == (0, "")
    return frozenset(rows)


def _none(store: str) -> str:
    return f"no such store: {store}; using only the rates bundled with ctick\n"


def test_commands_at_once(run: Run, tmp_path: Path, home: Path) -> None:
    """6 processes of `ctick snapshot` and 6 that read, from the creation of the store on."""
    rows = commands_at_once(tmp_path, 2, 6, {"HOME": str(home)})
    assert stored(run, tmp_path / "rates.db") == rows
    sound(run, tmp_path / "rates.db")


@pytest.mark.long
def test_a_hundred_commands_at_once(run: Run, tmp_path: Path, home: Path) -> None:
    """50 that save and 50 that read, in 10 rounds."""
    rows = commands_at_once(tmp_path, 10, 50, {"HOME": str(home)})
    assert stored(run, tmp_path / "rates.db") == rows
    sound(run, tmp_path / "rates.db")


def same_second(run: Run, tmp_path: Path, environment: dict[str, str], rounds: int) -> None:
    for number in range(rounds):
        store = tmp_path / f"{number}" / "rates.db"
        jobs = [_start("snapshot", "-q", "--db", str(store), environment=environment) for _ in range(2)]
        for job in jobs:
            assert (*job.communicate(timeout=60), job.returncode) == ("", "", 0)
        assert {source for source, _ in stored(run, store)} == {"timesca", "cbr"}
        assert [file.name for file in store.parent.iterdir()] == ["rates.db"]


def test_two_jobs_of_one_second(run: Run, tmp_path: Path, running: Server, home: Path) -> None:
    """Without a store at first: it is created once, and each snapshot is stored once (see `stored`)."""
    same_second(run, tmp_path, {"HOME": str(home), **running.environment()}, 3)


@pytest.mark.long
def test_two_jobs_of_one_second_often(run: Run, tmp_path: Path, running: Server, home: Path) -> None:
    """The same 50 times."""
    same_second(run, tmp_path, {"HOME": str(home), **running.environment()}, 50)
