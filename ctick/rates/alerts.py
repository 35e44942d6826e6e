"""The conditions of `ctick watch --alert`: `KZT<0.0019`."""

import operator
from decimal import Decimal

from ctick import currencies
from ctick.errors import UsageError
from ctick.model import DatedQuote
from ctick.text import plain

_COMPARE = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}


class Alert:
    """`KZT<0.0019`: a rate to compare with a number. UsageError if the text can't be understood."""

    def __init__(self, text: str) -> None:
        for sign in _COMPARE:
            code, found, number = text.partition(sign)
            digits = number.strip()
            if found and digits and not set(digits) - set("0123456789.") and digits.count(".") < 2 and digits != ".":
                self.code = currencies.code(code.strip())
                self.sign = sign
                self.number = Decimal(digits)
                self.text = f"{self.code} {sign} {plain(digits, 40)}"
                self._check()
                return
        raise UsageError(f"--alert {plain(text, 40)} is not a condition: write it as 'KZT<0.0019'")

    def _check(self) -> None:
        """UsageError if no rate can ever meet the condition, or all do."""
        if self.code == "USD":
            raise UsageError(f"--alert '{self.text}': rates are in USD; name another currency")
        if self.number > 1 or (not self.number and "<" in self.sign):
            raise UsageError(f"--alert '{self.text}': a rate is USD for 1 {self.code}, between 0 and 1")

    def holds(self, quotes: dict[str, DatedQuote]) -> bool:
        """Whether the current rate of its currency meets the condition."""
        dated = quotes.get(self.code)
        return dated is not None and _COMPARE[self.sign](dated.exact, self.number)
