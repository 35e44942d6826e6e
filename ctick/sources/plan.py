"""What is to be asked of a source, for its latest rates or for past days: addresses, in requests."""

import datetime as dt
import os
from collections import deque
from collections.abc import Iterator, Sequence

from ctick import clock
from ctick.errors import InputError, UsageError
from ctick.redaction import is_open
from ctick.sources.contract import Source
from ctick.sources.http import Answer, Request
from ctick.sources.registry import SOURCES
from ctick.sources.settled import Span
from ctick.storage.fetch_log import FetchLog
from ctick.text import counted, long_date

_MOST = 3650
"""Days of one answer: of all years it would be longer than `fetch.LIMIT`."""


class FeedRequest(Request):
    """A request, and the days that it asks for; None for the latest."""

    def __init__(
        self, urls: Sequence[str], files: Sequence[str], days: str | tuple[str, str], span: Span | None
    ) -> None:
        first, last = (days, days) if isinstance(days, str) else days
        places = {"{date}": last, "{from}": first, "{to}": last}

        def fill(url: str, file: str) -> str:
            for place, text in {**places, "{file}": file}.items():
                url = url.replace(place, text)
            return url

        super().__init__([[fill(url, file) for url in urls] for file in files], at_once=span is None)
        self.span = span


class Plan:
    """What is fetched from one source: the requests that are left, and what came of the others."""

    def __init__(self, source: Source, span: Span | None) -> None:
        self.source = source
        self.span = span
        self.own = os.environ.get(f"CTICK_URL_{source.name.upper()}")
        self.whole_span = source.span if not self.own else self.own if "{from}" in self.own else None
        self.left: deque[Span | None] = deque()
        self.lasting: set[str] = set()  # addresses that are asked again and again
        self.known: dict[str, Answer] = {}  # their last answers
        self.answered: set[dt.date] = set()  # days that need not be asked for again
        self.empty: list[dt.date] = []  # days for which the source says that it has no rates
        self.missing: list[dt.date] = []  # days for which nothing is at the address
        self.remarks: list[str] = []
        self.troubles: list[tuple[str, int]] = []
        self.failures = 0  # one after another
        self.gave = False

    def trouble(self, message: str, code: int = InputError.exit_code) -> None:
        """Notes what went wrong, to be told in the order of the sources."""
        self.troubles.append((f"{self.source.name}: {message}", code))

    def requests(self) -> Iterator[FeedRequest]:
        """What is left to be asked, one by one: an outcome may add to it, or end it."""
        while self.left:
            span = self.left.popleft()
            request = self._latest() if span is None else self._past(span)
            request.known = self.known
            yield request

    def stop(self, failed: Span | None, advice: str, code: int) -> None:
        """Asks for nothing more after the span that failed, and says which days that leaves out."""
        spans = [span for span in (failed, *self.left) if span is not None]
        self.left.clear()
        if (count := sum(map(len, spans))) > 1:
            first, last = min(span.since for span in spans), max(span.until for span in spans)
            days = f"from {long_date(first)} to {long_date(last)}"
            self.trouble(f"{counted(count, 'day')} not fetched, {days}: {advice}", code)

    def _latest(self) -> FeedRequest:
        urls = [self.own] if self.own else self.source.latest
        word = self.source.latest_word or clock.today().strftime(self.source.date_form)
        return FeedRequest(urls, self.source.files, word, None)

    def _past(self, span: Span) -> FeedRequest:
        form = self.source.date_form
        days = span.since.strftime(form), span.until.strftime(form)
        if span.one_day or self.whole_span is None:
            return FeedRequest([self.own] if self.own else self.source.dated, self.source.files, days, span)
        return FeedRequest([self.whole_span], self.source.span_files, days, span)

    def ask_latest(self, log: FetchLog) -> None:
        """The latest, only if it has changed where the source can tell."""
        request = self._latest()
        urls = [self.own] if self.own else self.source.latest
        if self.source.latest_word or not any("{date}" in url for url in urls):
            self.lasting = {url for part in request.parts for url in part}
        for url in self.lasting:
            if is_open(url) and (kept := log.kept(url)):
                self.known[url] = Answer(url, *kept)
        self.left.append(None)

    def ask_past(self, span: Span, log: FetchLog, *, again: bool) -> None:
        """The days of a span that are not answered yet, all of them with `again` or where it is one day."""
        first = self.source.first
        if span.until < first:
            self.trouble(f"it has no rates before {long_date(first)}: name a later day")
            return
        if span.since < first:
            self.remarks.append(
                f"{self.source.name} has rates from {long_date(first)} on: no earlier day was asked for"
            )
            span = Span(first, span.until)
        if not (again or span.one_day):
            self.answered = log.answered(self.source.name, self.source.covers, span.since, span.until)
        missing = [day for day in span.days() if day not in self.answered]
        if self.whole_span and missing:
            self.left.extend(Span(missing[0], missing[-1]).parts(_MOST))
        else:
            self.left.extend([Span(day, day) for day in missing])


def check(names: Sequence[str], span: Span | None) -> None:
    """UsageError where one of the sources can't be asked for past days."""
    for name in names:
        if span is not None and not SOURCES[name].dated:
            raise UsageError(f"{name} has no past days: leave out --date and --since, or name another source")


def plan_of(source: Source, span: Span | None, log: FetchLog, *, again: bool = False) -> Plan:
    """The plan for the latest rates, or for past days: those for which there is no answer yet, or with `again` all."""
    plan = Plan(source, span)
    if span is None:
        plan.ask_latest(log)
    else:
        plan.ask_past(span, log, again=again)
    return plan
