"""Arithmetic with intervals, compared with fractions."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ctick.interval import Interval

FIGURES = st.decimals("-1000", "1000", places=3)
POSITIVE = st.decimals("0.01", "1000", places=3)
STEPS = st.sampled_from([Decimal("0.001"), Decimal("0.01")])
WITHIN = st.fractions(-1, 1, max_denominator=100)


def test_all_numbers_that_round_to_a_figure() -> None:
    """Half a step to either side; an exact number has no width."""
    known = Interval.around(Decimal("0.08"), Decimal("0.01"))
    assert (known.low, known.exact, known.high) == (Decimal("0.075"), Decimal("0.08"), Decimal("0.085"))
    assert (known.half, known.width) == (Decimal("0.005"), Decimal("0.0625"))
    assert Interval.around(Decimal("0.080"), Decimal("0.001")).width == Decimal("0.00625")
    point = Interval.point(Decimal(0))
    assert [point.low, point.exact, point.high, point.width] == [Decimal(0)] * 4


@given(FIGURES, POSITIVE, STEPS, WITHIN, WITHIN)
def test_products_and_quotients_contain_every_possible_result(
    one: Decimal, other: Decimal, step: Decimal, first: Fraction, second: Fraction
) -> None:
    """Also of a negative figure; the exact value is that of fractions."""
    left, right = Interval.around(one, step), Interval.around(other, step)
    half = Fraction(step) / 2
    a, b = Fraction(one) + first * half, Fraction(other) + second * half
    product, quotient = left * right, left / right
    assert Fraction(product.low) <= a * b <= Fraction(product.high)
    assert Fraction(quotient.low) <= a / b <= Fraction(quotient.high)
    assert Fraction(quotient.top) / Fraction(quotient.bottom) == Fraction(one) / Fraction(other)


def test_a_quotient_that_does_not_end_is_rounded_outwards() -> None:
    """1 / 3 lies between the bounds, which differ in the last digit only."""
    third = Interval.point(Decimal(1)) / Interval.point(Decimal(3))
    assert Fraction(third.low) < Fraction(1, 3) < Fraction(third.high)
    assert third.width < Decimal("1E-190")
