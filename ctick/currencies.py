"""The five currencies and the dollar: codes, names, signs, and one lookup for all of them."""

from ctick.errors import UsageError, plain

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
    "KGS": "⃀ kyrgyzstani-som kyrgyz-soms",
    "KZT": "₸ kazakhstani-tenge tenge tenges теңге тенге",
    "TJS": "tajikistani-somoni somoni somonis сомони сомонӣ smn",
    "UZS": "uzbek-soum uzbek-sum uzbekistani-som so'm soum soums sum sums сум сума сумов сўм",
    "TMT": "turkmenistani-manat manat manats манат маната манатов",
    "USD": "$ us$ dollar dollars us-dollars u.s.-dollar u.s.-dollars buck bucks доллар доллара долларов",
}
_LOOKUP = {code.casefold(): code for code in CODES}
_LOOKUP.update({name.casefold(): code for code, name in NAMES.items()})
_LOOKUP.update({alias.replace("-", " "): code for code, text in _ALIASES.items() for alias in text.split()})

_TWO_SOMS = ("som", "soms", "сом", "сома", "сомов")
_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u02bb\u02bc\u02b9\u2032`\u00b4\uff07"), "'")


def find(word: str) -> str | None:
    """The code for a code, name or sign in any case, or None; `som` alone is none of them."""
    return _LOOKUP.get(word.translate(_APOSTROPHES).casefold())


def code(word: str) -> str:
    """The code for a code, name or sign in any case.

    Raises UsageError for anything else, with the known codes and the nearest guess, and for
    `som`, which is Kyrgyz or Uzbek.
    """
    known = find(word)
    if known is not None:
        return known
    if word.casefold() in _TWO_SOMS:
        raise UsageError(f"'{plain(word)}' can be the Kyrgyz or the Uzbek som: write KGS or UZS")
    raise UsageError(f"unknown currency '{plain(word, 40)}'{_guess(word)}: ctick knows {' '.join(CODES)}")


def _guess(word: str) -> str:
    """` (did you mean KGS?)` where something known is near."""
    from difflib import SequenceMatcher

    small = word[:40].casefold()
    near = max(_LOOKUP, key=lambda known: (_shared_start(small, known), SequenceMatcher(None, small, known).ratio()))
    enough = SequenceMatcher(None, small, near).ratio() >= 0.6 and len(small) > 1
    return f" (did you mean {_LOOKUP[near]}?)" if enough else ""


def _shared_start(one: str, other: str) -> int:
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
