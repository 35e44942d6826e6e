"""What a plain answer loads: the start of the program is a feature."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PAGE_16, Run

OWN = {
    *(
        "ctick",
        "ctick.__main__",
        "ctick.cli.arguments",
        "ctick.cli.fast_path",
        "ctick.output.terminal",
        "ctick.errors",
        "ctick.clock",
        "ctick.paths",
    ),
    *(
        "ctick.model",
        "ctick.storage.bundled",
        "ctick.storage.connection",
        "ctick.storage.queries",
        "ctick.storage.reader",
        "ctick.storage.schema",
        "ctick.storage.store",
        "ctick.text",
        "ctick.rates.choose",
    ),
    *("ctick.commands", "ctick.currencies"),
}
CONVERT = {"ctick.commands.convert", "ctick.rates.amounts", "ctick.rates.conversion", "ctick.output.records"}
RATES = {"ctick.commands.rates", "ctick.output.records", "ctick.rates.conversion", "ctick.output.price_files"}
LIBRARY = {
    *("collections", "collections.abc", "_collections", "itertools", "keyword", "operator", "_operator", "reprlib"),
    *("decimal", "_decimal", "numbers", "math", "datetime", "_datetime", "zlib", "errno", "gc"),
    *("sqlite3", "sqlite3.dbapi2", "_sqlite3", "functools", "_functools", "types"),
}
"""decimal, sqlite3, zlib and what these load themselves (Python 3.11)."""

NEVER = {
    *("typing", "re", "dataclasses", "inspect", "contextlib", "enum", "json", "pathlib", "ast", "traceback"),
    *("typer", "click", "rich", "httpx", "tenacity", "platformdirs", "importlib.metadata", "argparse", "logging"),
}

PROGRAM = """
import os
before = set(sys.modules)
from ctick.__main__ import main
code = main()
print(code, *sorted(set(sys.modules) - before), file=sys.stderr)
"""


def loaded(home: Path, *argv: str) -> set[str]:
    """The modules that a command line loads in a fresh interpreter, with stdout a pipe.

    As a console script without `import re` does it, and with no .pth file that loads more (-S).
    """
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}{PROGRAM}", *argv, "-q"],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env={"HOME": str(home)},
        text=True,
        check=True,
    )
    code, *names = done.stderr.split()
    assert code == "0"
    assert done.stdout
    return set(names)


@pytest.fixture
def stored(run: Run, home: Path) -> Path:
    """A home whose store has a snapshot."""
    assert run("snapshot", "-", stdin=PAGE_16).code == 0
    return home


@pytest.mark.parametrize(
    ("argv", "own"),
    [
        (["convert", "50000", "KGS"], CONVERT),
        (["rates"], RATES),
        ([], RATES),
        (["convert", "50000", "KGS", "-o", "json"], CONVERT),
        (["convert", "50000", "KGS", "-o", "table"], CONVERT | {"ctick.output.tables"}),
    ],
)
def test_what_a_plain_answer_loads(stored: Path, argv: list[str], own: set[str]) -> None:
    """Exactly these modules of ours and of Python's; none of the libraries that are for other commands."""
    names = loaded(stored, *argv)
    assert {name for name in names if name.startswith("ctick")} == OWN | own
    assert not names & NEVER
    if sys.version_info[:2] == (3, 11):
        assert {name for name in names if not name.startswith("ctick")} == LIBRARY


def test_without_a_store_sqlite_is_not_loaded(home: Path) -> None:
    """The bundled rates answer alone."""
    names = loaded(home, "convert", "50000", "KGS")
    assert {name for name in names if name.startswith("ctick")} == OWN | CONVERT
    assert not names & (NEVER | {"sqlite3"})


def test_a_table_needs_rich_and_not_typer(home: Path) -> None:
    """On a terminal too the short door is used; rich brings no highlighter and no Markdown."""
    names = loaded(home, "rates", "-o", "table")
    assert "rich.table" in names
    assert not names & {"typer", "typer.main", "httpx", "pygments", "markdown_it", "rich.markdown", "rich.syntax"}


def test_typer_loads_only_the_command_that_runs(home: Path) -> None:
    """Whatever the short door leaves to Typer: no rich, no network, no other command."""
    names = loaded(home, "convert", "50000", "KGS", "--places", "3")
    assert "typer" in names
    assert not names & {"rich", "httpx", "tenacity", "platformdirs"}
    assert {name for name in names if name.startswith("ctick.commands.")} == {"ctick.commands.convert"}
