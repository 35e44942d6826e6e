"""Which fetch can give rates nearer to a day than those that were used: a command, or none."""

import datetime as dt

from ctick import clock
from ctick.commands.options import Options
from ctick.currencies import FIVE
from ctick.errors import CtickError
from ctick.settings import SOURCES
from ctick.storage.connection import Database
from ctick.storage.fetch_log import FetchLog

WITHOUT_PAST_DAYS = ("timesca", "nbkr")
"""Sources that have only their latest rates; to load the sources themselves takes longer than to answer."""

_A_WHILE = dt.timedelta(hours=6)
"""So long after a fetch another one is not suggested."""


def fetch_advice(day: dt.date, options: Options, *, is_bundled: bool) -> str:
    """`'ctick snapshot' fetches the latest`; empty if nothing nearer to `day` can be fetched, or it just was.

    `is_bundled` says that the best rates for `day` so far are bundled ones.
    """
    source = options.source
    if source is not None and source not in SOURCES:
        return ""
    log = FetchLog(Database(options.store_path()))
    if day < clock.today() or (options.date and source not in (None, *WITHOUT_PAST_DAYS)):
        name = source or "cbr"  # its rates are official, of all five currencies, and go back to 1992
        if name in WITHOUT_PAST_DAYS or _has_answered(name, day, log, is_bundled=is_bundled):
            return ""
        return f"{options.command('snapshot', name, *fetch_day(day))} may fetch nearer ones"
    if _was_just_fetched(source, log):
        return ""
    return f"{options.command('snapshot', *([source] if source else []))} fetches the latest"


def fetch_day(day: dt.date) -> tuple[str, str]:
    """The option of `snapshot` that fetches this day; `--date` of today fetches the latest rates, often tomorrow's."""
    return ("--date" if day < clock.today() else "--since"), str(day)


def _was_just_fetched(source: str | None, log: FetchLog) -> bool:
    """Whether the source, or all default ones, were tried a short time ago, and some of them with success."""
    try:
        recent = _recent(log)
        if not any(recent.values()):
            return False
        from ctick.sources.registry import default_sources

        names = [source] if source else default_sources()
        return all(name in recent for name in names) and any(recent[name] for name in names)
    except CtickError:
        return False


def _has_answered(source: str, day: dt.date, log: FetchLog, *, is_bundled: bool) -> bool:
    """Whether a source was asked for this day; if it may still get rates for it, a short time ago."""
    from ctick.sources.days import is_final

    try:
        if not is_bundled and not is_final(day, clock.today()) and _recent(log).get(source):
            return True
        return day in log.answered(source, FIVE, day, day)
    except CtickError:
        return False


def _recent(log: FetchLog) -> dict[str, bool]:
    """The sources that were tried a short time ago, and whether one of these fetches was a success."""
    since = (clock.now() - _A_WHILE).isoformat()
    return {
        source: (result.success_at or "") > since
        for source, result in log.logs().items()
        if max(result.success_at or "", result.failure_at or "") > since
    }
