"""HTML -> the text that a reader of the page sees, in chunks of bytes.

Not a full HTML parser, but enough to find the ticker in any page, in time that is linear in the
length of the page however hostile it is.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from ctick.errors import InputError
from ctick.ticker.hidden_elements import COUNTED, HiddenElements

TAG = re.compile(rb"<(?:!--|(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})(?:(>)|(?=[\s/]))|[!?][a-zA-Z])")
_LOOKAHEAD = 40  # bytes that suffice to recognize a tag, and to hold an entity
_LONGEST_TAG = 1 << 14
_INSIDE = re.compile(rb"""(?:[^<>"']+|"[^"]*"|'[^']*')*""")
_ATTRIBUTES = re.compile(
    rb"""(?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>=]+))?)*\s*/?>"""
)  # the first tag must look like this, or the text would vanish in "x <y ... z> 5"
ENTITY = re.compile(rb"&(?:#(?:\d{1,30}|[xX][0-9a-fA-F]{1,30})|[a-zA-Z][a-zA-Z0-9]{1,31});?")
INLINE = frozenset(
    b"a abbr b bdi bdo big cite code data em font i img ins kbd label mark q s small span strong sub sup time tt u var"
    b" wbr".split()
)
NO_TEXT = {
    name: re.compile(rb"</" + name + rb"(?=[\s/>])", re.IGNORECASE)
    for name in b"script style title textarea noscript iframe noembed noframes".split()
}  # their content isn't HTML
COMMENT_END = re.compile(rb"--!?>")
_ENTITY_SPACE = bytes.maketrans(b"\n\r", b"  ")  # "&#10;" isn't a line end of the source
_INDENTED = re.compile(rb"[ \t]{33,}")
DEEPEST = 32
"""Blanks that remain of a longer run of them, which could make a ticker line longer than LONGEST_LINE."""

_INDENT = b" " * DEEPEST


def fed(stripper: "Stripper", chunks: Iterable[bytes]) -> Iterator[bytes]:
    """What a stripper makes of each chunk, and at the end of what is left.

    Raises InputError at the end if a script, comment or hidden element was never closed.
    """
    failure = None
    try:
        for chunk in chunks:
            yield stripper.feed(chunk)
    except InputError as error:
        failure = error
    yield stripper.feed(b"", final=True)
    if failure is not None:
        raise failure
    if stripper.is_cut_short():
        raise InputError("an HTML script, comment or hidden element is never closed: nothing after it was read")


def is_truncated_page(page: bytes) -> bool:
    """Whether a page opens `<html` and never closes it: not all of it arrived."""
    page = page.lower()
    return b"<html" in page and b"</html" not in page


class Stripper:
    """HTML, chunk by chunk -> the text that a reader of the page sees; plain text stays as it is.

    HTML begins with the first tag and ends with `</html>` or the input. What a browser does not show
    is dropped, entities are decoded, tags replaced by a blank or the end of a line.

    `note`, if there is one, is called before each run of text and the tag behind it: with the parts of the
    result so far, the position in the bytes that are being stripped, and whether they are HTML there.
    """

    def __init__(self, note: Callable[[list[bytes], int, bool], None] | None = None) -> None:
        self.held = b""
        self.html = False
        self.until: re.Pattern[bytes] | None = None  # the end of the current script, title or comment
        self.hidden = HiddenElements()
        self._note = note

    def is_cut_short(self) -> bool:
        """Whether the input ended in a comment, script or hidden element that was never closed."""
        self.hidden.end_of_page()
        return self.until is not None or self.hidden.lost

    def feed(self, chunk: bytes, *, final: bool = False) -> bytes:
        if not self.html and not self.held and b"<" not in chunk:
            return chunk
        data = self.held + chunk
        out: list[bytes] = []
        note = self._note
        pos = 0
        while pos < len(data):
            before = pos, self.until
            if note is not None:
                note(out, pos, self.html)
            pos = self._step(data, pos, out, final=final)
            if (pos, self.until) == before:  # no progress: more input is needed
                break
        self.held = b"" if final else data[pos:]
        return b"".join(out)

    def _step(self, data: bytes, pos: int, out: list[bytes], *, final: bool) -> int:
        """Reads a run of text with its tag, or a part of what a reader does not see; where it ends."""
        if self.until is not None:
            return self._skip(self.until, data, pos, out)
        return self._text_and_tag(data, pos, out, final=final)

    def _skip(self, until: re.Pattern[bytes], data: bytes, pos: int, out: list[bytes]) -> int:
        """Skips to the end of a script, title or comment; only its line ends are kept."""
        found = until.search(data, pos)
        if found is None:
            end = max(pos, len(data) - _LOOKAHEAD)
        else:
            end = found.end() if until is COMMENT_END else found.start()
            self.until = None
        out.append(b"\x0b" * data.count(b"\n", pos, end))
        return end

    def _text_and_tag(self, data: bytes, pos: int, out: list[bytes], *, final: bool) -> int:
        """Text up to the next tag, and the tag."""
        tag = TAG.search(data, pos)
        start = tag.start() if tag else len(data) if final else self._safe_end(data, pos)
        if start > pos:
            out.append(self._text(data[pos:start]))
        if tag is None:
            return start
        closing, name, complete = tag.groups()
        if complete:
            self.html = True
            self._tag(name.lower(), b"", out, closing=bool(closing))
            return tag.end()
        if tag[0] == b"<!--":
            self.html = True
            self.until = COMMENT_END
            return tag.end() - 2  # "<!-->" is a complete comment
        end = self._tag_end(data, tag, final=final)
        if end < 0:
            end = self._no_tag(data, start)
            out.append(self._text(data[start:end]))
        elif end > start:
            self.html = True
            attributes = data[tag.end() : end - 1] if name else b""  # "<!" and "<?" hide nothing
            self._tag((name or b"").lower(), attributes, out, closing=bool(closing))
            if lines := data.count(b"\n", start, end):
                out.append(b"\x0b" * lines)
        return end

    def _tag_end(self, data: bytes, tag: re.Match[bytes], *, final: bool) -> int:
        """Where a tag ends: after the first `>` outside quotes, or the first `>` if quotes don't pair up.

        -1 if it isn't a tag; its start if more input is needed. Looks at `_LONGEST_TAG` bytes at most.
        """
        start, pos = tag.span()
        limit = min(len(data), start + _LONGEST_TAG)
        wait = -1 if final or limit == start + _LONGEST_TAG else start
        if not self.html and tag[2]:
            attributes = _ATTRIBUTES.match(data, pos, limit)
            return attributes.end() if attributes else wait
        inside = _INSIDE.match(data, pos, limit)
        end = inside.end() if inside else pos
        edge = data[end:limit][:1]
        if edge == b">":
            return end + 1
        if wait >= 0 and edge != b"<":
            return wait
        first = data.find(b">", pos, limit)
        return first + 1 if first >= 0 else wait

    def _no_tag(self, data: bytes, start: int) -> int:
        """Where the text ends that can't be a tag, because the next `>` is too far away."""
        close = data.find(b">", start)
        end = max(start + 1, (len(data) if close < 0 else close) - _LONGEST_TAG)
        comment = data.find(b"<!--", start, end)
        return end if comment < 0 else comment

    def _tag(self, name: bytes, attributes: bytes, out: list[bytes], *, closing: bool) -> None:
        hidden = self.hidden
        shown = not hidden.inside
        if not closing:
            hidden.start(name, attributes)
            self.until = NO_TEXT.get(name)
        elif not shown or name in COUNTED:
            hidden.end(name)
            if name == b"html":
                self.html = False
        if shown or not hidden.inside:
            out.append(b" " if name in INLINE else b"\x1f")

    def _text(self, text: bytes) -> bytes:
        if not self.html:
            return text
        if self.hidden.inside:
            self.hidden.text(text)
            return b"\x0b" * text.count(b"\n")
        text = text.replace(b"\n", b"\x0b")
        if b"&" in text:
            text = ENTITY.sub(decoded, text)
        return _INDENTED.sub(_INDENT, text) if len(text) > len(_INDENT) else text

    def _safe_end(self, data: bytes, pos: int) -> int:
        """Where text without a tag may be cut: not in an entity or the beginning of a tag."""
        low = max(pos, len(data) - _LOOKAHEAD)
        tag = data.find(b"<", low)
        entity = data.rfind(b"&", low) if self.html else -1
        return min([end for end in (tag, entity) if end >= 0], default=len(data))


def decoded(entity: re.Match[bytes]) -> bytes:
    """The text of an entity."""
    import html

    return html.unescape(entity[0].decode("ascii")).encode("utf-8", "replace").translate(_ENTITY_SPACE)
