"""HTML -> the text that a reader of the page sees, in chunks of bytes.

Not a parser of HTML: enough of one to find a ticker in any page, in time that grows with the page
alone, however hostile it is.
"""

import re
from collections.abc import Iterable, Iterator

from ctick.errors import InputError

_TAG = re.compile(rb"<(?:!--|(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})(?=[\s/>\x0b])|[!?][a-zA-Z])")
_LOOK = 40  # bytes within which a tag shows what it is, and an entity ends
_LONGEST_TAG = 1 << 14
_TAG_EDGE = re.compile(rb"[<>\"']")
_INLINE = frozenset(
    b"a abbr b bdi bdo big cite code data em font i img ins kbd label mark q s small span strong sub sup time tt u var"
    b" wbr".split()
)
_NO_TEXT = frozenset(b"script style template".split())
_HTML_SPACE = bytes.maketrans(b"\n\x0b\x1f", b"\x0b  ")


def strip_markup(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """HTML -> the text that a reader of the page sees; plain text stays as it is.

    HTML begins with the first tag and ends with `</html>` or the input. Scripts, styles and
    comments are dropped, entities decoded, tags replaced by a blank or the end of a line.
    """
    stripper = _Stripper()
    for chunk in chunks:
        yield stripper.feed(chunk)
    yield stripper.feed(b"", final=True)
    if stripper.until:
        raise InputError("a script, style or comment in its HTML is never closed: what follows it was not read")


class _Stripper:
    def __init__(self) -> None:
        self.held = b""
        self.html = False
        self.until = b""  # what ends the script, style or comment that we are in

    def feed(self, chunk: bytes, *, final: bool = False) -> bytes:
        if not self.html and not self.held and b"<" not in chunk:
            return chunk
        data = self.held + chunk
        out: list[bytes] = []
        pos = 0
        while pos < len(data):
            step = self._skip(data, pos, out) if self.until else self._text_and_tag(data, pos, out, final=final)
            if step < 0:
                break
            pos = step
        self.held = b"" if final else data[pos:]
        return b"".join(out)

    def _skip(self, data: bytes, pos: int, out: list[bytes]) -> int:
        """To the end of a script, style or comment; only its line ends are kept."""
        found = re.compile(self.until, re.IGNORECASE).search(data, pos)
        end = found.end() if found else max(pos, len(data) - _LOOK)
        out.append(b"\x0b" * data.count(b"\n", pos, end))
        if found:
            self.until = b""
        elif end == pos:
            return -1
        return found.start() if found and found[0] != b"-->" else end

    def _text_and_tag(self, data: bytes, pos: int, out: list[bytes], *, final: bool) -> int:
        """Text up to the next tag, and the tag; -1 where more must be read to tell."""
        start = data.find(b"<", pos)
        if start < 0:
            end = len(data) if final else self._safe_end(data, pos)
            out.append(self._text(data[pos:end]))
            return end if end > pos else -1
        if start > pos:
            out.append(self._text(data[pos:start]))
            return start
        tag = _TAG.match(data, start)
        if tag is None:
            if len(data) - start < _LOOK and not final:
                return -1
            out.append(b"<")
            return start + 1
        comment = tag[0] == b"<!--"
        end = tag.end() if comment else self._tag_end(data, start, tag.end(), final=final)
        if end <= 0:
            if end == 0:
                out.append(b"<")
            return start + 1 if end == 0 else -1
        self.html = True
        self._tag(tag, data.count(b"\n", start, end), out)
        return end

    def _tag_end(self, data: bytes, start: int, pos: int, *, final: bool) -> int:
        """After the `>` that no quotes enclose; 0 for no tag; -1 where more must be read to tell.

        Where quotes don't pair up, the first `>` counts. Looks at each byte once, `_LONGEST_TAG`
        at most, however hostile the text.
        """
        limit = min(len(data), start + _LONGEST_TAG)
        whole = final or limit == start + _LONGEST_TAG
        first = data.find(b">", pos, limit)
        if first < 0:
            return 0 if whole else -1
        while edge := _TAG_EDGE.search(data, pos, limit):
            if edge[0] == b">":
                return edge.end()
            closing = -1 if edge[0] == b"<" else data.find(edge[0], edge.end(), limit)
            if closing < 0:
                return first + 1 if whole or edge[0] == b"<" else -1
            pos = closing + 1
        return first + 1 if whole else -1

    def _tag(self, tag: re.Match[bytes], lines: int, out: list[bytes]) -> None:
        closing, name = tag[1], (tag[2] or b"").lower()
        if tag[0] == b"<!--":
            self.until = b"-->"
            return
        if name in _NO_TEXT and not closing:
            self.until = b"</" + name
        out.append(b" " if name in _INLINE else b"\x1f")
        out.append(b"\x0b" * lines)
        if closing and name == b"html":
            self.html = False

    def _text(self, text: bytes) -> bytes:
        if not self.html:
            return text
        if b"&" in text:
            import html

            decoded = html.unescape(text.decode("utf-8", "surrogateescape"))
            text = decoded.encode("utf-8", "surrogateescape")
        return text.translate(_HTML_SPACE)

    def _safe_end(self, data: bytes, pos: int) -> int:
        """Where text without a tag may be cut: not inside an entity."""
        if not self.html:
            return len(data)
        entity = data.rfind(b"&", max(pos, len(data) - _LOOK))
        return entity if entity >= 0 else len(data)
