"""Fetching from sources and saving what they give: the part of `ctick snapshot` that meets the network."""

import datetime as dt
import os
from collections.abc import Callable, Sequence
from contextlib import closing

from ctick import clock
from ctick.commands.options import Options
from ctick.commands.refusals import forced, refusals
from ctick.errors import CtickError, InputError, UnreachableError, UsageError
from ctick.model import Snapshot
from ctick.output.progress import ProgressBar
from ctick.output.terminal import say
from ctick.redaction import hidden, is_open
from ctick.sources import http
from ctick.sources.contract import EMPTY, MISSING, PartError
from ctick.sources.http import Answer
from ctick.sources.http_errors import NothingThereError
from ctick.sources.plan import Plan, plan_of
from ctick.sources.registry import DEFAULT, SOURCES
from ctick.sources.settled import Span, has_all, in_range, is_between, is_closed, is_final, spans_of
from ctick.storage.fetch_log import FetchLog
from ctick.storage.plausibility import off_peg
from ctick.storage.store import SaveResult
from ctick.text import long_date, plain

AHEAD = 7
"""Days by which the latest answer may be ahead of today."""

BEHIND = 14
"""Days by which the answer for a past day may be older than that day."""

_FAILURES = 10
"""Failures one after another from which on a source is asked no more, where its server answers."""

_LONG = 31
"""Days without rates in one answer that no holidays explain."""


class Keeper:
    """What becomes of what is fetched.

    `store` saves it; `force` says that nothing is refused. `trouble` is told what went wrong, with
    the exit code that it would have alone.
    """

    def __init__(
        self,
        store: Callable[[Sequence[Snapshot]], SaveResult],
        trouble: Callable[[str, int], None],
        options: Options,
        *,
        force: bool = False,
    ) -> None:
        self.store = store
        self.trouble = trouble
        self.options = options
        self.force = force

    def save(self, snapshots: Sequence[Snapshot]) -> list[tuple[Snapshot, str]]:
        """Saves what one source gave; the snapshots that were refused, each with the sentence that says so."""
        return refusals(self.store(snapshots), snapshots[0].source, self.options) if snapshots else []

    def again(self, name: str, day: dt.date) -> str:
        """The command that would save what is refused."""
        return forced(name, day, self.options)


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
    plans = [plan_of(SOURCES[name], span, log, again=keeper.force) for name in names]
    for remark in [remark for plan in plans for remark in plan.remarks if not quiet]:
        say(remark)
    total = sum(len(plan.left) for plan in plans)
    try:
        with (
            ProgressBar(total, shown=span is not None and total > 1 and not quiet) as advance,
            closing(http.fetch([plan.requests() for plan in plans])) as outcomes,
        ):
            for place, request, outcome in outcomes:
                _take(plans[place], request.span, outcome, log, keeper)
                advance()
        for plan in plans:
            if plan.gave:  # so the address is the one that it should be
                days = [day for day in plan.missing if is_between(day, plan.answered)]
                log.asked(plan.source.name, days)
    finally:
        for plan in plans:
            for message, code in plan.troubles:
                keeper.trouble(message, code)


def _take(plan: Plan, span: Span | None, outcome: http.Outcome, log: FetchLog, keeper: Keeper) -> None:
    """What one request gave: saved and noted, or named."""
    try:
        if isinstance(outcome, CtickError):
            raise outcome
        refused = _save(plan, span, outcome, log, keeper)
    except (InputError, UnreachableError, UsageError) as error:
        _fail(plan, span, error, log)
        if not isinstance(outcome, CtickError):
            _keep(plan, outcome, log, good=False)
        return
    assert not isinstance(outcome, CtickError)
    _keep(plan, outcome, log, good=True)
    plan.gave, plan.failures = True, 0
    if refused:
        plan.troubles += [(sentence, InputError.exit_code) for _, sentence in refused]
        log.failed(plan.source.name, refused[-1][1])
    else:
        log.succeeded(plan.source.name)


def _save(
    plan: Plan, span: Span | None, answers: list[Answer], log: FetchLog, keeper: Keeper
) -> list[tuple[Snapshot, str]]:
    """Saves what an answer has; the snapshots that were refused."""
    parsed, whole = _parsed(plan, span, [answer.body for answer in answers])
    snapshots = _of_the_days(parsed, span, answers[0].first_seen)
    for answer in answers:  # a body without a date keeps the day that it is given now
        given = (new.as_of for old, new in zip(parsed, snapshots, strict=True) if old.as_of is None)
        answer.first_seen = answer.first_seen or next(given, clock.today())
    if not snapshots:
        _nothing(plan, span)
    sound = _sound(plan, snapshots, keeper)
    refused = keeper.save(sound)
    if span is not None:
        texts = {(item.as_of, item.to_text()) for item in sound} - {(item.as_of, item.to_text()) for item, _ in refused}
        doubtful = {item.as_of for item in snapshots if (item.as_of, item.to_text()) not in texts}
        good = [item for item in sound if item.as_of not in doubtful]
        past = [day for day in span.days() if day < clock.today() and day not in doubtful]
        if not span.one_day:
            _settle_range(plan, span, past, good, log, whole=whole)
        elif whole and not doubtful:
            _settle_day(plan, past, good, log)
    return refused


def _settle_day(plan: Plan, past: list[dt.date], snapshots: list[Snapshot], log: FetchLog) -> None:
    """Notes a day (`past` is empty for today) that need not be asked for again."""
    source, today = plan.source, clock.today()
    if not snapshots:
        plan.empty += past  # it counts once there are rates of a later day: the feed may be down
    elif has_all(source.covers, snapshots):
        plan.answered.update(past)
        stored = {item.as_of for item in snapshots if has_all(source.covers, [item])}
        older = [day for day in past if day not in stored and is_closed(day, today, official=source.official)]
        log.asked(source.name, older + [day for day in plan.empty if is_final(day, today)])
        plan.empty.clear()


def _settle_range(
    plan: Plan, span: Span, past: list[dt.date], snapshots: list[Snapshot], log: FetchLog, *, whole: bool
) -> None:
    """Notes the days of a range that need not be asked for again; what it leaves open is asked day by day."""
    source, today = plan.source, clock.today()
    settled = set(in_range(span, source.covers, snapshots)) if whole else set()
    stored_days = {item.as_of for item in snapshots if has_all(source.covers, [item])}
    plan.answered |= settled
    log.asked(source.name, [day for day in past if day in settled and day not in stored_days])
    left = spans_of(day for day in past if day not in settled and is_closed(day, today, official=source.official))
    plan.left.extend([Span(day, day) for part in left if len(part) <= BEHIND for day in part.days()])
    absent = [code for code in source.covers if not any(item.quote(code) for item in snapshots)]
    if absent and len(span) > BEHIND:
        plan.trouble(f"its answer has no rate of {' '.join(absent)}: try again later, or another source")
    elif whole and (long := [part for part in left if len(part) > _LONG]):
        plan.trouble(
            "its answer has no rates, or not all of them, from"
            f" {long_date(long[0].since)} to {long_date(long[-1].until)}: run the same command again later"
        )


def _fail(plan: Plan, span: Span | None, error: CtickError, log: FetchLog) -> None:
    """Names what went wrong, and asks no more of a source that can't be reached."""
    source = plan.source
    why = plain(hidden(str(error), plan.own or ""), 500)
    plan.trouble(why, error.exit_code)
    log.failed(source.name, why)
    plan.failures += 1
    is_missing = isinstance(error, NothingThereError) and source.no_rates == MISSING
    if is_missing and span is not None and is_final(span.since, clock.today()):
        plan.missing.append(span.since)
    if not (is_missing or isinstance(error, InputError)):
        plan.stop(span, "run the same command again later", error.exit_code)
    elif plan.failures >= _FAILURES:
        plan.stop(span, f"after {_FAILURES} failures one after another; begin with a later --since", error.exit_code)


def _keep(plan: Plan, answers: list[Answer], log: FetchLog, *, good: bool) -> None:
    """Keeps answers for conditional requests, and drops those that were of no use."""
    for answer in answers:
        if answer.url not in plan.lasting:
            continue
        # An address with a password or key in it is nothing to be stored, and asked anew each time.
        if good and answer.first_seen and is_open(answer.url) and (answer.etag or answer.modified):
            log.keep(answer.url, answer.body, answer.etag, answer.modified, answer.first_seen)
        else:
            log.drop(answer.url)


def _parsed(plan: Plan, span: Span | None, bodies: list[bytes]) -> tuple[list[Snapshot], bool]:
    """The snapshots in the bodies of an answer, and whether all of it could be read."""
    source = plan.source
    parse = source.parse if span is None or span.one_day else source.parse_span
    try:
        snapshots = parse(*bodies)
    except PartError as error:
        plan.trouble(f"its answer {error}")
        return error.snapshots, False
    except InputError as error:
        what = "try again later, or upgrade ctick if it stays so"
        if plan.own:
            what = f"see whether CTICK_URL_{source.name.upper()} is right, or try again later"
        raise InputError(f"its answer {error}: {what}") from None
    if snapshots and parse is source.parse and (span is None or span.one_day):
        there = {quote.base for snapshot in snapshots for quote in snapshot.quotes}
        if codes := " ".join([code for code in source.covers if code not in there]):
            plan.trouble(f"its answer has no rate of {codes} that can be read: try again later, or another source")
    return snapshots, True


def _nothing(plan: Plan, span: Span | None) -> None:
    """InputError for an answer without rates, unless that is how the source says that a day has none."""
    if span is None:
        raise InputError("its answer has no rates: try again later")
    if span.one_day and (len(plan.span or span) == 1 or plan.source.no_rates != EMPTY):
        raise InputError(f"it has no rates for {long_date(span.since)}: name another day")
    if len(span) > BEHIND:
        raise InputError(
            f"it has no rates from {long_date(span.since)} to {long_date(span.until)}: run the same command again later"
        )


def _of_the_days(snapshots: list[Snapshot], span: Span | None, first_seen: dt.date | None) -> list[Snapshot]:
    """The snapshots, dated, if they can be what was asked for; InputError if not.

    One without a date is of the day on which its page was first seen, which is today for a new one.
    """
    today = clock.today()
    fresh = first_seen or clock.today_in_central_asia()
    dated = [Snapshot(item.source, item.as_of or fresh, item.quotes) for item in snapshots]
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
                    f"{reason}: this rate is refused;"
                    f" if it is right, save it with {keeper.again(plan.source.name, snapshot.as_of)}"
                )
        quotes = tuple([quote for quote in snapshot.quotes if off_peg(quote) is None])
        if quotes:
            kept.append(Snapshot(snapshot.source, snapshot.as_of, quotes))
    return kept
