"""`ctick convert -o cite`: a sentence for an article."""

import datetime as dt
from decimal import Decimal

import pytest
from conftest import Run

from ctick.commands.citation import citation
from ctick.model import DatedQuote, Leg, Quote
from ctick.rates.conversion import convert
from ctick.redaction import is_public
from ctick.sources.registry import SOURCES

DAY = ("--date", "2025-12-16")
TIMESCA = "of The Times of Central Asia for 16 December 2025 (https://timesca.com/).\n"


@pytest.mark.parametrize(
    ("words", "sentences"),
    [
        ("50000 KGS", [f"50,000 KGS is 572.00 USD at the rate {TIMESCA}"]),
        ("3 million UZS", [f"3,000,000 UZS is about 240 USD (likely 225 to 255) at the rate {TIMESCA}"]),
        ("-5 KGS", [f"-5 KGS is -0.05720 USD at the rate {TIMESCA}"]),
        ("50000 KGS TJS", [f"50,000 KGS is 5,258.80 TJS at the rates {TIMESCA}"]),
        (
            "100 USD KGS KZT",
            [
                f"100 USD is 8,741.26 KGS at the rate {TIMESCA}",
                f"100 USD is about 51,550 KZT at the rate {TIMESCA}",
            ],
        ),
        ("50000 KGS KGS", ["50,000 KGS is 50,000.00 KGS.\n"]),
    ],
)
def test_a_sentence_for_each_result(saved: Run, words: str, sentences: list[str]) -> None:
    """Amount, result, range if there is one, source, day and address; one line each, also on a terminal."""
    asked = ("convert", *DAY, "-o", "cite", "--", *words.split())
    assert saved(*asked) == (0, "".join(sentences), "")
    assert saved(*asked, tty=True, width=40) == (0, "".join(sentences), "")
    assert saved(*asked, encoding="ascii") == (0, "".join(sentences), "")


def test_an_own_rate_has_no_source(run: Run) -> None:
    """As it was read."""
    asked = ("convert", "50000", "KGS", "-o", "cite", "--rate")
    assert run(*asked, "0.0115") == (0, "50,000 KGS is 575.00 USD at a rate of 0.0115 USD for 1 KGS.\n", "")
    assert run(*asked, "87.5", "--places", "0") == (
        0,
        "50,000 KGS is about 571 USD at a rate of 87.5 KGS for 1 USD.\n",
        "",
    )


def test_lines_from_stdin_give_sentences(saved: Run) -> None:
    """A line that can't be read is reported."""
    result = saved("convert", "-", *DAY, "-o", "cite", stdin="50000 KGS\n\n5 xyz\n1 TJS\n")
    assert (result.code, result.out) == (
        1,
        f"50,000 KGS is 572.00 USD at the rate {TIMESCA}1 TJS is 0.1088 USD at the rate {TIMESCA}",
    )
    assert result.err.startswith("ctick: line 3: unknown currency 'xyz'")


def test_a_source_that_ctick_does_not_know(run: Run) -> None:
    """Its name and day, and no address."""
    run("snapshot", "-", "--source", "mine", "-q", stdin="KGS/USD = 0.0114444\n22 February 2026\n")
    assert run("convert", "50000", "KGS", "-o", "cite", "--source", "mine").out == (
        '50,000 KGS is 572.22 USD at the rate from "mine" for 22 February 2026.\n'
    )


def test_the_manat_is_at_its_official_rate(saved: Run) -> None:
    """Street rates differ greatly, and the sentence is read without the note on stderr."""
    asked = ("convert", "200", "TMT", *DAY, "-o", "cite", "-q")
    official = TIMESCA.replace(").", "), with the manat at its official rate.")
    assert saved(*asked).out == f"200 TMT is 57.14 USD at the rate {official}"
    assert saved(*asked, "KGS").out == f"200 TMT is 4,994.93 KGS at the rates {official}"
    assert saved(*asked, "--rate", "19.5").out == "200 TMT is 10.26 USD at a rate of 19.5 TMT for 1 USD.\n"


def test_the_range_of_an_older_rate_is_that_of_the_day_asked(saved: Run) -> None:
    """Which the sentence names, since it is read on other days."""
    assert saved("convert", "50000", "KGS", "-o", "cite", "-q", "--date", "2026-01-25", "--source", "timesca").out == (
        "50,000 KGS is about 572 USD (likely 561 to 583 on 25 January 2026) at the rate of The Times of Central Asia for"
        " 23 December 2025 (https://timesca.com/).\n"
    )


def test_a_source_of_both_rates_is_named_once(run: Run) -> None:
    """With the days of both."""
    text = "KGS/USD = 0.0114444\n22 February 2026\nTJS/USD = 0.107666\n21 February 2026\n"
    run("snapshot", "-", "-q", stdin=text)
    assert run("convert", "50000", "KGS", "TJS", "-o", "cite", "-q", "--source", "timesca").out == (
        "50,000 KGS is about 5,315 TJS (likely 5,253 to 5,378 on 22 February 2026) at the rates of The Times of Central"
        " Asia for 21 February 2026 and 22 February 2026 (https://timesca.com/).\n"
    )


def test_both_rates_of_a_cross_rate_are_named() -> None:
    """Unless they are from one source; of derived ones each day that counts."""
    monday, friday = dt.date(2026, 5, 25), dt.date(2026, 5, 22)
    figures = {"UZS": ("0.0073", friday), "USD": ("87.4500", monday)}
    legs = [Leg(code, "KGS", 1, Decimal(value), Decimal("0.0001"), day) for code, (value, day) in figures.items()]
    quotes = {
        "KGS": DatedQuote(Quote("KGS", Decimal("0.011435")), monday, "timesca"),
        "UZS": DatedQuote(Quote.derived("UZS", tuple(legs)), friday, "nbkr"),
    }
    assert citation(convert(Decimal(1000), "KGS", "UZS", quotes, monday), monday) == (
        "1,000 KGS is about 137,000 UZS (likely 135,200 to 138,800 on 25 May 2026) at the KGS/USD rate of The Times of Central Asia for"
        " 25 May 2026 (https://timesca.com/) and the UZS/USD cross rate of the National Bank of the Kyrgyz Republic for"
        " 22 May 2026 and 25 May 2026 (https://www.nbkr.kg/)."
    )


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_has_a_page_for_people(name: str) -> None:
    """An address without a query or key, and no address that ctick fetches, except where people read that page too."""
    source = SOURCES[name]
    assert source.page.startswith("https://")
    assert is_public(source.page)
    assert name == "timesca" or source.page not in (*source.latest, *source.dated)
