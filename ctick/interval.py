"""Decimal arithmetic that loses no digit, and intervals that are rounded outwards."""

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
"""The context of all arithmetic in ctick: no product of an amount and a rate loses a digit. The
process's global context is neither used nor changed."""

_DOWN = EXACT.copy()
_DOWN.rounding = ROUND_FLOOR
_UP = EXACT.copy()
_UP.rounding = ROUND_CEILING
_ZERO, _ONE, _TWO = Decimal(0), Decimal(1), Decimal(2)


class Interval:
    """A figure of which only some digits are known: `top / bottom`, and anything from `low` to `high`.

    Results of `*` and `/` contain every possible result: `low` is rounded down and `high` up. The
    figure itself is kept as a fraction, so that it is divided and rounded only once. The right-hand
    side must be above zero.
    """

    __slots__ = ("bottom", "high", "low", "top")

    def __init__(self, low: Decimal, high: Decimal, top: Decimal, bottom: Decimal = _ONE) -> None:
        self.low = low
        self.high = high
        self.top = top
        self.bottom = bottom

    @classmethod
    def point(cls, number: Decimal) -> "Interval":
        """A number that is known exactly."""
        return cls(number, number, number)

    @classmethod
    def around(cls, figure: Decimal, step: Decimal) -> "Interval":
        """All numbers that round to `figure`: half a step to either side."""
        half = EXACT.divide(step, _TWO)
        return cls(EXACT.subtract(figure, half), EXACT.add(figure, half), figure)

    def __mul__(self, other: "Interval") -> "Interval":
        return Interval(
            _DOWN.multiply(self.low, other.low if self.low >= 0 else other.high),
            _UP.multiply(self.high, other.high if self.high >= 0 else other.low),
            EXACT.multiply(self.top, other.top),
            EXACT.multiply(self.bottom, other.bottom),
        )

    def __truediv__(self, other: "Interval") -> "Interval":
        return Interval(
            _DOWN.divide(self.low, other.high if self.low >= 0 else other.low),
            _UP.divide(self.high, other.low if self.high >= 0 else other.high),
            EXACT.multiply(self.top, other.bottom),
            EXACT.multiply(self.bottom, other.top),
        )

    @property
    def exact(self) -> Decimal:
        """The figure itself, to 200 digits."""
        return EXACT.divide(self.top, self.bottom)

    @property
    def half(self) -> Decimal:
        """Half the distance from `low` to `high`."""
        return _UP.divide(_UP.subtract(self.high, self.low), _TWO)

    @property
    def width(self) -> Decimal:
        """`half` as a part of the figure; 0 for zero."""
        return EXACT.divide(self.half, EXACT.abs(self.exact)) if self.top else _ZERO
