"""Histories: changes and their known digits, gaps, weeks and months, and days like `6m` ago."""

import datetime as dt
import itertools
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctick.currencies import FIVE
from ctick.model import DatedQuote, Leg, Quote
from ctick.rates.history import Change, history_rows, last_of_each, read_ago, summary
from ctick.storage import bundled


def dated(rate: str, day: str = "2025-12-16") -> DatedQuote:
    return DatedQuote(Quote("KZT", Decimal(rate)), dt.date.fromisoformat(day), "timesca")


def derived(value: str, day: str = "2025-12-16") -> DatedQuote:
    """1 USD = `value` som, to the fourth place."""
    leg = Leg("USD", "KGS", 1, Decimal(value), Decimal("0.0001"))
    return DatedQuote(Quote.derived("KGS", (leg,)), dt.date.fromisoformat(day), "nbkr")


def percent(before: Fraction, after: Fraction) -> Fraction:
    return (after / before - 1) * 100


# By hand: 0.00209 / 0.00208 = 1.0048076923..., 0.00189 / 0.00206 = 0.9174757281..., and so on.
BY_HAND = [
    ("0.00208", "0.00209", "0.4808", "+0.5%"),
    ("0.00206", "0.00189", "-8.2524", "-8.3%"),
    ("0.10811", "0.10877", "0.6105", "+0.610%"),
    ("0.28490", "0.28571", "0.2843", "+0.284%"),
    ("0.01144", "0.01144", "None", "?"),  # 0.011435 and 0.011445 are 0.09 % apart
    ("0.01144", "0.01143", "-0.0874", "-0.09%"),
    ("0.10877", "0.10877", "0.0", "0.0%"),  # certainly less than 0.05 %
    ("0.02000", "0.02000", "None", "?"),  # up to 0.05 % exactly
    ("0.02001", "0.02001", "0.0", "0.0%"),
    ("0.00008", "0.00008", "None", "?"),
    ("0.00008", "0.00009", "12.5000", "+12%"),  # half to even
    ("0.2", "0.24", "None", "?"),  # 0.2 may be 0.24: what it says is less than the step between them
    ("1.00000", "1.00001", "0.0010", "+0.001%"),
    ("3", "3.0000001", "None", "?"),
    ("3.000", "3.0000001", "0.0", "0.0%"),
]


@pytest.mark.parametrize(("before", "after", "expected", "text"), BY_HAND)
def test_changes_worked_out_by_hand(before: str, after: str, expected: str, text: str) -> None:
    """To four decimal places, and as shown: in the known digits, `?` where they can't tell."""
    change = Change(dated(before), dated(after))
    assert (str(change.percent), change.to_text()) == (expected, text)


@pytest.mark.parametrize("code", FIVE)
def test_every_bundled_change_is_the_same_with_fractions(code: str) -> None:
    """Changes, gaps and known places of all bundled days."""
    quotes = sorted(bundled.quotes(code, dt.date.max), key=lambda quote: str(quote.as_of))
    quotes = [quote for quote in quotes if quote.source == "timesca"]
    rows = history_rows(quotes)
    assert len(rows) == 39
    assert (rows[0].change, rows[0].gap) == (None, 0)
    for before, row in itertools.pairwise(rows):
        old, new = Fraction(before.dated.rate), Fraction(row.dated.rate)
        assert row.change is not None
        assert before.dated.as_of is not None
        assert row.dated.as_of == before.dated.as_of + dt.timedelta(days=row.gap + 1)
        half = Fraction(1, 200000)
        widest, narrowest = percent(old - half, new + half), percent(old + half, new - half)
        assert row.change.days == row.gap + 1
        if abs(new - old) < Fraction(1, 100000):
            is_none = max(abs(widest), abs(narrowest)) < Fraction(5, 100)
            assert str(row.change.percent) == ("0.0" if is_none else "None")
        else:
            assert f"{row.change.percent:f}" == f"{Decimal(round(percent(old, new) * 10**4)).scaleb(-4):f}"
            # The unit of the last digit is the first digit of the half width.
            assert 1 <= (widest - narrowest) / 2 * 10**row.change.places < 10


def test_changes_of_derived_rates_are_computed_from_their_legs() -> None:
    """Not from the rounded rates."""
    (first, second) = history_rows([derived("87.4500", "2025-12-15"), derived("87.4000")])
    assert first.change is None
    assert second.change is not None
    assert (str(second.change.percent), second.change.to_text()) == ("0.0572", "+0.0572%")
    assert round(percent(Fraction(1) / Fraction("87.45"), Fraction(1) / Fraction("87.40")), 4) == Fraction("0.0572")
    same = Change(derived("87.4500"), derived("87.4500"))
    assert (str(same.percent), same.to_text()) == ("0.0", "0.0%")


def test_a_change_too_small_for_four_places_is_none() -> None:
    """Less than 0.0001 %, though the rates certainly differ."""
    assert Change(dated("0.1000000000"), dated("0.1000000100")).to_text() == "0.0%"
    assert Change(dated("0.1000000"), dated("0.1000010")).to_text() == "+0.0010%"


def test_gaps_are_counted_in_the_period() -> None:
    """Days, weeks from Monday, or months; none between revisions of one day."""
    quotes = [dated("0.00194", day) for day in ("2025-12-28", "2025-12-28", "2025-12-29", "2026-01-12", "2026-04-01")]
    assert [row.gap for row in history_rows(quotes)] == [0, 0, 0, 13, 78]
    assert [row.gap for row in history_rows(quotes, "weekly")] == [0, 0, 0, 1, 10]
    assert [row.gap for row in history_rows(quotes, "monthly")] == [0, 0, 0, 0, 2]


def test_the_last_of_each_week_and_month() -> None:
    """29 December 2025 begins the first ISO week of 2026."""
    quotes = [dated("0.00194", f"2025-12-{day}") for day in range(20, 32)]
    quotes += [dated("0.00195", f"2026-01-0{day}") for day in range(1, 7)]
    assert [str(quote.as_of) for quote in last_of_each(quotes, "weekly")] == [
        "2025-12-21",
        "2025-12-28",
        "2026-01-04",
        "2026-01-06",
    ]
    assert [str(quote.as_of) for quote in last_of_each(quotes, "monthly")] == ["2025-12-31", "2026-01-06"]


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), st.integers(0, 2000))
def test_weeks_are_iso_weeks(day: dt.date, later: int) -> None:
    """`last_of_each` puts two days into one week if and only if ISO 8601 does."""
    other = day + dt.timedelta(days=later)
    quotes = [dated("0.2", str(day)), dated("0.2", str(other))]
    assert (len(last_of_each(quotes, "weekly")) == 1) == (day.isocalendar()[:2] == other.isocalendar()[:2])


def test_summary_of_a_history() -> None:
    """Low and high with their first days, the mean in the finest step, the change from first to last and its days."""
    total = summary([dated("0.00194", "2025-12-14"), dated("0.0019", "2025-12-15"), dated("0.00199")])
    assert (total.low.rate, total.high.rate) == (Decimal("0.0019"), Decimal("0.00199"))
    assert f"{total.mean:f}" == "0.00194"  # 0.00583 / 3 = 0.0019433...
    assert (str(total.change.percent), total.change.to_text(), total.change.days) == ("2.5773", "+2.6%", 2)
    one = summary([dated("0.28490")])
    assert (f"{one.mean:f}", one.change.to_text(), one.change.days) == ("0.28490", "0.0%", 0)


def test_the_mean_is_that_of_all_days() -> None:
    """Each has the last rate up to it; the number of quotes does not count, nor do earlier revisions of a day."""
    quotes = [dated("0.00200", "2025-12-01"), dated("0.00300", "2025-12-10"), dated("0.00300", "2025-12-10")]
    assert f"{summary(quotes).mean:f}" == "0.00210"  # nine days of 0.002, one of 0.003
    crowded = [dated("0.00200", "2025-12-01"), *(dated("0.00300", f"2025-12-0{day}") for day in range(7, 10))]
    assert f"{summary(crowded).mean:f}" == "0.00233"  # six of 0.002, three of 0.003
    revised = [dated("0.00900", "2025-12-01"), dated("0.00200", "2025-12-01"), dated("0.00300", "2025-12-02")]
    assert f"{summary(revised).mean:f}" == "0.00250"
    weekly = last_of_each(
        [dated("0.00100", "2025-12-01"), dated("0.00200", "2025-12-07"), dated("0.00300", "2025-12-14")], "weekly"
    )
    assert f"{summary(weekly).mean:f}" == "0.00212"  # 7 to 13 December, and the 14th: 0.017 / 8


AGO = [
    ("30d", "2026-02-22", "2026-01-23"),
    ("0d", "2026-02-22", "2026-02-22"),
    ("2w", "2026-02-22", "2026-02-08"),
    ("6m", "2026-02-22", "2025-08-22"),
    ("6m", "2026-08-31", "2026-02-28"),
    ("6m", "2024-08-31", "2024-02-29"),
    ("1m", "2026-05-31", "2026-04-30"),
    ("1m", "2026-01-15", "2025-12-15"),
    ("1m", "2026-01-31", "2025-12-31"),
    ("12m", "2026-12-31", "2025-12-31"),
    ("1y", "2024-02-29", "2023-02-28"),
    ("4y", "2024-02-29", "2020-02-29"),
    ("1y", "2026-02-22", "2025-02-22"),
    ("1 Year", "2026-02-22", "2025-02-22"),
    ("6 months", "2026-02-22", "2025-08-22"),
    ("2weeks", "2026-02-22", "2026-02-08"),
    ("9999y", "2026-02-22", "0001-01-01"),
    ("9999m", "2026-02-22", "1192-11-22"),
    ("2025y", "2026-02-22", "0001-02-22"),
    ("9999w", "0050-01-01", "0001-01-01"),
]


@pytest.mark.parametrize(("text", "day", "expected"), AGO)
def test_days_weeks_months_and_years_ago(text: str, day: str, expected: str) -> None:
    """The same day of the month, or the last day of a shorter month."""
    assert str(read_ago(text, dt.date.fromisoformat(day))) == expected


@pytest.mark.parametrize(
    "text", ["", "d", "30", "30x", "-1d", "+1d", "1.5m", "١d", "100000d", "1 x", "1dd", "2025-12-16", "²m"]
)
def test_other_text_is_not_a_time_ago(text: str) -> None:
    """None, so that it can be read as a date."""
    assert read_ago(text, dt.date(2026, 2, 22)) is None


@given(
    st.decimals("0.00001", "1", places=5),
    st.decimals("0.00001", "1", places=5),
)
def test_known_digits_are_never_false(before: Decimal, after: Decimal) -> None:
    """Whatever the true rates are, the sign of a shown change is right."""
    change = Change(dated(f"{before:f}"), dated(f"{after:f}"))
    if not change.percent:
        assert before == after
        assert (change.percent is None) == (Decimal("0.00001") >= before * Decimal("0.0005"))
    else:
        assert (change.percent > 0) == (after > before)
        assert round(change.percent, change.places) != 0
