"""What people type -> an amount and currencies: `50,000 KGS`, `3 million soum in USD`, `KZT575bn`.

A point is always the decimal point, a group has three digits, and what could mean two things is
refused with both readings. Plain string handling: importing `re` would cost more than the rest of
the answer.
"""

from decimal import Decimal, InvalidOperation

from ctick import currencies
from ctick.errors import UsageError, plain
from ctick.model import EXACT

MOST = Decimal(10) ** 30
"""The largest amount; beyond it nobody has counted."""

_PLACES = 30
_DIGITS = "0123456789"
_SIGNS = {"-": "-", "\u2212": "-", "+": ""}
_BLANKS = dict.fromkeys(map(ord, "\t\u00a0\u2007\u2008\u2009\u200a\u202f\u3000"), " ")
_BETWEEN = ("to", "in", "into")
_ZEROS = {
    3: "k thousand thousands thsd тыс тысяч",
    6: "m mn mln mio million millions млн миллион миллиона миллионов",
    9: "b bn bln mlrd billion billions млрд миллиард миллиарда миллиардов",
    12: "t tn trn trln trillion trillions трлн триллион триллиона триллионов",
}
_SCALES = {word: zeros for zeros, words in _ZEROS.items() for word in words.split()}


class Request:
    """What is to be converted: `amount` of `base` into `targets` (none: the default ones)."""

    def __init__(self, amount: Decimal, base: str, targets: list[str]) -> None:
        self.amount = amount
        self.base = base
        self.targets = targets


def read_line(line: str) -> Request:
    """A line `AMOUNT FROM [TO...]`, its fields apart by blanks, tabs or commas.

    A comma between two digits belongs to the amount. Raises UsageError.
    """
    chars = list(line)
    for place, char in enumerate(chars):
        if char in ",;" and not (
            chars[place - 1 : place] and chars[place - 1] in _DIGITS and line[place + 1 : place + 2] in tuple(_DIGITS)
        ):
            chars[place] = " "
    return read(["".join(chars)])


def read(words: list[str]) -> Request:
    """The words of a command line, however they are cut: one word, or one for each part.

    Raises UsageError, which names both readings where there are two.
    """
    text = " ".join(words).translate(_BLANKS).strip()
    if not text:
        raise UsageError("say how much of what: ctick convert 50000 KGS")
    if len(text) > 500:
        raise UsageError(f"'{plain(text, 60)}' is too long for an amount and its currencies")
    tokens = _tokens(text)
    place = 0
    base = None
    if tokens[0][0] != "number":
        base, place = _currency(tokens, 0)
    start = place
    while place < len(tokens) and tokens[place][0] == "number":
        place += 1
    if start == place:
        raise UsageError(f"'{plain(text, 60)}' has no amount: write it as 50000 KGS")
    amount = _number([number for _, number in tokens[start:place]])
    if place < len(tokens):
        zeros, rest = _scale(tokens[place][1])
        if zeros:
            amount = amount.scaleb(zeros, EXACT)
            if rest:
                tokens[place] = ("word", rest)
            else:
                place += 1
    if abs(amount) > MOST:
        raise UsageError(f"'{plain(text, 60)}' is more than 10^30: no bank has that much")
    if base is None:
        if place == len(tokens):
            raise UsageError(f"'{plain(text, 60)}' of what? Write the currency too: {plain(text, 60)} KGS")
        base, place = _currency(tokens, place)
    targets: list[str] = []
    while place < len(tokens):
        if tokens[place][1].casefold() in _BETWEEN and place + 1 < len(tokens):
            place += 1
        target, place = _currency(tokens, place)
        if target not in targets:
            targets.append(target)
    return Request(amount, base, targets)


def _tokens(text: str) -> list[tuple[str, str]]:
    """Numbers (with sign, separators and exponent) and words, in their order."""
    tokens: list[tuple[str, str]] = []
    place = 0
    sign = ""
    while place < len(text):
        char = text[place]
        following = text[place + 1 : place + 2]
        if char == " ":
            place += 1
        elif char in _SIGNS and following.strip() and (following not in _DIGITS and following != "."):
            sign = _SIGNS[char]  # of -$20
            place += 1
        elif char in _DIGITS or ((char in _SIGNS or char == ".") and following.strip()):
            end = _number_end(text, place)
            number = text[place:end]
            tokens.append(("number", sign + _SIGNS.get(number[0], number[0]) + number[1:]))
            sign = ""
            place = end
        else:
            end = place + 1
            while end < len(text) and text[end] not in " 0123456789":
                end += 1
            tokens.append(("word", text[place:end]))
            place = end
    return tokens


def _number_end(text: str, place: int) -> int:
    end = place + 1
    while end < len(text) and text[end] in "0123456789.,_":
        end += 1
    if text[end : end + 1] in ("e", "E"):
        power = end + 1
        if text[power : power + 1] in ("+", "-"):
            power += 1
        if text[power : power + 1] in tuple(_DIGITS):
            while power < len(text) and text[power] in _DIGITS:
                power += 1
            return power
    return end


def _currency(tokens: list[tuple[str, str]], place: int) -> tuple[str, int]:
    """The currency that begins here, in one word or two (`Kyrgyz som`), and the place after it."""
    kind, word = tokens[place]
    if kind == "number":
        raise UsageError(f"'{plain(word, 40)}' stands where a currency should: one amount at a time, as in 50000 KGS")
    if place + 1 < len(tokens):
        both = currencies.find(f"{word} {tokens[place + 1][1]}")
        if both is not None:
            return both, place + 2
    if word.casefold() in ("nan", "inf", "infinity"):
        raise UsageError(f"'{word}' is not an amount: write a number, as in 50000 KGS")
    return currencies.code(word), place + 1


def _scale(word: str) -> tuple[int, str]:
    """The zeros that `word` stands for, and what of it is glued on behind: `kKGS` -> 3, `KGS`."""
    small = word.casefold()
    if small in _SCALES:
        return _SCALES[small], ""
    if small.rstrip(".") in _SCALES:
        return _SCALES[small.rstrip(".")], ""
    if currencies.find(word) is None:
        for scale, zeros in _SCALES.items():
            if small.startswith(scale) and currencies.find(word[len(scale) :]):
                return zeros, word[len(scale) :]
    return 0, word


def _number(parts: list[str]) -> Decimal:
    text = " ".join(parts)
    sign = "-" if text.startswith("-") else ""
    body = text.removeprefix("-")
    mantissa, exponent = body, ""
    for letter in ("e", "E"):
        if letter in body:
            mantissa, exponent = body.split(letter, 1)
    marks = {char for char in mantissa if char not in _DIGITS}
    whole, point, fraction = mantissa.partition(".")
    if not set(fraction) <= set(_DIGITS):
        _refuse(text, mantissa)
    separators = marks - {"."}
    if len(separators) > 1:
        _refuse(text, mantissa)
    if separators:
        groups = whole.split(separators.pop())
        if (
            not 1 <= len(groups[0]) <= 3
            or groups[0].startswith("0")
            or any(len(group) != 3 for group in groups[1:])
            or exponent
        ):
            _refuse(text, mantissa)
        whole = "".join(groups)
    if len(exponent) > 4:
        raise UsageError(f"'{plain(text, 60)}' is out of reach: amounts go up to 10^30")
    try:
        number = Decimal(f"{sign}{whole}{point}{fraction}{'E' if exponent else ''}{exponent}")
    except InvalidOperation:
        raise UsageError(f"'{plain(text, 60)}' is not an amount: write it as 50000 or 50,000.00") from None
    if abs(number) > MOST or int(number.as_tuple().exponent) < -_PLACES:
        raise UsageError(f"'{plain(text, 60)}' is out of reach: amounts go up to 10^30, with {_PLACES} decimal places")
    return number


def _refuse(text: str, mantissa: str) -> None:
    """Names the two readings of a number whose separators can be read in two ways."""
    last = max(mantissa.rfind(mark) for mark in ".,_ ")
    digits = "".join(char for char in mantissa if char in _DIGITS)
    tail = sum(char in _DIGITS for char in mantissa[last:])
    one = f"{digits[: len(digits) - tail] or '0'}.{digits[len(digits) - tail :]}" if tail else digits
    raise UsageError(
        f"'{plain(text, 60)}' can be read as {plain(one, 60)} or as {plain(digits, 60)}:"
        " write the one that is meant, without separators"
    )
