"""What each command does, a file a command: `run(...)` takes what was asked and returns the exit code.

The Typer application (`ctick.cli`) only reads options and calls these.
"""

import datetime as dt
import os
from collections.abc import Mapping, Sequence

from ctick import clock, paths, terminal
from ctick.errors import NoRateError, StoreError, UsageError, plain
from ctick.model import Dated, names_source
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
        self._new_store = ""  # the store that was named and isn't there

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

    def store_path(self) -> str:
        """The store's file, which may not be there yet; `tell_of_new_store` says later whether it was made."""
        path = paths.store_path(self.db)
        self._new_store = path if paths.is_named(self.db) and _is_missing(path) else ""
        return path

    def tell_of_new_store(self) -> None:
        """Says that a store was made where the user named one: a name that was mistyped is seen at once."""
        if self._new_store and not self.quiet and not _is_missing(self._new_store):
            terminal.say(f"made a new store: {plain(self._new_store)}")

    def reading_path(self, without: str = "only the rates bundled with ctick are used") -> str:
        """The store's file, for what also answers without it; a warning where the user named one that isn't there."""
        path = self.store_path()
        if self._new_store and not self.quiet:
            terminal.say(f"there is no store {plain(path)}: {without}")
        return path

    def named_path(self) -> str:
        """The store's file; StoreError where the user named one that isn't there."""
        path = self.store_path()
        if self._new_store:
            raise StoreError(
                f"there is no store {plain(path)}: check the name, or make the store with {self.command('snapshot')}"
            )
        return path

    def existing_path(self) -> str:
        """The store's file, for what is nothing without it; StoreError where it isn't there."""
        path = self.named_path()
        if _is_missing(path):
            raise StoreError(f"there is no store {plain(path)}: {self.command('snapshot')} makes it")
        return path

    def command(self, *words: str) -> str:
        """`'ctick forget 2026-11-24 --db rates.db'`: a command for the same store, as a shell takes it, in quotes."""
        db = [] if self.db is None else [f"--db={self.db}"] if self.db.startswith("-") else ["--db", self.db]
        text = plain(" ".join([_quoted(word) for word in ("ctick", *words, *db)]), 1000)
        mark = '"' if "'" in text else "'"
        return f"{mark}{text}{mark}"


def _is_missing(path: str) -> bool:
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):  # it may be there: whoever opens it says what is wrong
        return False
    return False


def _quoted(word: str) -> str:
    """The word as a shell takes it (`shlex.quote` would cost the import of `re`)."""
    if word and word.isascii() and word.translate(_PLAIN_WORD).isalnum():
        return word
    return "'" + word.replace("'", "'\"'\"'") + "'"


_PLAIN_WORD = dict.fromkeys(map(ord, "@%+=:,./-_"), "x")


def age_note(used: Sequence[Dated], day: dt.date, options: Options) -> str | None:
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
    return f"rates are {when}{shipped}; {options.command('snapshot')} gets new ones"


def check_age(quotes: Mapping[str, Dated], day: dt.date, limit: int, options: Options) -> None:
    """NoRateError where one of the quotes is more than `limit` days older than `day`."""
    for code, quote in quotes.items():
        age = (day - quote.as_of).days if quote.as_of else 0
        if age > limit:
            raise NoRateError(
                f"the {code} rate is {counted(age, 'day')} old, and --max-age allows {counted(limit, 'day')}:"
                f" {options.command('snapshot')} gets new ones"
            )


def no_rate(codes: str, day: dt.date, source: str | None, options: Options) -> str:
    """That there is no rate, and how to get one."""
    from ctick.sources import SOURCES

    origin = f" from {source}" if source else ""
    sentence = f"no rate{origin} on or before {long_date(day)} for {codes}"
    feed = SOURCES.get(source or "cbr")
    if feed is None:
        return (
            f"{sentence}: {options.command('doctor')} shows the sources that you have, 'ctick sources' those there are"
        )
    if source and not set(codes.split()) & set(feed.covers):
        return f"{sentence}: that source never has it, 'ctick sources' shows which do"
    if day >= clock.today():
        return f"{sentence}: {options.command('snapshot', *([feed.name] if source else []))} gets new ones"
    if not feed.dated:
        return f"{sentence}: ask for a later day"
    return f"{sentence}: {options.command('snapshot', feed.name, '--date', str(day))} may get it"
