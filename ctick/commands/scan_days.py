"""The day of each amount in a text: that under the ticker, that of the article, or today."""

import datetime as dt
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ctick import clock
from ctick.commands.scan_pieces import Ticker
from ctick.mentions.finder import LONGEST, Finder
from ctick.mentions.model import Mention
from ctick.model import Quote
from ctick.ticker.blocks import Block

LOOKAHEAD = 1 << 20
"""Bytes in which a date that follows an amount is looked for."""

_LONGEST_LINE = 1 << 14  # bytes; a longer one is searched for dates in parts
_LINE_ENDS = bytes.maketrans(b"\r\x0b\x1f", b"\n\n\n")
_MOST_DATES = 4096  # date lines of one section that are remembered


class Page(NamedTuple):
    """What a ticker says: its day, if it has one that has come, and its quotes."""

    day: dt.date | None = None
    quotes: tuple[Quote, ...] = ()


class Placed(NamedTuple):
    """A mention, the ticker that it belongs to, and the day that the article gives it, if that was asked for."""

    mention: Mention
    page: Page
    article_day: dt.date | None


class Section:
    """The prose from one ticker to the next: the amounts in it have the same page."""

    def __init__(self, start: int, page: Page | None) -> None:
        self.page = page  # None while it may follow
        self.is_closed = False  # nothing more will be known
        self._start = start
        self._dates: list[tuple[int, dt.date]] = []  # lines with nothing but a date: their place and the day
        self._first: dt.date | None = None
        self._line = b""

    def is_known(self, *, article: bool) -> bool:
        """Whether the page, and with `article` the days, of all its amounts so far are known."""
        return self.page is not None and (not article or self.is_closed or self._first is not None)

    def read(self, data: bytes, end: int, today: dt.date, future: set[dt.date]) -> None:
        """Looks for dates in the next bytes, which end at `end`; adds those that have not come to `future`."""
        *lines, rest = (self._line + data).translate(_LINE_ENDS).split(b"\n")
        place = end - len(data) - len(self._line)
        for line in lines:
            self._read_line(line, place, today, future)
            place += len(line) + 1
        if len(rest) > _LONGEST_LINE:
            self._read_line(rest, place, today, future)
            place += len(rest)
            rest = b""
        self._line = rest
        if place - self._start > LOOKAHEAD:
            self.is_closed = True

    def close(self, end: int, today: dt.date, future: set[dt.date]) -> None:
        """Ends the section: its last line is complete."""
        if self._line:
            self._read_line(self._line, end - len(self._line), today, future)
            self._line = b""
        self.is_closed = True

    def article_day(self, place: int) -> dt.date | None:
        """The day of the last date line above a place, else the first date of the section."""
        above = bisect_right(self._dates, place, key=lambda date: date[0])
        return self._dates[above - 1][1] if above else self._first

    def _read_line(self, line: bytes, place: int, today: dt.date, future: set[dt.date]) -> None:
        from ctick.ticker import dates

        if not dates.may_have_year(line):
            return
        found = dates.find(line, 0)
        day = found[0] if found else None
        is_alone = day is not None
        is_near = place - self._start <= LOOKAHEAD
        if day is None and self._first is None and is_near:
            day = dates.in_prose(line.decode("utf-8", "replace"))
        if day is None or day > today:
            future.update([day] if day else [])
            return
        if is_alone:
            if len(self._dates) == 2 * _MOST_DATES:
                del self._dates[:_MOST_DATES]
            self._dates.append((place, day))
        if is_near and self._first is None:
            self._first = day


class MentionPlacer:
    """Finds the mentions of a text, in its order, each with what tells its day.

    `future` are the dates found that have not come, which count as none. `undated` is the day of a
    ticker without a date. Without `below`, what is above the first ticker does not wait for it.
    """

    def __init__(self, *, article: bool, below: bool, undated: dt.date | None = None) -> None:
        self.future: set[dt.date] = set()
        self.article = article
        self._undated = undated
        self._today = clock.today()
        self._finder = Finder()
        self._offset = 0  # of what was read
        self._section = self._above = Section(0, None if below else Page())  # above the first ticker
        self._held: deque[tuple[Mention, Section]] = deque()

    @property
    def settled(self) -> int:
        """Bytes of the text in which no more mentions will be found."""
        return self._held[0][0].byte_end if self._held else self._offset - 2 * LONGEST

    def mentions(self, pieces: "Iterable[bytes | Ticker]") -> Iterator[Placed | None]:
        """The mentions in the pieces that `split` yields, each as soon as its page and day are known.

        None after each piece: `settled` has moved on.
        """
        for piece in pieces:
            if isinstance(piece, Ticker):
                yield from self._next_section(piece)
            else:
                self._offset += len(piece)
                if self.article:
                    self._section.read(piece, self._offset, self._today, self.future)
                yield from self._hold(self._finder.feed(piece))
            if self._offset > LOOKAHEAD:
                self._set_page_above(Page())
            yield from self._known()
            yield None
        yield from self._end_section()
        self._set_page_above(Page())
        yield from self._known()

    def _next_section(self, ticker: Ticker) -> Iterator[Placed]:
        yield from self._end_section()
        self._finder.skip(ticker.data)
        self._offset += len(ticker.data)
        page = self._page(ticker.block)
        if page.day is not None:
            self._set_page_above(page)
        self._section = Section(self._offset, page)

    def _end_section(self) -> Iterator[Placed]:
        yield from self._hold(self._finder.finish())
        self._section.close(self._offset, self._today, self.future)
        yield from self._known()

    def _set_page_above(self, page: Page) -> None:
        """What is above the first ticker belongs to the first dated one, if that is near enough."""
        if self._above.page is None:
            self._above.page = page

    def _hold(self, mentions: Iterable[Mention]) -> Iterator[Placed]:
        for mention in mentions:
            self._held.append((mention, self._section))
            yield from self._known()

    def _known(self) -> Iterator[Placed]:
        held = self._held
        while held and held[0][1].is_known(article=self.article):
            mention, section = held.popleft()
            day = section.article_day(mention.byte_end) if self.article else None
            yield Placed(mention, section.page or Page(), day)

    def _page(self, block: Block) -> Page:
        day = block.as_of if block.as_of or block.unreadable_date else self._undated
        if day is not None and day > self._today:
            self.future.add(day)
            day = None
        return Page(day, block.snapshots[-1] if block.snapshots else ())
