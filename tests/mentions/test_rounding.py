"""How exact amounts and dollar figures are meant to be, by their digits."""

import pytest

from ctick.mentions.finder import find


@pytest.mark.parametrize(
    ("text", "amount", "dollars"),
    [
        ("50,000 KGS ($576)", "1", "1"),
        ("about 50,000 KGS ($570)", "1000", "10"),
        ("1,740,000 KGS ($20,000)", "1", "1000"),
        ("873 KGS ($10)", "1", "1"),
        ("437 KGS (5 dollars)", "1", "1"),
        ("5,000 KGS ($57.20)", "1", "0.01"),
        ("3 KZT ($0.0060)", "0.1", "0.0001"),
        ("400 billion KGS ($4.50 billion)", "10000000000", "10000000"),
        ("1.74 billion KGS ($20 million)", "10000000", "1000000"),
        ("500 KGS (600 cents)", "1", "0.1"),
    ],
)
def test_the_digit_that_counts(text: str, amount: str, dollars: str) -> None:
    """The last one, but of an amount at least the second; a figure without decimal places or a scale is rounded."""
    (mention,) = find(text)
    assert mention.dollars is not None
    assert (f"{mention.amount.step:f}", f"{mention.dollars.step:f}") == (amount, dollars)


def test_a_range_of_dollars_is_all_that_is_in_it() -> None:
    """Of one amount; each end of a range has its own figure."""
    (mention,) = find("Rent is 50,000 KGS ($550-$600).")
    assert mention.dollars is not None
    assert mention.dollars.value == 550
    assert (str(mention.dollars.interval.low), str(mention.dollars.interval.high)) == ("545", "605")
    ends = [mention.dollars for mention in find("It costs 8,000 to 14,000 somoni ($850 to $1,490).")]
    assert [(str(end.value), end.to) for end in ends if end] == [("850", None), ("1490", None)]
