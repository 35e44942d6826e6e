"""`ctick history --svg FILE` never overwrites a file by accident, and never a store."""

import os
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import PAGE_16, Run

CHART = ["history", "KGS", "-q", "--svg"]


@pytest.fixture(autouse=True)
def store(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store in the current folder, named by CTICK_DB."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CTICK_DB", "rates.db")
    assert run("snapshot", "-", "-q", stdin=PAGE_16).code == 0
    return tmp_path / "rates.db"


def is_svg(text: str) -> bool:
    return ET.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"


def test_a_file_is_replaced_only_with_force(run: Run, tmp_path: Path) -> None:
    """It keeps its mode, a link stays a link, and no temporary file is left."""
    file = tmp_path / "notes.txt"
    file.write_text("mine\n")
    file.chmod(0o640)
    (tmp_path / "link").symlink_to("notes.txt")
    for name in ("notes.txt", "link"):
        assert run(*CHART, name) == (
            2,
            "",
            f"ctick: {name} already exists: overwrite it with --force, or name another file\n",
        )
        assert file.read_text() == "mine\n"
        assert run(*CHART, name, "--force") == (0, "", "")
        assert is_svg(file.read_text())
        file.write_text("mine\n")
    assert file.stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "link").is_symlink()
    assert sorted(os.listdir()) == ["link", "notes.txt", "rates.db"]
    assert run(*CHART, "new.svg") == (0, "", "")
    assert is_svg((tmp_path / "new.svg").read_text())


@pytest.mark.parametrize("make", [os.symlink, os.link, None])
def test_a_store_is_never_replaced(
    run: Run, tmp_path: Path, store: Path, make: Callable[[str, str], None] | None
) -> None:
    """Neither this one nor another, through any link; nor the files that SQLite keeps beside it."""
    run("snapshot", "-", "-q", "--db", "other.db", stdin=PAGE_16)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    for name in ("rates.db", "other.db", "./rates.db", "rates.db-journal", "other.db-wal"):
        place = name
        if make and Path(name).exists():
            place = f"link-{Path(name).name}"
            if not os.path.lexists(place):
                make(name, place)
                before[tmp_path / place] = Path(place).read_bytes()
        for force in ([], ["--force"]):
            assert run(*CHART, place, *force) == (
                2,
                "",
                f"ctick: {place} belongs to a database, which ctick never overwrites: name another file\n",
            )
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("name", ["future.db", "future.db-journal"])
def test_the_path_of_a_future_store_is_not_used(run: Run, name: str) -> None:
    """ctick would take the picture for a damaged store."""
    result = run(*CHART, name, "--force", "--db", "future.db")
    assert (result.code, result.out) == (2, "")
    assert not Path(name).exists()


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_a_full_disk_changes_nothing(
    run: Run, tmp_path: Path, mounted: Callable[[str], list[str]], home: Path, force: list[str]
) -> None:
    """The old file stays, and no partial file is left."""
    disk = tmp_path / "disk"
    disk.mkdir()
    script = (
        f"echo mine >'{disk}/old.svg'; head -c 200000 /dev/zero >'{disk}/fill' 2>/dev/null;"
        f' "{sys.executable}" -m ctick history KGS --svg "{disk}/{"old" if force else "new"}.svg" {"".join(force)};'
        f" echo $?; cat '{disk}/old.svg'; ls -A '{disk}'"
    )
    prefix = mounted(f"mount -t tmpfs -o size=16k none '{disk}'")
    done = subprocess.run(
        [*prefix, "sh", "-c", script],
        env={"HOME": str(home), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "2\nmine\nfill\nold.svg\n"
    assert "can't be written (No space left on device): name another file" in done.stderr


def test_devices_and_pipes_are_written_to(run: Run, tmp_path: Path, home: Path) -> None:
    """And the file behind stdout."""
    assert run(*CHART, "/dev/null") == (0, "", "")
    assert is_svg(run(*CHART, "-").out)
    assert is_svg(run(*CHART, "/dev/stdout").out)
    os.mkfifo("pipe")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(Path("pipe").read_text()), daemon=True)
    reader.start()
    assert run(*CHART, "pipe") == (0, "", "")
    reader.join(10)
    assert is_svg(read[0])
    with open("out.svg", "w") as out:
        subprocess.run(
            [sys.executable, "-m", "ctick", *CHART, "/dev/stdout"], stdout=out, env={"HOME": str(home)}, check=True
        )
    assert is_svg(Path("out.svg").read_text())


def test_a_folder_is_not_a_file(run: Run, tmp_path: Path) -> None:
    """With a slash or without."""
    (tmp_path / "folder").mkdir()
    for name in ("folder", "folder/", "new/", "rates.db/"):
        for force in ([], ["--force"]):
            result = run(*CHART, name, *force)
            assert (result.code, result.out) == (2, "")
            assert result.err.startswith(f"ctick: --svg {name} can't be written (")
    assert sorted(os.listdir()) == ["folder", "rates.db"]


@pytest.mark.parametrize("ending", ["-journal", "-wal", "-shm"])
def test_a_backup_is_never_named_like_a_journal(run: Run, store: Path, ending: str) -> None:
    """SQLite would delete it or, worse, use it as the store's own; if there is no such store, the name is allowed."""
    result = run("backup", f"rates.db{ending}")
    assert result == (
        6,
        "",
        f"ctick: rates.db{ending} can't be created (SQLite would take it for a journal of rates.db): name another file\n",
    )
    assert os.listdir() == ["rates.db"]
    assert run("backup", f"fx{ending}", "-q") == (0, "", "")
    assert run("rates", "--db", f"fx{ending}", "-q").code == 0
