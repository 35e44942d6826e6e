"""The words around amounts in English and Russian texts; names of currencies are in `currencies`."""

COUNTRIES = {
    "KGS": ("kyrgyz", "кыргыз", "киргиз", "bishkek", "бишкек"),
    "KZT": ("kazakh", "казах", "қазақ"),
    "TJS": ("tajik", "таджик", "тоҷик"),
    "UZS": ("uzbek", "узбек", "oʻzbek", "o'zbek", "ўзбек", "tashkent", "ташкент"),
    "TMT": ("turkmen", "туркмен"),
    "": ("azerbaijan", "азербайджан", "baku", "баку"),  # whose manat is another one
}
"""How the names of countries, peoples and two capitals begin, in lower case."""

BETWEEN_NUMBER_AND_CURRENCY = frozenset("national local нацвалюты национальных местных".split())

DOLLARS = frozenset("usd dollar dollars доллар доллара долларов долларам долларами долларах долл дол".split())
CENTS = frozenset("cent cents цент цента центов".split())
OF_DOLLARS = frozenset("us u.s. u.s american американских американский американского".split())
"""Words before `dollars` that make them US dollars; `сша` comes after them."""

ABOUT = frozenset(
    "about around approximately approx roughly some over nearly almost circa ca more less than under just only up to at"
    " least most an estimated close slightly well near around some"
    " около примерно порядка почти более менее больше меньше чем свыше до приблизительно всего лишь чуть"
    " не ~ ≈".split()
)
"""Words that may be before a number, and say that it is a rounded one."""

EQUALS = frozenset(
    "or equivalent equal equals equaling worth i.e i.e. e.g which that is was the sum amount amounts amounting of in"
    " dollar terms converted currently today then now = ie"
    " или эквивалентно эквивалент эквиваленте что это составляет равно равен то есть т.е в пересчете по курсу сумму".split()
)
"""Words between an amount and the same amount in dollars."""

STRONG = frozenset(
    "or equivalent equal equals equaling worth i.e i.e. ie = ≈ ~ или эквивалентно эквивалент эквиваленте равно".split()
)
"""Those of them that say without a bracket that both are the same."""

RANGE_WORDS = frozenset("to до".split())
AND = frozenset("and or и или".split())
BEFORE_RANGE = frozenset("from between от с между".split())

BEFORE_YEAR = frozenset(
    "in since by until till from of during through early mid late before after end january february march april may june"
    " july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec fiscal year"
    " в с к до на за январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре января февраля"
    " марта апреля мая июня июля августа сентября октября ноября декабря".split()
)
"""What a number such as 2024 is a year after."""

RATES = frozenset("rate rates курс курса курсу курсом курсе".split())
OF_RATES = frozenset("exchange dollar official market black-market street interbank currency central доллара".split())
BESIDE_RATES = frozenset(
    "of is was were are at stood stands stand to from by the a an set fixed fell rose dropped climbed reached reaches hit"
    " weakened strengthened official now currently today yesterday traded trading trades equal equals equaled worth costs"
    " cost bought buys sold sells will be has been risen fallen slipped gained = ≈ - – — : against for per one each"
    " составил составляет был равен вырос упал до на уровне в по с стоит стоил стоила стоило давали дают"
    " обойдется обойдётся официальный рыночный сегодня вчера и за к".split()
)
"""Words between a rate, or one dollar, and its figure."""

PER = frozenset("per to for against a = / equals is за к".split())
"""Words between a figure and one dollar, which make it a rate."""

FOREIGN = frozenset(
    "euro euros eur € ruble rubles rouble roubles rub ₽ yuan cny pound pounds gbp £ franc lira"
    " евро рубль рубля рублей юань юаней".split()
)

AFTER_NAME = frozenset("peak street avenue square district airport city park".split())
"""What follows where `Somoni` is the name of a place."""

BARE_SCALES = frozenset("тысяча тысячу миллион миллиард триллион".split())
"""Scales that mean one of them where no number stands before."""
