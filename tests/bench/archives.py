"""Creates archives of the ticker's pages as people have them: text, HTML, bare lines, crawls, folders of files.

python archives.py text|html|dense|lines|warc|wet|files DEST SIZE_MIB [--days 1100] [--seed N] [--every N] [--files 400]

The tickers of some 1,100 days move as the ones that were seen from 2023 to 2026. Pages come in random order, each day's
at least three times; where the size has no space for that, there are fewer days. The file has about SIZE_MIB MiB (crawls:
before compression), and the same arguments give the same bytes. With `--every 50` only one page of fifty in a crawl has
the ticker. `files` writes files of HTML pages, each compressed, into the folder DEST.
"""

import argparse
import gzip
import random
from collections.abc import Callable, Iterator
from pathlib import Path

from crawl_records import conversion, response, warcinfo
from html_pages import Body, Maker, html_ticker
from prose import english
from ticker_days import LAST, Ticker, order, repeats, tickers

MIB = 1 << 20
BODIES, TEXTS = 60, 400
"""How many different pages and texts are made; each page is a new combination."""

COPIES = 10
"""How often each of the `files` comes."""


class Pages:
    """Makes pages of text and HTML."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.maker = Maker(self.chance)
        self.texts = [self.prose() for _ in range(TEXTS)]
        self.bodies: list[Body] = []
        self.articles: list[bytes] = []

    def prose(self) -> bytes:
        """2 to 6 kB."""
        size, text = self.chance.randint(2000, 5800), ""
        while len(text) < size:
            text += f"{self.maker.words(7).title()}\n\n"
            text += "".join(
                f"{english(self.chance)} {english(self.chance)}\n\n" for _ in range(self.chance.randint(2, 6))
            )
        return text.encode()

    def make_bodies(self) -> None:
        if not self.bodies:
            self.bodies = [self.maker.body() for _ in range(BODIES)]
            self.articles = [self.maker.article() for _ in range(TEXTS)]

    def url(self) -> str:
        return f"https://news.example.com/{self.maker.name()}/?page={self.maker.number(90000)}"

    def line_group(self, ticker: Ticker) -> bytes:
        return b"  " + ticker.text(repeats(self.chance))

    def text(self, ticker: Ticker | None) -> bytes:
        text = self.chance.choice(self.texts)
        head = (
            b"%s%s" % (ticker.text(repeats(self.chance)), ticker.date.encode())
            if ticker
            else self.maker.name().encode()
        )
        return b"%s\n\n%s\n" % (head, text)

    def html(self, ticker: Ticker | None) -> bytes:
        self.make_bodies()
        head, above, below, end = self.chance.choice(self.bodies)
        article, name = self.chance.choice(self.articles), self.maker.name()
        list_and_date = html_ticker(ticker.lines, repeats(self.chance), ticker.date) if ticker else b""
        own = (
            f'<title>{self.maker.words(6)} &#8211; {name}</title>\n<link rel="canonical" href="https://news.example.com/{name}/">\n'
            f"<script>var page = {{id: {self.maker.number(90000)}, key: '{self.maker.token()}'}};</script>\n"
        )
        return b"".join((head, own.encode(), above, list_and_date, below, article, end))

    def dense(self, ticker: Ticker) -> bytes:
        return html_ticker(ticker.lines, repeats(self.chance), ticker.date) + self.maker.dense(20_000)


def pieces(kind: str, size: int, days: int, seed: int) -> Iterator[bytes]:
    """The pages of an archive of about `size` bytes that is no crawl."""
    pages = Pages(seed + 2)
    makers: dict[str, Callable[[Ticker], bytes]] = {
        "text": pages.text,
        "html": pages.html,
        "dense": pages.dense,
        "lines": pages.line_group,
    }
    make = makers[kind]
    every = tickers(days, seed)
    yield from map(make, order(every, size // mean_size(make, every), pages.chance))


def records(kind: str, size: int, days: int, seed: int, ticker_every: int) -> Iterator[bytes]:
    """The records of a crawl; one page of `ticker_every` has the ticker."""
    pages = Pages(seed + 2)
    make, wrap = (pages.html, response) if kind == "warc" else (pages.text, conversion)
    every = tickers(days, seed)
    yield warcinfo(LAST, pages.chance)
    for ticker in order(every, size // mean_size(make, every) // ticker_every, pages.chance):
        for content in (ticker, *[None] * (ticker_every - 1)):
            yield wrap(make(content), ticker.day, pages.url(), pages.chance)


def mean_size(make: Callable[[Ticker], bytes], tickers: list[Ticker]) -> int:
    samples = [len(make(ticker)) for ticker in tickers[::5]]
    return sum(samples) // len(samples)


def write(kind: str, path: Path, size: int, days: int = 1100, seed: int = 15, ticker_every: int = 1) -> None:
    crawl = kind in ("warc", "wet")
    with path.open("wb") as file:
        file.writelines(records(kind, size, days, seed, ticker_every) if crawl else pieces(kind, size, days, seed))


def write_files(folder: Path, size: int, files: int = 400, days: int = 1100, seed: int = 15) -> None:
    """A folder of gzip files of HTML pages, all about as large; of ten, nine are links to the first."""
    folder.mkdir(exist_ok=True)
    number, part, written = 0, [], 0
    for page in pieces("html", size // COPIES, days, seed):
        part.append(page)
        written += len(page)
        if written >= size // files * (number + 1) and (number + 1) * COPIES < files:
            _write_copies(folder, number, part)
            number, part = number + 1, []
    if part:
        _write_copies(folder, number, part)


def _write_copies(folder: Path, number: int, pages: list[bytes]) -> None:
    first = folder / f"pages-{number:03}-0.html.gz"
    first.write_bytes(gzip.compress(b"".join(pages), 6, mtime=0))
    for copy in range(1, COPIES):
        (folder / f"pages-{number:03}-{copy}.html.gz").hardlink_to(first)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("text", "html", "dense", "lines", "warc", "wet", "files"))
    parser.add_argument("dest", type=Path)
    parser.add_argument("size", type=float, metavar="SIZE_MIB")
    parser.add_argument("--days", type=int, default=1100)
    parser.add_argument("--seed", type=int, default=15)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="one page of N in a crawl has the ticker")
    parser.add_argument("--files", type=int, default=400, help="how many files (of `files`)")
    options = parser.parse_args()
    size = int(options.size * MIB)
    if options.kind == "files":
        write_files(options.dest, size, options.files, options.days, options.seed)
    else:
        write(options.kind, options.dest, size, options.days, options.seed, options.every)


if __name__ == "__main__":
    main()
