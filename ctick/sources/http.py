"""Fetches one address over HTTP, with retries, redirects and conditional requests.

Every failure is an error whose message says what happened and what to do (`http_errors`).
"""

import asyncio
import datetime as dt
import zlib
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

import httpx
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type

from ctick.errors import InputError, UnreachableError, UsageError
from ctick.redaction import redacted_url
from ctick.sources.client import client_with, is_valid
from ctick.sources.contract import MAX_BYTES
from ctick.sources.http_errors import RetryableError, failure, refusal
from ctick.sources.resolver import Loop
from ctick.text import plain

CONNECT_TIMEOUT = 5.0
ATTEMPT_TIMEOUT = 20.0
TOTAL_TIMEOUT = 60.0
"""Timeouts in seconds: to connect, for one attempt, for all attempts at one request."""

ATTEMPTS = 4
PAUSE = 0.5
"""The first pause between attempts in seconds; each later one is twice as long."""

MAX_REDIRECTS = 5


@dataclass
class Answer:
    """A body and its validators (`ETag`, `Last-Modified`), for a conditional request later.

    `first_seen` is the day on which this body was first received; None for a new one.
    """

    url: str
    body: bytes
    etag: str | None
    modified: str | None
    first_seen: dt.date | None = None


Value = TypeVar("Value")


def get(url: str) -> bytes:
    """The body behind an http or https address, at most `MAX_BYTES` bytes of it.

    Raises UsageError for other addresses, UnreachableError if there is no good answer, and
    InputError if the answer is too long or truncated.
    """

    async def run() -> bytes:
        async with new_client() as client:
            return (await within(TOTAL_TIMEOUT, fetch_one(client, url), redacted_url(url))).body

    with asyncio.Runner(loop_factory=Loop) as runner:
        runner.get_loop()  # first: if it can't be created, there is no coroutine yet that would never be awaited
        return runner.run(run())


def new_client() -> httpx.AsyncClient:
    """A client for all requests of a run."""
    return client_with(httpx.Timeout(ATTEMPT_TIMEOUT, connect=CONNECT_TIMEOUT))


async def within(seconds: float, work: Awaitable[Value], name: str) -> Value:
    """The result of `work`; UnreachableError, which names the address, if it takes longer."""
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError:
        raise UnreachableError(f"{name} did not answer within {seconds:g} s: try again later") from None


async def fetch_one(client: httpx.AsyncClient, url: str, known: Answer | None = None) -> Answer:
    """The answer of one address, after retries; `known` is returned if the server says that it has not changed."""
    if not url.lower().startswith(("http://", "https://")):
        raise UsageError(
            f"{redacted_url(url)} is not an address that ctick can fetch: it must begin with http:// or https://"
        )
    try:
        async for attempt in AsyncRetrying(
            stop=_is_last, wait=_pause, retry=retry_if_exception_type(RetryableError), reraise=True
        ):
            with attempt:
                return await _attempt(client, url, known)
    except RetryableError as retryable:
        raise retryable.error from None
    raise AssertionError  # the loop above either returns or raises


async def _attempt(client: httpx.AsyncClient, url: str, known: Answer | None) -> Answer:
    try:
        async with asyncio.timeout(ATTEMPT_TIMEOUT):
            return await _follow(client, url, known)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        raise failure(redacted_url(url), error, ATTEMPT_TIMEOUT, CONNECT_TIMEOUT) from None


async def _follow(client: httpx.AsyncClient, url: str, known: Answer | None) -> Answer:
    """The answer behind an address and its redirects."""
    name = redacted_url(url)
    headers = {}
    if known is not None:
        headers = {"If-None-Match": known.etag or "", "If-Modified-Since": known.modified or ""}
    request = client.build_request("GET", url, headers={key: text for key, text in headers.items() if text})
    if not is_valid(request.url):
        raise httpx.InvalidURL("No host, or invalid port")
    for _ in range(MAX_REDIRECTS + 1):
        try:
            response = await client.send(request, stream=True)
        except (httpx.InvalidURL, UnicodeError):  # `url` is valid, so it is the address of the redirect that is not
            raise httpx.RemoteProtocolError("location header") from None
        try:
            if response.next_request is None:
                return await _answer(url, response, known)
            if request.url.scheme == "https" and response.next_request.url.scheme == "http":
                raise UnreachableError(
                    f"{name} redirects from https to http, which ctick does not follow: try another address"
                )
            request = response.next_request
            if not is_valid(request.url):
                raise httpx.RemoteProtocolError("location header")
        finally:
            await response.aclose()
    raise UnreachableError(f"{name} redirects more than {MAX_REDIRECTS} times: try another address")


async def _answer(url: str, response: httpx.Response, known: Answer | None) -> Answer:
    """The answer that came, or `known` if the server says that it has not changed."""
    if response.status_code == httpx.codes.NOT_MODIFIED and known is not None:
        return known
    if response.status_code != httpx.codes.OK:
        raise refusal(redacted_url(url), response)
    body = await _body(redacted_url(url), response)
    answer = Answer(url, body, _header(response, "ETag"), _header(response, "Last-Modified"))
    if known and known.body == answer.body and (known.etag or known.modified) == (answer.etag or answer.modified):
        return known
    return answer


async def _body(name: str, response: httpx.Response) -> bytes:
    """The body, decompressed here and not by httpx: a few bytes may expand to a gigabyte."""
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise InputError(
            f"{name} sent an answer compressed with '{plain(encoding, 20)}', which ctick can't read:"
            " try another address"
        )
    compressed = None if encoding in ("", "identity") else zlib.decompressobj(zlib.MAX_WBITS | 32)
    body, received = bytearray(), 0
    async for chunk in response.aiter_raw():
        received += len(chunk)
        try:
            body += compressed.decompress(chunk, MAX_BYTES + 1 - len(body)) if compressed else chunk
        except zlib.error:
            raise InputError(f"{name} sent an answer that can't be decompressed: try again later") from None
        if max(received, len(body)) > MAX_BYTES:
            raise InputError(
                f"{name} is longer than {MAX_BYTES >> 20} MiB, the most that ctick fetches:"
                " check the address, or download it and name the file"
            )
    if compressed and (not compressed.eof or compressed.unused_data):
        raise InputError(f"{name} sent an answer that can't be decompressed to its end: try again later")
    return bytes(body)


def _header(response: httpx.Response, name: str) -> str | None:
    """A header, if it can be sent back unchanged."""
    text = response.headers.get(name)
    return text if text and len(text) < 500 and text.isascii() and text.isprintable() else None


def _pause(state: RetryCallState) -> float:
    """Seconds before the next attempt: doubled each time, and at least what the server asks for."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.pause if isinstance(error, RetryableError) else None
    return max(PAUSE * float(2 ** (state.attempt_number - 1)), asked or 0.0)


def _is_last(state: RetryCallState) -> bool:
    """Whether to give up: after the last attempt, or if the next one would come too late."""
    return state.attempt_number >= ATTEMPTS or (state.seconds_since_start or 0.0) + _pause(state) >= TOTAL_TIMEOUT
