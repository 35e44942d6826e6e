"""What a source is: addresses, and a pure function from the bytes behind them to snapshots.

Fetching is not a source's business (`ctick.fetch`), nor is the judgement whether its figures can
be true (`ctick.store`). What a source must do is look at the shape of an answer: raise InputError
where it is not what it should be, and leave out rows that can't be read.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation

from ctick.currencies import FIVE
from ctick.errors import InputError
from ctick.interval import EXACT
from ctick.model import Leg, Quote, Snapshot
from ctick.text import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Parse = Callable[..., list[Snapshot]]

EMPTY = "an empty answer"
MISSING = "404"


class PartError(InputError):
    """A part of an answer can't be used; `snapshots` are what there is without it."""

    def __init__(self, message: str, snapshots: list[Snapshot]) -> None:
        super().__init__(message)
        self.snapshots = snapshots


class Source:
    """A feed. Addresses are templates with `{date}` (in `date_form`, for strftime) and `{file}`.

    `latest` and `dated` are alternatives, tried in their order; `dated` is empty where the feed
    has no past days. `files` are the values of `{file}`: one request each, and `parse` gets the
    bodies in that order. `span` is one address for many days, with `{from}` and `{to}`; its
    `span_files` and `parse_span` are as above. `latest_word` stands for the date in `latest`.

    `first` is the first day for which it can have rates: a day before it is never asked for.
    `no_rates` says how it answers for a past day without rates of its own, if not with those of an
    earlier day: EMPTY (a sound answer without rates), MISSING (404), or None, where it never says
    so, and either is a failure. It is believed where days close by, or later ones, have rates.
    """

    def __init__(
        self,
        name: str,
        *,
        publisher: str,
        covers: tuple[str, ...],
        official: bool,
        quantum: str,
        latest: tuple[str, ...],
        parse: Parse,
        dated: tuple[str, ...] = (),
        date_form: str = "%Y-%m-%d",
        files: tuple[str, ...] = ("",),
        span: str | None = None,
        span_files: tuple[str, ...] = ("",),
        parse_span: Parse | None = None,
        latest_word: str | None = None,
        first: dt.date = dt.date.min,
        no_rates: str | None = None,
    ) -> None:
        self.name = name
        self.publisher = publisher
        self.covers = covers
        self.official = official
        self.quantum = quantum
        self.latest = latest
        self.parse = parse
        self.dated = dated
        self.date_form = date_form
        self.files = files
        self.span = span
        self.span_files = span_files
        self.parse_span = parse_span or parse
        self.latest_word = latest_word
        self.first = first
        self.no_rates = no_rates


Figures = Mapping[str, tuple[Decimal, int]]
"""Code -> (value, nominal): `nominal` units of the code are `value` units of the feed's currency."""


def snapshot_through(source: str, day: dt.date, via: str, figures: Figures, quantum: Decimal) -> Snapshot:
    """The quotes against USD that follow from figures in the currency `via`.

    Raises InputError where there is no figure for USD, or none for any of the five.
    """
    if "USD" not in figures:
        raise InputError("has no figure for USD that can be read")
    usd = leg("USD", via, figures["USD"], quantum)
    quotes = []
    for code in FIVE:
        if code == via:
            quotes.append(Quote.derived(code, (usd,)))
        elif code in figures:
            quotes.append(Quote.derived(code, (leg(code, via, figures[code], quantum), usd)))
    if not quotes:
        raise InputError("has none of the five currencies")
    return Snapshot(source, day, tuple(quotes))


def leg(code: str, via: str, figure: tuple[Decimal, int], quantum: Decimal, day: dt.date | None = None) -> Leg:
    """The figure as a leg."""
    value, nominal = figure
    return Leg(code, via, nominal, value, quantum, day)


def figures(
    rows: Iterable[tuple[str | None, str | None, str | None]], quantum: Decimal
) -> dict[str, tuple[Decimal, int]]:
    """(code, value, nominal) as a feed prints them -> those of USD and the five that can be read."""
    found = {}
    for code, value_text, nominal_text in rows:
        value = decimal(value_text, quantum)
        nominal = (nominal_text or "").strip()
        units = int(nominal) if nominal.isascii() and nominal.isdigit() and len(nominal) < 8 else 0
        if code in (*FIVE, "USD") and value is not None and units > 0:
            found[code] = (value, units)
    return found


def decimal(text: str | None, quantum: Decimal) -> Decimal | None:
    """A positive number with a decimal point, more than half the quantum; None for anything else."""
    number = (text or "").strip()
    if not number.isascii() or set(number) - set("0123456789.") or len(number) > 30:
        return None
    try:
        value = Decimal(number)
    except InvalidOperation:
        return None
    return value if EXACT.add(value, value) > quantum else None


def day(text: str | None, form: str) -> dt.date:
    """A date in the feed's form (for strptime); InputError for anything else."""
    try:
        return dt.datetime.strptime((text or "").strip(), form).date()  # noqa: DTZ007 - a day, not a moment
    except ValueError:
        raise InputError(f"has no date that can be read ('{plain(text, 30)}')") from None


def xml(body: bytes, root: str) -> "Element":
    """The root element of an XML answer, which must be called `root`.

    The bytes go to the parser as they are. A DOCTYPE, and with it every entity, is refused.
    """
    import xml.etree.ElementTree as ET

    start = body[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not start:
        raise InputError("is empty")
    if start.startswith((b"<!doctype html", b"<html")):
        raise InputError("is a page of HTML, not the feed")
    if b"\0" in body:  # an encoding in which a DOCTYPE could hide
        raise InputError("is no XML that can be read (it is in an unusual encoding)")
    if b"<!doctype" in body.lower():
        raise InputError("has a DOCTYPE, and ctick reads none")
    try:
        element = ET.fromstring(body)  # noqa: S314 - there is no DOCTYPE, so no entity
    except (ET.ParseError, LookupError, ValueError) as error:
        raise InputError(f"is no XML that can be read ({plain(error, 80)})") from None
    if element.tag != root:
        raise InputError(f"begins with <{plain(element.tag, 30)}>, not <{root}>")
    return element


def json(body: bytes) -> object:
    """A JSON answer, its numbers as Decimal; None for what is no number to a bank (NaN, 1e5)."""
    import json as library

    if not body.strip():
        raise InputError("is empty")
    try:
        return library.loads(body, parse_float=_number, parse_int=_number, parse_constant=lambda _: None)
    except (ValueError, RecursionError, ArithmeticError):
        if body[:100].lstrip().startswith(b"<"):
            raise InputError("is a page of HTML, not the feed") from None
        raise InputError("is no JSON that can be read") from None


def _number(text: str) -> Decimal | None:
    # An exponent says nothing of the digits that were published, and 1e999999999 is a gigabyte of them.
    return Decimal(text) if len(text) <= 30 and "e" not in text.lower() else None
