import csv
import datetime as dt
from pathlib import Path

import pytest
from conftest import TODAY

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
    """Each day once, oldest first, digit for digit; of several rows of a day the last counts."""
    expected: dict[dt.date, str] = {}
    with (shared / "data" / "ticker_observations.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["page_date"]:
                expected[dt.date.fromisoformat(row["page_date"])] = ";".join(
                    f"{code} {row[code]} {row[f'{code}_chg'].rstrip('%')}".rstrip() for code in FIVE if row[code]
                )
    assert {snapshot.as_of: snapshot.to_text() for snapshot in bundled.snapshots()} == expected
    assert [snapshot.as_of for snapshot in bundled.snapshots()] == sorted(expected)


def test_all_are_marked_as_bundled() -> None:
    """With the ticker's source, and never seen by the user."""
    assert {(item.source, item.bundled, item.seen_at) for item in bundled.snapshots()} == {("timesca", True, None)}
    assert (bundled.snapshots()[0].as_of, bundled.snapshots()[-1].as_of) == (FIRST, NEWEST)


def test_quotes_of_a_day() -> None:
    """The newest first, none after the day, none before `since`, none of other sources."""
    first = next(bundled.quotes("KGS", dt.date(2025, 12, 17)))
    assert first == DatedQuote(quotes_from_text("KGS 0.01144 0")[0], dt.date(2025, 12, 16), "timesca", bundled=True)
    days = [quote.as_of for quote in bundled.quotes("KGS", TODAY)]
    assert days == sorted(days, key=str, reverse=True)
    assert len(days) == len(bundled.snapshots())
    third = bundled.snapshots()[-3].as_of or FIRST
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


def test_bundled_rates_are_used_only_where_the_user_has_none(path: Path) -> None:
    """Nothing for that currency up to the day asked, of the source that is asked for."""
    own = dt.date(2025, 1, 1)
    assert answers(path, "KGS", TODAY)[0] == (NEWEST, "timesca", True)
    assert not path.exists()
    store = Store(str(path))
    store.save([snap("KGS 0.01149", own, "cbr")])
    store.close()
    assert answers(path, "KGS", TODAY) == [(own, "cbr", False)]
    assert answers(path, "KZT", TODAY)[0] == (NEWEST, "timesca", True)
    assert answers(path, "KGS", own - dt.timedelta(days=1))[0] == (dt.date(2024, 12, 28), "timesca", True)
    assert answers(path, "KGS", TODAY, "timesca")[0] == (NEWEST, "timesca", True)
    assert answers(path, "KGS", TODAY, "cbr") == [(own, "cbr", False)]
    assert answers(path, "KZT", TODAY, "cbr") == []


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
