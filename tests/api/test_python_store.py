"""`ctick.Store` and `ctick.convert` answer as the command line does."""

import copy
import datetime as dt
import json
import pickle
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from conftest import PAGE_16, Run

import ctick
from ctick import clock
from ctick.currencies import FIVE
from ctick.output.records import Row

DAY_16 = dt.date(2025, 12, 16)


def snapshots(days: int) -> Iterator[ctick.Snapshot]:
    """Rates of three sources with different numbers of digits; some days and currencies are missing."""
    for number in range(days):
        day = dt.date(2026, 2, 20) - dt.timedelta(days=number)
        for source, digits in (("timesca", 5), ("cbr", 8), ("mybank", 7)):
            quotes = tuple(
                ctick.Quote(base, (rate + Decimal(number) / 100_000).quantize(Decimal(1).scaleb(-digits)))
                for place, (base, rate) in enumerate(zip(FIVE, map(Decimal, RATES), strict=True))
                if (number + place) % (3 if source == "mybank" else 7)
            )
            if number % digits and quotes:
                yield ctick.Snapshot(source, day, quotes)


RATES = ("0.011441234", "0.001941234", "0.108771234", "0.000081234", "0.285711234")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ctick.Store]:
    with ctick.Store(tmp_path / "rates.db") as store:
        assert store.save(sorted(snapshots(40), key=lambda one: str(one.as_of)), force=True).refused == []
        yield store


def asked(run: Run, *argv: str) -> list[Row]:
    """The rows that a command line prints."""
    result = run(*argv, "-q", "-o", "json")
    return json.loads(result.out, parse_float=Decimal) if result.out else []


@pytest.mark.parametrize("source", [None, "cbr", "timesca", "mybank"])
def test_rate_is_the_one_of_the_command_line(run: Run, store: ctick.Store, source: str | None) -> None:
    """`ctick rates` shows the same rate, day and source, for many days and each currency."""
    options = [] if source is None else ["--source", source]
    found = 0
    for number in range(0, 60, 4):
        day = dt.date(2026, 2, 22) - dt.timedelta(days=number)
        rows = {row["base"]: row for row in asked(run, "rates", "--date", str(day), "--db", store.path, *options)}
        for code in FIVE:
            try:
                dated = store.rate(code, on=day, source=source)
            except ctick.NoRateError:
                assert code not in rows
                continue
            row = rows[code]
            own = (dated.rate, str(dated.as_of), dated.source, dated.seen_at)
            assert own == (row["rate"], row["as_of"], row["source"], row["seen_at"] or None)
            found += 1
    assert found >= 40


def test_convert_is_the_one_of_the_command_line(run: Run, store: ctick.Store) -> None:
    """`ctick convert` prints the same, for many days and each pair of currencies."""
    for number in range(0, 40, 9):
        day = dt.date(2026, 2, 22) - dt.timedelta(days=number)
        options = ("--date", str(day), "--db", store.path, "-q")
        for base in (*FIVE, "USD"):
            for target in (*FIVE, "USD"):
                conversion = store.convert("12,345.5", base.lower(), target, on=day)
                out = run("convert", "12,345.5", base, target, *options).out
                assert f"{conversion.value} {target}\n" == out
                (row,) = asked(run, "convert", "12,345.5", base, target, *options[:-1])
                for name in ("value", "low", "high", "likely_low", "likely_high", "rate"):
                    assert getattr(conversion, name) == row[name]
                assert conversion.likely_low <= conversion.low <= conversion.value <= conversion.high


def test_convert_without_a_day_is_the_one_of_the_command_line(run: Run, store: ctick.Store) -> None:
    """Rates dated up to three days ahead are used, those of four days ahead are not; with today as `on` neither."""
    today = dt.date(2026, 2, 22)  # a Sunday
    used: dict[int, set[str]] = {}
    for ahead in (4, 3, 2, 1):
        quotes = tuple(ctick.Quote(base, Decimal(rate)) for base, rate in zip(FIVE, RATES, strict=True))
        store.save([ctick.Snapshot("cbr", today + dt.timedelta(ahead), quotes)], force=True)
        for base in FIVE:
            for source in (None, "cbr"):
                options = ["--db", store.path, *(["--source", source] if source else [])]
                found = {}
                for on, word in ((None, []), (today, ["--date", "today"])):
                    (row,) = asked(run, "convert", "3000000", base, *options, *word)
                    conversion = store.convert(3_000_000, base, on=on, source=source)
                    for name in ("value", "low", "high", "likely_low", "likely_high"):
                        assert getattr(conversion, name) == row[name]
                    assert str(conversion.legs[0].as_of) == row["as_of"]
                    found[on] = row
                assert found[today]["age_days"] >= 0  # type: ignore[operator]
                if source:
                    used.setdefault(ahead, set()).add(str(found[None]["age_days"]))
    assert used[1] == {"-1"}
    assert not any(age.startswith("-") for age in used[4])


def test_shown_is_what_a_terminal_shows(run: Run, store: ctick.Store) -> None:
    """The same sign, value and range as in the text of the command line."""
    seen = set()
    for day in (DAY_16, dt.date(2026, 2, 22)):
        for base in FIVE:
            for amount in ("1", "50000", "-3000000"):
                conversion = store.convert(amount, base, on=day)
                shown = conversion.shown()
                text = f"{shown.sign} {shown.value:,f} USD"
                if conversion.shows_range:
                    text += f" ({shown.low:,f} to {shown.high:,f})"
                out = run("convert", amount, base, "--date", str(day), "--db", store.path, "-q", "-o", "table").out
                assert text in " ".join(out.split())
                assert conversion.sign == shown.sign
                seen.add((shown.sign, conversion.shows_range))
    assert seen == {("=", False), ("≈", False), ("≈", True)}


def test_bundled_rates_of_later_days_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest bundled day is one of September 2026: in February it has not come."""
    with ctick.Store(tmp_path / "rates.db") as store:
        for code in FIVE:
            for on in (None, dt.date(2026, 2, 22), dt.date(2026, 2, 21)):
                assert store.rate(code, on=on).as_of == dt.date(2026, 2, 21)
        monkeypatch.setattr(clock, "today", lambda: dt.date(2026, 10, 1))
        for code in FIVE:
            assert store.rate(code, on=dt.date(2026, 9, 28)).as_of == dt.date(2026, 2, 21)
            assert store.rate(code, on=dt.date(2026, 9, 29)).source == "fawaz"


def test_a_day_that_has_not_come_is_refused(store: ctick.Store, today: dt.date) -> None:
    """As by the command line; today is the last day that can be asked for."""
    tomorrow = today + dt.timedelta(days=1)
    message = f"on {tomorrow} is in the future \\(today is {today}\\): leave it out for the latest rates"
    for ask in (lambda: store.rate("KGS", on=tomorrow), lambda: store.convert(5, "KGS", on=tomorrow),
                lambda: store.convert(5, "USD", on=tomorrow), lambda: ctick.convert("5 KGS", on=tomorrow)):  # fmt: skip
        with pytest.raises(ctick.UsageError, match=f"^{message}$"):
            ask()
    assert store.rate("KGS", on=today) == store.rate("KGS")


def test_a_moment_stands_for_its_day(store: ctick.Store) -> None:
    """Also where no rate is needed."""
    moment = dt.datetime(2026, 2, 20, 23, 59, tzinfo=dt.UTC)
    assert store.convert(5, "KGS", on=moment) == store.convert(5, "KGS", on=moment.date())
    assert store.convert(5, "KGS", "KGS", on=moment).sign == "="
    with pytest.raises(TypeError, match=r"^on must be a datetime\.date, not str$"):
        store.convert(5, "KGS", "KGS", on="2026-02-20")  # type: ignore[arg-type]


def test_amounts(store: ctick.Store) -> None:
    """An int, a Decimal and a str are the same amount; a float has no exact digits."""
    amounts: list[int | str | Decimal] = [3_000_000, Decimal("3e6"), "3,000,000", "3 million", "3m"]
    assert len({store.convert(amount, "soum", "dollars").value for amount in amounts}) == 1
    assert store.convert(-5, "KGS").value == -store.convert("5", "KGS").value
    assert store.convert(Decimal("-0"), "KGS").value.as_tuple() == Decimal("0.00").as_tuple()
    with pytest.raises(TypeError, match=r"^amount must be an int, a str or a Decimal, not float$"):
        store.convert(0.1, "KGS")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"not bool$"):
        store.convert(True, "KGS")
    for amount in (10**10_000, Decimal("nan"), Decimal("-inf"), Decimal("1e999999"), Decimal("1e-999999")):
        with pytest.raises(ctick.UsageError) as error:
            store.convert(amount, "KGS")
        assert str(error.value) == "this amount is out of range: amounts go up to 10^30, with up to 30 decimal places"
    with pytest.raises(ctick.UsageError, match=r"^'\$5' is more than an amount: pass the currency as base$"):
        store.convert("$5", "KGS")
    with pytest.raises(ctick.UsageError, match=r"^'50,00' is ambiguous: write 50\.00 or 5000$"):
        store.convert("50,00", "KGS")


def test_digits_of_a_conversion(tmp_path: Path) -> None:
    """Rounded as on the command line; `exact` is not rounded."""
    with ctick.Store(tmp_path / "rates.db") as store:
        store.save(ctick.parse(PAGE_16).snapshots)
        conversion = store.convert(50_000, "KGS", "USD", on=DAY_16)
        assert (str(conversion.value), str(conversion.low), str(conversion.high)) == ("572.00", "571.75", "572.25")
        assert (conversion.base, conversion.target) == ("KGS", "USD")
        assert store.convert(1, "USD", "KGS", on=DAY_16).exact == Fraction(100_000, 1144)


@pytest.mark.parametrize("source", [None, "cbr", "unknown"])
def test_history_is_the_one_of_the_command_line(run: Run, store: ctick.Store, source: str | None) -> None:
    """The same days of the same source: the one with the most days, unless one is named."""
    options = [] if source is None else ["--source", source]
    for code in FIVE:
        for since, until in ((None, None), (dt.date(2026, 2, 1), None), (None, dt.date(2026, 2, 1))):
            span = [] if since is None else ["--since", str(since)]
            span += [] if until is None else ["--until", str(until)]
            rows = asked(run, "history", code, "--db", store.path, *span, *options)
            found = store.history(code, since=since, until=until, source=source)
            assert [(dated.rate, str(dated.as_of), dated.source) for dated in found] == [
                (row["rate"], row["as_of"], row["source"]) for row in rows
            ]


def test_history_of_a_span_without_rates(store: ctick.Store) -> None:
    assert store.history("KGS", until=dt.date(1999, 1, 1)) == []
    with pytest.raises(ctick.UsageError, match=r"^since 2026-01-02 is after until 2026-01-01: swap them$"):
        store.history("KGS", since=dt.date(2026, 1, 2), until=dt.date(2026, 1, 1))


def test_wrong_currencies_and_days(store: ctick.Store) -> None:
    """An unknown currency, USD, a day before all rates, a day as text."""
    with pytest.raises(ctick.UsageError, match=r"^unknown currency 'KGZ' \(did you mean KGS\?\)"):
        store.rate("KGZ")
    for ask in (store.rate, store.history):
        with pytest.raises(ctick.UsageError, match=r"^all rates are in USD: ask for KGS, KZT"):
            ask("usd")
    with pytest.raises(ctick.NoRateError) as error:
        store.rate("tenge", on=dt.date(1999, 1, 1), source="cbr")
    assert str(error.value) == (
        "no rate for KZT from cbr on or before 1 January 1999: save one with Store.save,"
        f" or fetch one with 'ctick snapshot --db {store.path}'"
    )
    with pytest.raises(ctick.NoRateError, match=r"on or before 1 January 1999: .*fetch one with 'ctick snapshot'$"):
        ctick.convert("50 KGS", on=dt.date(1999, 1, 1))
    with pytest.raises(TypeError, match=r"^on must be a datetime\.date, not str$"):
        store.rate("KGS", on="2025-12-16")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^since must be a datetime\.date, not str$"):
        store.history("KGS", since="30d")  # type: ignore[arg-type]


def test_implausible_rates_are_refused(tmp_path: Path) -> None:
    """With the reason; `force` saves them."""
    with ctick.Store(tmp_path / "rates.db") as store:
        store.save(ctick.parse(PAGE_16).snapshots)
        (broken,) = ctick.parse(PAGE_16.replace("0.01144", "0.1144")).snapshots
        result = store.save([broken])
        assert (result.new, result.known) == (0, 0)
        assert result.refused == [
            (
                broken,
                "KGS/USD = 0.1144 differs by more than a factor of 1.2 from 0.01144,"
                " the rate of timesca on 16 December 2025",
            )
        ]
        assert store.save([broken], force=True).new == 1


def test_an_invalid_snapshot_saves_nothing(tmp_path: Path) -> None:
    """No quotes, a rate that is not above 0, a float, an invalid source name."""
    good = ctick.Quote("KGS", Decimal("0.01144"))
    with ctick.Store(tmp_path / "rates.db") as store:
        for snapshot in (
            ctick.Snapshot("mybank", DAY_16, ()),
            ctick.Snapshot("mybank", DAY_16, (ctick.Quote("KGS", Decimal(0)),)),
            ctick.Snapshot("My Bank", DAY_16, (good,)),
        ):
            with pytest.raises(ctick.InputError):
                store.save([ctick.Snapshot("mybank", DAY_16, (good,)), snapshot])
        with pytest.raises(TypeError, match=r"^the rate of KGS must be a Decimal, not float$"):
            store.save([ctick.Snapshot("mybank", DAY_16, (ctick.Quote("KGS", 0.01),))])  # type: ignore[arg-type]
        assert store.history("KGS", source="mybank") == []


def test_the_users_own_store(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a path it is that of the command line; if it is missing, the bundled rates are used."""
    assert str(ctick.convert("50,000 KGS").value) == "571.50"
    assert not list(home.iterdir())
    with ctick.Store() as store:
        store.save(ctick.parse(PAGE_16).snapshots)
        assert store.path == str(home / ".local/share/ctick/ctick.db")
    assert run("convert", "50000", "KGS", "-q", "--date", "2025-12-16").out == "572.00 USD\n"
    monkeypatch.setenv("CTICK_DB", str(tmp_path / "other.db"))
    assert ctick.Store().path == str(tmp_path / "other.db")
    assert repr(ctick.Store()) == f"Store('{tmp_path}/other.db')"
    with pytest.raises(ctick.UsageError, match=r"^the path of a store is empty"):
        ctick.Store("")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("3 million soum", "240.00 USD"),
        ("$100 in KGS", "8748.91 KGS"),
        ("50k kzt to tjs", "944.02 TJS"),
        ("5 usd usd", "5.00 USD"),
    ],
)
def test_convert_reads_a_line_of_text(text: str, answer: str) -> None:
    conversion = ctick.convert(text)
    assert f"{conversion.value} {conversion.target}" == answer


def test_convert_needs_one_target(monkeypatch: pytest.MonkeyPatch) -> None:
    """USD unless the text names another; `CTICK_TO` is only for the command line."""
    monkeypatch.setenv("CTICK_TO", "KZT")
    assert ctick.convert("50,000 KGS").target == "USD"
    with pytest.raises(ctick.UsageError) as error:
        ctick.convert("100 USD")
    assert str(error.value) == "'100 USD' is in USD: name the currency to convert to, as in '100 USD in KGS'"
    with pytest.raises(ctick.UsageError) as error:
        ctick.convert("100 USD KGS KZT")
    assert str(error.value) == "'100 USD KGS KZT' names several currencies to convert to: name one"


def good(**changes: Any) -> ctick.Snapshot:
    """A snapshot of one quote, with something else in place of what is right."""
    fields: dict[str, Any] = {"source": "mybank", "as_of": DAY_16, "base": "KGS", "rate": Decimal("0.01144"), **changes}
    quote = ctick.Quote(fields["base"], fields["rate"], fields.get("change"), fields.get("legs", ()))
    return ctick.Snapshot(fields["source"], fields["as_of"], fields.get("quotes", (quote,)))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"quotes": ()}, "it has no quotes"),
        ({"quotes": good().quotes * 2}, "it has more than one quote of KGS"),
        ({"base": "kgs"}, "'kgs' is not one of KGS, KZT, TJS, UZS, TMT"),
        ({"base": "KGS 1;KZT"}, "'KGS 1;KZT' is not one of KGS, KZT, TJS, UZS, TMT"),
        ({"rate": Decimal("-0")}, "the rate of KGS must be above 0"),
        ({"rate": Decimal("nan")}, "the rate of KGS must be above 0"),
        ({"rate": Decimal("1e-999999999")}, "the figures of KGS must have at most 40 digits on each side of the point"),
        ({"change": Decimal("sNaN")}, "the figures of KGS must have at most 40 digits on each side of the point"),
        ({"legs": (ctick.Leg("K:S", "RUB", 0, Decimal(1), Decimal(1)),)}, "the legs of KGS make no rate"),
    ],
)
def test_a_store_takes_only_what_it_can_read_again(tmp_path: Path, changes: dict[str, Any], problem: str) -> None:
    """A program's mistake is an InputError: it neither damages the store nor creates one."""
    with ctick.Store(tmp_path / "rates.db") as store, pytest.raises(ctick.InputError) as error:
        store.save([good(), good(**changes)], force=True)
    assert str(error.value) == f"the snapshot of mybank on 16 December 2025 can't be saved: {problem}"
    assert not (tmp_path / "rates.db").exists()


def test_a_store_gives_back_what_was_saved(run: Run, tmp_path: Path) -> None:
    """Also where a moment stands for its day, a list for a tuple, and a rate in a power of ten."""
    moment = dt.datetime(2025, 12, 16, 20, tzinfo=dt.UTC)
    with ctick.Store(tmp_path / "rates.db") as store:
        store.save([good(as_of=moment, rate=Decimal("1144e-5"), quotes=list(good().quotes))])
        assert store.save([good()]).known == 1
        assert store.rate("KGS", on=DAY_16, source="mybank").as_of == DAY_16
    assert run("doctor", "--db", str(tmp_path / "rates.db")).code == 0


def test_wrong_types_are_type_errors(store: ctick.Store) -> None:
    wrong: Any = 5
    for call, message in (
        (lambda: store.rate(wrong), "code must be a str, not int"),
        (lambda: store.rate("KGS", source=wrong), "source must be a str, not int"),
        (lambda: store.convert(1, wrong), "base must be a str, not int"),
        (lambda: store.convert(1, "KGS", wrong), "target must be a str, not int"),
        (lambda: ctick.convert(wrong), "text must be a str, not int"),
        (lambda: ctick.parse(PAGE_16, date=wrong), "date must be a datetime.date, not int"),
        (lambda: store.save([wrong]), "save takes snapshots, not int"),
        (lambda: store.save([good(quotes=(wrong,))]), "a snapshot has quotes, not int"),
        (lambda: store.save([good(change=0.1)]), "the change of KGS must be a Decimal, not float"),
    ):
        with pytest.raises(TypeError) as error:
            call()
        assert str(error.value) == message
    for ask in (store.rate, store.history):
        with pytest.raises(ctick.UsageError, match=r"^'My Bank' is not a valid source name"):
            ask("KGS", source="My Bank")


def others_can_write(path: str) -> None:
    """Another connection gets the write lock at once."""
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("ROLLBACK")
    connection.close()


def test_no_lock_is_held_between_calls(store: ctick.Store) -> None:
    """`rate` does not read all rates, but closes its statement."""
    others_can_write(store.path)
    store.rate("KGS")
    others_can_write(store.path)
    store.convert(5, "KGS", "KZT")
    store.history("KGS")
    others_can_write(store.path)


def test_a_slow_iterator_holds_no_lock(store: ctick.Store) -> None:
    """`save` reads the whole iterator before it begins to write; if that raises, nothing is saved."""

    def slow() -> Iterator[ctick.Snapshot]:
        yield ctick.parse(PAGE_16).snapshots[0]
        others_can_write(store.path)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        store.save(slow())
    others_can_write(store.path)
    assert store.history("KGS", since=DAY_16, until=DAY_16, source="timesca")[0].bundled


def test_a_store_is_for_one_thread(store: ctick.Store) -> None:
    """In another thread it raises an error, and a second Store works."""
    outcomes: list[str] = []

    def ask() -> None:
        for ask in (store.rate, ctick.Store(store.path).rate):
            try:
                outcomes.append(str(ask("KGS").rate))
            except ctick.StoreError as error:
                outcomes.append(str(error))

    thread = threading.Thread(target=ask, name="other")
    thread.start()
    thread.join()
    assert outcomes == [
        f"the store {store.path} is open in thread 'MainThread' and can't be used in thread 'other':"
        " open a Store in each thread",
        str(store.rate("KGS").rate),
    ]


def test_everything_can_be_copied_and_pickled(store: ctick.Store) -> None:
    """As worker processes need it; a copy of an open store opens the file itself, so it works in another thread."""
    report = ctick.parse(PAGE_16 + "KGS/USD = 0.0.1\n")
    values = [report, store.save(report.snapshots), store.rate("KGS"), store.convert(5, "KGS", "KZT")]
    for value in values:
        assert pickle.loads(pickle.dumps(value)) == copy.copy(value) == copy.deepcopy(value) == value
    for other in (pickle.loads(pickle.dumps(store)), copy.copy(store), copy.deepcopy(store)):
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(other.rate, "KGS").result() == store.rate("KGS")


def test_a_store_that_cannot_be_used(tmp_path: Path) -> None:
    """The file of another program is an error, and is left as it is."""
    path = tmp_path / "rates.db"
    path.write_text("not a database, but long enough to be one" * 50)
    with ctick.Store(path) as store, pytest.raises(ctick.StoreError):
        store.rate("KGS")
    assert path.read_text() == "not a database, but long enough to be one" * 50
