"""`ctick rates [CODE...]`: the newest rates as a table."""

import datetime as dt
import sys
from collections.abc import Sequence

from ctick import clock, currencies
from ctick.commands.options import TOOL_FORMATS, Options
from ctick.commands.rate_messages import MANAT, age_note, no_rate
from ctick.errors import DONE, PARTLY, NoRateError
from ctick.model import DatedQuote
from ctick.output import terminal
from ctick.output.records import RATE_FIELDS, Row, lines, rate_row
from ctick.rates.choose import best
from ctick.storage.store import Store
from ctick.text import rate_text, read_age, short_date


def run(options: Options, *, codes: list[str], max_age: str | None) -> int:
    """Shows the quote that ctick uses for each currency, all five unless some are named."""
    output_format = options.row_format("line", *TOOL_FORMATS)
    day = options.day()
    limit = None if max_age is None else read_age(max_age)
    source = options.source_name()
    named = currencies.codes(codes)
    options.fetch_if_old()
    store = Store(options.store_path_or_warning())
    found = {
        code: best(store.quotes(code, options.last_day(), source), day, limit) for code in named or currencies.FIVE
    }
    rows = [dated for dated in found.values() if dated is not None]
    missing = [code for code, dated in found.items() if dated is None]
    if not rows:
        raise NoRateError(no_rate(" ".join(missing), day, source, options, limit))
    if output_format == "table":
        _show(rows, store, day, color=terminal.wants_color(sys.stdout, options.color))
    elif output_format == "line":
        terminal.write([_line(rows, store)])
    elif output_format in TOOL_FORMATS:
        from ctick.output.price_files import price_lines

        terminal.write(price_lines(rows, output_format))
    elif output_format in ("json", "jsonl"):
        terminal.write(lines([_full_row(row, store, day) for row in rows], output_format, RATE_FIELDS))
    else:
        terminal.write(lines([rate_row(row) for row in rows], output_format, RATE_FIELDS))
    if output_format == "table" and found.get("TMT") and not options.quiet:
        terminal.say(MANAT)
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
    """`KGS 0.01144 ▲  KZT 0.00194 ▲  (16 Dec 2025)`: one short line for status bars and prompts.

    If the days differ, each that is not today's stands after its rate.
    """
    from ctick.rates.trend import arrow_text, last_change

    today = clock.today()
    days = {row.as_of for row in rows}
    parts = []
    for row in rows:
        arrow = arrow_text(last_change(store.recent(row, 2)))
        day = f"({_short(row.as_of, today)})" if len(days) > 1 and row.as_of != today else ""
        parts.append(" ".join(filter(None, [row.base, rate_text(row), arrow, day])))
    if len(days) == 1 and rows[0].as_of != today:
        parts.append(f"({_short(rows[0].as_of, today)})")
    return "  ".join(parts) + "\n"


def _short(day: dt.date | None, today: dt.date) -> str:
    """`16 Dec`, with its year if that is not this year."""
    return short_date(day).removesuffix(f" {today.year:04}")


def _full_row(dated: DatedQuote, store: Store, day: dt.date) -> Row:
    """For JSON also the bounds, those that are likely on `day`, and the change since the day before."""
    from ctick.rates.ageing import likely_interval
    from ctick.rates.trend import last_change

    low, high = dated.quote.published_bounds
    likely_low, likely_high = likely_interval(dated, day).bounds(-int(low.as_tuple().exponent))
    change = last_change(store.recent(dated, 2))
    return {
        **rate_row(dated),
        "low": low,
        "high": high,
        "likely_low": likely_low,
        "likely_high": likely_high,
        "computed_change": change and change.percent,
        "computed_days": change and change.days,
    }
