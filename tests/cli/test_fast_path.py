"""One meaning, two doors: what `door` reads itself gives what Typer would have given."""

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import PAGE_10, PAGE_16, Result, Run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctick.cli import arguments, fast_path

AT_ONCE = 10
"""Command lines in one example of Hypothesis: its own work costs as much as theirs."""

CALL = fast_path.call

NAMES = ["convert", "rates"]
WORDS = [
    *("50000", "50,000", "50,00", "-20", "-.5", "-$5", "1e400", "5KGS", "3", "million", "50k", "", " ", "-", "x" * 600),
    *("KGS", "kzt", "UZS", "USD", "to", "in", "som", "сомони", "₸", "RUB", "KGS\u202e", "\udcff", "☃", "convert", "rates"),
]  # fmt: skip
OPTIONS = [
    *("-q", "--quiet", "-o", "--output", "--date", "--source", "--db", "--no-color"),
    *("--rate", "--places", "--max-age", "--", "--quie", "--out", "-x", "-qo", "-ojson", "--output=json", "--date="),
    *("--quiet=1", "--no-quiet", "-help", "---", "--Date", "—date", "−q", "-q ", "--help", "-h", "--since"),
]  # fmt: skip
VALUES = [
    *("table", "tsv", "csv", "json", "jsonl", "number", "xml", "TSV"),
    *("2025-12-16", "2025-12-10", "2024-01-01", "today", "yesterday", "2025-02-30", "0001-01-01", "9999-12-31"),
    *("timesca", "cbr", "Bad Name", "STORE", "TEXT", "nowhere/at.db", "2", "3d", "87.5", "-5", "-o"),
]  # fmt: skip
GOOD = [
    *([name, value] for name in ("-o", "--output") for value in ("table", "tsv", "csv", "json", "jsonl", "number")),
    *(["--date", day] for day in ("2025-12-16", "2026-02-21", "today", "yesterday")),
    *(["--source", source] for source in ("timesca", "cbr")),
    *(["--db", path] for path in ("STORE", "none.db")),
    *(["-q"], ["--quiet"], ["--no-color"]),
]

plain_words = st.sampled_from(
    [["50000", "KGS"], ["3m", "uzs", "in", "USD"], ["-20", "TJS"], ["1", "USD", "KZT", "TMT"]]
)
plain_codes = st.lists(st.sampled_from(["KGS", "uzs", "tenge"]), max_size=2)


def mixed(command: str, words: list[str], options: list[list[str]], at: list[int]) -> list[str]:
    """Options strewn among the words, before the command too."""
    line = [[word] for word in [command, *words]]
    for option, place in zip(options, at, strict=False):
        line.insert(place % (len(line) + 1), option)
    return [word for part in line for word in part]


good = st.builds(
    mixed,
    st.just("convert"),
    plain_words,
    st.lists(st.sampled_from(GOOD), max_size=4),
    st.lists(st.integers(0, 9), min_size=4, max_size=4),
) | st.builds(
    mixed,
    st.just("rates"),
    plain_codes,
    st.lists(st.sampled_from(GOOD), max_size=4),
    st.lists(st.integers(0, 9), min_size=4, max_size=4),
)
anything = st.lists(
    st.sampled_from(NAMES) | st.sampled_from(WORDS) | st.sampled_from(OPTIONS) | st.sampled_from(VALUES) | st.text(max_size=4),
    max_size=6,
)  # fmt: skip
named = st.builds(lambda name, rest: [name, *rest], st.sampled_from(NAMES), anything)
stdin = st.sampled_from([None, "", "5 KGS\n", "5 KGS\nnonsense\n1 USD UZS\n"])


class Doors:
    """The same command line through both doors."""

    def __init__(self, run: Run, monkeypatch: pytest.MonkeyPatch, files: dict[str, str]) -> None:
        self.run = run
        self.monkeypatch = monkeypatch
        self.files = files
        self.by_itself = 0

    def call(self, words: list[str]) -> Callable[[], int] | None:
        """The door, counting what goes through it."""
        call = CALL(words)
        self.by_itself += call is not None
        return call

    def both(self, line: list[str], *, stdin: str | None, tty: bool) -> tuple[Result, Result]:
        """What the short door gives, or lets through, and what Typer gives alone."""
        argv = [self.files.get(word, word) for word in line]
        with self.monkeypatch.context() as patch:
            patch.setattr(fast_path, "call", self.call)
            short = self.run(*argv, stdin=stdin, tty=tty)
            patch.setattr(fast_path, "call", lambda _: None)
            return short, self.run(*argv, stdin=stdin, tty=tty)


@pytest.fixture
def doors(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Doors:
    files = {"STORE": str(tmp_path / "other.db"), "TEXT": str(tmp_path / "text")}
    (tmp_path / "text").write_text("no store\n")
    monkeypatch.chdir(tmp_path)
    assert run("snapshot", "-", stdin=PAGE_16).code == 0
    assert run("snapshot", "-", "--db", files["STORE"], stdin=PAGE_10).code == 0
    return Doors(run, monkeypatch, files)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(good | named | anything, stdin, st.booleans()), min_size=AT_ONCE, max_size=AT_ONCE))
def test_both_doors_give_the_same(doors: Doors, lines: list[tuple[list[str], str | None, bool]]) -> None:
    """The same stdout, stderr and exit code, for command lines good and bad."""
    for line, text, tty in lines:
        short, long = doors.both(line, stdin=text, tty=tty)
        assert short == long, line


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(good, min_size=AT_ONCE, max_size=AT_ONCE))
def test_plain_lines_go_through_the_short_door(doors: Doors, lines: list[list[str]]) -> None:
    """Commands, words and the options that mean the same everywhere never load Typer."""
    doors.by_itself = 0
    for line in lines:
        short, long = doors.both(line, stdin="", tty=False)
        assert short == long, line
    assert doors.by_itself == len(lines)


@pytest.mark.parametrize(
    "line",
    [
        ["convert", "5", "KGS", "--rate", "87"],
        ["convert", "5", "KGS", "--places", "2"],
        ["convert", "5", "KGS", "--max-age", "3d"],
        ["convert", "5", "KGS", "--output=json"],
        ["convert", "5", "KGS", "-ojson"],
        ["convert", "5", "KGS", "-qo", "json"],
        ["convert", "5", "KGS", "--quie"],
        ["convert", "5", "KGS", "-o"],
        ["convert", "5", "KGS", "-o", "-q"],
        ["convert", "--", "5", "KGS"],
        ["convert", "--help"],
        ["rates", "--places", "2"],
        ["--help"],
        ["snapshot", "cbr"],
        ["conver", "5", "KGS"],
        [""],
    ],
)
def test_what_is_left_to_typer(line: list[str]) -> None:
    """Other options and commands, other spellings, missing values, `--`."""
    assert fast_path.call(line) is None


@pytest.mark.parametrize(
    "line",
    [
        [],
        ["-q"],
        ["-o", "json", "rates", "KGS"],
        ["-q", "convert", "5", "KGS"],
        ["--date", "today", "-q", "convert", "-20", "KGS", "-o", "number"],
        ["convert", "-"],
        ["convert"],
        ["convert", "", "сомони"],
        ["convert", "-o", "tsv", "-o", "number", "5", "KGS"],
    ],
)
def test_what_the_door_reads(line: list[str]) -> None:
    """Also with options before the command, and with no command at all."""
    assert fast_path.call(arguments.arranged(line)) is not None


def test_a_shell_that_completes_is_typers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typer answers completion scripts, which call `ctick` bare with a variable set."""
    assert fast_path.call(["rates"]) is not None
    monkeypatch.setenv("_CTICK_COMPLETE", "complete_bash")
    assert fast_path.call(["rates"]) is None
