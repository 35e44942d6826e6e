"""What a source is: addresses, and a pure function from the bytes behind them to snapshots.

A source neither fetches (`ctick.sources.fetch`) nor judges whether its rates can be true
(`ctick.storage.plausibility`). It checks the shape of an answer: it raises InputError if that is
wrong, and leaves out rows that can't be read.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import NamedTuple, Self

from ctick.errors import InputError
from ctick.model import Snapshot

Parse = Callable[..., list[Snapshot]]

MAX_BYTES = 2 << 20
"""The longest answer that is accepted, in bytes."""

EMPTY = "an empty answer"
MISSING = "404"


class PartError(InputError):
    """Part of an answer can't be used; `snapshots` has the rest."""

    def __init__(self, message: str, snapshots: list[Snapshot]) -> None:
        super().__init__(message)
        self.snapshots = snapshots

    @classmethod
    def without(cls, rates: Sequence[str], snapshots: list[Snapshot]) -> Self:
        """Some rates, such as `KGS on 2026-05-22`, can't be read."""
        names = f"{', '.join(rates[:3])}{' ...' if rates[3:] else ''}"
        return cls(f"has no readable rate for {names}: try again later", snapshots)


class Source(NamedTuple):
    """A source of rates. Addresses are templates with `{date}` (in `date_format`, for strftime) and `{file}`.

    `latest` and `dated` are alternatives, tried in their order; `dated` is empty if the source has
    no past days. `files` are the values of `{file}`: one request each; `parse` gets the bodies in
    that order. `range_url` is one address for many days, with `{from}` and `{to}`; `range_files`
    and `parse_range` (else `parse`) belong to it. `latest_word` replaces the date in `latest`. `quantum` is the
    unit of the last published digit, as text for people. `page` is where people can look the rates up.

    `first` is the first day for which it can have rates; earlier days are never asked for.
    `no_rates` says how it answers for a past day without rates, if not with those of an earlier
    day: EMPTY (a valid answer without rates), MISSING (404), or None if it never does, so that
    either is a failure. Such an answer counts if days close by, or later ones, have rates.
    `licence` is that of the rates, if the publisher names one.
    """

    name: str
    publisher: str
    covers: tuple[str, ...]
    official: bool
    quantum: str
    latest: tuple[str, ...]
    parse: Parse
    dated: tuple[str, ...] = ()
    date_format: str = "%Y-%m-%d"
    files: tuple[str, ...] = ("",)
    range_url: str | None = None
    range_files: tuple[str, ...] = ("",)
    parse_range: Parse | None = None
    latest_word: str | None = None
    first: dt.date = dt.date.min
    no_rates: str | None = None
    page: str = ""
    licence: str | None = None
