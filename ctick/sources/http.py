"""Fetches what is behind addresses, over HTTP.

One client for all requests of a run, several sources at once. Every failure is an error whose
sentence says what happened and what to do (`ctick.failures`).
"""

import asyncio
import zlib
from collections.abc import Awaitable, Generator, Iterable, Mapping, Sequence
from typing import TypeVar

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type

from ctick.errors import CtickError, InputError, UnreachableError, UsageError
from ctick.redaction import shown
from ctick.sources.client import client_with, is_sound
from ctick.sources.http_errors import AgainError, NothingThereError, failure, refusal
from ctick.sources.resolver import Loop
from ctick.text import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime as dt

LIMIT = 2 << 20
"""Bytes of the longest answer that is taken."""

CONNECT = 5.0
ATTEMPT = 20.0
SOURCE = 60.0
"""Seconds: to connect, for one attempt, for all attempts at what one source has to give."""

ATTEMPTS = 4
PAUSE = 0.5
"""The first pause between attempts in seconds; each is twice as long as the one before."""

SPACING = 0.2
"""Seconds between the requests of one source for past days: five a second."""

REDIRECTS = 5


class Answer:
    """What an address gave, and what it takes to ask whether that has changed.

    `first_seen` is the day on which this body came first; None where it has just come.
    """

    def __init__(
        self, url: str, body: bytes, etag: str | None, modified: str | None, first_seen: "dt.date | None" = None
    ) -> None:
        self.url = url
        self.body = body
        self.etag = etag
        self.modified = modified
        self.first_seen = first_seen


class Request:
    """What belongs together: for each part its addresses, tried in their order.

    The parts are fetched at once, or one by one with `SPACING` between them. `known` has the last
    answers of some of the addresses, which are asked for only if they have changed.
    """

    def __init__(
        self, parts: Sequence[Sequence[str]], *, at_once: bool = True, known: Mapping[str, Answer] | None = None
    ) -> None:
        self.parts = parts
        self.at_once = at_once
        self.known = known or {}


Result = TypeVar("Result")
AnyRequest = TypeVar("AnyRequest", bound=Request)
Outcome = list[Answer] | CtickError
"""The answers to a request, one for each of its parts, or why there are none."""


def get(url: str) -> bytes:
    """The body behind an http or https address, at most `LIMIT` bytes of it.

    Raises UsageError for other addresses, UnreachableError where there is no good answer, and
    InputError where the answer is too long or breaks off.
    """

    async def run() -> bytes:
        async with client_with(httpx.Timeout(ATTEMPT, connect=CONNECT)) as client:
            return (await _within(SOURCE, _Getter(client).get(url, None), shown(url))).body

    with asyncio.Runner(loop_factory=Loop) as runner:
        runner.get_loop()  # first: where it can't be made, no coroutine is left that was to run in it
        return runner.run(run())


def fetch(
    sources: Sequence[Iterable[AnyRequest]],
) -> Generator[tuple[int, AnyRequest, Outcome], None, None]:
    """Fetches the requests of all sources: the sources at once, the requests of each in their order.

    Yields the place in `sources`, the request and its outcome as each request ends. The next
    request of a source is taken from its iterable when its last outcome has been dealt with.
    """
    with asyncio.Runner(loop_factory=Loop) as runner:
        # The loop runs only while an outcome is waited for: what is done with it needs no thread.
        outcomes: _Outcomes[AnyRequest] = asyncio.Queue()
        work = runner.get_loop().create_task(_all(sources, outcomes))
        while True:
            coming = _next(outcomes, work)
            try:
                item = runner.run(coming)
            finally:
                coming.close()  # Ctrl-C may come before it has begun, and Python would warn of that
            if item is None:
                return
            place, request, outcome, dealt_with = item
            yield place, request, outcome
            dealt_with.set_result(None)


_Outcomes = asyncio.Queue[tuple[int, AnyRequest, Outcome, asyncio.Future[None]] | None]


async def _next(
    outcomes: _Outcomes[AnyRequest], work: asyncio.Task[None]
) -> tuple[int, AnyRequest, Outcome, asyncio.Future[None]] | None:
    item = await outcomes.get()
    if item is None:
        await work
    return item


async def _all(sources: Sequence[Iterable[AnyRequest]], outcomes: _Outcomes[AnyRequest]) -> None:
    try:
        async with client_with(httpx.Timeout(ATTEMPT, connect=CONNECT)) as client, asyncio.TaskGroup() as tasks:
            for place, requests in enumerate(sources):
                tasks.create_task(_one(_Getter(client), place, requests, outcomes))
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None
    finally:
        outcomes.put_nowait(None)


async def _one(getter: "_Getter", place: int, requests: Iterable[AnyRequest], outcomes: _Outcomes[AnyRequest]) -> None:
    for number, request in enumerate(requests):
        if number:
            await asyncio.sleep(SPACING)
        outcome: Outcome
        try:
            outcome = await _within(SOURCE, getter.answers(request), shown(request.parts[0][0]))
        except CtickError as error:
            outcome = error
        dealt_with = asyncio.get_running_loop().create_future()
        outcomes.put_nowait((place, request, outcome, dealt_with))
        await dealt_with


async def _within(seconds: float, work: Awaitable[Result], name: str) -> Result:
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        raise UnreachableError(f"{name} did not answer within {seconds:g} s: try again later") from None


class _Getter:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def answers(self, request: Request) -> list[Answer]:
        if request.at_once:
            parts = (self._first(urls, request.known) for urls in request.parts)
            outcomes = await asyncio.gather(*parts, return_exceptions=True)
            for outcome in outcomes:
                if isinstance(outcome, BaseException):  # the first by its place, not by the clock
                    raise outcome
            return [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
        answers = [await self._first(request.parts[0], request.known)]
        for urls in request.parts[1:]:
            await asyncio.sleep(SPACING)
            answers.append(await self._first(urls, request.known))
        return answers

    async def _first(self, urls: Sequence[str], known: Mapping[str, Answer]) -> Answer:
        """The answer of the first of the addresses that has one; none has the time of all."""
        nowhere = True
        for url in urls[:-1]:
            try:
                return await _within(SOURCE / len(urls), self.get(url, known.get(url)), shown(url))
            except NothingThereError:
                continue
            except (InputError, UnreachableError):
                nowhere = False
        try:
            return await self.get(urls[-1], known.get(urls[-1]))
        except NothingThereError as error:
            if nowhere:
                raise
            raise UnreachableError(str(error)) from None  # another host might have had it

    async def get(self, url: str, known: Answer | None) -> Answer:
        if not url.lower().startswith(("http://", "https://")):
            raise UsageError(f"{shown(url)} is no address that ctick can fetch: it must begin with http:// or https://")
        try:
            async for attempt in AsyncRetrying(
                stop=_enough, wait=_pause, retry=retry_if_exception_type(AgainError), reraise=True
            ):
                with attempt:
                    return await self._attempt(url, known)
        except AgainError as again:
            raise again.error from None
        raise AssertionError  # the loop above either returns or raises

    async def _attempt(self, url: str, known: Answer | None) -> Answer:
        name = shown(url)
        try:
            async with asyncio.timeout(ATTEMPT):
                return await self._follow(url, name, known)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise failure(name, error, ATTEMPT, CONNECT) from None

    async def _follow(self, url: str, name: str, known: Answer | None) -> Answer:
        """The answer behind an address and its redirects."""
        headers = {}
        if known is not None:
            headers = {"If-None-Match": known.etag or "", "If-Modified-Since": known.modified or ""}
        request = self.client.build_request("GET", url, headers={key: text for key, text in headers.items() if text})
        if not is_sound(request.url):
            raise httpx.InvalidURL("No host, or no such port")
        for _ in range(REDIRECTS + 1):
            try:
                response = await self.client.send(request, stream=True)
            except (httpx.InvalidURL, UnicodeError):  # the address is sound: it is the next one that is not
                raise httpx.RemoteProtocolError("location header") from None
            try:
                if response.next_request is None:
                    return await _answer(url, response, known)
                if request.url.scheme == "https" and response.next_request.url.scheme == "http":
                    raise UnreachableError(
                        f"{name} redirects from https to http, and ctick does not follow: try another address"
                    )
                request = response.next_request
                if not is_sound(request.url):
                    raise httpx.RemoteProtocolError("location header")
            finally:
                await response.aclose()
        raise UnreachableError(f"{name} redirects more than {REDIRECTS} times: try another address")


async def _answer(url: str, response: httpx.Response, known: Answer | None) -> Answer:
    """The answer that came, or the one that is known where the server says that it has not changed."""
    name = shown(url)
    if response.status_code == httpx.codes.NOT_MODIFIED and known is not None:
        return known
    if response.status_code != httpx.codes.OK:
        raise refusal(name, response)
    packing = response.headers.get("Content-Encoding", "").strip().lower()
    if packing not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise InputError(
            f"{name} is packed as '{plain(packing, 20)}', which ctick did not ask for: try another address"
        )
    packed = None if packing in ("", "identity") else zlib.decompressobj(zlib.MAX_WBITS | 32)
    body, received = bytearray(), 0
    # Unpacked here, not by httpx: a few bytes may stand for a gigabyte.
    async for chunk in response.aiter_raw():
        received += len(chunk)
        try:
            body += packed.decompress(chunk, LIMIT + 1 - len(body)) if packed else chunk
        except zlib.error:
            raise InputError(f"{name} can't be unpacked: try again later") from None
        if max(received, len(body)) > LIMIT:
            raise InputError(
                f"{name} is longer than {LIMIT >> 20} MiB, and nothing that ctick fetches is:"
                " see whether the address is right"
            )
    if packed and (not packed.eof or packed.unused_data):
        raise InputError(f"{name} can't be unpacked to its end: try again later")
    answer = Answer(url, bytes(body), _header(response, "ETag"), _header(response, "Last-Modified"))
    if known and known.body == answer.body and (known.etag or known.modified) == (answer.etag or answer.modified):
        return known
    return answer


def _header(response: httpx.Response, name: str) -> str | None:
    """A header that can be sent back as it is."""
    text = response.headers.get(name)
    return text if text and len(text) < 500 and text.isascii() and text.isprintable() else None


def _pause(state: RetryCallState) -> float:
    """Seconds before the next attempt: twice as long each time, and never less than the server asks for."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.pause if isinstance(error, AgainError) else None
    return max(PAUSE * float(2 ** (state.attempt_number - 1)), asked or 0.0)


def _enough(state: RetryCallState) -> bool:
    """Whether to give up: after the last attempt, or where the next would come too late."""
    return state.attempt_number >= ATTEMPTS or (state.seconds_since_start or 0.0) + _pause(state) >= SOURCE
