r"""What a ticker line and a date look like, as patterns over bytes.

`\x0b` and `\x1f` are line ends that come from HTML (see `decoding`): a ticker line may continue after
them.
"""

import datetime as dt
import re
from decimal import Decimal

from ctick.clock import MONTHS
from ctick.currencies import FIVE
from ctick.model import Quote

_UNICODE_BLANK = rb"\xc2\xa0|\xe2\x80[\x80-\x8b\xaf]|\xe2\x81\x9f|\xe3\x80\x80|\xef\xbb\xbf"
_BLANKS = rb"(?:[ \t]|" + _UNICODE_BLANK + rb"){0,255}"
_GAP = rb"(?:[ \t\x0b\x1f]|" + _UNICODE_BLANK + rb"){0,255}"
_BULLET = rb"(?:\xe2\x80\xa2|\xc2\xb7|\*|-|\xe2\x80\x93)"
_SIGN = rb"(?:[-+]|\xe2\x88\x92)"
_PAIR = rb"(?P<base>[A-Z]{2,10})" + _GAP + rb"/" + _GAP + rb"(?P<quote>[A-Z]{2,10})" + _GAP + rb"="

# No two adjacent parts of these patterns match the same byte, so a failed match backtracks over each
# byte once. Possessive quantifiers would ensure that, but they are faulty before Python 3.11.5.
LINE_HEAD = re.compile(_GAP + rb"(?:" + _BULLET + _GAP + rb")?" + _PAIR + rb"\Z")
_BLANK_SPACE = re.compile(rb"(?:[ \t\n\x0b\x1f]|" + _UNICODE_BLANK + rb"){0,4096}")
TICKER_LINE = re.compile(
    _BULLET + rb"?" + _GAP + _PAIR + _GAP
    + rb"(?:(?P<rate>\d{1,40}(?:\.\d{1,40})?|\.\d{1,40})(?![\d.])"
    + rb"(?:" + _GAP + rb"(?P<sign>" + _SIGN + rb"?)(?P<change>\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})" + _GAP + rb"%)?"
    + _BLANKS + rb"(?:(?=[\n\x0b\x1f]|(?:" + _BULLET + _GAP + rb")?[A-Z]{2,10}" + _GAP + rb"/)|(?P<at_end>\Z)))?"
)  # fmt: skip
# In HTML, elements after a rate: a number may be its last digits; after a rate that can't be read, a number or
# per cent may belong to it.
NUMBER_AFTER_RATE = re.compile(_GAP + _SIGN + rb"?[.,]?\d[\d.,]{0,80}")
NUMBER_OR_CHANGE = re.compile(
    _SIGN + rb"?[\d.,]{1,20}(?:" + _GAP + rb"(?P<percent>%))?" + _BLANKS + rb"(?=[\n\x0b\x1f]|\Z)"
)
_MONTH = {name.lower(): number for number, full in enumerate(MONTHS, 1) for name in (full, full[:3])} | {"sept": 9}
_MONTHS = "|".join(sorted(_MONTH, key=len, reverse=True)).encode()
DATE = re.compile(
    rb"(?:(\d{1,2})" + _GAP + rb"((?i:" + _MONTHS + rb"))\.?" + _GAP + rb"(\d{4})|(\d{4})-(\d{2})-(\d{2}))"
    + _BLANKS + rb"(?:[\n\x0b\x1f]|\Z)"
)  # fmt: skip
_SPACES = re.compile(rb"(?:[ \t\x0b\x1f]|" + _UNICODE_BLANK + rb"){1,255}")
_CUT_LINE = re.compile(rb"(?:" + _BULLET + rb" ?)?(?:([A-Z]{1,3}) ?)?(?:(/) ?(?:([A-Z]{1,3}) ?)?)?\Z")
LINE_END = re.compile(rb"[\n\x0b\x1f]")
LONGEST_LINE = 8192
"""Bytes that no ticker line and no date exceeds, however many blanks it has."""

# The lookbehind lets a match begin only at the first blank of a run: otherwise each blank would scan the whole run.
HTML_GAP = re.compile(rb"(?<![ \t])[ \t]*[\x0b\x1f][ \t\x0b\x1f]*")
_GAP_BYTES = b" \t\x0b\x1f\xc2\xa0\xe2\x81\x9f\xaf\xe3\xef\xbb\xbf" + bytes(range(0x80, 0x8C))
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class DateBelow:
    """A date below a block: its `day`, or None where it can't be read, and where it ends."""

    def __init__(self, day: dt.date | None, end: int) -> None:
        self.day = day
        self.end = end


def after_blanks(data: bytes, pos: int) -> int:
    """Where the blanks and line ends that begin at `pos` end."""
    while True:
        end = _BLANK_SPACE.match(data, pos).end()  # type: ignore[union-attr]  # it matches the empty string too
        if end - pos < 4096:
            return end
        pos = end


def html_line_start(data: bytes, low: int, slash: int) -> int:
    """Where in HTML the line begins whose code is before the slash; 0 if there is none after `low`."""
    gap_start = max(low, slash - 800)
    gap = data[gap_start:slash].rstrip(_GAP_BYTES)
    code = gap.rstrip(_LETTERS)
    if len(gap) - len(code) < 2:
        return 0
    end = gap_start + len(code)
    return max(data.rfind(b"\x1f", low, end), data.rfind(b"\x0b", low, end), data.rfind(b"\n", low, end)) + 1


def quote_of(line: re.Match[bytes]) -> Quote:
    """The quote of a ticker line."""
    change = None
    if line["change"] is not None:
        sign = "" if line["sign"] in (b"", b"+") else "-"
        change = Decimal(sign + line["change"].decode())
    return Quote(line["base"].decode(), Decimal(line["rate"].decode()), change)


def date_below(data: bytes, pos: int) -> DateBelow | None:
    """The date at `pos`, or what looks like one; None for anything else."""
    date = DATE.match(data, pos)
    day = _day_of(date) if date else None
    if date and day:
        return DateBelow(day, date.end())
    from ctick.ticker import dates

    found = dates.find(data, pos)
    return DateBelow(*found) if found else None


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
    if not 0 < len(data) - pos < LONGEST_LINE:
        return False
    line = _CUT_LINE.match(_SPACES.sub(b" ", data[pos:]))
    if line is None:
        return False
    base, slash, to = line.groups(b"")
    return (
        (base.decode() in FIVE and b"USD".startswith(to))
        if slash
        else any(code.startswith(base.decode()) for code in FIVE)
    )
