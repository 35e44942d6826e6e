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


class DatedMention(NamedTuple):
    """A mention, the ticker that it belongs to, and the day that the article gives it, if that was asked for."""

    mention: Mention
    page: Page
    article_day: dt.date | None


class Calendar:
    """Tells days that have come from those that have not, and remembers the latter."""

    def __init__(self) -> None:
        self.future: set[dt.date] = set()
        self._today = clock.today()

    def past(self, day: dt.date | None) -> dt.date | None:
        """The day, today at the latest; otherwise None."""
        if day is None or day <= self._today:
            return day
        self.future.add(day)
        return None


class ArticleDates:
    """The dates in the prose from one ticker to the next, which begins at `start` of the text."""

    def __init__(self, start: int, calendar: Calendar) -> None:
        self._start = start
        self._calendar = calendar
        self._alone: list[tuple[int, dt.date]] = []  # lines with nothing but a date: their place and the day
        self._first: dt.date | None = None
        self._line = b""
        self._is_closed = False  # no other date can become the first one

    @property
    def is_known(self) -> bool:
        """Whether the days of all amounts so far are known."""
        return self._is_closed or self._first is not None

    def day(self, place: int) -> dt.date | None:
        """The day of the last date line above a place, else the first date."""
        above = bisect_right(self._alone, place, key=lambda date: date[0])
        return self._alone[above - 1][1] if above else self._first

    def read(self, data: bytes, end: int) -> None:
        """Looks for dates in the next bytes, which end at `end`."""
        *lines, rest = (self._line + data).translate(_LINE_ENDS).split(b"\n")
        place = end - len(data) - len(self._line)
        for line in lines:
            self._read_line(line, place)
            place += len(line) + 1
        if len(rest) > _LONGEST_LINE:
            self._read_line(rest, place)
            place += len(rest)
            rest = b""
        self._line = rest
        if place - self._start > LOOKAHEAD:
            self._is_closed = True

    def close(self, end: int) -> None:
        """The prose ends, and with it the last line."""
        self._read_line(self._line, end - len(self._line))
        self._line = b""
        self._is_closed = True

    def _read_line(self, line: bytes, place: int) -> None:
        from ctick.ticker import dates

        if not dates.may_have_year(line):
            return
        found = dates.find(line, 0)
        day = found[0] if found else None
        is_alone = day is not None
        may_be_first = self._first is None and place - self._start <= LOOKAHEAD
        if day is None and may_be_first:
            day = dates.in_prose(line.decode("utf-8", "replace"))
        day = self._calendar.past(day)
        if day is not None and is_alone:
            if len(self._alone) == 2 * _MOST_DATES:
                del self._alone[:_MOST_DATES]
            self._alone.append((place, day))
        if may_be_first:
            self._first = day


class Section:
    """The prose from one ticker to the next: the amounts in it have the same page."""

    def __init__(self, page: Page | None, dates: ArticleDates | None) -> None:
        self.page = page  # None while it may follow
        self.dates = dates  # None if they were not asked for

    @property
    def is_known(self) -> bool:
        """Whether what tells the days of all its amounts so far is known."""
        return self.page is not None and (self.dates is None or self.dates.is_known)


class MentionReader:
    """Finds the mentions of a text, in its order, each with what tells its day.

    Dates that have not come count as none. With `article`, dates in the prose are read too. `undated` is the day
    of a ticker without a date. Without `below`, what is above the first ticker does not wait for it.
    """

    def __init__(self, *, article: bool, below: bool, undated: dt.date | None = None) -> None:
        self.calendar = Calendar()
        self._article = article
        self._undated = undated
        self._finder = Finder()
        self._offset = 0  # of what was read
        self._section = self._above = self._next_prose(None if below else Page())  # above the first ticker
        self._held: deque[tuple[Mention, Section]] = deque()

    @property
    def settled(self) -> int:
        """Bytes of the text in which no more mentions will be found."""
        return self._held[0][0].byte_end if self._held else self._offset - 2 * LONGEST

    def mentions(self, pieces: "Iterable[bytes | Ticker]") -> Iterator[DatedMention | None]:
        """The mentions in the pieces that `split` yields, each as soon as its page and day are known.

        None after each piece: `settled` has moved on.
        """
        for piece in pieces:
            if isinstance(piece, Ticker):
                yield from self._next_section(piece)
            else:
                self._offset += len(piece)
                if self._section.dates is not None:
                    self._section.dates.read(piece, self._offset)
                yield from self._hold(self._finder.feed(piece))
            if self._offset > LOOKAHEAD:
                self._set_page_above(Page())
            yield from self._known()
            yield None
        yield from self._end_section()
        self._set_page_above(Page())
        yield from self._known()

    def _next_section(self, ticker: Ticker) -> Iterator[DatedMention]:
        yield from self._end_section()
        self._finder.skip(ticker.data)
        self._offset += len(ticker.data)
        page = self._page(ticker.block)
        if page.day is not None:
            self._set_page_above(page)
        self._section = self._next_prose(page)

    def _next_prose(self, page: Page | None) -> Section:
        return Section(page, ArticleDates(self._offset, self.calendar) if self._article else None)

    def _end_section(self) -> Iterator[DatedMention]:
        yield from self._hold(self._finder.finish())
        if self._section.dates is not None:
            self._section.dates.close(self._offset)
        yield from self._known()

    def _set_page_above(self, page: Page) -> None:
        """What is above the first ticker belongs to the first dated one, if that is near enough."""
        if self._above.page is None:
            self._above.page = page

    def _hold(self, mentions: Iterable[Mention]) -> Iterator[DatedMention]:
        for mention in mentions:
            self._held.append((mention, self._section))
            yield from self._known()

    def _known(self) -> Iterator[DatedMention]:
        held = self._held
        while held and held[0][1].is_known:
            mention, section = held.popleft()
            day = section.dates.day(mention.byte_end) if section.dates else None
            yield DatedMention(mention, section.page or Page(), day)

    def _page(self, block: Block) -> Page:
        day = block.as_of if block.as_of or block.unreadable_date else self._undated
        return Page(self.calendar.past(day), block.snapshots[-1] if block.snapshots else ())
