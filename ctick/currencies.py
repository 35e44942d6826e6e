"""The five currencies and the dollar: codes, names and signs."""

from ctick.errors import UsageError
from ctick.text import plain

FIVE = ("KGS", "KZT", "TJS", "UZS", "TMT")
"""The five, in the order of the ticker."""

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
    "KZT": "₸ kazakhstani-tenge kazakh-tenges tenge tenges теңге тенге тг казахский-тенге",
    "TJS": "tajikistani-somoni tajik-somonis somoni somonis сомони сомонӣ таджикский-сомони smn",
    "UZS": "uzbek-soms uzbek-so'm uzbek-soum uzbek-soums uzbek-sum uzbek-sums uzbekistani-som uzbekistani-so'm"
    " uzbekistani-soum uzbekistani-sum"
    " so'm soum soums sum sums сум сума сумов суму сумам сумом сумах сўм узбекский-сум узбекский-сом",
    "TMT": "turkmenistani-manat turkmen-manats manat manats манат маната манатов манату манатам"
    " манатом манатах туркменский-манат",
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

_SIMILARITY = 76 / 100  # 0.75 would guess TMT for MNT
_AMBIGUOUS = ("som", "soms", "сом", "сома", "сомов", "сому", "сомам", "сомом", "сомах")
_APOSTROPHES = dict.fromkeys(
    map(ord, "\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02bd\u02c8\u02ca\u02cb\u2032\u2035`\u00b4\u055a\ua78c\uff07"), "'"
)


def find(word: str) -> str | None:
    """The code for a code, name or sign in any case, or None; also None for `som`, which is ambiguous."""
    return _LOOKUP.get(_normalized(word))


def is_name(word: str) -> bool:
    """Whether this names a currency, or two: `som`."""
    return _normalized(word) in _LOOKUP or _normalized(word) in _AMBIGUOUS


def code(word: str) -> str:
    """The code for a code, name or sign in any case.

    Raises UsageError for anything else, with the known codes and the nearest guess, and for `som`,
    which can be Kyrgyz or Uzbek.
    """
    known = find(word)
    if known is not None:
        return known
    if is_name(word):
        raise UsageError(f"'{plain(word)}' is ambiguous: write KGS (Kyrgyz som) or UZS (Uzbek som)")
    raise UsageError(f"unknown currency '{plain(word, 40)}'{_guess(word)}: ctick knows {' '.join(CODES)}")


def one_of_five(word: str) -> str:
    """The code of one of the five; UsageError for anything else, also for USD."""
    known = code(word)
    if known == "USD":
        raise UsageError("all rates are in USD: ask for KGS, KZT, TJS, UZS or TMT")
    return known


def codes(words: list[str]) -> list[str]:
    """The codes of some of the five on a command line, each once: `KGS KZT` or `KGS,KZT`."""
    names = [name for word in words for name in ([part for part in map(str.strip, word.split(",")) if part] or [word])]
    return list(dict.fromkeys(map(one_of_five, names)))


def _normalized(word: str) -> str:
    """A name as the tables spell it: lower case, plain apostrophes, composed letters."""
    if not word.isascii():
        from unicodedata import normalize

        word = normalize("NFKC", word.translate(_APOSTROPHES))
    return word.translate(_APOSTROPHES).casefold()


def _guess(word: str) -> str:
    """` (did you mean KGS?)` if a code, a name or a country is spelled much like the word."""
    from difflib import get_close_matches

    known = {name: code for code, names in _COUNTRIES.items() for name in names.split()} | _LOOKUP
    near = get_close_matches(_normalized(word[:40]), known, 1, _SIMILARITY)
    return f" (did you mean {known[near[0]]}?)" if near else ""
