"""An export: everything in a store as text, which can be read back without loss. Pure.

The format is JSON lines. The first line names the format, the last one the number of snapshots,
and each other line is a snapshot:

    {"ctick": "export", "version": 2}
    {"source": "timesca", "as_of": "2025-12-16", "seen_at": "2025-12-16T05:00:00.000000Z",
     "quotes": [{"base": "KGS", "rate": "0.01144", "change": "0"}, ...]}
    {"ctick": "end", "snapshots": 1}

A snapshot of a crawl has its earliest capture, too: `url` and `captured_at` (`2025-12-16T05:00:00Z`). The version
is still 2: a ctick that does not know these two fields ignores them, and imports everything else.

A derived quote has `legs` instead of `rate`: base, quote, nominal, value, quantum, as_of. Numbers
are strings, so that no program that reads them loses a digit.

Version 1 has no last line. Exports may be joined (`cat a b`), and lines may have
been filtered out (`grep`): `Completeness` tells what is missing then. A ctick that reads version 1 only
refuses version 2 as too new.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain, islice

from ctick.capture import Capture
from ctick.currencies import FIVE
from ctick.errors import InputError
from ctick.interval import EXACT
from ctick.model import Leg, Quote, Snapshot
from ctick.storage.completeness import Completeness
from ctick.text import is_source_name, plain

VERSION = 2

_LAST_SEEN = "2999-12-31T23:59:59.999999Z"
"""No later time is written or read, so that there is always a later one for what is seen next."""

_BOM = b"\xef\xbb\xbf"


def export_lines(snapshots: Iterable[Snapshot]) -> Iterator[str]:
    """The lines of an export, each with its line end; all ASCII."""
    rest = iter(snapshots)
    first = list(islice(rest, 1))  # an unreadable store is an error before anything is written
    yield json.dumps({"ctick": "export", "version": VERSION}) + "\n"
    count = 0
    for snapshot in chain(first, rest):
        yield json.dumps(_to_json(snapshot)) + "\n"
        count += 1
    yield json.dumps({"ctick": "end", "snapshots": count}) + "\n"


def read_export(lines: Iterable[bytes], completeness: Completeness | None = None) -> Iterator[Snapshot]:
    """The snapshots of exports; InputError at the first invalid line.

    Blank lines, byte order marks and any line ends are accepted.
    """
    completeness = completeness or Completeness()
    for number, line in enumerate(lines, 1):
        text = line.removeprefix(_BOM).strip()
        if not text:
            continue
        row = _row(text, number, is_cut=not line.endswith(b"\n"))
        kind = row.get("ctick")
        if kind == "export":
            completeness.first(_version(row))
            continue
        try:
            if kind == "end":
                completeness.last(_count(row))
                continue
            snapshot = _from_json(row)
        except (ValueError, ArithmeticError) as error:
            if completeness.is_empty and "quotes" not in row:
                raise _no_export() from None
            what = "count of snapshots" if kind == "end" else "snapshot"
            why = plain(error, 100) if type(error) is ValueError else "its figures are impossible"
            raise InputError(f"line {number} is not a {what} ({why}): nothing was imported") from None
        completeness.snapshot()
        yield snapshot
    if completeness.is_empty:
        raise InputError("no lines found, and an export has at least one: nothing was imported")


def _row(text: bytes, number: int, *, is_cut: bool) -> dict[str, object]:
    try:
        row = json.loads(text.decode())
    except (ValueError, RecursionError):
        row = None
    if isinstance(row, dict):
        return row
    start = plain(text[:60].decode("utf-8", "replace").rstrip())
    what = "is truncated" if is_cut and text.startswith(b"{") else "is not a line of an export"
    raise InputError(f"line {number} {what} ('{start}'): nothing was imported")


def _version(row: dict[str, object]) -> int:
    version = row.get("version")
    if type(version) is not int or version < 1:
        raise _no_export()
    if version > VERSION:
        raise InputError(
            f"this was written by a newer ctick (version {plain(version, 20)} of the format,"
            f" this one reads 1 to {VERSION}): nothing was imported; upgrade ctick"
        )
    return version


def _count(row: dict[str, object]) -> int:
    count = row.get("snapshots")
    if type(count) is not int or count < 0:
        raise ValueError("snapshots is missing or not a count")
    return count


def _no_export() -> InputError:
    return InputError(
        f'this is not an export of ctick (which starts with {{"ctick": "export", "version": {VERSION}}}):'
        " nothing was imported"
    )


def _to_json(snapshot: Snapshot) -> dict[str, object]:
    row: dict[str, object] = {
        "source": snapshot.source,
        "as_of": str(snapshot.as_of),
        "seen_at": min(snapshot.seen_at or "", _LAST_SEEN),
        "quotes": [_quote_to_json(quote) for quote in snapshot.quotes],
    }
    if snapshot.capture is not None:
        row |= {"url": snapshot.capture.url, "captured_at": snapshot.capture.captured_at}
    return row


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
        raise ValueError(f"'{plain(source, 40)}' is not a valid source name")
    try:
        sound = dt.datetime.fromisoformat(seen_at).strftime("%Y-%m-%dT%H:%M:%S.%fZ") == seen_at
    except ValueError:
        sound = False
    if not sound:
        raise ValueError(f"its seen_at '{plain(seen_at, 40)}' is not a UTC time with microseconds")
    if seen_at > _LAST_SEEN:
        raise ValueError(f"its seen_at '{seen_at}' is in the far future")
    read = tuple([_quote_from_json(quote) for quote in _rows(row, "quotes")])
    bases = [quote.base for quote in read]
    if sorted(set(bases), key=FIVE.index) != bases:
        raise ValueError("a currency is repeated or out of order")
    return Snapshot(source, _day(_text(row, "as_of")), read, seen_at, capture=_capture(row))


def _capture(row: dict[str, object]) -> Capture | None:
    if "url" not in row and "captured_at" not in row:
        return None
    capture = Capture(_text(row, "url"), _text(row, "captured_at"))
    if problem := capture.problem():
        raise ValueError(problem)
    return capture


def _quote_from_json(row: dict[str, object]) -> Quote:
    base = _text(row, "base")
    if base not in FIVE:
        raise ValueError(f"'{plain(base, 40)}' is not one of {', '.join(FIVE)}")
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
        raise ValueError("a leg does not have two currencies")
    if type(nominal) is not int or not 0 < nominal < 10**8 or EXACT.add(value, value) <= quantum:
        raise ValueError(f"the leg {base}/{quote} is impossible")
    return Leg(base, quote, nominal, value, quantum, None if as_of is None else _day(_text(row, "as_of")))


def _text(row: dict[str, object], name: str) -> str:
    text = row.get(name)
    if isinstance(text, str):
        return text
    raise ValueError(f"{name} is missing or not text")


def _rows(row: dict[str, object], name: str) -> list[dict[str, object]]:
    rows = row.get(name)
    if not isinstance(rows, list) or not rows or not all(isinstance(item, dict) for item in rows):
        raise ValueError(f"{name} is missing or not a list")
    return rows


def _day(text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = dt.date.min
    if str(day) != text:  # Python accepts 20251216 and 2025-W51-2, too
        raise ValueError(f"'{plain(text, 40)}' is not a date")
    return day


def _number(text: str) -> Decimal:
    """A number written as `export_lines` does, so that it is exported again exactly as it was imported."""
    # The ticker reader accepts up to 40 digits on both sides of the point.
    if len(text) > 82 or set(text) - set("0123456789.-") or not text.strip("-."):
        raise ValueError(f"'{plain(text, 40)}' is not a number")
    try:
        number = Decimal(text)
    except ArithmeticError:
        number = Decimal("NaN")
    if f"{number:f}" != text or max(number.adjusted(), -int(number.as_tuple().exponent)) > 40:
        raise ValueError(f"'{plain(text, 40)}' is not a number")
    return number


def _positive(text: str) -> Decimal:
    number = _number(text)
    if number <= 0:
        raise ValueError(f"'{plain(text, 40)}' is not above 0")
    return number
