"""Codes, names and signs of the currencies, and guesses at misspelled ones."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctick import currencies
from ctick.errors import CtickError, UsageError

WORDS = {
    "KGS": "KGS kgs Kgs ⃀ Kyrgyz_som KYRGYZ_SOM Kyrgyzstani_som кыргызский_сом",
    "KZT": "KZT kzt ₸ tenge Tenge ТЕНГЕ теңге Kazakh_tenge Kazakhstani_tenge",
    "TJS": "TJS somoni Somonis сомони сомонӣ сомони\u0304 Tajik_somoni",
    "UZS": "UZS soum sum so'm so\u2018m so\u2019m so\u02bbm so\u02bcm so\u2032m so`m so\u00b4m SO\u201bM сум СУМОВ сўм су\u0306м"
    " Uzbek_som uzbek_so\u02bbm Uzbek_soum",
    "TMT": "TMT manat manats манат Turkmen_manat",
    "USD": "USD usd $ US$ \uff04 ＵＳＤ dollar dollars US_dollar us_dollars U.S._dollars доллар",
}

GUESSES = {
    "KGZ": "KGS", "KTZ": "KZT", "USZ": "UZS", "TJK": "TJS", "TKM": "TMT", "KAZ": "KZT", "UZB": "UZS",
    "kg": "KGS", "usdt": "USD", "tenqe": "KZT", "tegne": "KZT", "somonee": "TJS", "mannat": "TMT", "dollers": "USD",
    "kyrgyzstan": "KGS", "Uzbek": "UZS", "soumm": "UZS", "KGS.": "KGS", "KGC": "KGS", "UZT": "UZS", "somani": "TJS",
    "KZ": "KZT", "KSG": "KGS", "tenga": "KZT", "manta": "TMT", "kyrgyz": "KGS",
}  # fmt: skip

SOM = "'{}' is ambiguous: write KGS (Kyrgyz som) or UZS (Uzbek som), or set CTICK_SOM, or som in config.toml"

NO_GUESS = ["EUR", "RUB", "GBP", "CNY", "CHF", "JPY", "TRY", "AED", "PLN", "€", "₽", "£", "x", "uk", "five", "hello", "rubles", "euro", "roubles", "qwertyuiop", "etnga", "odllerz", "samani", "MNT", "SOS", "KES", "RSD"]  # fmt: skip


@pytest.mark.parametrize(("code", "word"), [(code, word) for code, words in WORDS.items() for word in words.split()])
def test_a_currency_has_its_code_names_and_signs(code: str, word: str) -> None:
    """In any case, with any apostrophe, composed or not."""
    word = word.replace("_", " ")
    assert (currencies.find(word), currencies.code(word), currencies.is_name(word)) == (code, code, True)


CASES = "{0} {0}а {0}у {0}ом {0}е {0}ы {0}ов {0}ам {0}ами {0}ах"
NAMES_IN_RUSSIAN = {
    "KGS": ("", ("киргизск", "кыргызск", "киргизстанск", "кыргызстанск"), CASES.format("сом")),
    "KZT": ("тенге тг тг.", ("казахск", "казахстанск"), "тенге"),
    "TJS": ("сомони", ("таджикск", "таджикистанск"), "сомони"),
    "UZS": (CASES.format("сум"), ("узбекск", "узбекистанск"), f"{CASES.format('сум')} {CASES.format('сом')}"),
    "TMT": (CASES.format("манат"), ("туркменск", "туркменистанск"), CASES.format("манат")),
    "USD": (
        f"{CASES.format('доллар')} {CASES.format('бакс')} долл долл.",
        ("американск",),
        CASES.format("доллар"),
    ),
}
"""Names that stand alone, the stems of the adjectives of the nation, and names after these, in all cases."""

OTHERS = "сомон сомик сумма суммы сумка сумов. манатик манатович долларовый долла бак баки баксик тенгеа сомонов тгов"


@pytest.mark.parametrize("code", NAMES_IN_RUSSIAN)
def test_names_in_russian_in_all_cases(code: str) -> None:
    """Singular and plural, with and without the nation's adjective, in any case of the letters."""
    alone, stems, names = NAMES_IN_RUSSIAN[code]
    endings = ["ий", "ого", "ому", "им", "ом", "ие", "их", "ими"]
    found = [*alone.split(), *[f"{stem}{end} {name}" for stem in stems for end in endings for name in names.split()]]
    for word in found:
        assert [currencies.find(text) for text in (word, word.upper(), word.title())] == [code] * 3, word
    if code == "USD":
        assert all(currencies.find(f"{word} США") == "USD" for word in names.split())
        assert currencies.find("сум США") is None


@pytest.mark.parametrize("word", OTHERS.split())
def test_words_that_only_begin_like_a_name(word: str) -> None:
    """No ending that the name does not have."""
    assert not currencies.is_name(word)


@pytest.mark.parametrize(
    "words", ["казахский сом", "Kazakh som", "US som", "uzbek tenge", "узбекский манат", "киргизский сум", "узбекских",
              "uzbek uzbek som", "uzbek us dollar", "сша сша", "som som", "kgs usd"]
)  # fmt: skip
def test_a_name_with_another_nation_is_no_name(words: str) -> None:
    """There are no Kazakh som."""
    assert not currencies.is_name(words)


SOMS = ["som", "SOM", "soms", *CASES.format("сом").split(), "Сомов"]


@pytest.mark.parametrize("word", SOMS)
@pytest.mark.parametrize(("setting", "code"), [("KGS", "KGS"), ("uzs", "UZS"), (" UZS ", "UZS")])
def test_the_user_can_set_which_som_it_is(monkeypatch: pytest.MonkeyPatch, word: str, setting: str, code: str) -> None:
    """By CTICK_SOM; texts are still read by their context."""
    monkeypatch.setenv("CTICK_SOM", setting)
    assert currencies.code(word) == code
    assert currencies.codes([f"{word}/USD", word]) == [code]
    assert (currencies.find(word), currencies.is_name(word)) == (None, True)
    assert currencies.code("Uzbek som") == "UZS"


@pytest.mark.parametrize("setting", ["USD", "KZT", "som", "x", "KGS UZS", "Kyrgyz som", "\x1b[31m"])
def test_a_wrong_setting_of_som_is_named(monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    """Where `som` is asked for, and only there."""
    monkeypatch.setenv("CTICK_SOM", setting)
    assert currencies.code("so'm") == "UZS"
    with pytest.raises(UsageError) as caught:
        currencies.code("som")
    shown = setting.replace(chr(27), chr(0xFFFD))
    assert str(caught.value) == f"CTICK_SOM: unknown value '{shown}': choose from KGS, UZS"


@pytest.mark.parametrize("word", ["som", "SOM", "soms", "сом", "Сом", "сомов"])
def test_som_alone_is_ambiguous(word: str) -> None:
    """It can be Kyrgyz or Uzbek."""
    with pytest.raises(UsageError) as caught:
        currencies.code(word)
    assert str(caught.value) == SOM.format(word)
    assert (currencies.find(word), currencies.is_name(word)) == (None, True)


@pytest.mark.parametrize("word", GUESSES)
def test_a_misspelled_currency_gets_a_guess(word: str) -> None:
    """A wrong, missing, added or swapped letter, and names of countries."""
    with pytest.raises(UsageError) as caught:
        currencies.code(word)
    assert str(caught.value) == (
        f"unknown currency '{word}' (did you mean {GUESSES[word]}?): ctick knows KGS KZT TJS UZS TMT USD"
    )


@pytest.mark.parametrize("word", NO_GUESS)
def test_other_words_get_no_guess(word: str) -> None:
    """Codes of other currencies among them."""
    with pytest.raises(UsageError) as caught:
        currencies.code(word)
    assert str(caught.value) == f"unknown currency '{word}': ctick knows KGS KZT TJS UZS TMT USD"


@settings(deadline=None, max_examples=200)
@given(st.text(st.characters(exclude_categories=[]), max_size=60))
def test_any_word_gives_a_code_or_a_printable_message(word: str) -> None:
    """Only CtickError is raised, and no message has control characters."""
    said = ""
    try:
        assert currencies.code(word) in currencies.CODES
    except CtickError as error:
        said = str(error)
    assert said.isprintable()
