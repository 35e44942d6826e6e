"""Fetching from sources and saving what they give: the part of `ctick snapshot` that meets the network."""

import datetime as dt
import os
from collections.abc import Callable, Sequence

from ctick import clock, fetch
from ctick.errors import CtickError, InputError, UnreachableError, UsageError, plain
from ctick.fetch import Known, Step
from ctick.fetchlog import FetchLog
from ctick.model import Snapshot
from ctick.plausible import off_peg
from ctick.render import progress
from ctick.sources import DEFAULT, SOURCES
from ctick.sources.contract import Source
from ctick.wording import long_date

AHEAD = 7
"""Days by which the latest answer may be ahead of today."""

BEHIND = 14
"""Days by which the answer for a past day may be older than that day."""

Save = Callable[[Sequence[Snapshot]], "str | None"]  # why some were refused, if they were
Trouble = Callable[[str, int], None]


class Span:
    """The past days that are asked for, both included."""

    def __init__(self, since: dt.date, until: dt.date) -> None:
        self.since = since
        self.until = until

    def days(self) -> list[dt.date]:
        """Each day, oldest first."""
        return [self.since + dt.timedelta(days=number) for number in range((self.until - self.since).days + 1)]


class _Plan:
    """What is fetched from one source: steps, and for each the days that it is to answer for."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.steps: list[Step] = []
        self.days: list[Span | None] = []  # None: the latest
        self.troubles: list[tuple[str, int]] = []


def default_sources() -> list[str]:
    """`CTICK_SOURCES` (names with commas or blanks between), else timesca and cbr."""
    names = os.environ.get("CTICK_SOURCES", "").replace(",", " ").split() or list(DEFAULT)
    for name in names:
        if name not in SOURCES:
            raise UsageError(f"CTICK_SOURCES: there is no source '{plain(name, 40)}': choose from {', '.join(SOURCES)}")
    return list(dict.fromkeys(names))


def run(names: Sequence[str], span: Span | None, log: FetchLog, save: Save, trouble: Trouble, *, quiet: bool) -> None:
    """Fetches the latest rates, or those of past days, from sources; saves each answer as it comes.

    `save` and `trouble` are told what came and what did not, troubles in the order of the sources.
    """
    plans = [_plan(SOURCES[name], span, log) for name in names]
    total = sum(len(plan.steps) for plan in plans)

    def look(url: str) -> Known | None:
        kept = log.kept(url)
        return Known(*kept) if kept else None

    def keep(url: str, known: Known) -> None:
        log.keep(url, known.body, known.etag, known.modified)

    with progress(total, shown=span is not None and total > 1 and not quiet) as advance:

        def take(place: int, step: int, outcome: list[bytes] | CtickError) -> None:
            _take(plans[place], step, outcome, log, save)
            advance()

        try:
            fetch.fetch([plan.steps for plan in plans], take, look, keep)
        finally:
            for plan in plans:
                for message, code in plan.troubles:
                    trouble(message, code)


def _plan(source: Source, span: Span | None, log: FetchLog) -> _Plan:
    plan = _Plan(source)
    own = os.environ.get(f"CTICK_URL_{source.name.upper()}")
    if span is None:
        urls = [own] if own else source.latest
        word = source.latest_word or clock.today().strftime(source.date_form)
        plan.steps.append(_step(urls, source.files, word, None, source))
        plan.days.append(None)
        return plan
    urls = [own] if own else list(source.dated)
    if not urls or not source.dated:
        raise UsageError(f"{source.name} has no past days: leave out --date and --since, or name another source")
    missing = [day for day in span.days() if day not in log.answered(source.name, span.since, span.until)]
    if span.since == span.until:
        missing = span.days()
    whole = source.span if not own else own if "{from}" in own else None
    if whole and len(missing) > 1:
        gap = Span(missing[0], missing[-1])
        plan.steps.append(_step([whole], source.span_files, "", gap, source))
        plan.days.append(gap)
        return plan
    for day in missing:
        one = Span(day, day)
        plan.steps.append(_step(urls, source.files, day.strftime(source.date_form), one, source))
        plan.days.append(one)
    return plan


def _step(urls: Sequence[str], files: Sequence[str], date: str, span: Span | None, source: Source) -> Step:
    """The addresses with their places filled in."""
    filled = {"{date}": date}
    if span is not None:
        filled["{from}"] = span.since.strftime(source.date_form)
        filled["{to}"] = span.until.strftime(source.date_form)

    def fill(url: str, file: str) -> str:
        for place, text in {**filled, "{file}": file}.items():
            url = url.replace(place, text)
        return url

    return Step([[fill(url, file) for url in urls] for file in files])


def _take(plan: _Plan, step: int, outcome: list[bytes] | CtickError, log: FetchLog, save: Save) -> None:
    """What one step gave: saved and noted, or named."""
    source, span = plan.source, plan.days[step]
    try:
        if isinstance(outcome, CtickError):
            raise outcome
        parse = source.parse_span if span is not None and span.since != span.until else source.parse
        try:
            snapshots = parse(*outcome)
        except InputError as error:
            raise InputError(f"its answer {error}: try again later, or see 'ctick sources'") from None
        snapshots = _of_the_days(snapshots, span)
        kept = _whole(plan, snapshots, one_day=span is None or span.since == span.until)
        refusal = save(kept)
    except (InputError, UnreachableError, UsageError) as error:
        plan.troubles.append((f"{source.name}: {error}", error.exit_code))
        log.failed(source.name, str(error))
        return
    for day in span.days() if span else ():
        if day < clock.today():
            log.asked(source.name, day)
    if refusal is None:
        log.succeeded(source.name)
    else:
        log.failed(source.name, refusal)


def _of_the_days(snapshots: list[Snapshot], span: Span | None) -> list[Snapshot]:
    """The snapshots, dated, if they can be what was asked for; InputError if not."""
    today = clock.today()
    dated = [Snapshot(item.source, item.as_of or today, item.quotes) for item in snapshots]
    for snapshot in dated:
        of = snapshot.as_of
        assert of is not None
        if span is None and (of - today).days > AHEAD:
            raise InputError(f"its latest rates are of {long_date(of)}, which is more than {AHEAD} days ahead: refused")
        if span is not None and of > span.until:
            raise InputError(f"asked for {long_date(span.until)} it gave rates of {long_date(of)}: refused")
        if span is not None and (span.since - of).days > BEHIND:
            raise InputError(
                f"asked for {long_date(span.since)} it gave rates of {long_date(of)},"
                f" more than {BEHIND} days older: refused"
            )
    if span is None and not dated:
        raise InputError("its answer has no rates: try again later")
    return dated


def _whole(plan: _Plan, snapshots: list[Snapshot], *, one_day: bool) -> list[Snapshot]:
    """The snapshots without the quotes that can't be true; these, and missing ones, are named."""
    kept = []
    refused: set[str] = set()
    for snapshot in snapshots:
        for quote in snapshot.quotes:
            reason = off_peg(quote)
            if reason is not None:
                refused.add(quote.base)
                plan.troubles.append((f"{plan.source.name}: {reason}: this rate is refused, the others are kept", 3))
        quotes = tuple([quote for quote in snapshot.quotes if off_peg(quote) is None])
        if quotes:
            kept.append(Snapshot(snapshot.source, snapshot.as_of, quotes))
    there = refused | {quote.base for snapshot in kept for quote in snapshot.quotes}
    missing = [code for code in plan.source.covers if code not in there]
    if missing and one_day and snapshots:
        plan.troubles.append((f"{plan.source.name}: {' '.join(missing)}: no rate that can be read in its answer", 3))
    return kept
