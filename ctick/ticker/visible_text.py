"""Visible text with its source. (STUB: the real one comes from branch `output`, same interface.)"""

from collections.abc import Iterable, Iterator

from ctick.ticker.html_text import strip_markup


class Visible:
    """A piece of a page: `text` is all that a reader sees of `source`, in bytes."""

    __slots__ = ("text", "source")

    def __init__(self, text: bytes, source: bytes) -> None:
        self.text = text
        self.source = source

    def source_position(self, position: int) -> int:
        """Where the first `position` bytes of the text end in the source."""
        return position


def visible(chunks: Iterable[bytes]) -> Iterator[Visible]:
    """Text or HTML, unpacked -> what a reader of it sees."""
    for text in strip_markup(chunks):
        yield Visible(text, text)
