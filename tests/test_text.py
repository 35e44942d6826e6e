"""Dates, numbers and ages as people write them."""

import datetime as dt
from decimal import Decimal

import pytest

from ctick.errors import UsageError
from ctick.model import DatedQuote, Leg, Quote
from ctick.text import age_text, as_of_text, counted, grouped, long_date, rate_text, read_age, read_date, short_date

TODAY = dt.date(2026, 2, 22)


def test_dates_are_written_long_and_short() -> None:
    """No locale, no leading zero."""
    assert (long_date(dt.date(2025, 12, 6)), short_date(dt.date(2025, 12, 6))) == ("6 December 2025", "6 Dec 2025")
    assert (long_date(dt.date(1, 9, 1)), short_date(dt.date(1, 9, 1))) == ("1 September 0001", "1 Sep 0001")


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (0, "22 Feb 2026"),
        (2, "20 Feb 2026"),
        (3, "19 Feb 2026 · 3 days ago"),
        (1234, "7 Oct 2022 · 1,234 days ago"),
        (-1, "dated 23 Feb 2026 (tomorrow)"),
        (-2, "dated 24 Feb 2026 (in 2 days)"),
    ],
)
def test_the_day_of_a_rate_is_shown_with_its_age_from_the_third_day_on(days: int, text: str) -> None:
    """A rate dated ahead says so; without a day there is no age."""
    assert as_of_text(TODAY - dt.timedelta(days=days), TODAY) == text
    assert as_of_text(None, TODAY) == "undated"


def test_the_age_of_a_rate_used_for_a_past_day_counts_to_that_day() -> None:
    """`3 days ago` would be wrong then."""
    past = dt.date(2025, 12, 19)
    assert age_text(dt.date(2025, 12, 16), past) == "3 days earlier"
    assert as_of_text(dt.date(2025, 12, 16), past) == "16 Dec 2025 · 3 days earlier"


def test_numbers_are_grouped_with_all_their_digits() -> None:
    """No exponent, no rounding, and trailing zeros stay."""
    written = {
        "50000": "50,000",
        "1E+30": "1" + ",000" * 10,
        "-1234.50": "-1,234.50",
        "8E-5": "0.00008",
        "0.00": "0.00",
    }
    assert {number: grouped(Decimal(number)) for number in written} == written
    long = "123,456,789,012,345,678,901,234,567,890.123456789012345678901234567890"
    assert grouped(Decimal(long.replace(",", ""))) == long


def test_rates_are_shown_as_published_and_derived_ones_with_six_digits() -> None:
    """Trailing zeros stay; a derived rate with fewer known digits has only these."""

    def shown(quote: Quote) -> str:
        return rate_text(DatedQuote(quote, TODAY, "fawaz"))

    def derived(value: str, quantum: str) -> Quote:
        return Quote.derived("UZS", (Leg("USD", "UZS", 1, Decimal(value), Decimal(quantum)),))

    assert shown(Quote("TMT", Decimal("0.28490"))) == "0.28490"
    assert shown(Quote("UZS", Decimal("0.0000825395"))) == "0.0000825395"
    assert shown(Quote("UZS", Decimal("8E-5"))) == "0.00008"
    assert shown(derived("11792.23495678", "0.00000001")) == "0.0000848016"
    assert shown(derived("11792", "1")) == "0.000084803"


def test_counted_nouns_have_a_plural() -> None:
    """Except after 1."""
    assert [counted(count, "day") for count in (0, 1, 2, 1234)] == ["0 days", "1 day", "2 days", "1,234 days"]


def test_dates_are_read() -> None:
    """ISO, day first with dots, as ctick prints it, `today` and `yesterday`."""
    days = ("2025-12-16", "16.12.2025", "16 Dec 2025", "16 December 2025", "16 dec 2025", "16.Dec.2025")
    read = {text: dt.date(2025, 12, 16) for text in days} | {
        "1.2.2025": dt.date(2025, 2, 1),
        "1 May 2025": dt.date(2025, 5, 1),
    }
    read |= dict.fromkeys(("today", "Today", "TODAY"), TODAY) | {"Yesterday": dt.date(2026, 2, 21)}
    assert {text: read_date(text, TODAY) for text in read} == read


@pytest.mark.parametrize(
    "text",
    ["", "2025-02-29", "2025-13-01", "20251216", "2025-W51-2", "2025-1-1", "30.02.2025", "12.16.2025",
     "16.12.25", "16/12/2025", "2025.12.16", "16 Dex 2025", "16.Dec", "16.12.2025.", "1٦.12.2025", "16.12.２025", "16 12 2025 0", "2025-12-16T00", "tomorrow",
     "２０２５-12-16", " 2025-12-16", "0000-01-01"],
)  # fmt: skip
def test_other_text_is_not_a_date(text: str) -> None:
    """Not even an ISO week; the message shows the right format."""
    with pytest.raises(UsageError) as caught:
        read_date(text, TODAY)
    assert str(caught.value) == f"'{text}' is not a date: write it as 2025-12-16, 16.12.2025, 'today' or 'yesterday'"


def test_ages_are_read() -> None:
    """Days, weeks, months or years, of which 12 months make one."""
    read = {"3d": 3, "3": 3, "0d": 0, "3D": 3, "3 days": 3, "1 day": 1, "2w": 14, "2 Weeks": 14}
    read |= {"1m": 30, "6m": 182, "6 months": 182, "12mo": 365, "1y": 365, "2 years": 730}
    assert {text: read_age(text) for text in read} == read


@pytest.mark.parametrize(
    "text", ["", "d", "-3d", "3h", "3 dd", "days", "3 d ays", "d3", "1.5d", "٣d", "999999d", "3dd", "\u202e3d"]
)
def test_other_text_is_not_an_age(text: str) -> None:
    """The message shows the right formats."""
    with pytest.raises(UsageError) as caught:
        read_age(text)
    shown = text.replace("\u202e", "\ufffd")
    assert str(caught.value) == f"'{shown}' is not an age: write it as 3d, 2w, 6m or 1y"
