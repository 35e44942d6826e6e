"""Histories as tables for people."""

from collections.abc import Iterator, Mapping, Sequence

from rich.text import Text

from ctick.model import DatedQuote
from ctick.output.tables import CHANGE_STYLES, Cells, fitting_columns, make_table, rate_cells, rich_console
from ctick.rates import trend
from ctick.rates.history import UNITS, HistoryRow, summary
from ctick.text import counted, in_six_digits, plain, rate_text, short_date

_COLUMNS = ("as of", "rate", "1 USD =", "change", "printed", "source")


def history_tables(found: Mapping[str, Sequence[HistoryRow]], width: int, period: str, *, color: bool) -> None:
    """Prints a table for each currency: a row for each day, gaps between them, and a summary below.

    All rows are from one source, which is named above the table.
    """
    console = rich_console(width, color=color)
    for place, (code, rows) in enumerate(found.items()):
        if place:
            console.print()
        console.print(Text(f"{code}/USD · {_origin(rows)}", "bold"))
        cells = list(_all_cells(rows, UNITS.get(period, "day")))
        columns = [name for name in _COLUMNS if any(row[name] for row in cells)]
        columns = fitting_columns(columns, cells, ("source", "printed", "1 USD ="), width)
        console.print(make_table(columns, cells))
        for line in _summary_lines([row.dated for row in rows]):
            console.print(Text(line))


def _origin(rows: Sequence[HistoryRow]) -> str:
    bundled = [row.dated.bundled for row in rows]
    mark = " (bundled)" if all(bundled) else " (partly bundled)" if any(bundled) else ""
    return plain(rows[0].dated.source) + mark


def _all_cells(rows: Sequence[HistoryRow], unit: str) -> Iterator[Cells]:
    for row in rows:
        if row.gap:
            yield {**dict.fromkeys(_COLUMNS, Text()), "as of": Text(f"gap: {counted(row.gap, unit)}", "dim")}
        yield {**rate_cells(row.dated), "change": _change_cell(row)}


def _change_cell(row: HistoryRow) -> Text:
    if row.change is None:
        return Text()
    return Text(row.change.to_text(), CHANGE_STYLES.get(trend.arrow(row.change), ""))


def _summary_lines(quotes: Sequence[DatedQuote]) -> list[str]:
    """Low, high, mean and total change; nothing for one row, which says it all."""
    if len(quotes) == 1:
        return []
    total = summary(quotes)
    low, high = total.low, total.high
    span = f"from {short_date(quotes[0].as_of)} to {short_date(quotes[-1].as_of)}"
    return [
        f"low {rate_text(low)} ({short_date(low.as_of)}), high {rate_text(high)} ({short_date(high.as_of)})",
        f"mean {in_six_digits(total.mean, quotes):f}, change {total.change.to_text()} {span}",
    ]
