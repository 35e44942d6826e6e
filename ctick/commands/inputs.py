"""What the user named (a file, `-` or a URL) -> chunks of bytes."""

import os
import stat
from collections.abc import Iterator
from typing import NamedTuple

from ctick.commands.streams import chunks, stdin
from ctick.errors import InputError
from ctick.redaction import redacted_url
from ctick.text import plain
from ctick.ticker.decoding import CHUNK
from ctick.ticker.html_text import is_truncated_page


class Input(NamedTuple):
    """One input: its `name` in messages, and its `chunks`, which can be read once.

    `size` is in bytes, None if unknown; `fetched` says that it came from a URL just now. `path` is that of
    a regular file, which can be opened again.
    """

    name: str
    chunks: Iterator[bytes]
    size: int | None = None
    fetched: bool = False
    path: str | None = None


def open_input(name: str) -> Input:
    """Opens `-`, a URL or a file; raises InputError or UnreachableError, also later while it is read."""
    if name == "-":
        return Input("stdin", stdin(CHUNK))
    if not is_url(name):
        size = size_of(name)
        return Input(plain(name), _file(name), size=size, path=None if size is None else name)
    if not name.lower().startswith(("http:", "https:")):
        from ctick.commands.remote_files import open_remote

        return open_remote(name)
    from ctick.sources import http

    body = http.get(name)
    if is_truncated_page(body):
        raise InputError(f"{redacted_url(name)} is truncated: </html> is missing; try again")
    return Input(redacted_url(name), iter([body]), fetched=True)


def is_url(name: str) -> bool:
    """Whether the name of an input is a URL, of any scheme."""
    scheme, separator, _ = name.partition("://")
    return (bool(separator) and "/" not in scheme) or name.lower().startswith(("http:", "https:"))


def size_of(name: str) -> int | None:
    """The bytes of a regular file, None for anything else."""
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
        raise InputError(f"{plain(name)} is a folder: name a file in it") from error
    except FileNotFoundError as error:
        raise InputError(f"no such file: {plain(name)}") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{plain(name)} can't be read ({plain(getattr(error, 'strerror', None) or error)})") from error
