"""What the currencies are worth, to the order of magnitude: it tells readings of a text apart."""

from decimal import Decimal

from ctick.interval import EXACT
from ctick.mentions.classify import SOM, SUM

USUAL = {
    "KGS": Decimal("0.0114"),
    "KZT": Decimal("0.002"),
    "TJS": Decimal("0.1"),
    "UZS": Decimal("0.00008"),
    "TMT": Decimal("0.28"),
}
"""USD for one unit, to the order of magnitude."""


def fit(value: Decimal, dollars: Decimal, code: str) -> Decimal:
    """How far an amount with its dollars is from the usual rate of a currency: a factor of at least 1."""
    if not value or not dollars:
        return Decimal("Infinity")
    factor = EXACT.divide(dollars, EXACT.multiply(value, USUAL[code]))
    return max(factor, EXACT.divide(Decimal(1), factor))


_MOST_DOLLARS = 7  # for a manat at a street rate


def may_be_rate(value: Decimal, code: str, *, of_dollar: bool) -> bool:
    """Whether so many units can be worth one dollar, or at least one euro, pound, yuan or rouble."""
    least = 3 if of_dollar else 300
    for one in ("KGS", "UZS") if code in (SOM, SUM) else (code,):
        dollars = EXACT.multiply(value, USUAL[one])
        if EXACT.multiply(dollars, Decimal(least)) > 1 and dollars < _MOST_DOLLARS:
            return True
    return False


def is_same_rate(one: Decimal, one_dollars: Decimal, other: Decimal, other_dollars: Decimal) -> bool:
    """Whether two amounts are worth their dollars at rates that differ by less than a sixth."""
    first, second = EXACT.multiply(one, other_dollars), EXACT.multiply(other, one_dollars)
    return EXACT.multiply(EXACT.subtract(first, second).copy_abs(), Decimal(6)) < max(first, second)
