"""The benchmark's table: one row for each comparison, as aligned text and as Markdown."""

import os
import platform
import resource
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from measure import Times


class Row(NamedTuple):
    """One comparison of two contestants of the same rounds, with the promised maximum."""

    name: str
    against: str
    most: float | None = None  # the promised maximum, in medians of the other
    memory: int | None = None  # MiB


HEADER = ("what", "median", "quartiles", "peak", "times", "of", "its median", "at most", "")


def cells(row: Row, times: Mapping[str, Times]) -> tuple[str, ...]:
    """A row as text; the last cell says whether the promise is kept."""
    own, other = times[row.name], times[row.against]
    ratio = own.median / other.median
    low, high = own.quartiles
    peak = own.peak / 1024
    floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    missed = (row.most is not None and ratio > row.most) or (row.memory is not None and peak > row.memory)
    most = ", ".join(
        [f"{most:g}" for most in (row.most,) if most is not None]
        + [f"{memory} MiB" for memory in (row.memory,) if memory is not None]
    )
    return (
        row.name,
        seconds(own.median),
        f"{seconds(low)} to {seconds(high)}",
        # A process starts with the peak of its parent, so the peak of a small one is not known.
        f"{peak:.0f} MiB" if own.peak > floor + 1024 else f"≤ {peak:.0f} MiB",
        f"{ratio:.2f}",
        row.against,
        seconds(other.median),
        most,
        "MISSED" if missed else "ok" if most else "",
    )


def seconds(value: float) -> str:
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"


def machine(script: Path) -> str:
    """One sentence about the machine."""
    name = platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line]
        name = names[0] if names else name
    imports = script.exists() and "import re" in script.read_text(errors="replace")
    way = "a console script that imports `re`" if imports else "a console script without `re`"
    return (
        f"{name}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, {way if script.exists() else 'python -m ctick'}. "
        "Warm: everything was read once before; cold: the file's pages were dropped before each reading."
    )


def aligned(table: Sequence[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "".join("  ".join(map(str.ljust, row, widths)).rstrip() + "\n" for row in table)


def markdown(table: Sequence[tuple[str, ...]]) -> str:
    rows = [tuple(cell.replace("|", "\\|") for cell in row) for row in table]
    rows.insert(1, ("---",) * len(HEADER))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
