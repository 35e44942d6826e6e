"""The conditions of `ctick watch --alert`: `KZT<0.0019`, `USD>520 KZT`."""

import operator

from ctick.errors import UsageError
from ctick.interval import EXACT
from ctick.model import DatedQuote
from ctick.rates import amounts
from ctick.text import grouped, plain

_COMPARE = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}
_EXAMPLES = "'KZT<0.0019' or 'USD>520 KZT'"


class Alert:
    """A condition on the rate of one currency, `code`: `KZT<0.0019`, `KZT/USD<0.0019`, `1 USD > 520 KZT`.

    `text` is the condition as it was asked for, with the usual codes, `is_per_dollar` whether it is about the price
    of a dollar, `note` a warning about an amount that may have been meant otherwise: `USD>12.000 UZS`. UsageError if
    it can't be understood.
    """

    def __init__(self, text: str) -> None:
        shown = plain(text, 40)
        normal = text.replace("≤", "<=").replace("≥", ">=")
        self._sign = next((sign for sign in _COMPARE if sign in normal), "")
        left, _, right = normal.partition(self._sign) if self._sign else (normal, "", "")
        if not any(char.isdigit() for char in right):
            raise UsageError(f"--alert {shown} is not a condition: write it as {_EXAMPLES}")
        try:
            self._left = amounts.read(left, typed=True)
            unit = [*self._left.targets, "USD"][0]
            self._right = amounts.read(f"{right} {unit}")
        except UsageError as error:
            raise UsageError(f"--alert {shown} is not a condition ({error}): write it as {_EXAMPLES}") from error
        if len(self._left.targets) > 1 or self._right.targets not in ([], [unit]):
            raise UsageError(f"--alert {shown} names more than one rate: write it as {_EXAMPLES}")
        self.note = self._right.note
        is_named = bool(self._right.targets)
        amount = f"{grouped(self._left.amount)} " if self._left.has_amount else ""
        self.text = (
            f"{amount}{'/'.join([self._left.base, *self._left.targets])} {self._sign} {grouped(self._right.amount)}"
            f"{f' {self._right.base}' if is_named else ''}"
        )
        self.is_per_dollar = self._left.base == "USD"
        self.code = self._right.base if self.is_per_dollar else self._left.base
        self._check(is_named=is_named)

    def _check(self, *, is_named: bool) -> None:
        """UsageError if the condition is not about one rate, or if all rates meet it, or none can."""
        base, unit, amount, bound = self._left.base, self._right.base, self._left.amount, self._right.amount
        if base == "USD" and not is_named and not self._left.targets:
            raise UsageError(f"--alert '{self.text}': name the other currency, as in '{self.text} KZT'")
        if "USD" not in (base, unit) or base == unit or unit not in (self._left.targets or [unit]) or amount <= 0:
            raise UsageError(f"--alert '{self.text}' is not about a rate in USD: write it as {_EXAMPLES}")
        if base == "USD" and bound < amount:
            raise UsageError(f"--alert '{self.text}': 1 USD is always more than 1 {unit}")
        if base != "USD" and (bound > amount or bound < 0 or (not bound and "<" in self._sign)):
            other = f"; for {base} per dollar write 'USD{self._sign}{bound:f} {base}'" if bound > amount else ""
            raise UsageError(f"--alert '{self.text}': a rate is USD for 1 {base}, between 0 and 1{other}")

    def holds(self, quotes: dict[str, DatedQuote]) -> bool:
        """Whether the current rate of its currency meets the condition, to the last digit."""
        dated = quotes.get(self.code)
        if dated is None:
            return False
        number, unit = dated.quote.interval.figure  # the rate is number / unit
        if self.is_per_dollar:
            number, unit = unit, number
        left, right = EXACT.multiply(self._left.amount, number), EXACT.multiply(self._right.amount, unit)
        return bool(_COMPARE[self._sign](left, right))
