"""A phrase in its sentence: which sentence, and how it is cut."""

import time

import pytest
from rich.cells import cell_len

from ctick.output.excerpt import excerpt

PHRASE = "50,000 KGS"


def shown(paragraph: str, width: int = 100, phrase: str = PHRASE, dots: str = "…") -> str:
    parts = excerpt(paragraph, paragraph.index(phrase), phrase, width, dots)
    line = "".join(parts)
    assert cell_len(line) <= max(width, cell_len(parts[1]))
    return line


@pytest.mark.parametrize(
    ("paragraph", "sentence"),
    [
        ("One. He paid 50,000 KGS. Two.", "He paid 50,000 KGS."),
        ("One! He paid 50,000 KGS? Two.", "He paid 50,000 KGS?"),
        ("“One.” “He paid 50,000 KGS,” she said. Two.", "“He paid 50,000 KGS,” she said."),
        ("One… (He paid 50,000 KGS.) Two.", "(He paid 50,000 KGS.)"),
        ("The U.S. Embassy paid Mr. Osmonov 50,000 KGS on Feb. 5. Two.", "The U.S. Embassy paid Mr. Osmonov 50,000 KGS on Feb. 5."),
        ("A rise of 1.5 per cent, i.e. about 50,000 KGS. no end", "A rise of 1.5 per cent, i.e. about 50,000 KGS. no end"),
        ("Раньше было 100 тыс. Сомов, теперь 50,000 KGS. Два.", "Раньше было 100 тыс. Сомов, теперь 50,000 KGS."),
        ("50,000 KGS", "50,000 KGS"),
        ("  a\r\n\t b\x0b\x1f  50,000 KGS\n c  ", "a b 50,000 KGS c"),
        ("They\n    will\n    pay\n    each\n    of\n    them\n    50,000 KGS", "They will pay each of them 50,000 KGS"),
        ("It yields:\n\t• 3 KZT\n\t• 50,000 KGS or\n\t  more\n\t• 14 KZT", "• 50,000 KGS or more"),
        ("From 10\n-50,000 KGS", "From 10 -50,000 KGS"),
        ("a\x00\x1b[31m\u202eb 50,000 KGS \udcff", "a\ufffd\ufffd[31m\ufffdb 50,000 KGS \ufffd"),
    ],
)  # fmt: skip
def test_sentences(paragraph: str, sentence: str) -> None:
    """From one blank between a full stop and a capital to the next, and as one plain line."""
    assert shown(paragraph) == sentence


LONG = "The ministry said that it will pay each of them an extra 50,000 KGS (around $576) a month from January on."


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (len(LONG), LONG),
        (
            len(LONG) - 1,
            "… ministry said that it will pay each of them an extra 50,000 KGS (around $576) a month from January on.",
        ),
        (60, "… them an extra 50,000 KGS (around $576) a month from …"),
        (30, "… 50,000 KGS (around …"),
        (20, "… 50,000 KGS …"),
        (13, "50,000 KGS …"),
        (10, "50,000 KGS"),
        (5, "50,000 KGS"),
    ],
)
def test_cuts(width: int, line: str) -> None:
    """At word ends, on both sides, with dots; the amount is always there, and whole."""
    assert shown(LONG, width) == line


def test_a_short_side_leaves_its_space_to_the_other() -> None:
    assert shown("He paid 50,000 KGS " + "for it " * 20, 40) == "He paid 50,000 KGS for it for it for …"
    assert shown("for it " * 20 + "50,000 KGS.", 40) == "… it for it for it for it 50,000 KGS."


def test_dots_in_ascii() -> None:
    """Where the terminal has no `…`."""
    assert shown(LONG, 40, dots="...") == "... extra 50,000 KGS (around $576) a ..."


def test_wide_characters_take_two_columns() -> None:
    assert shown("日本語" * 20 + " 50,000 KGS " + "日本語" * 20, 40) == "… 50,000 KGS …"
    assert shown("日本 " * 20 + "50,000 KGS" + " 日本" * 20, 30) == "… 50,000 KGS 日本 日本 …"


@pytest.mark.parametrize("filler", ["x", " ", ".", ". A", "\u0301", "\x1b\u202e", "日", "\n", "U.S. ", "'"])
def test_a_long_paragraph_takes_no_time(filler: str) -> None:
    """Only what is near the phrase is looked at."""
    paragraph = f"{filler * 1_000_000}50,000 KGS{filler * 1_000_000}"
    start = len(filler) * 1_000_000
    began = time.perf_counter()
    for _ in range(20):
        assert excerpt(paragraph, start, PHRASE, 80)[1] == PHRASE
    assert time.perf_counter() - began < 1
