"""Checked: a mention with its conversion and a verdict."""

from decimal import Decimal

from ctick.mentions.model import Mention
from ctick.model import Value
from ctick.rates.conversion import Conversion


class Checked(Value):
    """A mention, its conversion (None without a code or a rate) and how the printed dollars compare with it."""

    __slots__ = ("mention", "conversion", "verdict", "reason", "difference")

    def __init__(
        self,
        mention: Mention,
        conversion: Conversion | None,
        verdict: str | None = None,
        reason: str = "",
        difference: Decimal | None = None,
    ) -> None:
        self.mention = mention
        self.conversion = conversion
        self.verdict = verdict
        self.reason = reason
        self.difference = difference
