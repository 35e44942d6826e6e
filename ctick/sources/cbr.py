"""Bank of Russia: official rates of the rouble, in XML (windows-1251), all five and USD.

`XML_daily.asp` has one day: RUB for `Nominal` units, with a decimal comma. Its date is the day from
which it holds, often tomorrow. `XML_dynamic.asp` has one currency over many days.
Its series begin in July 1992.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from ctick.currencies import FIVE
from ctick.errors import InputError
from ctick.model import Snapshot
from ctick.sources.contract import PartError, Source, day, figures, snapshot_through, xml
from ctick.text import plain

QUANTUM = Decimal("0.0001")

# The bank's own names for the currencies, for `XML_dynamic.asp`.
IDS = {
    "R01235": "USD",
    "R01370": "KGS",
    "R01335": "KZT",
    "R01670": "TJS",
    "R01717": "UZS",
    "R01710A": "TMT",
}


def parse(body: bytes) -> list[Snapshot]:
    """One day."""
    root = xml(body, "ValCurs")
    if "Date" not in root.attrib:
        raise InputError(f"has no rates ('{plain((root.text or '').strip(), 60)}')")
    rows = (
        (row.findtext("CharCode"), _point(row.findtext("Value")), row.findtext("Nominal"))
        for row in root.iter("Valute")
    )
    return [snapshot_through("cbr", day(root.get("Date"), "%d.%m.%Y"), "RUB", figures(rows, QUANTUM), QUANTUM)]


def parse_span(*bodies: bytes) -> list[Snapshot]:
    """Many days: an answer a currency, each day for which there is USD."""
    rows: dict[dt.date, list[tuple[str | None, str | None, str | None]]] = {}
    for body in bodies:
        root = xml(body, "ValCurs")
        code = IDS.get(root.get("ID", "").strip())
        for record in root.iter("Record"):
            of = day(record.get("Date"), "%d.%m.%Y")
            rows.setdefault(of, []).append((code, _point(record.findtext("Value")), record.findtext("Nominal")))
    found = {of: figures(rows[of], QUANTUM) for of in sorted(rows)}
    snapshots = [
        snapshot_through("cbr", of, "RUB", there, QUANTUM)
        for of, there in found.items()
        if "USD" in there and len(there) > 1
    ]
    if gaps := [f"{code} of {of}" for code in IDS.values() for of in _gaps(found, code)]:
        raise PartError(
            f"has no rate of {', '.join(gaps[:3])}{' ...' if gaps[3:] else ''} that can be read: try again later",
            snapshots,
        )
    return snapshots


def _gaps(found: Mapping[dt.date, Mapping[str, object]], code: str) -> list[dt.date]:
    """The days on which one currency is missing, though there are others, between days on which it is there."""
    there = [of for of in found if code in found[of]]
    return [of for of in found if code not in found[of] and there and there[0] < of < there[-1]]


def _point(text: str | None) -> str | None:
    return text.replace(",", ".") if text else None


CBR = Source(
    "cbr",
    publisher="Bank of Russia",
    covers=FIVE,
    official=True,
    quantum="0.0001 RUB",
    latest=("https://www.cbr.ru/scripts/XML_daily.asp",),
    dated=("https://www.cbr.ru/scripts/XML_daily.asp?date_req={date}",),
    date_form="%d/%m/%Y",
    parse=parse,
    span="https://www.cbr.ru/scripts/XML_dynamic.asp?VAL_NM_RQ={file}&date_req1={from}&date_req2={to}",
    span_files=tuple(IDS),
    parse_span=parse_span,
    first=dt.date(1992, 7, 1),
)
