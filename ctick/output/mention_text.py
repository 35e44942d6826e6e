"""Amounts in running text, and what was found about them, as text for people."""

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from ctick.interval import EXACT
from ctick.mentions.check import Checked
from ctick.rates.conversion import Conversion
from ctick.text import grouped, markdown, plain

UNDECIDED = "Kyrgyz or Uzbek?"
"""Instead of dollars, for a `som` that may be either."""

_TENTH = Decimal("0.1")
_WHOLE = Decimal(1)
_SCALES = (12, "trillion"), (9, "billion"), (6, "million")
_MILLION = Decimal(1_000_000)
_FIVE_DIGITS = EXACT.copy()
_FIVE_DIGITS.prec = 5


def annotation(checked: Checked) -> str:
    """` [= $572.00]` or ` [≈ $240 ($225 to $255)]`, to follow the amount; empty if there is no conversion."""
    if checked.conversion is None:
        return ""
    likely = likely_text(checked.conversion)
    return f" [{dollars_text(checked)} ({likely})]" if likely else f" [{dollars_text(checked)}]"


def amount_text(checked: Checked) -> str:
    """`50,000 KGS`; `5,000 som` where undecided."""
    return f"{_number(checked.mention.amount.value)} {checked.mention.code or 'som'}"


def dollars_text(checked: Checked) -> str:
    """`= $572.00`, `≈ $240` or `= $13.728 million`: the amount in dollars on the day; otherwise why there are none."""
    if checked.conversion is None:
        return "no rate" if checked.mention.code else UNDECIDED
    shown = checked.conversion.shown()
    value = _FIVE_DIGITS.plus(shown.value) if shown.value >= _MILLION else shown.value
    return f"{shown.sign} ${_number(value)}"


def likely_text(conversion: Conversion | None) -> str:
    """`$225 to $255`, if the value alone would claim more than is known; else empty."""
    if conversion is None or not conversion.shows_range:
        return ""
    shown = conversion.shown()
    return f"${_number(shown.low)} to ${_number(shown.high)}"


def printed_text(checked: Checked) -> str:
    """`$576` or `$550 to $600`: the dollars that the text itself gives; empty if it gives none."""
    dollars = checked.mention.dollars
    if dollars is None:
        return ""
    return f"${_number(dollars.value)}" + (f" to ${_number(dollars.to.value)}" if dollars.to else "")


def difference_text(checked: Checked) -> str:
    """`+0.7%`: how far the printed dollars are off; from 100 % on without decimal places."""
    difference = checked.difference
    if difference is None:
        return ""
    shown = difference.quantize(_WHOLE if abs(difference) >= 100 else _TENTH, ROUND_HALF_UP, EXACT)
    return f"{shown:+,f}%" if shown else "0.0%"


def _number(value: Decimal) -> str:
    """`50,000`; from a million on `13.728 million`, unless five digits are too few for it."""
    if value >= _MILLION and _FIVE_DIGITS.plus(value) == value:
        for zeros, name in _SCALES:
            if value.adjusted() >= zeros:
                return f"{grouped(value.scaleb(-zeros, EXACT).normalize(EXACT))} {name}"
    return grouped(value)


def markdown_lines(mentions: Iterable[Checked]) -> Iterator[str]:
    """A Markdown table, line by line with line ends."""
    yield "| line | phrase | amount | dollars | article | off by | verdict |\n"
    yield "| ---: | --- | ---: | --- | ---: | ---: | --- |\n"
    for checked in mentions:
        likely = likely_text(checked.conversion)
        verdict = ": ".join([text for text in (checked.verdict or "", checked.reason) if text])
        cells = (
            str(checked.mention.line),
            plain(checked.mention.phrase),
            amount_text(checked),
            f"{dollars_text(checked)} ({likely})" if likely else dollars_text(checked),
            printed_text(checked),
            difference_text(checked),
            plain(verdict),
        )
        yield f"| {' | '.join([markdown(cell) for cell in cells])} |\n"
