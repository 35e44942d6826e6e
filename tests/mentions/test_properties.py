"""What holds for the mentions of any text."""

import random
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise

import phrases
import pytest

from ctick.mentions.finder import Finder, find
from ctick.mentions.model import Mention

SENTENCES = [row.sentence for path in phrases.paths() for row in phrases.read(path)]
SEEDS = range(20)

PIECES = [
    *("1", "5 ", "10", "50,000", "1.5", "3 million ", "7 trln ", "163 billion ", "2 млн ", "полтора ", "half a ", "ten "),
    *("KGS", "KZT ", "₸", "som", " som", "tenge ", "сомов", " тенге", "so'm", "so‘m", "manat", "sum", "Uzbek ", "Kyrgyzstan"),
    *("$", "US$", "$576", "(around $", "($", ")", "долл.", "dollars", " or ", "from ", " to ", "-", "–", ", ", " и ", " and "),
    *(" ", "\n", "\n\n", "\r\n", "\r", "\t", "\u00a0", "\u2009", "\x0b", "\x1f", "\x00", "\x85", "\u2028", "\ufeff", ".", "é", "👍", "\ud800"),
    *("per ", " per dollar", "dollar ", "a dollar ", "euro ", "rate ", " = ", "costs ", "курс ", "доллара ", "за ", "рубль ", "/", "cents"),
    *("about ", "million", "bn", "тыс. ", "hundred ", "пять ", "between ", "от ", "до ", "Azerbaijan ", "Tajik ", "узбекских ", "soums"),
    *("2024 ", "USD/KZT ", "KGS/USD = 0.01144 0%\n", "%", "word ", "слово ", "((((", "1" * 50, "1," * 30, "e\u0301", "İ", "ß", "²", "½", "٣"),
]  # fmt: skip


def rubbish(chance: random.Random, pieces: int = 60) -> str:
    return "".join(chance.choices(PIECES, k=chance.randint(0, pieces)))


def article(chance: random.Random, end: str = "\n\n") -> str:
    """Sentences of the tables in a random order, with rubbish between some of them."""
    chosen = chance.sample(SENTENCES, 12)
    return end.join(text if chance.random() < 0.8 else rubbish(chance) for text in chosen)


def texts() -> Iterator[str]:
    for seed in SEEDS:
        chance = random.Random(seed)
        yield article(chance)
        yield article(chance, chance.choice([" ", "\n", "\r\n\r\n", "\x1f"]))
        yield rubbish(chance)


TEXTS = [text.replace("\ud800", "") for text in texts()]


def fed(chunks: list[bytes]) -> list[Mention]:
    finder = Finder()
    return [*(mention for chunk in chunks for mention in finder.feed(chunk)), *finder.finish()]


def pieces(data: bytes, chance: random.Random, most: int) -> list[bytes]:
    """The data cut at random places, with empty pieces too."""
    cuts = [0]
    while cuts[-1] < len(data):
        cuts.append(cuts[-1] + chance.randint(0, most))
    return [data[start:end] for start, end in pairwise(cuts)]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_offset_and_byte_end_cut_the_phrase_out_of_the_text(text: str) -> None:
    r"""A phrase has the line ends of HTML source as `\n`."""
    mentions = find(text)
    text = text.replace("\x0b", "\n")
    data = text.encode("utf-8", "surrogatepass")
    start = text.startswith("\ufeff")
    for mention in mentions:
        begin = mention.offset + start
        assert text[begin : begin + len(mention.phrase)] == mention.phrase
        assert data[: mention.byte_end].endswith(mention.phrase.encode())
        assert mention.byte_end == len(text[: begin + len(mention.phrase)].encode("utf-8", "surrogatepass"))
        assert mention.paragraph[mention.start :].startswith(mention.phrase)
    assert all(one.offset + len(one.phrase) <= after.offset for one, after in pairwise(mentions))


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_line_and_column_agree_with_the_offset(text: str) -> None:
    r"""Lines end as in a text file, or in HTML with `\x0b`; CRLF in HTML is `\r\x0b`, and `\x1f` is a tag."""
    mentions = find(text)
    text = text.removeprefix("\ufeff")
    starts = [0, *(match.end() for match in re.finditer(r"\r[\n\x0b]|[\r\n\x0b]", text))]
    for mention in mentions:
        assert starts[mention.line - 1] + mention.column - 1 == mention.offset
        assert mention.line == len(starts) or mention.offset < starts[mention.line]


@pytest.mark.parametrize("seed", SEEDS)
def test_shuffling_paragraphs_shuffles_mentions(seed: int) -> None:
    """What is found in a paragraph depends on this paragraph alone."""
    chance = random.Random(seed)
    paragraphs = [re.sub(r"\s*\n\s*\n\s*", " ", text) for text in chance.sample(SENTENCES, 15)]
    alone = [[phrases.found(mention)[1:] for mention in find(text)] for text in paragraphs]
    order = chance.sample(range(len(paragraphs)), len(paragraphs))
    together = find("\n\n".join(paragraphs[number] for number in order))
    assert [phrases.found(mention)[1:] for mention in together] == [one for number in order for one in alone[number]]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_chunk_edges_make_no_difference(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    whole = fed([data])
    assert find(text) == whole
    assert fed([data[place : place + 1] for place in range(len(data))]) == whole
    for most in (3, 10, 100):
        assert fed(pieces(data, random.Random(most), most)) == whole


@pytest.mark.parametrize("seed", SEEDS)
def test_chunk_edges_make_no_difference_in_invalid_utf_8(seed: int) -> None:
    """Nor with a byte-order mark, CRLF and NUL."""
    chance = random.Random(seed)
    data = bytearray(article(chance).replace("\n", "\r\n").encode("utf-8", "surrogatepass"))
    for _ in range(40):
        data[chance.randrange(len(data))] = chance.choice(b"\xff\xc3\xe2\x80\x9d\x00\r\n 5$")
    for begin in (b"", b"\xef\xbb\xbf", b"\xef\xbb", b"\xff\xfe"):
        text = begin + data
        whole = fed([text])
        assert fed([text[place : place + 1] for place in range(len(text))]) == whole
        assert fed(pieces(text, chance, 50)) == whole


@pytest.mark.parametrize(
    "between", ["\n\n" + " " * 190 + "\n", "\r\r" + " " * 190 + "\r", "\n\n\t\r\n", "\x1f\n \x1f  "]
)
def test_chunk_edges_in_blank_lines_make_no_difference_to_a_long_paragraph(between: str) -> None:
    """It is read in pieces, which begin where its first word does."""
    data = f"A.{between}{'5 KGS and so on and on and on ' * 700}{between}7 KZT".encode()
    whole = fed([data])
    for place in sorted({*range(2, 5), *range(5, len(between), 23), *range(len(between) - 2, len(between) + 3)}):
        assert fed([data[:place], data[place:]]) == whole
    assert fed(pieces(data, random.Random(1), 100)) == whole


@pytest.mark.parametrize("between", ["\n", "\r", "\r\n", "\x0b", "\r\x0b"])
def test_each_kind_of_line_end_counts_once(between: str) -> None:
    r"""CRLF in the source of HTML comes as `\r\x0b`; inside a paragraph or between two, the result is the same."""
    for count in range(1, 4):
        text = f"So it was: 5 KGS.{between * count}And 7 KZT, they said."
        first, second = find(text)
        assert (first.line, first.column) == (1, 12)
        assert (second.line, second.column) == (1 + count, 5)


def test_a_line_end_of_html_is_one_in_the_phrase_and_in_the_count() -> None:
    r"""CRLF of the source comes as `\r\x0b`, also before the paragraph with the amount."""
    (mention,) = fed([b"One\r\x0btwo.\x1fThey pay 5\x0bKGS now.\x1f"])
    assert (mention.line, mention.column, mention.phrase) == (2, 15, "5\nKGS")


def test_a_byte_order_mark_is_no_character_of_the_text() -> None:
    text = "They paid 500 tenge.\nAnd 5 KGS."
    plain, marked = fed([text.encode()]), fed([text.encode("utf-8-sig")])
    assert [(one.line, one.column, one.offset) for one in plain] == [(1, 11, 10), (2, 5, 25)]
    assert [(one.line, one.column, one.offset) for one in marked] == [(1, 11, 10), (2, 5, 25)]
    assert [one.byte_end for one in marked] == [one.byte_end + 3 for one in plain]


def test_skipped_bytes_count_in_positions() -> None:
    """A ticker block in the middle is not searched, and what comes after it has its place in the whole text."""
    before, block, after = "Öl: 5 KGS.\n", "• KGS/USD = 0.01144 0%\r\n", "It costs 7 KZT.\n"
    finder = Finder()
    mentions = [*finder.feed(before.encode()), *finder.finish()]
    finder.skip(block.encode())
    mentions += [*finder.feed(after.encode()), *finder.finish()]
    assert [(one.line, one.column, one.offset) for one in mentions] == [(1, 5, 4), (3, 10, len(before + block) + 9)]
    assert mentions[1].byte_end == len((before + block + "It costs 7 KZT").encode())


def test_a_block_can_be_skipped_in_several_steps() -> None:
    """Also between CR and LF."""
    finder = Finder()
    for piece in ("•", " KGS/USD = 0.01144 0%", "\r", "\n"):
        finder.skip(piece.encode())
    (mention,) = [*finder.feed(b"5 KGS"), *finder.finish()]
    assert (mention.line, mention.column, mention.offset) == (2, 1, 24)


def test_half_a_character_counts_as_one() -> None:
    """A surrogate can be in a Python text, and not in UTF-8."""
    (mention,) = find("\ud800 5 KGS")
    assert (mention.column, mention.offset, mention.phrase) == (3, 2, "5 KGS")


@pytest.mark.parametrize("seed", range(300))
def test_rubbish_never_raises(seed: int) -> None:
    chance = random.Random(seed)
    find(rubbish(chance, 200))
    list(fed([chance.randbytes(300)]))
    text = chance.choice(SENTENCES)
    place = chance.randrange(len(text))
    find(text[:place] + chance.choice(PIECES) + text[place + chance.randint(0, 2) :])


def test_a_long_number_is_no_reason_to_fail() -> None:
    """Python refuses to convert very long integers."""
    for number in ("9" * 10_000, "9," * 5000, "1" + ",000" * 5000, "0." + "1" * 10_000):
        find(f"It costs {number} tenge (${number}), or {number} million som.")


def test_a_paragraph_is_yielded_when_it_is_complete() -> None:
    """A long text does not wait for its end."""
    finder = Finder()
    got = [mention for number in range(2000) for mention in finder.feed(b"It costs %d tenge.\n\n" % (number + 1))]
    assert len(got) > 1000


def test_finding_imports_no_command_and_no_output() -> None:
    code = "import sys, ctick.mentions.finder; print(*sorted(name for name in sys.modules if name.startswith('ctick')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    above = (
        "ctick.commands",
        "ctick.output",
        "ctick.cli",
        "ctick.storage",
        "ctick.sources",
        "ctick.ticker",
        "ctick.api",
    )
    assert [name for name in done.stdout.split() if name.startswith(above)] == []


def test_converting_imports_nothing_of_it() -> None:
    code = "import sys, ctick.__main__ as m; m.main(['convert', '1', 'KGS', '-q']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}; {code}"], capture_output=True, text=True, check=True)  # fmt: skip
    modules = done.stdout.split()
    assert "ctick.rates.amounts" in modules
    assert [name for name in modules if name == "re" or name.startswith("ctick.mentions")] == []
