"""`--since`: a day is asked for again until an answer is complete for it."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Run
from feedserver import FIGURES, Feeds, Server, asked, days, rows

from ctick.model import Snapshot, quotes_from_text
from ctick.sources import fetch
from ctick.sources.days import Span, is_between, settled_by_range

MARCH = ["--since", "2026-03-02", "--until", "2026-04-30"]
"""60 days, 44 of them with rates."""


@pytest.fixture(autouse=True)
def short_spacing(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    monkeypatch.setattr(fetch, "SPACING", 0.001)
    for source in ("cbr", "frankfurter"):
        monkeypatch.setenv(f"CTICK_URL_{source.upper()}", server.address(source, ranges=True))


def cut(feeds: Feeds) -> None:
    feeds.cut = 3


def empty(feeds: Feeds) -> None:
    feeds.cut = 0


def without_kzt(feeds: Feeds) -> None:
    feeds.absent = {"KZT"}


@pytest.mark.parametrize(
    ("source", "spoil", "saved", "message"),
    [
        ("frankfurter", empty, 0, "it has no rates from 2 March 2026 to 30 April 2026: run the same command again later"),
        ("cbr", empty, 0, "it has no rates from 2 March 2026 to 30 April 2026: run the same command again later"),
        ("frankfurter", cut, 3, "its answer has missing or incomplete rates between 5 March 2026 and 30 April 2026: run the same command again later"),
        ("cbr", cut, 3, "its answer has missing or incomplete rates between 5 March 2026 and 30 April 2026: run the same command again later"),
        ("cbr", without_kzt, 44, "its answer has no rates for KZT: try again later, or another source"),
        ("frankfurter", without_kzt, 44, "its answer has no rates for KZT: try again later, or another source"),
    ],
)  # fmt: skip
def test_an_incomplete_range(
    run: Run, server: Server, home: Path, source: str, spoil: Callable[[Feeds], None], saved: int, message: str
) -> None:
    """An answer without rates, with some days only, or without a currency is named; the next run fetches the rest."""
    spoil(server.feeds)
    code, _, err = run("snapshot", source, *MARCH)
    assert (code, err.splitlines()[0]) == (1 if saved else 3, f"ctick: {source}: {message}")
    assert len(days(home, source)) == saved
    server.feeds.cut, server.feeds.absent = None, set()
    assert run("snapshot", source, *MARCH, "-q").code == 0
    assert len(set(days(home, source))) == 44
    assert {row[0] for row in rows(home) if len(row) == 4} == {"KGS", "KZT", "TJS", "TMT", "UZS"}
    asked(server)
    assert run("snapshot", source, *MARCH).err == "nothing to fetch: all of these days were fetched before\n"
    assert asked(server) == []


def test_an_unreadable_rate_in_a_range(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, and the other rates are saved."""
    body = server.feeds.body

    def spoiled(source: str, query: dict[str, str], behaviour: str) -> bytes | None:
        answer = body(source, query, behaviour) or b""
        if source == "cbr" and query.get("file") == "R01335":
            return answer.replace(b'"10.03.2026" Id="R01335"><Nominal>', b'"10.03.2026" Id="R01335"><Nominal>x')
        return answer.replace(
            b'{"date":"2026-03-10","base":"USD","quote":"KZT","rate":',
            b'{"date":"2026-03-10","base":"USD","quote":"KZT","rate":-',
        )

    monkeypatch.setattr(server.feeds, "body", spoiled)
    for source in ("cbr", "frankfurter"):
        assert run("snapshot", source, *MARCH) == (
            1,
            "",
            f"ctick: {source}: its answer has no readable rate for KZT on 2026-03-10: try again later\n"
            "44 snapshots of 44 days (2 Mar 2026 to 30 Apr 2026): 44 new, 0 known; 219 quotes\n",
        )


@pytest.mark.parametrize("behaviour", ["404", "500", "empty", "html", "cut"])
def test_a_day_that_failed(
    run: Run, server: Server, home: Path, monkeypatch: pytest.MonkeyPatch, behaviour: str
) -> None:
    """A day with a 404 of cbu, or with a broken answer, is asked for again."""
    span = ["--since", "2026-05-04", "--until", "2026-05-08"]
    server.feeds.odd = {dt.date(2026, 5, 6): behaviour}
    assert run("snapshot", "cbu", *span).code == 1
    server.feeds.odd.clear()
    assert run("snapshot", "cbu", *span, "-q").code == 0
    assert sorted(days(home, "cbu")) == [f"2026-05-{day:02}" for day in range(4, 9)]
    asked(server)
    assert run("snapshot", "cbu", *span, "-q").code == 0
    assert asked(server) == []


@pytest.mark.parametrize("source", ["cbu", "nbk"])
def test_a_day_without_rates(run: Run, server: Server, source: str) -> None:
    """If the source says so, that counts once the day is a week past."""
    server.feeds.missing = {dt.date(2026, 5, 12), dt.date(2026, 5, 13), dt.date(2026, 5, 15)}
    for again in ([f"2026-05-{day}" for day in (12, 13, 14, 15)], ["2026-05-15"]):
        assert run("snapshot", source, "--since", "2026-05-12", "--until", "2026-05-15", "-q").code == 0
        assert asked(server) == ([f"{day[8:]}.05.2026" for day in again] if source == "nbk" else again)


@pytest.mark.parametrize("source", ["cbu", "nbk"])
def test_no_rates_for_any_day(run: Run, server: Server, source: str) -> None:
    """A source that is down may say so too: it counts only with rates of a later day."""
    server.feeds.missing = {dt.date(2026, 4, day) for day in range(14, 18)}
    for _ in range(2):
        assert run("snapshot", source, "--since", "2026-04-13", "--until", "2026-04-17", "-q").code == 0
    assert len(asked(server)) == 5 + 4


def test_a_day_that_lacks_a_currency(run: Run, server: Server, home: Path) -> None:
    """The others are saved, and the day is asked for again; so is a day with a refused rate."""
    server.feeds.odd = {dt.date(2026, 5, 5): "missing"}
    assert run("snapshot", "cbu", "--since", "2026-05-04", "--until", "2026-05-05").code == 1
    server.feeds.figures["cbu"] = {**FIGURES["cbu"], "TMT": (1, "4037.68")}
    assert run("snapshot", "cbu", "--since", "2026-05-06", "--until", "2026-05-07").code == 1
    server.feeds.odd.clear()
    server.feeds.figures["cbu"] = FIGURES["cbu"]
    for again in (["2026-05-05", "2026-05-06", "2026-05-07"], []):
        asked(server)
        assert run("snapshot", "cbu", "--since", "2026-05-04", "--until", "2026-05-07", "-q").code == 0
        assert asked(server) == again
    for code, day in (("KGS", "2026-05-05"), ("TMT", "2026-05-06")):
        assert f"\t{day}\t" in run("rates", code, "--source", "cbu", "--date", day, "-o", "tsv").out


def test_a_refused_rate_of_an_older_day(run: Run, server: Server) -> None:
    """The answer for a Sunday has Friday's rates: if they are refused, Sunday is asked for again."""
    assert run("snapshot", "nbt", "--since", "2026-05-07", "--until", "2026-05-07").code == 0
    server.feeds.figures["nbt"]["KGS"] = (1, "1.0668")
    assert run("snapshot", "nbt", "--since", "2026-05-10", "--until", "2026-05-11").code == 3
    server.feeds.figures["nbt"]["KGS"] = FIGURES["nbt"]["KGS"]
    asked(server)
    assert run("snapshot", "nbt", "--since", "2026-05-10", "--until", "2026-05-11", "-q").code == 0
    assert asked(server) == ["2026-05-10", "2026-05-11"]


@pytest.mark.parametrize("source", ["cbu", "cbr", "frankfurter"])
def test_a_deleted_day_is_fetched_again(run: Run, server: Server, home: Path, source: str) -> None:
    """Also one that was answered by a range, or by the rates of an older day."""
    span = ["--since", "2026-05-04", "--until", "2026-05-12", "-q"]
    assert run("snapshot", source, *span).code == 0
    kept = days(home, source)
    for day, code in (("2026-05-08", 0), ("2026-05-09", 4)):  # a Friday with rates, a Saturday without
        asked(server)
        assert run("snapshot", source, *span).code == 0
        assert asked(server) == []
        assert run("forget", day, "--source", source).code == code
        assert day not in days(home, source)
        assert run("snapshot", source, *span).code == 0
        assert asked(server)
        assert sorted(days(home, source)) == kept


def test_force_fetches_all_days_again(run: Run, server: Server) -> None:
    """Also for those that are stored, and those without rates."""
    span = ["--since", "2026-05-07", "--until", "2026-05-11", "-q"]
    assert run("snapshot", "cbu", *span).code == 0
    first = asked(server)
    assert first == [f"2026-05-{day:02}" for day in range(7, 12)]
    assert run("snapshot", "cbu", *span).code == 0
    assert asked(server) == []
    assert run("snapshot", "cbu", *span, "--force").code == 0
    assert asked(server) == first


def test_a_404_of_fawaz_counts_between_days_that_are_there(run: Run, server: Server) -> None:
    """Its missing days never appear; but a wrong address gives 404 too, and the last days may still come."""
    span = ["--since", "2026-04-01", "--until", "2026-05-22", "-q"]
    server.feeds.missing = {dt.date(2026, 4, 10), dt.date(2026, 4, 11), dt.date(2026, 5, 20)}
    for again in (52, 1):
        assert run("snapshot", "fawaz", *span).code == (1 if again > 1 else 5)
        assert len(asked(server)) == again


DAY = dt.date(2026, 3, 2)


def later(*numbers: int) -> set[dt.date]:
    return {DAY + dt.timedelta(days=number) for number in numbers}


@pytest.mark.parametrize(
    ("there", "day", "settled"),
    [((0, 11), 1, True), ((0, 11), 10, True), ((0, 12), 6, False), ((0,), 1, False), ((11,), 1, False), ((0, 2), 1, True)],
)  # fmt: skip
def test_gaps_of_at_most_ten_days(there: tuple[int, ...], day: int, settled: bool) -> None:
    """Ten days without rates may lie between two days with rates."""
    assert is_between(DAY + dt.timedelta(days=day), later(*there)) is settled


def test_each_currency_settles_a_day_for_itself() -> None:
    """A blend has days with some of its currencies; a currency that has ended settles no later day."""
    snapshots = [
        Snapshot("x", DAY + dt.timedelta(days=number), quotes_from_text(text))
        for number, text in enumerate(["KGS 1;UZS 1", "UZS 1", "KGS 1;UZS 1", "KGS 1"])
    ]
    span = Span(DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=4))
    assert set(settled_by_range(span, ["KGS", "UZS"], snapshots)) == later(0, 1, 2)
    assert set(settled_by_range(span, ["KGS"], snapshots)) == later(0, 1, 2, 3)
    assert settled_by_range(span, ["TMT"], snapshots) == []
