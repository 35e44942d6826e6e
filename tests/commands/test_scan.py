"""`ctick scan`."""

import bz2
import datetime as dt
import gzip
import json
import os
import select
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import PAGE_10, PAGE_16, SEED_10, SEED_16, Run, page, ticker_lines

from ctick.commands.scan_pieces import Ticker, split
from ctick.model import Quote, Snapshot
from ctick.storage.store import Store

KGS, KZT, UZS = "50,000 KGS (around $576)", "3 KZT ($0.0060)", "3 million UZS (around $234)"
PROSE_10 = f"Drivers pay {KGS} a year.\n\nAcross the border it is {UZS}.\n"
ARTICLE_10 = page(SEED_10, "10 December 2025", prose=PROSE_10)
OFF_KGS = "50,000 KGS\t50000\tKGS\t576\t572.00\t0.01144\t2025-12-10\ttimesca\toff\t0.7"
OK_UZS = "3 million UZS\t3000000\tUZS\t234\t240.00\t0.00008\t2025-12-10\ttimesca\tok\t-2.5"
DAY_10 = "dollars are those of 10 December 2025, the date under the ticker\n"
NOTHING = "no amounts of KGS, KZT, TJS, UZS or TMT found\n"
NO_INPUT = "ctick: nothing to read: name a file or a URL, or - for stdin\n"

SHOWN = (3, 4, 5, 6, 7, 12, 13, 14, 15, 18)


def shown(out: str) -> list[str]:
    """What the tests look at of each row: without position, bounds, flags and reason."""
    return ["\t".join([line.split("\t")[place] for place in SHOWN]) for line in out.splitlines()]


def days(out: str) -> list[str]:
    """The day of the rate of each row."""
    return [line.split("\t")[13] for line in out.splitlines()]


# -- the page's own day and rates ---------------------------------------------------------------


def test_a_page_has_its_own_day_and_rates(run: Run, home: Path) -> None:
    """Those of its ticker; nothing is saved."""
    code, out, err = run("scan", stdin=ARTICLE_10)
    assert (code, shown(out), err) == (0, [OFF_KGS, OK_UZS], DAY_10)
    assert run("scan", "-", "-q", stdin=ARTICLE_10) == (0, out, "")
    assert list(home.iterdir()) == []


def test_each_page_counts_for_what_is_below_its_ticker(run: Run) -> None:
    """Two pages one after the other, also without a line end between them."""
    first = page(SEED_16, "16 December 2025", prose="It costs 14 KZT.")
    for between in ("\n\n", "\n", ""):
        code, out, err = run("scan", stdin=first + between + page(SEED_10, "10 December 2025", prose="And 15 KZT."))
        assert (code, days(out)) == (0, ["2025-12-16", "2025-12-10"])
        assert [line.split("\t")[3] for line in out.splitlines()] == ["14 KZT", "15 KZT"]
        assert err == (
            "dollars are those of 2 days from 10 December 2025 to 16 December 2025, the dates under the tickers\n"
        )


def test_a_ticker_at_the_bottom(run: Run) -> None:
    """It counts for what is above, if there is none there."""
    text = f"{PROSE_10}\n{ticker_lines(SEED_10)}10 December 2025\n"
    code, out, err = run("scan", stdin=text)
    assert (code, shown(out), err) == (0, [OFF_KGS, OK_UZS], DAY_10)
    assert days(run("scan", stdin=text + "Now 3 KZT.\n\n" + PAGE_16).out) == ["2025-12-10"] * 3


def test_an_undated_ticker_has_no_day_for_what_is_above(run: Run) -> None:
    """The first dated one does."""
    text = "It costs 3 KZT.\n\n" + page("KZT 0.05 0%", None, prose="It costs 4 KZT.\n") + PAGE_10
    assert days(run("scan", stdin=text).out) == ["2025-12-10", "2026-02-21"]


def test_the_last_rate_of_a_ticker_counts(run: Run) -> None:
    """If it has several."""
    text = ticker_lines("KGS 0.01 0%; KGS 0.02 0%", 1) + "10 December 2025\n\nIt costs 50 KGS.\n"
    assert run("scan", stdin=text).out.split("\t")[12] == "0.02"


def test_a_ticker_too_far_below(run: Run) -> None:
    """More than a MiB: the amounts are not held any longer."""
    near, far = "It costs 3 KZT.\n\n" + "x\n\n" * 349_000, "It costs 3 KZT.\n\n" + "x\n\n" * 350_000
    assert days(run("scan", stdin=near + PAGE_10).out) == ["2025-12-10"]
    assert days(run("scan", stdin=far + PAGE_10 + "It costs 4 KZT.").out) == ["2026-02-21", "2025-12-10"]


def test_a_page_without_a_ticker(run: Run) -> None:
    """Today's rates."""
    code, out, err = run("scan", stdin="Bread costs 50 KGS.\n")
    assert (code, shown(out), err) == (
        0,
        ["50 KGS\t50\tKGS\t\t0.5715\t0.01143\t2026-02-21\ttimesca\t\t"],
        "dollars are those of 22 February 2026, today\n",
    )


def test_an_undated_ticker(run: Run) -> None:
    """Its rates are of an unknown day: today's are used, also for what is below another page."""
    text = page("KGS 0.05 0%", None, prose="Bread costs 50 KGS.\n")
    code, out, err = run("scan", stdin=text)
    assert (code, days(out), err) == (0, ["2026-02-21"], "dollars are those of 22 February 2026, today\n")
    code, out, err = run("scan", stdin=ARTICLE_10 + text)
    assert (code, days(out)) == (0, ["2025-12-10", "2025-12-10", "2026-02-21"])
    assert (
        err
        == (
            "dollars are those of 10 December 2025, the date under the ticker; 22 February 2026, today\n"
            "2 of 2 figures are off\n"
        ).partition("2 of")[0]
    )


def test_a_currency_that_the_ticker_lacks(run: Run) -> None:
    """Its rate is from the store, of the ticker's day or before."""
    text = page("KGS 0.01144 0%", "17 December 2025", prose="It is 50 KGS or 14 KZT.\n")
    assert days(run("scan", stdin=text).out) == ["2025-12-17", "2025-12-16"]


def test_own_rates_of_the_store(saved: Run) -> None:
    """The ticker says the day only; `page` is the default."""
    text = page("KGS 0.02 0%", "10 December 2025", prose="It is 50 KGS.\n")
    for options, expected in (([], "0.02"), (["--own-rates", "page"], "0.02"), (["--own-rates=store"], "0.01144")):
        assert saved("scan", *options, stdin=text).out.split("\t")[12] == expected
    assert run_error(saved, "scan", "--own-rates", "x", stdin=text) == (
        "--own-rates takes 'page' (the ticker's rates on its own day) or 'store' (stored rates only)"
    )


def test_source(saved: Run) -> None:
    """Another source than the ticker's: neither the page nor other sources count."""
    assert saved("snapshot", "-", "-q", "--source", "mine", stdin=page("KGS 0.012 0%", "9 December 2025")).code == 0
    assert shown(saved("scan", "--source", "mine", stdin=ARTICLE_10).out)[0].split("\t")[5:8] == [
        "0.012", "2025-12-09", "mine",
    ]  # fmt: skip
    assert shown(saved("scan", "--source", "timesca", stdin=ARTICLE_10).out) == [OFF_KGS, OK_UZS]


# -- --date -------------------------------------------------------------------------------------


def run_error(run: Run, *argv: str, stdin: str = "", code: int = 2) -> str:
    """The message of a command line that fails and prints nothing."""
    result = run(*argv, stdin=stdin)
    assert (result.code, result.out) == (code, "")
    return result.err.removeprefix("ctick: ").removesuffix("\n")


def test_a_named_day(run: Run) -> None:
    """It comes before that of the page, whose rates count on their own day only; a later rate is never used."""
    assert shown(run("scan", "--date", "2025-12-10", stdin=ARTICLE_10).out) == [OFF_KGS, OK_UZS]
    assert run("scan", "--date", "2025-12-10", stdin=ARTICLE_10).err == ""
    assert days(run("scan", "--date", "2025-12-16", stdin=ARTICLE_10).out) == ["2025-12-16", "2025-12-16"]
    assert days(run("scan", "--date", "2025-12-09", stdin=ARTICLE_10).out)[0] < "2025-12-10"
    assert days(run("scan", "--date", "today", stdin=ARTICLE_10).out) == ["2026-02-21", "2026-02-21"]
    assert days(run("scan", "--date", "yesterday", stdin=ARTICLE_10).out) == ["2026-02-21", "2026-02-21"]


def test_a_named_day_that_is_none(run: Run) -> None:
    assert run_error(run, "scan", "--date", "2026-02-23", stdin=ARTICLE_10) == (
        "--date 2026-02-23 is in the future (today is 2026-02-22): leave it out for the latest rates"
    )
    assert run_error(run, "scan", "--date", "Friday", stdin=ARTICLE_10) == (
        "'Friday' is not a date: write it as 2025-12-16, or 'today'"
    )


def test_tomorrows_rates_are_used_only_if_no_day_is_known(run: Run, path: Path) -> None:
    """As in `convert`."""
    tomorrow = Snapshot("cbr", dt.date(2026, 2, 23), (Quote("KZT", Decimal("0.00199871")),))
    Store(str(path)).save([tomorrow])
    text, today = "Bread costs 50 KZT.\n", page("KGS 0.01144 0%", "22 February 2026", prose="Bread costs 50 KZT.\n")
    for options, day in (([], "2026-02-23"), (["--date", "today"], "2026-02-21")):
        assert days(run("scan", "--db", str(path), *options, stdin=text).out) == [day]
    assert days(run("scan", "--db", str(path), stdin=today).out) == ["2026-02-21"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("4 October 2025\n\nIt costs 3 KZT.\n", "2025-10-04"),
        ("Published: Saturday, October 4, 2025, 10:15\n\nIt costs 3 KZT.\n", "2025-10-04"),
        ("It costs 3 KZT.\n\nOn 4 October 2025, something happened.\n", "2025-10-04"),
        ("On October 4th, 2025 it cost 3 KZT, on 5 October 2025 more.\n", "2025-10-04"),
        ("By 2025-10-04 it cost 3 KZT.\n", "2025-10-04"),
        ("4 октября 2025 года это стоило 3 KZT.\n", "2025-10-04"),
        ("In 2024 and on 31 June 2025 and 4 October 2025: 3 KZT.\n", "2025-10-04"),
        ("On 1 May 2025 all was well.\n4 October 2025\nIt costs 3 KZT.\n6 October 2025\n", "2025-10-04"),
        ("3 October 2025\n\n4 October 2025\n\nIt costs 3 KZT.\n", "2025-10-04"),
        (PAGE_16 + "4 October 2025\n\nIt costs 3 KZT.\n", "2025-10-04"),
        ("1 October 2025\n\n" + PAGE_16 + "It costs 3 KZT.\n\nOn 4 October 2025 more.\n", "2025-10-04"),
        ("<p>4 October 2025</p><p>It costs 3 KZT.</p>", "2025-10-04"),
        ("4 October 2025\r\n\r\nIt costs 3 KZT.\r\n", "2025-10-04"),
        ("4 October 2027\n\nIt costs 3 KZT, on 4 October 2025.\n", "2025-10-04"),
    ],
)
def test_the_date_of_the_article(run: Run, text: str, day: str) -> None:
    """The last date line above the amount and below the ticker, else the first full date of that page."""
    run(
        "snapshot", "-", "-q", stdin="".join(page("KZT 0.00200 0%", f"{number} October 2025") for number in range(1, 8))
    )
    code, out, err = run("scan", "--date", "article", stdin=text)
    assert (code, days(out)) == (0, [day])
    future = "4 October 2027, a date in the text, is in the future and was ignored\n" if "2027" in text else ""
    assert err == f"{future}dollars are those of 4 October 2025, the date in the text\n"


def test_the_own_rates_on_the_day_of_the_article(run: Run) -> None:
    """If it is that of the ticker."""
    text = page("KGS 0.02 0%", "10 December 2025", prose="10 December 2025\n\nBread costs 50 KGS.\n")
    assert shown(run("scan", "--date", "article", stdin=text).out) == [
        "50 KGS\t50\tKGS\t\t1.00\t0.02\t2025-12-10\ttimesca\t\t"
    ]


def test_an_article_without_a_date(run: Run) -> None:
    """The date under the ticker is not that of the article. What came before has been printed."""
    message = "stdin: no date found in the text: name the day, as in --date 2025-04-03"
    assert run_error(run, "scan", "--date", "article", stdin=ARTICLE_10, code=3) == message
    assert run_error(run, "scan", "--date", "article", stdin="On April 3 it cost 5 KGS.\n", code=3) == message
    assert run("scan", "--date", "article", stdin="No amounts.\n") == (0, "", NOTHING)
    code, out, err = run("scan", "--date", "article", "-o", "json", stdin="4 October 2025\n\n5 KGS\n" + ARTICLE_10)
    assert (code, len(json.loads(out)), err.splitlines()[-1]) == (1, 1, f"ctick: {message}")


def test_a_date_under_the_ticker_that_has_not_come(run: Run) -> None:
    text = page(SEED_10, "10 December 2027", prose="Bread costs 50 KGS.\n")
    code, out, err = run("scan", stdin=text)
    assert (code, days(out)) == (0, ["2026-02-21"])
    assert err == (
        "10 December 2027, a date in the text, is in the future and was ignored\n"
        "dollars are those of 22 February 2026, today\n"
    )


# -- rates --------------------------------------------------------------------------------------


def test_no_rate(run: Run) -> None:
    """Rows without dollars, one message for each currency: exit 4, or 1 if other amounts have dollars."""
    code, out, err = run("scan", "--date", "1999-01-01", stdin="It cost 50 KGS, 60 KGS or 14 KZT ($1).\n")
    assert code == 4
    assert shown(out) == [
        "50 KGS\t50\tKGS\t\t\t\t\t\t\t",
        "60 KGS\t60\tKGS\t\t\t\t\t\t\t",
        "14 KZT\t14\tKZT\t1\t\t\t\t\t\t",
    ]
    assert err == "".join(
        f"ctick: no rate for {code} on or before 1 January 1999: 'ctick snapshot cbr --date 1999-01-01' may fetch it\n"
        for code in ("KGS", "KZT")
    )
    text = page("KGS 0.02 0%", "1 January 1999", prose="It cost 50 KGS or 14 KZT.\n")
    assert run("scan", stdin=text) == (
        1,
        run("scan", "-q", stdin=text).out,
        "ctick: no rate for KZT on or before 1 January 1999: 'ctick snapshot cbr --date 1999-01-01' may fetch it\n"
        "dollars are those of 1 January 1999, the date under the ticker\n",
    )


def test_old_rates_are_noted_once(run: Run) -> None:
    """With their age on the day of the text."""
    text = "It costs 3 KZT.\n\nOr 4 KZT.\n"
    assert run("scan", "--date", "2025-12-30", stdin=text).err == (
        "the rates used date from 23 December 2025 (7 days earlier, bundled with ctick);"
        " 'ctick snapshot cbr --date 2025-12-30' may fetch nearer ones\n"
    )
    undated = page("KZT 0.00193 0%", "30 December 2025", prose=text)
    assert run("scan", "--own-rates", "store", stdin=undated).err == (
        "dollars are those of 30 December 2025, the date under the ticker\n"
        "the rates used date from 23 December 2025 (7 days earlier, bundled with ctick);"
        " 'ctick snapshot cbr --date 2025-12-30' may fetch nearer ones\n"
    )


def test_the_manat_is_pegged(run: Run) -> None:
    text = page(SEED_10, "10 December 2025", prose="It costs 38 TMT ($2).\n")
    code, out, err = run("scan", stdin=text)
    assert (code, out.rstrip("\n").split("\t")[-5:]) == (
        0,
        ["far off", "false", "false", "-82", "market rate: 19 manat for $1"],
    )
    assert err == DAY_10 + "the manat's rate is the official peg; street rates can differ greatly\n"


def test_a_named_store_that_is_missing(run: Run) -> None:
    result = run("scan", "--db", "none.db", stdin="Bread costs 50 KGS.\n")
    assert (result.code, days(result.out)) == (0, ["2026-02-21"])
    assert result.err.splitlines()[0] == "no such store: none.db; using only the rates bundled with ctick"


def test_an_undecided_som(run: Run) -> None:
    """A row without a currency, and one line that says how many."""
    text = "New 5,000 som notes.\n"
    assert run("scan", stdin=text) == (
        0,
        "1\t5\t4\t5,000 som\t5000" + "\t" * 12 + "false\tfalse\t\t\n",
        "1 amount in som could be Kyrgyz or Uzbek: not converted\n",
    )
    assert run("scan", stdin=text * 1 + "\nAnd 70 som.\n").err == (
        "2 amounts in som could be Kyrgyz or Uzbek: not converted\n"
    )


def test_an_old_article_fits_an_old_rate(saved: Run) -> None:
    """The reason names the day; a day after the one asked is none."""
    saved("snapshot", "-", "-q", "--force", stdin=page("KGS 0.01234 0%", "3 April 2024"))
    saved("snapshot", "-", "-q", "--force", stdin=page("KGS 0.01234 0%", "1 February 2026"))
    text = page(SEED_10, "10 December 2025", prose="It costs 50,000 KGS ($617).\n")
    assert saved("scan", stdin=text).out.endswith("\toff\tfalse\tfalse\t7.9\tfits the rate of 3 Apr 2024\n")


# -- --check ------------------------------------------------------------------------------------


def test_check(run: Run) -> None:
    """Exit 1 if a figure is off; the output is the same."""
    plain = run("scan", stdin=ARTICLE_10)
    assert run("scan", "--check", stdin=ARTICLE_10) == (1, plain.out, plain.err + "1 of 2 figures is off\n")
    assert run("scan", "--check", "-q", stdin=ARTICLE_10) == (1, plain.out, "")
    right = page(SEED_10, "10 December 2025", prose=f"It costs {UZS}, and 60 KGS.\n")
    assert run("scan", "--check", stdin=right) == (0, run("scan", stdin=right).out, DAY_10)
    wrong = page(SEED_10, "10 December 2025", prose="It costs 500 KGS ($57).\n\nOr 600 KGS ($50).\n\n60 KGS\n")
    assert run("scan", "--check", stdin=wrong).err == DAY_10 + "2 of 2 figures are off\n"


# -- output -------------------------------------------------------------------------------------


def test_formats(run: Run) -> None:
    """The same rows in each."""
    rows = json.loads(run("scan", "-o", "json", stdin=ARTICLE_10).out)
    assert list(rows[0]) == [
        "line", "column", "offset", "phrase", "amount", "code", "printed", "value", "low", "high", "likely_low",
        "likely_high", "rate", "as_of", "source", "verdict", "range", "list", "difference", "reason",
    ]  # fmt: skip
    assert [row["offset"] for row in rows] == [ARTICLE_10.index("50,000 KGS"), ARTICLE_10.index("3 million")]
    assert [row["line"] for row in rows] == [43, 45]
    assert [json.loads(line) for line in run("scan", "-o", "jsonl", stdin=ARTICLE_10).out.splitlines()] == rows
    assert run("scan", "-o", "csv", stdin=ARTICLE_10).out.count("\n") == 3
    assert "50,000 KGS" in run("scan", "-o", "markdown", stdin=ARTICLE_10).out
    assert "50,000 KGS" in run("scan", "-o", "table", stdin=ARTICLE_10).out


def test_an_unknown_format(run: Run) -> None:
    assert run_error(run, "scan", "-o", "xml", stdin=ARTICLE_10) == (
        "-o xml is unknown: choose one of table, tsv, csv, json, jsonl, markdown"
    )


def test_annotate(run: Run) -> None:
    """The text itself, with dollars after the amounts; everything else is as it was."""
    for text in (ARTICLE_10, ARTICLE_10.replace("\n", "\r\n"), "\ufeff" + ARTICLE_10, PROSE_10 + PAGE_10):
        code, out, err = run("scan", "--annotate", stdin=text)
        assert (code, err) == (0, DAY_10)
        assert out.count(" [= $572.00] (around $576)") == 1
        assert out.count(" [≈ $240") == 1
        assert out.replace(" [= $572.00]", "").partition(" [≈")[0] == text.partition(" (around $234")[0]
        assert out.endswith(text.rpartition("(around $234)")[2])


def test_annotate_leaves_text_without_amounts_alone(run: Run) -> None:
    """Whatever it is."""
    for text in (b"", PAGE_10.encode(), b"\x00\xff\xfe=/USD\r\n", b"x y\n" * 100_000, b"no line end"):
        result = run("scan", "--annotate", "-q", "-", stdin=text, encoding="latin-1")
        assert (result.code, result.out.encode("latin-1")) == (0, text)


def test_annotate_goes_on_after_an_error(run: Run) -> None:
    """The rest of the text is printed as it is."""
    text = "4 October 2025\n\nIt costs 5 KGS.\n\n" + ARTICLE_10 + "x\n\n" * 200_000
    code, out, _ = run("scan", "--annotate", "--date", "article", stdin=text)
    assert (code, out.replace(" [≈ $0.0572 ($0.0551 to $0.0593)]", "")) == (1, text)


def test_annotate_takes_no_format(run: Run) -> None:
    assert run_error(run, "scan", "--annotate", "-o", "json") == "--annotate prints the text itself: leave out -o"


# -- input --------------------------------------------------------------------------------------


def test_a_file(run: Run, tmp_path: Path) -> None:
    """Plain or packed."""
    expected = run("scan", stdin=ARTICLE_10)
    for name, data in {
        "a.txt": ARTICLE_10.encode(),
        "a.gz": gzip.compress(ARTICLE_10.encode()),
        "a.bz2": bz2.compress(ARTICLE_10.encode()),
    }.items():
        (tmp_path / name).write_bytes(data)
        assert run("scan", str(tmp_path / name), stdin=None) == expected
    assert run("scan", stdin=gzip.compress(ARTICLE_10.encode())) == expected


def test_html(run: Run) -> None:
    """Positions are those of the visible text."""
    lines = "".join(f"<li>{line.strip()}</li>" for line in ticker_lines(SEED_10).splitlines())
    html = (
        f"<html><ul>{lines}</ul><p>10 December 2025</p><p>Drivers pay <b>50,000&nbsp;KGS</b> (around $576).</p></html>"
    )
    html = html.replace("&nbsp;", " ")
    code, out, err = run("scan", stdin=html)
    assert (code, shown(out), err) == (0, [OFF_KGS], DAY_10)


def test_a_file_that_is_cut_short(run: Run, tmp_path: Path) -> None:
    """What was found before is printed: exit 1, or 3 if there is nothing."""
    name = tmp_path / "a.gz"
    packed = gzip.compress((ARTICLE_10 + "x" * 400_000).encode())
    name.write_bytes(packed[:-8])
    code, out, err = run("scan", str(name), "-o", "json")
    assert (code, len(json.loads(out))) == (1, 2)
    message = f"ctick: {name}: the gzip data is truncated after {len(ARTICLE_10) + 400_000 + 16 - 16:,} unpacked bytes: get a new copy\n"
    assert err.splitlines(keepends=True)[-1].startswith(message[: message.index("after")])
    name.write_bytes(packed[:30])
    code, out, err = run("scan", str(name))
    assert (code, out) == (3, "")
    assert err.startswith(f"ctick: {name}: the gzip data is truncated")


def test_what_is_no_input(run: Run, tmp_path: Path) -> None:
    """A message that says what to do."""
    assert run("scan", stdin=None) == (2, "", NO_INPUT)
    assert run_error(run, "scan", "a", "b") == "scan reads one input, not 2: name one file or URL, or - for stdin"
    assert run_error(run, "scan", str(tmp_path / "none"), code=3) == f"no such file: {tmp_path / 'none'}"
    assert run_error(run, "scan", str(tmp_path), code=3) == f"{tmp_path} is a folder: name a file in it"
    assert run_error(run, "scan", stdin="\ufeffBread".encode("utf-16-le").decode("latin-1"), code=0) == NOTHING.rstrip()
    code, out, err = run("scan", stdin="Bread costs 50 KGS".encode("utf-16"))
    assert (code, out) == (3, "")
    assert err == "ctick: stdin: this is UTF-16, but ctick reads UTF-8: convert it with 'iconv -f UTF-16 -t UTF-8'\n"


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"\x89PNG\r\n\x1a\n\x00\x00=\x00/USD", b"No money.\n", bytes(range(256)) * 1000, b"=/" * 100_000],
)
def test_nothing_found(run: Run, data: bytes) -> None:
    """Exit 0 and a line on stderr, which -q silences."""
    assert run("scan", "-", stdin=data) == (0, "", NOTHING)
    assert run("scan", "--check", "-q", stdin=data) == (0, "", "")
    assert run("scan", "-o", "json", "-q", stdin=data) == (0, "[]\n", "")


# -- tickers in the text ------------------------------------------------------------------------

TEXTS = {
    "a page": ARTICLE_10,
    "CRLF": ARTICLE_10.replace("\n", "\r\n"),
    "CR": ARTICLE_10.replace("\n", "\r"),
    "two pages, glued": ARTICLE_10.rstrip("\n") + PAGE_16 + PROSE_10,
    "at the bottom": PROSE_10 + PAGE_10,
    "bare": ticker_lines(SEED_10),
    "prose": "Some news = no ticker.\nKGS/USD is a pair.\nKGS/USD = the pair to watch\nA/USD = 1 b/USD = 2\n" * 3,
    "Russian": "Курс = важен.\n" + PAGE_10 + "Это стоит 50 KGS.\n",
    "html": f"<p>\n{ticker_lines(SEED_10)}\n10 December 2025</p>\n<p>It costs 50 KGS</p>\n",
    "marks": "\x1fKGS\x0b/\x1f USD =\x0b 0.01144\x1f0%\x1f10 December 2025\x1fIt costs\x0b5 KGS.\x1f" + PAGE_16,
    "html CRLF": "\x1fKGS/USD =\r\x0b 0.01144\x1f\r\x0b0%\x1f\r\x0b10 December 2025\x1f\r\x0bIt costs\r\x0b5 KGS.\x1f",
    "blanks": "\n" * 5000 + " " * 5000 + PAGE_10 + " " * 9000,
    "a long block": ticker_lines(SEED_10, 1200) + "10 December 2025\nIt costs 5 KGS.\n",
}


def pieces(text: bytes, size: int) -> list[tuple[bytes, dt.date | None, bool]]:
    """The pieces of a text that comes in chunks, prose joined."""
    found: list[tuple[bytes, dt.date | None, bool]] = []
    for piece in split(text[place : place + size] for place in range(0, len(text), size)):
        if isinstance(piece, Ticker):
            found.append((piece.data, piece.block.as_of, True))
        elif found and not found[-1][2]:
            found[-1] = found[-1][0] + piece, None, False
        else:
            found.append((piece, None, False))
    return found


@pytest.mark.parametrize("name", TEXTS)
def test_chunk_edges_make_no_difference(name: str) -> None:
    """And the pieces are the text."""
    text = TEXTS[name].encode()
    whole = pieces(text, len(text))
    assert b"".join(data for data, _, _ in whole) == text
    for size in (1, 7, 100, 4096) if len(text) < 20_000 else (997, 5000):
        assert pieces(text, size) == whole


def test_crlf_in_html_is_only_white_space() -> None:
    """A ticker line may be written in several lines of source."""
    found = pieces(TEXTS["html CRLF"].encode(), 100)
    assert [day for _, day, is_ticker in found if is_ticker] == [dt.date(2025, 12, 10)]


def test_prose_stays_prose() -> None:
    """What is before a ticker line on its line, and a pair that has no rate."""
    assert pieces(TEXTS["prose"].encode(), 1000) == [(TEXTS["prose"].encode(), None, False)]
    glued = pieces(("The end." + PAGE_16).encode(), 100)
    assert [is_ticker for _, _, is_ticker in glued] == [False, True, False]
    assert glued[0][0] == "The end.• KGS/USD = 0.01144 0%\n".encode()
    assert glued[1][1] == dt.date(2025, 12, 16)
    crlf = pieces(TEXTS["CRLF"].encode(), 100)
    assert [(day, is_ticker) for _, day, is_ticker in crlf] == [(dt.date(2025, 12, 10), True), (None, False)]
    long = pieces(TEXTS["a long block"].encode(), 100_000)
    assert [day for _, day, is_ticker in long if is_ticker][-1] == dt.date(2025, 12, 10)
    assert long[-1][0] == b"It costs 5 KGS.\n"


@pytest.mark.parametrize("name", TEXTS)
def test_the_rows_don_t_depend_on_chunks(ctick: Run, home: Path, name: str) -> None:
    """Through a pipe, in bytes and in large pieces."""
    data = TEXTS[name].encode()[:4000]
    expected = ctick("scan", "-q", stdin=data)
    with subprocess.Popen(
        [sys.executable, "-m", "ctick", "scan", "-q"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"HOME": str(home)},
        bufsize=0,
    ) as process:
        assert process.stdin is not None
        for place in range(0, len(data), 7):
            process.stdin.write(data[place : place + 7])
        process.stdin.close()
        assert process.stdout is not None
        assert process.stdout.read().decode() == expected.out


# -- streams ------------------------------------------------------------------------------------


def next_phrase(process: "subprocess.Popen[bytes]") -> str:
    """That of the next row."""
    assert process.stdout is not None
    if not select.select([process.stdout], [], [], 20)[0]:
        process.kill()
        pytest.fail("no row came")
    return process.stdout.readline().decode().split("\t")[3]


@pytest.mark.parametrize(
    ("options", "ticker"),
    [
        ([], PAGE_10 + "Some prose.\n\n" * 2000),
        (["--own-rates=store"], PAGE_10 + "Some prose.\n\n" * 2000),
        (["--own-rates=store", "--date=2025-12-10"], ""),
        (["--own-rates=store", "--date=article"], "10 December 2025\n\n"),
    ],
)
def test_rows_come_while_the_text_does(home: Path, options: list[str], ticker: str) -> None:
    """As soon as the paragraph is complete, and the day and the rates are known."""
    with subprocess.Popen(
        [sys.executable, "-m", "ctick", "scan", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"HOME": str(home)},
        bufsize=0,
    ) as process:
        assert process.stdin is not None
        process.stdin.write(f"{ticker}It costs 14 KZT.\n\n".encode() + b"x" * 300 + b"\n")
        assert next_phrase(process) == "14 KZT"
        process.stdin.write(b"And 15 KZT.\n\nIt\n" + b"x" * 300 + b"\n")
        assert next_phrase(process) == "15 KZT"
        process.stdin.close()
        assert process.wait(20) == 0


def test_a_closed_pipe(home: Path) -> None:
    """Ends quietly."""
    done = subprocess.run(
        [
            "sh",
            "-c",
            f"yes 'It costs 14 KZT.' | {sys.executable} -m ctick scan --date 2025-12-10 --own-rates store | head -2",
        ],
        env={"HOME": str(home), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, len(done.stdout.splitlines()), done.stderr) == (0, 2, "")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak from /proc")
@pytest.mark.parametrize(
    ("options", "page"),
    [([], ARTICLE_10), (["--annotate"], ARTICLE_10), (["--annotate"], ""), (["--date=article"], ARTICLE_10)],
)
def test_memory_stays_flat(home: Path, tmp_path: Path, options: list[str], page: str) -> None:
    """However long the text is, with tickers and amounts or long stretches without."""
    program = (
        "import sys; from ctick.__main__ import main; main(sys.argv[1:]); sys.stdout.flush();"
        "sys.stderr.write(next(line for line in open('/proc/self/status') if line.startswith('VmHWM:')))"
    )
    peaks = []
    for count in (4, 40):
        name = tmp_path / f"{count}.txt"
        name.write_text((page + "10 December 2025\n" + "Some prose without amounts.\n" * 40_000 + "\n") * count)
        done = subprocess.run(
            [sys.executable, "-c", program, "scan", "-q", *options, str(name)],
            env={"HOME": str(home)}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=60, check=True,
        )  # fmt: skip
        peaks.append(int(done.stderr.split()[-2]))
    assert peaks[1] < peaks[0] + 4000


def test_many_amounts_ask_the_store_once(saved: Run) -> None:
    """10,000 amounts take a few seconds at most, also where each is off."""
    text = page(SEED_16, "16 December 2025", prose="It costs 50,000 KGS ($600).\n\n" * 10_000)
    begun = time.monotonic()
    assert saved("scan", "--own-rates", "store", "-q", stdin=text).out.count("\toff\t") == 10_000
    assert time.monotonic() - begun < 20


# -- the real pages -----------------------------------------------------------------------------


def test_the_real_pages(run: Run, shared: Path) -> None:
    """One has five amounts with figures, the other none."""
    (name,) = (shared / "seeds").glob("004*")
    code, out, err = run("scan", str(name))
    assert (code, err) == (0, DAY_10)
    rows = [line.split("\t") for line in out.splitlines()]
    assert [(row[3], row[6], row[7], row[15]) for row in rows if row[6]] == [
        ("3 KZT", "0.0060", "0.005790", "off"),
        ("14 KZT", "0.028", "0.02702", "ok"),
        ("3 KZT", "0.0060", "0.005790", "off"),
        ("50,000 KGS", "576", "572.00", "off"),
        ("70,000 KGS", "807", "800.80", "off"),
        ("3 million UZS", "234", "240.00", "ok"),
    ]
    (name,) = (shared / "seeds").glob("000*")
    assert run("scan", str(name)) == (0, "", NOTHING)
