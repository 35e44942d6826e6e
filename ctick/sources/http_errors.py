"""What went wrong on the network, in the user's words: statuses and exceptions -> errors."""

import os
import re
import ssl
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import httpx

from ctick import clock
from ctick.errors import CtickError, InputError, UnreachableError, UsageError
from ctick.redaction import hidden
from ctick.text import plain

LONGEST_PAUSE = 30.0
"""Seconds that a server may make us wait (Retry-After)."""

_NAMED = re.compile(r": ['\"]| URL\(")
_SIZES = re.compile(r"received (\d+) bytes, expected (\d+)")


class AgainError(Exception):
    """An attempt that failed in a way that the next may not; `pause` is what the server asks for."""

    def __init__(self, error: CtickError, pause: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.pause = pause


class NothingThereError(UnreachableError):
    """A server that was reached, and says that there is nothing behind the address."""


def refusal(name: str, response: httpx.Response) -> Exception:
    """The error for a status that is not 200, worth another attempt or not."""
    words = hidden(response.reason_phrase, str(response.request.url))
    status = f"{response.status_code} {plain(words, 60)}".strip()
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS or response.status_code >= 500:
        pause = _retry_after(response.headers.get("Retry-After"))
        if pause is not None and pause > LONGEST_PAUSE:
            return UnreachableError(f"{name} answered {status} and asks to wait {pause:,.0f} s: try again then")
        return AgainError(UnreachableError(f"{name} answered {status}: try again later"), pause)
    if response.status_code in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
        return NothingThereError(f"{name} answered {status}: there is nothing at that address, or not for that day")
    return UnreachableError(f"{name} answered {status}: see whether the address is right, and open to you")


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
    """The error for an exception, worth another attempt or not; `attempt` and `connect` are the limits in seconds."""
    if isinstance(error, httpx.ConnectTimeout):
        return _unreachable(name, f"no connection within {connect:g} s")
    if isinstance(error, (TimeoutError, httpx.TimeoutException)):
        return AgainError(UnreachableError(f"{name} did not answer within {attempt:g} s: try again later"))
    if isinstance(error, (httpx.InvalidURL, UnicodeError)):
        return UsageError(f"{name} is no valid address ({reason(error)}): see how it is written")
    if isinstance(error, httpx.UnsupportedProtocol):
        return UnreachableError(f"{name} redirects to what is no web page: try another address")
    if isinstance(error, httpx.RemoteProtocolError):
        return _broken(name, str(error))
    why = plain(error) or type(error).__name__
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return UnreachableError(
                f"{name} has a certificate that can't be trusted ({plain(cause.verify_message)}),"
                " and ctick never goes without: see to the address, or to this machine's certificates"
            )
        if isinstance(cause, ssl.SSLError):  # its number is none of the system's
            why = f"no secure connection: {plain(cause.reason or cause).replace('_', ' ').lower()}"
        elif isinstance(cause, OSError) and cause.strerror:
            # asyncio puts an address into the text; a look-up that failed has no number of its own.
            why = plain(os.strerror(cause.errno) if cause.errno and cause.errno > 0 else cause.strerror).lower()
    return _unreachable(name, why)


def reason(error: Exception) -> str:
    """What an error says, without the part of an address that it names: there may be a password in it."""
    return plain(_NAMED.split(str(error))[0])


def _unreachable(name: str, why: str) -> AgainError:
    return AgainError(UnreachableError(f"{name} can't be reached ({why}): see to the network, or try again later"))


def _broken(name: str, why: str) -> Exception:
    """An answer that is none, or not a whole one."""
    if sizes := _SIZES.search(why):
        part = f"{int(sizes[1]):,} of {int(sizes[2]):,} bytes"
        return AgainError(InputError(f"{name} broke off in the middle of its answer ({part}): try again later"))
    if "complete message body" in why or "incomplete" in why:
        return AgainError(InputError(f"{name} broke off in the middle of its answer: try again later"))
    if "location header" in why:
        return UnreachableError(f"{name} redirects to what is no address: try another address")
    return AgainError(UnreachableError(f"{name} gave no answer that can be read ({plain(why)}): try again later"))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error, what it came from, and so on down."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for part in error.exceptions:
                yield from _causes(part)
        error = error.__cause__ or error.__context__
