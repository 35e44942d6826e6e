"""Which quote is chosen, compared with the contract's rule in exact fractions."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import chain, pairwise
from pathlib import Path
from random import Random

import oracle
import pytest
from conftest import SEED_16, page
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import Rate

import ctick
from ctick import clock
from ctick.model import DatedQuote, Leg, Quote
from ctick.rates.choose import best

DAY = dt.date(2025, 12, 16)  # a Tuesday
KINDS = ["timesca", *oracle.OFFICIAL, "frankfurter", "fawaz"]


def quote(
    rate: str,
    age: int = 0,
    source: str = "timesca",
    seen_at: str | None = None,
    *,
    base: str = "UZS",
    bundled: bool = False,
    day: dt.date = DAY,
) -> DatedQuote:
    return DatedQuote(Quote(base, Decimal(rate)), day - dt.timedelta(age), source, seen_at, bundled=bundled)


def brute(quotes: list[DatedQuote], day: dt.date, max_age: int | None = None) -> DatedQuote | None:
    """All candidates, sorted by the rule; the first."""

    def key(quote: DatedQuote) -> tuple[object, ...]:
        assert quote.as_of is not None
        age = (day - quote.as_of).days
        low, rate, high = oracle.digits_of(Rate(quote.base, f"{quote.rate:f}", quote.as_of, quote.source))
        digits = (high - low) / 2 / rate
        aged = oracle.age_error(quote.base, oracle.days_between(quote.source, quote.as_of, day))
        kind = 0 if quote.source == "timesca" else 1 if quote.source in oracle.OFFICIAL else 2
        kind = kind if quote.source in KINDS else 3
        seen = [-ord(letter) for letter in f"{quote.seen_at or '':1}"]
        return max(digits, Fraction("0.0005")) + aged, abs(age), age < 0, quote.bundled, kind, seen, quote.source

    fresh = [quote for quote in quotes if quote.as_of and (max_age is None or (day - quote.as_of).days <= max_age)]
    return min(fresh, key=key, default=None)


def test_without_dated_quotes_nothing_is_chosen() -> None:
    """No quotes at all, or none with a date."""
    assert best([], DAY) is None
    undated = DatedQuote(Quote("UZS", Decimal("0.00008")), None, "timesca")
    assert best([undated], DAY) is None
    assert best([undated, quote("0.00008")], DAY) == quote("0.00008")


def test_digits_are_not_accuracy() -> None:
    """Of one day the ticker's five decimals, not a blend's eight: 0.044 % counts as 0.05 %."""
    ticker, blend = quote("0.01144", base="KGS"), quote("0.0114373210", 0, "fawaz", base="KGS")
    official = quote("0.01143", 0, "nbkr", base="KGS")
    for order in ([blend, official, ticker], [ticker, blend, official], [official, ticker, blend]):
        assert best(order, DAY) == ticker
    assert best([blend, official], DAY) == official
    other = quote("0.011437", 0, "mybank", base="KGS")
    assert best([other, blend], DAY) == blend
    assert best([quote("0.00008"), quote("0.0000825395", 0, "fawaz")], DAY).source == "fawaz"  # type: ignore[union-attr]


def test_of_equals_the_ticker_then_official_sources_then_blends_then_others() -> None:
    """Whichever was seen last: the kind of the source decides before that."""
    kinds = [["timesca"], oracle.OFFICIAL, ["frankfurter", "fawaz"], ["abank", "zbank"]]
    for place, kind in enumerate(kinds):
        for worse in chain(*kinds[place + 1 :]):
            later = quote("0.01144", 0, worse, "2", base="KGS")
            for name in kind:
                earlier = quote("0.01144", 0, name, "1", base="KGS")
                assert best([earlier, later], DAY) == best([later, earlier], DAY) == earlier


def test_a_coarse_digit_of_today_is_beaten_by_months_of_a_precise_rate() -> None:
    """0.00008 is 6.25 % wrong; a feed's soum 0.05 + 0.2 + 0.4 * sqrt(d) %: 15 to the square days."""
    ticker = quote("0.00008")
    for age, wins in ((1, True), (224, True), (225, False), (226, False)):
        feed = quote("0.0000825395", age, "fawaz")
        assert best([ticker, feed], DAY) == (feed if wins else ticker)


def test_equal_errors_are_decided_by_the_nearest_day() -> None:
    """6.25 % of today, and 0.05 + 0.2 + 0.4 * 15 % of 225 days ago."""
    ticker, feed = quote("0.00008"), quote("0.0000825395", 225, "fawaz")
    assert best([ticker, feed], DAY) == ticker
    older = quote("0.0000825395", 225, "fawaz", day=DAY - dt.timedelta(1))
    assert best([quote("0.00008", 1), older], DAY - dt.timedelta(1)) == quote("0.00008", 1)


def test_the_past_wins_at_equal_distance() -> None:
    """Tomorrow's and yesterday's are a day away; tomorrow's beats that of the day before yesterday."""
    tomorrow = quote("0.01144", -1, base="KGS")
    assert best([tomorrow, quote("0.01144", 1, base="KGS")], DAY) == quote("0.01144", 1, base="KGS")
    assert best([tomorrow, quote("0.01144", 2, base="KGS")], DAY) == tomorrow
    assert best([tomorrow, quote("0.01144", 277, base="KGS")], DAY) == tomorrow


def test_the_users_own_wins_over_the_bundled_one_of_that_day() -> None:
    """Whatever its kind; but not over one of a nearer day."""
    own, bundled = quote("0.01144", 3, "mybank", base="KGS"), quote("0.01144", 3, base="KGS", bundled=True)
    assert best([bundled, own], DAY) == best([own, bundled], DAY) == own
    nearer = quote("0.01144", 2, base="KGS", bundled=True)
    assert best([nearer, own], DAY) == nearer


def test_weekends_do_not_age_official_rates() -> None:
    """On Sunday, Friday's of a central bank is as good as new: better than Saturday's of the ticker."""
    sunday = dt.date(2025, 12, 14)
    official = quote("0.0114", 2, "nbkr", base="KGS", day=sunday)
    ticker = quote("0.01144", 1, base="KGS", day=sunday)
    assert best([ticker, quote("0.011437", 2, "nbkr", base="KGS", day=sunday)], sunday).source == "nbkr"  # type: ignore[union-attr]
    assert best([ticker, official], sunday) == ticker  # 0.44 % by its digits


def test_equal_errors_on_one_day_are_decided_by_the_last_seen_then_by_name() -> None:
    """In whichever order they come."""
    early, late, never = (quote("0.01144", seen_at=seen) for seen in ("2025-12-16T01", "2025-12-16T02", None))
    for order in ([early, late, never], [late, early, never], [never, early, late]):
        assert best(order, DAY) == late
    assert best([never], DAY) == never
    one, other = quote("0.01144", 0, "abank", "1"), quote("0.01144", 0, "zbank", "1")
    assert best([one, other], DAY) == best([other, one], DAY) == one


def test_rates_that_are_too_old_are_left_out_before_the_choice() -> None:
    """`--max-age 3d`: the best of the others, or none."""
    ticker, feed = quote("0.00008", 3), quote("0.0000825395", 4, "fawaz")
    assert best([ticker, feed], DAY) == feed
    assert best([ticker, feed], DAY, 4) == feed
    assert best([ticker, feed], DAY, 3) == ticker
    assert best([ticker, feed], DAY, 2) is None
    assert best([quote("0.00008", -1), ticker], DAY, 0) == quote("0.00008", -1)


@pytest.mark.parametrize(
    ("base", "rate", "source", "read"),
    [
        ("KGS", "0.01144", "timesca", 2),  # nothing older is better, and Monday is
        ("KZT", "0.00194", "timesca", 2),
        # 6.25 %, as much as 0.05 + 0.2 + 0.4 * sqrt(225) %: Tuesday 16 December is 225 weekdays after 4 February.
        ("UZS", "0.00008", "timesca", 316),
        # The ticker's peg adds 0.43 % once: it stops at the first older one.
        ("TMT", "0.28571", "cbr", 2),
    ],
)
def test_quotes_too_old_to_win_are_not_read(base: str, rate: str, source: str, read: int) -> None:
    """Only as many as could still be better, if all their digits were known."""
    asked: list[int] = []

    def quotes() -> Iterator[DatedQuote]:
        for age in range(5000):
            asked.append(age)
            yield quote(rate, age, source, base=base)

    assert best(quotes(), DAY) == quote(rate, 0, source, base=base)
    assert len(asked) == read


RATES = st.one_of(
    st.builds(lambda digits, places: f"{Decimal(digits).scaleb(-places):f}", st.integers(1, 40), st.integers(2, 6)),
    st.sampled_from([figure.split()[1] for figure in SEED_16.split(";")]),
    st.sampled_from(["0.0000825395", "0.0114373210", "0.0020"]),
)
AGES = st.integers(-3, 9) | st.integers(10, 300) | st.sampled_from([16, 25, 36, 49, 225, 1000])


@st.composite
def candidates(draw: st.DrawFn) -> tuple[list[DatedQuote], dt.date, int | None]:
    """One source's rates of a day are its own or bundled ones, and have different texts or moments."""
    base = draw(st.sampled_from(["KGS", "KZT", "TJS", "UZS", "TMT"]))
    day = DAY + dt.timedelta(draw(st.integers(0, 6)))
    found = draw(
        st.lists(
            st.builds(
                lambda rate, age, source, seen, bundled: quote(
                    rate, age, source, None if bundled else seen, base=base, bundled=bundled, day=day
                ),
                RATES,
                AGES,
                st.sampled_from(["timesca", "cbr", "nbk", "fawaz", "frankfurter", "abank", "zbank"]),
                st.sampled_from("123"),
                st.booleans(),
            ),
            max_size=14,
            unique_by=lambda quote: (quote.as_of, quote.source, quote.seen_at),
        )
    )
    return found, day, draw(st.none() | st.none() | st.integers(0, 400))


@settings(max_examples=600)
@given(candidates(), st.randoms(use_true_random=False))
def test_the_choice_is_the_best_of_all_quotes(
    given_: tuple[list[DatedQuote], dt.date, int | None], rng: Random
) -> None:
    """Stopping early never misses a better one, in whichever order those of a day come, also with equal errors."""
    quotes, day, max_age = given_
    mixed = rng.sample(quotes, len(quotes))
    ordered = sorted(mixed, key=lambda quote: quote.as_of or DAY, reverse=True)
    assert all(one.as_of >= other.as_of for one, other in pairwise(ordered) if one.as_of and other.as_of)
    assert best(iter(ordered), day, max_age) == brute(quotes, day, max_age)


def test_rounding_decides_no_tie() -> None:
    """1 / 2 few = 1 / 2 many + 0.2 % + 0.4 % * sqrt(d) for whole roots: equal errors, of which few end after 200 digits."""
    found = 0
    for few in range(1, 60):
        for many in range(few + 1, 400):
            more = (Fraction(1, 2 * few) - Fraction(1, 2 * many) - Fraction("0.002")) / Fraction("0.004")
            if more > 0 and more.denominator == 1:
                newer, older = quote(f"0.{few:05}"), quote(f"0.{many:05}", int(more) ** 2)
                assert best([newer, older], DAY) == newer
                found += 1
    assert found > 10


# -- with a store -----------------------------------------------------------------------------------


def test_an_old_page_hides_no_newer_bundled_rate(tmp_path: Path) -> None:
    """After a page of 16 December, 100,000 KZT on 21 February 2026 is that of the bundled day, not that of December."""
    with ctick.Store(tmp_path / "rates.db") as store:
        store.save(ctick.parse(page(SEED_16, "16 December 2025")).snapshots)
        conversion = store.convert(100_000, "KZT", on=dt.date(2026, 2, 21))
        (leg,) = conversion.legs
        assert (leg.as_of, leg.rate, leg.bundled) == (dt.date(2026, 2, 21), Decimal("0.00200"), True)
        assert (conversion.sign, conversion.value) == ("≈", Decimal("200.00"))
        december = store.rate("KZT", on=DAY)
        assert (december.as_of, december.bundled) == (DAY, False)


def test_a_rate_dated_tomorrow_beats_one_that_is_months_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a central bank publishes it; with an explicit day it is not used."""
    today = dt.date(2026, 2, 22)
    leg = Leg("USD", "KGS", 1, Decimal("87.4500"), Decimal("0.0001"))
    with ctick.Store(tmp_path / "rates.db") as store:

        def chosen(on: dt.date | None) -> str:
            try:
                return str(store.rate("KGS", source="cbr", on=on).as_of)
            except ctick.NoRateError:
                return "none"

        for day, without in (("2026-02-26", "none"), ("2026-02-25", "2026-02-25"), ("2026-02-23", "2026-02-23")):
            store.save([ctick.Snapshot("cbr", dt.date.fromisoformat(day), (Quote.derived("KGS", (leg,)),))])
            assert (chosen(None), chosen(today)) == (without, "none")
        assert store.rate("KGS").source == "timesca"  # of yesterday: as near, and past
        with pytest.raises(ctick.NoRateError):
            store.rate("KGS", source="fawaz")  # bundled, but of September
        monkeypatch.setattr(clock, "today", lambda: dt.date(2026, 9, 29))
        assert store.rate("KGS", source="fawaz", on=dt.date(2026, 9, 29)).bundled
