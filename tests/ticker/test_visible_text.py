"""Visible text knows where it comes from: a position after a word is one after the same word in the source."""

import re
import time
from collections.abc import Iterator
from random import Random

import pytest
from reading import strip_markup

from ctick.errors import InputError
from ctick.ticker.visible_text import Visible, visible

CUTS = [1, 2, 3, 7, 64, 1 << 20]

PARTS = [
    " ", "\n", "\r\n", "\t", " " * 20, "\u00a0", "5 ", "<b>", "</b>", "<p>", "</p>\r\n", "<br/>", "<td class='a>b'>", '<a href="?a&amp;b=1>2">',
    "<!-- note > w0 -->", "<!---->", "<script>if (a < b) { w0 } // </b>\n</script>", "<style>w0</style>", "<template>w0 <i>w0</i></template>",
    "<p hidden>w0 &amp; w0</p>", "&amp;", "&nbsp;", "&#8376;", "&#x20;", "&lt;b&gt;", "&nosuch;", "& ", "&", " <5 ", "a < b", "&nGt;", "&NotEqualTilde;",
    "é", "₸", "😀", "\x00", "\x0b", "\x1f", "\x1b[1m", "&ampw0;",
]  # fmt: skip


def chunks(data: bytes, cut: int) -> list[bytes]:
    return [data[start : start + cut] for start in range(0, len(data), cut)]


def made(random: Random) -> bytes:
    """Text and markup in any order, with words `w1`, `w2`, ... that are all visible."""
    parts = []
    for number in range(1, random.randrange(2, 40)):
        parts += random.choices(PARTS, k=random.randrange(4))
        parts.append(f"w{number}.")
    data = "".join(parts).encode()
    return data[:9] + b"\xff\xe2\x82" + data[9:] if random.random() < 0.3 and data[:9].isalnum() else data


def ends(pieces: list[Visible]) -> Iterator[tuple[bytes, int]]:
    """Each word of the visible text, and where it ends in the source."""
    text = b"".join(piece.text for piece in pieces)
    starts, sources = [0], [0]
    for piece in pieces:
        starts.append(starts[-1] + len(piece.text))
        sources.append(sources[-1] + len(piece.source))
    for word in re.finditer(rb"w[1-9]\d*", text):
        number = next(number for number in range(len(pieces)) if word.end() <= starts[number + 1])
        yield word[0], sources[number] + pieces[number].source_position(word.end() - starts[number])


@pytest.mark.parametrize("cut", CUTS)
def test_words_end_where_they_end_in_the_source(cut: int) -> None:
    """In random pages, cut anywhere: with tags, comments, scripts, entities and bytes that are no UTF-8 between them."""
    words = 0
    for seed in range(400):
        page = made(Random(seed))
        pieces = list(visible(chunks(page, cut)))
        assert b"".join(piece.source for piece in pieces) == page
        plain = page.replace(b"\x0b", b" ").replace(b"\x1f", b" ")
        assert b"".join(piece.text for piece in pieces) == b"".join(strip_markup(chunks(plain, cut)))
        for word, end in ends(pieces):
            found = re.search(word + rb"(?!\d)", page)
            assert found is not None
            assert (seed, word, end) == (seed, word, found.end())
            words += 1
    assert words > 4000


@pytest.mark.parametrize(
    ("page", "phrase", "before"),
    [
        ("<p>50,000 KGS</p>", "50,000 KGS", "<p>50,000 KGS"),
        ("<p>50,000 <b>KGS</b></p>", "KGS", "<p>50,000 <b>KGS"),
        ("<p>5&nbsp;000&nbsp;&#8376;&nbsp;a", "₸", "<p>5&nbsp;000&nbsp;&#8376;"),
        ("<p>5 KGS<!-- x -->a", "KGS", "<p>5 KGS"),
        ("<p>5 KGS<script>x</script>a", "KGS", "<p>5 KGS"),
        ("<p>&amp;amp;", "&amp;", "<p>&amp;amp;"),
        ("<p>&amp" + " " * 50 + "&#9;" * 50 + "5 KGS and", "5 KGS", "<p>&amp" + " " * 50 + "&#9;" * 50 + "5 KGS"),
        ("<p>&#32;" + " " * 32 + "5 KGS and", "5 KGS", "<p>&#32;" + " " * 32 + "5 KGS"),
        ("5 &amp; 6 KGS <p>", "6 KGS", "5 &amp; 6 KGS"),
        ("<html>a</html>5 &amp; 6 KGS", "6 KGS", "<html>a</html>5 &amp; 6 KGS"),
        ("<p>a <5 KGS", "5 KGS", "<p>a <5 KGS"),
        ("\ufeff5 KGS\x0b\x1f", "5 KGS", "\ufeff5 KGS"),
    ],
)
def test_places_in_markup(page: str, phrase: str, before: str) -> None:
    """The last character of the phrase is the last one before the place, as it is written in the source."""
    (piece,) = visible([page.encode()]) if "<" not in page else [joined(page)]
    end = piece.text.decode().index(phrase) + len(phrase)
    position = len(piece.text.decode()[:end].encode())
    assert piece.source[: piece.source_position(position)].decode() == before


def joined(page: str) -> Visible:
    """The piece with the text; what a stripper holds back until the end of the input has none here."""
    first, *rest = visible([page.encode() + b"<p>" + b"x" * 100])
    assert first.text
    assert all(set(piece.text) <= set(b"x") for piece in rest)
    return first


def test_plain_text_is_its_own_source() -> None:
    """The same object: nothing is copied."""
    data = b"50,000 KGS\r\n" * 1000
    (piece,) = visible([data])
    assert piece.text is data
    assert piece.source is data
    assert piece.source_position(10) == 10


def test_marks_of_the_source_are_blanks() -> None:
    r"""`\x0b` and `\x1f` mean line ends in visible text; what the source itself has there is none."""
    (piece,) = visible([b"a\x0bb\x1fc"])
    assert (piece.text, piece.source) == (b"a b c", b"a\x0bb\x1fc")


def test_a_page_that_is_cut_short() -> None:
    """All of its source comes before the error."""
    page = b"<p>5 KGS<script>" + b"x" * 1000
    pieces = visible(chunks(page, 100))
    source = b""
    with pytest.raises(InputError, match="is never closed"):  # noqa: PT012 - what comes before the error counts
        for piece in pieces:
            source += piece.source
    assert source == page


@pytest.mark.parametrize("unit", ["w1 ", "w1&nbsp;", "&#119;1 ", "w1<b>", "&" * 10 + "w1 ", " " * 40 + "w1"])
def test_many_places_in_one_run_take_linear_time(unit: str) -> None:
    """Each is found from the one before."""
    (piece, *_) = visible([b"<p>" + unit.encode() * 40_000])
    began = time.perf_counter()
    found = [piece.source_position(match.end()) for match in re.finditer(b"w1", piece.text)]
    assert len(found) > 39_000
    assert sorted(set(found)) == found
    assert time.perf_counter() - began < 5
