"""Amounts in running text as records."""

import datetime as dt

from ctick.mentions.check import Checked
from ctick.output.records import Row, conversion_row

_OF_CONVERSION = ("value", "low", "high", "likely_low", "likely_high", "rate", "as_of", "source")

FIELDS = (
    "line", "column", "offset", "phrase", "amount", "code", "printed", *_OF_CONVERSION, "verdict", "range", "list",
    "difference", "reason",
)  # fmt: skip


def row(checked: Checked) -> Row:
    """A mention as a record; `bundled` only if it is true.

    `printed` is the figure in USD of the text itself, in its own digits. Without a currency or a rate
    the fields of the conversion are None; so are `verdict`, `difference` and `reason` if there are none.
    """
    mention, conversion = checked.mention, checked.conversion
    # The day matters only for `age_days`, which is no field here.
    converted = conversion_row(conversion, dt.date.max) if conversion else {}
    fields: dict[str, object] = {
        "line": mention.line,
        "column": mention.column,
        "offset": mention.offset,
        "phrase": mention.phrase,
        "amount": mention.amount.value,
        "code": mention.code,
        "printed": mention.dollars.value if mention.dollars else None,
        **{name: converted.get(name) for name in _OF_CONVERSION},
        "verdict": checked.verdict,
        "range": mention.is_range,
        "list": mention.is_list,
        "difference": checked.difference,
        "reason": checked.reason or None,
    }
    if "bundled" in converted:
        fields["bundled"] = True
    return fields
