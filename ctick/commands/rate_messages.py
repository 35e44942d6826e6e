"""Messages about the rates that a command used: they are old, too old for `--max-age`, or missing."""

import datetime as dt
from collections.abc import Sequence

from ctick import clock, settings
from ctick.commands.options import Options
from ctick.model import DatedQuote
from ctick.text import STALE, age_text, counted, long_date

MANAT = "the manat's rate is the official peg; street rates can differ greatly"


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
    if which == "all" and not (options.date or options.source or settings.is_set("sources")):
        # The default sources have all currencies: if they had been fetched, their rates would be used.
        return f"{note}; {options.command('snapshot')} fetches the latest"
    from ctick.commands.fetch_advice import fetch_advice

    advice = fetch_advice(day, options, is_bundled=which == "all")
    return f"{note}; {advice}" if advice else note


def no_rate(codes: str, day: dt.date, source: str | None, options: Options, max_age: int | None = None) -> str:
    """`no rate for KGS on or before 16 December 2025: ...`, and how to get one."""
    from ctick.commands.fetch_advice import fetch_advice, fetch_day
    from ctick.sources.registry import SOURCES

    message = f"no rate for {codes}{f' from {source}' if source else ''}"
    newest = None if max_age is None else _newest(codes, options)
    if max_age is not None and newest is not None:
        as_of = newest.as_of or day
        message += f" that is at most {counted(max_age, 'day')} old"
        message += f" on {long_date(day)}" if day < clock.today() else ""
        age = f"{age_text(as_of, day)}{', bundled with ctick' if newest.bundled else ''}"
        advice = fetch_advice(day, options, is_bundled=newest.bundled) or f"--max-age {(day - as_of).days}d accepts it"
        return f"{message}: the newest is from {long_date(as_of)} ({age}); {advice}"
    message += f" on or before {long_date(day)}"
    known = SOURCES.get(source or "cbr")
    if known is None:
        stored = f"{options.command('doctor')} lists the sources in your store"
        return f"{message}: {stored}, 'ctick sources' those that ctick can fetch"
    if source and not set(codes.split()) & set(known.covers):
        return f"{message}: {source} does not cover it; 'ctick sources' shows which sources do"
    if day >= clock.today() and not (options.date and source and known.dated):
        return f"{message}: {options.command('snapshot', *([known.name] if source else []))} fetches the latest"
    if not known.dated or day < known.first:
        return f"{message}: choose a later day"
    return f"{message}: {options.command('snapshot', known.name, *fetch_day(day))} may fetch it"


def _newest(codes: str, options: Options) -> DatedQuote | None:
    """The newest rate of any of the currencies, however old."""
    from ctick.storage.store import Store

    store = Store(options.store_path())
    found = [next(store.quotes(code, options.day(), options.source), None) for code in codes.split()]
    return max(filter(None, found), key=lambda dated: str(dated.as_of), default=None)
