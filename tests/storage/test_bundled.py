import csv
import datetime as dt
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from conftest import TODAY, Run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ctick.currencies import FIVE
from ctick.model import DatedQuote, Snapshot, quotes_from_text
from ctick.storage import bundled
from ctick.storage.store import Store

FIRST = dt.date(2024, 9, 1)
NEWEST = dt.date(2026, 2, 21)


def snap(quotes: str, day: dt.date, source: str = "timesca") -> Snapshot:
    return Snapshot(source, day, quotes_from_text(quotes))


def answers(path: Path, base: str, day: dt.date, source: str | None = None) -> list[tuple[dt.date | None, str, bool]]:
    store = Store(str(path))
    try:
        return [(quote.as_of, quote.source, quote.bundled) for quote in store.quotes(base, day, source)]
    finally:
        store.close()


def test_every_dated_observation_is_bundled(shared: Path) -> None:
    """Each of the ticker's days once, oldest first, digit for digit; of several rows of a day the last counts."""
    expected: dict[dt.date, str] = {}
    with (shared / "data" / "ticker_observations.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["page_date"]:
                expected[dt.date.fromisoformat(row["page_date"])] = ";".join(
                    f"{code} {row[code]} {row[f'{code}_chg'].rstrip('%')}".rstrip() for code in FIVE if row[code]
                )
    assert [(snapshot.as_of, snapshot.to_text()) for snapshot in bundled.snapshots("timesca")] == sorted(
        expected.items()
    )


def test_all_are_marked_as_bundled() -> None:
    """Days of the ticker, then one of a source with more digits; none was ever seen by the user."""
    *ticker, (source, day) = [(item.source, item.as_of) for item in bundled.snapshots()]
    assert {name for name, _ in ticker} == {"timesca"}
    assert (ticker[0][1], ticker[-1][1]) == (FIRST, NEWEST)
    assert source == "fawaz"
    assert day is not None
    assert day > NEWEST
    assert {(item.bundled, item.seen_at) for item in bundled.snapshots()} == {(True, None)}
    assert all(item.quote(code) for code in FIVE for item in bundled.snapshots(source))


def test_quotes_of_a_day() -> None:
    """The newest first, none after the day, none before `since`, none of other sources."""
    first = next(bundled.quotes("KGS", dt.date(2025, 12, 17)))
    assert first == DatedQuote(quotes_from_text("KGS 0.01144 0")[0], dt.date(2025, 12, 16), "timesca", bundled=True)
    days = [quote.as_of for quote in bundled.quotes("KGS", TODAY)]
    assert days == sorted(days, key=str, reverse=True)
    assert days[::-1] == [item.as_of for item in bundled.snapshots("timesca")]
    third = bundled.snapshots("timesca")[-3].as_of or FIRST
    assert [quote.as_of for quote in bundled.quotes("KGS", TODAY, since=third)] == days[:3]
    assert [quote.as_of for quote in bundled.quotes("KGS", FIRST, "timesca")] == [FIRST]
    assert list(bundled.quotes("KGS", FIRST - dt.timedelta(days=1))) == []
    assert list(bundled.quotes("KGS", TODAY, "cbr")) == []
    assert list(bundled.quotes("RUB", TODAY)) == []


def test_an_interrupted_read_starts_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the middle leaves no part that passes for the whole."""
    everything = list(bundled.snapshots())
    monkeypatch.setattr(bundled, "_snapshots", {})
    calls = []

    def broken(text: str) -> object:
        calls.append(text)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return quotes_from_text(text)

    with monkeypatch.context() as patch:
        patch.setattr(bundled, "quotes_from_text", broken)
        with pytest.raises(KeyboardInterrupt):
            bundled.snapshots()
    assert bundled.snapshots() == everything


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "0 snapshots instead of nothing"),
        ("0\n", "0 snapshots instead of 0"),
        ("2025-12-16\ttimesca\tKGS 0.01144\n2\n", "1 snapshots instead of 2"),
        ("2025-12-36\ttimesca\tKGS 0.01144\n1\n", "day is out of range for month"),
        ("2025-12-16\ttimesca\tKGS nan\n1\n", "nan"),
        ("2025-12-16\ttimesca\n1\n", "not enough values to unpack (expected 3, got 2)"),
        (None, "[Errno 2] No such file or directory: 'bundled.tsv'"),
    ],
)
def test_damaged_bundled_rates_are_reported(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str | None, reason: str
) -> None:
    """Exit 6 and what to do, from every command that needs them; nothing is saved without the check against them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bundled, "PATH", "bundled.tsv")
    if text is not None:
        (tmp_path / "bundled.tsv").write_text(text)
    page = "KGS/USD = 0.01144 0%\n16 December 2025\n"
    for argv in (["convert", "5", "KGS"], ["rates", "KGS"], ["history", "KGS"], ["snapshot", "-"]):
        monkeypatch.setattr(bundled, "_found", [])
        monkeypatch.setattr(bundled, "_quotes", {})
        monkeypatch.setattr(bundled, "_snapshots", {})
        error = f"ctick: the rates bundled with ctick can't be read ({reason}): reinstall ctick\n"
        assert run(*argv, stdin=page.encode()) == (6, "", error)


def test_own_and_bundled_rates_answer_together(path: Path) -> None:
    """Newest first; a snapshot of the user's replaces the bundled quotes of its source and day, of all currencies."""
    assert answers(path, "KGS", TODAY)[0] == (NEWEST, "timesca", True)
    assert not path.exists()
    own, day = dt.date(2026, 2, 20), dt.date(2026, 2, 11)
    store = Store(str(path))
    store.save([snap("KGS 0.01149", own, "cbr"), snap("KGS 0.01144", day), snap("KGS 0.01144", NEWEST, "mine")])
    store.close()
    assert answers(path, "KGS", TODAY)[:5] == [
        (NEWEST, "mine", False),
        (NEWEST, "timesca", True),
        (own, "cbr", False),
        (own, "timesca", True),
        (day, "timesca", False),
    ]
    assert answers(path, "KZT", TODAY)[:3] == [
        (NEWEST, "timesca", True),
        (own, "timesca", True),
        (dt.date(2026, 2, 6), "timesca", True),  # not of 11 February, whose page has no tenge
    ]
    assert answers(path, "KGS", TODAY, "cbr") == [(own, "cbr", False)]
    assert answers(path, "KZT", TODAY, "cbr") == []


CODES = ("KGS", "UZS")
SOURCES = ("timesca", "fawaz", "cbr")
DAYS = [dt.date(2026, 3, 1) + dt.timedelta(days=number) for number in range(6)]
FIGURES = ("{} 0.00008", "{} 0.0000812 0", "{} =USD/{}:12000.50:1:0.01")


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """One of three sources and six days, with one or both of two currencies."""
    codes = draw(st.sampled_from((("KGS",), ("UZS",), CODES)))
    text = ";".join(draw(st.sampled_from(FIGURES)).format(code, code) for code in codes)
    return snap(text, draw(st.sampled_from(DAYS)), draw(st.sampled_from(SOURCES)))


def place(snapshot: Snapshot) -> tuple[str, dt.date]:
    assert snapshot.as_of is not None
    return snapshot.source, snapshot.as_of


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(snapshots(), max_size=10), st.lists(snapshots(), min_size=1, max_size=6, unique_by=place))
def test_own_and_bundled_rates_against_a_search_over_all(
    monkeypatch: pytest.MonkeyPatch, own: list[Snapshot], shipped: list[Snapshot]
) -> None:
    """Every list, count and history of any store: the last seen of each source's day, bundled ones where it has none."""
    rows = sorted((str(item.as_of), item.source, item.to_text()) for item in shipped)
    with (
        tempfile.TemporaryDirectory() as name,
        closing(Store(f"{name}/rates.db")) as store,
        monkeypatch.context() as patch,
    ):
        file = Path(name) / "bundled.tsv"
        file.write_text("".join("\t".join(row) + "\n" for row in rows) + f"{len(rows)}\n")
        for variable, value in (("PATH", str(file)), ("_found", []), ("_snapshots", {})):
            patch.setattr(bundled, variable, value)
        store.save(own, force=True)
        mine = {place(item) for item in own}
        for base in CODES:
            last = {place(item): item for item in own if item.quote(base)}
            last |= {place(item): item for item in shipped if item.quote(base) and place(item) not in mine}
            expected = {where: (item.quote(base), where not in mine) for where, item in last.items()}
            found = list(store.quotes(base, DAYS[-1]))
            assert {(dated.source, dated.as_of): (dated.quote, dated.bundled) for dated in found} == expected
            assert [dated.as_of for dated in found] == sorted((day for _, day in expected), reverse=True)
            for day in DAYS:
                upto = [dated for dated in found if dated.as_of and dated.as_of <= day]
                assert list(store.quotes(base, day)) == upto
                for source in SOURCES:
                    of_source = [dated for dated in upto if dated.source == source]
                    assert list(store.quotes(base, day, source)) == of_source
                    assert store.history(base, DAYS[1], day, source) == [
                        dated for dated in of_source[::-1] if dated.as_of and dated.as_of >= DAYS[1]
                    ]
                    if of_source:
                        assert store.recent(of_source[0], 2) == of_source[:2][::-1]
            assert store.counts(base, DAYS[1], DAYS[4]) == Counter(
                source for source, day in expected if DAYS[1] <= day <= DAYS[4]
            )


def test_bundled_rates_are_never_copied_into_the_store(path: Path) -> None:
    """Saving a bundled snapshot's figures stores what was saved, and no more."""
    store = Store(str(path))
    saved = store.save([snap("KGS 0.01144 0", dt.date(2025, 12, 16))])
    assert (saved.new, saved.known, saved.refused) == (1, 0, [])
    connection = store._file.connection()
    assert connection is not None
    assert connection.execute("SELECT as_of, quotes FROM snapshot").fetchall() == [("2025-12-16", "KGS 0.01144 0")]
    assert connection.execute("SELECT base, as_of FROM quote").fetchall() == [("KGS", "2025-12-16")]
    store.close()
