"""The likely error of a rate: its formula, by hand, and how well it holds for the ticker's days."""

import datetime as dt
import re
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctick.model import DatedQuote, Quote
from ctick.rates.ageing import (
    LARGEST_FACTOR,
    OFFICIAL,
    age_error,
    days_between,
    is_possible,
    largest_factor,
    likely_error,
    likely_interval,
)
from ctick.sources.registry import SOURCES

BENCH = Path(__file__).parents[1] / "bench" / "ageing.py"
FRIDAY = dt.date(2025, 12, 12)


def quote(base: str, rate: str, source: str = "timesca", day: dt.date = FRIDAY) -> DatedQuote:
    return DatedQuote(Quote(base, Decimal(rate)), day, source)


@pytest.mark.parametrize(
    ("base", "days", "error"),
    [
        ("KGS", 1, "0.0031"), ("KGS", 100, "0.031"), ("KZT", 1, "0.0148"), ("KZT", 25, "0.0452"), ("TJS", 1, "0.0117"),
        ("TJS", 900, "0.1016"), ("UZS", 4, "0.01"), ("TMT", 1, "0.0043"), ("TMT", 10000, "0.0043"),
    ],
)  # fmt: skip
def test_the_contracts_formula_by_hand(base: str, days: int, error: str) -> None:
    """n + k * sqrt(d), for days whose root is whole."""
    assert age_error(base, days) == Decimal(error)


def test_a_rate_of_the_day_itself_does_not_age() -> None:
    """Its likely range is what its digits leave open."""
    for base in ("KGS", "KZT", "TJS", "UZS", "TMT"):
        dated = quote(base, "0.01144")
        assert age_error(base, 0) == 0
        assert (likely_interval(dated, FRIDAY).low, likely_interval(dated, FRIDAY).high) == (dated.low, dated.high)
        assert likely_error(dated, FRIDAY).quantize(Decimal("1E-9")) == Decimal("0.000437063")
        assert likely_error(dated, FRIDAY, Decimal("0.0005")) == Decimal("0.0005")


def test_a_likely_range_by_hand() -> None:
    """0.00194 tenge, four days later: 0.000005 to either side, and 0.72 + 2 * 0.76 = 2.24 % of it."""
    later = likely_interval(quote("KZT", "0.00194"), dt.date(2025, 12, 16))
    assert (later.low, later.exact, later.high) == (Decimal("0.001891544"), Decimal("0.00194"), Decimal("0.001988456"))


def test_weekends_do_not_age_official_rates() -> None:
    """Friday's rate is in force until Monday; the ticker's ages each day."""
    for ages, source in ((0, 0, 0, 1, 2, 6, 5), "cbr"), ((0, 1, 2, 3, 4, 10, 9), "timesca"):
        days = [FRIDAY + dt.timedelta(number) for number in (0, 1, 2, 3, 4, 10, 9)]
        assert tuple(days_between(source, FRIDAY, day) for day in days) == ages
    assert set(OFFICIAL) == {name for name, source in SOURCES.items() if source.official}


def test_a_rate_that_is_not_in_force_yet_is_at_least_a_day_away() -> None:
    """On Friday, those of Saturday to Tuesday; on Saturday, that of Monday."""
    ahead = [FRIDAY + dt.timedelta(number) for number in (1, 2, 3, 4)]
    assert [days_between("nbk", day, FRIDAY) for day in ahead] == [1, 1, 1, 2]
    assert [days_between("fawaz", day, FRIDAY) for day in ahead] == [1, 2, 3, 4]
    assert days_between("cbr", FRIDAY + dt.timedelta(3), FRIDAY + dt.timedelta(1)) == 1


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)), st.integers(0, 3000))
def test_days_of_official_rates_are_the_weekdays_since(day: dt.date, count: int) -> None:
    """Counted one by one."""
    later = [day + dt.timedelta(number) for number in range(1, count + 1)]
    assert days_between("nbt", day, day + dt.timedelta(count)) == sum(each.weekday() < 5 for each in later)


def test_the_low_end_of_a_range_stays_above_zero() -> None:
    """Never below a ninth of the lowest rate that the digits allow."""
    old = likely_interval(quote("KZT", "0.00194", day=dt.date(1900, 1, 1)), dt.date(2026, 1, 1))
    assert Fraction(*old.bottom) == Fraction("0.001935") / LARGEST_FACTOR
    assert old.high > Decimal("0.00194") * 2


@pytest.mark.parametrize(("days", "factor"), [(0, "1.2"), (1, "1.231"), (100, "1.6"), (10_000, "9"), (2500, "5.2")])
def test_rates_further_apart_than_the_factor_are_not_both_possible(days: int, factor: str) -> None:
    """1.2 + 0.03 * sqrt(d) + 0.001 * d, at most 9, in both directions; exactly that much is possible."""
    rate, largest = Decimal("0.01144"), Decimal(factor)
    assert largest_factor(days) == largest
    for one, other in ((rate, rate * largest), (rate * largest, rate)):
        assert is_possible(one, other, days)
    above = rate * largest + Decimal("1E-25")
    assert not is_possible(rate, above, days)
    assert not is_possible(above, rate, days)


def test_likely_ranges_hold_for_the_days_of_the_ticker() -> None:
    """At least 90 % of the later rates, 1 to 60 days on, with a mean interval score that no wide guess reaches."""
    done = subprocess.run([sys.executable, str(BENCH)], capture_output=True, text=True, check=True, timeout=60)
    found = {
        base: (int(pairs), float(covered), float(score))
        for base, pairs, covered, score in re.findall(
            r"^(\w{3}) 1 to 60 +(\d+) +([\d.]+) +([\d.]+) ", done.stdout, re.MULTILINE
        )
    }
    assert list(found) == ["KGS", "KZT", "TJS", "UZS", "TMT"]
    for base, limit in {"KGS": 3.0, "KZT": 10.0, "TJS": 7.5, "TMT": 0.9}.items():
        pairs, covered, score = found[base]
        assert pairs == 194
        assert covered >= 90
        assert score <= limit
    assert len(re.findall(r"^[A-Z]{3}  .*/.*/.*/", done.stdout, re.MULTILINE)) == 5
    assert done.stderr == ""


def test_the_bench_names_an_export_that_it_can_not_read(tmp_path: Path) -> None:
    path = tmp_path / "rates.jsonl"
    path.write_text("{}\n")
    done = subprocess.run([sys.executable, str(BENCH), str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{path}: this is not an export of ctick")
