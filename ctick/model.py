"""Quote, Snapshot and Dated: the values that everything in ctick passes on.

Plain classes with slots: `dataclasses` and `typing` would cost more to import than the whole
answer to `ctick convert` takes.
"""

import datetime as dt
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

EXACT = Context(
    prec=120,
    Emin=MIN_EMIN,
    Emax=MAX_EMAX,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
"""The context of all of ctick's arithmetic: wide enough that no product of an amount and a rate
loses a digit. The process's global context is neither used nor touched."""

_ONE = Decimal(1)
_TWO = Decimal(2)


class Value:
    """Equality, hash and repr by the fields named in `__slots__`; treat as immutable."""

    __slots__: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        # Text, not number, decides between two decimals: 0.2849 is not 0.28490, 0 is not -0.
        return type(other) is type(self) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{type(self).__name__}({fields})"


class Quote(Value):
    """One printed rate: USD for 1 unit of `base`, with exactly the digits that were printed.

    `change` is the printed change in per cent, its sign kept (`Decimal("-0")` is a fall too
    small to print), or None where none was printed.
    """

    __slots__ = ("base", "change", "rate")

    def __init__(self, base: str, rate: Decimal, change: Decimal | None = None) -> None:
        self.base = base
        self.rate = rate
        self.change = change

    @property
    def step(self) -> Decimal:
        """The unit of the rate's last published digit: 0.00001 for 0.01144."""
        return _ONE.scaleb(int(self.rate.as_tuple().exponent), EXACT)

    @property
    def low(self) -> Decimal:
        """The smallest rate that would be printed like this: half a step below."""
        return EXACT.subtract(self.rate, EXACT.divide(self.step, _TWO))

    @property
    def high(self) -> Decimal:
        """The largest rate that would be printed like this: half a step above."""
        return EXACT.add(self.rate, EXACT.divide(self.step, _TWO))

    def to_text(self) -> str:
        """`KGS 0.01144 -0`: the form kept in the store and in the shipped data."""
        text = f"{self.base} {self.rate:f}"
        return text if self.change is None else f"{text} {self.change:f}"

    @classmethod
    def from_text(cls, text: str) -> "Quote":
        """The quote that `to_text` wrote; ValueError or ArithmeticError for anything else."""
        base, rate, *change = text.split(" ")
        if len(change) > 1:
            raise ValueError(text)
        return cls(base, Decimal(rate), Decimal(change[0]) if change else None)


class Snapshot(Value):
    """The quotes of one block, each currency once, with their date and source.

    `as_of` is the day the rates belong to, None where the block has no date. `seen_at` is when
    ctick last met exactly this snapshot (UTC, ISO 8601 with microseconds), None where it is not
    from the store. `shipped` marks the ones that came with ctick.
    """

    __slots__ = ("as_of", "quotes", "seen_at", "shipped", "source")

    def __init__(
        self,
        source: str,
        as_of: dt.date | None,
        quotes: tuple[Quote, ...],
        seen_at: str | None = None,
        *,
        shipped: bool = False,
    ) -> None:
        self.source = source
        self.as_of = as_of
        self.quotes = quotes
        self.seen_at = seen_at
        self.shipped = shipped

    def quote(self, base: str) -> Quote | None:
        """The quote of one currency, or None."""
        for quote in self.quotes:
            if quote.base == base:
                return quote
        return None

    def to_text(self) -> str:
        """The quotes as one line of text: `KGS 0.01144 0;KZT 0.00194 -0`."""
        return quotes_to_text(self.quotes)


def quotes_to_text(quotes: tuple[Quote, ...]) -> str:
    """`KGS 0.01144 0;KZT 0.00194 -0`: quotes as the store and the shipped data keep them."""
    return ";".join([quote.to_text() for quote in quotes])


def quotes_from_text(text: str) -> tuple[Quote, ...]:
    """The quotes that `quotes_to_text` wrote; ValueError or ArithmeticError for anything else."""
    return tuple([Quote.from_text(part) for part in text.split(";")])


class Dated(Value):
    """A quote with the day, source and age of the snapshot it stands in: what an answer rests on."""

    __slots__ = ("as_of", "quote", "seen_at", "shipped", "source")

    def __init__(
        self,
        quote: Quote,
        as_of: dt.date | None,
        source: str,
        seen_at: str | None = None,
        *,
        shipped: bool = False,
    ) -> None:
        self.quote = quote
        self.as_of = as_of
        self.source = source
        self.seen_at = seen_at
        self.shipped = shipped
