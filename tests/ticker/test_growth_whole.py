"""The reader, the HTML stripper and the reader of amounts as a whole: lines of Python and steps of patterns together."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

import pytest
from steps import Machine
from test_growth import MACHINES, PATTERNS

from ctick.errors import CtickError
from ctick.rates import amounts
from ctick.ticker import blocks, dates, decoding, hidden_elements, html_text, patterns, scanner

SIZES = (2000, 4000, 8000)

MOST = 100
"""Lines and steps for each byte."""


class Counter:
    """Lines of Python that were executed, and steps that patterns took."""

    def __init__(self) -> None:
        self.count = 0

    def trace(self, frame: FrameType, event: str, _: object) -> "Callable[..., Any] | None":
        if event == "call" and "/ctick/" not in frame.f_code.co_filename:
            return None
        self.count += event == "line"
        return self.trace


class Counted:
    """A pattern whose steps are counted beside what `re` finds."""

    def __init__(self, pattern: Any, machine: Machine, counter: Counter) -> None:
        self.re = pattern
        self.machine = machine
        self.counter = counter

    def match(self, text: bytes, start: int = 0, end: int | None = None) -> Any:
        self.counter.count += self.machine.match(text, start, end).steps
        return self.re.match(text, start, len(text) if end is None else end)

    def search(self, text: bytes, start: int = 0, end: int | None = None) -> Any:
        self.counter.count += self.machine.search(text, start, end).steps
        return self.re.search(text, start, len(text) if end is None else end)

    def finditer(self, text: bytes) -> Any:
        self.counter.count += self.machine.everywhere(text).steps
        return self.re.finditer(text)

    def findall(self, text: bytes) -> Any:
        self.counter.count += self.machine.everywhere(text).steps
        return self.re.findall(text)

    def sub(self, by: Any, text: bytes) -> Any:
        self.counter.count += self.machine.everywhere(text).steps
        return self.re.sub(by, text)


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> Counter:
    """All patterns of the reader counted; what it may look ahead is short, so that a text can be longer by far."""
    counter = Counter()
    counted = {pattern: Counted(pattern, MACHINES[name], counter) for name, pattern in PATTERNS.items()}
    replaced = 0
    for module in (scanner, patterns, html_text, hidden_elements, dates):
        for name, value in list(vars(module).items()):
            if isinstance(value, type(html_text._TAG)):
                monkeypatch.setattr(module, name, counted[value])
                replaced += 1
    assert replaced > 15
    monkeypatch.setattr(html_text, "_NO_TEXT", {name: counted[value] for name, value in html_text._NO_TEXT.items()})
    monkeypatch.setattr(scanner, "_REACH", 256)
    monkeypatch.setattr(scanner, "_KEEP", 128)
    monkeypatch.setattr(html_text, "_LONGEST_TAG", 256)
    return counter


@contextmanager
def counting(counter: Counter) -> Iterator[None]:
    before = sys.gettrace()
    sys.settrace(counter.trace)
    try:
        yield
    finally:
        sys.settrace(before)


def counts(counter: Counter, work: Callable[[int], object]) -> list[int]:
    """The work at the three sizes."""
    found = []
    for size in SIZES:
        counter.count = 0
        with counting(counter):
            work(size)
        found.append(counter.count)
    return found


def grows_with(found: list[int]) -> bool:
    """Whether what is added by the second half is no more than twice what the first added, but for a little."""
    return found[2] - found[1] <= 2.2 * (found[1] - found[0]) + 2000


UNITS = {
    "equals": b"=", "slashes": b"/", "both": b"/=", "less": b"<", "tags begun": b"<a ", "closed": b"</a", "quote": b'<a b="',
    "apostrophe": b"<a b='", "unequal quotes": b"<a \"'>", "attributes": b"<a b=c d", "deep": b"<div>", "entities": b"&#1",
    "names": b"&ampamp", "comments": b"<!-", "comment": b"<!--", "ends": b"-->", "scripts": b"<script>", "script end": b"</script",
    "paragraphs": b"<p>\n", "no value": b"KGS/USD = x\n", "cut": b"KGS/USD =\n", "run": b"KGS/USD=", "codes": b"AA/BB=",
    "alternating": b"KGS/USD = 0.01 0%\nKGS/USD = 0.02 0%\n", "no dates": b"KGS/USD = 0.01 0%\n99 December 2025\n",
    "dates": b"KGS/USD = 0.01 0%\n9 December 2025\n", "labels": b"KGS/USD = 1\nUpdated\nUpdated\n12/16/2025\n",
    "figures": b"<p>KGS/USD = 1<td>2<td>3", "any figures": b"<td>1", "blanks": b" ", "wide blanks": b"\xc2\xa0", "blank lines": b"\n \t",
    "reach": b"KGS/USD = " + b" " * 240 + b"x\n", "beyond": b"KGS" + b" " * 250 + b"/USD = 1\n", "indented": b"\n" + b" " * 200 + b"=",
    "bullets": b"\xe2\x80\xa2 ", "changes": b"<p>KGS/USD = x<p>1%<p>", "apart": b"<p>KGS</p>/<p>USD</p>=",
    "others": b"EUR/USD = 1.1 0%\n", "letters": b"AAAA ", "numbers": b"1.1.", "mixed": b"<a>=/'\"&;\n", "returns": b"\r", "hidden": b"<p hidden>=", "deeper": b"<div hidden>", "hidden begun": b"<a hidden='",
}  # fmt: skip


@pytest.mark.parametrize("begin", [b"", b"<html>", b"KGS/USD = 0.01 0%\n"], ids=["text", "html", "block"])
@pytest.mark.parametrize("kind", UNITS)
def test_the_reader(counter: Counter, kind: str, begin: bytes) -> None:
    """Whatever is repeated, twice as much of it is twice the work, from the bytes to blocks and remarks."""

    def work(size: int) -> None:
        with suppress(CtickError):  # of a comment that is never closed
            for _ in scanner.read([begin + UNITS[kind] * (size // len(UNITS[kind]))]):
                pass

    found = counts(counter, work)
    assert found[0] > 20
    assert grows_with(found), found
    assert found[2] < MOST * SIZES[2]


def test_growth_is_told(counter: Counter) -> None:
    """A stripper that forgot where it was would be found out."""

    def work(size: int) -> None:
        for place in range(0, size, 500):
            for _ in decoding.plain_text([b"<a>" * (place // 3)]):
                pass

    assert not grows_with(counts(counter, work))


def test_many_different_snapshots(counter: Counter) -> None:
    """Ever new rates in one block."""

    def work(size: int) -> None:
        text = b"".join(b"KGS/USD = 0.%06d 0%%\n" % number for number in range(1, size // 20))
        assert (
            sum(len(item.snapshots) for item in scanner.read([text]) if isinstance(item, blocks.Block))
            == size // 20 - 1
        )

    assert grows_with(counts(counter, work))


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1,",
        "1 ",
        "1.",
        "-",
        "- ",
        "k",
        "KGS ",
        ",",
        "1e",
        "$",
        "to ",
        "1k",
        "½",
        "so'm ",
        "'",
        "1 KGS\t",
        "\u3000",
    ],
)
def test_amounts(counter: Counter, unit: str) -> None:
    """Up to 500 characters the work grows with them; beyond it does not grow at all."""

    def work(size: int) -> int:
        counter.count = 0
        with counting(counter), suppress(CtickError):
            amounts.read(["1 " + unit * (size // len(unit))])
        return counter.count

    found = [work(size) for size in (120, 240, 480)]
    assert found[2] - found[1] <= 2.2 * (found[1] - found[0]) + 1000, found
    assert work(10_000) == work(20_000) < 100
