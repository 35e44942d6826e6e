"""Which lines the reader takes for ticker lines."""

import pytest
from conftest import PAGE_10, PAGE_16
from reading import B10, B16, Item, read_text


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        (PAGE_16, [B16]),
        (PAGE_10, [B10]),
        (PAGE_16 + PAGE_10, [B16, B10]),
        (PAGE_10 + PAGE_16, [B10, B16]),
        (PAGE_16 + PAGE_10 + PAGE_16, [B16, B10, B16]),
        ("\ufeff" + PAGE_16 + "\ufeff" + PAGE_10, [B16, B10]),
    ],
    ids=["16", "10", "16+10", "10+16", "16+10+16", "BOM"],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("cut", [0, 1, 7])
def test_pages(text: str, blocks: list[Item], line_end: str, cut: int) -> None:
    """Each page gives its five quotes with all their digits and signs, in the order of the input."""
    assert read_text(text.replace("\n", line_end), cut) == blocks


@pytest.mark.parametrize("bullet", ["•", "·", "*", "-", "–", ""])
@pytest.mark.parametrize("blank", [" ", "\t", "\u00a0", "\u2009", "\u202f", "", " \u00a0\t\u2009"])
@pytest.mark.parametrize("sign", ["-", "−"])
def test_bullets_blanks_and_signs(bullet: str, blank: str, sign: str) -> None:
    """Any bullet or none, any blanks or none, and both minus signs are equivalent."""
    text = PAGE_10.replace(" -", f" {sign}").replace("  • ", f"{blank}• ").replace("/USD = ", f"/USD{blank}={blank}")
    assert read_text(text.replace("•", bullet)) == [B10]


def test_vertical_tabs_are_blanks() -> None:
    """They don't count as line ends."""
    assert read_text("\x0b\x1f\x0bKGS/USD\x0b= 0.1\n\x0b\n\x0bKZT/USD = x\n") == [
        "!3:2: skipped an unreadable ticker line: 'KZT/USD = x'",
        (None, ["KGS 0.1"], 1, 0),
    ]


def test_a_plus_is_dropped() -> None:
    """+0.55% is 0.55, and only a minus keeps its sign at zero."""
    assert read_text("KGS/USD = 0.1 +0.55%\nKZT/USD = .2 +0%\nTJS/USD = 3 -0%\n") == [
        (None, ["KGS 0.1 0.55;KZT 0.2 0;TJS 3 -0"], 3, 0)
    ]


def test_prose_is_not_a_ticker() -> None:
    """Equations, addresses and codes in prose give nothing, and are no errors."""
    text = "a = b\nhttps://x.org/?a=1&KGS/USD=2\nThe rate KGS/USD = 0.01144 0%\nkgs/usd = 1\nA/B = 5\nKGS / USD 0.1\n"
    assert read_text(text * 50) == []


@pytest.mark.parametrize(
    "prose",
    ["=\n", "/=\n", "/\n", "x = 1\n", f"{'x ' * 200}= 1\n", f"a/b {'x' * 6000} = 1\n", "http://x.org/?a=b\n", "\n\n"],
)
def test_prose_hides_no_block(prose: str) -> None:
    """Whether or not the text above it, far or near, has signs of a ticker line."""
    assert read_text(prose + PAGE_16) == [B16]
    assert read_text(PAGE_16 + prose + PAGE_10) == [B16, B10]
