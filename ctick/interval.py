"""Exact decimal arithmetic, and intervals: figures of which only some digits are known."""

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
_ZERO = Decimal(0)

Ratio = tuple[int, int]
"""A numerator and a denominator above zero. `fractions` takes as long to import as a conversion."""


class Interval:
    """A figure, and the lowest and the highest that it can be.

    All three are kept as ratios of whole numbers, so that nothing is rounded before the end, and
    then once. The right-hand side of `*` and `/` must be above zero.
    """

    __slots__ = ("bottom", "figure", "top")

    def __init__(self, bottom: Ratio, figure: Ratio, top: Ratio) -> None:
        self.bottom = bottom
        self.figure = figure
        self.top = top

    @classmethod
    def point(cls, number: Decimal) -> "Interval":
        """A number that is known exactly."""
        ratio = number.as_integer_ratio()
        return cls(ratio, ratio, ratio)

    @classmethod
    def around(cls, figure: Decimal, step: Decimal) -> "Interval":
        """All numbers that round to `figure`: half a step to either side."""
        (number, unit), (part, of) = figure.as_integer_ratio(), step.as_integer_ratio()
        middle, half, below = number * 2 * of, part * unit, 2 * of * unit
        return cls((middle - half, below), (middle, below), (middle + half, below))

    def __mul__(self, other: "Interval") -> "Interval":
        return Interval(
            _product(self.bottom, other.bottom if self.bottom[0] >= 0 else other.top),
            _product(self.figure, other.figure),
            _product(self.top, other.top if self.top[0] >= 0 else other.bottom),
        )

    def __truediv__(self, other: "Interval") -> "Interval":
        return Interval(
            _quotient(self.bottom, other.top if self.bottom[0] >= 0 else other.bottom),
            _quotient(self.figure, other.figure),
            _quotient(self.top, other.bottom if self.top[0] >= 0 else other.top),
        )

    def widened(self, part: Decimal, most: int) -> "Interval":
        """The interval with `part` of the figure more on both sides; its low end falls to no less than 1 / `most`."""
        (number, unit), (more, of) = self.figure, part.as_integer_ratio()
        (bottom, below), (top, above) = self.bottom, self.top
        low = bottom * unit * of - number * more * below, below * unit * of
        if low[0] * below * most < bottom * low[1]:
            low = bottom, below * most
        return Interval(low, self.figure, (top * unit * of + number * more * above, above * unit * of))

    @property
    def low(self) -> Decimal:
        """The lowest possible figure, rounded down after 200 digits."""
        return _DOWN.divide(Decimal(self.bottom[0]), Decimal(self.bottom[1]))

    @property
    def exact(self) -> Decimal:
        """The figure itself, to 200 digits."""
        return EXACT.divide(Decimal(self.figure[0]), Decimal(self.figure[1]))

    @property
    def high(self) -> Decimal:
        """The highest possible figure, rounded up after 200 digits."""
        return _UP.divide(Decimal(self.top[0]), Decimal(self.top[1]))

    @property
    def half(self) -> Decimal:
        """Half the distance from the lowest to the highest, rounded up after 200 digits."""
        (bottom, below), (top, above) = self.bottom, self.top
        return _UP.divide(Decimal(top * below - bottom * above), Decimal(2 * above * below))

    def bounds(self, places: int) -> tuple[Decimal, Decimal]:
        """The lowest and the highest, rounded outwards to so many decimal places."""
        return rounded(self.bottom, places, ROUND_FLOOR), rounded(self.top, places, ROUND_CEILING)

    @property
    def width(self) -> Decimal:
        """`half` as a part of the figure; 0 for zero."""
        number, unit = self.figure
        if not number:
            return _ZERO
        (bottom, below), (top, above) = self.bottom, self.top
        return EXACT.divide(Decimal((top * below - bottom * above) * unit), Decimal(2 * above * below * abs(number)))


def rounded(ratio: Ratio, places: int, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    """A ratio with so many decimal places (-1: whole tens), rounded once: half to even, down or up."""
    number, unit = ratio
    if places >= 0:
        number *= 10**places
    else:
        unit *= 10**-places
    whole, rest = divmod(number, unit)
    if rest and (rounding == ROUND_CEILING or (rounding == ROUND_HALF_EVEN and 2 * rest + whole % 2 > unit)):
        whole += 1
    return Decimal(whole).scaleb(-places, EXACT) if places >= 0 else Decimal(whole * 10**-places)


def _product(one: Ratio, other: Ratio) -> Ratio:
    return one[0] * other[0], one[1] * other[1]


def _quotient(one: Ratio, other: Ratio) -> Ratio:
    return one[0] * other[1], one[1] * other[0]
