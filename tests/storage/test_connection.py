import datetime as dt
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from advised import advice, not_ours

from ctick.errors import StoreError
from ctick.model import Snapshot, quotes_from_text
from ctick.storage.store import Store

DAY = dt.date(2023, 5, 10)
SNAPSHOT = Snapshot("timesca", DAY, quotes_from_text("KGS 0.01144 0"))
MORE = Snapshot("timesca", DAY, quotes_from_text("KGS 0.01150 0"))


def read(path: Path | str) -> list[str]:
    """The quotes that the store has, as another process would see them."""
    store = Store(str(path))
    try:
        return [dated.quote.to_text() for dated in store.quotes("KGS", DAY)]
    finally:
        store.close()


def write(path: Path | str, snapshot: Snapshot = SNAPSHOT) -> None:
    store = Store(str(path))
    try:
        store.save([snapshot])
    finally:
        store.close()


def forget(path: Path | str) -> None:
    store = Store(str(path))
    try:
        store.delete(store.snapshots_of(DAY))
    finally:
        store.close()


def refusal(use: Callable[[], object]) -> str:
    """The sentence with which something ends; its exit code is 6."""
    with pytest.raises(StoreError) as caught:
        use()
    assert caught.value.exit_code == 6
    return str(caught.value)


# -- what may lie where the store should be -------------------------------------------------


def test_no_file_is_an_empty_store(path: Path) -> None:
    """Reading creates none; saving creates one that is marked as ctick's, and no other file."""
    assert read(path) == []
    assert not path.exists()
    write(path)
    assert [file.name for file in path.parent.iterdir()] == ["rates.db"]
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA application_id").fetchone() == (0x6374696B,)
    assert connection.execute("PRAGMA user_version").fetchone() == (3,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()


def test_folders_are_made_for_the_user_alone(tmp_path: Path) -> None:
    """As deep as the path says."""
    write(tmp_path / "a" / "b" / "rates.db")
    assert read(tmp_path / "a" / "b" / "rates.db") == ["KGS 0.01144 0"]
    assert (tmp_path / "a" / "b").stat().st_mode & 0o077 == 0


def other_program(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE snapshot (id)")
    connection.commit()
    connection.close()


def newer_version(path: Path) -> None:
    write(path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 4")
    connection.close()


def cut_short(path: Path) -> None:
    write(path)
    os.truncate(path, 4096 + 100)


def no_tables(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA application_id = 0x6374696B")
    connection.execute("PRAGMA user_version = 1")
    connection.close()


NOT_OURS: list[tuple[Callable[[Path], object], str]] = [
    (
        lambda path: path.write_text("KGS/USD = 0.01144 0%\n" * 100),
        "the store {} {not_ours}",
    ),
    (
        lambda path: path.write_bytes(b"x\n"),
        "the store {} {not_ours}",
    ),
    (
        lambda path: path.write_bytes(b""),
        "the store {} is empty; ctick never creates an empty file: 'ctick doctor --restore FILE --db {}' restores a backup,"
        " or delete it to start again",
    ),
    (lambda path: path.mkdir(), "the store {} is not a file: name another with --db"),
    (os.mkfifo, "the store {} is not a file: name another with --db"),
    (lambda path: path.symlink_to("/dev/null"), "the store {} is not a file: name another with --db"),
    (
        lambda path: path.symlink_to(path),
        "the store {} can't be reached (Too many levels of symbolic links): name another with --db",
    ),
    (other_program, "{} is another program's database, not a ctick store: name another with --db"),
    (
        newer_version,
        "the store {} was written by a newer ctick (store version 4, this ctick reads up to 3): it was not changed; upgrade ctick",
    ),
    (cut_short, "the store {} is damaged and was not changed; {advice}"),
]


@pytest.mark.parametrize(("make", "sentence"), NOT_OURS)
def test_files_that_are_not_ctick_stores_are_not_changed(
    path: Path, make: Callable[[Path], object], sentence: str
) -> None:
    """Reading, saving and deleting raise the same error, and change no byte."""
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    said = sentence.format(path, path, advice=advice(path), not_ours=not_ours(path))
    for use in (read, write, forget):
        assert refusal(lambda use=use: use(path)) == said  # type: ignore[misc]
    assert (path.read_bytes() if path.is_file() else b"") == before
    assert os.listdir(path.parent) == ["rates.db"]


def test_a_store_without_its_tables(path: Path) -> None:
    """The error says so."""
    no_tables(path)
    assert refusal(lambda: read(path)) == (f"the store {path} does not have ctick's tables; {advice(path)}")


@pytest.mark.parametrize(
    "name",
    [
        "what?.db", "100%.db", "%41.db", "#1.db", "a b\tc.db", "two\nlines.db", "тенге.db", ":memory:", "file:x.db",
        "x.db?mode=memory", "-.db", "[bold].db", b"\xff\xfe.db",
    ],
)  # fmt: skip
def test_any_file_name_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str | bytes) -> None:
    """Absolute or not, with any characters; the one file that appears has exactly that name."""
    name = os.fsdecode(name)
    monkeypatch.chdir(tmp_path)
    write(name)
    write(tmp_path / name, MORE)
    assert read(name) == ["KGS 0.01150 0"]
    assert os.listdir(tmp_path) == [name]


def test_two_slashes_are_one(path: Path) -> None:
    """`//tmp/rates.db` names no host."""
    write(f"/{path}")
    assert read(path) == ["KGS 0.01144 0"]


def test_dots_after_a_link_mean_what_the_system_says(tmp_path: Path) -> None:
    """`link/..` is the folder above the link's target."""
    (tmp_path / "far" / "away").mkdir(parents=True)
    (tmp_path / "link").symlink_to("far/away")
    write(tmp_path / "link" / ".." / "rates.db")
    assert read(tmp_path / "link" / ".." / "rates.db") == ["KGS 0.01144 0"]
    assert (tmp_path / "far" / "rates.db").is_file()


def test_a_link_to_a_file_that_does_not_exist(path: Path) -> None:
    """The store is created at its target, but not if the folder there does not exist."""
    path.symlink_to("target.db")
    assert read(path) == []
    write(path)
    assert path.is_symlink()
    assert read(path.parent / "target.db") == ["KGS 0.01144 0"]
    path.unlink()
    path.symlink_to("disk/target.db")
    assert refusal(lambda: write(path)) == (
        f"the store {path} is a link to {path.parent}/disk/target.db, whose folder does not exist:"
        " mount its disk, or name another with --db"
    )
    assert not (path.parent / "disk").exists()


def test_names_that_no_system_accepts(tmp_path: Path) -> None:
    """A NUL, a name too long, a file where a folder should be."""
    assert (
        refusal(lambda: read("a\0b"))
        == "the store a\ufffdb can't be reached (there is a NUL in its name): name another with --db"
    )
    long = tmp_path / ("x" * 300)
    assert refusal(lambda: read(long)).endswith("can't be reached (File name too long): name another with --db")
    (tmp_path / "file").touch()
    below = tmp_path / "file" / "rates.db"
    assert read(below) == []
    assert refusal(lambda: write(below)) == f"the store {below} can't be created (File exists): name another with --db"


# -- disks and permissions ------------------------------------------------------------------

CHILD = """
import datetime as dt, sys
from ctick.errors import CtickError
from ctick.model import Snapshot, quotes_from_text
from ctick.storage.store import Store
day = dt.date(2023, 5, 10)
for use in sys.argv[2:]:
    store = Store(sys.argv[1])
    try:
        if use == "read":
            print([dated.quote.to_text() for dated in store.quotes("KGS", day)])
        else:
            store.save([Snapshot("timesca", day, quotes_from_text(use))])
            print("saved")
    except CtickError as error:
        print(error)
    store.close()
"""


def child(*words: str | Path, prefix: list[str] | None = None) -> list[str]:
    """The output of another process that reads (`read`) or saves quotes."""
    command = [*(prefix or []), sys.executable, "-c", CHILD, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_a_read_only_folder_still_answers(path: Path, ordinary: list[str]) -> None:
    """The error says that nothing was saved."""
    write(path)
    path.chmod(0o400)
    path.parent.chmod(0o500)
    read_only = f"the store {path} or its folder is read-only: nothing was saved; name another with --db"
    assert child(path, "read", "KGS 0.01150", "read", prefix=ordinary) == [
        "['KGS 0.01144 0']",
        read_only,
        "['KGS 0.01144 0']",
    ]
    path.chmod(0o600)  # the file could be written, its journal could not
    assert child(path, "read", "KGS 0.01150", prefix=ordinary) == ["['KGS 0.01144 0']", read_only]
    path.parent.chmod(0o700)
    path.chmod(0o400)
    assert child(path, "read", "KGS 0.01150", prefix=ordinary) == ["['KGS 0.01144 0']", read_only]


def test_folders_and_files_without_permission(path: Path, ordinary: list[str]) -> None:
    """A folder that can't be written to, a file and a folder that can't be read."""
    path.parent.chmod(0o500)
    unwritable = (
        f"the store {path} can't be opened: check the permissions of the file and its folder, or name another with --db"
    )
    assert child(path, "read", "KGS 0.01150", prefix=ordinary) == ["[]", unwritable]
    assert child(path.parent / "a" / "b", "KGS 0.01150", prefix=ordinary) == [
        f"the store {path.parent}/a/b can't be created (Permission denied): name another with --db"
    ]
    path.parent.chmod(0o700)
    write(path)
    path.chmod(0)
    assert child(path, "read", "KGS 0.01150", prefix=ordinary) == [unwritable, unwritable]
    path.parent.chmod(0)
    closed = f"the store {path} can't be reached (Permission denied): name another with --db"
    assert child(path, "read", "KGS 0.01150", prefix=ordinary) == [closed, closed]
    path.parent.chmod(0o700)


def test_a_read_only_disk_still_answers(path: Path, mounted: Callable[[str], list[str]]) -> None:
    """With a store on it or none."""
    write(path)
    folder = path.parent
    prefix = mounted(f"mount --bind '{folder}' '{folder}' && mount -o remount,bind,ro '{folder}'")
    assert child(path, "read", "KGS 0.01150", prefix=prefix) == [
        "['KGS 0.01144 0']",
        f"the store {path} or its folder is read-only: nothing was saved; name another with --db",
    ]
    assert child(folder / "a" / "b", "read", "KGS 0.01150", prefix=prefix) == [
        "[]",
        f"the store {folder}/a/b can't be created (Read-only file system): name another with --db",
    ]


def test_a_new_store_on_a_full_disk(path: Path, mounted: Callable[[str], list[str]]) -> None:
    """No partial file is left behind."""
    full = f"the store {path} can't be written, the disk is full: nothing was saved; free some space"
    script = f"mount -t tmpfs -o size=8k none '{path.parent}'"
    assert child(path, "KGS 0.01150", "read", prefix=mounted(script)) == [full, "[]"]
    seen = subprocess.run(
        [*mounted(script), "sh", "-c", f"\"$@\" >/dev/null; ls -A '{path.parent}'", "sh", sys.executable, "-c", CHILD, path, "KGS 0.01"],
        capture_output=True, check=True,
    )  # fmt: skip
    assert seen.stdout == b""


def test_a_full_disk_loses_nothing(path: Path) -> None:
    """Not even for the process that filled the disk."""
    write(path)
    before = path.read_bytes()
    store = Store(str(path))
    connection = store._file.connection()
    assert connection is not None
    connection.execute("PRAGMA max_page_count = 1")  # SQLite takes the present size instead
    days = [Snapshot("cbr", DAY + dt.timedelta(days=day), SNAPSHOT.quotes) for day in range(500)]
    assert refusal(lambda: store.save(days)) == (
        f"the store {path} can't be written, the disk is full: nothing was saved; free some space"
    )
    assert path.read_bytes() == before
    assert [dated.quote.to_text() for dated in store.quotes("KGS", DAY)] == ["KGS 0.01144 0"]
    store.close()
