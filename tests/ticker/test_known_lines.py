"""Blocks and lines that were read before are recognized by their text: what is found is the same as without that."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctick.ticker import bare_lines, block_reader, decoding, scanner
from ctick.ticker.bare_lines import BareLines
from ctick.ticker.scanner import Known, read

CODES = ("KGS", "KZT", "TJS", "UZS", "TMT")


class NoBareLines(BareLines):
    """Reads each line."""

    def skip(self, changes: set[tuple[str, str, str]]) -> None:
        pass


class NoBlocks(scanner._BlockCache):
    """Reads each block."""

    def add(self, key: bytes, text: bytes, block: object) -> None:
        pass


def found(data: bytes, chunk: int, known: Known | None = None, *, most: int = 4096) -> list[str]:
    """What is found with at most so many blocks and cycles remembered; with 0, each line is read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "CHUNK", chunk)
        patch.setattr(bare_lines, "_MOST", most)
        patch.setattr(scanner._BlockCache, "_MOST", most)
        if not most:
            known = Known()
            known.blocks = NoBlocks()
            patch.setattr(block_reader, "BareLines", NoBareLines)
        return list(map(repr, read([data], known)))


def one_of(*texts: str) -> st.SearchStrategy[str]:
    return st.sampled_from(texts)


DAYS = [
    [(code, f"0.0{day % 4 + place}", ("0%", "-0%", "-0.28%", "")[(day // 4 + place) % (3 + day // 9)]) for place, code in enumerate(CODES)]
    for day in range(10)
]  # fmt: skip
BETWEEN = one_of(
    *[""] * 20, "\n", "\n\n", " \n", "16 December 2025\n", "17 December 2025\n", "Updated\n16 December 2025\n",
    "2025-99-99\n", "words\n", "EUR/USD = 1.1 0%\n", "KGS/USD = 0.0.1 0%\n", "KZT/USD = 0 0%\n", "KGS/EUR = 1 0%\n",
    "• TMT/USD = 0.2 0%\n", "KGS / USD = 0.01 0%\n", "KGS/USD = 0.01\n", "\tTJS/USD =0.03 -0% \n", "KGS/USD = 0.00 0% more\n",
)  # fmt: skip
CYCLES = st.tuples(
    st.sampled_from(DAYS), one_of(*[""] * 9, "• ", "- "), st.sampled_from([*[5] * 9, 1, 3]), st.sampled_from([1, 1, 1, 2, 3, 9]), BETWEEN
)  # fmt: skip
TEXTS = st.tuples(
    st.lists(CYCLES, min_size=1, max_size=40), one_of("\n", "\n", "\r\n", "\r", "<br>\n", "</li><li>"), st.integers(1, 4)
)  # fmt: skip
SIZES = st.sampled_from([1 << 18, 1 << 18, 20_000, 9000, 1000, 100, 1])
FAR = b"words\n" * 2000
"""Only lines that are not near the end of what is in memory are counted unread."""


def written(text: tuple[list[tuple[list[tuple[str, str, str]], str, int, int, str]], str, int]) -> bytes:
    cycles, line_end, times = text
    lines = [
        "".join(f"{bullet}{code}/USD = {rate} {change}".rstrip() + "\n" for code, rate, change in day[:count]) * again
        + between
        for day, bullet, count, again, between in cycles
    ]
    return ("".join(lines) * times).replace("\n", line_end).encode()


def same_as_reading_each_line(texts: list[bytes], chunk: int, most: int) -> None:
    """In each text, in all of them behind each other, and in one that is cut short."""
    known = Known()
    for data in (texts[0] + FAR, *texts, b"".join([*texts, FAR]), texts[0][: len(texts[0]) * 2 // 3]):
        size = chunk if len(data) < 1000 * chunk else 1 << 18
        assert found(data, size, known, most=most) == found(data, size, most=0)


@given(st.lists(TEXTS.map(written), min_size=1, max_size=2), SIZES, st.sampled_from([4096, 3, 1]))
@settings(max_examples=150)
def test_any_lines(texts: list[bytes], chunk: int, most: int) -> None:
    same_as_reading_each_line(texts, chunk, most)


@pytest.mark.long
@given(st.lists(TEXTS.map(written), min_size=1, max_size=2), SIZES, st.sampled_from([4096, 3, 1]))
@settings(max_examples=10_000)
def test_any_lines_for_minutes(texts: list[bytes], chunk: int, most: int) -> None:
    same_as_reading_each_line(texts, chunk, most)


@pytest.mark.parametrize("most", [8192, 3])
@pytest.mark.parametrize("bullet", ["", "• "])
def test_bare_lines_of_many_days(most: int, bullet: str) -> None:
    """Days that come again in any order, with rates that change by one pair and by all."""
    days = ["".join(f"{bullet}{code}/USD = {rate} {change or '0%'}\n" for code, rate, change in day) for day in DAYS]
    days += [
        days[0].replace(" 0%", " -0%"),
        days[1].replace("TMT", "EUR"),
        days[2].split("TMT")[0],
        days[3][:-4] + "\n",
    ]
    days += [days[4].replace("TJS", "\nTJS"), days[5] + days[5].splitlines()[2] + "\n", days[6].replace("= ", "=")]
    random = Random(16)
    order = [day for _ in range(2000) for day in [random.randrange(len(days))] * random.choice([1, 2, 2, 3, 8])]
    data = "".join(days[day] for day in order).encode()
    expected = found(data, 1 << 18, most=0)
    for chunk in (1 << 18, 20_000, 1000):
        assert found(data, chunk, most=most) == expected


def test_a_change_of_known_rates_that_is_new_has_its_warning() -> None:
    """Both days are known, but not one after the other; a pair above the change may be new."""
    one, two, three = (f"KGS/USD = 0.01 0%\nKZT/USD = 0.0{place} 0%\n" * 2 for place in (1, 2, 3))
    few = "KZT/USD = 0.09 0%\n" * 2
    for text in (one + two + three + one + three + two + one, few + one + two + few + one, few * 2 + one + few + two):
        data = text.encode() + FAR
        assert found(data, 1 << 18) == found(data, 1 << 18, most=0)


@pytest.mark.parametrize("tail", ["", "\n", " \n", "5\n", " more\n", "%\n", "\x0b5\n", "\r", "\r\n"])
def test_the_last_of_known_lines_is_read_to_its_end(tail: str) -> None:
    """A line that goes on is no repeat, in the middle of a chunk and behind its end."""
    one, two = (f"KGS/USD = 0.01 0%\nKZT/USD = 0.0{place} 0%\n" * 4 for place in (1, 2))
    text = (one + two) * 9 + one + two * 200
    data = text.removesuffix("\n").encode()
    for chunk in (len(data), 1 << 18):
        whole = data + tail.encode() + FAR
        assert found(whole, chunk) == found(whole, chunk, most=0)


@pytest.mark.parametrize("date", ["16 December 2025", "2025-12-16", "Updated\n16.12.2025"])
@pytest.mark.parametrize("more", ["5", " and prose\n", " 12:00\n", "\nx"])
@pytest.mark.parametrize("line_end", ["\n", "<br>"])
def test_a_date_at_the_end_of_an_input_may_go_on_in_another(date: str, more: str, line_end: str) -> None:
    """The block that ends there is not known as one with this date."""
    known = Known()
    block = "KGS/USD = 0.01144 0%\nKZT/USD = 0.00194 -0%\n" * 8 + date
    for text in (block, block + more, block):
        data = text.replace("\n", line_end).encode()
        assert found(data, 1 << 18, known) == found(data, 1 << 18, most=0)


def test_what_is_known_stays_small() -> None:
    """However many blocks there are, however long, and however many begin with the same lines."""
    known = Known()
    same = "KGS/USD = 0.01 0%\n" * 2
    blocks = [f"KGS/USD = 0.{place} 0%\n" * 2 + "16 December 2025\n\n" for place in range(10_000, 16_000)]
    blocks += [f"{same}KZT/USD = 0.{place} 0%\n16 December 2025\n\n" for place in range(1000, 2000)]
    blocks.append(same + "KZT/USD = 0.5 0%\n" * 300 + "17 December 2025\n")
    list(read([block.encode() for block in blocks], known))
    sizes = [len(alike) for alike in known.blocks._blocks.values()]
    assert 1000 < sum(sizes) <= 4096
    assert max(sizes) == 64
    assert max(len(one.end) for alike in known.blocks._blocks.values() for one in alike) < 100


def test_a_first_pair_that_comes_again_only_in_a_later_block() -> None:
    """The lines between belong to blocks of their own, however often all this repeats."""
    one, two = "KGS/USD = 0.01 0%\n17 December 2025\n", "TJS/USD = 0.02 0%\nUZS/USD = 0.03 0%\nUpdated\n"
    for text in (one + two, one + two + "words\n", one + one + two, one + two + two):
        data = text.encode() * 9 + FAR
        assert found(data, 1 << 18) == found(data, 1 << 18, most=0)


def test_a_pair_that_only_repeats_have_is_not_known_without_them() -> None:
    """TJS is in the second lines of the first block: the same block without those lines has no TJS."""
    two, end = b"KGS/USD = 1 0%\nKZT/USD = 2 0%\n", b"KGS/USD = 1 0%\n16 December 2025\nx\n"
    data = two + two + b"TJS/USD = 3 0%\n" + end + two + end
    assert found(data, 1 << 18) == found(data, 1 << 18, most=0)
