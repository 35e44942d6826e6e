"""What the user named (files, `-`, addresses) -> chunks of bytes."""

import os
import stat
from collections.abc import Iterator

from ctick.commands.streams import chunks, stdin
from ctick.errors import InputError
from ctick.redaction import redacted_url
from ctick.text import plain
from ctick.ticker.decoding import CHUNK
from ctick.ticker.html_text import is_truncated_page


class Input:
    """One input: `name` for messages, `chunks` once, and whether it was `fetched` just now.

    `size` is that of a file in bytes, None where it is not known.
    """

    def __init__(self, name: str, chunks: Iterator[bytes], *, size: int | None = None, fetched: bool = False) -> None:
        self.name = name
        self.chunks = chunks
        self.size = size
        self.fetched = fetched


def open_input(name: str) -> Input:
    """`-`, an address or a file. Raises InputError or UnreachableError, now or while it is read."""
    if name == "-":
        return Input("stdin", stdin(CHUNK))
    if not is_url(name):
        return Input(plain(name), _file(name), size=size_of(name))
    from ctick.sources import http

    body = http.get(name)
    if is_truncated_page(body):
        raise InputError(f"{redacted_url(name)} is truncated: </html> is missing; try again")
    return Input(redacted_url(name), iter([body]), fetched=True)


def is_url(name: str) -> bool:
    """Whether an input is named by an address, of whatever kind."""
    scheme, separator, _ = name.partition("://")
    return (bool(separator) and "/" not in scheme) or name.lower().startswith(("http:", "https:"))


def size_of(name: str) -> int | None:
    """Bytes of a file, None for anything else."""
    try:
        status = os.stat(name)
    except (OSError, ValueError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _file(name: str) -> Iterator[bytes]:
    try:
        with open(name, "rb", buffering=0) as file:
            yield from chunks(file, CHUNK)
    except IsADirectoryError as error:
        raise InputError(f"{plain(name)} is a folder: name the files in it") from error
    except FileNotFoundError as error:
        raise InputError(f"{plain(name)} does not exist: see to its name") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{plain(name)} can't be read ({plain(getattr(error, 'strerror', None) or error)})") from error
