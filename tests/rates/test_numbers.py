"""Numbers in words, and digits in groups."""

import pytest

from ctick.rates.numbers import SCALES, spelled, ungrouped


@pytest.mark.parametrize(
    ("word", "number"),
    [("one", 1), ("Twelve", 12), ("nineteen", 19), ("twenty", 20), ("ninety-nine", 99), ("две", 2), ("Триста", 300)],
)
def test_words_are_numbers(word: str, number: int) -> None:
    assert spelled(word) == number


@pytest.mark.parametrize(
    "word", ["", "million", "som", "ten-five", "five-twenty", "hundred-five", "twenty-ten", "5", "-"]
)
def test_other_words_are_not(word: str) -> None:
    assert spelled(word) is None


def test_groups_have_three_digits() -> None:
    found = [ungrouped(text, ", .") for text in ("50,000", "7 000 000", "1.500.000", "50,00", "0,500", "5000,000", "a")]
    assert found == ["50000", "7000000", "1500000", None, None, None, None]


def test_a_scale_has_the_same_zeros_in_english_and_russian() -> None:
    pairs = [("thousand", "тыс"), ("million", "млн"), ("billion", "млрд"), ("trillion", "трлн")]
    assert [SCALES[one] == SCALES[other] for one, other in pairs] == [True] * 4
