"""Central Bank of Uzbekistan: official rates of the som, in JSON; all values are strings.

The archive begins with the som, on 1 July 1994. The answer for a day without rates is an empty
list, or the rates of an earlier day. Format: https://cbu.uz/en/arkhiv-kursov-valyut/veb-masteram/
"""

import datetime as dt
from decimal import Decimal

from ctick.currencies import FIVE
from ctick.errors import InputError
from ctick.model import Snapshot
from ctick.sources.contract import EMPTY, Source
from ctick.sources.parsing import parse_date, parse_figures, parse_json, snapshot_via

QUANTUM = Decimal("0.01")


def parse(body: bytes) -> list[Snapshot]:
    """One day: UZS for `Nominal` units. An empty list if the day has no rates."""
    rows = parse_json(body)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError("is not a list of rates")
    if not rows:
        return []
    days = {parse_date(str(row.get("Date")), "%d.%m.%Y") for row in rows if row.get("Ccy") in (*FIVE, "USD")}
    if len(days) != 1:
        raise InputError("has rates of several days, or of none of the five currencies")
    found = parse_figures(
        ((str(row.get("Ccy")), str(row.get("Rate")), str(row.get("Nominal"))) for row in rows), QUANTUM
    )
    return [snapshot_via("cbu", days.pop(), "UZS", found, QUANTUM)]


CBU = Source(
    "cbu",
    publisher="Central Bank of Uzbekistan",
    covers=FIVE,
    official=True,
    quantum=f"{QUANTUM} UZS",
    latest=("https://cbu.uz/en/arkhiv-kursov-valyut/json/",),
    dated=("https://cbu.uz/en/arkhiv-kursov-valyut/json/all/{date}/",),
    parse=parse,
    first=dt.date(1994, 7, 1),
    no_rates=EMPTY,
    page="https://cbu.uz/en/arkhiv-kursov-valyut/",
)
