"""Packed pages are their text; what is damaged says so, after all that could be read."""

import bz2
import gzip
import lzma
import random
from collections.abc import Callable, Iterable, Iterator

import pytest
from conftest import PAGE_10, PAGE_16
from hypothesis import given, settings
from hypothesis import strategies as st

from ctick.errors import InputError
from ctick.ticker import decoding
from ctick.ticker.blocks import Block
from ctick.ticker.decoding import CHUNK, plain_text
from ctick.ticker.scanner import read

TEXT = (PAGE_16 + PAGE_10).encode()
PACKERS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}


def pieces(data: bytes, cut: int) -> list[bytes]:
    return [data[start : start + cut] for start in range(0, len(data), cut)] if cut else [data]


def outcome(chunks: Iterable[bytes]) -> tuple[bytes, str]:
    """All that came out, and the error after it."""
    out: list[bytes] = []
    try:
        out.extend(plain_text(chunks))
    except InputError as error:
        return b"".join(out), str(error)
    return b"".join(out), ""


@pytest.mark.parametrize("kind", PACKERS)
@pytest.mark.parametrize("cut", [0, 1, 10])
def test_packed(kind: str, cut: int) -> None:
    """Packed text is its text: of one member or several, with padding between and behind, empty members too."""
    pack = PACKERS[kind]
    one, two, none = pack(PAGE_16.encode()), pack(PAGE_10.encode()), pack(b"")
    assert outcome(pieces(pack(TEXT), cut)) == (TEXT, "")
    assert outcome(pieces(one + two, cut)) == (TEXT, "")
    assert outcome(pieces(none + one + none + b"\0" * 512 + two + none + b"\0" * 1024, cut)) == (TEXT, "")
    assert outcome(pieces(none, cut)) == (b"", "")


@pytest.mark.parametrize("kind", PACKERS)
def test_padding_longer_than_a_chunk(kind: str) -> None:
    """However much padding there is, the member behind it counts."""
    pack = PACKERS[kind]
    data = pack(PAGE_16.encode()) + b"\0" * (2 * CHUNK) + pack(PAGE_10.encode())
    assert outcome([data]) == (TEXT, "")


@pytest.mark.parametrize("kind", PACKERS)
def test_packed_gives_the_same_blocks(kind: str) -> None:
    """The reader does not tell a packed page from its text."""
    assert list(read(pieces(PACKERS[kind](TEXT), 1))) == list(read([TEXT]))


@pytest.mark.parametrize("kind", PACKERS)
def test_cut_short(kind: str) -> None:
    """Packed data that ends too early is named, wherever it ends."""
    packed = PACKERS[kind](TEXT)
    for size in range(14, len(packed), 37):
        text, error = outcome([packed[:size]])
        assert TEXT.startswith(text)
        assert error == f"the {kind} data is truncated after {len(text):,} unpacked bytes: get a new copy"
        assert outcome(pieces(packed[:size], 11)) == (text, error)


def test_cut_short_keeps_what_came_before() -> None:
    """The blocks before the cut count."""
    items = read([gzip.compress(TEXT + random.Random(1).randbytes(4000))[:-700]])
    assert isinstance(next(items), Block)
    assert isinstance(next(items), Block)
    with pytest.raises(InputError, match=r"^the gzip data is truncated after [\d,]+ unpacked bytes: get a new copy$"):
        next(items)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("gzip", "Error -3 while decompressing data: incorrect data check"),
        ("bz2", "Invalid data stream"),
        ("xz", "Corrupt input data"),
    ],
)
@pytest.mark.parametrize("cut", [0, 1])
def test_damaged(kind: str, reason: str, cut: int) -> None:
    """Damage is named with its reason, and the same wherever the data is cut."""
    packed = bytearray(PACKERS[kind](TEXT))
    place = {"gzip": len(packed) - 6, "bz2": len(packed) - 3, "xz": len(packed) - 40}[kind]
    packed[place] ^= 0xFF
    text, error = outcome(pieces(bytes(packed), cut))
    assert error == f"the {kind} data is damaged after {len(text):,} unpacked bytes ({reason}): get a new copy"


def test_garbage_after_a_member() -> None:
    """What follows a member and is none is damage; the member counts."""
    assert outcome([gzip.compress(TEXT) + b"garbage"]) == (
        TEXT,
        f"the gzip data is damaged after {len(TEXT):,} unpacked bytes"
        " (Error -3 while decompressing data: incorrect header check): get a new copy",
    )


def test_xz_that_wants_too_much_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """An xz file that asks for more memory than it may have is not called damaged."""
    monkeypatch.setattr(decoding, "_MEMORY_LIMIT", 1 << 20)
    assert outcome([lzma.compress(TEXT, preset=9)]) == (
        b"",
        "the xz data needs more than 1,048,576 bytes of memory: unpack the file first",
    )


@pytest.mark.parametrize("kind", PACKERS)
def test_unpacked_limit(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file that unpacks to a huge one is refused, unless the user insists."""
    monkeypatch.setattr(decoding, "UNPACKED_LIMIT", 2 * CHUNK)
    packed = PACKERS[kind](b"\n" * (3 * CHUNK))
    text, error = outcome([packed])
    assert len(text) <= 2 * CHUNK
    assert error == f"the {kind} data unpacks to more than 524,288 bytes: use --force to read it anyway"
    assert sum(map(len, plain_text([packed], unlimited=True))) == 3 * CHUNK
    assert outcome([PACKERS[kind](b"\n" * (2 * CHUNK))]) == (b"\n" * (2 * CHUNK), "")


def test_a_bomb_is_unpacked_in_chunks() -> None:
    """Nothing of more than a chunk leaves the unpacker, however well it is packed."""
    packed = gzip.compress(b"\n" * (20 * CHUNK))
    assert max(map(len, plain_text([packed]))) == CHUNK


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("kind", [None, *PACKERS])
def test_utf_16(encoding: str, kind: str | None) -> None:
    """UTF-16 with its mark is refused with the way out, packed too; it is not taken for an empty page."""
    mark = "\ufeff" if encoding.endswith(("le", "be")) else ""
    data = (mark + PAGE_16).encode(encoding)
    if encoding == "utf-32":
        data = "\ufeff".encode("utf-32-le") + data[4:]
    assert outcome(pieces(PACKERS[kind](data) if kind else data, 1)) == (
        b"",
        "this is UTF-16, but ctick reads UTF-8: convert it with 'iconv -f UTF-16 -t UTF-8'",
    )


@pytest.mark.parametrize("text", [b"BZh is no bz2", b"BZh9", b"\x1f", b"\xfd7zXZ", b"PK\x03\x04"])
def test_text_may_begin_like_packed_data(text: bytes) -> None:
    """Only what is packed is unpacked."""
    assert outcome(pieces(text, 1)) == (text.replace(b"\x1f", b" "), "")


def test_the_line_ends_of_html_cannot_be_forged() -> None:
    """The two characters that mean something here are blanks wherever they come from, and end no line."""
    assert outcome([b"a\x0bb\x1f\nc"]) == (b"a b \nc", "")
    assert outcome([b"<p>a\x0bb\x1f\nc&#11;&#31;"]) == (b"\x1fa b \x0bc", "")


@settings(max_examples=50, deadline=None)
@given(st.text("ab\r\n"), st.integers(1, 5), st.integers(1, 5))
def test_line_ends(text: str, cut: int, size: int) -> None:
    """CRLF and CR are LF, wherever they are cut, and whatever the size of the inner chunks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "CHUNK", size)
        out = outcome(pieces(text.encode(), cut))
    assert out == (text.replace("\r\n", "\n").replace("\r", "\n").encode(), "")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 10)), st.integers(1, 6))
def test_inner_chunks_do_not_show_the_outer_ones(sizes: list[int], size: int) -> None:
    """What comes in any pieces leaves in equal ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "CHUNK", size)
        out = [len(chunk) for chunk in decoding.sized([b"x" * n for n in sizes])]
    total = sum(sizes)
    assert [n for n in out if n] == [size] * (total // size) + ([total % size] if total % size else [])


def test_text_before_an_error_counts() -> None:
    """Where the source itself breaks, all that it gave has been given out."""

    def broken() -> Iterator[bytes]:
        yield b"<p>a\r"
        yield b"<i 'b"
        raise InputError("gone")

    assert outcome(broken()) == (b"\x1fa\x0b<i 'b", "gone")


def test_tiny_members() -> None:
    """A file of many tiny members is read to its end."""
    assert outcome([gzip.compress(b"x") * 5_000]) == (b"x" * 5_000, "")
