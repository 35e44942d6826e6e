"""Messages about the rates that a command used: they are old, too old for `--max-age`, or missing."""

import datetime as dt
from collections.abc import Sequence

from ctick import clock
from ctick.commands.options import Options
from ctick.currencies import FIVE
from ctick.errors import CtickError
from ctick.model import DatedQuote
from ctick.text import STALE, age_text, counted, long_date

MANAT = "the manat's rate is the official peg; street rates can differ greatly"

WITH_PAST_DAYS = ("cbr", "cbu", "frankfurter", "fawaz", "nbk", "nbt")
WITHOUT_PAST_DAYS = ("timesca", "nbkr")
"""The names of the sources; to load the sources themselves takes longer than to answer."""

_A_WHILE = dt.timedelta(hours=6)
"""So long after a fetch another one is not suggested."""

_OPEN = 7
"""Days after which a source gets no rates any more for a day that had none (`sources.days.FINAL`)."""


def age_note(used: Sequence[DatedQuote], day: dt.date, options: Options) -> str | None:
    """`the rates used date from 16 December 2025 (340 days ago); ...` if any is over `STALE` days older than `day`."""
    dates = sorted({dated.as_of for dated in used if dated.as_of is not None})
    if not dates or (day - dates[0]).days <= STALE:
        return None
    age = f"{long_date(dates[0])} ({age_text(dates[0], day)}"
    is_bundled = [dated.bundled for dated in used]
    which = "all" if all(is_bundled) else "some" if any(is_bundled) else ""
    if dates[0] == dates[-1]:
        bundled = {"all": ", bundled with ctick", "some": ", some bundled with ctick", "": ""}[which]
        note = f"the rates used date from {age}{bundled})"
    else:
        note = f"the oldest of the rates used is from {age})" + (f"; {which} are bundled with ctick" if which else "")
    fetch = _fetch(day, options, is_bundled=which == "all")
    return f"{note}; {fetch}" if fetch else note


def no_rate(codes: str, day: dt.date, source: str | None, options: Options, max_age: int | None = None) -> str:
    """`no rate for KGS on or before 16 December 2025: ...`, and how to get one."""
    from ctick.sources.registry import SOURCES

    message = f"no rate for {codes}{f' from {source}' if source else ''}"
    newest = None if max_age is None else _newest(codes, options)
    if newest is not None:
        as_of = newest.as_of or day
        message += f" that is at most {counted(max_age or 0, 'day')} old"
        message += f" on {long_date(day)}" if day < clock.today() else ""
        age = f"{age_text(as_of, day)}{', bundled with ctick' if newest.bundled else ''}"
        advice = _fetch(day, options, is_bundled=newest.bundled) or f"--max-age {(day - as_of).days}d accepts it"
        return f"{message}: the newest is from {long_date(as_of)} ({age}); {advice}"
    message += f" on or before {long_date(day)}"
    known = SOURCES.get(source or "cbr")
    if known is None:
        stored = f"{options.command('doctor')} lists the sources in your store"
        return f"{message}: {stored}, 'ctick sources' those that ctick can fetch"
    if source and not set(codes.split()) & set(known.covers):
        return f"{message}: {source} does not cover it; 'ctick sources' shows which sources do"
    if day >= clock.today():
        return f"{message}: {options.command('snapshot', *([known.name] if source else []))} fetches the latest"
    if not known.dated:
        return f"{message}: choose a later day"
    return f"{message}: {options.command('snapshot', known.name, '--date', str(day))} may fetch it"


def _newest(codes: str, options: Options) -> DatedQuote | None:
    """The newest rate of any of the currencies, however old."""
    from ctick.storage.store import Store

    store = Store(options.store_path())
    found = [next(store.quotes(code, options.day(), options.source), None) for code in codes.split()]
    return max(filter(None, found), key=lambda dated: str(dated.as_of), default=None)


def _fetch(day: dt.date, options: Options, *, is_bundled: bool) -> str:
    """`'ctick snapshot' fetches the latest`; empty if nothing nearer to `day` can be fetched, or it just was.

    `is_bundled` says that the bundled rates are still the best, so without --date nothing was fetched.
    """
    source = options.source
    if source not in (None, *WITH_PAST_DAYS, *WITHOUT_PAST_DAYS):
        return ""
    if day < clock.today():
        name = source or "cbr"  # its rates are official, of all five currencies, and go back to 1992
        if name not in WITH_PAST_DAYS or _has_answered(name, day, options, is_bundled=is_bundled):
            return ""
        return f"{options.command('snapshot', name, '--date', str(day))} may fetch nearer ones"
    if not (is_bundled and options.date is None) and _was_just_fetched(options):
        return ""
    return f"{options.command('snapshot', *([source] if source else []))} fetches the latest"


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
        return log is not None and day in log.answered(name, FIVE, day, day)
    except CtickError:
        return False


def _recent(log: "FetchLog | None") -> tuple[set[str | None], set[str | None]]:
    """The sources that succeeded, and those that were tried, a short time ago."""
    logs = {} if log is None else log.logs()
    since = (clock.now() - _A_WHILE).isoformat()
    succeeded: set[str | None] = {name for name, of_source in logs.items() if (of_source.success_at or "") > since}
    return succeeded, succeeded | {name for name, of_source in logs.items() if (of_source.failure_at or "") > since}


def _log(options: Options) -> "FetchLog | None":
    """The log of fetches, if there is a store."""
    from ctick.storage.connection import Database

    file = Database(options.store_path())
    if file.connection() is None:
        return None
    from ctick.storage.fetch_log import FetchLog

    return FetchLog(file)


TYPE_CHECKING = False
if TYPE_CHECKING:
    from ctick.storage.fetch_log import FetchLog
