"""`ctick.parse` reads what the command line reads."""

import datetime as dt
import io
import re
from decimal import Decimal
from pathlib import Path

import pytest
from archive_bytes import HTML, URL, answer, record, zipped
from conftest import PAGE_10, PAGE_16, SEED_16, Run, page

import ctick
from ctick.capture import Capture
from ctick.currencies import FIVE
from ctick.ticker.blocks import ParseWarning

DAY_16 = dt.date(2025, 12, 16)


def test_parse_accepts_text_in_many_types(tmp_path: Path) -> None:
    """A str, bytes, a path, a file and chunks give the same report."""
    data = PAGE_16.encode()
    path = tmp_path / "page.txt"
    path.write_bytes(data)
    expected = ctick.parse(PAGE_16)
    assert expected.snapshots[0].as_of == DAY_16
    assert [quote.base for quote in expected.snapshots[0].quotes] == list(FIVE)
    with path.open("rb") as binary, path.open() as text:
        for given in (
            *(data, bytearray(data), memoryview(data), path, binary, text, io.StringIO(PAGE_16), io.BytesIO(data)),
            *([PAGE_16[:100], PAGE_16[100:]], (data[i : i + 1] for i in range(len(data)))),
        ):
            assert ctick.parse(given) == expected


def test_parse_reads_what_the_command_line_reads(run: Run, tmp_path: Path) -> None:
    """The same snapshots in the same order, also if one is repeated after another."""
    text = PAGE_16 + PAGE_10 + page(SEED_16.replace("0.01144", "0.01145"), "16 December 2025") + PAGE_16
    assert run("snapshot", "-", "--db", str(tmp_path / "a.db"), stdin=text).code == 0
    with ctick.Store(tmp_path / "b.db") as store:
        result = store.save(ctick.parse(text).snapshots)
        assert repr(result) == "SaveResult(new=3, known=0, refused=[])"
        assert store.rate("KGS", on=DAY_16).rate == Decimal("0.01144")
        assert str(store.save(ctick.parse(text).snapshots)) == "SaveResult(new=0, known=3, refused=[])"
    shown = []
    for name in ("a.db", "b.db"):
        out = run("history", "--revisions", "-q", "-o", "json", "--db", str(tmp_path / name)).out
        shown.append(re.sub(r', "seen_at": "[^"]*"', "", out))
    assert shown[0] == shown[1]
    assert shown[0].count("2025-12-16") == 10


def test_parse_warns_about_unreadable_lines() -> None:
    """The others are read; if there are no others, the report has only warnings."""
    report = ctick.parse("KGS/USD = 0.01144 0%\nKZT/USD = 0.0.1 0%\n16 December 2025\n")
    assert [quote.base for quote in report.snapshots[0].quotes] == ["KGS"]
    (warning,) = report.warnings
    assert (warning.line, warning.column, warning.error) == (2, 1, True)
    assert warning.message == "skipped an unreadable ticker line: 'KZT/USD = 0.0.1 0%'"
    assert ctick.parse("KZT/USD = 0.0.1 0%\n16 December 2025\n").snapshots == []


NO_TICKER = "the text has no ticker line (they look like 'KGS/USD = 0.01144 0%'): pass a page that has the ticker"
FILE_NAME = "the text 'page.html' has no ticker line: to read a file of that name, pass pathlib.Path('page.html')"
OTHER_PAIRS = "the text has only other pairs: pass a page that has KGS, KZT, TJS, UZS or TMT against USD"


@pytest.mark.parametrize(
    ("text", "message"),
    [("page.html", FILE_NAME), ("<p>\nprose</p>", NO_TICKER), ("", NO_TICKER), ("EUR/USD = 1.1 0%\n", OTHER_PAIRS)],
)
def test_parse_of_a_text_without_a_ticker(text: str, message: str) -> None:
    """An error, with a hint where it looks like the name of a file."""
    with pytest.raises(ctick.InputError) as error:
        ctick.parse(text)
    assert str(error.value) == message


def test_parse_of_other_types_and_damaged_data(tmp_path: Path) -> None:
    with pytest.raises(
        TypeError, match=r"^can't parse int: pass a str, bytes, a path, a file or an iterable of chunks"
    ):
        ctick.parse(5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^a chunk must be str or bytes, not int$"):
        ctick.parse([5])  # type: ignore[list-item]
    with pytest.raises(FileNotFoundError):
        ctick.parse(tmp_path / "page.html")
    with pytest.raises(ctick.InputError, match=r"truncated"):
        ctick.parse(b"\x1f\x8b\x08\0\0\0\0\0\0\x03")


def test_undated_snapshots_need_a_day(tmp_path: Path) -> None:
    """`parse` returns them, `save` refuses them; `date` is their day, unless there is a printed one."""
    undated = page(SEED_16, None)
    (snapshot,) = ctick.parse(undated).snapshots
    assert snapshot.as_of is None
    with ctick.Store(tmp_path / "rates.db") as store:
        with pytest.raises(ctick.InputError) as error:
            store.save([*ctick.parse(PAGE_10).snapshots, snapshot])
        assert str(error.value) == (
            "a snapshot of timesca has no date:"
            " say which day it is with ctick.parse(..., date=datetime.date(2025, 12, 16))"
        )
        assert not (tmp_path / "rates.db").exists()
        report = ctick.parse(undated + PAGE_10, date=DAY_16, source="mybank")
        assert [(one.source, str(one.as_of)) for one in report.snapshots] == [
            ("mybank", "2025-12-16"),
            ("mybank", "2025-12-10"),
        ]
        assert store.save(report.snapshots).new == 2
        assert store.rate("KGS", source="mybank").as_of == DAY_16
    moment = dt.datetime(2025, 12, 16, 12, tzinfo=dt.UTC)
    assert ctick.parse(undated, date=moment).snapshots[0].as_of == DAY_16
    with pytest.raises(TypeError, match=r"^date must be a datetime\.date, not str$"):
        ctick.parse(undated, date="2025-12-16")  # type: ignore[arg-type]
    with pytest.raises(ctick.UsageError, match=r"^'My Bank' is not a valid source name: use up to 32"):
        ctick.parse(undated, source="My Bank")


def test_archives(tmp_path: Path) -> None:
    """Their pages are read one by one; what can't be read is a warning at line 0, with its place."""
    path = tmp_path / "pages.zip"
    path.write_bytes(
        zipped({"a.html": HTML, "b.html": b"<script>USD", "c.txt": b"KGS/USD = x\n", "d.txt": PAGE_10.encode()})
    )
    never = "an HTML script, comment or hidden element is never closed: nothing after it was read"
    for text in (path, path.read_bytes(), io.BytesIO(path.read_bytes())):
        report = ctick.parse(text)
        assert [snapshot.as_of for snapshot in report.snapshots] == [dt.date(2025, 12, 16), dt.date(2025, 12, 10)]
        assert report.warnings == [
            ParseWarning(0, 0, f"b.html: {never}", error=True),
            ParseWarning(1, 1, "c.txt: skipped an unreadable ticker line: 'KGS/USD = x'", error=True),
        ]


def test_crawl_archives() -> None:
    """A snapshot has the first capture of it in the archive; if it has no date, it has that day in Central Asia."""
    pytest.importorskip("fastwarc")
    undated = b"KGS/USD = 0.01144 0%\n"
    evening = record(answer(undated, Content_Type="text/plain"), date="2025-12-16T19:30:00Z")
    later = record(answer(undated, Content_Type="text/plain"), date="2025-12-17T05:00:00Z")
    damaged = record(answer(), length="9")
    report = ctick.parse(evening + damaged + later)
    (snapshot,) = report.snapshots
    assert (snapshot.as_of, snapshot.capture) == (dt.date(2025, 12, 17), Capture(URL, "2025-12-16T19:30:00Z"))
    ends = len(evening), len(evening + damaged)
    message = (
        f"record at {ends[0]}: damaged (its length isn't that in its header), skipped to {ends[1]}: get a new copy"
    )
    assert report.warnings == [ParseWarning(0, 0, message, error=True)]
    assert ctick.parse(evening, date=dt.date(2025, 12, 1)).snapshots[0].as_of == dt.date(2025, 12, 1)
    unreadable = record(answer(undated + b"31 February 2026\n", Content_Type="text/plain"))
    assert ctick.parse(unreadable).snapshots[0].as_of is None
