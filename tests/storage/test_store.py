import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from advised import advice
from conftest import sql

import ctick.storage.reader
from ctick import clock
from ctick.capture import Capture
from ctick.errors import StoreError
from ctick.model import DatedQuote, Quote, Snapshot, quotes_from_text
from ctick.storage import schema
from ctick.storage.integrity import check
from ctick.storage.store import Store

DAY = dt.date(2023, 5, 10)
"""Long before the first bundled day, so that only what a test saves answers."""
NOW = dt.datetime(2023, 5, 11, 6, 0, tzinfo=dt.UTC)


def snap(quotes: str, day: dt.date | None = DAY, source: str = "timesca") -> Snapshot:
    return Snapshot(source, day, quotes_from_text(quotes))


def captured(snapshot: Snapshot, hour: int) -> Snapshot:
    snapshot.capture = Capture("https://example.org/", f"2023-05-10T{hour:02}:00:00Z")
    return snapshot


def seen(microsecond: int) -> str:
    return f"2023-05-11T06:00:00.{microsecond:06}Z"


def dated(quote: str, seen_at: str | None, day: dt.date = DAY, source: str = "timesca") -> DatedQuote:
    return DatedQuote(Quote.from_text(quote), day, source, seen_at)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def at(monkeypatch: pytest.MonkeyPatch, moment: dt.datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


# -- the same again, and revisions ----------------------------------------------------------


def test_the_same_snapshot_twice_is_stored_once(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its `seen_at` is updated."""
    first = store.save([snap("KGS 0.01144 0")])
    at(monkeypatch, NOW + dt.timedelta(days=1))
    second = store.save([snap("KGS 0.01144 0")])
    assert (first.new, first.known, second.new, second.known) == (1, 0, 0, 1)
    assert sql(path, "SELECT source, as_of, quotes, seen_at FROM snapshot") == [
        ("timesca", "2023-05-10", "KGS 0.01144 0", "2023-05-12T06:00:00.000001Z")
    ]


@pytest.mark.parametrize("other", ["KGS 0.01144 -0", "KGS 0.01144", "KGS 0.011440 0", "KGS 0.01144 0;KZT 0.002 0"])
def test_rates_printed_differently_are_different_snapshots(store: Store, path: Path, other: str) -> None:
    """-0 is not 0, and 0.011440 not 0.01144."""
    assert store.save([snap("KGS 0.01144 0"), snap(other)]).new == 2
    assert sql(path, "SELECT quotes FROM snapshot ORDER BY id") == [("KGS 0.01144 0",), (other,)]


def test_the_revision_seen_last_is_used(store: Store) -> None:
    """One quote for each source and day, also when the first revision comes back."""
    first, second = snap("KGS 0.01144 0"), snap("KGS 0.01150 0.5")
    store.save([first, second])
    assert list(store.quotes("KGS", DAY)) == [dated("KGS 0.01150 0.5", seen(2))]
    again = store.save([second, first])
    assert (again.new, again.known) == (0, 2)
    assert list(store.quotes("KGS", DAY)) == [dated("KGS 0.01144 0", seen(4))]


def test_a_revision_without_a_pair_leaves_the_older_quote(store: Store) -> None:
    """The older revision is used for what the newer one doesn't have."""
    store.save([snap("KGS 0.01144 0;TMT 0.28571 0"), snap("KGS 0.01150 0")])
    assert list(store.quotes("KGS", DAY)) == [dated("KGS 0.01150 0", seen(2))]
    assert list(store.quotes("TMT", DAY)) == [dated("TMT 0.28571 0", seen(1))]


def test_a_clock_that_was_set_back_changes_no_order(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is seen now counts as seen last, even if the clock says another year."""
    store.save([snap("KGS 0.01144 0")])
    at(monkeypatch, NOW - dt.timedelta(days=365))
    store.save([snap("KGS 0.01150 0")])
    assert list(store.quotes("KGS", DAY)) == [dated("KGS 0.01150 0", seen(2))]
    store.save([snap("KGS 0.01144 0")])
    assert list(store.quotes("KGS", DAY)) == [dated("KGS 0.01144 0", seen(3))]


def test_quotes_come_newest_first_and_not_after_the_day(store: Store) -> None:
    """Of one day the last seen first; nothing later than the day asked for."""
    days = [DAY - dt.timedelta(days=2), DAY, DAY + dt.timedelta(days=1)]
    store.save([snap("KGS 0.0114", day, source) for day in days for source in ("cbr", "timesca")])
    assert [(quote.as_of, quote.source) for quote in store.quotes("KGS", DAY)] == [
        (days[1], "timesca"),
        (days[1], "cbr"),
        (days[0], "timesca"),
        (days[0], "cbr"),
    ]
    assert [(quote.as_of, quote.source) for quote in store.quotes("KGS", DAY, "cbr")] == [
        (days[1], "cbr"),
        (days[0], "cbr"),
    ]
    assert list(store.quotes("KZT", DAY)) == []


# -- what is refused ------------------------------------------------------------------------


def test_a_refused_snapshot_leaves_no_trace_and_stops_no_other(store: Store, path: Path) -> None:
    """It is refused as a whole; the others of the call are saved."""
    bad = snap("KGS 0.01144;KZT 515")
    saved = store.save([snap("KGS 0.01140"), bad, snap("KGS 0.01150")])
    assert (saved.new, saved.known) == (2, 0)
    assert [(refused, str(reason)) for refused, reason in saved.refused] == [(bad, "KZT/USD = 515 is above 1 USD")]
    assert sql(path, "SELECT quotes FROM snapshot ORDER BY id") == [("KGS 0.01140",), ("KGS 0.01150",)]
    assert sql(path, "SELECT base, snapshot FROM quote") == [("KGS", 2)]


def test_force_saves_an_implausible_rate(store: Store) -> None:
    """And later rates are compared with it: a devaluation must not stop a cron job for good."""
    store.save([snap("KGS 0.01144")])
    assert store.save([snap("KGS 0.005")], force=True).new == 1
    assert store.save([snap("KGS 0.0051", DAY + dt.timedelta(days=1))]).refused == []


@pytest.mark.parametrize(
    "snapshot",
    [
        Snapshot("timesca", None, quotes_from_text("KGS 0.01144")),
        Snapshot("timesca", DAY, ()),
        *(Snapshot("timesca", DAY, (Quote("KGS", Decimal(rate)),)) for rate in ("0", "-0.01", "NaN", "Infinity")),
        Snapshot("timesca", DAY, (Quote("K S", Decimal("0.01")),)),
        Snapshot("timesca", DAY, (Quote("", Decimal("0.01")),)),
    ],
    ids=str,
)
def test_snapshots_that_could_not_be_read_again_are_not_saved(store: Store, path: Path, snapshot: Snapshot) -> None:
    """Not even by force: it would break every later read."""
    with pytest.raises(ValueError, match="can't be saved: it needs a date, and quotes with a code and a rate above 0"):
        store.save([snap("KGS 0.01"), snapshot], force=True)
    assert sql(path, "SELECT count(*) FROM snapshot") == [(0,)]


# -- one transaction, forgetting, damage ----------------------------------------------------


def test_an_error_in_the_middle_leaves_nothing(store: Store, path: Path) -> None:
    """A save is all or nothing, and the store can be used after it."""
    store.save([snap("KGS 0.01144")])
    before = path.read_bytes()

    def snapshots() -> Iterator[Snapshot]:
        yield snap("KGS 0.01150")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.save(snapshots())
    assert path.read_bytes() == before
    assert store.save([snap("KGS 0.01150")]).new == 1


def test_delete_a_day(store: Store, path: Path) -> None:
    """All revisions of all sources, or those of one; other days stay."""
    tomorrow = DAY + dt.timedelta(days=1)
    store.save(
        [snap("KGS 0.01"), snap("KGS 0.011"), snap("KGS 0.01;TMT 0.28", source="cbr"), snap("KGS 0.01", tomorrow)]
    )
    found = store.snapshots_of(DAY, "cbr")
    assert found == [Snapshot("cbr", DAY, quotes_from_text("KGS 0.01;TMT 0.28"), seen(3))]
    assert store.delete(found) == 1
    assert list(store.quotes("TMT", tomorrow)) == []
    found = store.snapshots_of(DAY)
    assert found == [
        Snapshot("timesca", DAY, quotes_from_text("KGS 0.01"), seen(1)),
        Snapshot("timesca", DAY, quotes_from_text("KGS 0.011"), seen(2)),
    ]
    assert store.delete(found) == 2
    assert list(store.quotes("KGS", tomorrow)) == [dated("KGS 0.01", seen(4), tomorrow)]
    assert sql(path, "SELECT as_of FROM quote") == [("2023-05-11",)]


def test_delete_where_there_is_nothing(store: Store, path: Path) -> None:
    """Neither a day, a source nor a file; and no file is made."""
    gone = [Snapshot("timesca", DAY, quotes_from_text("KGS 0.01"), seen(1))]
    assert store.snapshots_of(DAY) == []
    assert store.delete(gone) == 0
    assert not path.exists()
    store.save([snap("KGS 0.011")])
    assert store.snapshots_of(DAY, "cbr") == []
    assert store.snapshots_of(dt.date(2025, 12, 16)) == []  # bundled
    assert store.delete(gone) == 0
    assert [dated.quote.to_text() for dated in store.quotes("KGS", DAY)] == ["KGS 0.011"]


def test_delete_only_what_was_read(store: Store, path: Path) -> None:
    """Not what another process has saved or seen again since; the index points to what is left."""
    store.save([snap("KGS 0.01;TMT 0.28"), snap("KGS 0.0101;KZT 0.002"), snap("KGS 0.0102;UZS 0.0001")])
    found = store.snapshots_of(DAY)
    other = Store(str(path))
    other.save([snap("KGS 0.0103"), snap("KGS 0.01;TMT 0.28")])
    assert store.delete(found) == 2
    assert [shot.to_text() for shot in store.snapshots_of(DAY)] == ["KGS 0.0103", "KGS 0.01;TMT 0.28"]
    assert [[dated.quote.to_text() for dated in store.quotes(base, DAY)] for base in ("KGS", "TMT", "KZT", "UZS")] == [
        ["KGS 0.01"], ["TMT 0.28"], [], []
    ]  # fmt: skip
    assert check(other.path) == (2, [])
    other.close()


def test_a_closed_store_is_opened_again(store: Store) -> None:
    """Also between two quotes."""
    store.save(snap("KGS 0.0114", DAY - dt.timedelta(days=day)) for day in range(5))
    quotes = store.quotes("KGS", DAY)
    next(quotes)
    store.close()
    assert len(list(quotes)) == 4


def test_the_first_day_of_all(store: Store) -> None:
    """Nothing is before it."""
    store.save([snap("KGS 0.0114", dt.date.min)])
    assert [quote.as_of for quote in store.quotes("KGS", DAY)] == [dt.date.min]


@pytest.mark.parametrize(
    "change",
    [
        "quotes = 'KGS 0.01145 0'",
        "quotes = ''",
        "quotes = x'ff'",
        "source = 'cbu'",
        "as_of = '2023-05-09'",
        "as_of = 20230510",
        "seen_at = '2099-01-01T00:00:00.000000Z'",
        "crc = 0",
        "crc = 'x'",
    ],
)
def test_a_row_that_was_changed_is_never_used(store: Store, path: Path, change: str) -> None:
    """Not to answer, not for comparison, and not to be deleted."""
    store.save([snap("KGS 0.01144 0", source="cbr")])
    sql(path, f"UPDATE snapshot SET {change}")
    sentence = f"the store {path} is damaged: snapshot 1 does not match its checksum; {advice(path)}"
    with pytest.raises(StoreError) as caught:
        list(store.quotes("KGS", DAY))
    assert str(caught.value) == sentence
    if change.startswith(("quotes", "crc")):
        for use in (
            lambda: list(store.quotes("KGS", DAY, "cbr")),
            lambda: store.save([snap("KGS 0.01144 0", source="cbr")]),
            lambda: store.delete(store.snapshots_of(DAY)),
        ):
            with pytest.raises(StoreError) as caught:
                use()
            assert str(caught.value) == sentence


@pytest.mark.parametrize("source", [None, "cbr"])
@pytest.mark.parametrize("change", ["snapshot = 1", "snapshot = 3", "snapshot = 99", "base = 'TMT'"])
def test_an_index_that_was_changed_is_never_used(store: Store, path: Path, change: str, source: str | None) -> None:
    """Not for another day, another source, a snapshot that isn't there or another currency."""
    tomorrow = DAY + dt.timedelta(days=1)
    store.save([snap("KGS 0.01", DAY, "cbr"), snap("KGS 0.011", tomorrow, "cbr"), snap("KGS 0.011", tomorrow)])
    sql(path, f"UPDATE quote SET {change} WHERE as_of = '2023-05-11' AND source = 'cbr'")
    base = "TMT" if "TMT" in change else "KGS"
    with pytest.raises(StoreError) as caught:
        list(store.quotes(base, tomorrow, source))
    assert str(caught.value) == (f"the store {path} is damaged: the index of {base} is wrong; {advice(path)}")


@pytest.mark.parametrize("source", [None, "timesca"])
def test_an_older_revision_is_never_used(store: Store, path: Path, source: str | None) -> None:
    """If the index points to one that is not the last seen; if the last lacks the currency, it is the right one."""
    store.save([snap("KGS 0.0114;TMT 0.28"), snap("KGS 0.0115")])
    assert [quote.base for quote in store.quotes("TMT", DAY, source)] == ["TMT"]
    sql(path, "UPDATE quote SET snapshot = 1")
    assert [quote.base for quote in store.quotes("TMT", DAY, source)] == ["TMT"]
    with pytest.raises(StoreError) as caught:
        list(store.quotes("KGS", DAY, source))
    assert str(caught.value) == f"the store {path} is damaged: the index of KGS is wrong; {advice(path)}"


def test_the_newest_day_of_each_source(store: Store, path: Path) -> None:
    """In the user's own store, without reading more than the days; an invalid day is damage."""
    assert store.newest() == {}
    store.save([snap("KGS 0.01"), snap("KGS 0.01", DAY - dt.timedelta(days=1)), snap("KGS 0.01", DAY, "cbr")])
    assert store.newest() == {"cbr": DAY, "timesca": DAY}
    sql(path, "UPDATE snapshot SET as_of = 'a day' WHERE source = 'cbr'")
    with pytest.raises(StoreError) as caught:
        store.newest()
    assert str(caught.value) == (f"the store {path} is damaged: a snapshot has an invalid date; {advice(path)}")


def test_text_that_is_not_utf8_is_damage(store: Store, path: Path) -> None:
    """Bytes that are not UTF-8 where text should be."""
    store.save([snap("KGS 0.01144 0")])
    sql(path, "UPDATE snapshot SET quotes = CAST(x'4b47ff' AS TEXT)")
    with pytest.raises(StoreError) as caught:
        list(store.quotes("KGS", DAY))
    assert str(caught.value) == f"the store {path} is damaged and was not changed; {advice(path)}"


# -- much of it -----------------------------------------------------------------------------

_DAYS = 20_000
_FIRST = dt.date(1960, 1, 1)
_NEWEST = _FIRST + dt.timedelta(days=_DAYS - 1)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """100,000 quotes of one source, and one of another on the first day."""
    quotes = quotes_from_text("KGS 0.01144 0;KZT 0.00194 -0;TJS 0.10877 -0;UZS 0.00008 0;TMT 0.28571 0")
    store = Store(str(tmp_path_factory.mktemp("full") / "rates.db"))
    store.save([snap("KGS 0.01144 0", _FIRST, "cbr")])
    saved = store.save(Snapshot("timesca", _FIRST + dt.timedelta(days=day), quotes) for day in range(_DAYS))
    assert (saved.new, saved.refused) == (_DAYS, [])
    yield store
    store.close()


@pytest.mark.parametrize(
    ("base", "source", "expected"),
    [
        ("KGS", None, (_NEWEST, "timesca")),
        ("TMT", "timesca", (_NEWEST, "timesca")),
        ("KGS", "cbr", (_FIRST, "cbr")),
        ("TMT", "cbr", None),
        ("KGS", "nobody", None),
        ("XXX", None, None),
    ],
)
def test_reading_is_lazy(
    full: Store,
    monkeypatch: pytest.MonkeyPatch,
    base: str,
    source: str | None,
    expected: tuple[dt.date, str] | None,
) -> None:
    """The newest of 100,000 quotes costs one snapshot, and a handful of SQLite's steps."""
    read: list[object] = []
    steps: list[int] = []
    check = schema.check_value

    def counted(*row: str) -> int:
        read.append(row)
        return check(*row)

    monkeypatch.setattr(ctick.storage.reader, "check_value", counted)
    connection = full._file.connection()
    assert connection is not None
    connection.set_progress_handler(lambda: steps.append(1), 10)
    quotes = full.quotes(base, _NEWEST, source)
    first = next(quotes, None)
    del quotes
    connection.set_progress_handler(None, 0)
    assert (None if first is None else (first.as_of, first.source)) == expected
    assert len(read) == (expected is not None)
    assert len(steps) < 50


@pytest.mark.parametrize("source", [None, "s"])
def test_many_revisions_of_one_day(store: Store, source: str | None) -> None:
    """Twice as many cost a reader no more than twice the steps."""

    def steps() -> int:
        connection = store._file.connection()
        assert connection is not None
        taken: list[int] = []
        connection.set_progress_handler(lambda: taken.append(1), 100)
        assert len(list(store.quotes("KGS", DAY, source))) == 1
        connection.set_progress_handler(None, 0)
        return len(taken)

    store.save([snap("KGS 0.0114", source="s")])
    store.save((snap(f"KZT 0.00{200 + number}", source="s") for number in range(300)), force=True)
    few = steps()
    store.save((snap(f"KZT 0.00{500 + number}", source="s") for number in range(300)), force=True)
    assert steps() <= 2 * few + 20


def test_no_statement_reads_or_sorts_more_than_it_needs(full: Store) -> None:
    """Every statement finds its rows by an index, and sorts one day's at most."""
    connection = full._file.connection()
    assert connection is not None
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    for source in (None, "cbr"):
        next(full.quotes("KGS", _NEWEST, source), None)
        full.snapshots_of(_FIRST - dt.timedelta(days=1), source)
    full.save([captured(snap("KGS 0.01145", _NEWEST, "other"), hour) for hour in (5, 4)])
    assert full.delete(full.snapshots_of(_NEWEST, "other")) == 1
    connection.set_trace_callback(None)
    # A statement is named again for each one of a trigger of its; the schema has a dozen rows.
    queries = [text for text in dict.fromkeys(statements) if text.split()[0] in ("SELECT", "UPDATE", "DELETE")]
    queries = [text for text in queries if "sqlite_schema" not in text]
    assert len(queries) == 20
    plans = [row[3] for query in queries for row in connection.execute(f"EXPLAIN QUERY PLAN {query}")]
    assert [plan for plan in plans if not plan.startswith(("SEARCH ", "CORRELATED "))] == [
        plan for plan in plans if "RIGHT PART OF ORDER BY" in plan or "LAST TERM OF ORDER BY" in plan
    ]
