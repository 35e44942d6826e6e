"""Files that appear whole or not at all."""

import os
import time
from pathlib import Path

import pytest
from conftest import PAGE_16, Run

from ctick.storage.atomic_file import beside, make_file


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "file"


def others_are_quicker(name: str) -> None:
    Path(name).write_text("mine")
    Path(name.partition(".new-")[0]).write_text("theirs")


def test_a_file_appears_when_it_is_complete(place: Path) -> None:
    """Until then it has a temporary name, and afterwards there is no other file."""

    def make(name: str) -> None:
        Path(name).write_text("half, ")
        assert not place.exists()
        assert name.startswith(f"{place}.new-")
        Path(name).write_text("whole")

    assert make_file(str(place), make)
    assert place.read_text() == "whole"
    assert os.listdir(place.parent) == ["file"]


def test_an_existing_file_is_not_changed(place: Path) -> None:
    """Nor one that appears while the file is written, nor a broken link."""
    place.symlink_to("nowhere")
    assert not make_file(str(place), lambda name: Path(name).touch())
    place.unlink()

    assert not make_file(str(place), others_are_quicker)
    assert place.read_text() == "theirs"
    assert os.listdir(place.parent) == ["file"]


def test_a_failure_leaves_nothing_behind(place: Path) -> None:
    """Not the file, not its journal."""

    def fail(name: str) -> None:
        Path(name).touch()
        Path(name + "-journal").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_file(str(place), fail)
    assert os.listdir(place.parent) == []


def test_without_hard_links(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on memory cards: it is renamed, and still overwrites nothing."""

    def link(source: str, target: str) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    assert make_file(str(place), lambda name: Path(name).touch())

    other = place.with_name("other")
    assert not make_file(str(other), others_are_quicker)
    assert other.read_text() == "theirs"
    assert sorted(os.listdir(place.parent)) == ["file", "other"]


OLD = (time.time() - 4000,) * 2
DIGITS = "0123456789ab"
"""What ctick might put behind `.new-`."""


def make(name: str) -> None:
    Path(name).write_text("made")


def test_files_left_by_killed_processes_are_removed(place: Path) -> None:
    """After an hour, with their journals; a younger one may still be written to."""
    for name in (f"file.new-{DIGITS}", f"file.new-{DIGITS}-journal", "file.new-ba9876543210"):
        (place.parent / name).touch()
        os.utime(place.parent / name, OLD)
    os.utime(place.parent / "file.new-ba9876543210")
    assert make_file(str(place), make)
    assert sorted(os.listdir(place.parent)) == ["file", "file.new-ba9876543210"]


@pytest.mark.parametrize(
    "name",
    [
        *("file.new-", "file.new-2026", "file.new-year", "file.new-0123456789a", "file.new-0123456789abc"),
        *("file.new-0123456789AB", "file.new-0123456789ag", f"file.new-{DIGITS}.db", f"file.new-{DIGITS}-wal"),
        *("file.new-١١١١١١١١١١١١", "file.new-0123 6789ab"),
        *(f"other.new-{DIGITS}", "file.newer", f"file.new-{DIGITS}.new-", f"file.new-copy.new-{DIGITS}"),
    ],
)
def test_files_of_the_user_stay(place: Path, name: str) -> None:
    """At any age: only a name that ctick itself gives is a leftover."""
    (place.parent / name).write_text("the user's")
    os.utime(place.parent / name, OLD)
    assert make_file(str(place), make)
    assert (place.parent / name).read_text() == "the user's"


def test_folders_and_links_are_not_removed(place: Path) -> None:
    """ctick creates neither; the target of a link is not removed either."""
    (place.parent / f"file.new-{DIGITS}").mkdir()
    (place.parent / "target").write_text("the user's")
    (place.parent / "file.new-ba9876543210").symlink_to("target")
    for name in ("target", f"file.new-{DIGITS}", "file.new-ba9876543210"):
        os.utime(place.parent / name, OLD, follow_symlinks=False)
    assert make_file(str(place), make)
    assert sorted(os.listdir(place.parent)) == ["file", f"file.new-{DIGITS}", "file.new-ba9876543210", "target"]
    assert (place.parent / "target").read_text() == "the user's"


def test_no_store_gets_the_name_of_an_unfinished_file(run: Run, home: Path) -> None:
    """It would be taken for a leftover an hour later."""
    db = home / "ctick.db"
    name = f"{db}.new-{DIGITS}"
    assert run("snapshot", "-", "-q", "--db", str(db), stdin=PAGE_16).code == 0
    why = "ctick uses names that end in .new- and 12 digits for unfinished files"
    for argv in (("backup", name), ("doctor", "--rescue", name)):
        assert run(*argv, "--db", str(db)) == (6, "", f"ctick: {name} can't be created ({why}): name another file\n")
    assert run("snapshot", "-", "--db", name, stdin=PAGE_16) == (
        6, "", f"ctick: the store {name} can't be created ({why}): name another with --db\n"
    )  # fmt: skip


def test_a_rescued_store_is_not_removed_by_the_next_backup(run: Run, home: Path) -> None:
    """Also where its name begins like that of an unfinished file."""
    db, rescued = home / "ctick.db", home / "ctick.db.new-2026"
    assert run("snapshot", "-", "-q", "--db", str(db), stdin=PAGE_16).code == 0
    assert run("doctor", "-q", "--rescue", str(rescued), "--db", str(db)).code == 0
    os.utime(rescued, OLD)
    before = rescued.read_bytes()
    db.unlink()
    assert run("snapshot", "-", "-q", "--db", str(db), stdin=PAGE_16).code == 0
    assert rescued.read_bytes() == before


def test_files_beside_another(place: Path) -> None:
    """By the start of their names."""
    for name in ("file.new-1", "file.newer", "other.new"):
        (place.parent / name).touch()
    assert beside(str(place), ".new") == [f"{place}.new-1", f"{place}.newer"]


def test_a_name_without_a_folder(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is in the current folder."""
    monkeypatch.chdir(place.parent)
    assert make_file("file", lambda name: Path(name).touch())
    assert beside("fil", "e") == ["file"]
    assert beside("none/file", "") == []
