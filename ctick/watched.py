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
                self.text = f"{self.code} {sign} {plain(digits, 40)}"
                self._check()
                return
        raise UsageError(f"--alert {plain(text, 40)} is no condition: write it as 'KZT<0.0019'")

    def _check(self) -> None:
        """UsageError for a condition that no rate will ever meet, or that all do."""
        if self.code == "USD":
            raise UsageError(f"--alert '{self.text}': USD is what the others are quoted in: name one of those")
        if self.number > 1 or (not self.number and "<" in self.sign):
            raise UsageError(f"--alert '{self.text}': a rate is the USD for 1 {self.code}, between 0 and 1")

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
    """What is shown: the quotes, which of them changed at the last look, and how the fetches went.

    `changed` has the currencies whose rate, day or source is another one; `marked` says until when
    (monotonic) one whose rate moved is marked.
    """

    def __init__(self) -> None:
        self.quotes: dict[str, Dated] = {}
        self.days: dict[str, list[Dated]] = {}
        self.changed: set[str] = set()
        self.marked: dict[str, float] = {}
        self.was_read = False
        self.has_keys = True
        self.fetches = True
        self.fetching = False
        self.success: str | None = None
        self.failures: list[str] = []
        self.store_failure: str | None = None
        self.alerts: list[str] = []

    def take(
        self, quotes: dict[str, Dated], days: dict[str, list[Dated]], success: str | None, now: float, marked: float
    ) -> None:
        """What a look at the store has found; what moved is marked for so many seconds."""
        self.changed = {code for code, dated in quotes.items() if _shown(dated) != _shown(self.quotes.get(code))}
        self.marked = {code: until for code, until in self.marked.items() if until > now}
        for code in self.changed:
            before = self.quotes.get(code)
            if before is not None and before.quote != quotes[code].quote:
                self.marked[code] = now + marked
        self.quotes, self.days, self.success, self.was_read = quotes, days, success, True

    def troubles(self) -> list[str]:
        """What goes wrong at the moment."""
        return [*([self.store_failure] if self.store_failure else []), *self.failures]


def _shown(dated: Dated | None) -> tuple[object, ...] | None:
    return None if dated is None else (dated.quote, dated.as_of, dated.source, dated.shipped)
