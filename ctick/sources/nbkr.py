"""National Bank of the Kyrgyz Republic: official rates of the som, in two XML files, no past days.

`daily` has USD and KZT; `weekly` has TJS, UZS and TMT without USD. These are divided by the USD of
the daily file fetched with it, and have the weekly date; both dates are kept. If they are more than
a week apart, the weekly file is ignored with an error.
"""

from decimal import Decimal

from ctick.currencies import FIVE
from ctick.model import Quote, Snapshot
from ctick.sources.contract import PartError, Source
from ctick.sources.parsing import make_leg, parse_date, parse_figures, parse_xml, snapshot_via

QUANTUM = Decimal("0.0001")

_APART = 7  # the most days between the two files


def parse(daily: bytes, weekly: bytes) -> list[Snapshot]:
    """KGS for `Nominal` units, with a decimal comma; PartError if the weekly file is ignored."""
    root = parse_xml(daily, "CurrencyRates")
    daily_day = parse_date(root.get("Date"), "%d.%m.%Y")
    found = parse_figures(_rows(root), QUANTUM)
    snapshots = [snapshot_via("nbkr", daily_day, "KGS", found, QUANTUM)]
    root = parse_xml(weekly, "CurrencyRates")
    weekly_day = parse_date(root.get("Date"), "%d.%m.%Y")
    if abs((daily_day - weekly_day).days) > _APART:
        raise PartError(
            f"has a daily file dated {daily_day} and a weekly file dated {weekly_day}, more than {_APART} days apart:"
            " the weekly file was ignored",
            snapshots,
        )
    usd = make_leg("USD", "KGS", found["USD"], QUANTUM, daily_day if daily_day != weekly_day else None)
    rates = parse_figures(_rows(root), QUANTUM)
    quotes = [
        Quote.derived(code, (make_leg(code, "KGS", rates[code], QUANTUM), usd))
        for code in FIVE
        if code in rates and code not in found and code != "KGS"
    ]
    if quotes and daily_day != weekly_day:
        snapshots.append(Snapshot("nbkr", weekly_day, tuple(quotes)))
    elif quotes:
        both = (*snapshots[0].quotes, *quotes)
        snapshots = [Snapshot("nbkr", daily_day, tuple(sorted(both, key=lambda quote: FIVE.index(quote.base))))]
    return snapshots


def _rows(root: "Element") -> "list[tuple[str | None, str | None, str | None]]":
    return [
        (row.get("ISOCode"), (row.findtext("Value") or "").replace(",", "."), row.findtext("Nominal"))
        for row in root.iter("Currency")
    ]


TYPE_CHECKING = False
if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NBKR = Source(
    "nbkr",
    publisher="National Bank of the Kyrgyz Republic",
    covers=FIVE,
    official=True,
    quantum=f"{QUANTUM} KGS",
    latest=("https://www.nbkr.kg/XML/{file}.xml",),
    files=("daily", "weekly"),
    parse=parse,
    page="https://www.nbkr.kg/",
)
