"""Every command in a message can be pasted as it is and does what the message says, to the right store."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PAGE_10, PAGE_16, SEED_10, Run, page
from feedserver import Server

from ctick import clock
from ctick.commands.options import Options
from ctick.commands.refusals import forced

COMMAND = re.compile(r"""(?<!\w)(["'])(ctick .*?)\1(?=[ ;:,.)\n]|$)""")

WILD = page("KGS 0.05 0%", "11 December 2025")
NAMES = ["rates.db", "my rates.db", "it's $HOME.db", "-x.db", "курс;rm.db"]


def commands(text: str) -> list[str]:
    """The commands in a message."""
    return [match[2] for match in COMMAND.finditer(text)]


def shell(command: str, *, home: Path, stdin: str = "") -> str:
    """The stdout and stderr of a command pasted into a shell, in the current folder."""
    done = subprocess.run(
        ["/bin/sh", "-c", f'ctick() {{ "{sys.executable}" -m ctick "$@"; }}; {command}'],
        env={"HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path), "CTICK_SOURCES": "cbr"},
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, (command, done.stdout)
    return done.stdout


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def db(name: str) -> str:
    return f"--db={name}"


@pytest.mark.parametrize("name", NAMES)
def test_a_command_is_quoted_for_the_shell(folder: Path, name: str) -> None:
    """With any name of the store."""
    words = ["forget", "2025-12-16", "--source", "a b", "", "o'clock", "\\"]
    (command,) = commands(f"delete it with {Options(db=name).command(*words)}; or don't\n")
    expected = ["ctick", *words, *([f"--db={name}"] if name.startswith("-") else ["--db", name])]
    assert shlex.split(command) == expected


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("file", ["page.txt", "a page's $HOME.txt", "-page.txt"])
def test_a_refused_page_can_be_forced(run: Run, home: Path, folder: Path, name: str, file: str) -> None:
    """The command has the source, the day, the store and an awkward file name."""
    Path(file).write_text(page("KGS 0.05 0%", None))
    refused = run("snapshot", "--source", "mine", "--date", "2025-12-11", db(name), "--", file)
    assert refused.code == 3
    (force,) = commands(refused.err)
    assert shell(force, home=home).startswith(
        "1 snapshot of 11 December 2025: 1 new, 0 known; 1 quote from 8 lines, 7 repeats\nnewer rates exist ("
    )
    assert run("rates", "KGS", "--source", "mine", "-q", db(name)).out.split("\t")[2:6:3] == ["0.05", "2025-12-11"]
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("name", NAMES[:4])
def test_only_the_wrong_stored_rate_is_deleted(run: Run, home: Path, folder: Path, name: str) -> None:
    """The rates of other sources for that day stay, and so does the default store."""
    for where in ([], [db(name)]):
        for source in ("timesca", "mine"):
            run("snapshot", "-", "-q", "--force", "--source", source, *where, stdin=PAGE_10)
    run("snapshot", "-", "-q", "--force", "--source", "mine", db(name), stdin=WILD)
    today = page(SEED_10, "12 December 2025")
    refused = run("snapshot", "-", "--source", "mine", db(name), stdin=today)
    assert refused.code == 3
    force, forget = commands(refused.err)
    before, default = run("export", db(name)).out, run("export").out
    shell(forget, home=home)
    left = run("export", db(name)).out
    *rows, _ = before.splitlines()
    assert [line for line in rows if line not in left.splitlines()] == [line for line in rows if '"2025-12-11"' in line]
    assert run("export").out == default
    assert run("snapshot", "-", "-q", "--source", "mine", db(name), stdin=today).code == 0
    shell(force, home=home, stdin=today.replace("2025", "2024"))
    assert '"2024-12-12"' in run("export", db(name)).out


def test_the_rates_of_another_wrong_source_are_deleted(run: Run, home: Path, folder: Path) -> None:
    """The message names the source that the new one was compared with."""
    run("snapshot", "-", "-q", "--force", "--source", "bad", "--db", "x.db", stdin=WILD)
    good = page(SEED_10, "12 December 2025")
    refused = run("snapshot", "-", "--source", "new", "--db", "x.db", stdin=good)
    assert "the rate of bad on 11 December 2025" in refused.err
    _, forget = commands(refused.err)
    assert forget == "ctick forget 2025-12-11 --source bad --db x.db"
    shell(forget, home=home)
    assert run("snapshot", "-", "-q", "--source", "new", "--db", "x.db", stdin=good) == (0, "", "")


def test_bundled_rates_are_not_offered_for_deletion(run: Run, folder: Path) -> None:
    """They can't be deleted."""
    refused = run("snapshot", "-", "--db", "x.db", stdin=WILD)
    assert commands(refused.err) == ["ctick snapshot --force - --db x.db"]


def test_a_source_keeps_its_name_in_a_command() -> None:
    """`ctick watch --source cbr` chooses what is shown; `ctick snapshot cbr` allows no --source."""
    options = Options(source="cbr", db="x.db")
    assert forced(["cbr"], clock.today(), options) == "'ctick snapshot --force cbr --db x.db'"
    assert forced(["./page"], clock.today(), options) == "'ctick snapshot --force --source cbr ./page --db x.db'"


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["cbr", "--source", "mine"], "ctick snapshot cbr --db x.db"),
        (["page", "--since", "2026-02-01"], "ctick snapshot cbr --since 2026-02-01 --db x.db"),
    ],
)
def test_wrong_usage_names_the_right_command(run: Run, argv: list[str], expected: str) -> None:
    """For the same store."""
    Path("page").write_text(PAGE_16)
    result = run("snapshot", *argv, "--db", "x.db")
    assert (result.code, commands(result.err)) == (2, [expected])


THERE = [
    # a command line with one page stored, and part of the output of the command that it suggests
    (["rates"], "1 snapshot of 22 May 2026: 1 new"),
    (["convert", "5", "KGS"], "1 snapshot of 22 May 2026: 1 new"),
    (["convert", "5", "KGS", "-o", "json"], "1 snapshot of 22 May 2026: 1 new"),
    (["convert", "5", "KGS", "--max-age", "1d"], "1 snapshot of 22 May 2026: 1 new"),
    (["convert", "5", "KGS", "--source", "cbr"], "1 snapshot of 22 May 2026: 1 new"),
    (["convert", "5", "KGS", "--source", "cbr", "--date", "2026-05-22"], "1 snapshot of 22 May 2026: 1 new"),
    (["convert", "5", "KGS", "--source", "mine"], "newest from timesca"),
    (["rates", "KGS", "--source", "mine"], "newest from timesca"),
    (["history", "KGS", "--since", "2030-01-01"], "\t2025-12-16\t"),
    (["history", "--source", "mine"], "\t2025-12-16\t"),
    (["forget", "2026-02-27"], "\t2026-02-21\t"),
]
MISSING = [["export"], ["export", "-o", "ledger"], ["backup", "copy.db"], ["doctor", "--rescue", "new.db"], ["rates"]]
MISSING_AND_NAMED = [["forget", "2025-12-16"], ["doctor"]]


@pytest.fixture
def sources(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Working sources, one of which is fetched by default."""
    for variable, value in server.environment().items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setenv("CTICK_SOURCES", "cbr")


def named(run: Run, *argv: str) -> str:
    """The one command that a command line suggests, apart from `ctick sources`, which needs no store."""
    result = run(*argv)
    (found,) = [command for command in commands(result.out + result.err) if command != "ctick sources"]
    return found


@pytest.mark.usefixtures("sources")
@pytest.mark.parametrize(("argv", "shown"), THERE)
@pytest.mark.parametrize("where", [["--db", "my rates.db"], []])
def test_a_suggested_command_uses_the_same_store(run: Run, argv: list[str], shown: str, where: list[str]) -> None:
    """It has --db unless it is the default store."""
    run("snapshot", "-", "-q", *where, stdin=PAGE_16)
    command = shlex.split(named(run, *argv, *where))
    assert command[len(command) - len(where) :] == where
    done = run(*command[1:])
    assert done.code == 0
    assert shown in done.out + done.err


@pytest.mark.usefixtures("sources")
@pytest.mark.parametrize("argv", [*MISSING, *MISSING_AND_NAMED])
@pytest.mark.parametrize("how", ["option", "variable", "default"])
def test_a_suggested_command_creates_the_missing_store(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, argv: list[str], how: str
) -> None:
    """It creates the store where the first command looked for it; CTICK_DB applies to both and is not repeated."""
    if how == "default" and argv in MISSING_AND_NAMED:
        return
    if how == "variable":
        monkeypatch.setenv("CTICK_DB", "my rates.db")
    where = ["--db", "my rates.db"] if how == "option" else []
    command = shlex.split(named(run, *argv, *where))
    assert command == ["ctick", "snapshot", *where]
    assert run(*command[1:]).code == 0
    assert Path("my rates.db").exists() is (how != "default")
    assert (home / ".local/share/ctick/ctick.db").exists() is (how == "default")
