"""fawazahmed0/currency-api: daily rates from a CDN, in JSON; units for one dollar. Some days are missing.

Each day is a separate package, the first for 2 March 2024. A day that is missing on both hosts was
never published, if days close by are there. Format: https://github.com/fawazahmed0/exchange-api
"""

import datetime as dt
from decimal import Decimal

from ctick.currencies import FIVE
from ctick.errors import InputError
from ctick.model import Leg, Quote, Snapshot
from ctick.sources.contract import MISSING, Source
from ctick.sources.parsing import parse_date, parse_decimal, parse_json

QUANTUM = Decimal("0.00000001")


def parse(body: bytes) -> list[Snapshot]:
    """One day."""
    answer = parse_json(body)
    rates = answer.get("usd") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(rates, dict):
        raise InputError("is not a table of rates for USD")
    quotes = []
    for code in FIVE:
        rate = rates.get(code.lower())
        value = parse_decimal(f"{rate:f}", QUANTUM) if isinstance(rate, Decimal) else None
        if value is not None:
            quotes.append(Quote.derived(code, (Leg("USD", code, 1, value, QUANTUM),)))
    if not quotes:
        raise InputError("has none of the five currencies")
    return [Snapshot("fawaz", parse_date(str(answer.get("date")), "%Y-%m-%d"), tuple(quotes))]


_URLS = (
    "https://cdn.jsdelivr.net/npm/@fawazahmed0/currency-api@{date}/v1/currencies/usd.min.json",
    "https://{date}.currency-api.pages.dev/v1/currencies/usd.min.json",
)

FAWAZ = Source(
    "fawaz",
    publisher="fawazahmed0/currency-api",
    covers=FIVE,
    official=False,
    quantum=f"{QUANTUM:f} per USD",
    latest=_URLS,
    latest_word="latest",
    dated=_URLS,
    parse=parse,
    first=dt.date(2024, 3, 2),
    no_rates=MISSING,
    page="https://github.com/fawazahmed0/exchange-api",
    licence="CC0 1.0 (public domain)",
)
