"""`ctick scan`: the day and the rates that the amounts of a text are converted with."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import PAGE_10, PAGE_16, SEED_10, SEED_16, Run, page, ticker_lines
from scan_texts import ARTICLE_10, DAY_10, NOTHING, OFF_KGS, OK_UZS, PROSE_10, days, run_error, shown

from ctick.model import Quote, Snapshot
from ctick.storage.store import Store

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
            "dollar values are for 2 days from 10 December 2025 to 16 December 2025, the dates under the tickers\n"
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
        "dollar values are for 22 February 2026, today\n",
    )


def test_an_undated_ticker(run: Run) -> None:
    """Its rates are of an unknown day: today's are used, also for what is below another page."""
    text = page("KGS 0.05 0%", None, prose="Bread costs 50 KGS.\n")
    code, out, err = run("scan", stdin=text)
    assert (code, days(out), err) == (0, ["2026-02-21"], "dollar values are for 22 February 2026, today\n")
    code, out, err = run("scan", stdin=ARTICLE_10 + text)
    assert (code, days(out)) == (0, ["2025-12-10", "2025-12-10", "2026-02-21"])
    assert err == "dollar values are for 10 December 2025, the date under the ticker; 22 February 2026, today\n"


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
        "'Friday' is not a date: write it as 2025-12-16, 16.12.2025, 'today' or 'yesterday'"
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
    assert err == f"{future}dollar values are for 4 October 2025, the date in the text\n"


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
        "dollar values are for 22 February 2026, today\n"
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
        "dollar values are for 1 January 1999, the date under the ticker\n",
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
        "dollar values are for 30 December 2025, the date under the ticker\n"
        "the rates used date from 23 December 2025 (7 days earlier, bundled with ctick);"
        " 'ctick snapshot cbr --date 2025-12-30' may fetch nearer ones\n"
    )


def test_the_manat_is_pegged(run: Run) -> None:
    text = page(SEED_10, "10 December 2025", prose="It costs 38 TMT ($2).\n")
    code, out, err = run("scan", stdin=text)
    assert (code, out.rstrip("\n").split("\t")[-5:]) == (
        0,
        ["far off", "false", "false", "-81.5", "market rate: 19 manat for $1"],
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
    assert run("scan", stdin=text + "\nAnd 70 som.\n").err == (
        "2 amounts in som could be Kyrgyz or Uzbek: not converted\n"
    )


def test_an_old_article_fits_an_old_rate(saved: Run) -> None:
    """The reason names the day; a day after the one asked is none."""
    saved("snapshot", "-", "-q", "--force", stdin=page("KGS 0.01234 0%", "3 April 2024"))
    saved("snapshot", "-", "-q", "--force", stdin=page("KGS 0.01234 0%", "1 February 2026"))
    text = page(SEED_10, "10 December 2025", prose="It costs 50,000 KGS ($617).\n")
    assert saved("scan", stdin=text).out.endswith("\toff\tfalse\tfalse\t7.9\tfits the rate of 3 Apr 2024\n")
