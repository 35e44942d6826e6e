"""Rates as other tools read them: a line a rate, its day and all of its digits.

    beancount  2025-12-16 price KGS 0.01144 USD           https://beancount.github.io/docs/
    ledger     P 2025-12-16 KGS 0.01144 USD               hledger and ledger
    qalc       1 KGS = 0.01144 USD                        Qalculate's custom_exchange_rates
    units      KGS 0.01144 US$                            GNU units' definitions
    markdown   a table to paste

These tools have one rate a day of a currency (of several, ledger takes the last, and a plugin of
beancount refuses them). So of a day that several sources have, the rate is written that can be
wrong by least; of one source the last that is given. `qalc` and `units` have no days at all: of
each currency the newest is written, and a comment says which. In `markdown` all are written.

A derived rate is written as far as its digits are known.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby

from ctick.interval import EXACT
from ctick.model import DatedQuote
from ctick.text import plain, short_date

_MARKED = {ord(sign): f"\\{sign}" for sign in "\\`*[]<>|&"}  # what Markdown would take for more than text

FORMS = ("beancount", "ledger", "qalc", "units", "markdown")


def priced(quotes: Iterable[DatedQuote], form: str) -> Iterator[str]:
    """The rates in one of the forms, line by line, each with its line end.

    All have days, and those of one day stand together.
    """
    if form == "markdown":
        yield "| pair | rate | as of | source |\n| --- | ---: | --- | --- |\n"
        for dated in quotes:
            source = _source(dated).translate(_MARKED)
            yield f"| {dated.base}/USD | {dated.rate:f} | {dated.as_of} | {source} |\n"
    elif form in ("qalc", "units"):
        yield from _newest(_one_a_day(quotes), form)
    else:
        for dated in _one_a_day(quotes):
            line = f"{dated.base} {dated.rate:f} USD  ; {_source(dated)}\n"
            yield f"{dated.as_of} price {line}" if form == "beancount" else f"P {dated.as_of} {line}"


def _one_a_day(quotes: Iterable[DatedQuote]) -> Iterator[DatedQuote]:
    for _, day in groupby(quotes, key=lambda dated: dated.as_of):
        last = {(dated.base, dated.source): dated for dated in day}
        best: dict[str, DatedQuote] = {}
        for (base, _), dated in last.items():
            if base not in best or _width(dated) < _width(best[base]):
                best[base] = dated
        yield from best.values()


def _width(dated: DatedQuote) -> Decimal:
    """What the digits leave open, as a part of the rate."""
    quote = dated.quote
    return EXACT.divide(EXACT.subtract(quote.high, quote.low), quote.exact)


def _newest(quotes: Iterable[DatedQuote], form: str) -> Iterator[str]:
    newest: dict[str, DatedQuote] = {}
    for dated in quotes:
        before = newest.get(dated.base)
        if before is None or str(dated.as_of) >= str(before.as_of):
            newest[dated.base] = dated
    for base, dated in newest.items():
        day = short_date(dated.as_of) if dated.as_of else "undated"
        yield f"# {base}/USD of {day}, {_source(dated)}\n"
        yield f"1 {base} = {dated.rate:f} USD\n" if form == "qalc" else f"{base} {dated.rate:f} US$\n"


def _source(dated: DatedQuote) -> str:
    return plain(dated.source) + (" (bundled)" if dated.bundled else "")
