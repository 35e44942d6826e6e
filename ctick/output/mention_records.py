"""Mentions as rows. (STUB: the real one comes from branch `output`, same interface.)"""

from ctick.mentions.check import Checked
from ctick.output.records import Row

FIELDS = (
    "line", "column", "offset", "phrase", "amount", "code", "printed", "value", "low", "high", "likely_low",
    "likely_high", "rate", "as_of", "source", "verdict", "range", "list", "difference", "reason",
)  # fmt: skip


def row(checked: Checked) -> Row:
    """A mention with its conversion."""
    mention, conversion = checked.mention, checked.conversion
    dated = conversion.legs[0] if conversion else None
    found: dict[str, object] = {name: getattr(mention, name) for name in ("line", "column", "offset", "phrase")}
    found |= {"amount": mention.amount.value, "code": mention.code}
    found["printed"] = mention.dollars.value if mention.dollars else None
    for name in ("value", "low", "high", "likely_low", "likely_high", "rate"):
        found[name] = getattr(conversion, name, None)
    found |= {"as_of": dated and dated.as_of, "source": dated and dated.source, "verdict": checked.verdict}
    found |= {"range": mention.is_range, "list": mention.is_list}
    return found | {"difference": checked.difference, "reason": checked.reason or None}
