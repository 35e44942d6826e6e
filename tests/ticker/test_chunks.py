"""Any input, in any chunks: the same result, at the same places, in flat memory."""

import datetime as dt
import gzip
import itertools
import subprocess
import sys
from collections.abc import Iterator

import pytest
from conftest import PAGE_10, PAGE_16, SEED_16, ticker_lines
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import B10, B16, GOOD, Q10, Q16, Item, read_text, shown

from ctick.errors import InputError
from ctick.ticker import decoding
from ctick.ticker.blocks import Block, ParseWarning
from ctick.ticker.scanner import read

BAD = "é • KGS/USD = 1\n\u00a0 • KGS/USD = 0.0.1 0%\r\n" + "EUR/USD = 1 0%\n" + GOOD
MIXED = (
    "\ufeffProse\r" + PAGE_16 + BAD + PAGE_10 + "<p>Hi &amp;<!-- KGS/USD = 1 -->\n" + PAGE_16.replace("\n", "<br>\n")
    + "<script>\nKGS/USD = 5 0%\n</script><ul>\n<li>• KGS/USD = x</li></ul></html>\r\n" + PAGE_10 + "TMT/US"
)  # fmt: skip
MIXED_ITEMS = read_text(MIXED)


def test_mixed_input() -> None:
    """Text, HTML and text again give all their blocks and warnings, at the lines of the source."""
    line_ends = MIXED.replace("\r\n", "\n").replace("\r", "\n")
    bad, item = [line_ends[: line_ends.index(text)].count("\n") + 1 for text in ("• KGS/USD = 0.0.1", "<li>")]
    expected: list[Item] = [
        B16,
        f"!{bad}:3: skipped an unreadable ticker line: '• KGS/USD = 0.0.1 0%'",
        f"{bad + 4}:3: KZT/USD repeats with a different rate (0.00193 after 0.00194): starting a new snapshot",
        ("2025-12-10", ["KGS 0.01144 0;KZT 0.00194 -0", Q10], 41, 1),
        B16,
        f"!{item}:1: skipped an unreadable ticker line: '• KGS/USD = x'",
        B10,
    ]
    assert read_text(MIXED) == expected


@pytest.mark.parametrize("cut", [1, 2, 3, 1000])
def test_small_chunks(cut: int) -> None:
    """Pieces of any size give the same, warnings with their places included."""
    assert read_text(MIXED, cut) == MIXED_ITEMS


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, len(MIXED.encode())), max_size=20))
def test_chunk_cuts_never_matter(cuts: list[int]) -> None:
    """Wherever chunks are cut, empty ones included, the result is the same."""
    data = MIXED.encode()
    edges = [0, *sorted(cuts), len(data)]
    assert shown(read([data[a:b] for a, b in itertools.pairwise(edges)])) == MIXED_ITEMS


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 60), st.integers(0, 60))
def test_small_buffers(size: int, shift: int) -> None:
    """Wherever the inner buffers end, the result is the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "CHUNK", size)
        lines = shift // 7
        items = read_text(b"x\n" * lines + b"y" * (shift % 7) + b"\n" + MIXED.removeprefix("\ufeff").encode())
    assert [item for item in items if isinstance(item, tuple)] == [
        item for item in MIXED_ITEMS if isinstance(item, tuple)
    ]
    places = [str(item).lstrip("!").split(":", 1) for item in items if isinstance(item, str)]
    expected = [str(item).lstrip("!").split(":", 1) for item in MIXED_ITEMS if isinstance(item, str)]
    assert places == [[str(int(line) + lines + 1), rest] for line, rest in expected]


def test_blocks_across_the_buffers_edge() -> None:
    """A block that begins, ends or has its date anywhere near the edge of the buffer is read the same."""
    text = ticker_lines(SEED_16, 2) + "KGS/USD = ?\n\n16 December 2025\n"
    line = text.count("\n") - 1
    expected: list[Item] = [
        f"!{line}:1: skipped an unreadable ticker line: 'KGS/USD = ?'",
        ("2025-12-16", [Q16], 10, 0),
    ]
    for start in [
        *range(decoding.CHUNK - len(text.encode()) - 10, decoding.CHUNK + 20, 3),
        *range(decoding.CHUNK - 9000, decoding.CHUNK, 211),
    ]:
        assert read_text(b"z" * (start - 1) + b"\n" + text.encode()) == expected, start


def test_places_far_into_the_input() -> None:
    """Line and column are exact beyond one buffer, after prose in lines or in one line without an end."""
    prose = "Ein Satz über Währungen.\n" * 12_000
    assert read_text(f"{prose}  • KGS/USD = x\n")[0] == "!12001:3: skipped an unreadable ticker line: '• KGS/USD = x'"
    blanks = "\u00a0" * 200_000
    assert read_text(f"KGS/USD = 1\n{blanks}KGS/USD = x\n")[0] == (
        "!2:200001: skipped an unreadable ticker line: 'KGS/USD = x'"
    )


@pytest.mark.parametrize("gap", [1, 40, 4000, 9000])
def test_every_place_is_exact(gap: int) -> None:
    """However many warnings there are, wherever in the inner buffers, each has its own line."""
    prose = ("x\n" * gap)[:-1]
    text = f"KGS/USD = ?\n{prose}\n" * (800_000 // (2 * gap + 12))
    lines = [int(str(item)[1:].split(":")[0]) for item in read_text(text) if isinstance(item, str)]
    assert lines == list(range(1, text.count("\n") + 1, gap + 1))


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"\xff\x00\x80" * 100_000, bytes(range(256)) * 1000, b"KGS/USD", b"=", b"/=", b"<", b"&", b"<!"],
)
def test_input_without_a_ticker_gives_nothing(data: bytes) -> None:
    """Empty, binary and broken input gives nothing, and no error of Python's."""
    assert read_text(data) == []


def test_ten_megabytes_without_a_line_end() -> None:
    """One line of any length is only a line; a ticker below it is read."""
    assert read_text(b"x = 1 and http://x.org/ " * 430_000 + b"\n" + PAGE_16.encode()) == [B16]


HOSTILE = [
    b"<", b'<a "', b"<a '>", b"<a", b"&", b"&#9", b"=", b"/=", b"A/B =", b" ", b"- - -", b"<b>", b"<p>/=", b"<!--", b"<!-- -->",
    b"\nAB/CD =", b"KGS/USD =\n", b"KGS/USD = ", b"\r", b"\n- - KGS/USD",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE, ids=repr)
@pytest.mark.parametrize("begin", [b"", b"<html>"], ids=["text", "html"])
def test_hostile_input_ends(unit: bytes, begin: bytes) -> None:
    """Input made to be slow is read to its end all the same, and is no error of Python's."""
    data = begin + unit * (60_000 // len(unit))
    if unit == b"<!--":
        with pytest.raises(InputError):
            list(read([data]))
    else:
        assert len(list(read([data]))) <= 60_000


def test_digits_of_an_entity_have_no_end() -> None:
    """A number too long for Python is no entity, and no crash."""
    assert read_text(b"<p>&#" + b"9" * 10_000 + b"; &#x" + b"f" * 10_000 + b";</p>\n" + PAGE_16.encode()) == [B16]


MEMORY = """
import resource
from ctick.ticker.scanner import read
prose = b"some prose = of / no use, and more of it, up to the end of this line\\n" * 3000
block = b"KGS/USD = 0.1%d%d 0%%\\nKZT/USD = 0.%d1 0%%\\n" + b"TJS/USD = 1 0%%\\n" * 9 + b"9 Jan 2025\\nx\\n"
def chunks(count):
    for number in range(count):
        yield b"".join([block % (number, i, i) for i in range(20)]) + prose
def used(count):
    return sum(1 for _ in read(chunks(count))), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
(few, before), (many, after) = used(30), used(300)
print(few, many, after < before * 1.3)
"""


def test_memory_is_flat() -> None:
    """64 MB of ever new blocks take no more memory than the first 6 MB of them, give or take what is remembered."""
    pytest.importorskip("resource")
    done = subprocess.run([sys.executable, "-c", MEMORY], capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.stderr) == ("600 6000 True\n", "")


def test_a_packed_input_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond it the input is refused, unless that is meant."""
    monkeypatch.setattr(decoding, "UNPACKED_LIMIT", 100_000)
    packed = gzip.compress((PAGE_16 + "x\n" * 100_000).encode())
    assert shown(read([packed], unlimited=True)) == [B16]
    with pytest.raises(InputError, match=r"^the gzip data unpacks to more than 100,000 bytes:"):
        list(read([packed]))


def test_warnings_are_values() -> None:
    """With line, column, sentence, and whether something was left out."""
    first, second, _ = read([b"KGS/USD = 1\nKGS/USD = 2\n31 February 2026\n"])
    assert first == ParseWarning(
        2, 1, "KGS/USD repeats with a different rate (2 after 1): starting a new snapshot", error=False
    )
    assert second == ParseWarning(
        3, 1, "can't read the date '31 February 2026': the block above it is undated", error=False
    )


def test_blocks_come_before_the_error() -> None:
    """What was read before the input failed."""

    def broken() -> Iterator[bytes]:
        yield PAGE_16.encode()
        raise InputError("the line is dead")

    items = read(broken())
    assert shown([next(items)]) == [B16]
    with pytest.raises(InputError, match=r"^the line is dead$"):
        next(items)


def test_the_date_of_a_block_is_a_date() -> None:
    """A block's date is a date of Python's, not a text."""
    (block,) = read([PAGE_16.encode()])
    assert isinstance(block, Block)
    assert block.as_of == dt.date(2025, 12, 16)
    (block,) = read([GOOD.encode()])
    assert isinstance(block, Block)
    assert block.as_of is None


def test_a_cached_block_is_not_found_again_in_its_place() -> None:
    """A "=" far from any line start does not lead back to the block at the start of the input."""
    text = ticker_lines(SEED_16) + "16 December 2025\n" + "x" * 6000 + " a/b = 1 " + "y" * 9000 + "\n"
    assert len(list(itertools.islice(read([text.encode()]), 5))) == 1
