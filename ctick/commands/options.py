"""What each command does, a file a command: `run(...)` takes what was asked and returns the exit code.

The Typer application (`ctick.cli`) only reads options and calls these.
"""

import datetime as dt
import os

from ctick import clock, paths
from ctick.errors import StoreError, UsageError
from ctick.model import is_source_name
from ctick.output import terminal
from ctick.text import plain, read_date


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
        if name is not None and not is_source_name(name):
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
        from ctick.shell import command

        return command(*words, db=self.db)


def _is_missing(path: str) -> bool:
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):  # it may be there: whoever opens it says what is wrong
        return False
    return False
