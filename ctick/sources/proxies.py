"""The proxy that the environment names for an address: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY.

They are read as curl does: NO_PROXY has host names (with all their subdomains), addresses and ranges
of addresses such as `10.0.0.0/8` and `fd00::/8`. httpx alone fails on an IPv6 range.
"""

import ipaddress
import os
from urllib.request import getproxies


def proxy_of(scheme: str, host: str, port: int | None) -> tuple[str, str] | None:
    """The variable that names the proxy for an address, and the proxy; None for a direct connection."""
    proxies = getproxies()
    if _is_excepted(proxies.get("no", ""), scheme, host.lower(), port):
        return None
    for kind in (scheme, "all"):
        if proxy := proxies.get(kind):
            name = next((key for key in (f"{kind}_proxy", f"{kind}_proxy".upper()) if os.environ.get(key)), "")
            return name or "the system's proxy setting", proxy if "://" in proxy else f"http://{proxy}"
    return None


def _is_excepted(exceptions: str, scheme: str, host: str, port: int | None) -> bool:
    """Whether NO_PROXY covers a host. Invalid entries are ignored."""
    for entry in exceptions.lower().replace(",", " ").split():
        kind, _, name = entry.rpartition("://")
        if kind in ("", "all", scheme) and (name == "*" or _covers(name, host, port)):
            return True
    return False


def _covers(entry: str, host: str, port: int | None) -> bool:
    if entry.startswith("[") or entry.count(":") == 1:  # an IPv6 address has colons too
        entry, colon, number = entry.removeprefix("[").rpartition("]:" if "]" in entry else ":")
        if not colon:
            entry, number = number.removesuffix("]"), ""
        if number and number != str(port or ""):
            return False
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False)
    except ValueError:  # one of them is a name
        name = entry.removeprefix("*").removeprefix(".")
        return bool(name) and (host == name or host.endswith(f".{name}"))
