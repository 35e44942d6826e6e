"""An export: everything in a store as text that is read back without a loss. Pure.

The form is JSON lines. The first says what it is, each other one is a snapshot:

    {"ctick": "export", "version": 1}
    {"source": "timesca", "as_of": "2025-12-16", "seen_at": "2025-12-16T05:00:00.000000Z",
     "quotes": [{"base": "KGS", "rate": "0.01144", "change": "0"}, ...]}

A derived quote has `legs` instead of `rate`: base, quote, nominal, value, quantum, as_of. Numbers
are strings, so that no reader loses a digit.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain, islice

from ctick.currencies import FIVE
from ctick.errors import InputError, plain
from ctick.model import EXACT, Leg, Quote, Snapshot

VERSION = 1


def export_lines(snapshots: Iterable[Snapshot]) -> Iterator[str]:
    """A line that says what this is, and a line a snapshot. All of it is ASCII."""
    rest = iter(snapshots)
    first = list(islice(rest, 1))  # what can't be read says so before there is a file that looks like an export
    yield json.dumps({"ctick": "export", "version": VERSION}) + "\n"
    for snapshot in chain(first, rest):
        yield json.dumps(_to_json(snapshot)) + "\n"


def read_export(lines: Iterable[bytes]) -> Iterator[Snapshot]:
    """The snapshots of an export; InputError at the first line that is not as it should be."""
    number = 0
    for number, line in enumerate(lines, 1):
        row = _row(line, number)
        if number == 1:
            _check_header(row)
            continue
        try:
            yield _from_json(row)
        except (ValueError, ArithmeticError) as error:
            why = plain(error, 100) if type(error) is ValueError else "its figures can't be"
            raise InputError(f"line {number} is no snapshot ({why}): nothing was imported") from None
    if number == 0:
        raise InputError("is empty, and an export has one line at least: nothing was imported")


def _row(line: bytes, number: int) -> dict[str, object]:
    try:
        row = json.loads(line.decode())
    except (ValueError, RecursionError):
        row = None
    if isinstance(row, dict):
        return row
    start = plain(line[:60].decode("utf-8", "replace").rstrip())
    raise InputError(f"line {number} is no line of an export ('{start}'): nothing was imported")


def _check_header(row: dict[str, object]) -> None:
    version = row.get("version")
    if row.get("ctick") != "export" or type(version) is not int or version < VERSION:
        raise InputError(
            'is no export of ctick (its first line must be {"ctick": "export", "version": 1}): nothing was imported'
        )
    if version > VERSION:
        raise InputError(
            f"was written by a newer ctick (version {plain(version, 20)} of the form, this one reads {VERSION}):"
            " nothing was imported; upgrade ctick"
        )


def _to_json(snapshot: Snapshot) -> dict[str, object]:
    return {
        "source": snapshot.source,
        "as_of": str(snapshot.as_of),
        "seen_at": snapshot.seen_at,
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
    if not (len(source) <= 32 and source.isascii() and source[:1].isalnum() and set(source) <= _NAME):
        raise ValueError(f"'{plain(source, 40)}' can't name a source")
    try:
        moment = dt.datetime.fromisoformat(seen_at)
        # What is seen after the last of all years could not be told to be later.
        sound = moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ") == seen_at and moment.year < dt.MAXYEAR
    except ValueError:
        sound = False
    if not sound:
        raise ValueError(f"its seen_at '{plain(seen_at, 40)}' is no UTC time with microseconds")
    read = tuple([_quote_from_json(quote) for quote in _rows(row, "quotes")])
    bases = [quote.base for quote in read]
    if sorted(set(bases), key=FIVE.index) != bases:
        raise ValueError("a currency is there twice, or out of order")
    return Snapshot(source, _day(_text(row, "as_of")), read, seen_at)


_NAME = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")


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
