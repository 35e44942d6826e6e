"""Addresses as they may be seen and kept: without what may be a secret in them. Pure."""

from ctick.text import plain

_OPEN = (
    "base", "date", "date_req", "date_req1", "date_req2", "export", "fdate", "file", "from",
    "quotes", "to", "VAL_NM_RQ",
)  # fmt: skip
"""Names in a query whose values are days, files and currencies. Any other value may be somebody's key."""


def shown(url: str) -> str:
    """The address for messages."""
    return plain(_open(url))


def is_open(url: str) -> bool:
    """Whether nothing in the address may be a secret, so that it can be kept."""
    return _open(url) == url


def hidden(text: str, url: str) -> str:
    """A server's words without the secrets of the address that it was asked by: some repeat them."""
    from urllib.parse import unquote_plus, urlsplit

    try:
        parts = urlsplit(url)
    except ValueError:
        return text
    words = parts.netloc.rpartition("@")[0].split(":")
    words += [item.partition("=")[2] or item for item in parts.query.split("&") if _item(item) != item]
    for word in [*words, *map(unquote_plus, words)]:
        if len(word) > 3:
            text = text.replace(word, "...")
    return text


def _open(url: str) -> str:
    """Without user and password, the values in the query that are not known to be harmless, and the fragment."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return f"{scheme.partition(':')[0]}:..."
    end = min([place for place in map(rest.find, "/\\?#") if place >= 0], default=len(rest))
    host, path = rest[:end].rpartition("@")[2], rest[end:]
    if "@" in path and not _is_host(host):  # "user:pass/word@host": the password reaches beyond the first slash
        return f"{scheme}://..."
    path, hash_, _ = path.partition("#")
    path, mark, query = path.partition("?")
    query = "&".join([_item(item) for item in query.split("&")])
    return f"{scheme}://{host}{path}{mark}{query}{hash_ and '#...'}"


def _is_host(host: str) -> bool:
    _, colon, port = host.rpartition("]")[2].partition(":")
    return host not in ("", colon + port) and (not colon or (port.isascii() and port.isdigit()))


def _item(item: str) -> str:
    name, equals, value = item.partition("=")
    if not value and (equals or not name):
        return item
    if name in _OPEN and ";" not in value and equals:
        return item
    return f"{name}=..." if equals else "..."
