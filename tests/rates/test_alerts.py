"""The conditions of `watch --alert`, in both directions."""

import datetime as dt
from decimal import Decimal

import pytest

from ctick.errors import UsageError
from ctick.model import DatedQuote, Leg, Quote
from ctick.rates.alerts import Alert

DAY = dt.date(2025, 12, 16)
KZT = DatedQuote(Quote("KZT", Decimal("0.00194")), DAY, "timesca")
UZS = DatedQuote(Quote.derived("UZS", (Leg("USD", "UZS", 3, Decimal(36000), Decimal("0.01")),)), DAY, "cbu")
QUOTES = {"KZT": KZT, "UZS": UZS}
"""0.00194 USD for 1 KZT, so 515.46 KZT for 1 USD; exactly 12,000 UZS for 1 USD."""

HOLDS = {
    "KZT<0.0019": ("KZT < 0.0019", False),
    "KZT>0.0019": ("KZT > 0.0019", True),
    "KZT>=0.00194": ("KZT >= 0.00194", True),
    "KZT≥0.00194": ("KZT >= 0.00194", True),
    "KZT>0.00194": ("KZT > 0.00194", False),
    "kzt <= 0.00194": ("KZT <= 0.00194", True),
    "тенге < 0,5": ("KZT < 0.5", True),
    "KZT<0.0019 USD": ("KZT < 0.0019 USD", False),
    "KZT/USD<0.002": ("KZT/USD < 0.002", True),
    "KZT/USD < $0.002": ("KZT/USD < 0.002 USD", True),
    "1 KZT < $0.002": ("1 KZT < 0.002 USD", True),
    "1000 KZT > 1.9 USD": ("1,000 KZT > 1.9 USD", True),
    "USD>520 KZT": ("USD > 520 KZT", False),
    "USD>515 KZT": ("USD > 515 KZT", True),
    "1 USD > 515 KZT": ("1 USD > 515 KZT", True),
    "$100 > 51,500 tenge": ("100 USD > 51,500 KZT", True),
    "USD/KZT>515": ("USD/KZT > 515", True),
    "USD/KZT<515": ("USD/KZT < 515", False),
    "USD/KZT<515 KZT": ("USD/KZT < 515 KZT", False),
    "dollar < 516 тенге": ("USD < 516 KZT", True),
    "USD>12,000 UZS": ("USD > 12,000 UZS", False),
    "USD>=12000 UZS": ("USD >= 12,000 UZS", True),
    "USD<=12 000 Uzbek som": ("USD <= 12,000 UZS", True),
    "USD<12k soum": ("USD < 12,000 UZS", False),
}

FORMS = "write it as 'KZT<0.0019' or 'USD>520 KZT'"
REFUSED = {
    "": f" is not a condition: {FORMS}",
    "KZT": f"KZT is not a condition: {FORMS}",
    "KZT<": f"KZT< is not a condition: {FORMS}",
    "KZT<x": f"KZT<x is not a condition: {FORMS}",
    "KZT=0.0019": f"KZT=0.0019 is not a condition: {FORMS}",
    "KZT<0.0019<0.002": f"KZT<0.0019<0.002 is not a condition (unknown currency '<':"
    f" ctick knows KGS KZT TJS UZS TMT USD): {FORMS}",
    "<0.0019": f"<0.0019 is not a condition (no amount given: try 'ctick convert 50000 KGS'): {FORMS}",
    "EUR<0.0019": f"EUR<0.0019 is not a condition (unknown currency 'EUR': ctick knows KGS KZT TJS UZS TMT USD): {FORMS}",
    "KZT<1,5": f"KZT<1,5 is not a condition ('1,5' is ambiguous: write 1.5 or 15): {FORMS}",
    "som<0.01": "som<0.01 is not a condition ('som' is ambiguous: write KGS (Kyrgyz som) or UZS (Uzbek som),"
    f" or set CTICK_SOM, or som in config.toml): {FORMS}",
    "KZT<\x1b[31m1": f"KZT<\ufffd[31m1 is not a condition (unknown currency '\ufffd['"
    f": ctick knows KGS KZT TJS UZS TMT USD): {FORMS}",
    "KZT<0": "'KZT < 0': a rate is USD for 1 KZT, between 0 and 1",
    "KZT>-1": "'KZT > -1': a rate is USD for 1 KZT, between 0 and 1",
    "KZT<515": "'KZT < 515': a rate is USD for 1 KZT, between 0 and 1; for KZT per dollar write 'USD<515 KZT'",
    "KZT/USD>515": "'KZT/USD > 515': a rate is USD for 1 KZT, between 0 and 1; for KZT per dollar write 'USD>515 KZT'",
    "USD<515": "'USD < 515': name the other currency, as in 'USD < 515 KZT'",
    "USD<0.5 KZT": "'USD < 0.5 KZT': 1 USD is always more than 1 KZT",
    "USD>0 KZT": "'USD > 0 KZT': 1 USD is always more than 1 KZT",
    "KGS>6 KZT": f"'KGS > 6 KZT' is not about a rate in USD: {FORMS}",
    "KGS/KZT>6": f"'KGS/KZT > 6' is not about a rate in USD: {FORMS}",
    "USD/KZT>87 KGS": f"'USD/KZT > 87 KGS' is not about a rate in USD: {FORMS}",
    "USD>1 USD": f"'USD > 1 USD' is not about a rate in USD: {FORMS}",
    "USD>520 KZT KGS": f"USD>520 KZT KGS names more than one rate: {FORMS}",
    "KGS/USD KZT<0.01": f"KGS/USD KZT<0.01 names more than one rate: {FORMS}",
    "USD KGS KZT>5": f"USD KGS KZT>5 names more than one rate: {FORMS}",
    "KGS<0.01 USD KZT": f"KGS<0.01 USD KZT names more than one rate: {FORMS}",
    "0 KZT<0.1": f"'0 KZT < 0.1' is not about a rate in USD: {FORMS}",
}


@pytest.mark.parametrize("text", HOLDS)
def test_a_condition_on_a_rate(text: str) -> None:
    """In USD for one unit or in units for a dollar; a rate that equals the number to the last digit is equal."""
    alert = Alert(text)
    assert (alert.text, alert.holds(QUOTES)) == HOLDS[text]
    assert alert.code == ("UZS" if "UZS" in alert.text else "KZT")
    assert not alert.holds({})


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_a_condition(text: str) -> None:
    """The message says why, and how to write one."""
    with pytest.raises(UsageError) as caught:
        Alert(text)
    assert str(caught.value) == f"--alert {REFUSED[text]}"


def test_a_number_that_may_have_been_meant_otherwise() -> None:
    """12.000 is 12, which every rate of the Uzbek som is above."""
    note = "'12.000' was read as 12 (the point is a decimal point); did you mean 12000?"
    assert Alert("USD>12.000 UZS").note == note
    assert [Alert(text).note for text in ("USD>12000 UZS", "KZT<0.002", "KZT<.002")] == [None, None, None]
