"""Backups and rescues: sound copies, which overwrite nothing."""

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
from conftest import PAGE_10, PAGE_16, Run, sql

from ctick.model import Snapshot, quotes_from_text
from ctick.storage import connection
from ctick.storage.integrity import check
from ctick.storage.schema import check_value
from ctick.storage.store import Store

DAY = dt.date(2023, 5, 10)


@pytest.fixture
def path(home: Path, run: Run) -> Path:
    """The user's store, with two days."""
    assert run("snapshot", "-", "-q", stdin=PAGE_10 + PAGE_16).code == 0
    return home / ".local/share/ctick/ctick.db"


def count(path: Path) -> int:
    """The number of snapshots in a sound store."""
    store = Store(str(path))
    try:
        number, wrong = check(store.path)
    finally:
        store.close()
    assert wrong == []
    return number


# -- backup ---------------------------------------------------------------------------------


def test_a_backup_is_the_same_store(path: Path, run: Run, tmp_path: Path) -> None:
    """It is one file, checked, and gives the same answers."""
    copy = tmp_path / "copy.db"
    assert run("backup", str(copy)) == (0, "", f"backed up 2 snapshots to {copy} (verified)\n")
    assert os.listdir(tmp_path) == ["copy.db"]
    assert run("export", "--db", str(copy)) == run("export")
    assert run("backup", str(tmp_path / "other.db"), "-q") == (0, "", "")


@pytest.mark.parametrize("argv", [("backup",), ("doctor", "--rescue")])
def test_nothing_is_overwritten(path: Path, run: Run, tmp_path: Path, argv: tuple[str, ...]) -> None:
    """A file, a folder, a broken link, the store itself: exit 2, and nothing has changed."""
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("nowhere")
    before = path.read_bytes()
    for place in (tmp_path / "file", tmp_path / "folder", tmp_path / "link", path):
        assert run(*argv, str(place)) == (
            2, "", f"ctick: {place} already exists, and is not overwritten: name another file\n"
        )  # fmt: skip
    assert (tmp_path / "file").read_text() == "mine"
    assert sorted(os.listdir(tmp_path)) == ["file", "folder", "link"]
    assert path.read_bytes() == before


@pytest.mark.parametrize("argv", [("backup",), ("doctor", "--rescue")])
def test_files_that_can_not_be_created(path: Path, run: Run, tmp_path: Path, argv: tuple[str, ...]) -> None:
    """A folder that does not exist, a name that no system accepts: exit 6."""
    missing = tmp_path / "none" / "copy.db"
    assert run(*argv, str(missing)) == (
        6, "", f"ctick: {missing} can't be created (No such file or directory): name another file\n"
    )  # fmt: skip
    for no_file in ("", "-"):
        assert run(*argv, no_file) == (
            2, "", "ctick: a store is a file: name the new one ('ctick export' writes to a pipe)\n"
        )  # fmt: skip
    assert run(*argv, "a\0b").code == 6
    assert run(*argv, str(tmp_path / ("x" * 300))).code == 6
    assert os.listdir(tmp_path) == []


def test_without_a_store(run: Run, tmp_path: Path, home: Path) -> None:
    """There is nothing to copy, and none is created."""
    for argv in (("backup",), ("doctor", "--rescue")):
        assert run(*argv, str(tmp_path / "copy.db")) == (
            6, "", f"ctick: no such store: {home}/.local/share/ctick/ctick.db; 'ctick snapshot' creates it\n"
        )  # fmt: skip
    assert os.listdir(tmp_path) == os.listdir(home) == []


def test_a_damaged_store_is_not_backed_up(path: Path, run: Run, tmp_path: Path) -> None:
    """A copy of it would look as if all were well."""
    sql(path, "UPDATE snapshot SET quotes = 'KGS 9' WHERE id = 1")
    assert run("backup", str(tmp_path / "copy.db")) == (
        6,
        "",
        f"ctick: the store {path} is damaged (snapshot 1 (timesca of 2025-12-10) does not match its checksum)"
        f" and was not copied; {advice(path)}\n",
    )
    assert os.listdir(tmp_path) == []


def test_a_backup_on_a_full_disk(path: Path, tmp_path: Path, mounted: Callable[[str], list[str]]) -> None:
    """No partial file is left behind, and the store is unharmed."""
    small = tmp_path / "small"
    small.mkdir()
    prefix = mounted(f"mount -t tmpfs -o size=8k none '{small}'")
    script = f"'{sys.executable}' -m ctick backup --db '{path}' '{small}/copy.db'; echo $?; ls -A '{small}'"
    done = subprocess.run([*prefix, "sh", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "6\n"
    assert done.stderr == (
        f"ctick: the store {small}/copy.db can't be written, the disk is full: nothing was saved; free some space\n"
    )
    assert count(path) == 2


WRITER = """
import datetime as dt, sys
from ctick.model import Snapshot, quotes_from_text
from ctick.storage.schema import check_value
from ctick.storage.store import Store
for number in range(10**6):
    store = Store(sys.argv[1])
    day = dt.date(2023, 5, 10) - dt.timedelta(days=number // 100)
    store.save([Snapshot(f"{sys.argv[2]}{number % 100}", day, quotes_from_text("KGS 0.01144 0"))])
    store.close()
    print(number, flush=True)
"""


def test_backups_while_others_write(path: Path, run: Run, tmp_path: Path) -> None:
    """Each has all that was saved before it began, and nothing half-written."""
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, path, name], stdout=subprocess.PIPE) for name in ("a", "b")
    ]
    try:
        saved = 2
        for number in range(5):
            for writer in writers:
                assert writer.stdout is not None
                for _ in range(3):
                    writer.stdout.readline()
                    saved += 1
            copy = tmp_path / f"{number}.db"
            assert run("backup", str(copy), "-q") == (0, "", "")
            assert count(copy) >= saved
            assert run("doctor", "-q") == (0, "", "")
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
    assert count(path) >= saved


# -- rescue ---------------------------------------------------------------------------------


def test_a_rescue_of_a_sound_store(path: Path, run: Run, tmp_path: Path) -> None:
    """All of it, as an export shows; in every output format."""
    new = tmp_path / "new.db"
    assert run("doctor", "--rescue", str(new)) == (0, f"ok    rescued: 2 snapshots into the new store {new}\n", "")
    assert run("export", "--db", str(new)) == run("export")
    new.unlink()
    assert (
        run("doctor", "-o", "tsv", "--rescue", str(new)).out == f"ok\trescued\t2 snapshots into the new store {new}\n"
    )
    assert run("doctor", "--rescue", str(tmp_path / "third.db"), "-q") == (0, "", "")


def test_lost_snapshots_are_listed(path: Path, run: Run, tmp_path: Path) -> None:
    """The day of a row that was changed, from the indexes; exit 1, and the damaged store is not changed."""
    sql(path, "UPDATE snapshot SET quotes = 'KGS 9' WHERE id = 1")
    before = path.read_bytes()
    new = tmp_path / "new.db"
    assert run("doctor", "--rescue", str(new)) == (
        1,
        f"ok    rescued: 1 snapshot into the new store {new}\nFAIL  lost: timesca of 2025-12-10\n",
        "",
    )
    assert count(new) == 1
    assert path.read_bytes() == before
    answer = run("convert", "50000", "KGS", "--date", "2025-12-16", "--db", str(new), "-q")
    assert answer.out == "572.00 USD\n"
    assert run("doctor", "-q").code == 6


def test_the_number_of_lost_snapshots_is_known_without_an_index(path: Path, run: Run, tmp_path: Path) -> None:
    """From the table `tally`."""
    sql(path, "DROP TRIGGER snapshot_gone")
    sql(path, "DELETE FROM quote WHERE snapshot = 1")
    sql(path, "DELETE FROM snapshot WHERE id = 1")
    sql(
        path,
        "CREATE TRIGGER snapshot_gone AFTER DELETE ON snapshot BEGIN\n"
        "    UPDATE tally SET snapshots = snapshots - 1, crcs = crcs - OLD.crc;\nEND",
    )
    assert run("doctor", "-q") == (
        6,
        f"FAIL  store: {path}: 1 snapshot found, 2 expected; {advice(path)}\n",
        "",
    )
    code, out, _ = run("doctor", "--rescue", str(tmp_path / "new.db"))
    assert (code, out.splitlines()[1]) == (1, "FAIL  lost: 1 snapshot of an unknown day")


def test_a_page_that_is_out_of_date_is_found(path: Path, run: Run) -> None:
    """A disk that returns an old version of a page, in which each row is sound."""
    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute("SELECT source, as_of, quotes, seen_at, crc FROM snapshot WHERE id = 1").fetchone()
        trigger = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'snapshot_seen'").fetchone()[0]
        older = (*row[:3], "2020-01-01T00:00:00.000000Z")
        connection.execute("DROP TRIGGER snapshot_seen")
        connection.execute("UPDATE snapshot SET seen_at = ?, crc = ? WHERE id = 1", (older[3], check_value(*older)))
        connection.execute(trigger)
        connection.commit()
    assert run("doctor", "-q") == (
        6,
        f"FAIL  store: {path}: a snapshot is older than what was saved last; {advice(path)}\n",
        "",
    )


def test_deleted_snapshots_are_not_rescued(path: Path, run: Run, tmp_path: Path) -> None:
    """It is nowhere in the file."""
    assert b"KGS 0.01144 0;KZT 0.00193" in path.read_bytes()
    run("forget", "2025-12-10", "-q")
    assert b"KGS 0.01144 0;KZT 0.00193" not in path.read_bytes()
    assert run("doctor", "--rescue", str(tmp_path / "new.db"), "-q").code == 0
    assert count(tmp_path / "new.db") == 1


def test_a_store_without_its_header(path: Path, run: Run, tmp_path: Path) -> None:
    """The first page is gone, and all is rescued."""
    data = path.read_bytes()
    path.write_bytes(bytes(4096) + data[4096:])
    assert run("doctor", "--rescue", str(tmp_path / "new.db"), "-q") == (0, "", "")
    assert count(tmp_path / "new.db") == 2


@pytest.mark.parametrize("content", [b"", b"not a store\n" * 1000, bytes(10_000), b"\xff" * 10_000, b"\r" * 9000])
def test_files_with_nothing_to_rescue(run: Run, tmp_path: Path, content: bytes) -> None:
    """Exit 6, and no store is created."""
    path = tmp_path / "x.db"
    path.write_bytes(content)
    assert run("doctor", "--rescue", str(tmp_path / "new.db"), "--db", str(path)) == (
        6,
        "",
        f"ctick: no snapshot could be recovered from {path}:"
        f" 'ctick doctor --restore FILE --db {path}' restores a backup\n",
    )
    assert os.listdir(tmp_path) == ["x.db"]


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to(path)])
def test_only_files_are_read(run: Run, tmp_path: Path, make: Callable[[Path], object]) -> None:
    """A fifo is not waited for."""
    path = tmp_path / "x.db"
    make(path)
    for argv in (("doctor", "--rescue"), ("backup",)):
        code, out, err = run(*argv, str(tmp_path / "new.db"), "--db", str(path))
        assert (code, out) == (6, "")
        assert err.startswith(f"ctick: the store {path} ")
        assert err.endswith(": name another with --db\n")
    assert len(os.listdir(tmp_path)) == 1


def test_a_truncated_store_is_rescued(tmp_path: Path, run: Run) -> None:
    """Half a file has about half of them, each with its index or without."""
    path = tmp_path / "x.db"
    store = Store(str(path))
    store.save(Snapshot("s", DAY - dt.timedelta(days=day), quotes_from_text("KGS 0.01144 0")) for day in range(3000))
    store.close()
    os.truncate(path, path.stat().st_size // 8192 * 4096)
    code, out, _ = run("doctor", "--rescue", str(tmp_path / "new.db"), "--db", str(path))
    saved = count(tmp_path / "new.db")
    assert (code, out.splitlines()[0]) == (
        1, f"ok    rescued: {saved:,} snapshots into the new store {tmp_path}/new.db"
    )  # fmt: skip
    assert saved > 1000


def test_a_store_that_is_in_use_is_not_read_raw(
    path: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unfinished write of another process is no damage: exit 6, try again."""
    monkeypatch.setattr(connection, "_TIMEOUT", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        other.execute("DELETE FROM snapshot")
        assert run("doctor", "--rescue", str(tmp_path / "new.db")) == (
            6, "", f"ctick: the store {path} is locked by another program: try again\n"
        )  # fmt: skip
        other.execute("ROLLBACK")
    assert os.listdir(tmp_path) == []
    assert run("doctor", "--rescue", str(tmp_path / "new.db"), "-q").code == 0


@pytest.mark.parametrize("ending", ["-journal", "-wal", "-shm"])
def test_a_journal_of_another_store(path: Path, run: Run, tmp_path: Path, ending: str) -> None:
    """SQLite would roll it back into the new one."""
    new = tmp_path / "new.db"
    left = tmp_path / f"new.db{ending}"
    left.write_bytes(b"another store's")
    why = f"{left} of another store exists: move it away"
    for argv in (("backup", str(new)), ("doctor", "--rescue", str(new))):
        assert run(*argv) == (6, "", f"ctick: {new} can't be created ({why}): name another file\n")
    assert run("snapshot", "-", "--db", str(new), stdin=PAGE_16) == (
        6, "", f"ctick: the store {new} can't be created ({why}): name another with --db\n"
    )  # fmt: skip
    assert os.listdir(tmp_path) == [left.name]


def test_copies_have_the_permissions_of_the_store(path: Path, run: Run, tmp_path: Path) -> None:
    """For readers and for writers."""
    for mode in (0o600, 0o640):
        path.chmod(mode)
        for argv in (("backup",), ("doctor", "--rescue")):
            copy = tmp_path / f"{argv[0]}-{mode:o}.db"
            assert run(*argv, str(copy), "-q").code == 0
            assert copy.stat().st_mode & 0o777 == mode


def test_a_store_that_is_partly_unreadable(path: Path, run: Run, tmp_path: Path) -> None:
    """The message names the store, not the temporary copy."""
    data = path.read_bytes()
    path.write_bytes(data[:4096] + bytes(4096) + data[8192:])
    code, out, err = run("backup", str(tmp_path / "copy.db"))
    assert (code, out) == (6, "")
    assert err.startswith(f"ctick: the store {path} is damaged (")
    assert err.endswith(f") and was not copied; {advice(path)}\n")
