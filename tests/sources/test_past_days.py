"""`ctick snapshot SOURCE` with `--date`, `--since`, `--until`: past days, asked for once and slowly."""

import datetime as dt
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import Run
from feedserver import EIGHT, Server, asked, days

from ctick.sources import fetch
from ctick.sources.days import Span
from ctick.sources.plan import Plan
from ctick.sources.registry import SOURCES
from ctick.storage.connection import Database
from ctick.storage.fetch_log import FetchLog

SPACING = fetch.SPACING
BY_DATE = [name for name in EIGHT if SOURCES[name].dated]


@pytest.fixture(autouse=True)
def short_spacing(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    monkeypatch.setattr(fetch, "SPACING", 0.001)


@pytest.mark.parametrize("source", BY_DATE)
def test_one_day(run: Run, server: Server, home: Path, source: str) -> None:
    """The date is in the source's format; the answer is stored with its date."""
    result = run("snapshot", source, "--date", "2026-05-12")
    assert result == (0, "", f"1 snapshot of 12 May 2026: 1 new, 0 known; {4 if source == 'nbk' else 5} quotes\n")
    assert days(home, source) == ["2026-05-12"]
    form = {"cbr": "12/05/2026", "nbk": "12.05.2026"}.get(source, "2026-05-12")
    assert asked(server) == [form]


def test_the_default_addresses(home: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The requests to the real servers: latest, a day, a range."""
    for source in EIGHT:
        monkeypatch.delenv(f"CTICK_URL_{source.upper()}")
    log = FetchLog(Database(str(home / "none")))

    def addresses(source: str, first: str | None = None, last: str | None = None) -> list[str]:
        span = Span(dt.date.fromisoformat(first), dt.date.fromisoformat(last or first)) if first else None
        plan = Plan(SOURCES[source], span, log)
        return [url for request in plan.requests() for part in request.parts for url in part]

    frankfurter = "https://api.frankfurter.dev/v2/rates?base=USD&quotes=KGS,KZT,TJS,UZS,TMT"
    fawaz = "https://cdn.jsdelivr.net/npm/@fawazahmed0/currency-api@{}/v1/currencies/usd.min.json"
    pages = "https://{}.currency-api.pages.dev/v1/currencies/usd.min.json"
    cbu = "https://cbu.uz/en/arkhiv-kursov-valyut/json/"
    nbt = "https://www.nbt.tj/en/kurs/export_xml.php?date={}&export=xmlout"
    assert {source: addresses(source) for source in EIGHT} == {
        "timesca": ["https://timesca.com/"],
        "cbr": ["https://www.cbr.ru/scripts/XML_daily.asp"],
        "cbu": [cbu],
        "frankfurter": [frankfurter],
        "fawaz": [fawaz.format("latest"), pages.format("latest")],
        "nbk": ["https://nationalbank.kz/rss/get_rates.cfm?fdate=22.05.2026"],
        "nbkr": ["https://www.nbkr.kg/XML/daily.xml", "https://www.nbkr.kg/XML/weekly.xml"],
        "nbt": [nbt.format("2026-05-22")],
    }
    assert {source: addresses(source, "2025-12-10") for source in BY_DATE} == {
        "cbr": ["https://www.cbr.ru/scripts/XML_daily.asp?date_req=10/12/2025"],
        "cbu": [f"{cbu}all/2025-12-10/"],
        "frankfurter": [f"{frankfurter}&date=2025-12-10"],
        "fawaz": [fawaz.format("2025-12-10"), pages.format("2025-12-10")],
        "nbk": ["https://nationalbank.kz/rss/get_rates.cfm?fdate=10.12.2025"],
        "nbt": [nbt.format("2025-12-10")],
    }
    assert addresses("frankfurter", "2025-12-01", "2025-12-31") == [f"{frankfurter}&from=2025-12-01&to=2025-12-31"]
    assert addresses("cbr", "2025-12-01", "2025-12-31") == [
        f"https://www.cbr.ru/scripts/XML_dynamic.asp?VAL_NM_RQ={name}&date_req1=01/12/2025&date_req2=31/12/2025"
        for name in ("R01235", "R01370", "R01335", "R01670", "R01717", "R01710A")
    ]
    assert len(addresses("cbu", "2025-12-01", "2025-12-31")) == 31


@pytest.mark.parametrize("source", ["timesca", "nbkr"])
def test_sources_without_past_days(run: Run, server: Server, source: str, tmp_path: Path) -> None:
    """Exit 2 before anything is saved."""
    (tmp_path / "page").write_text("KGS/USD = 0.01144 0%\n16 December 2025\n")
    for options in (["--date", "2026-05-12"], ["--since", "2026-05-12"]):
        assert run("snapshot", str(tmp_path / "page"), source, *options) == (
            2,
            "",
            f"ctick: {source} has no past rates: leave out --date and --since, or name another source\n",
        )
    assert server.feeds.paths == []
    assert run("rates", "--date", "2025-12-16", "-q").out.count("bundled") == run("rates", "-q").out.count("bundled")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--until", "2026-05-12"], "--until needs --since: add the first day"),
        (["--since", "2026-05-12", "--date", "2026-05-13"], "--date and --since can't be combined: leave one of them out"),
        (["--since", "2026-05-12", "--until", "2026-05-11"], "--since 2026-05-12 is after --until 2026-05-11: swap them"),
        (["--since", "x"], "--since 'x' is not a date: write it as 2025-12-16, 16.12.2025, or as 30d, 2w, 6m, 1y"),
    ],
)  # fmt: skip
def test_invalid_days(run: Run, server: Server, options: list[str], message: str) -> None:
    """Wrong usage: exit 2."""
    assert run("snapshot", "cbr", *options) == (2, "", f"ctick: {message}\n")


@pytest.mark.parametrize(
    "options",
    [
        ["--since", "12.05.2026", "--until", "13.05.2026"],
        ["--since", "12 May 2026", "--until", "13 May 2026"],
        ["--since", "10d", "--until", "9 days"],
        ["--since", "1d", "--until", "2026-05-13"],
    ],
)
def test_days_as_people_write_them(run: Run, server: Server, home: Path, options: list[str]) -> None:
    """The server's day is 22 May 2026; a time before a date counts from that date, as in `history`."""
    assert run("snapshot", "CBU", *options).code == 0
    assert asked(server) == ["2026-05-12", "2026-05-13"]
    assert days(home, "cbu") == ["2026-05-12", "2026-05-13"]


def test_weekends(run: Run, server: Server, home: Path) -> None:
    """The answer for Sunday has Friday's date, and a range does not ask for Sunday again."""
    assert run("snapshot", "cbu", "--date", "2026-05-17").err == "1 snapshot of 15 May 2026: 1 new, 0 known; 5 quotes\n"
    assert days(home, "cbu") == ["2026-05-15"]
    asked(server)
    assert run("snapshot", "cbu", "--since", "2026-05-14", "--until", "2026-05-18").code == 0
    assert asked(server) == ["2026-05-14", "2026-05-16", "2026-05-18"]
    assert run("snapshot", "cbu", "--since", "2026-05-14", "--until", "2026-05-18") == (
        0,
        "",
        "nothing to fetch: all of these days were fetched before\n",
    )
    assert asked(server) == []
    assert run("snapshot", "cbu", "--date", "2026-05-17").err == (
        "1 snapshot of 15 May 2026: 0 new, 1 known; 5 quotes\n"
        "newer rates exist (18 May 2026); 'ctick rates --date 2026-05-15' shows this day\n"
    )
    assert asked(server) == ["2026-05-17"]


@pytest.mark.parametrize(
    ("source", "day", "code", "message"),
    [
        ("nbt", "2026-05-12", 3, "asked for rates of 12 May 2026, it sent rates of 22 May 2026, which were not saved: try another date"),
        ("nbt", "2026-06-06", 2, "--date 2026-06-06 is in the future (today is 2026-05-22): leave it out for the latest rates"),
        ("nbk", "2026-05-12", 3, "it has no rates for 12 May 2026: try another date"),
        ("cbu", "2026-05-12", 3, "it has no rates for 12 May 2026: try another date"),
        ("frankfurter", "2026-05-12", 3, "it has no rates for 12 May 2026: try another date"),
        ("fawaz", "2026-05-12", 5, "{url} answered 404 Not Found: check the address, and the date if it has one"),
        ("cbr", "1992-06-30", 3, "no rates before 1 July 1992: use a later date"),
        ("fawaz", "2024-03-01", 3, "no rates before 2 March 2024: use a later date"),
    ],
)  # fmt: skip
def test_days_that_a_source_does_not_have(
    run: Run,
    server: Server,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    day: str,
    code: int,
    message: str,
) -> None:
    """One line for missing and future days; nothing is stored."""
    server.feeds.missing.add(dt.date(2026, 5, 12))
    url = f"{server.url}/ok/{source}?..."
    if source == "nbt":  # a date out of range is answered with today's table
        monkeypatch.setenv("CTICK_URL_NBT", f"{server.url}/ok/nbt")
    name = "" if code == 2 else f"{source}: "
    assert run("snapshot", source, "--date", day) == (code, "", f"ctick: {name}{message.replace('{url}', url)}\n")
    assert days(home, source) == []


def test_future_days(run: Run, server: Server) -> None:
    """A span in the future is wrong usage; one that has begun ends today."""
    for options in (["--date", "2026-05-23"], ["--since", "2027-01-01"], ["--since", "2026-05-23", "--until", "today"]):
        code, _, err = run("snapshot", "cbu", *options)
        assert code == 2
        if "--until" not in options:
            assert err.startswith(f"ctick: {' '.join(options)} is in the future (today is 2026-05-22): ")
    assert server.feeds.paths == []
    assert run("snapshot", "cbu", "--since", "2026-05-21", "--until", "2027-01-01", "-q").code == 0
    assert asked(server) == ["2026-05-21", "2026-05-22"]


@pytest.mark.parametrize(("source", "requests", "day"), [("frankfurter", 1, "%Y-%m-%d"), ("cbr", 6, "%d/%m/%Y")])
def test_ranges_in_one_request(
    run: Run, server: Server, home: Path, monkeypatch: pytest.MonkeyPatch, source: str, requests: int, day: str
) -> None:
    """frankfurter in one, cbr in six, one after the other; a second run asks for nothing."""
    monkeypatch.setenv(f"CTICK_URL_{source.upper()}", server.address(source, ranges=True))
    span = ["--since", "2026-05-04", "--until", "2026-05-15"]
    assert run("snapshot", source, *span) == (
        0,
        "",
        "10 snapshots of 10 days (4 May 2026 to 15 May 2026): 10 new, 0 known; 50 quotes\n",
    )
    assert len(set(server.feeds.paths)) == requests
    assert server.feeds.most_in_flight == 1
    assert len(days(home, source)) == 10
    asked(server)
    assert run("snapshot", source, *span).err == "nothing to fetch: all of these days were fetched before\n"
    assert asked(server) == []
    assert run("snapshot", source, "--since", "2026-05-01", "--until", "2026-05-19", "-q").code == 0
    assert set(asked(server, "to")[:requests]) == {dt.date(2026, 5, 19).strftime(day)}


def test_days_missing_in_a_range_are_fetched_one_by_one(
    run: Run, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The days at its ends, once; those of the last week of a blend each time."""
    span = ["--since", "2026-05-02", "--until", "2026-05-17", "-q"]
    for source, again in (("cbr", []), ("frankfurter", ["2026-05-16", "2026-05-17"])):
        monkeypatch.setenv(f"CTICK_URL_{source.upper()}", server.address(source, ranges=True))
        assert run("snapshot", source, *span).code == 0
        days = {
            "cbr": ["02/05/2026", "03/05/2026", "16/05/2026", "17/05/2026"],
            "frankfurter": ["2026-05-02", "2026-05-03"],
        }
        assert asked(server)[-len(days[source]) :] == days[source]
        assert run("snapshot", source, *span).code == 0
        assert asked(server, "to") == again[1:]


def test_only_missing_days_are_fetched(run: Run, server: Server) -> None:
    """Day by day, oldest first; today is asked for each time until it has rates."""
    run("snapshot", "cbu", "--date", "2026-05-20", "-q")
    asked(server)
    assert (
        run("snapshot", "cbu", "--since", "2026-05-18").err
        == "4 snapshots of 4 days (18 May 2026 to 22 May 2026): 4 new, 0 known; 20 quotes\n"
    )
    assert asked(server) == ["2026-05-18", "2026-05-19", "2026-05-21", "2026-05-22"]
    server.feeds.today = dt.date(2026, 5, 24)
    for _ in range(2):
        run("snapshot", "cbu", "--since", "2026-05-18", "-q")
    assert asked(server) == ["2026-05-23", "2026-05-24", "2026-05-24"]


def test_days_that_are_missing_in_a_range(run: Run, server: Server, home: Path) -> None:
    """They are named; an old day that the source does not have is not asked for again."""
    server.feeds.missing = {dt.date(2026, 4, 2), dt.date(2026, 5, 21)}
    code, _, err = run("snapshot", "fawaz", "--since", "2026-04-01", "--until", "2026-04-03")
    url = f"{server.url}/ok/fawaz?..."
    assert (code, err) == (
        1,
        f"ctick: fawaz: 2 April 2026: {url} answered 404 Not Found: check the address, and the date if it has one\n"
        "2 snapshots of 2 days (1 Apr 2026 to 3 Apr 2026): 2 new, 0 known; 10 quotes\n",
    )
    asked(server)
    assert run("snapshot", "fawaz", "--since", "2026-04-01", "--until", "2026-04-03").code == 0
    assert asked(server) == []
    for _ in range(2):
        assert run("snapshot", "fawaz", "--since", "2026-05-20", "--until", "2026-05-21").code in (1, 5)
    assert asked(server) == ["2026-05-20", "2026-05-21", "2026-05-21"]


def test_a_wrong_address_does_not_count_as_an_answer(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """If nothing is found at all, no day counts as answered."""
    run("snapshot", "fawaz", "-q")
    asked(server)
    monkeypatch.setenv("CTICK_URL_FAWAZ", server.address("fawaz", "404"))
    for _ in range(2):
        assert run("snapshot", "fawaz", "--since", "2026-04-01", "--until", "2026-04-02", "-q").code == 5
    assert asked(server) == ["2026-04-01", "2026-04-02"] * 2


def test_a_refused_day_is_fetched_again(run: Run, server: Server) -> None:
    """A refused answer does not count; the message has --force with its day."""
    run("snapshot", "nbt", "--date", "2026-05-18", "-q")
    good = dict(server.feeds.figures["nbt"])
    server.feeds.figures["nbt"]["KGS"] = (1, "1.0668")
    asked(server)
    assert run("snapshot", "nbt", "--since", "2026-05-18", "--until", "2026-05-19") == (
        3,
        "",
        "ctick: refused nbt rates of 19 May 2026: KGS/USD = 0.114356 differs by more than a factor of 1.23 from 0.0114356,"
        " the rate of nbt on 18 May 2026, probably a broken page;"
        " if it is right, save it with 'ctick snapshot --force --date 2026-05-19 nbt';"
        " if the stored rate is wrong, delete it with 'ctick forget 2026-05-18 --source nbt'\n",
    )
    server.feeds.figures["nbt"] = good
    assert run("snapshot", "nbt", "--since", "2026-05-18", "--until", "2026-05-19", "-q").code == 0
    assert asked(server) == ["2026-05-19", "2026-05-19"]


def test_requests_are_spaced(server: Server, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One request at a time to each source, and at most five a second."""
    monkeypatch.setattr(fetch, "SPACING", SPACING)
    monkeypatch.setenv("CTICK_URL_CBR", server.address("cbr", ranges=True))
    assert SPACING == 0.2
    for source in ("cbu", "cbr"):
        log = FetchLog(Database(str(home / "none")))
        plan = Plan(SOURCES[source], Span(dt.date(2026, 5, 18), dt.date(2026, 5, 20)), log)
        server.feeds.requests.clear()
        assert list(fetch.fetch([plan.requests()]))
        moments = [moment for moment, _ in server.feeds.requests]
        assert len(moments) == (3 if source == "cbu" else 6)
        assert all(later - earlier >= 0.199 for earlier, later in pairwise(moments))
    assert server.feeds.most_in_flight == 1


def test_a_progress_bar_on_a_terminal(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """On stderr, for a range; not in a pipe or with -q."""
    monkeypatch.setenv("TERM", "xterm")
    shown = run("snapshot", "cbu", "--since", "2026-05-11", "--until", "2026-05-13", tty=True).err
    assert "3/3" in shown
    for options, tty in ((["-q"], True), ([], False)):
        shown = run("snapshot", "cbu", "--since", "2026-05-04", "--until", "2026-05-08", *options, tty=tty).err
        assert "/5" not in shown


def test_interrupted(home: Path, server: Server) -> None:
    """Ctrl-C keeps what was saved, and a second run continues there."""
    command = [sys.executable, "-m", "ctick", "snapshot", "cbu", "--since", "2026-05-11", "--until", "2026-05-15"]
    environment = {"HOME": str(home), "CTICK_URL_CBU": server.address("cbu")}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as process:
        end = time.monotonic() + 20
        while len(server.feeds.paths) < 3 and time.monotonic() < end:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, b"")
    kept = days(home, "cbu")
    assert 2 <= len(kept) <= 3
    asked(server)
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    left = 5 - len(kept)
    which = {
        2: "2 snapshots of 2 days (14 May 2026 to 15 May 2026)",
        3: "3 snapshots of 3 days (13 May 2026 to 15 May 2026)",
    }
    assert done.stderr.decode().startswith(f"{which[left]}: {left} new, 0 known; {left * 5} quotes\n")
    assert len(asked(server)) == left
