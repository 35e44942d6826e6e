"""Numbers in running text: `50,000`, `3.5 million`, `7 trln 163 billion`, `half a million`, `полтора миллиона`."""

from collections.abc import Sequence
from decimal import Decimal

from ctick.currencies import CODES
from ctick.interval import EXACT
from ctick.mentions.model import Printed
from ctick.mentions.readings import readings
from ctick.mentions.tokens import NUMBER, Token, is_close, is_glued, word_at
from ctick.mentions.vocabulary import BARE_SCALES
from ctick.rates.numbers import SCALES, spelled

_HALF = Decimal("0.5")
_QUARTER = Decimal("0.25")
_PARTS: dict[str, tuple[tuple[tuple[str, ...], Decimal], ...]] = {
    "half": ((("a",), _HALF), ((), _HALF)),
    "a": ((("half",), _HALF), (("quarter", "of", "a"), _QUARTER)),
    "three": ((("quarters", "of", "a"), 3 * _QUARTER),),
    "пол": (((), _HALF),),
    "полтора": (((), Decimal("1.5")),),
    "полутора": (((), Decimal("1.5")),),
    "четверть": (((), _QUARTER),),
}
"""Parts of a scale by their first word: the words after it, and the number."""

_AND_A_HALF = (("and", "a", "half"), ("с", "половиной"))
_ABBREVIATIONS = ("тыс", "млн", "млрд", "трлн", "bn", "bln", "mln", "trn", "trln")
_HALF_OF = {"полмиллиона": 6, "полмиллиарда": 9, "полтысячи": 3, "полтриллиона": 12}
_FIRST_WORDS = BARE_SCALES | _PARTS.keys() | _HALF_OF.keys() | {"a", "an"}


class Quantity:
    """A number of the text, from `start` to `end`.

    `readings` has the numbers that it can mean, the likelier first, each with the unit of its last digit. `zeros`
    is what its scale stands for, 0 without one.
    """

    __slots__ = ("end", "readings", "start", "zeros")

    def __init__(self, start: int, end: int, readings: list[tuple[Decimal, Decimal]], zeros: int) -> None:
        self.start = start
        self.end = end
        self.readings = readings
        self.zeros = zeros

    @property
    def value(self) -> Decimal:
        """The number, in its likelier reading."""
        return self.readings[0][0]

    def scaled(self, zeros: int) -> "Quantity":
        """The number with a scale of so many zeros."""
        readings = [(value.scaleb(zeros, EXACT), unit.scaleb(zeros, EXACT)) for value, unit in self.readings]
        return Quantity(self.start, self.end, readings, zeros)

    def in_scale_of(self, other: "Quantity") -> "Quantity":
        """The number as the other end of a range, or item of a list: 10 million in `10 to 15 million`."""
        if other.zeros and not self.zeros and self.value < other.value.scaleb(-other.zeros, EXACT):
            return self.scaled(other.zeros)
        return self

    def amount(self, reading: int = 0, *, is_rounded: bool) -> Printed:
        """The number as an amount, which counts as exact to its last digit, or to two digits at least.

        The zeros at the end of one with a scale or with `about` before it are not known.
        """
        value, unit = self.readings[reading]
        if (self.zeros or is_rounded) and value:
            unit = max(unit, _last_nonzero(value))
        second = value.adjusted() - 1
        return Printed(value, min(unit, Decimal(1).scaleb(second, EXACT)) if value else unit)

    def figure(self) -> Printed:
        """The number as the result of a conversion, which is rounded.

        It counts to its last digit; without decimal places or a scale the zeros at its end, from the third digit
        on, are not known.
        """
        value, unit = self.readings[0]
        if not self.zeros and unit == 1:
            unit = max(unit, self.amount(is_rounded=True).step)
        return Printed(value, unit)


def may_begin(word: str) -> bool:
    """Whether a number may begin with this word, which is in lower case."""
    return spelled(word) is not None or word in _FIRST_WORDS


def quantity(tokens: Sequence[Token], place: int) -> tuple[Quantity, int] | None:
    """The number that begins at this token, and the place after it; None if there is none."""
    first = _part(tokens, place)
    if first is None:
        return None
    whole, place = first
    while whole.zeros and len(whole.readings) == 1 and (more := _part(tokens, place)):
        part, after = more
        value, unit = part.readings[0]
        if part.zeros >= whole.zeros or value.adjusted() >= whole.zeros or not is_close(tokens, place - 1):
            break
        total = EXACT.add(whole.value, value)
        whole = Quantity(whole.start, part.end, [(total, unit)], part.zeros)
        place = after
        if not part.zeros:
            break
    return whole, place


def _part(tokens: Sequence[Token], place: int) -> tuple[Quantity, int] | None:
    """One number with its scale."""
    if place >= len(tokens):
        return None
    token = tokens[place]
    if token.kind == NUMBER:
        if not _begins_number(tokens, place):
            return None
        zeros, after = _scale(tokens, _after_words(tokens, place + 1))
        word = tokens[after - 1].word if zeros else word_at(tokens, after)  # the scale, or the currency
        found = readings(token.text, has_scale=zeros > 0, is_russian="а" <= word[:1] <= "я")
        return _scaled(token.start, found, zeros, tokens, after) if found else None
    if token.word in _HALF_OF:
        return _scaled(token.start, [(_HALF, _HALF)], _HALF_OF[token.word], tokens, place + 1)
    for words, value in _PARTS.get(token.word, ()):
        if all(word_at(tokens, place + step) == word for step, word in enumerate(words, 1)):
            zeros, after = _scale(tokens, place + 1 + len(words))
            if zeros:
                return _scaled(token.start, [(value, _QUARTER)], zeros, tokens, after)
    number, after = _words(tokens, place)
    if number:
        zeros, after = _scale(tokens, after)
    elif token.word in ("a", "an") or token.word in BARE_SCALES:
        number = Decimal(1)
        zeros, after = _scale(tokens, place + (token.word not in BARE_SCALES))
        if not zeros:
            return None
    else:
        return None
    return _scaled(token.start, [(number, Decimal(1))], zeros, tokens, after)


def _after_words(tokens: Sequence[Token], place: int) -> int:
    """The place after a number in brackets that repeats the one before in words: `5 (five) million`."""
    if word_at(tokens, place) != "(":
        return place
    end = place + 1
    while word_at(tokens, end) in SCALES or word_at(tokens, end) == "and" or spelled(word_at(tokens, end)) is not None:
        end += 1
    return end + 1 if end > place + 1 and word_at(tokens, end) == ")" else place


def _words(tokens: Sequence[Token], place: int) -> tuple[Decimal, int]:
    """A number in words, and the place after it: `three`, `one hundred and fifty`, `семь с половиной`; 0 for none."""
    total = 0
    limit = 1000
    while place < len(tokens):
        if 0 < total < 10 and tokens[place].word == "hundred":
            total, limit = 100 * total, 100
            place += 1 + (word_at(tokens, place + 1) == "and" and spelled(word_at(tokens, place + 2)) is not None)
            continue
        number = spelled(tokens[place].word)
        if number is None or number >= limit:
            break
        total, limit = total + number, 10 ** (len(str(number)) - 1)
        place += 1
    if total:
        for half in _AND_A_HALF:
            if tuple([word_at(tokens, place + step) for step in range(len(half))]) == half:
                return total + _HALF, place + len(half)
    return Decimal(total), place


def _begins_number(tokens: Sequence[Token], place: int) -> bool:
    """Whether digits are a number: not in `A4`, `COVID-19`, `0.5.1`."""
    token = tokens[place]
    if not place or tokens[place - 1].end < token.start:
        return True
    before = tokens[place - 1]
    if before.is_word:
        return before.text in CODES or before.text.endswith("$")  # KZT575, US$5
    if before.text in "-.,:#№_/" and place > 1 and tokens[place - 2].end == before.start:
        other = tokens[place - 2]
        is_date = place > 2 and tokens[place - 3].text == "-" and tokens[place - 3].end == other.start
        # 10-15, 90 bn-100 bn; not 2025-12-16
        return before.text == "-" and not is_date and (other.kind == NUMBER or other.word in SCALES)
    return before.text not in "#№_"


def _scale(tokens: Sequence[Token], place: int) -> tuple[int, int]:
    """How many zeros the words at this place stand for, and the place after them: 8 for `hundred million`."""
    zeros = 0
    while place < len(tokens):
        if tokens[place].text == "-" and is_glued(tokens, place) and word_at(tokens, place + 1) in SCALES:
            place += 1  # one-million-tenge
        word = tokens[place].word
        if word == "t" or word not in SCALES or (zeros and zeros != 2):
            break
        zeros += SCALES[word]
        place += 1
        place += _is_abbreviation(tokens, place)
    return zeros, place


def _is_abbreviation(tokens: Sequence[Token], place: int) -> bool:
    """Whether the point at this place ends an abbreviation, not a sentence: `50 тыс. сомов`."""
    if place + 1 >= len(tokens) or tokens[place].text != "." or tokens[place].start > tokens[place - 1].end:
        return False
    follower = tokens[place + 1].text
    return tokens[place - 1].word in _ABBREVIATIONS and not (follower[:1].isupper() and follower[1:2].islower())


def _scaled(
    start: int,
    readings: list[tuple[Decimal, Decimal]],
    zeros: int,
    tokens: Sequence[Token],
    after: int,
) -> tuple[Quantity, int]:
    last = tokens[after - 2 if tokens[after - 1].text == "." else after - 1]
    found = Quantity(start, last.end, readings, 0)
    return (found.scaled(zeros) if zeros else found), after


def _last_nonzero(value: Decimal) -> Decimal:
    """The unit of the last digit that is not 0."""
    return Decimal(1).scaleb(int(value.normalize(EXACT).as_tuple().exponent), EXACT)
