"""Charts: size, axes, gaps, the band of possible rates, and SVG."""

import datetime as dt
import re
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from ctick.currencies import FIVE
from ctick.model import DatedQuote, Leg, Quote
from ctick.output.chart import chart
from ctick.output.svg_chart import svg
from ctick.storage import bundled

SIZES = [(100, 30), (80, 24), (40, 15)]
SVG = "{http://www.w3.org/2000/svg}"
BRAILLE = re.compile("[\u2801-\u28ff]")


def quote(rate: str, day: int, code: str = "KGS") -> DatedQuote:
    """A rate `day` days after 16 December 2025."""
    return DatedQuote(Quote(code, Decimal(rate)), dt.date(2025, 12, 16) + dt.timedelta(days=day), "timesca")


def derived(value: str, day: int) -> DatedQuote:
    leg = Leg("USD", "UZS", 1, Decimal(value), Decimal("0.01"))
    return DatedQuote(Quote.derived("UZS", (leg,)), dt.date(2025, 12, 16) + dt.timedelta(days=day), "cbu")


def bundled_quotes(*codes: str) -> dict[str, list[DatedQuote]]:
    return {code: list(bundled.quotes(code, dt.date.max, "timesca"))[::-1] for code in codes}


def long(count: int) -> list[DatedQuote]:
    return [quote(f"{1100 + day * day % 97}e-5", day - count) for day in range(count)]


CASES = {
    "KZT": bundled_quotes("KZT"),
    "TJS": bundled_quotes("TJS"),
    "UZS": bundled_quotes("UZS"),
    "five": bundled_quotes(*FIVE),
    "one point": {"KGS": [quote("0.01144", 0)]},
    "two points": {"KGS": [quote("0.01144", 0), quote("0.01143", 1)]},
    "two far apart": {"KGS": [quote("0.01144", 0), quote("0.01143", 700)]},
    "all equal": {"KGS": [quote("0.01144", day) for day in range(30)]},
    "all equal, derived": {"UZS": [derived("12500.25", day) for day in range(30)]},
    "5,000 points": {"KGS": long(5000)},
    "revisions of a day": {"KGS": [quote("0.01144", 0), quote("0.01145", 0), quote("0.01143", 0)]},
    "one point of two": {"KGS": [quote("0.01144", 0)], "KZT": [quote("0.00194", 0, "KZT")]},
    "many digits": {"KGS": [quote("0.0114400000000001", 0), quote("0.0114400000000009", 1)]},
    "very small": {"KGS": [quote("0." + "0" * 38 + "12", 0), quote("0." + "0" * 38 + "13", 1)]},
    "large": {"KGS": [quote("1" * 30, 0), quote("2" * 30, 1)]},
}


def drawn(name: str, width: int = 100, height: int = 30, *, color: bool = False, plain: bool = False) -> list[str]:
    text = chart(CASES[name], width, height, color=color, plain=plain)
    assert text.endswith("\n")
    return text.splitlines()


def inside(lines: list[str]) -> list[str]:
    """The lines inside the frame."""
    (top,) = [place for place, line in enumerate(lines) if "┌" in line]
    left, right = lines[top].index("┌"), lines[top].index("┐")
    return [line[left + 1 : right] for line in lines[top + 1 :] if line[left : left + 1] in ("│", "┤")]


@pytest.mark.parametrize("plain", [False, True], ids=["braille", "ascii"])
@pytest.mark.parametrize(("width", "height"), [*SIZES, (200, 60), (24, 9)])
@pytest.mark.parametrize("name", CASES)
def test_charts_fit_the_terminal(name: str, width: int, height: int, plain: bool) -> None:
    """No line is too long, and one line is left for the prompt."""
    lines = drawn(name, width, height, plain=plain)
    assert max(map(len, lines)) <= width
    assert sum(line.count("|" if plain else "│") for line in lines) >= 2
    assert 5 < len(lines) <= height - 1
    assert all(line == line.rstrip() for line in lines)
    if plain:
        assert all(line.isascii() for line in lines)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_charts_fill_the_terminal(width: int, height: int) -> None:
    """The full width, and all lines but two."""
    lines = drawn("KZT", width, height)
    assert max(map(len, lines)) in (width, width - 1)
    assert len(lines) == height - 2


def test_axes_have_round_rates_and_days() -> None:
    """The first and the last day are always labelled."""
    lines = drawn("KZT")
    rates = [Decimal(line.split("┤")[0].strip()) for line in lines if "┤" in line]
    assert [str(rate) for rate in rates] == ["0.00205", "0.00200", "0.00195", "0.00190"]
    assert len({before - after for before, after in pairwise(rates)}) == 1
    assert lines[-1].split("  ")[0] == ""
    assert re.findall(r"\d+ \w{3} \d{4}", lines[-1]) == [
        "1 Sep 2024", "13 Jan 2025", "28 May 2025", "10 Oct 2025", "21 Feb 2026",
    ]  # fmt: skip
    assert re.findall(r"\d+ \w{3} \d{4}", drawn("KZT", 40, 15)[-1]) == ["1 Sep 2024", "21 Feb 2026"]


def test_short_and_narrow_charts_have_two_rates_at_least() -> None:
    """Different ones: with fewer nobody can tell how much the rate has changed."""
    for last in range(12000000, 16000000, 50000):
        rates = {"KGS": [quote("0.0115000000", 0), quote(f"0.00{last}", 1)]}
        lines = chart(rates, 30, 11, color=False, plain=False).splitlines()
        labels = [line.split("┤")[0] for line in lines if "┤" in line]
        assert len(set(labels)) == len(labels) >= 2, last
    constant = {code: [quote("0.10000", 0, code)] for code in ("KGS", "KZT", "UZS")}
    jump = {"TJS": [quote("0.00012", 0, "TJS"), quote("0.00014", 1, "TJS")]}
    assert chart({**constant, **jump}, 24, 9, color=False, plain=False).count("┤") == 2


def test_a_single_day_is_a_dot_at_its_rate() -> None:
    """In the line of its rate."""
    lines = drawn("one point")
    (dot,) = [line for line in lines if "•" in line]
    assert dot.split("┤")[0].strip() == "0.011440"
    assert re.findall(r"\d+ \w{3} \d{4}", lines[-1]) == ["16 Dec 2025"]


def test_labels_of_days_do_not_touch() -> None:
    """Each as near to its tick as there is space, in a terminal of any width."""
    for width in range(24, 120):
        lines = drawn("KZT", width, 15)
        days = re.findall(r"\d+ \w{3} \d{4}", lines[-1])
        assert lines[-1].split() == " ".join(days).split()
        assert len(days) == lines[-2].count("┬")
        assert (days[0], days[-1]) == ("1 Sep 2024", "21 Feb 2026")


def test_gaps_are_left_open() -> None:
    """Nothing is drawn between two runs of days, and a line through each."""
    days = [quote("0.01144", day) for day in range(20)] + [quote("0.01150", day) for day in range(80, 100)]
    rows = inside(chart({"KGS": days}, 100, 30, color=False, plain=False).splitlines())
    columns = ["".join(row[place] for row in rows).strip() for place in range(len(rows[0]))]
    first_gap, last_gap = len(columns) * 20 // 99 + 1, len(columns) * 80 // 99 - 1
    assert columns[first_gap:last_gap] == [""] * (last_gap - first_gap)
    assert all(columns[1 : first_gap - 2])
    assert all(columns[last_gap + 2 : -1])


def test_regular_missing_days_are_not_gaps() -> None:
    """Rates of every second day are one line."""
    days = [quote(f"0.0{1144 + day % 3}", day) for day in range(100) if day % 7 < 5]
    rows = inside(chart({"KGS": days}, 100, 30, color=False, plain=False).splitlines())
    assert all("".join(row[place] for row in rows).strip() for place in range(1, len(rows[0]) - 1))


def test_isolated_days_are_dots() -> None:
    """Each bundled day without neighbours."""
    assert sum(line.count("•") for line in drawn("KZT")) == 4


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_wide_band_of_possible_rates_is_shaded(width: int, height: int) -> None:
    """UZS at 0.00008 is between 0.000075 and 0.000085: the shade fills most of the plot, and is in the legend."""
    lines = drawn("UZS", width, height)
    assert "░ rounding range" in " ".join(lines[:2])
    rows = inside(lines)
    assert len([row for row in rows if "░" in row]) >= len(rows) - 3
    assert len([row for row in rows if BRAILLE.search(row)]) == 1
    assert ":" in "".join(drawn("UZS", width, height, plain=True)[3:])


@pytest.mark.parametrize("name", ["KZT", "TJS", "five", "all equal, derived"])
def test_a_band_narrower_than_a_line_is_not_drawn(name: str) -> None:
    """Rates that change by more than their steps, several currencies, and precise derived rates."""
    varied = {"UZS": [derived(f"{12500 + day}.25", day) for day in range(30)]}
    for width, height in SIZES:
        assert "░" not in "".join(drawn(name, width, height))
        assert "░" not in chart(varied, width, height, color=False, plain=False)


def test_several_currencies_start_at_100() -> None:
    """With a legend; without colour each has a different marker."""
    lines = drawn("five")
    assert lines[0] == "first day = 100   * KGS   + KZT   x TJS   o TMT"
    rows = "".join(inside(lines))
    assert all(sign in rows for sign in "*+xo")
    two = {"KGS": [quote("0.01", 0), quote("0.02", 1)], "KZT": [quote("0.002", 0, "KZT"), quote("0.001", 1, "KZT")]}
    ticks = re.findall(r"(\d+)┤", chart(two, 100, 30, color=False, plain=False))
    assert ticks == ["200", "150", "100", "50"]
    colored = drawn("five", color=True)
    assert len(set(re.findall(r"\x1b\[([\d;]+)m• ", colored[0]))) == 4


def test_unknown_is_not_drawn_as_constant() -> None:
    """UZS at 0.00008 all the time may have changed by 13 %: the legend says so; alone it is drawn with its band."""
    assert drawn("five")[1] == "UZS not drawn: its digits (±6.3%) show no change"
    assert drawn("five", plain=True)[1] == "UZS not drawn: its digits (+-6.3%) show no change"
    assert drawn("five", 40, 15)[2] == "UZS not drawn (±6.3%)"
    assert "UZS not drawn: its digits (±6.3%) show no change" in [
        text.text for text in ET.fromstring(svg(CASES["five"])).iter(f"{SVG}text")
    ]
    pair = {"KZT": CASES["KZT"]["KZT"], "UZS": CASES["UZS"]["UZS"]}
    assert chart(pair, 80, 24, color=False, plain=False).splitlines()[:2] == [
        "KZT/USD",
        "UZS not drawn: its digits (±6.3%) show no change",
    ]
    assert "not drawn" not in "".join(drawn("UZS"))
    level = {"KGS": CASES["all equal"]["KGS"], "KZT": CASES["KZT"]["KZT"]}  # known to 0.04 %
    assert chart(level, 80, 24, color=False, plain=False).splitlines()[0] == "first day = 100   * KGS   + KZT"
    none_left = {"UZS": [quote("0.00008", 0, "UZS")], "KZT": [quote("0.02", day, "KZT") for day in range(2)]}
    assert chart(none_left, 80, 24, color=False, plain=False).splitlines()[0] == "first day = 100   * UZS   + KZT"


def test_colour_changes_only_escape_sequences() -> None:
    """The text is the same with and without."""
    colored, plain = drawn("UZS", color=True), drawn("UZS")
    assert any("\x1b[" in line for line in colored)
    assert not any("\x1b" in line for line in plain)
    assert [re.sub(r"\x1b\[[\d;]*m", "", line).rstrip() for line in colored] == plain


@pytest.mark.parametrize("name", CASES)
def test_svg_is_well_formed(name: str) -> None:
    """With a title, all points inside the frame, and nothing loaded from elsewhere."""
    text = svg(CASES[name])
    root = ET.fromstring(text)
    assert root.tag == f"{SVG}svg"
    codes = ", ".join(f"{code}/USD" for code in CASES[name] if (name, code) != ("five", "UZS"))
    several = "" if len(CASES[name]) == 1 else ", first day = 100"
    assert root.findtext(f"{SVG}title") == codes + several
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert text.isascii()
    points = [tuple(map(float, pair.split(","))) for shape in root for pair in (shape.get("points") or "").split()] + [
        (float(dot.get("cx", "")), float(dot.get("cy", ""))) for dot in root.iter(f"{SVG}circle")
    ]
    assert points
    assert all(90 <= across <= 850 and 50 <= down <= 370 for across, down in points)


def test_svg_has_the_same_runs_and_bands() -> None:
    """Lines for runs, dots for single days, and a band for each run if it is visible."""
    root = ET.fromstring(svg(CASES["UZS"]))
    shapes = [shape.tag.removeprefix(SVG) for shape in root]
    runs = shapes.count("polyline") + shapes.count("circle")
    assert shapes.count("circle") == 4
    assert shapes.count("polygon") == runs
    assert "polygon" not in [shape.tag.removeprefix(SVG) for shape in ET.fromstring(svg(CASES["five"]))]
