"""Quote, Snapshot and DatedQuote: the values that all of ctick works with.

Plain classes with slots: importing `dataclasses` and `typing` takes longer than all of
`ctick convert`.
"""

import datetime as dt
from decimal import Decimal

from ctick.interval import EXACT, Interval, rounded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ctick.capture import Capture

_LONGEST = 82  # characters of a number: the scanner accepts 40 digits on each side of the point

_ONE = Decimal(1)


class Value:
    """Equality, hash and repr by the fields named in `__slots__`; treat as immutable."""

    __slots__: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        # Decimals are compared as text: 0.2849 is not 0.28490, 0 is not -0.
        return type(other) is type(self) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        fields = ", ".join([f"{name}={getattr(self, name)!r}" for name in self.__slots__ if name[0] != "_"])
        return f"{type(self).__name__}({fields})"


class Leg(Value):
    """A published figure that a quote is derived from: `nominal` units of `base` are `value` `quote`.

    `value` has the digits that were published. `quantum` is the unit of the last digit that the
    source publishes, a constant of the source, since some omit trailing zeros. `as_of` is the day of
    the figure if it differs from the day of the snapshot, else None.

    >>> Leg("UZS", "RUB", 10_000, Decimal("62.8322"), Decimal("0.0001")).to_text()
    'UZS/RUB:62.8322:10000:0.0001'
    """

    __slots__ = ("base", "quote", "nominal", "value", "quantum", "as_of")

    def __init__(
        self, base: str, quote: str, nominal: int, value: Decimal, quantum: Decimal, as_of: dt.date | None = None
    ) -> None:
        self.base = base
        self.quote = quote
        self.nominal = nominal
        self.value = value
        self.quantum = quantum
        self.as_of = as_of

    def to_text(self) -> str:
        """`UZS/RUB:62.8322:10000:0.0001`, with `:2026-05-24` at the end if it has a day."""
        text = f"{self.base}/{self.quote}:{self.value:f}:{self.nominal}:{self.quantum:f}"
        return text if self.as_of is None else f"{text}:{self.as_of}"

    @classmethod
    def from_text(cls, text: str) -> "Leg":
        """The leg that `to_text` wrote; ValueError or ArithmeticError for anything else."""
        pair, value, nominal, quantum, *day = text.split(":")
        base, quote = pair.split("/")
        as_of = dt.date.fromisoformat(day[0]) if day else None
        leg = cls(base, quote, int(nominal), _decimal(value), _decimal(quantum), as_of)
        if not (
            base.isalnum() and quote.isalnum() and leg.nominal > 0 and EXACT.add(leg.value, leg.value) > leg.quantum > 0
        ):
            raise ValueError(text)
        return leg


def _decimal(text: str) -> Decimal:
    """A number without an exponent: `1E999999999` would expand to a gigabyte of zeros."""
    if text.strip("0123456789.-") or len(text) > _LONGEST:
        raise ValueError(text)
    return Decimal(text)


class Quote(Value):
    """A rate: how many USD 1 unit of `base` is worth, as published or derived from published figures.

    A published `rate` keeps exactly its digits. `change` is the published change in per cent with
    its sign (`Decimal("-0")` is a fall too small to show), or None. A derived quote has `legs`, the
    figures that it was computed from, and its `rate` is rounded to the digits that are known.
    Nothing is checked: `rate` must be above zero.

    >>> quote = Quote("KGS", Decimal("0.01144"))
    >>> quote.step, quote.low, quote.high
    (Decimal('0.00001'), Decimal('0.011435'), Decimal('0.011445'))
    """

    __slots__ = ("base", "rate", "change", "legs", "_text")

    def __init__(self, base: str, rate: Decimal, change: Decimal | None = None, legs: tuple[Leg, ...] = ()) -> None:
        self.base = base
        self.rate = rate
        self.change = change
        self.legs = legs
        self._text = ""

    @classmethod
    def derived(cls, base: str, legs: tuple[Leg, ...]) -> "Quote":
        """The quote that follows from published figures: a leg from `base`, one from USD, or both.

        A leg of USD is inverted. All values must be more than half their quantum.
        """
        quote = cls(base, _ONE, None, legs)
        known = quote.interval
        quote.rate = rounded(known.figure, -known.half.adjusted())
        return quote

    @property
    def step(self) -> Decimal | None:
        """The unit of the rate's last published digit: 0.00001 for 0.01144; None if it is derived."""
        return None if self.legs else self._last_place()

    @property
    def interval(self) -> Interval:
        """All rates that would be published like this."""
        if not self.legs:
            return Interval.around(self.rate, self._last_place())
        rate = Interval.point(_ONE)
        for leg in self.legs:
            value, nominal = Interval.around(leg.value, leg.quantum), Interval.point(Decimal(leg.nominal))
            rate = rate * value / nominal if leg.base == self.base else rate * nominal / value
        return rate

    @property
    def exact(self) -> Decimal:
        """The rate as published; for a derived quote the quotient of its legs, to 200 digits."""
        return self.interval.exact

    @property
    def low(self) -> Decimal:
        """The smallest rate that would be published like this."""
        return self.interval.low

    @property
    def high(self) -> Decimal:
        """The largest rate that would be published like this."""
        return self.interval.high

    @property
    def published_bounds(self) -> tuple[Decimal, Decimal]:
        """`low` and `high`, rounded outwards to two more places than `rate` has."""
        return self.interval.bounds(2 - int(self.rate.as_tuple().exponent))

    def _last_place(self) -> Decimal:
        return _ONE.scaleb(int(self.rate.as_tuple().exponent), EXACT)

    def to_text(self) -> str:
        """`KGS 0.01144 -0`, or `UZS =LEG =LEG`: as the store and the bundled data keep it."""
        if not self._text:  # the scanner reuses the quote of a repeated line
            self._text = self._as_text()
        return self._text

    def _as_text(self) -> str:
        if self.legs:
            return " ".join([self.base, *("=" + leg.to_text() for leg in self.legs)])
        text = f"{self.base} {self.rate:f}"
        return text if self.change is None else f"{text} {self.change:f}"

    @classmethod
    def from_text(cls, text: str) -> "Quote":
        """The quote that `to_text` wrote; ValueError or ArithmeticError for anything else."""
        base, rate, *change = text.split(" ")
        if rate.startswith("=") and base.isalnum():
            return cls.derived(base, tuple([Leg.from_text(part[1:]) for part in (rate, *change)]))
        quote = cls(base, _decimal(rate), _decimal(change[0]) if change else None)
        if len(change) > 1 or not base.isalnum() or not quote.rate > 0:
            raise ValueError(text)
        return quote


class Snapshot(Value):
    """The quotes that a source published together, at most one for each currency.

    `as_of` is the day that the rates belong to, or None. `seen_at` is when ctick last saw exactly
    this snapshot (UTC, ISO 8601 with microseconds), or None if it is not from the store. `bundled`
    is true for those that come with ctick. `capture` is the earliest capture by a crawl that has it, or None.

    >>> snapshot = Snapshot("timesca", dt.date(2025, 12, 16), (Quote("KGS", Decimal("0.01144")),))
    >>> snapshot.quote("KGS")
    Quote(base='KGS', rate=Decimal('0.01144'), change=None, legs=())
    """

    __slots__ = ("source", "as_of", "quotes", "seen_at", "bundled", "capture", "_text")

    def __init__(
        self,
        source: str,
        as_of: dt.date | None,
        quotes: tuple[Quote, ...],
        seen_at: str | None = None,
        *,
        bundled: bool = False,
        capture: "Capture | None" = None,
    ) -> None:
        self.source = source
        self.as_of = as_of
        self.quotes = quotes
        self.seen_at = seen_at
        self.bundled = bundled
        self.capture = capture
        self._text = ""

    def quote(self, base: str) -> Quote | None:
        """The quote of one currency, or None."""
        return next((quote for quote in self.quotes if quote.base == base), None)

    def to_text(self) -> str:
        """The quotes as one line of text: `KGS 0.01144 0;KZT 0.00194 -0`."""
        if not self._text:  # saving asks for it several times
            self._text = quotes_to_text(self.quotes)
        return self._text


def quotes_to_text(quotes: tuple[Quote, ...]) -> str:
    """`KGS 0.01144 0;KZT 0.00194 -0`: quotes as the store and the bundled data keep them."""
    return ";".join([quote.to_text() for quote in quotes])


def quotes_from_text(text: str) -> tuple[Quote, ...]:
    """The quotes that `quotes_to_text` wrote; ValueError or ArithmeticError for anything else."""
    return tuple([Quote.from_text(part) for part in text.split(";")])


class DatedQuote(Value):
    """A quote with the day, source and age of the snapshot that it is from; fields as in `Snapshot`.

    >>> dated = DatedQuote(Quote("KGS", Decimal("0.01144")), dt.date(2025, 12, 16), "timesca")
    >>> f"1 {dated.base} = {dated.rate} USD on {dated.as_of}"
    '1 KGS = 0.01144 USD on 2025-12-16'
    """

    __slots__ = ("quote", "as_of", "source", "seen_at", "bundled", "capture")

    def __init__(
        self,
        quote: Quote,
        as_of: dt.date | None,
        source: str,
        seen_at: str | None = None,
        *,
        bundled: bool = False,
        capture: "Capture | None" = None,
    ) -> None:
        self.quote = quote
        self.as_of = as_of
        self.source = source
        self.seen_at = seen_at
        self.bundled = bundled
        self.capture = capture

    @property
    def base(self) -> str:
        """The currency."""
        return self.quote.base

    @property
    def rate(self) -> Decimal:
        """USD for 1 unit of `base`."""
        return self.quote.rate

    @property
    def step(self) -> Decimal | None:
        """See `Quote.step`."""
        return self.quote.step

    @property
    def change(self) -> Decimal | None:
        """The published change in per cent, or None."""
        return self.quote.change

    @property
    def exact(self) -> Decimal:
        """See `Quote.exact`."""
        return self.quote.exact

    @property
    def low(self) -> Decimal:
        """See `Quote.low`."""
        return self.quote.low

    @property
    def high(self) -> Decimal:
        """See `Quote.high`."""
        return self.quote.high
