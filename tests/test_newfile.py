"""Files that appear whole or not at all."""

import os
import time
from pathlib import Path

import pytest

from ctick.newfile import beside, make_file


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "file"


def others_are_quicker(name: str) -> None:
    Path(name).write_text("mine")
    Path(name.partition(".new-")[0]).write_text("theirs")


def test_it_appears_when_it_is_whole(place: Path) -> None:
    """Until then it has another name, and afterwards nothing else is there."""

    def make(name: str) -> None:
        Path(name).write_text("half, ")
        assert not place.exists()
        assert name.startswith(f"{place}.new-")
        Path(name).write_text("whole")

    assert make_file(str(place), make)
    assert place.read_text() == "whole"
    assert os.listdir(place.parent) == ["file"]


def test_what_is_there_is_left_alone(place: Path) -> None:
    """Also what came while the file was made; a link that leads nowhere is something, too."""
    place.symlink_to("nowhere")
    assert not make_file(str(place), lambda name: Path(name).touch())
    place.unlink()

    assert not make_file(str(place), others_are_quicker)
    assert place.read_text() == "theirs"
    assert os.listdir(place.parent) == ["file"]


def test_what_fails_leaves_nothing(place: Path) -> None:
    """Not the file, not its journal."""

    def fail(name: str) -> None:
        Path(name).touch()
        Path(name + "-journal").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_file(str(place), fail)
    assert os.listdir(place.parent) == []


def test_without_hard_links(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on memory cards: it is renamed, and still over nothing."""

    def link(source: str, target: str) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    assert make_file(str(place), lambda name: Path(name).touch())

    other = place.with_name("other")
    assert not make_file(str(other), others_are_quicker)
    assert other.read_text() == "theirs"
    assert sorted(os.listdir(place.parent)) == ["file", "other"]


def test_leftovers_of_killed_processes_go(place: Path) -> None:
    """After an hour; a younger one may be in the making, and other files are others."""
    names = ["file.new-0", "file.new-1", "file.newer", "other.new-0"]
    for name in names:
        (place.parent / name).touch()
        os.utime(place.parent / name, (time.time() - 4000,) * 2)
    os.utime(place.parent / "file.new-1")
    assert make_file(str(place), lambda name: Path(name).touch())
    assert sorted(os.listdir(place.parent)) == ["file", "file.new-1", "file.newer", "other.new-0"]
    assert beside(str(place), ".new") == [f"{place}.new-1", f"{place}.newer"]


def test_a_name_without_a_folder(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is in the folder where one is."""
    monkeypatch.chdir(place.parent)
    assert make_file("file", lambda name: Path(name).touch())
    assert beside("fil", "e") == ["file"]
    assert beside("none/file", "") == []
