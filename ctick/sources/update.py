"""Fetches from sources, saves their rates, and writes the fetch log."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing

from ctick import clock
from ctick.errors import CtickError
from ctick.model import Snapshot
from ctick.sources.answers import OffPegError, read_answer
from ctick.sources.fetch import Request, fetch
from ctick.sources.http import Answer
from ctick.sources.plan import Plan
from ctick.storage.baseline import Baseline
from ctick.storage.fetch_log import FetchLog
from ctick.storage.store import SaveResult, Store


class Result:
    """The result of one request to a source.

    `saved` tells which of the `snapshots` were saved; `errors` are in the order in which they
    occurred, without the refusals in `saved`.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.snapshots: list[Snapshot] = []
        self.saved = SaveResult()
        self.errors: list[CtickError] = []


class Updater:
    """Saves rates in `store` and results in `log`; `force` saves rates even if they look wrong against `baseline`."""

    def __init__(self, store: Store, log: FetchLog, baseline: Baseline, *, force: bool) -> None:
        self._store = store
        self._log = log
        self._baseline = baseline
        self._force = force

    def run(self, plans: Sequence[Plan]) -> Generator[Result, None, None]:
        """Fetches what the plans ask for; saves each answer as it comes, and yields its result."""
        plan_of = {plan.source.name: plan for plan in plans}
        with closing(fetch([self._requests(plan) for plan in plans])) as outcomes:
            for request, outcome in outcomes:
                plan = plan_of[request.source]
                result = Result(request.source)
                if isinstance(outcome, CtickError):
                    self._fail(result, plan, request, plan.with_day(request.span, outcome))
                else:
                    self._save(result, plan, request, outcome)
                yield result
        for plan in plans:
            plan.answered_days.end()

    def _requests(self, plan: Plan) -> Iterator[Request]:
        """The requests of a plan; conditional if the last answer is stored."""
        for request in plan.requests():
            if request.span is None and plan.addresses.is_cacheable:
                stored = {url: self._log.answer(url) for urls in request.parts for url in urls}
                request.known = {url: Answer(url, *answer) for url, answer in stored.items() if answer}
            yield request

    def _save(self, result: Result, plan: Plan, request: Request, answers: list[Answer]) -> None:
        first_seen = answers[0].first_seen or clock.today_in_central_asia()
        reading = read_answer(
            plan.addresses,
            request.span,
            [answer.body for answer in answers],
            first_seen,
            may_be_empty=plan.may_be_empty(request.span),
            force=self._force,
        )
        result.errors += reading.errors
        if reading.failure:
            self._fail(result, plan, request, reading.failure)
        else:
            for answer in answers:
                answer.first_seen = answer.first_seen or first_seen
            result.snapshots = reading.snapshots
            if result.snapshots:
                result.saved = self._store.save(result.snapshots, force=self._force, baseline=self._baseline)
            plan.succeeded()
            if not result.saved.refused:
                self._log.succeeded(result.source)
            if request.span is not None:
                doubtful = {snapshot.as_of for snapshot, _ in result.saved.refused}
                doubtful |= {error.as_of for error in reading.errors if isinstance(error, OffPegError)}
                result.errors += plan.answered(request.span, reading, doubtful)
        if request.span is None:
            self._store_answers(answers, is_wanted=plan.addresses.is_cacheable and not reading.failure)

    def _fail(self, result: Result, plan: Plan, request: Request, error: CtickError) -> None:
        error = type(error)(plan.addresses.redact(str(error)))
        self._log.failed(result.source, str(error))
        result.errors += [error, *plan.failed(request.span, error)]

    def _store_answers(self, answers: list[Answer], *, is_wanted: bool) -> None:
        """Stores answers for conditional requests, or deletes those that are stored."""
        for answer in answers:
            if is_wanted and answer.first_seen and (answer.etag or answer.modified):
                self._log.store_answer(answer.url, answer.body, answer.etag, answer.modified, answer.first_seen)
            else:
                self._log.delete_answer(answer.url)
