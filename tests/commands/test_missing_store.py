"""A store whose name was mistyped: reading warns, commands that need it fail, saving reports the new store."""

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import PAGE_16, Result, Run

BUNDLED = "no such store: {}; using only the rates bundled with ctick\n"
NO_FETCHES = "no such store: {}; no fetches on record\n"
HELP = "no such store: {}; check the name, or create the store with 'ctick snapshot"

Ask = Callable[..., Result]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(params=["option", "variable"])
def ask(request: pytest.FixtureRequest, run: Run, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """`ask("typo.db", "rates")`: a command line with that store, named by `--db` or by CTICK_DB."""

    def ask(name: str, *argv: str, stdin: str = "") -> Result:
        if request.param == "option":
            return run(*argv, "--db", name, stdin=stdin)
        monkeypatch.setenv("CTICK_DB", name)
        return run(*argv, stdin=stdin)

    return ask


@pytest.mark.parametrize(
    ("argv", "warning"),
    [
        (["rates"], BUNDLED),
        (["convert", "5", "KGS"], BUNDLED),
        (["history", "KGS"], BUNDLED),
        (["history", "KGS", "-o", "ledger"], BUNDLED),
        (["sources"], NO_FETCHES),
    ],
)
def test_reading_without_it_warns(ask: Ask, folder: Path, argv: list[str], warning: str) -> None:
    """On stderr, unless -q; a dangling link is the same as no file."""
    result = ask("typo.db", *argv)
    assert result.code == 0
    assert result.err.startswith(warning.format("typo.db"))
    quiet = ask("typo.db", *argv, "-q")
    assert quiet == (0, result.out, "")
    Path("link.db").symlink_to("unmounted/rates.db")
    assert ask("link.db", *argv).err.startswith(warning.format("link.db"))
    assert [path.name for path in folder.iterdir()] == ["link.db"]


@pytest.mark.parametrize(
    "argv",
    [["export"], ["export", "-o", "beancount"], ["forget", "2025-12-16"], ["backup", "x"], ["doctor", "--rescue", "x"]],
)
def test_commands_that_need_it_fail(ask: Ask, folder: Path, argv: list[str]) -> None:
    """Exit 6, nothing on stdout, nothing created; -q changes nothing."""
    for more in ([], ["-q"]) if "--rescue" not in argv else ([],):
        result = ask("typo.db", *argv, *more)
        assert (result.code, result.out) == (6, "")
        assert result.err.startswith(f"ctick: {HELP.format('typo.db')}")
    assert list(folder.iterdir()) == []


def test_doctor_fails(ask: Ask, folder: Path) -> None:
    """Also with -q, which shows only failures."""
    result = ask("typo.db", "doctor", "-q")
    assert result.code == 6
    assert result.out.startswith(f"FAIL  store: {HELP.format('typo.db')}")
    assert list(folder.iterdir()) == []


def test_export_without_a_store_fails(run: Run, home: Path) -> None:
    """An empty file could be mistaken for a backup."""
    place = home / ".local/share/ctick/ctick.db"
    assert run("export") == (6, "", f"ctick: no such store: {place}; 'ctick snapshot' creates it\n")
    assert list(home.iterdir()) == []


def test_a_new_named_store_is_reported(ask: Ask, run: Run) -> None:
    """Once, and not with -q."""
    counts, imported = "1 snapshot of 16 December 2025: {} new, {} known", "imported 1 snapshot: {} new, {} known\n"
    first = ask("new.db", "snapshot", "-", stdin=PAGE_16)
    assert first.err.startswith("created store new.db\n" + counts.format(1, 0))
    assert ask("new.db", "snapshot", "-", stdin=PAGE_16).err.startswith(counts.format(0, 1))
    exported = ask("new.db", "export").out
    assert ask("other.db", "import", "-", stdin=exported).err == (f"created store other.db\n{imported.format(1, 0)}")
    assert ask("other.db", "import", "-", stdin=exported).err == imported.format(0, 1)
    assert ask("quiet.db", "snapshot", "-", "-q", stdin=PAGE_16).err == ""
    assert ask("quiet2.db", "import", "-", "-q", stdin=exported).err == ""
    assert ask("none.db", "snapshot", "-", stdin="nothing\n").err.count("\n") == 1
    assert not Path("none.db").exists()


def test_a_new_default_store_is_not_reported(run: Run) -> None:
    """Its name can't be mistyped."""
    assert run("snapshot", "-", stdin=PAGE_16).err.startswith("1 snapshot of 16 December 2025: 1 new")


@pytest.mark.parametrize("name", ["new/", "rates.db/", ".", "..", "new/.", "new//"])
@pytest.mark.parametrize("argv", [["rates"], ["convert", "5", "KGS"], ["snapshot", "-"], ["export"], ["import", "-"]])
def test_a_folder_is_not_a_store(ask: Ask, run: Run, folder: Path, name: str, argv: list[str]) -> None:
    """Exit 6, whether it exists or not, and nothing is created."""
    run("snapshot", "-", "-q", "--db", "rates.db", stdin=PAGE_16)
    assert ask(name, *argv, stdin=PAGE_16) == (
        6,
        "",
        f"ctick: the store {name} is a folder: name a file with --db\n",
    )
    assert [path.name for path in folder.iterdir()] == ["rates.db"]


def test_an_empty_variable_is_ignored(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """`CTICK_DB= ctick` uses the default store; an empty --db is an error."""
    run("snapshot", "-", "-q", stdin=PAGE_16.replace("0.01144", "0.01151"))
    monkeypatch.setenv("CTICK_DB", "")
    assert run("rates", "KGS", "-q", "--date", "2025-12-16").out.split("\t")[2] == "0.01151"
    assert run("rates", "--db", "") == (2, "", "ctick: --db needs a file name\n")
