"""HTML -> its text as far as it can belong to a ticker: of everything else only the line ends remain.

`html_text` reads every tag. Nearly all of a page is far from any ticker and simple: no tag has a `<` or `>` in
quotes, and none hides its content. Such stretches are passed over unread. What the scanner finds in the result is
the same.
"""

from collections.abc import Iterable, Iterator

from ctick.ticker.html_text import INLINE, TAG, Stripper, fed
from ctick.ticker.near_ticker import NearTicker, Stretch, without_last_line
from ctick.ticker.simple_markup import LONGEST_HEAD, Page

_LONGEST = 1 << 17  # bytes that are passed over in one step
_NEAR = 1024  # bytes near a ticker that are read at a time
_MOST_TOKENS = 4096  # that are cached
_KEY = 64  # bytes by which a stretch is looked up
_MOST_KNOWN = 8 << 20  # bytes of stretches that are remembered


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
        self._near = NearTicker()
        self._page = Page(b"")
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
            page = self._page = Page(data)
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
            is_cut = end + LONGEST_HEAD > len(data) and b"/" in data[max(pos, end - LONGEST_HEAD) : end]
            self._near.passed(b"".join(out[done:]), may_be_line=is_cut or page.next_slash(pos, end) < end)
        return end

    def _pass_over(self, page: Page, begin: int, out: list[bytes]) -> int:
        """Passes over all that is simple and far from a ticker, with scripts and comments; where it ends."""
        data, known, pos = page.data, self._known, begin
        stretches: list[Stretch] = []
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
        end, rest = without_last_line(data, stretches) if stretches else (begin, b"")
        page.tried(begin, end, pos)
        if end <= begin:
            return begin
        for start, text, is_special in stretches:
            if start < end and not is_special:
                self.hidden.passed(text[: end - start])
        out.append(b"\x0b" * data.count(b"\n", begin, end) + rest)
        return end

    def _simple_text(self, page: Page, pos: int, out: list[bytes]) -> int:
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
