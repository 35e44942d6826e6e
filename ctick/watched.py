"""What `ctick watch` knows at one moment, and the conditions that it watches for. Pure."""

from decimal import Decimal

from ctick import currencies
from ctick.errors import UsageError, plain
from ctick.model import Dated


class Alert:
    """`KZT<0.0019`: a rate on the wrong side of a number."""

    def __init__(self, text: str) -> None:
        for sign in ("<=", ">=", "<", ">"):
            code, found, number = text.partition(sign)
            digits = number.strip()
            if found and digits and not set(digits) - set("0123456789.") and digits.count(".") < 2 and digits != ".":
                self.code = currencies.code(code.strip())
                self.sign = sign
                self.number = Decimal(digits)
                self.text = f"{self.code} {sign} {digits}"
                return
        raise UsageError(f"--alert {plain(text, 40)} is no condition: write it as 'KZT<0.0019'")

    def holds(self, quotes: dict[str, Dated]) -> bool:
        """Whether the rate that answers now meets it."""
        dated = quotes.get(self.code)
        if dated is None:
            return False
        rate = dated.quote.exact
        return (
            (rate < self.number and "<" in self.sign)
            or (rate > self.number and ">" in self.sign)
            or (rate == self.number and "=" in self.sign)
        )


class State:
    """What is shown: the quotes, which of them moved at the last look, and how the fetches went."""

    def __init__(self) -> None:
        self.quotes: dict[str, Dated] = {}
        self.days: dict[str, list[Dated]] = {}
        self.moved: set[str] = set()
        self.marked: dict[str, float] = {}  # until when (monotonic) a pair that moved is marked
        self.fetching = False
        self.success: str | None = None
        self.failures: list[str] = []
        self.alerts: list[str] = []
