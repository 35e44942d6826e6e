"""Processes that run one command after another and are killed, and checks of their store afterwards."""

import datetime as dt
import json
import os
import random
import select
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from conftest import Result, Run

from ctick.model import Snapshot, quotes_from_text
from ctick.storage import schema
from ctick.storage.export_format import export_lines

Rows = frozenset[tuple[str, str]]
"""Source and day of snapshots."""

OLD = (Path(__file__).parent / "data" / "store-1.sql").read_text()
OLD_ROWS: Rows = frozenset({("timesca", "2026-05-20"), ("timesca", "2026-05-21"), ("cbr", "2026-05-22")})
"""A store of version 1, and what is in it."""

FIRST = dt.date(2023, 1, 2)  # a Monday

_WORKER = """
import json, os, sys
from ctick.__main__ import main
for argv in json.loads(sys.argv[2]):
    code = main(argv)
    os.write(int(sys.argv[1]), b"%d\\n" % code)  # only now it counts as reported
"""


CONTRACT = range(7)
"""Exit codes that are neither a bug nor a signal."""


class Command(NamedTuple):
    """A command line, and the snapshots that it saves or deletes: all of them or none."""

    argv: tuple[str, ...]
    rows: Rows
    is_deletion: bool = False

    def after(self, rows: Rows) -> Rows:
        return rows - self.rows if self.is_deletion else rows | self.rows


class Commands:
    """Makes commands with snapshots that no other command has, and the files that they read."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder = folder
        self.chance = chance
        self.number = 0
        self.feed_day = FIRST

    def save(self, count: int | None = None) -> Command:
        """`ctick snapshot FILE`, of a day or of years: the latter write before their end."""
        source, days = self._fresh(count)
        path = self.folder / f"{source}.txt"
        path.write_text("\n".join(f"KGS/USD = 0.01144 0%\n{day}\n" for day in days))
        return Command(("snapshot", "-q", "--source", source, str(path)), self._rows(source, days))

    def import_file(self, count: int | None = None) -> Command:
        """`ctick import FILE`."""
        source, days = self._fresh(count)
        path = self.folder / f"{source}.jsonl"
        quotes = quotes_from_text("KGS 0.01144 0")
        seen = "2026-02-22T05:00:00.000000Z"
        path.write_text("".join(export_lines(Snapshot(source, day, quotes, seen) for day in days)))
        return Command(("import", "-q", str(path)), self._rows(source, days))

    def fetch(self) -> Command:
        """`ctick snapshot cbr --date DAY`, of a working day that was not asked for yet."""
        self.feed_day += dt.timedelta(days=3 if self.feed_day.weekday() == 4 else 1)
        day = str(self.feed_day)
        return Command(("snapshot", "-q", "cbr", "--date", day), frozenset({("cbr", day)}))

    def forget(self, rows: Rows) -> Command:
        """`ctick forget DAY --source NAME`, of something that is there, and came by a command."""
        source, day = self.chance.choice(sorted(rows - OLD_ROWS))
        return Command(("forget", "-q", day, "--source", source), frozenset({(source, day)}), is_deletion=True)

    def several(self, kind: str, rows: Rows, count: int) -> list[Command]:
        """Commands of one kind, or of all kinds in any order."""
        made: list[Command] = []
        for _ in range(count):
            one = (
                kind
                if kind in ("save", "import", "fetch")
                else self.chance.choice(["save", "import", "fetch", "forget"])
            )
            one = "save" if one == "forget" and not rows - OLD_ROWS else one
            made.append(self.forget(rows) if one == "forget" else self._one(one))
            rows = made[-1].after(rows)
        return made

    def _one(self, kind: str) -> Command:
        return {"save": self.save, "import": self.import_file, "fetch": self.fetch}[kind]()

    def _fresh(self, count: int | None) -> tuple[str, list[dt.date]]:
        self.number += 1
        count = count or self.chance.choice([1] * 6 + [40] * 3 + [400] * 2 + [9000])
        return f"s{self.number}", [FIRST - dt.timedelta(days=day) for day in range(count)][::-1]

    @staticmethod
    def _rows(source: str, days: Iterable[dt.date]) -> Rows:
        return frozenset((source, str(day)) for day in days)


class Worker:
    """A process that runs commands one after another on one store, and reports each that is done."""

    def __init__(self, commands: list[Command], store: Path, environment: Mapping[str, str]) -> None:
        self.commands = commands
        self._codes = b""
        self._pipe, end = os.pipe()
        argv = [[*command.argv, "--db", str(store)] for command in commands]
        with open(store.with_name("stderr"), "wb") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _WORKER, str(end), json.dumps(argv)],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                pass_fds=[end],
            )
        os.close(end)

    def reported(self, wait: float = 0) -> int:
        """How many commands were reported as done; looks at what comes within `wait` seconds."""
        while select.select([self._pipe], [], [], wait)[0] and (more := os.read(self._pipe, 4096)):
            self._codes += more
        assert self._codes.split() == [b"0"] * self._codes.count(b"\n")
        return self._codes.count(b"\n")

    def kill_at(self, chance: random.Random, store: Path) -> None:
        """Kills it in one of its writes, or between; returns when it is dead."""
        after = chance.randrange(len(self.commands))
        # Most of the time is spent outside of writes, and most of that of a write before its journal counts.
        sign = chance.choice([None, _is_writing, _is_writing, is_hot, is_hot, is_hot, is_hot])
        until = time.monotonic() + 60
        while self.reported(0.001) < after and self.process.poll() is None and time.monotonic() < until:
            pass
        while sign and not sign(store) and self.process.poll() is None and time.monotonic() < until:
            pass
        moment = time.perf_counter() + chance.choice([0, 0, 0.0002, 0.001, 0.003, 0.02]) * chance.random()
        while time.perf_counter() < moment:
            pass
        self.process.kill()
        self.process.wait(60)

    def end(self) -> int:
        """How many commands were reported in all, once it has ended."""
        with closing(os.fdopen(self._pipe, "rb")) as pipe:
            self._codes += pipe.read()
        assert self._codes.split() == [b"0"] * self._codes.count(b"\n")
        return self._codes.count(b"\n")


def _is_writing(store: Path) -> bool:
    return any(name.startswith(store.name + "-") or ".new-" in name for name in os.listdir(store.parent))


def is_hot(store: Path) -> bool:
    """Whether there is a write to be rolled back: a journal whose header was written, which is done last."""
    journal = store.with_name(store.name + "-journal")
    try:
        with open(journal, "rb", buffering=0) as file:
            return file.read(1) not in (b"", b"\0")
    except FileNotFoundError:
        return False


def left(store: Path) -> list[str]:
    """What a killed process has left beside the store, for the report."""
    found = []
    if store.with_name(store.name + "-journal").exists():
        found.append("a journal")
    if is_hot(store):
        found.append("a hot journal")
    if not store.exists():
        found.append("no store yet")
    if any(".new-" in name for name in os.listdir(store.parent)):
        found.append("a temporary file")
        for path in store.parent.glob("*.new-*"):
            path.unlink()
    return found


def stored(run: Run, store: Path) -> Rows:
    """What an export has."""
    code, out, err = run("export", "--db", str(store))
    if not store.exists():  # killed before it was made
        assert (code, out) == (6, "")
        return frozenset()
    assert (code, err) == (0, "")
    rows = [json.loads(line) for line in out.splitlines()[1:-1]]
    # No snapshot is stored twice.
    assert len({(row["source"], row["as_of"], json.dumps(row["quotes"])) for row in rows}) == len(rows)
    return frozenset((row["source"], row["as_of"]) for row in rows)


def version(store: Path) -> int:
    with closing(sqlite3.connect(store)) as connection:
        (number,) = connection.execute("PRAGMA user_version").fetchone()
    assert isinstance(number, int)
    return number


def make_old(store: Path) -> None:
    """A store of version 1, which the next write migrates."""
    with closing(sqlite3.connect(store)) as connection:
        connection.executescript(OLD)


def old_or_new(run: Run, store: Path) -> str:
    """Whether a store of version 1 was migrated; each copy of the old one is whole, and there is one if it was."""
    copies = sorted(store.parent.glob(f"{store.name}.version-1*"))
    for copy in copies:
        assert version(copy) == 1
        sound(run, copy)
        assert stored(run, copy) == OLD_ROWS
    if version(store) == 1:
        return "still of version 1"
    assert version(store) == schema.VERSION
    assert copies
    return "migrated"


def sound(run: Run, store: Path) -> None:
    """`ctick doctor` finds nothing wrong, and nothing is left to be rolled back."""
    code, out, err = run("doctor", "--db", str(store))
    if not store.exists():
        assert (code, err) == (6, "")
        return
    assert (code, err) == (0, ""), out
    assert "FAIL" not in out
    assert not is_hot(store)


def everything(commands: Commands, there: Rows, copy: Path) -> list[Command]:
    """A command of each kind; those that only read have no rows."""
    reading = [("export",), ("rates", "-q"), ("rates", "-q", "-o", "table"), ("convert", "-q", "50000", "KGS")]
    reading += [("history", "-q"), ("history", "-q", "--chart"), ("doctor",), ("sources",), ("backup", "-q", str(copy))]
    writing = [commands.save(100), commands.import_file(100), commands.fetch(), commands.forget(there)]
    return [*writing, *(Command(argv, frozenset()) for argv in reading)]


def is_orderly(result: Result, codes: Sequence[int] = CONTRACT) -> bool:
    """An exit code of the contract, and messages on stderr."""
    return result.code in codes and "Traceback" not in result.err and "Exception ignored" not in result.err
