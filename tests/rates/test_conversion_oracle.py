"""Conversions compared with an oracle of fractions, and what holds for all of them."""

import datetime as dt
import decimal
import random
from decimal import Decimal
from fractions import Fraction

import oracle
import pytest
from conftest import SEED_16
from conversions import DAY, SEEDS, answer, printed, quotes_of, rates_of, seed
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import Rate, grid

from ctick.currencies import CODES, FIVE
from ctick.rates.conversion import convert, convert_at


@pytest.mark.parametrize("target", CODES)
@pytest.mark.parametrize("base", CODES)
@pytest.mark.parametrize("day", SEEDS)
def test_every_pair_of_currencies_gives_the_same_as_fractions(day: str, base: str, target: str) -> None:
    """From and to USD, and all cross rates, for two days of the ticker, on the day, a week, a year and 30 years later."""
    rates = seed(SEEDS[day])
    legs = [code for code in (base, target) if code != "USD"] if base != target else []
    for asked in (DAY, *(dt.date.fromisoformat(text) for text in ("2025-12-23", "2026-12-16", "2055-12-16"))):
        for amount in ("0", "0.01", "1", "-1", "50000", "-1234.56", "1e30", "-1e30", "1e-30"):
            conversion = answer(amount, base, target, rates, asked)
            assert printed(conversion) == oracle.convert(amount, base, target, rates, asked)
            digits = {code: oracle.digits_of(rate) for code, rate in rates.items()}
            assert conversion.exact == oracle.product(Fraction(amount), base, target, digits)[1]
            assert (conversion.amount, conversion.base, conversion.target) == (Decimal(amount), base, target)
            assert [leg.base for leg in conversion.legs] == legs


SOURCES = ("timesca", "cbr", "nbk", "fawaz", "mybank")


def random_rate(rng: random.Random, base: str) -> str:
    """As the ticker has it, with any digits, or derived from one or two published figures."""
    kind = rng.randrange(5)
    if kind == 0:
        return f"{Decimal(rng.randint(1, 40_000)).scaleb(-5):f}"
    if kind == 1:
        return f"{Decimal(rng.randint(1, 10 ** rng.randint(1, 8))).scaleb(-rng.randint(0, 12)):f}"
    places = rng.choice((0, 2, 4, 8))

    def figure(largest: int) -> str:
        """The value, the nominal and the unit, the value sometimes without its trailing zeros."""
        value = f"{Decimal(rng.randint(1, largest * 10**places)).scaleb(-places):f}"
        if rng.random() < 0.2 and "." in value:
            value = value.rstrip("0").rstrip(".")
        return f"{value if Decimal(value) else 1}:{rng.choice((1, 1, 10, 100, 10_000))}:{Decimal(1).scaleb(-places):f}"

    if kind == 2:
        return f"USD/{base}:{figure(15_000)}"
    if kind == 3:
        return f"{base}/RUB:{figure(100)} USD/RUB:{figure(100)}"
    return f"USD/EUR:{figure(3)} {base}/EUR:{figure(200)}"


def random_amount(rng: random.Random) -> str:
    kind = rng.randrange(6)
    sign = rng.choice(("", "", "-"))
    if kind < 2:
        return sign + rng.choice(("1", "2", "10", "100", "1000", "50000", "1000000", "3000000"))
    if kind == 2:
        return rng.choice(("0", sign + "0.01", sign + "1e30", sign + "1e-30"))
    if kind == 3:
        return sign + f"{Decimal(rng.randint(1, 10**9)).scaleb(-2):f}"
    return sign + f"{Decimal(rng.randint(1, 10 ** rng.randint(1, 40))).scaleb(-rng.randint(0, 30)):f}"


def random_case(rng: random.Random) -> str:
    """Compares one conversion; what was compared, where it differs."""
    base, target = rng.choice([("KGS", "USD"), ("USD", "UZS"), ("TJS", "KZT"), *[tuple(rng.sample(CODES, 2))] * 3])
    ages = (0, 0, rng.randint(-3, 3), rng.randint(0, 9) ** 2, rng.randint(1, 400), rng.choice((1000, 11_000)))
    rates = {
        code: Rate(code, random_rate(rng, code), DAY - dt.timedelta(rng.choice(ages)), rng.choice(SOURCES))
        for code in (base, target)
        if code != "USD"
    }
    places = rng.choice((None, None, None, rng.randint(0, 30)))
    amount = random_amount(rng)
    if rng.random() < 0.1:
        rate = Decimal(rng.randint(1, 10**9)).scaleb(-rng.randint(0, 9))
        own = convert_at(Decimal(amount), base, target, rate, places)
        by = Fraction(rate) if own.own == (base, target) else 1 / Fraction(rate)
        value = Fraction(amount) * by
        mine, expected = printed(own), oracle.expected((value,) * 3, (value,) * 3, False, places)
    else:
        mine = printed(answer(amount, base, target, rates, DAY, places))
        expected = oracle.convert(amount, base, target, rates, DAY, places)
    return "" if mine == expected else f"{amount} {base} {target} {rates} {places}: {mine}, but {expected}"


@pytest.mark.parametrize("count", [3000, pytest.param(50_000, marks=pytest.mark.long)])
def test_random_conversions_give_the_same_as_fractions(count: int) -> None:
    """The ticker's rates, any others, derived and own ones, of any age, with and without places."""
    rng = random.Random(13)
    wrong = [case for _ in range(count) if (case := random_case(rng))]
    assert wrong == []


def test_halves_are_rounded_to_even_through_derived_rates() -> None:
    """500 amounts of dollars that are worth exactly half a cent more, by one published figure or two."""
    rng = random.Random(5)
    for number in range(500):
        if number % 2:  # 2 * odd dollars at 25 * odd ten-thousandths: 50 * odd
            figures = f"USD/KGS:{Decimal(25 * (2 * rng.randrange(15_000, 19_000) + 1)).scaleb(-4)}:1:0.0001"
            amount = 2 * (2 * rng.randrange(1, 5000) + 1)
        else:  # 5 * odd dollars at 8 * odd ten-thousandths, by 0.8000: 50 * odd
            dollar = Decimal(8 * (2 * rng.randrange(40_000, 50_000) + 1)).scaleb(-4)
            figures = f"USD/RUB:{dollar}:1:0.0001 KGS/RUB:0.8000:1:0.0001"
            amount = 5 * (2 * rng.randrange(1, 5000) + 1)
        rates = rates_of(KGS=figures)
        conversion = answer(str(amount), "USD", "KGS", rates)
        assert (conversion.exact * 1000).denominator == 1
        assert conversion.exact * 1000 % 10 == 5
        assert conversion.value == Decimal(round(conversion.exact * 100)).scaleb(-2)
        assert printed(conversion) == oracle.convert(str(amount), "USD", "KGS", rates, DAY)


def test_bounds_that_are_exact_are_not_a_unit_too_wide() -> None:
    """The lowest and the highest lie on the grid of cents: published, derived, and of likely ranges after 100 days."""
    rng = random.Random(6)
    for _ in range(300):
        units = rng.randrange(800_000, 900_000)  # ten-thousandths of a som for a dollar
        derived = rates_of(KGS=f"USD/KGS:{Decimal(units).scaleb(-4)}:1:0.0001")
        conversion = answer("200", "USD", "KGS", derived)
        assert (conversion.low, conversion.high) == (
            Decimal(2 * units - 1).scaleb(-2),
            Decimal(2 * units + 1).scaleb(-2),
        )
        rate = rng.randrange(1100, 1200)  # hundred-thousandths of a dollar
        late = answer("2e5", "KGS", "USD", rates_of(KGS=f"0.0{rate}"), DAY + dt.timedelta(100))
        assert (late.low, late.high) == (Decimal(2 * rate - 1), Decimal(2 * rate + 1))
        change = Decimal("0.031") * 2 * rate  # 0.31 % * sqrt(100)
        exact = answer("2e5", "KGS", "USD", rates_of(KGS=f"0.0{rate}"), DAY + dt.timedelta(100), 3)
        assert (exact.likely_low, exact.likely_high) == (2 * rate - 1 - change, 2 * rate + 1 + change)


AMOUNTS = st.decimals(-(10**30), 10**30, allow_nan=False, allow_infinity=False, places=30) | st.decimals(
    -(10**9), 10**9, allow_nan=False, allow_infinity=False, places=2
)
RATES = st.builds(lambda digits, places: Decimal(digits).scaleb(-places), st.integers(1, 10**6), st.integers(0, 12))
WITHIN = st.fractions(-1, 1, max_denominator=1000)
PAIRS = st.sampled_from([("KGS", "USD"), ("USD", "KGS"), ("KGS", "UZS")])
PLACES = st.none() | st.integers(0, 10)
TWO = st.builds(lambda som, soum: rates_of(KGS=f"{som:f}", UZS=f"{soum:f}"), RATES, RATES)


@settings(max_examples=200)
@given(AMOUNTS, TWO, PAIRS, PLACES, WITHIN, WITHIN)
def test_the_truth_lies_within_the_bounds_and_the_bounds_are_tight(
    amount: Decimal, rates: dict[str, Rate], pair: tuple[str, str], places: int | None, s: Fraction, t: Fraction
) -> None:
    """Any true rates within half a step give a result in [low, high]; the bounds are rounded by less than one place."""
    conversion = convert(amount, *pair, quotes_of(rates), DAY, places)
    digits = {code: oracle.digits_of(rate) for code, rate in rates.items()}
    low, _, high = oracle.product(Fraction(amount), *pair, digits)
    truth = Fraction(amount)
    for code, side, power in ((pair[0], s, 1), (pair[1], t, -1)):
        least, rate, _ = digits.get(code, oracle.ONE)
        truth *= (rate + side * (rate - least)) ** power
    unit = Fraction(10) ** int(conversion.low.as_tuple().exponent)
    assert Fraction(conversion.low) <= truth <= Fraction(conversion.high)
    assert 0 <= low - Fraction(conversion.low) < unit
    assert 0 <= Fraction(conversion.high) - high < unit


@settings(max_examples=150)
@given(AMOUNTS, TWO, PAIRS, PLACES)
def test_converting_back_gives_an_interval_with_the_start(
    amount: Decimal, rates: dict[str, Rate], pair: tuple[str, str], places: int | None
) -> None:
    """a -> b -> a: both bounds of b are converted back."""
    quotes = quotes_of(rates)
    there = convert(amount, *pair, quotes, DAY, places)
    back = [convert(end, pair[1], pair[0], quotes, DAY, places) for end in (there.low, there.high)]
    assert back[0].low <= amount <= back[1].high


CONTEXTS = st.builds(
    decimal.Context,
    prec=st.sampled_from([1, 3, 28, 500]),
    rounding=st.sampled_from(["ROUND_UP", "ROUND_DOWN", "ROUND_05UP", "ROUND_HALF_EVEN"]),
    Emin=st.just(-3),
    Emax=st.just(3),
    traps=st.sampled_from(
        [[], [decimal.Inexact, decimal.Rounded], [decimal.InvalidOperation, decimal.Subnormal, decimal.Clamped]]
    ),
)


@settings(max_examples=150)
@given(AMOUNTS, TWO, PAIRS, PLACES, CONTEXTS)
def test_the_global_decimal_context_is_neither_used_nor_changed(
    amount: Decimal, rates: dict[str, Rate], pair: tuple[str, str], places: int | None, context: decimal.Context
) -> None:
    """The same results in any context, and none of its flags is set."""
    from ctick.output.records import CONVERT_FIELDS, conversion_row, lines
    from ctick.rates import amounts
    from ctick.rates.choose import best
    from ctick.text import grouped

    quotes = quotes_of(rates)
    later = DAY + dt.timedelta(50)

    def everything() -> str:
        request = amounts.read(f"{grouped(amount)}{pair[0]}")
        conversion = convert(request.amount, *pair, quotes, later, places)
        own = convert_at(request.amount, *pair, quotes["KGS"].rate, places)
        rows = [conversion_row(conversion, later), conversion_row(own, later)]
        seen = (conversion.shown(), own.shown(), conversion.shows_range, best(quotes.values(), later))
        return f"{seen} {grouped(conversion.value)} {''.join(lines(rows, 'json', CONVERT_FIELDS))}"

    usual = everything()
    with decimal.localcontext(context) as local:
        absurd = everything()
        assert not any(local.flags.values())
    assert absurd == usual


@settings(max_examples=100)
@given(AMOUNTS, st.sampled_from(FIVE))
def test_no_amount_loses_a_digit(amount: Decimal, code: str) -> None:
    """With enough decimal places the value is exactly the product."""
    rates = seed(SEED_16)
    conversion = convert(amount, code, "USD", quotes_of(rates), DAY, 35)
    assert Fraction(conversion.value) == Fraction(amount) * Fraction(rates[code].figures)
    assert conversion.amount == amount
    assert f"{conversion.value:f}" == grid(Fraction(conversion.value), 35, "even")
