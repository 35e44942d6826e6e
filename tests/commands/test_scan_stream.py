"""`ctick scan` while the text comes: in chunks of any size, at once, in flat memory."""

import datetime as dt
import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import PAGE_10, PAGE_16, SEED_10, SEED_16, Run, page, ticker_lines
from scan_texts import ARTICLE_10, PROSE_10

from ctick.commands.scan_pieces import Ticker, split

# -- tickers in the text ------------------------------------------------------------------------

TEXTS = {
    "a page": ARTICLE_10,
    "CRLF": ARTICLE_10.replace("\n", "\r\n"),
    "html CRLF": "\x1fKGS/USD =\r\x0b 0.01144\x1f\r\x0b0%\x1f\r\x0b10 December 2025\x1f\r\x0bIt costs\r\x0b5 KGS.\x1f",
    "CR": ARTICLE_10.replace("\n", "\r"),
    "two pages, glued": ARTICLE_10.rstrip("\n") + PAGE_16 + PROSE_10,
    "at the bottom": PROSE_10 + PAGE_10,
    "bare": ticker_lines(SEED_10),
    "prose": "Some news = no ticker.\nKGS/USD is a pair.\nKGS/USD = the pair to watch\nA/USD = 1 b/USD = 2\n" * 3,
    "Russian": "Курс = важен.\n" + PAGE_10 + "Это стоит 50 KGS.\n",
    "html": f"<p>\n{ticker_lines(SEED_10)}\n10 December 2025</p>\n<p>It costs 50 KGS</p>\n",
    "marks": "\x1fKGS\x0b/\x1f USD =\x0b 0.01144\x1f0%\x1f10 December 2025\x1fIt costs\x0b5 KGS.\x1f" + PAGE_16,
    "blanks": "\n" * 5000 + " " * 5000 + PAGE_10 + " " * 9000,
    "a long block": ticker_lines(SEED_10, 1200) + "10 December 2025\nIt costs 5 KGS.\n",
}


def pieces(text: bytes, size: int) -> list[tuple[bytes, dt.date | None, bool]]:
    """The pieces of a text that comes in chunks, prose joined."""
    found: list[tuple[bytes, dt.date | None, bool]] = []
    for piece in split(text[place : place + size] for place in range(0, len(text), size)):
        if isinstance(piece, Ticker):
            found.append((piece.data, piece.block.as_of, True))
        elif found and not found[-1][2]:
            found[-1] = found[-1][0] + piece, None, False
        else:
            found.append((piece, None, False))
    return found


@pytest.mark.parametrize("name", TEXTS)
def test_chunk_edges_make_no_difference(name: str) -> None:
    """And the pieces are the text."""
    text = TEXTS[name].encode()
    whole = pieces(text, len(text))
    assert b"".join(data for data, _, _ in whole) == text
    for size in (1, 7, 100, 4096) if len(text) < 20_000 else (997, 5000):
        assert pieces(text, size) == whole


def test_prose_stays_prose() -> None:
    """What is before a ticker line on its line, and a pair that has no rate."""
    assert pieces(TEXTS["prose"].encode(), 1000) == [(TEXTS["prose"].encode(), None, False)]
    glued = pieces(("The end." + PAGE_16).encode(), 100)
    assert [is_ticker for _, _, is_ticker in glued] == [False, True, False]
    assert glued[0][0] == "The end.• KGS/USD = 0.01144 0%\n".encode()
    assert glued[1][1] == dt.date(2025, 12, 16)
    crlf = pieces(TEXTS["CRLF"].encode(), 100)
    assert [(day, is_ticker) for _, day, is_ticker in crlf] == [(dt.date(2025, 12, 10), True), (None, False)]
    long = pieces(TEXTS["a long block"].encode(), 100_000)
    assert [day for _, day, is_ticker in long if is_ticker][-1] == dt.date(2025, 12, 10)
    assert long[-1][0] == b"It costs 5 KGS.\n"


def test_crlf_in_html_is_only_white_space() -> None:
    """A ticker line may be written in several lines of source."""
    found = pieces(TEXTS["html CRLF"].encode(), 100)
    assert [day for _, day, is_ticker in found if is_ticker] == [dt.date(2025, 12, 10)]


@pytest.mark.parametrize("name", TEXTS)
def test_the_rows_don_t_depend_on_chunks(ctick: Run, home: Path, name: str) -> None:
    """Through a pipe, in bytes and in large pieces."""
    data = TEXTS[name].encode()[:4000]
    expected = ctick("scan", "-q", stdin=data)
    with subprocess.Popen(
        [sys.executable, "-m", "ctick", "scan", "-q"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"HOME": str(home)},
        bufsize=0,
    ) as process:
        assert process.stdin is not None
        for place in range(0, len(data), 7):
            process.stdin.write(data[place : place + 7])
        process.stdin.close()
        assert process.stdout is not None
        assert process.stdout.read().decode() == expected.out


# -- streams ------------------------------------------------------------------------------------


def next_phrase(process: "subprocess.Popen[bytes]") -> str:
    """That of the next row."""
    assert process.stdout is not None
    if not select.select([process.stdout], [], [], 20)[0]:
        process.kill()
        pytest.fail("no row came")
    return process.stdout.readline().decode().split("\t")[3]


@pytest.mark.parametrize(
    ("options", "ticker"),
    [
        ([], PAGE_10 + "Some prose.\n\n" * 2000),
        (["--own-rates=store"], PAGE_10 + "Some prose.\n\n" * 2000),
        (["--own-rates=store", "--date=2025-12-10"], ""),
        (["--own-rates=store", "--date=article"], "10 December 2025\n\n"),
    ],
)
def test_rows_come_while_the_text_does(home: Path, options: list[str], ticker: str) -> None:
    """As soon as the paragraph is complete, and the day and the rates are known."""
    with subprocess.Popen(
        [sys.executable, "-m", "ctick", "scan", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"HOME": str(home)},
        bufsize=0,
    ) as process:
        assert process.stdin is not None
        process.stdin.write(f"{ticker}It costs 14 KZT.\n\n".encode() + b"x" * 300 + b"\n")
        assert next_phrase(process) == "14 KZT"
        process.stdin.write(b"And 15 KZT.\n\nIt\n" + b"x" * 300 + b"\n")
        assert next_phrase(process) == "15 KZT"
        process.stdin.close()
        assert process.wait(20) == 0


def test_a_closed_pipe(home: Path) -> None:
    """Ends quietly."""
    done = subprocess.run(
        [
            "sh",
            "-c",
            f"yes 'It costs 14 KZT.' | {sys.executable} -m ctick scan --date 2025-12-10 --own-rates store | head -2",
        ],
        env={"HOME": str(home), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, len(done.stdout.splitlines()), done.stderr) == (0, 2, "")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak from /proc")
@pytest.mark.parametrize(
    ("options", "page"),
    [([], ARTICLE_10), (["--annotate"], ARTICLE_10), (["--annotate"], ""), (["--date=article"], ARTICLE_10)],
)
def test_memory_stays_flat(home: Path, tmp_path: Path, options: list[str], page: str) -> None:
    """However long the text is, with tickers and amounts or long stretches without."""
    program = (
        "import sys; from ctick.__main__ import main; main(sys.argv[1:]); sys.stdout.flush();"
        "sys.stderr.write(next(line for line in open('/proc/self/status') if line.startswith('VmHWM:')))"
    )
    peaks = []
    for count in (4, 40):
        name = tmp_path / f"{count}.txt"
        name.write_text((page + "10 December 2025\n" + "Some prose without amounts.\n" * 40_000 + "\n") * count)
        done = subprocess.run(
            [sys.executable, "-c", program, "scan", "-q", *options, str(name)],
            env={"HOME": str(home)}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=60, check=True,
        )  # fmt: skip
        peaks.append(int(done.stderr.split()[-2]))
    assert peaks[1] < peaks[0] + 4000


def test_many_amounts_ask_the_store_once(saved: Run) -> None:
    """10,000 amounts take a few seconds at most, also where each is off."""
    text = page(SEED_16, "16 December 2025", prose="It costs 50,000 KGS ($600).\n\n" * 10_000)
    begun = time.monotonic()
    assert saved("scan", "--own-rates", "store", "-q", stdin=text).out.count("\toff\t") == 10_000
    assert time.monotonic() - begun < 20
