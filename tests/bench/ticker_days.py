"""The tickers of some 1,100 days, which move as those that were seen from 2023 to 2026."""

import datetime as dt
import random
from typing import NamedTuple

LAST = dt.date(2026, 2, 21)
LEAST = 3
"""How often each day comes at least."""

NEWER = 0.65
"""The part of the days that has TMT: pages from before the summer of 2024 have none."""

FALL = 0.06
"""How often `-0%` stands beside a rate whose printed digits are the same."""

MANAT = (28490, 28530, 28571, 28573, 28575, 28615)
"""All rates of TMT that were seen, in steps of 0.00001."""

Lines = list[tuple[str, str]]


class Walk(NamedTuple):
    """How a rate moves: first value, lowest and highest, the part of the days on which it stands still, its steps."""

    first: int
    low: int
    high: int
    still: float
    steps: tuple[int, ...]


WALKS = {
    "KGS": Walk(1144, 1126, 1190, 0.8, (1, 1, 1, 2, 10)),
    "KZT": Walk(226, 189, 227, 0.6, (1, 1, 1, 2, 3)),
    "TJS": Walk(9156, 9135, 10907, 0.1, (1, 4, 7, 11, 17, 21, 24, 37, 40, 62, 85)),
    "UZS": Walk(8, 8, 8, 1, (0,)),
    "TMT": Walk(28571, MANAT[0], MANAT[-1], 0.25, (0,)),
}


class Ticker(NamedTuple):
    """The ticker of one day: its lines without bullets, each the rate and the change beside it."""

    day: dt.date
    lines: Lines

    @property
    def date(self) -> str:
        return f"{self.day:%d %B %Y}"

    def text(self, repeats: int) -> bytes:
        lines = "".join(f"  • {rate} {change}\n" for rate, change in self.lines)
        return (lines * repeats).lstrip().encode()


def tickers(count: int, seed: int) -> list[Ticker]:
    """The tickers of `count` days up to 21 February 2026."""
    chance = random.Random(seed)
    points = {code: walk.first for code, walk in WALKS.items()}
    found = []
    for number in range(count):
        lines = []
        for code, walk in WALKS.items():
            before = points[code]
            if chance.random() >= walk.still:
                moved = before + chance.choice(walk.steps) * chance.choice((1, -1))
                points[code] = chance.choice(MANAT) if code == "TMT" else min(max(moved, walk.low), walk.high)
            lines.append((f"{code}/USD = 0.{points[code]:05}", change(before, points[code], chance)))
        newer = number >= count * (1 - NEWER)
        found.append(Ticker(LAST - dt.timedelta(days=count - 1 - number), lines if newer else lines[:-1]))
    return found


def change(before: int, after: int, chance: random.Random) -> str:
    """The change as the site prints it: in per cent of the rate of four digits; `-0%` is a fall too small for that."""
    old, new = (before + 5) // 10, (after + 5) // 10
    hundredths = round((new - old) / old * 10_000) if old > 100 else 0
    if hundredths == 0:
        return "-0%" if after < before or chance.random() < FALL else "0%"
    return f"{'-' if hundredths < 0 else ''}{abs(hundredths) // 100}.{abs(hundredths) % 100:02}%"


def order(days: list[Ticker], pages: int, chance: random.Random) -> list[Ticker]:
    """The day of each page, in random order, each at least three times."""
    days = chance.sample(days, min(len(days), max(1, pages // LEAST)))
    chosen = (days * (pages // len(days) + 1))[: max(pages, 1)]
    chance.shuffle(chosen)
    return chosen


def repeats(chance: random.Random) -> int:
    """How often a page prints its ticker: eight times on all pages that were seen; older ones may differ."""
    return chance.choices((8, 9, 10), (18, 1, 1))[0]
