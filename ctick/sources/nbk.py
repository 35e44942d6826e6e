"""National Bank of Kazakhstan: official rates of the tenge, in XML; no manat.

How far back it goes is not documented; the tenge exists since 15 November 1993.
"""

import datetime as dt
from decimal import Decimal

from ctick.model import Snapshot
from ctick.sources.contract import EMPTY, Source
from ctick.sources.parsing import parse_date, parse_figures, parse_xml, snapshot_via

QUANTUM = Decimal("0.01")


def parse(body: bytes) -> list[Snapshot]:
    """One day: KZT for `quant` units, without trailing zeros. A day without rates has no items."""
    root = parse_xml(body, "rates")
    day = parse_date(root.findtext("date"), "%d.%m.%Y")
    items = list(root.iter("item"))
    if not items:
        return []
    rows = ((item.findtext("title"), item.findtext("description"), item.findtext("quant")) for item in items)
    return [snapshot_via("nbk", day, "KZT", parse_figures(rows, QUANTUM), QUANTUM)]


_URL = "https://nationalbank.kz/rss/get_rates.cfm?fdate={date}"

NBK = Source(
    "nbk",
    publisher="National Bank of Kazakhstan",
    covers=("KGS", "KZT", "TJS", "UZS"),
    official=True,
    quantum=f"{QUANTUM} KZT",
    latest=(_URL,),
    dated=(_URL,),
    date_format="%d.%m.%Y",
    parse=parse,
    first=dt.date(1993, 11, 15),
    no_rates=EMPTY,
    page="https://nationalbank.kz/en/exchangerates/ezhednevnye-oficialnye-rynochnye-kursy-valyut",
)
