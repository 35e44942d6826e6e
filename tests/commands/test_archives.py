"""`ctick parse` and `ctick snapshot` with archives: each page is read on its own, with its place and its day."""

import gzip
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from archive_bytes import HTML, answer, offsets, record, tarred, zipped
from conftest import PAGE_10, PAGE_16, SEED_10, SEED_16, Run, page
from test_parse import ROWS_10, ROWS_16

from ctick.sources import http

pytest.importorskip("fastwarc")

UNDATED = page(SEED_10, None)
BAD = page(SEED_10, "10 December 2025", repeats=1).replace("0.10811", "x")
SITE = "https://timesca.com"


def crawl(*records: bytes) -> bytes:
    return b"".join(map(gzip.compress, records))


def text(body: str, name: str = "", date: str = "2025-12-10T03:00:00Z") -> bytes:
    return record(answer(body.encode(), Content_Type="text/plain"), url=f"{SITE}/{name}", date=date)


def test_a_crawl_is_one_input(run: Run, tmp_path: Path) -> None:
    """Repeats are dropped once for all of its pages; it may come from a file, packed or not, or from a pipe."""
    pages = [record(answer()), text(PAGE_10), record(answer()), text(PAGE_10)]
    for data in (crawl(*pages), b"".join(pages), gzip.compress(b"".join(pages))):
        path = tmp_path / "crawl"
        path.write_bytes(data)
        assert run("parse", str(path)) == (0, ROWS_16 + ROWS_10, "")
        assert run("parse", "-", stdin=data) == (0, ROWS_16 + ROWS_10, "")


def test_errors_have_the_place_of_their_page(run: Run) -> None:
    """And do not stop the others: an unreadable line, a script that is never closed, UTF-16, a damaged body."""
    pages = [
        text(BAD, "bad?p=1"),
        record(answer(b"<script>USD"), url=f"{SITE}/open"),
        record(answer(PAGE_16.encode("utf-16")), url=f"{SITE}/16"),
        record(answer(gzip.compress(HTML)[:-9], Content_Encoding="gzip"), url=f"{SITE}/body"),
        record(answer()),
    ]
    at = offsets(pages)
    code, out, err = run("parse", "-", stdin=b"".join(pages))
    assert (code, out.count("2025-12-16")) == (1, 5)
    assert err == (
        f"ctick: stdin: record at {at[0]} ({SITE}/bad?...):3:3: skipped an unreadable ticker line: '• TJS/USD = x -0.28%'\n"
        f"ctick: stdin: record at {at[1]} ({SITE}/open): an HTML script, comment or hidden element is never closed:"
        " nothing after it was read\n"
        f"ctick: stdin: record at {at[2]} ({SITE}/16): this is UTF-16, but ctick reads UTF-8:"
        " convert it with 'iconv -f UTF-16 -t UTF-8'\n"
        f"ctick: stdin: record at {at[3]} ({SITE}/body): the gzip body is damaged (truncated): get a new copy\n"
    )


def test_a_damaged_record_is_named(run: Run) -> None:
    """With its offset; those before and after it are read."""
    first, second, third = (gzip.compress(page) for page in (record(answer()), record(answer()), text(PAGE_10)))
    at = offsets([first, second[:100], third])
    assert run("parse", stdin=first + second[:100] + third) == (
        1,
        ROWS_16 + ROWS_10,
        f"ctick: stdin: record at {at[1]}: damaged (gzip decompression error: data error), skipped to {at[2]}:"
        " get a new copy\n",
    )


def test_of_thousands_of_damaged_pages_a_thousand_are_named(run: Run) -> None:
    """The rest are counted, for each input anew; what is sound is read."""
    broken = record(answer(gzip.compress(HTML)[:-9], Content_Encoding="gzip"))
    result = run("parse", "-q", stdin=b"".join([*[broken] * 1002, record(answer()), broken]))
    lines = result.err.splitlines()
    assert (result.code, result.out) == (1, ROWS_16)
    assert len(lines) == 1001
    assert lines[999].startswith(f"ctick: stdin: record at {999 * len(broken)} (")
    assert lines[1000] == "ctick: stdin: 3 more errors in it, not shown"


def test_the_day_of_a_page_without_a_date(run: Run, path: Path) -> None:
    """That of its capture in Central Asia; a printed date wins, and so does --date."""
    evening = text(UNDATED, date="2025-12-10T19:00:00Z")
    for data, day in ((text(UNDATED), "2025-12-10"), (evening, "2025-12-11"), (evening + text(UNDATED), "2025-12-1")):
        assert run("parse", stdin=data).out.count(f"\t{day}") == 5 * (1 + (day == "2025-12-1"))
    assert run("parse", stdin=text(PAGE_16)).out == ROWS_16
    assert run("parse", "--date", "2025-12-09", stdin=evening).out.count("2025-12-09") == 5
    unreadable = text(UNDATED.replace("\n\nSome", "\n31 February 2026\n\nSome"))
    assert run("parse", stdin=unreadable).out.count("\t\ttimesca") == 5
    assert run("parse", stdin=text(UNDATED, date="")).out.count("\t\ttimesca") == 5
    code, _, err = run("snapshot", "--db", str(path), "-", stdin=evening + text(UNDATED))
    assert (code, "2 snapshots of 2 days (10 Dec 2025 to 11 Dec 2025): 2 new" in err) == (0, True)


def test_the_same_block_of_another_page_has_its_own_day(run: Run) -> None:
    """However many pages there are."""
    days = [f"2025-12-{day:02}" for day in range(1, 31)]
    pages = [text(UNDATED, date=f"{day}T01:00:00Z") for day in days]
    rows = run("parse", "-o", "jsonl", stdin=b"".join(pages)).out.splitlines()
    assert [json.loads(row)["as_of"] for row in rows[::5]] == days


def test_the_same_block_of_another_page_has_its_own_capture(run: Run, path: Path) -> None:
    """The store keeps the earliest, wherever it is in the crawl."""
    pages = [text(PAGE_10, f"{day}", date=f"2025-12-{day}T01:00:00Z") for day in (12, 11, 13)]
    assert run("snapshot", "--db", str(path), "-", stdin=b"".join(pages)).code == 0
    rows = run("export", "--db", str(path)).out
    assert re.findall(r'"url": .*?Z"', rows) == [f'"url": "{SITE}/11", "captured_at": "2025-12-11T01:00:00Z"']


def test_the_last_day_of_all(run: Run) -> None:
    """There is none after it, in Central Asia either."""
    assert run("parse", stdin=text(UNDATED, date="9999-12-31T23:00:00Z")).out.count("9999-12-31") == 5


def test_an_archive_that_is_fetched(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its pages are not of today, unlike a page that is fetched."""
    for data, day in (
        (UNDATED.encode(), "2026-02-22"),
        (zipped({"a.txt": UNDATED.encode()}), ""),
        (text(UNDATED), "2025-12-10"),
    ):
        monkeypatch.setattr(http, "get", lambda _url, data=data: data)
        assert run("parse", "https://timesca.com/pages").out.count(f"\t{day}\ttimesca") == 5


def test_an_archive_without_a_ticker(run: Run) -> None:
    """It is said once, not for each page."""
    nothing = (
        "ctick: stdin: no readable ticker lines found (they look like 'KGS/USD = 0.01144 0%'):"
        " name a page with the ticker\n"
    )
    assert run("parse", stdin=crawl(*[record(answer(b"<p>USD</p>"))] * 3)) == (3, "", nothing)
    assert run("parse", stdin=crawl(record(b"", "warcinfo"))) == (3, "", nothing)
    assert run("parse", stdin=zipped({"a.js": b"<script>"})) == (3, "", nothing)


def test_zip_and_tar(run: Run, tmp_path: Path) -> None:
    """The place is the name of the member; its time is not a date."""
    pages = {"a/1.html": HTML, "a/2.txt.gz": gzip.compress(BAD.encode()), "a/3.txt": UNDATED.encode()}
    for data in (zipped(pages), tarred(pages), gzip.compress(tarred(pages))):
        path = tmp_path / "pages"
        path.write_bytes(data)
        for argv, stdin, name in (((str(path),), b"", str(path)), (("-",), data, "stdin")):
            code, out, err = run("parse", *argv, stdin=stdin)
            assert (code, out.count("\t\ttimesca")) == (1, 5)
            assert out.startswith(ROWS_16)
            assert err == (
                f"ctick: {name}: a/2.txt.gz:3:3: skipped an unreadable ticker line: '• TJS/USD = x -0.28%'\n"
            )


def test_a_page_of_an_archive_without_a_date_is_named(run: Run, path: Path) -> None:
    """The first, with how many there are; the others are saved."""
    path.write_bytes(
        zipped({"a": PAGE_16.encode(), "b/c": UNDATED.encode(), "d": page("KGS 0.01150 0%", None).encode()})
    )
    code, _, err = run("snapshot", "-q", str(path))
    assert (code, err) == (
        1,
        f"ctick: {path}: 2 snapshots have no date (first: b/c): give one with --date 2025-12-16, or --date today\n",
    )


def test_snapshot_saves_what_an_archive_has(run: Run, path: Path) -> None:
    """Each page is counted as seen, in the order of the archive."""
    data = crawl(record(answer()), text(PAGE_10), text(page(SEED_16, "9 January 2026")), record(answer()))
    code, _, err = run("snapshot", "--db", str(path), "-", stdin=data)
    assert code == 0
    assert "3 snapshots of 3 days (10 Dec 2025 to 9 Jan 2026): 3 new, 0 known" in err


@pytest.mark.skipif(sys.platform == "win32" or not shutil.which("mkfifo"), reason="needs named pipes")
def test_a_named_pipe(tmp_path: Path, run: Run) -> None:
    """It can't be opened twice, so a ZIP archive that comes through one is copied."""
    pipe = tmp_path / "pipe"
    subprocess.run(["mkfifo", str(pipe)], check=True)
    (tmp_path / "zip").write_bytes(zipped({"a.html": HTML}))
    with subprocess.Popen(["sh", "-c", f"cat '{tmp_path}/zip' > '{pipe}'"]):
        assert run("parse", str(pipe)) == (0, ROWS_16, "")
