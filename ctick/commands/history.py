"""`ctick history [CODE...]`: rates by day, with the changes that ctick computes itself."""

import datetime as dt
import sys
from collections.abc import Iterator
from itertools import takewhile

from ctick import currencies
from ctick.commands.history_query import SHOWN, Query
from ctick.commands.options import PRICE_FORMATS, TOOL_FORMATS, Options, shows_per_dollar
from ctick.currencies import FIVE
from ctick.errors import DONE, PARTLY, NoRateError, UsageError
from ctick.model import DatedQuote
from ctick.output import terminal
from ctick.output.records import PER_DOLLAR_FIELDS, RATE_FIELDS, Row, capture_fields, lines, per_dollar_fields, rate_row
from ctick.rates.choose import sources_by_days
from ctick.rates.history import UNITS, best_of_each_day, history_rows, last_days
from ctick.storage.store import Store
from ctick.text import counted, long_date, plain, rate_text, source_text

FIELDS = (*RATE_FIELDS, "computed_change", "computed_days")


class Found:
    """One currency's quotes, oldest first.

    If they are of the source that ctick chose, `counts` has the number of days of each, that one first,
    and `newer` a newer rate of another.
    """

    def __init__(
        self, quotes: list[DatedQuote], counts: dict[str, int] | None = None, newer: DatedQuote | None = None
    ) -> None:
        self.quotes = quotes
        self.counts = counts or {}
        self.newer = newer


def run(
    options: Options,
    *,
    codes: list[str],
    since: str | None,
    until: str | None,
    last: str | None,
    period: str,
    revisions: bool,
    chart: bool,
    svg: str | None,
    force: bool,
    per_dollar: bool,
    no_per_dollar: bool,
) -> int:
    """Shows the days of one source for each currency, oldest first; as prices for other tools, the best of each day."""
    query = Query(since, until, last, period, revisions=revisions)
    is_drawn = chart or svg is not None
    output_format = _format(options, is_drawn=is_drawn, revisions=revisions)
    shown_per_dollar = shows_per_dollar(output_format, per_dollar=per_dollar, no_per_dollar=no_per_dollar)
    named = currencies.codes(codes)
    source = options.source_name()
    if query.is_open:
        options.fetch_if_old()
    store = Store(options.store_path_or_warning())
    find = _best_of_each_day if output_format in PRICE_FORMATS else _of_one_source
    results = {code: find(store, code, source, query) for code in named or FIVE}
    found = {code: of_code for code, of_code in results.items() if of_code.quotes}
    missing = [code for code in results if code not in found]
    no_rates = (
        f"no rates for {' '.join(missing)}{f' from {source}' if source else ''}{query.span()}:"
        f" {options.command('history')} shows the days with rates"
    )
    if not found:
        raise NoRateError(no_rates)
    notes = list(_notes(found, per_dollar=shown_per_dollar))
    if is_drawn:
        below = [] if options.quiet else notes
        _draw(found, options, below, show_chart=chart, svg_file=svg, force=force, per_dollar=shown_per_dollar)
    elif output_format == "table":
        if query.is_bare and terminal.is_terminal(sys.stdout):
            notes += _shorten(found, named, query, options)
        _show_tables(found, query.period, options, per_dollar=shown_per_dollar)
    else:
        _show_rows(found, output_format, query.period, per_dollar=shown_per_dollar)
    if not options.quiet:
        for note in notes:
            terminal.say(note)
    if missing and named:
        terminal.complain(no_rates)
        return PARTLY
    return DONE


def _format(options: Options, *, is_drawn: bool, revisions: bool) -> str:
    """The format, `table` for a chart; UsageError if `-o` can't be combined with the other options."""
    if is_drawn and (given := options.format(*TOOL_FORMATS)):
        raise UsageError(f"-o {given} can't be combined with --chart or --svg: choose one")
    output_format = "table" if is_drawn else options.row_format(*TOOL_FORMATS)
    if output_format in PRICE_FORMATS and revisions:
        raise UsageError(f"-o {output_format} has one rate a day: leave --revisions out, or choose another format")
    return output_format


def _of_one_source(store: Store, code: str, source: str | None, query: Query) -> Found:
    """The quotes of `source`, or else of the source with the most days."""
    counts = {}
    if source is None:
        days = store.counts(code, query.since, query.until)
        counts = {name: days[name] for name in sources_by_days(days)}
        if not counts:
            return Found([])
        source = next(iter(counts))
    quotes = store.history(code, query.since, query.until, source, revisions=query.revisions)
    newer = _newer_than(quotes[-1], store, query) if len(counts) > 1 and quotes else None
    return Found(query.days(quotes), counts, newer)


def _newer_than(last: DatedQuote, store: Store, query: Query) -> DatedQuote | None:
    """The best rate of the newest day in the span, if that is after the last of the chosen source."""
    newest = next(best_of_each_day(store.quotes(last.base, query.until)), None)
    return newest if newest is not None and newest.as_of != last.as_of else None


def _best_of_each_day(store: Store, code: str, source: str | None, query: Query) -> Found:
    """Of each day the best rate of all sources, or that of `source`."""
    quotes = store.quotes(code, query.until, source)
    span = takewhile(lambda dated: dated.as_of is not None and dated.as_of >= query.since, quotes)
    return Found(query.days(list(best_of_each_day(span))[::-1]))


def _shorten(found: dict[str, Found], named: list[str], query: Query, options: Options) -> list[str]:
    """Leaves the last `SHOWN` days of each currency; a note that says how to see the others, if there are any."""
    counts = {code: len({dated.as_of for dated in of_code.quotes}) for code, of_code in found.items()}
    if max(counts.values()) <= SHOWN:
        return []
    first = min(str(of_code.quotes[0].as_of) for of_code in found.values())
    for of_code in found.values():
        of_code.quotes = last_days(of_code.quotes, SHOWN)
    words = ["history", *named, "--since", first]
    words += [] if options.source is None else ["--source", options.source]
    words += [] if query.period == "all" else ["--days", query.period]
    words += ["--revisions"] if query.revisions else []
    unit = UNITS.get(query.period, "day")
    total = counted(max(counts.values()), unit) if len(set(counts.values())) == 1 else f"{unit}s"
    return [f"showing the last {SHOWN} {unit}s; {options.command(*words)} shows all {total}"]


def _notes(found: dict[str, Found], *, per_dollar: bool) -> Iterator[str]:
    """Which source of several is shown, and newer rates of others; currencies with the same sources share a line."""
    shown: dict[str, list[str]] = {}
    newer: dict[tuple[str, str], list[str]] = {}
    for code, of_code in found.items():
        if len(of_code.counts) > 1:
            shown.setdefault(_source_note(of_code.counts), []).append(code)
        if (dated := of_code.newer) is not None and dated.as_of is not None:
            origin = f"from {source_text(dated)} on {long_date(dated.as_of)}"
            rate = f"{code} {rate_text(dated)}"
            if per_dollar:
                from ctick.rates.trend import dollar_text

                rate = f"1 USD = {dollar_text(dated)} {code}"
            newer.setdefault((origin, dated.source), []).append(rate)
    for text, codes in shown.items():
        yield f"showing {' '.join(codes)} {text}"
    for (origin, source), rates in newer.items():
        yield f"newer: {', '.join(rates)} {origin}; choose {'it' if len(rates) == 1 else 'them'} with --source {source}"


def _source_note(counts: dict[str, int]) -> str:
    """`from timesca, the source with the most days (39); others: fawaz (1); choose with --source`"""
    (source, days), *others = counts.items()
    most = "one of the sources" if others[0][1] == days else "the source"
    rest = ", ".join([f"{name} ({count:,})" for name, count in others])
    return f"from {source}, {most} with the most days ({days:,}); others: {rest}; choose with --source"


def _show_tables(found: dict[str, Found], period: str, options: Options, *, per_dollar: bool) -> None:
    from ctick.output.history_table import history_tables

    color = terminal.wants_color(sys.stdout, options.color)
    rows = {code: history_rows(of_code.quotes, period, per_dollar=per_dollar) for code, of_code in found.items()}
    history_tables(rows, terminal.width(), period, color=color, per_dollar=per_dollar)


def _show_rows(found: dict[str, Found], output_format: str, period: str, *, per_dollar: bool) -> None:
    if output_format in TOOL_FORMATS:
        from ctick.output.price_files import price_lines

        terminal.write(price_lines((dated for of_code in found.values() for dated in of_code.quotes), output_format))
        return
    records = (record for of_code in found.values() for record in _records(of_code, period, per_dollar=per_dollar))
    fields = (*FIELDS, *PER_DOLLAR_FIELDS) if per_dollar else FIELDS
    terminal.write(lines(records, output_format, fields))


def _records(found: Found, period: str, *, per_dollar: bool) -> Iterator[Row]:
    """A row for each day; the last one has the newer rate of another source as `newer`."""
    rows = history_rows(found.quotes, period)
    for row in rows:
        change = row.change
        record = {
            **rate_row(row.dated),
            "computed_change": change and change.percent,
            "computed_days": change and change.days,
        }
        if found.newer is not None and row is rows[-1]:
            record["newer"] = rate_row(found.newer)
        cost = per_dollar_fields(row.dated, row.dated.as_of or dt.date.min) if per_dollar else {}
        yield {**record, **capture_fields(row.dated.capture), **cost}


def _draw(
    found: dict[str, Found],
    options: Options,
    below: list[str],
    *,
    show_chart: bool,
    svg_file: str | None,
    force: bool,
    per_dollar: bool,
) -> None:
    """Writes the chart to stdout, and the SVG to its file; the notes `below` a chart fit the terminal, too."""
    from ctick.output.svg_chart import svg

    quotes = {code: of_code.quotes for code, of_code in found.items()}
    if svg_file in ("-", "/dev/stdout"):  # the shell may have redirected stdout to a file
        if show_chart:
            raise UsageError(f"--chart and --svg {svg_file} both write to stdout: name a file for the SVG")
        terminal.write([svg(quotes, per_dollar=per_dollar)])
        return
    if svg_file is not None:
        from ctick.commands.output_file import write_file

        try:
            write_file(svg_file, svg(quotes, per_dollar=per_dollar), options.store_path(), force=force)
        except (OSError, ValueError) as error:
            reason = plain(getattr(error, "strerror", None) or error)
            raise UsageError(f"--svg {plain(svg_file)} can't be written ({reason}): name another file") from error
    if show_chart:
        from ctick.output.chart import chart

        color = terminal.wants_color(sys.stdout, options.color)
        plain_text = not terminal.shows("⠿░•│")
        height = terminal.height_above(below)
        terminal.write([chart(quotes, terminal.width(), height, color=color, plain=plain_text, per_dollar=per_dollar)])
