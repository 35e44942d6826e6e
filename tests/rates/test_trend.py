"""The last days of a rate in few characters: arrow, change, spark line; and errors in two digits."""

import datetime as dt
from decimal import Decimal

import pytest

from ctick.model import DatedQuote, Quote
from ctick.rates.trend import arrow, change_text, error_text, last_change, sparkline


def days(*rates: str, step: int = 1) -> list[DatedQuote]:
    first = dt.date(2025, 12, 1)
    return [
        DatedQuote(Quote("KGS", Decimal(rate)), first + dt.timedelta(days=number * step), "timesca")
        for number, rate in enumerate(rates)
    ]


@pytest.mark.parametrize(
    ("rates", "line"),
    [
        (("0.01143", "0.01144", "0.01145"), "▁▄█"),
        (("0.01144", "0.01144", "0.01144"), "▄▄▄"),  # known to 0.04 %
        (("0.0114", "0.01144", "0.01144"), "▄▄▄"),  # the first may be 0.01144 too
        (("0.00008", "0.00008", "0.00008"), ""),  # known to 6 %: may have moved by 13 %
        (("0.00101", "0.00101", "0.00101"), "▄▄▄"),  # known to less than 0.5 %
        (("0.00100", "0.00100", "0.00100"), ""),  # and to 0.5 %, from which on conversions show a range
        (("0.00008", "0.00008", "0.00009"), "▁▁█"),
        (("0.01143", "0.01144"), ""),
        (("0.01144",), ""),
    ],
)
def test_a_spark_line_shows_what_is_known(rates: tuple[str, ...], line: str) -> None:
    """Level only where the digits say so; nothing where they can't tell, or where the arrow tells all."""
    assert sparkline(days(*rates)) == line


@pytest.mark.parametrize(
    ("rates", "step", "sign", "text"),
    [
        (("0.01144",), 1, "", ""),
        (("0.00008", "0.00008"), 1, "?", "?"),
        (("0.10877", "0.10877"), 1, "▬", "0.0% ▬"),
        (("0.10877", "0.10900"), 3, "▲", "+0.211% ▲"),  # Friday to Monday; 0.21146: rounded once
        (("0.10877", "0.10800"), 4, "▼", "-0.708% in 4 days ▼"),
    ],
)
def test_unknown_none_and_no_earlier_rate_differ(rates: tuple[str, ...], step: int, sign: str, text: str) -> None:
    """And a change over more than a weekend says over how many days."""
    change = last_change(days(*rates, step=step))
    assert (arrow(change), change_text(change)) == (sign, text)


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("0.0000001", "<0.05%"), ("0.0005", "0.050%"), ("0.00432", "0.43%"), ("0.0625", "6.3%"), ("0.129", "13%"), ("1.5", "150%"),
    ],
)  # fmt: skip
def test_errors_have_two_digits(part: str, text: str) -> None:
    """Digits finer than 0.05 % are not accuracy."""
    assert error_text(Decimal(part)) == text
