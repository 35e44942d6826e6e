"""National Bank of Tajikistan: official rates of the somoni, in XML.

The address is the English one: the Russian one declares a wrong encoding. Numeric codes are wrong
(810 for RUB), `CharCode` is right. For a date that it does not have, the answer is today's table.
How far back it goes is not documented; the somoni exists since 30 October 2000.
"""

import datetime as dt
from decimal import Decimal

from ctick.currencies import FIVE
from ctick.model import Snapshot
from ctick.sources.contract import Source
from ctick.sources.parsing import parse_date, parse_figures, parse_xml, snapshot_via

QUANTUM = Decimal("0.0001")


def parse(body: bytes) -> list[Snapshot]:
    """One day: TJS for `Nominal` units, with a decimal point."""
    root = parse_xml(body, "ValCurs")
    rows = ((row.findtext("CharCode"), row.findtext("Value"), row.findtext("Nominal")) for row in root.iter("Valute"))
    return [snapshot_via("nbt", parse_date(root.get("Date"), "%Y-%m-%d"), "TJS", parse_figures(rows, QUANTUM), QUANTUM)]


_URL = "https://www.nbt.tj/en/kurs/export_xml.php?date={date}&export=xmlout"

NBT = Source(
    "nbt",
    publisher="National Bank of Tajikistan",
    covers=FIVE,
    official=True,
    quantum=f"{QUANTUM} TJS",
    latest=(_URL,),
    dated=(_URL,),
    parse=parse,
    first=dt.date(2000, 10, 30),
    page="https://www.nbt.tj/en/kurs/kurs.php",
)
