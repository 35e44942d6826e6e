"""Whether to print in colour: an option, then the environment, then the settings, then the terminal."""

import re
import sys
from itertools import product
from pathlib import Path

import pytest
from conftest import PAGE_16, Run, on_a_terminal

from ctick import settings
from ctick.cli.declarations import COMMANDS
from ctick.output import terminal

OPTIONS = (None, "always", "auto", "never")
NO_COLORS = (None, "", "1")
FORCES: tuple[dict[str, str], ...] = (
    {},
    {"FORCE_COLOR": ""},
    {"FORCE_COLOR": "1"},
    {"CLICOLOR_FORCE": "0"},
    {"CLICOLOR_FORCE": "1"},
    {"CLICOLOR": "0"},
    {"CLICOLOR": "1"},
    {"CLICOLOR": "0", "CLICOLOR_FORCE": "1"},
)
FILES = ("", "auto", "always", "never")
TERMINALS = (None, "xterm", "dumb")
"""What TERM is there, or that it is no terminal."""


STYLE = re.compile(r"\x1b\[(?!0m)[\d;]+m")
COLOR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-8]|9[0-7])[;m]")
"""Bold, dim and reverse are no colours; `watch` has them always."""


class Stream:
    def __init__(self, *, is_terminal: bool) -> None:
        self.isatty = lambda: is_terminal


def expected(option: str | None, no_color: str | None, force: dict[str, str], file: str, term: str | None) -> bool:
    """The table, from the first rule that applies to the last."""
    rules = [
        (option == "always", True),
        (option == "never", False),
        (bool(no_color), False),
        (force.get("FORCE_COLOR") == "1" or force.get("CLICOLOR_FORCE") == "1", True),
        (force.get("CLICOLOR") == "0", False),
        (option is None and file == "always", True),
        (option is None and file == "never", False),
        (term == "xterm", True),
    ]
    return next((answer for applies, answer in rules if applies), False)


def test_all_combinations(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of option, variables, file and terminal."""
    path = home / ".config/ctick/config.toml"
    path.parent.mkdir(parents=True)
    count = 0
    for file in FILES:
        path.write_text(f'color = "{file}"')
        settings.forget()
        for option, no_color, force, term in product(OPTIONS, NO_COLORS, FORCES, TERMINALS):
            variables = {**force, "TERM": term or "xterm", **({} if no_color is None else {"NO_COLOR": no_color})}
            with monkeypatch.context() as patch:
                for name, value in variables.items():
                    patch.setenv(name, value)
                wants = terminal.wants_color(Stream(is_terminal=term is not None), option)  # type: ignore[arg-type]
            assert wants is expected(option, no_color, force, file, term), (file, option, variables, term)
            count += 1
    assert count == 4 * 4 * 3 * 8 * 3


@pytest.mark.parametrize(
    "argv",
    [
        "rates",
        "history KGS",
        "history KGS --chart",
        "sources",
        "parse -o table page.txt",
        "scan -o table article.txt",
        "forget 2025-12-16",
        "watch --alert KGS>0 --exit-on-alert --source mine",
    ],
)
def test_every_command_that_colors(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, argv: str) -> None:
    """The option and the settings hold for tables, charts and the live table, on a terminal."""
    monkeypatch.chdir(home)
    Path("page.txt").write_text(PAGE_16)
    Path("article.txt").write_text("He paid 50,000 Kyrgyz som ($900) on 16 December 2025.\n")

    def shown(*options: str, file: str = "", **variables: str) -> str:
        run("snapshot", "-", "--source", "mine", "-q", stdin=PAGE_16)
        (home / ".config/ctick").mkdir(parents=True, exist_ok=True)
        (home / ".config/ctick/config.toml").write_text(f'color = "{file}"')
        command = [sys.executable, "-m", "ctick", *argv.split(), "-q", *options]
        return on_a_terminal(command, home, **variables)[1]

    style = COLOR if argv.startswith("watch") else STYLE
    assert style.search(shown())
    assert not style.search(shown("--no-color"))
    assert not style.search(shown("--color", "never", FORCE_COLOR="1"))
    assert not style.search(shown(NO_COLOR="1"))
    assert not style.search(shown(CLICOLOR="0"))
    assert not style.search(shown(file="never"))
    assert style.search(shown("--color", "always", NO_COLOR="1", file="never"))


def test_a_pipe_in_color(run: Run, home: Path) -> None:
    """`--color always` colours a table in a pipe, and no other format; the settings do so too."""
    assert "\x1b[" in run("rates", "-o", "table", "--color", "always").out
    assert "\x1b[" not in run("rates", "--color", "always").out
    (home / ".config/ctick").mkdir(parents=True)
    (home / ".config/ctick/config.toml").write_text('color = "always"')
    assert "\x1b[" in run("rates", "-o", "table").out
    assert "\x1b[" not in run("rates", "-o", "table", "--color", "auto").out


@pytest.mark.parametrize(
    ("variable", "is_colored"), [({}, True), ({"NO_COLOR": "1"}, False), ({"CLICOLOR": "0"}, False)]
)
def test_progress_bars(home: Path, variable: dict[str, str], *, is_colored: bool) -> None:
    """Follow the same rules, on stderr."""
    program = (
        "from ctick.output.progress import progress_bar\n"
        "with progress_bar(3, shown=True, color=None) as advance: advance()"
    )
    _, shown = on_a_terminal([sys.executable, "-c", program], home, **variable)
    assert "1/3" in shown
    assert bool(COLOR.search(shown)) is is_colored


@pytest.mark.parametrize("name", COMMANDS)
def test_a_word_that_is_no_choice(run: Run, name: str) -> None:
    """In every command."""
    argument = {"forget": ["2025-12-16"], "import": ["-"], "backup": ["copy.db"], "convert": ["5", "KGS"]}.get(name, [])
    assert run(name, *argument, "--color", "red") == (
        2,
        "",
        "ctick: --color red is unknown: choose one of always, auto, never\n",
    )
