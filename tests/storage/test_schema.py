"""Stores of every version there has been: read as they are, and migrated by the first write."""

import datetime as dt
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from advised import advice
from conftest import PAGE_16, Run
from test_connection import child

from ctick import clock
from ctick.errors import DamageError, StoreError
from ctick.model import Snapshot, quotes_from_text
from ctick.storage import schema
from ctick.storage.connection import Database
from ctick.storage.fetch_log import FetchLog
from ctick.storage.integrity import check
from ctick.storage.store import Store
from ctick.storage.transaction import create, transaction

DUMPS = {
    int(path.stem.removeprefix("store-")): path for path in (Path(__file__).parents[1] / "data").glob("store-*.sql")
}
OLD = sorted(set(DUMPS) - {schema.VERSION})
DAY = dt.date(2026, 5, 23)
MORE = Snapshot("cbr", DAY, quotes_from_text("KGS 0.01144"))
URL = "https://example.org/rates.json"


def restore(path: Path, version: int) -> None:
    """A store of that version, with four snapshots, one of them a revision and one derived."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(DUMPS[version].read_text())


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return schema.version_of(connection)


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def exported(path: Path) -> list[str]:
    store = Store(str(path))
    try:
        assert check(store.path)[1] == []
        return [f"{snapshot!r} {snapshot.to_text()}" for snapshot in store.snapshots()]
    finally:
        store.close()


def save(path: Path) -> None:
    store = Store(str(path))
    try:
        store.save([MORE])
    finally:
        store.close()


def test_there_is_a_store_of_every_version() -> None:
    """A new version needs a new sample."""
    assert sorted(DUMPS) == list(range(1, schema.VERSION + 1))


def test_the_newest_version_is_what_ctick_creates(path: Path, tmp_path: Path) -> None:
    """Tables can't change without a new version."""
    create(Database(str(path))).close()
    restore(tmp_path / "newest.db", schema.VERSION)
    made = [line for line in dump(tmp_path / "newest.db") if not line.startswith("INSERT")]
    assert made == [line for line in dump(path) if not line.startswith("INSERT")]


@pytest.mark.parametrize("version", sorted(DUMPS))
def test_every_command_reads_an_old_store_without_changing_it(
    path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    """Not a byte of it."""
    monkeypatch.setattr(clock, "today", lambda: dt.date(2026, 5, 22))
    restore(path, version)
    before = path.read_bytes()
    db = ("--db", str(path))
    assert run("convert", "50000", "KGS", "--date", "2026-05-21", "-q", *db) == (0, "572.50 USD\n", "")
    assert run("rates", "TMT", "--date", "2026-05-22", "-q", *db).out.split("\t")[2:7] == [
        "0.28571", "0.00001", "0", "2026-05-20", "timesca"
    ]  # fmt: skip
    assert run("history", "UZS", "-q", "--since", "2026-05-20", *db).code == 0
    assert run("export", *db).out.count("\n") == 6
    assert run("sources", *db).code == 0
    assert run("doctor", "-q", *db) == (0, "", "")
    assert run("backup", str(path.parent / "copy.db"), "-q", *db) == (0, "", "")
    assert run("doctor", "-q", "--rescue", str(path.parent / "new.db"), *db) == (0, "", "")
    assert path.read_bytes() == before
    assert version_of(path.parent / "copy.db") == version
    assert version_of(path.parent / "new.db") == schema.VERSION
    assert exported(path.parent / "copy.db") == exported(path.parent / "new.db") == exported(path)


WRITES: list[tuple[str, ...]] = [
    ("snapshot", "-", "-q"),
    ("import", "all.jsonl", "-q"),
    ("forget", "2026-05-22", "-q"),
]


@pytest.mark.parametrize("argv", WRITES)
@pytest.mark.parametrize("version", OLD)
def test_every_write_migrates_an_old_store(
    path: Path, run: Run, version: int, argv: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy of the old one is put beside it; the next write makes no other."""
    monkeypatch.chdir(path.parent)
    restore(path, version)
    before, old = exported(path), dump(path)
    Path("all.jsonl").write_text(run("export", "--db", str(path)).out)
    for _ in range(2):
        assert run(*argv, "--db", str(path), stdin=PAGE_16).code in (0, 4)  # the second time there is nothing to forget
    assert version_of(path) == schema.VERSION
    gone = 1 if argv[0] == "forget" else 0
    assert set(before[: len(before) - gone]) <= set(exported(path))
    copy = path.with_name(f"rates.db.version-{version}")
    assert sorted(os.listdir()) == ["all.jsonl", "rates.db", copy.name]
    assert dump(copy) == old
    assert version_of(copy) == version
    note = f"note  old store: {copy}, kept when the store was migrated\n"
    assert note in run("doctor", "--db", str(path)).out
    assert run("doctor", "--db", str(path), "-q") == (0, "", "")


@pytest.mark.parametrize("version", OLD)
def test_a_migrated_store_is_the_same_as_a_new_one(path: Path, version: int) -> None:
    """Exactly; the log of fetches is kept, except answers without a check value and days that broken ones marked."""
    restore(path, version)
    log = FetchLog(Database(str(path)))
    assert log.answer(URL) is None
    before = log.logs()
    save(path)
    with closing(sqlite3.connect(path)) as connection:
        assert schema.schema_error(connection, schema.VERSION) is None
    log = FetchLog(Database(str(path)))
    assert log.logs() == before
    assert log.answered("cbr", [], dt.date(2026, 5, 16), DAY) == {dt.date(2026, 5, day) for day in (22, 23)}
    log.store_answer(URL, b"1", None, None, DAY)
    assert log.answer(URL) == (b"1", None, None, DAY)


@pytest.mark.parametrize("version", OLD)
def test_an_older_copy_is_not_overwritten(path: Path, version: int) -> None:
    """The next gets a number."""
    restore(path, version)
    old = dump(path)
    names = [path.with_name(f"rates.db.version-{version}{number}") for number in ("", "-2")]
    for name in names:
        name.write_text("mine")
    save(path)
    assert [name.read_text() for name in names] == ["mine", "mine"]
    assert dump(path.with_name(f"rates.db.version-{version}-3")) == old


@pytest.mark.parametrize("version", OLD)
def test_the_copy_is_beside_the_file_and_not_beside_a_link(path: Path, tmp_path: Path, version: int) -> None:
    """There is space and permission for it where the store is."""
    (tmp_path / "links").mkdir()
    restore(path, version)
    (tmp_path / "links" / "link.db").symlink_to(path)
    save(tmp_path / "links" / "link.db")
    assert sorted(os.listdir(tmp_path)) == ["links", "rates.db", f"rates.db.version-{version}"]
    assert os.listdir(tmp_path / "links") == ["link.db"]
    assert version_of(path) == schema.VERSION


@pytest.mark.parametrize("version", OLD)
def test_without_a_copy_nothing_is_migrated(path: Path, version: int, ordinary: list[str]) -> None:
    """A folder that is read-only while the file is not: the store is not changed, and can be read."""
    restore(path, version)
    old = dump(path)
    path.parent.chmod(0o500)
    assert child(path, "KGS 0.01150", "read", prefix=ordinary) == [
        f"the store {path} can't be opened: check the permissions of the file and its folder, or name another with --db",
        "[]",
    ]
    path.parent.chmod(0o700)
    assert dump(path) == old


@pytest.mark.parametrize("version", OLD)
def test_a_migration_is_one_transaction(path: Path, version: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in the middle, or in the write that started it, leaves the old version unchanged."""
    restore(path, version)
    old = dump(path)
    with monkeypatch.context() as patch:
        patch.setattr(schema, "STEPS", (*schema.STEPS[:-1], (*schema.STEPS[-1], "DROP INDEX gone")))
        with pytest.raises(StoreError) as caught:
            save(path)
    assert str(caught.value) == (
        f"the store {path} can't be used, SQLite reports: no such index: gone (SQLITE_ERROR);"
        f" 'ctick doctor --db {path}' checks it"
    )
    assert (version_of(path), dump(path)) == (version, old)
    assert os.listdir(path.parent) == ["rates.db"]  # a cron that fails each hour leaves no copy each hour
    file = Database(str(path))
    with pytest.raises(StoreError), transaction(file) as connection:  # noqa: PT012 - the block is what fails
        assert schema.version_of(connection) == schema.VERSION
        raise sqlite3.OperationalError
    file.close()
    assert (version_of(path), dump(path)) == (version, old)


SAVER = """
import datetime as dt, sys
from ctick.model import Snapshot, quotes_from_text
from ctick.storage.store import Store
store = Store(sys.argv[1])
list(store.quotes("KGS", dt.date(2026, 5, 23)))
print(flush=True)
sys.stdin.readline()
store.save([Snapshot(sys.argv[2], dt.date(2026, 5, 23), quotes_from_text("KGS 0.01144"))])
"""


@pytest.mark.parametrize("version", OLD)
def test_processes_that_migrate_at_once(path: Path, version: int) -> None:
    """All have the old one open; one migrates it, and all writes are there."""
    restore(path, version)
    before = exported(path)
    command = [sys.executable, "-c", SAVER, str(path)]
    savers = [
        subprocess.Popen([*command, f"s{number}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) for number in range(8)
    ]
    for saver in savers:
        assert saver.stdout is not None
        saver.stdout.readline()
    for saver in savers:
        saver.communicate()
    assert [saver.returncode for saver in savers] == [0] * 8
    after = exported(path)
    assert set(before) < set(after)
    assert len(after) == len(before) + 8
    assert sorted(os.listdir(path.parent)) == ["rates.db", f"rates.db.version-{version}"]


def foreign_trigger(path: Path) -> None:
    restore(path, schema.VERSION)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TRIGGER mine AFTER INSERT ON snapshot BEGIN DELETE FROM snapshot; END")


def view_for_a_table(path: Path) -> None:
    restore(path, schema.VERSION)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "DROP TABLE source_log; CREATE VIEW source_log AS WITH RECURSIVE endless (source) AS"
            " (SELECT 'cbr' UNION ALL SELECT source FROM endless)"
            " SELECT source, NULL AS success_at, NULL AS failure_at, NULL AS failure FROM endless;"
        )


def trigger_by_another_name(path: Path) -> None:
    restore(path, schema.VERSION)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TRIGGER mine AFTER INSERT ON SNAPSHOT BEGIN DELETE FROM quote; END")


def no_version(path: Path) -> None:
    restore(path, schema.VERSION)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 0")


def other_version(path: Path) -> None:
    restore(path, schema.VERSION)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 1")


def lying_schema(path: Path, kind: str, name: str, table: str, sql: str) -> None:
    """A row of the schema whose columns contradict its text, which is what SQLite runs."""
    restore(path, schema.VERSION)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("INSERT INTO sqlite_schema VALUES (?, ?, ?, 0, ?)", (kind, name, table, sql))
        connection.commit()


_TRIGGER = "TRIGGER mine AFTER INSERT ON snapshot BEGIN DELETE FROM snapshot; END"


def trigger_in_disguise(path: Path) -> None:
    lying_schema(path, "trigger", "mine", "snapshot", f"create/* INDEX */{_TRIGGER}")


NO_TABLES = "does not have ctick's tables"
FOREIGN = "has a trigger on its tables that ctick did not create (mine)"


@pytest.mark.parametrize(
    ("make", "error"),
    [
        *((make, FOREIGN) for make in (foreign_trigger, trigger_by_another_name, trigger_in_disguise)),
        *((make, NO_TABLES) for make in (view_for_a_table, no_version)),
        (other_version, FOREIGN.replace("mine", "snapshot_added")),
    ],
)
def test_tables_and_triggers_that_ctick_did_not_create(path: Path, make: Callable[[Path], None], error: str) -> None:
    """Triggers and views of another program are not run, even if the file claims another version."""
    make(path)
    before = path.read_bytes()
    for use in (save, exported):
        with pytest.raises(StoreError) as caught:
            use(path)
        assert str(caught.value) == f"the store {path} {error}; {advice(path)}"
    assert path.read_bytes() == before


@pytest.mark.parametrize(("kind", "table"), [("index", "snapshot"), ("trigger", "notes"), ("table", "notes")])
def test_triggers_that_the_schema_calls_something_else(path: Path, kind: str, table: str) -> None:
    """Whether SQLite notices it or ctick does: they don't run."""
    lying_schema(path, kind, "mine", table, f"CREATE {_TRIGGER}")
    before = path.read_bytes()
    for use in (save, exported):
        with pytest.raises(DamageError):
            use(path)
    assert path.read_bytes() == before


OWN = """
CREATE INDEX by_day ON snapshot (as_of, seen_at);
CREATE INDEX by_rate ON snapshot (length(quotes)) WHERE source = 'timesca';
CREATE UNIQUE INDEX once ON quote (base, as_of, source, snapshot);
CREATE VIEW days AS SELECT DISTINCT as_of FROM snapshot;
CREATE TABLE notes (text, snapshot REFERENCES snapshot (id));
CREATE INDEX notes_text ON notes (text);
CREATE TRIGGER note AFTER INSERT ON notes BEGIN UPDATE notes SET text = upper(text); END;
ANALYZE;
"""


@pytest.mark.parametrize("version", sorted(DUMPS))
def test_indexes_views_and_tables_of_others_do_no_harm(path: Path, run: Run, version: int) -> None:
    """Nor triggers on the user's tables: each command works as without them."""
    restore(path, version)
    answers = [run(*argv, "--db", str(path)) for argv in (("rates",), ("history", "--revisions"), ("export",))]
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(OWN)
    assert [run(*argv, "--db", str(path)) for argv in (("rates",), ("history", "--revisions"), ("export",))] == answers
    assert run("doctor", "-q", "--db", str(path)) == (0, "", "")
    assert run("backup", "-q", str(path.parent / "copy.db"), "--db", str(path)) == (0, "", "")
    save(path)
    assert run("forget", "-q", "2026-05-22", "--db", str(path)).code == 0
    assert run("doctor", "-q", "--db", str(path)) == (0, "", "")
    assert version_of(path) == schema.VERSION
