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
from ctick.output.records import RATE_FIELDS, Row, lines, rate_row
from ctick.rates.choose import sources_by_days
from ctick.rates.history import MONTHLY, WEEKLY, HistoryRow, history_rows, last_of_each, read_ago
from ctick.storage.store import Store
from ctick.text import long_date, plain, read_date

FIELDS = (*RATE_FIELDS, "move")


class Wish:
    """Which days are asked for, and how they are to be shown."""

    def __init__(
        self,
        since: str | None,
        until: str | None,
        period: str,
        *,
        revisions: bool,
        chart: bool,
        svg: str | None,
        force: bool = False,
    ) -> None:
        today = clock.today()
        self.until = dt.date.max if until is None else _day(until, "--until", today, today)
        # `--until 2025-12-16 --since 30d` are the days before that one; where both count back, both do from today.
        end = today if until is None or read_ago(until, today) else min(self.until, today)
        self.since = dt.date.min if since is None else _day(since, "--since", end, today)
        if self.since > self.until:
            raise UsageError(f"--since {self.since} is after --until {self.until}: swap them")
        if period not in ("all", WEEKLY, MONTHLY):
            raise UsageError(f"--days {plain(period, 40)} is unknown: choose all, weekly or monthly")
        self.period = period
        self.revisions = revisions
        self.chart = chart
        self.svg = svg
        self.force = force  # replaces a file that is there

    def span(self) -> str:
        """` from 1 December 2025 to 16 December 2025`, as far as it was asked for."""
        since = "" if self.since == dt.date.min else f" from {long_date(self.since)}"
        return since + ("" if self.until == dt.date.max else f" to {long_date(self.until)}")


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
    """Shows one source's days of each currency, oldest first."""
    wish = Wish(since, until, period, revisions=revisions, chart=chart, svg=svg, force=force)
    form = options.form(*FORMATS)
    if form is not None and (wish.chart or wish.svg is not None):
        raise UsageError(f"-o {form} and a chart are two answers: ask for one of them")
    wanted = currencies.codes(codes)
    source = options.source_name()
    store = Store(options.reading_path())
    found: dict[str, list[DatedQuote]] = {}
    notes = []
    for code in wanted or FIVE:
        quotes, note = _quotes(store, code, source, wish)
        if quotes:
            found[code] = quotes
        if note:
            notes.append(note)
    missing = [code for code in wanted or FIVE if code not in found]
    nothing = (
        f"no rates of {' '.join(missing)}{f' by {source}' if source else ''}{wish.span()}:"
        f" {options.command('history')} shows all there are"
    )
    if not found:
        raise NoRateError(nothing)
    _show(found, form, options, wish)
    if not options.quiet:
        for note in notes:
            terminal.say(note)
    if missing and wanted:
        terminal.complain(nothing)
        return PARTLY
    return DONE


def _quotes(store: Store, code: str, source: str | None, wish: Wish) -> tuple[list[DatedQuote], str | None]:
    """One source's quotes, and a word about the other sources that have days in the span."""
    note = None
    if source is None:
        counts = store.counts(code, wish.since, wish.until)
        if not counts:
            return [], None
        source, *others = sources_by_days(counts)
        if others:
            most = "as many as any" if counts[others[0]] == counts[source] else "the most"
            beside = ", ".join(f"{name} ({counts[name]:,})" for name in others)
            note = (
                f"{code} is of {source}, which has {most} of these days ({counts[source]:,});"
                f" others: {beside}; --source chooses"
            )
    quotes = store.history(code, wish.since, wish.until, source, revisions=wish.revisions)
    if wish.period != "all":
        quotes = last_of_each(quotes, wish.period)
    return quotes, note


def _show(found: dict[str, list[DatedQuote]], form: str | None, options: Options, wish: Wish) -> None:
    if wish.chart or wish.svg is not None:
        _draw(found, options, wish)
        return
    if form is None:
        form = "table" if terminal.is_terminal(sys.stdout) else "tsv"
    if form in FORMATS:
        terminal.write(price_lines((quote for quotes in found.values() for quote in quotes), form))
        return
    rows = {code: history_rows(quotes, wish.period) for code, quotes in found.items()}
    if form == "table":
        from ctick.output.history_table import history_tables

        color = terminal.wants_color(sys.stdout, no_color=options.no_color)
        history_tables(rows, terminal.width(), wish.period, color=color)
    else:
        terminal.write(lines((_row(row) for own in rows.values() for row in own), form, FIELDS))


def _row(row: HistoryRow) -> Row:
    return {**rate_row(row.dated), "move": row.change}


def _draw(found: dict[str, list[DatedQuote]], options: Options, wish: Wish) -> None:
    """The chart on stdout, and the SVG in its file."""
    from ctick.output.chart import chart, svg

    if wish.svg in ("-", "/dev/stdout"):  # which may be a file that the shell has opened
        if wish.chart:
            raise UsageError(f"--chart and --svg {wish.svg} both want stdout: name a file for the SVG")
        terminal.write([svg(found)])
        return
    if wish.svg is not None:
        from ctick.commands.output_file import write_file

        try:
            write_file(wish.svg, svg(found), options.store_path(), force=wish.force)
        except (OSError, ValueError) as error:
            reason = plain(getattr(error, "strerror", None) or error)
            raise UsageError(f"--svg {plain(wish.svg)} can't be written ({reason}): name another file") from error
    if wish.chart:
        color = terminal.wants_color(sys.stdout, no_color=options.no_color)
        plain_text = not terminal.shows("⠿░•│")
        terminal.write([chart(found, terminal.width(), terminal.height(), color=color, plain=plain_text)])
