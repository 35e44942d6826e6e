"""Text for people and from people: dates, numbers, ages, names of sources. Independent of the locale."""

import datetime as dt
from decimal import Decimal

from ctick import clock
from ctick.clock import MONTHS
from ctick.errors import CtickError, UsageError
from ctick.interval import EXACT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctick.model import DatedQuote

STALE = 2
"""Days; the age of older rates is shown."""

NO_BREAK = "\u00a0"
"""A space at which `wrapped` breaks no line."""

_MARKDOWN = {ord(sign): f"\\{sign}" for sign in "\\`*[]<>|&"}
_SIX_DIGITS = EXACT.copy()
_SIX_DIGITS.prec = 6


def plain(text: object, limit: int = 200) -> str:
    """Text without control, escape, bidi or other unprintable characters, safe to print.

    Each white-space character becomes a space, each other unprintable one U+FFFD. Text of more than
    `limit` characters is cut and ends in "...".
    """
    string = str(text)
    if len(string) > limit:
        string = string[: limit - 3] + "..."
    if string.isprintable():
        return string
    return "".join([char if char.isprintable() else " " if char.isspace() else "\ufffd" for char in string])


def markdown(text: str) -> str:
    """Text for a cell of a Markdown table, with its signs escaped."""
    return text.translate(_MARKDOWN)


def long_date(day: dt.date) -> str:
    """`16 December 2025`"""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year:04}"


def short_date(day: dt.date | None) -> str:
    """`16 Dec 2025`, or `undated`."""
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year:04}" if day else "undated"


def is_old(dated: "DatedQuote", day: dt.date) -> bool:
    """Whether a rate is so old on this day that its age is shown."""
    return dated.as_of is not None and (day - dated.as_of).days > STALE


def as_of_text(as_of: dt.date | None, day: dt.date) -> str:
    """`16 Dec 2025`; from the third day on `16 Dec 2025 · 344 days ago`; `dated 26 Nov 2026 (tomorrow)`."""
    if as_of is None or 0 <= (day - as_of).days <= STALE:
        return short_date(as_of)
    age = age_text(as_of, day)
    return f"{short_date(as_of)} · {age}" if as_of < day else f"dated {short_date(as_of)} ({age})"


def age_text(as_of: dt.date, day: dt.date) -> str:
    """`344 days ago`, or `3 days earlier` than a past day; `tomorrow` or `in 2 days`."""
    days = (day - as_of).days
    if days < 0:
        return "tomorrow" if days == -1 else f"in {counted(-days, 'day')}"
    return f"{counted(days, 'day')} {'earlier' if day < clock.today() else 'ago'}"


def grouped(number: Decimal) -> str:
    """`50,000` for 50000: all digits of the number, with commas between thousands."""
    return f"{number:,f}"


def rate_text(dated: "DatedQuote") -> str:
    """`0.28490` as published; a derived rate with at most six significant digits: `0.0000848016`."""
    return f"{in_six_digits(dated.rate, [dated]):f}"


def in_six_digits(number: Decimal, quotes: "Sequence[DatedQuote]") -> Decimal:
    """A figure that follows from quotes: with at most six significant digits if one of them is derived."""
    return _SIX_DIGITS.plus(number) if any(dated.quote.legs for dated in quotes) else number


def to_the_second(moment: str) -> str:
    """`2026-11-22T04:14:15Z` for `2026-11-22T04:14:15.123456Z`"""
    return plain(moment[:19]) + "Z"


def source_text(dated: "DatedQuote") -> str:
    """`timesca`, or `timesca (bundled)` for a quote that comes with ctick."""
    return plain(dated.source) + (" (bundled)" if dated.bundled else "")


def wrapped(text: str, width: int, *, cuts_words: bool = True) -> list[str]:
    """Lines of at most `width` characters, broken at spaces; a longer word is cut, or stays whole."""
    lines = []
    indent = ""
    while len(indent) + len(text) > width > len(indent):
        space = width - len(indent)
        cut = text.rfind(" ", 0, space + 1)
        if cut <= 0:
            cut = space if cuts_words else text.find(" ")
            if cut < 0:
                break
        lines.append(indent + text[:cut].rstrip(" "))
        text = text[cut:].lstrip(" ")
        indent = "  " if width > 20 else ""
    return [line.replace(NO_BREAK, " ") for line in [*lines, indent + text]]


def counted(count: int, noun: str) -> str:
    """`1 line`, `2 lines`"""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def read_date(text: str, today: dt.date) -> dt.date:
    """`2025-12-16`, `16.12.2025`, `16 Dec 2025`, `today` or `yesterday`; UsageError for anything else."""
    small = text.lower()
    if small == "today":
        return today
    if small == "yesterday":
        return today - dt.timedelta(days=1)
    parts = small.replace(" ", ".").split(".")
    day, month, year = parts if len(parts) == 3 else ("", "", "")
    names = [name.lower() for name in MONTHS]
    number = next((str(place) for place, name in enumerate(names, 1) if month in (name, name[:3])), month)
    try:
        if len(text) == len("2025-12-16") and "w" not in small and "-" in text:  # 2025-W51-2 is a date to Python
            return dt.date.fromisoformat(text)
        if 0 < len(day) < 3 and 0 < len(number) < 3 and len(year) == 4:
            return dt.date.fromisoformat(f"{year}-{number:0>2}-{day:0>2}")
    except ValueError:
        pass
    raise UsageError(f"'{plain(text, 40)}' is not a date: write it as 2025-12-16, 16.12.2025, 'today' or 'yesterday'")


def is_date(text: str) -> bool:
    """Whether `read_date` takes this."""
    try:
        return bool(read_date(text, dt.date.max))
    except UsageError:
        return False


def read_age(text: str) -> int:
    """Days: `3d`, `3`, `2 weeks`, `6m`, `1y`; UsageError for anything else. Twelve months are 365 days."""
    found = duration(f"{text}d" if text.isdigit() else text, CALENDAR)
    if found is None:
        raise UsageError(f"'{plain(text, 40)}' is not an age: write it as 3d, 2w, 6m or 1y")
    number, unit = found
    return number * 365 * (12 if unit == "y" else 1) // 12 if unit in "my" else number * (7 if unit == "w" else 1)


CALENDAR = {"d": "d day days", "w": "w week weeks", "m": "m mo month months", "y": "y yr year years"}
CLOCK = {"s": "s sec secs second seconds", "m": "m min mins minute minutes", "h": "h hr hrs hour hours"}
"""Units of time, by one letter, with all their names."""


def duration(text: str, units: dict[str, str]) -> tuple[int, str] | None:
    """`2 Weeks` -> 2 and `w`, for a whole number below 100,000 and one of `units`; None for other text."""
    small = text.lower()
    number = small.rstrip("abcdefghijklmnopqrstuvwxyz").rstrip(" ")
    name = small[len(number) :].lstrip(" ")
    unit = next((letter for letter, names in units.items() if name in names.split()), None)
    if unit is None or not (number.isascii() and number.isdigit() and len(number) < 6):
        return None
    return int(number), unit


def is_source_name(text: str) -> bool:
    """Whether this can name a source: up to 32 of a-z, 0-9, '.', '_' and '-', first a letter or digit."""
    return 0 < len(text) <= 32 and text.isascii() and text[0].isalnum() and _NAME_CHARS.issuperset(text)


def check_source_name(text: str, error: type[CtickError] = UsageError) -> None:
    """Raises an error unless this can name a source."""
    if not is_source_name(text):
        raise error(f"'{plain(text, 40)}' is not a valid source name: use up to 32 of a-z, 0-9, '.', '_' and '-'")


_NAME_CHARS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._-")
