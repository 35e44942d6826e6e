"""Rows as text for other programs: tsv, csv, json, jsonl. Numbers keep exactly their digits.

A row maps field names to values: Decimal, int, bool, str, date, None, or a list of rows.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from ctick.model import DatedQuote, Leg, Snapshot
from ctick.rates.conversion import Conversion, inverse
from ctick.text import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ctick.capture import Capture

Row = Mapping[str, object]

RATE_FIELDS = ("base", "quote", "rate", "step", "change", "as_of", "source", "seen_at")
PER_DOLLAR_FIELDS = ("per_dollar", "per_dollar_likely_low", "per_dollar_likely_high")
CONVERT_FIELDS = (
    "amount", "from", "to", "value", "low", "high", "rate", "as_of", "source", "age_days", "likely_low", "likely_high",
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@")


def rate_row(dated: DatedQuote) -> Row:
    """A quote with its date and source; `bundled` only if it is true, bounds and legs only if it is derived."""
    quote = dated.quote
    row: dict[str, object] = {
        "base": quote.base,
        "quote": "USD",
        "rate": quote.rate,
        "step": quote.step,
        "change": quote.change,
        "as_of": dated.as_of,
        "source": dated.source,
        "seen_at": dated.seen_at,
    }
    if dated.bundled:
        row["bundled"] = True
    if quote.legs:
        row["low"], row["high"] = quote.published_bounds
        row["legs"] = [{name: getattr(leg, name) for name in Leg.__slots__} for leg in quote.legs]
    return row


def per_dollar_fields(dated: DatedQuote, day: dt.date) -> Row:
    """The last fields of a row with `--per-dollar`: what 1 USD costs, and between which bounds on `day`."""
    cost = inverse(dated, day)
    return dict(zip(PER_DOLLAR_FIELDS, (cost.value, cost.likely_low, cost.likely_high), strict=True))


def capture_fields(capture: "Capture | None") -> Row:
    """The last fields of a row, where there is a capture."""
    return {} if capture is None else {"url": capture.url, "captured_at": capture.captured_at}


def snapshot_rows(snapshot: Snapshot) -> list[Row]:
    """A row for each quote."""
    capture = capture_fields(snapshot.capture)
    return [
        {
            **rate_row(DatedQuote(quote, snapshot.as_of, snapshot.source, snapshot.seen_at, bundled=snapshot.bundled)),
            **capture,
        }
        for quote in snapshot.quotes
    ]


def conversion_row(conversion: Conversion, day: dt.date) -> Row:
    """A conversion with the date of its older leg; `legs` for a cross rate, a derived quote or the user's own rate."""
    days = [leg.as_of for leg in conversion.legs if leg.as_of is not None]
    oldest = min(days) if days else None
    sources = dict.fromkeys(leg.source for leg in conversion.legs)
    row: dict[str, object] = {
        "amount": conversion.amount,
        "from": conversion.base,
        "to": conversion.target,
        "value": conversion.value,
        "low": conversion.low,
        "high": conversion.high,
        "rate": conversion.rate,
        "as_of": oldest,
        "source": "own" if conversion.own else "+".join(sources) or None,
        "age_days": (day - oldest).days if oldest else None,
        "likely_low": conversion.likely_low,
        "likely_high": conversion.likely_high,
    }
    if any(leg.bundled for leg in conversion.legs):
        row["bundled"] = True
    if len(conversion.legs) > 1 or any(leg.quote.legs for leg in conversion.legs):
        row["legs"] = [rate_row(leg) for leg in conversion.legs]
    if conversion.own:
        base, quote = conversion.own
        row["legs"] = [{"base": base, "quote": quote, "rate": conversion.rate, "source": "own"}]
    return row


def lines(rows: Iterable[Row], output_format: str, fields: Sequence[str]) -> Iterator[str]:
    """The rows as tsv, csv, jsonl or json, line by line with line ends, as the rows come."""
    if output_format == "tsv":
        for row in rows:
            yield "\t".join([_cell(row.get(name)) for name in fields]) + "\n"
    elif output_format == "csv":
        yield _csv(fields)
        for row in rows:
            yield _csv([_csv_cell(row.get(name)) for name in fields])
    elif output_format == "jsonl":
        for row in rows:
            yield _json(row) + "\n"
    else:
        separator = "["
        for row in rows:
            yield f"{separator}\n{_json(row)}"
            separator = ","
        yield "[]\n" if separator == "[" else "\n]\n"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (bool, list, Mapping)):
        return _json(value)
    return plain(value)


def _csv_cell(value: object) -> str:
    """A cell that no spreadsheet runs as a formula: text that begins like one gets an apostrophe."""
    cell = _cell(value)
    return "'" + cell if isinstance(value, str) and cell[:1] in _FORMULA else cell


def _csv(cells: Sequence[str]) -> str:
    quoted = [f'"{cell.replace(chr(34), chr(34) * 2)}"' if {",", '"'} & set(cell) else cell for cell in cells]
    return ",".join(quoted) + "\n"


def _json(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join([f"{_json(name)}: {_json(item)}" for name, item in value.items()]) + "}"
    if isinstance(value, list):
        return "[" + ", ".join([_json(item) for item in value]) + "]"
    text = str(value)
    if text.isascii() and text.isprintable() and not {'"', "\\"} & set(text):
        return f'"{text}"'
    import json

    # Escape characters, bidi overrides and lone surrogates are written as \u....
    return json.dumps(text, ensure_ascii=not text.isprintable())
