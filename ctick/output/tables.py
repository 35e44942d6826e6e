"""Answers for people: tables (the only rich) and the lines of `convert`."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence

from ctick.currencies import FIVE
from ctick.model import DatedQuote
from ctick.output import terminal
from ctick.rates.conversion import Conversion, inverse
from ctick.text import grouped, plain, short_date

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
        details = [f"{own_rate(conversion)} · your own rate"]
    column = min([_DETAIL_COLUMN, *(width - len(detail) for detail in details)])
    if len(details) == 1 and column > len(text) + 1:
        return [(text.ljust(column) + details[0]).replace(_TIE, " ")]
    column = column if column == _DETAIL_COLUMN else 2
    return [
        *_wrapped(text, width),
        *(" " * column + line for detail in details for line in _wrapped(detail, width - column)),
    ]


def own_rate(conversion: Conversion) -> str:
    """`1 USD = 87.5 KGS`: how the user's own rate was read."""
    base, target = conversion.own or (conversion.base, conversion.target)
    return f"1 {base} = {conversion.rate:f} {target}"


def _details(legs: Sequence[DatedQuote]) -> list[str]:
    """`KGS/USD 0.01144 · timesca · 16 Dec 2025`, a line for each date and source."""
    rates: dict[str, list[str]] = {}
    for leg in legs:
        rates.setdefault(_origin(leg), []).append(f"{leg.base}/USD{_TIE}{leg.rate:f}")
    return [" · ".join([*pairs, origin]) for origin, pairs in rates.items()]


def _origin(leg: DatedQuote) -> str:
    day = [short_date(leg.as_of).replace(" ", _TIE)] if leg.as_of else []
    return " · ".join([source_text(leg), *day])


def source_text(dated: DatedQuote) -> str:
    """`timesca`, or `timesca (bundled)` for what came with ctick."""
    return plain(dated.source) + (" (bundled)" if dated.bundled else "")


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width`, broken at blanks where there are any, ties made blanks."""
    lines = []
    indent = ""
    while len(indent) + len(text) > width > len(indent):
        room = width - len(indent)
        cut = text.rfind(" ", 0, room + 1)
        cut = cut if cut > 0 else room
        lines.append(indent + text[:cut].rstrip(" "))
        text = text[cut:].lstrip(" ")
        indent = "  " if width > 20 else ""
    return [line.replace(_TIE, " ") for line in [*lines, indent + text]]


class Trend:
    """What a table shows of a pair's last days: the change, its arrow, and so many of them as a spark line."""

    def __init__(self, change: str, arrow: str, spark: Callable[[int], str]) -> None:
        self.change = change
        self.arrow = arrow
        self.spark = spark


_RIGHT = ("rate", "1 USD =", "printed", "change")
_DROPPED = ("", "printed", "1 USD =", "change")  # one after the other, until the table fits
_SHORTEST_SPARK = 8
_ARROWS = {"▲": "green", "▼": "red"}


def rate_table(
    rows: Sequence[DatedQuote], width: int, *, color: bool, trends: Mapping[str, Trend] | None = None
) -> None:
    """Prints rates as a table that fits: columns go before any cell is cut.

    `trends` add the change since the day before, and a spark line as long as there is room for.
    """
    console = rich_console(width, color=color)
    cells = [_rate_cells(row, trends) for row in rows]
    columns = ["pair", "rate", "1 USD =", "printed", "change", "as of", "source"]
    if trends is None:
        columns.remove("change")
    for drop in _DROPPED:
        columns = [name for name in columns if name != drop]
        needed = sum(max(len(name), *(len(row[name]) for row in cells)) + 2 for name in columns) - 2
        if needed <= width:
            break
    if needed > width:
        for row in cells:
            for text in (f"{row['pair']} {row['rate']}", f"  {row['as of']} · {row['source']}"):
                console.print("\n".join(_wrapped(text, width)), markup=False, soft_wrap=True)
        return
    room = width - needed - 2
    if trends and room >= _SHORTEST_SPARK:
        columns.insert(columns.index("as of"), "spark")
        for row, dated in zip(cells, rows, strict=True):
            row["spark"] = trends[dated.base].spark(room)
    console.print(_grid(columns, cells, color=color))


def rich_console(width: int, *, color: bool) -> "Console":
    """Rich's way to stdout; colour where it is wanted, whatever rich thinks of the terminal."""
    from rich.console import Console

    class Ours(Console):
        def on_broken_pipe(self) -> None:  # rich would end the process, and not quietly
            raise  # noqa: PLE0704 - the BrokenPipeError that is being handled

    system: Literal["auto", "standard"] = "standard" if os.environ.get("TERM") in (None, "", "dumb") else "auto"
    return Ours(
        file=terminal.stdout(),
        width=width,
        no_color=not color,
        color_system=system if color else None,
        force_terminal=color,
        highlight=False,
        legacy_windows=False,
    )


def _rate_cells(row: DatedQuote, trends: Mapping[str, Trend] | None) -> dict[str, str]:
    trend = (trends or {}).get(row.base)
    return {
        "pair": f"{row.base}/USD",
        "rate": f"{row.rate:f}",
        "1 USD =": inverse_text(row),
        "printed": "" if row.change is None else f"{row.change:f}%",
        "change": f"{trend.change} {trend.arrow}".strip() if trend else "",
        "as of": short_date(row.as_of) if row.as_of else "undated",
        "source": source_text(row),
    }


def _grid(columns: Sequence[str], rows: Sequence[Mapping[str, str]], *, color: bool) -> "Table":
    from rich.table import Table
    from rich.text import Text

    styles = {"pair": "cyan", "source": "dim"}
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold" if color else "")
    for name in columns:
        justify: Literal["left", "right"] = "right" if name in _RIGHT else "left"
        table.add_column(name, justify=justify, no_wrap=True)
    for row in rows:
        arrow = _ARROWS.get(row["change"][-1:], "")
        tints = {**styles, "change": arrow} if color else {}
        table.add_row(*(Text(row[name], style=tints.get(name, "")) for name in columns))
    return table


def inverse_text(dated: DatedQuote) -> str:
    """`87.41`; where the digits hold less, the range: `11,764 to 13,334`."""
    conversion = inverse(dated)
    if conversion.shows_range:
        return f"{grouped(conversion.low)} to {grouped(conversion.high)}"
    return grouped(conversion.value)


def progress(total: int, *, shown: bool) -> "_Bar":
    """A bar on stderr where that is a terminal; `with` it there is what advances it by one."""
    return _Bar(total, shown=shown and terminal.is_terminal(sys.stderr))


class _Bar:
    def __init__(self, total: int, *, shown: bool) -> None:
        self._total = total
        self._shown = shown

    def __enter__(self) -> Callable[[], None]:
        if not self._shown:
            return lambda: None
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

        bar = Progress(
            BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True), transient=True
        )
        task = bar.add_task("", total=self._total)
        bar.start()
        self._stop = bar.stop
        return lambda: bar.advance(task)

    def __exit__(self, *error: object) -> None:
        if self._shown:
            self._stop()


def source_table(rows: Sequence[Mapping[str, object]], width: int, *, color: bool) -> None:
    """Prints the feeds, and below them why any last failed."""
    from rich.measure import Measurement
    from rich.table import Table
    from rich.text import Text

    console = rich_console(width, color=color)
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
            for line in _wrapped(
                f"{row['source']} failed at {plain(row['failure_at'])}: {plain(row['failure'], 500)}", width
            ):
                console.print(Text(line))


def _mark(value: object) -> str:
    return ("✓" if value else "✗") if isinstance(value, bool) else plain(value)


TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from rich.console import Console
    from rich.table import Table
