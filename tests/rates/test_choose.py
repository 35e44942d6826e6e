"""Which quote is chosen, compared with the rule in exact fractions."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from conftest import SEED_16
from hypothesis import given, settings
from hypothesis import strategies as st

from ctick.model import DatedQuote, Quote
from ctick.rates.choose import best

NEWEST = dt.date(2025, 12, 16)


def quote(rate: str, age: int = 0, source: str = "timesca", seen_at: str | None = None) -> DatedQuote:
    return DatedQuote(Quote("UZS", Decimal(rate)), NEWEST - dt.timedelta(days=age), source, seen_at)


def brute(quotes: list[DatedQuote]) -> DatedQuote | None:
    """The rule in exact fractions: smallest error, then newest date, then last seen."""
    if not quotes:
        return None
    newest = max(quote.as_of for quote in quotes if quote.as_of)

    def key(quote: DatedQuote) -> tuple[Fraction, int, str]:
        assert quote.as_of is not None
        days = (newest - quote.as_of).days
        step = Fraction(10) ** int(quote.rate.as_tuple().exponent)
        return step / 2 / Fraction(quote.rate) + Fraction(25, 10_000) * days, days, quote.seen_at or ""

    least = min(key(quote)[:2] for quote in quotes)
    return max((quote for quote in quotes if key(quote)[:2] == least), key=lambda quote: key(quote)[2])


def test_without_dated_quotes_nothing_is_chosen() -> None:
    """No quotes at all, or none with a date."""
    assert best([]) is None
    undated = DatedQuote(Quote("UZS", Decimal("0.00008")), None, "timesca")
    assert best([undated]) is None
    assert best([undated, quote("0.00008")]) == quote("0.00008")


def test_a_precise_rate_of_yesterday_beats_one_coarse_digit_of_today() -> None:
    """UZS from a central bank on 15 December, KGS from the ticker of the 16th."""
    ticker, feed = quote("0.00008"), quote("0.0000825395", 1, "cbr")
    assert best([ticker, feed]) == feed
    ticker, feed = quote("0.01144"), quote("0.0114373210", 1, "cbr")
    assert best([ticker, feed]) == ticker


def test_a_coarse_rate_of_today_beats_a_precise_one_of_last_month() -> None:
    """Half of 0.00001 is 6.25 % of 0.00008, as much as 25 days of 0.25 %."""
    ticker = quote("0.00008")
    assert best([ticker, quote("0.0000825395", 30, "cbr")]) == ticker
    assert best([ticker, quote("0.0000825395", 25, "cbr")]) == ticker
    assert best([ticker, quote("0.0000825395", 24, "cbr")]) == quote("0.0000825395", 24, "cbr")


def test_age_is_counted_from_the_newest_quote_not_from_today() -> None:
    """The same quote is chosen however old all of them are."""
    for years in (0, 10):
        old = [quote("0.00008", 365 * years), quote("0.0000825395", 365 * years + 1, "cbr")]
        assert best(old) == old[1]


def test_equal_errors_are_decided_by_the_newest_date() -> None:
    """0.00003 can be wrong by 1/6; so can 0.00012 (1/24) when it is 50 days old."""
    newer, older = quote("0.00003"), quote("0.00012", 50)
    assert best([newer, older]) == newer
    assert best([newer, quote("0.00012", 49)]) == quote("0.00012", 49)


def test_equal_errors_on_one_day_are_decided_by_the_last_seen() -> None:
    """In whichever order the revisions come."""
    early, late, never = (quote("0.01144", seen_at=seen) for seen in ("2025-12-16T01", "2025-12-16T02", None))
    for order in ([early, late, never], [late, early, never], [never, early, late]):
        assert best(order) == late
    assert best([never]) == never


@pytest.mark.parametrize(("rate", "days"), [("0.01144", 2), ("0.00008", 26)])
def test_quotes_too_old_to_win_are_not_read(rate: str, days: int) -> None:
    """0.01144 can be wrong by 0.044 %, less than a day of age; 0.00008 by 6.25 %, as much as 25 days."""
    asked: list[int] = []

    def quotes() -> Iterator[DatedQuote]:
        for age in range(1000):
            asked.append(age)
            yield quote(rate, age)

    assert best(quotes()) == quote(rate)
    assert asked == list(range(days))


RATES = st.one_of(
    st.builds(lambda digits, places: f"{Decimal(digits).scaleb(-places):f}", st.integers(1, 40), st.integers(2, 6)),
    st.sampled_from([figure.split()[1] for figure in SEED_16.split(";")]),
)
QUOTES = st.lists(
    st.builds(quote, RATES, st.integers(0, 80), st.sampled_from(["timesca", "cbr"]), st.sampled_from([None, "1", "2"])),
    max_size=12,
    unique_by=lambda quote: (quote.as_of, quote.seen_at),
)


@settings(deadline=None, max_examples=400)
@given(QUOTES)
def test_the_choice_is_the_best_of_all_quotes(quotes: list[DatedQuote]) -> None:
    """Stopping early never misses a better one, also with equal errors."""
    ordered = sorted(quotes, key=lambda quote: quote.as_of or NEWEST, reverse=True)
    assert all(one.as_of >= other.as_of for one, other in pairwise(ordered) if one.as_of and other.as_of)
    assert best(iter(ordered)) == brute(quotes)


def test_rounding_decides_no_tie() -> None:
    """All pairs of short rates whose errors are equal at some age."""
    for few in range(1, 60):
        for many in range(few + 1, 400):
            days = (Fraction(1, 2 * few) - Fraction(1, 2 * many)) / Fraction(25, 10_000)
            if days.denominator == 1:
                newer, older = quote(f"0.{few:05}"), quote(f"0.{many:05}", int(days))
                assert best([newer, older]) == newer
