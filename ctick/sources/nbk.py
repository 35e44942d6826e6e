"""National Bank of Kazakhstan: official rates of the tenge, in XML; no manat.

How far back it reaches is not known; there is no tenge before 15 November 1993.
"""

import datetime as dt
from decimal import Decimal

from ctick.model import Snapshot
from ctick.sources.contract import EMPTY, Source, day, figures, snapshot_through, xml

QUANTUM = Decimal("0.01")


def parse(body: bytes) -> list[Snapshot]:
    """One day: KZT for `quant` units, zeros at the end dropped. A day without rates has no items."""
    root = xml(body, "rates")
    of = day(root.findtext("date"), "%d.%m.%Y")
    items = list(root.iter("item"))
    if not items:
        return []
    rows = ((item.findtext("title"), item.findtext("description"), item.findtext("quant")) for item in items)
    return [snapshot_through("nbk", of, "KZT", figures(rows, QUANTUM), QUANTUM)]


_URL = "https://nationalbank.kz/rss/get_rates.cfm?fdate={date}"

NBK = Source(
    "nbk",
    publisher="National Bank of Kazakhstan",
    covers=("KGS", "KZT", "TJS", "UZS"),
    official=True,
    quantum="0.01 KZT",
    latest=(_URL,),
    dated=(_URL,),
    date_form="%d.%m.%Y",
    parse=parse,
    first=dt.date(1993, 11, 15),
    no_rates=EMPTY,
)
