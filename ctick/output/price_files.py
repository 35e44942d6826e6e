"""Rates in the formats of other tools: a line for each rate, with its day and all of its digits.

    beancount  2025-12-16 price KGS 0.01144 USD           https://beancount.github.io/docs/
    ledger     P 2025-12-16 KGS 0.01144 USD               hledger and ledger
    qalc       1 KGS = 0.01144 USD                        Qalculate's custom_exchange_rates
    units      KGS 0.01144 US$                            GNU units' definitions
    markdown   a table to paste

These tools know one rate a day for each currency (ledger uses the last one, a plugin of beancount
rejects a second one). So of several sources, the rate with the smallest likely error is written,
and of one source the last. `qalc` and `units` have no dates: only the newest rate of each currency
is written, under a comment with its day. `markdown` has all rates.

A derived rate is written in the digits that are known. What the digits of a rate leave open follows
as a comment: `0.011435 to 0.011445`.
"""

from collections.abc import Iterable, Iterator

from ctick.model import DatedQuote
from ctick.rates.history import best_of_each_day
from ctick.text import markdown, short_date, source_text


def price_lines(quotes: Iterable[DatedQuote], output_format: str) -> Iterator[str]:
    """The rates in one of these formats, line by line with line ends.

    All quotes must have dates, and those of one day must come together.
    """
    if output_format == "markdown":
        yield "| pair | rate | as of | source | range |\n| --- | ---: | --- | --- | --- |\n"
        for dated in quotes:
            source = markdown(source_text(dated))
            yield f"| {dated.base}/USD | {dated.rate:f} | {dated.as_of} | {source} | {_range(dated)} |\n"
    elif output_format in ("qalc", "units"):
        yield from _newest(best_of_each_day(quotes), output_format)
    else:
        for dated in best_of_each_day(quotes):
            line = f"{dated.base} {dated.rate:f} USD  ; {source_text(dated)}, {_range(dated)}\n"
            yield f"{dated.as_of} price {line}" if output_format == "beancount" else f"P {dated.as_of} {line}"


def _newest(quotes: Iterable[DatedQuote], output_format: str) -> Iterator[str]:
    newest: dict[str, DatedQuote] = {}
    for dated in quotes:
        before = newest.get(dated.base)
        if before is None or str(dated.as_of) >= str(before.as_of):
            newest[dated.base] = dated
    for base, dated in newest.items():
        yield f"# {base}/USD of {short_date(dated.as_of)}, {source_text(dated)}, {_range(dated)}\n"
        yield f"1 {base} = {dated.rate:f} USD\n" if output_format == "qalc" else f"{base} {dated.rate:f} US$\n"


def _range(dated: DatedQuote) -> str:
    """`0.011435 to 0.011445`: the rates that have these digits, to one more place."""
    low, high = dated.quote.interval.bounds(1 - int(dated.rate.as_tuple().exponent))
    return f"{low:f} to {high:f}"
