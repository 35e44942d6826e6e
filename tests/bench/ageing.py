"""How good the likely errors of `ctick.rates.ageing` are, and what `n` and `k` a fit to the rates would choose.

    python tests/bench/ageing.py [EXPORT.jsonl ...]

judges the ticker's days that are bundled with ctick, and the rates of exports (`ctick export > EXPORT.jsonl`).

Every two rates of a source make a pair: the later one is the truth, which the likely range of the earlier one should
contain in 95 % of cases. The mean interval score (Gneiting and Raftery 2007) is the width of the range plus 40 times
what it misses by, in per cent of the earlier rate: less is better.

A fit to the same days that judge it proves nothing. Days are therefore put into blocks of eight; `n` and `k` are
fitted to the pairs within the even blocks and judged on those within the odd ones, and the other way round. Pairs of
more than 60 days are judged, but not fitted.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from math import sqrt
from typing import NamedTuple

from ctick.currencies import FIVE
from ctick.errors import InputError
from ctick.model import DatedQuote, Snapshot
from ctick.rates.ageing import age_error, days_between
from ctick.storage import bundled
from ctick.storage.export_format import read_export

GAPS = {"1": (1, 1), "2 to 7": (2, 7), "8 to 30": (8, 30), "31 to 60": (31, 60), "over 60": (61, 10**6)}
FITTED = (1, 60)
BLOCK = 8


class Pair(NamedTuple):
    """Two rates of a source: the calendar days between them, those that age a rate, and errors in per cent."""

    gap: int
    days: int
    digits: float  # what the digits of the earlier rate leave open
    change: float  # how far the later one is from it


Model = Callable[[int], float]
"""What so many days add to the likely error, in per cent."""


def likely(n: float, k: float) -> Model:
    return lambda days: n + k * sqrt(days) if days else 0


def ageing(base: str) -> Model:
    """ctick's own."""
    return lambda days: 100 * float(age_error(base, days))


def pairs(quotes: list[DatedQuote]) -> list[Pair]:
    """All pairs of the rates of one source and currency."""
    found = []
    known = [(dated, float(dated.exact), 100 * float(dated.quote.interval.width)) for dated in quotes]
    for number, (later, truth, _) in enumerate(known):
        for earlier, rate, digits in known[:number]:
            assert earlier.as_of is not None
            assert later.as_of is not None
            days = days_between(earlier.source, earlier.as_of, later.as_of)
            found.append(Pair((later.as_of - earlier.as_of).days, days, digits, 100 * (truth / rate - 1)))
    return found


def score(pair: Pair, model: Model) -> float:
    error = pair.digits + model(pair.days)
    return 2 * error + 40 * max(abs(pair.change) - error, 0)


def mean_score(given: list[Pair], model: Model) -> float:
    return sum(score(pair, model) for pair in given) / len(given)


def coverage(given: list[Pair], model: Model) -> float:
    # 0.00000001: rates that differ by exactly the error are inside.
    return 100 * sum(abs(pair.change) <= pair.digits + model(pair.days) + 1e-8 for pair in given) / len(given)


def within(given: list[Pair], first: int, last: int) -> list[Pair]:
    return [pair for pair in given if first <= pair.gap <= last]


def fit(given: list[Pair]) -> tuple[float, float]:
    """The `n` and `k` with the smallest mean score, which is convex: to tenths of a per cent, then to hundredths."""
    best = (0.0, 0.0)
    for step, reach in ((0.1, range(-20, 21)), (0.01, range(-10, 11))):
        grid = [(round(best[0] + i * step, 2), round(best[1] + j * step, 2)) for i in reach for j in reach]
        best = min((mean_score(given, likely(n, k)), n, k) for n, k in grid if n >= 0 and k >= 0)[1:]
    return best


def quotes_of(snapshots: Iterable[Snapshot], base: str) -> dict[str, list[DatedQuote]]:
    """For each source the rates of a currency, by day; of a day's revisions the last seen."""
    found: dict[tuple[str, str], DatedQuote] = {}
    for snapshot in sorted(snapshots, key=lambda one: (one.source, str(one.as_of), one.seen_at or "")):
        quote = snapshot.quote(base)
        if quote is not None:
            found[snapshot.source, str(snapshot.as_of)] = DatedQuote(quote, snapshot.as_of, snapshot.source)
    sources: dict[str, list[DatedQuote]] = {}
    for dated in found.values():
        sources.setdefault(dated.source, []).append(dated)
    return sources


def blocks(quotes: list[DatedQuote]) -> tuple[list[Pair], list[Pair]]:
    """The pairs within the even blocks of days, and those within the odd ones."""
    even = [dated for place, dated in enumerate(quotes) if place // BLOCK % 2 == 0]
    odd = [dated for place, dated in enumerate(quotes) if place // BLOCK % 2]
    return pairs(even), pairs(odd)


def judged(by_base: dict[str, list[Pair]]) -> Iterator[str]:
    """The table of all pairs, by currency and by the days between them."""
    yield "\nevery pair: coverage in % and mean interval score in % of the rate"
    yield f"{'days':14}{'pairs':>6}{'ageing':>15}{'digits only':>16}{'1 % * sqrt(d)':>16}"
    for base, all_pairs in by_base.items():
        for name, span in {**GAPS, "1 to 60": FITTED}.items():
            chosen = within(all_pairs, *span)
            models = (ageing(base), likely(0, 0), likely(0, 1)) if chosen else ()
            cells = [f"{coverage(chosen, model):8.1f}{mean_score(chosen, model):8.2f}" for model in models]
            yield f"{base} {name:10}{len(chosen):6}{''.join(cells)[1:]}"


def judged_fits(by_base: dict[str, tuple[list[Pair], list[Pair]]]) -> Iterator[str]:
    """The table of what is fitted to one half of the days and judged on the other."""
    yield f"\nfitted to every other block of {BLOCK} days, judged on the others, pairs of 1 to 60 days; n/k in %"
    yield f"{'':6}{'even':>9}{'odd':>11}{'both':>11}{'pairs':>8}{'fit, not seen':>16}{'ageing':>16}"
    for base, halves in by_base.items():
        even, odd = (within(half, *FITTED) for half in halves)
        if not even or not odd:
            continue
        fits = [fit(given) for given in (even, odd, even + odd)]
        text = f"{base} " + "".join([f"{n:6.2f}/{k:.2f}" for n, k in fits]) + f"{len(even + odd):8}"
        for on_even, on_odd in ((likely(*fits[1]), likely(*fits[0])), (ageing(base), ageing(base))):
            for measure, width in ((coverage, "8.1"), (mean_score, "8.2")):
                total = len(even) * measure(even, on_even) + len(odd) * measure(odd, on_odd)
                text += f"{total / len(even + odd):{width}f}"
        yield text


def report(title: str, snapshots: list[Snapshot]) -> Iterator[str]:
    by_source = {base: quotes_of(snapshots, base) for base in FIVE}
    for source in sorted({source for found in by_source.values() for source in found}):
        quotes = {base: found[source] for base, found in by_source.items() if source in found}
        yield f"\n== {title}: {source}, {max(map(len, quotes.values()))} days"
        yield from judged({base: pairs(found) for base, found in quotes.items()})
        yield from judged_fits({base: blocks(found) for base, found in quotes.items()})


def main(paths: list[str]) -> None:
    tables = [report("bundled", bundled.snapshots("timesca"))]
    for path in paths:
        try:
            with open(path, "rb") as file:
                tables.append(report(path, list(read_export(file))))
        except (OSError, InputError) as error:
            sys.exit(f"{path}: {error}")
    for table in tables:
        sys.stdout.writelines(f"{line}\n" for line in table)


if __name__ == "__main__":
    main(sys.argv[1:])
