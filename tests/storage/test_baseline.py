"""The rates with which new ones are compared before they are saved: those stored before the run."""

import datetime as dt
import sqlite3
from contextlib import closing
from decimal import Decimal, localcontext
from pathlib import Path
from random import Random

import pytest

from ctick.model import Snapshot, quotes_from_text
from ctick.storage.baseline import Baseline
from ctick.storage.store import SaveResult, Store

DAY = dt.date(2023, 5, 10)
"""Long before the first bundled day."""


def snap(quotes: str, day: dt.date = DAY, source: str = "timesca") -> Snapshot:
    return Snapshot(source, day, quotes_from_text(quotes))


def reasons(store: Store, *snapshots: Snapshot) -> list[str]:
    return [str(reason) for _, reason in store.save(snapshots).refused]


def test_the_same_source_comes_first_and_earlier_days_before_later_ones(store: Store) -> None:
    """Another source only if the same has none; a later day only if there is no earlier one."""
    later = DAY + dt.timedelta(days=1)
    store.save([snap("KGS 0.01000", source="cbr")])
    store.save([snap("KGS 0.03000", later)], force=True)
    assert reasons(store, snap("KGS 0.01100")) == [
        "KGS/USD = 0.01100 differs by more than a factor of 1.23 from 0.03000, the rate of timesca on 11 May 2023"
    ]
    assert reasons(store, snap("KGS 0.02900")) == []
    assert reasons(store, snap("KGS 0.03000", later)) == []


def test_the_first_rates_of_a_source_are_compared_with_those_of_others(store: Store) -> None:
    """With the nearest in time, earlier or later, bundled ones included."""
    store.save([snap("KGS 0.01144", source="cbr"), snap("KGS 0.02", DAY + dt.timedelta(days=3), "nbt")], force=True)
    day = DAY + dt.timedelta(days=1)
    wrong = "KGS/USD = 0.1144 differs by more than a factor of 1.23 from 0.01144, the rate of cbr on 10 May 2023"
    assert reasons(store, snap("KGS 0.1144", day, "new")) == [wrong]
    assert reasons(store, snap("KGS 0.001144", day, "new")) == [wrong.replace("= 0.1144", "= 0.001144")]
    assert reasons(store, snap("KGS 0.01144", day + dt.timedelta(days=1), "new")) == [
        "KGS/USD = 0.01144 differs by more than a factor of 1.23 from 0.02, the rate of nbt on 13 May 2023"
    ]
    assert reasons(store, snap("UZS 0.0008", dt.date(2026, 2, 22), "new")) == [
        "UZS/USD = 0.0008 differs by more than a factor of 1.23 from 0.00008,"
        " the rate of timesca (bundled) on 21 February 2026"
    ]
    assert reasons(store, snap("UZS 0.0008", dt.date(2024, 8, 31), "new")) == [
        "UZS/USD = 0.0008 differs by more than a factor of 1.23 from 0.00008,"
        " the rate of timesca (bundled) on 1 September 2024"
    ]
    assert reasons(store, snap("KGS 0.01144", day, "new")) == []


def test_of_two_days_as_near_the_earlier_one_is_compared(store: Store) -> None:
    """As everywhere: the past counts first."""
    store.save([snap("KGS 0.01", source="cbr"), snap("KGS 0.02", DAY + dt.timedelta(days=2), "nbt")], force=True)
    day = DAY + dt.timedelta(days=1)
    assert reasons(store, snap("KGS 0.02", day, "new")) == [
        "KGS/USD = 0.02 differs by more than a factor of 1.23 from 0.01, the rate of cbr on 10 May 2023"
    ]


def climb(base: str, rate: str, source: str, days: int = 25) -> list[Snapshot]:
    """A rate that grows by 19 % a day, until it is 64 times what it was."""
    with localcontext(prec=20):
        rates = [Decimal(rate) * Decimal("1.19") ** number for number in range(days)]
    return [snap(f"{base} {rate:.8f}", DAY + dt.timedelta(days=number), source) for number, rate in enumerate(rates, 1)]


@pytest.mark.parametrize("order", ["forward", "backward", "shuffled"])
def test_no_run_moves_a_rate_in_small_steps(store: Store, order: str) -> None:
    """Each is compared with what was stored before the run, in any order."""
    store.save([snap("KGS 0.01000")])
    steps = climb("KGS", "0.01", "timesca")
    if order != "forward":
        steps = steps[::-1] if order == "backward" else Random(5).sample(steps, len(steps))
    saved = store.save(steps)
    assert saved.new == 2
    assert {doubt.stored.rate for _, doubt in saved.refused if doubt.stored} == {Decimal("0.01000")}


def test_calls_of_one_run_have_one_baseline(store: Store, path: Path) -> None:
    """Batches and sources of one run are compared with what was stored before it, also while another process writes."""
    store.save([snap("KGS 0.01000")])
    other = Store(str(path))
    mine, theirs = Baseline(), Baseline()
    saved: list[SaveResult] = []
    for number, step in enumerate(climb("KGS", "0.01", "timesca")):
        writer, baseline = (store, mine) if number % 2 else (other, theirs)
        saved.append(writer.save([step], baseline=baseline))
        saved.append(writer.save(climb("KGS", "0.01", "new")[number : number + 1], baseline=baseline))
    assert [item.new for item in saved] == [1] * 4 + [0] * 46
    # A later run has those for its baseline.
    assert store.save(climb("KGS", "0.01", "timesca")[:4]).new == 1


def test_reused_ids_of_deleted_snapshots(store: Store, path: Path) -> None:
    """SQLite reuses the id of a deleted last row: what the run saves under it was not there before the run."""
    store.save([snap("KGS 0.01000"), snap("KGS 0.01000", source="other"), snap("KGS 0.01001", source="other")])
    run = Baseline()
    _, first, *steps = climb("KGS", "0.01", "timesca")
    assert store.save([first], baseline=run).new == 1
    archive = Store(str(path))
    archive.delete(archive.snapshots_of(DAY + dt.timedelta(days=2), None) + archive.snapshots_of(DAY, "other"))
    assert store.save([first], baseline=run).new == 1
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT max(id) FROM snapshot").fetchall() == [(2,)]
    earlier = snap("KGS 0.01000", DAY - dt.timedelta(days=1))  # what was found for the days behind is looked up anew
    assert store.save([earlier, *steps], baseline=run).new == 1


def test_fetching_past_years_is_not_refused(store: Store) -> None:
    """Ten years at once: the tenge from 184 to 520 and the soum's jump to the double, from an empty store and later."""
    years = {2015: "184", 2016: "340", 2018: "330", 2020: "380", 2022: "430", 2024: "450", 2026: "520"}
    tenge = [
        snap(f"KZT {1 / Decimal(rate):.6f}", dt.date(year, month, 1), "cbr")
        for year, rate in years.items()
        for month in (1, 2)
    ]
    soum = [
        snap(f"UZS {1 / Decimal(rate):.8f}", dt.date(2017, 9, day), "cbr")
        for day, rate in ((4, "4210"), (5, "8100"), (6, "8100"))
    ]
    assert store.save(tenge + soum).refused == []
    assert store.save([snap(f"UZS {1 / Decimal(12_500):.8f}", dt.date(2026, 2, 1), "cbr")]).refused == []


def test_a_currency_is_compared_with_its_own_last_rate(store: Store) -> None:
    """Also where the snapshot before doesn't have it."""
    day = [DAY + dt.timedelta(days=days) for days in range(3)]
    store.save([snap("KGS 0.01;KZT 0.002", day[0]), snap("KGS 0.01", day[1])])
    assert reasons(store, snap("KGS 0.01;KZT 0.02", day[2])) == [
        "KZT/USD = 0.02 differs by more than a factor of 1.24 from 0.002, the rate of timesca on 10 May 2023"
    ]


def test_the_bundled_rates_of_the_same_source_count(store: Store) -> None:
    """The nearest is used; of one day the user's own."""
    day = dt.date(2026, 2, 22)  # a day after the newest of them
    wrong = (
        "KGS/USD = 0.015 differs by more than a factor of 1.23 from 0.01143,"
        " the rate of timesca (bundled) on 21 February 2026"
    )
    store.save([snap("KGS 0.015", DAY)])
    assert reasons(store, snap("KGS 0.015", day)) == [wrong]
    store.save([snap("KGS 0.015", dt.date(2026, 2, 21))], force=True)
    assert reasons(store, snap("KGS 0.015", day)) == []


def test_a_look_up_takes_no_longer_in_a_long_run(path: Path) -> None:
    """Each rate of a long run costs a step or two, also where what is stored lacks the currency or the source."""
    steps = []
    for count in (200, 800):
        store = Store(f"{path}-{count}")
        ends = (DAY, DAY + dt.timedelta(days=5000))
        store.save([snap("KGS 0.01144", day) for day in ends])
        connection = store._file.connection()
        assert connection is not None
        total = 0

        def step() -> None:
            nonlocal total
            total += 1

        days = [DAY + dt.timedelta(days=number) for number in range(1, count + 1)]
        connection.set_progress_handler(step, 1)
        store.save([snap("KGS 0.01144;KZT 0.002", day, source) for day in days for source in ("timesca", "new")])
        steps.append(total / count)
        store.close()
    assert steps[1] < steps[0] * 1.05
