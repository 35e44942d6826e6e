"""`ctick convert AMOUNT FROM [TO...]`: what an amount is worth, and how exactly that is known."""

import datetime as dt
import os
import sys
from collections.abc import Iterator
from decimal import Decimal

from ctick import currencies
from ctick.commands.advice import age_note, check_age, no_rate
from ctick.commands.options import Options
from ctick.errors import DONE, PARTLY, CtickError, NoRateError, UsageError
from ctick.model import DatedQuote
from ctick.output import terminal
from ctick.output.records import CONVERT_FIELDS, conversion_row, lines
from ctick.rates import amounts
from ctick.rates.choose import best
from ctick.rates.conversion import Conversion, convert, convert_at
from ctick.storage.store import Store
from ctick.text import plain, read_age

_LONGEST_LINE = 1 << 16


class Converter:
    """Answers requests from one store, as the options say."""

    def __init__(self, options: Options, rate: str | None, places: int | None, max_age: str | None) -> None:
        self.options = options
        self.source = options.source_name()
        self.rate = None if rate is None else _own_rate(rate)
        self.places = places
        if places is not None and not 0 <= places <= 30:
            raise UsageError(f"--places {places} is out of reach: 0 to 30 decimal places")
        self.max_age = None if max_age is None else read_age(max_age)
        self.store = Store(options.reading_path())

    def answer(self, request: amounts.Request) -> list[Conversion]:
        """The conversions that were asked for, in their order. Raises CtickError."""
        day = self.options.day()
        targets = request.targets or default_targets(request.base)
        if self.rate is not None:
            if len(targets) != 1:
                raise UsageError(
                    "--rate is the rate to one currency: name it, as in 'ctick convert 100 USD KGS --rate 87.5'"
                )
            return [convert_at(request.amount, request.base, targets[0], self.rate, self.places)]
        quotes = {
            code: self._quote(code, day)
            for code in (request.base, *targets)
            if code != "USD" and targets != [request.base]
        }
        if self.max_age is not None:
            check_age(quotes, day, self.max_age, self.options)
        return [convert(request.amount, request.base, target, quotes, self.places) for target in targets]

    def _quote(self, code: str, day: dt.date) -> DatedQuote:
        quote = best(self.store.quotes(code, day, self.source))
        if quote is None:
            raise NoRateError(no_rate(code, day, self.source, self.options))
        return quote


def run(options: Options, *, words: list[str], rate: str | None, places: int | None, max_age: str | None) -> int:
    """Converts what `words` say; with `-`, or with nothing named and a pipe behind stdin, its lines."""
    form = options.form("number")
    converter = Converter(options, rate, places, max_age)
    if form is None and terminal.is_terminal(sys.stdout):
        form = "table"
    if words == ["-"] or (not words and sys.stdin is not None and not sys.stdin.isatty()):
        return _run_lines(converter, form)
    if words and words[0] == "-":
        raise UsageError("'-' stands alone, for lines from stdin; a negative amount is written as -5")
    request = amounts.read(words)
    conversions = converter.answer(request)
    terminal.write(_written(conversions, form, options.day()))
    if request.note and not options.quiet:
        terminal.say(request.note)
    for note in _notes(conversions, form, options):
        terminal.say(note)
    return DONE


def default_targets(base: str) -> list[str]:
    """`CTICK_TO`, else USD; from there to all five."""
    wanted = os.environ.get("CTICK_TO", "").replace(",", " ").split() or ["USD"]
    try:
        targets = [code for code in map(currencies.code, wanted) if code != base]
    except UsageError as error:
        raise UsageError(f"CTICK_TO: {error}") from error
    return targets or (list(currencies.FIVE) if base == "USD" else ["USD"])


def _own_rate(text: str) -> Decimal:
    if not text.isascii() or set(text) - set("0123456789.") or text.count(".") > 1 or not 0 < len(text) <= 40:
        raise UsageError(f"--rate {plain(text, 40)} is no rate: write it with a decimal point, as in 0.0115")
    rate = Decimal(text) if text != "." else Decimal(0)
    if not rate:
        raise UsageError(f"--rate {plain(text, 40)} must be above 0")
    return rate


def _written(conversions: list[Conversion], form: str | None, day: dt.date) -> Iterator[str]:
    """The answers as text, in the form that was asked for; None is the form for pipes."""
    if form == "table":
        from ctick.output.conversion_text import conversion_lines

        width = terminal.width()
        for conversion in conversions:
            for line in conversion_lines(conversion, width):
                yield line + "\n"
    elif form in (None, "number"):
        for conversion in conversions:
            yield f"{conversion.value:f}\n" if form else f"{conversion.value:f} {conversion.target}\n"
    else:
        yield from lines([conversion_row(conversion, day) for conversion in conversions], form, CONVERT_FIELDS)


def _notes(conversions: list[Conversion], form: str | None, options: Options) -> Iterator[str]:
    """What a person should know beside the figures: ranges where they are not shown, and age."""
    if options.quiet:
        return
    if form != "table":
        for conversion in conversions:
            if conversion.own:
                from ctick.output.conversion_text import own_rate_text

                yield f"--rate: {own_rate_text(conversion)}"
            if conversion.shows_range:
                from ctick.output.conversion_text import conversion_text

                yield conversion_text(conversion)
    note = age_note([leg for conversion in conversions for leg in conversion.legs], options.day(), options)
    if note:
        yield note


def _run_lines(converter: Converter, form: str | None) -> int:
    """A line out for each line in, at once."""
    if sys.stdin is None:
        raise UsageError("stdin is closed: say how much of what, as in 'ctick convert 50000 KGS'")
    if form == "csv":
        terminal.write(lines([], form, CONVERT_FIELDS))
    if form == "json":
        return _run_array(converter)
    code = DONE
    said: set[str] = set()
    for conversions in _answers(converter):
        if isinstance(conversions, str):
            terminal.complain(conversions)
            code = PARTLY
            continue
        out = list(_written(conversions, form, converter.options.day()))
        terminal.write(out[1:] if form == "csv" else out, at_once=True)
        for note in _notes(conversions, form, converter.options):
            if note not in said:
                terminal.say(note)
            if len(said) < 1000:
                said.add(note)
    return code


def _run_array(converter: Converter) -> int:
    """All lines as one JSON array."""
    day = converter.options.day()
    failed: list[str] = []

    def rows() -> Iterator[dict[str, object]]:
        for conversions in _answers(converter):
            if isinstance(conversions, str):
                failed.append(conversions)
                terminal.complain(conversions)
            else:
                yield from (dict(conversion_row(conversion, day)) for conversion in conversions)

    terminal.write(lines(rows(), "json", CONVERT_FIELDS), at_once=True)
    return PARTLY if failed else DONE


def _answers(converter: Converter) -> Iterator[list[Conversion] | str]:
    """For each line that asks something the answers, or why there are none."""
    from ctick.commands import streams

    for number, raw in enumerate(streams.lines(streams.stdin(_LONGEST_LINE), _LONGEST_LINE), 1):
        if len(raw) > _LONGEST_LINE:
            yield f"line {number} is too long for an amount and its currencies"
            continue
        line = raw.decode("utf-8", "replace").lstrip("\ufeff").partition("#")[0].strip()
        if not line:
            continue
        try:
            yield converter.answer(amounts.read_line(line))
        except CtickError as error:
            if error.exit_code not in (UsageError.exit_code, NoRateError.exit_code):
                raise
            yield f"line {number}: {error}"
