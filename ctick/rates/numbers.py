"""Numbers as people write them: digits in groups, scales (`million`, `млн`) and words (`three`)."""

_ZEROS = {
    2: "hundred hundreds",
    3: "k thousand thousands thsd тыс тысяч тысяча тысячи тысячу тысячам тысячами",
    6: "m mn mln mio million millions млн миллион миллиона миллионов миллионам миллионами",
    9: "b bn bln mlrd billion billions млрд миллиард миллиарда миллиардов миллиардам миллиардами",
    12: "t tn trn trln trillion trillions трлн триллион триллиона триллионов триллионам триллионами",
}
SCALES = {word: zeros for zeros, words in _ZEROS.items() for word in words.split()}
"""How many zeros a word stands for."""

_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {word: 10 * number for number, word in enumerate(_TENS, 2)}
_UNITS = (
    "one один одна одно одного одной одну",
    "two два две двух",
    "three три трех трёх",
    "four четыре четырех четырёх",
    "five пять пяти",
    "six шесть шести",
    "seven семь семи",
    "eight восемь восьми",
    "nine девять девяти",
    "ten десять десяти",
    "eleven одиннадцать одиннадцати",
    "twelve двенадцать двенадцати",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_WORDS.update({word: number for number, words in enumerate(_UNITS, 1) for word in words.split()})

DIGITS = frozenset("0123456789")


def spelled(word: str) -> int | None:
    """The number that a word stands for, from one to ninety-nine; None for any other word.

    >>> spelled("twelve"), spelled("Twenty-five"), spelled("три")
    (12, 25, 3)
    """
    small = word.casefold()
    if small in _WORDS:
        return _WORDS[small]
    tens, hyphen, unit = small.partition("-")
    if hyphen and tens in _TENS and _WORDS.get(unit, 10) < 10:
        return _WORDS[tens] + _WORDS[unit]
    return None


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
