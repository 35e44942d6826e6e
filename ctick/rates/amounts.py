"""Reads amounts and currencies as people type them: `50,000 KGS`, `three million soum in USD`, `KZT575bn`.

A point is always a decimal point, and a group has three digits. Ambiguous amounts are refused with
both readings. No regular expressions: importing `re` takes longer than a whole conversion.
"""

from decimal import Decimal

from ctick import currencies
from ctick.errors import UsageError
from ctick.interval import EXACT
from ctick.rates.numbers import DIGITS, SCALES, is_digits, spelled, ungrouped
from ctick.text import plain

LARGEST = Decimal("1E30")
"""The largest amount."""

_PLACES = 30
LIMITS = f"amounts go up to 10^{LARGEST.adjusted()}, with up to {_PLACES} decimal places"

_IN_NUMBER = DIGITS | {".", "_"}
_SIGNS = "-\u2212+"
_SEPARATORS = '\t,;"'  # between fields
_WHITE_SPACE = {
    **dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " "),
    **dict.fromkeys([*range(0x0A, 0x0E), *range(0x1C, 0x20), 0x85, 0x2028, 0x2029], "\t"),
}
_CONNECTORS = ("to", "in", "into", "=", "->")


class Request:
    """Convert `amount` of `base` into `targets`, or into the default ones if that is empty.

    `note` is a warning about an amount that some people would read differently: `50.000`.
    """

    def __init__(self, amount: Decimal, base: str, targets: list[str], note: str | None = None) -> None:
        self.amount = amount
        self.base = base
        self.targets = targets
        self.note = note


def read(text: str) -> Request:
    """`AMOUNT FROM [TO...]` with spaces, tabs, commas or semicolons between the fields.

    A comma between two digits belongs to the amount. Raises UsageError, with both readings if there
    are two.
    """
    text = text.strip()
    shown = plain(text, 60)
    if len(text) > 500:
        raise UsageError(f"'{shown}' is too long for an amount and its currencies")
    tokens = _tokens(text.translate(_WHITE_SPACE))
    if not tokens:
        raise UsageError("no amount given: try 'ctick convert 50000 KGS'")
    base = None
    place = 0
    if tokens[0][0] != "number":
        base, place = _currency(tokens, 0)
    start = place
    while place < len(tokens) and tokens[place][0] == "number":
        place += 1
    if start == place:
        raise UsageError(f"'{shown}' has no amount: write it as 50000 KGS")
    parts = [number for _, number in tokens[start:place]]
    amount = _number(parts)
    zeros = 2
    while zeros == 2 and place < len(tokens):  # five hundred thousand
        zeros, rest = _scale(tokens[place][1])
        amount = amount.scaleb(zeros, EXACT)
        if zeros:
            tokens[place : place + 1] = [("word", rest)] if rest else []
    if not is_in_range(amount):
        raise UsageError(f"'{shown}' is out of range: {LIMITS}")
    if base is None:
        if place == len(tokens):
            raise UsageError(f"'{shown}' has no currency: add one, as in {shown} KGS")
        base, place = _currency(tokens, place)
    return Request(amount, base, _targets(tokens, place), _note(parts))


def is_in_range(number: Decimal) -> bool:
    """Whether this finite number can be an amount."""
    return number.copy_abs() <= LARGEST and int(number.as_tuple().exponent) >= -_PLACES


def _targets(tokens: list[tuple[str, str]], place: int) -> list[str]:
    """The currencies from this place to the end, each once."""
    targets = []
    while place < len(tokens):
        if tokens[place][1].casefold() in _CONNECTORS and place + 1 < len(tokens):
            place += 1
        target, place = _currency(tokens, place)
        targets.append(target)
    return list(dict.fromkeys(targets))


def _tokens(text: str) -> list[tuple[str, str]]:
    """Numbers (with sign, separators and exponent) and words: `("number", "50,000")`, `("word", "KGS")`."""
    tokens: list[tuple[str, str]] = []
    place = 0
    sign = ""
    new_field = False
    while place < len(text):
        char = text[place]
        end = place + 1
        if _begins_number(text, place):
            end = _number_end(text, place)
            number = sign + text[place:end]
            is_group = bool(tokens) and tokens[-1][0] == "number"
            if not is_group and "," not in text[:place][-1:] + text[end : end + 1]:  # not between fields
                number = _decimal_comma(number)
            # Groups of one amount have spaces between them; two fields are two amounts.
            if is_group and (new_field or number[0] in _SIGNS):
                both = f"'{plain(tokens[-1][1], 40)}' and '{plain(number, 40)}'"
                raise UsageError(f"{both} are two amounts: give one at a time, as in 50000 KGS")
            tokens.append(("number", number))
            sign, new_field = "", False
        elif char in _SEPARATORS:
            new_field = True
        elif char in _SIGNS and not tokens and not sign:
            sign = char  # as in -$20
        elif char != " ":
            while end < len(text) and text[end] not in " " + _SEPARATORS and not _begins_number(text, end):
                end += 1
            word = text[place:end]
            number_word = None if any(kind == "number" for kind, _ in tokens) else spelled(word)
            if number_word is None:
                tokens.append(("word", word))
            else:
                tokens.append(("number", f"{sign}{number_word}"))
                sign = ""
        place = end
    return tokens


def _begins_number(text: str, place: int) -> bool:
    """Whether a number begins here: `5`, `-5`, `.5` or `,5`.

    The point in `KGS.5` ends an abbreviation, the comma in `KGS,5` separates fields.
    """
    before = text[place - 1] if place else " "
    if text[place] in _SIGNS:
        before = " "
        place += 1
    mark = text[place : place + 1]
    if (mark == "." and not before.isalpha()) or (mark == "," and not before.isalnum() and before not in _SEPARATORS):
        place += 1
    return text[place : place + 1] in DIGITS


def _number_end(text: str, place: int) -> int:
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


def _currency(tokens: list[tuple[str, str]], place: int) -> tuple[str, int]:
    """The currency at this place, of one word or two (`Kyrgyz som`), and the place after it."""
    kind, word = tokens[place]
    if kind == "number":
        raise UsageError(f"expected a currency, not '{plain(word, 40)}': give one amount at a time, as in 50000 KGS")
    if place + 1 < len(tokens):
        both = currencies.find(f"{word} {tokens[place + 1][1]}")
        if both is not None:
            return both, place + 2
    if word.casefold() in _CONNECTORS:
        raise UsageError(f"'{word}' belongs between two currencies, as in 50000 KGS to USD")
    if word.casefold() in ("nan", "inf", "infinity"):
        raise UsageError(f"'{word}' is not a valid amount: write a number, as in 50000 KGS")
    if any(char.isnumeric() for char in word):
        raise UsageError(f"'{plain(word, 40)}' can't be read: write amounts with the digits 0 to 9, as in 50000 KGS")
    return currencies.code(word), place + 1


def _scale(word: str) -> tuple[int, str]:
    """How many zeros `word` stands for, and the currency after them: 3 and `KGS` for `kKGS`."""
    small = word.casefold()
    if small.rstrip(".") in SCALES:
        return SCALES[small.rstrip(".")], ""
    if not currencies.is_name(word):
        for scale, zeros in SCALES.items():
            if small.startswith(scale) and currencies.is_name(word[len(scale) :]):
                return zeros, word[len(scale) :]
    return 0, word


def _number(parts: list[str]) -> Decimal:
    text = " ".join(parts)
    sign = "-" if text[0] in "-\u2212" else ""
    body = text[1:] if text[0] in _SIGNS else text
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


def _decimal_comma(number: str) -> str:
    """`0.5` for `0,5`: no group of thousands begins with 0, so this can only be a decimal comma."""
    whole, comma, fraction = number.partition(",")
    is_clear = comma and not whole.strip(_SIGNS + "0") and not set(fraction) & set(",._")
    return f"{whole}.{fraction}" if is_clear else number


def _note(parts: list[str]) -> str | None:
    """How `50.000` was read, which is 50 thousand in some countries; None if the amount is clear."""
    number = parts[-1].lstrip(_SIGNS)
    whole, _, fraction = number.partition(".")
    if len(parts) > 1 or number[0] == "0" or not 1 <= len(whole) <= 3 or len(fraction) != 3:
        return None
    if not is_digits(whole + fraction):
        return None
    read = f"{Decimal(number).normalize():f}"
    return f"'{number}' was read as {read} (the point is a decimal point); did you mean {whole}{fraction}?"


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
