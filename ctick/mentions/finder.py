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
_PLAIN_BREAK = re.compile(rb"\n(?:[ \t]{0,200}\n)+")
_OTHER_BREAKS = (b"\r", b"\x1f", b"\x0b")
_BLANKS = b" \t\r\n\x0b\x1f"
_BLANK_SPACE = re.compile(rb"[ \t\r\n\x0b\x1f]*")
_STEMS = [
    form.encode()
    for stem in ("сом", "сум", "сўм", "тенге", "теңге", "тг", "смн", "манат")
    for form in (stem, stem.capitalize(), stem.upper())
]
_NAMES = [  # of currencies: in lower case, but for Russian ones, of which it is the beginning
    # One pattern for each first byte: Python searches for that as fast as memory allows, for several at once a
    # hundredth as fast.
    re.compile(pattern)
    for pattern in (
        rb"s(?:o(?:m(?:s|onis?)?|ums?|\W{1,3}m)|ums?|mn)(?![a-z])",
        rb"t(?:enges?(?![a-z])|js|mt)",
        rb"manats?(?![a-z])",
        rb"k(?:gs|zt)",
        rb"uzs",
        rb"\xe2\x82\xb8",
        rb"\xe2\x83\x80",
        *(
            first + b"(?:" + b"|".join(stem[1:] for stem in _STEMS if stem[:1] == first) + b")"
            for first in (b"\xd0", b"\xd1")
        ),
    )
]


def _names(data: bytes) -> list[int]:
    """Where in a text the names of currencies begin, in their order."""
    lower = data.lower()
    return sorted([found.start() for name in _NAMES for found in name.finditer(lower)])


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

    In them `\x1f` is a tag that ends a line, and a paragraph; `\x0b` is a line end of HTML source. So the lines of
    HTML are those of its source, and columns and offsets those of its text without markup, a character for a tag.
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
        names = iter(_names(data))
        name = next(names, None)
        done = rest = 0
        for start, end, rest in _pieces(data, final=final):  # noqa: B007 - used after the loop
            inside: list[int] = []  # where names are, from the start of the piece
            while name is not None and name < end:
                if name >= start:
                    inside.append(name - start)
                name = next(names, None)
            if inside:
                blanks = _blanks(data, start, end, at_beginning=self._position.bytes + start == done)
                self._position.advance(data[done : start + blanks])
                done = start + blanks
                yield from self._mentions(data[done:end], [place - blanks for place in inside])
        self._position.advance(data[done:rest])
        self._held = data[rest:]

    def _mentions(self, piece: bytes, names: list[int]) -> Iterator[Mention]:
        """The mentions of a piece of text that begins at the position, and has names of currencies at these places."""
        text = piece.decode("utf-8", "surrogateescape").replace("\x0b", "\n")
        if len(text) < len(piece):
            names = _characters(piece, names)
        found = find_in(text, [place for place in names if not text[place - 1 : place].isalpha()])
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


def _blanks(data: bytes, start: int, end: int, *, at_beginning: bool) -> int:
    """How many bytes of white space a piece begins with; a byte-order mark counts as such."""
    place = start
    if at_beginning and data.startswith(BOM):
        place += len(BOM)
    while place < end and data[place] in _BLANKS:
        place += 1
    return place - start


def _characters(piece: bytes, places: list[int]) -> list[int]:
    """Places in bytes as places in characters."""
    found = []
    done = characters = 0
    for place in places:
        characters += len(piece[done:place].decode("utf-8", "surrogateescape"))
        done = place
        found.append(characters)
    return found


def _pieces(data: bytes, *, final: bool) -> Iterator[tuple[int, int, int]]:
    """The paragraphs that are complete: where each begins and ends, and where the break after it ends."""
    start = _after_blanks(data, 0)
    pattern = _BREAK if any(mark in data for mark in _OTHER_BREAKS) else _PLAIN_BREAK
    for found in pattern.finditer(data, start):
        if found.start() < start:
            continue
        while found.start() - start > LONGEST:
            end = _cut(data, start)
            yield start, end, end
            start = _after_blanks(data, end)
        yield start, max(start, found.start()), max(start, found.end())
        start = _after_blanks(data, found.end())
    while len(data) - start > (LONGEST if final else LONGEST + _LONGEST_BREAK):
        end = _cut(data, start)
        yield start, end, end
        start = _after_blanks(data, end)
    yield (start, len(data), len(data)) if final else (start, start, start)


def _after_blanks(data: bytes, place: int) -> int:
    """Where a paragraph begins: whether the blank lines before it have been dropped makes no difference."""
    return _BLANK_SPACE.match(data, place).end()  # type: ignore[union-attr]  # it matches the empty string too


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
