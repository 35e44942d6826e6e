"""Mentions in words: annotations, and Markdown tables."""

from decimal import Decimal

from mentioned import checked

from ctick.mentions.check import Checked
from ctick.mentions.model import Printed
from ctick.output.mention_text import (
    amount_text,
    annotation,
    difference_text,
    dollars_text,
    markdown_lines,
    printed_text,
)

TEXT = "50,000 KGS (around $576)\n3 million UZS (around $234)\n14 KZT ($0.028), 5,000 som, *9|<b>_\u202e\x1b KGS"


def off(difference: str | None) -> str:
    return difference_text(checked(TEXT, "50,000 KGS", "50000", "KGS", "576", difference=difference))


def test_annotations() -> None:
    """The dollars on the day, with their likely range if there is one; nothing without a currency or a rate."""
    assert annotation(checked(TEXT, "50,000 KGS", "50000", "KGS")) == " [= $572.00]"
    assert annotation(checked(TEXT, "3 million UZS", "3000000", "UZS")) == " [≈ $240 ($225 to $255)]"
    assert annotation(checked(TEXT, "50,000 KGS", "247800000000", "KGS")) == " [= $2.8348 billion]"
    assert annotation(checked(TEXT, "5,000 som", "5000", None)) == ""
    assert annotation(checked(TEXT, "50,000 KGS", "50000", "KGS", rate=False)) == ""


def test_large_numbers() -> None:
    """From a million on with a scale: amounts if five digits are enough, dollars rounded to five."""
    numbers = {
        "999999": ("999,999 KGS", "= $11,439.99"),
        "1000000": ("1 million KGS", "= $11,440.00"),
        "1234560": ("1,234,560 KGS", "= $14,123.37"),
        "1234567890": ("1,234,567,890 KGS", "= $14.123 million"),
        "87412500": ("87,412,500 KGS", "= $999,999.00"),
        "87412588": ("87,412,588 KGS", "= $1 million"),
        "4200000000000000": ("4,200 trillion KGS", "= $48.048 trillion"),
    }
    for number, expected in numbers.items():
        mention = checked(TEXT, "50,000 KGS", number, "KGS")
        assert (amount_text(mention), dollars_text(mention)) == expected


def test_the_dollars_of_the_text() -> None:
    """A figure or a range."""
    mention = checked(TEXT, "50,000 KGS", "50000", "KGS", "550")
    assert printed_text(mention) == "$550"
    assert mention.mention.dollars is not None
    mention.mention.dollars.to = Printed(Decimal(1_200_000), Decimal(1))
    assert printed_text(mention) == "$550 to $1.2 million"


def test_how_far_a_figure_is_off() -> None:
    """In per cent, with one decimal place below a hundred."""
    assert [off(text) for text in ("0.6993", "-2.5", "0.04", "-0.04", "99.95", "-100", "1323.4", "1E+6", None)] == [
        "+0.7%", "-2.5%", "0.0%", "0.0%", "+100.0%", "-100%", "+1,323%", "+1,000,000%", "",
    ]  # fmt: skip


def test_markdown() -> None:
    """A table to paste: foreign text is neither markup nor control characters."""
    mentions: list[Checked] = [
        checked(TEXT, "50,000 KGS", "50000", "KGS", "576", "ok", "", "0.6993"),
        checked(TEXT, "3 million UZS", "3000000", "UZS", "234", "far off", "it fits 1 May 2024", "-2.5"),
        checked(TEXT, "5,000 som", "5000", None),
        checked(TEXT, "*9|<b>_\u202e\x1b KGS", "9", "KGS", rate=False),
    ]
    assert "".join(markdown_lines(mentions)) == (
        "| line | phrase | amount | dollars | article | off by | verdict |\n"
        "| ---: | --- | ---: | --- | ---: | ---: | --- |\n"
        "| 1 | 50,000 KGS | 50,000 KGS | = $572.00 | $576 | +0.7% | ok |\n"
        "| 2 | 3 million UZS | 3 million UZS | ≈ $240 ($225 to $255) | $234 | -2.5% | far off: it fits 1 May 2024 |\n"
        "| 3 | 5,000 som | 5,000 som | Kyrgyz or Uzbek? |  |  |  |\n"
        "| 3 | \\*9\\|\\<b\\>_\ufffd\ufffd KGS | 9 KGS | no rate |  |  |  |\n"
    )
