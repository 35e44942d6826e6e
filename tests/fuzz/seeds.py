"""Where fuzzing begins: for each target inputs of the right form, words to put into them, and what changes them."""

import bz2
import datetime as dt
import gzip
import lzma
import random
import re
from collections.abc import Callable, Sequence
from functools import cache

from conftest import PAGE_10, PAGE_16, SEED_10, SEED_16, page, ticker_lines
from feedserver import Feeds, cbr_dynamic

from ctick.model import Snapshot
from ctick.sources.registry import SOURCES
from ctick.storage.export_format import export_lines

SEEN = "2026-02-22T05:00:00.123456Z"

_BYTES = [
    *(bytes([byte]) for byte in b"\0\r\t\x0b\x0c\x1f\x7f\xc3\xff"),
    b"\xed\xa0\x80",
    b"\x1b[31m",
    b"\x1b]8;;x\x07",
]
_CHARACTERS = "\u0085\u00a0\u00ad\u200b\u2028\u202e\u2066\ufeff\ufffd\u2212\u0663\u00b2\u00bd\u2160"
_NUMBERS = ("9" * 17, "0." + "0" * 40 + "1", "1" * 31, "1" * 83)
_TEXTS = r"""
nan|inf|-0|+0|0|0.0|.5|5.|1e400|1E-9|1e5|-1|00|0x1|1_0|1,000|1,5|''|""|\|\u0000|\ud800|\n|[red]x[/]|%s|{date}|{}|[]|null|true
<!--|-->|<script>|</script>|<!DOCTYPE|<![CDATA[|]]>|<br>|<td>|</td>|<html>|</html>|<x |&amp;|&#10;|&nbsp;|&#x2022;
0000-00-00|0001-01-01|9999-12-31|2025-02-30|2025-W51-2|20251216|31.12.9999|29.02.2025|29 February 2024
"""
_COMMANDS = """
convert 50000 KGS|convert -5 kzt to usd|convert 3 million soum in KGS TJS|convert 1 USD|convert -|convert|-q convert $5
convert 100 USD KGS --rate 87.5|convert 1 KGS --places 30|convert 1 KGS --max-age 3d|convert 50,00 KGS|convert 1e400 KGS
convert 5 KGS -o json --date 2025-12-16|convert 5 KGS --source timesca -o number|convert - -o csv|convert - -o json
rates|rates KGS UZS -o line|rates -o json|rates -o csv|rates -o units|rates --max-age 2w|rates --source cbr --db other.db
parse page.txt|parse - -o jsonl|parse page.txt page.txt --jobs 2|parse ./cbr|parse http://127.0.0.1:1/x|parse --force -
snapshot page.txt|snapshot -|snapshot - --date today --force|snapshot cbr cbu|snapshot|snapshot nbk --date 2025-12-10
snapshot cbr --since 2025-12-01 --until 2025-12-31|snapshot page.txt --source mine --db new.db|snapshot timesca nbkr
history|history KZT --since 2025-12-10 --until 2025-12-18|history -o ledger|history KGS UZS --chart|history --revisions
history UZS --svg plot.svg|history --days weekly|history --last 3|history --since 6m -o json|history KGS -o qalc|history --days monthly
export|export -o beancount|export -o markdown --db other.db|import all.jsonl|import -|import all.jsonl --db new.db
scan page.txt|scan -|scan - --annotate|scan - -o markdown --date article|scan page.txt --check --own-rates store
forget 2025-12-16|forget yesterday --source timesca|forget 2025-12-10 -o json|forget --since 2025-12-16 --dry-run|forget --until 1y|sources|sources cbr|sources fawas|sources -o csv|doctor|doctor -q
doctor --db broken.db|doctor --rescue new.db --db broken.db|doctor --rescue other.db|doctor --restore other.db
doctor --restore old.db --db broken.db|doctor --restore broken.db|rates --db broken.db|rates --db old.db
backup new.db|backup new.db --db broken.db|backup page.txt|backup new.db --db old.db|snapshot page.txt --db old.db
doctor --max-age 1d --db page.txt|watch --every 1s|watch KZT --alert KZT<0.0019 --exit-on-alert|watch --no-color --db no.db|watch --alert KGS>0 --exec true
--version|--help|help convert|history --help|-h|--db|--nonsense|convrt 5 KGS|50000 KGS|--show-completion|KGS|cbr|- |.|..
"""
_LINES = b"50000 KGS\n100 USD KZT\n# nothing\n50,00 KGS\n1.5m som\n-3 \xe2\x82\xb8 to USD KGS\n"
_AMOUNTS = """
50000 KGS|50,000 kgs|50 000 KGS|50_000 KGS to USD|1.5k tenge|3 million soum in USD|KZT575bn|$100|-$20 KGS|500 сомони
1.2 trillion so'm|50,00 KGS|1.234,5 KGS|1.234.567 KGS|nan KGS|1e400 KGS|1e3 TMT|som 5|5 Kyrgyz som|-.5 ₸ = KGS, TJS; UZS
3 млн сум|+7 manat into dollars|1 000,000 KGS|٣ KGS|5KGS|5 kKGS|5e KGS|1\u00a0000 KGS|KGS.5|,5 KGS|1 USD TO KGS -> KZT
"""


def _words(text: str) -> list[str]:
    return text.strip().replace("\n", "|").split("|")


def _pages() -> list[bytes]:
    """Text as the ticker comes in: pages, pieces of them, HTML, whatever was packed."""
    html = "".join(
        f"<tr><td>{line.partition('=')[0]}=</td>\n<td>{line.partition('=')[2]}</td></tr>"
        for line in ticker_lines(SEED_16, 1).splitlines()
    )
    short = page(SEED_16, "16 December 2025", 2, "") + page(SEED_10, "2025-12-10", 1)
    texts = [
        *(short, short.replace("\n", "\r\n"), "\ufeff" + short.replace(" ", "\u00a0"), PAGE_10, PAGE_16 + PAGE_10),
        page(SEED_10, None, 1) + "KGS/USD = \n  EUR/USD = 1.1 +2%\nKZT/USD=0.0.1\n31 February 2025\nKGS/USD = 0.01",
        f"<!DOCTYPE html><html><body><!-- x --><table>{html}</table><p>9 Jan 2025</p><script>a<b</script></body></html>",
        f"<html><body><pre>{short.replace('=', '&#61;').replace('•', '&bull;')}</pre></body></html>",
        "KGS/USD = 0.01144 0%\nKGS/USD = 0.01145 0%\n" * 20 + "16 Dec. 2025",
        "z" * 9000 + "\n" + short + "• KZT/U",
    ]
    packed = [pack(short.encode()) for pack in (gzip.compress, bz2.compress, lzma.compress)]
    return [*(text.encode() for text in texts), *packed]


def _feed(name: str) -> list[bytes]:
    """The answers of a source to each kind of question, its files in one."""
    feeds, source = Feeds(), SOURCES[name]
    found = []
    for behaviour in ("ok", "missing", "nan", "negative", "zero", "exponent", "inverted"):
        bodies = [feeds.body(name, {"file": file}, behaviour) or b"" for file in source.files]
        found.append(b"\0".join(bodies))
    days = [dt.date(2026, 5, 21), dt.date(2026, 5, 22)]
    if name == "cbr":
        found.append(b"\0".join(cbr_dynamic(file, days, feeds.figures[name]) for file in source.range_files))
    if name == "frankfurter":
        found.append(feeds.body(name, {"from": "2026-05-20", "to": "2026-05-22"}, "ok") or b"")
    feeds.missing.add(feeds.today)
    found.append(feeds.body(name, {"date": str(feeds.today), "file": "daily"}, "ok") or b"[]")
    return found


def _exports() -> list[bytes]:
    snapshots: list[Snapshot] = []
    for name, source in SOURCES.items():
        bodies = [Feeds().body(name, {"file": file}, "ok") or b"" for file in source.files]
        snapshots += [Snapshot(item.source, item.as_of, item.quotes, SEEN) for item in source.parse(*bodies)]
    one = "".join(export_lines(snapshots)).encode()
    later = one.replace(b"05:00:00", b"06:00:00")
    head, _, rest = one.partition(b"\n")
    return [head + b"\n", one, one + later.partition(b"\n")[2], *(head + b"\n" + line for line in rest.splitlines())]


def _command_lines() -> list[bytes]:
    """A byte that says how the streams are, stdin, and the words, apart by NUL."""
    stdins = {
        "scan": (PAGE_16 + "It costs 50,000 KGS (around $576).\n").encode(),
        "convert": _LINES,
        "parse": PAGE_16.encode(),
        "snapshot": PAGE_10.encode(),
        "import": _exports()[1],
    }
    found = []
    for number, line in enumerate(_words(_COMMANDS)):
        words = line.split(" ")
        how = number % 64 | (4 if "." in line else 0)  # with the files that it names
        found.append(b"\0".join([bytes([how]) + stdins.get(words[0], b""), *(word.encode() for word in words)]))
    return found


_MAKERS: dict[str, Callable[[], list[bytes]]] = {
    "ticker": lambda: [bytes([number, number]) + text for number, text in enumerate(_pages() * 2)],
    "amounts": lambda: [text.encode() for text in _words(_AMOUNTS)],
    "import": _exports,
    "cli": _command_lines,
}


@cache
def seeds(target: str) -> list[bytes]:
    """Inputs that a target reads, or comes close to reading."""
    return _MAKERS[target]() if target in _MAKERS else _feed(target)


@cache
def words(target: str) -> list[bytes]:
    """What inputs of a target are made of, and what nobody expects in them."""
    plain = {word for seed in seeds(target) for word in re.findall(rb"[\w-]{1,30}|[\d.,]{1,30}|\W{1,4}", seed[:4000])}
    nasty = [*_BYTES, *(text.encode() for text in (*_CHARACTERS, *_NUMBERS, *_words(_TEXTS)))]
    return [*sorted(plain)[:2000], *nasty]


def mutated(data: bytes, target: str, rng: random.Random, others: Sequence[bytes] = ()) -> bytes:
    """The same input with some places changed, without a thought for its form."""
    for _ in range(rng.choice((1, 1, 2, 3, 5))):
        start = rng.randrange(len(data) + 1)
        end = min(len(data), start + rng.choice((0, 1, 1, 2, 4, 16, 64, 500)))
        kind = rng.randrange(8)
        if kind == 0:  # what stands there is gone, or comes again and again
            piece = b""
        elif kind == 1:
            piece = data[start:end] * rng.choice((2, 3, 50))
        elif kind == 2:
            piece = rng.randbytes(end - start)
        elif kind == 3:  # as long as nobody writes it
            piece = rng.choice((b" ", b"0", b"9", b"\n", b"\xc2\xa0", b"(", b"[")) * rng.choice((40, 300, 9000))
        elif kind == 4:  # from somewhere else
            other = rng.choice(others or seeds(target))
            place = rng.randrange(len(other) + 1)
            piece = other[place : place + rng.choice((4, 40, 400))]
        else:
            piece = rng.choice(words(target))
        data = data[:start] + piece + data[end:]
    return data
