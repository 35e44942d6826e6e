"""Fetching from sources and saving what they give: the part of `ctick snapshot` that meets the network."""

import datetime as dt
import os
from collections.abc import Callable, Sequence

from ctick import clock, fetch
from ctick.addresses import hidden, is_open
from ctick.commands.feedplan import Plan, Span, plan_of
from ctick.errors import CtickError, InputError, UnreachableError, UsageError, plain
from ctick.failures import NothingThereError
from ctick.fetch import Known
from ctick.fetchlog import FetchLog
from ctick.model import Snapshot
from ctick.plausible import off_peg
from ctick.render import progress
from ctick.sources import DEFAULT, SOURCES
from ctick.sources.contract import PartError
from ctick.wording import long_date

AHEAD = 7
"""Days by which the latest answer may be ahead of today."""

BEHIND = 14
"""Days by which the answer for a past day may be older than that day."""


class Keeper:
    """What becomes of what is fetched.

    `save` gives back the snapshots that were refused, each with the sentence that says so; `force`
    says that nothing is refused, `again` which command does that. `trouble` is told what went
    wrong, with the exit code that it would have alone.
    """

    def __init__(
        self,
        save: Callable[[Sequence[Snapshot]], list[tuple[Snapshot, str]]],
        trouble: Callable[[str, int], None],
        again: Callable[[str, dt.date], str] = lambda name, _: f"ctick snapshot --force {name}",
        *,
        force: bool = False,
    ) -> None:
        self.save = save
        self.again = again
        self.trouble = trouble
        self.force = force


def default_sources() -> list[str]:
    """`CTICK_SOURCES` (names with commas or blanks between), else timesca and cbr."""
    names = os.environ.get("CTICK_SOURCES", "").replace(",", " ").split() or list(DEFAULT)
    for name in names:
        if name not in SOURCES:
            raise UsageError(f"CTICK_SOURCES: there is no source '{plain(name, 40)}': choose from {', '.join(SOURCES)}")
    return list(dict.fromkeys(names))


def run(names: Sequence[str], span: Span | None, log: FetchLog, keeper: Keeper, *, quiet: bool) -> None:
    """Fetches the latest rates, or those of past days, from sources; saves each answer as it comes.

    The keeper is told of the troubles in the order of the sources.
    """
    plans = [plan_of(SOURCES[name], span, log) for name in names]
    total = sum(len(plan.steps) for plan in plans)
    lasting = {url for plan in plans for url in plan.lasting}

    def look(url: str) -> Known | None:
        kept = log.kept(url) if url in lasting and is_open(url) else None
        return Known(*kept) if kept else None

    def keep(url: str, known: Known | None) -> None:
        # An address with a password or key in it is nothing to be stored, and asked anew each time.
        if url in lasting and is_open(url) and known is not None and (known.etag or known.modified):
            log.keep(url, known.body, known.etag, known.modified)
        elif url in lasting:
            log.drop(url)

    with progress(total, shown=span is not None and total > 1 and not quiet) as advance:

        def take(place: int, step: int, outcome: list[bytes] | CtickError) -> bool:
            good = _take(plans[place], step, outcome, log, keeper)
            advance()
            return good

        try:
            fetch.fetch([plan.steps for plan in plans], take, look, keep)
            for plan in plans:
                if plan.gave:  # and so is the one that it should be
                    log.asked(plan.source.name, plan.gaps)
        finally:
            for plan in plans:
                for message, code in plan.troubles:
                    keeper.trouble(message, code)


def _take(plan: Plan, step: int, outcome: list[bytes] | CtickError, log: FetchLog, keeper: Keeper) -> bool:
    """What one step gave: saved and noted, or named. Whether it was good."""
    source, span = plan.source, plan.days[step]
    try:
        if isinstance(outcome, CtickError):
            raise outcome
        snapshots = _of_the_days(_parsed(plan, span, outcome), span)
        if not snapshots:
            _nothing(plan.span)
        refused = keeper.save(_sound(plan, snapshots, keeper))
    except (InputError, UnreachableError, UsageError) as error:
        why = plain(hidden(str(error), plan.own or ""), 500)
        plan.trouble(why, error.exit_code)
        if isinstance(error, NothingThereError) and span is not None:
            # A day that is missing may come late, so the last ones are asked for again.
            plan.gaps += [day for day in span.days() if (clock.today() - day).days > BEHIND]
        log.failed(source.name, why)
        return False
    plan.gave = True
    plan.troubles += [(sentence, InputError.exit_code) for _, sentence in refused]
    if span is not None and not (refused and span.one_day):
        again = {snapshot.as_of for snapshot, _ in refused}
        log.asked(source.name, [day for day in span.days() if day < clock.today() and day not in again])
    if refused:
        log.failed(source.name, refused[-1][1])
    else:
        log.succeeded(source.name)
    return True


def _parsed(plan: Plan, span: Span | None, bodies: list[bytes]) -> list[Snapshot]:
    source = plan.source
    parse = source.parse if span is None or span.one_day else source.parse_span
    try:
        snapshots = parse(*bodies)
    except PartError as error:
        plan.trouble(f"its answer {error}")
        return error.snapshots
    except InputError as error:
        what = "try again later, or upgrade ctick if it stays so"
        if plan.own:
            what = f"see whether CTICK_URL_{source.name.upper()} is right, or try again later"
        raise InputError(f"its answer {error}: {what}") from None
    there = {quote.base for snapshot in snapshots for quote in snapshot.quotes}
    missing = [code for code in source.covers if code not in there]
    if missing and snapshots and parse is source.parse:  # of many days, some lack a currency
        codes = " ".join(missing)
        plan.trouble(f"its answer has no rate of {codes} that can be read: try again later, or another source")
    return snapshots


def _nothing(span: Span | None) -> None:
    """InputError for an answer without rates, unless it is one of many days: weekends may have none."""
    if span is None:
        raise InputError("its answer has no rates: try again later")
    if span.one_day:
        raise InputError(f"it has no rates for {long_date(span.since)}: name another day")


def _of_the_days(snapshots: list[Snapshot], span: Span | None) -> list[Snapshot]:
    """The snapshots, dated, if they can be what was asked for; InputError if not."""
    today = clock.today()
    dated = [Snapshot(item.source, item.as_of or clock.today_in_central_asia(), item.quotes) for item in snapshots]
    for snapshot in dated:
        of = snapshot.as_of
        assert of is not None
        if span is None and (of - today).days > AHEAD:
            raise InputError(
                f"its latest rates are of {long_date(of)}, more than {AHEAD} days ahead, and refused: try again later"
            )
        if span is not None and of > span.until:
            raise InputError(
                f"asked for {long_date(span.until)} it gave rates of {long_date(of)}, and they are refused:"
                " name another day"
            )
        if span is not None and (span.since - of).days > BEHIND:
            raise InputError(
                f"asked for {long_date(span.since)} it gave rates of {long_date(of)}, more than {BEHIND} days older,"
                " and they are refused: name another day"
            )
    return dated


def _sound(plan: Plan, snapshots: list[Snapshot], keeper: Keeper) -> list[Snapshot]:
    """The snapshots without the quotes that can't be true, which are named."""
    if keeper.force:
        return snapshots
    kept = []
    for snapshot in snapshots:
        for quote in snapshot.quotes:
            reason = off_peg(quote)
            if reason is not None:
                assert snapshot.as_of is not None
                plan.trouble(
                    f"{reason}: this rate is refused; if it is true: {keeper.again(plan.source.name, snapshot.as_of)}"
                )
        quotes = tuple([quote for quote in snapshot.quotes if off_peg(quote) is None])
        if quotes:
            kept.append(Snapshot(snapshot.source, snapshot.as_of, quotes))
    return kept
