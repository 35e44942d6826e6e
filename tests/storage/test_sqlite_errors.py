"""Errors of SQLite have the right message; only damage is called damage."""

import datetime as dt
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from advised import advice
from conftest import PAGE_16, Run, sql

from ctick.errors import DamageError, StoreError
from ctick.model import Snapshot, quotes_from_text
from ctick.shell import store_command
from ctick.storage.connection import Errors
from ctick.storage.store import Store

DAY = dt.date(2023, 5, 10)
MANY = [Snapshot("s", DAY - dt.timedelta(days=day), quotes_from_text("KGS 0.01144 0")) for day in range(20_000)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "rates.db"
    with closing(Store(str(path))) as store:
        store.save(MANY[:3])
    return path


def said(path: Path, use: Callable[[Store], object]) -> str:
    """The sentence about something that is not damage."""
    with closing(Store(str(path))) as store, pytest.raises(StoreError) as caught:
        use(store)
    assert not isinstance(caught.value, DamageError)
    return str(caught.value)


@pytest.mark.parametrize(
    ("index", "detail"),
    [
        ("ON snapshot (source)", "UNIQUE constraint failed: snapshot.source (SQLITE_CONSTRAINT_UNIQUE)"),
        ("ON quote (base)", "UNIQUE constraint failed: quote.base (SQLITE_CONSTRAINT_UNIQUE)"),
        ("ON quote (lower(base))", "UNIQUE constraint failed: index 'mine' (SQLITE_CONSTRAINT_UNIQUE)"),
    ],
)
def test_a_unique_index_of_the_users(path: Path, index: str, detail: str) -> None:
    """It stops a write and the message names it; it never makes ctick replace a row."""
    sql(path, "DELETE FROM quote WHERE as_of < '2023-05-10'")
    sql(path, "DELETE FROM snapshot WHERE as_of < '2023-05-10'")
    sql(path, f"CREATE UNIQUE INDEX mine {index}")
    before = path.read_bytes()
    assert said(path, lambda store: store.save([MANY[1]])) == (
        f"the store {path} refused a write because of an index that ctick did not create ({detail}): nothing was saved;"
        f" drop that index ('sqlite3 {path} .indexes' lists all)"
    )
    assert path.read_bytes() == before
    with closing(Store(str(path))) as store:
        assert len(list(store.quotes("KGS", DAY))) == 1


def test_an_index_with_a_function_that_ctick_does_not_have(path: Path) -> None:
    """SQLite's own message, and no word of damage."""
    with closing(sqlite3.connect(path)) as connection:
        connection.create_function("mine", 1, str, deterministic=True)
        connection.execute("CREATE INDEX by_mine ON snapshot (mine(quotes))")
    sentence = said(path, lambda store: store.save([MANY[5]]))
    assert sentence.startswith(f"the store {path} can't be used, SQLite reports: ")
    assert sentence.endswith(f" (SQLITE_ERROR); 'ctick doctor --db {path}' checks it")


def test_an_interrupted_query(path: Path) -> None:
    """As by `interrupt`, which a program that uses ctick may call."""
    with closing(Store(str(path))) as store:
        connection = store._file.connection()
        assert connection is not None
        connection.set_progress_handler(lambda: 1, 1)
        with pytest.raises(StoreError) as caught:
            store.newest()
        assert str(caught.value) == f"the store {path} can't be read, the query was interrupted: try again"
        connection.set_progress_handler(None, 0)
        assert store.newest() == {"s": DAY}


def test_a_full_folder_for_temporary_files(path: Path, tmp_path: Path, mounted: Callable[[str], list[str]]) -> None:
    """SQLite needs none, for no command."""
    with closing(Store(str(path))) as store:
        store.save(MANY)
    full = tmp_path / "full"
    full.mkdir()
    script = f"mount -t tmpfs -o size=4k none '{full}' && head -c 4096 /dev/zero >'{full}/other'"
    for argv in (("doctor", "-q"), ("backup", "-q", str(tmp_path / "copy.db")), ("rates", "-q"), ("history", "-q")):
        done = subprocess.run(
            [*mounted(script), sys.executable, "-m", "ctick", *argv, "--db", str(path)],
            env={"HOME": str(tmp_path), "TMPDIR": str(full), "SQLITE_TMPDIR": str(full)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), argv


def sqlite_error(name: str, text: str, kind: type[sqlite3.Error] = sqlite3.OperationalError) -> sqlite3.Error:
    error = kind(text)
    if name:
        error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    "name",
    [
        value
        for value in dir(sqlite3)
        if value.startswith("SQLITE_") and type(getattr(sqlite3, value)) is int and getattr(sqlite3, value) & 0xFF < 29
    ],
)
def test_every_error_of_sqlite(name: str) -> None:
    """A message for each, and exit 6; damage is what SQLite calls damage."""
    if name == "SQLITE_IOERR_NOMEM":
        return
    with pytest.raises(StoreError) as caught, Errors("rates.db"):
        raise sqlite_error(name, "some text")
    is_damage = name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
    assert isinstance(caught.value, DamageError) == is_damage
    assert ("damaged" in str(caught.value)) == (is_damage or name == "SQLITE_IOERR_CORRUPTFS")
    assert ("--rescue" in str(caught.value)) == is_damage


def test_sqlite_out_of_memory() -> None:
    """It is Python's MemoryError."""
    with pytest.raises(MemoryError), Errors("rates.db"):
        raise sqlite_error("SQLITE_IOERR_NOMEM", "disk I/O error")


def test_an_index_that_lacks_a_row_is_damage() -> None:
    """ctick looks for a snapshot by the same index that then rejects it."""
    with pytest.raises(DamageError), Errors("rates.db"):
        raise sqlite_error(
            "SQLITE_CONSTRAINT_UNIQUE",
            "UNIQUE constraint failed: snapshot.as_of, snapshot.source, snapshot.quotes",
            sqlite3.IntegrityError,
        )


def test_a_store_that_is_replaced_while_it_is_open(path: Path) -> None:
    """The next call uses the new one, and nothing is written to the old one."""
    with closing(Store(str(path))) as store:
        assert len(list(store.quotes("KGS", DAY))) == 3
        old = path.rename(path.with_name("old.db"))
        assert store.newest() == {}
        with closing(Store(str(path))) as other:
            other.save(MANY[:1])
        before = old.read_bytes()
        assert [quote.as_of for quote in store.quotes("KGS", DAY)] == [DAY]
        assert store.save([MANY[7]]).new == 1
        assert old.read_bytes() == before
    with closing(Store(str(path))) as store:
        assert [quote.as_of for quote in store.quotes("KGS", DAY)] == [DAY, MANY[7].as_of]


def test_a_store_that_is_replaced_during_a_write(path: Path) -> None:
    """The write is refused, and neither file is changed."""
    other = path.with_name("other.db")
    with closing(Store(str(other))) as store:
        store.save(MANY[:1])
    before = other.read_bytes()

    def snapshots() -> Iterator[Snapshot]:
        other.rename(path)
        yield MANY[7]

    assert said(path, lambda store: store.save(snapshots())) == (
        f"the store {path} was moved or replaced while ctick had it open: nothing was saved; try again"
    )
    assert path.read_bytes() == before


# -- the command that helps -----------------------------------------------------------------


def test_advice_names_the_store(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `--db` if the command would use another store without it."""
    default = home / ".local/share/ctick/ctick.db"
    assert store_command(str(default), "doctor") == "'ctick doctor'"
    assert store_command("my rates.db", "doctor") == "\"ctick doctor --db 'my rates.db'\""
    assert store_command("$HOME/it's.db", "doctor") == "\"ctick doctor --db '$HOME/it'\"'\"'s.db'\""
    monkeypatch.setenv("CTICK_DB", "other.db")
    assert store_command("other.db", "doctor") == "'ctick doctor --db other.db'"
    assert store_command(str(default), "doctor") == f"'ctick doctor --db {default}'"
    monkeypatch.setenv("CTICK_DB", "")
    assert run("snapshot", "-", "-q", stdin=PAGE_16).code == 0
    os.truncate(default, 4096 + 100)
    assert run("rates") == (
        6,
        "",
        f"ctick: the store {default} is damaged and was not changed; 'ctick doctor --rescue FILE' recovers"
        " what it can, 'ctick doctor --restore FILE' restores a backup\n",
    )
    db = home / "a b.db"
    default.rename(db)
    assert run("rates", "--db", str(db)).err.endswith(
        f"\"ctick doctor --rescue FILE --db '{db}'\" recovers what it can,"
        f" \"ctick doctor --restore FILE --db '{db}'\" restores a backup\n"
    )
    assert advice(db) in run("doctor", "-q", "--db", str(db)).out
