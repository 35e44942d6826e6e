"""Converts amounts, and carries along what the digits and the age of the rates leave open.

All arithmetic is exact until the end: one division, rounded once in a known direction.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from ctick.interval import EXACT, Interval, rounded
from ctick.model import DatedQuote, Value
from ctick.rates.ageing import likely_interval

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fractions import Fraction

APPROXIMATE = Decimal("0.0005")
"""From this error on, as a part of the value, the sign is `≈` instead of `=`."""

RANGE = Decimal("0.005")
"""From this likely error on, as a part of the value, the range is shown."""

_ONE = Decimal(1)
_FOUR_DIGITS = EXACT.copy()
_FOUR_DIGITS.prec = 4


class Shown(Value):
    """A conversion as people see it: its sign, and the value and its likely range in as many digits as make sense."""

    __slots__ = ("sign", "value", "low", "high")

    def __init__(self, sign: str, value: Decimal, low: Decimal, high: Decimal) -> None:
        self.sign = sign
        self.value = value
        self.low = low
        self.high = high


class Conversion(Value):
    """`amount` of `base` is `value` of `target`.

    By the digits of the rates it is at least `low` and at most `high`; with what may have happened
    since their days, it is 95 % likely to be between `likely_low` and `likely_high`. `value` is rounded
    half to even, the others outwards, to the same decimal place (to the unit where `value` has tens).
    `sign` says whether `value` is as good as certain, and `shown()` has fewer digits where it is not.

    `rate` is the published rate (USD for 1 unit, also in a conversion from USD); for a cross rate it
    is `target` for 1 `base`, in the digits that are known. `legs` are the quotes that were used, base
    first: none if both currencies are the same, two for a cross rate. With the user's own rate `legs`
    is empty, and `own` has two currencies: `rate` of the second for 1 of the first.

    >>> day = dt.date(2025, 12, 16)
    >>> som = DatedQuote(Quote("KGS", Decimal("0.01144")), day, "timesca")
    >>> conversion = convert(Decimal(50000), "KGS", "USD", {"KGS": som}, day)
    >>> conversion.low, conversion.value, conversion.high
    (Decimal('571.75'), Decimal('572.00'), Decimal('572.25'))
    >>> late = convert(Decimal(50000), "KGS", "USD", {"KGS": som}, dt.date(2025, 12, 25))
    >>> late.sign, late.likely_low, late.value, late.likely_high
    ('≈', Decimal('566.43'), Decimal('572.00'), Decimal('577.57'))
    >>> convert(Decimal(1), "USD", "KGS", {"KGS": som}, day).exact
    Fraction(12500, 143)
    """

    __slots__ = (
        "amount", "base", "target", "low", "value", "high", "likely_low", "likely_high", "rate", "legs", "own",
        "_digits", "_likely", "_places",
    )  # fmt: skip

    def __init__(
        self,
        amount: Decimal,
        base: str,
        target: str,
        digits: Interval,
        likely: Interval,
        rate: Decimal,
        legs: tuple[DatedQuote, ...] = (),
        *,
        own: tuple[str, str] | None = None,
        places: int | None = None,
    ) -> None:
        self.amount = amount
        self.base = base
        self.target = target
        self.rate = rate
        self.legs = legs
        self.own = own
        self._digits = digits
        self._likely = likely
        self._places = places
        of_value = self._places_in_pipe()
        of_bounds = max(of_value, 0)
        self.value = rounded(digits.figure, of_value)
        self.low, self.high = digits.bounds(of_bounds)
        self.likely_low, self.likely_high = likely.bounds(of_bounds)

    def __str__(self) -> str:
        """`572.00 USD`, as `ctick convert` prints it in a pipe."""
        return f"{self.value:f} {self.target}"

    @property
    def exact(self) -> "Fraction":
        """The value before rounding."""
        from fractions import Fraction

        return Fraction(*self._digits.figure)

    @property
    def width(self) -> Decimal:
        """The likely error: half the distance of the likely bounds before rounding, as a part of the value."""
        return self._likely.width

    @property
    def sign(self) -> str:
        """`=` if the likely error and the rounding of what is shown are each below 0.05 %, else `≈`."""
        return self.shown().sign

    @property
    def shows_range(self) -> bool:
        """Whether the value alone would claim more than is known."""
        return self.width >= RANGE

    def shown(self) -> Shown:
        """The conversion for people: to the cent if it is certain, else to the second digit of the likely error.

        >>> day = dt.date(2025, 12, 16)
        >>> soum = DatedQuote(Quote("UZS", Decimal("0.00008")), day, "timesca")
        >>> convert(Decimal(3_000_000), "UZS", "USD", {"UZS": soum}, day).shown()
        Shown(sign='≈', value=Decimal('240'), low=Decimal('225'), high=Decimal('255'))
        """
        likely = self._likely
        places = self._finest_places()
        of_range = max(places, 0)  # one dollar is rounded at the first digit of its error, its range at the second
        sign = "=" if self._equals(rounded(likely.figure, places)) else "≈"
        if sign == "≈" and self._places is None and likely.half:
            second = 1 - likely.half.adjusted()
            places, of_range = min(places, second), min(of_range, second)
        return Shown(sign, rounded(likely.figure, places), *likely.bounds(of_range))

    def _equals(self, shown: Decimal) -> bool:
        """Whether the likely error and the rounding of what is shown are each below 0.05 %."""
        (number, unit), (whole, of) = self._likely.figure, shown.as_integer_ratio()
        part, parts = APPROXIMATE.as_integer_ratio()
        off = abs(whole * unit - number * of)
        return not number or (self.width < APPROXIMATE and off * parts < abs(number) * of * part)

    def _finest_places(self) -> int:
        """As asked for; else cents; below 1, four significant digits; for one dollar, the digits that are known."""
        if self._places is not None:
            return self._places
        if self._is_one_dollar:
            return -self._digits.half.adjusted()
        value = _FOUR_DIGITS.plus(self._digits.exact)
        return 2 if not value or value.adjusted() >= 0 else 3 - value.adjusted()

    def _places_in_pipe(self) -> int:
        """The same; below 1, no further than the second digit of the error from the digits, but at least cents."""
        places = self._finest_places()
        half = self._digits.half
        if self._places is not None or self._is_one_dollar or not half:
            return places
        return min(places, max(1 - half.adjusted(), 2))

    @property
    def _is_one_dollar(self) -> bool:
        return self.base == "USD" and bool(self.legs) and self.amount.copy_abs() == 1


class Factor:
    """What 1 unit of `base` is worth in `target` on `day`, through USD, for any number of amounts.

    `quotes` has those of the currencies that are not USD; KeyError if one is missing. `likely` is what
    the digits and the age of the rates leave open.
    """

    __slots__ = ("_base", "_digits", "_legs", "_rate", "_target", "likely")

    def __init__(self, base: str, target: str, quotes: Mapping[str, DatedQuote], day: dt.date) -> None:
        legs = tuple([quotes[code] for code in (base, target) if code != "USD"]) if base != target else ()
        factor = likely = Interval.point(_ONE)
        for leg in legs:
            digits, since = leg.quote.interval, likely_interval(leg, day)
            factor = factor * digits if leg.base == base else factor / digits
            likely = likely * since if leg.base == base else likely / since
        self._base = base
        self._target = target
        self._digits = factor
        self.likely = likely
        self._legs = legs
        self._rate = legs[0].rate if len(legs) == 1 else _in_known_digits(factor) if legs else _ONE

    def convert(self, amount: Decimal, places: int | None = None) -> Conversion:
        """An amount of `base`; see the function `convert`."""
        number = Interval.point(amount)
        digits, likely = number * self._digits, number * self.likely
        return Conversion(amount, self._base, self._target, digits, likely, self._rate, self._legs, places=places)


def convert(
    amount: Decimal,
    base: str,
    target: str,
    quotes: Mapping[str, DatedQuote],
    day: dt.date,
    places: int | None = None,
) -> Conversion:
    """Converts on `day` through USD, with the quotes of the currencies that are not USD; KeyError if one is missing.

    Results have `places` decimal places. By default it is 2; below 1, up to four significant digits;
    for one dollar as many as are known.
    """
    return Factor(base, target, quotes, day).convert(amount, places)


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
    value = Interval.point(amount) * factor if own == (base, target) else Interval.point(amount) / factor
    return Conversion(amount, base, target, value, value, rate, own=own, places=places)


def inverse(dated: DatedQuote, day: dt.date) -> Conversion:
    """What 1 USD is worth on `day` in the quote's currency, in as many digits as are known."""
    return convert(_ONE, "USD", dated.base, {dated.base: dated}, day)


def _in_known_digits(rate: Interval) -> Decimal:
    """Rounded at the first digit of its half width."""
    return rounded(rate.figure, max(-rate.half.adjusted(), 0))
