r"""What a ticker line and a date look like, as patterns over bytes, and what they say.

`\x0b` and `\x1f` are the line ends that HTML does not mean (see `pages`): a ticker line may go on
behind them.
"""

import datetime as dt
import re
from decimal import Decimal

from ctick.clock import MONTHS
from ctick.currencies import FIVE
from ctick.model import Quote

_WIDE = rb"\xc2\xa0|\xe2\x80[\x80-\x8b\xaf]|\xe2\x81\x9f|\xe3\x80\x80|\xef\xbb\xbf"
_BLANKS = rb"(?:[ \t]|" + _WIDE + rb"){0,255}"
_GAP = rb"(?:[ \t\x0b\x1f]|" + _WIDE + rb"){0,255}"
_BULLET = rb"(?:\xe2\x80\xa2|\xc2\xb7|\*|-|\xe2\x80\x93)"
_SIGN = rb"(?:[-+]|\xe2\x88\x92)"
_PAIR = rb"([A-Z]{2,10})" + _GAP + rb"/" + _GAP + rb"([A-Z]{2,10})" + _GAP + rb"="

# No two neighbours in these patterns can match the same byte, so a failed match steps back over each
# byte once. Possessive quantifiers would say so, but are faulty before Python 3.11.5.
HEAD = re.compile(_GAP + rb"(?:" + _BULLET + _GAP + rb")?" + _PAIR + rb"\Z")
_BETWEEN = re.compile(rb"(?:[ \t\n\x0b\x1f]|" + _WIDE + rb"){0,4096}")
UNIT = re.compile(
    _BULLET + rb"?" + _GAP + _PAIR + _GAP
    + rb"(?:(\d{1,40}(?:\.\d{1,40})?|\.\d{1,40})(?![\d.])"
    + rb"(?:" + _GAP + rb"(" + _SIGN + rb"?)(\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})" + _GAP + rb"%)?"
    + _BLANKS + rb"(?:(?=[\n\x0b\x1f]|(?:" + _BULLET + _GAP + rb")?[A-Z]{2,10}" + _GAP + rb"/)|(\Z)))?"
)  # fmt: skip
# In HTML: a number in a place of its own behind a rate, which may be a part of it, and what may follow a line
# that can't be read, which may be its change.
FIGURE = re.compile(_GAP + _SIGN + rb"?[.,]?\d[\d.,]{0,80}")
REST = re.compile(_SIGN + rb"?[\d.,]{1,20}(?:" + _GAP + rb"(%))?" + _BLANKS + rb"(?=[\n\x0b\x1f]|\Z)")
_MONTH = {name.lower(): number for number, full in enumerate(MONTHS, 1) for name in (full, full[:3])} | {"sept": 9}
_MONTHS = "|".join(sorted(_MONTH, key=len, reverse=True)).encode()
DATE = re.compile(
    rb"(?:(\d{1,2})" + _GAP + rb"((?i:" + _MONTHS + rb"))\.?" + _GAP + rb"(\d{4})|(\d{4})-(\d{2})-(\d{2}))"
    + _BLANKS + rb"(?:[\n\x0b\x1f]|\Z)"
)  # fmt: skip
_SPACES = re.compile(rb"(?:[ \t\x0b\x1f]|" + _WIDE + rb"){1,255}")
_CUT_LINE = re.compile(rb"(?:" + _BULLET + rb" ?)?(?:([A-Z]{1,3}) ?)?(?:(/) ?(?:([A-Z]{1,3}) ?)?)?\Z")
LINE_ENDS = b"\n\x0b\x1f"
LINE_END = re.compile(rb"[\n\x0b\x1f]")
LONGEST = 8192
"""Bytes that no ticker line, and no date, is longer than, whatever blanks are in it."""

# From the first blank of a run only: from each of them it would look along the whole run.
SOFT_GAP = re.compile(rb"(?<![ \t])[ \t]*[\x0b\x1f][ \t\x0b\x1f]*")
_GAP_BYTES = b" \t\x0b\x1f\xc2\xa0\xe2\x81\x9f\xaf\xe3\xef\xbb\xbf" + bytes(range(0x80, 0x8C))
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Found:
    """What stands below a block: its `day`, or None where that can't be read; `end` is where it ends."""

    def __init__(self, day: dt.date | None, end: int) -> None:
        self.day = day
        self.end = end


def after_blanks(data: bytes, pos: int) -> int:
    """Where the blanks and line ends that begin at `pos` end."""
    while True:
        end = _BETWEEN.match(data, pos).end()  # type: ignore[union-attr]  # it matches nothing too
        if end - pos < 4096:
            return end
        pos = end


def line_start(data: bytes, low: int, slash: int) -> int:
    """Where in HTML the line begins in which the code before a slash stands; -1 if none does."""
    gap = data[max(low, slash - 800) : slash].rstrip(_GAP_BYTES)
    code = gap.rstrip(_LETTERS)
    if len(gap) - len(code) < 2:
        return -1
    end = max(low, slash - 800) + len(code)
    start = low
    for line_end in (b"\x1f", b"\x0b", b"\n"):
        start = max(start, data.rfind(line_end, start, end) + 1)
    return start if start > low else 0


def quote_of(unit: re.Match[bytes]) -> Quote:
    change = None
    if unit[5] is not None:
        sign = "" if unit[4] in (b"", b"+") else "-"
        change = Decimal(sign + unit[5].decode())
    return Quote(unit[1].decode(), Decimal(unit[3].decode()), change)


def date_below(data: bytes, pos: int) -> Found | None:
    """The date that stands at `pos`, or what is like one; None for anything else."""
    date = DATE.match(data, pos)
    day = _day_of(date) if date else None
    if date and day:
        return Found(day, date.end())
    from ctick.ticker import dates

    found = dates.find(data, pos)
    return Found(*found) if found else None


def _day_of(date: re.Match[bytes]) -> dt.date | None:
    day, month, year, *iso = (part.decode() if part else "" for part in date.groups())
    try:
        if iso[0]:
            return dt.date(int(iso[0]), int(iso[1]), int(iso[2]))
        return dt.date(int(year), _MONTH[month.lower()], int(day))
    except (KeyError, ValueError):
        return None


def is_cut_short(data: bytes, pos: int) -> bool:
    """Whether the input ends within the pair of a ticker line: after `• KZT/U`, say."""
    line = _CUT_LINE.match(_SPACES.sub(b" ", data[pos : pos + LONGEST]))
    if line is None or not 0 < len(data) - pos < LONGEST:
        return False
    base, slash, to = line.groups(b"")
    return (
        (base.decode() in FIVE and b"USD".startswith(to))
        if slash
        else any(code.startswith(base.decode()) for code in FIVE)
    )
