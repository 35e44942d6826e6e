"""A store that another program has switched to WAL mode, in which the file itself may be out of date."""

import datetime as dt
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import PAGE_16, Run

from ctick.model import Snapshot, quotes_from_text
from ctick.storage.store import Store

DAY = dt.date(2023, 5, 10)
FORGOTTEN = b"KGS 0.01234"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store in WAL mode that no process has open."""
    path = tmp_path / "rates.db"
    with closing(Store(str(path))) as store:
        store.save(
            [Snapshot("a", DAY, quotes_from_text("KGS 0.01234")), Snapshot("b", DAY, quotes_from_text("KGS 0.01"))]
        )
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
    return path


@pytest.fixture
def reader(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    """Another program that has it open, and has written something that is in the WAL file only."""
    monkeypatch.setattr("ctick.storage.connection._TIMEOUT", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE source_log SET failure = 'x'")
        connection.execute("INSERT INTO source_log VALUES ('a', NULL, NULL, NULL)")
        assert path.with_name("rates.db-wal").stat().st_size
        yield connection


def busy(path: Path) -> str:
    return (
        f"ctick: the store {path} is in WAL mode and open in another program: close that program and try again"
        f" (\"sqlite3 {path} 'PRAGMA journal_mode=DELETE'\" ends that mode, as ctick would)\n"
    )


def mode(path: Path) -> str:
    return {1: "delete", 2: "wal"}[path.read_bytes()[18]]


def test_the_next_write_ends_wal_mode(path: Path, run: Run) -> None:
    """Reading doesn't."""
    db = ("--db", str(path))
    assert run("rates", "KGS", "--date", str(DAY), "--source", "b", "-q", *db).out.split("\t")[2] == "0.01"
    assert run("doctor", "-q", *db) == (0, "", "")
    assert mode(path) == "wal"
    assert run("forget", str(DAY), "--source", "a", "-q", *db).code == 0
    assert mode(path) == "delete"
    assert os.listdir(path.parent) == ["rates.db"]
    assert FORGOTTEN not in path.read_bytes()


def test_deleted_snapshots_do_not_come_back(path: Path, run: Run, reader: sqlite3.Connection) -> None:
    """While another program has it open nothing is deleted, and nothing rescued from the outdated file."""
    db, new = ("--db", str(path)), str(path.parent / "new.db")
    code, out, err = run("forget", str(DAY), "--source", "a", *db)
    assert (code, out.count("\n"), err) == (6, 1, busy(path))
    assert run("doctor", "--rescue", new, *db) == (6, "", busy(path))
    reader.execute("DELETE FROM snapshot WHERE source = 'a'")
    reader.execute("DELETE FROM quote WHERE source = 'a'")
    assert run("doctor", "--rescue", new, *db) == (6, "", busy(path))
    reader.close()
    assert run("doctor", "--rescue", new, "-q", *db) == (0, "", "")
    with closing(Store(new)) as store:
        assert [shot.source for shot in store.snapshots_of(DAY)] == ["b"]


def test_other_commands_on_a_store_in_wal_mode(path: Path, run: Run, reader: sqlite3.Connection) -> None:
    """Those that read see what is in the WAL file; those that write say why they can't."""
    db, copy = ("--db", str(path)), path.parent / "copy.db"
    reader.execute("UPDATE quote SET base = base")
    for argv in (("rates", "-q"), ("convert", "5", "KGS", "-q"), ("history", "-q"), ("sources",), ("doctor", "-q")):
        assert run(*argv, *db)[::2] == (0, ""), argv
    exported = run("export", *db)
    assert exported.out.count("0.01234") == 1
    assert run("backup", str(copy), "-q", *db) == (0, "", "")
    assert mode(copy) == "delete"
    assert run("export", "--db", str(copy)) == exported
    assert run("snapshot", "-", *db, stdin=PAGE_16) == (6, "", busy(path))
    lines = path.parent / "all.jsonl"
    lines.write_text(exported.out)
    assert run("import", str(lines), *db) == (6, "", busy(path))
    reader.close()
    assert run("snapshot", "-", "-q", *db, stdin=PAGE_16) == (0, "", "")
    assert mode(path) == "delete"


def test_wal_mode_in_a_read_only_folder(path: Path, ordinary: list[str]) -> None:
    """SQLite needs to write to the folder of such a store even to read it."""
    path.chmod(0o400)
    path.parent.chmod(0o500)
    for argv in (("rates",), ("doctor",), ("snapshot", "-"), ("backup", "x.db"), ("doctor", "--rescue", "x.db")):
        done = subprocess.run(
            [*ordinary, sys.executable, "-m", "ctick", *argv, "--db", str(path)],
            input=PAGE_16,
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout if argv == ("doctor",) else done.stderr
        assert done.returncode == 6
        assert (
            f"the store {path} is in WAL mode, and its folder is read-only:"
            f" run \"sqlite3 {path} 'PRAGMA journal_mode=DELETE'\" where the folder can be written to, or name another with --db\n"
        ) in said
    path.parent.chmod(0o700)


def test_wal_mode_on_a_read_only_disk(path: Path, mounted: Callable[[str], list[str]]) -> None:
    """The same."""
    folder = path.parent
    prefix = mounted(f"mount --bind '{folder}' '{folder}' && mount -o remount,bind,ro '{folder}'")
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "ctick", "rates", "--db", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (6, "")
    assert f"the store {path} is in WAL mode, and its folder is read-only" in done.stderr


def test_a_damaged_store_with_a_wal_file(path: Path, run: Run, reader: sqlite3.Connection) -> None:
    """What is in the WAL file is rescued, or the message says that it is not."""
    log, new = path.with_name("rates.db-wal"), path.parent / "new.db"
    reader.execute("DELETE FROM snapshot WHERE source = 'a'")
    reader.execute("DROP TRIGGER snapshot_gone")
    assert run("doctor", "--rescue", str(new), "--db", str(path)) == (
        6,
        "",
        f"ctick: the latest changes of the damaged store {path} are in {log}: close the program that has it open and"
        " try again; to recover the store without these changes, move that file away\n",
    )
    reader.close()
    run("doctor", "--rescue", str(new), "--db", str(path), "-q")
    with closing(Store(str(new))) as store:
        assert [shot.source for shot in store.snapshots_of(DAY)] == ["b"]
