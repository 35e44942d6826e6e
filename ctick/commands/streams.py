"""Bytes from a file descriptor, blocking or not, and the lines in them."""

import sys
from collections.abc import Iterable, Iterator

from ctick.errors import InputError
from ctick.text import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO


def chunks(file: "BinaryIO", size: int) -> Iterator[bytes]:
    """The content of an unbuffered file in chunks of at most `size` bytes.

    A non-blocking descriptor is waited for: its mode is shared with other processes, so it must
    not be changed.
    """
    while (data := file.read(size)) != b"":
        if data is None:  # nothing to read yet
            import select

            select.select([file], [], [])
        else:
            yield data


def stdin(size: int) -> Iterator[bytes]:
    """The content of stdin as it arrives; InputError if it can't be read."""
    if sys.stdin is None:
        raise InputError("stdin is closed: name a file, or pipe something in")
    try:
        # Not through the buffer, for which a pause in a non-blocking pipe is the end.
        yield from chunks(getattr(sys.stdin.buffer, "raw", sys.stdin.buffer), size)
    except OSError as error:
        raise InputError(f"stdin can't be read ({plain(error.strerror)}): name a file, or pipe something in") from error


def lines(parts: Iterable[bytes], longest: int) -> Iterator[bytes]:
    """Lines with their line ends, each as soon as it is complete.

    Of a line with more than `longest` bytes, only its first part is yielded, which is longer than `longest`.
    """
    rest = b""
    skipping = False  # the rest of an overlong line
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


def stdin_has_data() -> bool:
    """Whether something can be read from stdin right now, if that is a pipe, a socket or a file; never waits."""
    try:
        import fcntl
        import termios

        if sys.stdin is None or sys.stdin.isatty():
            return False
        unread = fcntl.ioctl(sys.stdin.fileno(), termios.FIONREAD, bytes(4))
    except (ImportError, OSError, ValueError):  # it has none, as on Windows, or is closed
        return False
    return any(unread)
