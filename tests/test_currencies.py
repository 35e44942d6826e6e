"""Codes, names and signs, and the guess at what was meant."""

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
    "kyrgyzstan": "KGS", "Uzbek": "UZS", "soumm": "UZS", "KGS.": "KGS", "KGC": "KGS", "UZT": "UZS", "samani": "TJS",
}  # fmt: skip

NO_GUESS = ["EUR", "RUB", "GBP", "CNY", "CHF", "JPY", "TRY", "AED", "PLN", "€", "₽", "£", "x", "uk", "five", "hello", "rubles", "euro", "roubles", "qwertyuiop", "etnga", "odllerz"]  # fmt: skip


@pytest.mark.parametrize(("code", "word"), [(code, word) for code, words in WORDS.items() for word in words.split()])
def test_a_currency_has_its_code_names_and_signs(code: str, word: str) -> None:
    """In any case, with any apostrophe, composed or not."""
    word = word.replace("_", " ")
    assert (currencies.find(word), currencies.code(word), currencies.is_name(word)) == (code, code, True)


@pytest.mark.parametrize("word", ["som", "SOM", "soms", "сом", "Сом", "сомов"])
def test_som_alone_is_refused_with_both_candidates(word: str) -> None:
    """Kyrgyz or Uzbek? Nothing is guessed."""
    with pytest.raises(UsageError) as caught:
        currencies.code(word)
    assert str(caught.value) == f"'{word}' can be the Kyrgyz or the Uzbek som: write KGS or UZS"
    assert (currencies.find(word), currencies.is_name(word)) == (None, True)


@pytest.mark.parametrize("word", GUESSES)
def test_a_slip_gets_the_nearest_guess(word: str) -> None:
    """Swapped letters are nearer than other ones; countries count too."""
    with pytest.raises(UsageError) as caught:
        currencies.code(word)
    assert str(caught.value) == (
        f"unknown currency '{word}' (did you mean {GUESSES[word]}?): ctick knows KGS KZT TJS UZS TMT USD"
    )


@pytest.mark.parametrize("word", NO_GUESS)
def test_what_is_near_to_nothing_gets_no_guess(word: str) -> None:
    """The euro is not a slip of the dollar."""
    with pytest.raises(UsageError) as caught:
        currencies.code(word)
    assert str(caught.value) == f"unknown currency '{word}': ctick knows KGS KZT TJS UZS TMT USD"


@pytest.mark.parametrize(
    ("one", "other", "cost"),
    [
        ("tenge", "tenge", 0), ("tegne", "tenge", 1), ("tenqe", "tenge", 2), ("tene", "tenge", 2), ("enge", "tenge", 2),
        ("teng", "tenge", 2), ("etneg", "tenge", 2), ("xxtenge", "tenge", 4), ("etnqe", "tenge", 3), ("", "abc", 6),
    ],
)  # fmt: skip
def test_a_swap_costs_half_of_any_other_slip(one: str, other: str, cost: int) -> None:
    """Wherever in the word it is, and both ways."""
    assert (currencies._cost(one, other), currencies._cost(other, one)) == (cost, cost)


@settings(deadline=None, max_examples=200)
@given(st.text(st.characters(exclude_categories=[]), max_size=60))
def test_any_word_is_known_or_refused_in_one_printable_line(word: str) -> None:
    """Nothing but CtickError comes out, and no control character goes into a message."""
    said = ""
    try:
        assert currencies.code(word) in currencies.CODES
    except CtickError as error:
        said = str(error)
    assert said.isprintable()
