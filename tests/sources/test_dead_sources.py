"""`--since` with a source that is down, that limits requests, or that has no rates for those days."""

import datetime as dt
import tracemalloc
from pathlib import Path

import pytest
from conftest import Run
from feedserver import Server, asked, days, use

from ctick.sources import fetch
from ctick.sources.days import Span
from ctick.sources.plan import Plan
from ctick.sources.registry import SOURCES
from ctick.storage.connection import Database
from ctick.storage.fetch_log import FetchLog

SPAN = ["--since", "2026-05-04", "--until", "2026-05-22"]


@pytest.fixture(autouse=True)
def short_spacing(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    monkeypatch.setattr(fetch, "SPACING", 0.001)


@pytest.mark.parametrize(
    ("behaviour", "requests", "sentence"),
    [
        ("impatient", 1, "answered 429 Too Many Requests: try again in 3,600 s"),
        ("429", 4, "answered 429 Too Many Requests: try again later"),
        ("500", 4, "answered 500 Internal Server Error: try again later"),
        ("403", 1, "answered 403 Forbidden: check the address, and that you have access to it"),
        ("404", 1, "answered 404 Not Found: check the address, and the date if it has one"),
    ],
)
def test_the_other_days_of_an_unreachable_source_are_skipped(
    run: Run, server: Server, home: Path, monkeypatch: pytest.MonkeyPatch, behaviour: str, requests: int, sentence: str
) -> None:
    """After its attempts for the first day; the skipped days are named once, and saved days stay."""
    server.feeds.odd = {dt.date(2026, 5, 6): behaviour}
    url = f"{server.url}/ok/cbu?..."
    assert run("snapshot", "cbu", *SPAN) == (
        1,
        "",
        f"ctick: cbu: 6 May 2026: {url} {sentence}\n"
        "ctick: cbu: skipped 17 days between 6 May 2026 and 22 May 2026: run the same command again later\n"
        "2 snapshots of 2 days (4 May 2026 to 5 May 2026): 2 new, 0 known; 10 quotes\n",
    )
    assert asked(server) == ["2026-05-04", "2026-05-05", *["2026-05-06"] * requests]
    assert run("snapshot", "cbu", *SPAN, "-q").code == 5
    assert asked(server) == ["2026-05-06"] * requests
    server.feeds.odd.clear()
    assert run("snapshot", "cbu", *SPAN, "-q").code == 0
    assert days(home, "cbu")[-1] == "2026-05-22"


@pytest.mark.parametrize("source", ["cbr", "frankfurter"])
def test_a_range_that_fails_is_one_request(
    run: Run, server: Server, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """Not one for each currency or ten years."""
    monkeypatch.setenv(f"CTICK_URL_{source.upper()}", server.address(source, "impatient", ranges=True))
    code, _, err = run("snapshot", source, "--since", "2001-01-01")
    assert (code, len(asked(server))) == (5, 1)
    assert err.splitlines()[1:] == [
        f"ctick: {source}: skipped 9,273 days between 1 January 2001 and 22 May 2026: run the same command again later"
    ]


def test_days_left_open_by_a_range_that_fail(
    run: Run, server: Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are named with the rest of the span; a later run asks for them again."""
    monkeypatch.setenv("CTICK_URL_CBR", server.address("cbr", ranges=True))
    span = ["--since", "2026-05-02", "--until", "2026-05-10"]
    server.feeds.odd = {dt.date(2026, 5, 2): "403"}
    code, _, err = run("snapshot", "cbr", *span)
    assert (code, err.splitlines()[1:]) == (
        1,
        [
            "ctick: cbr: skipped 4 days between 2 May 2026 and 10 May 2026: run the same command again later",
            "5 snapshots of 5 days (4 May 2026 to 8 May 2026): 5 new, 0 known; 25 quotes",
        ],
    )
    server.feeds.odd.clear()
    assert run("snapshot", "cbr", *span, "-q").code == 0
    asked(server)
    assert run("snapshot", "cbr", *span, "-q").code == 0
    assert asked(server) == []


def test_other_sources_go_on(run: Run, server: Server, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that is down does not stop the others."""
    use(monkeypatch, server, "impatient", "nbt")
    assert run("snapshot", "nbt", "cbu", *SPAN, "-q").code == 1
    assert len(set(days(home, "cbu"))) == 15
    assert len([path for path in server.feeds.paths if "nbt" in path]) == 1


def test_a_source_is_skipped_after_ten_failures(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that keeps giving bad answers is not asked any more; each failure is named."""
    use(monkeypatch, server, "html", "nbk")
    code, _, err = run("snapshot", "nbk", *SPAN)
    assert (code, len(err.splitlines()), len(asked(server))) == (3, 11, 10)
    assert err.splitlines()[-1] == (
        "ctick: nbk: skipped 10 days between 13 May 2026 and 22 May 2026:"
        " stopped after 10 consecutive failures; start with a later --since"
    )


@pytest.mark.parametrize(
    ("source", "first"),
    [
        ("cbr", "1 July 1992"), ("cbu", "1 July 1994"), ("frankfurter", "10 May 1993"), ("fawaz", "2 March 2024"),
        ("nbk", "15 November 1993"), ("nbt", "30 October 2000"),
    ],
)  # fmt: skip
def test_days_before_the_first_of_a_source_are_not_fetched(
    run: Run, server: Server, monkeypatch: pytest.MonkeyPatch, source: str, first: str
) -> None:
    """A line says so."""
    url = server.address(source, "impatient", ranges=source in ("cbr", "frankfurter"))
    monkeypatch.setenv(f"CTICK_URL_{source.upper()}", url)
    _, _, err = run("snapshot", source, "--since", "0001-01-01")
    assert err.splitlines()[0] == f"{source} has no rates before {first}: earlier days were skipped"
    day = SOURCES[source].first
    name = "from" if source in ("cbr", "frankfurter") else "date"
    assert asked(server, name)[0] == day.strftime(SOURCES[source].date_format)
    code, _, err = run("snapshot", source, "--since", "0001-01-01", "--until", str(day - dt.timedelta(days=1)))
    assert (code, err) == (3, f"ctick: {source}: no rates before {first}: use a later date\n")
    assert asked(server) == []


@pytest.mark.parametrize("source", ["cbr", "frankfurter"])
def test_many_years_are_fetched_in_parts(
    run: Run, server: Server, home: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """One answer would be too long; a second run asks for nothing."""
    monkeypatch.setenv(f"CTICK_URL_{source.upper()}", server.address(source, ranges=True))
    span = ["--since", "2001-01-01", "--until", "2026-05-08"]
    assert run("snapshot", source, *span, "-q") == (0, "", "")
    assert len(set(days(home, source))) == 6615
    assert {"2001-01-01", "2010-12-29", "2010-12-30", "2020-12-25", "2020-12-28", "2026-05-08"} <= set(
        days(home, source)
    )
    asked(server)
    assert run("snapshot", source, *span, "-q") == (0, "", "")
    assert asked(server) == []


def test_a_long_span_takes_little_memory(server: Server, home: Path) -> None:
    """Requests are created one by one, as they are sent."""
    log = FetchLog(Database(str(home / "none")))
    span = Span(dt.date(1, 1, 1), dt.date(2026, 5, 22))
    tracemalloc.start()
    plan = Plan(SOURCES["cbu"], span, log)
    count = sum(1 for _ in plan.requests())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == (dt.date(2026, 5, 22) - dt.date(1994, 7, 1)).days + 1
    assert peak < 4 << 20
