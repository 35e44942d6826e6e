"""`ctick snapshot SOURCE`: good and bad answers from a real server."""

import datetime as dt
import time
import tracemalloc
from pathlib import Path
from typing import NamedTuple

import feedserver
import pytest
from conftest import Run
from feedserver import EIGHT, FIGURES, Server, address, days, rows, use

from ctick import clock
from ctick.sources import http
from ctick.sources.registry import SOURCES
from ctick.storage.connection import Database
from ctick.storage.fetch_log import FetchLog
from ctick.text import counted

XML, JSON = ("cbr", "nbk", "nbkr", "nbt"), ("cbu", "frankfurter", "fawaz")


SNAPSHOTS = len(EIGHT) + 1
"""Of the latest rates of all sources: the two files of nbkr are of two days."""

QUOTES = sum(len(SOURCES[name].covers) for name in EIGHT)

_FILLED: list[bytes] = []


@pytest.fixture
def filled(run: Run, server: Server, home: Path) -> list[tuple[object, ...]]:
    """The rows of a store with the latest rates of all eight sources; made once, then copied."""
    path = home / ".local/share/ctick/ctick.db"
    if _FILLED:
        path.parent.mkdir(parents=True)
        path.write_bytes(_FILLED[0])
    else:
        assert run("snapshot", *EIGHT, "-q") == (0, "", "")
        _FILLED.append(path.read_bytes())
    assert len(rows(home)) == SNAPSHOTS + QUOTES
    return rows(home)


@pytest.mark.parametrize("source", EIGHT)
def test_latest_rates_are_saved(run: Run, server: Server, source: str) -> None:
    """All currencies that the source covers are saved; the second time they are known."""
    count = 2 if source == "nbkr" else 1
    covers = SOURCES[source].covers
    quotes = counted(len(covers), "quote")
    which = "1 snapshot of 22 May 2026" if count == 1 else "2 snapshots of 2 days (21 May 2026 to 22 May 2026)"
    assert run("snapshot", source) == (0, "", f"{which}: {count} new, 0 known; {quotes}\n")
    assert run("snapshot", source) == (0, "", f"{which}: 0 new, {count} known; {quotes}\n")
    shown = run("rates", "--source", source, "-o", "tsv", "-q").out.splitlines()
    assert [line.split("\t")[0] for line in shown] == list(covers)
    assert {line.split("\t")[5] for line in shown} == ({"2026-05-22", "2026-05-21"} if source == "nbkr" else {"2026-05-22"})  # fmt: skip
    assert all(headers["User-Agent"].startswith("ctick/") for headers in server.feeds.headers)


def test_a_derived_quote_shows_both_legs(run: Run, server: Server) -> None:
    """Rates, conversions and JSON show both legs as they were published, and the interval; no step."""
    run("snapshot", "cbr", "-q")
    assert run("convert", "1000000", "UZS", "-q") == (0, "83.19 USD\n", "")
    (line,) = run("rates", "UZS", "-o", "jsonl", "-q").out.splitlines()
    assert line.partition(', "seen_at"')[0] == (
        '{"base": "UZS", "quote": "USD", "rate": 0.0000831914, "step": null, "change": null,'
        ' "as_of": "2026-05-22", "source": "cbr"'
    )
    assert line.partition('"low"')[2].startswith(
        ': 0.000083191254, "high": 0.000083191498, "legs": ['
        '{"base": "UZS", "quote": "RUB", "nominal": 10000, "value": 62.8322, "quantum": 0.0001, "as_of": null},'
        ' {"base": "USD", "quote": "RUB", "nominal": 1, "value": 75.5273, "quantum": 0.0001, "as_of": null}]'
    )


def test_the_default_sources(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are timesca and cbr, or those of CTICK_SOURCES, in its order."""
    assert run("snapshot") == (0, "", "2 snapshots of 22 May 2026: 2 new, 0 known; 10 quotes\n")
    assert sorted(path.split("?")[0] for path in server.feeds.paths) == ["/ok/cbr", "/ok/timesca"]
    monkeypatch.setenv("CTICK_SOURCES", "nbt, cbu,nbt")
    use(monkeypatch, server, "403")
    assert run("snapshot").err == (
        f"ctick: nbt: {address(server, 'nbt', '403')} answered 403 Forbidden: check the address, and that you have access to it\n"
        f"ctick: cbu: {address(server, 'cbu', '403')} answered 403 Forbidden: check the address, and that you have access to it\n"
    )
    monkeypatch.setenv("CTICK_SOURCES", "cbr,ecb")
    assert run("snapshot") == (
        2,
        "",
        f"ctick: CTICK_SOURCES: unknown source 'ecb': choose from {', '.join(SOURCES)}\n",
    )


def test_a_file_named_like_a_source(run: Run, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`./cbr` is the file, `cbr` the source; both in one run are counted together."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cbr").write_text("KGS/USD = 0.01144 0%\n21 May 2026\n")
    assert run("snapshot", "./cbr") == (
        0,
        "",
        "1 snapshot of 21 May 2026: 1 new, 0 known; 1 quote from 1 line, 0 repeats\n",
    )
    assert server.feeds.paths == []
    assert (
        run("snapshot", "./cbr", "cbr").err
        == "2 snapshots of 2 days (21 May 2026 to 22 May 2026): 1 new, 1 known; 6 quotes from 1 line, 0 repeats\n"
    )
    assert run("snapshot", "--source", "mine", "cbr") == (
        2,
        "",
        "ctick: --source is for files and pages, not for sources: leave it out, as in 'ctick snapshot cbr'\n",
    )


def test_repeats_are_counted_in_pages_only(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused rates of a source do not change the count of repeats."""
    use(monkeypatch, server, "inverted", "cbr")
    result = run("snapshot", "-", "cbr", stdin=2 * "KGS/USD = 0.01144 0%\n" + "21 May 2026\n")
    assert (result.code, result.err.splitlines()[-1]) == (
        1,
        "1 snapshot of 21 May 2026: 1 new, 0 known; 1 quote from 2 lines, 1 repeat",
    )


class Bad(NamedTuple):
    """What follows from a bad answer: the exit code, and the message for each kind of source."""

    code: int
    page: str
    xml: str
    json: str = ""
    own: dict[str, str] = {}  # noqa: RUF012 - never changed

    def sentence(self, source: str) -> str:
        kind = self.page if source == "timesca" else self.json or self.xml if source in JSON else self.xml
        return self.own.get(source, kind)


def everywhere(code: int, sentence: str) -> Bad:
    return Bad(code, sentence, sentence)


SEE = "try again later, or check CTICK_URL_{SOURCE}"
NO_TICKER = f"its answer has no readable ticker line: {SEE}"
NO_JSON = f"its answer is not valid JSON: {SEE}"
NO_USD = f"its answer has no readable rate for USD: {SEE}"
NO_FIVE = {
    "frankfurter": f"its answer has none of the five currencies against USD: {SEE}",
    "fawaz": f"its answer has none of the five currencies: {SEE}",
}
NO_XML = dict.fromkeys(XML, "its answer is not valid XML (*): " + SEE)
BAD = {
    "loop": everywhere(5, "{url} redirects more than 5 times: try another address"),
    "403": everywhere(5, "{url} answered 403 Forbidden: check the address, and that you have access to it"),
    "404": everywhere(5, "{url} answered 404 Not Found: check the address, and the date if it has one"),
    "429": everywhere(5, "{url} answered 429 Too Many Requests: try again later"),
    "impatient": everywhere(5, "{url} answered 429 Too Many Requests: try again in 3,600 s"),
    "500": everywhere(5, "{url} answered 500 Internal Server Error: try again later"),
    "html": Bad(3, NO_TICKER, f"its answer is an HTML page, not rates: {SEE}"),
    "empty": everywhere(3, f"its answer is empty: {SEE}"),
    "list": Bad(3, NO_TICKER, "", "its answer has no rates: try again later", {
        **NO_XML, "fawaz": f"its answer is not a table of rates for USD: {SEE}",
    }),
    "cut": Bad(3, f"its answer is truncated: </html> is missing: {SEE}", "", NO_JSON, NO_XML),
    "shorter": Bad(3, f"its answer is truncated: </html> is missing: {SEE}", "", NO_JSON, NO_XML),
    "longer": everywhere(3, "{url} closed the connection in the middle of its answer (* of 100,000 bytes): try again later"),
    "huge": everywhere(3, "{url} is longer than 2 MiB, the most that ctick fetches: check the address, or download it and name the file"),
    "bomb": everywhere(3, "{url} is longer than 2 MiB, the most that ctick fetches: check the address, or download it and name the file"),
    "gzip-cut": everywhere(3, "{url} sent an answer that can't be decompressed to its end: try again later"),
    "gzip-none": everywhere(3, "{url} sent an answer that can't be decompressed: try again later"),
    "brotli": everywhere(3, "{url} sent an answer compressed with 'br', which ctick can't read: try another address"),
    "doctype": Bad(0, "", f"its answer has a DOCTYPE, which ctick does not accept: {SEE}", f"its answer is an HTML page, not rates: {SEE}"),
    "encoding": Bad(0, "", "", NO_JSON, NO_XML),
    "nextyear": everywhere(3, "its latest rates are dated 22 May 2027, more than 7 days in the future, and were not saved: try again later"),
    "missing": everywhere(1, "its answer has no readable rate for KGS TJS: try again later, or another source")._replace(own={
        "nbkr": "its answer has no readable rate for TJS: try again later, or another source",
        "nbt": "its answer has no readable rate for KGS: try again later, or another source",
    }),
    **{kind: Bad(3, NO_TICKER, NO_USD, "", NO_FIVE) for kind in ("nan", "negative", "zero", "exponent")},
}  # fmt: skip


@pytest.mark.parametrize("behaviour", BAD)
def test_bad_answers(
    run: Run,
    server: Server,
    home: Path,
    filled: list[tuple[object, ...]],
    monkeypatch: pytest.MonkeyPatch,
    behaviour: str,
) -> None:
    """The message and exit code of each source, alone and beside one that works; the store is unchanged."""
    bad = BAD[behaviour]
    if behaviour == "bomb":
        feedserver.bomb()
    use(monkeypatch, server, behaviour)
    # A DOCTYPE and another encoding are normal in a page with the ticker.
    wrong = [source for source in EIGHT if bad.sentence(source)]
    result = run("snapshot", *wrong)
    lines = result.err.splitlines()
    for source, line in zip(wrong, lines, strict=behaviour != "missing"):
        sentence = bad.sentence(source).replace("{url}", address(server, source, behaviour))
        start, star, end = f"ctick: {source}: {sentence}".replace("{SOURCE}", source.upper()).partition("*")
        assert line.startswith(start)
        assert line.endswith(end)
        assert star or line == start
    assert (result.code, result.out) == (bad.code or 3, "")
    if behaviour == "missing":
        assert lines[8:] == ["9 snapshots of 2 days (21 May 2026 to 22 May 2026): 8 new, 1 known; 25 quotes"]
        return
    assert rows(home) == filled
    use(monkeypatch, server, "ok", "nbt")
    assert run("snapshot", *[name for name in wrong if name != "nbt"], "nbt", "-q").code == 1
    assert run("snapshot", "cbu", "-q").code == (bad.code or 3)
    if behaviour == "huge":
        assert server.feeds.sent < 200 << 20  # it stopped early: 1.6 GB were offered


@pytest.mark.parametrize("behaviour", ["moved", "recovers", "patient", "gzip", "yesterday"])
def test_unusual_answers_that_are_good(
    run: Run, server: Server, home: Path, monkeypatch: pytest.MonkeyPatch, behaviour: str
) -> None:
    """A redirect, a 503 followed by an answer, a short Retry-After, compression, rates of yesterday."""
    use(monkeypatch, server, behaviour)
    start = time.monotonic()
    span = "20 May 2026 to 21 May 2026" if behaviour == "yesterday" else "21 May 2026 to 22 May 2026"
    assert run("snapshot", *EIGHT) == (
        0,
        "",
        f"{SNAPSHOTS} snapshots of 2 days ({span}): {SNAPSHOTS} new, 0 known; {QUOTES} quotes\n",
    )
    if behaviour == "patient":
        assert 1 <= time.monotonic() - start < 3
    assert days(home, "cbr") == ["2026-05-21" if behaviour == "yesterday" else "2026-05-22"]


@pytest.mark.parametrize("behaviour", ["drip", "drip-headers"])
def test_slow_answers_time_out(
    run: Run,
    server: Server,
    home: Path,
    filled: list[tuple[object, ...]],
    monkeypatch: pytest.MonkeyPatch,
    behaviour: str,
) -> None:
    """One attempt and all attempts together have a timeout, even if bytes keep coming."""
    monkeypatch.setattr(http, "ATTEMPT_TIMEOUT", 0.4)
    monkeypatch.setattr(http, "TOTAL_TIMEOUT", 0.7)
    use(monkeypatch, server, behaviour)
    start = time.monotonic()
    assert run("snapshot", *EIGHT) == (
        5,
        "",
        "".join(
            f"ctick: {source}: {address(server, source, behaviour)} did not answer within 0.7 s: try again later\n"
            for source in EIGHT
        ),
    )
    assert time.monotonic() - start < 2.5
    monkeypatch.setattr(http, "TOTAL_TIMEOUT", 60.0)
    monkeypatch.setattr(http, "ATTEMPTS", 1)
    assert run("snapshot", "cbu").err == (
        f"ctick: cbu: {address(server, 'cbu', behaviour)} did not answer within 0.4 s: try again later\n"
    )
    assert rows(home) == filled


@pytest.mark.parametrize("behaviour", ["huge", "bomb"])
def test_memory_stays_flat(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch, behaviour: str) -> None:
    """Of a hundred megabytes, sent as they are or compressed, only a few are held in memory."""
    feedserver.bomb()
    run("snapshot", "cbr", "-q")
    use(monkeypatch, server, behaviour)
    tracemalloc.start()
    try:
        assert run("snapshot", "cbr").code == 3
        assert tracemalloc.get_traced_memory()[1] < 24 << 20
    finally:
        tracemalloc.stop()


def test_inverted_rates_are_refused(
    run: Run, server: Server, home: Path, filled: list[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole snapshot is refused, with the command that would save it."""
    use(monkeypatch, server, "inverted")
    assert run("snapshot", "frankfurter").err == (
        "ctick: frankfurter: TMT/USD = 3.50000 is more than 2% off the peg of 3.5 manat a dollar, and was not saved;"
        " if it is right, save it with 'ctick snapshot --force frankfurter'\n"
        "ctick: refused frankfurter rates of 22 May 2026: KGS/USD = 87.45 is above 1 USD, probably a broken page;"
        " if it is right, save it with 'ctick snapshot --force frankfurter'\n"
    )
    for source, what in {
        "timesca": "KGS/USD = 87.4125874126 is above 1 USD",
        "cbr": "KGS/USD = 0.000001532 differs by more than a factor of 1.2 from 0.01144123, the rate of @ on 22 May 2026",
        "cbu": "KGS/USD = 0.0000006 differs by more than a factor of 1.2 from 0.0114317, the rate of @ on 22 May 2026",
        "fawaz": "KGS/USD = 87.46175 is above 1 USD",
        "nbk": "KGS/USD = 0.00038 differs by more than a factor of 1.2 from 0.01143, the rate of @ on 22 May 2026",
        "nbt": "KZT/USD = 0.0542210 differs by more than a factor of 1.2 from 0.0021192, the rate of @ on 22 May 2026",
    }.items():
        sentence = f"{what}, probably a broken page; if it is right, save it with 'ctick snapshot --force {source}'"
        if "of @" in what:
            sentence = sentence.replace("@", source)
            sentence += f"; if the stored rate is wrong, delete it with 'ctick forget 2026-05-22 --source {source}'"
        code, _, err = run("snapshot", source)
        assert (code, err.splitlines()[-1]) == (
            3,
            f"ctick: refused {source} rates of 22 May 2026: {sentence}",
        )
    assert run("snapshot", "nbkr", "-q").code == 3
    assert rows(home) == filled
    assert run("snapshot", "frankfurter", "--force").err == "1 snapshot of 22 May 2026: 1 new, 0 known; 5 quotes\n"


@pytest.mark.parametrize(
    ("source", "code", "wrong"),
    [("cbr", "KZT", 1), ("cbr", "KGS", 10_000), ("cbu", "KZT", 100), ("nbk", "KGS", 100), ("nbt", "KGS", 1)],
)
def test_the_first_fetch_of_a_source_is_compared_with_others(
    run: Run, server: Server, source: str, code: str, wrong: int
) -> None:
    """A wrong nominal makes a rate too large or too small: it is refused, and nothing is saved."""
    figures = server.feeds.figures[source]
    server.feeds.figures[source] = {**figures, code: (wrong, figures[code][1])}
    result = run("snapshot", source)
    assert (result.code, result.out) == (3, "")
    assert f"ctick: refused {source} rates of 22 May 2026: {code}/USD = " in result.err
    assert ", the rate of timesca (bundled) on 21 February 2026, probably a broken page; " in result.err
    assert run("rates", "--source", source, "-q").code == 4
    server.feeds.figures[source] = figures
    assert run("snapshot", source, "-q") == (0, "", "")


def test_a_refused_fetch_is_no_success(run: Run, server: Server, home: Path) -> None:
    """`ctick sources` shows it as a failure."""
    assert run("snapshot", "cbr", "-q").code == 0
    server.feeds.figures["cbu"] = {**FIGURES["cbu"], "KGS": (1, "1.0")}
    assert run("snapshot", "cbu", "-q").code == 3
    logs = FetchLog(Database(str(home / ".local/share/ctick/ctick.db"))).logs()
    assert logs["cbr"].success_at
    assert logs["cbu"].success_at is None
    assert str(logs["cbu"].failure).startswith("refused cbu rates of 22 May 2026: KGS/USD = ")


def test_a_manat_off_its_peg_is_not_saved(run: Run, server: Server) -> None:
    """The wrong row of 1 April 2026 is left out, the others are saved, exit 1; --force saves it."""
    server.feeds.figures["cbu"] = {**FIGURES["cbu"], "TMT": (1, "4037.68")}
    assert run("snapshot", "cbu") == (
        1,
        "",
        "ctick: cbu: TMT/USD = 0.3311145 is more than 2% off the peg of 3.5 manat a dollar, and was not saved;"
        " if it is right, save it with 'ctick snapshot --force cbu'\n1 snapshot of 22 May 2026: 1 new, 0 known; 4 quotes\n",
    )
    assert "TMT" not in run("rates", "--source", "cbu", "-o", "tsv", "-q").out
    assert run("snapshot", "cbu", "--force").err == "1 snapshot of 22 May 2026: 1 new, 0 known; 5 quotes\n"


def test_rates_for_tomorrow_are_used(run: Run, server: Server, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bank publishes tomorrow's rates: they answer at once, and nothing advises to fetch again; no --date uses them."""
    monkeypatch.setenv("CTICK_URL_CBR", f"{server.url}/ok/cbr")
    monkeypatch.setenv("CTICK_SOURCES", "cbr")
    monkeypatch.setattr(clock, "today", lambda: dt.date(2026, 5, 21))
    before = run("convert", "1000000", "UZS")
    assert before.code == 0
    assert "; 'ctick snapshot' fetches " in before.err
    assert run("snapshot") == (0, "", "1 snapshot of 22 May 2026: 1 new, 0 known; 5 quotes\n")
    assert days(home, "cbr") == ["2026-05-22"]
    for argv in (["convert", "1000000", "UZS"], ["rates"], ["rates", "KZT", "--max-age", "0d"], ["doctor"]):
        result = run(*argv)
        assert result.code == 0
        assert "ctick snapshot" not in result.out + result.err
    assert run("convert", "1000000", "UZS", "-q").out == "83.19 USD\n"
    assert {line.split("\t")[5] for line in run("rates", "-q").out.splitlines()} == {"2026-05-22"}
    assert "ok    newest from cbr: 22 May 2026, dated tomorrow\n" in run("doctor").out
    assert run("doctor", "--max-age", "0d", "-q") == (0, "", "")
    for day in ("today", "2026-05-21"):
        message = (
            "no rate for UZS from cbr on or before 21 May 2026: 'ctick snapshot cbr --since 2026-05-21' may fetch it"
        )
        assert run("convert", "1000000", "UZS", "--source", "cbr", "--date", day) == (4, "", f"ctick: {message}\n")
    monkeypatch.setattr(clock, "today", lambda: dt.date(2026, 5, 18))
    assert run("convert", "1000000", "UZS", "--source", "cbr").code == 4
    assert "note  newest from cbr: 22 May 2026, dated 4 days ahead, not used before 19 May 2026\n" in run("doctor").out
    monkeypatch.setattr(clock, "today", lambda: dt.date(2026, 5, 21))
    server.feeds.today = dt.date(2026, 5, 21)
    assert run("snapshot", "cbr", "--since", "2026-05-21", "-q").code == 0
    assert run("convert", "1000000", "UZS", "--source", "cbr", "--date", "today", "-q").out == "83.19 USD\n"


def test_an_answer_too_far_ahead_is_refused(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than a week."""
    monkeypatch.setenv("CTICK_URL_CBR", f"{server.url}/ok/cbr")
    for today, code in ((dt.date(2026, 5, 15), 0), (dt.date(2026, 5, 14), 3)):
        monkeypatch.setattr(clock, "today", lambda today=today: today)
        assert run("snapshot", "cbr", "-q").code == code


def test_nbkr_files_that_are_too_far_apart(run: Run, server: Server) -> None:
    """The weekly file is ignored, the daily one is saved, exit 1."""
    server.feeds.weekly = dt.timedelta(days=-8)
    assert run("snapshot", "nbkr") == (
        1,
        "",
        "ctick: nbkr: its answer has a daily file dated 2026-05-22 and a weekly file dated 2026-05-14, more than 7 days apart:"
        " the weekly file was ignored\n1 snapshot of 22 May 2026: 1 new, 0 known; 2 quotes\n",
    )


def test_conditional_requests(run: Run, server: Server, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unchanged answer is not sent again, and counts as seen; a bad answer is not stored."""
    use(monkeypatch, server, "etag")
    assert (
        run("snapshot", "nbkr").err == "2 snapshots of 2 days (21 May 2026 to 22 May 2026): 2 new, 0 known; 5 quotes\n"
    )
    seen = [row[4] for row in rows(home) if len(row) == 6]
    assert (
        run("snapshot", "nbkr").err == "2 snapshots of 2 days (21 May 2026 to 22 May 2026): 0 new, 2 known; 5 quotes\n"
    )
    assert all(now > then for now, then in zip([row[4] for row in rows(home) if len(row) == 6], seen, strict=True))  # type: ignore[operator]
    assert [("If-None-Match" in headers) for headers in server.feeds.headers] == [False, False, True, True]
    server.feeds.figures["timesca"] = {"XYZ": (1, "1")}
    assert [run("snapshot", "timesca", "-q").code for _ in range(2)] == [3, 3]
    assert all("If-None-Match" not in headers for headers in server.feeds.headers[4:])


@pytest.mark.parametrize("behaviour", ["etag", "etag-again"])
def test_an_unchanged_page_keeps_its_day(
    run: Run, server: Server, home: Path, monkeypatch: pytest.MonkeyPatch, behaviour: str
) -> None:
    """A page without a date has the day on which it was first seen, as long as the server says that it is unchanged."""
    use(monkeypatch, server, behaviour)
    server.feeds.is_dated = False
    assert run("snapshot", "timesca").err == "1 snapshot of 22 May 2026: 1 new, 0 known; 5 quotes\n"
    (seen,) = [str(row[4]) for row in rows(home) if len(row) == 6]
    server.feeds.today = dt.date(2026, 5, 25)
    assert run("snapshot", "timesca").err == "1 snapshot of 22 May 2026: 0 new, 1 known; 5 quotes\n"
    assert days(home, "timesca") == ["2026-05-22"]
    (again,) = [str(row[4]) for row in rows(home) if len(row) == 6]
    assert again > seen
    run("forget", "2026-05-22", "-q")
    assert run("snapshot", "timesca").err == "1 snapshot of 22 May 2026: 1 new, 0 known; 5 quotes\n"
    assert days(home, "timesca") == ["2026-05-22"]
    server.feeds.figures["timesca"]["KGS"] = (1, "0.01145")
    assert run("snapshot", "timesca").err == "1 snapshot of 25 May 2026: 1 new, 0 known; 5 quotes\n"
    assert days(home, "timesca") == ["2026-05-22", "2026-05-25"]


def test_a_page_that_is_sent_again_is_dated_today(run: Run, server: Server, home: Path) -> None:
    """Unless the server says that the page is unchanged, the same rates count for the new day."""
    server.feeds.is_dated = False
    for day in (22, 25):
        server.feeds.today = dt.date(2026, 5, day)
        assert run("snapshot", "timesca").err == f"1 snapshot of {day} May 2026: 1 new, 0 known; 5 quotes\n"
    assert days(home, "timesca") == ["2026-05-22", "2026-05-25"]


def test_sources_are_fetched_at_once(run: Run, server: Server) -> None:
    """Eight sources that take a second each take less than two and a half seconds together."""
    server.feeds.delay = 1.0
    start = time.monotonic()
    assert (
        run("snapshot", *EIGHT).err == f"{SNAPSHOTS} snapshots of 2 days (21 May 2026 to 22 May 2026):"
        f" {SNAPSHOTS} new, 0 known; {QUOTES} quotes\n"
    )
    assert time.monotonic() - start < 2.5
    assert server.feeds.most_in_flight == SNAPSHOTS


def test_errors_come_in_the_order_of_the_sources(
    run: Run, server: Server, filled: list[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if another answers first; refusals too."""
    use(monkeypatch, server, "recovers", "cbu")
    use(monkeypatch, server, "inverted", "nbt")
    use(monkeypatch, server, "403", "cbr")
    server.feeds.figures["cbu"] = feedserver.inverted(FIGURES["cbu"])
    err = run("snapshot", "nbt", "cbu", "cbr", "-q").err
    order = [
        name for line in err.splitlines() for name in ("nbt", "cbu", "cbr") if f" {name}" in line.partition("; if")[0]
    ]
    assert order == sorted(order, key=["nbt", "cbu", "cbr"].index)
    assert set(order) == {"nbt", "cbu", "cbr"}
