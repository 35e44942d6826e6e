import datetime as dt
from decimal import ROUND_CEILING, Decimal, localcontext
from pathlib import Path

import pytest
from conftest import Run
from hypothesis import given
from hypothesis import strategies as st

from ctick.model import DatedQuote, Quote
from ctick.storage.plausibility import implausible, off_peg

DAY = dt.date(2025, 12, 16)


def ask(rate: str, stored: str | None = None, days: int = 0) -> str | None:
    """Why a rate is implausible `days` days after (or before) a stored one."""
    old = None if stored is None else DatedQuote(Quote("KGS", Decimal(stored)), DAY, "timesca")
    found = implausible(Quote("KGS", Decimal(rate)), DAY + dt.timedelta(days=days), old)
    assert found is None or found.stored in (None, old)
    return None if found is None else str(found)


@pytest.mark.parametrize(
    ("days", "factor"),
    [
        (0, "1.2"),
        (1, "1.231"),
        (4, "1.264"),
        (9, "1.299"),
        (100, "1.6"),
        (400, "2.2"),
        (3600, "6.6"),
        (6400, "9"),
        (40_000, "9"),
    ],
)
@pytest.mark.parametrize("stored", ["0.01", "0.00008", "0.0115", "0.0100000000000000000000000000000000000001"])
def test_the_factor_grows_with_the_days(stored: str, days: int, factor: str) -> None:
    """1.2 + 0.03 * sqrt(d) + 0.001 * d, at most 9; the bound itself passes, a last digit more does not, either way."""
    with localcontext(prec=120):
        old, tiny = Decimal(stored), Decimal("1e-60")
        high = old * Decimal(factor)
        low = (old / Decimal(factor)).quantize(tiny, ROUND_CEILING)
        within, outside = (high, low), (high + tiny, low - tiny)
    for side in (days, -days):
        assert [ask(f"{rate:f}", stored, side) for rate in within] == [None, None]
        for rate in outside:
            assert ask(f"{rate:f}", stored, side) == (
                f"KGS/USD = {rate:f} differs by more than a factor of {factor[:4]} from {stored},"
                " the rate of timesca on 16 December 2025"
            )


@given(
    st.integers(0, 20_000),
    st.decimals("0.00001", "0.9", places=5),
    st.decimals("0.00001", "0.9", places=5),
)
def test_the_factor_is_that_of_the_formula(days: int, rate: Decimal, stored: Decimal) -> None:
    """As computed with a root of fifty digits."""
    with localcontext(prec=50):
        factor = min(Decimal(9), Decimal("1.2") + Decimal("0.03") * Decimal(days).sqrt() + Decimal("0.001") * days)
        is_within = 1 / factor <= rate / stored <= factor
    assert (ask(f"{rate:f}", f"{stored:f}", -days) is None) is is_within


def test_a_bundled_rate_is_named_as_such() -> None:
    """The user can't delete it."""
    old = DatedQuote(Quote("KGS", Decimal("0.01143")), dt.date(2026, 2, 21), "timesca", bundled=True)
    found = implausible(Quote("KGS", Decimal(1)), dt.date(2026, 2, 22), old)
    assert found is not None
    assert str(found).endswith(" from 0.01143, the rate of timesca (bundled) on 21 February 2026")


def test_no_rate_is_above_1_usd() -> None:
    """An inverse is recognized by that alone, with a rate before it or without."""
    assert ask("1") is None
    assert ask("1.00") is None
    assert ask("1.00001") == "KGS/USD = 1.00001 is above 1 USD"
    assert ask("87.45", "0.01144", 10_000) == "KGS/USD = 87.45 is above 1 USD"


def test_the_first_rate_is_compared_with_nothing() -> None:
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


RATES = {"KGS": "0.01144", "KZT": "0.00194", "TJS": "0.10877", "UZS": "0.00008", "TMT": "0.28571"}
TEN_TIMES_TOO_SMALL = {
    "KGS": ("0.001144", "0.00114"),
    "KZT": ("0.000194", "0.00019"),
    "TJS": ("0.010877", "0.01088"),
    "UZS": ("0.000008", "0.00001"),  # the ticker's five decimals
    "TMT": ("0.028571", "0.02857"),
}


@pytest.mark.parametrize("base", RATES)
def test_ten_times_too_small_is_refused_as_surely_as_ten_times_too_large(base: str) -> None:
    """At every age up to eleven years, earlier and later; the true rate is accepted at every age."""

    def accepts(new: str, old: str, days: int) -> bool:
        stored = DatedQuote(Quote(base, Decimal(old)), DAY, "timesca")
        return implausible(Quote(base, Decimal(new)), DAY + dt.timedelta(days=days), stored) is None

    true = RATES[base]
    for days in range(4001):
        assert accepts(true, true, days)
        assert accepts(true, true, -days)
        for wrong in TEN_TIMES_TOO_SMALL[base]:
            assert not accepts(wrong, true, days)
            assert not accepts(true, wrong, days)
            assert not accepts(wrong, true, -days)


@pytest.mark.parametrize("base", RATES)
def test_a_page_ten_times_too_small_is_refused_and_the_true_one_saved(run: Run, path: Path, base: str) -> None:
    """With the commands, whatever the age of what is stored."""
    for days in (1, 80, 81, 300, 1000, 4000):
        source, day = f"s{days}", dt.date(2012, 1, 2) + dt.timedelta(days=days)
        into = ("-q", "--source", source, "--db", str(path))
        assert run("snapshot", "-", *into, stdin=f"{base}/USD = {RATES[base]} 0%\n2012-01-02\n") == (0, "", "")
        for wrong in TEN_TIMES_TOO_SMALL[base]:
            assert run("snapshot", "-", *into, stdin=f"{base}/USD = {wrong} 0%\n{day}\n").code == 3
        assert run("snapshot", "-", *into, stdin=f"{base}/USD = {RATES[base]} 0%\n{day}\n") == (0, "", "")
