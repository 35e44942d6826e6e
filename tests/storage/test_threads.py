"""A store belongs to the thread that has it open."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ctick.errors import DamageError, StoreError
from ctick.model import Snapshot, quotes_from_text
from ctick.storage.store import Store

DAY = dt.date(2023, 5, 10)
SNAPSHOT = Snapshot("s", DAY, quotes_from_text("KGS 0.0114"), "2023-05-11T06:00:00.000000Z")

USES: dict[str, Callable[[Store], object]] = {
    "quotes": lambda store: next(store.quotes("KGS", DAY)),
    "recent": lambda store: store.recent(next(store.quotes("KGS", DAY))),
    "counts": lambda store: store.counts("KGS", DAY, DAY),
    "history": lambda store: store.history("KGS", DAY, DAY, "s"),
    "newest": lambda store: store.newest(),
    "snapshots": lambda store: next(store.snapshots()),
    "snapshots_of": lambda store: store.snapshots_of(DAY),
    "save": lambda store: store.save([SNAPSHOT]),
    "import_snapshots": lambda store: store.import_snapshots([SNAPSHOT]),
    "delete": lambda store: store.delete([SNAPSHOT]),
    "close": lambda store: store.close(),
}


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = Store(str(path))
    store.import_snapshots([SNAPSHOT])
    yield store
    store.close()


def error_in_thread(use: Callable[[], object]) -> StoreError:
    """What `use` raises in the thread 'other'."""
    errors: list[StoreError] = []

    def run() -> None:
        with pytest.raises(StoreError) as caught:
            use()
        errors.append(caught.value)

    thread = threading.Thread(target=run, name="other")
    thread.start()
    thread.join()
    return errors[0]


def test_every_method_is_tried() -> None:
    assert set(USES) == {name for name in vars(Store) if not name.startswith("_")} - {"path"}


@pytest.mark.parametrize("name", USES)
def test_another_thread_is_refused(store: Store, path: Path, name: str) -> None:
    """The message names both threads and doesn't mention damage; the store can be used as before."""
    error = error_in_thread(lambda: USES[name](store))
    assert str(error) == (
        f"the store {path} is open in thread '{threading.current_thread().name}' and can't be used in thread 'other':"
        " open a Store in each thread"
    )
    assert not isinstance(error, DamageError)
    assert list(store.snapshots()) == [SNAPSHOT]


def test_an_iterator_that_another_thread_continues(store: Store, path: Path) -> None:
    """It is refused where it has to read on: the first two days are read at once."""
    for days in (1, 2):
        store.import_snapshots([Snapshot("s", DAY - dt.timedelta(days=days), SNAPSHOT.quotes, SNAPSHOT.seen_at)])
    quotes = store.quotes("KGS", DAY)
    next(quotes)
    next(quotes)
    assert str(error_in_thread(lambda: next(quotes))).startswith(f"the store {path} is open in thread '")


def test_a_thread_that_has_ended(path: Path) -> None:
    """Its name is not known any more."""
    store = Store(str(path))
    thread = threading.Thread(target=store.import_snapshots, args=([SNAPSHOT],))
    thread.start()
    thread.join()
    with pytest.raises(StoreError) as caught:
        store.newest()
    assert str(caught.value) == (
        f"the store {path} is open in another thread and can't be used in thread"
        f" '{threading.current_thread().name}': open a Store in each thread"
    )


def test_a_store_that_another_thread_drops(path: Path) -> None:
    """It may be collected there without a warning."""
    stores = [Store(str(path))]
    stores[0].import_snapshots([SNAPSHOT])
    thread = threading.Thread(target=stores.clear)
    thread.start()
    thread.join()
    assert not stores
