"""The room that knows the network: addresses -> the bytes behind them.

One client for all requests of a run, several sources at once. Every failure is an error whose
sentence says what happened and what to do (`ctick.failures`).
"""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type

from ctick import __version__
from ctick.addresses import shown
from ctick.errors import CtickError, InputError, UnreachableError, UsageError, lacking, plain
from ctick.failures import AgainError, NothingThereError, failure, reason, refusal

Result = TypeVar("Result")

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


class Known:
    """What an address gave last time, to be asked for only if it has changed."""

    def __init__(self, body: bytes, etag: str | None, modified: str | None) -> None:
        self.body = body
        self.etag = etag
        self.modified = modified


class Step:
    """What belongs together: for each part its addresses, tried in their order.

    The parts are fetched at once, or one by one with `SPACING` between them.
    """

    def __init__(self, parts: Sequence[Sequence[str]], *, at_once: bool = True) -> None:
        self.parts = parts
        self.at_once = at_once


Look = Callable[[str], Known | None]
Keep = Callable[[str, Known | None], None]
Take = Callable[[int, int, "list[bytes] | CtickError"], bool]


def get(url: str) -> bytes:
    """The body behind an http or https address, at most `LIMIT` bytes of it.

    Raises UsageError for other addresses, UnreachableError where there is no good answer, and
    InputError where the answer is too long or breaks off.
    """

    async def run() -> bytes:
        async with _client() as client:
            return (await _within(SOURCE, _Getter(client, lambda _: None).get(url), shown(url))).body

    with asyncio.Runner() as runner:  # makes its loop first: where it can't, nothing is left that was to run in it
        return runner.run(run())


def fetch(sources: Sequence[Sequence[Step]], take: Take, look: Look, keep: Keep) -> None:
    """Fetches the steps of all sources: the sources at once, the steps of each in their order.

    `take(source, step, bodies or error)` is called as each step ends, with their places in
    `sources`, and says whether the answer was good. `look` gives what is known of an address, for
    a conditional request; `keep` gets what is to be known of it from now on: the answer, or None
    where it was not good.
    """

    async def run() -> None:
        async with _client() as client:
            getter = _Getter(client, look)
            async with asyncio.TaskGroup() as tasks:
                for place, steps in enumerate(sources):
                    tasks.create_task(_steps(getter, place, steps, take, keep))

    try:
        with asyncio.Runner() as runner:
            runner.run(run())
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None


async def _steps(getter: "_Getter", place: int, steps: Sequence[Step], take: Take, keep: Keep) -> None:
    for number, step in enumerate(steps):
        if number:
            await asyncio.sleep(SPACING)
        try:
            answers = await _within(SOURCE, getter.parts(step), shown(step.parts[0][0]))
        except CtickError as error:
            take(place, number, error)
            continue
        good = take(place, number, [known.body for _, known in answers])
        for url, known in answers:
            keep(url, known if good else None)


async def _within(seconds: float, work: Awaitable[Result], name: str) -> Result:
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        raise UnreachableError(f"{name} did not answer within {seconds:g} s: try again later") from None


def _client() -> httpx.AsyncClient:
    try:
        return httpx.AsyncClient(
            timeout=httpx.Timeout(ATTEMPT, connect=CONNECT),
            headers={"User-Agent": f"ctick/{__version__}", "Accept-Encoding": "identity"},
            follow_redirects=False,
        )
    except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
        if lacking(error):
            raise
        raise UsageError(
            f"the network can't be used as the environment says ({reason(error)}):"
            " see to HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE and the like"
        ) from None


class _Getter:
    def __init__(self, client: httpx.AsyncClient, look: Look) -> None:
        self.client = client
        self.look = look

    async def parts(self, step: Step) -> list[tuple[str, Known]]:
        if step.at_once:
            outcomes = await asyncio.gather(*(self._first(urls) for urls in step.parts), return_exceptions=True)
            for outcome in outcomes:
                if isinstance(outcome, BaseException):  # the first by its place, not by the clock
                    raise outcome
            return [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
        answers = [await self._first(step.parts[0])]
        for urls in step.parts[1:]:
            await asyncio.sleep(SPACING)
            answers.append(await self._first(urls))
        return answers

    async def _first(self, urls: Sequence[str]) -> tuple[str, Known]:
        """The first of the addresses that answers, with its answer; none has the time of all."""
        nowhere = True
        for url in urls[:-1]:
            try:
                return url, await _within(SOURCE / len(urls), self.get(url), shown(url))
            except NothingThereError:
                continue
            except (InputError, UnreachableError):
                nowhere = False
        try:
            return urls[-1], await self.get(urls[-1])
        except NothingThereError as error:
            if nowhere:
                raise
            raise UnreachableError(str(error)) from None  # another host might have had it

    async def get(self, url: str) -> Known:
        if not url.lower().startswith(("http://", "https://")):
            raise UsageError(f"{shown(url)} is no address that ctick can fetch: it must begin with http:// or https://")
        try:
            async for attempt in AsyncRetrying(
                stop=_enough, wait=_pause, retry=retry_if_exception_type(AgainError), reraise=True
            ):
                with attempt:
                    return await self._attempt(url)
        except AgainError as again:
            raise again.error from None
        raise AssertionError  # the loop above either returns or raises

    async def _attempt(self, url: str) -> Known:
        name = shown(url)
        try:
            async with asyncio.timeout(ATTEMPT):
                return await self._follow(url, name)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise failure(name, error, ATTEMPT, CONNECT) from None

    async def _follow(self, url: str, name: str) -> Known:
        """The answer behind an address and its redirects."""
        known = self.look(url)
        headers = {}
        if known is not None:
            headers = {"If-None-Match": known.etag or "", "If-Modified-Since": known.modified or ""}
        request = self.client.build_request("GET", url, headers={key: text for key, text in headers.items() if text})
        if not _is_sound(request.url):
            raise httpx.InvalidURL("No host, or no such port")
        for _ in range(REDIRECTS + 1):
            try:
                response = await self.client.send(request, stream=True)
            except (httpx.InvalidURL, UnicodeError):  # the address is sound: it is the next one that is not
                raise httpx.RemoteProtocolError("location header") from None
            try:
                if response.next_request is None:
                    return await _answer(name, response, known)
                if request.url.scheme == "https" and response.next_request.url.scheme == "http":
                    raise UnreachableError(
                        f"{name} redirects from https to http, and ctick does not follow: try another address"
                    )
                request = response.next_request
                if not _is_sound(request.url):
                    raise httpx.RemoteProtocolError("location header")
            finally:
                await response.aclose()
        raise UnreachableError(f"{name} redirects more than {REDIRECTS} times: try another address")


def _is_sound(url: httpx.URL) -> bool:
    """Whether it has a host, and a port that there is: httpx takes any number, and asyncio falls over it."""
    try:
        return bool(url.host) and 0 <= (url.port or 0) < 1 << 16
    except UnicodeError:  # "xn--" with nothing behind it
        return False


async def _answer(name: str, response: httpx.Response, known: Known | None) -> Known:
    """The body, and what it takes to ask for it conditionally."""
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
    return Known(bytes(body), _header(response, "ETag"), _header(response, "Last-Modified"))


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
