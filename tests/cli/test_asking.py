"""Asking as people ask: lines of a shell, how they are read, and what is said about those that can't be."""

import random
import shlex
from pathlib import Path

import pytest
from conftest import Result, Run

from ctick.cli.declarations import COMMANDS

FOLDER = Path(__file__).parents[1] / "data" / "asking"


def table(name: str) -> dict[str, str]:
    """The lines of a file, each with what stands behind its arrow."""
    lines = [line for line in (FOLDER / name).read_text().splitlines() if line and not line.startswith("# ")]
    return {line.rpartition(" => ")[0]: line.rpartition(" => ")[2] for line in lines}


ANSWERED = table("answered.txt")
REFUSED = table("refused.txt")


def reading(result: Result) -> str:
    """`50000 KGS USD KZT` or `rates KGS KZT`, from rows of tsv."""
    rows = [line.split("\t") for line in result.out.splitlines()]
    if rows[0][0].isalpha():
        return " ".join(["rates", *[row[0] for row in rows]])
    return " ".join([*rows[0][:2], *[row[2] for row in rows]])


def test_the_tables_are_there() -> None:
    """A few hundred lines in all."""
    assert len(ANSWERED) > 200
    assert len(REFUSED) > 80


@pytest.mark.parametrize("line", ANSWERED)
def test_a_line_is_answered(run: Run, line: str) -> None:
    """With amount, currency and targets as meant, and without a word on stderr."""
    result = run("-q", "-o", "tsv", *shlex.split(line))
    assert (result.code, result.err) == (0, "")
    assert reading(result) == ANSWERED[line]
    assert "of an unquoted" not in run(*shlex.split(line)).err or "0 TMT" in line


@pytest.mark.parametrize("line", [line for line in ANSWERED if shlex.split(line)[0] not in {*COMMANDS, "-q", "--"}])
def test_the_command_may_be_named(run: Run, line: str) -> None:
    """`ctick 50000 KGS` is exactly `ctick convert 50000 KGS`, and `ctick kgs` is `ctick rates kgs`."""
    words = shlex.split(line)
    command = "rates" if ANSWERED[line].startswith("rates") else "convert"
    assert run(*words) == run(command, *words)


@pytest.mark.parametrize("line", REFUSED)
def test_a_line_is_refused(run: Run, line: str) -> None:
    """With exit code 2, and one line on stderr that says what to do."""
    assert run(*shlex.split(line)) == (2, "", f"ctick: {REFUSED[line]}\n")


def test_what_a_shell_leaves_of_dollars(run: Run) -> None:
    """The answer is that of the amount as it came, with a note unless -q is given or `$` is there."""
    for number, dollars in (("00", "$100"), ("0", "$10"), ("000", "$1000"), (",500", "$1,500"), (".50", "$1.50")):
        note = (
            f"{number} is what a shell leaves of an unquoted {dollars}: for dollars, write '{dollars}' in single quotes"
        )
        assert run("convert", number, "KGS").err.splitlines()[0] == note
        assert note not in run("convert", "-q", number, "KGS").err
        assert note not in run("convert", "-", stdin=f"{number} KGS\n").err
        assert note not in run("convert", f"${number}", "KGS").err
    for number in ("100", "0.5", "0,5", "0.00", "10"):
        assert "a shell leaves" not in run("convert", number, "KGS").err


@pytest.mark.parametrize(
    ("line", "same"),
    [
        ("rates -o JSON --source TIMESCA", "rates -o json --source timesca"),
        ("rates -oLine", "rates -oline"),
        ("history KGS --days Weekly --since 1Y -q", "history KGS --days weekly --since 1y -q"),
        ("history KGS --days MONTHLY --since 2025-01-01", "history KGS --days monthly --since 01.01.2025"),
        ("history KGS/USD --since '2 Weeks' --until TODAY", "history KGS --since 2w --until today"),
        ("sources -o CSV", "sources -o csv"),
        (
            "scan --date Article --own-rates STORE --source Timesca",
            "scan --date article --own-rates store --source timesca",
        ),
    ],
)
def test_values_in_any_case(run: Run, line: str, same: str) -> None:
    """Sources, formats, periods and days; what is wrong is said as it would be in lower case."""
    answer = run(*shlex.split(same), stdin="16 December 2025\n\nTea costs 20 KGS.\n")
    assert run(*shlex.split(line), stdin="16 December 2025\n\nTea costs 20 KGS.\n") == answer
    assert answer.code == 0


def test_sources_to_fetch_in_any_case(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`snapshot CBR` is `snapshot cbr`, unless there is such a file; `--source Mine` saves as mine."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CTICK_URL_CBR", "http://127.0.0.1:1/")
    assert run("snapshot", "CBR", "-q") == run("snapshot", "cbr", "-q")
    assert run("snapshot", "--as", "CBR", "missing") == run("snapshot", "--as", "cbr", "missing")
    Path("CBR").write_text("KGS/USD = 0.01144 0%\n16 December 2025\n")
    assert run("snapshot", "CBR", "-q", "--source", "Mine") == (0, "", "")
    assert run("rates", "KGS", "--source", "MINE", "-q").out.split("\t")[2:7:4] == ["0.01144", "mine"]


PIECES = (
    *[
        "5",
        "50000",
        "50,000",
        "1,5",
        "-5",
        "-",
        "--",
        "$",
        "$100",
        "100$",
        "3mln",
        "KZT575bn",
        "00",
        ".5",
        "1e5",
        "½",
        "KGS",
        "kgs",
        "USD",
        "som",
        "KGS/USD",
        "USD/",
        "/",
        "KZT/som",
    ],
    *[
        "tenge",
        "сомов",
        "узбекских",
        "долларов",
        "США",
        "тг.",
        "a",
        "million",
        "тысяча",
        "и",
        "and",
        "to",
        "в",
        "->",
        "=",
        ",",
        ";",
        "EUR",
        "rates",
        "convert",
        "help",
        "watc",
    ],
    *[
        "-q",
        "-o",
        "--date",
        "16.12.2025",
        "today",
        "--max-age",
        "1y",
        "table",
        "\x00",
        "\x1b[31m",
        "\u202e",
        "�",
        "[red]",
        "%s",
        "{}",
        "'",
        '"',
        "\\",
    ],
    "",
    " ",
    "Kyrgyz som",
    "x" * 600,
)


def test_random_words_give_an_answer_or_one_line(run: Run) -> None:
    """Never a traceback, and nothing unprintable."""
    chance = random.Random(16)
    for _ in range(3000):
        words = chance.choices(PIECES, k=chance.randint(1, 5))
        code, out, err = run(*words)
        assert code in (0, 2, 4), (words, err)
        assert code == 0 or out == "" or "--help" in words, words
        assert (out + err).replace("\n", "").replace("\t", "").isprintable(), words
