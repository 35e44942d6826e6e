"""National Bank of the Kyrgyz Republic: official rates of the som, in two XML files, no past days.

`daily` has USD and KZT, `weekly` TJS, UZS and TMT without USD: these are divided by the USD of the
daily file that was fetched with it, and are of the weekly date; both dates are kept. Where they
are more than a week apart the weekly file is left out, and that is told.
"""

from decimal import Decimal

from ctick.currencies import FIVE
from ctick.model import Quote, Snapshot
from ctick.sources.contract import PartError, Source, day, figures, leg, snapshot_through, xml

QUANTUM = Decimal("0.0001")

_APART = 7  # days between the two files, at most


def parse(daily: bytes, weekly: bytes) -> list[Snapshot]:
    """KGS for `Nominal` units, with a decimal comma."""
    root = xml(daily, "CurrencyRates")
    of = day(root.get("Date"), "%d.%m.%Y")
    found = figures(_rows(root), QUANTUM)
    snapshots = [snapshot_through("nbkr", of, "KGS", found, QUANTUM)]
    root = xml(weekly, "CurrencyRates")
    of_weekly = day(root.get("Date"), "%d.%m.%Y")
    if abs((of - of_weekly).days) > _APART:
        raise PartError(
            f"has a weekly file of {of_weekly} and a daily one of {of}, more than {_APART} days apart:"
            " the weekly one is refused, the daily one is kept",
            snapshots,
        )
    usd = leg("USD", "KGS", found["USD"], QUANTUM, of if of != of_weekly else None)
    rates = figures(_rows(root), QUANTUM)
    quotes = [
        Quote.derived(code, (leg(code, "KGS", rates[code], QUANTUM), usd))
        for code in FIVE
        if code in rates and code not in found and code != "KGS"
    ]
    if quotes and of != of_weekly:
        snapshots.append(Snapshot("nbkr", of_weekly, tuple(quotes)))
    elif quotes:
        both = (*snapshots[0].quotes, *quotes)
        snapshots = [Snapshot("nbkr", of, tuple(sorted(both, key=lambda quote: FIVE.index(quote.base))))]
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
    quantum="0.0001 KGS",
    latest=("https://www.nbkr.kg/XML/{file}.xml",),
    files=("daily", "weekly"),
    parse=parse,
)
