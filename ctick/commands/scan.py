"""`ctick scan [FILE|URL|-]`: finds amounts in running text, and checks the dollar figures beside them."""

import datetime as dt
import sys
from collections.abc import Iterable, Iterator

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
from ctick.ticker.visible_text import Visible, visible

ARTICLE = "article"
_NO_DATE = "no date found in the text: name the day, as in --date 2025-04-03"


class _Scan:
    """One run: the mentions of an input, and what is to be said at its end."""

    def __init__(self, options: Options, source: Input, *, own_rates: bool) -> None:
        self.is_of_article = options.date == ARTICLE
        if self.is_of_article:
            options = Options(None, options.source, options.db, quiet=options.quiet)
        undated = min(clock.today_in_central_asia(), clock.today()) if source.fetched else None
        self.day = options.day() if options.date else None
        self.chooser = RateChooser(options, own_rates=own_rates)
        asks_ticker = own_rates or (self.day is None and not self.is_of_article)
        self.placer = MentionPlacer(article=self.is_of_article, below=asks_ticker, undated=undated)
        self.tally = Tally()
        self.error: InputError | None = None
        self._source = source

    def results(self, pieces: Iterable[bytes]) -> Iterator[Checked | None]:
        """The mentions of a text, each as soon as its day and rate are known, and None after each piece.

        Afterwards `error` says why reading ended early, if it did.
        """
        try:
            for placed in self.placer.mentions(split(pieces)):
                yield placed and self._checked(placed)
        except InputError as error:
            self.error = error

    def text(self, *, force: bool, at_once: bool) -> Iterator[Visible]:
        """The text that a reader of the input sees, also what comes before an error."""
        source = self._source
        chunks = with_progress(source.chunks, source.size, len)
        try:
            yield from visible(unpacked(chunks, unlimited=force, at_once=at_once))
        except InputError as error:
            message = str(error)
            self.error = error if source.name in message else InputError(f"{source.name}: {message}")

    def _checked(self, placed: Placed) -> Checked:
        day, how = self._day(placed)
        code = placed.mention.code
        checked = check(placed.mention, self.chooser.rates(day, placed.page, is_today=how == "today"))
        if code is not None:
            self.chooser.use(code, day, checked.conversion.legs[0] if checked.conversion else None)
        self.tally.add(checked, day, how)
        return checked

    def _day(self, placed: Placed) -> tuple[dt.date, str]:
        """The day of a mention, and where it is from."""
        if self.day is not None:
            return self.day, "option"
        if self.is_of_article:
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
    scan = _Scan(options, open_input(name), own_rates=own_rates == "page")
    text = scan.text(force=force, at_once=name == "-")
    if annotate:
        _write_annotated(scan, text)
    else:
        results = filter(None, scan.results(piece.text for piece in text))
        _write(results, output_format, options, at_once=name == "-")
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


def _write(results: Iterable[Checked], output_format: str, options: Options, *, at_once: bool) -> None:
    if output_format == "table":
        from ctick.output.mention_table import write_table

        color = terminal.wants_color(sys.stdout, no_color=options.no_color)
        write_table(results, terminal.width(), color=color)
    elif output_format == "markdown":
        from ctick.output.mention_text import markdown_lines

        terminal.write(markdown_lines(results))
    else:
        from ctick.output.mention_records import FIELDS, row
        from ctick.output.records import lines

        terminal.write(lines(map(row, results), output_format, FIELDS), at_once=at_once)


def _write_annotated(scan: _Scan, text: Iterable[Visible]) -> None:
    from ctick.output import annotate
    from ctick.output.mention_text import annotation

    annotator = annotate.Annotator()

    def pieces() -> Iterator[bytes]:
        for piece in text:
            annotator.read(piece)
            yield piece.text

    def annotated() -> Iterator[bytes]:
        for checked in scan.results(pieces()):
            if checked is not None:
                yield from annotator.insert(checked.mention.byte_end, annotation(checked))
            else:
                yield from annotator.settle(scan.placer.settled)
        yield from annotator.finish()

    annotate.write(annotated())


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
