"""Invalid addresses, forbidden redirects, and secrets in addresses, which are neither shown nor stored."""

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote

import feedserver
import pytest
from conftest import PAGE_16, SEED_16, Run, page

from ctick.redaction import is_public, redact, redacted_url
from ctick.sources import http, update
from ctick.sources.registry import SOURCES
from ctick.text import plain

SECRETS = ("SECRET", "PASS", "WORD")


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pauses between attempts."""
    monkeypatch.setattr(http, "PAUSE", 0.001)


SHOWN = {
    "http://h/a?date=2026-01-01&from=1&file=daily": "http://h/a?...",
    "https://cdn.example/npm/@one/two@latest/x.json": "https://cdn.example/npm/@one/two@latest/x.json",
    "http://[::1]:8080/@x": "http://[::1]:8080/@x",
    "http://user:SECRET@h/": "http://h/",
    "http://SECRET@h:80/@x": "http://h:80/@x",
    "ftp://user:SE@CRET@h": "ftp://h",
    "http://user:PASS/WORD@h/": "http://...",
    "http://user:PASS?WORD@h/": "http://...",
    "http://user:PASS#WORD@h/": "http://...",
    "http://user:PASS\\WORD@h/": "http://...",
    "http:///user:SECRET@h/": "http://...",
    "http:/user:SECRET@h/": "http:...",
    "https:user:SECRET@h": "https:...",
    " http://user:SECRET@h/": " http://h/",
    "http://h/?apikey=SECRET&date=1&token=PASS=WORD": "http://h/?...",
    "http://h/?date=1;token=SECRET": "http://h/?...",
    "http://h/?SECRET": "http://h/?...",
    "http://h/?": "http://h/?...",
    "http://h/#access_token=SECRET": "http://h/",
    "http://h/#": "http://h/",
    "http://h?key=SECRET#SECRET": "http://h?...",
    "http://h#SECRET?key=SECRET": "http://h",
}


@pytest.mark.parametrize("url", SHOWN)
def test_messages_show_scheme_host_and_path(url: str) -> None:
    """No user, password, query or fragment; an address with one of them is not public."""
    assert redacted_url(url) == SHOWN[url]
    assert is_public(url) == (redacted_url(url) == url)


def test_servers_that_repeat_secrets() -> None:
    """What a server repeats of its address is left out of its words, also if it is percent-encoded there."""
    url = "http://me:SEC%52ET@h/?key=PASS+WORD&a=b"
    assert redact("no SECRET, no PASS WORD, but a=b", url) == "no ..., no ..., but a=b"
    assert redact("anything", "http://[") == "anything"


INVALID = {
    "file:///etc/passwd": 3,  # without fsspec, too
    "ftp://user:SECRET@127.0.0.1/": 3,
    "data:text/plain,KGS/USD": 3,
    "gopher+x.y://h/": 3,
    "http://": 2,
    "http:///": 2,
    "http:/127.0.0.1/": 2,
    "http://[::1]%25": 2,
    "http://[::1": 2,
    "http://[": 5,
    "http://127.0.0.1:65536/": 2,
    "http://127.0.0.1:-1/": 2,
    "http://127.0.0.1:1:2/": 2,
    "http://127.0.0.1:x/": 2,
    "http://user:SECRET@127.0.0.1:99999999999999999999/": 2,
    "http://user:SECRET@\0/": 2,
    "http://user:SECRET@a\nb/": 2,
    "http://user:SECRET@a\x1b[31m/": 2,
    "http://user:SECRET@\u202eh/": 2,
    "http://user:SECRET@\udcff/": 2,
    "http://user:SECRET@xn--a/": 2,
    "http://user:SECRET\udcff@127.0.0.1:1/": 2,
    "http://127.0.0.1:1/\udcff?key=SECRET": 2,
    "http://user:PASS/WORD@127.0.0.1:1/": 2,
    f"http://user:SECRET@h/{'x' * 70_000}": 2,
    "http://user:SECRET@a b/": 5,
    "http://user:SECRET@.../": 5,
    f"http://user:SECRET@{'a' * 300}/": 5,
    "http://user:SECRET@127.0.0.1:1/?key=SECRET": 5,
}


@pytest.mark.parametrize("url", INVALID, ids=lambda url: plain(url, 40))
def test_invalid_addresses(run: Run, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the command line, as an export, and as the address of a source: one line, no secret, no bug."""
    for command in ("parse", "snapshot", "import"):
        code, out, err = run(command, url)
        assert (code, out, err.count("\n")) == (INVALID[url], "", 1), err
        assert not any(secret in err for secret in SECRETS)
    if "\0" not in url:
        monkeypatch.setenv("CTICK_URL_CBR", url)
        code, out, err = run("snapshot", "cbr")
        assert (code, out, err.count("\n")) == (2 if INVALID[url] == 3 else INVALID[url], "", 1), err
        assert not any(secret in err for secret in SECRETS)


def test_a_proxy_with_a_password(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages about a bad proxy do not show it."""
    for proxy in ("gopher://SECRET:SECRET@h", "http://user:PASS/WORD@h", "http://user:SECRET@h:x", "SECRET@[::1"):
        monkeypatch.setenv("ALL_PROXY", proxy)
        code, _, err = run("snapshot", "cbr")
        assert code in (2, 5)
        assert not any(secret in err for secret in SECRETS), err


class Handler(BaseHTTPRequestHandler):
    """Answers as its path says: `/302/LOCATION`, `/echo/...`, `/status`, `/line`, or else a page."""

    asked: ClassVar[list[tuple[str, str | None]]] = []

    def do_GET(self) -> None:
        kind, _, rest = self.path[1:].partition("?")[0].partition("/")
        self.asked.append((self.path, self.headers["Authorization"]))
        body = page(SEED_16, "16 December 2025").encode()
        headers = {"ETag": '"SECRET"', "Content-Length": str(len(body))}
        if kind == "status":
            self.wfile.write(f"HTTP/1.0 {self.path}\r\n\r\n".encode())
            return
        if kind == "line":
            body = f"KGS/USD = {unquote(self.path)} 0%\n".encode()
            headers["Content-Length"] = str(len(body))
        if kind == "302":
            self.send_response(302)
            headers = {"Location": unquote(rest), "Content-Length": "0"}
            body = b""
        elif kind == "echo":
            self.send_response(403, f"{self.path} {_password(self.headers['Authorization'])}")
        else:
            self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


def _password(authorization: str | None) -> str:
    return base64.b64decode(authorization.partition(" ")[2]).decode() if authorization else ""


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    """`127.0.0.1:PORT` of the server, which is also another host under the name `localhost`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("file:///etc/passwd", "redirects to an address that is neither http nor https: try another address"),
        ("file:etc/passwd", "redirects to an invalid address: try another address"),
        ("FILE:///etc/passwd", "redirects to an address that is neither http nor https: try another address"),
        ("ftp://127.0.0.1/", "redirects to an address that is neither http nor https: try another address"),
        ("data:text/plain,KGS/USD = 0.01144 0%", "redirects to an invalid address: try another address"),
        ("javascript:alert(1)", "redirects to an invalid address: try another address"),
        ("http://[::1]%25/", "redirects to an invalid address: try another address"),
        ("http://127.0.0.1:99999/", "redirects to an invalid address: try another address"),
        ("http://xn--a/", "redirects to an invalid address: try another address"),
        ("http://a\x1b[31m/", "redirects to an invalid address: try another address"),
    ],
)
def test_redirects_to_invalid_addresses(run: Run, host: str, location: str, why: str) -> None:
    """Redirects must lead to http or https, and to a possible host and port; else exit 5."""
    url = f"http://{host}/302/{location}".replace("%", "%25").replace("\x1b", "%1B").replace(" ", "%20")
    assert run("parse", url) == (5, "", f"ctick: {url} {why}\n")


def test_endless_redirects(run: Run, host: str) -> None:
    """Five redirects are followed, then exit 5."""
    Handler.asked.clear()
    code, out, err = run("parse", f"http://me:SECRET@{host}/302/")
    assert (code, out) == (5, "")
    assert err == f"ctick: http://{host}/302/ redirects more than 5 times: try another address\n"
    assert [_password(sent) for _, sent in Handler.asked] == ["me:SECRET"] * 6


def test_a_password_stays_with_its_host(run: Run, host: str) -> None:
    """After a redirect to another host no password is sent; to the same host it is."""
    other = host.replace("127.0.0.1", "localhost")
    for location, sent in {f"http://{other}/page": [None], "/page": ["me:SECRET"]}.items():
        Handler.asked.clear()
        code, out, err = run("parse", f"http://me:SECRET@{host}/302/{location}", "-q")
        assert (code, err) == (0, "")
        assert out.count("2025-12-16") == 5
        (_, first), *rest = Handler.asked
        assert _password(first) == "me:SECRET"
        assert [answer and _password(answer) for _, answer in rest] == sent


def seen(run: Run, home: Path, *argv: str) -> str:
    """The output of a command, then that of others, and all files in the home folder."""
    text = [run(*argv)]
    text += [run(command, "-o", form) for command in ("sources", "doctor") for form in ("table", "json", "csv")]
    text += [run("sources", tty=True), run("export")]
    files = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    return "".join(result.out + result.err for result in text) + files.decode("latin-1")


@pytest.mark.parametrize("kind", ["echo", "status", "line", "page", "302/file:x", "302/http://127.0.0.1:1/"])
def test_secrets_are_neither_shown_nor_kept(
    run: Run, host: str, home: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For an input and for a source: not in messages, `sources`, `doctor`, or the store's bytes."""
    run("snapshot", "-", "-q", stdin=PAGE_16)
    url = f"http://me:SEC%52ET@{host}/{kind}?apikey=SECRET&x=PASS%20WORD#SECRET"
    for command in ("snapshot", "parse", "import"):
        assert not any(secret in seen(run, home, command, url) for secret in SECRETS)
    monkeypatch.setenv("CTICK_URL_TIMESCA", url)
    monkeypatch.setenv("CTICK_URL_CBR", url)
    for _ in range(2):
        Handler.asked.clear()
        text = seen(run, home, "snapshot", "timesca", "cbr")
        assert len(Handler.asked) >= 2
        assert (host in text) == (kind not in ("page", "line"))
        assert not any(secret in text for secret in SECRETS)


def test_the_advice_for_a_refused_page_has_no_secrets(run: Run, host: str) -> None:
    """The command with --force shows the redacted address."""
    own = ("--source", "own")
    assert run("snapshot", "-", "-q", "--force", *own, stdin=page("KGS 0.05 0%", "15 December 2025")).code == 0
    code, _, err = run("snapshot", f"http://me:SECRET@{host}/page?key=SECRET", *own)
    assert code == 3
    assert f"""save it with "ctick snapshot --force --source own 'http://{host}/page?...'";""" in err
    assert "SECRET" not in err


def test_answers_of_an_address_with_a_query_are_not_stored(
    run: Run, server: feedserver.Server, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The query may be a key, so such an address is never asked conditionally."""
    url = server.address("cbu", "etag")
    monkeypatch.setenv("CTICK_URL_CBU", url.partition("?")[0])
    run("snapshot", "cbu", "-q")
    run("snapshot", "cbu", "-q")
    assert "If-None-Match" in server.feeds.headers[-1]
    monkeypatch.setenv("CTICK_URL_CBU", url.partition("?")[0] + "?key=SECRET")
    run("snapshot", "cbu", "-q")
    run("snapshot", "cbu", "-q")
    assert "If-None-Match" not in server.feeds.headers[-1]
    assert b"SECRET" not in (home / ".local/share/ctick/ctick.db").read_bytes()


def test_a_default_address_with_a_query_is_asked_conditionally(
    run: Run, server: feedserver.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The addresses that ctick comes with have no secrets: their answers are stored, whatever the query."""
    monkeypatch.delenv("CTICK_URL_CBU")
    url = server.address("cbu", "etag").partition("?")[0] + "?base=USD"
    monkeypatch.setitem(SOURCES, "cbu", SOURCES["cbu"]._replace(latest=(url,)))
    run("snapshot", "cbu", "-q")
    assert run("snapshot", "cbu").err == "1 snapshot of 22 May 2026: 0 new, 1 known; 5 quotes\n"
    assert ["If-None-Match" in headers for headers in server.feeds.headers] == [False, True]


def test_a_bug_report_has_no_secrets(run: Run, host: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A traceback has lines of code, not the values of variables."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(update, "read_answer", broken)
    monkeypatch.setenv("CTICK_URL_CBR", f"http://me:SECRET@{host}/page?key=SECRET")
    assert run("snapshot", "cbr").code == 70
    (report,) = (home / ".local/state/ctick").iterdir()
    assert "RuntimeError: broken" in report.read_text()
    assert "SECRET" not in report.read_text()
