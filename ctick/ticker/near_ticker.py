"""Whether text of an HTML page may belong to a ticker: to its lines, to the date below them, or to the line before."""

import re

from ctick.ticker.dates import ends_search
from ctick.ticker.html_text import INLINE, TAG
from ctick.ticker.patterns import after_blanks

_GAP = b" \t\n\r\x0b\x1f"
_ENDS_OF_CODE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ*-;" + bytes(range(0x80, 0x100)))
_PART_OF_LINE = re.compile(rb"[A-Z/=*\x80-\xff \t\r-]*")  # a code or "=", in an element of its own
_NUMBER = re.compile(rb"[ \t\r\x80-\xff+-]{0,99}[.,]?\d")  # after a rate it may be the end of it
_LINE_END = re.compile(rb"[\n\x0b\x1f]")
_MOST_OF_LINE = 256  # bytes that tell whether a line is prose
_MOST_TAGS = 50  # between the last text of a stretch and its end

Stretch = tuple[int, bytes, bool]
"""Where a part of a page starts, its text, and whether it is a script or comment, not simple markup."""


class NearTicker:
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
            _, _, text = text.rpartition(b"/")
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
            self._may_begin_line = may_begin_line(visible)


def may_begin_line(visible: bytes) -> bool:
    """Whether a ticker line may go on after this text: it ends with a bullet, a code or an entity."""
    return visible[-1] in _ENDS_OF_CODE or b"&" in visible[-34:]


def without_last_line(data: bytes, stretches: list[Stretch]) -> tuple[int, bytes]:
    """Where stretches end without their last line, unless it has text that can't be the beginning of a ticker line.

    In that case they are whole, and an "x" stands for the text. -1 if they are all one line.
    """
    last = stretches[-1][0] + len(stretches[-1][1])
    line = -1  # where the last line begins
    begins_line = False
    for start, markup, is_special in reversed(stretches):
        if is_special:
            if not data.startswith(b"<!", start):  # the tags of a script end a line, a comment does not
                if begins_line:
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
                if not begins_line and not may_begin_line(visible):
                    return (last, b"x") if line < 0 else (line, b"")
                begins_line = True
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
                if begins_line:
                    return tag, b""
                line = max(line, tag)
            close = tag
        else:
            return -1, b""
    return (-1, b"") if begins_line else (line, b"")
