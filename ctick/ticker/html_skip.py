"""HTML -> its text as far as it can belong to a ticker: of everything else only the line ends remain.

`html_text` reads every tag. Nearly all of a page is far from any ticker and simple: no tag has a `<` or `>` in
quotes, and none hides its content. Such stretches are passed over unread. What the scanner finds in the result is
the same.
"""

import re
from collections.abc import Iterable, Iterator

from ctick.ticker.dates import ends_search
from ctick.ticker.html_text import COMMENT_END, INLINE, NO_TEXT, TAG, Stripper, fed
from ctick.ticker.patterns import after_blanks

_BLANK = rb"(?:[ \t\n]|\xc2\xa0|\xe2\x80[\x80-\x8b\xaf]|\xe2\x81\x9f|\xe3\x80\x80|\xef\xbb\xbf)"
# The slash of a pair before "=". A code, a blank or "=" may be an entity, and between them may be tags.
_REST = rb"[A-Z]{0,9}" + _BLANK + rb"{0,255}[=<&]"
_SLASH = re.compile(
    rb"/(?:[A-Z]" + _REST + rb"|[<&](?<=[A-Z \t\n>;\x80-\xff]/.)"
    rb"|[ \t\n\xc2\xe2\xe3\xef](?<=[A-Z \t\n>;\x80-\xff]/.)[\x80-\xbf]{0,2}" + _BLANK + rb"{0,255}(?:[<&]|[A-Z]" + _REST
    + rb"))",
    re.DOTALL,
)  # fmt: skip
_ANY_SLASH = re.compile(rb"/[A-Z<& \t\n\xc2\xe2\xe3\xef]")  # a quick search for what `_SLASH` may match
_SLASH_ENTITY = re.compile(rb"&(?:#(?:0{0,30}47(?!\d)|[xX]0{0,30}2[fF](?![0-9a-fA-F]))|sol|#?[0-9a-zA-Z]{1,31}/)")
_SPECIAL = re.compile(
    rb"<(?:!--|s(?:cript|tyle|elect)[\s/>]|t(?:itle|extarea|emplate)[\s/>]|no(?:script|embed|frames)[\s/>]"
    rb"|iframe[\s/>]|datalist[\s/>]|dialog[\s/>]|opt(?:ion|group)[\s/>]|audio[\s/>]|video[\s/>]|canvas[\s/>]|rp[\s/>]"
    rb"|/?html[\s/>])"
)
_HIDES = re.compile(rb"[\s\"'/=]hidden[\s\"'/=>]|.display\s{0,9}:\s{0,9}none", re.DOTALL)
_START_TAG = re.compile(rb"""<([a-zA-Z]+)(?=[\s/>])[^<>"']*(?:"[^"<]*"[^<>"']*|'[^'<]*'[^<>"']*)*>""")
_END_TAG = re.compile(rb"""[^<>"']{0,99}>[ \t\n]*""")  # after its name
_BLANKS = re.compile(rb"[ \t\n]*")
_NOT_MARKUP = bytes(set(range(256)) - set(b"<>\"'"))
_SIMPLE = re.compile(rb"""["']*(?:<(?:"[^"<]*"|'[^'<]*')*>["']*)*""")  # tags and text, without other characters
# Quotes with nothing between them change nothing, wherever they are; nor does a ">" in quotes, or a quote in text.
_SIMPLER = ((b'""', b""), (b"''", b""), (b'<">">', b"<>"), (b"<'>'>", b"<>"), (b">'<", b"><"), (b'>"<', b"><"))
_GAP = b" \t\n\r\x0b\x1f"
_ENDS_OF_CODE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ*-;" + bytes(range(0x80, 0x100)))
_PART_OF_LINE = re.compile(rb"[A-Z/=*\x80-\xff \t\r-]*")  # a code or "=", in an element of its own
_NUMBER = re.compile(rb"[ \t\r\x80-\xff+-]{0,99}[.,]?\d")  # after a rate it may be the end of it
_LINE_END = re.compile(rb"[\n\x0b\x1f]")

_LONGEST_HEAD = 1024  # bytes from a slash to its "="
_STRETCH = 1 << 14  # bytes of markup that are checked at a time
_LONGEST = 1 << 17  # bytes that are passed over in one step
_FAR = 2048  # bytes that are worth a try to pass over something
_TRIED = 512  # bytes of markup that are checked if those are not simple
_NEAR = 1024  # bytes near a ticker that are read at a time
_MOST_TOKENS = 4096  # that are cached
_MOST_OF_LINE = 256  # bytes that tell whether a line is prose
_KEY = 64  # bytes by which a stretch is looked up
_MOST_KNOWN = 8 << 20  # bytes of stretches that are remembered
_MOST_TAGS = 50  # between the last text of a stretch and its end


def ticker_text(chunks: Iterable[bytes], known: "KnownMarkup | None" = None) -> Iterator[bytes]:
    """HTML -> its text near tickers, and all its line ends; plain text stays as it is. Raises like `html_text.fed`."""
    return fed(TickerStripper(known or KnownMarkup()), chunks)


class KnownMarkup:
    """Markup that was read before: the pages of a site share most of theirs."""

    def __init__(self) -> None:
        self.tokens: dict[bytes, bytes] = {}  # tags near a ticker -> their text
        self._stretches: dict[bytes, tuple[bytes, bool]] = {}  # by their first bytes
        self._size = 0

    def stretch(self, data: bytes, pos: int) -> tuple[bytes, bool] | None:
        """The stretch that begins at `pos`, and whether it is special; None if it isn't known."""
        found = self._stretches.get(data[pos : pos + _KEY])
        if found and data.startswith(found[0], pos):
            end = pos + len(found[0])
            # What follows text must be a tag, so that no pair can go on there.
            if data.endswith(b">", pos, end) or data.startswith(b"<", end):
                return found
        return None

    def add(self, stretch: bytes, *, is_special: bool) -> None:
        """Remembers a stretch, if it is long enough to be worth it."""
        if len(stretch) < 2 * _KEY:
            return
        if self._size > _MOST_KNOWN:
            self._stretches.clear()
            self._size = 0
        self._stretches[stretch[:_KEY]] = stretch, is_special
        self._size += len(stretch)


class TickerStripper(Stripper):
    """A `Stripper` that passes over what is far from a ticker."""

    def __init__(self, known: KnownMarkup) -> None:
        super().__init__()
        self._near = _Near()
        self._page = _Page(b"")
        self._known = known

    def feed(self, chunk: bytes, *, final: bool = False) -> bytes:
        if not self.html and not self.held and b"<" not in chunk:
            self._near.passed(chunk, may_be_line=b"/" in chunk)
            return chunk
        return super().feed(chunk, final=final)

    def _step(self, data: bytes, pos: int, out: list[bytes], *, final: bool) -> int:
        end, done = pos, len(out)
        page = self._page
        if page.data is not data:
            page = self._page = _Page(data)
        if self.html and self.until is None and not self.hidden.inside:
            if not self._near.to_ticker and pos >= page.next_try:
                end = self._pass_over(page, pos, out)
                if end > pos:
                    return end
            end = self._simple_text(page, pos, out)
        if end == pos:
            was_html = self.html
            end = super()._step(data, pos, out, final=final)
            if not was_html:
                text = b"".join(out[done:])
                self._near.passed(text, may_be_line=b"/" in text)
                return end
        if end > pos:
            is_cut = end + _LONGEST_HEAD > len(data) and b"/" in data[max(pos, end - _LONGEST_HEAD) : end]
            self._near.passed(b"".join(out[done:]), may_be_line=is_cut or page.next_slash(pos, end) < end)
        return end

    def _pass_over(self, page: "_Page", begin: int, out: list[bytes]) -> int:
        """Passes over all that is simple and far from a ticker, with scripts and comments; where it ends."""
        data, known, pos = page.data, self._known, begin
        stretches: list[_Stretch] = []
        while pos < begin + _LONGEST:
            if found := known.stretch(data, pos):
                text, is_special = found
            elif page.is_special(pos):
                text, is_special = data[pos : max(page.end_of_special(pos), pos)], True
            else:
                text, is_special = data[pos : page.far_end(pos)], False
            if not text:
                break
            if not found:
                known.add(text, is_special=is_special)
            stretches.append((pos, text, is_special))
            pos += len(text)
        end, rest = _without_last_line(data, stretches) if stretches else (begin, b"")
        page.tried(begin, end, pos)
        if end <= begin:
            return begin
        for start, text, is_special in stretches:
            if start < end and not is_special:
                self.hidden.passed(text[: end - start])
        out.append(b"\x0b" * data.count(b"\n", begin, end) + rest)
        return end

    def _simple_text(self, page: "_Page", pos: int, out: list[bytes]) -> int:
        """Adds the text of a simple stretch, tag by tag; where it ends, `pos` if there is none."""
        end = page.simple_end(pos, _NEAR)
        if end > pos:
            markup = page.data[pos:end]
            self.hidden.passed(markup)
            first, *rest = markup.split(b"<")
            tokens = self._known.tokens
            out.append(self._text(first) + b"".join([tokens.get(token) or self._token(token) for token in rest]))
        return end

    def _token(self, token: bytes) -> bytes:
        """The text of a tag, given without its `<`, and of what follows it."""
        tokens = self._known.tokens
        if len(tokens) >= _MOST_TOKENS:
            tokens.clear()
        found = TAG.match(b"<" + token)
        if found:
            end = token.rfind(b">")
            mark = b" " if (found[2] or b"").lower() in INLINE else b"\x1f"
            text = mark + b"\x0b" * token.count(b"\n", 0, end) + self._text(token[end + 1 :])
        else:
            text = self._text(b"<" + token)
        tokens[token] = text
        return text


class _Near:
    """Whether the text that was read last may belong to a ticker, or be the beginning of one."""

    def __init__(self) -> None:
        self._line: bytes | None = None  # after what may be a ticker line; None if that is far
        self._in_ticker_line = False
        self._may_begin_line = False

    @property
    def to_ticker(self) -> bool:
        return self._line is not None or self._may_begin_line

    def passed(self, text: bytes, *, may_be_line: bool) -> None:
        """Adds text; `may_be_line` says that it may have the slash of a ticker line."""
        if may_be_line:
            self._line, self._in_ticker_line = b"", True
            _, _, text = text.rpartition(b"/")  # what is before it is no longer of interest
        if self._line is not None:
            *lines, last = _LINE_END.split(self._line + text)
            self._line = last[after_blanks(last, 0) :][:_MOST_OF_LINE] if len(last) > _MOST_OF_LINE else last
            for line in lines:
                if not self._in_ticker_line:
                    if not _NUMBER.match(line) and ends_search(line):
                        self._line = None
                        break
                elif not _PART_OF_LINE.fullmatch(line):
                    self._in_ticker_line = False
        if visible := text.rstrip(_GAP):
            self._may_begin_line = _may_begin_line(visible)


def _may_begin_line(visible: bytes) -> bool:
    """Whether a ticker line may go on after this text: it ends with a bullet, a code or an entity."""
    return visible[-1] in _ENDS_OF_CODE or b"&" in visible[-34:]


_Stretch = tuple[int, bytes, bool]
"""Where a part of a page starts, its text, and whether it is a script or comment, not simple markup."""


class _Page:
    """A part of a page, and what is where in it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._lower = data.lower()
        self._not_simple = 0  # up to where markup is not tried again
        self.next_try = 0  # where it is next tried to pass over something
        self._wait = 0

    def tried(self, begin: int, end: int, seen: int) -> None:
        """Notes how far was passed over, and how much was looked at for that: what is read anyway isn't tried again."""
        if end - begin > max(_FAR, (seen - begin) // 8):
            self._wait = 0
        else:
            self._wait = min(2 * self._wait + 32, _STRETCH)
            self.next_try = seen + self._wait

    def next_slash(self, pos: int, limit: int) -> int:
        """The next slash that may be that of a pair before "=", or `limit`."""
        data, stop = self.data, limit + 1
        if found := _SLASH_ENTITY.search(data, pos, stop):
            limit = min(limit, found.start())
        while found := _ANY_SLASH.search(data, pos, stop):
            if _SLASH.match(data, found.start(), stop):
                return min(limit, found.start())
            pos = found.end()
        return limit

    def is_special(self, pos: int) -> bool:
        """Whether a tag or comment that may hide something begins here."""
        return _SPECIAL.match(self._lower, pos) is not None

    def end_of_special(self, pos: int) -> int:
        """Where the comment or script that begins at `pos` ends, with blanks below it; -1 if it is none, or unknown."""
        if self._lower.startswith(b"<!--", pos):
            found = COMMENT_END.search(self.data, pos + 2)  # "<!-->" is a complete comment
            return _BLANKS.match(self.data, found.end()).end() if found else -1  # type: ignore[union-attr]  # it matches
        tag = _START_TAG.match(self._lower, pos, pos + _STRETCH)
        until = NO_TEXT.get(tag[1]) if tag else None
        if tag is None or until is None or self._next_hiding(pos, tag.end()) < tag.end():
            return -1
        found = until.search(self.data, tag.end())
        end_tag = _END_TAG.match(self.data, found.end()) if found else None
        return end_tag.end() if end_tag else -1

    def far_end(self, pos: int) -> int:
        """Where simple markup that is far from a ticker ends: at the slash of a pair at the latest."""
        end = self.simple_end(pos, _STRETCH)
        slash = self.next_slash(pos, end)
        return end if slash == end else slash if self.is_simple(pos, slash) else pos

    def simple_end(self, pos: int, size: int) -> int:
        """Where simple markup that begins at `pos`, outside of a tag, ends, too; at most `size` bytes further."""
        data = self.data
        if pos < self._not_simple:
            return pos
        for most in (size, _TRIED):
            found = _SPECIAL.search(self._lower, pos, pos + most)
            end = found.start() if found else data.rfind(b">", pos, pos + most) + 1
            if found and end == pos:
                return pos
            if end and self.is_simple(pos, end := self._next_hiding(pos, end)):
                return end
        self._not_simple = pos + _TRIED
        return pos

    def is_simple(self, pos: int, end: int) -> bool:
        """Whether markup is simple that begins and ends outside of a tag, if `pos` is."""
        marks = self.data[pos:end].translate(None, _NOT_MARKUP)
        for simple, shorter in _SIMPLER:
            marks = marks.replace(simple, shorter)
        return marks == b"<>" * (len(marks) // 2) or _SIMPLE.fullmatch(marks) is not None

    def _next_hiding(self, pos: int, limit: int) -> int:
        """The next tag that may have the attribute `hidden` or the style `display: none`, or `limit`."""
        lower = self._lower
        for word in (b"hidden", b"display"):
            at = lower.find(word, pos, limit)
            while 0 <= at < limit:
                if _HIDES.match(lower, max(at - 1, 0)) and (tag := lower.rfind(b"<", pos, at)) >= 0:
                    limit = tag
                    break
                at = lower.find(word, at + 1, limit)
        return limit


def _without_last_line(data: bytes, stretches: list[_Stretch]) -> tuple[int, bytes]:
    """Where stretches end without their last line, unless it has text that can't be the beginning of a ticker line.

    In that case they are whole, and an "x" stands for the text. -1 if they are all one line.
    """
    last = stretches[-1][0] + len(stretches[-1][1])
    line = -1  # where the last line begins
    may_begin_line = False
    for start, markup, is_special in reversed(stretches):
        if is_special:
            if not data.startswith(b"<!", start):  # the tags of a script end a line, a comment does not
                if may_begin_line:
                    return start, b""
                line = max(line, start)
            continue
        close = start + len(markup)
        for _ in range(_MOST_TAGS):
            tag = data.rfind(b"<", start, close)
            at = max(data.rfind(b">", max(tag, start), close) + 1, start)
            text = data[at:close]
            if visible := text.rstrip(_GAP):
                line = max(line, at + text.rfind(b"\n", len(visible)) + 1 if b"\n" in text[len(visible) :] else -1)
                if not may_begin_line and not _may_begin_line(visible):
                    return (last, b"x") if line < 0 else (line, b"")
                may_begin_line = True
                if b"\n" in visible:
                    return at + visible.rindex(b"\n") + 1, b""
            elif b"\n" in text:
                line = max(line, at + text.rindex(b"\n") + 1)
            if tag < 0:
                break
            found = TAG.match(data, tag)
            if not found:  # it is text, as in "a <4> b"
                return -1, b""
            if (found[2] or b"").lower() not in INLINE or b"\n" in data[tag:at]:
                if may_begin_line:
                    return tag, b""
                line = max(line, tag)
            close = tag
        else:
            return -1, b""
    return (-1, b"") if may_begin_line else (line, b"")
