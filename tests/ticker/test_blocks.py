"""Blocks: what belongs to one, its date, its snapshots, and repeats."""

from typing import Any

import pytest
from conftest import PAGE_10, PAGE_16, SEED_10, SEED_16, ticker_lines
from reading import B10, B16, GOOD, GOOD_BLOCK, Q10, Q16, Item, read_text, shown

from ctick.ticker import block_reader, decoding, patterns
from ctick.ticker.blocks import Block
from ctick.ticker.scanner import read


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
    assert read_text(f"{GOOD}{line}{end}") == [(day, ["KZT 0.00194 -0"], 1, 0)]


@pytest.mark.parametrize(
    "line",
    [
        "31 February 2026", "2026-02-31", "29 February 2025", "0 May 2025", "2025-13-01", "1 May 0000", "32.01.2025", "9 Jan 25",
        "10 years 2025", "009 Jan 2025", "2025-1-9", "9 Janu 2025", "12/16/2025", "16 Dezember 2025", "9 Jan 2025 and more",
    ],
)  # fmt: skip
def test_dates_that_cannot_be_read(line: str) -> None:
    """Something that looks like a date but can't be read dates nothing, and there is a warning."""
    items = list(read([f"{GOOD}\n{line}\n{GOOD}".encode()]))
    assert shown(items) == [f"3:1: can't read the date '{line}': the block above it is undated", GOOD_BLOCK, GOOD_BLOCK]
    assert [item.unreadable_date for item in items if isinstance(item, Block)] == [True, False]


@pytest.mark.parametrize("blank", ["", "\n\n", " \n\t\n", "\u00a0\n\ufeff\n", "\n" * 20_000, " " * 20_000 + "\n"])
def test_blank_lines_do_not_end_a_block(blank: str) -> None:
    """Blank lines, however many, neither end a block nor part it from its date."""
    assert read_text(f"KGS/USD = 1\n{blank}{GOOD}{blank}9 Jan 2025\n") == [
        ("2025-01-09", ["KGS 1;KZT 0.00194 -0"], 2, 0)
    ]


def test_prose_ends_a_block() -> None:
    """A line that is neither blank nor a ticker line ends a block; a date belongs to the block above it."""
    assert read_text(f"KGS/USD = 1\nx\n{GOOD}9 Jan 2025\nTJS/USD = 2\n") == [
        (None, ["KGS 1"], 1, 0),
        ("2025-01-09", ["KZT 0.00194 -0"], 1, 0),
        (None, ["TJS 2"], 1, 0),
    ]
    for alone in ("0%", "+5.1%"):
        assert read_text(f"KGS/USD = 1\n{alone}\n{GOOD}") == [(None, ["KGS 1"], 1, 0), GOOD_BLOCK]
        assert read_text(f"KGS/USD = x\n{alone}\n{GOOD}")[1:] == [(None, [], 0, 0), GOOD_BLOCK]


@pytest.mark.parametrize("again", ["0.01145", "0.0114", "0.011440"])
def test_pair_with_another_rate(again: str) -> None:
    """A pair that repeats with another rate, or other digits, starts a new snapshot, with a warning."""
    assert read_text(f"KGS/USD = 0.01144 0%\n{GOOD}\n * KGS/USD = {again} 0%\n9 Jan 2025\n") == [
        f"4:2: KGS/USD repeats with a different rate ({again} after 0.01144): starting a new snapshot",
        ("2025-01-09", ["KGS 0.01144 0;KZT 0.00194 -0", f"KGS {again} 0"], 3, 0),
    ]


def test_two_snapshots_may_alternate() -> None:
    """Each is given once, the last one read at the end; every change is reported."""
    one, two = "KGS/USD = 1\nKZT/USD = 2\n", "KGS/USD = 3\nKZT/USD = 4\n"
    again = "KGS/USD repeats with a different rate"
    assert read_text(one + two + one) == [
        f"3:1: {again} (3 after 1): starting a new snapshot",
        f"5:1: {again} (1 after 3): starting a new snapshot",
        (None, ["KGS 3;KZT 4", "KGS 1;KZT 2"], 6, 0),
    ]


def test_a_snapshot_that_repeats_moves_to_the_end() -> None:
    """A snapshot that repeats moves to the end."""
    items = read_text("KGS/USD = 1\nKGS/USD = 2\nKGS/USD = 1\n")
    assert items[2:] == [(None, ["KGS 2", "KGS 1"], 3, 0)]


def test_a_change_may_come_with_a_repeat() -> None:
    """Where a repeat has the per cent that the first line lacks, it is taken."""
    assert read_text("KGS/USD = 1\nKGS/USD = 1 -0%\nKGS/USD = 1 5%\n") == [(None, ["KGS 1 -0"], 3, 0)]


def test_a_repeated_block_may_be_followed_by_anything() -> None:
    """It is recognized only if it is complete."""
    block = ticker_lines(SEED_16) + "16 December 2025\n"
    text = block + GOOD + block + "\nprose\n" + block + block.replace("16 ", "17 ") + block[:-5]
    longer = ("2025-12-16", [Q16], 41, 0)
    cut = f"{text.count(chr(10)) + 1}:1: can't read the date '16 December': the block above it is undated"
    assert read_text(text) == [B16, longer, B16, ("2025-12-17", [Q16], 40, 0), cut, (None, [Q16], 40, 0)]


@pytest.mark.parametrize("repeats", [2, 3, 255, 256, 257, 258, 600, 30_000])
@pytest.mark.parametrize(
    "extra", ["", "  • EUR/USD = 1.1 0%\n", "  • EUR/USD = x\n"], ids=["", "EUR", "EUR unreadable"]
)
def test_repeats_count(repeats: int, extra: str) -> None:
    """However often its lines come, a block counts each."""
    cycle = ticker_lines(SEED_10, 1).replace("•", "  •", 1) + extra
    expected = ("2025-12-10", [Q10], 5 * repeats, repeats if extra else 0)
    assert read_text(cycle * repeats + "10 December 2025\n") == [expected]


@pytest.mark.parametrize("tail", [" and more", "5", ".1", "%", "\u00a0x", " 5"])
def test_last_repeat_is_read_to_its_end(tail: str) -> None:
    """A line that begins like a repeat but goes on is no repeat."""
    line = "KGS/USD = 0.01144 0%"
    assert read_text(f"{line}\n" * 300 + f"{line}{tail}\n") == [
        f"!301:1: skipped an unreadable ticker line: '{line}{tail.replace(chr(160), ' ')}'",
        (None, ["KGS 0.01144 0"], 300, 0),
    ]
    assert read_text("KGS/USD = 0.01144\n" * 300 + "KGS/USD = 0.011445\n")[0] == (
        "301:1: KGS/USD repeats with a different rate (0.011445 after 0.01144): starting a new snapshot"
    )


def test_each_bad_line_in_repeats_is_reported() -> None:
    """A bad line that repeats and again is named each time, though there are as many lines as quotes."""
    good = "KGS/USD = 1\nKZT/USD = 2\nTJS/USD = 3\n"
    bad = "KGS/USD = 1\nKZT/USD = x\nTJS/USD = 3\n"
    warnings = [f"!{line}:1: skipped an unreadable ticker line: 'KZT/USD = x'" for line in range(5, 5 + 3 * 40, 3)]
    assert read_text(good + bad * 40) == [*warnings, (None, ["KGS 1;KZT 2;TJS 3"], 83, 0)]


def test_each_change_of_alternating_rates_is_reported_once() -> None:
    """A rate that changes to and fro is named once for each two rates, however often they come."""
    items = read_text("TJS/USD = 9\n" + "KGS/USD = 1\nKGS/USD = 2\n" * 400)
    assert [str(item).split(":")[0] for item in items[:-1]] == ["3", "4"]
    assert items[-1] == (None, ["KGS 1;TJS 9", "KGS 1", "KGS 2"], 801, 0)


def test_too_many_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    """A block of ever new rates is given out in parts, so that memory stays flat."""
    monkeypatch.setattr("ctick.ticker.block_reader._MAX_SNAPSHOTS", 3)
    items = read_text("".join(f"KGS/USD = {rate}\n" for rate in range(1, 7)) + "9 Jan 2025\n")
    assert items[4:] == [
        "!5:1: more than 3 different snapshots in one block; those up to here are undated",
        (None, ["KGS 1", "KGS 2", "KGS 3", "KGS 4", "KGS 5"], 5, 0),
        ("2025-01-09", ["KGS 6"], 1, 0),
    ]


# -- repeats are counted, not read ----------------------------------------------------------------


class Counted:
    """A function, or a pattern, that counts how often it is asked."""

    def __init__(self, function: Any) -> None:
        self.function = function
        self.asked = 0

    def match(self, *args: Any) -> Any:
        return self(*args)

    def __call__(self, *args: Any) -> Any:
        self.asked += 1
        return self.function(*args)


@pytest.fixture
def matched(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Counts the places at which a ticker line was looked for."""
    counted = Counted(patterns.TICKER_LINE.match)
    monkeypatch.setattr(block_reader, "TICKER_LINE", counted)
    return counted


@pytest.mark.parametrize("begin", ["", "\n", "prose\n", "<p>prose</p>\n"])
@pytest.mark.parametrize("page", [PAGE_16, "Kurs\n" + ticker_lines(SEED_16) + "2025-12-16\n"])
def test_a_repeated_page_is_not_read_line_by_line(matched: Counted, begin: str, page: str) -> None:
    """A hundred times the same page are read once, and compared from then on."""
    steps = []
    for times in (1, 100):
        matched.asked = 0
        assert read_text(begin + page * times) == [B16] * times
        steps.append(matched.asked)
    assert steps[0] == steps[1]


@pytest.mark.parametrize("begin", ["", "\n", "prose\n", "<p>prose</p>\n"])
@pytest.mark.parametrize("lines", ["KGS/USD = 1 0%\n", "KGS/USD = 1 0%\nKZT/USD = 2\nEUR/USD = 3\n"])
def test_repeated_lines_are_counted_without_reading(matched: Counted, begin: str, lines: str) -> None:
    """Of thousands of repeats in one block a few are read, the others are counted."""
    steps = []
    for times in (10, 4000):
        matched.asked = 0
        count = lines.count("=")
        skipped = lines.count("EUR")
        quotes = "KGS 1 0;KZT 2" if "KZT" in lines else "KGS 1 0"
        assert read_text(begin + lines * times) == [(None, [quotes], (count - skipped) * times, skipped * times)]
        steps.append(matched.asked)
    assert steps[1] <= steps[0] + count


@pytest.mark.parametrize("size", [*range(20, 60, 3), 1000])
def test_repeats_may_cross_the_edge_of_a_buffer(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Lines are counted and pages are told apart wherever the inner buffers end."""
    monkeypatch.setattr(decoding, "CHUNK", size)
    assert read_text("KGS/USD = 1\n" * 1500) == [(None, ["KGS 1"], 1500, 0)]
    assert read_text((PAGE_16 + PAGE_10) * 12) == [B16, B10] * 12  # more than is looked ahead


def test_a_repeated_block_may_have_another_date() -> None:
    """And more lines: what stands below it is looked at each time."""
    lines = GOOD * 5
    items = read_text(f"{lines}prose\n{lines}9 Jan 2025\n{lines}{GOOD}prose\n{lines}EUR/USD = 1\n")
    assert items == [
        (None, ["KZT 0.00194 -0"], 5, 0),
        ("2025-01-09", ["KZT 0.00194 -0"], 5, 0),
        (None, ["KZT 0.00194 -0"], 6, 0),
        (None, ["KZT 0.00194 -0"], 5, 1),
    ]


def further_down(item: Item, lines: int) -> Item:
    """The same so many lines further down."""
    if not isinstance(item, str):
        return item
    line, _, rest = item.lstrip("!").partition(":")
    return f"{item[: -len(item.lstrip('!'))]}{int(line) + lines}:{rest}"


@pytest.mark.parametrize("begin", ["", "\n"])
@pytest.mark.parametrize("line", ["KGS/USD = x\n", "KGS/USD = 0\n", "KZT/USD = 2\n"])
def test_a_warning_is_repeated_with_its_block(begin: str, line: str) -> None:
    """A block with a warning is read each time, wherever in it that is."""
    for lines in (line + GOOD * 4, GOOD + line + GOOD * 3, GOOD * 4 + line):
        block = f"{lines}16 December 2025\n"
        alone = read_text(block)
        assert isinstance(alone[0], str)
        assert read_text(begin + block * 3) == [
            further_down(item, len(begin) + 6 * n) for n in range(3) for item in alone
        ]


def test_a_repeated_line_is_converted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rates that alternate are the same quotes each time."""
    made = Counted(patterns.quote_of)
    monkeypatch.setattr(block_reader, "quote_of", made)
    assert read_text("KGS/USD = 1\nKZT/USD = 3\nKGS/USD = 2\n" * 50)[-1] == (None, ["KGS 1;KZT 3", "KGS 2"], 150, 0)
    assert made.asked == 3
