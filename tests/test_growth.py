"""However hostile a text is, the time to read it grows with its length alone."""

import importlib
import pkgutil
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import product
from typing import Any

import pytest

import ctick
from ctick.commands.scan_days import MentionReader
from ctick.commands.scan_pieces import split
from ctick.errors import CtickError
from ctick.mentions.finder import Finder, find
from ctick.rates import amounts
from ctick.ticker import decoding, scanner
from ctick.ticker.visible_text import visible

SIZES = (1 << 10, 1 << 13, 1 << 16)
"""Each eight times the one before: the looking ahead of the reader ends between the second and the third."""

MOST = 24
"""How many times as long eight times the text may take: linear is 8, quadratic 64."""

SHORT = 0.001
"""Seconds below which a time is mostly noise."""


@pytest.fixture(autouse=True)
def limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Small chunks, so that a text has many of them; and a limit of 20 seconds of CPU, for what would take forever."""

    def fail(*_: object) -> None:
        raise AssertionError("takes more than 20 seconds of CPU")

    monkeypatch.setattr(decoding, "CHUNK", 1 << 10)
    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGVTALRM, fail)
    signal.setitimer(signal.ITIMER_VIRTUAL, 20)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


def cpu_time(work: Callable[[], object], enough: float) -> float:
    """Seconds of CPU that the work takes: the best of several, unless one of them is good enough."""
    best = float("inf")
    for _ in range(7):
        begin = time.thread_time()  # that of the process moves in steps of milliseconds while a timer of it runs
        work()
        best = min(best, time.thread_time() - begin)
        if best <= enough:
            break
    return best


def check_growth(work: Callable[[int], object], sizes: tuple[int, ...] = SIZES, short: float = SHORT) -> None:
    """Fails where the time that the work takes for a size grows faster than the size."""
    limit = MOST * short
    for size in sizes:
        taken = cpu_time(lambda size=size: work(size), limit)  # type: ignore[misc]
        assert taken <= limit, f"{size} take {taken:.4f} s of CPU, more than {limit:.4f} s"
        limit = MOST * max(taken, short)


BEGINS = {
    "text": b"", "html": b"<html>", "block": b"KGS/USD = 0.01 0%\n", "rate": b"KGS/USD = ", "html rate": b"<p>KGS/USD = ",
    "hidden": b"<div hidden>", "tag": b"<a",
}  # fmt: skip
UNITS = {
    "equals": b"=", "slashes": b"/", "both": b"/=", "less": b"<", "tags begun": b"<a ", "closed": b"</a", "quote": b'<a b="',
    "apostrophe": b"<a b='", "unequal quotes": b"<a \"'>", "attributes": b"<a b=c d", "attribute": b"  b=c  ", "deep": b"<div>", "entities": b"&#1",
    "names": b"&ampamp", "comments": b"<!-", "comment": b"<!--", "ends": b"-->", "scripts": b"<script>", "script end": b"</script",
    "paragraphs": b"<p>\n", "no value": b"KGS/USD = x\n", "no rate": b"KGS/USD =\n", "no blanks": b"KGS/USD=", "codes": b"AA/BB=",
    "alternating": b"KGS/USD = 0.01 0%\nKGS/USD = 0.02 0%\n", "bad dates": b"KGS/USD = 0.01 0%\n99 December 2025\n",
    "dates": b"KGS/USD = 0.01 0%\n9 December 2025\n", "labels": b"KGS/USD = 1\nUpdated\nUpdated\n12/16/2025\n",
    "numbers after rates": b"<p>KGS/USD = 1<td>2<td>3", "numbers": b"<td>1", "digits": b"1", "points": b"1.1.", "commas": b"1,",
    "blanks": b" ", "wide blanks": b"\xc2\xa0", "blank lines": b"\n \t", "html blanks": b"<br> ", "signs": b"-",
    "blanks in lines": b"KGS/USD = " + b" " * 240 + b"x\n", "too many blanks": b"KGS" + b" " * 250 + b"/USD = 1\n",
    "indented": b"\n" + b" " * 200 + b"=", "bullets": b"\xe2\x80\xa2 ", "changes": b"<p>KGS/USD = x<p>1%<p>",
    "parts": b"<p>KGS</p>/<p>USD</p>=", "others": b"EUR/USD = 1.1 0%\n", "capitals": b"AAAA ", "mixed": b"<a>=/'\"&;\n",
    "returns": b"\r", "hidden": b"<p hidden>=", "hidden in hidden": b"<div hidden><div>", "hidden begun": b"<a hidden='",
    "hidden list items": b"<ul><li hidden>", "hidden and ended": b"<p hidden></ul>", "hidden unknown": b"<x hidden>=</y>",
    "hidden cells": b"<table><td hidden>", "display": b"<a display='", "hiddenhidden": b"<a hiddenhidden",
    "style": b"<i style='display:" + b" " * 50 + b"'>", "words of dates": b"Updated ", "months": b"9 Dec ", "times": b"12:00 ",
}  # fmt: skip


@pytest.mark.parametrize("begin", BEGINS)
@pytest.mark.parametrize("kind", UNITS)
def test_the_time_of_the_reader_grows_with_its_input(kind: str, begin: str) -> None:
    """Whatever is repeated, from the bytes to blocks and warnings."""

    def work(size: int) -> None:
        with suppress(CtickError):  # of a comment that is never closed
            for _ in scanner.read([BEGINS[begin] + UNITS[kind] * (size // len(UNITS[kind]))]):
                pass

    check_growth(work)


@pytest.mark.parametrize("begin", ["text", "html", "block", "rate"])
@pytest.mark.parametrize("kind", UNITS)
def test_the_time_to_find_amounts_around_tickers_grows_with_the_text(kind: str, begin: str) -> None:
    """With what only looks like a ticker line, too."""

    def work(size: int) -> None:
        data = BEGINS[begin] + UNITS[kind] * (size // len(UNITS[kind]))
        chunks = (data[place : place + (1 << 14)] for place in range(0, len(data), 1 << 14))
        with suppress(CtickError):
            for _ in MentionReader(article=True, below=True).mentions(split(piece.text for piece in visible(chunks))):
                pass

    check_growth(work)


@pytest.mark.parametrize("begin", [b"", b"<!--", b"<script>", b"<div hidden>", b"KGS/USD = ", b"KGS/USD = 1\n", b"<p "])
@pytest.mark.parametrize("filler", [b"x", b" "])
def test_the_time_of_what_never_ends_grows_with_its_length(begin: bytes, filler: bytes) -> None:
    """Each of many chunks is looked at once."""

    def work(size: int) -> None:
        with suppress(CtickError):
            for _ in scanner.read([begin + filler * size]):
                pass

    check_growth(work, (1 << 16, 1 << 19))


def test_the_time_for_one_block_grows_with_its_snapshots() -> None:
    """A new rate in each of its lines."""

    def work(size: int) -> None:
        for _ in scanner.read([b"".join(b"KGS/USD = 0.%06d 0%%\n" % number for number in range(1, size // 20))]):
            pass

    check_growth(work)


MONEY = [
    *("1", "1,", "1 ", "1.", "1 1", "5 som ", "5 som\n", "som ", "KGS", "KGS ", "KGS 1", "tenge", "\u20b8", "so'm", "5-", "5 or ", "1, 2 and "),
    *("$", "$5 ", "$5 som ", "5 som (", "5 som ($5", "($5) ", "(", ")", "((5 som)", "from ", "from 5 to ", "between 5 and ", "5 to "),
    *("million ", "5 million ", "5 trillion 4 billion ", "half a ", "one and ", "twenty-", "thousand-", "two hundred and ", "dollars ", "5 dollars "),
    *("per ", "5 som per ", "5 som for ", "rate ", "5 som, about ", "Kyrgyz ", "Kyrgyzstan Uzbekistan ", "Uzbek som ", "USD/KZT 5 ", "= 5 "),
    *("сом ", "5 сом ", "5 млн ", "тыс. ", "от 5 до ", "полтора ", "долл. ", "курс ", "5 сомов за ", "5 тг.", "с половиной "),
    *("\n", "\r", "\r\n \t", "\x0b", "\x1f", "5 som\n\n", "5 som\x1f", " ", "\u00a0", "5\u2009", "\u2028", "A", "Som", "x", ".", "e\u0301"),
]  # fmt: skip


@pytest.mark.parametrize("unit", MONEY)
def test_the_time_of_the_finder_grows_with_the_text(unit: str) -> None:
    """With an amount at either end, as a text and in small chunks."""

    def work(size: int) -> None:
        text = f"5 som {unit * (size // len(unit))} 5 som"
        find(text)
        finder, data = Finder(), text.encode()
        for place in range(0, len(data), 1 << 10):
            for _ in finder.feed(data[place : place + (1 << 10)]):
                pass
        list(finder.finish())

    check_growth(work, short=4 * SHORT)  # a text of nothing but amounts takes long while coverage is measured


@pytest.mark.parametrize("unit", ["1", "1,", "1 ", "1.", "-", "- ", "k", "KGS ", ",", "1e", "$", "to ", "1k", "½", "so'm ", "'", "1 KGS\t", "\u3000"])  # fmt: skip
def test_the_time_of_amounts_is_bounded(unit: str) -> None:
    """Too long an amount is refused before it is read."""

    def work(size: int) -> None:
        with suppress(CtickError):
            amounts.read("1 " + unit * (size // len(unit)))

    check_growth(work, (60, 480))
    for size in (1 << 10, 1 << 20):
        assert cpu_time(lambda size=size: work(size), 0.05) <= 0.05  # type: ignore[misc]


def test_growth_is_noticed() -> None:
    """The check fails for work that is quadratic."""
    with pytest.raises(AssertionError, match=r"of CPU"):
        check_growth(lambda size: re.sub(rb"[ \t]*x", b"", b" " * size), (1 << 10, 1 << 13))


# -- every pattern ------------------------------------------------------------------------------


def patterns() -> dict[str, "re.Pattern[Any]"]:
    """Every compiled pattern in the modules of ctick, also in their tuples and dicts."""
    found: dict[re.Pattern[Any], str] = {}
    for info in pkgutil.walk_packages(ctick.__path__, "ctick."):
        if info.name == "ctick.__main__":
            continue
        for name, value in vars(importlib.import_module(info.name)).items():
            for pattern in _patterns_in(value):
                found.setdefault(pattern, f"{info.name}.{name} {pattern.pattern[:20]!r}")
    return {name: pattern for pattern, name in found.items()}


def _patterns_in(value: object) -> Iterator["re.Pattern[Any]"]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, (tuple, list)):
        for item in value:
            yield from _patterns_in(item)


PATTERNS = patterns()
ESCAPED_OR_CLASS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
POSSESSIVE = re.compile(r"[*+?}]\+|\(\?>")


def is_possessive(pattern: str | bytes) -> bool:
    """Whether a pattern has a possessive quantifier or an atomic group."""
    text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
    return POSSESSIVE.search(ESCAPED_OR_CLASS.sub("x", text)) is not None


def test_no_pattern_has_possessive_quantifiers() -> None:
    """Nor atomic groups: up to Python 3.11.4 they match wrongly."""
    assert len(PATTERNS) > 30
    assert [name for name, pattern in PATTERNS.items() if is_possessive(pattern.pattern)] == []


def test_possessive_quantifiers_are_noticed() -> None:
    for pattern in ("a++", "a*+b", "a?+", "a{2,3}+", "(?>a|b)", "(?:x(?=a++))", r"[\]]++", rb"\++\++x++", "[]+]++"):
        assert is_possessive(pattern), pattern
    for pattern in (r"\++", "[*+]+", "a+", "(?:a+)+", r"[\]*+]", "[]*+]", "[^]?+]", r"\*+"):
        assert not is_possessive(pattern), pattern


ONLY_MATCHED = ("ctick.ticker.dates._DATES", "ctick.ticker.html_text._ATTRIBUTES")
"""Patterns that are not searched for, but matched at one place: from each place they would look far ahead."""

PIECES = ["a", "A", "1", ".", " ", "\n", "=", "/", "<", '"', "&", ":", "-", "%", "Dec", "€"]


@pytest.mark.parametrize("name", PATTERNS)
def test_the_time_of_a_pattern_grows_with_the_text(name: str) -> None:
    """For all pairs of pieces, repeated."""
    pattern = PATTERNS[name]
    binary = isinstance(pattern.pattern, bytes)
    find = pattern.match if name.startswith(ONLY_MATCHED) else pattern.search
    for one, other in product(PIECES, PIECES):

        def work(size: int, unit: str = one + other) -> None:
            text = unit * (size // len(unit)) + "\0"
            find(text.encode() if binary else text)

        check_growth(work, (1 << 10, 1 << 13))
