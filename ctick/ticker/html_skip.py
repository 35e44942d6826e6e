"""HTML -> its text as far as it can belong to a ticker: of everything else only the line ends remain.

`html_text` reads every tag. Nearly all of a page is far from any ticker and simple: no tag has a `<` or `>` in
quotes, and none hides its content. Such stretches are passed over unread. What the scanner finds in the result is
the same.
"""

import re
from collections.abc import Iterable, Iterator

from ctick.ticker.html_text import INLINE, TAG, Stripper, fed

_BLANK = rb"(?:[ \t\n]|\xc2\xa0|\xe2\x80[\x80-\x8b\xaf]|\xe2\x81\x9f|\xe3\x80\x80|\xef\xbb\xbf)"
# The slash of a pair before "=". A code, a blank or "=" may be an entity, and between them may be tags.
_REST = rb"[A-Z]{1,9}" + _BLANK + rb"{0,255}[=<&]"
_SLASH = re.compile(
    rb"/(?:[A-Z]" + _REST + rb"|[<&](?<=[A-Z \t\n>;\x80-\xff]/.)"
    rb"|[ \t\n\xc2\xe2\xe3\xef](?<=[A-Z \t\n>;\x80-\xff]/.)[\x80-\xbf]{0,2}" + _BLANK + rb"{0,255}(?:[<&]|[A-Z]" + _REST
    + rb"))"
)  # fmt: skip
_SLASH_ENTITY = re.compile(rb"&(?:#(?:0{0,30}47|[xX]0{0,30}2[fF])(?![0-9a-fA-F])|sol|#?[0-9a-zA-Z]{1,31}/)")
# Tags and comments that hide something, in lower case; by their first letters, which is three times as fast.
_SPECIAL = re.compile(
    rb"<(?:!--|(?:s(?:cript|tyle|elect)|t(?:itle|extarea|emplate)|no(?:script|embed|frames)|iframe|d(?:atalist|ialog)"
    rb"|opt(?:ion|group)|audio|video|canvas|rp|/?html)[\s/>])"
)
_HIDES = re.compile(rb"[\s\"'/=]hidden[\s\"'/=>]|.display\s{0,9}:\s{0,9}none", re.DOTALL)
_NOT_MARKUP = bytes(set(range(256)) - set(b"<>\"'"))
_SIMPLE = re.compile(rb"""["']*(?:<(?:"[^"<]*"|'[^'<]*')*>["']*)*""")  # tags and text, without other characters
_GAP = b" \t\n\r\x0b\x1f"
_MAY_BEGIN_LINE = re.compile(rb"[A-Z*;\x80-\xff-]\Z|&[#0-9a-zA-Z]{1,33}\Z")  # a bullet, a code, an entity
_NO_LETTERS = _GAP + b"0123456789.,%+-" + bytes([*range(0x80, 0xC0), 0xC2, 0xE2, 0xE3, 0xEF])

_ENOUGH = 1100
"""Letters below a ticker line after which nothing belongs to it any more: dates are looked for in 1,024 bytes."""

_STRETCH = 1 << 14  # bytes that are passed over at a time
_NEAR = 2048  # bytes near a ticker that are read at a time
_MOST_TOKENS = 4096  # that are cached
_MOST_TAGS = 50  # between the last text of a stretch and its end


def ticker_text(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """HTML -> its text near tickers, and all its line ends; plain text stays as it is. Raises like `strip_markup`."""
    return fed(TickerStripper(), chunks)


class TickerStripper(Stripper):
    """A `Stripper` that passes over what is far from a ticker."""

    def __init__(self) -> None:
        super().__init__()
        self._near = _Near()
        self._places = _Places(b"")
        self._tokens: dict[bytes, bytes] = {}

    def feed(self, chunk: bytes, *, final: bool = False) -> bytes:
        if not self.html and not self.held and b"<" not in chunk:
            self._near.passed(chunk, may_be_line=b"/" in chunk)
            return chunk
        return super().feed(chunk, final=final)

    def _step(self, data: bytes, pos: int, out: list[bytes], *, final: bool) -> int:
        if not self.html:
            end = super()._step(data, pos, out, final=final)
            self._near.passed(data[pos:end], may_be_line=b"/" in data[pos:end])
            return end
        if self.until is not None:
            return super()._step(data, pos, out, final=final)
        places = self._places
        if places.data is not data:
            places = self._places = _Places(data)
        slash, end = places.next_slash(pos), pos
        if not self.hidden.inside:
            limit = min(places.next_special(pos), pos + _STRETCH)
            if not self._near.to_ticker:
                end = self._pass_over(data, pos, min(limit, slash), out)
                if end > pos:
                    return end
            end = self._simple_text(data, pos, min(limit, pos + _NEAR), out)
        if end == pos:
            done = len(out)
            end = super()._step(data, pos, out, final=final)
            text = b"".join(out[done:])
        else:
            text = out[-1]
        self._near.passed(text, may_be_line=slash < end)
        return end

    def _pass_over(self, data: bytes, pos: int, limit: int, out: list[bytes]) -> int:
        """Passes over a simple stretch before `limit`; where it ends, `pos` if there is none."""
        stretch, rest = _without_line(_simple_stretch(data, pos, limit))
        if stretch:
            self.hidden.passed(stretch)
            out.append(b"\x0b" * stretch.count(b"\n") + rest)
        return pos + len(stretch)

    def _simple_text(self, data: bytes, pos: int, limit: int, out: list[bytes]) -> int:
        """Adds the text of a simple stretch before `limit`, tag by tag; where it ends, `pos` if there is none."""
        stretch = _simple_stretch(data, pos, limit)
        if stretch:
            self.hidden.passed(stretch)
            first, *rest = stretch.split(b"<")
            tokens = self._tokens
            out.append(self._text(first) + b"".join([tokens.get(token) or self._token(token) for token in rest]))
        return pos + len(stretch)

    def _token(self, token: bytes) -> bytes:
        """The text of a tag, given without its `<`, and of what follows it."""
        if len(self._tokens) >= _MOST_TOKENS:
            self._tokens.clear()
        found = TAG.match(b"<" + token)
        if found:
            end = token.rfind(b">")
            mark = b" " if (found[2] or b"").lower() in INLINE else b"\x1f"
            text = mark + b"\x0b" * token.count(b"\n", 0, end) + self._text(token[end + 1 :])
        else:
            text = self._text(b"<" + token)
        self._tokens[token] = text
        return text


class _Near:
    """Whether the text that was read last may belong to a ticker, or be the beginning of one."""

    def __init__(self) -> None:
        self._letters = _ENOUGH  # in the lines below the last ticker line
        self._in_line = False  # whether that line has not ended yet
        self.to_ticker = False

    def passed(self, text: bytes, *, may_be_line: bool) -> None:
        visible = text.rstrip(_GAP)
        if may_be_line:
            self._letters, self._in_line = 0, True
        elif self._letters < _ENOUGH:
            if self._in_line:
                text = text.replace(b"\n", b"\x1f").replace(b"\x0b", b"\x1f")
                _, mark, text = text.partition(b"\x1f")
                self._in_line = not mark
            self._letters += len(text.translate(None, _NO_LETTERS))
        if visible:
            may_begin_line = _MAY_BEGIN_LINE.search(visible, len(visible) - 40) is not None
            self.to_ticker = may_begin_line or self._letters < _ENOUGH


class _Places:
    """Where in `data` things of interest are, from a position on that never decreases."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._lower = data.lower()
        self._slash = self._special = self._hidden = self._display = self._hiding = -1

    def next_slash(self, pos: int) -> int:
        """The next slash that may be that of a pair before "=", or the end of the data."""
        if self._slash < pos:
            self._slash = min(_start(_SLASH, self.data, pos), _start(_SLASH_ENTITY, self.data, pos))
        return self._slash

    def next_special(self, pos: int) -> int:
        """The next tag or comment that may hide something, or the end of the data."""
        if self._special < pos:
            self._special = _start(_SPECIAL, self._lower, pos)
        if self._hiding < pos:
            self._hiding = self._next_hiding(pos)
        return min(self._special, self._hiding)

    def _next_hiding(self, pos: int) -> int:
        """The next tag that may have the attribute `hidden` or the style `display: none`."""
        data, lower = self.data, self._lower
        at = pos
        while True:
            if self._hidden < at:
                self._hidden = _find(lower, b"hidden", at)
            if self._display < at:
                self._display = _find(lower, b"display", at)
            at = min(self._hidden, self._display)
            if at == len(data):
                return at
            if at and _HIDES.match(lower, at - 1):
                tag = data.rfind(b"<", pos, at)
                if tag >= 0:
                    return tag
            at += 1


def _start(pattern: re.Pattern[bytes], data: bytes, pos: int) -> int:
    found = pattern.search(data, pos)
    return found.start() if found else len(data)


def _find(data: bytes, what: bytes, pos: int) -> int:
    found = data.find(what, pos)
    return found if found >= 0 else len(data)


def _simple_stretch(data: bytes, pos: int, limit: int) -> bytes:
    """The data from `pos` up to `limit`, or a shorter part of it, that is simple; empty if there is none.

    `pos` is outside of a tag, and so is the end.
    """
    for size in (limit - pos, 4096, 512):
        end = data.rfind(b">", pos, min(pos + size, limit)) + 1
        if end:
            stretch = data[pos:end]
            marks = stretch.translate(None, _NOT_MARKUP)
            if _SIMPLE.fullmatch(marks):
                return stretch
    return b""


def _without_line(stretch: bytes) -> tuple[bytes, bytes]:
    """A simple stretch without its last line, if a ticker line may begin there, and what stands for its text.

    That is an "x" if the last line has text and goes on, else the end of a line.
    """
    end, rest = len(stretch), b""
    close = end
    for _ in range(_MOST_TAGS):
        tag = stretch.rfind(b"<", 0, close)
        start = stretch.rfind(b">", tag + 1, close) + 1
        if visible := stretch[start:close].rstrip(_GAP):
            if b"\n" in stretch[start + len(visible) :]:
                rest = b"\x1f"
            if not _MAY_BEGIN_LINE.search(visible):
                return stretch, rest or b"x"
            end = 0  # unless a tag ends the line before it
        if tag < 0:
            return stretch[:end], rest
        found = TAG.match(stretch, tag)
        if not found:  # it is text, as in "a <4> b"
            return b"", b""
        if (found[2] or b"").lower() not in INLINE:
            if not end:
                return stretch[:tag], b""
            rest = b"\x1f"
        close = tag
    return b"", b""
