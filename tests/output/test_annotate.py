"""Texts inserted into a source: everything else stays byte for byte; on a terminal nothing is obeyed."""

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from conftest import on_a_terminal
from hypothesis import given
from hypothesis import strategies as st

from ctick.output.annotate import Annotator, escaped, write
from ctick.ticker.visible_text import Visible, visible

MARK = " [≈ $240 ($225 to $255)]"

PARTS = [
    " ", "\n", "\r\n", "\r", "\t", ", ", "é", "₸", "<b>", "</b>", "<p>", "</p>", '<i title="a > 5 KGS">', "<!-- 5 KGS > -->", "<script>5 KGS</script>",
    "&amp;", "&nbsp;", "&#8376;", "&nosuch;", "<5 ", "\x00", "\x0b", "\x1b[2J", "x" * 30,
]  # fmt: skip


def made(random: Random, parts: list[str]) -> bytes:
    """Random text with an amount every few parts, and with bytes that are no UTF-8."""
    data = b"\xef\xbb\xbf" if random.random() < 0.3 else b""
    for _ in range(random.randrange(30)):
        data += random.choice(parts).encode()
        data += random.choice([b"", b"", b"\xff", b"\xe2\x82", b"7 KGS"])
    return data


def annotated(data: bytes, cut: int, late: int = 0) -> bytes:
    """A mark behind each visible `7 KGS`, inserted when `late` more pieces have been read."""
    pieces = list(visible([data[start : start + cut] for start in range(0, len(data), cut)]))
    text = b"".join(piece.text for piece in pieces)
    ends = [found.end() for found in re.finditer(b"7 KGS", text)]
    annotator, read, result = Annotator(), 0, b""
    lengths: list[int] = []
    for piece in pieces:
        annotator.read(piece)
        lengths.append(len(piece.text))
        read = sum(lengths[: max(len(lengths) - late, 0)])
        while ends and ends[0] <= read:
            result += b"".join(annotator.insert(ends.pop(0), MARK))
        result += b"".join(annotator.settle(min([read, *ends[:1]])))
    for end in ends:
        result += b"".join(annotator.insert(end, MARK))
    return result + b"".join(annotator.finish())


@pytest.mark.parametrize("markup", [False, True], ids=["plain text", "HTML"])
def test_without_the_annotations_it_is_the_input(markup: bool) -> None:
    """Of random texts and pages, cut anywhere and decided late; where chunks are cut makes no difference."""
    parts = PARTS if markup else [part for part in PARTS if "<" not in part]
    marks = 0
    for seed in range(300):
        data = made(Random(seed), parts)
        whole = annotated(data, 1 << 20)
        for cut, late in ((1, 0), (2, 3), (7, 1), (50, 100)):
            assert annotated(data, cut, late) == whole
        assert whole.replace(MARK.encode(), b"") == data
        if markup:
            assert whole.count((MARK).encode()) == whole.count(f"7 KGS{MARK}".encode())
        else:
            assert whole == data.replace(b"7 KGS", f"7 KGS{MARK}".encode())
        marks += whole.count(MARK.encode())
    assert marks > 400


def test_an_annotation_in_a_page_stands_behind_the_amount() -> None:
    """Not in a tag, comment or entity, and before the tag that ends the amount."""
    page = b"<p title='7 KGS'>\r\n  <b>7&#32;KGS</b><!-- 7 KGS -->, 7 KG&#83;&nbsp;&amp;&nbsp;7 <i>KGS</i></p>"
    expected = page.replace(b"</b>", b" []</b>").replace(b"&#83;", b"&#83; []").replace(b"</i>", b" []</i>")
    annotator = Annotator()
    result, shown = b"", 0
    for piece in visible([page]):
        annotator.read(piece)
        for found in re.finditer(rb"KGS", piece.text):
            result += b"".join(annotator.insert(shown + found.end(), " []"))
        shown += len(piece.text)
    assert result + b"".join(annotator.finish()) == expected


def test_what_is_settled_is_given_back_at_once() -> None:
    """Only what may still change is kept."""
    annotator = Annotator()
    for number in range(1, 100):
        annotator.read(Visible(b"abcd", b"abcd", []))
        assert list(annotator.settle(number * 4)) == ([b"abcd"] if number > 1 else [])
    assert list(annotator.insert(99 * 4 - 1, "!")) == [b"abc", b"!"]
    assert list(annotator.finish()) == [b"d"]


# -- written -----------------------------------------------------------------------------------------


def shown(*chunks: bytes) -> str:
    return "".join(escaped(chunks))


def test_what_a_terminal_is_shown() -> None:
    """Line ends, tabs and blanks of all kinds stay; what is not printable is written as its number."""
    assert shown(b"a\tb\nc\r\n") == "a\tb\nc\n"
    assert shown("5\u00a0000\u2009₸ сом 日本 😀".encode()) == "5\u00a0000\u2009₸ сом 日本 😀"
    assert shown(b"\x1b[31m\x00\x07\x7f\x0b\x0c") == r"\x1b[31m\x00\x07\x7f\x0b\x0c"
    assert (
        shown("\x9b\x85\u202e\u2028\u200b\ufeff\U000e0001".encode())
        == r"\u009b\u0085\u202e\u2028\u200b\ufeff\U000e0001"
    )
    assert shown(b"\xff\xe2\x82 \xed\xa0\x80") == r"\xff\xe2\x82 \xed\xa0\x80"
    assert shown(b"a\rb\r") == r"a\x0db\x0d"
    assert shown() == ""


@given(st.binary(max_size=60) | st.text(max_size=30).map(str.encode), st.integers(1, 5))
def test_a_terminal_is_shown_the_same_wherever_chunks_are_cut(data: bytes, cut: int) -> None:
    """And never a character that it might obey."""
    result = shown(*(data[start : start + cut] for start in range(0, len(data), cut)))
    assert result == shown(data)
    assert all(char.isprintable() or char in "\n\t" or (char.isspace() and ord(char) > 0x9F) for char in result)
    assert not {"\u2028", "\u2029"} & set(result)


PROGRAM = (
    "import sys; from ctick.output.annotate import write; write([b'a\\xff\\x1b[31m\\r', b'\\n', ' [≈ $5]'.encode()])"
)


def test_a_pipe_gets_the_bytes(tmp_path: Path) -> None:
    """As they are, whatever the encoding of stdout; after what was written before."""
    program = f"print('x'); {PROGRAM}"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        cwd=tmp_path,
        env={"PYTHONIOENCODING": "ascii", "PYTHONPATH": ":".join(sys.path)},
    )
    assert done.stdout == b"x\na\xff\x1b[31m\r\n" + " [≈ $5]".encode()


def test_a_terminal_gets_text(tmp_path: Path) -> None:
    """Escaped, and in the terminal's encoding."""
    argv = [sys.executable, "-c", f"from ctick.output import terminal; terminal.prepare(); {PROGRAM}"]
    path = ":".join(sys.path)
    assert on_a_terminal(argv, tmp_path, PYTHONPATH=path, PYTHONUTF8="1") == (0, "a\\xff\\x1b[31m\n [≈ $5]")
    assert on_a_terminal(argv, tmp_path, PYTHONPATH=path, PYTHONIOENCODING="ascii") == (0, "a\\xff\\x1b[31m\n [~ $5]")


def test_a_pipe_gets_each_part_when_it_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is collected first."""
    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer))

    def parts() -> Iterator[bytes]:
        yield b"a"
        assert buffer.getvalue() == b"a"
        yield b"b"

    write(parts())
    assert buffer.getvalue() == b"ab"
