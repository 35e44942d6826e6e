"""Bank of Russia: official rates of the rouble, in XML (windows-1251), all five and USD.

`XML_daily.asp` has one day: RUB for `Nominal` units, with a decimal comma. Its date is the day from
which the rates apply, often tomorrow. `XML_dynamic.asp` has one currency over many days.
The series begin in July 1992. Format: https://www.cbr.ru/development/SXML/
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from ctick.currencies import FIVE
from ctick.errors import InputError
from ctick.model import Snapshot
from ctick.sources.contract import PartError, Source
from ctick.sources.parsing import parse_date, parse_figures, parse_xml, snapshot_via
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
    """One day. Raises InputError for an answer of another shape."""
    root = parse_xml(body, "ValCurs")
    if "Date" not in root.attrib:
        raise InputError(f"has no rates ('{plain((root.text or '').strip(), 60)}')")
    rows = (
        (row.findtext("CharCode"), _point(row.findtext("Value")), row.findtext("Nominal"))
        for row in root.iter("Valute")
    )
    return [snapshot_via("cbr", parse_date(root.get("Date"), "%d.%m.%Y"), "RUB", parse_figures(rows, QUANTUM), QUANTUM)]


def parse_range(*bodies: bytes) -> list[Snapshot]:
    """Many days: one body for each currency; a snapshot for each day with a rate of USD."""
    rows: dict[dt.date, list[tuple[str | None, str | None, str | None]]] = {}
    for body in bodies:
        root = parse_xml(body, "ValCurs")
        code = IDS.get(root.get("ID", "").strip())
        for record in root.iter("Record"):
            day = parse_date(record.get("Date"), "%d.%m.%Y")
            rows.setdefault(day, []).append((code, _point(record.findtext("Value")), record.findtext("Nominal")))
    found = {day: parse_figures(rows[day], QUANTUM) for day in sorted(rows)}
    snapshots = [
        snapshot_via("cbr", day, "RUB", figures, QUANTUM)
        for day, figures in found.items()
        if "USD" in figures and len(figures) > 1
    ]
    if gaps := [f"{code} on {day}" for code in IDS.values() for day in _gaps(found, code)]:
        raise PartError.without(gaps, snapshots)
    return snapshots


def _gaps(found: Mapping[dt.date, Mapping[str, object]], code: str) -> list[dt.date]:
    """The days on which one currency is missing, though others are there, between two days that have it."""
    days = [day for day in found if code in found[day]]
    return [day for day in found if code not in found[day] and days and days[0] < day < days[-1]]


def _point(text: str | None) -> str | None:
    return text.replace(",", ".") if text else None


CBR = Source(
    "cbr",
    publisher="Bank of Russia",
    covers=FIVE,
    official=True,
    quantum=f"{QUANTUM} RUB",
    latest=("https://www.cbr.ru/scripts/XML_daily.asp",),
    dated=("https://www.cbr.ru/scripts/XML_daily.asp?date_req={date}",),
    date_format="%d/%m/%Y",
    parse=parse,
    range_url="https://www.cbr.ru/scripts/XML_dynamic.asp?VAL_NM_RQ={file}&date_req1={from}&date_req2={to}",
    range_files=tuple(IDS),
    parse_range=parse_range,
    first=dt.date(1992, 7, 1),
    page="https://www.cbr.ru/eng/currency_base/daily/",
)
