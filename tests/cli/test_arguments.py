"""Options may come before the command; nothing after `--` is an option."""

from pathlib import Path

import pytest
from conftest import Run

from ctick import __version__
from ctick.cli.arguments import command_first
from ctick.cli.declarations import COMMANDS, FLAG
from ctick.errors import UsageError

REORDERED = {
    "": "rates",
    "-q": "rates -q",
    "-q convert 5 KGS": "convert -q 5 KGS",
    "-o json rates KGS": "rates -o json KGS",
    "-qo json rates KGS": "rates -qo json KGS",
    "-ojson rates KGS": "rates -ojson KGS",
    "--output=json rates KGS": "rates --output=json KGS",
    "--since 30d history KGS": "history --since 30d KGS",
    "--places 3 convert 5 KGS": "convert --places 3 5 KGS",
    "-20 KGS": "convert \u221220 KGS",
    "-q 50000 KGS": "convert -q 50000 KGS",
    "50000 KGS -o json": "convert 50000 KGS -o json",
    "--date today $5 KGS -q": "convert --date today $5 KGS -q",
    "KGS -5": "convert KGS \u22125",
    "KGS -- -5": "convert KGS -- -5",
    "-- -5 KGS": "convert -- -5 KGS",
    "-q -- kgs": "rates -q -- kgs",
    "kgs": "rates kgs",
    "kgs,kzt -o line": "rates kgs,kzt -o line",
    "kgs and kzt": "rates kgs and kzt",
    "Kyrgyz som": "rates Kyrgyz som",
    "kgs usd": "convert kgs usd",
    "usd": "convert usd",
    "kgs to kzt": "convert kgs to kzt",
    "KGS/USD": "convert KGS/USD",
    "KGS/KZT": "convert KGS/KZT",
    "som": "convert som",
    "5 nothing": "convert 5 nothing",
    "nothing 5 KGS": "nothing 5 KGS",
    "convrt -q 5 KGS": "convrt -q 5 KGS",
    "2025-12-16": "2025-12-16",
    "help kgs": "rates --help",
    "5 KGS -h": "convert 5 KGS --help",
    "sources KGS": "sources KGS",
    "convert -20 KGS": "convert \u221220 KGS",
    "convert -₸20": "convert \u2212₸20",
    "convert KGS -q -,5": "convert KGS -q \u2212,5",
    "convert 5 KGS --places -1": "convert 5 KGS --places -1",
    "convert -- -20 KGS": "convert -- -20 KGS",
    "parse -5.txt": "parse -5.txt",
    "parse -": "parse -",
    "parse -h": "parse --help",
    "parse -- -h": "parse -- -h",
    "parse -- --version": "parse -- --version",
    "parse x --version": "--version",
    "--version parse": "--version",
    "--help parse": "--help",
    "-q -h": "--help",
    "help": "--help",
    "help help": "--help",
    "help parse": "parse --help",
    "-q help parse": "parse --help",
    "-- convert 5 KGS": "convert -- 5 KGS",
    "--": "rates --",
}


@pytest.mark.parametrize("line", REORDERED)
def test_the_command_comes_first(line: str) -> None:
    """Options before the command belong to it, with their values."""
    assert " ".join(command_first(line.split())) == REORDERED[line]


def test_an_empty_command_is_an_error(run: Run) -> None:
    """`ctick ''` is not the same as `ctick`."""
    assert run("") == (2, "", "ctick: no such command or currency '': see 'ctick --help'\n")


@pytest.mark.parametrize(
    ("line", "option", "command"),
    [
        ("rates --db --version", "--db", " rates"),
        ("rates --db --help", "--db", " rates"),
        ("rates --db", "--db", " rates"),
        ("--db", "--db", ""),
        ("rates -o -q", "-o", " rates"),
        ("rates -qo --db x", "-qo", " rates"),
        ("rates --db -- x", "--db", " rates"),
        ("convert 5 KGS --rate --date today", "--rate", " convert"),
        ("watch --alert --every 5s", "--alert", " watch"),
    ],
)
def test_an_option_is_not_taken_for_a_value(run: Run, line: str, option: str, command: str) -> None:
    """The message names the option whose value was forgotten."""
    message = f"ctick: option '{option}' requires an argument: see 'ctick{command} --help'\n"
    assert run(*line.split()) == (2, "", message)


def test_every_option_with_a_value_is_known() -> None:
    """Each of them may come before the command."""
    options = [item for command in COMMANDS.values() for item in command.options().items()]
    assert len({flag for flag, _ in options}) > 20
    for flag, option in options:
        has_value = option.kind != FLAG
        assert command_first([flag, "parse"])[0] == ("rates" if has_value else "parse"), flag
        if has_value:
            with pytest.raises(UsageError):
                command_first(["parse", flag])


def test_words_after_two_hyphens(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file may be called -h or --version."""
    monkeypatch.chdir(tmp_path)
    for name in ("-h", "--version", "--help", "-o"):
        Path(name).write_text("KGS/USD = 0.01144 0%\n")
        assert run("parse", "--", name) == (0, "KGS\tUSD\t0.01144\t0.00001\t0\t\ttimesca\t\n", "")
    assert run("parse", "--version", "--", "-h") == (0, f"ctick {__version__}\n", "")


def test_codes_with_commas_or_blanks(run: Run) -> None:
    """`KGS,KZT` is `KGS KZT`, in every command that takes codes."""
    for command in ("rates", "history"):
        both = run(command, "KGS", "KZT", "-q")
        assert both.code == 0
        for line in (["KGS,KZT"], ["KGS,", "KZT"], [" KGS, kzt ,"], ["tenge,KGS", "KZT"]):
            assert sorted(run(command, *line, "-q").out) == sorted(both.out)
        assert run(command, "") == (2, "", "ctick: unknown currency '': ctick knows KGS KZT TJS UZS TMT USD\n")
        assert run(command, ",").code == 2


def test_how_an_amount_was_read(run: Run) -> None:
    """A note says so for the command line, not for lines from a pipe or with -q; stdout is the same."""
    note = "'50.000' was read as 50 (the point is a decimal point); did you mean 50000?\n"
    quiet = run("convert", "50.000", "KGS", "-q", "-o", "json")
    assert quiet == (0, quiet.out, "")
    code, out, err = run("convert", "50.000", "KGS", "-o", "json")
    assert (code, out, err) == (0, quiet.out, note)
    assert run("convert", stdin="50.000 KGS\n").err == ""
    assert run("convert", "0,5", "USD", "KGS", "-o", "number") == run("convert", "0.5", "USD", "KGS", "-o", "number")
