"""Reads amounts and currencies as people type them: `50,000 KGS`, `three million soum in USD`, `KZT575bn`.

A point is always a decimal point, and a group has three digits. Ambiguous amounts are refused with
both readings. No regular expressions: importing `re` takes longer than a whole conversion.
"""

from decimal import Decimal

from ctick import currencies
from ctick.errors import UsageError
from ctick.interval import EXACT
from ctick.rates.numbers import (
    DIGITS,
    LIMITS,
    SCALES,
    SEPARATORS,
    SIGNS,
    begins_number,
    decimal_comma,
    is_digits,
    is_in_range,
    number_end,
    read_number,
    spelled,
)
from ctick.text import plain

_WHITE_SPACE = {
    **dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " "),
    **dict.fromkeys([*range(0x0A, 0x0E), *range(0x1C, 0x20), 0x85, 0x2028, 0x2029], "\t"),
}
TO = ("to", "in", "into", "=", "->", "→", "в", "во", "на")
"""Words before the currency that is wanted."""

_CONNECTORS = (*TO, *currencies.AND)
_ONE = ("a", "an")
_ONE_SCALES = (
    "hundred", "thousand", "million", "billion", "trillion", "тысяча", "тысячу", "миллион", "миллиард", "триллион",
)  # fmt: skip
_NUMBER, _WORD = "number", "word"


class Request:
    """Convert `amount` of `base` into `targets`, or into the default ones if that is empty.

    `note` is a warning about an amount that may have been meant otherwise: `50.000`. `has_amount` is
    whether the text has one.
    """

    def __init__(
        self, amount: Decimal, base: str, targets: list[str], note: str | None = None, *, has_amount: bool = True
    ) -> None:
        self.amount = amount
        self.base = base
        self.targets = targets
        self.note = note
        self.has_amount = has_amount


def read(text: str, *, typed: bool = False) -> Request:
    """`AMOUNT FROM [TO...]`, also `FROM [TO...] AMOUNT`, with spaces, tabs, commas or semicolons between the fields.

    A comma between two digits belongs to the amount. If the text was `typed` in a shell, a missing
    amount is 1. Raises UsageError, with both readings if there are two.
    """
    text = text.strip()
    shown = plain(text, 60)
    if len(text) > 500:
        raise UsageError(f"'{shown}' is too long for an amount and its currencies")
    tokens = _tokens(text.translate(_WHITE_SPACE))
    if not tokens:
        raise UsageError("no amount given: try 'ctick convert 50000 KGS'")
    first = next((place for place, token in enumerate(tokens) if token.kind == _NUMBER), len(tokens))
    if first == len(tokens) and not typed:
        _check_word(tokens[0])
        currencies.leading([token.text for token in tokens])
        raise UsageError(f"'{shown}' has no amount: write it as 50000 KGS")
    before = _currencies(tokens[:first])
    if first == len(tokens):
        return Request(Decimal(1), before[0], _unique(before[1:]), has_amount=False)
    amount, parts, rest = _amount(tokens[first:])
    if not is_in_range(amount):
        raise UsageError(f"'{shown}' is out of range: {LIMITS}")
    unquoted = _quoting_note(text) if typed else None
    note = unquoted or _point_note(parts)
    if not before and (not rest or rest[0].text.casefold() in TO):
        number = shown.partition(f" {rest[0].text}")[0] if rest else shown
        if typed and not note:
            note = f"in a shell, write dollars in single quotes: '${number}'"
        advice = "" if unquoted else f": add one, as in {number} KGS"
        raise UsageError(f"'{number}' has no currency{advice}{f'; {note}' if typed else ''}")
    after = _currencies(rest, before)
    if len(before) > 1 and after:
        raise UsageError(f"'{shown}' can be read in several ways: put the amount first, as in 50000 KGS")
    is_last = tokens[first].is_glued and len(before) > 1
    if is_last or (before and rest and rest[0].is_glued and not tokens[first].is_glued):  # KGS $100, KGS 100$
        one, other, number = before[0], (before + after)[-1 if is_last else 1], f"{amount:f}"
        raise UsageError(f"'{shown}' is ambiguous: write {number} {one} to {other} or {number} {other} to {one}")
    base, *targets = before + after
    return Request(amount, base, _unique(targets), note)


def is_request(words: list[str]) -> bool:
    """Whether words on a command line begin as `read` takes them: with an amount or the name of a currency."""
    try:
        tokens = _tokens(" ".join(words[:2]).translate(_WHITE_SPACE))
    except UsageError:  # two amounts
        return words[0].lstrip(SIGNS)[:1] in DIGITS
    if not tokens or not words[0].strip():
        return False
    names = [token.text for token in tokens[:2]]
    is_amount = tokens[0].kind == _NUMBER or names[0][0].isnumeric()
    return is_amount or currencies.is_name(names[0]) or currencies.is_name(" ".join(names))


def _unique(codes: list[str]) -> list[str]:
    return list(dict.fromkeys(codes))


def _amount(tokens: "list[Token]") -> "tuple[Decimal, list[str], list[Token]]":
    """The amount that tokens begin with, the parts of its number, and the tokens after it: `KGS` of `50 000 kKGS`."""
    place = next((place for place, token in enumerate(tokens) if token.kind != _NUMBER), len(tokens))
    parts, rest = [token.text for token in tokens[:place]], tokens[place:]
    amount = read_number(parts)
    zeros = 2
    while zeros == 2 and rest:  # five hundred thousand
        zeros, word = _scale(rest[0].text)
        amount = amount.scaleb(zeros, EXACT)
        if zeros:
            rest = [*([Token(_WORD, word, is_glued=True)] if word else []), *rest[1:]]
    return amount, parts, rest


def _currencies(tokens: "list[Token]", before: list[str] | None = None) -> list[str]:
    """The codes of all currencies in these tokens; `before` are those before the amount."""
    found: list[str] = []
    place = 0
    while place < len(tokens):
        has_one = bool(found or before)
        if has_one and tokens[place].text.casefold() in _CONNECTORS and place + 1 < len(tokens):
            place += 1
        _check_word(tokens[place])
        code, count = currencies.leading([token.text for token in tokens[place : place + 2]])
        found.append(code)
        place += count
    return found


class Token:
    """A number with its sign, separators and exponent, or a word; `is_glued` if nothing stands before it."""

    __slots__ = ("is_glued", "kind", "text")

    def __init__(self, kind: str, text: str, *, is_glued: bool = False) -> None:
        self.kind = kind
        self.text = text
        self.is_glued = is_glued


def _tokens(text: str) -> list[Token]:
    """The numbers and words of a text."""
    tokens: list[Token] = []
    place = 0
    sign = ""
    new_field = False
    while place < len(text):
        char = text[place]
        end = place + 1
        is_glued = bool(tokens) and text[place - 1] not in " " + SEPARATORS
        if begins_number(text, place):
            end = number_end(text, place)
            number = sign + text[place:end]
            is_group = bool(tokens) and tokens[-1].kind == _NUMBER
            if not is_group and "," not in text[:place][-1:] + text[end : end + 1]:  # not between fields
                number = decimal_comma(number)
            # Groups of one amount have spaces between them; two fields are two amounts.
            if is_group and (new_field or number[0] in SIGNS):
                both = f"'{plain(tokens[-1].text, 40)}' and '{plain(number, 40)}'"
                raise UsageError(f"{both} are two amounts: give one at a time, as in 50000 KGS")
            tokens.append(Token(_NUMBER, number, is_glued=is_glued))
            sign, new_field = "", False
        elif char in SEPARATORS:
            new_field = True
        elif char in SIGNS and not tokens and not sign:
            sign = char  # as in -$20
        elif char != " ":
            while end < len(text) and text[end] not in " " + SEPARATORS and not begins_number(text, end):
                end += 1
            new = _words(text[place:end], sign, tokens)
            if new[0].kind == _NUMBER:
                sign = ""
            new[0].is_glued = is_glued
            tokens += new
        place = end
    return tokens


def _words(word: str, sign: str, before: list[Token]) -> list[Token]:
    """The tokens of one word: `twelve` is a number, `million` one and its scale, `KGS/USD` two words."""
    small = word.casefold()
    number = None
    if not before and (small in _ONE or small in _ONE_SCALES):
        number = 1
    elif all(token.kind == _WORD for token in before):
        number = spelled(word)
    if number is not None:
        scale = [Token(_WORD, word)] if small in _ONE_SCALES else []
        return [Token(_NUMBER, f"{sign}{number}"), *scale]
    return [Token(_WORD, name) for name in (("/" in word and currencies.pair(word)) or [word])]


def _check_word(token: Token) -> None:
    """UsageError, with advice, for what can't be a currency."""
    word = token.text
    if token.kind == _NUMBER:
        raise UsageError(f"expected a currency, not '{plain(word, 40)}': give one amount at a time, as in 50000 KGS")
    if word.casefold() in _CONNECTORS:
        raise UsageError(f"'{word}' belongs between two currencies, as in 50000 KGS to USD")
    if word.casefold() in ("nan", "inf", "infinity"):
        raise UsageError(f"'{word}' is not a valid amount: write a number, as in 50000 KGS")
    if any(char.isnumeric() for char in word):
        raise UsageError(f"'{plain(word, 40)}' can't be read: write amounts with the digits 0 to 9, as in 50000 KGS")


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


def _quoting_note(text: str) -> str | None:
    """What a shell leaves of an unquoted `$100`, `$1,500` or `$1.50` looks like `00`, `,500` or `.50`."""
    number = next((word for word in text.split() if not DIGITS.isdisjoint(word)), "").lstrip(SIGNS)
    if not number or not DIGITS | {",", "."} >= set(number):
        return None
    if number.strip("0,") and not (number[0] == "0" and number[1:2] in DIGITS) and number[0] not in ",.":
        return None
    return (
        f"{number} is what a shell leaves of an unquoted $1{number}: for dollars, write '$1{number}' in single quotes"
    )


def _point_note(parts: list[str]) -> str | None:
    """How `50.000` was read, which is 50 thousand in some countries; None if the amount is clear."""
    number = parts[-1].lstrip(SIGNS)
    whole, _, fraction = number.partition(".")
    if len(parts) > 1 or number[0] == "0" or not 1 <= len(whole) <= 3 or len(fraction) != 3:
        return None
    if not is_digits(whole + fraction):
        return None
    read = f"{Decimal(number).normalize():f}"
    return f"'{number}' was read as {read} (the point is a decimal point); did you mean {whole}{fraction}?"
