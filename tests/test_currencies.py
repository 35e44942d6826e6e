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

SOM = "'{}' is ambiguous: write KGS (Kyrgyz som) or UZS (Uzbek som), or set CTICK_SOM to one of them"

NO_GUESS = ["EUR", "RUB", "GBP", "CNY", "CHF", "JPY", "TRY", "AED", "PLN", "€", "₽", "£", "x", "uk", "five", "hello", "rubles", "euro", "roubles", "qwertyuiop", "etnga", "odllerz", "samani", "MNT", "SOS", "KES", "RSD"]  # fmt: skip


@pytest.mark.parametrize(("code", "word"), [(code, word) for code, words in WORDS.items() for word in words.split()])
def test_a_currency_has_its_code_names_and_signs(code: str, word: str) -> None:
    """In any case, with any apostrophe, composed or not."""
    word = word.replace("_", " ")
    assert (currencies.find(word), currencies.code(word), currencies.is_name(word)) == (code, code, True)


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
