"""Quote, Snapshot and DatedQuote: the values that everything in ctick passes on.

Plain classes with slots: `dataclasses` and `typing` would cost more to import than the whole
answer to `ctick convert` takes.
"""

import datetime as dt
from decimal import (
    MAX_EMAX,
    MIN_EMIN,
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

EXACT = Context(
    prec=200,
    rounding=ROUND_HALF_EVEN,
    Emin=MIN_EMIN,
    Emax=MAX_EMAX,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
"""The context of all of ctick's arithmetic: wide enough that no product of an amount and a rate
loses a digit. The process's global context is neither used nor touched."""

_NAME_CHARS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._-")
_LONGEST = 82  # characters of a number: 40 digits on both sides of the point are as much as the ticker reader takes
_ONE = Decimal(1)
_TWO = Decimal(2)


def names_source(text: str) -> bool:
    """Whether a source may be called that: up to 32 of a-z, 0-9, '.', '_' and '-', a letter or digit first."""
    return 0 < len(text) <= 32 and text.isascii() and text[0].isalnum() and _NAME_CHARS.issuperset(text)


class Value:
    """Equality, hash and repr by the fields named in `__slots__`; treat as immutable."""

    __slots__: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        # Text, not number, decides between two decimals: 0.2849 is not 0.28490, 0 is not -0.
        return type(other) is type(self) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        fields = ", ".join([f"{name}={getattr(self, name)!r}" for name in self.__slots__ if name[0] != "_"])
        return f"{type(self).__name__}({fields})"


class Leg(Value):
    """One published figure that a quote is derived from: `nominal` `base` are `value` `quote`.

    `value` has the digits that were published, `quantum` is the unit of the last digit that the
    source publishes (a constant of the source: some drop zeros at the end). `as_of` is the day of
    the figure where that is not the day of the snapshot, else None.

    >>> ctick.Leg("UZS", "RUB", 10_000, Decimal("62.8322"), Decimal("0.0001")).to_text()
    'UZS/RUB:62.8322:10000:0.0001'
    """

    __slots__ = ("as_of", "base", "nominal", "quantum", "quote", "value")

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
        """`UZS/RUB:62.8322:10000:0.0001`, with `:2026-05-24` where it has a day of its own."""
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
    """A number without an exponent: neither NaN, nor a few letters that are a gigabyte of zeros."""
    if text.strip("0123456789.-") or len(text) > _LONGEST:
        raise ValueError(text)
    return Decimal(text)


class Quote(Value):
    """One rate: USD for 1 unit of `base`, printed or derived.

    A printed one keeps exactly its digits. `change` is the printed change in per cent, its sign
    kept (`Decimal("-0")` is a fall too small to print), or None where none was printed.

    A derived one (see `derived`) has `legs`, the figures that were published. Its `rate` is rounded
    at the place of the first digit of its half width; `exact` is not rounded.

    >>> quote = ctick.Quote("UZS", Decimal("0.00008"))
    >>> quote.low, quote.high
    (Decimal('0.000075'), Decimal('0.000085'))
    """

    __slots__ = ("_text", "base", "change", "legs", "rate")

    def __init__(self, base: str, rate: Decimal, change: Decimal | None = None, legs: tuple[Leg, ...] = ()) -> None:
        self.base = base
        self.rate = rate
        self.change = change
        self.legs = legs
        self._text = ""

    @classmethod
    def derived(cls, base: str, legs: tuple[Leg, ...]) -> "Quote":
        """The quote that follows from published figures: a leg from `base`, one from USD, or both.

        A leg of USD is turned round. All values must be more than half their quantum.
        """
        quote = cls(base, _ONE, None, legs)
        half = EXACT.subtract(quote.high, quote.low)
        quote.rate = quote.exact.quantize(_ONE.scaleb(EXACT.divide(half, _TWO).adjusted(), EXACT), None, EXACT)
        return quote

    @property
    def step(self) -> Decimal | None:
        """The unit of the rate's last published digit: 0.00001 for 0.01144; None if it is derived."""
        return None if self.legs else _ONE.scaleb(int(self.rate.as_tuple().exponent), EXACT)

    @property
    def exact(self) -> Decimal:
        """The rate as it was printed, or as the division of the legs gives it."""
        return self._through(0, 0) if self.legs else self.rate

    @property
    def low(self) -> Decimal:
        """The smallest rate that would be published like this."""
        return self._through(-1, 1) if self.legs else EXACT.subtract(self.rate, self._half_step())

    @property
    def high(self) -> Decimal:
        """The largest rate that would be published like this."""
        return self._through(1, -1) if self.legs else EXACT.add(self.rate, self._half_step())

    @property
    def published_bounds(self) -> tuple[Decimal, Decimal]:
        """`low` and `high`, rounded outwards two places behind the last of `rate`."""
        place = _ONE.scaleb(int(self.rate.as_tuple().exponent) - 2, EXACT)
        return self.low.quantize(place, ROUND_FLOOR, EXACT), self.high.quantize(place, ROUND_CEILING, EXACT)

    def _half_step(self) -> Decimal:
        step = self.step
        assert step is not None
        return EXACT.divide(step, _TWO)

    def _through(self, base_side: int, usd_side: int) -> Decimal:
        """USD for 1 unit through the legs, each moved by half a quantum up (1) or down (-1)."""
        top, bottom = _ONE, _ONE
        for leg in self.legs:
            half = EXACT.divide(leg.quantum, _TWO)
            side = base_side if leg.base == self.base else usd_side
            value = EXACT.add(leg.value, EXACT.multiply(half, Decimal(side)))
            if leg.base == self.base:
                top, bottom = EXACT.multiply(top, value), EXACT.multiply(bottom, Decimal(leg.nominal))
            else:
                top, bottom = EXACT.multiply(top, Decimal(leg.nominal)), EXACT.multiply(bottom, value)
        return EXACT.divide(top, bottom)

    def to_text(self) -> str:
        """`KGS 0.01144 -0`, or `UZS =LEG =LEG`: the form kept in the store and in the bundled data."""
        if not self._text:  # a line that comes again is the same quote, and asked for its text each time
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
    """The quotes of one block, each currency once, with their date and source.

    `as_of` is the day the rates belong to, None where the block has no date. `seen_at` is when
    ctick last met exactly this snapshot (UTC, ISO 8601 with microseconds), None where it is not
    from the store. `bundled` marks the ones that came with ctick.

    >>> snapshot = ctick.Snapshot("mybank", dt.date(2025, 12, 16), (ctick.Quote("KGS", Decimal("0.0114")),))
    >>> snapshot.to_text()
    'KGS 0.0114'
    """

    __slots__ = ("_text", "as_of", "bundled", "quotes", "seen_at", "source")

    def __init__(
        self,
        source: str,
        as_of: dt.date | None,
        quotes: tuple[Quote, ...],
        seen_at: str | None = None,
        *,
        bundled: bool = False,
    ) -> None:
        self.source = source
        self.as_of = as_of
        self.quotes = quotes
        self.seen_at = seen_at
        self.bundled = bundled
        self._text = ""

    def quote(self, base: str) -> Quote | None:
        """The quote of one currency, or None."""
        for quote in self.quotes:
            if quote.base == base:
                return quote
        return None

    def to_text(self) -> str:
        """The quotes as one line of text: `KGS 0.01144 0;KZT 0.00194 -0`."""
        if not self._text:  # asked for again and again on the way into the store
            self._text = quotes_to_text(self.quotes)
        return self._text


def quotes_to_text(quotes: tuple[Quote, ...]) -> str:
    """`KGS 0.01144 0;KZT 0.00194 -0`: quotes as the store and the bundled data keep them."""
    return ";".join([quote.to_text() for quote in quotes])


def quotes_from_text(text: str) -> tuple[Quote, ...]:
    """The quotes that `quotes_to_text` wrote; ValueError or ArithmeticError for anything else."""
    return tuple([Quote.from_text(part) for part in text.split(";")])


class DatedQuote(Value):
    """A quote with the day, source and age of the snapshot it stands in: what an answer rests on.

    >>> dated = ctick.Store().rate("KGS", on=dt.date(2025, 12, 16))
    >>> dated.quote.rate, dated.as_of, dated.source, dated.bundled
    (Decimal('0.01144'), datetime.date(2025, 12, 16), 'timesca', True)
    """

    __slots__ = ("as_of", "bundled", "quote", "seen_at", "source")

    def __init__(
        self,
        quote: Quote,
        as_of: dt.date | None,
        source: str,
        seen_at: str | None = None,
        *,
        bundled: bool = False,
    ) -> None:
        self.quote = quote
        self.as_of = as_of
        self.source = source
        self.seen_at = seen_at
        self.bundled = bundled
