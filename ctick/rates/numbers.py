"""Numbers as people write them: digits in groups, scales (`million`, `млн`) and words (`three`)."""

from decimal import Decimal

from ctick.errors import UsageError
from ctick.interval import EXACT
from ctick.text import plain

LARGEST = Decimal("1E30")
"""The largest amount."""

_PLACES = 30
LIMITS = f"amounts go up to 10^{LARGEST.adjusted()}, with up to {_PLACES} decimal places"

SIGNS = "-\u2212+"
SEPARATORS = '\t,;"'
"""What stands between fields, besides spaces."""


_ZEROS = {
    2: "hundred hundreds",
    3: "k thousand thousands thsd тыс тысяч тысяча тысячи тысячу тысячам тысячами",
    6: "m mn mln mio million millions млн миллион миллиона миллионов миллионам миллионами",
    9: "b bn bln mlrd billion billions млрд миллиард миллиарда миллиардов миллиардам миллиардами",
    12: "t tn trn trln trillion trillions трлн триллион триллиона триллионов триллионам триллионами",
}
SCALES = {word: zeros for zeros, words in _ZEROS.items() for word in words.split()}
"""How many zeros a word stands for."""

_ONES = (
    "one один одна одно одного одной одну", "two два две двух", "three три трех трёх", "four четыре четырех четырёх",
    "five пять пяти", "six шесть шести", "seven семь семи", "eight восемь восьми", "nine девять девяти",
    "ten десять десяти", "eleven одиннадцать одиннадцати", "twelve двенадцать двенадцати", "thirteen тринадцать",
    "fourteen четырнадцать", "fifteen пятнадцать", "sixteen шестнадцать", "seventeen семнадцать",
    "eighteen восемнадцать", "nineteen девятнадцать",
)  # fmt: skip
_TENS = (
    "twenty двадцать двадцати", "thirty тридцать тридцати", "forty сорок сорока", "fifty пятьдесят пятидесяти",
    "sixty шестьдесят шестидесяти", "seventy семьдесят семидесяти", "eighty восемьдесят восьмидесяти",
    "ninety девяносто",
)  # fmt: skip
_HUNDREDS = ("сто ста", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот")
_words: dict[str, int] = {}  # made when the first word is asked for, as `convert 50000 KGS` has none

DIGITS = frozenset("0123456789")
_IN_NUMBER = DIGITS | {".", "_"}


def spelled(word: str) -> int | None:
    """The number that a word stands for; None for any other word.

    >>> spelled("twelve"), spelled("Twenty-five"), spelled("триста")
    (12, 25, 300)
    """
    if not _words:
        _words.update(
            {
                word: number * unit
                for names, first, unit in ((_ONES, 1, 1), (_TENS, 2, 10), (_HUNDREDS, 1, 100))
                for number, words in enumerate(names, first)
                for word in words.split()
            }
        )
    small = word.casefold()
    tens, hyphen, ones = small.partition("-")
    if not hyphen:
        return _words.get(small)
    total, more = _words.get(tens, 0), _words.get(ones, 10)
    return total + more if 20 <= total < 100 and more < 10 else None


def ungrouped(whole: str, marks: str) -> str | None:
    """The digits of a number with one of `marks` between its groups of three; None if they are not groups."""
    for mark in marks:
        if mark in whole:
            first, *rest = whole.split(mark)
            if not 1 <= len(first) <= 3 or first[0] == "0" or any(len(group) != 3 for group in rest):
                return None
            whole = "".join([first, *rest])
            break
    return whole if is_digits(whole) else None


def is_digits(text: str) -> bool:
    """Whether there is nothing but the digits 0 to 9."""
    return DIGITS.issuperset(text)


def is_in_range(number: Decimal) -> bool:
    """Whether this finite number can be an amount."""
    return number.copy_abs() <= LARGEST and int(number.as_tuple().exponent) >= -_PLACES


def read_number(parts: list[str]) -> Decimal:
    """The number that these parts with spaces between them make up; UsageError, with both readings if there are two."""
    text = " ".join(parts)
    sign = "-" if text[0] in "-\u2212" else ""
    body = text[1:] if text[0] in SIGNS else text
    mantissa, e, exponent = body.replace("E", "e").partition("e")
    whole, point, fraction = mantissa.partition(".")
    digits = ungrouped(whole, ",_ ")
    if digits is None or not is_digits(fraction) or not (digits or fraction):
        readings = [f"{sign}{reading}{e}{exponent}" for reading in _readings(mantissa)]
        if len(readings) == 2:
            raise UsageError(
                f"'{plain(text, 60)}' is ambiguous: write {plain(readings[0], 60)} or {plain(readings[1], 60)}"
            )
        advice = f"; did you mean {plain(readings[0], 60)}?" if readings else ": write it as 50000 or 50,000.00"
        raise UsageError(f"'{plain(text, 60)}' is not a valid amount{advice}")
    if not is_digits(exponent.lstrip("+-")):
        raise UsageError(f"'{plain(text, 60)}' is not a valid amount: write it as 50000 or 50,000.00")
    number = Decimal(0)
    if len(exponent) <= 4:
        number = EXACT.create_decimal(f"{sign}{digits}{point}{fraction}{e}{exponent}")
    if len(exponent) > 4 or not is_in_range(number):
        raise UsageError(f"'{plain(text, 60)}' is out of range: {LIMITS}")
    return number or number.copy_abs()  # 0, not -0


def _readings(mantissa: str) -> list[str]:
    """What a number with unclear separators can mean: two readings, one or none."""
    found = []
    for mark in ",.":
        whole, point, fraction = mantissa.rpartition(mark)
        if mark == "." and mantissa.count(".") == 1:
            fraction = fraction.replace(",", "")
        digits = ungrouped(whole, ",._ ")
        if point and digits is not None and fraction and is_digits(fraction):
            found.append(f"{digits or '0'}.{fraction}")
    kinds = set(mantissa) - DIGITS
    if found and "." not in kinds and len(kinds) == 2 and len(mantissa) - mantissa.rfind(",") == 4:
        found.append("".join(char for char in mantissa if char in DIGITS))  # 1 000,000
    if len(kinds) == 1 and (kinds != {"."} or ungrouped(mantissa, ".") is not None):
        found.append("".join(char for char in mantissa if char in DIGITS).lstrip("0") or "0")
    return found


def begins_number(text: str, place: int) -> bool:
    """Whether a number begins here: `5`, `-5`, `.5` or `,5`.

    The point in `KGS.5` ends an abbreviation, the comma in `KGS,5` separates fields.
    """
    before = text[place - 1] if place else " "
    if text[place] in SIGNS:
        before = " "
        place += 1
    mark = text[place : place + 1]
    if (mark == "." and not before.isalpha()) or (mark == "," and not before.isalnum() and before not in SEPARATORS):
        place += 1
    return text[place : place + 1] in DIGITS


def number_end(text: str, place: int) -> int:
    end = place + 1
    while text[end : end + 1] in _IN_NUMBER or (text[end : end + 1] == "," and text[end + 1 : end + 2] in DIGITS):
        end += 1
    if text[end : end + 1] in ("e", "E"):
        power = last = end + 1 + (text[end + 1 : end + 2] in ("+", "-"))
        while text[last : last + 1] in DIGITS:
            last += 1
        if last > power:
            return last
    return end


def decimal_comma(number: str) -> str:
    """`0.5` for `0,5`: no group of thousands begins with 0, so this can only be a decimal comma."""
    whole, comma, fraction = number.partition(",")
    is_clear = comma and not whole.strip(SIGNS + "0") and not set(fraction) & set(",._")
    return f"{whole}.{fraction}" if is_clear else number
