"""What a command says about the rates it used: that they are old, or that there are none."""

import datetime as dt
from collections.abc import Mapping, Sequence

from ctick import clock
from ctick.commands.options import Options
from ctick.errors import NoRateError
from ctick.model import DatedQuote
from ctick.text import counted, long_date

STALE = 2
"""Days; rates that are older are remarked on."""


def age_note(used: Sequence[DatedQuote], day: dt.date, options: Options) -> str | None:
    """`rates are of 16 December 2025, 340 days old; ...` where that is more than `STALE` days."""
    dates = sorted({quote.as_of for quote in used if quote.as_of is not None})
    if not dates or (day - dates[0]).days <= STALE:
        return None
    oldest, newest = dates[0], dates[-1]
    when = f"of {long_date(oldest)}, {counted((day - oldest).days, 'day')} old"
    if newest != oldest:
        when = f"of {long_date(oldest)} to {long_date(newest)}, the oldest {counted((day - oldest).days, 'day')} old"
    bundled = ""
    if any(quote.bundled for quote in used):
        bundled = ", and bundled with ctick" if all(quote.bundled for quote in used) else ", some bundled with ctick"
    return f"rates are {when}{bundled}; {options.command('snapshot')} gets new ones"


def check_age(quotes: Mapping[str, DatedQuote], day: dt.date, limit: int, options: Options) -> None:
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
    from ctick.sources.registry import SOURCES

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
