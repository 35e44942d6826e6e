"""The five currencies and the dollar: codes, names and signs."""

from ctick.errors import UsageError
from ctick.text import plain

FIVE = ("KGS", "KZT", "TJS", "UZS", "TMT")
"""The five, in the order of the ticker."""

CODES = (*FIVE, "USD")

AND = ("and", "и", "&")
"""Words between currencies of a list."""

ORDER = {code: place for place, code in enumerate(CODES)}

NAMES = {
    "KGS": "Kyrgyz som",
    "KZT": "Kazakh tenge",
    "TJS": "Tajik somoni",
    "UZS": "Uzbek som",
    "TMT": "Turkmen manat",
    "USD": "US dollar",
}

_SOM = "som"  # Kyrgyz or Uzbek

_WORDS = {
    "KGS": "⃀",
    "KZT": "₸ tenge tenges теңге теңгесі тенге тг тг.",
    "TJS": "somoni somonis сомони сомонӣ smn",
    "UZS": "so'm soum soums sum sums сум сўм",
    "TMT": "manat manats манат",
    "USD": "$ us$ dollar dollars buck bucks доллар бакс долл долл.",
    _SOM: "som soms сом",
}
_LOOKUP = {code.casefold(): code for code in CODES}
_LOOKUP.update({word: code for code, words in _WORDS.items() for word in words.split()})

_NOUN_ENDINGS = ("а", "у", "ом", "е", "ы", "ов", "ам", "ами", "ах")
_DECLINED = ("сом", "сум", "манат", "доллар", "бакс")
_ADJECTIVE_ENDINGS = ("ий", "ого", "ому", "им", "ом", "ие", "их", "ими")

_COUNTRIES = {
    "KGS": "kg kgz kyrgyz kyrgyzstan",
    "KZT": "kz kaz kazakh kazakhstan",
    "TJS": "tj tjk tajik tajikistan",
    "UZS": "uz uzb uzbek uzbekistan",
    "TMT": "tm tkm turkmen turkmenistan",
    "USD": "us usa",
}
_NATIONS = {
    word: code
    for code, words in (
        ("KGS", "kyrgyz kyrgyzstani кыргыз киргизск кыргызск киргизстанск кыргызстанск"),
        ("KZT", "kazakh kazakhstani қазақ казахск казахстанск"),
        ("TJS", "tajik tajikistani таджикск таджикистанск"),
        ("UZS", "uzbek uzbekistani o'zbek ўзбек узбекск узбекистанск"),
        ("TMT", "turkmen turkmenistani туркменск туркменистанск"),
        ("USD", "us u.s. american американск сша"),
    )
    for word in words.split()
}
"""What stands before a name, in Russian without its ending; `сша` comes after it."""

_SIMILARITY = 76 / 100  # 0.75 would guess TMT for MNT
_APOSTROPHES = dict.fromkeys(
    map(ord, "\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02bd\u02c8\u02ca\u02cb\u2032\u2035`\u00b4\u055a\ua78c\uff07"), "'"
)


def find(word: str) -> str | None:
    """The code for a code, name or sign in any case, or None; also None for `som`, which is ambiguous."""
    found = _meaning(word)
    return None if found == _SOM else found


def is_name(word: str) -> bool:
    """Whether this names a currency, or two: `som`."""
    return _meaning(word) is not None


def code(word: str) -> str:
    """The code for a code, name or sign in any case; `som` alone is what the user has set.

    Raises UsageError for anything else, with the known codes and the nearest guess, and for `som`
    if that is not set: it can be Kyrgyz or Uzbek.
    """
    found = _meaning(word)
    if found == _SOM:
        return _usual_som(word)
    if found is None:
        raise UsageError(f"unknown currency '{plain(word, 40)}'{guess(word)}: ctick knows {' '.join(CODES)}")
    return found


def leading(words: list[str]) -> tuple[str, int]:
    """The code of the currency that these words begin with, and how many of them name it: 2 for `Uzbek som`."""
    both = find(f"{words[0]} {words[1]}") if len(words) > 1 else None
    return (both, 2) if both is not None else (code(words[0]), 1)


def pair(word: str) -> list[str]:
    """The two names in `KGS/USD`; nothing for any other word."""
    names = word.split("/")
    return names if len(names) == 2 and all(map(is_name, names)) else []


def one_of_five(word: str) -> str:
    """The code of one of the five; UsageError for anything else, also for USD."""
    known = code(word)
    if known == "USD":
        raise UsageError("all rates are in USD: ask for KGS, KZT, TJS, UZS or TMT")
    return known


def codes(words: list[str]) -> list[str]:
    """The codes of some of the five on a command line, each once: `KGS KZT`, `KGS,KZT`, `KGS/USD`, `Uzbek som`."""
    names = [name for word in words for name in (word.replace(",", " ").split() or [word])]
    found = []
    place = 0
    while place < len(names):
        if both := pair(names[place]):
            found.append(_against_dollar(*both))
            place += 1
            continue
        if 0 < place < len(names) - 1 and names[place].casefold() in AND:
            place += 1
        known, count = leading(names[place : place + 2])
        found.append(one_of_five(known))
        place += count
    return list(dict.fromkeys(found))


def _against_dollar(base: str, quote: str) -> str:
    """KGS for `KGS/USD` and `USD/KGS`: rates are stored against the dollar only."""
    both = [code(base), code(quote)]
    others = [known for known in both if known != "USD"]
    if len(others) != 1:
        advice = f"'ctick convert 1 {' '.join(both)}' shows {'/'.join(both)}" if others else "ask for KGS/USD"
        raise UsageError(f"all rates are in USD: {advice}")
    return others[0]


def _usual_som(word: str) -> str:
    """KGS or UZS, whichever the user has set for `som`."""
    from ctick import settings

    usual = settings.text("som")
    if usual is None:
        raise UsageError(
            f"'{plain(word)}' is ambiguous: write KGS (Kyrgyz som) or UZS (Uzbek som),"
            " or set CTICK_SOM, or som in config.toml"
        )
    return usual


def _meaning(word: str) -> str | None:
    """A code, `_SOM` or None; names may have an ending and a nation: `узбекских сумов`, `Kyrgyz som`."""
    name = _normalized(word)
    first, blank, second = name.partition(" ")
    if not blank:
        stem = _without_ending(name, _NOUN_ENDINGS)
        return _LOOKUP.get(name) or (_LOOKUP[stem] if stem in _DECLINED else None)
    if second == "сша":
        first, second = second, first
    nation = _NATIONS.get(first) or _NATIONS.get(_without_ending(first, _ADJECTIVE_ENDINGS))
    if nation is None or " " in second:
        return None
    found = _meaning(second)
    return nation if found == nation or (found == _SOM and nation in ("KGS", "UZS")) else None


def _without_ending(word: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        if word.endswith(ending):
            return word[: -len(ending)]
    return word


def _normalized(word: str) -> str:
    """A name as the tables spell it: lower case, plain apostrophes, composed letters."""
    if not word.isascii():
        from unicodedata import normalize

        word = normalize("NFKC", word.translate(_APOSTROPHES))
    return word.translate(_APOSTROPHES).casefold()


def guess(word: str) -> str:
    """` (did you mean KGS?)` if a code, a name or a country is spelled much like the word."""
    from difflib import get_close_matches

    known = {name: code for code, names in _COUNTRIES.items() for name in names.split()}
    known |= {name.casefold(): code for code, name in NAMES.items()}
    known |= {name: code for name, code in _LOOKUP.items() if code != _SOM}
    near = get_close_matches(_normalized(word[:40]), known, 1, _SIMILARITY)
    return f" (did you mean {known[near[0]]}?)" if near else ""
