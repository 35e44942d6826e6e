"""What `convert` says about the age of its rates: in the result, on stderr, and with --max-age."""

import datetime as dt
import json
from collections.abc import Callable, Iterator

import pytest
from conftest import Run, page
from feedserver import Server
from test_suggested_commands import commands

from ctick import clock
from ctick.commands import streams
from ctick.commands.fetch_advice import WITHOUT_PAST_DAYS
from ctick.commands.rate_messages import MANAT
from ctick.sources.registry import SOURCES

On = Callable[[str], None]


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> On:
    """`on("2025-12-19")` changes the day."""

    def on(day: str) -> None:
        monkeypatch.setattr(clock, "today", lambda: dt.date.fromisoformat(day))

    return on


def save(run: Run, day: str, figures: str, source: str = "timesca") -> None:
    """Saves rates of a day."""
    assert run("snapshot", "-", "-q", "--source", source, stdin=page(figures, day)) == (0, "", "")


# -- in the result ---------------------------------------------------------------------------


def test_from_the_third_day_on_the_line_has_the_age(run: Run, on: On) -> None:
    """A rate 277 or 344 days old is not exact: the sign is not `=`, and the range is shown."""
    shown = {}
    save(run, "16 December 2025", "KGS 0.01144 0%", "mine")
    for day in ("2025-12-16", "2025-12-18", "2025-12-19", "2026-09-19", "2026-11-25"):
        on(day)
        shown[day] = run("convert", "50000", "KGS", "--source", "mine", "-q", tty=True, width=100).out
    column = " " * 33
    assert shown == {
        "2025-12-16": "50,000 KGS = 572.00 USD          KGS/USD 0.01144 · mine · 16 Dec 2025\n",
        "2025-12-18": "50,000 KGS ≈ 572.0 USD           KGS/USD 0.01144 · mine · 16 Dec 2025\n",
        "2025-12-19": "50,000 KGS ≈ 572.0 USD (568.6 to 575.4)\n"
        f"{column}KGS/USD 0.01144 · mine · 16 Dec 2025 · 3 days ago\n",
        "2026-09-19": f"50,000 KGS ≈ 572 USD (542 to 602)\n{column}KGS/USD 0.01144 · mine · 16 Dec 2025 · 277 days ago\n",
        "2026-11-25": f"50,000 KGS ≈ 572 USD (538 to 606)\n{column}KGS/USD 0.01144 · mine · 16 Dec 2025 · 344 days ago\n",
    }


@pytest.mark.parametrize("output_format", ["jsonl", "table"])
def test_a_pipe_that_is_open_past_midnight(run: Run, monkeypatch: pytest.MonkeyPatch, output_format: str) -> None:
    """Each line is answered for the day on which it is read, and the age is counted from that day."""
    save(run, "16 December 2025", "KGS 0.01144 0%", "mine")
    save(run, "23 December 2025", "KGS 0.01150 0%", "mine")
    day = dt.date(2025, 12, 19)

    def lines(*_: object) -> Iterator[bytes]:
        nonlocal day
        yield b"50000 KGS"
        day = dt.date(2025, 12, 23)
        yield b"50000 KGS"

    monkeypatch.setattr(clock, "today", lambda: day)
    monkeypatch.setattr(streams, "lines", lines)
    out = run("convert", "-", "-q", "--source", "mine", "-o", output_format, width=100).out
    if output_format == "jsonl":
        assert [(row["as_of"], row["age_days"]) for row in map(json.loads, out.splitlines())] == [
            ("2025-12-16", 3),
            ("2025-12-23", 0),
        ]
    else:
        assert out == (
            "50,000 KGS ≈ 572.0 USD (568.6 to 575.4)\n"
            f"{' ' * 33}KGS/USD 0.01144 · mine · 16 Dec 2025 · 3 days ago\n"
            "50,000 KGS = 575.00 USD          KGS/USD 0.01150 · mine · 23 Dec 2025\n"
        )


def test_a_narrow_terminal_shows_the_age_below(run: Run, on: On) -> None:
    """The line is broken between its parts, not within a date or an age."""
    on("2026-11-25")
    save(run, "16 December 2025", "KGS 0.01144 0%", "mine")
    argv = ["convert", "50000", "KGS", "--source", "mine", "-q"]
    assert {width: run(*argv, tty=True, width=width).out for width in (60, 50, 30)} == {
        60: "50,000 KGS ≈ 572 USD (538 to 606)\n  KGS/USD 0.01144 · mine · 16 Dec 2025 · 344 days ago\n",
        50: "50,000 KGS ≈ 572 USD (538 to 606)\n  KGS/USD 0.01144 · mine · 16 Dec 2025 ·\n    344 days ago\n",
        30: "50,000 KGS ≈ 572 USD\n  (538 to 606)\n  KGS/USD 0.01144 · mine ·\n    16 Dec 2025 · 344 days ago\n",
    }


def test_as_many_digits_as_are_known(run: Run) -> None:
    """Seven digits, as in 51,546.39, would be false: 2 % are open after two days."""
    save(run, "20 February 2026", "KZT 0.00194 0%", "mine")
    assert run("convert", "100", "USD", "KZT", "--source", "mine", "-q", tty=True).out == (
        "100 USD ≈ 51,500 KZT (50,500 to 52,700)\n"
        "                                 KZT/USD 0.00194 · mine · 20 Feb 2026\n"
    )


def test_derived_rates_have_six_digits_for_people(run: Run, on: On) -> None:
    """On a terminal; JSON has all that are known."""
    on("2026-09-29")
    assert run("convert", "3000000", "UZS", tty=True).out == (
        "3,000,000 UZS = 254.40 USD  UZS/USD 0.0000848016 · fawaz (bundled) · 29 Sep 2026\n"
    )
    (row,) = json.loads(run("convert", "3000000", "UZS", "-o", "json").out, parse_float=str)
    assert row["rate"] == "0.00008480164509578"


def test_json_has_both_ranges_and_the_age(saved: Run) -> None:
    """`low` and `high` from the digits, `likely_low` and `likely_high` from digits and age."""
    (row,) = json.loads(saved("convert", "50000", "KGS", "-o", "json").out, parse_float=str)
    names = ("value", "low", "high", "likely_low", "likely_high", "as_of", "age_days")
    assert [row[name] for name in names] == ["571.50", "571.25", "571.75", "569.47", "573.53", "2026-02-21", 1]
    tsv = "50000\tKGS\tUSD\t571.50\t571.25\t571.75\t0.01143\t2026-02-21\ttimesca\t1\t569.47\t573.53\n"
    assert saved("convert", "50000", "KGS", "-o", "tsv").out == tsv


# -- rates ahead -----------------------------------------------------------------------------


def test_the_rate_of_tomorrow_is_used_and_says_so(run: Run, on: On) -> None:
    """A central bank publishes it today; better than a stale one. JSON counts its days below zero."""
    on("2026-11-25")
    save(run, "26 November 2026", "KGS 0.01152 0%", "cbr")
    assert run("convert", "50000", "KGS", tty=True) == (
        0,
        "50,000 KGS ≈ 576.0 USD      KGS/USD 0.01152 · cbr · dated 26 Nov 2026 (tomorrow)\n",
        "",
    )
    (row,) = json.loads(run("convert", "50000", "KGS", "-o", "json").out)
    assert (row["as_of"], row["age_days"]) == ("2026-11-26", -1)
    on("2026-11-24")
    assert "· dated 26 Nov 2026 (in 2 days)\n" in run("convert", "50000", "KGS", tty=True).out
    on("2026-11-22")
    assert "29 Sep 2026" in run("convert", "50000", "KGS", tty=True).out


@pytest.mark.parametrize("day", ["today", "2026-11-25"])
def test_an_explicit_day_uses_no_later_rate(run: Run, on: On, day: str) -> None:
    """Not even that of tomorrow."""
    on("2026-11-25")
    save(run, "26 November 2026", "KGS 0.01152 0%", "cbr")
    save(run, "24 November 2026", "KGS 0.01148 0%", "cbr")
    assert run("convert", "50000", "KGS", "--date", day).out == "574.00 USD\n"
    assert run("convert", "50000", "KGS", "--date", day, "--source", "cbr").out == "574.00 USD\n"


@pytest.mark.parametrize("command", ["convert 5 KGS", "rates"])
def test_a_day_that_has_not_come_is_refused(run: Run, command: str) -> None:
    """Exit 2."""
    assert run(*command.split(), "--date", "2026-02-23") == (
        2,
        "",
        "ctick: --date 2026-02-23 is in the future (today is 2026-02-22): leave it out for the latest rates\n",
    )


def test_own_old_rates_hide_no_newer_bundled_ones(run: Run) -> None:
    """After a page of 16 December, 21 February still answers from 21 February."""
    save(run, "16 December 2025", "KZT 0.00194 0%")
    assert run("convert", "100000", "KZT", "--date", "2026-02-21", tty=True) == (
        0,
        "100,000 KZT ≈ 200.00 USD       KZT/USD 0.00200 · timesca (bundled) · 21 Feb 2026\n",
        "",
    )


# -- the note on stderr ----------------------------------------------------------------------


def test_rates_older_than_two_days_get_a_note(run: Run, on: On) -> None:
    """One line on stderr with the date, the age and what helps; none with -q."""
    note = "the rates used date from 21 February 2026 (3 days ago, bundled with ctick); 'ctick snapshot' fetches the latest"
    errors = {}
    for day in ("2026-02-23", "2026-02-24"):
        on(day)
        errors[day] = run("convert", "100", "KGS").err.splitlines()
    assert errors == {"2026-02-23": [], "2026-02-24": ["100 KGS ≈ 1.14 USD (1.13 to 1.15)", note]}
    assert run("convert", "100", "KGS", tty=True, width=200).err == f"{note}\n"
    assert run("convert", "100", "KGS", "-q").err == ""


def test_the_note_names_the_oldest_of_several_days(run: Run, on: On) -> None:
    """And says if some of the rates are bundled ones."""
    on("2026-03-10")
    save(run, "20 February 2026", "UZS 0.0000825395 0%", "mine")
    save(run, "1 March 2026", "TJS 0.10593 0%", "mine")
    ending = "; 'ctick snapshot' fetches the latest"
    assert run("convert", "9", "TJS", "UZS", tty=True, width=200).err == (
        f"the oldest of the rates used is from 20 February 2026 (18 days ago){ending}\n"
    )
    assert run("convert", "9", "KGS", "TJS", tty=True, width=200).err == (
        f"the oldest of the rates used is from 21 February 2026 (17 days ago); some are bundled with ctick{ending}\n"
    )


def test_a_fetch_just_now_is_not_advised_again(run: Run, on: On, server: Server) -> None:
    """In holidays the newest rates are some days old, and another fetch would not change it."""
    on("2026-06-01")
    server.feeds.today = dt.date(2026, 5, 26)
    before = run("convert", "50000", "KGS", tty=True, width=200).err
    assert commands(before) == ["ctick snapshot"]
    assert run("snapshot").code == 0
    after = "the rates used date from 26 May 2026 (6 days ago)\n"
    assert run("convert", "50000", "KGS", tty=True, width=200).err == after
    assert run("convert", "50000", "KGS", "--date", "today", tty=True, width=200).err == after
    assert commands(run("convert", "50000", "KGS", "--source", "fawaz", "--max-age", "999d").err) == [
        "ctick snapshot fawaz"
    ]


def test_where_only_tomorrows_rate_can_be_fetched_no_fetch_is_advised(
    run: Run, on: On, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `--date today` that rate is not used, and to fetch it again does not help."""
    monkeypatch.setenv("CTICK_SOURCES", "cbr")
    assert run("snapshot").code == 0
    on("2026-05-21")
    assert run("convert", "5", "KGS", tty=True).out.endswith("· cbr · dated 22 May 2026 (tomorrow)\n")
    assert run("convert", "5", "KGS", "--date", "today", tty=True, width=200).err == (
        "the rates used date from 21 February 2026 (89 days ago, bundled with ctick)\n"
    )


@pytest.mark.usefixtures("server")
def test_where_the_users_sources_lack_the_currency_no_fetch_is_advised(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once they were fetched."""
    monkeypatch.setenv("CTICK_SOURCES", "nbk")
    note = "the rates used date from 21 February 2026 (90 days ago, bundled with ctick)"
    manat = f"{MANAT}\n"
    assert (
        run("convert", "5", "TMT", tty=True, width=200).err == f"{note}; 'ctick snapshot' fetches the latest\n{manat}"
    )
    assert run("snapshot").code == 0
    assert run("convert", "5", "TMT", tty=True, width=200).err == f"{note}\n{manat}"


def test_for_a_past_day_the_advice_is_to_fetch_this_day(run: Run, on: On, server: Server) -> None:
    """Once: if the nearest rate is still days off, the source has no nearer one."""
    argv = ["convert", "50000", "KGS", "--date", "2026-03-24"]
    assert run(*argv, tty=True, width=200).err == (
        "the rates used date from 21 February 2026 (31 days earlier, bundled with ctick);"
        " 'ctick snapshot cbr --date 2026-03-24' may fetch nearer ones\n"
    )
    on("2026-05-22")
    server.feeds.today = dt.date(2026, 3, 20)
    assert run("snapshot", "cbr", "--date", "2026-03-24").code == 0
    assert run(*argv, tty=True, width=200).err == "the rates used date from 20 March 2026 (4 days earlier)\n"
    assert (
        run(*argv, "--source", "cbr", tty=True, width=200).err
        == "the rates used date from 20 March 2026 (4 days earlier)\n"
    )


@pytest.mark.parametrize("source", ["timesca", "mine"])
def test_no_fetch_is_advised_from_a_source_that_can_not_give_it(run: Run, source: str) -> None:
    """The ticker has no past days, and a name of one's own can't be fetched."""
    save(run, "10 January 2026", "KGS 0.01143 0%", source)
    assert run("convert", "50000", "KGS", "--source", source, "--date", "2026-01-20", tty=True, width=200).err == (
        "the rates used date from 10 January 2026 (10 days earlier)\n"
    )


def test_the_sources_without_past_days_are_those_of_the_registry() -> None:
    """`fetch_advice` names them again, since to load the sources takes longer than to answer."""
    assert set(WITHOUT_PAST_DAYS) == {name for name, source in SOURCES.items() if not source.dated}


# -- --max-age -------------------------------------------------------------------------------


def test_rates_older_than_max_age_are_left_out(run: Run, on: On) -> None:
    """Exit 4 with nothing on stdout: what the newest one is, and what helps."""
    on("2026-02-24")
    assert run("convert", "50000", "KGS", "--max-age", "3d", "-q") == (0, "571.50 USD\n", "")
    on("2026-02-25")
    newest = "the newest is from 21 February 2026 (4 days ago, bundled with ctick)"
    message = f"ctick: no rate for KGS that is at most 3 days old: {newest}; 'ctick snapshot' fetches the latest\n"
    assert run("convert", "50000", "KGS", "--max-age", "3d") == (4, "", message)
    assert run("rates", "KGS", "--max-age", "3d") == (4, "", message)
    assert run("convert", "50000", "KGS", "--max-age", "3d", "--source", "cbr") == (
        4,
        "",
        "ctick: no rate for KGS from cbr on or before 25 February 2026: 'ctick snapshot cbr' fetches the latest\n",
    )
    assert run("convert", "50000", "KGS", "--max-age", "soon").code == 2


def test_max_age_counts_to_the_day_asked(run: Run) -> None:
    """And the advice is about that day."""
    assert run("convert", "50000", "KGS", "--max-age", "1w", "--date", "2026-01-10") == (
        4,
        "",
        "ctick: no rate for KGS that is at most 7 days old on 10 January 2026: the newest is from 23 December 2025"
        " (18 days earlier, bundled with ctick); 'ctick snapshot cbr --date 2026-01-10' may fetch nearer ones\n",
    )


def test_max_age_where_no_fetch_helps(run: Run) -> None:
    """Then the age that would do."""
    save(run, "16 December 2025", "KGS 0.01144 0%", "mine")
    assert run("convert", "50000", "KGS", "--max-age", "3d", "--source", "mine") == (
        4,
        "",
        "ctick: no rate for KGS from mine that is at most 3 days old: the newest is from 16 December 2025"
        " (68 days ago); --max-age 68d accepts it\n",
    )
    assert run("convert", "50000", "KGS", "--max-age", "68d", "--source", "mine", "-q").out == "572.00 USD\n"


# -- lines from a pipe, and the manat --------------------------------------------------------


def test_what_holds_for_all_lines_is_said_once(run: Run, on: On) -> None:
    """The likely error of each pair, the age, and the peg of the manat."""
    on("2026-03-10")
    lines = "0 KGS\n50000 KGS\n3 mln UZS\n7 KGS\n100 TMT\n5 TMT\n9 UZS USD\n1 USD TMT\n"
    assert run("convert", stdin=lines) == (
        0,
        "0.00 USD\n571.50 USD\n240.00 USD\n0.08001 USD\n28.58 USD\n1.43 USD\n0.000720 USD\n3.49956 TMT\n",
        "the rates used date from 21 February 2026 (17 days ago, bundled with ctick);"
        " 'ctick snapshot' fetches the latest\n"
        "KGS to USD: the likely error is 1.3%\n"
        "UZS to USD: the likely error is 8.1%\n"
        f"{MANAT}\n",
    )
    assert run("convert", "-q", stdin=lines).err == ""


@pytest.mark.parametrize("output", ["table", "tsv", "number"])
def test_the_manat_line_comes_once(run: Run, output: str) -> None:
    """For amounts to or from manat, on stderr; not with -q, not for one's own rate, not for other currencies."""
    for words in ("5 TMT", "100 USD", "5 KGS TMT"):
        assert run("convert", *words.split(), "-o", output).err.splitlines().count(MANAT) == 1
    for words in ("5 KGS KZT", "5 TMT --rate 0.05", "5 TMT TMT", "5 TMT -q"):
        assert MANAT not in run("convert", *words.split(), "-o", output).err
