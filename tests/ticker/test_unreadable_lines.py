"""Ticker lines that can't be read: each is reported, and nothing else is lost."""

import pytest
from reading import CUT, GOOD, GOOD_BLOCK, read_text


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
def test_an_unreadable_line_is_reported(line: str, cut: int) -> None:
    """With its place and text; the other lines count."""
    assert read_text(f"Prose\n  • {line}\n{GOOD}", cut) == [
        f"!2:3: skipped an unreadable ticker line: '• {line}'",
        GOOD_BLOCK,
    ]


@pytest.mark.parametrize("zero", ["0", "0.00000", "0.0000000000"])
def test_a_rate_of_zero_is_reported(zero: str) -> None:
    """However many places it has."""
    assert read_text(f"KGS/USD = {zero} 0%\n{GOOD}") == [
        f"!1:1: skipped a ticker line with a rate of 0: 'KGS/USD = {zero} 0%'",
        GOOD_BLOCK,
    ]


def test_excerpts_are_short_and_printable() -> None:
    """An excerpt has at most 60 characters, and neither control characters nor bytes that aren't text."""
    assert read_text(b"KGS/USD = \xff\x80\n" + GOOD.encode()) == [
        "!1:1: skipped an unreadable ticker line: 'KGS/USD = \ufffd\ufffd'",
        GOOD_BLOCK,
    ]
    assert read_text("KGS/USD = \x1b[31m\u202e" + "x" * 100 + "\n" + GOOD) == [
        "!1:1: skipped an unreadable ticker line: 'KGS/USD = \ufffd[31m\ufffd" + "x" * 41 + "...'",
        GOOD_BLOCK,
    ]


@pytest.mark.parametrize("date", ["16 December 2025", "31 February 2026"])
def test_unreadable_lines_belong_to_their_block(date: str) -> None:
    """The date below a block counts, though its first, middle or last line can't be read or is skipped."""
    bad = "KGS/USD = x\n"
    warning = "skipped an unreadable ticker line: 'KGS/USD = x'"
    text = f"{bad}EUR/USD = 1.1\n{GOOD}{bad}EUR/USD = ?\n{GOOD}KGS/EUR = 1\n{bad}\n\n16 December 2025\n"
    assert read_text(text) == [
        f"!1:1: {warning}", f"!4:1: {warning}", f"!8:1: {warning}", ("2025-12-16", ["KZT 0.00194 -0"], 2, 3)
    ]  # fmt: skip


@pytest.mark.parametrize("length", [20_000, 300_000])
@pytest.mark.parametrize(("filler", "excerpt"), [("x", f"KGS/USD = x{'x' * 46}..."), (" ", "KGS/USD = x")])
def test_an_unreadable_line_of_any_length_belongs_to_its_block(filler: str, excerpt: str, length: int) -> None:
    """The date below it counts, though no buffer holds the line."""
    assert read_text(f"{GOOD}KGS/USD = x{filler * length}y\n16 December 2025\n") == [
        f"!2:1: skipped an unreadable ticker line: '{excerpt}'",
        ("2025-12-16", ["KZT 0.00194 -0"], 1, 0),
    ]


WHOLE = "KGS/USD = 0.01144 0%\nKZT/USD = 0.00194 -0.28%"


@pytest.mark.parametrize("above", ["", "prose\n" * 2000])
def test_cut_short_anywhere(above: str) -> None:
    """Wherever the last line is cut, it is complete, reported, or not even begun: never a wrong rate."""
    first = "KGS 0.01144 0"
    begin = WHOLE.index("KZT")
    line = above.count("\n") + 2
    results = {size: read_text(above + WHOLE[:size]) for size in range(begin, len(WHOLE) + 1)}
    assert results.pop(begin) == [(None, [first], 1, 0)]
    assert results.pop(len(WHOLE)) == [(None, [f"{first};KZT 0.00194 -0.28"], 2, 0)]
    assert results == {
        size: [f"!{line}:1: {CUT}: '{WHOLE[begin:size].rstrip()}'", (None, [first], 1, 0)] for size in results
    }


@pytest.mark.parametrize(
    "text",
    ["KGS/USD = 0.01144", "KGS/USD = 0.01144\n", "KGS/USD = 0.01144\nKGS/USD = 0.01144"],
)
def test_a_block_without_per_cents_needs_none(text: str) -> None:
    """Its last line is complete without one."""
    assert read_text(text) == [(None, ["KGS 0.01144"], text.count("="), 0)]


def test_a_line_end_completes_a_line() -> None:
    """A last line without its per cent but with its line end is not cut short."""
    assert read_text("KGS/USD = 0.01144 0%\nKZT/USD = 0.00194\n") == [(None, ["KGS 0.01144 0;KZT 0.00194"], 2, 0)]


def test_per_cents_of_skipped_pairs_count() -> None:
    """A block has per cents also where only a pair that is skipped has one."""
    assert read_text("EUR/USD = 1.1 0%\nKZT/USD = 0.001") == [
        f"!2:1: {CUT}: 'KZT/USD = 0.001'",
        (None, [], 0, 1),
    ]


@pytest.mark.parametrize("last", ["END", "USD", "EUR/U", "KGZ", "KGS/EUR", "KGS and", "--", "16 Decem"])
def test_last_words_are_not_a_truncated_line(last: str) -> None:
    """A page's last words are not taken for a ticker line that was cut."""
    assert read_text(f"{GOOD}{last}") == [GOOD_BLOCK]
