"""Tables for people, which fit the terminal: what all of them share, and that of the sources."""

import os
from collections.abc import Mapping, Sequence
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ctick.currencies import FIVE
from ctick.output import terminal
from ctick.text import plain, wrapped

Cells = Mapping[str, Text]
"""One row of a table: column -> cell."""

SPACE = 2
"""Between two columns."""

_RIGHT = ("rate", "likely ±", "±", "1 USD =", "printed", "change", "USD change")


def table_width(columns: Sequence[str], rows: Sequence[Cells]) -> int:
    """How many terminal columns a table takes."""
    return sum(max([len(name), *(len(row[name]) for row in rows)]) + SPACE for name in columns) - SPACE


def fitting_columns(columns: Sequence[str], rows: Sequence[Cells], droppable: Sequence[str], width: int) -> list[str]:
    """The columns without those of `droppable`, first to last, that have to go for the table to fit `width`.

    When a wide one has gone, those before it that fit after all come back, the last of them first.
    """
    kept = list(columns)
    dropped = []
    for name in droppable:
        if table_width(kept, rows) <= width:
            break
        if name in kept:
            kept.remove(name)
            dropped.append(name)
    for name in reversed(dropped[:-1]):
        more = [column for column in columns if column in kept or column == name]
        if table_width(more, rows) > width:
            break
        kept = more
    return kept


def make_table(columns: Sequence[str], rows: Sequence[Cells]) -> Table:
    """A table without lines; no cell is cut off."""
    table = Table(box=None, padding=(0, SPACE, 0, 0), pad_edge=False, header_style="bold")
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


def source_table(rows: Sequence[Mapping[str, object]], width: int, *, color: bool) -> None:
    """Prints the sources, in a very narrow terminal as lines, and below them the error of each failed last fetch."""
    console = rich_console(width, color=color)
    columns = ["source", *FIVE, "official", "by date", "quantum", "requests", "last success"]
    values = [{**row, "by date": row["by_date"], "last success": row["success_at"] or "never"} for row in rows]
    cells = [{name: Text(_yes_or_no(value[name])) for name in columns} for value in values]
    columns = fitting_columns(columns, cells, ("quantum", "requests", "official", "by date", "last success"), width)
    if table_width(columns, cells) <= width:
        console.print(make_table(columns, cells))
    else:
        for row in rows:
            covered = " ".join([code for code in FIVE if row[code]])
            console.print(Text("\n".join(wrapped(f"{row['source']}: {covered}", width))))
    for row in rows:
        if row["failure"] and str(row["failure_at"]) > str(row["success_at"] or ""):
            text = f"{row['source']} failed at {plain(row['failure_at'])}: {plain(row['failure'], 500)}"
            for line in wrapped(text, width):
                console.print(Text(line))


def _yes_or_no(value: object) -> str:
    yes, no = ("✓", "✗") if terminal.shows("✓✗") else ("yes", "no")  # each as wide as what is printed
    return (yes if value else no) if isinstance(value, bool) else plain(value)
