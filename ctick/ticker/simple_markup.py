"""Which parts of an HTML page are simple, so that they need not be read tag by tag.

Simple markup has no `<` in quotes, no quotes that don't pair up, no `>` outside of tags, and nothing that hides its
content: each of its tags ends at the next `>` that is not in quotes.
"""

import re

from ctick.ticker.html_text import COMMENT_END, NO_TEXT

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

LONGEST_HEAD = 1024
"""Bytes from the slash of a pair to its "=" that can be told apart from prose."""

LONGEST_STRETCH = 1 << 14
"""Bytes of markup that are checked at a time."""

_TRIED = 512  # bytes of markup that are checked if those are not simple
_FAR = 2048  # bytes that are worth a try to pass over something


class Page:
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
            self._wait = min(2 * self._wait + 32, LONGEST_STRETCH)
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
        tag = _START_TAG.match(self._lower, pos, pos + LONGEST_STRETCH)
        until = NO_TEXT.get(tag[1]) if tag else None
        if tag is None or until is None or self._next_hiding(pos, tag.end()) < tag.end():
            return -1
        found = until.search(self.data, tag.end())
        end_tag = _END_TAG.match(self.data, found.end()) if found else None
        return end_tag.end() if end_tag else -1

    def far_end(self, pos: int) -> int:
        """Where simple markup that is far from a ticker ends: at the slash of a pair at the latest."""
        end = self.simple_end(pos, LONGEST_STRETCH)
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
