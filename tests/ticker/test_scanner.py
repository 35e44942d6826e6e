"""The reader: what counts as a ticker line, a block and a date, and what is said where something does not."""

import datetime as dt
import gzip
import itertools
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from conftest import PAGE_10, PAGE_16, SEED_10, SEED_16, page, ticker_lines
from hypothesis import given, settings
from hypothesis import strategies as st

from ctick.errors import InputError
from ctick.model import quotes_to_text
from ctick.ticker import decoding
from ctick.ticker.blocks import Block, ParseWarning
from ctick.ticker.scanner import read

Q16 = "KGS 0.01144 0;KZT 0.00194 -0;TJS 0.10877 -0;UZS 0.00008 0;TMT 0.28571 0"
Q10 = "KGS 0.01144 0;KZT 0.00193 -0;TJS 0.10811 -0.28;UZS 0.00008 0;TMT 0.28490 0"
B16 = ("2025-12-16", [Q16], 40, 0)
B10 = ("2025-12-10", [Q10], 40, 0)
CUT = "skipped an incomplete ticker line at the end of the input"

Item = tuple[str | None, list[str], int, int] | str


def shown(items: Iterable[Block | ParseWarning]) -> list[Item]:
    """Blocks as (date, snapshots, lines, skipped), remarks as they are printed, `!` before an error."""
    result: list[Item] = []
    for item in items:
        if isinstance(item, ParseWarning):
            result.append(f"{'!' if item.error else ''}{item.line}:{item.column}: {item.message}")
        else:
            day = item.as_of.isoformat() if item.as_of else None
            result.append((day, [quotes_to_text(quotes) for quotes in item.snapshots], item.lines, item.skipped))
    return result


def said(text: str | bytes, cut: int = 0) -> list[Item]:
    """What the reader says of one input, whole or in pieces of `cut` bytes."""
    data = text.encode() if isinstance(text, str) else text
    return shown(read([data[start : start + cut] for start in range(0, len(data), cut)] if cut else [data]))


# -- the two pages ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        (PAGE_16, [B16]),
        (PAGE_10, [B10]),
        (PAGE_16 + PAGE_10, [B16, B10]),
        (PAGE_10 + PAGE_16, [B10, B16]),
        (PAGE_16 + PAGE_10 + PAGE_16, [B16, B10, B16]),
        ("\ufeff" + PAGE_16 + "\ufeff" + PAGE_10, [B16, B10]),
    ],
    ids=["16", "10", "16+10", "10+16", "16+10+16", "BOM"],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("cut", [0, 1, 7])
def test_pages(text: str, blocks: list[Item], line_end: str, cut: int) -> None:
    """Each page gives its five quotes with all their digits and signs, in the order of the input."""
    assert said(text.replace("\n", line_end), cut) == blocks


@pytest.mark.parametrize("bullet", ["•", "·", "*", "-", "–", ""])
@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0", "\u2009", "\u202f", "", " \u00a0\t\u2009"])
@pytest.mark.parametrize("sign", ["-", "−"])
def test_bullets_blanks_and_signs(bullet: str, blank: str, sign: str) -> None:
    """Any bullet or none, any blanks or none, and both minus signs mean the same."""
    text = PAGE_10.replace(" -", f" {sign}").replace("  • ", f"{blank}• ").replace("/USD = ", f"/USD{blank}={blank}")
    assert said(text.replace("•", bullet)) == [B10]


def test_vertical_tabs_end_no_line() -> None:
    """They are blanks, and the lines are counted without them."""
    assert said("\x0b\x1f\x0bKGS/USD\x0b= 0.1\n\x0b\n\x0bKZT/USD = x\n") == [
        "!3:2: skipped an unreadable ticker line: 'KZT/USD = x'",
        (None, ["KGS 0.1"], 1, 0),
    ]


def test_plus_is_no_sign_to_keep() -> None:
    """+0.55% is 0.55, and only a minus keeps its sign at zero."""
    assert said("KGS/USD = 0.1 +0.55%\nKZT/USD = .2 +0%\nTJS/USD = 3 -0%\n") == [
        (None, ["KGS 0.1 0.55;KZT 0.2 0;TJS 3 -0"], 3, 0)
    ]


def test_seeds(shared: Path) -> None:
    """The real pages give what the pages made from their figures give."""
    one, two = [
        (shared / "seeds" / f"{name}.txt").read_bytes() for name in ("000_ea73b8b59331ab66", "004_4cb16bcf75d009ee")
    ]
    assert (said(one), said(two)) == ([B16], [B10])
    # They end without a line end, so the first line of what follows ends their last one: 39 are left.
    last10, last16 = ("2025-12-10", [Q10], 39, 0), ("2025-12-16", [Q16], 39, 0)
    assert (said(one + two), said(two + one)) == ([B16, last10], [B10, last16])


def test_observations(shared: Path) -> None:
    """Every observed page, made from its row, gives its row: with TMT or without, dated or not."""
    header, *rows = (shared / "data" / "ticker_observations.tsv").read_text("utf-8").splitlines()
    names = header.split("\t")
    pages_read, expected = [], []
    for row in rows:
        cells = dict(zip(names, row.split("\t"), strict=False))
        figures = [(c, cells[c], cells[f"{c}_chg"]) for c in ("KGS", "KZT", "TJS", "UZS", "TMT") if cells.get(c)]
        text = page("; ".join(" ".join(figure) for figure in figures), cells["date_line"], int(cells["repeats"]))
        pages_read.append(said(text))
        quotes = ";".join(f"{c} {rate} {change.rstrip('%')}" for c, rate, change in figures)
        expected.append([(cells["page_date"] or None, [quotes], len(figures) * int(cells["repeats"]), 0)])
    assert len(rows) > 50
    assert pages_read == expected


# -- what can't be read -------------------------------------------------------------------------

GOOD = "KZT/USD = 0.00194 -0%\n"
GOOD_BLOCK: Item = (None, ["KZT 0.00194 -0"], 1, 0)


@pytest.mark.parametrize(
    "line",
    [
        "KGS/USD = 0.0.1 0%", "KGS/USD = -3 0%", "KGS/USD = nan 0%", "KGS/USD = inf", "KGS/USD = 1e-2 0%",
        "KGS/USD = 0,01144 0%", "KGS/USD =", "KGS/USD = 0.01144 0% and more", "KGS/USD = 0.01144 up",
        "KGS/USD = 0.01144 0%%", "KGS/USD = 0.01144 0", "KGS/USD = 0.01144 0.0.1%", "KGS/USD = 1. 0%",
        "KGS/USD = ٠.٠١", "KGS/USD = " + "9" * 41, "KGS/USD = 0.1.5%", "KGS/USD = 0.0.1%", "KGS/USD = " + "9" * 41 + "%",
        "KGS/USD = 0.01,5", "KGS/USD = 0.01144,5%", "KGS/USD = 0.01 144", "KGS/USD = 0.01'144",
    ],
)  # fmt: skip
@pytest.mark.parametrize("cut", [0, 1])
def test_unreadable(line: str, cut: int) -> None:
    """A line that can't be read is named with its place and text, and left out; the rest counts."""
    assert said(f"Prose\n  • {line}\n{GOOD}", cut) == [
        f"!2:3: skipped an unreadable ticker line: '• {line}'",
        GOOD_BLOCK,
    ]


@pytest.mark.parametrize("zero", ["0", "0.00000", "0.0000000000"])
def test_zero(zero: str) -> None:
    """A rate of nothing is no rate, however many places it has."""
    assert said(f"KGS/USD = {zero} 0%\n{GOOD}") == [
        f"!1:1: skipped a ticker line with a rate of 0: 'KGS/USD = {zero} 0%'",
        GOOD_BLOCK,
    ]


def test_excerpt_is_harmless_and_short() -> None:
    """An excerpt has 60 characters at most and nothing that a terminal obeys, nor bytes that are no text."""
    assert said(b"KGS/USD = \xff\x80\n" + GOOD.encode()) == [
        "!1:1: skipped an unreadable ticker line: 'KGS/USD = \ufffd\ufffd'",
        GOOD_BLOCK,
    ]
    assert said("KGS/USD = \x1b[31m\u202e" + "x" * 100 + "\n" + GOOD) == [
        "!1:1: skipped an unreadable ticker line: 'KGS/USD = \ufffd[31m\ufffd" + "x" * 41 + "...'",
        GOOD_BLOCK,
    ]


@pytest.mark.parametrize("date", ["16 December 2025", "31 February 2026"])
def test_unreadable_lines_belong_to_their_block(date: str) -> None:
    """The date below a block counts, though its first, middle or last line can't be read or is skipped."""
    bad = "KGS/USD = x\n"
    remark = "skipped an unreadable ticker line: 'KGS/USD = x'"
    text = f"{bad}EUR/USD = 1.1\n{GOOD}{bad}EUR/USD = ?\n{GOOD}KGS/EUR = 1\n{bad}\n\n16 December 2025\n"
    assert said(text) == [
        f"!1:1: {remark}", f"!4:1: {remark}", f"!8:1: {remark}", ("2025-12-16", ["KZT 0.00194 -0"], 2, 3)
    ]  # fmt: skip


@pytest.mark.parametrize("length", [20_000, 300_000])
@pytest.mark.parametrize(("filler", "excerpt"), [("x", f"KGS/USD = x{'x' * 46}..."), (" ", "KGS/USD = x")])
def test_an_unreadable_line_of_any_length_belongs_to_its_block(filler: str, excerpt: str, length: int) -> None:
    """The date below it counts, though no buffer holds the line."""
    assert said(f"{GOOD}KGS/USD = x{filler * length}y\n16 December 2025\n") == [
        f"!2:1: skipped an unreadable ticker line: '{excerpt}'",
        ("2025-12-16", ["KZT 0.00194 -0"], 1, 0),
    ]


WHOLE = "KGS/USD = 0.01144 0%\nKZT/USD = 0.00194 -0.28%"


@pytest.mark.parametrize("above", ["", "prose\n" * 2000])
def test_cut_short_anywhere(above: str) -> None:
    """Wherever the last line is cut, it is whole, named, or not even begun: never a wrong rate."""
    first = "KGS 0.01144 0"
    begin = WHOLE.index("KZT")
    line = above.count("\n") + 2
    results = {size: said(above + WHOLE[:size]) for size in range(begin, len(WHOLE) + 1)}
    assert results.pop(begin) == [(None, [first], 1, 0)]
    assert results.pop(len(WHOLE)) == [(None, [f"{first};KZT 0.00194 -0.28"], 2, 0)]
    assert results == {
        size: [f"!{line}:1: {CUT}: '{WHOLE[begin:size].rstrip()}'", (None, [first], 1, 0)] for size in results
    }


@pytest.mark.parametrize(
    "text",
    ["KGS/USD = 0.01144", "KGS/USD = 0.01144\n", "KGS/USD = 0.01144\nKGS/USD = 0.01144"],
)
def test_no_per_cents_at_all(text: str) -> None:
    """Where a block has no per cents, a last line without is whole."""
    assert said(text) == [(None, ["KGS 0.01144"], text.count("="), 0)]


def test_line_end_makes_a_line_whole() -> None:
    """A last line without its per cent but with its line end is not cut short."""
    assert said("KGS/USD = 0.01144 0%\nKZT/USD = 0.00194\n") == [(None, ["KGS 0.01144 0;KZT 0.00194"], 2, 0)]


def test_per_cents_of_skipped_pairs_tell_too() -> None:
    """A block has per cents also where only a pair that is skipped has one."""
    assert said("EUR/USD = 1.1 0%\nKZT/USD = 0.001") == [
        f"!2:1: {CUT}: 'KZT/USD = 0.001'",
        (None, [], 0, 1),
    ]


@pytest.mark.parametrize("last", ["END", "USD", "EUR/U", "KGZ", "KGS/EUR", "KGS and", "--", "16 Decem"])
def test_last_words_are_no_cut_line(last: str) -> None:
    """A page's last words are not taken for a ticker line that was cut."""
    assert said(f"{GOOD}{last}") == [GOOD_BLOCK]


def test_prose_is_no_ticker() -> None:
    """Equations, addresses and codes in prose give nothing, and are no errors."""
    text = "a = b\nhttps://x.org/?a=1&KGS/USD=2\nThe rate KGS/USD = 0.01144 0%\nkgs/usd = 1\nA/B = 5\nKGS / USD 0.1\n"
    assert said(text * 50) == []


@pytest.mark.parametrize(
    "prose",
    ["=\n", "/=\n", "/\n", "x = 1\n", f"{'x ' * 200}= 1\n", f"a/b {'x' * 6000} = 1\n", "http://x.org/?a=b\n", "\n\n"],
)
def test_prose_hides_no_block(prose: str) -> None:
    """Whatever stands above it, far or near, has a sign of a ticker line or not."""
    assert said(prose + PAGE_16) == [B16]
    assert said(PAGE_16 + prose + PAGE_10) == [B16, B10]


# -- blocks and dates ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("16 December 2025", "2025-12-16"), ("09 January 2025", "2025-01-09"), ("9 Jan 2025", "2025-01-09"),
        ("2025-01-09", "2025-01-09"), ("9 jan. 2025", "2025-01-09"), ("1 MAY 2025", "2025-05-01"),
        ("3 Sept 2025", "2025-09-03"), ("29 February 2024", "2024-02-29"), ("9\u00a0Jan\u20092025  ", "2025-01-09"),
        ("\n\n \t\n  9 Jan 2025", "2025-01-09"), ("9 Jan 2025\n10 Jan 2025", "2025-01-09"),
        ("Prose\n9 Jan 2025", None), ("9 Jan 2025.", "2025-01-09"), ("on 9 Jan 2025", "2025-01-09"),
        ("9 Jan 2025 and yet more of it", None), ("Updated:\n\n9 Jan 2025", "2025-01-09"), ("Thursday\n9 Jan 2025\n12:00", "2025-01-09"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["", "\n"])
def test_dates(line: str, day: str | None, end: str) -> None:
    """A date is the whole next line that is not blank; a label or weekday may have a line of its own."""
    assert said(f"{GOOD}{line}{end}") == [(day, ["KZT 0.00194 -0"], 1, 0)]


@pytest.mark.parametrize(
    "line",
    [
        "31 February 2026", "2026-02-31", "29 February 2025", "0 May 2025", "2025-13-01", "1 May 0000", "32.01.2025", "9 Jan 25",
        "10 years 2025", "009 Jan 2025", "2025-1-9", "9 Janu 2025", "12/16/2025", "16 Dezember 2025", "9 Jan 2025 and more",
    ],
)  # fmt: skip
def test_dates_that_cannot_be_read(line: str) -> None:
    """Something like a date that is none, or of no known form, dates nothing, and a remark says so."""
    items = list(read([f"{GOOD}\n{line}\n{GOOD}".encode()]))
    assert shown(items) == [f"3:1: can't read the date '{line}': the block above it is undated", GOOD_BLOCK, GOOD_BLOCK]
    assert [item.unreadable_date for item in items if isinstance(item, Block)] == [True, False]


@pytest.mark.parametrize("blank", ["", "\n\n", " \n\t\n", "\u00a0\n\ufeff\n", "\n" * 20_000, " " * 20_000 + "\n"])
def test_blank_lines_part_nothing(blank: str) -> None:
    """Blank lines, however many, neither end a block nor part it from its date."""
    assert said(f"KGS/USD = 1\n{blank}{GOOD}{blank}9 Jan 2025\n") == [("2025-01-09", ["KGS 1;KZT 0.00194 -0"], 2, 0)]


def test_prose_parts_blocks() -> None:
    """A line that is neither blank nor of the ticker ends a block; a date belongs to the one above it."""
    assert said(f"KGS/USD = 1\nx\n{GOOD}9 Jan 2025\nTJS/USD = 2\n") == [
        (None, ["KGS 1"], 1, 0),
        ("2025-01-09", ["KZT 0.00194 -0"], 1, 0),
        (None, ["TJS 2"], 1, 0),
    ]
    for alone in ("0%", "+5.1%"):
        assert said(f"KGS/USD = 1\n{alone}\n{GOOD}") == [(None, ["KGS 1"], 1, 0), GOOD_BLOCK]
        assert said(f"KGS/USD = x\n{alone}\n{GOOD}")[1:] == [(None, [], 0, 0), GOOD_BLOCK]


@pytest.mark.parametrize("again", ["0.01145", "0.0114", "0.011440"])
def test_pair_with_another_rate(again: str) -> None:
    """A pair that comes back with another rate, or other digits, starts a new snapshot, and is named."""
    assert said(f"KGS/USD = 0.01144 0%\n{GOOD}\n * KGS/USD = {again} 0%\n9 Jan 2025\n") == [
        f"4:2: KGS/USD repeats with a different rate ({again} after 0.01144): starting a new snapshot",
        ("2025-01-09", ["KGS 0.01144 0;KZT 0.00194 -0", f"KGS {again} 0"], 3, 0),
    ]


def test_two_snapshots_take_turns() -> None:
    """Each snapshot of a block comes once, the one that came last at the end; every change is named."""
    one, two = "KGS/USD = 1\nKZT/USD = 2\n", "KGS/USD = 3\nKZT/USD = 4\n"
    again = "KGS/USD repeats with a different rate"
    assert said(one + two + one) == [
        f"3:1: {again} (3 after 1): starting a new snapshot",
        f"5:1: {again} (1 after 3): starting a new snapshot",
        (None, ["KGS 3;KZT 4", "KGS 1;KZT 2"], 6, 0),
    ]


def test_order_is_that_of_the_last_coming() -> None:
    """A snapshot that comes again moves to the end."""
    items = said("KGS/USD = 1\nKGS/USD = 2\nKGS/USD = 1\n")
    assert items[2:] == [(None, ["KGS 2", "KGS 1"], 3, 0)]


def test_change_that_comes_later_counts() -> None:
    """Where a repeat has the per cent that the first line lacks, it is taken."""
    assert said("KGS/USD = 1\nKGS/USD = 1 -0%\nKGS/USD = 1 5%\n") == [(None, ["KGS 1 -0"], 3, 0)]


def test_known_block_before_different_things() -> None:
    """A block that came before is the same before anything, and only where it is whole."""
    block = ticker_lines(SEED_16) + "16 December 2025\n"
    text = block + GOOD + block + "\nprose\n" + block + block.replace("16 ", "17 ") + block[:-5]
    longer = ("2025-12-16", [Q16], 41, 0)
    cut = f"{text.count(chr(10)) + 1}:1: can't read the date '16 December': the block above it is undated"
    assert said(text) == [B16, longer, B16, ("2025-12-17", [Q16], 40, 0), cut, (None, [Q16], 40, 0)]


@pytest.mark.parametrize("repeats", [2, 3, 255, 256, 257, 258, 600, 30_000])
@pytest.mark.parametrize(
    "extra", ["", "  • EUR/USD = 1.1 0%\n", "  • EUR/USD = x\n"], ids=["", "EUR", "EUR unreadable"]
)
def test_repeats_count(repeats: int, extra: str) -> None:
    """However often its lines come, a block counts each."""
    cycle = ticker_lines(SEED_10, 1).replace("•", "  •", 1) + extra
    expected = ("2025-12-10", [Q10], 5 * repeats, repeats if extra else 0)
    assert said(cycle * repeats + "10 December 2025\n") == [expected]


@pytest.mark.parametrize("tail", [" and more", "5", ".1", "%", "\u00a0x", " 5"])
def test_last_repeat_is_read_to_its_end(tail: str) -> None:
    """A line that begins like a repeat but goes on is no repeat."""
    line = "KGS/USD = 0.01144 0%"
    assert said(f"{line}\n" * 300 + f"{line}{tail}\n") == [
        f"!301:1: skipped an unreadable ticker line: '{line}{tail.replace(chr(160), ' ')}'",
        (None, ["KGS 0.01144 0"], 300, 0),
    ]
    assert said("KGS/USD = 0.01144\n" * 300 + "KGS/USD = 0.011445\n")[0] == (
        "301:1: KGS/USD repeats with a different rate (0.011445 after 0.01144): starting a new snapshot"
    )


def test_bad_lines_in_repeats_are_each_named() -> None:
    """A bad line that comes again and again is named each time, though there are as many lines as quotes."""
    good = "KGS/USD = 1\nKZT/USD = 2\nTJS/USD = 3\n"
    bad = "KGS/USD = 1\nKZT/USD = x\nTJS/USD = 3\n"
    remarks = [f"!{line}:1: skipped an unreadable ticker line: 'KZT/USD = x'" for line in range(5, 5 + 3 * 40, 3)]
    assert said(good + bad * 40) == [*remarks, (None, ["KGS 1;KZT 2;TJS 3"], 83, 0)]


def test_alternating_rates_are_each_named() -> None:
    """A rate that changes to and fro is named at every change, however regular they are."""
    items = said("TJS/USD = 9\n" + "KGS/USD = 1\nKGS/USD = 2\n" * 400)
    assert [str(item).split(":")[0] for item in items[:-1]] == [str(line) for line in range(3, 802)]
    assert items[-1] == (None, ["KGS 1;TJS 9", "KGS 1", "KGS 2"], 801, 0)


def test_too_many_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    """A block of ever new rates is given out in parts, so that memory stays flat."""
    monkeypatch.setattr("ctick.ticker.block_reader._MAX_SNAPSHOTS", 3)
    items = said("".join(f"KGS/USD = {rate}\n" for rate in range(1, 7)) + "9 Jan 2025\n")
    assert items[4:] == [
        "!5:1: more than 3 different snapshots in one block; those up to here are undated",
        (None, ["KGS 1", "KGS 2", "KGS 3", "KGS 4", "KGS 5"], 5, 0),
        ("2025-01-09", ["KGS 6"], 1, 0),
    ]


# -- places, chunks and buffers -----------------------------------------------------------------

BAD = "é • KGS/USD = 1\n\u00a0 • KGS/USD = 0.0.1 0%\r\n" + "EUR/USD = 1 0%\n" + GOOD
MIXED = (
    "\ufeffProse\r" + PAGE_16 + BAD + PAGE_10 + "<p>Hi &amp;<!-- KGS/USD = 1 -->\n" + PAGE_16.replace("\n", "<br>\n")
    + "<script>\nKGS/USD = 5 0%\n</script><ul>\n<li>• KGS/USD = x</li></ul></html>\r\n" + PAGE_10 + "TMT/US"
)  # fmt: skip
MIXED_SAID = said(MIXED)


def test_mixed_input() -> None:
    """Text, HTML and text again give all their blocks and remarks, at the lines of the source."""
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
    assert said(MIXED) == expected


@pytest.mark.parametrize("cut", [1, 2, 3, 1000])
def test_small_chunks(cut: int) -> None:
    """Pieces of any size give the same, remarks with their places included."""
    assert said(MIXED, cut) == MIXED_SAID


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, len(MIXED.encode())), max_size=20))
def test_chunk_cuts_never_matter(cuts: list[int]) -> None:
    """Wherever chunks are cut, empty ones included, the result is the same."""
    data = MIXED.encode()
    edges = [0, *sorted(cuts), len(data)]
    assert shown(read([data[a:b] for a, b in itertools.pairwise(edges)])) == MIXED_SAID


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 60), st.integers(0, 60))
def test_small_buffers(size: int, shift: int) -> None:
    """Wherever the inner buffers end, the result is the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "CHUNK", size)
        lines = shift // 7
        items = said(b"x\n" * lines + b"y" * (shift % 7) + b"\n" + MIXED.removeprefix("\ufeff").encode())
    assert [item for item in items if isinstance(item, tuple)] == [
        item for item in MIXED_SAID if isinstance(item, tuple)
    ]
    places = [str(item).lstrip("!").split(":", 1) for item in items if isinstance(item, str)]
    expected = [str(item).lstrip("!").split(":", 1) for item in MIXED_SAID if isinstance(item, str)]
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
        assert said(b"z" * (start - 1) + b"\n" + text.encode()) == expected, start


def test_places_far_into_the_input() -> None:
    """Line and column are exact beyond one buffer, after prose in lines or in one line without an end."""
    prose = "Ein Satz über Währungen.\n" * 12_000
    assert said(f"{prose}  • KGS/USD = x\n")[0] == "!12001:3: skipped an unreadable ticker line: '• KGS/USD = x'"
    blanks = "\u00a0" * 200_000
    assert said(f"KGS/USD = 1\n{blanks}KGS/USD = x\n")[0] == (
        "!2:200001: skipped an unreadable ticker line: 'KGS/USD = x'"
    )


@pytest.mark.parametrize("gap", [1, 40, 4000, 9000])
def test_every_place_is_exact(gap: int) -> None:
    """However many remarks there are, wherever in the inner buffers, each has its own line."""
    prose = ("x\n" * gap)[:-1]
    text = f"KGS/USD = ?\n{prose}\n" * (800_000 // (2 * gap + 12))
    lines = [int(str(item)[1:].split(":")[0]) for item in said(text) if isinstance(item, str)]
    assert lines == list(range(1, text.count("\n") + 1, gap + 1))


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"\xff\x00\x80" * 100_000, bytes(range(256)) * 1000, b"KGS/USD", b"=", b"/=", b"<", b"&", b"<!"],
)
def test_nothing_in_it(data: bytes) -> None:
    """Empty, binary and broken input gives nothing, and no error of Python's."""
    assert said(data) == []


def test_ten_megabytes_without_a_line_end() -> None:
    """One line of any length is only a line; a ticker below it is read."""
    assert said(b"x = 1 and http://x.org/ " * 430_000 + b"\n" + PAGE_16.encode()) == [B16]


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
    assert said(b"<p>&#" + b"9" * 10_000 + b"; &#x" + b"f" * 10_000 + b";</p>\n" + PAGE_16.encode()) == [B16]


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
    with pytest.raises(InputError, match=r"^its gzip data unpacks to more than 100,000 bytes:"):
        list(read([packed]))


def test_remarks_are_values() -> None:
    """With line, column, sentence, and whether something was left out."""
    first, second, _ = read([b"KGS/USD = 1\nKGS/USD = 2\n31 February 2026\n"])
    assert first == ParseWarning(
        2, 1, "KGS/USD repeats with a different rate (2 after 1): starting a new snapshot", error=False
    )
    assert second == ParseWarning(
        3, 1, "can't read the date '31 February 2026': the block above it is undated", error=False
    )


def test_blocks_come_before_trouble() -> None:
    """What was read before the input broke is given out first."""

    def broken() -> Iterator[bytes]:
        yield PAGE_16.encode()
        raise InputError("the line is dead")

    items = read(broken())
    assert shown([next(items)]) == [B16]
    with pytest.raises(InputError, match=r"^the line is dead$"):
        next(items)


def test_dates_are_days() -> None:
    """A block's date is a date of Python's, not a text."""
    (block,) = read([PAGE_16.encode()])
    assert isinstance(block, Block)
    assert block.as_of == dt.date(2025, 12, 16)
    (block,) = read([GOOD.encode()])
    assert isinstance(block, Block)
    assert block.as_of is None


def test_a_known_block_is_not_found_again_where_it_was() -> None:
    """A "=" far from any line start does not lead back to the block at the start of the input."""
    text = ticker_lines(SEED_16) + "16 December 2025\n" + "x" * 6000 + " a/b = 1 " + "y" * 9000 + "\n"
    assert len(list(itertools.islice(read([text.encode()]), 5))) == 1
