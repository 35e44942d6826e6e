"""Tables of rates for people, which fit the terminal: USD for 1 unit, or what 1 USD costs (`per_dollar`)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from rich.text import Text

from ctick.model import DatedQuote
from ctick.output.tables import SPACE, fitting_columns, make_table, rich_console, table_width
from ctick.rates import trend
from ctick.rates.ageing import likely_error
from ctick.rates.conversion import RANGE, inverse
from ctick.text import NO_BREAK, age_text, rate_text, short_date, source_text, wrapped

CHANGE_STYLES = {trend.UP: "green", trend.DOWN: "red"}

_COLUMNS = ("pair", "rate", "likely ±", "1 USD =", "printed", "change", "as of", "source")
_DOLLAR_COLUMNS = ("1 USD =", "likely ±", "USD change", "as of", "source")
_DROPPABLE = ("printed", "1 USD =", "change", "source")
_DROPPABLE_PER_DOLLAR = ("USD change", "source")
_SHORTEST_SPARKLINE = 8


class RateTable:
    """Rates as cells, and the columns that say something.

    `day` is the one for which the rates were asked: it adds their likely errors, unless all are of
    that day. `recent` has the last days of each currency, oldest first: it adds the change since the
    day before.
    """

    def __init__(
        self,
        rows: Sequence[DatedQuote],
        day: dt.date | None = None,
        recent: Mapping[str, Sequence[DatedQuote]] | None = None,
        *,
        per_dollar: bool = False,
    ) -> None:
        self.rows = rows
        self.recent = recent or {}
        self.per_dollar = per_dollar
        self.cells = [
            {
                **rate_cells(dated, day, per_dollar=per_dollar),
                "likely ±": Text(trend.error_text(_error(dated, day, per_dollar=per_dollar))),
                _change_name(per_dollar=per_dollar): self._change(dated),
            }
            for dated in rows
        ]
        self._is_aged = any(likely_error(dated, day) != dated.quote.interval.width for dated in rows if day)
        self._is_coarse = any(dated.quote.interval.width >= RANGE for dated in rows)

    def _change(self, dated: DatedQuote) -> Text:
        """`+0.5% ▲`, `+13.5% in 277 days ▲`: the change since the day before."""
        change = trend.last_change(self.recent.get(dated.base, []), per_dollar=self.per_dollar)
        return Text(trend.change_text(change), CHANGE_STYLES.get(trend.arrow(change), ""))

    def columns(self) -> list[str]:
        """The names of those that are not empty."""
        names = _DOLLAR_COLUMNS if self.per_dollar else _COLUMNS
        return [
            name for name in names if any(row[name] for row in self.cells) and (name != "likely ±" or self._is_aged)
        ]

    def fitting(self, columns: Sequence[str], droppable: Sequence[str], width: int) -> list[str]:
        """The columns that fit; a rate of few digits without its inverse has its likely error beside it."""
        kept = fitting_columns(columns, self.cells, droppable, width)
        if "1 USD =" in kept or "likely ±" in kept or not self._is_coarse:
            return kept
        place = columns.index("rate") + 1
        return fitting_columns([*columns[:place], "likely ±", *columns[place:]], self.cells, droppable, width)

    def stacked(self, columns: Sequence[str], width: int) -> list[str]:
        """The rates as lines, for a terminal that is too narrow for what is left of the columns."""
        lines = []
        for row in self.cells:
            rate = f"1{NO_BREAK}USD = {row['1 USD =']}" if self.per_dollar else f"{row['pair']} {row['rate']}"
            error = f" (likely{NO_BREAK}error{NO_BREAK}{row['likely ±']})" if "likely ±" in columns else ""
            lines += [*wrapped(rate + error, width), *wrapped(f"  {row['as of']} · {row['source']}", width)]
        return lines

    def add_sparklines(self, count: int) -> str:
        """Adds the last `count` days of each rate; the name of their column, which says since when, or ""."""
        since, lines = trend.sparklines(self.recent, count, per_dollar=self.per_dollar)
        for row, dated in zip(self.cells, self.rows, strict=True):
            row[since] = Text(lines.get(dated.base, ""))
        return since if any(lines.values()) else ""


def rate_table(
    rows: Sequence[DatedQuote],
    width: int,
    *,
    color: bool,
    day: dt.date | None = None,
    recent: Mapping[str, Sequence[DatedQuote]] | None = None,
    per_dollar: bool = False,
) -> None:
    """Prints rates as a table, see `RateTable`; columns are dropped before any cell is cut.

    With `recent` and enough space there are sparklines.
    """
    console = rich_console(width, color=color)
    table = RateTable(rows, day, recent, per_dollar=per_dollar)
    all_columns = table.columns()
    columns = table.fitting(all_columns, _DROPPABLE_PER_DOLLAR if per_dollar else _DROPPABLE, width)
    space = width - table_width(columns, table.cells)
    if space < 0:
        for line in table.stacked(columns, width):
            console.print(line, markup=False, soft_wrap=True)
        return
    if recent and columns == all_columns and space >= _SHORTEST_SPARKLINE + SPACE:
        name = table.add_sparklines(min(space - SPACE, trend.SPARKLINE_DAYS))
        if name and len(name) + SPACE <= space:
            columns.insert(columns.index("as of"), name)
    console.print(make_table(columns, table.cells))


def rate_cells(dated: DatedQuote, day: dt.date | None = None, *, per_dollar: bool = False) -> dict[str, Text]:
    """The cells of a quote that all tables of rates have in common; a day after `day` is marked."""
    mark = f" ({age_text(dated.as_of, day)})" if dated.as_of and day and dated.as_of > day else ""
    dates = {"as of": Text(short_date(dated.as_of) + mark), "source": Text(source_text(dated), "dim")}
    if per_dollar:
        return {"1 USD =": Text.assemble(trend.dollar_text(dated), " ", (dated.base, "cyan")), **dates}
    return {
        "pair": Text(f"{dated.base}/USD", "cyan"),
        "rate": Text(rate_text(dated)),
        "1 USD =": Text(trend.dollar_text(dated)),
        "printed": Text("" if dated.change is None else f"{dated.change:f}%"),
        **dates,
    }


def _change_name(*, per_dollar: bool) -> str:
    return "USD change" if per_dollar else "change"


def _error(dated: DatedQuote, day: dt.date | None, *, per_dollar: bool) -> Decimal:
    """The likely error as a part of the rate, or of what 1 USD costs; without a `day` that of the digits."""
    day = day or dated.as_of or dt.date.min
    return inverse(dated, day).width if per_dollar else likely_error(dated, day)
