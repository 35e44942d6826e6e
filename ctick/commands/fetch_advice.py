"""Which fetch can give rates nearer to a day than those that were used: a command, or none."""

import datetime as dt

from ctick import clock
from ctick.commands.options import Options
from ctick.currencies import FIVE
from ctick.errors import CtickError
from ctick.storage.connection import Database
from ctick.storage.fetch_log import FetchLog

WITH_PAST_DAYS = ("cbr", "cbu", "frankfurter", "fawaz", "nbk", "nbt")
WITHOUT_PAST_DAYS = ("timesca", "nbkr")
"""The names of the sources; to load the sources themselves takes longer than to answer."""

_A_WHILE = dt.timedelta(hours=6)
"""So long after a fetch another one is not suggested."""

_OPEN = 7
"""Days after which a source gets no rates any more for a day that had none (`sources.days.FINAL`)."""


def fetch_advice(day: dt.date, options: Options, *, is_bundled: bool) -> str:
    """`'ctick snapshot' fetches the latest`; empty if nothing nearer to `day` can be fetched, or it just was.

    `is_bundled` says that the best rates for `day` so far are bundled ones.
    """
    source = options.source
    if source not in (None, *WITH_PAST_DAYS, *WITHOUT_PAST_DAYS):
        return ""
    if day < clock.today() or (options.date and source in WITH_PAST_DAYS):
        name = source or "cbr"  # its rates are official, of all five currencies, and go back to 1992
        if name not in WITH_PAST_DAYS or _has_answered(name, day, options, is_bundled=is_bundled):
            return ""
        return f"{options.command('snapshot', name, *fetch_day(day))} may fetch nearer ones"
    if _was_just_fetched(options):
        return ""
    return f"{options.command('snapshot', *([source] if source else []))} fetches the latest"


def fetch_day(day: dt.date) -> tuple[str, str]:
    """The option of `snapshot` that fetches this day; `--date` of today fetches the latest rates, often tomorrow's."""
    return ("--date" if day < clock.today() else "--since"), str(day)


def _was_just_fetched(options: Options) -> bool:
    """Whether all that would be fetched now was tried a short time ago, and some of it with success."""
    try:
        succeeded, tried = _recent(_log(options))
        if not succeeded:
            return False
        from ctick.sources.registry import default_sources

        names = {options.source} if options.source else set(default_sources())
        return bool(names & succeeded) and names <= tried
    except CtickError:
        return False


def _has_answered(name: str, day: dt.date, options: Options, *, is_bundled: bool) -> bool:
    """Whether a source was asked for this day; if it may still get rates for it, a short time ago."""
    try:
        log = _log(options)
        if not is_bundled and (clock.today() - day).days <= _OPEN and name in _recent(log)[0]:
            return True
        return day in log.answered(name, FIVE, day, day)
    except CtickError:
        return False


def _recent(log: FetchLog) -> tuple[set[str | None], set[str | None]]:
    """The sources that succeeded, and those that were tried, a short time ago."""
    logs = log.logs()
    since = (clock.now() - _A_WHILE).isoformat()
    succeeded: set[str | None] = {name for name, of_source in logs.items() if (of_source.success_at or "") > since}
    return succeeded, succeeded | {name for name, of_source in logs.items() if (of_source.failure_at or "") > since}


def _log(options: Options) -> FetchLog:
    return FetchLog(Database(options.store_path()))
