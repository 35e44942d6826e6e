"""`ctick history`."""

import json
import random
import re
import sys
from decimal import ROUND_HALF_EVEN, Context, Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from conftest import Run, on_a_terminal, page, sql

from ctick import clock

WIDE = Context(prec=60)


def rows(run: Run, *argv: str) -> list[dict[str, object]]:
    result = run("history", *argv, "-o", "json", "-q")
    assert (result.code, result.err) == (0, "")
    found: list[dict[str, object]] = json.loads(result.out, parse_float=Decimal, parse_int=Decimal)
    return found


def column(run: Run, name: str, *argv: str) -> list[str]:
    return [str(row[name]) for row in rows(run, *argv)]


def many(run: Run, source: str, *figures: str) -> None:
    """Saves `2025-12-16 KGS 0.01144; ...` under a source."""
    text = "".join(page(figure[11:], figure[:10], repeats=1) for figure in figures)
    assert run("snapshot", "-", "-q", "--force", "--source", source, stdin=text) == (0, "", "")


def test_a_pipe_gets_tsv(saved: Run) -> None:
    """The fields of `rates`, then the change and its days: empty in the first row, beside the printed change in the others."""
    lines = saved("history", "KZT", "--since", "2025-12-09", "--until", "2025-12-18").out.splitlines()
    cells = [line.split("\t") for line in lines]
    assert [[row[2], row[4], row[5], row[6], *row[8:]] for row in cells] == [
        ["0.00196", "-0", "2025-12-09", "timesca", "", ""],
        ["0.00193", "-0", "2025-12-10", "timesca", "-1.5306", "1"],
        ["0.00192", "-0", "2025-12-14", "timesca", "-0.5181", "4"],
        ["0.00194", "-0", "2025-12-16", "timesca", "1.0417", "2"],
        ["0.00195", "0", "2025-12-18", "timesca", "0.5155", "2"],
    ]
    header = saved("history", "KZT", "-o", "csv").out.splitlines()[0]
    assert header == "base,quote,rate,step,change,as_of,source,seen_at,computed_change,computed_days"
    assert [bool(row[7]) for row in cells] == [False, True, False, True, False]  # seen at: one's own days


def test_json_has_the_computed_change_beside_the_printed_one(saved: Run) -> None:
    """It is null in the first row; `change` is the printed one, with its sign."""
    found = rows(saved, "TJS", "--since", "2025-12-10", "--until", "2025-12-16")
    assert [
        (str(row["rate"]), str(row["change"]), str(row["computed_change"]), str(row["computed_days"])) for row in found
    ] == [
        ("0.10811", "-0.28", "None", "None"),
        ("0.10820", "0.19", "0.0832", "4"),
        ("0.10877", "-0", "0.5268", "2"),
    ]
    assert [row.get("bundled") for row in found] == [None, True, None]


def test_all_changes(saved: Run) -> None:
    """Every row of every currency: the quotient of two rates, to four decimals; equal ones may be unknown."""
    found = rows(saved)
    assert len(found) == 5 * 39
    before: dict[object, Decimal] = {}
    for row in found:
        rate, computed = row["rate"], row["computed_change"]
        assert isinstance(rate, Decimal)
        if rate == before.get(row["base"]):
            assert str(computed) == ("0.0" if 10**5 * rate > 2000 else "None")
        elif row["base"] in before:
            change = WIDE.multiply(WIDE.subtract(WIDE.divide(rate, before[row["base"]]), 1), 100)
            assert isinstance(computed, Decimal)
            assert str(computed) == str(change.quantize(Decimal("0.0001"), ROUND_HALF_EVEN) + 0)
        else:
            assert computed is None
        before[row["base"]] = rate


def test_the_table(saved: Run) -> None:
    """One row per day, gaps, changes in the known digits, and a summary below."""
    assert saved("history", "KZT", "--since", "2025-12-10", "--until", "2025-12-18", "--no-color", tty=True).out == (
        "KZT/USD · timesca (partly bundled)\n"
        "as of           rate  1 USD =  change  printed  source           \n"
        "10 Dec 2025  0.00193      518              -0%  timesca          \n"
        "gap: 3 days                                                      \n"
        "14 Dec 2025  0.00192      521   -0.5%      -0%  timesca (bundled)\n"
        "gap: 1 day                                                       \n"
        "16 Dec 2025  0.00194      515   +1.0%      -0%  timesca          \n"
        "gap: 1 day                                                       \n"
        "18 Dec 2025  0.00195      513   +0.5%       0%  timesca (bundled)\n"
        "low 0.00192 (14 Dec 2025), high 0.00195 (18 Dec 2025)\n"
        "mean 0.00193, change +1.0% from 10 Dec 2025 to 18 Dec 2025\n"
    )


def test_one_row_has_no_summary(run: Run) -> None:
    """Its low, high and mean are the rate itself, and there is no change from a day to the same day."""
    out = run("history", "KZT", "--since", "2026-02-21", "--no-color", tty=True).out
    assert out == (
        "KZT/USD · timesca (bundled)\n"
        "as of           rate  1 USD =  printed  source           \n"
        "21 Feb 2026  0.00200      500       0%  timesca (bundled)\n"
    )


def test_the_table_in_colour(run: Run) -> None:
    """Falls are red, rises green; without colour the text is the same."""
    argv = ("history", "KZT", "--since", "2026-02-06")
    shown = run(*argv, tty=True).out
    assert re.findall(r"\x1b\[(3[12])m *([+-][\d.]+%)", shown) == [("32", "+0.5%"), ("31", "-1.5%")]
    assert re.sub(r"\x1b\[[\d;]*m", "", shown) == run(*argv, "--no-color", tty=True).out


def test_equal_rates_of_few_digits(run: Run) -> None:
    """The change is not known, and the inverse is a range."""
    shown = run("history", "UZS", "--since", "2026-02-20", "--no-color", tty=True).out
    assert shown.splitlines()[2:] == [
        "20 Feb 2026  0.00008  11,764 to 13,334               0%  timesca (bundled)",
        "21 Feb 2026  0.00008  11,764 to 13,334       ?       0%  timesca (bundled)",
        "0.00008 on all of these days, change ? from 20 Feb 2026 to 21 Feb 2026",
    ]
    ascii_ = run("history", "UZS", "--since", "2026-02-20", "--no-color", tty=True, encoding="ascii").out
    assert ascii_ == shown.replace("·", "-")


def test_one_day_has_no_summary(run: Run) -> None:
    """There is nothing to sum up, and no change to be unknown."""
    assert run("history", "KGS", "--since", "2026-02-21", "-q", "--no-color", tty=True).out.splitlines() == [
        "KGS/USD · timesca (bundled)",
        "as of           rate  1 USD =  printed  source           ",
        "21 Feb 2026  0.01143    87.49       0%  timesca (bundled)",
    ]


@pytest.mark.parametrize("width", [100, 80, 60, 40])
def test_narrow_tables_drop_columns(saved: Run, width: int) -> None:
    """No cell is cut, and every rate and date is shown, at any width."""
    shown = saved("history", "--since", "2y", "--no-color", tty=True, width=width).out
    assert max(map(len, shown.splitlines())) <= width
    assert "…" not in shown
    lines = shown.splitlines()
    assert len([line for line in lines if line.startswith("as of")]) == 5
    expected = [(row["as_of"], str(row["rate"])) for row in rows(saved)]
    months = {"Jan": 1, "Feb": 2, "Apr": 4, "May": 5, "Sep": 9, "Oct": 10, "Nov": 11, "Dec": 12}
    found = []
    for line in lines:
        words = line.split()
        if len(words) > 3 and words[0].isdigit() and words[1] in months and words[3].startswith("0."):
            found.append((f"{words[2]}-{months[words[1]]:02}-{int(words[0]):02}", words[3]))
    assert found == expected


def test_since_and_until(run: Run) -> None:
    """Dates, or days, months and years ago; `--since` counts back from `--until` if that is a date."""
    assert column(run, "as_of", "KGS", "--since", "30d") == [
        "2026-01-29", "2026-02-06", "2026-02-11", "2026-02-20", "2026-02-21",
    ]  # fmt: skip
    assert column(run, "as_of", "KGS", "--since", "1y")[0] == "2025-04-10"
    assert column(run, "as_of", "KGS", "--since", "6m")[0] == "2025-11-07"
    assert column(run, "as_of", "KGS", "--since", "2025-05-29", "--until", "2025-11-07") == ["2025-05-29", "2025-11-07"]
    assert column(run, "as_of", "KGS", "--until", "1y")[-1] == "2025-02-19"
    assert column(run, "as_of", "KGS", "--since", "2w", "--until", "10d") == ["2026-02-11"]
    assert column(run, "as_of", "KGS", "--since", "2w", "--until", "2099-01-01") == column(
        run, "as_of", "KGS", "--since", "2w"
    )
    assert column(run, "as_of", "KGS", "--since", "30d", "--until", "2025-01-09") == [
        "2024-12-14", "2024-12-22", "2024-12-23", "2024-12-27", "2024-12-28", "2025-01-06", "2025-01-09",
    ]  # fmt: skip


def test_weekly_and_monthly(run: Run) -> None:
    """The last day of each week or month; changes are from one of these to the next."""
    found = rows(run, "KGS", "--days", "monthly", "--since", "2025-11-01")
    assert [(str(row["as_of"]), str(row["computed_change"])) for row in found] == [
        ("2025-11-16", "None"),
        ("2025-12-23", "0.0875"),
        ("2026-01-29", "None"),
        ("2026-02-21", "-0.0874"),
    ]
    assert column(run, "as_of", "KGS", "--days", "weekly", "--since", "2025-12-01", "--until", "2025-12-31") == [
        "2025-12-07", "2025-12-14", "2025-12-21", "2025-12-23",
    ]  # fmt: skip
    shown = run("history", "KGS", "--days", "monthly", "--since", "2025-05-01", "--no-color", tty=True).out
    assert [line.split("  ")[0] for line in shown.splitlines()[2:-2]] == [
        "29 May 2025", "gap: 5 months", "16 Nov 2025", "23 Dec 2025", "29 Jan 2026", "21 Feb 2026",
    ]  # fmt: skip


def test_revisions(saved: Run) -> None:
    """The last one seen on a day counts; --revisions shows all, in the order seen."""
    many(saved, "timesca", "2025-12-16 KGS 0.01150 0%")
    many(saved, "timesca", "2025-12-16 KGS 0.01146 0%")
    span = ("KGS", "--since", "2025-12-15", "--until", "2025-12-17")
    assert column(saved, "rate", *span) == ["0.01146"]
    found = rows(saved, *span, "--revisions")
    assert [(str(row["rate"]), str(row["computed_change"])) for row in found] == [
        ("0.01144", "None"),
        ("0.01150", "0.5245"),
        ("0.01146", "-0.3478"),
    ]
    assert column(saved, "rate", "KZT", *span[1:], "--revisions") == ["0.00194"]  # the later pages lack it
    shown = saved("history", *span, "--revisions", "--no-color", tty=True).out
    assert "gap" not in shown


def test_own_days_override_bundled_ones(run: Run) -> None:
    """A bundled day is used only if your store lacks it; a snapshot replaces the bundled one as a whole."""
    many(run, "timesca", "2025-12-16 KGS 0.01150 0%")
    span = ("--since", "2025-12-16", "--until", "2025-12-16")
    assert [(str(row["rate"]), row.get("bundled")) for row in rows(run, "KGS", *span)] == [("0.01150", None)]
    assert run("history", "KZT", *span).code == 4
    assert [
        (str(row["rate"]), row.get("bundled"))
        for row in rows(run, "KZT", "--since", "2025-12-18", "--until", "2025-12-18")
    ] == [("0.00195", True)]


def test_one_source_per_currency(run: Run) -> None:
    """The one with the most days; in a tie timesca, then by name. A note names the others."""
    span = ("--since", "2025-12-18", "--until", "2025-12-22")  # two bundled days
    many(run, "cbr", "2025-12-19 KGS 0.011441; KZT 0.001941", "2025-12-20 KGS 0.011442; KZT 0.001942")
    many(run, "cbr", "2025-12-21 KGS 0.011443")
    result = run("history", "KGS", "KZT", *span)
    assert [line.split("\t")[6] for line in result.out.splitlines()] == ["cbr"] * 3 + ["timesca"] * 2
    assert result.err == (
        "showing KGS from cbr, the source with the most days (3); others: timesca (2); choose with --source\n"
        "showing KZT from timesca, one of the sources with the most days (2); others: cbr (2); choose with --source\n"
    )
    assert run("history", "KGS", *span, "-q").err == ""
    result = run("history", "KGS", *span, "--source", "timesca")
    assert ([line.split("\t")[6] for line in result.out.splitlines()], result.err) == (["timesca"] * 2, "")


def test_a_newer_rate_of_another_source_is_named(run: Run) -> None:
    """On stderr, and in JSON with the last row; prices for other tools have the best of each day from all sources."""
    many(run, "cbr", "2026-02-21 KGS 0.0114343; KZT 0.00200111", "2026-02-22 KGS 0.0114342; KZT 0.00200222")
    many(run, "nbkr", "2026-02-22 KGS 0.0114")
    asked = ("history", "KGS", "KZT", "--since", "2026-02-11")
    result = run(*asked)
    assert result.err == (
        "showing KGS from timesca, the source with the most days (3); others: cbr (2), nbkr (1); choose with --source\n"
        "showing KZT from timesca, the source with the most days (3); others: cbr (2); choose with --source\n"
        "newer: KGS 0.0114342, KZT 0.00200222 from cbr on 22 February 2026; choose them with --source cbr\n"
    )
    note = "newer: 1 USD = 87.4569 KGS, 1 USD = 499.446 KZT from cbr on 22 February 2026; choose them with --source cbr"
    assert run(*asked, "--per-dollar").err.splitlines()[-1] == note
    assert run(*asked, "--until", "2026-02-21").err == (
        "showing KGS KZT from timesca, the source with the most days (3); others: cbr (1); choose with --source\n"
    )
    newer = [row.get("newer") for row in rows(run, *asked[1:2], *asked[3:])]
    assert newer[:2] == [None, None]
    assert isinstance(newer[2], dict)
    assert {**newer[2], "seen_at": None} == {
        "base": "KGS", "quote": "USD", "rate": Decimal("0.0114342"), "step": Decimal("0.0000001"), "change": None,
        "as_of": "2026-02-22", "source": "cbr", "seen_at": None,
    }  # fmt: skip
    assert run(*asked[:2], *asked[3:], "-o", "ledger") == (
        0,
        "P 2026-02-11 KGS 0.01144 USD  ; timesca (bundled), 0.011435 to 0.011445\n"
        "P 2026-02-20 KGS 0.01144 USD  ; timesca (bundled), 0.011435 to 0.011445\n"
        "P 2026-02-21 KGS 0.0114343 USD  ; cbr, 0.01143425 to 0.01143435\n"
        "P 2026-02-22 KGS 0.0114342 USD  ; cbr, 0.01143415 to 0.01143425\n",
        "",
    )
    assert run(*asked[:2], *asked[3:], "-o", "ledger", "--source", "nbkr").out == (
        "P 2026-02-22 KGS 0.0114 USD  ; nbkr, 0.01135 to 0.01145\n"
    )
    monthly = run(*asked[:2], *asked[3:], "-o", "units", "--days", "monthly").out
    assert monthly == "# KGS/USD of 22 Feb 2026, cbr, 0.01143415 to 0.01143425\nKGS 0.0114342 US$\n"


def test_tomorrows_rate_is_shown(run: Run) -> None:
    """As `rates` uses it; of later days only with --until."""
    many(run, "mine", "2026-02-23 KGS 0.0114343", "2026-02-26 KGS 0.0114342")
    assert column(run, "as_of", "KGS", "--source", "mine") == ["2026-02-23"]
    assert column(run, "as_of", "KGS", "--source", "mine", "--until", "2026-03-01") == ["2026-02-23", "2026-02-26"]


def test_no_rates_in_the_span(saved: Run) -> None:
    """Exit 4; exit 1 if only some of the named currencies are missing."""
    assert saved("history", "KGS", "--since", "2026-02-22") == (
        4,
        "",
        "ctick: no rates for KGS since 22 February 2026: 'ctick history' shows the days with rates\n",
    )
    assert saved("history", "--source", "cbr", "--until", "2026-01-01") == (
        4,
        "",
        "ctick: no rates for KGS KZT TJS UZS TMT from cbr until 1 January 2026: 'ctick history' shows the days with rates\n",
    )
    many(saved, "mine", "2025-12-16 KGS 0.01144 0%")
    result = saved("history", "KGS", "TMT", "--source", "mine")
    assert (result.code, len(result.out.splitlines())) == (1, 1)
    assert result.err == "ctick: no rates for TMT from mine: 'ctick history' shows the days with rates\n"
    assert saved("history", "--source", "mine").code == 0


def test_a_terminal_shows_the_last_30_days(run: Run) -> None:
    """That have rates, of each currency; a note has the command that shows all of them."""
    all_ = column(run, "as_of", "KGS")
    assert len(all_) == 39
    short = run("history", "KGS", "--source", "timesca", "--no-color", tty=True)
    command = "history KGS --since 2024-09-01 --source timesca"
    assert short.err == f"showing the last 30 days;\n  'ctick {command}' shows all 39 days\n"
    full = run(*command.split(), "--no-color", tty=True)
    assert full.err == ""
    days = [[line for line in shown.out.splitlines()[2:-2] if "gap" not in line] for shown in (short, full)]
    assert [len(lines) for lines in days] == [30, 39]
    assert [line[:48] for line in days[0][1:]] == [line[:48] for line in days[1][-29:]]
    assert short.out.splitlines()[-1].endswith(" from 23 Dec 2024 to 21 Feb 2026")
    assert run("history", "KGS", "-q", "--no-color", tty=True) == (0, short.out, "")


def test_the_note_about_the_other_days_keeps_what_was_asked(run: Run) -> None:
    """Currencies with different numbers of days; weeks; the store; all revisions."""
    many(run, "mine", *[f"2026-01-{day:02} KGS 0.01144" for day in range(1, 31)])
    many(run, "mine", *[f"2025-01-{day:02} KGS 0.01144; KZT 0.00194" for day in range(1, 32)])
    many(run, "mine", "2026-01-30 KGS 0.01145", "2025-12-31 KZT 0.00194")
    shown = run("history", "KGS", "KZT", "--source", "mine", "--revisions", tty=True)
    assert shown.err == (
        "showing the last 30 days;\n  'ctick history KGS KZT --since 2025-01-01 --source mine --revisions' shows all\n  days\n"
    )
    assert shown.out.count("30 Jan 2026  ") == 2
    assert run("history", "KGS", "--source", "mine", "--days", "weekly", tty=True).err == ""
    weeks = [f"{clock.today().fromordinal(clock.today().toordinal() - 7 * week)} TJS 0.1" for week in range(40)]
    many(run, "mine", *weeks)
    shown = run("history", "TJS", "--source", "mine", "--days", "weekly", tty=True)
    assert shown.err == (
        "showing the last 30 weeks;\n  'ctick history TJS --since 2025-05-25 --source mine --days weekly' shows all\n"
        "  40 weeks\n"
    )


def test_only_tables_on_a_terminal_are_shortened(run: Run) -> None:
    """Not what a pipe, another program or a chart gets, nor a span that was asked for."""
    for argv in (["-o", "table"], ["-o", "json"], ["--chart"], ["--until", "2026-02-21"], ["--last", "39"]):
        shown = run("history", "KGS", "--source", "timesca", *argv, tty=argv != ["-o", "table"])
        assert (shown.code, shown.err) == (0, "")
        if "--chart" not in argv:
            assert ("1 Sep 2024" in shown.out, "2024-09-01" in shown.out) == ("json" not in argv, "json" in argv)
    assert len(run("history", "KGS").out.splitlines()) == 39


def test_the_last_days(saved: Run, tmp_path: Path) -> None:
    """Those that have rates, in every format; of a span if there is one; of weeks and revisions, too."""
    assert column(saved, "as_of", "KGS", "KZT", "--last", "2") == ["2026-02-20", "2026-02-21"] * 2
    assert column(saved, "as_of", "KGS", "--last", "2", "--until", "2025-12-16") == ["2025-12-14", "2025-12-16"]
    assert column(saved, "as_of", "KGS", "--last", "2", "--since", "2026-02-21") == ["2026-02-21"]
    assert column(saved, "as_of", "KGS", "--last", "1000000000000") == column(saved, "as_of", "KGS")
    assert column(saved, "as_of", "KGS", "--days", "weekly", "--last", "3") == [
        "2026-02-06",
        "2026-02-11",
        "2026-02-21",
    ]
    assert saved("history", "KGS", "--last", "1", "-o", "ledger", "-q").out == (
        "P 2026-02-21 KGS 0.01143 USD  ; timesca (bundled), 0.011425 to 0.011435\n"
    )
    shown = saved("history", "KGS", "--last", "3", "--no-color", tty=True)
    assert shown.out.splitlines()[-2:] == [
        "low 0.01143 (21 Feb 2026), high 0.01144 (11 Feb 2026)",
        "mean 0.01144, change -0.09% from 11 Feb 2026 to 21 Feb 2026",
    ]
    many(saved, "timesca", "2025-12-16 KGS 0.01150 0%")
    span = ("KGS", "--revisions", "--until", "2025-12-16", "--last")
    assert column(saved, "rate", *span, "1") == ["0.01144", "0.01150"]
    assert len(column(saved, "rate", *span, "2")) == 3
    drawn = saved("history", "KGS", "--last", "3", "--svg", "-").out
    assert drawn == saved("history", "KGS", "--since", "2026-02-11", "--svg", "-").out
    assert (
        saved("history", "KGS", "--last", "3", "--chart").out
        == saved("history", "KGS", "--since", "2026-02-11", "--chart").out
    )


WRONG = [
    (["--last", "0"], "--last '0' is not a number of days: write it as 10"),
    (["--last", "-1"], "--last '-1' is not a number of days: write it as 10"),
    (["--last", "ten"], "--last 'ten' is not a number of days: write it as 10"),
    (["--last", "6m"], "--last '6m' is not a number of days: write it as 10, or use --since 6m"),
    (["--since", "soon"], "--since 'soon' is not a date: write it as 2025-12-16, 16.12.2025, or as 30d, 2w, 6m, 1y"),
    (["--until", "6x"], "--until '6x' is not a date: write it as 2025-12-16, 16.12.2025, or as 30d, 2w, 6m, 1y"),
    (
        ["--since", "2025-02-30"],
        "--since '2025-02-30' is not a date: write it as 2025-12-16, 16.12.2025, or as 30d, 2w, 6m, 1y",
    ),
    (
        ["--since", "2025-12-16", "--until", "2025-12-10"],
        "--since 2025-12-16 is after --until 2025-12-10: swap them",
    ),
    (["--days", "daily"], "--days daily is unknown: choose all, weekly or monthly"),
    (["-o", "xml"], None),
    (["USD"], "all rates are in USD: ask for KGS, KZT, TJS, UZS or TMT"),
    (
        ["--revisions", "-o", "ledger"],
        "-o ledger has one rate a day: leave --revisions out, or choose another format",
    ),
    (["--chart", "-o", "json"], "-o json can't be combined with --chart or --svg: choose one"),
    (["--chart", "--svg", "-"], "--chart and --svg - both write to stdout: name a file for the SVG"),
    (["--source", "../x"], "'../x' is not a valid source name: use up to 32 of a-z, 0-9, '.', '_' and '-'"),
    (["XYZ"], None),
]


@pytest.mark.parametrize(("argv", "message"), WRONG, ids=[" ".join(argv) for argv, _ in WRONG])
def test_wrong_usage(run: Run, argv: list[str], message: str | None) -> None:
    """Exit 2, and a message that helps."""
    result = run("history", *argv)
    assert (result.code, result.out) == (2, "")
    assert message is None or result.err == f"ctick: {message}\n"


def test_escape_sequences_in_options_are_removed(run: Run) -> None:
    """A message repeats what was typed without them."""
    for option in ("--since", "--until", "--days"):
        result = run("history", option, "\x1b[31m\u202e")
        assert result.code == 2
        assert result.err.isascii() or not {"\x1b", "\u202e"} & set(result.err)


def test_a_damaged_index_is_reported(saved: Run, home: Path) -> None:
    """An index that points to a snapshot without the currency: exit 6, not a missing day."""

    many(saved, "timesca", "2025-12-17 KGS 0.01144 0%")
    (db,) = home.rglob("*.db")
    sql(db, "UPDATE quote SET snapshot = 3 WHERE base = 'KZT' AND as_of = '2025-12-16'")
    result = saved("history", "KZT")
    assert (result.code, result.out) == (6, "")
    assert "the index of KZT is wrong" in result.err


def test_chart_and_svg(saved: Run, tmp_path: Path) -> None:
    """The chart on stdout, also in a pipe; the SVG in its file, or on stdout."""
    shown = saved("history", "KZT", "--chart")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.splitlines()[0] == "KZT/USD"
    assert max(map(len, shown.out.splitlines())) <= 80
    file = tmp_path / "rates.svg"
    assert saved("history", "KZT", "UZS", "--svg", str(file)) == (0, "", "")
    assert ET.fromstring(file.read_text()).tag == "{http://www.w3.org/2000/svg}svg"
    assert saved("history", "KZT", "UZS", "--svg", "-").out == file.read_text()
    assert saved("history", "KZT", "--chart", "--svg", str(file), "--force").out == shown.out
    assert "<title>KZT/USD</title>" in file.read_text()
    bad = tmp_path / "none" / "x.svg"
    assert saved("history", "--svg", str(bad)) == (
        2,
        "",
        f"ctick: --svg {bad} can't be written (No such file or directory): name another file\n",
    )


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 40)])
def test_a_chart_and_its_notes_fit_a_terminal(tmp_path: Path, width: int, height: int) -> None:
    """The title is still there when the notes are, in all lines but that for the prompt."""
    ctick = str(Path(sys.executable).parent / "ctick")
    size = {"COLUMNS": str(width), "LINES": str(height)}
    code, shown = on_a_terminal([ctick, "history", "--chart", "--no-color"], tmp_path, **size)
    lines = shown.splitlines()
    assert (code, lines[0][:15], lines[-1][:2]) == (0, "first day = 100", "  ")
    assert len(lines) == height - 2
    assert any(line.startswith("showing KGS") for line in lines)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp866", "latin-1", "utf-8"])
def test_charts_in_any_encoding(saved: Run, encoding: str) -> None:
    """Without Braille the chart is ASCII from the start."""
    for codes in (["KZT"], ["UZS"], []):
        shown = saved("history", *codes, "--chart", "--no-color", tty=True, encoding=encoding)
        assert (shown.code, shown.err) == (0, "")
        assert shown.out.isascii() == (encoding != "utf-8")
        assert "?" not in shown.out


def test_colour_of_charts(saved: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Escape sequences only if colour is wanted."""
    assert "\x1b[" in saved("history", "--chart", tty=True).out
    assert "\x1b" not in saved("history", "--chart").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in saved("history", "--chart", tty=True).out


def test_a_long_history(run: Run, tmp_path: Path) -> None:
    """Eight years: every day has a row, and the days since the one before."""
    chance = random.Random(16122025)
    start = clock.today().replace(year=2016).toordinal()
    text = "".join(
        page(f"KGS {chance.randint(1100, 1200) / 10**5:.5f}", str(clock.today().fromordinal(start + day)), repeats=1)
        for day in range(3000)
    )
    db = str(tmp_path / "db")
    assert run("snapshot", "-", "-q", "--db", db, stdin=text).code == 0
    lines = run("history", "KGS", "--db", db, "--until", "2024-01-01").out.splitlines()
    assert len(lines) == 2871
    assert [line.split("\t")[9] for line in lines] == [""] + ["1"] * 2870


def test_what_a_dollar_costs_by_day(saved: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its low is where the rate is high, its changes point the other way, and its mean is that of its own figures."""
    asked = ("history", "KZT", "--since", "2025-12-10", "--until", "2025-12-16", "-q")
    table = [
        "USD/KZT · timesca (partly bundled)",
        "as of        1 USD =  USD change  source",
        "10 Dec 2025  518 KZT              timesca",
        "gap: 3 days",
        "14 Dec 2025  521 KZT       +0.5%  timesca (bundled)",
        "gap: 1 day",
        "16 Dec 2025  515 KZT       -1.0%  timesca",
        "low 515 (16 Dec 2025), high 521 (14 Dec 2025)",
        "mean 519, change -0.5% from 10 Dec 2025 to 16 Dec 2025",
    ]
    usual = saved(*asked, "--no-color", tty=True).out
    shown = saved(*asked, "--per-dollar", "--no-color", tty=True).out
    assert [line.rstrip() for line in shown.splitlines()] == table
    monkeypatch.setenv("CTICK_PER_DOLLAR", "1")
    assert saved(*asked, "--no-color", tty=True).out == shown
    assert saved(*asked, "--no-per-dollar", "--no-color", tty=True).out == usual


def test_rows_of_days_have_what_a_dollar_costs_only_if_it_was_asked_for(
    saved: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In fields at the end, after those of every row; other tools' formats refuse the option."""
    asked = ("history", "KZT", "--since", "2025-12-16", "--until", "2025-12-16", "-q")
    usual = saved(*asked).out
    assert saved(*asked, "--per-dollar").out == usual.rstrip("\n") + "\t515\t514\t517\n"
    header = saved(*asked, "--per-dollar", "-o", "csv").out.splitlines()[0]
    assert header.endswith("computed_days,per_dollar,per_dollar_likely_low,per_dollar_likely_high")
    assert '"per_dollar_likely_high": 517}' in saved(*asked, "--per-dollar", "-o", "jsonl").out
    monkeypatch.setenv("CTICK_PER_DOLLAR", "1")
    assert saved(*asked).out == usual
    assert saved(*asked, "-o", "qalc", "--per-dollar").err == (
        "ctick: -o qalc has rates in USD: leave --per-dollar out, or choose another format\n"
    )


def test_a_chart_of_what_a_dollar_costs(run: Run) -> None:
    """In the terminal and as SVG: its axis has units for one dollar, and it says so."""
    shown = run("history", "KGS", "--chart", "--per-dollar", "--no-color", tty=True).out.splitlines()
    assert shown[0] == "USD/KGS"
    assert [line.partition("┤")[0].strip() for line in shown if "┤" in line] == ["87", "86", "85"]
    assert "<title>USD/KGS</title>" in run("history", "KGS", "--svg", "-", "--per-dollar").out
    several = ("history", "KGS", "KZT", "--chart", "--per-dollar", "--no-color")
    assert run(*several, tty=True).out.startswith("1 USD, first day = 100   * KGS   + KZT\n")
