"""Amounts in running text as records."""

from ctick.mentions.check import Checked
from ctick.output.records import Row

_OF_CONVERSION = ("value", "low", "high", "likely_low", "likely_high", "rate")

FIELDS = (
    "line", "column", "offset", "phrase", "amount", "code", "printed", *_OF_CONVERSION, "as_of", "source", "verdict",
    "range", "list", "difference", "reason",
)  # fmt: skip


def row(checked: Checked) -> Row:
    """A mention as a record; `bundled` only if it is true.

    `printed` is the figure in USD of the text itself, in its own digits. Without a currency or a rate
    the fields of the conversion are None; so are `verdict`, `difference` and `reason` if there are none.
    """
    mention, conversion = checked.mention, checked.conversion
    leg = conversion.legs[0] if conversion else None
    fields: dict[str, object] = {
        "line": mention.line,
        "column": mention.column,
        "offset": mention.offset,
        "phrase": mention.phrase,
        "amount": mention.amount.value,
        "code": mention.code,
        "printed": mention.dollars.value if mention.dollars else None,
        **{name: getattr(conversion, name) if conversion else None for name in _OF_CONVERSION},
        "as_of": leg and leg.as_of,
        "source": leg and leg.source,
        "verdict": checked.verdict,
        "range": mention.is_range,
        "list": mention.is_list,
        "difference": checked.difference,
        "reason": checked.reason or None,
    }
    if leg is not None and leg.bundled:
        fields["bundled"] = True
    return fields
