"""What the sources' parsers share: figures, dates, XML and JSON -> values. Pure."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from ctick.currencies import FIVE
from ctick.errors import InputError
from ctick.interval import EXACT
from ctick.model import Leg, Quote, Snapshot
from ctick.text import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Figures = Mapping[str, tuple[Decimal, int]]
"""Code -> (value, nominal): `nominal` units of the code are `value` units of the source's currency."""


def snapshot_via(source: str, day: dt.date, via: str, figures: Figures, quantum: Decimal) -> Snapshot:
    """The quotes against USD that follow from figures in the currency `via`.

    Raises InputError if the figure for USD or all of the five are missing.
    """
    if "USD" not in figures:
        raise InputError("has no readable rate for USD")
    usd = make_leg("USD", via, figures["USD"], quantum)
    quotes = []
    for code in FIVE:
        if code == via:
            quotes.append(Quote.derived(code, (usd,)))
        elif code in figures:
            quotes.append(Quote.derived(code, (make_leg(code, via, figures[code], quantum), usd)))
    if not quotes:
        raise InputError("has none of the five currencies")
    return Snapshot(source, day, tuple(quotes))


def make_leg(code: str, via: str, figure: tuple[Decimal, int], quantum: Decimal, day: dt.date | None = None) -> Leg:
    """The figure as a leg."""
    value, nominal = figure
    return Leg(code, via, nominal, value, quantum, day)


def parse_figures(
    rows: Iterable[tuple[str | None, str | None, str | None]], quantum: Decimal
) -> dict[str, tuple[Decimal, int]]:
    """(code, value, nominal) as a source prints them -> the readable ones of USD and the five."""
    found = {}
    for code, value_text, nominal_text in rows:
        value = parse_decimal(value_text, quantum)
        nominal = (nominal_text or "").strip()
        units = int(nominal) if nominal.isascii() and nominal.isdigit() and len(nominal) < 8 else 0
        if code in (*FIVE, "USD") and value is not None and units > 0:
            found[code] = (value, units)
    return found


def parse_decimal(text: str | None, quantum: Decimal) -> Decimal | None:
    """A positive number with a decimal point, more than half the quantum; None for anything else."""
    number = (text or "").strip()
    if not number.isascii() or set(number) - set("0123456789.") or len(number) > 30:
        return None
    try:
        value = Decimal(number)
    except InvalidOperation:
        return None
    return value if EXACT.add(value, value) > quantum else None


def parse_date(text: str | None, date_format: str) -> dt.date:
    """A date in the source's format (for strptime); InputError for anything else."""
    try:
        return dt.datetime.strptime((text or "").strip(), date_format).date()  # noqa: DTZ007 - a day, not a moment
    except ValueError:
        raise InputError(f"has no valid date ('{plain(text, 30)}')") from None


def parse_xml(body: bytes, root: str) -> "Element":
    """The root element of an XML answer, which must be called `root`.

    The bytes go to the parser unchanged. A DOCTYPE is refused, and with it every entity.
    """
    import xml.etree.ElementTree as ET

    start = body[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not start:
        raise InputError("is empty")
    if start.startswith((b"<!doctype html", b"<html")):
        raise InputError("is an HTML page, not rates")
    if b"\0" in body:  # an encoding in which a DOCTYPE could hide
        raise InputError("is not valid XML (it has an unusual encoding)")
    if b"<!doctype" in body.lower():
        raise InputError("has a DOCTYPE, which ctick does not accept")
    try:
        element = ET.fromstring(body)  # noqa: S314 - there is no DOCTYPE, so no entity
    except (ET.ParseError, LookupError, ValueError) as error:
        raise InputError(f"is not valid XML ({plain(error, 80)})") from None
    if element.tag != root:
        raise InputError(f"begins with <{plain(element.tag, 30)}>, not <{root}>")
    return element


def parse_json(body: bytes) -> object:
    """A JSON answer with its numbers as Decimal; None for numbers that no bank publishes (NaN, 1e5)."""
    import json

    if not body.strip():
        raise InputError("is empty")
    try:
        return json.loads(body, parse_float=_number, parse_int=_number, parse_constant=lambda _: None)
    except (ValueError, RecursionError, ArithmeticError):
        if body[:100].lstrip().startswith(b"<") and not body.lstrip().startswith(b"<?xml"):
            raise InputError("is an HTML page, not rates") from None
        raise InputError("is not valid JSON") from None


def _number(text: str) -> Decimal | None:
    # An exponent hides the published digits, and 1e999999999 would be a gigabyte of them.
    return Decimal(text) if len(text) <= 30 and "e" not in text.lower() else None
