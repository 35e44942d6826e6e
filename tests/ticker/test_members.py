"""ZIP and tar archives of pages: each member is read, and one that can't be is named."""

import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from archive_bytes import HTML, parts, places, tarred, zipped
from conftest import PAGE_10, PAGE_16

from ctick.errors import InputError
from ctick.ticker import members
from ctick.ticker.documents import Document, documents

TEXT = PAGE_10.encode()
LONG = "a-long-folder/" * 12 + "страница.html"
PAGES = {"a/1.html": HTML, "a/2.txt": TEXT, LONG: HTML}
FORMS = {"ustar": tarfile.USTAR_FORMAT, "GNU": tarfile.GNU_FORMAT, "POSIX": tarfile.PAX_FORMAT}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_zip(method: int, tmp_path: Path) -> None:
    """In the order of the archive, from a file or from chunks."""
    data = zipped(PAGES, method)
    assert parts(data, 100) == list(PAGES.items())
    path = tmp_path / "pages.zip"
    path.write_bytes(data)
    found = [part for part in documents([data[:100]], path=str(path)) if isinstance(part, Document)]
    assert [part.place for part in found] == list(PAGES)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_tar(form: str, pack: Callable[[bytes], bytes]) -> None:
    """Of each format, packed or not; names of any length."""
    data = pack(tarred(PAGES, FORMS[form]))
    assert parts(data, 100) == parts(data) == list(PAGES.items())
    assert parts(pack(tarred(PAGES, FORMS[form]) * 2)) == [*PAGES.items(), *PAGES.items()]


def test_a_size_in_an_extension_of_the_header() -> None:
    """As POSIX writes it for members of 8 GiB and more."""
    data = bytearray(tarred({"a.html": HTML, "b.txt": TEXT}))
    size = f"{len(HTML):o}".encode()
    place = data.index(size + b"\0")
    data[place : place + len(size)] = b"0" * len(size)
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, len(f"13 size={len(HTML)}\n")
    extension = header.tobuf(tarfile.USTAR_FORMAT) + f"13 size={len(HTML)}\n".encode().ljust(512, b"\0")
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    assert parts(extension + bytes(data)) == [("a.html", HTML), ("b.txt", TEXT)]


def test_anything_but_pages_is_skipped_silently() -> None:
    """Scripts, images and anything else without USD, folders and links."""
    others = {
        "jquery.js": b"<script>",
        "a.png": b"\x89PNG<a ",
        "x.xml": "<a>".encode("utf-16"),
        "b.gz": gzip.compress(b"<script>"),
    }
    assert parts(zipped(others | PAGES)) == parts(tarred(others | PAGES)) == list(PAGES.items())
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, kind in (("folder", tarfile.DIRTYPE), ("link", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE)):
            member = tarfile.TarInfo(name)
            member.type = kind
            member.linkname = "a/1.html"
            archive.addfile(member)
    assert parts(file.getvalue()[:1536] + tarred(PAGES)) == list(PAGES.items())
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.mkdir("folder")
    assert parts(file.getvalue()) == []
    assert parts(zipped({})) == []


def with_flag(data: bytes) -> bytes:
    """The first member claims to be encrypted."""
    directory = data.rindex(b"PK\x01\x02", 0, data.rindex(b"PK\x01\x02"))
    directory = data.rindex(b"PK\x01\x02", 0, directory)
    return data[:6] + b"\x01" + data[7 : directory + 8] + b"\x01" + data[directory + 9 :]


def test_a_zip_member_that_cannot_be_read_is_named() -> None:
    """Damaged or encrypted; the others are read."""
    data = zipped(PAGES, zipfile.ZIP_STORED)
    rest = list(PAGES.items())[1:]
    damaged = data.replace(b"0.10877", b"0.10878", 1)
    assert parts(damaged) == [
        "a/1.html: damaged after 0 unpacked bytes (Bad CRC-32 for file 'a/1.html'): get a new copy",
        *rest,
    ]
    assert parts(with_flag(data)) == ["a/1.html: encrypted, so it can't be read: unpack the archive first", *rest]
    for_others = data[:8] + b"\x09" + data[9:]
    directory = for_others.index(b"PK\x01\x02")
    for_others = for_others[: directory + 10] + b"\x09" + for_others[directory + 11 :]
    message = "a/1.html: its compression isn't supported: unpack the archive with another program first"
    assert parts(for_others) == [message, *rest]
    packed = zipped(PAGES)
    found = parts(packed[:60] + b"\xff" * 30 + packed[90:])
    assert isinstance(found[0], str)
    assert found[0].startswith("a/1.html: damaged after 0 unpacked bytes (Error -3 while decompressing data: ")
    assert found[1:] == rest


def test_a_zip_archive_that_is_cut_short() -> None:
    """Its directory is at its end."""
    with pytest.raises(
        InputError, match=r"^the ZIP archive can't be opened \(File is not a zip file\): get a new copy$"
    ):
        parts(zipped(PAGES)[:-30])


def test_a_damaged_tar_archive() -> None:
    """What can't be read is named, and what follows is read."""
    data = tarred(PAGES, tarfile.USTAR_FORMAT)
    second = data.index(b"a/2.txt")
    third = data.index(b"a-long-folder") // 512 * 512
    damaged = data[: second + 150] + b"x" + data[second + 151 :]
    assert parts(damaged) == [
        ("a/1.html", HTML),
        f"byte {second}: damaged, skipped to {third}: get a new copy",
        (LONG, HTML),
    ]
    assert parts(data[: second + 600])[1:] == [
        ("a/2.txt", data[second + 512 : second + 600]),
        "a/2.txt: truncated after 88 bytes: get a new copy",
    ]
    assert parts(data[: second + 300])[1:] == [f"byte {second}: damaged, nothing after it can be read: get a new copy"]


def test_a_truncated_page_is_read_up_to_there() -> None:
    """And named."""
    data = tarred({"a.txt": PAGE_16.encode() * 20})
    found = parts(data[:-20_000])
    assert found[0][0] == "a.txt"
    assert found[1] == f"a.txt: truncated after {len(found[0][1]):,} bytes: get a new copy"


def test_a_bomb_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A member that unpacks to too much, except with --force; in a tar archive that isn't packed none can."""
    monkeypatch.setattr(members, "UNPACKED_LIMIT", 100_000)
    pages = {"bomb.txt": b"x" * 200_000, "page.txt": TEXT}
    message = "bomb.txt: unpacks to more than 100,000 bytes: use --force to read it anyway"
    for data in (zipped(pages), gzip.compress(tarred(pages))):
        assert parts(data) == [message, ("page.txt", TEXT)]
        assert parts(data, unlimited=True) == [("page.txt", TEXT)]
    assert parts(tarred(pages)) == [("page.txt", TEXT)]


def test_a_large_member_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read piece by piece."""
    monkeypatch.setattr(members, "PAGE_LIMIT", 100_000)
    large = b"x\n" * 300_000 + TEXT
    for data in (
        zipped({"large.txt": large}),
        tarred({"large.txt": large}),
        zipped({"large.gz": gzip.compress(large)}),
    ):
        assert [part[1] for part in parts(data)] == [large]


def test_names_are_safe_to_print() -> None:
    """They have no control characters when they are shown."""
    pages = {"\x1b[31ma\u202e.html": HTML}
    assert places(tarred(pages)) == places(zipped(pages)) == ["\ufffd[31ma\ufffd.html"]


def test_members_that_overlap_are_refused() -> None:
    """A small ZIP archive could stand for any size if its members were the same bytes."""
    data = zipped({"a.html": HTML}, zipfile.ZIP_DEFLATED)
    begin, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry = data[begin:end]
    count = struct.pack("<HHI", 9, 9, 9 * len(entry))
    bomb = data[:begin] + entry * 9 + data[end : end + 8] + count + data[end + 16 :]
    with pytest.raises(InputError, match=r"^the members of the ZIP archive overlap: get a new copy$"):
        parts(bomb)
