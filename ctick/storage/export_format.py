"""An export: everything in a store as text that is read back without a loss. Pure.

The format is JSON lines. The first says what it is, the last how many snapshots stand between them,
and each other line is a snapshot:

    {"ctick": "export", "version": 2}
    {"source": "timesca", "as_of": "2025-12-16", "seen_at": "2025-12-16T05:00:00.000000Z",
     "quotes": [{"base": "KGS", "rate": "0.01144", "change": "0"}, ...]}
    {"ctick": "end", "snapshots": 1}

A derived quote has `legs` instead of `rate`: base, quote, nominal, value, quantum, as_of. Numbers
are strings, so that no reader loses a digit.

Version 1 has no last line. Exports may stand one after the other (`cat a b`), and lines may have
been filtered out (`grep`): `Account` tells what is missing then. A ctick that reads version 1 only
refuses version 2 as too new.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain, islice

from ctick.currencies import FIVE
from ctick.errors import InputError
from ctick.interval import EXACT
from ctick.model import Leg, Quote, Snapshot, is_source_name
from ctick.text import plain

VERSION = 2

_LAST_SEEN = "2999-12-31T23:59:59.999999Z"
"""No later time is written or read: an index full of such times would leave none for what is seen next."""

_BOM = b"\xef\xbb\xbf"


def export_lines(snapshots: Iterable[Snapshot]) -> Iterator[str]:
    """A line that says what this is, a line a snapshot, and their number. All of it is ASCII."""
    rest = iter(snapshots)
    first = list(islice(rest, 1))  # what can't be read says so before there is a file that looks like an export
    yield json.dumps({"ctick": "export", "version": VERSION}) + "\n"
    count = 0
    for snapshot in chain(first, rest):
        yield json.dumps(_to_json(snapshot)) + "\n"
        count += 1
    yield json.dumps({"ctick": "end", "snapshots": count}) + "\n"


class Account:
    """What the first and last lines of an export say, beside what is there. Complete once all of it was read."""

    def __init__(self) -> None:
        self._snapshots = 0
        self._old = 0  # of these, the ones of exports of version 1
        self._firsts = 0
        self._old_firsts = 0
        self._lasts = 0
        self._said = 0  # snapshots, by the last lines
        self._is_old = False  # what is read now

    def first(self, version: int) -> None:
        """A first line was read."""
        self._is_old = version == 1
        self._firsts += 1
        self._old_firsts += self._is_old

    def last(self, count: int) -> None:
        """A last line was read."""
        self._is_old = False
        self._lasts += 1
        self._said += count

    def snapshot(self) -> None:
        """A snapshot was read."""
        self._snapshots += 1
        self._old += self._is_old

    @property
    def is_empty(self) -> bool:
        """Whether nothing was read yet."""
        return not (self._snapshots or self._firsts or self._lasts)

    def lacks(self) -> str | None:
        """How it shows that snapshots are missing; None where as many are there as there were."""
        news = self._snapshots - self._old
        if self._lasts < max(self._firsts - self._old_firsts, not self._firsts):
            return "its last line is missing, so it was cut or filtered"
        if news != self._said:
            return f"it has {news:,} of {self._said:,} snapshots, so it was cut, filtered or put together"
        return None

    def remark(self) -> str | None:
        """What is unusual and costs no snapshot."""
        if self._firsts > 1:
            return f"it holds {self._firsts:,} exports"
        return None if self._firsts else "its first line is missing"


def read_export(lines: Iterable[bytes], account: Account | None = None) -> Iterator[Snapshot]:
    """The snapshots of exports; InputError at the first line that is not as it should be.

    Blank lines, byte order marks, and any line ends are taken.
    """
    account = account or Account()
    for number, line in enumerate(lines, 1):
        text = line.removeprefix(_BOM).strip()
        if not text:
            continue
        row = _row(text, number, is_cut=not line.endswith(b"\n"))
        kind = row.get("ctick")
        if kind == "export":
            account.first(_version(row))
            continue
        try:
            if kind == "end":
                account.last(_count(row))
                continue
            snapshot = _from_json(row)
        except (ValueError, ArithmeticError) as error:
            if account.is_empty and "quotes" not in row:
                raise _no_export() from None
            what = "count of snapshots" if kind == "end" else "snapshot"
            why = plain(error, 100) if type(error) is ValueError else "its figures can't be"
            raise InputError(f"line {number} is no {what} ({why}): nothing was imported") from None
        account.snapshot()
        yield snapshot
    if account.is_empty:
        raise InputError("is empty, and an export has one line at least: nothing was imported")


def _row(text: bytes, number: int, *, is_cut: bool) -> dict[str, object]:
    try:
        row = json.loads(text.decode())
    except (ValueError, RecursionError):
        row = None
    if isinstance(row, dict):
        return row
    start = plain(text[:60].decode("utf-8", "replace").rstrip())
    what = "is cut short" if is_cut and text.startswith(b"{") else "is no line of an export"
    raise InputError(f"line {number} {what} ('{start}'): nothing was imported")


def _version(row: dict[str, object]) -> int:
    version = row.get("version")
    if type(version) is not int or version < 1:
        raise _no_export()
    if version > VERSION:
        raise InputError(
            f"was written by a newer ctick (version {plain(version, 20)} of the format, this one reads 1 to {VERSION}):"
            " nothing was imported; upgrade ctick"
        )
    return version


def _count(row: dict[str, object]) -> int:
    count = row.get("snapshots")
    if type(count) is not int or count < 0:
        raise ValueError("snapshots is missing, or not a number of them")
    return count


def _no_export() -> InputError:
    return InputError(
        f'is not an export of ctick (which begins with {{"ctick": "export", "version": {VERSION}}}):'
        " nothing was imported"
    )


def _to_json(snapshot: Snapshot) -> dict[str, object]:
    return {
        "source": snapshot.source,
        "as_of": str(snapshot.as_of),
        "seen_at": min(snapshot.seen_at or "", _LAST_SEEN),
        "quotes": [_quote_to_json(quote) for quote in snapshot.quotes],
    }


def _quote_to_json(quote: Quote) -> dict[str, object]:
    if not quote.legs:
        change = None if quote.change is None else f"{quote.change:f}"
        return {"base": quote.base, "rate": f"{quote.rate:f}", "change": change}
    legs = [
        {
            "base": leg.base,
            "quote": leg.quote,
            "nominal": leg.nominal,
            "value": f"{leg.value:f}",
            "quantum": f"{leg.quantum:f}",
            "as_of": leg.as_of and str(leg.as_of),
        }
        for leg in quote.legs
    ]
    return {"base": quote.base, "legs": legs}


def _from_json(row: dict[str, object]) -> Snapshot:
    source, seen_at = _text(row, "source"), _text(row, "seen_at")
    if not is_source_name(source):
        raise ValueError(f"'{plain(source, 40)}' can't name a source")
    try:
        sound = dt.datetime.fromisoformat(seen_at).strftime("%Y-%m-%dT%H:%M:%S.%fZ") == seen_at
    except ValueError:
        sound = False
    if not sound:
        raise ValueError(f"its seen_at '{plain(seen_at, 40)}' is no UTC time with microseconds")
    if seen_at > _LAST_SEEN:
        raise ValueError(f"its seen_at '{seen_at}' is in the far future")
    read = tuple([_quote_from_json(quote) for quote in _rows(row, "quotes")])
    bases = [quote.base for quote in read]
    if sorted(set(bases), key=FIVE.index) != bases:
        raise ValueError("a currency is there twice, or out of order")
    return Snapshot(source, _day(_text(row, "as_of")), read, seen_at)


def _quote_from_json(row: dict[str, object]) -> Quote:
    base = _text(row, "base")
    if base not in FIVE:
        raise ValueError(f"'{plain(base, 40)}' is none of {', '.join(FIVE)}")
    if "legs" in row:
        legs = tuple([_leg(leg) for leg in _rows(row, "legs")])
        ends = [leg.base for leg in legs]
        through = {leg.quote for leg in legs}
        straight = len(legs) == 1 and {ends[0], *through} == {base, "USD"}
        if not straight and not (
            sorted(ends) == sorted([base, "USD"]) and len(through - {base, "USD"}) == 1 == len(through)
        ):
            raise ValueError(f"its legs don't lead from {base} to USD")
        return Quote.derived(base, legs)
    change = row.get("change")
    return Quote(base, _positive(_text(row, "rate")), None if change is None else _number(_text(row, "change")))


def _leg(row: dict[str, object]) -> Leg:
    base, quote, nominal, as_of = _text(row, "base"), _text(row, "quote"), row.get("nominal"), row.get("as_of")
    value, quantum = _positive(_text(row, "value")), _positive(_text(row, "quantum"))
    if not all(code.isascii() and code.isalpha() and len(code) == 3 for code in (base, quote)):
        raise ValueError("a leg has no two currencies")
    if type(nominal) is not int or not 0 < nominal < 10**8 or EXACT.add(value, value) <= quantum:
        raise ValueError(f"the leg {base}/{quote} can't be")
    return Leg(base, quote, nominal, value, quantum, None if as_of is None else _day(_text(row, "as_of")))


def _text(row: dict[str, object], name: str) -> str:
    text = row.get(name)
    if isinstance(text, str):
        return text
    raise ValueError(f"{name} is missing, or no text")


def _rows(row: dict[str, object], name: str) -> list[dict[str, object]]:
    rows = row.get(name)
    if not isinstance(rows, list) or not rows or not all(isinstance(item, dict) for item in rows):
        raise ValueError(f"{name} is missing, or no list")
    return rows


def _day(text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = dt.date.min
    if str(day) != text:  # Python reads 20251216 and 2025-W51-2 too
        raise ValueError(f"'{plain(text, 40)}' is no date")
    return day


def _number(text: str) -> Decimal:
    """A number in the form in which it is written here, so that nothing comes out otherwise than it went in."""
    # 40 digits on both sides of the point are as much as the ticker reader takes.
    if len(text) > 82 or set(text) - set("0123456789.-") or not text.strip("-."):
        raise ValueError(f"'{plain(text, 40)}' is no number")
    try:
        number = Decimal(text)
    except ArithmeticError:
        number = Decimal("NaN")
    if f"{number:f}" != text or max(number.adjusted(), -int(number.as_tuple().exponent)) > 40:
        raise ValueError(f"'{plain(text, 40)}' is no number")
    return number


def _positive(text: str) -> Decimal:
    number = _number(text)
    if number <= 0:
        raise ValueError(f"'{plain(text, 40)}' is not above 0")
    return number
