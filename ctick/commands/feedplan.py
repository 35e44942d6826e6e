"""What is to be asked of a source, for its latest rates or for past days: addresses, in steps."""

import datetime as dt
import os
from collections.abc import Sequence

from ctick import clock
from ctick.errors import InputError, UsageError
from ctick.fetch import Step
from ctick.fetchlog import FetchLog
from ctick.sources import SOURCES
from ctick.sources.contract import Source


class Span:
    """The past days that are asked for, both included."""

    def __init__(self, since: dt.date, until: dt.date) -> None:
        self.since = since
        self.until = until
        self.one_day = since == until

    def days(self) -> list[dt.date]:
        """Each day, oldest first."""
        return [self.since + dt.timedelta(days=number) for number in range((self.until - self.since).days + 1)]


class Plan:
    """What is fetched from one source: steps, and for each the days that it is to answer for."""

    def __init__(self, source: Source, span: Span | None) -> None:
        self.source = source
        self.span = span
        self.own = os.environ.get(f"CTICK_URL_{source.name.upper()}")
        self.steps: list[Step] = []
        self.days: list[Span | None] = []  # None: the latest
        self.lasting: set[str] = set()  # addresses that are asked again and again
        self.troubles: list[tuple[str, int]] = []
        self.gaps: list[dt.date] = []  # days for which the source says that it has nothing
        self.gave = False

    def trouble(self, message: str, code: int = InputError.exit_code) -> None:
        """Notes what went wrong, to be told in the order of the sources."""
        self.troubles.append((f"{self.source.name}: {message}", code))


def check(names: Sequence[str], span: Span | None) -> None:
    """UsageError where one of the sources can't be asked for past days."""
    for name in names:
        if span is not None and not SOURCES[name].dated:
            raise UsageError(f"{name} has no past days: leave out --date and --since, or name another source")


def plan_of(source: Source, span: Span | None, log: FetchLog) -> Plan:
    """The steps; of past days only those for which there is no answer yet, or the one day that is asked for."""
    plan = Plan(source, span)
    if span is None:
        urls = [plan.own] if plan.own else source.latest
        word = source.latest_word or clock.today().strftime(source.date_form)
        step = _step(urls, source.files, {"{date}": word, "{from}": word, "{to}": word})
        if source.latest_word or not any("{date}" in url for url in urls):
            plan.lasting = {url for part in step.parts for url in part}
        plan.steps.append(step)
        plan.days.append(None)
        return plan
    answered = set() if span.one_day else log.answered(source.name, span.since, span.until)
    missing = [day for day in span.days() if day not in answered]
    spans = [Span(day, day) for day in missing]
    whole = source.span if not plan.own else plan.own if "{from}" in plan.own else None
    if whole and len(missing) > 1:
        spans = [Span(missing[0], missing[-1])]
    for part in spans:
        first, last = part.since.strftime(source.date_form), part.until.strftime(source.date_form)
        places = {"{date}": last, "{from}": first, "{to}": last}
        if part.one_day:
            plan.steps.append(_step([plan.own] if plan.own else source.dated, source.files, places, at_once=False))
        else:
            assert whole is not None
            plan.steps.append(_step([whole], source.span_files, places, at_once=False))
        plan.days.append(part)
    return plan


def _step(urls: Sequence[str], files: Sequence[str], places: dict[str, str], *, at_once: bool = True) -> Step:
    """The addresses with their places filled in."""

    def fill(url: str, file: str) -> str:
        for place, text in {**places, "{file}": file}.items():
            url = url.replace(place, text)
        return url

    return Step([[fill(url, file) for url in urls] for file in files], at_once=at_once)
