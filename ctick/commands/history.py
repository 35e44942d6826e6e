"""`ctick history [CODE...]`: rates by day, with the changes that ctick computes itself."""

import datetime as dt
import sys

from ctick import clock, currencies
from ctick.commands.options import Options
from ctick.currencies import FIVE
from ctick.errors import DONE, PARTLY, NoRateError, UsageError
from ctick.model import DatedQuote
from ctick.output import terminal
from ctick.output.price_files import FORMATS, price_lines
from ctick.output.records import RATE_FIELDS, lines, rate_row
from ctick.rates.choose import sources_by_days
from ctick.rates.history import MONTHLY, WEEKLY, history_rows, last_of_each, read_ago
from ctick.storage.store import Store
from ctick.text import long_date, plain, read_date

FIELDS = (*RATE_FIELDS, "move")


class Query:
    """Which days to show; UsageError if they make no sense."""

    def __init__(self, since: str | None, until: str | None, period: str, *, revisions: bool) -> None:
        today = clock.today()
        self.until = dt.date.max if until is None else _day(until, "--until", today, today)
        # `--until 2025-12-16 --since 30d` means the days before that date; two counts like 30d both start from today.
        end = today if until is None or read_ago(until, today) else min(self.until, today)
        self.since = dt.date.min if since is None else _day(since, "--since", end, today)
        if self.since > self.until:
            raise UsageError(f"--since {self.since} is after --until {self.until}: swap them")
        if period not in ("all", WEEKLY, MONTHLY):
            raise UsageError(f"--days {plain(period, 40)} is unknown: choose all, weekly or monthly")
        self.period = period
        self.revisions = revisions

    def span(self) -> str:
        """` between 1 December 2025 and 16 December 2025`, as far as it was given."""
        if self.since == dt.date.min:
            return "" if self.until == dt.date.max else f" until {long_date(self.until)}"
        if self.until == dt.date.max:
            return f" since {long_date(self.since)}"
        return f" between {long_date(self.since)} and {long_date(self.until)}"


def _day(text: str, option: str, end: dt.date, today: dt.date) -> dt.date:
    try:
        return read_ago(text, end) or read_date(text, today)
    except UsageError as error:
        raise UsageError(
            f"{option} '{plain(text, 40)}' is not a date: write it as 2025-12-16, or as 30d, 6m, 1y"
        ) from error


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
    """Shows the days of one source for each currency, oldest first."""
    query = Query(since, until, period, revisions=revisions)
    output_format = options.format(*FORMATS)
    is_drawn = chart or svg is not None
    if output_format is not None and is_drawn:
        raise UsageError(f"-o {output_format} can't be combined with --chart or --svg: choose one")
    named = currencies.codes(codes)
    source = options.source_name()
    store = Store(options.store_path_or_warning())
    results = {code: _quotes(store, code, source, query) for code in named or FIVE}
    found = {code: quotes for code, (quotes, _) in results.items() if quotes}
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
    for _, note in results.values():
        if note and not options.quiet:
            terminal.say(note)
    if missing and named:
        terminal.complain(no_rates)
        return PARTLY
    return DONE


def _quotes(store: Store, code: str, source: str | None, query: Query) -> tuple[list[DatedQuote], str | None]:
    """The quotes of `source`, or else of the source with the most days and a note that names the others."""
    note = None
    if source is None:
        counts = store.counts(code, query.since, query.until)
        if not counts:
            return [], None
        source, *others = sources_by_days(counts)
        if others:
            most = "one of the sources" if counts[others[0]] == counts[source] else "the source"
            rest = ", ".join([f"{name} ({counts[name]:,})" for name in others])
            note = (
                f"showing {code} from {source}, {most} with the most days ({counts[source]:,});"
                f" others: {rest}; choose with --source"
            )
    quotes = store.history(code, query.since, query.until, source, revisions=query.revisions)
    if query.period != "all":
        quotes = last_of_each(quotes, query.period)
    return quotes, note


def _show(found: dict[str, list[DatedQuote]], output_format: str | None, period: str, options: Options) -> None:
    if output_format in FORMATS:
        terminal.write(price_lines((dated for quotes in found.values() for dated in quotes), output_format))
        return
    rows = {code: history_rows(quotes, period) for code, quotes in found.items()}
    output_format = options.row_format(*FORMATS)
    if output_format == "table":
        from ctick.output.history_table import history_tables

        color = terminal.wants_color(sys.stdout, no_color=options.no_color)
        history_tables(rows, terminal.width(), period, color=color)
    else:
        records = ({**rate_row(row.dated), "move": row.change} for of_code in rows.values() for row in of_code)
        terminal.write(lines(records, output_format, FIELDS))


def _draw(
    found: dict[str, list[DatedQuote]], options: Options, *, show_chart: bool, svg_file: str | None, force: bool
) -> None:
    """Writes the chart to stdout, and the SVG to its file."""
    from ctick.output.chart import chart, svg

    if svg_file in ("-", "/dev/stdout"):  # the shell may have redirected stdout to a file
        if show_chart:
            raise UsageError(f"--chart and --svg {svg_file} both write to stdout: name a file for the SVG")
        terminal.write([svg(found)])
        return
    if svg_file is not None:
        from ctick.commands.output_file import write_file

        try:
            write_file(svg_file, svg(found), options.store_path(), force=force)
        except (OSError, ValueError) as error:
            reason = plain(getattr(error, "strerror", None) or error)
            raise UsageError(f"--svg {plain(svg_file)} can't be written ({reason}): name another file") from error
    if show_chart:
        color = terminal.wants_color(sys.stdout, no_color=options.no_color)
        plain_text = not terminal.shows("⠿░•│")
        terminal.write([chart(found, terminal.width(), terminal.height(), color=color, plain=plain_text)])
