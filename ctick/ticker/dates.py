"""The date below a block, in the formats that pages use; loaded only for the less common ones.

A line is compared as lower-case words. A date is read only if nothing else is on its line but a
weekday, a time and words such as "Updated"; what looks like a date is distinguished from prose.
"""

import datetime as dt
import re

from ctick.clock import MONTHS
from ctick.ticker.patterns import after_blanks

_SEARCHED = 1024  # bytes below a block

_MONTH_WORDS = [f"{name.lower()} {name[:3].lower()}" for name in MONTHS]
_RUSSIAN = (
    "январь января янв", "февраль февраля фев", "март марта мар", "апрель апреля апр", "май мая", "июнь июня июн",
    "июль июля июл", "август августа авг", "сентябрь сентября сен", "октябрь октября окт", "ноябрь ноября ноя",
    "декабрь декабря дек",
)  # fmt: skip
_MONTH = {
    word: number
    for language in (_MONTH_WORDS, _RUSSIAN)
    for number, words in enumerate(language, 1)
    for word in words.split()
} | {"sept": 9}
_WORDS_BESIDE = (
    "last update updated published posted modified date dated as of on at rate rates for from the st nd rd th"
    " mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun sunday"
    " обновлено обновление последнее опубликовано дата курс курсы на от за в по состоянию г года"
    " пн вт ср чт пт сб вс понедельник вторник среда среду четверг пятница пятницу суббота субботу воскресенье"
)
_BESIDE = frozenset(_WORDS_BESIDE.split())
"""Words that may be on the line of a date."""

_MAX_OTHERS = 2  # other words on a line that looks like a date
_LONGEST_DATE = 200  # bytes
_PUNCTUATION = re.compile("[,;|·•–—()\\[\\]\"'*\\s\u200b]+(?:-\\s+)?")
_WORD = re.compile(r"[^\W\d_]+")
_TIME = re.compile(
    r"(?:(?<![\w:.])|(?<=\d)t)\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?: ?[ap]\.?m\b\.?)?"
    r"(?: ?(?:utc|gmt|z|msk|мск)\b)?(?: ?[+-]\d{1,2}(?::?\d{2})?)?(?![\w:])"
)
_AFTER_NUMBER = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b|(?<=\d) ?(?:года|г)\b")
_DATES = (
    re.compile(r"(?P<d>\d{1,2}) (?P<m>[^\W\d_]+) (?P<y>\d{4})\Z"),
    re.compile(r"(?P<m>[^\W\d_]+) (?P<d>\d{1,2}) (?P<y>\d{4})\Z"),
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})\Z"),
    re.compile(r"(?P<d>\d{2})\.(?P<m>\d{2})\.(?P<y>\d{4})\Z"),  # with dots, the day always comes first
)
_NUMERIC = re.compile(
    r"(?<![\d.])(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-](?:19|20)\d{2})(?![\d.]*\d)"
    r"|(?<!\w)(?:19|20)\d{6}(?!\w)|(?<![\w/])\d{1,2}/\d{1,2}(?![\w/])|\b(?:yesterday|вчера)\b"
)
_NAMED = re.compile(r"\d(?:st|nd|rd|th)?[ .-]{0,3}(?:of )?([^\W\d_]+)|(?<![^\W\d_])([^\W\d_]+)[ .-]{0,3}\d")
_YEAR = re.compile(r"(?<![\d.])(?:19|20)\d{2}(?!\d|[.,]\d| ?%)")
_DAY_NUMBER = re.compile(r"(?<![\d.,:$€£])(?:0?[1-9]|[12]\d|3[01])(?!\d|[.,:]\d| ?%)")

_CENTURY = re.compile(rb"(?:19|20)\d\d")
_IN_PROSE = re.compile(
    r"(?<![\w.,])(?:\d{1,2}(?:st|nd|rd|th)?\s(?:of\s)?[^\W\d_]{3,10}\.?,?\s\d{4}"
    r"|[^\W\d_]{3,10}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}|\d{4}-\d{2}-\d{2})(?![\w-])"
)


def may_have_year(line: bytes) -> bool:
    """Whether a line has a year of this century or the last, without which it has no full date."""
    return _CENTURY.search(line) is not None


def in_prose(text: str) -> dt.date | None:
    """The first full date in a text: day, month by its name, and year, or `2025-12-16`."""
    days = (_day_of(_normal(found[0].encode())) for found in _IN_PROSE.finditer(text))
    return next(filter(None, days), None)


def find(data: bytes, pos: int) -> tuple[dt.date | None, int] | None:
    """The day in the first lines from `pos` on, and where it ends; (None, end) if it can't be read.

    None if nothing looks like a date. A date may be split over several lines of HTML, and a label or
    weekday may be on a separate line.
    """
    limit = min(len(data), pos + _SEARCHED)
    text, at = "", pos
    while at < limit:
        ends = [end for end in (data.find(mark, at, limit) for mark in (b"\n", b"\x0b", b"\x1f")) if end >= 0]
        end = min(ends, default=limit)
        raw = data[at:end].strip()
        if len(raw) > _LONGEST_DATE:
            return None
        text = f"{text} {_normal(raw)}".strip()
        at = end + 1
        others = _others(text)
        if others > _MAX_OTHERS:
            return None
        day = None if others else _day_of(text)
        if day:
            return day, min(at, len(data))
        if _looks_like_a_date(text):
            return None, end
        if others or any(map(str.isdigit, text)):
            return None
    return None


def ends_search(line: bytes) -> bool:
    """Whether `find` looks no further than this line, wherever above it begins: it has other words than dates have."""
    line = line[after_blanks(line, 0) :].strip()
    return len(line) > _LONGEST_DATE or _others(_normal(line)) > 0


def _normal(raw: bytes) -> str:
    """A line as lower-case words and numbers separated by blanks, without punctuation and times."""
    text = _PUNCTUATION.sub(" ", raw.decode("utf-8", "replace").lower())
    return _TIME.sub(" ", text) if ":" in text else text


def _others(text: str) -> int:
    """Counts the words of a line that don't belong to a date."""
    return sum(len(word) > 1 and word not in _MONTH and word not in _BESIDE for word in _WORD.findall(text))


def _day_of(text: str) -> dt.date | None:
    """The day on a line without other words."""
    text = _AFTER_NUMBER.sub("", text)
    words = [word for word in (word.rstrip(".:") for word in text.split()) if word and word not in _BESIDE]
    for pattern in _DATES:
        if found := pattern.match(" ".join(words)):
            month = _MONTH.get(found["m"]) or (int(found["m"]) if found["m"].isdigit() else 0)
            try:
                return dt.date(int(found["y"]), month, int(found["d"]))
            except ValueError:
                return None
    return None


def _looks_like_a_date(text: str) -> bool:
    """Whether a line with few other words looks like a date, rather than a figure or a headline."""
    return (
        _NUMERIC.search(text) is not None
        or any(one in _MONTH or other in _MONTH for one, other in _NAMED.findall(text))
        or (_YEAR.search(text) is not None and _DAY_NUMBER.search(text) is not None)
    )
