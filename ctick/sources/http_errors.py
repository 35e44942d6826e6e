"""HTTP statuses and network exceptions as errors with messages for the user."""

import os
import re
import ssl
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import httpx

from ctick import clock
from ctick.errors import CtickError, InputError, UnreachableError, UsageError
from ctick.redaction import redact
from ctick.text import plain

LONGEST_PAUSE = 30.0
"""The longest wait that a server may ask for (Retry-After), in seconds."""

_NAMED = re.compile(r": ['\"]| URL\(")
_SIZES = re.compile(r"received (\d+) bytes, expected (\d+)")


class RetryableError(Exception):
    """A failure that another attempt may not have; `pause` is the wait that the server asks for, in seconds."""

    def __init__(self, error: CtickError, pause: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.pause = pause


class NotFoundError(UnreachableError):
    """The server answered that there is nothing at the address."""


def refusal(name: str, response: httpx.Response) -> Exception:
    """The error for a status other than 200; RetryableError if another attempt may help."""
    words = redact(response.reason_phrase, str(response.request.url))
    status = f"{response.status_code} {plain(words, 60)}".strip()
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS or response.status_code >= 500:
        pause = _retry_after(response.headers.get("Retry-After"))
        if pause is not None and pause > LONGEST_PAUSE:
            return UnreachableError(f"{name} answered {status}: try again in {pause:,.0f} s")
        return RetryableError(UnreachableError(f"{name} answered {status}: try again later"), pause)
    if response.status_code in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
        return NotFoundError(f"{name} answered {status}: check the address, and the date if it has one")
    return UnreachableError(f"{name} answered {status}: check the address, and that you have access to it")


def _retry_after(text: str | None) -> float | None:
    """Seconds, from the number or the date in a Retry-After header."""
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 9:
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - clock.now()).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None


def failure(name: str, error: Exception, attempt: float, connect: float) -> Exception:
    """The error for an exception, as `refusal`; `attempt` and `connect` are the timeouts in seconds."""
    if isinstance(error, httpx.ConnectTimeout):
        return _unreachable(name, f"no connection within {connect:g} s")
    if isinstance(error, (TimeoutError, httpx.TimeoutException)):
        return RetryableError(UnreachableError(f"{name} did not answer within {attempt:g} s: try again later"))
    if isinstance(error, (httpx.InvalidURL, UnicodeError)):
        return UsageError(f"{name} is not a valid address ({reason(error)}): check how it is written")
    if isinstance(error, httpx.UnsupportedProtocol):
        return UnreachableError(f"{name} redirects to an address that is neither http nor https: try another address")
    if isinstance(error, httpx.RemoteProtocolError):
        return _broken(name, str(error))
    why = plain(error) or type(error).__name__
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return UnreachableError(
                f"{name} has a certificate that can't be verified ({plain(cause.verify_message)}):"
                " check the address, and the certificates of this machine"
            )
        if isinstance(cause, ssl.SSLError):  # its number is not an errno
            why = f"no secure connection: {plain(cause.reason or cause).replace('_', ' ').lower()}"
        elif isinstance(cause, OSError) and cause.strerror:
            # asyncio adds an address to the text; a failed name look-up has no errno.
            why = plain(os.strerror(cause.errno) if cause.errno and cause.errno > 0 else cause.strerror).lower()
    return _unreachable(name, why)


def reason(error: Exception) -> str:
    """The message of an error without the part of an address that it quotes: that may be a password."""
    return plain(_NAMED.split(str(error))[0])


def _unreachable(name: str, why: str) -> RetryableError:
    return RetryableError(UnreachableError(f"{name} can't be reached ({why}): check the network, or try again later"))


def _broken(name: str, why: str) -> Exception:
    """The error for an invalid or incomplete answer."""
    if sizes := _SIZES.search(why):
        part = f"{int(sizes[1]):,} of {int(sizes[2]):,} bytes"
        return RetryableError(
            InputError(f"{name} closed the connection in the middle of its answer ({part}): try again later")
        )
    if "complete message body" in why or "incomplete" in why:
        return RetryableError(InputError(f"{name} closed the connection in the middle of its answer: try again later"))
    if "location header" in why:
        return UnreachableError(f"{name} redirects to an invalid address: try another address")
    kind = plain(why.partition(": ")[0])  # without the line itself: it may repeat the query
    return RetryableError(UnreachableError(f"{name} sent an invalid answer ({kind}): try again later"))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and its causes, outermost first."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for part in error.exceptions:
                yield from _causes(part)
        error = error.__cause__ or error.__context__
