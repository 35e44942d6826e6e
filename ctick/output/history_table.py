"""Histories as tables for people."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.text import Text

from ctick.model import DatedQuote
from ctick.output.rate_table import CHANGE_STYLES, rate_cells
from ctick.output.tables import Cells, fitting_columns, make_table, rich_console, table_width
from ctick.rates import trend
from ctick.rates.conversion import RANGE
from ctick.rates.history import UNITS, HistoryRow, summary
from ctick.text import counted, grouped, in_six_digits, plain, rate_text, short_date, wrapped

_COLUMNS = ("as of", "rate", "1 USD =", "change", "printed", "source")
_DOLLAR_COLUMNS = ("as of", "1 USD =", "USD change", "source")


def history_tables(
    found: Mapping[str, Sequence[HistoryRow]], width: int, period: str, *, color: bool, per_dollar: bool = False
) -> None:
    """Prints a table for each currency: a row for each day, gaps between them, and a summary below.

    All rows are from one source, which is named above the table. Rates of few digits for whose inverse
    there is no space have what their digits leave open beside them.
    """
    console = rich_console(width, color=color)
    for place, (code, rows) in enumerate(found.items()):
        if place:
            console.print()
        console.print(Text(f"{f'USD/{code}' if per_dollar else f'{code}/USD'} · {_origin(rows)}", "bold"))
        cells = list(_all_cells(rows, UNITS.get(period, "day"), per_dollar=per_dollar))
        names = _DOLLAR_COLUMNS if per_dollar else _COLUMNS
        columns = [name for name in names if any(row[name] for row in cells)]
        columns = fitting_columns(
            columns, cells, ("source", "USD change") if per_dollar else ("source", "printed", "1 USD ="), width
        )
        if "1 USD =" not in columns and any(row["±"] for row in cells):
            columns.insert(columns.index("rate") + 1, "±")
            columns = fitting_columns(columns, cells, ("source", "printed", "change"), width)
        if table_width(columns, cells) <= width:
            console.print(make_table(columns, cells))
        else:
            _print_lines(console, (" ".join([str(row[name]) for name in columns if row[name]]) for row in cells), width)
        _print_lines(console, _summary_lines([row.dated for row in rows], per_dollar=per_dollar), width)


def _print_lines(console: Console, texts: Iterable[str], width: int) -> None:
    """Prints texts, each wrapped at the ends of words."""
    for text in texts:
        for line in wrapped(text, width):
            console.print(Text(line), soft_wrap=True)


def _origin(rows: Sequence[HistoryRow]) -> str:
    bundled = [row.dated.bundled for row in rows]
    mark = " (bundled)" if all(bundled) else " (partly bundled)" if any(bundled) else ""
    return plain(rows[0].dated.source) + mark


def _all_cells(rows: Sequence[HistoryRow], unit: str, *, per_dollar: bool) -> Iterator[Cells]:
    for row in rows:
        if row.gap:
            yield {
                **dict.fromkeys((*_COLUMNS, *_DOLLAR_COLUMNS, "±"), Text()),
                "as of": Text(f"gap: {counted(row.gap, unit)}", "dim"),
            }
        error = row.dated.quote.interval.width
        coarse = Text(trend.error_text(error) if error >= RANGE else "")
        cells = rate_cells(row.dated, per_dollar=per_dollar)
        yield {**cells, "USD change" if per_dollar else "change": _change_cell(row), "±": coarse}


def _change_cell(row: HistoryRow) -> Text:
    if row.change is None:
        return Text()
    return Text(row.change.to_text(), CHANGE_STYLES.get(trend.arrow(row.change), ""))


def _summary_lines(quotes: Sequence[DatedQuote], *, per_dollar: bool) -> list[str]:
    """Low, high, mean and total change; nothing for one row, which says it all."""
    if len(quotes) == 1:
        return []
    total = summary(quotes, per_dollar=per_dollar)
    text = trend.dollar_text if per_dollar else rate_text
    low, high = total.low, total.high
    span = f"from {short_date(quotes[0].as_of)} to {short_date(quotes[-1].as_of)}"
    if low.quote.rate == high.quote.rate:
        return [f"{text(low)} on all of these days, change {total.change.to_text()} {span}"]
    return [
        f"low {text(low)} ({short_date(low.as_of)}), high {text(high)} ({short_date(high.as_of)})",
        f"mean {grouped(in_six_digits(total.mean, quotes))}, change {total.change.to_text()} {span}",
    ]
