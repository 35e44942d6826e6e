"""Frankfurter: a blend of official rates, in JSON; units for one dollar, a date in each row.

How far back it goes is not documented; the first of the five is the som of Kyrgyzstan, from 10 May
1993. It looks back up to 14 days for a rate, so an empty answer is a failure.
Format: https://frankfurter.dev/
"""

import datetime as dt
from decimal import Decimal

from ctick.currencies import FIVE
from ctick.errors import InputError
from ctick.model import Leg, Quote, Snapshot
from ctick.sources.contract import PartError, Source
from ctick.sources.parsing import parse_date, parse_decimal, parse_json
from ctick.text import plain

# How it rounds: (for rates above this, the unit of the last digit).
_ROUNDING = ((5000, "1"), (80, "0.01"), (20, "0.001"), (1, "0.0001"), (0, "0.00001"))


def parse(body: bytes) -> list[Snapshot]:
    """One day; a snapshot for each date in the rows."""
    return _read(body)[0]


def parse_range(body: bytes) -> list[Snapshot]:
    """Many days; PartError if some rates can't be read."""
    snapshots, unread = _read(body)
    if unread:
        raise PartError.without(unread, snapshots)
    return snapshots


def _read(body: bytes) -> tuple[list[Snapshot], list[str]]:
    """The snapshots, and the currencies and days without a readable rate."""
    rows = parse_json(body)
    if isinstance(rows, dict) and "message" in rows:
        raise InputError(f"is an error message: {plain(rows['message'], 80)}")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError("is not a list of rates")
    quotes: dict[dt.date, dict[str, Quote | None]] = {}
    for row in rows:
        code, rate = row.get("quote"), row.get("rate")
        if row.get("base") == "USD" and code in FIVE:
            of_day = quotes.setdefault(parse_date(str(row.get("date")), "%Y-%m-%d"), {})
            of_day[code] = _quote(code, rate) or of_day.get(code)
    if rows and not any(any(of_day.values()) for of_day in quotes.values()):
        raise InputError("has none of the five currencies against USD")
    found = {day: tuple([quote for code in FIVE if (quote := quotes[day].get(code))]) for day in sorted(quotes)}
    unread = [f"{code} on {day}" for day in found for code in FIVE if code in quotes[day] and not quotes[day][code]]
    return [Snapshot("frankfurter", day, readable) for day, readable in found.items() if readable], unread


def _quote(code: str, rate: object) -> Quote | None:
    if not isinstance(rate, Decimal):
        return None
    quantum = quantum_of(rate)
    value = parse_decimal(f"{rate:f}", quantum)
    return None if value is None else Quote.derived(code, (Leg("USD", code, 1, value, quantum),))


def quantum_of(rate: Decimal) -> Decimal:
    """The unit of the last digit, which depends on the size of the rate."""
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
    range_url=_URL + "&from={from}&to={to}",
    parse_range=parse_range,
    first=dt.date(1993, 5, 10),
    page="https://frankfurter.dev/",
)
