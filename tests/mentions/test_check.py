"""Verdicts on printed dollar figures, and the reasons."""

import datetime as dt
from decimal import Decimal

import pytest

from ctick.mentions.check import Checked, PastRates, Rates, check
from ctick.mentions.model import Mention, Printed
from ctick.model import DatedQuote, Quote

DAY = dt.date(2025, 12, 10)


def step(figure: str) -> Decimal:
    return Decimal(1).scaleb(Decimal(figure).as_tuple().exponent)  # type: ignore[arg-type]  # no infinities here


def mention(amount: str, code: str | None, dollars: str | None, amount_step: str | None = None) -> Mention:
    """`amount` `code` (`dollars`), each known to its last digit, the amount to `amount_step` if given."""
    size = Decimal(amount_step) if amount_step else step(amount)
    figure = Printed(Decimal(dollars), step(dollars)) if dollars else None
    return Mention(1, 1, 0, 0, "", "", 0, Printed(Decimal(amount), size), code, figure)


def quote(code: str, rate: str, day: dt.date = DAY) -> DatedQuote:
    return DatedQuote(Quote(code, Decimal(rate)), day, "timesca")


TODAYS = {
    "KGS": quote("KGS", "0.01144"),
    "KZT": quote("KZT", "0.00193"),
    "UZS": quote("UZS", "0.000083"),
    "TMT": quote("TMT", "0.28490"),
}
PAST = [
    quote("KZT", "0.00193", dt.date(2025, 12, 5)),
    quote("KZT", "0.00220", dt.date(2025, 7, 2)),
    quote("KZT", "0.00200", dt.date(2025, 4, 3)),
    quote("KZT", "0.00200", dt.date(2025, 3, 3)),
    quote("KZT", "0.00208", dt.date(2024, 9, 10)),
]


def checked(found: Mention, day: dt.date = DAY) -> Checked:
    def past(code: str) -> PastRates:
        return PastRates([dated for dated in PAST if dated.base == code])

    return check(found, Rates(day, TODAYS.get, past))


def verdict(amount: str, code: str, dollars: str, amount_step: str | None = None) -> tuple[str | None, str, str]:
    result = checked(mention(amount, code, dollars, amount_step))
    return result.verdict, f"{result.difference:f}", result.reason


def test_nothing_to_compare() -> None:
    """Without a figure there is no verdict; without a currency or its rate not even dollars."""
    result = checked(mention("50000", "KGS", None))
    assert str(result.conversion) == "572.00 USD"
    assert (result.verdict, result.reason, result.difference) == (None, "", None)
    for code in (None, "TJS"):
        found = mention("50000", code, "576")
        assert checked(found) == Checked(found)


def test_both_figures_are_rounded() -> None:
    """What each can stand for counts: the digits of the amount, of the rate and of the dollars."""
    assert verdict("50000", "KGS", "572") == ("ok", "0.0", "")
    assert verdict("50000", "KGS", "573") == ("off", "0.2", "")
    assert verdict("50000", "KGS", "570") == ("off", "-0.3", "")
    assert verdict("50000", "KGS", "570", "1000") == ("ok", "-0.3", "")
    assert verdict("14", "KZT", "0.028") == ("ok", "3.6", "")


def test_intervals_that_touch_overlap() -> None:
    """100 KGS are 1.1435 to 1.1445 dollars; the figures can be up to 1.1435, or from 1.1445 on."""
    amount = Printed(Decimal(100), Decimal(0))
    for figure, expected in {"1.1395": "ok", "1.1394": "off", "1.1485": "ok", "1.1486": "off"}.items():
        found = Mention(1, 1, 0, 0, "", "", 0, amount, "KGS", Printed(Decimal(figure), Decimal("0.008")))
        assert checked(found).verdict == expected, figure


@pytest.mark.parametrize(
    ("low", "high", "verdict"), [("550", "600", "ok"), ("573", "600", "off"), ("700", "800", "far off")]
)
def test_a_range_of_dollars_is_compared_as_one(low: str, high: str, verdict: str) -> None:
    """It has no single difference."""
    found = mention("50000", "KGS", low)
    assert found.dollars is not None
    found.dollars.to = Printed(Decimal(high), Decimal(1))
    assert (checked(found).verdict, checked(found).difference) == (verdict, None)


def test_an_amount_of_zero_has_no_difference() -> None:
    result = checked(mention("0", "KGS", "5"))
    assert (result.verdict, result.difference, result.reason) == ("far off", None, "")
    assert checked(mention("0", "KGS", "0")).verdict == "ok"


@pytest.mark.parametrize(
    ("dollars", "expected"),
    [
        ("629.5", "off"),  # 572.256 is the highest value, 629.48 is 10 % more: the figure may be 629.45
        ("629.6", "far off"),
        ("514.6", "off"),  # 571.744 is the lowest value, 514.57 is 10 % less
        ("514.5", "far off"),
    ],
)
def test_ten_per_cent_divide_off_from_far_off(dollars: str, expected: str) -> None:
    """Counted between the intervals, as a part of the nearer bound."""
    assert verdict("50000", "KGS", dollars)[0] == expected


def test_an_old_rate_leaves_more_room() -> None:
    """The likely interval of the rate on the day counts."""
    assert checked(mention("50000", "KGS", "576"), DAY).verdict == "off"
    assert checked(mention("50000", "KGS", "576"), DAY + dt.timedelta(days=9)).verdict == "ok"


def test_a_wrong_power_of_ten() -> None:
    """Also of many digits; only if the figure then fits."""
    assert verdict("50000", "KGS", "57.2") == ("far off", "-90.0", "10 times too small")
    assert verdict("50000", "KGS", "57200") == ("far off", "9900", "100 times too large")
    assert verdict("50000000000", "KGS", "572") == ("far off", "-100.0", "1,000,000 times too small")
    assert verdict("50000", "KGS", "59.2") == ("far off", "-89.7", "")
    assert verdict("35", "TMT", "1.0") == ("far off", "-90.0", "10 times too small")


def test_a_figure_that_was_cut() -> None:
    """Its last digit is too small by one because it was not rounded; far off it would be no excuse."""
    assert verdict("2400", "TMT", "683") == ("off", "-0.1", "rounded down")
    assert verdict("2400", "TMT", "682")[2] == ""
    assert verdict("165", "KGS", "1") == ("far off", "-47.0", "")
    assert verdict("2400", "TMT", "685")[2] == ""
    assert checked(mention("18950000000000", "KZT", "3.63E+10", "1E+11")).reason == "", "36.57 was not cut to 36.3"


def test_the_other_som() -> None:
    """The figure fits the rate of the other one."""
    assert verdict("3000000", "KGS", "249") == ("far off", "-99.3", "fits the Uzbek som")
    assert verdict("50000", "UZS", "572") == ("far off", "14000", "fits the Kyrgyz som")
    assert verdict("3000000", "KGS", "300") == ("far off", "-99.1", "")


def test_another_currency() -> None:
    """The amount was converted as if it were in that one; a wrong power of ten is the likelier slip."""
    assert verdict("50000", "KZT", "572") == ("far off", "490", "fits the Kyrgyz som")
    assert verdict("50000", "KGS", "96.5")[2] == "fits the tenge"
    assert verdict("200", "KZT", "57.0")[2] == "fits the manat"


def test_manat_at_a_market_rate() -> None:
    """7 to 60 manat for a dollar."""
    assert verdict("38.83", "TMT", "2") == ("far off", "-81.9", "market rate: 19.4 manat for $1")
    assert verdict("146.64", "TMT", "7.5") == ("far off", "-82.0", "market rate: 19.6 manat for $1")
    assert verdict("100", "TMT", "14")[2] == "market rate: 7.14 manat for $1"
    assert verdict("100", "TMT", "15")[2] == ""
    assert verdict("610", "TMT", "10")[2] == ""
    assert verdict("38.83", "KZT", "2")[2] == ""


def test_an_old_article() -> None:
    """The day whose rate comes nearest, of equal rates the latest; and only if the figure fits."""
    assert verdict("1500000", "KZT", "3000") == ("off", "3.6", "fits the rate of 3 Apr 2025")
    assert verdict("1500000", "KZT", "3120") == ("off", "7.8", "fits the rate of 10 Sep 2024")
    assert verdict("1500000", "KZT", "3300") == ("far off", "14.0", "fits the rate of 2 Jul 2025")
    assert verdict("1500000", "KZT", "3600") == ("far off", "24.4", "")
    assert verdict("50000", "KGS", "576") == ("off", "0.7", "")


def test_the_nearest_past_rate() -> None:
    """Of two rates at the same distance that of the later day."""
    rates = PastRates(PAST)
    for rate, day in {"0.00204": "2025-04-03", "0.00214": "2025-07-02", "1": "2025-07-02", "0": "2025-12-05"}.items():
        nearest = rates.nearest(Decimal(rate))
        assert nearest is not None
        assert str(nearest.as_of) == day
    assert PastRates([]).nearest(Decimal(1)) is None


def test_past_rates_are_not_looked_up_for_what_is_right() -> None:
    """They may be many."""

    def past(code: str) -> PastRates:
        raise AssertionError(code)

    rates = Rates(DAY, TODAYS.get, past)
    assert check(mention("50000", "KGS", "572"), rates).verdict == "ok"
    assert check(mention("50000", "KGS", "57.2"), rates).reason == "10 times too small"
