"""Damaged crawl archives: what is sound is read, what is lost is named, and memory stays flat."""

import gzip
import itertools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from archive_bytes import HTML, PACKINGS, URL, answer, offsets, parts, places, record
from conftest import PAGE_16

from ctick.errors import InputError
from ctick.ticker import crawl
from ctick.ticker.crawl_page import LONGEST_HEADER
from ctick.ticker.documents import documents

pytest.importorskip("fastwarc")


class Case(NamedTuple):
    """An archive in pieces, and what is wrong with it."""

    pieces: list[bytes]
    lost: set[int]
    """Pieces that can't be read; several in a row are one loss."""


def overwritten(piece: bytes, random: Random) -> bytes:
    """The same length, with 12 bytes in its last half that no packed data survives."""
    start = random.randrange(len(piece) // 2, len(piece) - 30)
    return piece[:start] + bytes(byte ^ 0xFF for byte in piece[start : start + 12]) + piece[start + 12 :]


def cut(piece: bytes, random: Random) -> bytes:
    return piece[: random.randrange(len(piece) // 3, len(piece) - 20)]


def garbage(random: Random) -> bytes:
    return bytes(random.choices(range(32, 127), k=random.randrange(40, 2000)))


def page(number: int, random: Random, length: str | None = None) -> bytes:
    body = PAGE_16.encode() + bytes(random.choices(b"abcdefgh <>=/\n", k=random.randrange(500, 9000)))
    return record(answer(body), url=f"{URL}/{number}", length=length)


def wrong_length(number: int, random: Random) -> bytes:
    return page(number, random, random.choice(["-1", "x", "99999999999999999999999", "0", "20", "9" * 5, "700000"]))


def case(pack: Callable[[bytes], bytes], random: Random, *, packed: bool) -> Case:
    """An archive of up to 30 records with up to 4 damaged places."""
    pieces = [pack(page(number, random)) for number in range(random.randrange(2, 30))]
    lost = set()
    for number in random.sample(range(len(pieces)), min(len(pieces), random.randrange(5))):
        kind = random.randrange(5 if packed else 3)
        if kind == 0:
            pieces[number] = pack(wrong_length(number, random))
        elif kind == 1 and number:  # an archive begins with a record
            pieces[number] = garbage(random)
        elif kind == 2 or number == len(pieces) - 1:
            pieces[number] = cut(pieces[number], random)
        elif kind == 3:
            pieces[number] = overwritten(pieces[number], random)
        elif kind == 4 and number:
            pieces[number] = pack(b"no record")
        else:
            continue
        lost.add(number)
    return Case(pieces, lost)


def expected(case: Case) -> list[str]:
    """What is read and, from `!` on, what is named."""
    begins = offsets(case.pieces)
    result = []
    for number in range(len(case.pieces)):
        if number not in case.lost:
            result.append(f"record at {begins[number]} ({URL}/{number})")
        elif number - 1 not in case.lost:
            sound = next((other for other in range(number, len(case.pieces)) if other not in case.lost), None)
            then = "nothing after it can be read" if sound is None else f"skipped to {begins[sound]}"
            result.append(f"!record at {begins[number]}: damaged, {then}: get a new copy")
    return result


def without_reason(place: str) -> str:
    before, found, after = place.partition(" (") if place.startswith("!") else (place, "", "")
    return before + after.partition(")")[2] if found else place


def merged(found: list[str]) -> list[str]:
    """One loss for those of which each begins where the one before it ends."""
    result: list[str] = []
    for place in found:
        begin = place.removeprefix("!record at ").partition(":")[0]
        if result and result[-1].startswith("!") and result[-1].endswith(f", skipped to {begin}: get a new copy"):
            result.append(result.pop().partition(",")[0] + place[place.index(",") :])
        else:
            result.append(place)
    return result


@pytest.mark.parametrize("seed", range(200))
def test_everything_sound_is_read_and_every_loss_is_named(seed: int) -> None:
    """Damaged members, wrong lengths, cut ends, garbage between: each once, with its offset, however the chunks are cut."""
    random = Random(seed)
    name = random.choice(list(PACKINGS))
    made = case(PACKINGS[name], random, packed=name != "plain")
    found = places(b"".join(made.pieces), random.choice([500, 1 << 18]))
    assert merged([without_reason(place) for place in found]) == expected(made)


REASONS: dict[str, Callable[[bytes], bytes]] = {
    "its length isn't that in its header": lambda _: record(answer(), length="10"),
    "truncated": lambda _: record(answer(), length="30000000"),
    "invalid WARC header": lambda piece: b"WARC/1.7\r\n" + piece,
    "maximum header length exceeded": lambda piece: b"WARC/1.0\r\nX: " + b"x" * LONGEST_HEADER + piece,
}


@pytest.mark.parametrize("reason", REASONS)
def test_the_reason_is_named(reason: str) -> None:
    """In the words of the package that reads the records, or plainer ones."""
    sound = record(answer())
    damaged = REASONS[reason](sound)
    begins = offsets([sound, damaged, sound])
    last = f"record at {begins[2]} ({URL})"
    loss = f"!record at {begins[1]}: damaged ({reason}), skipped to {begins[2]}: get a new copy"
    found = places(sound + damaged + sound)
    if reason in ("invalid WARC header", "maximum header length exceeded"):  # a sound record is in what is damaged
        start = begins[2] - len(sound)
        assert found == [
            f"record at 0 ({URL})",
            loss.replace(str(begins[2]), str(start)),
            f"record at {start} ({URL})",
            last,
        ]
    else:
        assert found == [f"record at 0 ({URL})", loss, last]


def test_ten_thousand_records_in_one_file() -> None:
    """Each is read, and the damaged one in the middle is named."""
    pieces = [gzip.compress(record(answer(), url=f"{URL}/{number}"), 1) for number in range(10_000)]
    pieces[5000] = pieces[5000][:200]
    assert [without_reason(place) for place in places(b"".join(pieces))] == expected(Case(pieces, {5000}))


def test_a_file_that_is_cut_in_a_record_without_a_page() -> None:
    """It is named all the same: pages may have followed."""
    image = record(answer(HTML, Content_Type="image/png"))
    page_before = record(answer())
    for pack in PACKINGS.values():
        first = pack(page_before)
        found = places(first + pack(image[:-900]))
        loss = f"!record at {len(first)}: damaged (truncated), nothing after it can be read: get a new copy"
        assert found == [f"record at 0 ({URL})", loss]


@pytest.mark.parametrize("end", [b"", b"\r\n", bytes(2000)])
def test_an_end_without_loss(end: bytes) -> None:
    """The line ends of the last record may be missing, its check too, and padding may follow."""
    packed = gzip.compress(record(answer()))
    assert places(packed + end) == [f"record at 0 ({URL})"]
    assert places(packed[:-5]) == [f"record at 0 ({URL})"]
    assert places(record(answer())[:-4] + end.strip(b"\0")) == [f"record at 0 ({URL})"]


def test_the_rest_of_an_archive_that_is_packed_as_a_whole_is_lost() -> None:
    """But not what is before the damage."""
    data = gzip.compress(record(answer()) * 2000)
    found = documents([data[:-5000]])
    assert sum(1 for _ in itertools.islice(found, 500)) == 500
    with pytest.raises(InputError, match=r"^the gzip data is truncated after [0-9,]+ unpacked bytes: get a new copy$"):
        list(found)


HOSTILE = """
import resource, sys, zlib
sys.path[:0] = [{tests!r}]
from archive_bytes import answer, record
from ctick.ticker import crawl
from ctick.ticker.documents import Document, documents
crawl.PAGE_LIMIT = 4 << 20

def packed(*pieces):
    coder = zlib.compressobj(wbits=31)
    for size, piece in pieces:
        for _ in range(size):
            yield coder.compress(piece)
    yield coder.flush()

MIB = b"USD " * (1 << 18)
page = record(answer(b"<p>USD"))
header = record(answer(), length={length!r}).partition(b"\\r\\n\\r\\n")[0] + b"\\r\\n"
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
shapes = {{
    "length": [(1, header + b"\\r\\n"), (40, MIB)],
    "header": [(1, header + b"X: "), (40, MIB)],
    "zeros": [(1, page), (40, bytes(1 << 20))],
    "lines": [(1, page), (40, b"\\r\\n" * (1 << 19))],
}}
shape = [*shapes[{shape!r}], (1, b"\\r\\n\\r\\n")]
def chunks():
    yield page if not {gzip} else b"".join(packed((1, page)))
    yield from packed(*shape) if {gzip} else (piece for size, piece in shape for _ in range(size))
    yield page if not {gzip} else b"".join(packed((1, page)))
found = list(map(type, documents(chunks())))
used = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
print(found[0] is Document, found[-1] is Document, len(found) < 6, used if used > 30 else "flat")
"""


@pytest.mark.parametrize("shape", ["length", "header", "zeros", "lines"])
@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
def test_memory_is_flat_whatever_the_archive_says(shape: str, packed: bool) -> None:
    """40 MiB that claim to be one page, one header or nothing, between two pages, which are both read."""
    pytest.importorskip("resource")
    program = HOSTILE.format(tests=str(Path(__file__).parent.parent), length="9" * 9, shape=shape, gzip=packed)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120)
    assert (done.stdout, done.stderr) == ("True True True flat\n", "")


def test_a_page_with_a_bomb_for_a_body() -> None:
    """It is lost, and takes no more memory than a page may."""
    bomb = gzip.compress(bytes(200 << 20))
    sound = record(answer())
    found = places(record(answer(bomb, Content_Encoding="gzip")) + sound)
    assert found[0] == (
        f"!record at 0 ({URL}): the gzip body unpacks to more than 33,554,432 bytes: use --force to read it anyway"
    )
    assert len(found) == 2
    assert HTML in sound


def test_headers_that_all_claim_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind each of them a sound record is searched for, but not without end: the whole may not be read each time."""
    monkeypatch.setattr(crawl, "_MOST_READ_AGAIN", 1 << 20)
    liar = record(b"", "conversion", content_type="text/plain", length="30000000")
    with pytest.raises(InputError) as error:
        parts(record(HTML, "resource", content_type="text/html") + liar * 10_000)
    assert "too much is damaged, nothing after it was read: get a new copy" in str(error.value)
