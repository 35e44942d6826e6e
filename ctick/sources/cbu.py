"""Central Bank of Uzbekistan: official rates of the som, in JSON; all values are strings.

Its archive begins with the som, on 1 July 1994. A day without rates is answered with an empty list, or
with the rates of an earlier day.
"""

import datetime as dt
from decimal import Decimal

from ctick.currencies import FIVE
from ctick.errors import InputError
from ctick.model import Snapshot
from ctick.sources.contract import EMPTY, Source, day, figures, json, snapshot_through

QUANTUM = Decimal("0.01")


def parse(body: bytes) -> list[Snapshot]:
    """One day: UZS for `Nominal` units. No rates that day: an empty list."""
    rows = json(body)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError("is not the list of rates that it should be")
    if not rows:
        return []
    of = {day(str(row.get("Date")), "%d.%m.%Y") for row in rows if row.get("Ccy") in (*FIVE, "USD")}
    if len(of) != 1:
        raise InputError("has rates of several days, or none of the five currencies")
    found = figures(((str(row.get("Ccy")), str(row.get("Rate")), str(row.get("Nominal"))) for row in rows), QUANTUM)
    return [snapshot_through("cbu", of.pop(), "UZS", found, QUANTUM)]


CBU = Source(
    "cbu",
    publisher="Central Bank of Uzbekistan",
    covers=FIVE,
    official=True,
    quantum="0.01 UZS",
    latest=("https://cbu.uz/en/arkhiv-kursov-valyut/json/",),
    dated=("https://cbu.uz/en/arkhiv-kursov-valyut/json/all/{date}/",),
    parse=parse,
    first=dt.date(1994, 7, 1),
    no_rates=EMPTY,
)
