"""Checks of what a program passes in: wrong types, and snapshots that no store could read again."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from ctick import clock
from ctick.capture import Capture
from ctick.currencies import FIVE
from ctick.errors import InputError, UsageError
from ctick.model import Quote, Snapshot, quotes_from_text, quotes_to_text
from ctick.text import check_source_name, long_date, plain

_DIGITS = 40  # on each side of the point, as in ticker text


def as_day(day: dt.date | None, name: str) -> dt.date | None:
    """A date as it is, the date of a datetime; TypeError for anything else but None."""
    if isinstance(day, dt.datetime):
        return day.date()
    if day is not None and not isinstance(day, dt.date):
        raise TypeError(f"{name} must be a datetime.date, not {type(day).__name__}")
    return day


def as_past_day(day: dt.date | None, name: str) -> dt.date | None:
    """The same as `as_day`; UsageError for a day that has not come, for which there can't be a rate."""
    date = as_day(day, name)
    if date is not None and date > clock.today():
        raise UsageError(
            f"{name} {date} is in the future (today is {clock.today()}): leave it out for the latest rates"
        )
    return date


def as_text(text: str, name: str) -> str:
    """The text; TypeError for anything but a str."""
    if not isinstance(text, str):
        raise TypeError(f"{name} must be a str, not {type(text).__name__}")
    return text


def as_source(source: str, error: type[UsageError | InputError] = UsageError) -> str:
    """The name of a source; the error if it can't be one."""
    check_source_name(as_text(source, "source"), error)
    return source


def as_stored(snapshot: Snapshot) -> Snapshot:
    """The snapshot as a store gives it back; InputError if it can't be saved."""
    if not isinstance(snapshot, Snapshot):
        raise TypeError(f"save takes snapshots, not {type(snapshot).__name__}")
    source, day = as_source(snapshot.source, InputError), as_day(snapshot.as_of, "as_of of a snapshot")
    if day is None:
        raise InputError(
            f"a snapshot of {source} has no date:"
            " say which day it is with ctick.parse(..., date=datetime.date(2025, 12, 16))"
        )
    quotes = tuple(snapshot.quotes)
    problem = next(_problems(quotes), None) or _problem_of_capture(snapshot.capture)
    if problem is not None:
        raise InputError(f"the snapshot of {source} on {long_date(day)} can't be saved: {problem}")
    return Snapshot(source, day, quotes_from_text(quotes_to_text(quotes)), capture=snapshot.capture)


def _problem_of_capture(capture: Capture | None) -> str | None:
    if capture is None:
        return None
    if not isinstance(capture, Capture):
        raise TypeError(f"the capture of a snapshot must be a Capture, not {type(capture).__name__}")
    as_text(capture.url, "url of a capture")
    as_text(capture.captured_at, "captured_at of a capture")
    return capture.problem()


def _problems(quotes: tuple[Quote, ...]) -> Iterator[str]:
    if not quotes:
        yield "it has no quotes"
    seen = set()
    for quote in quotes:
        if not isinstance(quote, Quote):
            raise TypeError(f"a snapshot has quotes, not {type(quote).__name__}")
        name = plain(quote.base, 40)
        if quote.base not in FIVE:
            yield f"'{name}' is not one of {', '.join(FIVE)}"
        if quote.base in seen:
            yield f"it has more than one quote of {name}"
        seen.add(quote.base)
        for what, number in (("rate", quote.rate), ("change", quote.change)):
            if not isinstance(number, Decimal) and (what == "rate" or number is not None):
                raise TypeError(f"the {what} of {name} must be a Decimal, not {type(number).__name__}")
        if not (quote.rate.is_finite() and quote.rate > 0):
            yield f"the rate of {name} must be above 0"
        numbers = [
            quote.rate,
            quote.change or Decimal(0),
            *(part for leg in quote.legs for part in (leg.value, leg.quantum)),
        ]
        if not all(map(_is_short, numbers)):
            yield f"the figures of {name} must have at most {_DIGITS} digits on each side of the point"
        try:
            Quote.from_text(quote.to_text())
        except (ValueError, ArithmeticError):
            yield f"the legs of {name} make no rate"


def _is_short(number: Decimal) -> bool:
    return number.is_finite() and number.adjusted() < _DIGITS and int(number.as_tuple().exponent) >= -_DIGITS
