"""How wrong a rate can be: what its digits leave open, and what may have happened since its day.

The likely error (95 %) of a rate that is `d` days old is, as a part of the rate,

    half step / rate + n + k * sqrt(d)        on its own day: half step / rate

with `n` and `k` of each currency from the ticker's days of September 2024 to February 2026, for rates 1 to 60
days apart (UZS: from a feed). `tests/bench/ageing.py` judges them beside what a fit would choose. They are a
little wider than the best fit to these days, which does worse on days that it hasn't seen.

Limits: no devaluation is in these days. Beyond 60 days the figures are an extrapolation, which is much too
small for TJS: the somoni gained a fifth in 2025, and of such pairs only a third or less lies within the range.
"""

import datetime as dt
from decimal import Decimal

from ctick.interval import EXACT, Interval
from ctick.model import DatedQuote

OFFICIAL = ("cbr", "cbu", "nbk", "nbkr", "nbt")
"""Central banks: their last rate is in force until the next one, so Saturdays and Sundays don't age it."""

_N_AND_K = {
    "KGS": (Decimal(0), Decimal("0.0031")),
    "KZT": (Decimal("0.0072"), Decimal("0.0076")),
    "TJS": (Decimal("0.0086"), Decimal("0.0031")),
    "UZS": (Decimal("0.002"), Decimal("0.004")),  # from a feed: the ticker's digits show no change
    "TMT": (Decimal("0.0043"), Decimal(0)),
}
_ZERO = Decimal(0)

# A rate `d` days away that differs by more than the factor 1.2 + 0.03 * sqrt(d) + 0.001 * d, or by more than 9, is
# almost certainly wrong.
_FACTOR = Decimal("1.2")
_ROOT = Decimal("0.03")
_DAILY = Decimal("0.001")
LARGEST_FACTOR = 9


def days_between(source: str, as_of: dt.date, day: dt.date) -> int:
    """How many days the rate of one day is from another; for official sources without Saturdays and Sundays.

    A rate that is not yet in force is at least one day away.
    """
    if source not in OFFICIAL:
        return abs((day - as_of).days)
    days = abs(_weekdays(day.toordinal()) - _weekdays(as_of.toordinal()))
    return max(days, 1) if as_of > day else days


def _weekdays(ordinal: int) -> int:
    """How many days from Monday to Friday there are up to and with this day; day 1 is a Monday."""
    weeks, days = divmod(ordinal, 7)
    return weeks * 5 + min(days, 5)


_ROOTS = EXACT.copy()
_ROOTS.prec = 100  # enough for any amount; 200 digits take several times as long
_errors: dict[tuple[str, int], Decimal] = {}  # what `age_error` has computed


def age_error(base: str, days: int) -> Decimal:
    """What so many days add to the likely error, as a part of the rate."""
    if days == 0:
        return _ZERO
    if (base, days) not in _errors:
        n, k = _N_AND_K[base]
        _errors[base, days] = EXACT.add(n, EXACT.multiply(k, _ROOTS.sqrt(Decimal(days))))
    return _errors[base, days]


def likely_error(dated: DatedQuote, day: dt.date, least: Decimal = _ZERO) -> Decimal:
    """The likely error of a quote, used as the rate of `day`, as a part of the rate.

    What the digits leave open counts as `least` if it is less. The quote must have a day.
    """
    return EXACT.add(max(dated.quote.interval.width, least), _age_error(dated, day))


def likely_interval(dated: DatedQuote, day: dt.date) -> Interval:
    """What the rate of `day` is likely to be (95 %), if all that is known is this quote."""
    digits = dated.quote.interval
    error = _age_error(dated, day)
    return digits.widened(error, LARGEST_FACTOR) if error else digits


def _age_error(dated: DatedQuote, day: dt.date) -> Decimal:
    return _ZERO if dated.as_of is None else age_error(dated.base, days_between(dated.source, dated.as_of, day))


def is_possible(one: Decimal, other: Decimal, days: int) -> bool:
    """Whether both rates, so many days apart, can be true."""
    smaller, larger = sorted((one, other))
    if larger <= EXACT.multiply(_FACTOR, smaller):
        return True
    if larger > EXACT.multiply(Decimal(LARGEST_FACTOR), smaller):
        return False
    linear = EXACT.add(_FACTOR, EXACT.multiply(_DAILY, Decimal(days)))
    rest = EXACT.subtract(larger, EXACT.multiply(linear, smaller))  # at most 0.03 * sqrt(d) * smaller, squared: exact
    root = EXACT.multiply(_ROOT, smaller)
    return rest <= 0 or EXACT.multiply(rest, rest) <= EXACT.multiply(EXACT.multiply(root, root), Decimal(days))


def largest_factor(days: int) -> Decimal:
    """The largest factor between two rates, so many days apart, that can both be true."""
    root = EXACT.multiply(_ROOT, EXACT.sqrt(Decimal(days)))
    factor = EXACT.add(EXACT.add(_FACTOR, root), EXACT.multiply(_DAILY, Decimal(days)))
    return min(Decimal(LARGEST_FACTOR), factor)
