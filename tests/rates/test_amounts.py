"""Amounts as people write them, and messages about those that can't be read."""

import sys
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctick import currencies
from ctick.errors import CtickError, UsageError
from ctick.rates import amounts, numbers
from ctick.text import grouped

ACCEPTED = {
    "50000 KGS": ("50000", "KGS", ""),
    "50,000 KGS": ("50000", "KGS", ""),
    "50 000 KGS": ("50000", "KGS", ""),
    "50\u00a0000\u202fKGS": ("50000", "KGS", ""),
    "50\u2003000 KGS": ("50000", "KGS", ""),
    "50_000 KGS": ("50000", "KGS", ""),
    "1,234,567.89 KGS": ("1234567.89", "KGS", ""),
    "1 234 567.89 KGS": ("1234567.89", "KGS", ""),
    "1.5 KGS": ("1.5", "KGS", ""),
    "1.234 KGS": ("1.234", "KGS", ""),
    "1.50 KGS": ("1.50", "KGS", ""),
    "5. KGS": ("5", "KGS", ""),
    "50k KGS": ("50000", "KGS", ""),
    "50K KGS": ("50000", "KGS", ""),
    "1.5m KGS": ("1500000", "KGS", ""),
    "2bn UZS": ("2000000000", "UZS", ""),
    "3 million UZS": ("3000000", "UZS", ""),
    "three million UZS": ("3000000", "UZS", ""),
    "Twenty-five thousand tenge": ("25000", "KZT", ""),
    "five hundred thousand somoni": ("500000", "TJS", ""),
    "два манат": ("2", "TMT", ""),
    "-twelve TMT": ("-12", "TMT", ""),
    "3 mln UZS": ("3000000", "UZS", ""),
    "3 mln. UZS": ("3000000", "UZS", ""),
    "3 MLN UZS": ("3000000", "UZS", ""),
    "3 млн сум": ("3000000", "UZS", ""),
    "1.2 trillion KZT": ("1200000000000", "KZT", ""),
    "5 тыс. сомони": ("5000", "TJS", ""),
    "1.000000000000000000000000000001k KGS": ("1000.000000000000000000000000001", "KGS", ""),
    "-20 TMT": ("-20", "TMT", ""),
    "\u221220 TMT": ("-20", "TMT", ""),
    "- 20 TMT": ("-20", "TMT", ""),
    "+5 TMT": ("5", "TMT", ""),
    ".5 TMT": ("0.5", "TMT", ""),
    "-.5 TMT": ("-0.5", "TMT", ""),
    "0,5 TMT": ("0.5", "TMT", ""),
    "0,50 TMT": ("0.50", "TMT", ""),
    "0,500 TMT": ("0.500", "TMT", ""),
    "00,5 TMT": ("0.5", "TMT", ""),
    "-0,5 TMT": ("-0.5", "TMT", ""),
    ",5 TMT": ("0.5", "TMT", ""),
    "-,5 TMT": ("-0.5", "TMT", ""),
    "$,5": ("0.5", "USD", ""),
    "-$,50": ("-0.50", "USD", ""),
    "0,5k TMT": ("500", "TMT", ""),
    "0,5e3 TMT": ("500", "TMT", ""),
    "0.01 TMT": ("0.01", "TMT", ""),
    "0 TMT": ("0", "TMT", ""),
    "-0 TMT": ("0", "TMT", ""),
    "-0.00 TMT": ("0.00", "TMT", ""),
    "0k TMT": ("0", "TMT", ""),
    "0e400 TMT": ("0", "TMT", ""),
    "1e30 UZS": ("1" + "0" * 30, "UZS", ""),
    "-1E+30 UZS": ("-1" + "0" * 30, "UZS", ""),
    "1.5e3 UZS": ("1500", "UZS", ""),
    "5e-3 UZS": ("0.005", "UZS", ""),
    "5e-003 UZS": ("0.005", "UZS", ""),
    "50,000e3 UZS": ("50000000", "UZS", ""),
    "50000KGS": ("50000", "KGS", ""),
    "50,000KGS": ("50000", "KGS", ""),
    "50kKGS": ("50000", "KGS", ""),
    "50mTMT": ("50000000", "TMT", ""),
    "3mmanat": ("3000000", "TMT", ""),
    "KZT575bn": ("575000000000", "KZT", ""),
    "KZT 575 bn": ("575000000000", "KZT", ""),
    "kzt575BN to usd": ("575000000000", "KZT", "USD"),
    "KGS 50000": ("50000", "KGS", ""),
    "KGS-20": ("-20", "KGS", ""),
    "$100": ("100", "USD", ""),
    "100$": ("100", "USD", ""),
    "$.50": ("0.50", "USD", ""),
    "$50k": ("50000", "USD", ""),
    "50k$": ("50000", "USD", ""),
    "-$20": ("-20", "USD", ""),
    "$-20": ("-20", "USD", ""),
    "US$100": ("100", "USD", ""),
    "₸5000": ("5000", "KZT", ""),
    "5 000₸": ("5000", "KZT", ""),
    "5 tenge": ("5", "KZT", ""),
    "5 TENGE": ("5", "KZT", ""),
    "5 тенге": ("5", "KZT", ""),
    "5 somoni": ("5", "TJS", ""),
    "5 СОМОНИ": ("5", "TJS", ""),
    "5 manat": ("5", "TMT", ""),
    "5 манат": ("5", "TMT", ""),
    "5 soum": ("5", "UZS", ""),
    "5 so'm": ("5", "UZS", ""),
    "5 SO\u02bbM": ("5", "UZS", ""),
    "5so\u2019m": ("5", "UZS", ""),
    "5 сум": ("5", "UZS", ""),
    "5 Kyrgyz som": ("5", "KGS", ""),
    "5 Kyrgyz som USD": ("5", "KGS", "USD"),
    "5 uzbek som": ("5", "UZS", ""),
    "5 Uzbek so\u2018m": ("5", "UZS", ""),
    "5 dollars": ("5", "USD", ""),
    "5 US dollars in Kyrgyz som": ("5", "USD", "KGS"),
    "3mln Kyrgyz som in US dollars": ("3000000", "KGS", "USD"),
    "50000 KGS USD": ("50000", "KGS", "USD"),
    "50000 KGS to USD": ("50000", "KGS", "USD"),
    "50000 KGS in USD": ("50000", "KGS", "USD"),
    "50000 KGS into USD": ("50000", "KGS", "USD"),
    "50000 KGS = USD": ("50000", "KGS", "USD"),
    "50000 KGS -> USD": ("50000", "KGS", "USD"),
    "50000 KGS TO USD KZT UZS": ("50000", "KGS", "USD KZT UZS"),
    "50000 KGS to USD, KZT": ("50000", "KGS", "USD KZT"),
    "50000 KGS USD usd $": ("50000", "KGS", "USD"),
    "50000, KGS": ("50000", "KGS", ""),
    "5" + " " * 496 + "KGS": ("5", "KGS", ""),
    "  50000\tKGS  ": ("50000", "KGS", ""),
    "KGS USD 50000": ("50000", "KGS", "USD"),
    "KGS to USD and KZT 50,000": ("50000", "KGS", "USD KZT"),
    "KGS/USD -5": ("-5", "KGS", "USD"),
    "50000 KGS/USD": ("50000", "KGS", "USD"),
    "50000 киргизских сомов в доллары и тенге": ("50000", "KGS", "USD KZT"),
    "a million soum": ("1000000", "UZS", ""),
    "тысячу тенге": ("1000", "KZT", ""),
}

KNOWN = "ctick knows KGS KZT TJS UZS TMT USD"
TWO = "'{}' is ambiguous: write {} or {}"
ONE = "'{}' is not a valid amount; did you mean {}?"
NONE = "'{}' is not a valid amount: write it as 50000 or 50,000.00"
FAR = "'{}' is out of range: amounts go up to 10^30, with up to 30 decimal places"
FIELDS = "'{}' and '{}' are two amounts: give one at a time, as in 50000 KGS"
SOM = "'{}' is ambiguous: write KGS (Kyrgyz som) or UZS (Uzbek som), or set CTICK_SOM, or som in config.toml"
UNKNOWN = "unknown currency '{}': " + KNOWN
GUESS = "unknown currency '{}' (did you mean {}?): " + KNOWN
EMPTY = "no amount given: try 'ctick convert 50000 KGS'"
DIGITS = "'{}' can't be read: write amounts with the digits 0 to 9, as in 50000 KGS"

REFUSED = {
    "50,00 KGS": TWO.format("50,00", "50.00", "5000"),
    "1.234,5 KGS": TWO.format("1.234,5", "1234.5", "1.2345"),
    "1,5 KGS": TWO.format("1,5", "1.5", "15"),
    "1,5k KGS": TWO.format("1,5", "1.5", "15"),
    "-1,5e3 KGS": TWO.format("-1,5e3", "-1.5e3", "-15e3"),
    "1.234,567 KGS": TWO.format("1.234,567", "1234.567", "1.234567"),
    "1.234.567 KGS": TWO.format("1.234.567", "1234.567", "1234567"),
    "01,5 KGS": TWO.format("01,5", "01.5", "15"),
    "0,500,000 KGS": ONE.format("0,500,000", "500000"),
    "0,5.3 KGS": NONE.format("0,5.3"),
    "1234,567 KGS": TWO.format("1234,567", "1234.567", "1234567"),
    "1 000,000 KGS": TWO.format("1 000,000", "1000.000", "1000000"),
    "5,0000 KGS": TWO.format("5,0000", "5.0000", "50000"),
    "50,000,00 KGS": TWO.format("50,000,00", "50000.00", "5000000"),
    "1_00 KGS": ONE.format("1_00", "100"),
    "5_ KGS": ONE.format("5_", "5"),
    "50 00 KGS": ONE.format("50 00", "5000"),
    "12 3456 KGS": ONE.format("12 3456", "123456"),
    "1,23,456 KGS": ONE.format("1,23,456", "123456"),
    "50 000,00 KGS": ONE.format("50 000,00", "50000.00"),
    "1.234.567,89 KGS": ONE.format("1.234.567,89", "1234567.89"),
    "0 500 KGS": ONE.format("0 500", "500"),
    "--20 KGS": ONE.format("--20", "-20"),
    "1.2.3 KGS": NONE.format("1.2.3"),
    "16.12.2025 KGS": NONE.format("16.12.2025"),
    "5.. KGS": NONE.format("5.."),
    "5 ,000 KGS": NONE.format("5 ,000"),
    "1,000_000 KGS": NONE.format("1,000_000"),
    "1e5 000 KGS": NONE.format("1e5 000"),
    "1e5.5 KGS": NONE.format("1e5 .5"),
    "nan KGS": "'nan' is not a valid amount: write a number, as in 50000 KGS",
    "NaN KGS": "'NaN' is not a valid amount: write a number, as in 50000 KGS",
    "inf KGS": "'inf' is not a valid amount: write a number, as in 50000 KGS",
    "-Infinity KGS": "'Infinity' is not a valid amount: write a number, as in 50000 KGS",
    "KGS nan": "'KGS nan' has no amount: write it as 50000 KGS",
    "1e400 KGS": FAR.format("1e400"),
    "1e10000 KGS": FAR.format("1e10000"),
    "1e-400 KGS": FAR.format("1e-400"),
    "1e999999999999 KGS": FAR.format("1e999999999999"),
    "1.1e30 KGS": FAR.format("1.1e30"),
    "1e-31 KGS": FAR.format("1e-31"),
    "1e22bn KGS": "'1e22bn KGS' is out of range: amounts go up to 10^30, with up to 30 decimal places",
    "": EMPTY,
    "   ": EMPTY,
    "-": EMPTY,
    ",": EMPTY,
    "KGS": "'KGS' has no amount: write it as 50000 KGS",
    "KGS to USD": "'KGS to USD' has no amount: write it as 50000 KGS",
    "50000": "'50000' has no currency: add one, as in 50000 KGS",
    "5 k": "'5 k' has no currency: add one, as in 5 k KGS",
    "5 KGS 100": "expected a currency, not '100': give one amount at a time, as in 50000 KGS",
    "5 KGS 100 USD": "expected a currency, not '100': give one amount at a time, as in 50000 KGS",
    "5 +300 KGS": FIELDS.format("5", "+300"),
    "10-20 KGS": FIELDS.format("10", "-20"),
    "2025-12-16 KGS": FIELDS.format("2025", "-12"),
    "KGS $100": "'KGS $100' is ambiguous: write 100 KGS to USD or 100 USD to KGS",
    "KGS 100$": "'KGS 100$' is ambiguous: write 100 KGS to USD or 100 USD to KGS",
    "KZT 1 000 kUSD": "'KZT 1 000 kUSD' is ambiguous: write 1000000 KZT to USD or 1000000 USD to KZT",
    "KGS USD 5 KZT": "'KGS USD 5 KZT' can be read in several ways: put the amount first, as in 50000 KGS",
    "KGS to 5": "'to' belongs between two currencies, as in 50000 KGS to USD",
    "KGS/EUR 5": UNKNOWN.format("KGS/EUR"),
    "5 KGS to": "'to' belongs between two currencies, as in 50000 KGS to USD",
    "5 in USD": "'5' has no currency: add one, as in 5 KGS",
    "5 KGZ": GUESS.format("KGZ", "KGS"),
    "5 KTZ": GUESS.format("KTZ", "KZT"),
    "5 USZ": GUESS.format("USZ", "UZS"),
    "5 tenqe": GUESS.format("tenqe", "KZT"),
    "50000-KGS": GUESS.format("-KGS", "KGS"),
    "50000 KGS -USD": GUESS.format("-USD", "USD"),
    "5 EUR": UNKNOWN.format("EUR"),
    "5 MXN": UNKNOWN.format("MXN"),
    "5 million million KGS": UNKNOWN.format("million"),
    "KGS.5": GUESS.format("KGS.", "KGS"),
    "5 som": SOM.format("som"),
    "5 Сом": SOM.format("Сом"),
    "50ksom": SOM.format("som"),
    "5 som to USD": SOM.format("som"),
    "٥٠٠ KGS": DIGITS.format("٥٠٠"),
    "5٠ KGS": DIGITS.format("٠"),
    "５０ KGS": DIGITS.format("５０"),
    "5½ KGS": DIGITS.format("½"),
    "5 \x00\x1b[31mKGS": UNKNOWN.format("\ufffd\ufffd["),
    "5 \u202eKGS": GUESS.format("\ufffdKGS", "KGS"),
    "5 \ud800": UNKNOWN.format("\ufffd"),
    "5" + " " * 497 + "KGS": f"'5{' ' * 56}...' is too long for an amount and its currencies",
    "5" * 10_000 + " KGS": f"'{'5' * 57}...' is too long for an amount and its currencies",
}


@pytest.mark.parametrize("text", ACCEPTED)
def test_an_amount_and_its_currencies(text: str) -> None:
    """With all digits."""
    amount, base, targets = ACCEPTED[text]
    request = amounts.read(text)
    assert (f"{request.amount:f}", request.base, request.targets) == (amount, base, targets.split())


@pytest.mark.parametrize(
    ("zeros", "words"),
    [
        ("000", "k thousand thousands thsd тыс тысяч тысяча тысячи"),
        ("000000", "m mn mln mio million millions млн миллион миллиона миллионов"),
        ("000000000", "b bn bln mlrd billion billions млрд миллиард миллиарда миллиардов"),
        ("000000000000", "t tn trn trln trillion trillions трлн триллион триллиона триллионов"),
    ],
)
def test_words_for_thousand_million_billion_and_trillion(zeros: str, words: str) -> None:
    """In English and Russian, in any case, with or without a full stop."""
    for word in words.split():
        for spelled in (word, word.upper(), f"{word}."):
            assert f"{amounts.read(f'2 {spelled} KGS').amount:f}" == f"2{zeros}"


def test_thousands_can_be_separated_by_any_space_but_not_by_tabs_or_line_ends() -> None:
    """Any character of the Unicode category Zs; all other white space separates fields."""
    white = [char for char in map(chr, range(sys.maxunicode + 1)) if char.isspace()]
    for char in white:
        if unicodedata.category(char) == "Zs":
            assert amounts.read(f"50{char}000 KGS").amount == 50_000, ascii(char)
            with pytest.raises(UsageError, match=r"^'50 00' is not a valid amount"):
                amounts.read(f"50{char}00 KGS")
        else:
            with pytest.raises(UsageError, match=r"^'50' and '000' are two amounts:"):
                amounts.read(f"50{char}000 KGS")
    assert len(white) > 20


@pytest.mark.parametrize("text", REFUSED)
def test_ambiguous_and_invalid_amounts_are_refused(text: str) -> None:
    """Each message says what to write instead."""
    with pytest.raises(UsageError) as caught:
        amounts.read(text)
    assert str(caught.value) == REFUSED[text]


@pytest.mark.parametrize(
    "text", [text for text, said in REFUSED.items() if " is ambiguous: write " in said and "CTICK_SOM" not in said]
)
def test_both_suggested_readings_are_valid_amounts(text: str) -> None:
    """And they differ."""
    one, _, other = REFUSED[text].partition(" is ambiguous: write ")[2].partition(" or ")
    first, second = [amounts.read(text if " to " in text else f"{text} KGS") for text in (one, other)]
    assert (first.amount, first.base) != (second.amount, second.base)


@pytest.mark.parametrize(
    ("text", "number", "read", "other"),
    [
        ("50.000 KGS", "50.000", "50", "50000"),
        ("-1.234 KGS", "1.234", "1.234", "1234"),
        ("$1.230", "1.230", "1.23", "1230"),
        ("1.500 million KGS", "1.500", "1.5", "1500"),
    ],
)
def test_a_point_before_three_digits_gets_a_note(text: str, number: str, read: str, other: str) -> None:
    """In many countries 50.000 is fifty thousand."""
    note = f"'{number}' was read as {read} (the point is a decimal point); did you mean {other}?"
    assert amounts.read(text).note == note


@pytest.mark.parametrize(
    "text", ["50.00", "0.500", ".500", "1234.567", "1,234.567", "1 234.567", "50.0000", "5.000e3", "50,000", "0,500"]
)
def test_a_point_that_can_only_be_decimal_gets_no_note(text: str) -> None:
    """Groups of thousands have three digits, don't begin with 0, and have the same separator."""
    assert amounts.read(f"{text} KGS").note is None


ONES = "1" * 70
CUT_40 = "1" * 37 + "..."
CUT_60 = "1" * 57 + "..."
TOO_LONG = {
    f"{ONES} KGS": FAR.format(CUT_60),
    f"{ONES},5 KGS": TWO.format(CUT_60, CUT_60, CUT_60),
    f"{ONES}_0 KGS": ONE.format(CUT_60, CUT_60),
    f"{ONES}.. KGS": NONE.format(CUT_60),
    f"{ONES}e5 000 KGS": NONE.format(CUT_60),
    f"{ONES} +{ONES} KGS": FIELDS.format(CUT_40, "+" + CUT_40[1:]),
    f"KGS {'x' * 70}": f"'KGS {'x' * 53}...' has no amount: write it as 50000 KGS",
    f"1e22bn {'x' * 70}": f"'1e22bn {'x' * 50}...' is out of range: amounts go up to 10^30, with up to 30 decimal places",
    f"{'1' * 30}.{'1' * 30}": f"'{'1' * 30}.{'1' * 26}...' has no currency: add one, as in {'1' * 30}.{'1' * 26}... KGS",
    f"5 KGS {ONES}": f"expected a currency, not '{CUT_40}': give one amount at a time, as in 50000 KGS",
    f"5 {'٥' * 70}": DIGITS.format("٥" * 37 + "..."),
    f"5 {'x' * 70}": UNKNOWN.format("x" * 37 + "..."),
}


@pytest.mark.parametrize("text", TOO_LONG)
def test_long_input_is_cut_in_messages(text: str) -> None:
    """Amounts after 60 characters, words after 40."""
    with pytest.raises(UsageError) as caught:
        amounts.read(text)
    assert str(caught.value) == TOO_LONG[text]


LINES = {
    "50000 KGS": ("50000", "KGS", ""),
    "50000,KGS": ("50000", "KGS", ""),
    "50,000,KGS": ("50000", "KGS", ""),
    "50,000,KGS,USD,KZT": ("50000", "KGS", "USD KZT"),
    "50,000, KGS, USD": ("50000", "KGS", "USD"),
    "50000\tKGS\tUSD": ("50000", "KGS", "USD"),
    "50 000\tKGS": ("50000", "KGS", ""),
    "50000;KGS;USD": ("50000", "KGS", "USD"),
    "KGS,50000": ("50000", "KGS", ""),
    "KGS,USD,50000": ("50000", "KGS", "USD"),
    "KGS/USD;50000": ("50000", "KGS", "USD"),
    '"50,000","KGS","USD"': ("50000", "KGS", "USD"),
    "-5,KGS": ("-5", "KGS", ""),
    "50000 KGS\r\n": ("50000", "KGS", ""),
    "0,5 KGS": ("0.5", "KGS", ""),
    "0,5;KGS": ("0.5", "KGS", ""),
    "50000,KGS\r": ("50000", "KGS", ""),
}

BAD_LINES = {
    "0,50000,KGS": TWO.format("0,50000", "0.50000", "50000"),
    "KGS,0,5": TWO.format("0,5", "0.5", "5"),
    "1,5 KGS": TWO.format("1,5", "1.5", "15"),
    "1,5,KGS": TWO.format("1,5", "1.5", "15"),
    "0,00,KGS": TWO.format("0,00", "0.00", "0"),
    "1\t500\tKGS": FIELDS.format("1", "500"),
    "1;500;KGS": FIELDS.format("1", "500"),
    "1, 500, KGS": FIELDS.format("1", "500"),
    '"1","500",KGS': FIELDS.format("1", "500"),
    "1\n500 KGS": FIELDS.format("1", "500"),
    "5,KGS,7": "expected a currency, not '7': give one amount at a time, as in 50000 KGS",
    "\r\n": EMPTY,
}


@pytest.mark.parametrize("line", LINES)
def test_fields_of_a_line_are_separated_by_spaces_tabs_commas_or_semicolons(line: str) -> None:
    """A comma between two digits belongs to the amount, any other comma separates fields."""
    amount, base, targets = LINES[line]
    request = amounts.read(line)
    assert (f"{request.amount:f}", request.base, request.targets) == (amount, base, targets.split())


@pytest.mark.parametrize("line", BAD_LINES)
def test_two_fields_are_never_read_as_one_amount(line: str) -> None:
    """`1<TAB>500 KGS`, a numbered line, is not 1,500 KGS."""
    with pytest.raises(UsageError) as caught:
        amounts.read(line)
    assert str(caught.value) == BAD_LINES[line]


ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=40)
PIECES = st.lists(
    st.sampled_from(
        [*"0123456789", *" \t,.;_-+eE$₸'\"\u2212\u00a0\u0660", "KGS", "to", "k", "mln", "som", "nan", "000"]
    ),
    max_size=12,
).map("".join)
AMOUNTS = st.decimals(-(10**30), 10**30, allow_nan=False, allow_infinity=False, places=30) | st.decimals(
    -(10**12), 10**12, allow_nan=False, allow_infinity=False, places=2
)


@settings(deadline=None, max_examples=600)
@given(ANY_TEXT | PIECES, st.booleans())
def test_any_text_gives_an_amount_or_a_ctick_error(text: str, typed: bool) -> None:
    """A finite amount of a known currency, or one printable message."""
    said = ""
    try:
        request = amounts.read(text, typed=typed)
    except CtickError as error:
        said = str(error)
    else:
        assert request.amount.copy_abs() <= numbers.LARGEST
        assert {request.base, *request.targets} <= set(currencies.CODES)
    assert said.isprintable()


@pytest.mark.parametrize("text", [*ACCEPTED, *LINES])
def test_what_is_typed_is_read_as_a_line_is(text: str) -> None:
    """The same amount and currencies."""
    line, typed = amounts.read(text), amounts.read(text, typed=True)
    assert (typed.amount, typed.base, typed.targets) == (line.amount, line.base, line.targets)
    assert typed.has_amount


@pytest.mark.parametrize("text", sorted({*REFUSED, *BAD_LINES} - {"KGS", "KGS to USD", "KGS nan"}))
def test_what_is_refused_in_a_line_is_refused_where_it_is_typed(text: str) -> None:
    """With the same message, and perhaps advice about the shell."""
    with pytest.raises(UsageError) as caught:
        amounts.read(text, typed=True)
    line, advice, _ = str(caught.value).partition("; in a shell, ")
    assert line == (REFUSED | BAD_LINES)[text]
    assert bool(advice) == ("has no currency" in line)


@pytest.mark.parametrize(("text", "targets"), [("KGS", ""), ("KGS to USD", "USD"), ("KGS/USD", "USD"), ("сумы", "")])
def test_a_missing_amount_is_1_where_it_is_typed(text: str, targets: str) -> None:
    """In a line it would be a mistake."""
    request = amounts.read(text, typed=True)
    assert (f"{request.amount:f}", request.targets, request.has_amount) == ("1", targets.split(), False)
    with pytest.raises(UsageError) as caught:
        amounts.read(text)
    assert str(caught.value) == f"'{text}' has no amount: write it as 50000 KGS"


@settings(deadline=None, max_examples=200)
@given(AMOUNTS, st.sampled_from(currencies.CODES))
def test_a_formatted_amount_is_read_back(amount: Decimal, code: str) -> None:
    """What ctick prints, thousands apart, is what it reads; no amount up to 1e30 loses a digit."""
    amount = amount or amount.copy_abs()
    for text in (f"{grouped(amount)} {code}", f"{amount:f}{code}", f"{code}{grouped(amount).replace(',', ' ')}"):
        request = amounts.read(text)
        assert f"{request.amount:f} {request.base}" == f"{amount:f} {code}"
