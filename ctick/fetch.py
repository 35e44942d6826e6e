"""The only room that knows the network: an address -> the bytes behind it. A plain GET."""

import time

from ctick import __version__
from ctick.errors import InputError, UnreachableError, UsageError, plain

LIMIT = 2 << 20
"""Bytes of the longest answer that is taken."""

_CONNECT = 5.0  # seconds
_ATTEMPT = 20.0


def is_url(name: str) -> bool:
    """Whether an input is named by an address, of whatever kind."""
    scheme, separator, _ = name.partition("://")
    return bool(separator) and scheme.replace("+", "").isalnum()


def shown(url: str) -> str:
    """The address without the password that it may hold."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return plain(f"{scheme}://{host.rpartition('@')[2]}{slash}{path}")


def get(url: str) -> bytes:
    """The body behind an http or https address, at most `LIMIT` bytes of it.

    Raises UsageError for other addresses, UnreachableError where there is no good answer, and
    InputError where the answer is too long, cut short, or no page.
    """
    import httpx

    name = shown(url)
    if not url.startswith(("http://", "https://")):
        raise UsageError(f"{name} is no address that ctick can fetch: it must begin with http:// or https://")
    deadline = time.monotonic() + _ATTEMPT
    body = bytearray()
    try:
        with (
            httpx.Client(
                timeout=httpx.Timeout(_ATTEMPT, connect=_CONNECT),
                headers={"User-Agent": f"ctick/{__version__}"},
                follow_redirects=True,
                max_redirects=5,
            ) as client,
            client.stream("GET", url) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise UnreachableError(
                    f"{name} answered {response.status_code} {plain(response.reason_phrase)}:"
                    " try again later, or another address"
                )
            for chunk in response.iter_bytes(1 << 16):
                body += chunk
                if len(body) > LIMIT:
                    raise InputError(
                        f"{name} is longer than {LIMIT >> 20} MiB, and no page of the ticker is:"
                        " save it and give ctick the file"
                    )
                if time.monotonic() > deadline:
                    raise UnreachableError(f"{name} took longer than {_ATTEMPT:.0f} s: try again later")
    except httpx.InvalidURL as error:
        raise UsageError(f"{name} is no valid address ({plain(error)})") from error
    except httpx.TimeoutException as error:
        raise UnreachableError(f"{name} did not answer in time: try again later") from error
    except httpx.TooManyRedirects as error:
        raise UnreachableError(f"{name} redirects more than 5 times: try another address") from error
    except httpx.RemoteProtocolError as error:
        raise InputError(f"{name} broke off in the middle of its answer ({plain(error)}): try again") from error
    except (httpx.HTTPError, OSError, UnicodeError, ValueError) as error:
        raise UnreachableError(
            f"{name} can't be reached ({plain(error) or type(error).__name__}): see to the network, or try again later"
        ) from error
    page = bytes(body).lower()
    if b"<html" in page and b"</html" not in page:
        raise InputError(f"{name} is cut short: its <html> is never closed; try again")
    return bytes(body)
