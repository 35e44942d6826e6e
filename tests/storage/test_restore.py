"""A backup that replaces the store: nothing is lost, and no old journal is rolled back into it."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import PAGE_10, PAGE_16, Run, Trace, page, sql
from crashes import is_hot, sound
from test_processes import KILLED
from test_systemcalls import BETWEEN, kill_at

from ctick.model import Snapshot
from ctick.storage import atomic_file
from ctick.storage.store import Store

JOURNALS = ("-journal", "-wal", "-shm")


@pytest.fixture
def path(tmp_path: Path, run: Run) -> Path:
    """A store with three days, alone in its folder."""
    (tmp_path / "here").mkdir()
    path = tmp_path / "here" / "my rates.db"
    text = PAGE_10 + PAGE_16 + page("KGS 0.01143 0%", "17 December 2025")
    assert run("snapshot", "-", "-q", "--db", str(path), stdin=text).code == 0
    return path


@pytest.fixture
def backup(tmp_path: Path, run: Run) -> Path:
    """One with two of them."""
    place = tmp_path / "backup.db"
    assert run("snapshot", "-", "-q", "--db", str(place), stdin=PAGE_10 + PAGE_16).code == 0
    return place


@pytest.fixture
def hot(path: Path) -> Path:
    """The store after its writer was killed: only with its journal it is whole."""
    with subprocess.Popen([sys.executable, "-c", KILLED, path], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"half way\n"
        process.kill()
    assert is_hot(path)
    return path


def exported(run: Run, path: Path) -> str:
    code, out, err = run("export", "--db", str(path))
    assert (code, err) == (0, "")
    return out


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in sorted(os.listdir(folder))}


def test_a_damaged_store_with_a_hot_journal(hot: Path, backup: Path, run: Run) -> None:
    """The backup is used unchanged, and both old files are kept unchanged."""
    data = hot.read_bytes()
    hot.write_bytes(data[:5000] + bytes(2000) + data[7000:])
    before, saved = contents(hot.parent), exported(run, backup)
    code, out, err = run("doctor", "--restore", str(backup), "--db", str(hot))
    kept = f"{hot}.replaced-1"
    assert (code, err) == (0, "")
    assert out == (
        f"ok    restored: 2 snapshots from {backup}\n"
        f"note  kept: previous file, now {kept}\n"
        f"note  kept: previous file, now {kept}-journal\n"
    )
    assert exported(run, hot) == saved
    assert run("doctor", "-q", "--db", str(hot)) == (0, "", "")
    assert {
        name.replace(".replaced-1", ""): data for name, data in contents(hot.parent).items() if "replaced" in name
    } == before
    assert sorted(os.listdir(hot.parent)) == [hot.name, f"{hot.name}.replaced-1", f"{hot.name}.replaced-1-journal"]


def test_the_old_store_is_whole_with_its_journal(hot: Path, backup: Path, run: Run) -> None:
    """Under its new name SQLite still rolls the unfinished write back."""
    assert run("doctor", "-q", "--restore", str(backup), "--db", str(hot)) == (0, "", "")
    kept = hot.with_name(f"{hot.name}.replaced-1")
    sound(run, kept)
    assert exported(run, kept).count('"as_of"') == 3


def test_a_store_that_is_sound_is_kept_too(path: Path, backup: Path, run: Run) -> None:
    """Each time under another name; doctor lists them."""
    before = path.read_bytes()
    for number in (1, 2):
        out = run("doctor", "--restore", str(backup), "--db", str(path)).out
        assert out.endswith(f"note  kept: previous file, now {path}.replaced-{number}\n")
    assert Path(f"{path}.replaced-1").read_bytes() == before
    assert exported(run, Path(f"{path}.replaced-2")) == exported(run, backup) == exported(run, path)
    assert (
        f"note  old store: {path}.replaced-1, kept when a backup was restored\n" in run("doctor", "--db", str(path)).out
    )
    assert run("doctor", "-q", "--restore", f"{path}.replaced-1", "--db", str(path)).code == 0
    assert exported(run, path) == exported(run, Path(f"{path}.replaced-1"))


def test_without_a_store(backup: Path, run: Run, home: Path) -> None:
    """It is created, with its folder; the default store if none is named."""
    assert run("doctor", "--restore", str(backup)) == (0, f"ok    restored: 2 snapshots from {backup}\n", "")
    assert exported(run, home / ".local/share/ctick/ctick.db") == exported(run, backup)


@pytest.mark.parametrize("ending", JOURNALS)
def test_journals_without_a_store(path: Path, backup: Path, run: Run, ending: str) -> None:
    """They are moved, too."""
    path.unlink()
    path.with_name(path.name + ending).write_bytes(b"old")
    assert run("doctor", "-q", "--restore", str(backup), "--db", str(path)).code == 0
    assert exported(run, path) == exported(run, backup)
    assert path.with_name(f"{path.name}.replaced-1{ending}").read_bytes() == b"old"


def test_a_link_stays_a_link(path: Path, backup: Path, tmp_path: Path, run: Run) -> None:
    """Its target is replaced."""
    link = tmp_path / "link.db"
    link.symlink_to(path)
    assert run("doctor", "-q", "--restore", str(backup), "--db", str(link)).code == 0
    assert link.is_symlink()
    assert exported(run, path) == exported(run, backup)


def test_a_file_that_is_not_a_store(tmp_path: Path, backup: Path, run: Run) -> None:
    """Or one with a damaged header: it can't be opened, and is still replaced."""
    for number, content in enumerate((b"", b"no store\n" * 1000, bytes(5000))):
        path = tmp_path / f"{number}.db"
        path.write_bytes(content)
        assert run("doctor", "-q", "--restore", str(backup), "--db", str(path)).code == 0
        assert exported(run, path) == exported(run, backup)
        assert Path(f"{path}.replaced-1").read_bytes() == content


# -- what is refused ------------------------------------------------------------------------


def damaged(path: Path) -> str:
    sql(path, "UPDATE snapshot SET quotes = 'KGS 9' WHERE id = 1")
    return f"{path} is damaged (snapshot 1 (timesca of 2025-12-10) does not match its checksum) and was not restored: name another backup"


def cut(path: Path) -> str:
    data = path.read_bytes()
    path.write_bytes(data[:4096] + bytes(4096) + data[8192:])
    return f"{path} is damaged ("


def no_store(path: Path) -> str:
    path.write_bytes(b"text\n" * 1000)
    return f"the store {path} is not a ctick store, or its header is damaged: "


def newer(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    return f"the store {path} was written by a newer ctick"


def folder(path: Path) -> str:
    path.unlink()
    path.mkdir()
    return f"the store {path} is not a file: "


@pytest.mark.parametrize("spoil", [damaged, cut, no_store, newer, folder])
def test_a_backup_that_is_not_sound(hot: Path, backup: Path, run: Run, spoil: Callable[[Path], str]) -> None:
    """The store and its journal stay as they are."""
    sentence = spoil(backup)
    before = contents(hot.parent)
    code, out, err = run("doctor", "--restore", str(backup), "--db", str(hot))
    assert (code, out) == (6, "")
    assert err.startswith(f"ctick: {sentence}")
    assert ".new-" not in err
    assert contents(hot.parent) == before


def test_names_that_are_refused(path: Path, backup: Path, tmp_path: Path, run: Run) -> None:
    """The store itself under any name, an empty name, and what can't be a store."""
    (tmp_path / "link.db").symlink_to(path)
    os.link(path, tmp_path / "same.db")
    before = contents(path.parent)
    for name in (str(path), str(tmp_path / "link.db"), str(tmp_path / "same.db")):
        assert run("doctor", "--restore", name, "--db", str(path)) == (
            2, "", f"ctick: {name} is the store itself: name a backup of it\n"
        )  # fmt: skip
    assert run("doctor", "--restore", "a\0b", "--db", str(path)) == (3, "", "ctick: no such file: a\ufffdb\n")
    assert run("doctor", "--restore", str(backup), "--db", "a\0b") == (
        6, "", "ctick: the store a\ufffdb can't be reached (there is a NUL in its name): name another with --db\n"
    )  # fmt: skip
    for name in ("", "-"):
        assert run("doctor", "--restore", name, "--db", str(path)) == (
            2, "", "ctick: a store is a file: name the backup ('ctick import' reads from a pipe)\n"
        )  # fmt: skip
    assert run("doctor", "--restore", "none.db", "--db", str(path)) == (3, "", "ctick: no such file: none.db\n")
    assert run("doctor", "--restore", str(backup), "--db", str(tmp_path)) == (
        6, "", f"ctick: the store {tmp_path} is not a file: name another with --db\n"
    )  # fmt: skip
    assert run("doctor", "--restore", str(backup), "--rescue", "new.db", "--db", str(path)) == (
        2, "", "ctick: --rescue makes a new store and --restore replaces yours: choose one\n"
    )  # fmt: skip
    assert contents(path.parent) == before


@pytest.mark.parametrize("begin", ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE", "BEGIN; SELECT * FROM snapshot"])
def test_a_store_that_is_in_use(
    path: Path, backup: Path, run: Run, monkeypatch: pytest.MonkeyPatch, begin: str
) -> None:
    """By a writer or a reader: ctick waits for them, up to a timeout."""
    monkeypatch.setattr("ctick.storage.connection._TIMEOUT", 0.05)
    before = path.read_bytes()
    script = (
        "import sqlite3, sys; connection = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "[connection.execute(part).fetchone() for part in sys.argv[2].split(';')]; print(flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, path, begin], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert run("doctor", "--restore", str(backup), "--db", str(path)) == (
            6, "", f"ctick: the store {path} is locked by another program: try again\n"
        )  # fmt: skip
        assert path.read_bytes() == before
        other.communicate()
    assert run("doctor", "-q", "--restore", str(backup), "--db", str(path)).code == 0


def test_a_store_that_another_process_creates_meanwhile(
    hot: Path, backup: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not replaced: what was saved in it was reported as saved."""
    put = atomic_file.move_without_overwriting

    def late(temporary: str, place: str) -> bool:
        shutil.copy(backup, place)
        return put(temporary, place)

    monkeypatch.setattr("ctick.storage.restore.move_without_overwriting", late)
    assert run("doctor", "--restore", str(backup), "--db", str(hot)) == (
        6, "", f"ctick: the store {hot} was created by another process meanwhile, and was not changed: try again;"
        f" the previous store is kept as {hot}.replaced-1, {hot}.replaced-1-journal\n"
    )  # fmt: skip
    assert sorted(os.listdir(hot.parent)) == [hot.name, f"{hot.name}.replaced-1", f"{hot.name}.replaced-1-journal"]


def test_a_restore_that_fails_at_its_end(hot: Path, backup: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the new store can't be renamed, the message says where the old one is."""

    def fail(temporary: str, place: str) -> bool:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("ctick.storage.restore.move_without_overwriting", fail)
    assert run("doctor", "--restore", str(backup), "--db", str(hot)) == (
        6, "", f"ctick: the store {hot} can't be replaced (Input/output error);"
        f" the previous store is kept as {hot}.replaced-1, {hot}.replaced-1-journal\n"
    )  # fmt: skip
    monkeypatch.undo()
    assert run("doctor", "-q", "--restore", str(backup), "--db", str(hot)) == (0, "", "")


def test_a_restore_in_a_read_only_folder(path: Path, backup: Path, ordinary: list[str]) -> None:
    """A folder that is read-only."""
    before = contents(path.parent)
    path.parent.chmod(0o500)
    done = subprocess.run(
        [*ordinary, sys.executable, "-m", "ctick", "doctor", "--restore", str(backup), "--db", str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    path.parent.chmod(0o700)
    assert (done.returncode, done.stdout) == (6, "")
    assert done.stderr.startswith(f"ctick: the store {path} can't be ")
    assert ".new-" not in done.stderr
    assert contents(path.parent) == before


def test_a_disk_without_hard_links(hot: Path, backup: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on memory cards."""

    def link(source: str, target: str, **_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    before = contents(hot.parent)
    assert run("doctor", "-q", "--restore", str(backup), "--db", str(hot)) == (0, "", "")
    assert exported(run, hot) == exported(run, backup)
    found = contents(hot.parent)
    assert {name.replace(".replaced-1", ""): data for name, data in found.items() if "replaced" in name} == before


# -- kills ----------------------------------------------------------------------------------


@pytest.mark.parametrize("is_old_hot", [True, False])
def test_a_restore_that_is_killed_between_its_steps(
    path: Path,
    backup: Path,
    tmp_path: Path,
    run: Run,
    trace: Trace,
    is_old_hot: bool,
    request: pytest.FixtureRequest,
) -> None:
    """Before each of its system calls: the old store is there with its journal, the new one never has one."""
    if is_old_hot:
        request.getfixturevalue("hot")
    before = contents(path.parent)
    saved = exported(run, backup)
    states = []
    for name, place in killed(path, backup, tmp_path, trace):
        try:
            states.append(state(place, before))
            again = run("doctor", "-q", "--restore", str(backup), "--db", str(place))
            assert again == (0, "", "")
            assert exported(run, place) == saved
            assert state(place, before) == "new"
        except BaseException as error:
            error.add_note(f"killed before its {name}")
            raise
    assert len(states) > 8
    assert set(states) == ({"old", "none", "new"} if is_old_hot else {"old", "new"})


def killed(path: Path, backup: Path, tmp_path: Path, trace: Trace) -> Iterator[tuple[str, Path]]:
    for call in (*BETWEEN, "linkat", "renameat", "unlinkat"):
        number = 1
        while True:
            place = tmp_path / f"{call}-{number}" / path.name
            shutil.copytree(path.parent, place.parent)
            done = trace(kill_at(call, number), ("doctor", "-q", "--restore", str(backup)), place)
            if done.returncode == 0:
                break
            assert (done.returncode, done.stderr) == (-9, "")
            yield f"{number}. {call}", place
            number += 1


def state(place: Path, before: dict[str, bytes]) -> str:
    """The file with the store's name; the old store is there, unchanged, under its name or another."""
    names = sorted(name for name in os.listdir(place.parent) if ".new-" not in name)
    journal = place.with_name(f"{place.name}-journal")
    pairs = [place.name, *(name for name in names if name.rpartition("-")[0] == f"{place.name}.replaced")]
    assert any(
        all((place.parent / name.replace(place.name, pair)).exists() for name in before)
        and all((place.parent / name.replace(place.name, pair)).read_bytes() == data for name, data in before.items())
        for pair in pairs
    )
    if not place.exists():
        return "none"
    if place.read_bytes() == before[place.name]:
        assert journal.exists() == (len(before) > 1)
        return "old"
    assert not journal.exists()
    return "new"


def test_a_process_goes_on_after_the_store_was_replaced(path: Path, backup: Path, run: Run) -> None:
    """By a process that had it open."""
    with closing(Store(str(path))) as store:
        assert len(store.newest()) == 1
        assert run("doctor", "-q", "--restore", str(backup), "--db", str(path)).code == 0
        last = max(store.newest().values())
        assert str(last) == "2025-12-16"
        found = store.snapshots_of(last)
        assert store.save([Snapshot("more", last, found[0].quotes)]).new == 1
    assert exported(run, path).count('"as_of"') == 3
