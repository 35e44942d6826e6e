import datetime as dt
from decimal import Decimal

import pytest

from ctick.model import Dated, Quote
from ctick.plausible import doubt, off_peg

DAY = dt.date(2025, 12, 16)


def ask(rate: str, before: str | None = None, days: int = 0) -> str | None:
    old = None if before is None else Dated(Quote("KGS", Decimal(before)), DAY, "timesca")
    return doubt(Quote("KGS", Decimal(rate)), DAY + dt.timedelta(days=days), old)


@pytest.mark.parametrize(
    ("before", "days", "low", "high"),
    [
        ("0.01", 0, "0.008", "0.012"),
        ("0.01", 1, "0.0079", "0.0121"),
        ("0.01144", 7, "0.0083512", "0.0145288"),
        ("0.00008", 30, "0.00004", "0.00012"),
        ("0.01", 80, "0", "0.02"),
        ("0.01", 500, "0", "0.062"),
    ],
)
def test_20_per_cent_and_1_a_day(before: str, days: int, low: str, high: str) -> None:
    """The bounds themselves pass, a last digit more does not."""
    allowed = 20 + days
    assert ask(low, before, days) is None
    assert ask(high, before, days) is None
    above = f"{high}0000001"
    assert ask(above, before, days) == (
        f"KGS/USD = {above} differs by more than {allowed}% from {before} of 2025-12-16"
    )
    if Decimal(low):
        below = f"{Decimal(low) - Decimal('1e-12'):f}"
        assert ask(below, before, days) == (
            f"KGS/USD = {below} differs by more than {allowed}% from {before} of 2025-12-16"
        )


def test_no_rate_is_above_1_usd() -> None:
    """An inverse is told by that alone, with a rate before or without."""
    assert ask("1") is None
    assert ask("1.00") is None
    assert ask("87.45") == "KGS/USD = 87.45 is above 1 USD"
    assert ask("87.45", "0.01144", 10_000) == "KGS/USD = 87.45 is above 1 USD"


def test_without_a_rate_before_any_other_is_believed() -> None:
    """The first one has nothing to differ from."""
    assert ask("0.99999") is None
    assert ask("0.00000001") is None


@pytest.mark.parametrize(
    ("rate", "off"), [("0.28", False), ("0.29142", False), ("0.2914286", True), ("0.27999", True), ("0.33", True)]
)
def test_the_manat_is_pegged(rate: str, off: bool) -> None:
    """2 % off 3.5 manat a dollar passes, more is refused; the other currencies have no peg."""
    assert (off_peg(Quote("TMT", Decimal(rate))) is not None) is off
    assert off_peg(Quote("TJS", Decimal(rate))) is None
