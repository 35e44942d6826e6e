"""What people type -> an amount and currencies: `50,000 KGS`, `3 million soum in USD`, `KZT575bn`.

A point is always the decimal point, a group has three digits, and what could mean two things is
refused with both readings. Plain string handling: importing `re` would cost more than the rest of
the answer.
"""

from decimal import Decimal

from ctick import currencies
from ctick.errors import UsageError
from ctick.interval import EXACT
from ctick.text import plain

MOST = Decimal("1E30")
"""The largest amount; beyond it nobody has counted."""

_PLACES = 30
_DIGITS = "0123456789"
_SIGNS = "-\u2212+"
_GAPS = '\t,;"'
_SPELLED = {
    **dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " "),
    **dict.fromkeys([*range(0x0A, 0x0E), *range(0x1C, 0x20), 0x85, 0x2028, 0x2029], "\t"),
}
_BETWEEN = ("to", "in", "into", "=", "->")
_ZEROS = {
    3: "k thousand thousands thsd тыс тысяч тысяча тысячи",
    6: "m mn mln mio million millions млн миллион миллиона миллионов",
    9: "b bn bln mlrd billion billions млрд миллиард миллиарда миллиардов",
    12: "t tn trn trln trillion trillions трлн триллион триллиона триллионов",
}
_SCALES = {word: zeros for zeros, words in _ZEROS.items() for word in words.split()}


class Request:
    """What is to be converted: `amount` of `base` into `targets` (none: the default ones).

    `note` says how an amount was read that some people write for another one: `50.000`.
    """

    def __init__(self, amount: Decimal, base: str, targets: list[str], note: str | None = None) -> None:
        self.amount = amount
        self.base = base
        self.targets = targets
        self.note = note


def read_line(line: str) -> Request:
    """A line `AMOUNT FROM [TO...]`, its fields apart by blanks, tabs, commas or semicolons.

    A comma between two digits belongs to the amount. Raises UsageError.
    """
    return read([line])


def read(words: list[str]) -> Request:
    """The words of a command line, however they are cut: one word, or one for each part.

    Raises UsageError, which names both readings where there are two.
    """
    text = " ".join(words).translate(_SPELLED).strip()
    if len(text) > 500:
        raise UsageError(f"'{plain(text, 60)}' is too long for an amount and its currencies")
    tokens = _tokens(text)
    if not tokens:
        raise UsageError("say how much of what: ctick convert 50000 KGS")
    place = 0
    base = None
    if tokens[0][0] != "number":
        base, place = _currency(tokens, 0)
    start = place
    while place < len(tokens) and tokens[place][0] == "number":
        place += 1
    if start == place:
        raise UsageError(f"'{plain(text, 60)}' has no amount: write it as 50000 KGS")
    parts = [number for _, number in tokens[start:place]]
    amount = _number(parts)
    note = _note(parts)
    if place < len(tokens):
        zeros, rest = _scale(tokens[place][1])
        if zeros:
            amount = amount.scaleb(zeros, EXACT)
            if rest:
                tokens[place] = ("word", rest)
            else:
                place += 1
    if amount.copy_abs() > MOST:
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
    return Request(amount, base, targets, note)


def _tokens(text: str) -> list[tuple[str, str]]:
    """Numbers (with sign, separators and exponent) and words, in their order."""
    tokens: list[tuple[str, str]] = []
    place = 0
    sign = ""
    gap = False
    while place < len(text):
        char = text[place]
        end = place + 1
        if _begins_number(text, place):
            end = _number_end(text, place)
            number = sign + text[place:end]
            is_group = bool(tokens) and tokens[-1][0] == "number"
            if not is_group and "," not in text[:place][-1:] + text[end : end + 1]:  # no field that commas part
                number = _decimal_comma(number)
            # The groups of one amount are apart by blanks; what is in two fields is not one amount.
            if is_group and (gap or number[0] in _SIGNS):
                both = f"'{plain(tokens[-1][1], 40)}' and '{plain(number, 40)}'"
                raise UsageError(f"{both} are two amounts: one at a time, as in 50000 KGS")
            tokens.append(("number", number))
            sign, gap = "", False
        elif char in _GAPS:
            gap = True
        elif char in _SIGNS and not tokens and not sign:
            sign = char  # of -$20
        elif char != " ":
            while end < len(text) and text[end] not in " " + _GAPS and not _begins_number(text, end):
                end += 1
            tokens.append(("word", text[place:end]))
        place = end
    return tokens


def _begins_number(text: str, place: int) -> bool:
    """Whether a number begins here: `5`, `-5`, `.5` or `,5`.

    The point of `KGS.5` is one of an abbreviation, the comma of `KGS,5` stands between fields.
    """
    before = text[place - 1] if place else " "
    if text[place] in _SIGNS:
        before = " "
        place += 1
    mark = text[place : place + 1]
    if (mark == "." and not before.isalpha()) or (mark == "," and not before.isalnum() and before not in _GAPS):
        place += 1
    return text[place : place + 1] in tuple(_DIGITS)


def _number_end(text: str, place: int) -> int:
    end = place + 1
    while text[end : end + 1] in (*_DIGITS, ".", "_") or (
        text[end : end + 1] == "," and text[end + 1 : end + 2] in tuple(_DIGITS)
    ):
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
    if word.casefold() in _BETWEEN:
        raise UsageError(f"'{word}' stands between two currencies, as in 50000 KGS to USD")
    if word.casefold() in ("nan", "inf", "infinity"):
        raise UsageError(f"'{word}' is not an amount: write a number, as in 50000 KGS")
    if any(char.isnumeric() for char in word):
        raise UsageError(f"'{plain(word, 40)}' can't be read: write amounts with the digits 0 to 9, as in 50000 KGS")
    return currencies.code(word), place + 1


def _scale(word: str) -> tuple[int, str]:
    """The zeros that `word` stands for, and what of it is glued on behind: `kKGS` -> 3, `KGS`."""
    small = word.casefold()
    if small.rstrip(".") in _SCALES:
        return _SCALES[small.rstrip(".")], ""
    if not currencies.is_name(word):
        for scale, zeros in _SCALES.items():
            if small.startswith(scale) and currencies.is_name(word[len(scale) :]):
                return zeros, word[len(scale) :]
    return 0, word


def _number(parts: list[str]) -> Decimal:
    text = " ".join(parts)
    sign = "-" if text[0] in "-\u2212" else ""
    body = text[1:] if text[0] in _SIGNS else text
    mantissa, e, exponent = body.replace("E", "e").partition("e")
    whole, point, fraction = mantissa.partition(".")
    digits = _ungrouped(whole, ",_ ")
    if digits is None or not _is_digits(fraction) or not (digits or fraction):
        readings = [f"{sign}{reading}{e}{exponent}" for reading in _readings(mantissa)]
        if len(readings) == 2:
            raise UsageError(
                f"'{plain(text, 60)}' can be read as {plain(readings[0], 60)} or as {plain(readings[1], 60)}:"
                " write the one that is meant, without separators"
            )
        model = f"{plain(readings[0], 60)} if that is meant" if readings else "it as 50000 or 50,000.00"
        raise UsageError(f"'{plain(text, 60)}' is not an amount: write {model}")
    if not _is_digits(exponent.lstrip("+-")):
        raise UsageError(f"'{plain(text, 60)}' is not an amount: write it as 50000 or 50,000.00")
    number = Decimal(0)
    if len(exponent) <= 4:
        number = EXACT.create_decimal(f"{sign}{digits}{point}{fraction}{e}{exponent}")
    if len(exponent) > 4 or number.copy_abs() > MOST or int(number.as_tuple().exponent) < -_PLACES:
        raise UsageError(f"'{plain(text, 60)}' is out of reach: amounts go up to 10^30, with {_PLACES} decimal places")
    return number or number.copy_abs()  # nobody owes -0


def _decimal_comma(number: str) -> str:
    """`0,5` -> `0.5`: no group of thousands begins with 0, so that this comma can only be a decimal one."""
    whole, comma, fraction = number.partition(",")
    is_clear = comma and not whole.strip(_SIGNS + "0") and not set(fraction) & set(",._")
    return f"{whole}.{fraction}" if is_clear else number


def _note(parts: list[str]) -> str | None:
    """How `50.000` was read, where a point parts thousands in some countries; None for what is clear."""
    number = parts[-1].lstrip(_SIGNS)
    whole, _, fraction = number.partition(".")
    if len(parts) > 1 or number[0] == "0" or not 1 <= len(whole) <= 3 or len(fraction) != 3:
        return None
    if not _is_digits(whole + fraction):
        return None
    read = f"{Decimal(number).normalize():f}"
    return f"'{number}' was read as {read} (a point is the decimal point): write {whole}{fraction} if that is meant"


def _readings(mantissa: str) -> list[str]:
    """What a number with unclear separators can mean: two readings, one, or none."""
    found = []
    for mark in ",.":
        whole, point, fraction = mantissa.rpartition(mark)
        if mark == "." and mantissa.count(".") == 1:
            fraction = fraction.replace(",", "")
        digits = _ungrouped(whole, ",._ ")
        if point and digits is not None and fraction and _is_digits(fraction):
            found.append(f"{digits or '0'}.{fraction}")
    kinds = set(mantissa) - set(_DIGITS)
    if found and "." not in kinds and len(kinds) == 2 and len(mantissa) - mantissa.rfind(",") == 4:
        found.append("".join(char for char in mantissa if char in _DIGITS))  # 1 000,000: a thousand or a million
    if len(kinds) == 1 and (kinds != {"."} or _ungrouped(mantissa, ".") is not None):
        found.append("".join(char for char in mantissa if char in _DIGITS).lstrip("0") or "0")
    return found


def _ungrouped(whole: str, marks: str) -> str | None:
    """The digits of a number in groups of three, apart by one of `marks`; None where it is not."""
    for mark in marks:
        if mark in whole:
            first, *rest = whole.split(mark)
            if not 1 <= len(first) <= 3 or first[0] == "0" or any(len(group) != 3 for group in rest):
                return None
            whole = "".join([first, *rest])
            break
    return whole if _is_digits(whole) else None


def _is_digits(text: str) -> bool:
    return all(char in _DIGITS for char in text)
