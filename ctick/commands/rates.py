"""`ctick rates [CODE...]`: the newest rates as a table."""

import datetime as dt
import sys
from collections.abc import Sequence

from ctick import currencies
from ctick.commands.options import Options
from ctick.commands.rate_messages import age_note, no_rate
from ctick.errors import DONE, PARTLY, NoRateError
from ctick.model import DatedQuote
from ctick.output import terminal
from ctick.output.price_files import FORMATS, price_lines
from ctick.output.records import RATE_FIELDS, lines, rate_row
from ctick.rates.choose import best
from ctick.storage.store import Store
from ctick.text import read_age


def run(options: Options, *, codes: list[str], max_age: str | None) -> int:
    """Shows the quote that ctick uses for each currency, all five unless some are named."""
    output_format = options.row_format("line", *FORMATS)
    day = options.day()
    limit = None if max_age is None else read_age(max_age)
    source = options.source_name()
    named = currencies.codes(codes)
    store = Store(options.store_path_or_warning())
    found = {code: best(store.quotes(code, options.last_day(), source), day, limit) for code in named or currencies.FIVE}
    rows = [dated for dated in found.values() if dated is not None]
    missing = [code for code, dated in found.items() if dated is None]
    if not rows:
        raise NoRateError(no_rate(" ".join(missing), day, source, options, limit))
    if output_format == "table":
        _show(rows, store, day, color=terminal.wants_color(sys.stdout, no_color=options.no_color))
    elif output_format == "line":
        terminal.write([_line(rows, store)])
    elif output_format in FORMATS:
        terminal.write(price_lines(rows, output_format))
    else:
        terminal.write(lines([rate_row(row) for row in rows], output_format, RATE_FIELDS))
    note = age_note(rows, day, options)
    if note and not options.quiet:
        terminal.say(note)
    if missing and (named or limit is not None):
        terminal.complain(no_rate(" ".join(missing), day, source, options, limit))
        return PARTLY
    return DONE


def _show(rows: Sequence[DatedQuote], store: Store, day: dt.date, *, color: bool) -> None:
    """The table for a terminal, with the change since the day before and a sparkline."""
    from ctick.output.tables import rate_table

    recent = {dated.base: store.recent(dated) for dated in rows}
    rate_table(rows, terminal.width(), color=color, recent=recent, day=day)


def _line(rows: Sequence[DatedQuote], store: Store) -> str:
    """`KGS 0.01144 ▬  KZT 0.00194 ▲`: one short line for status bars and prompts."""
    from ctick.rates.trend import arrow, last_change

    return "  ".join([f"{row.base} {row.rate:f} {arrow(last_change(store.recent(row, 2)))}" for row in rows]) + "\n"
