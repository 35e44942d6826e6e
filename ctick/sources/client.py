"""The HTTP client: certificates, proxies and the User-Agent."""

import os

import httpx

from ctick import __version__
from ctick.errors import UsageError, exhausted_resource
from ctick.redaction import redacted_url
from ctick.sources.http_errors import reason
from ctick.sources.proxies import proxy_of
from ctick.text import plain


def is_valid(url: httpx.URL) -> bool:
    """Whether it has a host and a possible port: httpx accepts any number, and asyncio fails on it."""
    try:
        return bool(url.host) and 0 <= (url.port or 0) < 1 << 16
    except UnicodeError:  # "xn--" with nothing behind it
        return False


def client_with(timeout: httpx.Timeout) -> httpx.AsyncClient:
    """A client with these timeouts; UsageError if the environment names certificates that can't be read."""
    return httpx.AsyncClient(
        transport=_Routes(),
        timeout=timeout,
        headers={"User-Agent": f"ctick/{__version__}", "Accept-Encoding": "identity"},
        follow_redirects=False,
    )


class _Routes(httpx.AsyncBaseTransport):
    """Sends each request to the proxy that the environment names for its address, or directly."""

    def __init__(self) -> None:
        self.transports: dict[str, httpx.AsyncHTTPTransport] = {}
        try:
            self.certificates = httpx.create_ssl_context()
        except (OSError, ValueError) as error:
            name = next((name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)), None)
            if exhausted_resource(error) or name is None:
                raise
            why = plain(getattr(error, "strerror", None) or error)
            raise UsageError(
                f"can't read the certificates that {name} names ({plain(os.environ[name])}: {why}):"
                f" correct {name}, or unset it"
            ) from None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        variable, proxy = proxy_of(request.url.scheme, request.url.host, request.url.port) or ("", "")
        if proxy not in self.transports:
            self.transports[proxy] = self._transport(variable, proxy)
        return await self.transports[proxy].handle_async_request(request)

    def _transport(self, variable: str, proxy: str) -> httpx.AsyncHTTPTransport:
        if not proxy:
            return httpx.AsyncHTTPTransport(verify=self.certificates)
        try:
            url = httpx.URL(proxy)
            if not is_valid(url):
                raise httpx.InvalidURL("no host, or invalid port")  # noqa: TRY301 - handled like what httpx finds
            return httpx.AsyncHTTPTransport(verify=self.certificates, proxy=url)
        except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
            if exhausted_resource(error):
                raise
            why = "SOCKS needs the package socksio" if isinstance(error, ImportError) else reason(error)
            raise UsageError(
                f"{variable} is not a proxy that ctick can use ({redacted_url(proxy)}: {why}):"
                f" correct {variable}, or unset it"
            ) from None

    async def aclose(self) -> None:
        for transport in self.transports.values():
            await transport.aclose()
