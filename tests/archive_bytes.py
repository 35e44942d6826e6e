"""Crawl archives, ZIP and tar archives as tests write them, and what is read from them."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Mapping

from conftest import PAGE_16

from ctick.ticker.documents import Loss, documents

URL = "https://timesca.com/page"
DATE = "2025-12-16T05:00:00Z"
HTML = f"<html><body><p>News</p>\n{PAGE_16}</body></html>".encode()


def record(
    content: bytes,
    kind: str = "response",
    *,
    url: str = URL,
    content_type: str = "application/http; msgtype=response",
    date: str = DATE,
    version: str = "1.0",
    length: str | None = None,
) -> bytes:
    """A record of a WARC file."""
    fields = {
        "WARC-Type": kind,
        "WARC-Target-URI": url,
        "WARC-Date": date,
        "WARC-Record-ID": "<urn:uuid:5a6ba0b0-2f46-4c4f-9a5a-0c9d8e1b0001>",
        "Content-Type": content_type,
        "Content-Length": str(len(content)) if length is None else length,
    }
    head = "".join([f"{name}: {value}\r\n" for name, value in fields.items() if value])
    return f"WARC/{version}\r\n{head}\r\n".encode() + content + b"\r\n\r\n"


def answer(body: bytes = HTML, status: str = "200 OK", **fields: str) -> bytes:
    """An answer over HTTP; `Content_Type` is HTML unless it is given."""
    named = {"Content-Type": "text/html; charset=utf-8"}
    named |= {name.replace("_", "-"): value for name, value in fields.items()}
    head = "".join([f"{name}: {value}\r\n" for name, value in named.items() if value])
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def tarred(members: Mapping[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar archive."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as archive:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return file.getvalue()


def zstd(data: bytes) -> bytes:
    """A frame of zstd."""
    from fastwarc.stream_io import ZstdWriter

    file = io.BytesIO()
    writer = ZstdWriter(file)
    writer.write(data)
    writer.close()
    return file.getvalue()


PACKINGS: dict[str, Callable[[bytes], bytes]] = {"plain": bytes, "gzip": gzip.compress, "zstd": zstd}
"""How each record is packed."""


def parts(data: bytes, cut: int = 1 << 18, *, unlimited: bool = False) -> list[tuple[str, bytes] | str]:
    """The documents of an input that comes in pieces, each as (place, text), and its losses."""
    pieces = [data[start : start + cut] for start in range(0, len(data), cut)]
    found = documents(pieces, unlimited=unlimited)
    return [part.message if isinstance(part, Loss) else (part.place, b"".join(part.chunks)) for part in found]


def places(data: bytes, cut: int = 1 << 18) -> list[str]:
    """The same without the texts; a loss begins with `!`."""
    return [f"!{part}" if isinstance(part, str) else part[0] for part in parts(data, cut)]


def offsets(packed: Iterable[bytes]) -> list[int]:
    """Where each piece begins in their concatenation, and the end."""
    result = [0]
    for piece in packed:
        result.append(result[-1] + len(piece))
    return result
