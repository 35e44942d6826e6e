"""Crawl archives: which records are pages, their bodies, and where and when they were fetched."""

import gzip
import itertools
import time
import zlib
from collections.abc import Callable

import pytest
from archive_bytes import DATE, HTML, PACKINGS, URL, answer, offsets, parts, places, record, zstd
from conftest import PAGE_10, PAGE_16

from ctick.capture import Capture
from ctick.ticker import crawl
from ctick.ticker.documents import Document, documents
from ctick.ticker.http_body import decoded

pytest.importorskip("fastwarc")

PLACE = f"record at 0 ({URL})"
TEXT = PAGE_16.encode()


def bodies(*records: bytes) -> list[bytes | str]:
    """The pages that are read of an archive; a loss as its message."""
    return [part if isinstance(part, str) else part[1] for part in parts(b"".join(records))]


READ = {
    "HTML": record(answer()),
    "WARC 1.1": record(answer(), version="1.1"),
    "XHTML": record(answer(Content_Type="application/xhtml+xml")),
    "text": record(answer(Content_Type="Text/Plain;charset=utf-8")),
    "twice": record(answer(Content_Type="text/html, text/html")),
    "no type": record(answer(b"\n " + HTML, Content_Type="")),
    "no reason": record(answer(status="200")),
    "HTTP/2": record(answer().replace(b"HTTP/1.1", b"HTTP/2")),
    "line ends of Unix": record(answer().replace(b"\r\n", b"\n")),
    "a resource": record(HTML, "resource", content_type="text/html"),
    "WET": record(TEXT, "conversion", content_type="text/plain"),
    "without a type": record(HTML, "resource", content_type=""),
}
SKIPPED = {
    "request": record(b"GET /USD HTTP/1.1\r\n\r\n", "request", content_type="application/http; msgtype=request"),
    "metadata": record(TEXT, "metadata", content_type="text/plain"),
    "warcinfo": record(TEXT, "warcinfo", content_type="text/plain"),
    "revisit": record(answer(), "revisit"),
    "continuation": record(TEXT, "continuation", content_type="text/plain"),
    "an unknown type": record(TEXT, "invented", content_type="text/plain"),
    "not found": record(answer(status="404 Not Found")),
    "moved": record(answer(status="301 Moved Permanently")),
    "2000": record(answer(status="2000 OK")),
    "an image": record(answer(Content_Type="image/png")),
    "JSON": record(answer(Content_Type="application/json")),
    "no type and no HTML": record(answer(b"\x89PNG USD", Content_Type="")),
    "DNS": record(TEXT, content_type="text/dns"),
    "no HTTP": record(TEXT),
    "nothing": record(b""),
    "a page without USD": record(answer(b"<html><script>KGS</html>")),
    "a packed page without USD": record(answer(gzip.compress(b"<html>KGS</html>"), Content_Encoding="gzip")),
    "UTF-16 without USD": record(answer("KGS".encode("utf-16"))),
}


@pytest.mark.parametrize("name", READ)
def test_pages_and_texts_are_read(name: str) -> None:
    """Answers with status 200, and what was converted to text."""
    assert [str(body).count("KGS/USD") for body in bodies(READ[name])] == [8]


@pytest.mark.parametrize("name", SKIPPED)
def test_anything_else_is_skipped_silently(name: str) -> None:
    """And the records around it are read."""
    assert bodies(record(answer()), SKIPPED[name], record(answer(TEXT))) == [HTML, TEXT]


def chunked(data: bytes, size: int = 100, end: bytes = b"0\r\n\r\n") -> bytes:
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    return b"".join([b"%X;x=1\r\n%s\r\n" % (len(piece), piece) for piece in pieces]) + end


def raw_deflate(data: bytes) -> bytes:
    return zlib.compress(data)[2:-4]


def brotli(data: bytes) -> bytes:
    module = pytest.importorskip("brotli")
    packed = module.compress(data)
    assert isinstance(packed, bytes)
    return packed


ENCODED: dict[str, tuple[dict[str, str], Callable[[bytes], bytes]]] = {
    "chunked": ({"Transfer_Encoding": "chunked"}, chunked),
    "chunked, trailers": ({"Transfer_Encoding": "chunked"}, lambda data: chunked(data, end=b"0\r\nX: y\r\n\r\n")),
    "chunked, no end": ({"Transfer_Encoding": "chunked"}, lambda data: chunked(data, end=b"")),
    "gzip": ({"Content_Encoding": "gzip"}, gzip.compress),
    "gzip members": ({"Content_Encoding": "x-gzip"}, lambda data: gzip.compress(data[:9]) + gzip.compress(data[9:])),
    "gzip, padded": ({"Content_Encoding": "GZip"}, lambda data: gzip.compress(data) + bytes(3)),
    "deflate": ({"Content_Encoding": "deflate"}, zlib.compress),
    "raw deflate": ({"Content_Encoding": "deflate"}, raw_deflate),
    "brotli": ({"Content_Encoding": "br"}, brotli),
    "zstd": ({"Content_Encoding": "zstd"}, zstd),
    "two": ({"Content_Encoding": "deflate, gzip"}, lambda data: gzip.compress(zlib.compress(data))),
    "both": (
        {"Content_Encoding": "gzip", "Transfer_Encoding": "chunked"},
        lambda data: chunked(gzip.compress(data)),
    ),
    "none": ({"Content_Encoding": "identity", "Transfer_Encoding": "identity"}, lambda data: data),
    "no header": ({}, gzip.compress),
    "decoded, header left": ({"Content_Encoding": "gzip", "Transfer_Encoding": "chunked"}, lambda data: data),
    "decoded, brotli": ({"Content_Encoding": "br"}, lambda data: data),
    "decoded, zstd": ({"Content_Encoding": "zstd"}, lambda data: data),
    "decoded, unknown": ({"Content_Encoding": "invented"}, lambda data: data),
    "dechunked": (
        {"Content_Encoding": "gzip", "Transfer_Encoding": "chunked"},
        gzip.compress,
    ),
}


@pytest.mark.parametrize("name", ENCODED)
def test_encodings_are_undone(name: str) -> None:
    """In any combination, and where a crawler has undone them but left the header."""
    fields, encode = ENCODED[name]
    assert bodies(record(answer(encode(HTML), **fields))) == [HTML]
    assert bodies(record(answer(encode(TEXT), **fields))) == [TEXT]


BROKEN = {
    "gzip": (gzip.compress(HTML)[:-20], "the gzip body is damaged (truncated): get a new copy"),
    "deflate": (zlib.compress(HTML)[:-20], "the deflate body is damaged (*): get a new copy"),
    "zstd": (zstd(HTML)[:-20], "the zstd body is damaged (incomplete frame): get a new copy"),
    "br": (b"\x1b\0\0\0\0", "the br body is damaged (Invalid Data): get a new copy"),
    "invented": (b"\0\1\2", "the invented body is damaged (unknown encoding): get a new copy"),
    "chunked": (chunked(HTML)[:150], "the chunked body is truncated after 150 bytes: get a new copy"),
    "Chunked": (
        chunked(HTML)[:107] + b"zz" + chunked(HTML)[107:],
        "the chunked body is damaged after 108 bytes: get a new copy",
    ),
}


@pytest.mark.parametrize("coding", BROKEN)
def test_a_body_that_cannot_be_decoded_is_lost(coding: str) -> None:
    """The record is named, and the next one is read."""
    body, message = BROKEN[coding]
    header = "Transfer_Encoding" if coding.lower() == "chunked" else "Content_Encoding"
    lost, page = bodies(record(answer(body, **{header: coding})), record(answer()))
    assert page == HTML
    before, _, after = f"{PLACE}: {message}".partition("*")
    assert isinstance(lost, str)
    assert lost.startswith(before)
    assert lost.endswith(after)


def test_a_bomb_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that unpacks to too much is not read, and neither is a record that is too large, except with --force."""
    monkeypatch.setattr(crawl, "PAGE_LIMIT", 100_000)
    large = HTML + b"x" * 100_000
    packed, after = record(answer(gzip.compress(large), Content_Encoding="gzip")), record(answer())
    second = len(record(answer(large)))
    assert bodies(packed, after) == [
        f"{PLACE}: the gzip body unpacks to more than 100,000 bytes: use --force to read it anyway",
        HTML,
    ]
    size = len(answer(large))
    assert parts(record(answer(large)) + after) == [
        f"{PLACE}: more than 100,000 bytes ({size:,} by its header): use --force to read it anyway",
        (f"record at {second} ({URL})", HTML),
    ]
    assert bodies(record(large, content_type="image/png"), after) == [HTML]
    assert [part[1] for part in parts(record(answer(large)) + packed, unlimited=True)] == [large, large]


@pytest.mark.parametrize("pack", PACKINGS)
def test_places_are_offsets_in_the_file(pack: str) -> None:
    """Where the record begins, or its packed form."""
    packed = [PACKINGS[pack](record(answer(), url=f"{URL}/{number}")) for number in range(20)]
    expected = [f"record at {offset} ({URL}/{number})" for number, offset in enumerate(offsets(packed)[:-1])]
    for cut in (13, 1 << 18):
        assert places(b"".join(packed), cut) == expected


def captures(*records: bytes) -> list[Capture | None]:
    return [part.capture for part in documents([b"".join(records)]) if isinstance(part, Document)]


CAPTURES = {
    (URL, DATE): Capture(URL, DATE),
    (f"<{URL}>", DATE): Capture(URL, DATE),
    (f"{URL}?p=1#top", "2025-12-16T05:00:00.987654Z"): Capture(f"{URL}?p=1#top", DATE),
    (URL, "2025-12-16T10:00:00+05:00"): Capture(URL, DATE),
    ("https://user:word@timesca.com/@x", DATE): Capture("https://timesca.com/@x", DATE),
    ("https://user:wo/rd@timesca.com/", DATE): Capture("https://...", DATE),
    ("https://timesca.com/новости", DATE): Capture("https://timesca.com/новости", DATE),
    ("https://timesca.com/\x1b[31m\u202e", DATE): Capture("https://timesca.com/%1B[31m%E2%80%AE", DATE),
    (URL + "/" * 5000, DATE): Capture(URL + "/" * (4000 - len(URL)), DATE),
    (URL, "0987-12-16T05:00:00Z"): Capture(URL, "0987-12-16T05:00:00Z"),
    ("", DATE): None,
    (URL, "2025-12-16"): None,
    (URL, "2025-12-16T05:00:00"): None,
    (URL, "yesterday"): None,
    (URL, "0001-01-01T00:00:00+05:00"): None,
    (URL, ""): None,
}


@pytest.mark.parametrize("case", CAPTURES, ids=lambda case: repr(case)[:60])
def test_where_and_when_a_page_was_fetched(case: tuple[str, str]) -> None:
    """Its address without a password, and the time in UTC to the second; nothing if there is none."""
    url, date = case
    assert captures(record(answer(), url=url, date=date)) == [CAPTURES[case]]
    assert captures(record(TEXT, "conversion", content_type="text/plain", url=url, date=date)) == [CAPTURES[case]]


def test_addresses_are_safe_to_print() -> None:
    """The place of a record has neither secrets nor control characters."""
    url = "https://user:word@timesca.com/\x1b[31m\u202e?key=1"
    assert places(record(answer(), url=url)) == ["record at 0 (https://timesca.com/\ufffd[31m\ufffd?...)"]


def test_cuts_never_matter() -> None:
    """The same pages at the same places, whatever the chunks."""
    packed = [gzip.compress(record(answer(PAGE_10.encode() + bytes([65 + number]) * 999))) for number in range(4)]
    data = b"".join(packed)
    whole = bodies(data)
    assert len(whole) == 4
    for cut, shape in itertools.product((1, 2, 3, 64, 999), (data, b"".join(map(gzip.decompress, packed)))):
        assert [part[1] for part in parts(shape, cut)] == whole


def test_bodies_in_thousands_of_parts() -> None:
    """A body of many packed members, or of chunks of a byte, takes no more time and memory than any other."""
    text = PAGE_16.encode() + b"words " * 200_000
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in text) + b"0\r\n\r\n"
    assert decoded(chunks, ["chunked"], 1 << 24) == text
    few, many = (gzip.compress(b"") * count + gzip.compress(text) for count in (1, 100_000))
    assert decoded(few, ["gzip"], 1 << 24) == text
    begin = time.process_time()
    assert decoded(many, ["gzip"], 1 << 24) == text
    assert time.process_time() - begin < 20  # 0.5 s; 100 s where each member copies the rest
