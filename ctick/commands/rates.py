"""`ctick rates [CODE...]`: the newest rates as a table."""

import sys

from ctick import currencies, terminal
from ctick.commands import Options, age_note
from ctick.errors import DONE, PARTLY, NoRateError, UsageError
from ctick.output import RATE_FIELDS, lines, rate_row
from ctick.pick import best
from ctick.wording import long_date


def run(codes: list[str], options: Options) -> int:
    """Shows the quote that answers for each currency, all five unless some are named."""
    form = options.form()
    day = options.day()
    source = options.source_name()
    wanted = list(dict.fromkeys(currencies.code(code) for code in codes))
    if "USD" in wanted:
        raise UsageError("USD is what the others are quoted in: ask for KGS, KZT, TJS, UZS or TMT")
    store = options.store()
    found = {code: best(store.quotes(code, day, source)) for code in wanted or currencies.FIVE}
    rows = [quote for quote in found.values() if quote is not None]
    missing = [code for code, quote in found.items() if quote is None]
    origin = f" from {source}" if source else ""
    nothing = (
        f"no rate{origin} on or before {long_date(day)} for {' '.join(missing)}:"
        " ask for a later day, or 'ctick snapshot' gets new ones"
    )
    if not rows:
        raise NoRateError(nothing)
    if form is None:
        form = "table" if terminal.is_terminal(sys.stdout) else "tsv"
    if form == "table":
        from ctick.render import rate_table

        rate_table(rows, terminal.width(), color=terminal.wants_color(sys.stdout, no_color=options.no_color))
    else:
        terminal.write(lines([rate_row(row) for row in rows], form, RATE_FIELDS))
    note = age_note(rows, day)
    if note and not options.quiet:
        terminal.say(note)
    if missing and wanted:
        terminal.complain(nothing)
        return PARTLY
    return DONE
