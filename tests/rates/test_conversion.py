"""Values, bounds, signs and decimal places of conversions, compared with fractions."""

import datetime as dt
import decimal
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import pytest
from conftest import SEED_10, SEED_16
from hypothesis import given, settings
from hypothesis import strategies as st

from ctick.currencies import CODES, FIVE
from ctick.model import DatedQuote, Leg, Quote
from ctick.rates.conversion import Conversion, convert, convert_at, inverse

DAY = dt.date(2025, 12, 16)
SEEDS = {"16": SEED_16, "10": SEED_10}


def quotes_of(**rates: str) -> dict[str, DatedQuote]:
    return {code: DatedQuote(Quote(code, Decimal(rate)), DAY, "timesca") for code, rate in rates.items()}


def seed(figures: str) -> dict[str, DatedQuote]:
    return quotes_of(**dict(figure.split()[:2] for figure in figures.split(";")))


def grid(number: Fraction, places: int, how: str) -> str:
    """A fraction as text with `places`, rounded down, up, or half to even."""
    scaled = number * 10**places
    whole = floor(scaled) if how == "down" else ceil(scaled) if how == "up" else round(scaled)
    digits = str(abs(whole)).rjust(places + 1, "0")
    cut = len(digits) - places
    return ("-" if whole < 0 else "") + digits[:cut] + ("." + digits[cut:] if places else "")


def sides(quote: DatedQuote | None) -> tuple[Fraction, Fraction, Fraction]:
    """The smallest, the published and the largest rate, from the text of the rate."""
    if quote is None:
        return Fraction(1), Fraction(1), Fraction(1)
    text = f"{quote.rate:f}"
    half = Fraction(1, 2 * 10 ** len(text.partition(".")[2]))
    return Fraction(text) - half, Fraction(text), Fraction(text) + half


def exact(
    amount: Decimal, base: str, target: str, quotes: Mapping[str, DatedQuote]
) -> tuple[Fraction, Fraction, Fraction]:
    """Low, value and high before rounding, from all combinations of bounds."""
    if base == target:
        return Fraction(amount), Fraction(amount), Fraction(amount)
    one, by = sides(quotes.get(base)), sides(quotes.get(target))
    corners = [Fraction(amount) * a / b for a in one for b in by]
    return min(corners), Fraction(amount) * one[1] / by[1], max(corners)


def default_places(amount: Decimal, base: str, low: Fraction, value: Fraction, high: Fraction) -> int:
    if base == "USD" and abs(amount) == 1 and low != high:
        return next((place for place in range(60) if (high - low) / 2 * 10**place >= 1), 0)
    if value == 0 or abs(value) >= Fraction(1, 100):
        return 2
    places = 3
    while round(abs(value) * 10 ** (places + 1)) < 100:
        places += 1
    return places


def oracle(amount: Decimal, base: str, target: str, quotes: Mapping[str, DatedQuote]) -> tuple[str, str, str, str]:
    """Value, low, high and sign as they must be printed."""
    low, value, high = exact(amount, base, target, quotes)
    places = default_places(amount, base, low, value, high)
    width = (high - low) / 2 / abs(value) if value else Fraction(0)
    sign = "=" if width < Fraction(5, 10_000) else "≈" if width < Fraction(5, 1000) else "≈ and range"
    return grid(value, places, "even"), grid(low, places, "down"), grid(high, places, "up"), sign


def printed(conversion: Conversion) -> tuple[str, str, str, str]:
    sign = conversion.sign + (" and range" if conversion.shows_range else "")
    return f"{conversion.value:f}", f"{conversion.low:f}", f"{conversion.high:f}", sign


LITERAL = {
    "50000 KGS USD": ("572.00", "571.75", "572.25", "="),
    "3000000 UZS USD": ("240.00", "225.00", "255.00", "≈ and range"),
    "1 USD KGS": ("87.41", "87.37", "87.46", "="),
    "1 USD KZT": ("515", "514", "517", "≈"),
    "1 USD UZS": ("12500", "11764", "13334", "≈ and range"),
    "1 USD TMT": ("3.50005", "3.49999", "3.50012", "="),
    "2 USD UZS": ("25000.00", "23529.41", "26666.67", "≈ and range"),
    "1 UZS USD": ("0.000080", "0.000075", "0.000085", "≈ and range"),
    "-3000000 UZS USD": ("-240.00", "-255.00", "-225.00", "≈ and range"),
    "50000 KGS KZT": ("294845.36", "293958.86", "295736.44", "≈"),
    "0 KGS USD": ("0.00", "0.00", "0.00", "="),
    "0.01 KGS USD": ("0.00011", "0.00011", "0.00012", "="),
    "5 KGS KGS": ("5.00", "5.00", "5.00", "="),
    "5 USD USD": ("5.00", "5.00", "5.00", "="),
    "1 USD USD": ("1.00", "1.00", "1.00", "="),
    "1e30 KGS USD": ("11440000000000000000000000000.00", "11435000000000000000000000000.00", "11445000000000000000000000000.00", "="),
}  # fmt: skip


@pytest.mark.parametrize("case", LITERAL)
def test_conversions_worked_out_by_hand(case: str) -> None:
    """Value, low, high and sign."""
    amount, base, target = case.split()
    assert printed(convert(Decimal(amount), base, target, seed(SEED_16))) == LITERAL[case]


@pytest.mark.parametrize("target", CODES)
@pytest.mark.parametrize("base", CODES)
@pytest.mark.parametrize("day", SEEDS)
def test_every_pair_of_currencies_gives_the_same_as_fractions(day: str, base: str, target: str) -> None:
    """From and to USD, and all cross rates, for two days of the ticker."""
    quotes = seed(SEEDS[day])
    legs = [code for code in (base, target) if code != "USD"] if base != target else []
    for amount in map(Decimal, ("0", "0.01", "1", "-1", "50000", "-1234.56", "1e30", "-1e30", "1e-30")):
        conversion = convert(amount, base, target, quotes)
        assert printed(conversion) == oracle(amount, base, target, quotes)
        assert conversion.exact == exact(amount, base, target, quotes)[1]
        assert (conversion.amount, conversion.base, conversion.target) == (amount, base, target)
        assert [leg.base for leg in conversion.legs] == legs


@pytest.mark.parametrize(
    ("rate", "sign"),
    [
        ("0.01001", "="), ("0.1001", "="), ("0.1000", "≈"), ("0.0999", "≈"), ("0.101", "≈"), ("0.100", "≈ and range"),
        ("0.099", "≈ and range"), ("0.0100", "≈ and range"), ("0.0101", "≈"),
    ],
)  # fmt: skip
def test_signs_change_at_exactly_0_05_and_0_5_per_cent(rate: str, sign: str) -> None:
    """Half of 0.0001 is 0.05 % of 0.1000: `≈` from there on; half of 0.001 is 0.5 % of 0.100: the range."""
    for amount in ("1000", "-1000", "0.0001"):
        assert printed(convert(Decimal(amount), "KGS", "USD", quotes_of(KGS=rate)))[3] == sign


@pytest.mark.parametrize(
    ("amount", "rate", "value"),
    [
        ("1", "0.01000", "0.01"), ("1", "0.00999", "0.010"), ("1", "0.00994", "0.0099"), ("1", "0.000999", "0.0010"),
        ("1", "0.00008", "0.000080"), ("-1", "0.00008", "-0.000080"), ("1", "0.00100", "0.0010"),
        ("3", "0.01500", "0.04"), ("0.01", "0.00125", "0.000012"), ("0.01", "0.00135", "0.000014"),
        ("1", "0.125", "0.12"), ("1", "0.135", "0.14"), ("-1", "0.125", "-0.12"),
    ],
)  # fmt: skip
def test_values_have_two_places_or_two_digits_below_a_cent(amount: str, rate: str, value: str) -> None:
    """Never 0.00 for a positive amount; half is rounded to even."""
    assert f"{convert(Decimal(amount), 'KGS', 'USD', quotes_of(KGS=rate)).value:f}" == value
    assert f"{convert_at(Decimal(amount), 'KGS', 'USD', Decimal(rate)).value:f}" == value


def test_places_can_be_chosen() -> None:
    """Also for one dollar; a value that rounds to zero has no minus sign."""
    quotes = seed(SEED_16)
    assert printed(convert(Decimal(50000), "KGS", "USD", quotes, 0))[:3] == ("572", "571", "573")
    assert printed(convert(Decimal(1), "USD", "KGS", quotes, 4))[:3] == ("87.4126", "87.3743", "87.4509")
    assert printed(convert(Decimal(-1), "UZS", "USD", quotes, 2))[:3] == ("0.00", "-0.01", "0.00")
    assert printed(convert(Decimal(0), "UZS", "USD", quotes, 0))[:3] == ("0", "0", "0")
    assert printed(convert_at(Decimal(-1), "UZS", "USD", Decimal("0.1"), 0))[:3] == ("0", "-1", "0")


def test_an_own_rate_is_taken_as_exact() -> None:
    """No legs and no width: the bounds differ only by rounding."""
    conversion = convert_at(Decimal(7), "KGS", "USD", Decimal("0.011535"))
    assert printed(conversion) == ("0.08", "0.08", "0.09", "=")
    assert (conversion.rate, conversion.legs, conversion.own) == (Decimal("0.011535"), (), ("KGS", "USD"))
    assert conversion.width == convert(Decimal(0), "KGS", "USD", seed(SEED_16)).width == 0


@pytest.mark.parametrize(
    ("amount", "base", "target", "rate", "value", "own"),
    [
        ("50000", "KGS", "USD", "87.5", "571.43", "USD KGS"),
        ("50000", "KGS", "USD", "0.0115", "575.00", "KGS USD"),
        ("100", "USD", "KGS", "87.5", "8750.00", "USD KGS"),
        ("100", "USD", "KGS", "0.0115", "8695.65", "KGS USD"),
        ("7", "TMT", "USD", "3.5", "2.00", "USD TMT"),
        ("1", "TMT", "USD", "3.5", "0.29", "USD TMT"),
        ("1", "USD", "TMT", "3.5", "3.50", "USD TMT"),
        ("5", "KGS", "USD", "1", "5.00", "KGS USD"),
        ("5", "USD", "KGS", "1.0", "5.00", "KGS USD"),
        ("5", "KGS", "USD", "1.0000000000000000000000000001", "5.00", "USD KGS"),
        ("10", "KGS", "KZT", "5.9", "59.00", "KGS KZT"),
        ("10", "KZT", "KGS", "0.17", "1.70", "KZT KGS"),
        ("10", "USD", "USD", "2", "20.00", "USD USD"),
        ("1", "KGS", "USD", "8", "0.12", "USD KGS"),
        ("-3", "KGS", "USD", "8", "-0.38", "USD KGS"),
        ("1", "UZS", "USD", "12500", "0.000080", "USD UZS"),
    ],
)
def test_an_own_rate_above_1_is_units_for_a_dollar(
    amount: str, base: str, target: str, rate: str, value: str, own: str
) -> None:
    """Up to 1 it is dollars for a unit, in both directions; between two of the five it is TO for 1 FROM."""
    conversion = convert_at(Decimal(amount), base, target, Decimal(rate))
    assert (f"{conversion.value:f}", conversion.own) == (value, tuple(own.split()))


def test_one_dollar_is_shown_in_the_digits_that_are_known() -> None:
    """Up to the first digit of the half width, and never rounded to tens."""
    known = {code: printed(inverse(quote))[:3] for code, quote in seed(SEED_16).items()}
    assert known == {
        "KGS": ("87.41", "87.37", "87.46"),
        "KZT": ("515", "514", "517"),
        "TJS": ("9.1937", "9.1932", "9.1942"),
        "UZS": ("12500", "11764", "13334"),
        "TMT": ("3.50005", "3.49999", "3.50012"),
    }


def test_the_rate_of_a_conversion() -> None:
    """The published rate in both directions, with its digits; for a cross rate the digits that are known."""
    quotes = seed(SEED_10)
    rates = {}
    for pair in ("TMT USD", "USD TMT", "TMT KGS", "UZS TMT", "TMT UZS", "KGS KGS", "USD USD"):
        base, target = pair.split()
        rates[pair] = f"{convert(Decimal(5), base, target, quotes).rate:f}"
    assert rates == {
        "TMT USD": "0.28490", "USD TMT": "0.28490", "TMT KGS": "24.90", "UZS TMT": "0.00028", "TMT UZS": "3561",
        "KGS KGS": "1", "USD USD": "1",
    }  # fmt: skip


def test_a_derived_quote_is_used_unrounded() -> None:
    """The value comes from both published figures, the bounds from the last digits of both."""
    legs = (Leg("UZS", "RUB", 10000, Decimal("62.8322"), Decimal("0.0001")),
            Leg("USD", "RUB", 1, Decimal("75.9134"), Decimal("0.0001")))  # fmt: skip
    quotes = {"UZS": DatedQuote(Quote.derived("UZS", legs), DAY, "cbr")}
    half = Fraction(1, 20_000)
    one, by = Fraction("62.8322"), Fraction("75.9134")
    low, value, high = ((one + side * half) / (by - side * half) * 300 for side in (-1, 0, 1))
    conversion = convert(Decimal(3_000_000), "UZS", "USD", quotes, 8)
    assert printed(conversion) == (grid(value, 8, "even"), grid(low, 8, "down"), grid(high, 8, "up"), "=")
    assert conversion.exact == value


def test_a_cross_of_two_derived_quotes_is_exact_too() -> None:
    """No quotient is rounded before the last one."""
    som = Leg("USD", "KGS", 1, Decimal("87.4500"), Decimal("0.0001"))
    tenge = (
        Leg("KZT", "EUR", 100, Decimal("0.163"), Decimal("0.001")),
        Leg("USD", "EUR", 1, Decimal("0.851"), Decimal("0.001")),
    )
    quotes = {
        "KGS": DatedQuote(Quote.derived("KGS", (som,)), DAY, "nbkr"),
        "KZT": DatedQuote(Quote.derived("KZT", tenge), DAY, "ecb"),
    }
    expected = Fraction(7) / Fraction("87.45") * 100 * Fraction("0.851") / Fraction("0.163")
    assert convert(Decimal(7), "KGS", "KZT", quotes).exact == expected
    assert convert(Decimal(7), "KZT", "KGS", quotes).exact == 49 / expected


RATES = st.builds(lambda digits, places: Decimal(digits).scaleb(-places), st.integers(1, 10**6), st.integers(0, 12))
AMOUNTS = st.decimals(-(10**30), 10**30, allow_nan=False, allow_infinity=False, places=30) | st.decimals(
    -(10**9), 10**9, allow_nan=False, allow_infinity=False, places=2
)
WITHIN = st.fractions(-1, 1, max_denominator=1000)
PAIRS = st.sampled_from([("KGS", "USD"), ("USD", "KGS"), ("KGS", "UZS")])
PLACES = st.none() | st.integers(0, 10)


@given(AMOUNTS, st.decimals("0.000001", "99999", places=6), st.sampled_from([("KGS", "USD"), ("USD", "KGS")]), PLACES)
def test_an_own_rate_is_rounded_from_the_exact_fraction(
    amount: Decimal, rate: Decimal, pair: tuple[str, str], places: int | None
) -> None:
    """Once, half to even; the bounds outwards."""
    conversion = convert_at(amount, *pair, rate, places)
    factor = Fraction(rate) if (rate > 1) == (pair[0] == "USD") else 1 / Fraction(rate)
    exact = Fraction(amount) * factor
    shown = places if places is not None else -int(conversion.value.as_tuple().exponent)
    assert conversion.exact == exact
    assert (conversion.value, conversion.low, conversion.high) == tuple(
        Decimal(grid(exact, shown, how)) for how in ("even", "down", "up")
    )


@st.composite
def two_quotes(draw: st.DrawFn) -> dict[str, DatedQuote]:
    return quotes_of(KGS=f"{draw(RATES):f}", UZS=f"{draw(RATES):f}")


@settings(deadline=None, max_examples=300)
@given(AMOUNTS, two_quotes(), PAIRS, PLACES, WITHIN, WITHIN)
def test_the_truth_lies_within_the_bounds_and_the_bounds_are_tight(
    amount: Decimal, quotes: dict[str, DatedQuote], pair: tuple[str, str], places: int | None, s: Fraction, t: Fraction
) -> None:
    """Any true rates within half a step give a result in [low, high]; the bounds are rounded by less than one place."""
    conversion = convert(amount, *pair, quotes, places)
    low, value, high = exact(amount, *pair, quotes)
    truth = Fraction(amount)
    for code, side, power in ((pair[0], s, 1), (pair[1], t, -1)):
        least, rate, _ = sides(quotes.get(code))
        truth *= (rate + side * (rate - least)) ** power
    unit = Fraction(10) ** int(conversion.value.as_tuple().exponent)
    assert Fraction(conversion.low) <= truth <= Fraction(conversion.high)
    assert conversion.low <= conversion.value <= conversion.high
    assert 0 <= low - Fraction(conversion.low) < unit
    assert 0 <= Fraction(conversion.high) - high < unit
    if places is None:
        places = default_places(amount, pair[0], low, value, high)
    assert Fraction(conversion.value) == Fraction(round(value / unit)) * unit
    assert f"{conversion.value:f}".removeprefix("-") == grid(abs(value), places, "even")


@settings(deadline=None, max_examples=150)
@given(AMOUNTS, two_quotes(), PAIRS, PLACES)
def test_converting_back_gives_an_interval_with_the_start(
    amount: Decimal, quotes: dict[str, DatedQuote], pair: tuple[str, str], places: int | None
) -> None:
    """a -> b -> a: both bounds of b are converted back."""
    there = convert(amount, *pair, quotes, places)
    back = [convert(end, pair[1], pair[0], quotes, places) for end in (there.low, there.high)]
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


@settings(deadline=None, max_examples=150)
@given(AMOUNTS, two_quotes(), PAIRS, PLACES, CONTEXTS)
def test_the_global_decimal_context_is_neither_used_nor_changed(
    amount: Decimal, quotes: dict[str, DatedQuote], pair: tuple[str, str], places: int | None, context: decimal.Context
) -> None:
    """The same results in any context, and none of its flags is set."""
    from ctick.output.records import CONVERT_FIELDS, conversion_row, lines
    from ctick.rates import amounts
    from ctick.rates.choose import best
    from ctick.text import grouped

    def everything() -> str:
        request = amounts.read(f"{grouped(amount)}{pair[0]}")
        conversion = convert(request.amount, *pair, quotes, places)
        own = convert_at(request.amount, *pair, quotes["KGS"].rate, places)
        rows = [conversion_row(conversion, DAY), conversion_row(own, DAY)]
        seen = (conversion.sign, conversion.shows_range, grouped(conversion.value), best(quotes.values()))
        return f"{seen} {''.join(lines(rows, 'json', CONVERT_FIELDS))}"

    usual = everything()
    with decimal.localcontext(context) as local:
        absurd = everything()
        assert not any(local.flags.values())
    assert absurd == usual


@settings(deadline=None, max_examples=100)
@given(AMOUNTS, st.sampled_from(FIVE))
def test_no_amount_loses_a_digit(amount: Decimal, code: str) -> None:
    """With enough decimal places the value is exactly the product."""
    conversion = convert(amount, code, "USD", seed(SEED_16), 35)
    assert Fraction(conversion.value) == Fraction(amount) * Fraction(seed(SEED_16)[code].rate)
    assert conversion.amount == amount
