"""What each command does, a file a command: `run(...)` takes what was asked and returns the exit code.

The Typer application (`ctick.cli`) only reads options and calls these.
"""

import datetime as dt
import os
from collections.abc import Mapping, Sequence

from ctick import clock, paths, terminal
from ctick.errors import NoRateError, UsageError, plain
from ctick.model import Dated, names_source
from ctick.store import Store
from ctick.wording import counted, long_date, read_date

STALE = 2
"""Days; rates that are older are remarked on."""


class Options:
    """The options that mean the same everywhere, as they were given."""

    def __init__(
        self,
        date: str | None = None,
        source: str | None = None,
        db: str | None = None,
        output: str | None = None,
        *,
        quiet: bool = False,
        no_color: bool = False,
    ) -> None:
        self.date = date
        self.source = source
        self.db = db
        self.output = output
        self.quiet = quiet
        self.no_color = no_color

    def day(self) -> dt.date:
        """The day that is asked about: `--date`, else today."""
        today = clock.today()
        return today if self.date is None else read_date(self.date, today)

    def source_name(self) -> str | None:
        """`--source`, checked: it goes into stores, tables and file formats."""
        name = self.source
        if name is not None and not names_source(name):
            raise UsageError(f"'{plain(name, 40)}' can't name a source: use up to 32 of a-z, 0-9, '.', '_' and '-'")
        return name

    def form(self, *others: str) -> str | None:
        """`-o`, checked against what the command can write; None where it was not given."""
        known = ("table", "tsv", "csv", "json", "jsonl", *others)
        if self.output is not None and self.output not in known:
            raise UsageError(f"-o {plain(self.output, 40)} is unknown: choose one of {', '.join(known)}")
        return self.output

    def store(self) -> Store:
        """The user's store; the file is opened when something is asked of it."""
        return Store(paths.store_path(self.db))

    def reading_store(self) -> Store:
        """The same for what only reads; a file that was named and isn't there is remarked on."""
        path = paths.store_path(self.db)
        if self.db and not self.quiet and not os.path.lexists(path):
            terminal.say(f"there is no store {plain(path)}: only the shipped rates answer")
        return Store(path)


def age_note(used: Sequence[Dated], day: dt.date) -> str | None:
    """`rates are of 16 December 2025, 340 days old; ...` where that is more than `STALE` days."""
    dates = sorted({quote.as_of for quote in used if quote.as_of is not None})
    if not dates or (day - dates[0]).days <= STALE:
        return None
    oldest, newest = dates[0], dates[-1]
    when = f"of {long_date(oldest)}, {counted((day - oldest).days, 'day')} old"
    if newest != oldest:
        when = f"of {long_date(oldest)} to {long_date(newest)}, the oldest {counted((day - oldest).days, 'day')} old"
    shipped = ""
    if any(quote.shipped for quote in used):
        shipped = ", and shipped with ctick" if all(quote.shipped for quote in used) else ", some shipped with ctick"
    return f"rates are {when}{shipped}; 'ctick snapshot' gets new ones"


def check_age(quotes: Mapping[str, Dated], day: dt.date, limit: int) -> None:
    """NoRateError where one of the quotes is more than `limit` days older than `day`."""
    for code, quote in quotes.items():
        age = (day - quote.as_of).days if quote.as_of else 0
        if age > limit:
            raise NoRateError(
                f"the {code} rate is {counted(age, 'day')} old, and --max-age allows {counted(limit, 'day')}:"
                " 'ctick snapshot' gets new ones"
            )


def no_rate(codes: str, day: dt.date, source: str | None) -> str:
    """That there is no rate, and how to get one."""
    from ctick.sources import SOURCES

    origin = f" from {source}" if source else ""
    sentence = f"no rate{origin} on or before {long_date(day)} for {codes}"
    feed = SOURCES.get(source or "cbr")
    if feed is None:
        return f"{sentence}: 'ctick doctor' shows the sources that you have, 'ctick sources' those there are"
    if source and not set(codes.split()) & set(feed.covers):
        return f"{sentence}: that source never has it, 'ctick sources' shows which do"
    if day >= clock.today():
        return f"{sentence}: 'ctick snapshot{' ' + feed.name if source else ''}' gets new ones"
    return f"{sentence}: " + (
        f"'ctick snapshot {feed.name} --date {day}' may get it" if feed.dated else "ask for a later day"
    )
