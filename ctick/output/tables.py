"""Tables for people, which fit the terminal: rates and sources."""

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ctick.currencies import FIVE
from ctick.model import DatedQuote
from ctick.output import terminal
from ctick.rates import trend
from ctick.rates.ageing import likely_error
from ctick.rates.conversion import inverse
from ctick.text import NO_BREAK, age_text, grouped, in_six_digits, plain, rate_text, short_date, source_text, wrapped

Cells = Mapping[str, Text]
"""One row of a table: column -> cell."""

_SPACE = 2  # between two columns
_RIGHT = ("rate", "likely ±", "1 USD =", "printed", "change")
_RATE_COLUMNS = ("pair", "rate", "likely ±", "1 USD =", "printed", "change", "as of", "source")
_SHORTEST_SPARKLINE = 8
CHANGE_STYLES = {trend.UP: "green", trend.DOWN: "red"}


def table_width(columns: Sequence[str], rows: Sequence[Cells]) -> int:
    """How many terminal columns a table takes."""
    return sum(max([len(name), *(len(row[name]) for row in rows)]) + _SPACE for name in columns) - _SPACE


def fitting_columns(columns: Sequence[str], rows: Sequence[Cells], droppable: Sequence[str], width: int) -> list[str]:
    """The columns without those of `droppable`, first to last, that have to go for the table to fit `width`."""
    kept = list(columns)
    for name in droppable:
        if table_width(kept, rows) <= width:
            break
        if name in kept:
            kept.remove(name)
    return kept


def make_table(columns: Sequence[str], rows: Sequence[Cells]) -> Table:
    """A table without lines; no cell is cut off."""
    table = Table(box=None, padding=(0, _SPACE, 0, 0), pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(name, justify="right" if name in _RIGHT else "left", no_wrap=True, overflow="fold")
    for row in rows:
        table.add_row(*(row[name] for name in columns))
    return table


def rich_console(width: int, *, color: bool) -> Console:
    """A console on stdout; without `color` it ignores all styles."""

    class StdoutConsole(Console):
        def on_broken_pipe(self) -> None:  # rich would exit with code 1
            raise  # noqa: PLE0704 - the BrokenPipeError that is being handled

    system: Literal["auto", "standard"] = "standard" if os.environ.get("TERM") in (None, "", "dumb") else "auto"
    return StdoutConsole(
        file=terminal.stdout(),
        width=width,
        no_color=not color,
        color_system=system if color else None,
        force_terminal=color,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )


def rate_table(
    rows: Sequence[DatedQuote],
    width: int,
    *,
    color: bool,
    day: dt.date | None = None,
    recent: Mapping[str, Sequence[DatedQuote]] | None = None,
) -> None:
    """Prints rates as a table; columns are dropped before any cell is cut, and empty ones.

    `day` is the one for which the rates were asked: it adds their likely errors, unless all are of
    that day. `recent` has the last days of each currency, oldest first: it adds the change since the
    day before, and a sparkline if there is space.
    """
    console = rich_console(width, color=color)
    cells = [rate_cells(dated, day) for dated in rows]
    errors = likely_cells(rows, day) if day else [Text()] * len(rows)
    for row, dated, error in zip(cells, rows, errors, strict=True):
        row["likely ±"] = error
        row["change"] = change_cell(recent[dated.base]) if recent else Text()
    filled = [name for name in _RATE_COLUMNS if any(row[name] for row in cells)]
    columns = fitting_columns(filled, cells, ("printed", "1 USD =", "change", "likely ±"), width)
    space = width - table_width(columns, cells) - _SPACE
    if space < -_SPACE:
        for row in cells:
            likely = f" (likely{NO_BREAK}error{NO_BREAK}{row['likely ±']})" if row["likely ±"] else ""
            for text in (f"{row['pair']} {row['rate']}{likely}", f"  {row['as of']} · {row['source']}"):
                console.print("\n".join(wrapped(text, width)), markup=False, soft_wrap=True)
        return
    if recent and columns == filled and space >= _SHORTEST_SPARKLINE:
        for row, dated in zip(cells, rows, strict=True):
            row["spark"] = Text(trend.sparkline(recent[dated.base], space))
        if any(row["spark"] for row in cells):
            columns.insert(columns.index("as of"), "spark")
    console.print(make_table(columns, cells))


def rate_cells(dated: DatedQuote, day: dt.date | None = None) -> dict[str, Text]:
    """The cells of a quote that all tables of rates have in common; a day after `day` is marked."""
    mark = f" ({age_text(dated.as_of, day)})" if dated.as_of and day and dated.as_of > day else ""
    return {
        "pair": Text(f"{dated.base}/USD", "cyan"),
        "rate": Text(rate_text(dated)),
        "1 USD =": Text(_inverse_text(dated)),
        "printed": Text("" if dated.change is None else f"{dated.change:f}%"),
        "as of": Text(short_date(dated.as_of) + mark),
        "source": Text(source_text(dated), "dim"),
    }


def likely_cells(rows: Sequence[DatedQuote], day: dt.date) -> list[Text]:
    """The likely error of each quote on `day`; all are empty if none has grown with age."""
    errors = [likely_error(dated, day) for dated in rows]
    is_aged = any(error != dated.quote.interval.width for dated, error in zip(rows, errors, strict=True))
    return [Text(trend.error_text(error) if is_aged else "") for error in errors]


def change_cell(days: Sequence[DatedQuote]) -> Text:
    """`+0.5% ▲`, `+13.5% in 277 days ▲`: the change since the day before."""
    change = trend.last_change(days)
    return Text(trend.change_text(change), CHANGE_STYLES.get(trend.arrow(change), ""))


def _inverse_text(dated: DatedQuote) -> str:
    """`87.41`, or a range if fewer digits are known: `11,764 to 13,334`; nothing that happened later counts."""
    conversion = inverse(dated, dated.as_of or dt.date.min)
    if conversion.shows_range:
        return f"{grouped(conversion.low)} to {grouped(conversion.high)}"
    return grouped(in_six_digits(conversion.value, [dated]))


def source_table(rows: Sequence[Mapping[str, object]], width: int, *, color: bool) -> None:
    """Prints the sources, and below them the error of each whose last fetch failed."""
    console = rich_console(width, color=color)
    columns = ["source", *FIVE, "official", "by date", "quantum", "requests", "last success"]
    values = [{**row, "by date": row["by_date"], "last success": row["success_at"] or "never"} for row in rows]
    cells = [{name: Text(_yes_or_no(value[name])) for name in columns} for value in values]
    columns = fitting_columns(columns, cells, ("quantum", "requests", "official", "by date", "last success"), width)
    console.print(make_table(columns, cells))
    for row in rows:
        if row["failure"] and str(row["failure_at"]) > str(row["success_at"] or ""):
            text = f"{row['source']} failed at {plain(row['failure_at'])}: {plain(row['failure'], 500)}"
            for line in wrapped(text, width):
                console.print(Text(line))


def _yes_or_no(value: object) -> str:
    yes, no = ("✓", "✗") if terminal.shows("✓✗") else ("yes", "no")  # each as wide as what is printed
    return (yes if value else no) if isinstance(value, bool) else plain(value)
