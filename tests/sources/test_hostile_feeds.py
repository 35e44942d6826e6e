"""A hostile server: text in its status line, headers and bodies, and what is stored of it."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import PAGE_16, Run
from feedserver import EIGHT, Feeds
from hostile import HOSTILE, SHORT_AND_LONG, check, is_plain

from ctick.errors import CtickError
from ctick.model import Snapshot
from ctick.sources import http
from ctick.sources.registry import SOURCES

FORMS = ("table", "tsv", "csv", "json", "jsonl")


class Stranger(ThreadingHTTPServer):
    """Answers every request with the same bytes, status line and all."""

    daemon_threads = True
    answer = b""

    def handle_error(self, *_: object) -> None:
        pass


class Handler(BaseHTTPRequestHandler):
    server: Stranger

    def do_GET(self) -> None:
        self.wfile.write(self.server.answer)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def running_stranger() -> Iterator[Stranger]:
    """The server, while it runs."""
    with Stranger(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def stranger(running_stranger: Stranger, monkeypatch: pytest.MonkeyPatch) -> Stranger:
    """The same as the address of every source, with one attempt a request."""
    monkeypatch.setattr(http, "ATTEMPTS", 1)
    for source in EIGHT:
        monkeypatch.setenv(f"CTICK_URL_{source.upper()}", f"http://127.0.0.1:{running_stranger.server_port}/")
    return running_stranger


def raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass" if "\ud800" in text else "surrogateescape")


def answers(text: bytes) -> Iterator[bytes]:
    """The text in the status line, in each header that is read, in the name of a header, and in bodies."""
    yield b"HTTP/1.1 404 " + text + b"\r\n\r\n"
    yield b"HTTP/1.1 500 " + text + b"\r\nContent-Length: 0\r\n\r\n"
    yield text + b"\r\n\r\n"
    for status, name in (
        (b"302", b"Location"), (b"302", b"Location: http://127.0.0.1:1/"), (b"429", b"Retry-After"), (b"200", b"ETag"),
        (b"200", b"Content-Encoding"), (b"200", b"Content-Type"), (b"200", b"Content-Length"), (b"200", b"Set-Cookie"),
        (b"200", b"Last-Modified"), (b"200", b"Transfer-Encoding"),
    ):  # fmt: skip
        yield (
            b"HTTP/1.1 "
            + status
            + b" OK\r\n"
            + name
            + (b"" if b":" in name else b": ")
            + text
            + b"\r\n\r\n"
            + PAGE_16.encode()
        )
    yield b"HTTP/1.1 200 OK\r\n" + text + b": x\r\n\r\n"
    for body in (
        text,
        b"<html>" + text + b"</html>",
        b"<ValCurs>" + text + b"</ValCurs>",
        b'{"message": "' + text + b'"}',
    ):
        yield b"HTTP/1.1 200 OK\r\n\r\n" + body
    yield b"HTTP/1.1 200 OK\r\n\r\nKGS/USD = 0.0.1 " + text


@pytest.mark.parametrize("step", SHORT_AND_LONG)
@pytest.mark.parametrize("kind", HOSTILE)
def test_answers(run: Run, stranger: Stranger, kind: str, step: int) -> None:
    """For an address and for sources: output is plain text, and the exit code one of the documented ones."""
    run("snapshot", "-", "-q", stdin=PAGE_16)
    url = f"http://127.0.0.1:{stranger.server_port}/"
    for number, answer in list(enumerate(answers(raw(HOSTILE[kind]))))[list(HOSTILE).index(kind) % step :: step]:
        stranger.answer = answer
        argv = ["snapshot", "cbr", "frankfurter", "timesca"] if number % 2 else ["parse", url]
        check(run(*argv), "tsv", context=(kind, number, argv, answer))
        if number % 2:
            argv = ["sources" if number % 4 == 1 else "doctor", "-o", FORMS[number // 2 % 5]]
            check(run(*argv), argv[-1], context=(kind, number, argv, answer))
    stranger.answer = b"HTTP/1.1 200 OK\r\n\r\n" + raw(HOSTILE[kind])
    check(run("import", url), context=kind)


@pytest.mark.parametrize("kind", ["c1", "bidi", "zero width"])
def test_a_failure_is_stored_as_plain_text(run: Run, stranger: Stranger, home: Path, kind: str) -> None:
    """A server's words are made printable before they are stored."""
    run("snapshot", "-", "-q", stdin=PAGE_16)
    stranger.answer = b"HTTP/1.1 200 OK\r\n\r\n<ValCurs>" + raw(HOSTILE[kind]) + b"</ValCurs>"
    err = run("snapshot", "cbr").err
    assert err.startswith("ctick: cbr: its answer has no rates ('")
    assert "\ufffd" in err
    assert raw(HOSTILE[kind]) not in (home / ".local/share/ctick/ctick.db").read_bytes()
    assert "\ufffd" in run("doctor").out


WORD = re.compile(rb"[A-Za-z0-9.,-]+|[\"<>{}\[\]:/=]")


@pytest.mark.parametrize("source", EIGHT)
def test_hostile_text_in_place_of_every_word(source: str) -> None:
    """Each word and each sign of an answer replaced: valid snapshots, or one message."""
    queries = [{"file": file} for file in SOURCES[source].files]
    bodies = [Feeds().body(source, query, "ok") or b"" for query in queries]
    count = 0
    messages = []
    for place, body in enumerate(bodies):
        words = list(WORD.finditer(body))
        for word in [*words[:60], *words[-20:]]:
            for kind in ("c1", "nul", "lone", "markup", "quotes", "long", "empty"):
                text = raw(HOSTILE[kind])
                spoiled = [*bodies[:place], body[: word.start()] + text + body[word.end() :], *bodies[place + 1 :]]
                try:
                    snapshots = SOURCES[source].parse(*spoiled)
                except CtickError as error:
                    messages.append(str(error))
                else:
                    assert all(map(is_valid, snapshots))
                count += 1
    assert count > 200
    assert [message for message in messages if len(message) > 300 or not is_plain(message)] == []


def is_valid(snapshot: Snapshot) -> bool:
    """Whether a snapshot can be stored."""
    return snapshot.source in SOURCES and all(quote.rate > 0 and len(quote.base) == 3 for quote in snapshot.quotes)
