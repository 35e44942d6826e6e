"""`ctick convert [AMOUNT] FROM [TO...]`: what an amount is worth, and how precisely that is known."""

import datetime as dt
import sys
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from ctick import currencies, settings
from ctick.commands.options import Options
from ctick.errors import DONE, PARTLY, CtickError, NoRateError, UsageError
from ctick.model import DatedQuote
from ctick.output import terminal
from ctick.rates import amounts
from ctick.rates.choose import best
from ctick.rates.conversion import Conversion, convert, convert_at
from ctick.storage.store import Store
from ctick.text import NO_BREAK, grouped, is_date, is_old, plain, read_age

_LONGEST_LINE = 1 << 16
_SIMILARITY = 4 / 5  # of `milion` and `million`


class Converter:
    """Answers requests from one store, following the options."""

    def __init__(self, options: Options, rate: str | None, places: int | None, max_age: str | None) -> None:
        self.options = options
        self.source = options.source_name()
        self.rate = None if rate is None else _read_rate(rate)
        self.places = places
        if places is not None and not 0 <= places <= 30:
            raise UsageError(f"--places {places} is out of range: choose 0 to 30")
        self.max_age = None if max_age is None else read_age(max_age)
        if self.rate is None:
            options.fetch_if_old()
        self.store = Store(options.store_path_or_warning())

    def answer(self, request: amounts.Request) -> list[Conversion]:
        """The conversions that `request` asks for, in order; raises CtickError."""
        day = self.options.day()
        targets = request.targets or default_targets(request.base)
        if self.rate is not None:
            if len(targets) != 1:
                raise UsageError(
                    "--rate applies to one target currency: name it, as in 'ctick convert 100 USD KGS --rate 87.5'"
                )
            return [convert_at(request.amount, request.base, targets[0], self.rate, self.places)]
        quotes = {
            code: self._quote(code, day)
            for code in (request.base, *targets)
            if code != "USD" and targets != [request.base]
        }
        return [convert(request.amount, request.base, target, quotes, day, self.places) for target in targets]

    def _quote(self, code: str, day: dt.date) -> DatedQuote:
        dated = best(self.store.quotes(code, self.options.last_day(), self.source), day, self.max_age)
        if dated is None:
            from ctick.commands.rate_messages import no_rate

            raise NoRateError(no_rate(code, day, self.source, self.options, self.max_age))
        return dated


def run(options: Options, *, words: list[str], rate: str | None, places: int | None, max_age: str | None) -> int:
    """Converts the amount in `words`; with `-`, or without words if stdin is a pipe, each line of stdin."""
    output_format = options.format("number", "cite")
    converter = Converter(options, rate, places, max_age)
    if output_format is None and terminal.is_terminal(sys.stdout):
        output_format = "table"
    if words == ["-"] or (not words and sys.stdin is not None and not sys.stdin.isatty()):
        return _convert_lines(converter, output_format)
    if words and words[0] == "-":
        raise UsageError("'-' reads lines from stdin and takes no other arguments; write a negative amount as -5")
    request = _request(words)
    conversions = converter.answer(request)
    if not request.has_amount:
        from ctick.commands.streams import stdin_has_data

        if stdin_has_data():
            raise UsageError(
                "no amount given, but stdin has data: 'ctick convert -' reads lines such as 50000 KGS from it;"
                f" for one unit, write 1 {request.base}"
            )
    terminal.write(_formatted(conversions, output_format, options))
    if request.note and not options.quiet:
        terminal.say(request.note)
    _Notes(options, output_format, of_lines=False).say(conversions)
    return DONE


def _request(words: list[str]) -> amounts.Request:
    """What is asked for. Raises UsageError, also about a day without --date and a misspelled `million`."""
    try:
        return amounts.read(" ".join(words), typed=True)
    except UsageError:
        from difflib import get_close_matches

        from ctick.rates.numbers import SCALES

        for word in " ".join(words).split():
            if is_date(word):
                raise UsageError(f"'{word}' is a day: write it as --date {word}") from None
            near = get_close_matches(word.casefold(), SCALES, 1, _SIMILARITY)
            if len(word) > len("mln") and near and near[0] != word.casefold():
                raise UsageError(f"unknown word '{plain(word, 40)}' (did you mean {near[0]}?)") from None
        raise


def default_targets(base: str) -> list[str]:
    """The setting `to`, else USD, or all five currencies if `base` is USD itself."""
    names = settings.words("to") or ["USD"]
    try:
        targets = [code for code in dict.fromkeys(map(currencies.code, names)) if code != base]
    except UsageError as error:
        raise UsageError(f"{settings.origin('to')}: {error}") from error
    return targets or (list(currencies.FIVE) if base == "USD" else ["USD"])


def _read_rate(text: str) -> Decimal:
    if not text.isascii() or set(text) - set("0123456789.") or text.count(".") > 1 or not 0 < len(text) <= 40:
        raise UsageError(f"--rate {plain(text, 40)} is not a valid rate: write it with a decimal point, as in 0.0115")
    rate = Decimal(text) if text != "." else Decimal(0)
    if not rate:
        raise UsageError(f"--rate {plain(text, 40)} must be greater than 0")
    return rate


def _formatted(conversions: Iterable[Conversion], output_format: str | None, options: Options) -> Iterator[str]:
    """The results as text; the format None is the one for pipes. The day may change while they come."""
    if output_format == "table":
        from ctick.output.conversion_text import conversion_lines

        width = terminal.width()
        for conversion in conversions:
            result = conversion_lines(_text(conversion), conversion, width, options.day())
            yield "".join([f"{line}\n" for line in result])
    elif output_format in (None, "number"):
        for conversion in conversions:
            yield f"{conversion.value:f}\n" if output_format else f"{conversion}\n"
    elif output_format == "cite":
        from ctick.commands.citation import citation

        for conversion in conversions:
            yield f"{citation(conversion, options.day())}\n"
    else:
        from ctick.output.records import CONVERT_FIELDS, conversion_row, lines

        rows = (conversion_row(conversion, options.day()) for conversion in conversions)
        yield from lines(rows, output_format, CONVERT_FIELDS)


# Here and not in `conversion_text`: to load that would take a hundredth of the time of a conversion in a pipe.
def _text(conversion: Conversion) -> str:
    """`3,000,000 UZS ≈ 240 USD (225 to 255)`; the range is not to be broken."""
    shown = conversion.shown()
    text = f"{grouped(conversion.amount)} {conversion.base} {shown.sign} {grouped(shown.value)} {conversion.target}"
    if not conversion.shows_range:
        return text
    return f"{text} ({grouped(shown.low)}{NO_BREAK}to{NO_BREAK}{grouped(shown.high)})"


def _likely_error(conversion: Conversion) -> str:
    """`UZS to USD: the likely error is 6.3%`: what holds for all amounts."""
    from ctick.rates.trend import error_text

    return f"{conversion.base} to {conversion.target}: the likely error is {error_text(conversion.width)}"


class _Notes:
    """What goes to stderr, once a run: ranges that the output does not show, the age of the rates, the manat's peg."""

    def __init__(self, options: Options, output_format: str | None, *, of_lines: bool) -> None:
        self._options = options
        self._shows_ranges = output_format in ("table", "cite")
        self._of_lines = of_lines
        self._pairs: set[tuple[str, str]] = set()
        self._said: set[str] = set()

    def say(self, conversions: Sequence[Conversion]) -> None:
        """Says what there is to say of the pairs of these conversions and was not said before."""
        if self._options.quiet:
            return
        new = [conversion for conversion in conversions if (conversion.base, conversion.target) not in self._pairs]
        # An amount of 0 has no error, other amounts of the pair may have one.
        self._pairs.update([(conversion.base, conversion.target) for conversion in new if conversion.amount])
        for note in self._notes(new):
            if note not in self._said:
                terminal.say(note)
                self._said.add(note)

    def _notes(self, conversions: Sequence[Conversion]) -> Iterator[str]:
        if not self._shows_ranges:
            for conversion in conversions:
                if conversion.own:
                    from ctick.output.conversion_text import own_rate_text

                    yield f"--rate: {own_rate_text(conversion)}"
                if conversion.shows_range:
                    yield _likely_error(conversion) if self._of_lines else _text(conversion)
        legs = [leg for conversion in conversions for leg in conversion.legs]
        day = self._options.day()
        if any(is_old(leg, day) for leg in legs):
            from ctick.commands.rate_messages import age_note

            yield str(age_note(legs, day, self._options))
        if any(leg.base == "TMT" for leg in legs):
            from ctick.commands.rate_messages import MANAT

            yield MANAT


def _convert_lines(converter: Converter, output_format: str | None) -> int:
    """Answers each line of stdin as soon as it is read."""
    if sys.stdin is None:
        raise UsageError("stdin is closed: name an amount and a currency, as in 'ctick convert 50000 KGS'")
    exit_code = DONE
    notes = _Notes(converter.options, output_format, of_lines=True)

    def conversions() -> Iterator[Conversion]:
        nonlocal exit_code
        for answer in _answers(converter):
            if isinstance(answer, str):
                terminal.complain(answer)
                exit_code = PARTLY
                continue
            yield from answer
            notes.say(answer)  # their rows have been written by now

    terminal.write(_formatted(conversions(), output_format, converter.options), at_once=True)
    return exit_code


def _answers(converter: Converter) -> Iterator[list[Conversion] | str]:
    """The conversions of each line of stdin, or the message of its error; blank lines and comments are skipped."""
    from ctick.commands import streams

    for number, raw in enumerate(streams.lines(streams.stdin(_LONGEST_LINE), _LONGEST_LINE), 1):
        if len(raw) > _LONGEST_LINE:
            yield f"line {number} is too long: write one amount and its currencies on a line"
            continue
        line = raw.decode("utf-8", "replace").lstrip("\ufeff").partition("#")[0].strip()
        if not line:
            continue
        try:
            yield converter.answer(amounts.read(line))
        except CtickError as error:
            if error.exit_code not in (UsageError.exit_code, NoRateError.exit_code):
                raise
            yield f"line {number}: {error}"
