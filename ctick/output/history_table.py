"""History as tables for people. Like `render`, one of the rooms that know rich."""

from collections.abc import Mapping, Sequence

from ctick.model import DatedQuote
from ctick.output.tables import rich_console
from ctick.rates.conversion import inverse
from ctick.rates.history import HistoryRow, summary
from ctick.text import grouped, plain, short_date

_UNITS = {"weekly": "week", "monthly": "month"}  # of a gap; else days


def history_tables(found: Mapping[str, Sequence[HistoryRow]], width: int, period: str, *, color: bool) -> None:
    """Prints a table a currency: a row a day, gaps as gaps, and what they come to below.

    Each is of one source, which stands above it; the column says which rows are bundled.
    """
    from rich.text import Text

    console = rich_console(width, color=color)
    for place, (code, rows) in enumerate(found.items()):
        if place:
            console.print()
        console.print(Text(f"{code}/USD · {_origin(rows)}", style="bold" if color else ""))
        _table(console, rows, width, _UNITS.get(period, "day"), color=color)
        for line in _summary_lines([row.dated for row in rows]):
            console.print(Text(line))


def _origin(rows: Sequence[HistoryRow]) -> str:
    bundled = [row.dated.bundled for row in rows]
    mark = " (bundled)" if all(bundled) else " (partly bundled)" if any(bundled) else ""
    return plain(rows[0].dated.source) + mark


def _table(console: "Console", rows: Sequence[HistoryRow], width: int, unit: str, *, color: bool) -> None:
    from rich.measure import Measurement
    from rich.table import Table
    from rich.text import Text

    columns = ["as of", "rate", "1 USD =", "change", "printed", "source"]
    for drop in ("", "source", "printed", "1 USD ="):
        columns = [name for name in columns if name != drop]
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold" if color else "")
        for name in columns:
            left = name in ("as of", "source")
            table.add_column(name, justify="left" if left else "right", no_wrap=True, overflow="fold")
        for row in rows:
            if row.gap:
                gap = f"gap: {row.gap:,} {unit}" + ("s" if row.gap > 1 else "")
                table.add_row(Text(gap, style="dim" if color else ""))
            cells = _cells(row)
            table.add_row(*(Text(cells[name], style=_style(name, row) if color else "") for name in columns))
        if Measurement.get(console, console.options.update(width=10_000), table).maximum <= width:
            break
    console.print(table)


def _cells(row: HistoryRow) -> dict[str, str]:
    quote = row.dated.quote
    conversion = inverse(row.dated)
    return {
        "as of": short_date(row.dated.as_of) if row.dated.as_of else "undated",
        "rate": f"{quote.rate:f}",
        "1 USD =": f"{grouped(conversion.low)} to {grouped(conversion.high)}"
        if conversion.shows_range
        else grouped(conversion.value),
        "change": change_text(row),
        "printed": "" if quote.change is None else f"{quote.change:f}%",
        "source": plain(row.dated.source) + (" (bundled)" if row.dated.bundled else ""),
    }


def change_text(row: HistoryRow) -> str:
    """`+0.5%` with as many digits as are known, `≈0` where none is, nothing in the first row."""
    if row.change is None:
        return ""
    return "≈0" if row.places is None else f"{row.change:+.{row.places}f}%"


def _style(name: str, row: HistoryRow) -> str:
    if name == "change" and row.places is not None and row.change is not None:
        return "green" if row.change > 0 else "red"
    return "dim" if name == "source" else ""


def _summary_lines(quotes: Sequence[DatedQuote]) -> list[str]:
    """Low, high, mean and total change."""
    total = summary(quotes)
    change = "≈0" if total.places is None else f"{total.change:+.{total.places}f}%"
    low, high = total.low, total.high
    return [
        f"low {low.rate:f} ({_day(low)}), high {high.rate:f} ({_day(high)})",
        f"mean {total.mean:f}, change {change} from {_day(quotes[0])} to {_day(quotes[-1])}",
    ]


def _day(quote: DatedQuote) -> str:
    return short_date(quote.as_of) if quote.as_of else "undated"


TYPE_CHECKING = False
if TYPE_CHECKING:
    from rich.console import Console
