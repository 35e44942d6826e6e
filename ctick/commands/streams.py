"""Bytes as they come from a file descriptor, whatever its mode, and lines cut from them."""

import sys
from collections.abc import Iterable, Iterator

from ctick.errors import InputError
from ctick.text import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO


def chunks(file: "BinaryIO", size: int) -> Iterator[bytes]:
    """What an unbuffered file has, up to its end, at most `size` bytes at a time.

    A descriptor may be non-blocking, which is a property that it shares with other processes: so
    it is not changed, but waited for.
    """
    while (data := file.read(size)) != b"":
        if data is None:  # nothing has come yet
            import select

            select.select([file], [], [])
        else:
            yield data


def stdin(size: int) -> Iterator[bytes]:
    """What comes from stdin, as it comes; InputError where it can't be read."""
    if sys.stdin is None:
        raise InputError("stdin is closed: name a file, or pipe something in")
    try:
        # Not through the buffer: it takes a pause in a non-blocking pipe for the end.
        yield from chunks(getattr(sys.stdin.buffer, "raw", sys.stdin.buffer), size)
    except OSError as error:
        raise InputError(f"stdin can't be read ({plain(error.strerror)}): name a file, or pipe something in") from error


def lines(parts: Iterable[bytes], longest: int) -> Iterator[bytes]:
    """Lines with their ends, each as soon as it has come.

    Of a line that has more than `longest` bytes only a beginning that is longer than that.
    """
    rest = b""
    skipping = False  # the rest of a line that was too long
    for part in parts:
        *whole, rest = (rest + part).split(b"\n")
        for line in whole:
            if not skipping:
                yield line + b"\n"
            skipping = False
        if skipping:
            rest = b""
        elif len(rest) > longest:
            yield rest
            rest, skipping = b"", True
    if rest:
        yield rest
