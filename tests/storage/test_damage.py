"""Damaged stores: a right answer or exit 6, and all that is sound can be rescued."""

import datetime as dt
import os
import random
import sys
from collections.abc import Callable, Iterator, Sized
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path

import pytest

from ctick import clock
from ctick.capture import Capture
from ctick.errors import CtickError, StoreError
from ctick.model import DatedQuote, Leg, Quote, Snapshot, quotes_from_text
from ctick.storage.backup import rescue
from ctick.storage.connection import Database
from ctick.storage.fetch_log import FetchLog
from ctick.storage.integrity import check
from ctick.storage.store import Store

FIRST = dt.date(2022, 1, 1)
"""Long before the first bundled day."""
DAYS = 120
LAST = FIRST + dt.timedelta(days=DAYS - 1)
CODES = ("KGS", "KZT", "TJS", "UZS", "TMT")
URL = "https://example.org/rates.json"
SEED = 20251216


def snapshots() -> Iterator[Snapshot]:
    """A ticker with a second revision on every fifth day, once without TMT, and captures; a feed with two legs."""
    leg = Leg("USD", "RUB", 1, quotes_from_text("USD 75.2380")[0].rate, quotes_from_text("X 0.0001")[0].rate)
    for number in range(DAYS):
        day = FIRST + dt.timedelta(days=number)
        figures = f"KGS 0.0114{number % 10} 0;KZT 0.0019{number % 7} -0;TJS 0.10{number:03} 0.1;UZS 0.00008"
        capture = Capture(f"https://example.org/{number}", f"{day}T05:00:00Z") if number % 3 == 0 else None
        yield Snapshot("timesca", day, quotes_from_text(f"{figures};TMT 0.28571 0"), capture=capture)
        if number % 5 == 0:
            yield Snapshot("timesca", day, quotes_from_text(figures.replace("KGS 0.0114", "KGS 0.0115")))
        kgs = Leg("KGS", "RUB", 100, quotes_from_text(f"X 86.0{number:03}")[0].rate, leg.quantum)
        yield Snapshot("cbr", day, (Quote.derived("KGS", (kgs, leg)),))


def _words(snapshot: Snapshot) -> str:
    """All of a snapshot but its capture."""
    return f"{snapshot.source} {snapshot.as_of} {snapshot.to_text()} {snapshot.seen_at}"


class Answers:
    """A store's answer to every question; None where it raises an error."""

    def __init__(self, path: Path) -> None:
        store, log = Store(str(path)), FetchLog(Database(str(path)))
        self.answers: list[list[DatedQuote] | None] = []
        self.everything: list[Snapshot] | None = None
        self.wrong: list[str] = []
        try:
            for source in (None, "timesca", "cbr"):
                for code in CODES:
                    self.answers.append(self._ask(store, code, source))
                    self.answers.append(self._first(store, code, source))
            for code, source in (("KGS", "timesca"), ("TMT", "timesca"), ("KGS", "cbr")):
                self.answers.append(self._history(store, code, source))
            with suppress(StoreError):
                self.everything = list(store.snapshots())
            try:
                self.wrong = check(store.path)[1]
            except StoreError as error:
                self.wrong = [str(error)]
            for use in (store.newest, log.logs, lambda: log.answered("cbr", CODES, FIRST, LAST)):
                with suppress(StoreError):
                    use()
            with suppress(StoreError):
                assert log.answer(URL) in (None, (b'{"usd": 1}', '"abc"', None, FIRST))
        finally:
            store.close()

    @staticmethod
    def _ask(store: Store, code: str, source: str | None) -> list[DatedQuote] | None:
        try:
            return list(store.quotes(code, LAST, source))
        except StoreError:
            return None

    @staticmethod
    def _first(store: Store, code: str, source: str | None) -> list[DatedQuote] | None:
        try:
            return list(islice(store.quotes(code, LAST, source), 1))
        except StoreError:
            return None

    @staticmethod
    def _history(store: Store, code: str, source: str) -> list[DatedQuote] | None:
        try:
            return store.history(code, FIRST, LAST, source)
        except StoreError:
            return None


class Intact:
    """The store before anything happened to it."""

    def __init__(self, path: Path) -> None:
        store = Store(str(path))
        saved = store.save(snapshots(), force=True)
        assert (saved.known, saved.refused) == (0, [])
        store.close()
        log = FetchLog(Database(str(path)))
        log.succeeded("cbr")
        log.failed("cbr", "it did not answer")
        log.add_answered("cbr", [FIRST, LAST])
        log.store_answer(URL, b'{"usd": 1}', '"abc"', None, FIRST)
        self.count = saved.new
        self.bytes = path.read_bytes()
        self.answers = Answers(path)
        assert self.answers.wrong == []
        assert self.answers.everything is not None
        self.quotes = {quote for answer in self.answers.answers if answer for quote in answer}
        self.snapshots = {repr(snapshot) + snapshot.to_text() for snapshot in self.answers.everything}
        self.captures = {_words(snapshot): snapshot.capture for snapshot in self.answers.everything}
        assert len(self.snapshots) == len(self.captures) == self.count == DAYS * 2 + DAYS // 5

    def check(self, path: Path, most_lost: int) -> str:
        """Holds what a damaged store says against the truth; what became of it, in a word."""
        before = path.read_bytes()
        found = Answers(path)
        assert path.read_bytes() == before
        hidden = False
        for answer, truth in zip(found.answers, self.answers.answers, strict=True):
            assert truth is not None
            if answer is not None and answer != truth:
                assert set(answer) <= set(truth) or (len(truth) == 1 and answer[0] in self.quotes)
                hidden = True
        if found.everything is not None:
            seen = {repr(snapshot) + snapshot.to_text() for snapshot in found.everything}
            assert seen <= self.snapshots
            hidden = hidden or seen != self.snapshots
        assert found.wrong or not hidden, "something is invisible, and doctor sees nothing"
        self._rescue(path, most_lost)
        refused = None in found.answers
        return "hidden" if hidden else "refused" if refused else "found" if found.wrong else "harmless"

    def _rescue(self, path: Path, most_lost: int) -> None:
        place = path.with_suffix(".rescued")
        place.unlink(missing_ok=True)
        before = path.read_bytes()
        try:
            count, lost = rescue(str(path), str(place))
        except StoreError:
            assert self.count <= most_lost
            return
        assert path.read_bytes() == before
        store = Store(str(place))
        assert check(store.path) == (count, [])
        saved = {_words(snapshot): snapshot.capture for snapshot in store.snapshots()}
        store.close()
        assert saved.keys() <= self.captures.keys()
        assert all(capture in (None, self.captures[words]) for words, capture in saved.items())
        assert len(saved) == count >= self.count - most_lost
        if most_lost < self.count:
            assert bool(lost) == (saved != self.captures)


@pytest.fixture(scope="module")
def intact(tmp_path_factory: pytest.TempPathFactory) -> Intact:
    with pytest.MonkeyPatch.context() as patch:
        moments = (dt.datetime(2022, 6, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=n) for n in range(10**9))
        patch.setattr(clock, "now", lambda: next(moments))
        return Intact(tmp_path_factory.mktemp("intact") / "rates.db")


def flipped(data: bytes, place: int, change: int) -> bytes:
    return data[:place] + bytes([data[place] ^ change]) + data[place + 1 :]


def flips(intact: Intact, path: Path, seed: int, count: int) -> dict[str, int]:
    """Damages one byte, again and again; counts the outcomes."""
    chance = random.Random(seed)
    became: dict[str, int] = {}
    for _ in range(count):
        place, change = chance.randrange(len(intact.bytes)), chance.randrange(1, 256)
        path.write_bytes(flipped(intact.bytes, place, change))
        try:
            word = intact.check(path, most_lost=1)
        except (AssertionError, CtickError) as error:
            raise AssertionError(f"byte {place} changed by {change} (seed {seed})") from error
        became[word] = became.get(word, 0) + 1
    return became


def test_flipped_bytes(intact: Intact, tmp_path: Path) -> None:
    """Never another rate: a right answer or a refusal, or doctor finds what is hidden; one snapshot is lost at most."""
    became = flips(intact, tmp_path / "rates.db", SEED, 100)
    assert became["refused"] > 20


@pytest.mark.long
def test_a_thousand_flipped_bytes(intact: Intact, tmp_path: Path) -> None:
    """The same at a thousand random places; shows how often each outcome came."""
    seed = random.randrange(10**9)
    sys.stdout.write(f"seed {seed}: {flips(intact, tmp_path / 'rates.db', seed, 1000)}\n")


def leaves(data: bytes, kind: int, word: bytes) -> Iterator[int]:
    """Where the pages of this kind are that have a word in them; https://www.sqlite.org/fileformat2.html"""
    return (at for at in range(4096, len(data), 4096) if data[at] == kind and word in data[at : at + 4096])


@pytest.mark.parametrize(
    ("word", "command"),
    [
        (b"KGS2022", lambda store: list(islice(store.quotes("KGS", LAST), 1000))),
        (b"timesca2022", lambda store: list(islice(store.quotes("KGS", LAST, "timesca"), 1000))),
        (b"timescaKGS", lambda store: list(islice(store.snapshots(), 5000))),
    ],
)
def test_an_index_out_of_order_ends(
    intact: Intact, tmp_path: Path, word: bytes, command: Callable[[Store], Sized]
) -> None:
    """Each entry is sound, but in the place of another: nothing is read endlessly."""
    path = tmp_path / "rates.db"
    ends = set()
    for at in leaves(intact.bytes, 10, word):
        count = int.from_bytes(intact.bytes[at + 3 : at + 5], "big")
        for early in range(2, count - 2):
            data = bytearray(intact.bytes)
            data[at + 8 + 2 * early : at + 10 + 2 * early] = data[at + 4 + 2 * count : at + 6 + 2 * count]
            path.write_bytes(data)
            with closing(Store(str(path))) as store:
                try:
                    ends.add(len(command(store)) < 1000)
                except StoreError:
                    ends.add(True)
    assert ends == {True}


def test_truncated_stores(intact: Intact, tmp_path: Path) -> None:
    """At every page boundary, and a byte before and after it."""
    path = tmp_path / "rates.db"
    for cut in range(4096, len(intact.bytes), 4096):
        for size in (cut - 1, cut, cut + 1):
            path.write_bytes(intact.bytes[:size])
            assert intact.check(path, most_lost=intact.count) in ("refused", "hidden", "found")
    assert os.listdir(tmp_path)
