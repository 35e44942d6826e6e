"""Pages given by their address, from a real server on loopback."""

import datetime as dt
import socket
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from conftest import PAGE_16, SEED_16, Run, page

from ctick import clock
from ctick.sources import http

TODAY_IN_CENTRAL_ASIA = clock.today_in_central_asia  # before tests replace it

ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/dated": (200, {}, PAGE_16.encode()),
    "/undated": (200, {}, page(SEED_16, None).encode()),
    "/html": (200, {}, b"<html><body><ul><li>KGS/USD = 0.01144 <span>0%</span></li></ul></body></html>"),
    "/cut": (200, {}, b"<html><body><ul><li>KGS/USD = 0.01144 <span>0%</span></li></ul><p>and"),
    "/missing": (404, {}, b"no such page"),
    "/broken": (500, {}, b""),
    "/loop": (302, {"Location": "/loop"}, b""),
    "/moved": (301, {"Location": "/dated"}, b""),
    "/local": (302, {"Location": "file:///etc/passwd"}, b""),
    "/long": (200, {}, b"x" * (3 << 20)),
    "/short": (200, {"Content-Length": "100000"}, b"KGS/USD = 0.01144 0%\n"),
    "/prose": (200, {}, b"Nothing here."),
    "/unread": (200, {}, page(SEED_16, "12/16/2025").encode()),
    "/unread-html": (200, {}, b"<html><p>KGS/USD = 0.01144 0%</p><p>Updated</p><p>16 Dezember 2025</p></html>"),
    "/mixed": (200, {}, (PAGE_16 + page(SEED_16, "31 February 2026")).encode()),
    "/russian": (200, {}, "<html><p>KGS/USD = 0.01144</p><p>Вторник, 16 декабря 2025, 12:00</p></html>".encode()),
    "/article": (200, {}, page(SEED_16, None, prose="Bread costs 50 KGS ($5.72).\n").encode()),
    "/headline": (200, {}, page(SEED_16, "In December 2025 the bank sold 16 tonnes").encode()),
}


class Handler(BaseHTTPRequestHandler):
    agents: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        status, headers, body = ANSWERS[self.path]
        self.agents.append(self.headers["User-Agent"])
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pauses between attempts."""
    monkeypatch.setattr(http, "PAUSE", 0.01)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The address of the server."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_page_is_fetched(run: Run, url: str) -> None:
    """The printed date is used; redirects are followed; the User-Agent is ctick."""
    assert "2025-12-16" in run("parse", f"{url}/dated").out
    assert "2025-12-16" in run("parse", f"{url}/moved").out
    assert Handler.agents[-1].startswith("ctick/")


def test_an_article_is_scanned(run: Run, url: str) -> None:
    """With the rates of its ticker, which are today's if it has no date."""
    code, out, err = run("scan", "--check", f"{url}/article")
    assert (code, err) == (1, "dollar values are for 22 February 2026, today\n1 of 1 figure is off\n")
    assert out.split("\t")[3:8:4] + out.split("\t")[12:16] == [
        "50 KGS", "0.5720", "0.01144", "2026-02-22", "timesca", "far off",
    ]  # fmt: skip


def test_a_fetched_page_without_a_date_is_dated_today(run: Run, url: str) -> None:
    """With the day in Central Asia, or --date."""
    assert run("snapshot", f"{url}/undated").err.startswith("1 snapshot of 22 February 2026: 1 new")
    assert "2026-02-22" in run("rates", "KGS").out
    assert "2026-02-20" in run("parse", f"{url}/undated", "--date", "2026-02-20").out
    assert run("parse", f"{url}/html").out == "KGS\tUSD\t0.01144\t0.00001\t0\t2026-02-22\ttimesca\t\n"


def test_today_is_the_day_in_central_asia(run: Run, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """There 23 February begins at 19:00 UTC, in any time zone of the machine."""
    monkeypatch.setattr(clock, "today_in_central_asia", TODAY_IN_CENTRAL_ASIA)
    for hour, day in ((18, "2026-02-22"), (19, "2026-02-23")):
        moment = dt.datetime(2026, 2, 22, hour, 30, tzinfo=dt.UTC)
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        assert clock.today_in_central_asia() == dt.date.fromisoformat(day)
        monkeypatch.setattr(clock, "today", lambda: dt.date(2026, 2, 20))
        assert f"\t{day}\t" in run("parse", f"{url}/undated").out
        monkeypatch.setenv("CTICK_URL_TIMESCA", f"{url}/undated")
        assert run("snapshot", "timesca").code == 0
        assert f"\t{day}\t" in run("history", "KGS", "--source", "timesca", "--until", day, "-q").out


UNREAD = {
    "/unread": "41:1: can't read the date '12/16/2025': the block above it is undated",
    "/unread-html": "1:1: can't read the date 'Updated 16 Dezember 2025': the block above it is undated",
}


@pytest.mark.parametrize("path", UNREAD)
def test_a_date_that_cannot_be_read_is_not_replaced(
    run: Run, url: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Today is not used instead, for an address or a source; --date gives the day."""
    result = run("snapshot", f"{url}{path}")
    assert result == (
        3,
        "",
        f"ctick: {url}{path}:{UNREAD[path]}\n"
        f"ctick: {url}{path}: a snapshot has no date:"
        " give one with --date 2025-12-16, or --date today\n",
    )
    parsed = run("parse", f"{url}{path}")
    assert parsed.code == 0
    assert parsed.out.startswith("KGS\tUSD\t0.01144\t0.00001\t0\t\ttimesca")
    monkeypatch.setenv("CTICK_URL_TIMESCA", f"{url}{path}")
    result = run("snapshot", "timesca")
    assert (result.code, result.out) == (3, "")
    assert f"its answer has an unreadable date ({UNREAD[path]}): " in result.err
    assert run("rates", "KGS", "-q", "--date", "2026-02-22", "--max-age", "0").code == 4
    accepted = run("snapshot", f"{url}{path}", "--date", "2025-12-16")
    assert (accepted.code, accepted.err.splitlines()[0]) == (0, f"ctick: {url}{path}:{UNREAD[path]}")
    assert "\t2025-12-16\t" in run("rates", "KGS", "--date", "2025-12-16").out


def test_the_other_blocks_of_such_a_page_are_saved(run: Run, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 1, for an address or a source."""
    result = run("snapshot", f"{url}/mixed")
    assert result.code == 1
    assert "\n1 snapshot of 16 December 2025: 1 new, 0 known; " in result.err
    monkeypatch.setenv("CTICK_URL_TIMESCA", f"{url}/mixed")
    result = run("snapshot", "timesca")
    assert result.code == 1
    assert "\n1 snapshot of 16 December 2025: 0 new, 1 known; " in result.err
    assert "its answer has an unreadable date (86:1: can't read the date '31 February 2026'" in result.err


def test_dates_in_other_formats_are_read(run: Run, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are used instead of today; a headline that mentions a month is not a date."""
    for path, day in (("/russian", "2025-12-16"), ("/headline", "2026-02-22")):
        assert f"\t{day}\t" in run("parse", url + path).out
        monkeypatch.setenv("CTICK_URL_TIMESCA", url + path)
        assert run("snapshot", "timesca", "-q").code == (1 if path == "/russian" else 0)  # it has one of the five
        assert f"\t{day}\t" in run("rates", "KGS", "--source", "timesca", "--date", day, "-q").out


@pytest.mark.parametrize(
    ("path", "code", "message"),
    [
        ("/missing", 5, "{} answered 404 Not Found: check the address, and the date if it has one"),
        ("/broken", 5, "{} answered 500 Internal Server Error: try again later"),
        ("/loop", 5, "{} redirects more than 5 times: try another address"),
        (
            "/long",
            3,
            "{} is longer than 2 MiB, the most that ctick fetches: check the address, or download it and name the file",
        ),
        ("/cut", 3, "{} is truncated: </html> is missing; try again"),
        (
            "/prose",
            3,
            "{}: no readable ticker lines found (they look like 'KGS/USD = 0.01144 0%'): name a page with the ticker",
        ),
    ],
)
def test_bad_answers(run: Run, url: str, path: str, code: int, message: str) -> None:
    """Each failure is one line with the address, and no store is created."""
    assert run("snapshot", url + path) == (code, "", f"ctick: {message.format(url + path)}\n")
    assert run("rates", "--source", "cbr").code == 4


def test_an_answer_that_is_cut_short(run: Run, url: str) -> None:
    """Fewer bytes than Content-Length: refused."""
    code, out, err = run("parse", f"{url}/short")
    assert (code, out) == (3, "")
    assert err.startswith(f"ctick: {url}/short closed the connection in the middle of its answer (")


def test_a_redirect_to_a_file_is_not_followed(run: Run, url: str) -> None:
    """Only http and https are followed."""
    code, out, err = run("parse", f"{url}/local")
    assert (code, out) == (5, "")
    assert err == f"ctick: {url}/local redirects to an address that is neither http nor https: try another address\n"


def test_a_closed_port(run: Run) -> None:
    """No connection: exit 5."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        code, out, err = run("snapshot", address)
    assert (code, out) == (5, "")
    assert err == (f"ctick: {address} can't be reached (connection refused): check the network, or try again later\n")


def test_other_schemes(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are left to fsspec, if it is installed."""
    monkeypatch.setitem(sys.modules, "fsspec", None)
    assert run("parse", "s3://key:secret@bucket/x?y") == (
        3,
        "",
        "ctick: s3://bucket/x?... needs one more package: pip install 'ctick[cluster]'\n",
    )


@pytest.mark.parametrize("address", ["http://", "http://[::1]%25/", "http://a b/", "http://\x00/", "http://[x/"])
def test_invalid_addresses(run: Run, address: str) -> None:
    """Exit 2 or 5 with one line, not a bug."""
    code, out, err = run("parse", address)
    assert code in (2, 5)
    assert out == ""
    assert err.count("\n") == 1
    assert "bug" not in err


def test_a_password_is_never_shown(run: Run, url: str) -> None:
    """User and password of an address do not appear in messages."""
    address = url.replace("http://", "http://user:secret@") + "/missing"
    err = run("parse", address).err
    assert "secret" not in err
    assert f"{url}/missing answered 404" in err
