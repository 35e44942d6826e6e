"""Every command on stores that are damaged, or are not stores: exit 6 or a result, and the file is unchanged."""

import os
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from conftest import PAGE_10, PAGE_16, Run

from ctick.cli.declarations import COMMANDS

EXPORT = (
    '{"ctick": "export", "version": 1}\n{"source": "timesca", "as_of": "2025-12-16",'
    ' "seen_at": "2025-12-16T05:00:00.000000Z", "quotes": [{"base": "KGS", "rate": "0.01144", "change": "0"}]}\n'
)
ALL: list[tuple[str, ...]] = [
    ("backup", "copy.db"),
    ("convert", "50000", "KGS", "KZT"),
    ("convert", "1", "USD", "-o", "json"),
    ("doctor",),
    ("doctor", "--max-age", "3d"),
    ("export",),
    ("export", "-o", "beancount"),
    ("forget", "2025-12-16"),
    ("history",),
    ("history", "KGS", "--revisions", "-o", "csv"),
    ("import", "-"),
    ("rates",),
    ("rates", "-o", "json", "--source", "timesca"),
    ("scan", "-"),
    ("snapshot", "-"),
    ("sources",),
    ("sources", "-o", "json"),
]
assert {argv[0] for argv in ALL} == set(COMMANDS) - {"config", "parse", "watch"}, (
    "which keep nothing, and end by themselves only"
)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "rates.db"


def texts(argv: tuple[str, ...]) -> str:
    """The stdin of a command."""
    return {"import": EXPORT, "scan": "Bread costs 50 KGS.\n"}.get(argv[0], PAGE_16)


def content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def empty(path: Path) -> None:
    path.touch()


def loop(path: Path) -> None:
    path.symlink_to(path)


def other_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE snapshot (id, source, as_of, quotes, seen_at, crc)")


def from_the_future(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA application_id = 0x6374696B")
        connection.execute("PRAGMA user_version = 99")
        connection.execute("CREATE TABLE quote (something)")


@pytest.mark.parametrize("argv", ALL)
@pytest.mark.parametrize("make", [empty, Path.mkdir, os.mkfifo, loop, other_program, from_the_future])
def test_files_that_are_not_stores(path: Path, run: Run, make: Callable[[Path], object], argv: tuple[str, ...]) -> None:
    """Exit 6 from every command, with one message that names the file; nothing is written."""
    make(path)
    before = content(path)
    code, out, err = run(*argv, "--db", str(path), stdin=texts(argv))
    assert code == 6
    told = [line for line in (out + err).splitlines() if str(path) in line]
    assert len(told) == 1
    assert told[0].startswith(("ctick: ", "FAIL  store: ", "FAIL\tstore\t"))
    assert argv[0] == "doctor" or out == ""
    assert content(path) == before
    assert os.listdir() == ["rates.db"]


def test_a_flipped_byte_is_never_a_bug(path: Path, run: Run) -> None:
    """Each command ends with a documented exit code."""
    assert run("snapshot", "-", "-q", "--db", str(path), stdin=PAGE_10 + PAGE_16).code == 0
    whole = path.read_bytes()
    chance = random.Random(20251216)
    places = [*range(100), *(place for place in range(100, len(whole)) if whole[place])]
    codes: dict[int, int] = {}
    for place in chance.sample(places, 60):
        damaged = whole[:place] + bytes([whole[place] ^ chance.randrange(1, 256)]) + whole[place + 1 :]
        for argv in ALL:
            path.write_bytes(damaged)
            Path("copy.db").unlink(missing_ok=True)
            code, _, err = run(*argv, "--db", str(path), stdin=texts(argv))
            assert code in (0, 1, 4, 6), f"{argv}, byte {place}: {err}"
            assert code != 6 or path.read_bytes() == damaged
            codes[code] = codes.get(code, 0) + 1
    assert codes[6] > codes[0] // 10
