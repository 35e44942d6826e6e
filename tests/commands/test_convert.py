"""`ctick convert`."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from conftest import PAGE_10, PAGE_16, TODAY, Run

from ctick import clock
from ctick.commands.rate_messages import MANAT

DAY = dt.date(2025, 12, 16)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> dt.date:
    """The day of the newer of the two saved pages."""
    monkeypatch.setattr(clock, "today", lambda: DAY)
    return DAY


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> dt.date:
    """The day on which most other tests run: 68 days later."""
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    return TODAY


def test_own_rates_replace_bundled_ones(run: Run) -> None:
    """Bundled rates at first; after a page of the same day is saved, the rates of this page, which are marked as own."""
    shown = "50,000 KGS = {} USD{}KGS/USD {} · timesca{} · 16 Dec 2025\n"
    assert run("convert", "50000", "KGS", tty=True) == (0, shown.format("572.00", " " * 8, "0.01144", " (bundled)"), "")
    two_pages = PAGE_16.replace("0.01144", "0.01146") + PAGE_10
    assert run("snapshot", "-", "-q", stdin=two_pages) == (0, "", "")
    assert run("convert", "50000", "KGS", tty=True) == (0, shown.format("573.00", " " * 10, "0.01146", ""), "")
    (row,) = json.loads(run("convert", "50000", "KGS", "-o", "json").out)
    assert "bundled" not in row


def test_bundled_rates_are_marked(run: Run, later: dt.date) -> None:
    """On a terminal, in JSON, and in the note about their age."""
    assert run("convert", "50000", "KGS", tty=True).out == (
        "50,000 KGS ≈ 571.5 USD         KGS/USD 0.01143 · timesca (bundled) · 21 Feb 2026\n"
    )
    (row,) = json.loads(run("convert", "50000", "KGS", "-o", "json").out)
    assert row["bundled"] is True
    assert row["source"] == "timesca"
    assert run("convert", "1", "KGS", "--date", "2024-09-12", "-o", "number").err.splitlines()[-1] == (
        "the rates used date from 8 September 2024 (4 days earlier, bundled with ctick);"
        " 'ctick snapshot cbr --date 2024-09-12' may fetch nearer ones"
    )


TERMINAL_80 = [
    ("50000 KGS", "50,000 KGS = 572.00 USD          KGS/USD 0.01144 · timesca · 16 Dec 2025"),
    (
        "3 million UZS",
        "3,000,000 UZS ≈ 240 USD (225 to 255)\n"
        "                                 UZS/USD 0.00008 · timesca · 16 Dec 2025",
    ),
    ("1000 KZT", "1,000 KZT ≈ 1.94 USD             KZT/USD 0.00194 · timesca · 16 Dec 2025"),
    ("1 USD KGS", "1 USD = 87.41 KGS                KGS/USD 0.01144 · timesca · 16 Dec 2025"),
    (
        "1 USD UZS",
        "1 USD ≈ 12,500 UZS (11,760 to 13,340)\n"
        "                                 UZS/USD 0.00008 · timesca · 16 Dec 2025",
    ),
    ("100 KGS TMT", "100 KGS ≈ 4.00 TMT     KGS/USD 0.01144 · TMT/USD 0.28571 · timesca · 16 Dec 2025"),
    ("5 KGS KGS", "5 KGS = 5.00 KGS"),
    ("-20 KGS", "-20 KGS = -0.2288 USD            KGS/USD 0.01144 · timesca · 16 Dec 2025"),
    ("1 KGS", "1 KGS = 0.01144 USD              KGS/USD 0.01144 · timesca · 16 Dec 2025"),
    ("0 KGS", "0 KGS = 0.00 USD                 KGS/USD 0.01144 · timesca · 16 Dec 2025"),
]


@pytest.mark.parametrize(("words", "text"), TERMINAL_80, ids=[words for words, _ in TERMINAL_80])
def test_a_terminal_shows_rate_source_date_and_range(saved: Run, words: str, text: str) -> None:
    """Beside the result or below it."""
    assert saved("convert", "-q", *words.split(), tty=True) == (0, text + "\n", "")


def test_a_narrow_terminal_wraps_details(saved: Run) -> None:
    """At 40 columns the details go below, and nothing is cut."""
    assert saved("convert", "3000000", "UZS", "-q", tty=True, width=40).out == (
        "3,000,000 UZS ≈ 240 USD (225 to 255)\n  UZS/USD 0.00008 · timesca ·\n    16 Dec 2025\n"
    )


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp866", "utf-8"])
def test_a_limited_encoding_gets_ascii(saved: Run, encoding: str) -> None:
    """What the encoding of the terminal lacks degrades to ASCII instead of failing."""
    out = saved("convert", "3000000", "UZS", "-q", tty=True, encoding=encoding).out
    sign = "≈" if encoding in ("utf-8", "cp866") and "≈".encode(encoding, "ignore") else "~"
    dot = "-" if encoding == "ascii" else "·"
    assert out == (
        f"3,000,000 UZS {sign} 240 USD (225 to 255)\n"
        f"                                 UZS/USD 0.00008 {dot} timesca {dot} 16 Dec 2025\n"
    )


PIPE = [
    ("50000 KGS", "572.00 USD\n", ""),
    ("3000000 UZS", "240.00 USD\n", "3,000,000 UZS ≈ 240 USD (225 to 255)\n"),
    ("50000 KGS USD KZT", "572.00 USD\n294845.36 KZT\n", ""),
    ("50000 KGS to TMT in TJS", "2002.03 TMT\n5258.80 TJS\n", f"{MANAT}\n"),
    ("1 UZS", "0.0000800 USD\n", "1 UZS ≈ 0.0000800 USD (0.0000750 to 0.0000850)\n"),
    ("1 KGS", "0.01144 USD\n", ""),
    ("1 USD TJS", "9.1937 TJS\n", ""),
    ("100 USD KGS", "8741.26 KGS\n", ""),
]


@pytest.mark.parametrize(("words", "out", "err"), PIPE, ids=[words for words, _, _ in PIPE])
def test_a_pipe_gets_one_line_per_result(saved: Run, words: str, out: str, err: str) -> None:
    """Plain digits; ranges of 0.5 % and more go to stderr."""
    assert saved("convert", *words.split()) == (0, out, err)


def test_default_targets(saved: Run) -> None:
    """USD, and from USD all five currencies."""
    assert saved("convert", "100", "USD", "-q").out == (
        "8741.26 KGS\n51546.39 KZT\n919.37 TJS\n1250000.00 UZS\n350.01 TMT\n"
    )


def test_ctick_to_changes_the_default_target(saved: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A target on the command line overrides it."""
    monkeypatch.setenv("CTICK_TO", "kzt, uzs, tenge")
    assert saved("convert", "100", "KGS", "-q").out == "589.69 KZT\n14300.00 UZS\n"
    assert saved("convert", "100", "KGS", "USD", "-q").out == "1.14 USD\n"
    monkeypatch.setenv("CTICK_TO", "KZT")
    assert saved("convert", "100", "KZT", "-q").out == "0.1940 USD\n"
    monkeypatch.setenv("CTICK_TO", "XYZ")
    assert saved("convert", "100", "KZT", "-q").code == 2


def test_json_keeps_all_digits(saved: Run) -> None:
    """Numbers have exactly the decimal's digits; a cross rate lists both legs."""
    out = saved("convert", "100", "KGS", "KZT", "-o", "json", "-q").out
    (row,) = json.loads(out, parse_float=Decimal, parse_int=Decimal)
    legs = row.pop("legs")
    assert row == {
        "amount": 100,
        "from": "KGS",
        "to": "KZT",
        "value": Decimal("589.69"),
        "low": Decimal("587.91"),
        "high": Decimal("591.48"),
        "rate": Decimal("5.90"),
        "as_of": "2025-12-16",
        "source": "timesca",
        "age_days": 0,
        "likely_low": Decimal("587.91"),
        "likely_high": Decimal("591.48"),
    }
    assert [(leg["base"], str(leg["rate"]), str(leg["step"]), leg["as_of"]) for leg in legs] == [
        ("KGS", "0.01144", "0.00001", "2025-12-16"),
        ("KZT", "0.00194", "0.00001", "2025-12-16"),
    ]


def test_legs_of_different_days_and_sources(run: Run) -> None:
    """The result names both days or sources; in JSON the age is that of the older one."""
    run("snapshot", "-", "-q", stdin="KGS/USD = 0.01144 0%\nUZS/USD = 0.00008 0%\n16 December 2025\n")
    run("snapshot", "-", "-q", "--source", "cbr", stdin="UZS/USD = 0.0000825395\n15 December 2025\n")
    assert run("convert", "3000000", "UZS", tty=True).out == (
        "3,000,000 UZS ≈ 247.6 USD (246.1 to 249.2)\n"
        "                                 UZS/USD 0.0000825395 · cbr · 15 Dec 2025\n"
    )
    assert run("convert", "50000", "KGS", "UZS", tty=True).out == (
        "50,000 KGS ≈ 6,930,000 UZS (6,885,000 to 6,975,000)\n"
        "                                 KGS/USD 0.01144 · timesca · 16 Dec 2025\n"
        "                                 UZS/USD 0.0000825395 · cbr · 15 Dec 2025\n"
    )
    (row,) = json.loads(run("convert", "50000", "KGS", "UZS", "-q", "-o", "json").out)
    assert (row["as_of"], row["source"], row["age_days"]) == ("2025-12-15", "timesca+cbr", 1)


def test_source_and_date_choose_the_rate(run: Run) -> None:
    """--source takes that source's rate, --date the best on or before that day."""
    run("snapshot", "-", "-q", stdin=PAGE_16 + PAGE_10)
    run("snapshot", "-", "-q", "--source", "cbr", stdin="UZS/USD = 0.0000825395\n15 December 2025\n")
    assert run("convert", "1000000", "UZS", "-q").out == "82.54 USD\n"
    assert run("convert", "1000000", "UZS", "-q", "--source", "timesca").out == "80.00 USD\n"
    assert run("convert", "1000", "KZT", "-q", "--date", "2025-12-11").out == "1.93 USD\n"
    assert run("convert", "1", "KGS", "--source", "cbr") == (
        4,
        "",
        "ctick: no rate for KGS from cbr on or before 16 December 2025: 'ctick snapshot cbr' fetches the latest\n",
    )


def test_own_rate(saved: Run) -> None:
    """--rate is taken as exact; the result says how it was read, in a pipe on stderr."""
    assert saved("convert", "50000", "KGS", "--rate", "0.0115") == (0, "575.00 USD\n", "--rate: 1 KGS = 0.0115 USD\n")
    assert saved("convert", "50000", "KGS", "--rate", "87.5") == (0, "571.43 USD\n", "--rate: 1 USD = 87.5 KGS\n")
    assert saved("convert", "50000", "KGS", "--rate", "87.5", "-q") == (0, "571.43 USD\n", "")
    assert saved("convert", "100", "USD", "KGS", "--rate", "87.5", tty=True).out == (
        "100 USD = 8,750.00 KGS           1 USD = 87.5 KGS · your own rate\n"
    )
    assert saved("convert", "100", "USD", "KGS", "--rate", "0.0115", tty=True).out == (
        "100 USD = 8,695.65 KGS           1 KGS = 0.0115 USD · your own rate\n"
    )
    assert saved("convert", "100", "KGS", "KZT", "--rate", "5.9") == (0, "590.00 KZT\n", "--rate: 1 KGS = 5.9 KZT\n")
    lines = saved("convert", "-", "--rate", "87.5", stdin="50000 KGS\n100 USD KGS\n100 USD TMT\n")
    assert lines.out.split("\n") == ["571.43 USD", "8750.00 KGS", "8750.00 TMT", ""]
    assert lines.err == "--rate: 1 USD = 87.5 KGS\n--rate: 1 USD = 87.5 TMT\n"
    (row,) = json.loads(saved("convert", "50000", "KGS", "--rate", "87.5", "-o", "json").out, parse_float=str)
    assert (row["source"], row["as_of"], row["low"], row["value"], row["high"], row["rate"]) == (
        "own", None, "571.42", "571.43", "571.43", "87.5",
    )  # fmt: skip
    assert row["legs"] == [{"base": "USD", "quote": "KGS", "rate": "87.5", "source": "own"}]
    assert saved("convert", "100", "USD", "--rate", "87.5").code == 2
    for bad in ("0", "-1", "nan", "x", "1,5"):
        assert saved("convert", "100", "KGS", "--rate", bad).code == 2


def test_places_sets_the_decimal_places(saved: Run) -> None:
    """It overrides the computed number of decimal places."""
    assert saved("convert", "50000", "KZT", "--places", "0", "-q").out == "97 USD\n"
    assert saved("convert", "1", "UZS", "--places", "8", "-q").out == "0.00008000 USD\n"
    assert saved("convert", "1", "USD", "KZT", "--places", "2", "-q").out == "515.46 KZT\n"
    assert saved("convert", "1", "KZT", "--places", "-1").code == 2
    assert saved("convert", "1", "KZT", "--places", "31").code == 2


def test_number_format(saved: Run) -> None:
    """`-o number` prints the bare number, one per result."""
    assert saved("convert", "50000", "KGS", "USD", "KZT", "-o", "number", "-q").out == "572.00\n294845.36\n"


def test_large_amounts_lose_no_digit(saved: Run) -> None:
    """Up to 1e30."""
    amount = "999999999999999999999999999999.99"
    assert saved("convert", amount, "KGS", "-q", "--places", "7").out == "11439999999999999999999999999.9998856 USD\n"


def test_usage_errors(run: Run) -> None:
    """Exit 2, with nothing on stdout."""
    assert run("convert", "50,00", "KGS").code == 2
    assert run("convert", "5", "som").err == (
        "ctick: 'som' is ambiguous: write KGS (Kyrgyz som) or UZS (Uzbek som), or set CTICK_SOM, or som in config.toml\n"
    )
    assert run("convert", "5", "KGS", "-o", "xml").err == (
        "ctick: -o xml is unknown: choose one of table, tsv, csv, json, jsonl, number, cite\n"
    )
    assert run("convert", "5", "KGS", "--frobnicate").code == 2


# -- lines from a pipe ----------------------------------------------------------------------


def test_lines_from_stdin(saved: Run) -> None:
    """Blanks, tabs or commas between fields, comments, a byte order mark, CRLF."""
    lines = "\ufeff50000 KGS\r\n# a comment\r\n\r\n1,000,KZT,USD\r\n5\tTMT\tKGS  # and one more\r\n3 mln soum\r\n"
    result = saved("convert", stdin=lines)
    assert result == (
        0,
        "572.00 USD\n1.94 USD\n124.87 KGS\n240.00 USD\n",
        f"{MANAT}\nUZS to USD: the likely error is 6.3%\n",
    )
    assert saved("convert", "-", "-q", stdin=lines) == (0, result.out, "")


def test_a_bad_line_does_not_stop_the_others(saved: Run) -> None:
    """It is reported with its number on stderr; exit 1."""
    assert saved("convert", "-q", stdin="50000 KGS\n50,00 KGS\nlots KGS\n100 KGS KZT\n") == (
        1,
        "572.00 USD\n589.69 KZT\n",
        "ctick: line 2: '50,00' is ambiguous: write 50.00 or 5000\n"
        "ctick: line 3: unknown currency 'lots': ctick knows KGS KZT TJS UZS TMT USD\n",
    )


@pytest.mark.parametrize("output_format", ["tsv", "csv", "json", "jsonl", "number"])
def test_lines_in_every_format(saved: Run, output_format: str) -> None:
    """The same text as from single commands, with one header or one array."""
    out = saved("convert", "-q", "-o", output_format, stdin="50000 KGS\n100 KGS KZT\n").out
    one = saved("convert", "-q", "-o", output_format, "50000", "KGS").out
    two = saved("convert", "-q", "-o", output_format, "100", "KGS", "KZT").out
    if output_format == "json":
        assert json.loads(out) == json.loads(one) + json.loads(two)
    elif output_format == "csv":
        assert out == one + two.partition("\n")[2]
    else:
        assert out == one + two


@pytest.mark.parametrize("output_format", ["table", "tsv", "csv", "json", "jsonl", "number"])
def test_notes_on_lines_in_every_format(saved: Run, output_format: str) -> None:
    """The age of the rates goes to stderr, once for all lines; the likely error where the output does not show it."""
    note = (
        "the rates used date from 16 November 2025 (4 days earlier, bundled with ctick);"
        " 'ctick snapshot cbr --date 2025-11-20' may fetch nearer ones\n"
    )
    result = saved("convert", "-", "-o", output_format, "--date", "2025-11-20", stdin="50000 KGS\n100 KGS KZT\n")
    errors = ["KGS to USD: the likely error is 0.66%\n", note, "KGS to KZT: the likely error is 3.2%\n"]
    assert result.err == (note if output_format == "table" else "".join(errors))


def test_stdin_is_not_read_with_an_amount(saved: Run) -> None:
    """A `while read` loop around `ctick convert 5 KGS` keeps its lines."""
    assert saved("convert", "50000", "KGS", "-q", stdin="100 KGS\n").out == "572.00 USD\n"
    assert saved("convert", "50000", "KGS", "-q", stdin=None).out == "572.00 USD\n"


def test_a_line_that_is_too_long_is_skipped(saved: Run) -> None:
    """It is reported, and the next one is answered."""
    result = saved("convert", "-q", stdin="1" * 1_000_000 + " KGS\n50000 KGS\n")
    assert result == (1, "572.00 USD\n", "ctick: line 1 is too long: write one amount and its currencies on a line\n")


def test_a_number_wider_than_the_terminal_wraps(saved: Run) -> None:
    """Nothing is lost."""
    out = saved("convert", "1e30", "KGS", "KZT", "-q", tty=True, width=40).out
    assert all(len(line) <= 40 for line in out.splitlines())
    assert "".join(out.split()).startswith(
        "1,000,000,000,000,000,000,000,000,000,000KGS≈5,897,000,000,000,000,000,000,000,000,000KZT"
    )
