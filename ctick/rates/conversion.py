"""Converts amounts, and carries along what the published digits leave open.

All arithmetic is exact or rounded in a known direction.
"""

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from ctick.interval import EXACT, Interval
from ctick.model import DatedQuote, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fractions import Fraction

APPROXIMATE = Decimal("0.0005")
"""From this width on, the sign is `≈` instead of `=`."""

RANGE = Decimal("0.005")
"""From this width on, the range is shown."""

_ZERO = Decimal(0)
_ONE = Decimal(1)
_CENT = Decimal("0.01")
_TWO_DIGITS = EXACT.copy()
_TWO_DIGITS.prec = 2


class Conversion(Value):
    """`amount` of `base` is `value` of `target`, at least `low` and at most `high`.

    The three have the same number of decimal places: `value` is rounded half to even, the bounds
    outwards. `rate` is the published rate (USD for 1 unit, also in a conversion from USD); for a
    cross rate it is `target` for 1 `base`, in the digits that are known. `legs` are the quotes that
    were used, base first: none if both currencies are the same, two for a cross rate. With the
    user's own rate `legs` is empty, and `own` has two currencies: `rate` of the second for 1 of the
    first.

    >>> som = DatedQuote(Quote("KGS", Decimal("0.01144")), dt.date(2025, 12, 16), "timesca")
    >>> conversion = convert(Decimal(50000), "KGS", "USD", {"KGS": som})
    >>> conversion.low, conversion.value, conversion.high
    (Decimal('571.75'), Decimal('572.00'), Decimal('572.25'))
    >>> convert(Decimal(1), "USD", "KGS", {"KGS": som}).exact
    Fraction(12500, 143)
    """

    __slots__ = ("amount", "base", "target", "low", "value", "high", "rate", "legs", "own", "_interval")

    def __init__(
        self,
        amount: Decimal,
        base: str,
        target: str,
        interval: Interval,
        places: int,
        rate: Decimal,
        legs: tuple[DatedQuote, ...] = (),
        *,
        own: tuple[str, str] | None = None,
    ) -> None:
        self.amount = amount
        self.base = base
        self.target = target
        self.low = _rounded(interval.low, places, ROUND_FLOOR)
        self.value = _rounded(interval.exact, places, ROUND_HALF_EVEN)
        self.high = _rounded(interval.high, places, ROUND_CEILING)
        self.rate = rate
        self.legs = legs
        self.own = own
        self._interval = interval

    def __str__(self) -> str:
        """`572.00 USD`, as `ctick convert` prints it in a pipe."""
        return f"{self.value:f} {self.target}"

    @property
    def exact(self) -> "Fraction":
        """The value before rounding."""
        from fractions import Fraction

        return Fraction(self._interval.top) / Fraction(self._interval.bottom)

    @property
    def width(self) -> Decimal:
        """Half the distance of the bounds before rounding, as a part of the value; 0 for an own rate."""
        return _ZERO if self.own else self._interval.width

    @property
    def sign(self) -> str:
        """`=` if the digits are certain, else `≈`."""
        return "=" if self.width < APPROXIMATE else "≈"

    @property
    def shows_range(self) -> bool:
        """Whether the value alone would claim more than is known."""
        return self.width >= RANGE


def convert(
    amount: Decimal, base: str, target: str, quotes: Mapping[str, DatedQuote], places: int | None = None
) -> Conversion:
    """Converts through USD, with the quotes of those currencies that are not USD; KeyError if one is missing.

    Results have `places` decimal places. By default it is 2, for results below 0.01 two significant
    digits, and for one dollar as many as are known.
    """
    legs = tuple([quotes[code] for code in (base, target) if code != "USD"]) if base != target else ()
    unit = Interval.point(_ONE)
    of_base = quotes[base].quote.interval if base not in ("USD", target) else unit
    of_target = quotes[target].quote.interval if target not in ("USD", base) else unit
    interval = Interval.point(amount) * of_base / of_target
    if places is None:
        is_inverse = base == "USD" and legs and amount.copy_abs() == 1
        places = max(0, -interval.half.adjusted()) if is_inverse else _places(interval.exact)
    rate = legs[0].rate if len(legs) == 1 else _in_known_digits(of_base / of_target) if legs else _ONE
    return Conversion(amount, base, target, interval, places, rate, legs)


def convert_at(amount: Decimal, base: str, target: str, rate: Decimal, places: int | None = None) -> Conversion:
    """Converts at the user's own rate, which is taken as exact and must be above zero.

    The rate is `target` for 1 `base`. Between USD and another currency, both ways, it is USD for
    1 unit up to 1, and units for 1 USD above: 0.0115 and 87.5 mean the same.
    """
    own = (base, target)
    if base != target and "USD" in own:
        code = base if target == "USD" else target
        own = ("USD", code) if rate > _ONE else (code, "USD")
    factor = Interval.point(rate)
    interval = Interval.point(amount) * factor if own == (base, target) else Interval.point(amount) / factor
    return Conversion(
        amount, base, target, interval, _places(interval.exact) if places is None else places, rate, own=own
    )


def inverse(dated: DatedQuote) -> Conversion:
    """What 1 USD is worth in the quote's currency, in as many digits as are known."""
    return convert(_ONE, "USD", dated.base, {dated.base: dated})


def _in_known_digits(rate: Interval) -> Decimal:
    """Rounded at the first digit of its half width."""
    return _rounded(rate.exact, -rate.half.adjusted(), ROUND_HALF_EVEN)


def _places(value: Decimal) -> int:
    if not value or value.copy_abs() >= _CENT:
        return 2
    # Rounded first: 0.00999 is 0.010, whose two digits begin one place earlier.
    return 1 - _TWO_DIGITS.plus(value).adjusted()


def _rounded(number: Decimal, places: int, rounding: str) -> Decimal:
    rounded = number.quantize(_ONE.scaleb(-max(places, 0), EXACT), rounding, EXACT)
    return rounded or rounded.copy_abs()  # 0.00, not -0.00
