"""Answers -> dated snapshots, if they fit the request.

An answer is compared with its request and with fixed facts here; the store compares its rates with
those of other days.
"""

import datetime as dt
from collections.abc import Sequence

from ctick import clock
from ctick.errors import CtickError, InputError
from ctick.model import Snapshot
from ctick.sources.contract import Parse, PartError, Source
from ctick.sources.days import Span
from ctick.storage.plausibility import off_peg
from ctick.text import long_date

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ctick.sources.addresses import Addresses

AHEAD = 7
"""Days by which the latest rates may be ahead of today."""

OLDEST = 14
"""Days by which the answer for a past day may be older than that day."""


class OffPegError(InputError):
    """A quote was left out because it can't be true; `as_of` is its day."""

    def __init__(self, message: str, as_of: dt.date) -> None:
        super().__init__(message)
        self.as_of = as_of


class Reading:
    """The contents of an answer.

    `errors` tell what was left out of `snapshots`; `is_complete` is False if part of the answer
    could not be read. `failure` is set if the answer can't be used at all.
    """

    def __init__(self) -> None:
        self.snapshots: list[Snapshot] = []
        self.errors: list[CtickError] = []
        self.is_complete = True
        self.failure: InputError | None = None


def read_answer(
    addresses: "Addresses",
    span: Span | None,
    bodies: Sequence[bytes],
    first_seen: dt.date,
    *,
    may_be_empty: bool,
    force: bool,
) -> Reading:
    """Reads the bodies of an answer to a request for `span`, the latest rates if None.

    A page without a date has rates of the day on which it was first seen. An answer without rates
    is a failure, unless `may_be_empty`. With `force`, quotes that can't be true are kept.
    """
    reading = Reading()
    try:
        snapshots = _parsed(reading, addresses, span, bodies)
        if not snapshots and not may_be_empty:
            raise _no_rates(span)
        reading.snapshots = [Snapshot(item.source, item.as_of or first_seen, item.quotes) for item in snapshots]
        for snapshot in reading.snapshots:
            _check_day(snapshot.as_of or first_seen, span)
    except InputError as error:
        reading.failure = error
        reading.snapshots = []
    if not force:
        _drop_off_peg(reading)
    return reading


def read_saved_answer(source: Source, bodies: Sequence[bytes], *, force: bool) -> Reading:
    """The same for the latest rates of a source as somebody has saved them; InputError if they can't be used."""
    reading = Reading()
    what = f"as an answer of {source.name}, it"
    reading.snapshots = _parse(reading, source.parse, bodies, what, "name another file")
    if not reading.snapshots:
        raise InputError(f"{what} has no rates: name another file")
    for snapshot in reading.snapshots:
        if snapshot.as_of is None:
            raise InputError(f"{what} has no date: name another file")
        if (snapshot.as_of - clock.today()).days > AHEAD:
            raise InputError(
                f"{what} is dated {long_date(snapshot.as_of)}, more than {AHEAD} days in the future,"
                " and was not saved: name another file"
            )
        if snapshot.as_of < source.first:
            raise InputError(
                f"{what} is dated {long_date(snapshot.as_of)}, before the first day of {source.name}"
                f" ({long_date(source.first)}), and was not saved: name another file"
            )
    _report_missing(reading, source, reading.snapshots, what, "get a new copy")
    if not force:
        _drop_off_peg(reading)
    return reading


def _parsed(reading: Reading, addresses: "Addresses", span: Span | None, bodies: Sequence[bytes]) -> list[Snapshot]:
    source = addresses.source
    one_day = span is None or span.one_day
    parse = source.parse if one_day else source.parse_range or source.parse
    other = f"check {addresses.origin}" if addresses.custom_url else "upgrade ctick if this persists"
    snapshots = _parse(reading, parse, bodies, "its answer", f"try again later, or {other}")
    if one_day:
        _report_missing(reading, source, snapshots, "its answer", "try again later, or another source")
    return snapshots


def _parse(reading: Reading, parse: Parse, bodies: Sequence[bytes], what: str, advice: str) -> list[Snapshot]:
    try:
        return parse(*bodies)
    except PartError as error:
        reading.errors.append(InputError(f"{what} {error}"))
        reading.is_complete = False
        return error.snapshots
    except InputError as error:
        raise InputError(f"{what} {error}: {advice}") from None


def _report_missing(reading: Reading, source: Source, snapshots: Sequence[Snapshot], what: str, advice: str) -> None:
    """An error if an answer for one day lacks currencies that the source covers."""
    codes = {quote.base for snapshot in snapshots for quote in snapshot.quotes}
    if snapshots and reading.is_complete and (missing := [code for code in source.covers if code not in codes]):
        reading.errors.append(InputError(f"{what} has no readable rate for {' '.join(missing)}: {advice}"))


def _no_rates(span: Span | None) -> InputError:
    if span is None:
        return InputError("its answer has no rates: try again later")
    if span.one_day:
        return InputError(f"it has no rates for {long_date(span.since)}: try another date")
    days = f"from {long_date(span.since)} to {long_date(span.until)}"
    return InputError(f"it has no rates {days}: run the same command again later")


def _check_day(as_of: dt.date, span: Span | None) -> None:
    """InputError if rates of that day do not fit a request for `span`."""
    if span is None:
        if (as_of - clock.today()).days > AHEAD:
            raise InputError(
                f"its latest rates are dated {long_date(as_of)}, more than {AHEAD} days in the future,"
                " and were not saved: try again later"
            )
        return
    asked = span.until if as_of > span.until else span.since
    sent = f"asked for rates of {long_date(asked)}, it sent rates of {long_date(as_of)}"
    if as_of > span.until:
        raise InputError(f"{sent}, which were not saved: try another date")
    if (span.since - as_of).days > OLDEST:
        raise InputError(f"{sent}, more than {OLDEST} days older, which were not saved: try another date")


def _drop_off_peg(reading: Reading) -> None:
    kept = []
    for snapshot in reading.snapshots:
        quotes = []
        for quote in snapshot.quotes:
            reason = off_peg(quote)
            if reason is None:
                quotes.append(quote)
            else:
                assert snapshot.as_of is not None
                reading.errors.append(OffPegError(f"{reason}, and was not saved", snapshot.as_of))
        if quotes:
            kept.append(Snapshot(snapshot.source, snapshot.as_of, tuple(quotes)))
    reading.snapshots = kept
