"""One record of a crawl archive -> the page in it."""

import datetime as dt
import re
from typing import TYPE_CHECKING

from ctick.capture import LONGEST_URL, Capture
from ctick.errors import InputError
from ctick.redaction import redacted_url, without_user
from ctick.ticker.documents import Document, Loss, may_have_ticker
from ctick.ticker.http_body import decoded

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

LONGEST_HEADER = 1 << 20
_OK = re.compile(rb"HTTP/\S+ +200\b")
_HTML_OR_TEXT = ("text/html", "application/xhtml+xml", "text/plain")
_RESPONSE, _RESOURCE, _CONVERSION = 4, 8, 128  # WarcRecordType


def codings_of(record: "WarcRecord") -> list[str] | None:
    """The encodings of a record with a page, in the order in which they were applied; None for any other record.

    Moves to the record's body. Raises OSError for headers that can't be read.
    """
    kind = int(record.record_type)
    if kind in (_CONVERSION, _RESOURCE):
        return [] if _is_page(record.headers.get("Content-Type")) else None
    if kind != _RESPONSE or not record.is_http:
        return None
    record.parse_http(quirks_mode=True, max_header_len=LONGEST_HEADER)
    headers = record.http_headers
    if not _OK.match(headers.status_line_bytes or b"") or not _is_page(headers.get("Content-Type")):
        return None
    values = [*headers.get_multiple("Content-Encoding"), *headers.get_multiple("Transfer-Encoding")]
    return [coding.strip().lower() for value in values for coding in value.split(",")]


def page_of(record: "WarcRecord", body: bytes, codings: list[str], limit: int) -> Document | Loss | None:
    """The page of a record with this body; None if it has no ticker."""
    if not codings and body[:2] == b"\x1f\x8b":
        codings = ["gzip"]  # a packed text, or the crawler dropped the header
    if codings:
        try:
            body = decoded(body, codings, limit)
        except InputError as error:
            return Loss(f"{place_of(record)}: {error}")
    if not may_have_ticker(body) or not (_type_of(record) or body.lstrip()[:1] == b"<"):
        return None
    return Document((body,), place_of(record), _capture(record))


def place_of(record: "WarcRecord") -> str:
    """`record at 1234 (https://...)`: the offset in the file at which it, or its packed form, begins."""
    url = _url(record)
    return f"record at {record.stream_pos}" + (f" ({redacted_url(url)})" if url else "")


def _is_page(content_type: str | None) -> bool:
    """Whether this is the type of text or HTML; a missing one may be."""
    return not content_type or content_type.replace(",", ";").partition(";")[0].strip().lower() in _HTML_OR_TEXT


def _type_of(record: "WarcRecord") -> str | None:
    content_type: str | None = (record.http_headers if record.is_http else record.headers).get("Content-Type")
    return content_type


def _url(record: "WarcRecord") -> str:
    url = record.headers.get_bytes(b"WARC-Target-URI") or b""
    return url.decode("utf-8", "replace").removeprefix("<").removesuffix(">")  # as in the examples of WARC 1.0


def _capture(record: "WarcRecord") -> Capture | None:
    """None without an address, or without a date that has a time."""
    text, url = record.headers.get("WARC-Date") or "", without_user(_url(record))
    try:
        moment = dt.datetime.fromisoformat(text)
        captured = moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None or not url:  # without a time zone it may be a day only
        return None
    if not url.isprintable():
        from urllib.parse import quote

        url = "".join([char if char.isprintable() else quote(char) for char in url])
    return Capture(url[:LONGEST_URL], captured.isoformat(timespec="seconds").replace("+00:00", "Z"))
