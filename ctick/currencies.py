"""The five currencies and the dollar: codes, names, signs, and one lookup for all of them."""

from ctick.errors import UsageError
from ctick.text import plain

FIVE = ("KGS", "KZT", "TJS", "UZS", "TMT")
"""The five, in the order in which the ticker prints them."""

CODES = (*FIVE, "USD")

ORDER = {code: place for place, code in enumerate(CODES)}

NAMES = {
    "KGS": "Kyrgyz som",
    "KZT": "Kazakh tenge",
    "TJS": "Tajik somoni",
    "UZS": "Uzbek som",
    "TMT": "Turkmen manat",
    "USD": "US dollar",
}

_ALIASES = {
    "KGS": "⃀ kyrgyzstani-som kyrgyzstani-soms kyrgyz-soms киргизский-сом кыргызский-сом кыргыз-сому",
    "KZT": "₸ kazakhstani-tenge kazakh-tenges tenge tenges теңге тенге казахский-тенге",
    "TJS": "tajikistani-somoni tajik-somonis somoni somonis сомони сомонӣ таджикский-сомони smn",
    "UZS": "uzbek-soms uzbek-so'm uzbek-soum uzbek-soums uzbek-sum uzbek-sums uzbekistani-som uzbekistani-so'm"
    " uzbekistani-soum uzbekistani-sum so'm soum soums sum sums сум сума сумов сўм узбекский-сум узбекский-сом",
    "TMT": "turkmenistani-manat turkmen-manats manat manats манат маната манатов туркменский-манат",
    "USD": "$ us$ dollar dollars us-dollars u.s.-dollar u.s.-dollars buck bucks доллар доллара долларов доллар-сша"
    " доллара-сша долларов-сша",
}
_LOOKUP = {code.casefold(): code for code in CODES}
_LOOKUP.update({name.casefold(): code for code, name in NAMES.items()})
_LOOKUP.update({alias.replace("-", " "): code for code, text in _ALIASES.items() for alias in text.split()})

_COUNTRIES = {
    "KGS": "kg kgz kyrgyz kyrgyzstan",
    "KZT": "kz kaz kazakh kazakhstan",
    "TJS": "tj tjk tajik tajikistan",
    "UZS": "uz uzb uzbek uzbekistan",
    "TMT": "tm tkm turkmen turkmenistan",
    "USD": "us usa",
}

_TWO_SOMS = ("som", "soms", "сом", "сома", "сомов")
_APOSTROPHES = dict.fromkeys(
    map(ord, "\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02bd\u02c8\u02ca\u02cb\u2032\u2035`\u00b4\u055a\ua78c\uff07"), "'"
)


def find(word: str) -> str | None:
    """The code for a code, name or sign in any case, or None; `som` alone is none of them."""
    return _LOOKUP.get(_spelled(word))


def is_name(word: str) -> bool:
    """Whether a currency is called that, be it two of them: `som`."""
    return _spelled(word) in _LOOKUP or _spelled(word) in _TWO_SOMS


def code(word: str) -> str:
    """The code for a code, name or sign in any case.

    Raises UsageError for anything else, with the known codes and the nearest guess, and for
    `som`, which is Kyrgyz or Uzbek.
    """
    known = find(word)
    if known is not None:
        return known
    if is_name(word):
        raise UsageError(f"'{plain(word)}' can be the Kyrgyz or the Uzbek som: write KGS or UZS")
    raise UsageError(f"unknown currency '{plain(word, 40)}'{_guess(word)}: ctick knows {' '.join(CODES)}")


def asked_for(words: list[str]) -> list[str]:
    """The codes of the five that a command line names, each once: `KGS KZT`, or `KGS,KZT`.

    Raises UsageError, also for USD.
    """
    names = [name for word in words for name in ([part for part in map(str.strip, word.split(",")) if part] or [word])]
    found = list(dict.fromkeys(map(code, names)))
    if "USD" in found:
        raise UsageError("USD is what the others are quoted in: ask for KGS, KZT, TJS, UZS or TMT")
    return found


def _spelled(word: str) -> str:
    """A name as it stands in the tables: one case, one apostrophe, letters and their marks in one."""
    if not word.isascii():
        from unicodedata import normalize

        word = normalize("NFKC", word.translate(_APOSTROPHES))
    return word.translate(_APOSTROPHES).casefold()


def _guess(word: str) -> str:
    """` (did you mean KGS?)` where a code, a name or a country is a slip or two away."""
    small = _spelled(word[:40])
    room = 1 if len(small) < 3 else 2 if len(small) < 6 else 4
    known = {name: code for code, names in _COUNTRIES.items() for name in names.split()} | _LOOKUP
    # A slip costs at least as much as the lengths differ.
    near = [
        (_cost(small, name), name[0] != small[0], name) for name in known if abs(len(name) - len(small)) * 2 <= room
    ]
    cost, _, name = min(near, default=(room + 1, True, ""))
    return f" (did you mean {known[name]}?)" if cost <= room else ""


def _cost(one: str, other: str) -> int:
    """What it costs to make `other` of `one`: 1 to swap neighbours, 2 for any other slip of a letter."""
    before: list[int] = []
    row = [2 * place for place in range(len(other) + 1)]
    for i, a in enumerate(one):
        above, row = row, [2 * (i + 1)]
        for j, b in enumerate(other):
            cost = min(above[j] + 2 * (a != b), above[j + 1] + 2, row[j] + 2)
            if i and j and a == other[j - 1] and b == one[i - 1]:
                cost = min(cost, before[j - 1] + 1)
            row.append(cost)
        before = above
    return row[-1]
