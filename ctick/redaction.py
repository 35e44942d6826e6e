"""Addresses without what may be secret in them: user and password, query and fragment. Pure."""

from ctick.text import plain


def redacted_url(url: str) -> str:
    """The address for messages: scheme, host and path; `?...` where it has a query."""
    return plain(_public_part(url))


def is_public(url: str) -> bool:
    """Whether an address has neither user, password, query nor fragment, so that it can be stored."""
    return _public_part(url) == url


def without_user(url: str) -> str:
    """The address without user and password, with its query and fragment: what a crawl fetches is public."""
    scheme, separator, rest = url.partition("://")
    end = min([place for place in map(rest.find, "/\\?#") if place >= 0], default=len(rest))
    host, path = rest[:end].rpartition("@")[2], rest[end:]
    if "@" in path and not _is_host(host):
        return f"{scheme}://..."
    return f"{scheme}{separator}{host}{path}"


def redact(text: str, url: str) -> str:
    """A server's words without the secrets of the address that was asked: some servers repeat them."""
    from urllib.parse import unquote_plus, urlsplit

    try:
        parts = urlsplit(url)
    except ValueError:
        return text
    words = parts.netloc.rpartition("@")[0].split(":")
    words += [item.partition("=")[2] or item for item in parts.query.split("&")]
    for word in [*words, *map(unquote_plus, words)]:
        if len(word) > 3:
            text = text.replace(word, "...")
    return text


def _public_part(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    if not separator:
        return f"{scheme.partition(':')[0]}:..."
    end = min([place for place in map(rest.find, "/\\?#") if place >= 0], default=len(rest))
    host, path = rest[:end].rpartition("@")[2], rest[end:]
    if "@" in path and not _is_host(host):  # "user:pass/word@host": the password contains the first slash
        return f"{scheme}://..."
    path, mark, _ = path.partition("#")[0].partition("?")
    return f"{scheme}://{host}{path}{mark and '?...'}"


def _is_host(host: str) -> bool:
    _, colon, port = host.rpartition("]")[2].partition(":")
    return host not in ("", colon + port) and (not colon or (port.isascii() and port.isdigit()))
