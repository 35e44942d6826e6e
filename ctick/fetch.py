"""The only room that knows the network: addresses -> the bytes behind them.

One client for all requests of a run, several sources at once. Every failure is an error whose
sentence says what happened and what to do.
"""

import asyncio
import os
import ssl
from collections.abc import Awaitable, Callable, Iterator, Sequence
from email.utils import parsedate_to_datetime
from typing import TypeVar

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt

from ctick import __version__, clock
from ctick.errors import CtickError, InputError, UnreachableError, UsageError, plain

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

LONGEST_PAUSE = 30.0
"""Seconds that a server may make us wait (Retry-After)."""

SPACING = 0.2
"""Seconds between the requests of one source in a row of days: five a second."""

REDIRECTS = 5


class Known:
    """What an address gave last time, to be asked for only if it has changed."""

    def __init__(self, body: bytes, etag: str | None, modified: str | None) -> None:
        self.body = body
        self.etag = etag
        self.modified = modified


class Step:
    """What is to be fetched together: for each part its addresses, tried in their order."""

    def __init__(self, parts: Sequence[Sequence[str]]) -> None:
        self.parts = parts


Look = Callable[[str], Known | None]
Keep = Callable[[str, Known], None]
Take = Callable[[int, int, "list[bytes] | CtickError"], None]


class _AgainError(Exception):
    """An attempt that failed in a way that the next may not."""

    def __init__(self, error: CtickError, pause: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.pause = pause


def shown(url: str) -> str:
    """The address without the password that it may hold."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return plain(f"{scheme}://{host.rpartition('@')[2]}{slash}{path}")


def get(url: str) -> bytes:
    """The body behind an http or https address, at most `LIMIT` bytes of it.

    Raises UsageError for other addresses, UnreachableError where there is no good answer, and
    InputError where the answer is too long or breaks off.
    """

    async def run() -> bytes:
        async with _client() as client:
            return await _within(SOURCE, _Getter(client, _unknown, _forget).get(url), shown(url))

    return asyncio.run(run())


def fetch(sources: Sequence[Sequence[Step]], take: Take, look: Look, keep: Keep) -> None:
    """Fetches the steps of all sources: the sources at once, the steps of each in their order.

    `take(source, step, bodies or error)` is called as each step ends, with their places in
    `sources`. `look` and `keep` remember answers for conditional requests.
    """

    async def run() -> None:
        async with _client() as client:
            getter = _Getter(client, look, keep)
            async with asyncio.TaskGroup() as tasks:
                for place, steps in enumerate(sources):
                    tasks.create_task(_steps(getter, place, steps, take))

    try:
        asyncio.run(run())
    except BaseExceptionGroup as group:
        raise group.exceptions[0] from None


async def _steps(getter: "_Getter", place: int, steps: Sequence[Step], take: Take) -> None:
    for number, step in enumerate(steps):
        if number:
            await asyncio.sleep(SPACING)
        outcome: list[bytes] | CtickError
        try:
            outcome = await _within(SOURCE, getter.parts(step.parts), shown(step.parts[0][0]))
        except CtickError as error:
            outcome = error
        take(place, number, outcome)


async def _within(seconds: float, work: Awaitable[Result], name: str) -> Result:
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        raise UnreachableError(f"{name} did not answer within {seconds:g} s: try again later") from None


def _unknown(_: str) -> None:
    return None


def _forget(_: str, __: Known) -> None:
    return None


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(
        timeout=httpx.Timeout(ATTEMPT, connect=CONNECT),
        headers={"User-Agent": f"ctick/{__version__}", "Accept-Encoding": "identity"},
        follow_redirects=False,
    )


class _Getter:
    def __init__(self, client: httpx.AsyncClient, look: Look, keep: Keep) -> None:
        self.client = client
        self.look = look
        self.keep = keep

    async def parts(self, parts: Sequence[Sequence[str]]) -> list[bytes]:
        return list(await asyncio.gather(*(self._first(urls) for urls in parts)))

    async def _first(self, urls: Sequence[str]) -> bytes:
        for url in urls[:-1]:
            try:
                return await self.get(url)
            except (InputError, UnreachableError):
                continue  # the next one may have it
        return await self.get(urls[-1])

    async def get(self, url: str) -> bytes:
        if not url.startswith(("http://", "https://")):
            raise UsageError(f"{shown(url)} is no address that ctick can fetch: it must begin with http:// or https://")
        try:
            async for attempt in AsyncRetrying(
                stop=stop_after_attempt(ATTEMPTS), wait=_pause, retry=retry_if_exception_type(_AgainError), reraise=True
            ):
                with attempt:
                    return await self._attempt(url)
        except _AgainError as again:
            raise again.error from None
        raise AssertionError  # the loop above either returns or raises

    async def _attempt(self, url: str) -> bytes:
        name = shown(url)
        try:
            async with asyncio.timeout(ATTEMPT):
                return await self._follow(url, name)
        except CtickError:
            raise
        except (TimeoutError, httpx.TimeoutException):
            raise _AgainError(
                UnreachableError(f"{name} did not answer within {ATTEMPT:g} s: try again later")
            ) from None
        except httpx.InvalidURL as error:
            raise UsageError(f"{name} is no valid address ({plain(error)})") from None
        except httpx.RemoteProtocolError as error:
            broken = InputError(f"{name} broke off in the middle of its answer ({plain(error)}): try again")
            raise _AgainError(broken) from None
        except httpx.UnsupportedProtocol:
            raise UnreachableError(f"{name} redirects to what is no web page: try another address") from None
        except (httpx.HTTPError, OSError, ValueError) as error:
            raise _unreachable(name, error) from None

    async def _follow(self, url: str, name: str) -> bytes:
        """The answer behind an address and its redirects."""
        known = self.look(url)
        headers = {}
        if known is not None:
            headers = {"If-None-Match": known.etag or "", "If-Modified-Since": known.modified or ""}
        request = self.client.build_request("GET", url, headers={key: text for key, text in headers.items() if text})
        for _ in range(REDIRECTS + 1):
            response = await self.client.send(request, stream=True)
            try:
                if response.next_request is None:
                    return await self._body(url, name, response, known)
                if request.url.scheme == "https" and response.next_request.url.scheme != "https":
                    raise UnreachableError(
                        f"{name} redirects from https to http, and ctick does not follow: try another address"
                    )
                request = response.next_request
            finally:
                await response.aclose()
        raise UnreachableError(f"{name} redirects more than {REDIRECTS} times: try another address")

    async def _body(self, url: str, name: str, response: httpx.Response, known: Known | None) -> bytes:
        if response.status_code == httpx.codes.NOT_MODIFIED and known is not None:
            return known.body
        if response.status_code != httpx.codes.OK:
            raise _refusal(name, response)
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > LIMIT:
                raise InputError(
                    f"{name} is longer than {LIMIT >> 20} MiB, and nothing that ctick reads is:"
                    " save it and give ctick the file"
                )
        etag, modified = response.headers.get("ETag"), response.headers.get("Last-Modified")
        if etag or modified:
            self.keep(url, Known(bytes(body), etag, modified))
        return bytes(body)


def _refusal(name: str, response: httpx.Response) -> Exception:
    """The error for a status that is not 200, worth another attempt or not."""
    status = f"{response.status_code} {plain(response.reason_phrase)}".strip()
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS or response.status_code >= 500:
        pause = _retry_after(response.headers.get("Retry-After"))
        if pause is not None and pause > LONGEST_PAUSE:
            return UnreachableError(f"{name} answered {status} and asks to wait {pause:.0f} s: try again then")
        return _AgainError(UnreachableError(f"{name} answered {status}: try again later"), pause)
    if response.status_code == httpx.codes.NOT_FOUND:
        return UnreachableError(f"{name} answered {status}: there is nothing at that address, or not for that day")
    return UnreachableError(f"{name} answered {status}: see whether the address is right, and open to you")


def _retry_after(text: str | None) -> float | None:
    """Seconds, from the number or the date in a Retry-After header."""
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 9:
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - clock.now()).total_seconds())
    except (TypeError, ValueError):
        return None


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.pause if isinstance(error, _AgainError) else None
    return PAUSE * float(2 ** (state.attempt_number - 1)) if asked is None else asked


def _unreachable(name: str, error: BaseException) -> Exception:
    """A connection that could not be had: for what the system says was the reason."""
    why = plain(error) or type(error).__name__
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return UnreachableError(
                f"{name} has a certificate that can't be trusted ({plain(cause.verify_message)}),"
                " and ctick never goes without: see to the address, or to this machine's certificates"
            )
        if isinstance(cause, OSError) and cause.strerror:
            # asyncio puts an address into the text; a look-up that failed has no number of its own.
            why = plain(os.strerror(cause.errno) if (cause.errno or 0) > 0 else cause.strerror).lower()
    return _AgainError(UnreachableError(f"{name} can't be reached ({why}): see to the network, or try again later"))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error, what it came from, and so on down."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for part in error.exceptions:
                yield from _causes(part)
        error = error.__cause__ or error.__context__
