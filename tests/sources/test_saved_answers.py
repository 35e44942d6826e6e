"""`ctick snapshot --as NAME FILE...`: a source's answer that somebody has saved, through the checks of a fetch."""

import bz2
import datetime as dt
import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path

import feedserver
import pytest
from conftest import PAGE_16, Result, Run
from feedserver import EIGHT, FIGURES, Feeds, Rows, Server, days, inverted, rows

from ctick.sources.registry import SOURCES
from ctick.text import counted

DAY = dt.date(2026, 2, 20)


def bodies(source: str, day: dt.date = DAY, figures: Rows | None = None) -> list[bytes]:
    """The files of one answer."""
    feeds = Feeds()
    feeds.today, feeds.weekly = day, dt.timedelta()
    feeds.figures[source] = figures or FIGURES[source]
    return [feeds.body(source, {"file": file, "date": str(day)}, "ok") or b"" for file in SOURCES[source].files]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def save(source: str, day: dt.date = DAY, figures: Rows | None = None, name: str = "answer") -> list[str]:
    """Writes the files of one answer; their names."""
    names = []
    for number, body in enumerate(bodies(source, day, figures)):
        names.append(f"{name}{number or ''}")
        Path(names[-1]).write_bytes(body)
    return names


def fetched(run: Run, source: str) -> bool:
    rows = json.loads(run("sources", "-o", "json").out)
    return next(row["success_at"] or row["failure_at"] for row in rows if row["source"] == source) is not None


@pytest.mark.parametrize("source", EIGHT)
def test_a_saved_answer_is_saved_as_if_it_were_fetched(
    run: Run, server: Server, home: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """The same snapshots, but no fetch: nothing is asked, and `sources` shows none."""
    server.feeds.today = DAY
    server.feeds.weekly = dt.timedelta()
    quotes = counted(len(SOURCES[source].covers), "quote")
    of_a_page = " from 40 lines, 35 repeats" if source == "timesca" else ""
    counts = f"1 snapshot of 20 February 2026: 1 new, 0 known; {quotes}"
    assert run("snapshot", "--as", source, *save(source)) == (0, "", f"{counts}{of_a_page}\n")
    assert server.feeds.paths == []
    before = [row[1:4] for row in rows(home) if len(row) == 6]
    assert fetched(run, source) is False
    assert run("snapshot", source).err == f"{counts.replace('1 new, 0 known', '0 new, 1 known')}\n"
    assert [row[1:4] for row in rows(home) if len(row) == 6] == before
    assert fetched(run, source) is True


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_packed_answers_and_stdin(run: Run, pack: Callable[[bytes], bytes]) -> None:
    """gzip, bz2 and xz, told by their first bytes."""
    (body,) = bodies("fawaz")
    summary = "1 snapshot of 20 February 2026: {}; 5 quotes\n"
    assert run("snapshot", "--as", "fawaz", "-", stdin=pack(body)) == (0, "", summary.format("1 new, 0 known"))
    Path("cbr").write_bytes(pack(body))  # a file, whatever its name
    assert run("snapshot", "--as", "fawaz", "cbr").err == summary.format("0 new, 1 known")


def test_each_file_is_an_answer(run: Run, home: Path) -> None:
    """A bad one does not stop the rest: exit 1."""
    names = [name for day in (18, 19, 20) for name in save("cbr", dt.date(2026, 2, day), name=f"cbr{day}.xml")]
    Path("bad").write_text("<html>Are you a robot?</html>")
    assert run("snapshot", "--as", "cbr", names[0], "bad", *names[1:]) == (
        1,
        "",
        "ctick: bad: as an answer of cbr, it is an HTML page, not rates: name another file\n"
        "3 snapshots of 3 days (18 Feb 2026 to 20 Feb 2026): 3 new, 0 known; 15 quotes\n",
    )
    assert days(home, "cbr") == ["2026-02-18", "2026-02-19", "2026-02-20"]


def test_the_files_of_one_answer_belong_together(run: Run, home: Path) -> None:
    """Those of nbkr: daily, then weekly, for each answer."""
    first, second = save("nbkr", dt.date(2026, 2, 13), name="a"), save("nbkr", name="b")
    assert run("snapshot", "--as", "nbkr", *first, *second, "-q") == (0, "", "")
    assert days(home, "nbkr") == ["2026-02-13", "2026-02-20"]
    assert run("snapshot", "--as", "nbkr", *first, "b") == (
        2,
        "",
        "ctick: --as nbkr needs 2 files for each answer, as in 'ctick snapshot --as nbkr DAILY_FILE WEEKLY_FILE'\n",
    )
    wrong = run("snapshot", "--as", "nbkr", *reversed(second))
    assert wrong == (
        3,
        "",
        "ctick: b1 and b: as an answer of nbkr, it has no readable rate for USD: name another file\n",
    )


def refused(run: Run, *argv: str) -> Result:
    result = run("snapshot", *argv)
    assert (result.code, result.out) == (3, "")
    return result


@pytest.mark.parametrize(
    ("source", "body", "reason"),
    [
        ("fawaz", b"", "it is empty"),
        ("fawaz", b"{}", "it is not a table of rates for USD"),
        ("fawaz", b'{"date":"today","usd":{"kgs":87.4}}', "it has no valid date ('today')"),
        ("cbr", feedserver.nbt(DAY, FIGURES["nbt"]), "it has no valid date ('2026-02-20')"),
        ("nbk", feedserver.nbt(DAY, FIGURES["nbt"]), "it begins with <ValCurs>, not <rates>"),
        ("nbk", feedserver.nbk(DAY, {}), "it has no rates"),
        ("cbu", b"[]", "it has no rates"),
        ("cbu", feedserver.cbu(DAY, FIGURES["cbu"])[:-40], "it is not valid JSON"),
        (
            "cbr",
            feedserver.cbr(dt.date(2026, 3, 2), FIGURES["cbr"]),
            "it is dated 2 March 2026, more than 7 days in the future, and was not saved",
        ),
        (
            "fawaz",
            feedserver.fawaz(dt.date(2024, 3, 1), FIGURES["fawaz"]),
            "it is dated 1 March 2024, before the first day of fawaz (2 March 2024), and was not saved",
        ),
    ],
)
def test_what_is_no_answer_of_the_source(run: Run, home: Path, source: str, body: bytes, reason: str) -> None:
    """Exit 3 with the file and the reason; no store is created."""
    Path("file").write_bytes(body)
    message = f"ctick: file: as an answer of {source}, {reason}: name another file\n"
    assert refused(run, "--as", source, "file").err == message
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("day", [dt.date(2024, 3, 2), dt.date(2026, 3, 1)])
def test_the_first_day_of_a_source_and_the_last_one_ahead_are_saved(run: Run, day: dt.date) -> None:
    """Only what is dated before the one or after the other, 7 days ahead, is refused."""
    names = save("fawaz", day)
    assert run("snapshot", "-q", "--as", "fawaz", *names) == (0, "", "")


def test_files_that_can_not_be_read(run: Run, folder: Path) -> None:
    """Missing, a folder, cut, or endless."""
    (body,) = bodies("fawaz")
    Path("cut.gz").write_bytes(gzip.compress(body)[:-8])
    Path("long.gz").write_bytes(gzip.compress(body + b" " * (2 << 20)))
    for name, message in (
        ("missing", "no such file: missing"),
        (".", ". is a folder: name a file in it"),
        ("cut.gz", f"cut.gz: the gzip data is truncated after {len(body)} unpacked bytes: get a new copy"),
        ("long.gz", "long.gz is longer than 2 MiB, as no answer is: name another file"),
        ("/dev/zero", "/dev/zero is longer than 2 MiB, as no answer is: name another file"),
    ):
        assert refused(run, "--as", "fawaz", name).err == f"ctick: {message}\n"


def test_an_address_is_read_without_what_is_secret_in_messages(run: Run, server: Server, home: Path) -> None:
    """As a file would be; one that can't be reached does not stop the rest."""
    server.feeds.today = DAY
    secret = server.url.replace("http://", "http://me:s3cret@")
    good, bad = f"{secret}/ok/fawaz?key=s3cret", f"{secret}/html/fawaz?key=s3cret"
    result = run("snapshot", "--as", "fawaz", f"{secret}/404/fawaz?key=s3cret", bad, good)
    assert result.code == 1
    assert result.err == (
        f"ctick: {server.url}/404/fawaz?... answered 404 Not Found: check the address, and the date if it has one\n"
        f"ctick: {server.url}/html/fawaz?...: as an answer of fawaz, it is an HTML page, not rates: name another file\n"
        "1 snapshot of 20 February 2026: 1 new, 0 known; 5 quotes\n"
    )
    server.feeds.figures["fawaz"]["KGS"] = (1, "0.01")
    refusal = run("snapshot", "--as", "fawaz", good).err
    assert refusal == (
        "ctick: refused fawaz rates of 20 February 2026: KGS/USD = 100.00000 is above 1 USD, probably a broken page;"
        f""" if it is right, save it with "ctick snapshot --force --as fawaz '{server.url}/ok/fawaz?...'"\n"""
    )


def test_what_can_not_be_true_is_refused_with_the_command_that_saves_it(run: Run) -> None:
    """Off the peg: that quote. Too different from what is stored: the snapshot. The command has --as and the store."""
    names = save("fawaz", figures={**FIGURES["fawaz"], "TMT": (1, "18.5")}, name="my answer")
    peg = run("snapshot", "--as", "fawaz", *names, "--db", "x.db", "-q")
    assert peg == (
        1,
        "",
        "ctick: my answer: TMT/USD = 0.05405405405 is more than 2% off the peg of 3.5 manat a dollar, and was not saved;"
        " if it is right, save it with \"ctick snapshot --force --as fawaz 'my answer' --db x.db\"\n",
    )
    assert run("snapshot", "--force", "--as", "fawaz", *names, "--db", "x.db", "-q").code == 0
    assert run("rates", "TMT", "--source", "fawaz", "-q", "--db", "x.db").out.split("\t")[2] == "0.05405405405"
    names = save("nbkr", figures=inverted(FIGURES["nbkr"]))
    err = refused(run, "--as", "nbkr", *names, "--db", "x.db").err
    assert "\nctick: refused nbkr rates of 20 February 2026: " in err
    assert "; if it is right, save it with 'ctick snapshot --force --as nbkr answer answer1 --db x.db'" in err
    assert run("snapshot", "--force", "--as", "nbkr", *names, "--db", "x.db", "-q").code == 0


def test_a_currency_that_is_missing_is_reported(run: Run) -> None:
    """The others are saved: exit 1."""
    rates = {code: row for code, row in FIGURES["fawaz"].items() if code != "KGS"}
    assert run("snapshot", "--as", "fawaz", *save("fawaz", figures=rates)) == (
        1,
        "",
        "ctick: answer: as an answer of fawaz, it has no readable rate for KGS: get a new copy\n"
        "1 snapshot of 20 February 2026: 1 new, 0 known; 4 quotes\n",
    )


def test_as_timesca_reads_a_page_as_usual(run: Run) -> None:
    """With its warnings, its lines and --date."""
    plain, named = run("snapshot", "-", stdin=PAGE_16), run("snapshot", "--as", "timesca", "-", stdin=PAGE_16)
    assert named.err == plain.err.replace("1 new, 0 known", "0 new, 1 known")
    undated = PAGE_16.replace("16 December 2025\n", "")
    assert run("snapshot", "--as", "timesca", "-", stdin=undated).code == 3
    assert run("snapshot", "--as", "timesca", "-", "--date", "today", "-q", stdin=undated) == (0, "", "")


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (
            ["--as", "fawas", "x"],
            f"--as fawas: no such source (did you mean fawaz?): sources are {', '.join(SOURCES)}",
        ),
        (["--as", "fawaz"], "--as fawaz needs a file, or - for stdin, as in 'ctick snapshot --as fawaz FILE'"),
        (
            ["--as", "fawaz", "x", "--source", "mine"],
            "--as names the source already, and --source another: leave it out, as in 'ctick snapshot --as fawaz x'",
        ),
        (
            ["--as", "cbr", "x", "--since", "2026-01-01"],
            "--since and --until fetch past days, and --as reads what was saved: leave them out,"
            " as in 'ctick snapshot --as cbr x'",
        ),
        (
            ["--as", "cbr", "x", "--until", "2026-01-01", "--db", "y.db"],
            "--since and --until fetch past days, and --as reads what was saved: leave them out,"
            " as in 'ctick snapshot --as cbr x --db y.db'",
        ),
        (
            ["--as", "cbr", "x", "--date", "2026-01-01"],
            "--date is for text that has no date, and an answer of cbr has one: leave it out,"
            " as in 'ctick snapshot --as cbr x'",
        ),
    ],
)
def test_wrong_usage(run: Run, folder: Path, argv: list[str], message: str) -> None:
    """Exit 2 with what to do; nothing is read or created."""
    assert run("snapshot", *argv) == (2, "", f"ctick: {message}\n")
    assert list(folder.iterdir()) == []
