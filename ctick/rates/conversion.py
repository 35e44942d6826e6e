"""Amount times rate, with what the published digits leave open carried through. Pure.

All arithmetic is exact or rounded in a known direction, in contexts of its own.
"""

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from ctick.model import EXACT, DatedQuote, Value

EQUAL = Decimal("0.0005")
"""From this half width (as a part of the value) on, the sign is `≈` and no longer `=`."""

RANGE = Decimal("0.005")
"""From this half width on, the range is shown."""

_ZERO = Decimal(0)
_ONE = Decimal(1)
_TWO = Decimal(2)
_CENT = Decimal("0.01")
_DOWN = EXACT.copy()
_DOWN.rounding = ROUND_FLOOR
_UP = EXACT.copy()
_UP.rounding = ROUND_CEILING
_TWO_DIGITS = EXACT.copy()
_TWO_DIGITS.prec = 2


class Conversion(Value):
    """`amount` of `base` is `value` of `target`, and at least `low`, at most `high`.

    The three are rounded at the same place: `value` half to even, the bounds outwards. `width` is
    half the distance of the bounds as a part of the value, before rounding. `legs` are the quotes
    that were used, in the order base, target: none where both currencies are the same, two for a
    cross. `rate` is the printed rate, from USD too; for a cross it is what one unit of `base` is
    worth, rounded like an inverse. Where it is the user's own rate, no quote was used, and `own` has
    its two currencies: `rate` of the second for 1 of the first.

    >>> conversion = ctick.convert("50,000 KGS in KZT")
    >>> conversion.value, conversion.low, conversion.high, conversion.target
    (Decimal('285750.00'), Decimal('284912.71'), Decimal('286591.48'), 'KZT')
    """

    __slots__ = ("amount", "base", "high", "legs", "low", "own", "rate", "target", "value", "width")

    def __init__(
        self,
        amount: Decimal,
        base: str,
        target: str,
        bounds: tuple[Decimal, Decimal, Decimal],
        width: Decimal,
        rate: Decimal,
        legs: tuple[DatedQuote, ...],
        *,
        own: tuple[str, str] | None = None,
    ) -> None:
        self.amount = amount
        self.base = base
        self.target = target
        self.low, self.value, self.high = bounds
        self.width = width
        self.rate = rate
        self.legs = legs
        self.own = own

    @property
    def sign(self) -> str:
        """`=` where the digits hold, `≈` where they don't."""
        return "=" if self.width < EQUAL else "≈"

    @property
    def shows_range(self) -> bool:
        """Whether the value without its range would say more than is known."""
        return self.width >= RANGE


def convert(
    amount: Decimal, base: str, target: str, quotes: Mapping[str, DatedQuote], places: int | None = None
) -> Conversion:
    """Converts through USD; `quotes` has the quote of each of the two that is not USD.

    Results have 2 decimal places, those below 0.01 two significant digits; one dollar (an
    inverse) as many as its half width allows; `places` overrides.
    """
    legs = tuple([quotes[code] for code in (base, target) if code != "USD"]) if base != target else ()
    top = quotes[base].quote if base not in ("USD", target) else None
    bottom = quotes[target].quote if target not in ("USD", base) else None
    least, most = top.low if top else _ONE, top.high if top else _ONE
    rate = top.exact if top else _ONE
    by_least, by_most = bottom.low if bottom else _ONE, bottom.high if bottom else _ONE
    by = bottom.exact if bottom else _ONE
    if amount < 0:
        least, most, by_least, by_most = most, least, by_most, by_least
    low = _DOWN.divide(_DOWN.multiply(amount, least), by_most)
    value = EXACT.divide(EXACT.multiply(amount, rate), by)
    high = _UP.divide(_UP.multiply(amount, most), by_least)
    half = _UP.divide(_UP.subtract(high, low), _TWO)
    width = _UP.divide(half, EXACT.abs(value)) if value else _ZERO
    if places is None:
        inverse = base == "USD" and bottom is not None and amount.copy_abs() == 1 and bool(half)
        places = _inverse_places(half) if inverse else _places(value)
    unit_rate = _unit_rate(base, target, quotes) if top and bottom else (bottom or top)
    return Conversion(
        amount,
        base,
        target,
        (
            _rounded(low, places, ROUND_FLOOR),
            _rounded(value, places, ROUND_HALF_EVEN),
            _rounded(high, places, ROUND_CEILING),
        ),
        width,
        unit_rate if isinstance(unit_rate, Decimal) else unit_rate.rate if unit_rate else _ONE,
        legs,
    )


def convert_at(amount: Decimal, base: str, target: str, rate: Decimal, places: int | None = None) -> Conversion:
    """Converts at the user's own rate, taken as exact.

    It is `target` for 1 `base`. Between USD and another currency, both ways, it is USD for 1 unit up
    to 1, and units for 1 USD above: 0.0115 and 87.5 are the same to a human.
    """
    own = (base, target)
    if base != target and "USD" in own:
        code = base if target == "USD" else target
        own = ("USD", code) if rate > _ONE else (code, "USD")
    low, value, high = [
        context.multiply(amount, rate) if own == (base, target) else context.divide(amount, rate)
        for context in (_DOWN, EXACT, _UP)
    ]
    places = _places(value) if places is None else places
    bounds = (
        _rounded(low, places, ROUND_FLOOR),
        _rounded(value, places, ROUND_HALF_EVEN),
        _rounded(high, places, ROUND_CEILING),
    )
    return Conversion(amount, base, target, bounds, _ZERO, rate, (), own=own)


def inverse(quote: DatedQuote) -> Conversion:
    """What 1 USD is worth in the quote's currency, in as many digits as are known."""
    return convert(_ONE, "USD", quote.quote.base, {quote.quote.base: quote})


def _unit_rate(base: str, target: str, quotes: Mapping[str, DatedQuote]) -> Decimal:
    """The cross rate to the place of the first digit of its half width."""
    top, bottom = quotes[base].quote, quotes[target].quote
    half = EXACT.divide(EXACT.subtract(EXACT.divide(top.high, bottom.low), EXACT.divide(top.low, bottom.high)), _TWO)
    return _rounded(EXACT.divide(top.exact, bottom.exact), -half.adjusted(), ROUND_HALF_EVEN)


def _places(value: Decimal) -> int:
    if not value or value.copy_abs() >= _CENT:
        return 2
    # Rounded first: 0.00999 is 0.010, which has its two digits one place earlier.
    return 1 - _TWO_DIGITS.plus(value).adjusted()


def _inverse_places(half: Decimal) -> int:
    return max(0, -half.adjusted())


def _rounded(number: Decimal, places: int, rounding: str) -> Decimal:
    rounded = number.quantize(_ONE.scaleb(-max(places, 0), EXACT), rounding, EXACT)
    return rounded or rounded.copy_abs()  # -0.00 would say that nothing is owed
