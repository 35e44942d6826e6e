"""The words around amounts in English and Russian texts; names of currencies are in `currencies`."""

import re
from functools import lru_cache


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


COUNTRIES = {
    "KGS": ("kyrgyz", "kirghiz", "kirgiz", "кырг", "кирг", "bishkek", "бишкек"),
    "KZT": ("kazakh", "казах", "қазақ"),
    "TJS": ("tajik", "таджик", "тоҷик"),
    "UZS": ("uzbek", "узб", "oʻzbek", "o'zbek", "ўзбек", "tashkent", "ташкент"),
    "TMT": ("turkmen", "туркмен"),
    "": ("azerbaijan", "азербайджан", "baku", "баку"),  # whose manat is another one
}
"""How the names of countries, peoples and two capitals begin, in lower case."""

_STEMS = {stem: code for code, stems in COUNTRIES.items() for stem in stems}
_STEM = re.compile("|".join(_STEMS))


def country_of(word: str) -> str | None:
    """The country that a word in lower case begins with, as the code of its currency; None for other words."""
    found = _STEM.match(word)
    return None if found is None else _STEMS[found[0]]


@lru_cache(1)  # the sentences of a paragraph ask for the same
def countries(text: str) -> frozenset[str]:
    """The countries that a text names."""
    lower = text.lower()
    return frozenset(
        [_STEMS[found[0]] for found in _STEM.finditer(lower) if not lower[found.start() - 1 : found.start()].isalpha()]
    )


DOLLARS = words("usd dollar dollars доллар доллара долларов долларам долларами долларах долл дол")
CENTS = words("cent cents цент цента центов")
OF_DOLLARS = words("us u.s. u.s american американских американский американского")
"""Words before `dollars` that make them US dollars; `сша` comes after them."""

ABOUT = words(
    "about around approximately approx roughly some over nearly almost circa ca than under estimated near"
    " около примерно порядка почти более менее больше меньше чем свыше приблизительно ~ ≈"
)
"""Words before a number which say that it is rounded."""

LEADS = ABOUT | words("more less just only up to at least most an close slightly well до всего лишь чуть не за")
"""Words that may be between an amount and its dollars, or a number and the rest of a range."""

EQUALS = words(
    "or equivalent equal equals equaling worth i.e i.e. e.g which that is was the sum amount amounts amounting of in"
    " dollar terms converted currently today then now = ie"
    " или эквивалентно эквивалент эквиваленте что это составляет равно равен то есть т.е в пересчете по курсу сумму"
)
"""Words between an amount and the same amount in dollars."""

STRONG = words(
    "or which that то т.е т.е. это составляет equivalent equal equals equaling worth i.e i.e. ie = ≈ ~ или"
    " эквивалентно эквивалент"
    " эквиваленте равно"
)
"""Those of them that say without a bracket that both are the same."""

DASHES = words("- – —")
IN_BRACKET = EQUALS | words(
    "exactly precisely as much little at current official exchange market rate today's today’s it's it’s that's that’s"
    " c . , ; : < > - – —"
    " ровно точно на сегодня текущему официальному рыночному"
)
"""Words that may be before the dollars in a bracket that follows an amount."""

RANGE_WORDS = words("to до")
AND = words("and or и или")
BEFORE_RANGE = words("from between от с между")

MONTHS = words(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug"
    " sep sept oct nov dec"
)
BEFORE_YEAR = MONTHS | words(
    "in since by until till from of during through early mid late before after end fiscal year в с к до на за"
    " январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре"
    " января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
)
"""What a number such as 2024 is a year after."""

RATES = words("rate rates курс курса курсу курсом курсе")
OF_RATES = words(
    "exchange dollar official market street interbank currency central weighted average доллара валют валюты"
    " официальный официальному рыночный рыночному"
)
PER = words("per to for against a = / equals is за к")
"""Words between a figure and one dollar, which make it a rate."""

FOREIGN = words(
    "euro euros eur € ruble rubles rouble roubles rub ₽ yuan cny pound pounds gbp £ franc lira dirham"
    " евро рубль рубля рублей юань юаня юаней фунт фунта"
)

AFTER_NAME = words("peak street avenue square district airport city park")
"""What follows where `Somoni` is the name of a place."""

BARE_SCALES = words("тысяча тысячу миллион миллиард триллион")
"""Scales that mean one of them where no number stands before."""

COMPARED = words("up down from against versus vs compared with to instead of , с против вместо по сравнению")
"""Words between an amount and the one that it is compared with."""

AFTER_COMPARED = words(
    ". , ; ) ( in a an last the at by on for as and year years previously earlier before to planned"
    " в годом году за на годом ранее и по — –"
)
"""What may follow that one; after any other word it is a number of something else."""
