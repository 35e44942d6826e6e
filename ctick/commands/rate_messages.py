"""Messages about the rates that a command used: they are old, too old for `--max-age`, or missing."""

import datetime as dt
from collections.abc import Sequence

from ctick import clock
from ctick.commands.options import Options
from ctick.errors import NoRateError
from ctick.model import DatedQuote
from ctick.text import counted, long_date

STALE = 2
"""Days; older rates get a note."""


def age_note(used: Sequence[DatedQuote], day: dt.date, options: Options) -> str | None:
    """`these rates date from 16 December 2025 (340 days ago); ...` if any is over `STALE` days older than `day`."""
    dates = sorted({dated.as_of for dated in used if dated.as_of is not None})
    if not dates or (day - dates[0]).days <= STALE:
        return None
    age = f"{long_date(dates[0])} ({counted((day - dates[0]).days, 'day')} ago"
    is_bundled = [dated.bundled for dated in used]
    which = "all" if all(is_bundled) else "some" if any(is_bundled) else ""
    if dates[0] == dates[-1]:
        bundled = {"all": ", bundled with ctick", "some": ", some bundled with ctick", "": ""}[which]
        note = f"these rates date from {age}{bundled})"
    else:
        note = f"the oldest of these rates is from {age})" + (f"; {which} are bundled with ctick" if which else "")
    return f"{note}; {options.command('snapshot')} fetches newer ones"


def no_rate(codes: str, day: dt.date, source: str | None, options: Options, max_age: int | None = None) -> str:
    """`no rate for KGS on or before 16 December 2025: ...`, and how to get one."""
    from ctick.sources.registry import SOURCES

    message = f"no rate for {codes}{f' from {source}' if source else ''} on or before {long_date(day)}"
    if max_age is not None:
        message += f" that is at most {counted(max_age, 'day')} old"
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
