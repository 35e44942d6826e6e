"""Arithmetic with intervals, compared with fractions."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctick.interval import Interval, rounded

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
    assert Fraction(*product.figure) == Fraction(one) * Fraction(other)
    assert Fraction(*quotient.figure) == Fraction(one) / Fraction(other)


@given(FIGURES, POSITIVE, STEPS)
def test_the_bounds_of_products_and_quotients_are_reached(one: Decimal, other: Decimal, step: Decimal) -> None:
    """They are no wider than the results from the ends."""
    left, right = Interval.around(one, step), Interval.around(other, step)
    half = Fraction(step) / 2
    ends = [(Fraction(one) + a * half, Fraction(other) + b * half) for a in (-1, 1) for b in (-1, 1)]
    for interval, results in ((left * right, [a * b for a, b in ends]), (left / right, [a / b for a, b in ends])):
        assert (Fraction(*interval.bottom), Fraction(*interval.top)) == (min(results), max(results))


def test_a_widened_interval() -> None:
    """By a part of the figure on both sides; the low end falls to no less than a ninth of what it was."""
    known = Interval.around(Decimal("0.08"), Decimal("0.01"))
    wide = known.widened(Decimal("0.5"), 9)
    assert (wide.low, wide.exact, wide.high) == (Decimal("0.035"), Decimal("0.08"), Decimal("0.125"))
    widest = known.widened(Decimal("0.9"), 9)
    assert Fraction(*widest.bottom) == Fraction("0.075") / 9
    assert widest.high == Decimal("0.157")


@pytest.mark.parametrize(
    ("ratio", "places", "even", "down", "up"),
    [
        ((1, 8), 2, "0.12", "0.12", "0.13"), ((3, 8), 2, "0.38", "0.37", "0.38"), ((-1, 8), 2, "-0.12", "-0.13", "-0.12"),
        ((-3, 8), 2, "-0.38", "-0.38", "-0.37"), ((1, 3), 3, "0.333", "0.333", "0.334"), ((5, 1), 0, "5", "5", "5"),
        ((2500, 2), -2, "1200", "1200", "1300"), ((2700, 2), -2, "1400", "1300", "1400"), ((-5, 2), 0, "-2", "-3", "-2"),
        ((1, 10), 1, "0.1", "0.1", "0.1"), ((49, 1), -2, "0", "0", "100"),
    ],
)  # fmt: skip
def test_a_ratio_is_rounded_once(ratio: tuple[int, int], places: int, even: str, down: str, up: str) -> None:
    """Half to even, down or up, also below zero and to hundreds."""
    hows = (ROUND_HALF_EVEN, ROUND_FLOOR, ROUND_CEILING)
    assert tuple(f"{rounded(ratio, places, how):f}" for how in hows) == (even, down, up)


def test_a_quotient_that_does_not_end_is_rounded_outwards() -> None:
    """1 / 3 lies between the bounds, which differ in the last digit only."""
    third = Interval.point(Decimal(1)) / Interval.point(Decimal(3))
    assert Fraction(third.low) < Fraction(1, 3) < Fraction(third.high)
    assert third.width < Decimal("1E-190")
