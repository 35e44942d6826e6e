"""Fetches from several sources at once; the requests of each source one after another."""

import asyncio
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import httpx

from ctick.errors import CtickError, InputError, UnreachableError
from ctick.redaction import redacted_url
from ctick.sources import http
from ctick.sources.days import Span
from ctick.sources.http import Answer
from ctick.sources.http_errors import NotFoundError
from ctick.sources.resolver import Loop

SPACING = 0.2
"""Seconds between the requests to one source for past days: five a second."""

Outcome = list[Answer] | CtickError
"""The answers to a request, one for each of its parts, or why there are none."""


@dataclass
class Request:
    """Addresses to fetch together: for each part of an answer its alternatives, tried in their order.

    `span` has the past days that it asks for; None asks for the latest rates. The parts of the
    latest are fetched at once, those of past days with `SPACING` between them. `known` maps some
    addresses to their last answers, which a server need not send again.
    """

    source: str
    span: Span | None
    parts: Sequence[Sequence[str]]
    known: Mapping[str, Answer] = field(default_factory=dict)


def fetch(sources: Iterable[Iterable[Request]]) -> Generator[tuple[Request, Outcome], None, None]:
    """Fetches the requests of all sources, and yields each with its outcome as it ends.

    The next request of a source is taken from its iterable only after its last outcome was consumed.
    """
    with asyncio.Runner(loop_factory=Loop) as runner:
        # The loop runs only while an outcome is awaited, so the consumer may take its time.
        outcomes: _Outcomes = asyncio.Queue()
        work = runner.get_loop().create_task(_fetch_all(sources, outcomes))
        while True:
            coming = _next(outcomes, work)
            try:
                item = runner.run(coming)
            finally:
                coming.close()  # Ctrl-C may come before it has begun, and Python would warn about that
            if item is None:
                return
            request, outcome, consumed = item
            yield request, outcome
            consumed.set_result(None)


_Item = tuple[Request, Outcome, asyncio.Future[None]]
_Outcomes = asyncio.Queue[_Item | None]


async def _next(outcomes: _Outcomes, work: asyncio.Task[None]) -> _Item | None:
    item = await outcomes.get()
    if item is None:
        await work
    return item


async def _fetch_all(sources: Iterable[Iterable[Request]], outcomes: _Outcomes) -> None:
    try:
        async with http.new_client() as client, asyncio.TaskGroup() as tasks:
            for requests in sources:
                tasks.create_task(_fetch_source(client, requests, outcomes))
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None
    finally:
        outcomes.put_nowait(None)


async def _fetch_source(client: httpx.AsyncClient, requests: Iterable[Request], outcomes: _Outcomes) -> None:
    for number, request in enumerate(requests):
        if number:
            await asyncio.sleep(SPACING)
        outcome: Outcome
        try:
            outcome = await http.within(
                http.TOTAL_TIMEOUT, _answers(client, request), redacted_url(request.parts[0][0])
            )
        except CtickError as error:
            outcome = error
        consumed = asyncio.get_running_loop().create_future()
        outcomes.put_nowait((request, outcome, consumed))
        await consumed


async def _answers(client: httpx.AsyncClient, request: Request) -> list[Answer]:
    if request.span is not None:
        answers = [await _first(client, request.parts[0], request.known)]
        for urls in request.parts[1:]:
            await asyncio.sleep(SPACING)
            answers.append(await _first(client, urls, request.known))
        return answers
    parts = [_first(client, urls, request.known) for urls in request.parts]
    outcomes = await asyncio.gather(*parts, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):  # the first in the order of the parts, whichever failed first
            raise outcome
    return [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]


async def _first(client: httpx.AsyncClient, urls: Sequence[str], known: Mapping[str, Answer]) -> Answer:
    """The first answer that one of the alternatives gives; they share the time for the request."""
    all_not_found = True
    for url in urls[:-1]:
        try:
            answer = http.fetch_one(client, url, known.get(url))
            return await http.within(http.TOTAL_TIMEOUT / len(urls), answer, redacted_url(url))
        except NotFoundError:
            continue
        except (InputError, UnreachableError):
            all_not_found = False
    try:
        return await http.fetch_one(client, urls[-1], known.get(urls[-1]))
    except NotFoundError as error:
        if all_not_found:
            raise
        raise UnreachableError(str(error)) from None  # another host might have had it
