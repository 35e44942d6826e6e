"""`ctick.Store` and `ctick.convert`: saved rates, and the answers they give. A thin layer over `storage` and `rates`.

Its names are stable; those of the modules below may change.
"""

import datetime as dt
import os
from collections.abc import Iterable
from decimal import Decimal

from ctick import clock, currencies, paths
from ctick.api.checks import as_day, as_past_day, as_source, as_stored, as_text
from ctick.errors import NoRateError, UsageError
from ctick.model import DatedQuote, Snapshot, Value
from ctick.rates import amounts, conversion, numbers
from ctick.rates.choose import best, last_day, sources_by_days
from ctick.rates.conversion import Conversion
from ctick.shell import store_command
from ctick.storage import store as storage
from ctick.text import long_date, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self


class SaveResult(Value):
    r"""What `Store.save` did: `new` and `known` count the saved snapshots.

    `refused` has the others, each with the reason: `(snapshot, "KGS/USD = 0.1144 differs ...")`.

    >>> with ctick.Store("rates.db") as store:
    ...     store.save(ctick.parse("KGS/USD = 0.01144 0%\n16 December 2025\n").snapshots)
    SaveResult(new=1, known=0, refused=[])
    """

    __slots__ = ("new", "known", "refused")

    def __init__(self, new: int, known: int, refused: list[tuple[Snapshot, str]]) -> None:
        self.new = new
        self.known = known
        self.refused = refused


class Store:
    """The rates that were saved, in one SQLite file, and the ones bundled with ctick.

    `path` is the file. Without it, it is the user's own store, which the command line uses, too
    (`CTICK_DB`, else `ctick.db` in the user's data folder). The file is opened when it is needed,
    and created by the first `save`. Use it in a `with` statement, or call `close`.

    Currencies are codes, names or signs in any case: `"KGS"`, `"tenge"`, `"$"`. Rates are USD for
    1 unit. Days are `datetime.date`; without `on` the question is about today.

    Methods raise StoreError if the file is damaged, not a store, too new or out of reach, or if
    another thread has opened it: use one Store per thread. No lock is held between two calls.

    >>> with ctick.Store() as store:
    ...     print(store.convert(50_000, "KGS", "USD").value)
    571.50
    """

    def __init__(self, path: "str | os.PathLike[str] | None" = None) -> None:
        name = None if path is None else os.fsdecode(path)
        if name == "":
            raise UsageError("the path of a store is empty: name a file, or leave it out for the user's own store")
        self._store = storage.Store(paths.store_path(name))

    def __repr__(self) -> str:
        return f"Store({self.path!r})"

    def __reduce__(self) -> "tuple[type[Store], tuple[str]]":
        return Store, (self.path,)  # a copy, also in another process, opens the file itself

    def __enter__(self) -> "Self":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file; a later call opens it again."""
        self._store.close()

    @property
    def path(self) -> str:
        """The file, which need not exist."""
        return self._store.path

    def save(self, snapshots: Iterable[Snapshot], *, force: bool = False) -> SaveResult:
        r"""Saves snapshots in one transaction: all that are not refused, or nothing at all.

        A snapshot that is already stored is counted as known. One with a rate that is almost
        certainly wrong is refused, unless `force`: each rate is compared with the nearest rate of
        that source that was stored before this call. Of several snapshots of a source and day, the
        one saved last is used.

        Raises InputError for a snapshot without a date (see `date` of `ctick.parse`), without
        quotes, with two of a currency or one of another than the five, with a rate that is not above
        0 or has too many digits, or with an invalid source name.

        >>> with ctick.Store("rates.db") as store:
        ...     result = store.save(ctick.parse("KGS/USD = 0.1144\n", date=dt.date(2025, 12, 16)).snapshots)
        >>> result.refused[0][1]
        'KGS/USD = 0.1144 differs by more than a factor of 1.2 from 0.01144, the rate of timesca (bundled) on...'
        """
        checked = [as_stored(snapshot) for snapshot in snapshots]  # before the lock is taken: the iterator may be slow
        saved = self._store.save(checked, force=force)
        return SaveResult(saved.new, saved.known, [(snapshot, str(reason)) for snapshot, reason in saved.refused])

    def rate(self, code: str, *, on: dt.date | None = None, source: str | None = None) -> DatedQuote:
        """The rate that the command line would use for a currency on a day.

        Of all rates up to that day (from `source`, if given), saved and bundled ones, it is the one
        with the smallest likely error: what its digits leave open, and what may have happened since.
        Without `on`, a rate dated up to three days ahead counts, too, as central banks publish
        tomorrow's. Raises NoRateError if there is no rate, UsageError for an unknown currency, for USD,
        and for a day that has not come.

        >>> with ctick.Store() as store:
        ...     dated = store.rate("kgs", on=dt.date(2025, 12, 16))
        >>> dated.rate, dated.as_of, dated.source, dated.bundled
        (Decimal('0.01144'), datetime.date(2025, 12, 16), 'timesca', True)
        """
        base = currencies.one_of_five(as_text(code, "code"))
        named = as_past_day(on, "on")
        day = named or clock.today()
        last = named or last_day(day)
        dated = best(self._store.quotes(base, last, None if source is None else as_source(source)), day)
        if dated is None:
            origin = f" from {source}" if source else ""
            raise NoRateError(
                f"no rate for {base}{origin} on or before {long_date(day)}: save one with Store.save,"
                f" or fetch one with {store_command(self.path, 'snapshot')}"
            )
        return dated

    def convert(
        self,
        amount: "int | str | Decimal",
        base: str,
        target: str = "USD",
        *,
        on: dt.date | None = None,
        source: str | None = None,
    ) -> Conversion:
        """What `amount` of `base` is worth in `target`, with what the digits and the age of the rates leave open.

        `low` and `high` follow from the published digits, `likely_low` and `likely_high` also from
        the age; see `Conversion`. `amount` is an int, a Decimal, or a str as people write it
        (`"50,000"`, `"3 million"`); a float raises TypeError. The rates are the ones that `rate`
        returns. Raises NoRateError if one is missing, UsageError for an unknown currency, an amount
        that can't be understood, or a day that has not come.

        >>> with ctick.Store() as store:
        ...     conversion = store.convert("3 million", "soum", on=dt.date(2025, 12, 16))
        >>> conversion.value, conversion.low, conversion.high
        (Decimal('240.00'), Decimal('225.00'), Decimal('255.00'))
        >>> conversion = store.convert("50,000", "KGS", on=dt.date(2025, 12, 25), source="timesca")
        >>> conversion.sign, conversion.likely_low, conversion.value, conversion.likely_high
        ('≈', Decimal('569.24'), Decimal('572.00'), Decimal('574.76'))
        """
        base, target = currencies.code(as_text(base, "base")), currencies.code(as_text(target, "target"))
        number = _amount(amount, base)
        codes = {base, target} - {"USD"} if base != target else set()
        rates = {code: self.rate(code, on=on, source=source) for code in codes}
        return conversion.convert(number, base, target, rates, as_past_day(on, "on") or clock.today())

    def history(
        self, code: str, *, since: dt.date | None = None, until: dt.date | None = None, source: str | None = None
    ) -> list[DatedQuote]:
        """The rates of a currency from `since` to `until`, one per day, oldest first (an empty list if none).

        All are from one source: `source`, or the one that `ctick history` shows, which has the most
        days in that span. Raises UsageError for an unknown currency, for USD, and if `since` is
        after `until`.

        >>> with ctick.Store() as store:
        ...     [str(dated.rate) for dated in store.history("KGS", since=dt.date(2026, 2, 18))]
        ['0.01144', '0.01143']
        """
        base = currencies.one_of_five(as_text(code, "code"))
        first, last = as_day(since, "since") or dt.date.min, as_day(until, "until") or dt.date.max
        if first > last:
            raise UsageError(f"since {first} is after until {last}: swap them")
        if source is None:
            names = sources_by_days(self._store.counts(base, first, last))
            if not names:
                return []
            source = names[0]
        return self._store.history(base, first, last, as_source(source))


def convert(text: str, *, on: dt.date | None = None) -> Conversion:
    """What the amount in `text` is worth in USD, or in the currency that `text` names; rates are from the user's store.

    `text` is what follows `ctick convert`: `"3 million soum"`, `"$100 in KGS"`, `"50k kzt to tjs"`.
    A point is the decimal point: `"50.000 KGS"` is 50 som. The setting `to` is not used, but `som` is:
    it says which som is meant. Raises the same errors as `Store.convert`.

    >>> print(ctick.convert("3 million soum"))
    240.00 USD
    """
    request = amounts.read(as_text(text, "text"))
    targets = request.targets or ["USD"]
    if len(targets) > 1:
        raise UsageError(f"'{plain(text, 60)}' names several currencies to convert to: name one")
    if not request.targets and request.base == "USD":
        raise UsageError(f"'{plain(text, 60)}' is in USD: name the currency to convert to, as in '100 USD in KGS'")
    with Store() as store:
        return store.convert(request.amount, request.base, targets[0], on=on)


def _amount(amount: "int | str | Decimal", code: str) -> Decimal:
    if isinstance(amount, str):
        request = amounts.read(f"{amount} {code}")
        if request.base != code or request.targets:
            raise UsageError(f"'{plain(amount, 60)}' is more than an amount: pass the currency as base")
        return request.amount
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
        raise TypeError(f"amount must be an int, a str or a Decimal, not {type(amount).__name__}")
    number = Decimal(amount)
    if not number.is_finite() or not numbers.is_in_range(number):
        raise UsageError(f"this amount is out of range: {numbers.LIMITS}")
    return number or Decimal(0)
