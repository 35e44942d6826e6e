"""Creates inputs of the benchmark: pages that never repeat, prose, days and stores, from a seed.

python made.py changing|prose|days|store|old-store FILE SIZE
"""

import datetime as dt
import random
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import prose

from ctick.clock import MONTHS
from ctick.storage.connection import Database
from ctick.storage.schema import check_value
from ctick.storage.transaction import create

QUOTES = "KGS 0.01144 0;KZT 0.00194 -0;TJS 0.10877 -0;UZS 0.00008 0;TMT 0.28571 0"
CODES = ("KGS", "KZT", "TJS", "UZS", "TMT")
POINTS = (1144, 194, 10877, 8, 28571)  # a rate each, in steps of 0.00001
SEEN = "2026-01-01T00:00:00.000000Z"
SYLLABLES = (
    *("ka", "bish", "ta", "len", "dush", "an", "be", "al", "ma", "ty", "sa", "mar", "kand", "os"),
    *("h", "tur", "kis", "tan", "gas", "rail", "dam", "price", "of", "the", "in", "and", "by"),
)

PAGES = 20_000
"""Different pages, ten times as many as the reader remembers; a larger file repeats them."""


def days(count: int, first: str = "1972-01-01") -> Iterator[dt.date]:
    start = dt.date.fromisoformat(first)
    return (start + dt.timedelta(days=number) for number in range(count))


def ticker(chance: random.Random) -> str:
    """Five lines; the larger rates vary by a few steps."""
    rates = [f"0.{points + (chance.randint(-5, 5) if points > 100 else 0):05}" for points in POINTS]
    return "".join(f"• {code}/USD = {rate} 0%\n" for code, rate in zip(CODES, rates, strict=True))


def printed(day: dt.date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def page(ticker: str, day: str, chance: random.Random) -> str:
    """A ticker eight times over, its date, and prose of the same length."""
    lines = ticker * 8
    prose = [" ".join(chance.choices(SYLLABLES, k=chance.randint(5, 25))) for _ in range(len(lines) // 60)]
    return f"{lines}{day}\n\n" + ".\n".join(prose) + ".\n\n"


def write_changing(path: Path, size: int) -> None:
    """At least `size` bytes of pages, each with other rates and another day."""
    chance = random.Random(5)
    pages = [page(ticker(chance), printed(day), chance) for day in days(min(PAGES, size // 2000 + 1), "1960-01-01")]
    _repeat(path, "".join(pages), size)


def _repeat(path: Path, text: str, size: int) -> None:
    data = text.encode()
    with path.open("wb") as file:
        for _ in range(-(-size // len(data))):
            file.write(data)


def write_days(path: Path, count: int) -> None:
    """The tickers of `count` days, each once, so that all are new snapshots."""
    chance = random.Random(6)
    with path.open("w", encoding="utf-8") as file:
        for day in days(count):
            file.write(f"{ticker(chance)}{printed(day)}\n\n")


def make_old_store(path: Path, snapshots: int) -> None:
    """A store that was last fed on 16 December 2025: newer bundled rates answer."""
    make_store(path, snapshots, dt.date(2025, 12, 16))


def make_store(path: Path, snapshots: int, newest: dt.date | None = None) -> None:
    """A store with `snapshots` snapshots of five quotes from ten sources, up to today, as a cron job leaves it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    create(Database(str(path))).close()
    newest = newest or dt.date.today()  # noqa: DTZ011 - ctick uses the local day, too
    rows: list[tuple[object, ...]] = []
    for number in range(snapshots):
        day, source = (newest - dt.timedelta(days=number // 10)).isoformat(), f"source{number % 10}"
        rows.append((number + 1, source, day, QUOTES, SEEN, check_value(source, day, QUOTES, SEEN)))
    insert(path, rows, [(code, row[2], row[1], row[0]) for row in rows for code in CODES])


def insert(path: Path, snapshots: list[tuple[object, ...]], quotes: list[tuple[object, ...]]) -> None:
    """Inserts rows with `executemany` in one transaction; saving is compared with this."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO snapshot VALUES (?, ?, ?, ?, ?, ?)", snapshots)
    connection.executemany("INSERT INTO quote VALUES (?, ?, ?, ?)", quotes)
    connection.execute("COMMIT")
    connection.close()


MAKERS = {
    "changing": write_changing,
    "prose": lambda path, size: prose.write("prose", path, size),
    "days": write_days,
    "store": make_store,
    "old-store": make_old_store,
}

if __name__ == "__main__":
    MAKERS[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
