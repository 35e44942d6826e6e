"""Answers for people: tables (the only rich) and the lines of `convert`."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from ctick import terminal
from ctick.conversion import Conversion, inverse
from ctick.currencies import FIVE
from ctick.errors import plain
from ctick.model import Dated
from ctick.wording import grouped, short_date

_DETAIL_COLUMN = 33  # where a conversion's rate, source and date begin
_TIE = "\u00a0"  # a blank at which no line is broken


def conversion_text(conversion: Conversion) -> str:
    """`3,000,000 UZS ≈ 240.00 USD (225.00 to 255.00)`"""
    return _conversion_text(conversion).replace(_TIE, " ")


def _conversion_text(conversion: Conversion) -> str:
    text = (
        f"{grouped(conversion.amount)} {conversion.base} {conversion.sign}"
        f" {grouped(conversion.value)} {conversion.target}"
    )
    if not conversion.shows_range:
        return text
    return f"{text} ({grouped(conversion.low)}{_TIE}to{_TIE}{grouped(conversion.high)})"


def conversion_lines(conversion: Conversion, width: int) -> list[str]:
    """The answer with its rate, source and date beside it, or below it where that is too wide."""
    text = _conversion_text(conversion)
    details = _details(conversion.legs)
    if conversion.own:
        details = [f"1 {conversion.base} = {conversion.rate:f} {conversion.target} · your own rate"]
    column = min([_DETAIL_COLUMN, *(width - len(detail) for detail in details)])
    if len(details) == 1 and column > len(text) + 1:
        return [(text.ljust(column) + details[0]).replace(_TIE, " ")]
    column = column if column == _DETAIL_COLUMN else 2
    return [
        *_wrapped(text, width),
        *(" " * column + line for detail in details for line in _wrapped(detail, width - column)),
    ]


def _details(legs: Sequence[Dated]) -> list[str]:
    """`KGS/USD 0.01144 · timesca · 16 Dec 2025`, a line for each date and source."""
    rates: dict[str, list[str]] = {}
    for leg in legs:
        rates.setdefault(_origin(leg), []).append(f"{leg.quote.base}/USD{_TIE}{leg.quote.rate:f}")
    return [" · ".join([*pairs, origin]) for origin, pairs in rates.items()]


def _origin(leg: Dated) -> str:
    day = [short_date(leg.as_of).replace(" ", _TIE)] if leg.as_of else []
    return " · ".join([source_text(leg), *day])


def source_text(dated: Dated) -> str:
    """`timesca`, or `timesca (shipped)` for what came with ctick."""
    return plain(dated.source) + (" (shipped)" if dated.shipped else "")


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width`, broken at blanks where there are any, ties made blanks."""
    lines = []
    while len(text) > width > 0:
        cut = text.rfind(" ", 1, width + 1)
        cut = cut if cut > 0 else width
        lines.append(text[:cut].rstrip(" "))
        text = "  " + text[cut:].strip(" ") if width > 20 else text[cut:].strip(" ")
    return [line.replace(_TIE, " ") for line in [*lines, text]]


def rate_table(rows: Sequence[Dated], width: int, *, color: bool) -> None:
    """Prints rates as a table that fits: columns go before any cell is cut."""
    from rich.console import Console
    from rich.measure import Measurement
    from rich.table import Table
    from rich.text import Text

    console = Console(
        file=sys.stdout, width=width, no_color=not color, force_terminal=color, highlight=False, legacy_windows=False
    )
    dropped: set[str] = set()
    for drop in ("", "printed", "1 USD ="):
        dropped.add(drop)
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold" if color else "")
        for name, style in (
            ("pair", "cyan"),
            ("rate", ""),
            ("1 USD =", ""),
            ("printed", ""),
            ("as of", ""),
            ("source", "dim"),
        ):
            if name not in dropped:
                right = name in ("rate", "1 USD =", "printed")
                table.add_column(
                    name,
                    style=style if color else "",
                    justify="right" if right else "left",
                    no_wrap=name != "source",
                    overflow="fold",
                )
        for row in rows:
            cells = {
                "pair": f"{row.quote.base}/USD",
                "rate": f"{row.quote.rate:f}",
                "1 USD =": inverse_text(row),
                "printed": "" if row.quote.change is None else f"{row.quote.change:f}%",
                "as of": short_date(row.as_of) if row.as_of else "undated",
                "source": source_text(row),
            }
            table.add_row(*(Text(cell) for name, cell in cells.items() if name not in dropped))
        if Measurement.get(console, console.options.update(width=10_000), table).maximum <= width:
            break
    console.print(table)


def inverse_text(dated: Dated) -> str:
    """`87.41`; where the digits hold less, the range: `11,764 to 13,334`."""
    conversion = inverse(dated)
    if conversion.shows_range:
        return f"{grouped(conversion.low)} to {grouped(conversion.high)}"
    return grouped(conversion.value)


@contextmanager
def progress(total: int, *, shown: bool) -> Iterator[Callable[[], None]]:
    """A bar on stderr where that is a terminal; yields what advances it by one."""
    if not shown or not terminal.is_terminal(sys.stderr):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    bar = Progress(
        BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True), transient=True
    )
    with bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)


def source_table(rows: Sequence[Mapping[str, object]], width: int, *, color: bool) -> None:
    """Prints the feeds, and below them why any last failed."""
    from rich.console import Console
    from rich.measure import Measurement
    from rich.table import Table
    from rich.text import Text

    console = Console(file=sys.stdout, width=width, no_color=not color, force_terminal=color, highlight=False)
    columns = ["source", *FIVE, "official", "by date", "quantum", "requests", "last success"]
    for drop in ("", "quantum", "requests", "official", "by date", "last success"):
        columns = [name for name in columns if name != drop]
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold" if color else "")
        for name in columns:
            table.add_column(name, no_wrap=True)
        for row in rows:
            cells = {**row, "by date": row["by_date"], "last success": row["success_at"] or "never"}
            table.add_row(*(Text(_mark(cells[name])) for name in columns))
        if Measurement.get(console, console.options.update(width=10_000), table).maximum <= width:
            break
    console.print(table)
    for row in rows:
        if row["failure"] and str(row["failure_at"]) > str(row["success_at"] or ""):
            for line in _wrapped(f"{row['source']} failed at {row['failure_at']}: {plain(row['failure'], 500)}", width):
                console.print(Text(line))


def _mark(value: object) -> str:
    return ("✓" if value else "✗") if isinstance(value, bool) else plain(value)
