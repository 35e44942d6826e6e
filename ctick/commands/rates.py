"""`ctick rates [CODE...]`: the newest rates as a table."""

import datetime as dt
import sys
from collections.abc import Sequence

from ctick import clock, currencies
from ctick.commands.options import TOOL_FORMATS, Options, shows_per_dollar
from ctick.commands.rate_messages import MANAT, age_note, no_rate
from ctick.errors import DONE, PARTLY, NoRateError
from ctick.model import DatedQuote
from ctick.output import terminal
from ctick.output.records import PER_DOLLAR_FIELDS, RATE_FIELDS, Row, lines, per_dollar_fields, rate_row
from ctick.rates.choose import best
from ctick.storage.store import Store
from ctick.text import age_text, rate_text, read_age, short_date


def run(options: Options, *, codes: list[str], per_dollar: bool, no_per_dollar: bool, max_age: str | None) -> int:
    """Shows the quote that ctick uses for each currency, all five unless some are named."""
    output_format = options.row_format("line", *TOOL_FORMATS)
    shown_per_dollar = shows_per_dollar(output_format, per_dollar=per_dollar, no_per_dollar=no_per_dollar)
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
    if output_format in ("table", "line"):
        show = _show_table if output_format == "table" else _show_line
        show(rows, store, options, per_dollar=shown_per_dollar)
    elif output_format in TOOL_FORMATS:
        from ctick.output.price_files import price_lines

        terminal.write(price_lines(rows, output_format))
    else:
        row = _full_row if output_format in ("json", "jsonl") else _row
        costs = [per_dollar_fields(dated, day) if shown_per_dollar else {} for dated in rows]
        records = [{**row(dated, store, day), **cost} for dated, cost in zip(rows, costs, strict=True)]
        fields = (*RATE_FIELDS, *PER_DOLLAR_FIELDS) if shown_per_dollar else RATE_FIELDS
        terminal.write(lines(records, output_format, fields))
    if output_format == "table" and found.get("TMT") and not options.quiet:
        terminal.say(MANAT)
    note = age_note(rows, day, options)
    if note and not options.quiet:
        terminal.say(note)
    if missing and (named or limit is not None):
        terminal.complain(no_rate(" ".join(missing), day, source, options, limit))
        return PARTLY
    return DONE


def _show_table(rows: Sequence[DatedQuote], store: Store, options: Options, *, per_dollar: bool) -> None:
    """The table for a terminal, with the change since the day before and a sparkline."""
    from ctick.output.rate_table import rate_table

    color = terminal.wants_color(sys.stdout, options.color)
    recent = {dated.base: store.recent(dated) for dated in rows}
    rate_table(rows, terminal.width(), color=color, recent=recent, day=options.day(), per_dollar=per_dollar)


def _show_line(rows: Sequence[DatedQuote], store: Store, options: Options, *, per_dollar: bool) -> None:
    """`KGS 0.01144 ▲  KZT 0.00194 ▲  (29 Sep, 60d ago)`: one short line for status bars and prompts.

    If the days differ, the one that most rates have is at the end, and each other one after its rate.
    Today's is left out.
    `per_dollar`: `1 USD = 87.41 KGS ▼  515 KZT ▼  (29 Sep, 60d ago)`.
    """
    from ctick.rates.trend import arrow_text, dollar_text, last_change

    ages = [_age(row.as_of, options.day()) for row in rows]
    usual = max(ages, key=ages.count)
    if "" in ages or ages.count(usual) == 1 < len(ages):
        usual = ""
    parts = []
    for row, age in zip(rows, ages, strict=True):
        rate = f"{dollar_text(row)} {row.base}" if per_dollar else f"{row.base} {rate_text(row)}"
        arrow = arrow_text(last_change(store.recent(row, 2), per_dollar=per_dollar))
        parts.append(" ".join(filter(None, [rate, arrow, f"({age})" if age != usual and age else ""])))
    if usual:
        parts.append(f"({'' if ages.count(usual) == len(ages) else 'others '}{usual})")
    terminal.write([("1 USD = " if per_dollar else "") + "  ".join(parts) + "\n"])


def _age(as_of: dt.date | None, day: dt.date) -> str:
    """`29 Sep, 60d ago`: the day if it is not today, its year if that is not this one, and its age on `day`."""
    today = clock.today()
    if as_of is None or as_of == today:
        return ""
    short = short_date(as_of).removesuffix(f" {today.year:04}")
    age = age_text(as_of, day).replace(" days", "d").replace(" day", "d")
    return f"{short}, {age}" if as_of != day else short


def _row(dated: DatedQuote, _store: Store, _day: dt.date) -> Row:
    return rate_row(dated)


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
