"""`ctick rates`, and `ctick` alone."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from conftest import Run

from ctick.text import long_date

TABLE_80 = """\
pair        rate           1 USD =  printed     change  as of        source
KGS/USD  0.01144             87.41       0%   +0.09% ▲  16 Dec 2025  timesca
KZT/USD  0.00194               515      -0%    +1.0% ▲  16 Dec 2025  timesca
TJS/USD  0.10877            9.1937      -0%  +0.527% ▲  16 Dec 2025  timesca
UZS/USD  0.00008  11,764 to 13,334       0%          ?  16 Dec 2025  timesca
TMT/USD  0.28571           3.50005       0%  -0.014% ▼  16 Dec 2025  timesca
"""

DAY = ("--date", "2025-12-16")
MANAT = "the manat's rate is the official peg; street rates can differ greatly\n"


def lines(text: str) -> list[str]:
    """The lines without trailing blanks."""
    return [line.rstrip() for line in text.splitlines()]


def test_a_table_on_a_terminal(saved: Run) -> None:
    """Pair, rate, inverse, printed change, date and source; no cell is cut."""
    shown = saved("rates", *DAY, "--no-color", tty=True)
    assert lines(shown.out) == lines(TABLE_80)
    assert (shown.code, shown.err) == (0, MANAT)
    assert saved("rates", *DAY, "-q", "--no-color", tty=True) == (0, shown.out, "")
    assert saved("rates", "KGS", *DAY, "--no-color", tty=True).err == ""
    assert saved("rates", *DAY).err == ""


def test_an_aged_rate_has_its_likely_error(saved: Run) -> None:
    """What the digits leave open and what may have happened since; not on the rates' own day."""
    shown = saved("rates", "--date", "2025-12-17", "-q", "--no-color", tty=True, width=90)
    assert lines(shown.out) == [
        "pair        rate  likely ±           1 USD =  printed     change  as of        source",
        "KGS/USD  0.01144     0.35%             87.41       0%   +0.09% ▲  16 Dec 2025  timesca",
        "KZT/USD  0.00194      1.7%               515      -0%    +1.0% ▲  16 Dec 2025  timesca",
        "TJS/USD  0.10877      1.2%            9.1937      -0%  +0.527% ▲  16 Dec 2025  timesca",
        "UZS/USD  0.00008      6.9%  11,764 to 13,334       0%          ?  16 Dec 2025  timesca",
        "TMT/USD  0.28571     0.43%           3.50005       0%  -0.014% ▼  16 Dec 2025  timesca",
    ]
    assert lines(saved("rates", "KGS", "--no-color", "-q", tty=True, encoding="ascii", width=60).out) == [
        "pair        rate  likely ~  as of        source",
        "KGS/USD  0.01143     0.35%  21 Feb 2026  timesca (bundled)",
    ]


def test_fine_digits_and_age_side_by_side(run: Run) -> None:
    """Digits count as no finer than 0.05 %, and a derived rate has no more than six of them."""
    run("snapshot", "-", "--source", "mine", "-q", stdin="KGS/USD = 0.011437123\n22 February 2026\n")
    shown = run("rates", "KGS", "KZT", "-q", "--no-color", tty=True, width=100).out
    assert [line.split()[:3] for line in shown.splitlines()[1:]] == [
        ["KGS/USD", "0.011437123", "<0.05%"],
        ["KZT/USD", "0.00200", "1.7%"],
    ]


def test_a_change_over_a_long_time_says_so(run: Run) -> None:
    """+13.5 % over 277 days is not +0.1 % since yesterday."""
    text = "KZT/USD = 0.00200\nTJS/USD = 0.10877\n21 May 2025\n\nKGS/USD = 0.01143\n21 February 2026\n\n"
    text += "KGS/USD = 0.01144\nKZT/USD = 0.00227\nTJS/USD = 0.10877\n22 February 2026\n"
    assert run("snapshot", "-", "--source", "mine", "-q", stdin=text).code == 0
    shown = run("rates", "KGS", "KZT", "TJS", "--source", "mine", "-q", "--no-color", tty=True).out
    assert lines(shown) == [
        "pair        rate  1 USD =                change  as of        source",
        "KGS/USD  0.01144    87.41              +0.09% ▲  22 Feb 2026  mine",
        "KZT/USD  0.00227    440.5  +13.5% in 277 days ▲  22 Feb 2026  mine",
        "TJS/USD  0.10877   9.1937    0.0% in 277 days ▬  22 Feb 2026  mine",
    ]
    rows = [json.loads(line) for line in run("rates", "KGS", "KZT", "--source", "mine", "-o", "jsonl").out.splitlines()]
    assert [(row["change"], row["computed_change"], row["computed_days"]) for row in rows] == [
        (None, 0.0875, 1),
        (None, 13.5, 277),
    ]


def test_ctick_alone_is_ctick_rates(saved: Run) -> None:
    """With or without options."""
    assert saved("-q") == saved("rates", "-q")
    assert saved() == saved("rates")
    assert saved("-o", "json", "-q") == saved("rates", "-o", "json", "-q")
    assert saved("-q", "-o", "json", "rates", "KGS") == saved("rates", "KGS", "-o", "json", "-q")


@pytest.mark.parametrize(
    ("width", "header"),
    [
        (100, "pair        rate           1 USD =  printed     change  since 6 Dec  as of        source"),
        (89, "pair        rate           1 USD =  printed     change  since 6 Dec  as of        source"),
        (88, "pair        rate           1 USD =  printed     change  as of        source"),
        (76, "pair        rate           1 USD =  printed     change  as of        source"),
        (75, "pair        rate           1 USD =     change  as of        source"),
        (67, "pair        rate           1 USD =     change  as of        source"),
        (66, "pair        rate  likely ±     change  as of        source"),
        (56, "pair        rate  likely ±  as of        source"),
        (40, "pair        rate  likely ±  as of"),
    ],
)
def test_a_narrow_table_drops_columns(saved: Run, width: int, header: str) -> None:
    """First the spark line, the printed change and the inverse; never the rate, how exact it is, or the date."""
    out = lines(saved("rates", "-q", *DAY, "--no-color", tty=True, width=width).out)
    assert out[0] == header
    assert len(out) == 6
    assert all(len(line) <= width and "…" not in line for line in out)
    assert [line.split()[:2] for line in out[1:3]] == [["KGS/USD", "0.01144"], ["KZT/USD", "0.00194"]]


@pytest.mark.parametrize("width", [41, 40, 20, 12, 5])
def test_a_very_narrow_table_becomes_lines(run: Run, width: int) -> None:
    """If pair, rate, likely error and date don't fit side by side, they are printed one below the other."""
    run("snapshot", "-", "--source", "cbr", "-q", stdin="UZS/USD = 0.0000825395\n20 February 2026\n")
    out = run("rates", "KGS", "UZS", "-q", "--no-color", tty=True, width=width).out
    assert all(len(line) <= width for line in out.splitlines())
    assert "".join(out.split()) == (
        "KGS/USD0.01143(likelyerror0.35%)21Feb2026·timesca(bundled)UZS/USD0.0000825395(likelyerror<0.05%)20Feb2026·cbr"
    )
    if width == 40:
        assert out == (
            "KGS/USD 0.01143 (likely error 0.35%)\n  21 Feb 2026 · timesca (bundled)\n"
            "UZS/USD 0.0000825395\n  (likely error <0.05%)\n  20 Feb 2026 · cbr\n"
        )


def test_tsv_in_a_pipe(saved: Run) -> None:
    """One line per rate, the fields in order, no header, nothing cut."""
    result = saved("rates", "-q", *DAY)
    rows = [line.split("\t") for line in result.out.splitlines()]
    assert [row[:7] for row in rows] == [
        ["KGS", "USD", "0.01144", "0.00001", "0", "2025-12-16", "timesca"],
        ["KZT", "USD", "0.00194", "0.00001", "-0", "2025-12-16", "timesca"],
        ["TJS", "USD", "0.10877", "0.00001", "-0", "2025-12-16", "timesca"],
        ["UZS", "USD", "0.00008", "0.00001", "0", "2025-12-16", "timesca"],
        ["TMT", "USD", "0.28571", "0.00001", "0", "2025-12-16", "timesca"],
    ]
    assert {len(row) for row in rows} == {8}


def test_json_keeps_all_digits(saved: Run) -> None:
    """One array; numbers have exactly the printed digits."""
    out = saved("rates", "-q", "-o", "json", "--date", "2025-12-10").out
    rows = json.loads(out, parse_float=Decimal, parse_int=str)
    assert [str(row["rate"]) for row in rows] == ["0.01144", "0.00193", "0.10811", "0.00008", "0.28490"]
    assert [row["change"] for row in rows] == ["0", "-0", Decimal("-0.28"), "0", "0"]
    assert "bundled" not in rows[0]


def test_json_has_bounds_and_the_computed_change(saved: Run) -> None:
    """Likely ones grow with age, rounded outwards; a change that the digits can't tell is null, and its days are not."""
    (row,) = json.loads(saved("rates", "KZT", "-o", "json", "--date", "2025-12-17").out, parse_float=str, parse_int=str)
    assert [row[name] for name in ("change", "low", "high", "likely_low", "likely_high")] == [
        "-0", "0.0019350", "0.0019450", "0.0019062", "0.0019738",
    ]  # fmt: skip
    assert (row["computed_change"], row["computed_days"]) == ("1.0417", "2")
    (row,) = json.loads(saved("rates", "UZS", "-o", "json", *DAY).out, parse_float=str)
    assert (row["low"], row["likely_low"]) == ("0.0000750", "0.0000750")
    assert (row["computed_change"], row["computed_days"]) == (None, 2)
    (row,) = json.loads(saved("rates", "UZS", "-o", "json", "--date", "2024-09-01").out)
    assert (row["computed_change"], row["computed_days"]) == (None, None)


def test_csv_has_a_header(saved: Run) -> None:
    """The names of the fields."""
    assert saved("rates", "-o", "csv", "-q").out.splitlines()[0] == "base,quote,rate,step,change,as_of,source,seen_at"


def test_bundled_rates_are_marked(run: Run) -> None:
    """`bundled: true` in JSON, and no time seen."""
    rows = json.loads(run("rates", "-o", "json").out)
    assert {(row["source"], row["bundled"], row["seen_at"]) for row in rows} == {("timesca", True, None)}


def test_named_currencies(saved: Run) -> None:
    """In the order given, in upper or lower case, each once."""
    out = saved("rates", "uzs", "KGS", "soum", "-q").out
    assert [line[:3] for line in out.splitlines()] == ["UZS", "KGS"]
    assert saved("rates", "USD").code == 2
    assert saved("rates", "XYZ").code == 2


def test_no_rate_that_old(run: Run) -> None:
    """Exit 4, and what to do."""
    assert run("rates", "--date", "2024-08-31") == (
        4,
        "",
        "ctick: no rate for KGS KZT TJS UZS TMT on or before 31 August 2024:"
        " 'ctick snapshot cbr --date 2024-08-31' may fetch it\n",
    )


@pytest.mark.parametrize(("source", "first"), [(None, "1992-07-01"), ("fawaz", "2024-03-02")])
def test_no_fetch_is_advised_before_the_first_day_of_a_source(run: Run, source: str | None, first: str) -> None:
    """It would fail, and say so."""
    argv = ["convert", "5", "KGS", *(["--source", source] if source else []), "--date"]
    assert run(*argv, first).err.endswith(f"'ctick snapshot {source or 'cbr'} --date {first}' may fetch it\n")
    before = dt.date.fromisoformat(first) - dt.timedelta(days=1)
    assert run(*argv, str(before)).err.endswith(f"on or before {long_date(before)}: choose a later day\n")


def test_one_of_two_is_missing(run: Run) -> None:
    """It is reported: exit 1."""
    run("snapshot", "-", "--source", "nbk", "-q", stdin="KZT/USD = 0.00194\n20 February 2026\n")
    result = run("rates", "KZT", "TMT", "--source", "nbk")
    assert result.code == 1
    assert result.out.startswith("KZT\tUSD\t0.00194\t")
    assert result.err == (
        "ctick: no rate for TMT from nbk on or before 22 February 2026:"
        " nbk does not cover it; 'ctick sources' shows which sources do\n"
    )


def test_a_rate_dated_ahead_is_used_and_marked(run: Run) -> None:
    """Of Monday, as central banks publish it on Friday, if it is the nearest; never with an explicit date."""
    run("snapshot", "-", "--source", "mine", "-q", stdin="KGS/USD = 0.0115000\n23 February 2026\n")
    run("snapshot", "-", "--source", "zzz", "-q", stdin="KGS/USD = 0.0116000\n24 February 2026\n")
    assert lines(run("rates", "KGS", "--source", "mine", "--no-color", tty=True).out)[1].endswith(
        "0.0115000     0.31%  86.9565  23 Feb 2026 (tomorrow)  mine"
    )
    assert "  24 Feb 2026 (in 2 days)  zzz" in run("rates", "KGS", "--source", "zzz", "--no-color", tty=True).out
    assert run("rates", "KGS", "--source", "mine", "-o", "line").out == "KGS 0.0115000  (23 Feb, tomorrow)\n"
    assert "0.01143" in run("rates", "KGS").out  # of the day before
    assert run("rates", "KGS", "--source", "mine", "--date", "today").code == 4


def test_older_rates_than_asked_for_are_left_out(run: Run) -> None:
    """Before the choice: a newer rate with fewer digits is used, and what is missing is named."""
    text = "KGS/USD = 0.0114444\nKZT/USD = 0.00200444\n19 February 2026\n\nKGS/USD = 0.0114\n22 February 2026\n"
    run("snapshot", "-", "--source", "mine", "-q", stdin=text)
    asked = ("rates", "KGS", "KZT", "--source", "mine", "--max-age", "1d")
    result = run(*asked)
    assert (result.code, [line.split("\t")[:3] for line in result.out.splitlines()]) == (1, [["KGS", "USD", "0.0114"]])
    assert result.err == (
        "ctick: no rate for KZT from mine that is at most 1 day old: the newest is from 19 February 2026 (3 days ago);"
        " --max-age 3d accepts it\n"
    )
    result = run("rates", "KZT", "--source", "mine", "--max-age", "1d", tty=True)
    assert (result.code, result.out) == (4, "")


@pytest.mark.parametrize(
    ("variables", "options", "colored"),
    [
        ({}, [], True),
        ({"NO_COLOR": "1"}, [], False),
        ({"FORCE_COLOR": "1"}, ["--no-color"], False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, [], False),
        ({"TERM": "dumb"}, [], False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, [], True),
        ({}, ["--color", "never"], False),
        ({"NO_COLOR": "1"}, ["--color=always"], True),
    ],
)
def test_color(
    saved: Run, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], options: list[str], colored: bool
) -> None:
    """--no-color, then NO_COLOR, then FORCE_COLOR, then the terminal decide; without colour no escape sequence."""
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b" in saved("rates", "-q", *options, tty=True).out) is colored


def test_force_color_in_a_pipe(saved: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """FORCE_COLOR colours a table in a pipe."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" in saved("rates", "-o", "table").out
    assert "\x1b" not in saved("rates").out


def test_spark_lines_and_changes(saved: Run) -> None:
    """A bar for each day with a rate, on one scale for all, and the change since the day before, computed by ctick.

    Where the digits can't tell, there is no line; it would look like a level rate.
    """
    out = saved("rates", "KZT", "UZS", "TMT", "-q", *DAY, "--no-color", tty=True, width=120).out
    assert lines(out) == [
        "pair        rate           1 USD =  printed     change  since 6 Dec  as of        source",
        "KZT/USD  0.00194               515      -0%    +1.0% ▲  ██ ▅▁   ▁ ▃  16 Dec 2025  timesca",
        "UZS/USD  0.00008  11,764 to 13,334       0%          ?               16 Dec 2025  timesca",
        "TMT/USD  0.28571           3.50005       0%  -0.014% ▼  ▄▄ ▄▄   ▄ ▄  16 Dec 2025  timesca",
    ]
    ascii_only = saved("rates", "KZT", "-q", *DAY, "--no-color", tty=True, width=120, encoding="ascii").out
    assert "+1.0% ^  @@ +_   _ -  16 Dec" in ascii_only


PER_DOLLAR = """\
             1 USD =  likely ±  USD change  as of        source
           87.41 KGS     0.35%    -0.09% ▼  16 Dec 2025  timesca
             515 KZT      1.7%     -1.0% ▼  16 Dec 2025  timesca
          9.1937 TJS      1.2%   -0.524% ▼  16 Dec 2025  timesca
11,764 to 13,334 UZS      6.9%           ?  16 Dec 2025  timesca
         3.50005 TMT     0.43%   +0.014% ▲  16 Dec 2025  timesca
"""


def test_what_a_dollar_costs(saved: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the main figure, with its likely error; its change points the other way, and the header says whose it is."""
    table = ("rates", "--date", "2025-12-17", "-q", "--no-color")
    usual = saved(*table, tty=True).out
    assert lines(saved(*table, "--per-dollar", tty=True, width=70).out) == lines(PER_DOLLAR)
    assert lines(saved(*table, "KGS", "--per-dollar", tty=True, width=40).out) == [
        "  1 USD =  likely ±  as of",
        "87.41 KGS     0.35%  16 Dec 2025",
    ]
    assert saved(*table, "UZS", "--per-dollar", tty=True, width=36).out == (
        "1 USD = 11,764 to 13,334 UZS\n  (likely error 6.9%)\n  16 Dec 2025 · timesca\n"
    )
    monkeypatch.setenv("CTICK_PER_DOLLAR", "yes")
    assert lines(saved(*table, tty=True, width=70).out) == lines(PER_DOLLAR)
    assert saved(*table, "--no-per-dollar", tty=True).out == usual
    assert saved(*table, "--no-per-dollar", "--per-dollar", tty=True).out == usual


def test_what_a_dollar_costs_in_a_line(saved: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so once; a range where the digits leave much open."""
    line = "1 USD = 87.41 KGS ▼  515 KZT ▼  9.1937 TJS ▼  11,764 to 13,334 UZS ?  3.50005 TMT ▲  (16 Dec 2025)\n"
    assert saved("rates", "-o", "line", "--per-dollar", *DAY) == (0, line, "")
    monkeypatch.setenv("CTICK_PER_DOLLAR", "1")
    assert saved("rates", "-o", "line", *DAY) == (0, line, "")
    assert saved("rates", "-o", "line", *DAY, "--no-per-dollar", "KGS") == (0, "KGS 0.01144 ▲  (16 Dec 2025)\n", "")


def test_rows_have_what_a_dollar_costs_only_if_it_was_asked_for(saved: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """In fields at the end; the setting, which is for people, adds none. Other tools' formats refuse the option."""
    asked = ("rates", "KGS", "UZS", "-q", "--date", "2025-12-17")
    usual = saved(*asked).out.splitlines()
    rows = saved(*asked, "--per-dollar").out.splitlines()
    assert [row.rsplit("\t", 3) for row in rows] == [
        [usual[0], "87.41", "87.10", "87.73"],
        [usual[1], "12500", "11698", "13420"],
    ]
    assert (
        saved(*asked, "--per-dollar", "-o", "csv")
        .out.splitlines()[0]
        .endswith(",seen_at,per_dollar,per_dollar_likely_low,per_dollar_likely_high")
    )
    (row, _) = json.loads(saved(*asked, "--per-dollar", "-o", "json").out, parse_float=str)
    assert list(row.items())[-3:] == [
        ("per_dollar", "87.41"), ("per_dollar_likely_low", "87.10"), ("per_dollar_likely_high", "87.73"),
    ]  # fmt: skip
    monkeypatch.setenv("CTICK_PER_DOLLAR", "1")
    assert saved(*asked).out.splitlines() == usual
    assert saved(*asked, "-o", "ledger").code == 0
    assert saved(*asked, "-o", "ledger", "--per-dollar") == (
        2, "", "ctick: -o ledger has rates in USD: leave --per-dollar out, or choose another format\n",
    )  # fmt: skip


def test_one_line_for_status_bars(saved: Run) -> None:
    """`-o line`: each currency with its rate and an arrow, and the date if it is not today's."""
    line = "KGS 0.01144 ▲  KZT 0.00194 ▲  TJS 0.10877 ▲  UZS 0.00008 ?  TMT 0.28571 ▼  (16 Dec 2025)\n"
    assert saved("rates", "-o", "line", *DAY) == (0, line, "")
    assert saved("rates", "TMT", "-o", "line", "--date", "2025-12-10").out == "TMT 0.28490 ▬  (10 Dec 2025)\n"
    assert saved("rates", "-o", "line", *DAY, "KGS", encoding="ascii").out == "KGS 0.01144 ^  (16 Dec 2025)\n"


def test_one_line_of_several_days(run: Run) -> None:
    """Each date that is not today's stands after its rate, with its age; the year only if it is not this one.

    A day that several have stands once, at the end.
    """
    run("snapshot", "-", "--source", "mine", "-q", stdin="KGS/USD = 0.01144\n22 February 2026\n")
    run("snapshot", "-", "--source", "mine", "-q", stdin="KZT/USD = 0.00194\n16 December 2025\n")
    run("snapshot", "-", "--source", "mine", "-q", stdin="TJS/USD = 0.10550\n20 February 2026\n")
    line = ("rates", "--source", "mine", "-o", "line", "-q")
    assert run(*line).out == "KGS 0.01144  KZT 0.00194 (16 Dec 2025, 68d ago)  TJS 0.10550 (20 Feb, 2d ago)\n"
    assert run(*line, "KGS").out == "KGS 0.01144\n"
    run("snapshot", "-", "--source", "mine", "-q", stdin="UZS/USD = 0.00008\nTMT/USD = 0.28571\n20 February 2026\n")
    assert (
        run(*line, "KGS", "TJS", "UZS").out
        == "KGS 0.01144  TJS 0.10550 (20 Feb, 2d ago)  UZS 0.00008 (20 Feb, 2d ago)\n"
    )
    assert run(*line, "KZT", "TJS", "UZS", "--per-dollar").out == (
        "1 USD = 515 KZT (16 Dec 2025, 68d ago)  9.4787 TJS  11,764 to 13,334 UZS  (others 20 Feb, 2d ago)\n"
    )


def test_one_line_says_over_how_many_days_a_rate_changed(run: Run) -> None:
    """If they are more than usual: the arrow alone would look like today's change."""
    page = "KZT/USD = 0.00191\nTJS/USD = 0.10593\nUZS/USD = 0.00008\n22 November 2025\n"
    run("snapshot", "-", "-q", stdin=page)
    assert run("rates", "KZT", "TJS", "UZS", "-o", "line", "-q", "--date", "2025-11-22").out == (
        "KZT 0.00191 ?  TJS 0.10593 ▼ in 6 days  UZS 0.00008 ?  (22 Nov 2025)\n"
    )


def test_formats_of_other_tools(saved: Run) -> None:
    """The newest rates as price directives."""
    line = "2025-12-16 price KGS 0.01144 USD  ; timesca, 0.011435 to 0.011445\n"
    assert saved("rates", "KGS", "-o", "beancount", *DAY).out == line
    line = "P 2025-12-16 UZS 0.00008 USD  ; timesca, 0.000075 to 0.000085\n"
    assert saved("rates", "UZS", "-o", "ledger", *DAY).out == line


def test_changes_are_of_own_rates(run: Run) -> None:
    """If your own and bundled rates of a day differ, arrow and change follow your own."""
    run("snapshot", "-", "-q", stdin="KZT/USD = 0.00198\n16 December 2025\n")
    run("snapshot", "-", "-q", stdin="KZT/USD = 0.00196\n18 December 2025\n")
    day = ("--date", "2025-12-18")
    assert run("rates", "KZT", "-o", "line", *day).out == "KZT 0.00196 ▼  (18 Dec 2025)\n"
    out = run("rates", "KZT", *day, "--no-color", tty=True).out
    assert "-1.0% ▼" in out


def test_old_rates_of_which_some_are_bundled(run: Run) -> None:
    """The note about their age says so."""
    run("snapshot", "-", "-q", "--source", "mine", stdin="KZT/USD = 0.00194444\n14 January 2026\n")
    assert run("rates", "--date", "2026-01-20").err == (
        "the oldest of the rates used is from 23 December 2025 (28 days earlier); some are bundled with ctick;"
        " 'ctick snapshot cbr --date 2026-01-20' may fetch nearer ones\n"
    )
