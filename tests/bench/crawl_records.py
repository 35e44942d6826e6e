"""Records of web crawls: WARC/1.0, each record a gzip member of its own, as Common Crawl writes them."""

import base64
import datetime as dt
import hashlib
import random
import uuid
import zlib

REQUEST = b"GET / HTTP/1.1\r\nUser-Agent: bot/2.0\r\nAccept: text/html\r\nAccept-Encoding: br,gzip\r\nHost: news.example.com\r\n\r\n"
ANSWER = (
    b"HTTP/1.1 200 OK\r\nDate: Sun, 22 Feb 2026 10:00:00 GMT\r\nContent-Type: text/html; charset=UTF-8\r\nConnection: keep-alive\r\n"
    b"Vary: Accept-Encoding, Cookie\r\nCache-Control: max-age=600, must-revalidate\r\nX-Powered-By: PHP/8.2\r\n"
    b'Link: <https://news.example.com/wp-json/>; rel="https://api.w.org/"\r\nX-Crawler-Content-Encoding: gzip\r\nServer: nginx\r\n'
    b"Strict-Transport-Security: max-age=31536000\r\nCF-RAY: %016x-FRA\r\nX-Cache: HIT\r\n\r\n"
)
METADATA = b"fetchTimeMs: 412\r\ncharset-detected: UTF-8\r\nlanguages-cld2: en\r\n"
INFO = b"isPartOf: EXAMPLE-2026-09\r\nsoftware: example/1.0\r\nformat: WARC File Format 1.0\r\n"


def warcinfo(day: dt.date, chance: random.Random) -> bytes:
    return record("warcinfo", day, "application/warc-fields", INFO, {"WARC-Filename": "example.warc.gz"}, chance)


def response(page: bytes, day: dt.date, url: str, chance: random.Random) -> bytes:
    """The records of a page: request, response and metadata."""
    named = {"WARC-Target-URI": url, "WARC-IP-Address": "192.0.2.7"}
    answer = {**named, "WARC-Payload-Digest": digest(page), "WARC-Identified-Payload-Type": "text/html"}
    block = ANSWER % chance.getrandbits(64) + page
    return (
        record("request", day, "application/http; msgtype=request", REQUEST, named, chance)
        + record("response", day, "application/http; msgtype=response", block, answer, chance)
        + record("metadata", day, "application/warc-fields", METADATA, named, chance)
    )


def conversion(text: bytes, day: dt.date, url: str, chance: random.Random) -> bytes:
    """The record of a page's text."""
    named = {"WARC-Target-URI": url, "WARC-Identified-Content-Language": "eng"}
    return record("conversion", day, "text/plain", text, named, chance)


def record(
    kind: str, day: dt.date, content_type: str, block: bytes, more: dict[str, str], chance: random.Random
) -> bytes:
    headers = {
        "WARC-Type": kind,
        "WARC-Date": f"{day}T{chance.randrange(19):02}:{chance.randrange(60):02}:{chance.randrange(60):02}Z",
        "WARC-Record-ID": f"<urn:uuid:{uuid.UUID(int=chance.getrandbits(128), version=4)}>",
        "Content-Length": str(len(block)),
        "Content-Type": content_type,
        **more,
        "WARC-Block-Digest": digest(block),
    }
    head = "WARC/1.0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items()) + "\r\n"
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    return packer.compress(head.encode() + block + b"\r\n\r\n") + packer.flush()


def digest(data: bytes) -> str:
    return f"sha1:{base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()}"
