"""An input is one document, or has those of an archive."""

import bz2
import gzip
import lzma
import sys
from collections.abc import Iterator

import pytest
from archive_bytes import HTML, URL, answer, parts, record, tarred, zipped, zstd
from conftest import PAGE_10, PAGE_16

from ctick.errors import InputError
from ctick.ticker.documents import Document, documents

TEXTS = [
    b"",
    b"\n",
    PAGE_16.encode(),
    HTML,
    b"WARC\n",
    b"PK",
    b"A text about WARC/1.0\n" + PAGE_16.encode(),
    b"x" * 600,
]


@pytest.mark.parametrize("text", TEXTS, ids=[repr(text[:20]) for text in TEXTS])
@pytest.mark.parametrize("cut", [1, 7, 1 << 18])
def test_anything_else_is_one_document(text: bytes, cut: int) -> None:
    """Text or HTML, packed or not, as it came, and without a place in the input."""
    for data in (text, gzip.compress(text), bz2.compress(text), lzma.compress(text)):
        assert parts(data, cut) == [("", data)]


def test_an_archive_is_recognized_by_its_first_bytes() -> None:
    """Packed as a whole or not, in pieces of any size."""
    pytest.importorskip("fastwarc")
    crawl = [(f"record at 0 ({URL})", HTML)]
    member = [("a.html", HTML)]
    for make, expected in ((record(answer()), crawl), (tarred({"a.html": HTML}), member)):
        for data in (make, gzip.compress(make), bz2.compress(make), lzma.compress(make)):
            for cut in (1, 100, 1 << 18):
                assert parts(data, cut) == expected
    assert parts(zipped({"a.html": HTML}), 1) == member
    assert parts(zstd(record(answer())), 1) == crawl


def test_members_of_an_archive_are_unpacked_too() -> None:
    """A packed page in it, and, one level deep, a crawl archive."""
    pytest.importorskip("fastwarc")
    crawl = gzip.compress(record(answer())) + gzip.compress(
        record(PAGE_10.encode(), "conversion", content_type="text/plain")
    )
    members = {"a/1.html.gz": gzip.compress(HTML), "crawl.warc.gz": crawl, "x.zip": zipped({"USD": HTML})}
    second = len(gzip.compress(record(answer())))
    expected = [
        ("a/1.html.gz", HTML),
        (f"crawl.warc.gz: record at 0 ({URL})", HTML),
        (f"crawl.warc.gz: record at {second} ({URL})", PAGE_10.encode()),
    ]
    assert parts(zipped(members))[:3] == expected
    assert parts(gzip.compress(tarred(members)))[:3] == expected


def test_without_fastwarc_the_command_to_install_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only where it is needed: for a crawl archive."""
    monkeypatch.setitem(sys.modules, "fastwarc", None)
    monkeypatch.setitem(sys.modules, "fastwarc.warc", None)
    message = (
        r"^this is a crawl archive \(WARC\), which ctick reads with another package: pip install 'ctick\[crawl\]'$"
    )
    for data in (record(answer()), gzip.compress(record(answer()))):
        with pytest.raises(InputError, match=message):
            list(documents([data]))
    with pytest.raises(InputError, match=r"^this is zstd data, which ctick reads .*: pip install 'ctick\[crawl\]'$"):
        list(documents([b"\x28\xb5\x2f\xfd" + bytes(100)]))
    assert parts(zipped({"a.html": HTML})) == [("a.html", HTML)]


def test_an_input_that_fails_yields_what_came_before() -> None:
    """The error is raised at its place."""

    def broken() -> Iterator[bytes]:
        yield record(answer())
        raise InputError("the line is dead")

    pytest.importorskip("fastwarc")
    found = documents(broken())
    first = next(found)
    assert isinstance(first, Document)
    assert first.place == f"record at 0 ({URL})"
    with pytest.raises(InputError, match=r"^the line is dead$"):
        list(found)
