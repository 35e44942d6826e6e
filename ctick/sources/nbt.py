"""National Bank of Tajikistan: official rates of the somoni, in XML.

The English address: the Russian one lies about its encoding. Numeric codes are wrong (810 for
RUB), `CharCode` is right. A date that it doesn't have is answered with today's table.
How far back it reaches is not known; there is no somoni before 30 October 2000.
"""

import datetime as dt
from decimal import Decimal

from ctick.currencies import FIVE
from ctick.model import Snapshot
from ctick.sources.contract import Source, day, figures, snapshot_through, xml

QUANTUM = Decimal("0.0001")


def parse(body: bytes) -> list[Snapshot]:
    """One day: TJS for `Nominal` units, with a decimal point."""
    root = xml(body, "ValCurs")
    rows = ((row.findtext("CharCode"), row.findtext("Value"), row.findtext("Nominal")) for row in root.iter("Valute"))
    return [snapshot_through("nbt", day(root.get("Date"), "%Y-%m-%d"), "TJS", figures(rows, QUANTUM), QUANTUM)]


_URL = "https://www.nbt.tj/en/kurs/export_xml.php?date={date}&export=xmlout"

NBT = Source(
    "nbt",
    publisher="National Bank of Tajikistan",
    covers=FIVE,
    official=True,
    quantum="0.0001 TJS",
    latest=(_URL,),
    dated=(_URL,),
    parse=parse,
    first=dt.date(2000, 10, 30),
)
