"""Frankfurter: a blend of official rates, in JSON; units for one dollar, each row with its own date.

How far back it reaches is not known; the first of the five is the som of Kyrgyzstan, of 10 May 1993.
It looks back up to 14 days for a rate, so an empty answer is a failure.
"""

import datetime as dt
from decimal import Decimal

from ctick.currencies import FIVE
from ctick.errors import InputError
from ctick.model import Leg, Quote, Snapshot
from ctick.sources.contract import PartError, Source, day, decimal, json
from ctick.text import plain

# How it rounds: (from this size on, the unit of the last digit).
_ROUNDING = ((5000, "1"), (80, "0.01"), (20, "0.001"), (1, "0.0001"), (0, "0.00001"))


def parse(body: bytes) -> list[Snapshot]:
    """One day; a snapshot for each date that rows have."""
    return _read(body)[0]


def parse_span(body: bytes) -> list[Snapshot]:
    """Many days: PartError where there are rates that can't be read."""
    snapshots, unread = _read(body)
    if unread:
        names = f"{', '.join(unread[:3])}{' ...' if unread[3:] else ''}"
        raise PartError(f"has no rate of {names} that can be read: try again later", snapshots)
    return snapshots


def _read(body: bytes) -> tuple[list[Snapshot], list[str]]:
    """The snapshots, and the currencies and days of which there is no rate that can be read."""
    rows = json(body)
    if isinstance(rows, dict) and "message" in rows:
        raise InputError(f"is an error: {plain(rows['message'], 80)}")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError("is not the list of rates that it should be")
    quotes: dict[dt.date, dict[str, Quote | None]] = {}
    for row in rows:
        code, rate = row.get("quote"), row.get("rate")
        if row.get("base") == "USD" and code in FIVE:
            of = quotes.setdefault(day(str(row.get("date")), "%Y-%m-%d"), {})
            of[code] = _quote(code, rate) or of.get(code)
    if rows and not any(any(of.values()) for of in quotes.values()):
        raise InputError("has none of the five currencies against USD")
    found = {of: tuple([quote for code in FIVE if (quote := quotes[of].get(code))]) for of in sorted(quotes)}
    unread = [f"{code} of {of}" for of in found for code in FIVE if code in quotes[of] and not quotes[of][code]]
    return [Snapshot("frankfurter", of, there) for of, there in found.items() if there], unread


def _quote(code: str, rate: object) -> Quote | None:
    if not isinstance(rate, Decimal):
        return None
    quantum = quantum_of(rate)
    value = decimal(f"{rate:f}", quantum)
    return None if value is None else Quote.derived(code, (Leg("USD", code, 1, value, quantum),))


def quantum_of(rate: Decimal) -> Decimal:
    """The unit of the last digit, which goes by size."""
    return Decimal(next((unit for size, unit in _ROUNDING if rate > size), "0.00001"))


_URL = "https://api.frankfurter.dev/v2/rates?base=USD&quotes=KGS,KZT,TJS,UZS,TMT"

FRANKFURTER = Source(
    "frankfurter",
    publisher="Frankfurter",
    covers=FIVE,
    official=False,
    quantum="by size",
    latest=(_URL,),
    dated=(_URL + "&date={date}",),
    parse=parse,
    span=_URL + "&from={from}&to={to}",
    parse_span=parse_span,
    first=dt.date(1993, 5, 10),
)
