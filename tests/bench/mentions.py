"""How much of the money in running text `ctick scan` finds, and how fast.

    python tests/bench/mentions.py [--misses] [--held-out]

compares the finder with the tables of tests/data/mentions, their hard rows included. A mention counts if offset,
phrase, currency, amount and dollars are all right; recall is the part of the table's mentions that were found, precision
the part of what was found that is in the table. `--misses` prints what is wrong, for rows of `held_out` only with
`--held-out`: they judge rules better while nobody who writes rules has seen them.

    python tests/bench/mentions.py --speed [--size MB] [--rounds N]

times the whole process on one core, beside `grep -c som` on the same file. The texts are created in a temporary folder.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

import phrases
import prose
from measure import Contestant, rounds
from report import aligned
from setting import CTICK, PYTHON

from ctick.mentions.finder import find

MB = 1_000_000
LEAST = {"prose": 20}
"""The promised MB/s."""

PART = {"5 som": 20}
"""A text of nothing but amounts is so much shorter."""


class Score(NamedTuple):
    """Counts of mentions."""

    right: int = 0
    expected: int = 0
    found: int = 0

    def plus(self, expected: list[object], found: list[object]) -> "Score":
        right = len(set(expected) & set(found))
        return Score(self.right + right, self.expected + len(expected), self.found + len(found))

    def cells(self) -> tuple[str, ...]:
        recall = f"{100 * self.right / self.expected:.1f} %" if self.expected else "-"
        precision = f"{100 * self.right / self.found:.1f} %" if self.found else "-"
        return str(self.expected), str(self.found), str(self.right), recall, precision


def compared(row: phrases.Row) -> tuple[set[phrases.Amount], set[phrases.Amount]]:
    """What is missed in a row, and what is found that is not in it."""
    expected, got = set(row.amounts), {phrases.found(mention) for mention in find(row.sentence)}
    return expected - got, got - expected


def scores() -> Iterator[tuple[str, ...]]:
    """The table of all files, with totals at the end."""
    yield "file", "rows", "mentions", "found", "right", "recall", "precision"
    rows = {path: phrases.read(path) for path in phrases.paths()}
    for path, own in rows.items():
        yield path.relative_to(phrases.FOLDER).as_posix(), str(len(own)), *scored(own).cells()
    every = [row for own in rows.values() for row in own]
    russian = [row for row in every if row.name.rpartition("/")[2].startswith("russian")]
    yield "Russian", str(len(russian)), *scored(russian).cells()
    yield "English", str(len(every) - len(russian)), *scored([row for row in every if row not in russian]).cells()
    yield "all", str(len(every)), *scored(every).cells()
    easier = [row for row in every if not row.is_hard]
    yield "all but hard rows", str(len(easier)), *scored(easier).cells()
    yield "all, finding alone", str(len(every)), *scored(every, lambda amount: amount[:2]).cells()


def scored(rows: Iterable[phrases.Row], key: Callable[[phrases.Amount], object] = lambda amount: amount) -> Score:
    """What must be equal is the `key` of a mention."""
    score = Score()
    for row in rows:
        score = score.plus(
            [key(amount) for amount in row.amounts], [key(phrases.found(mention)) for mention in find(row.sentence)]
        )
    return score


def misses(*, held_out: bool) -> Iterator[str]:
    """For each row that is not as in its table what is missed, and what is found instead."""
    for path in phrases.paths():
        for row in phrases.read(path):
            missed, wrong = compared(row)
            if (missed or wrong) and (held_out or not row.name.startswith("held_out/")):
                yield f"\n{row.name}  {row.note}\n  {row.sentence!r}\n"
                yield from (f"  missed {amount}\n" for amount in sorted(missed, key=str))
                yield from (f"  found  {amount}\n" for amount in sorted(wrong, key=str))


def speeds(size: int, count: int, kinds: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """A line for each kind of text: time, MB/s and peak memory, and the same for `grep -c som`."""
    yield "text", "scan", "MB/s", "at least", "peak", "grep -c som", "MB/s", "peak", "times of grep"
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory(prefix="ctick-bench-") as folder:
        path = Path(folder) / "text"
        env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": folder, "TEXT": str(path)}
        run = ["sh", "-c", 'exec "$@" < "$TEXT" > /dev/null', "sh"]
        count_lines = ["sh", "-c", 'exec "$@" < "$TEXT"', "sh"]  # into /dev/null, grep would stop at the first match
        contestants = [
            Contestant("scan", [*run, *CTICK, "scan", "-q", "-"], env),
            Contestant("grep", [*count_lines, "grep", "-c", "som"], env, codes=(0, 1)),
        ]
        for kind in kinds:
            length = size // PART.get(kind, 1)
            # In a separate process, so that this one, and what it starts, stays small.
            subprocess.run([PYTHON, prose.__file__, kind, str(path), str(length)], check=True)
            times = rounds(contestants, count)
            speed = {name: path.stat().st_size / MB / measured.median for name, measured in times.items()}
            scan, grep = times["scan"], times["grep"]
            yield (
                f"{kind}, {length / MB:g} MB",
                f"{scan.median:.2f} s",
                f"{speed['scan']:.1f}",
                f"{LEAST[kind]} {'ok' if speed['scan'] >= LEAST[kind] else 'MISSED'}" if kind in LEAST else "",
                f"{scan.peak / 1024:.0f} MiB",
                f"{grep.median:.3f} s",
                f"{speed['grep']:.0f}",
                f"{grep.peak / 1024:.0f} MiB",
                f"{scan.median / grep.median:.0f}",
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", action="store_true", help="print the rows that are not as in their table")
    parser.add_argument("--held-out", action="store_true", help="with --misses: rows of held_out too")
    parser.add_argument("--speed", action="store_true", help="measure the speed instead")
    parser.add_argument("--size", type=float, default=100, metavar="MB", help="the size of each text (100)")
    parser.add_argument("--rounds", type=int, default=3, help="the number of rounds (3)")
    parser.add_argument("--kind", choices=prose.KINDS, action="append", help="only this kind of text")
    options = parser.parse_args()
    if options.speed:
        table = speeds(int(options.size * MB), options.rounds, options.kind or prose.KINDS)
        sys.stdout.write(aligned(list(table)))
        return
    sys.stdout.write(aligned(list(scores())))
    if options.misses:
        sys.stdout.writelines(misses(held_out=options.held_out))


if __name__ == "__main__":
    main()
