"""Text or HTML -> what a reader of it sees, in pieces that know their source: for writing into the source."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from ctick.ticker.decoding import without_marks
from ctick.ticker.html_text import DEEPEST, ENTITY, Stripper, decoded, fed

_BLANKS = re.compile(rb"[ \t]+")
_WORDS = re.compile(rb"&?[^& \t]*(?:[ \t][^& \t]+)*")  # an "&" that begins no entity is text

_Step = tuple[int, int, bool]
"""Where a run of text, and the tag behind it, begins: in the visible text and in the source, and whether it is HTML."""


class Visible:
    r"""A piece of a page: `text` is all that a reader sees of `source`, in bytes.

    Of plain text both are the same object, unless it has `\x0b` or `\x1f`.
    """

    __slots__ = ("text", "source", "_steps", "_run", "_step")

    def __init__(self, text: bytes, source: bytes, steps: list[_Step]) -> None:
        self.text = text
        self.source = source
        self._steps = steps
        self._step = -1
        self._run = _Run(b"", 0, 0)

    def source_position(self, position: int) -> int:
        """Where the first `position` bytes of the text end in the source: after the last one's character.

        Takes linear time in all if the positions asked for ascend.
        """
        step = bisect_left(self._steps, (position,)) - 1
        if step < 0:
            return position if not self._steps else 0
        shown, at, is_html = self._steps[step]
        if not is_html:
            return at + position - shown
        if step != self._step or position < self._run.shown:
            self._step = step
            self._run = _Run(self.source, shown, at)
        return self._run.forward(position)


class _Run:
    """Goes along a run of HTML text; `shown` bytes of the visible text end at `at` in the source."""

    def __init__(self, source: bytes, shown: int, at: int) -> None:
        self.source = source
        self.shown = shown
        self.at = at
        self._blanks = 0  # in a row before `at`

    def forward(self, position: int) -> int:
        source = self.source
        while self.shown < position and self.at < len(source):
            if entity := ENTITY.match(source, self.at):
                self._pass(entity.end(), decoded(entity))
            elif blanks := _BLANKS.match(source, self.at):
                self._pass(blanks.end(), blanks[0])
            else:
                words = _WORDS.match(source, self.at, self.at + position - self.shown)
                assert words is not None
                self._pass(words.end(), words[0])
        return self.at

    def _pass(self, end: int, text: bytes) -> None:
        self.at = end
        if text.strip(b" \t"):
            self._blanks = 0
            self.shown += len(text)
        else:
            before = min(self._blanks, DEEPEST)
            self._blanks += len(text)
            self.shown += min(self._blanks, DEEPEST) - before


class _Source:
    """The bytes of a page that a stripper has been given, and where the text made of them begins."""

    def __init__(self) -> None:
        self._data = b""
        self._steps: list[_Step] = []
        self._shown = 0  # bytes of text in the parts that were counted
        self._parts = 0

    def given(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._data += chunk
            yield without_marks(chunk)

    def note(self, parts: list[bytes], position: int, is_html: bool) -> None:
        self._shown += sum(map(len, parts[self._parts :]))
        self._parts = len(parts)
        self._steps.append((self._shown, position, is_html))

    def take(self, text: bytes, held: int) -> Visible:
        """The text with its source, which ends before the last `held` bytes."""
        end = len(self._data) - held
        visible = Visible(text, self._data[:end], self._steps)
        self._data = self._data[end:]
        self._steps = []
        self._shown = self._parts = 0
        return visible


def visible(chunks: Iterable[bytes]) -> Iterator[Visible]:
    """Text or HTML, unpacked and in chunks of any size -> what a reader of it sees, as `html_text.Stripper` has it.

    Line ends stay as they are. The sources of all pieces, in order, are the chunks byte for byte.
    """
    source = _Source()
    stripper = Stripper(source.note)
    for text in fed(stripper, source.given(chunks)):
        piece = source.take(text, len(stripper.held))
        if piece.source:
            yield piece
