r"""Text -> the amounts of money in it, paragraph by paragraph, in flat memory.

Blank lines divide paragraphs, and in HTML the tags that end a line. Of a paragraph that is longer
than `LONGEST`, one piece after the other is read. The result does not depend on where the text is
cut into chunks.
"""

import re
from collections.abc import Iterator

from ctick.mentions.model import Mention
from ctick.mentions.paragraph import find as find_in
from ctick.mentions.position import BOM, Position

LONGEST = 1 << 14
"""Bytes of a paragraph that are read together."""

_LONGEST_BREAK = 256  # bytes after which it is known whether a line end begins a blank line
_BREAK = re.compile(rb"\x1f+|\n(?:[ \t\r\x0b]{0,200}\n)+|\r(?:[ \t]{0,200}\r)+")
_PLAIN_BREAK = re.compile(rb"\n\n+")
_OTHER_BREAKS = (b"\r", b"\x1f", b"\x0b", b"\n ", b"\n\t")
_BLANKS = b" \t\r\n\x0b\x1f"
_CYRILLIC = [
    form.encode()
    for stem in ("сом", "сум", "сўм", "тенге", "теңге", "тг", "манат")
    for form in (stem, stem.capitalize(), stem.upper())
]
_HINT = re.compile(  # what is in every text with a name of a currency, in lower case if it is ASCII
    rb"som(?:s|onis?)?(?![a-z])|soums?(?![a-z])|so\W{1,3}m(?![a-z])|sums?(?![a-z])|tenges?(?![a-z])|manats?(?![a-z])"
    rb"|kgs|kzt|tjs|uzs|tmt|\xe2\x82\xb8|\xe2\x83\x80|" + b"|".join(_CYRILLIC)
)


def find(text: str) -> list[Mention]:
    r"""All amounts of one of the five currencies in a text, in its order.

    >>> (mention,) = find("Drivers pay 50,000 KGS (around $576) a year.")
    >>> mention.phrase, mention.amount.value, mention.code, mention.dollars.value
    ('50,000 KGS', Decimal('50000'), 'KGS', Decimal('576'))
    """
    finder = Finder()
    return [*finder.feed(text.encode("utf-8", "replace")), *finder.finish()]


class Finder:
    r"""Finds the amounts in a text that comes in chunks: bytes of visible text, as `ticker.html_text` yields them.

    In them `\x1f` is a tag that ends a line, and a paragraph; `\x0b` is a line end of HTML source. Both count as
    line ends in the position of a mention.
    """

    def __init__(self) -> None:
        self._held = b""  # the beginning of a paragraph
        self._position = Position()

    def feed(self, data: bytes) -> Iterator[Mention]:
        """The mentions of the paragraphs that are complete by now."""
        self._held += data
        yield from self._read(final=False)

    def finish(self) -> Iterator[Mention]:
        """Ends the paragraph, and yields its mentions: at the end of the text, or where something else begins."""
        yield from self._read(final=True)

    def skip(self, data: bytes) -> None:
        """Passes over bytes that are not searched, such as a ticker block; call `finish` first."""
        self._position.advance(data)

    def _read(self, *, final: bool) -> Iterator[Mention]:
        data = self._held
        lower = data.lower()
        hint = _HINT.search(lower)
        done = rest = 0
        for begin, end, rest in _pieces(data, final=final):  # noqa: B007 - used after the loop
            start = begin
            if hint is not None and hint.start() < start:
                hint = _HINT.search(lower, start)
            if hint is None or hint.start() >= end:
                continue
            if self._position.bytes + start == 0 and data.startswith(BOM):
                start = len(BOM)
            while start < end and data[start] in _BLANKS:
                start += 1
            self._position.advance(data[done:start])
            done = start
            yield from self._mentions(data[start:end])
        self._position.advance(data[done:rest])
        self._held = data[rest:]

    def _mentions(self, piece: bytes) -> Iterator[Mention]:
        """The mentions of a piece of text that begins at the position."""
        text = piece.decode("utf-8", "surrogateescape").replace("\x0b", "\n")
        found = find_in(text)
        if not found:
            return
        position = self._position.copy()
        done = 0
        for amount in found:
            position.advance(text[done : amount.start].encode("utf-8", "surrogateescape"))
            done = amount.start
            phrase = text[amount.start : amount.end]
            yield Mention(
                position.line,
                position.column,
                position.characters,
                position.bytes + len(phrase.encode("utf-8", "surrogateescape")),
                phrase,
                text,
                amount.start,
                amount.amount,
                amount.code,
                amount.dollars,
                is_range=amount.is_range,
                is_list=amount.is_list,
            )


def _pieces(data: bytes, *, final: bool) -> Iterator[tuple[int, int, int]]:
    """The paragraphs that are complete: where each begins and ends, and where the break after it ends."""
    start = 0
    pattern = _BREAK if any(mark in data for mark in _OTHER_BREAKS) else _PLAIN_BREAK
    for found in pattern.finditer(data):
        while found.start() - start > LONGEST:
            end = _cut(data, start)
            yield start, end, end
            start = end
        yield start, found.start(), found.end()
        start = found.end()
    while len(data) - start > (LONGEST if final else LONGEST + _LONGEST_BREAK):
        end = _cut(data, start)
        yield start, end, end
        start = end
    if final:
        yield start, len(data), len(data)


def _cut(data: bytes, start: int) -> int:
    """Where the first piece of a long paragraph ends: at a line end if possible, else at a space."""
    half, limit = start + LONGEST // 2, start + LONGEST
    for mark in (b"\n", b"\x0b", b"\r", b" "):
        place = data.rfind(mark, half, limit)
        if place >= 0:
            return place + 1
    while limit > half and data[limit] & 0xC0 == 0x80:  # within a character
        limit -= 1
    return limit
