"""Frankfurter: a blend of official rates, in JSON; units for one dollar, each row with its own date."""

import datetime as dt
from decimal import Decimal

from ctick.currencies import FIVE
from ctick.errors import InputError, plain
from ctick.model import Leg, Quote, Snapshot
from ctick.sources.contract import Source, day, decimal, json

# How it rounds: (from this size on, the unit of the last digit).
_ROUNDING = ((5000, "1"), (80, "0.01"), (20, "0.001"), (1, "0.0001"), (0, "0.00001"))


def parse(body: bytes) -> list[Snapshot]:
    """One day or many; a snapshot for each date that rows have."""
    rows = json(body)
    if isinstance(rows, dict) and "message" in rows:
        raise InputError(f"is an error: {plain(rows['message'], 80)}")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError("is not the list of rates that it should be")
    quotes: dict[dt.date, dict[str, Quote]] = {}
    for row in rows:
        code, rate = row.get("quote"), row.get("rate")
        if row.get("base") != "USD" or code not in FIVE or not isinstance(rate, Decimal):
            continue
        quantum = quantum_of(rate)
        value = decimal(f"{rate:f}", quantum)
        if value is not None:
            of = day(str(row.get("date")), "%Y-%m-%d")
            quotes.setdefault(of, {})[code] = Quote.derived(code, (Leg("USD", code, 1, value, quantum),))
    if rows and not quotes:
        raise InputError("has none of the five currencies against USD")
    return [
        Snapshot("frankfurter", of, tuple([quotes[of][code] for code in FIVE if code in quotes[of]]))
        for of in sorted(quotes)
    ]


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
)
