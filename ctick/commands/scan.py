"""`ctick scan [FILE|URL|-]`: finds amounts in running text, and checks the dollar figures beside them."""

import datetime as dt
import sys
from collections.abc import Callable, Iterable, Iterator

from ctick import clock
from ctick.commands.inputs import Input, open_input
from ctick.commands.options import Options
from ctick.commands.rate_messages import MANAT
from ctick.commands.scan_days import MentionPlacer, Placed
from ctick.commands.scan_pieces import split
from ctick.commands.scan_rates import RateChooser
from ctick.currencies import FIVE
from ctick.errors import DONE, PARTLY, InputError, NoRateError, UsageError
from ctick.mentions.check import OK, Checked, check
from ctick.output import terminal
from ctick.output.progress import with_progress
from ctick.text import counted, long_date
from ctick.ticker.decoding import unpacked
from ctick.ticker.html_text import strip_markup

ARTICLE = "article"
_NO_DATE = "no date found in the text: name the day, as in --date 2025-04-03"


class _Scan:
    """One run: the mentions of an input, and what is to be said at its end."""

    def __init__(self, options: Options, source: Input, *, own_rates: bool, force: bool, at_once: bool) -> None:
        article = options.date == ARTICLE
        if article:
            options = Options(None, options.source, options.db, quiet=options.quiet)
        undated = min(clock.today_in_central_asia(), clock.today()) if source.fetched else None
        self.day = options.day() if options.date else None
        self.chooser = RateChooser(options, own_rates=own_rates)
        self.placer = MentionPlacer(article=article, undated=undated)
        self.tally = Tally()
        self.error: InputError | None = None
        self._article = article
        self._source = source
        self._unpack: Callable[[Iterable[bytes]], Iterator[bytes]] = lambda chunks: unpacked(
            chunks, unlimited=force, at_once=at_once
        )

    def results(self) -> Iterator[Checked]:
        """The mentions, each as soon as its day and rate are known; afterwards `error` says why reading ended early."""
        try:
            for placed in self.placer.mentions(split(self._visible())):
                day, how = self._day(placed)
                mention = placed.mention
                rates = self.chooser.rates(day, placed.page, is_today=how == "today")
                checked = check(mention, rates)
                if mention.code:
                    self.chooser.use(mention.code, day, checked.conversion.legs[0] if checked.conversion else None)
                self.tally.add(checked, day, how)
                yield checked
        except InputError as error:
            self.error = error

    def _visible(self) -> Iterator[bytes]:
        """The text that a reader sees, also what comes before an error."""
        source = self._source
        try:
            yield from strip_markup(self._unpack(with_progress(source.chunks, source.size, len)))
        except InputError as error:
            message = str(error)
            self.error = error if source.name in message else InputError(f"{source.name}: {message}")

    def _day(self, placed: Placed) -> tuple[dt.date, str]:
        """The day of a mention, and where it is from."""
        if self.day is not None:
            return self.day, "option"
        if self._article:
            if placed.article_day is None:
                raise InputError(f"{self._source.name}: {_NO_DATE}")
            return placed.article_day, "text"
        return (placed.page.day, "ticker") if placed.page.day else (clock.today(), "today")


class Tally:
    """Counts what was found."""

    def __init__(self) -> None:
        self.found = self.with_code = self.converted = self.compared = self.wrong = 0
        self.has_manat = False
        self.days: dict[str, set[dt.date]] = {}  # by where they are from

    def add(self, checked: Checked, day: dt.date, how: str) -> None:
        """Counts one mention."""
        self.found += 1
        self.with_code += checked.mention.code is not None
        self.compared += checked.verdict is not None
        self.wrong += checked.verdict not in (None, OK)
        if checked.conversion is not None:
            self.converted += 1
            self.has_manat = self.has_manat or checked.mention.code == "TMT"
            self.days.setdefault(how, set()).add(day)


def run(options: Options, *, names: list[str], own_rates: str, check: bool, annotate: bool, force: bool) -> int:
    """Prints each amount with its dollars and a verdict, or with `annotate` the text with the dollars in it."""
    output_format = options.row_format("markdown")
    if annotate and options.output is not None:
        raise UsageError("--annotate prints the text itself: leave out -o")
    if own_rates not in ("page", "store"):
        raise UsageError("--own-rates takes 'page' (the ticker's rates on its own day) or 'store' (stored rates only)")
    name = _only(names)
    scan = _Scan(options, open_input(name), own_rates=own_rates == "page", force=force, at_once=name == "-")
    _write(scan.results(), "annotate" if annotate else output_format, options, at_once=name == "-")
    if not options.quiet:
        for note in _notes(scan, is_checked=check):
            terminal.say(note)
    return _exit_code(scan, is_checked=check)


def _only(names: list[str]) -> str:
    """The input that was named, else stdin."""
    if len(names) > 1:
        raise UsageError(f"scan reads one input, not {len(names)}: name one file or URL, or - for stdin")
    if not names and (sys.stdin is None or sys.stdin.isatty()):
        raise UsageError("nothing to read: name a file or a URL, or - for stdin")
    return names[0] if names else "-"


def _write(results: Iterator[Checked], output_format: str, options: Options, *, at_once: bool) -> None:
    if output_format == "table":
        from ctick.output.mention_table import write_table

        color = terminal.wants_color(sys.stdout, no_color=options.no_color)
        write_table(results, terminal.width(), color=color)
    elif output_format == "markdown":
        from ctick.output.mention_table import markdown_lines

        terminal.write(markdown_lines(results))
    else:
        from ctick.output.mention_records import FIELDS, row
        from ctick.output.records import lines

        terminal.write(lines(map(row, results), output_format, FIELDS), at_once=at_once)


def _exit_code(scan: _Scan, *, is_checked: bool) -> int:
    tally = scan.tally
    if scan.error is not None:
        terminal.complain(str(scan.error))
        return PARTLY if tally.found else InputError.exit_code
    if scan.chooser.missing:
        return PARTLY if tally.converted else NoRateError.exit_code
    return PARTLY if is_checked and tally.wrong else DONE


def _notes(scan: _Scan, *, is_checked: bool) -> Iterator[str]:
    """What goes to stderr, after the results."""
    tally = scan.tally
    if not tally.found and scan.error is None:
        yield f"no amounts of {', '.join(FIVE[:-1])} or {FIVE[-1]} found"
        return
    if scan.placer.future:
        days = sorted(scan.placer.future)
        more = f" (and {len(days) - 1} more)" if len(days) > 1 else ""
        yield f"{long_date(days[0])}, a date in the text{more}, is in the future and was ignored"
    days_used = _days_used(tally.days)
    if days_used:
        yield f"dollars are those of {days_used}"
    if age := scan.chooser.age_note():
        yield age
    if tally.has_manat:
        yield MANAT
    if undecided := tally.found - tally.with_code:
        yield f"{counted(undecided, 'amount')} in som could be Kyrgyz or Uzbek: not converted"
    if is_checked and tally.wrong:
        verb = "is" if tally.wrong == 1 else "are"
        yield f"{tally.wrong:,} of {counted(tally.compared, 'figure')} {verb} off"


def _days_used(days: dict[str, set[dt.date]]) -> str:
    """`10 December 2025, the date under the ticker`; empty if the day was named on the command line."""
    parts = []
    for how, one, many in (
        ("ticker", "the date under the ticker", "the dates under the tickers"),
        ("text", "the date in the text", "the dates in the text"),
        ("today", "today", "today"),
    ):
        if found := sorted(days.get(how, ())):
            span = f"{len(found):,} days from {long_date(found[0])} to {long_date(found[-1])}, {many}"
            parts.append(f"{long_date(found[0])}, {one}" if len(found) == 1 else span)
    return "; ".join(parts)
