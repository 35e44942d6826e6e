"""Values, ranges, signs and decimal places of conversions, computed by hand."""

import datetime as dt
from decimal import Decimal

import pytest
from conftest import SEED_10, SEED_16
from conversions import DAY, answer, dated, printed, rates_of, seed
from oracle import Rate

from ctick.rates.conversion import Conversion, convert_at, inverse


def text(conversion: Conversion) -> str:
    """`= 572.00`, or `≈ 240 (225 to 255)`: what people see of the value."""
    shown = conversion.shown()
    found = f"{shown.sign} {shown.value:f}"
    return f"{found} ({shown.low:f} to {shown.high:f})" if conversion.shows_range else found


ON_ITS_DAY = {
    "50000 KGS USD": "572.00 571.75 572.25 = 572.00",
    "3000000 UZS USD": "240.00 225.00 255.00 ≈ 240 (225 to 255)",
    "1 USD KGS": "87.41 87.37 87.46 = 87.41",
    "1 USD KZT": "515 514 517 ≈ 515",
    "1 USD TJS": "9.1937 9.1932 9.1942 = 9.1937",
    "1 USD UZS": "12500 11764 13334 ≈ 12500 (11760 to 13340)",
    "-1 USD UZS": "-12500 -13334 -11764 ≈ -12500 (-13340 to -11760)",
    "1 USD TMT": "3.50005 3.49999 3.50012 = 3.50005",
    "2 USD UZS": "25000.00 23529.41 26666.67 ≈ 25000 (23500 to 26700)",
    "100 USD KZT": "51546.39 51413.88 51679.59 ≈ 51550",
    "1 KGS USD": "0.01144 0.01143 0.01145 = 0.01144",
    "-1 KGS USD": "-0.01144 -0.01145 -0.01143 = -0.01144",
    "1 UZS USD": "0.0000800 0.0000750 0.0000850 ≈ 0.0000800 (0.0000750 to 0.0000850)",
    "-3000000 UZS USD": "-240.00 -255.00 -225.00 ≈ -240 (-255 to -225)",
    "50000 KGS KZT": "294845.36 293958.86 295736.44 ≈ 294850",
    "107.4 KGS USD": "1.23 1.22 1.23 ≈ 1.23",
    "87.41 KGS USD": "1.00 0.99 1.01 = 1.00",
    "87.409 KGS USD": "1.00 0.99 1.01 = 1.00",
    "0 KGS USD": "0.00 0.00 0.00 = 0.00",
    "0 USD UZS": "0.00 0.00 0.00 = 0.00",
    "0.01 KGS USD": "0.0001144 0.0001143 0.0001145 = 0.0001144",
    "5 KGS KGS": "5.00 5.00 5.00 = 5.00",
    "5 USD USD": "5.00 5.00 5.00 = 5.00",
    "1 USD USD": "1.00 1.00 1.00 = 1.00",
    "0.12345 USD USD": "0.1234 0.1234 0.1235 = 0.1234",
    "1.2345 TJS TJS": "1.23 1.23 1.24 ≈ 1.23",
    "1e30 KGS USD": "11440000000000000000000000000.00 11435000000000000000000000000.00 11445000000000000000000000000.00 = 11440000000000000000000000000.00",
}


@pytest.mark.parametrize("case", ON_ITS_DAY)
def test_conversions_on_the_rates_day_by_hand(case: str) -> None:
    """Value, low and high, and what people see; the likely bounds are those of the digits."""
    amount, base, target = case.split()
    conversion = answer(amount, base, target, seed(SEED_16))
    assert f"{conversion.value:f} {conversion.low:f} {conversion.high:f} {text(conversion)}" == ON_ITS_DAY[case]
    assert (conversion.likely_low, conversion.likely_high) == (conversion.low, conversion.high)


LATER = {
    "50000 KGS USD 2026-11-25": "572.00 538.86 605.14 ≈ 572 (538 to 606)",  # 344 days: 0.25 + 572 * 0.31 % * sqrt(344)
    "50000 KGS USD 2025-12-17": "572.00 569.97 574.03 ≈ 572.0",  # 0.35 %: no range
    "50000 KGS USD 2025-12-25": "572.00 566.43 577.57 ≈ 572.0 (566.4 to 577.6)",
    "100 USD KZT 2025-12-20": "51546.39 50290.27 52866.87 ≈ 51500 (50200 to 52900)",  # 0.26 + 0.72 + 2 * 0.76 %
    "1000000 KZT USD 2026-11-25": "1940.00 1647.57 2232.43 ≈ 1940 (1640 to 2240)",
    "1 USD KZT 2025-12-20": "515 502 529 ≈ 515 (502 to 529)",
    "1 KGS USD 2026-11-25": "0.01144 0.01077 0.01211 ≈ 0.01144 (0.01077 to 0.01211)",
    "5 KGS KGS 2026-11-25": "5.00 5.00 5.00 = 5.00",
    "0 KGS USD 2026-11-25": "0.00 0.00 0.00 = 0.00",
    "100 TMT USD 2055-12-16": "28.57 28.44 28.70 ≈ 28.57",  # 30 years: 0.43 %
    "100000 KZT USD 2055-12-16": "194.00 37.76 350.24 ≈ 190 (30 to 360)",  # 80 %
    "100000 KZT KGS 2055-12-16": "16958.04 2491.83 45350.33 ≈ 17000 (2000 to 46000)",
}


@pytest.mark.parametrize("case", LATER)
def test_conversions_days_and_years_later_by_hand(case: str) -> None:
    """Value and likely bounds, and what people see: digits end at the second one of the likely error."""
    amount, base, target, day = case.split()
    conversion = answer(amount, base, target, seed(SEED_16), dt.date.fromisoformat(day))
    likely = f"{conversion.value:f} {conversion.likely_low:f} {conversion.likely_high:f}"
    assert f"{likely} {text(conversion)}" == LATER[case]


def test_an_old_million_tenge_of_the_ticker_is_no_equation() -> None:
    """From 21 February 2026, 277 days later: an independent source says 2,266, which the range has."""
    tenge = {"KZT": Rate("KZT", "0.00200", dt.date(2026, 2, 21), "timesca")}
    conversion = answer("1000000", "KZT", "USD", tenge, dt.date(2026, 11, 25))
    assert (f"{conversion.low:f}", f"{conversion.high:f}") == ("1995.00", "2005.00")
    assert text(conversion) == "≈ 2000 (1720 to 2280)"
    assert conversion.likely_low < 2266 < conversion.likely_high


def test_an_old_rate_of_som_is_no_equation() -> None:
    """50,000 KGS = 571.50 USD was printed 277 days later, and 1 KGS = 0.01 USD was 12 % off."""
    som = {"KGS": Rate("KGS", "0.01143", dt.date(2026, 2, 21), "timesca")}
    day = dt.date(2026, 11, 25)
    assert text(answer("50000", "KGS", "USD", som, day)) == "≈ 572 (541 to 602)"
    assert text(answer("1", "KGS", "USD", som, day)) == "≈ 0.01143 (0.01083 to 0.01203)"
    assert str(answer("1", "KGS", "USD", som, day)) == "0.01143 USD"


def test_an_official_rate_of_friday_is_exact_on_sunday() -> None:
    """It is in force until Monday; the ticker's of Friday is two days old."""
    friday, sunday = dt.date(2025, 12, 12), dt.date(2025, 12, 14)
    for source, seen in (("cbr", "= 572.00"), ("timesca", "≈ 572.0")):
        conversion = answer("50000", "KGS", "USD", {"KGS": Rate("KGS", "0.01144", friday, source)}, sunday)
        assert text(conversion) == seen


def test_a_rate_dated_ahead_ages_by_its_distance() -> None:
    """Tomorrow's is a day away, as yesterday's is."""
    som = seed(SEED_16)
    for distance in (1, 2, 3):
        before, after = (answer("50000", "KGS", "USD", som, DAY + dt.timedelta(side * distance)) for side in (-1, 1))
        assert printed(before) == printed(after)
        assert before.sign == "≈"


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
        conversion = answer(amount, "KGS", "USD", rates_of(KGS=rate))
        assert conversion.sign + (" and range" if conversion.shows_range else "") == sign


@pytest.mark.parametrize(
    ("amount", "rate", "sign"), [("2460", "2001", "≈"), ("2460", "2000.9999", "="), ("2460", "2001.0001", "≈")]
)
def test_rounding_off_exactly_0_05_per_cent_is_no_equation(amount: str, rate: str, sign: str) -> None:
    """2460 / 2001 is 1.2294, and 1.23 is exactly 0.05 % more."""
    assert text(convert_at(Decimal(amount), "KGS", "USD", Decimal(rate))) == f"{sign} 1.23"


@pytest.mark.parametrize(
    ("amount", "rate", "value"),
    [
        ("1", "0.01000", "0.01000"), ("1", "0.00999", "0.009990"), ("1", "0.009994", "0.009994"),
        ("1", "0.00099996", "0.001000"), ("1", "0.00099986", "0.0009999"), ("1", "0.99996", "1.00"), ("1", "0.99994", "0.9999"),
        ("-1", "0.99996", "-1.00"), ("1", "0.99995", "1.00"), ("1", "0.00008", "0.0000800"),
        ("-1", "0.00008", "-0.0000800"), ("3", "0.01500", "0.04500"), ("1", "0.125", "0.1250"), ("1", "0.1", "0.100"),
        ("1", "0.9", "0.900"), ("0.01", "0.00125", "0.00001250"), ("1", "1.125", "1.12"), ("1", "1.135", "1.14"),
        ("-1", "1.125", "-1.12"), ("1", "0.11445", "0.1144"), ("1", "0.11435", "0.1144"),
    ],
)  # fmt: skip
def test_values_below_1_have_four_digits_or_less(amount: str, rate: str, value: str) -> None:
    """No further than the second digit of the error; never 0.00 for a positive amount; half is rounded to even."""
    assert f"{answer(amount, 'KGS', 'USD', rates_of(KGS=rate)).value:f}" == value


def test_places_can_be_chosen() -> None:
    """Also for one dollar; a value that rounds to zero has no minus sign, and is no equation."""
    rates = seed(SEED_16)
    assert printed(answer("50000", "KGS", "USD", rates, places=0))[:3] == ("572", "571", "573")
    assert printed(answer("1", "USD", "KGS", rates, places=4))[:3] == ("87.4126", "87.3743", "87.4509")
    assert printed(answer("-1", "UZS", "USD", rates, places=2))[:3] == ("0.00", "-0.01", "0.00")
    assert printed(answer("0", "UZS", "USD", rates, places=0))[:3] == ("0", "0", "0")
    assert printed(convert_at(Decimal(-1), "UZS", "USD", Decimal("0.1"), 0))[:3] == ("0", "-1", "0")
    assert text(answer("1", "KGS", "USD", rates, places=2)) == "≈ 0.01"
    assert text(answer("1", "KGS", "USD", rates, places=0)) == "≈ 0"
    late = dt.date(2026, 11, 25)
    assert text(answer("50000", "KGS", "USD", rates, late, places=3)) == "≈ 572.000 (538.862 to 605.138)"


def test_an_own_rate_is_taken_as_exact() -> None:
    """No legs and no width: the bounds differ only by rounding, which is what the sign is about."""
    conversion = convert_at(Decimal(7), "KGS", "USD", Decimal("0.011535"))
    assert printed(conversion)[:6] == ("0.08074", "0.08074", "0.08075", "0.08074", "0.08075", "=")
    assert (conversion.rate, conversion.legs, conversion.own) == (Decimal("0.011535"), (), ("KGS", "USD"))
    assert conversion.width == answer("0", "KGS", "USD", seed(SEED_16)).width == 0
    assert text(convert_at(Decimal("107.4"), "KGS", "USD", Decimal("0.01144"))) == "≈ 1.23"
    assert text(convert_at(Decimal(50000), "KGS", "USD", Decimal("0.0115"))) == "= 575.00"


@pytest.mark.parametrize(
    ("amount", "base", "target", "rate", "value", "own"),
    [
        ("50000", "KGS", "USD", "87.5", "571.43", "USD KGS"),
        ("50000", "KGS", "USD", "0.0115", "575.00", "KGS USD"),
        ("100", "USD", "KGS", "87.5", "8750.00", "USD KGS"),
        ("100", "USD", "KGS", "0.0115", "8695.65", "KGS USD"),
        ("7", "TMT", "USD", "3.5", "2.00", "USD TMT"),
        ("1", "TMT", "USD", "3.5", "0.2857", "USD TMT"),
        ("1", "USD", "TMT", "3.5", "3.50", "USD TMT"),
        ("5", "KGS", "USD", "1", "5.00", "KGS USD"),
        ("5", "USD", "KGS", "1.0", "5.00", "KGS USD"),
        ("5", "KGS", "USD", "1.0000000000000000000000000001", "5.00", "USD KGS"),
        ("10", "KGS", "KZT", "5.9", "59.00", "KGS KZT"),
        ("10", "KZT", "KGS", "0.17", "1.70", "KZT KGS"),
        ("10", "USD", "USD", "2", "20.00", "USD USD"),
        ("1", "KGS", "USD", "8", "0.1250", "USD KGS"),
        ("-3", "KGS", "USD", "8", "-0.3750", "USD KGS"),
        ("1", "UZS", "USD", "12500", "0.00008000", "USD UZS"),
    ],
)
def test_an_own_rate_above_1_is_units_for_a_dollar(
    amount: str, base: str, target: str, rate: str, value: str, own: str
) -> None:
    """Up to 1 it is dollars for a unit, in both directions; between two of the five it is TO for 1 FROM."""
    conversion = convert_at(Decimal(amount), base, target, Decimal(rate))
    assert (f"{conversion.value:f}", conversion.own) == (value, tuple(own.split()))


def test_one_dollar_is_shown_in_the_digits_that_are_known() -> None:
    """Up to the first digit of the half width from the digits, however old the rate is."""
    for day in (DAY, dt.date(2026, 11, 25)):
        known = {code: f"{inverse(dated(rate), day).value:f}" for code, rate in seed(SEED_16).items()}
        assert known == {"KGS": "87.41", "KZT": "515", "TJS": "9.1937", "UZS": "12500", "TMT": "3.50005"}
    assert f"{inverse(dated(rates_of(UZS='0.00007')['UZS']), DAY).value:f}" == "14000"


def test_the_rate_of_a_conversion() -> None:
    """The published rate in both directions, with its digits; for a cross rate the digits that are known."""
    found = {}
    for pair in ("TMT USD", "USD TMT", "TMT KGS", "UZS TMT", "TMT UZS", "KGS KGS", "USD USD"):
        base, target = pair.split()
        found[pair] = f"{answer('5', base, target, seed(SEED_10)).rate:f}"
    assert found == {
        "TMT USD": "0.28490", "USD TMT": "0.28490", "TMT KGS": "24.90", "UZS TMT": "0.00028", "TMT UZS": "3561",
        "KGS KGS": "1", "USD USD": "1",
    }  # fmt: skip
