"""What a command line loads: starting fast is a feature."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PAGE_16, Run

from ctick.cli.declarations import COMMANDS

NEVER = {
    *("typing", "re", "dataclasses", "inspect", "contextlib", "enum", "json", "pathlib", "ast", "traceback"),
    *("typer", "click", "rich", "httpx", "tenacity", "platformdirs", "importlib.metadata", "argparse", "logging"),
    *("socket", "ssl", "asyncio", "subprocess", "threading", "tempfile", "shutil", "random"),
}
"""What `convert`, `rates` and `history` don't need to answer in a pipe."""

FOR_HELP_AND_TABLES = {"typer", "click", "rich", "plotille"}
FOR_FETCHING = {"httpx", "httpcore", "tenacity", "ssl", "socket", "asyncio"}
"""What no command needs that reads and writes only files and pipes."""

MOST_MODULES = 34
"""ctick's own, packages included; every one costs about a hundredth of the start."""

PROGRAM = """
before = set(sys.modules)
from ctick.__main__ import main
code = main()
print(code, *sorted(set(sys.modules) - before), file=sys.stderr)
"""


def loaded(home: Path, *argv: str) -> set[str]:
    """The modules that a command line loads in a fresh interpreter, with stdin and stdout pipes.

    As a console script without `import re` does it, and with no .pth file that loads more (-S).
    """
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}{PROGRAM}", "-q", *argv],
        capture_output=True,
        input=PAGE_16,
        cwd=home,
        env={"HOME": str(home)},
        text=True,
        check=True,
    )
    code, *names = done.stderr.split()
    assert code == "0"
    return set(names)


def own(names: set[str]) -> set[str]:
    return {name for name in names if name.partition(".")[0] == "ctick"}


@pytest.fixture
def stored(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a store that has a snapshot from `mine`, and an export of it."""
    monkeypatch.chdir(home)
    assert run("snapshot", "-", "--source", "mine", stdin=PAGE_16).code == 0
    Path("export.jsonl").write_text(run("export").out)
    return home


@pytest.mark.parametrize(
    "line",
    [
        "",
        "rates",
        "rates KGS --date=2025-12-16 --max-age 9d -o json",
        "convert 50000 KGS",
        "convert -o json 50000 KGS",
        "convert 50000 KGS --places 2 --source mine",
        "convert 50000 KGS USD --rate 0.0115",
        "convert 50000 KGS -otable",
        "convert -- -5 KGS",
        "50000 KGS",
        "50,000 KGS USD -o number",
        "history KGS --days weekly",
    ],
)
def test_what_a_plain_answer_loads(stored: Path, line: str) -> None:
    """No library that it doesn't need, and few modules of ctick."""
    names = loaded(stored, *line.split())
    assert ("sqlite3" in names) == ("--rate" not in line)
    assert not names & NEVER
    assert len(own(names)) <= MOST_MODULES


def test_rates_without_the_command_load_what_reads_amounts(stored: Path) -> None:
    """Two modules more than `rates KGS`."""
    assert own(loaded(stored, "KGS")) - own(loaded(stored, "rates", "KGS")) == {
        "ctick.rates.amounts",
        "ctick.rates.numbers",
    }


def test_without_a_store_sqlite_is_not_loaded(home: Path) -> None:
    """The bundled rates answer alone."""
    for line in ("convert 50000 KGS", "convert 50000 KGS --places 2", "rates"):
        names = loaded(home, *line.split())
        assert not names & (NEVER | {"sqlite3"})
        assert len(own(names)) <= MOST_MODULES


LINES = {
    "rates": "KGS --source mine -o csv",
    "convert": "5 KGS --max-age 9999d",
    "history": "KGS --since 2025-01-01 --days=weekly --revisions",
    "watch": "KGS --every 1h --alert KGS>0 --exit-on-alert --source mine",
    "snapshot": "- --date 2025-12-16 --source other --force",
    "parse": "- --jobs 2 -ojson",
    "scan": "- --date 2025-12-16 --check -o jsonl",
    "forget": "--since 2025-12-16 --source mine",
    "sources": "-o tsv",
    "export": "--output=jsonl",
    "import": "export.jsonl --db other.db",
    "backup": "copy.db --no-color",
    "config": "-o json --color never",
    "doctor": "--max-age 9999d -o jsonl",
}


def test_every_command_has_a_line() -> None:
    assert set(LINES) == set(COMMANDS)


@pytest.mark.parametrize("name", LINES)
def test_a_command_loads_neither_typer_nor_another_command(stored: Path, name: str) -> None:
    """A well-formed line with options, in pipes: no Typer, no tables, no network."""
    names = loaded(stored, name, *LINES[name].split())
    assert not names & FOR_HELP_AND_TABLES
    assert not names & FOR_FETCHING
    modules = {f"ctick.commands.{command.module}" for command in COMMANDS.values()}
    assert names & modules == {f"ctick.commands.{COMMANDS[name].module}"}


def test_a_table_loads_rich_and_not_typer(home: Path) -> None:
    """Neither a highlighter nor Markdown, which rich can load too."""
    names = loaded(home, "rates", "-o", "table")
    assert "rich.table" in names
    assert not names & {"typer", "typer.main", "httpx", "pygments", "markdown_it", "rich.markdown", "rich.syntax"}


def test_help_loads_typer_and_no_command(home: Path) -> None:
    """No rich, no network, and nothing of what the command does."""
    names = loaded(home, "convert", "--help")
    assert "typer" in names
    assert not names & {"rich", "httpx", "tenacity", "platformdirs"}
    assert not {name for name in names if name.startswith("ctick.commands.")}
