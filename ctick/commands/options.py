"""The options that mean the same in every command."""

import datetime as dt
import os
import sys

from ctick import clock, paths, settings
from ctick.errors import StoreError, UsageError
from ctick.output import terminal
from ctick.text import check_source_name, plain, read_date

ROW_FORMATS = ("table", "tsv", "csv", "json", "jsonl")
"""The output formats of every command that prints rows."""

PRICE_FORMATS = ("beancount", "ledger", "qalc", "units")
"""Those of tools that know one rate a day."""

TOOL_FORMATS = (*PRICE_FORMATS, "markdown")
"""Those of `price_files`, which is loaded only for them."""


class Options:
    """The options as given, and what they mean; `color` is `never` for `--no-color`."""

    def __init__(
        self,
        date: str | None = None,
        source: str | None = None,
        db: str | None = None,
        output: str | None = None,
        *,
        quiet: bool = False,
        color: str | None = None,
        no_color: bool = False,
        fetch: bool = False,
    ) -> None:
        if color not in (None, *settings.CHOICES["color"]):
            known = ", ".join(settings.CHOICES["color"])
            raise UsageError(f"--color {plain(color, 40)} is unknown: choose one of {known}")
        self.date = date
        self.source = source
        self.db = db
        self.output = output
        self.quiet = quiet
        self.color = "never" if no_color else color
        self.fetch = fetch
        self._missing_store = ""  # the store that the user named, if it did not exist

    def day(self) -> dt.date:
        """`--date`, else today; UsageError for a day that has not come."""
        today = clock.today()
        if self.date is None:
            return today
        day = read_date(self.date, today)
        if day > today:
            raise UsageError(f"--date {day} is in the future (today is {today}): leave it out for the latest rates")
        return day

    def last_day(self) -> dt.date:
        """The last day whose rates may be used: some days ahead, unless a day was named."""
        if self.date is not None:
            return self.day()
        from ctick.rates.choose import last_day

        return last_day(self.day())

    def source_name(self) -> str | None:
        """`--source`; UsageError unless it is safe in stores, tables and file formats."""
        if self.source is not None:
            check_source_name(self.source)
        return self.source

    def format(self, *others: str) -> str | None:
        """`-o`, None if not given; UsageError unless it is one of `ROW_FORMATS` or `others`."""
        known = (*ROW_FORMATS, *others)
        if self.output is not None and self.output not in known:
            raise UsageError(f"-o {plain(self.output, 40)} is unknown: choose one of {', '.join(known)}")
        return self.output

    def row_format(self, *others: str) -> str:
        """The same as `format`; if not given, `table` on a terminal, else `tsv`."""
        return self.format(*others) or ("table" if terminal.is_terminal(sys.stdout) else "tsv")

    def fetch_if_old(self) -> None:
        """With `--fetch` or the setting `fetch`: fetches first, if the newest rate is older than a day."""
        if self.fetch or settings.text("fetch") == "daily":
            from ctick.commands.fetch_first import fetch_first

            fetch_first(self)

    # Where the store is, for a command that creates it, reads it if it exists, or needs it.

    def store_path(self) -> str:
        """The store's file, whether it exists or not; see `report_created_store`."""
        path = paths.store_path(self.db)
        self._missing_store = path if paths.is_named(self.db) and _is_missing(path) else ""
        return path

    def store_path_or_warning(self, fallback: str = "using only the rates bundled with ctick") -> str:
        """The store's file; warns if the user named one that does not exist, and says what is used instead."""
        path = self.store_path()
        if self._missing_store and not self.quiet:
            terminal.say(f"no such store: {plain(path)}; {fallback}")
        return path

    def store_path_or_error(self, *, default_may_be_missing: bool = False) -> str:
        """The store's file; StoreError if it does not exist."""
        path = self.store_path()
        if self._missing_store:
            raise StoreError(
                f"no such store: {plain(path)}; check the name, or create the store with {self.command('snapshot')}"
            )
        if not default_may_be_missing and _is_missing(path):
            raise StoreError(f"no such store: {plain(path)}; {self.command('snapshot')} creates it")
        return path

    def report_created_store(self) -> None:
        """Reports a store created under a name that the user gave, which may have been a typing error."""
        if self._missing_store and not self.quiet and not _is_missing(self._missing_store):
            terminal.say(f"created store {plain(self._missing_store)}")

    def command(self, *words: str) -> str:
        """`'ctick forget 2026-11-24 --db rates.db'`: a command for the same store, quoted for the shell."""
        from ctick.shell import command

        return command(*words, db=self.db)


def shows_per_dollar(output_format: str, *, per_dollar: bool, no_per_dollar: bool) -> bool:
    """Whether to show what 1 USD costs: by `--no-per-dollar`, then `--per-dollar`, then, for people only, the setting.

    UsageError for `--per-dollar` with the format of another tool.
    """
    if no_per_dollar or not per_dollar:
        return not no_per_dollar and output_format in ("table", "line") and settings.is_on("per_dollar")
    if output_format in TOOL_FORMATS:
        raise UsageError(f"-o {output_format} has rates in USD: leave --per-dollar out, or choose another format")
    return True


def _is_missing(path: str) -> bool:
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):  # it may exist: opening it will tell
        return False
    return False
