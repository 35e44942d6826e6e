"""`ctick history [CODE...]`: rates by day, with the changes that ctick computes itself."""

import datetime as dt
import sys
from collections.abc import Iterator
from itertools import takewhile

from ctick import clock, currencies
from ctick.commands.options import PRICE_FORMATS, TOOL_FORMATS, Options
from ctick.currencies import FIVE
from ctick.errors import DONE, PARTLY, NoRateError, UsageError
from ctick.model import DatedQuote
from ctick.output import terminal
from ctick.output.records import RATE_FIELDS, Row, capture_fields, lines, rate_row
from ctick.rates.choose import last_day, sources_by_days
from ctick.rates.history import MONTHLY, WEEKLY, best_of_each_day, history_rows, last_of_each, read_ago, read_day
from ctick.storage.store import Store
from ctick.text import long_date, plain, rate_text, source_text

FIELDS = (*RATE_FIELDS, "computed_change", "computed_days")


class Query:
    """Which days to show, without `until` those that `rates` may use; UsageError if they make no sense."""

    def __init__(self, since: str | None, until: str | None, period: str, *, revisions: bool) -> None:
        today = clock.today()
        self.is_open = until is None
        self.until = last_day(today) if until is None else read_day(until, "--until", today, today)
        # `--until 2025-12-16 --since 30d` means the days before that date; two counts like 30d both start from today.
        end = today if until is None or read_ago(until, today) else min(self.until, today)
        self.since = dt.date.min if since is None else read_day(since, "--since", end, today)
        if self.since > self.until and not self.is_open:
            raise UsageError(f"--since {self.since} is after --until {self.until}: swap them")
        if period not in ("all", WEEKLY, MONTHLY):
            raise UsageError(f"--days {plain(period, 40)} is unknown: choose all, weekly or monthly")
        self.period = period
        self.revisions = revisions

    def thinned(self, quotes: list[DatedQuote]) -> list[DatedQuote]:
        """All of the quotes, oldest first, or the last of each week or month."""
        return quotes if self.period == "all" else last_of_each(quotes, self.period)

    def span(self) -> str:
        """` between 1 December 2025 and 16 December 2025`, as far as it was given."""
        if self.since == dt.date.min:
            return "" if self.is_open else f" until {long_date(self.until)}"
        if self.is_open:
            return f" since {long_date(self.since)}"
        return f" between {long_date(self.since)} and {long_date(self.until)}"


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
    period: str,
    revisions: bool,
    chart: bool,
    svg: str | None,
    force: bool,
) -> int:
    """Shows the days of one source for each currency, oldest first; as prices for other tools, the best of each day."""
    query = Query(since, until, period, revisions=revisions)
    is_drawn = chart or svg is not None
    output_format = _format(options, is_drawn=is_drawn, revisions=revisions)
    named = currencies.codes(codes)
    source = options.source_name()
    store = Store(options.store_path_or_warning())
    find = _best_of_each_day if output_format in PRICE_FORMATS else _of_one_source
    results = {code: find(store, code, source, query) for code in named or FIVE}
    found = {code: of_code for code, of_code in results.items() if of_code.quotes}
    missing = [code for code in results if code not in found]
    no_rates = (
        f"no rates for {' '.join(missing)}{f' from {source}' if source else ''}{query.span()}:"
        f" {options.command('history')} shows all days"
    )
    if not found:
        raise NoRateError(no_rates)
    if is_drawn:
        _draw(found, options, show_chart=chart, svg_file=svg, force=force)
    else:
        _show(found, output_format, query.period, options)
    if not options.quiet:
        for note in _notes(found):
            terminal.say(note)
    if missing and named:
        terminal.complain(no_rates)
        return PARTLY
    return DONE


def _format(options: Options, *, is_drawn: bool, revisions: bool) -> str | None:
    """`-o`; UsageError if it can't be combined with the other options."""
    output_format = options.format(*TOOL_FORMATS)
    if output_format is not None and is_drawn:
        raise UsageError(f"-o {output_format} can't be combined with --chart or --svg: choose one")
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
    return Found(query.thinned(quotes), counts, newer)


def _newer_than(last: DatedQuote, store: Store, query: Query) -> DatedQuote | None:
    """The best rate of the newest day in the span, if that is after the last of the chosen source."""
    newest = next(best_of_each_day(store.quotes(last.base, query.until)), None)
    return newest if newest is not None and newest.as_of != last.as_of else None


def _best_of_each_day(store: Store, code: str, source: str | None, query: Query) -> Found:
    """Of each day the best rate of all sources, or that of `source`."""
    quotes = store.quotes(code, query.until, source)
    span = takewhile(lambda dated: dated.as_of is not None and dated.as_of >= query.since, quotes)
    return Found(query.thinned(list(best_of_each_day(span))[::-1]))


def _notes(found: dict[str, Found]) -> Iterator[str]:
    """Which source of several is shown, and newer rates of others; currencies with the same sources share a line."""
    shown: dict[str, list[str]] = {}
    newer: dict[tuple[str, str], list[str]] = {}
    for code, of_code in found.items():
        if len(of_code.counts) > 1:
            shown.setdefault(_source_note(of_code.counts), []).append(code)
        if (dated := of_code.newer) is not None and dated.as_of is not None:
            origin = f"from {source_text(dated)} on {long_date(dated.as_of)}"
            newer.setdefault((origin, dated.source), []).append(f"{code} {rate_text(dated)}")
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


def _show(found: dict[str, Found], output_format: str | None, period: str, options: Options) -> None:
    if output_format in TOOL_FORMATS:
        from ctick.output.price_files import price_lines

        terminal.write(price_lines((dated for of_code in found.values() for dated in of_code.quotes), output_format))
        return
    output_format = options.row_format(*TOOL_FORMATS)
    if output_format == "table":
        from ctick.output.history_table import history_tables

        color = terminal.wants_color(sys.stdout, no_color=options.no_color)
        rows = {code: history_rows(of_code.quotes, period) for code, of_code in found.items()}
        history_tables(rows, terminal.width(), period, color=color)
    else:
        records = (record for of_code in found.values() for record in _records(of_code, period))
        terminal.write(lines(records, output_format, FIELDS))


def _records(found: Found, period: str) -> Iterator[Row]:
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
        yield {**record, **capture_fields(row.dated.capture)}


def _draw(found: dict[str, Found], options: Options, *, show_chart: bool, svg_file: str | None, force: bool) -> None:
    """Writes the chart to stdout, and the SVG to its file."""
    from ctick.output.chart import chart, svg

    quotes = {code: of_code.quotes for code, of_code in found.items()}
    if svg_file in ("-", "/dev/stdout"):  # the shell may have redirected stdout to a file
        if show_chart:
            raise UsageError(f"--chart and --svg {svg_file} both write to stdout: name a file for the SVG")
        terminal.write([svg(quotes)])
        return
    if svg_file is not None:
        from ctick.commands.output_file import write_file

        try:
            write_file(svg_file, svg(quotes), options.store_path(), force=force)
        except (OSError, ValueError) as error:
            reason = plain(getattr(error, "strerror", None) or error)
            raise UsageError(f"--svg {plain(svg_file)} can't be written ({reason}): name another file") from error
    if show_chart:
        color = terminal.wants_color(sys.stdout, no_color=options.no_color)
        plain_text = not terminal.shows("⠿░•│")
        terminal.write([chart(quotes, terminal.width(), terminal.height(), color=color, plain=plain_text)])
