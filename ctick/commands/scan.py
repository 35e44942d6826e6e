"""`ctick scan [FILE|URL|-]`: finds amounts in running text, and checks the dollar figures beside them."""

import datetime as dt
import sys
from collections.abc import Iterable, Iterator

from ctick import clock
from ctick.commands.inputs import Input, open_input
from ctick.commands.options import Options
from ctick.commands.scan_days import DatedMention, MentionReader
from ctick.commands.scan_notes import Tally, UsedRates, notes
from ctick.commands.scan_pieces import split
from ctick.commands.scan_rates import RateChooser
from ctick.errors import DONE, PARTLY, InputError, NoRateError, UsageError
from ctick.mentions.check import Checked, check
from ctick.output import terminal
from ctick.output.progress import with_progress
from ctick.ticker.decoding import unpacked
from ctick.ticker.visible_text import Visible, visible

ARTICLE = "article"
_NO_DATE = "no date found in the text: name the day, as in --date 2025-04-03"


class _Scan:
    """One run: reads an input, and counts what is in it."""

    def __init__(self, options: Options, source: Input, *, own_rates: bool) -> None:
        self._color = options.color
        self.is_article_day = article = (options.date or "").lower() == ARTICLE
        if article:
            options = Options(None, options.source, options.db, quiet=options.quiet)
        self.named_day = options.day() if options.date else None
        undated = min(clock.today_in_central_asia(), clock.today()) if source.fetched else None
        asks_ticker = own_rates or (self.named_day is None and not article)
        self.chooser = RateChooser(options, own_rates=own_rates)
        self.reader = MentionReader(article=article, below=asks_ticker, undated=undated)
        self.tally = Tally()
        self.used = UsedRates(options)
        self.source = source
        self.error: InputError | None = None

    def results(self, pieces: Iterable[bytes]) -> Iterator[Checked | None]:
        """The mentions of a text, each as soon as its day and rate are known, and None after each piece.

        Afterwards `error` says why reading ended early, if it did.
        """
        try:
            for dated in self.reader.mentions(split(pieces)):
                yield dated and self._checked(dated)
        except InputError as error:
            self.error = error

    def text(self, *, force: bool, at_once: bool) -> Iterator[Visible]:
        """The text that a reader of the input sees, also what comes before an error."""
        source = self.source
        chunks = with_progress(source.chunks, source.size, len, color=self._color)
        try:
            yield from visible(unpacked(chunks, unlimited=force, at_once=at_once))
        except InputError as error:
            message = str(error)
            self.error = error if source.name in message else InputError(f"{source.name}: {message}")

    def _checked(self, dated: DatedMention) -> Checked:
        day, how = self._day(dated)
        checked = check(dated.mention, self.chooser.rates(day, dated.page, is_today=how == "today"))
        self.used.add(checked, day)
        is_of_today = how == "ticker" and day == clock.today()  # a fetched page need not have a date
        self.tally.add(checked, day, "today" if is_of_today else how)
        return checked

    def _day(self, dated: DatedMention) -> tuple[dt.date, str]:
        """The day of a mention, and where it is from."""
        if self.named_day is not None:
            return self.named_day, "option"
        if self.is_article_day:
            if dated.article_day is None:
                raise InputError(f"{self.source.name}: {_NO_DATE}")
            return dated.article_day, "text"
        return (dated.page.day, "ticker") if dated.page.day else (clock.today(), "today")


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
    if not options.quiet and (scan.tally.found or scan.error is None):
        for note in notes(scan.tally, scan.used, scan.reader.calendar.future, is_checked=check):
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

        color = terminal.wants_color(sys.stdout, options.color)
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
                yield from annotator.settle(scan.reader.settled)
        yield from annotator.finish()
        for piece in text:  # after an error
            yield piece.source

    annotate.write(annotated())


def _exit_code(scan: _Scan, *, is_checked: bool) -> int:
    tally = scan.tally
    if scan.error is not None:
        terminal.complain(str(scan.error))
        return PARTLY if tally.found else InputError.exit_code
    if scan.used.missing:
        return PARTLY if tally.converted else NoRateError.exit_code
    return PARTLY if is_checked and tally.wrong else DONE
