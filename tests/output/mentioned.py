"""Mentions as they are found in a text, with rates of 10 December 2025."""

import datetime as dt
from decimal import Decimal

from ctick.mentions.check import Checked
from ctick.mentions.model import Mention, Printed
from ctick.model import DatedQuote, Quote
from ctick.rates.conversion import convert

DAY = dt.date(2025, 12, 10)
RATES = {"KGS": "0.01144", "KZT": "0.00193", "TJS": "0.10811", "UZS": "0.00008", "TMT": "0.28490"}


def checked(
    text: str,
    phrase: str,
    amount: str,
    code: str | None,
    printed: str | None = None,
    verdict: str | None = None,
    reason: str = "",
    difference: str | None = None,
    *,
    rate: bool = True,
    bundled: bool = False,
    is_range: bool = False,
    is_list: bool = False,
) -> Checked:
    """A phrase of a text; each line of the text is a paragraph."""
    offset = text.index(phrase)
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset + len(phrase))
    mention = Mention(
        text.count("\n", 0, offset) + 1,
        offset - start + 1,
        offset,
        len(text[: offset + len(phrase)].encode("utf-8", "surrogateescape")),
        phrase,
        text[start : end if end >= 0 else len(text)],
        offset - start,
        Printed(Decimal(amount), Decimal(1)),
        code,
        Printed(Decimal(printed), Decimal(1)) if printed else None,
        is_range=is_range,
        is_list=is_list,
    )
    conversion = None
    if code is not None and rate:
        quote = DatedQuote(Quote(code, Decimal(RATES[code])), DAY, "timesca", bundled=bundled)
        conversion = convert(mention.amount.value, code, "USD", {code: quote}, DAY)
    return Checked(mention, conversion, verdict, reason, Decimal(difference) if difference else None)
