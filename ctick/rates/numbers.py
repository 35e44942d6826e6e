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
_WORDS = {
    word: number * unit
    for names, first, unit in ((_ONES, 1, 1), (_TENS, 2, 10), (_HUNDREDS, 1, 100))
    for number, words in enumerate(names, first)
    for word in words.split()
}

DIGITS = frozenset("0123456789")


def spelled(word: str) -> int | None:
    """The number that a word stands for; None for any other word.

    >>> spelled("twelve"), spelled("Twenty-five"), spelled("триста")
    (12, 25, 300)
    """
    small = word.casefold()
    tens, hyphen, unit = small.partition("-")
    if not hyphen:
        return _WORDS.get(small)
    total, more = _WORDS.get(tens, 0), _WORDS.get(unit, 10)
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
