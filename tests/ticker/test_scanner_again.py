"""What comes again in an input: it is told as often as it comes, and read as seldom as can be."""

from typing import Any

import pytest
from conftest import PAGE_10, PAGE_16, SEED_16, ticker_lines
from test_scanner import B10, B16, GOOD, Item, said

from ctick.ticker import block_reader, decoding, patterns


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
def test_a_page_that_comes_again_is_not_read_line_by_line(matched: Counted, begin: str, page: str) -> None:
    """A hundred times the same page are read once, and compared from then on."""
    steps = []
    for times in (1, 100):
        matched.asked = 0
        assert said(begin + page * times) == [B16] * times
        steps.append(matched.asked)
    assert steps[0] == steps[1]


@pytest.mark.parametrize("begin", ["", "\n", "prose\n", "<p>prose</p>\n"])
@pytest.mark.parametrize("lines", ["KGS/USD = 1 0%\n", "KGS/USD = 1 0%\nKZT/USD = 2\nEUR/USD = 3\n"])
def test_lines_that_come_again_and_again_are_not_read(matched: Counted, begin: str, lines: str) -> None:
    """Of thousands of repeats in one block a few are read, the others are counted."""
    steps = []
    for times in (10, 4000):
        matched.asked = 0
        count = lines.count("=")
        skipped = lines.count("EUR")
        quotes = "KGS 1 0;KZT 2" if "KZT" in lines else "KGS 1 0"
        assert said(begin + lines * times) == [(None, [quotes], (count - skipped) * times, skipped * times)]
        steps.append(matched.asked)
    assert steps[1] <= steps[0] + count


@pytest.mark.parametrize("size", [*range(20, 60, 3), 1000])
def test_what_comes_again_may_go_over_the_edge_of_a_buffer(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Lines are counted and pages are told apart wherever the inner buffers end."""
    monkeypatch.setattr(decoding, "CHUNK", size)
    assert said("KGS/USD = 1\n" * 1500) == [(None, ["KGS 1"], 1500, 0)]
    assert said((PAGE_16 + PAGE_10) * 12) == [B16, B10] * 12  # more than is looked ahead


def test_a_block_without_a_date_may_have_one_when_it_comes_again() -> None:
    """And more lines: what stands below it is looked at each time."""
    lines = GOOD * 5
    items = said(f"{lines}prose\n{lines}9 Jan 2025\n{lines}{GOOD}prose\n{lines}EUR/USD = 1\n")
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
def test_a_remark_comes_again_with_its_block(begin: str, line: str) -> None:
    """A block with something to remark on is read each time, wherever in it that is."""
    for lines in (line + GOOD * 4, GOOD + line + GOOD * 3, GOOD * 4 + line):
        block = f"{lines}16 December 2025\n"
        alone = said(block)
        assert isinstance(alone[0], str)
        assert said(begin + block * 3) == [further_down(item, len(begin) + 6 * n) for n in range(3) for item in alone]


def test_a_line_that_comes_again_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rates that take turns are the same quotes each time."""
    made = Counted(patterns.quote_of)
    monkeypatch.setattr(block_reader, "quote_of", made)
    assert said("KGS/USD = 1\nKZT/USD = 3\nKGS/USD = 2\n" * 50)[-1] == (None, ["KGS 1;KZT 3", "KGS 2"], 150, 0)
    assert made.asked == 3
