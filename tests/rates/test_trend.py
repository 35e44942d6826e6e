"""The last days of a rate in few characters: arrow, change, spark line; and errors in two digits."""

import datetime as dt
from decimal import Decimal

import pytest

from ctick.model import DatedQuote, Quote
from ctick.rates.trend import arrow, change_text, dollar_text, error_text, last_change, sparklines


def days(*rates: str, step: int = 1) -> list[DatedQuote]:
    first = dt.date(2025, 12, 1)
    return [
        DatedQuote(Quote("KGS", Decimal(rate)), first + dt.timedelta(days=number * step), "timesca")
        for number, rate in enumerate(rates)
    ]


@pytest.mark.parametrize(
    ("rates", "line"),
    [
        (("0.0113", "0.0115", "0.0117"), "▁▄█"),
        (("0.01143", "0.01144", "0.01145"), "▃▄▅"),  # 0.2 % on a scale of 1 %
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
    assert sparklines({"KGS": days(*rates)})[1] == {"KGS": line}


def test_spark_lines_have_one_scale() -> None:
    """A peg that is rounded now up, now down is level beside a rate that moves; one digit alone makes no scale."""
    recent = {
        "KGS": days("0.0113", "0.0115", "0.0117"),
        "TMT": days("0.28571", "0.28490", "0.28571"),
        "UZS": days("0.00008", "0.00009", "0.00008"),
    }
    assert sparklines(recent) == ("since 1 Dec", {"KGS": "▁▄█", "TMT": "▄▄▄", "UZS": "▁█▁"})
    assert sparklines(recent, per_dollar=True) == ("since 1 Dec", {"KGS": "█▄▁", "TMT": "▄▄▄", "UZS": "█▁█"})
    assert sparklines({"TMT": recent["TMT"]})[1] == {"TMT": "▅▃▅"}  # alone: 0.3 % on a scale of 1 %


def test_a_spark_line_says_since_when_and_leaves_gaps() -> None:
    """A day has a bar in the same place for all; days before `count` are left out, and the year only if it is the same."""
    recent = {"KGS": days("0.0113", "0.0115", "0.0117", step=2), "KZT": days("0.00190", "0.00194", "0.00198")}
    assert sparklines(recent, 8) == ("since 1 Dec", {"KGS": "▁ ▄ ▇", "KZT": "▁▄█  "})
    assert sparklines(recent, 4) == ("since 2 Dec", {"KGS": "", "KZT": ""})
    assert sparklines({"KGS": days("0.0113", "0.0115", "0.0117", step=20)}, 60)[0] == "since 1 Dec 2025"
    assert sparklines({"KGS": [DatedQuote(Quote("KGS", Decimal("0.01144")), None, "timesca")]}) == ("", {})


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
    ("rates", "text"),
    [
        (("0.01143", "0.01144"), "-0.09% ▼"),
        (("0.00192", "0.00194"), "-1.0% ▼"),
        (("0.00100", "0.00200"), "-50.0% ▼"),
        (("0.00200", "0.00100"), "+100% ▲"),
        (("0.10877", "0.10877"), "0.0% ▬"),
        (("0.00008", "0.00008"), "?"),
    ],
)
def test_a_change_of_the_dollar_points_the_other_way(rates: tuple[str, ...], text: str) -> None:
    """Of what 1 USD costs; it is known where that of the rate is."""
    assert change_text(last_change(days(*rates), per_dollar=True)) == text


def test_what_a_dollar_costs_has_the_digits_that_are_known() -> None:
    """A range if they leave much open."""
    assert [dollar_text(days(rate)[0]) for rate in ("0.01144", "0.00194", "0.00008")] == [
        "87.41", "515", "11,764 to 13,334",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("0.0000001", "<0.05%"), ("0.0005", "0.050%"), ("0.00432", "0.43%"), ("0.0625", "6.3%"), ("0.129", "13%"), ("1.5", "150%"),
    ],
)  # fmt: skip
def test_errors_have_two_digits(part: str, text: str) -> None:
    """Digits finer than 0.05 % are not accuracy."""
    assert error_text(Decimal(part)) == text
