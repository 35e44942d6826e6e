"""Whole pages of news, as HTML and as text; beside the project there may be the very pages of a publisher."""

import html
from pathlib import Path

import pytest
from conftest import Run, page
from reading import B10, B16, Q10, Q16, Item, read_text

from ctick.model import quotes_to_text
from ctick.storage import bundled

PAGES = sorted((Path(__file__).parents[1] / "data" / "pages").glob("*.*"))
EXPECTED: dict[str, Item] = {"2025-12-10": ("2025-12-10", [Q10], 50, 0), "2025-12-16": B16}


def test_there_are_pages() -> None:
    """Of both kinds, for each of the days."""
    assert sorted((path.stem, path.suffix) for path in PAGES) == sorted(
        (day, suffix) for day in EXPECTED for suffix in (".html", ".txt")
    )


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
@pytest.mark.parametrize("cut", [0, 1, 1000])
def test_a_page_gives_its_five_quotes(path: Path, cut: int) -> None:
    """Whatever its menu, scripts, comments and headlines say of rates."""
    assert read_text(path.read_bytes(), cut) == [EXPECTED[path.stem]]


def test_pages_after_one_another() -> None:
    """Text, HTML and text again, twice over."""
    data = b"\n".join(path.read_bytes() for path in PAGES)
    assert read_text(data + b"\n" + data) == [EXPECTED[path.stem] for path in PAGES] * 2


@pytest.mark.parametrize("path", [path for path in PAGES if path.suffix == ".txt"], ids=lambda path: path.name)
def test_text_made_html_gives_the_same(path: Path) -> None:
    assert read_text(as_html(path.read_text("utf-8"))) == [EXPECTED[path.stem]]


def as_html(text: str) -> str:
    """A text as a page, line by line."""
    paragraphs = "".join(f"<p>{html.escape(line)}</p>\n" for line in text.split("\n"))
    return f"<html><body>{paragraphs}</body></html>"


@pytest.mark.parametrize("suffix", [".html", ".txt"])
def test_parse_prints_the_rates_of_files(run: Run, suffix: str) -> None:
    """A line for each pair and day."""
    code, out, err = run("parse", *[str(path) for path in PAGES if path.suffix == suffix])
    assert (code, err) == (0, "")
    assert [line.split("\t")[::5] for line in out.splitlines()] == [
        [code, day] for day in EXPECTED for code in ("KGS", "KZT", "TJS", "UZS", "TMT")
    ]


def test_every_bundled_day_is_read_from_its_page() -> None:
    """A page made from its figures gives them."""
    days = bundled.snapshots("timesca")
    assert len(days) > 30
    for snapshot in days:
        assert snapshot.as_of is not None
        figures = "; ".join(
            f"{quote.base} {quote.rate:f}" + ("" if quote.change is None else f" {quote.change:f}%")
            for quote in snapshot.quotes
        )
        assert read_text(page(figures, f"{snapshot.as_of:%d %B %Y}", 10)) == [
            (snapshot.as_of.isoformat(), [quotes_to_text(snapshot.quotes)], len(snapshot.quotes) * 10, 0)
        ]


# -- the very pages -----------------------------------------------------------------------------


def test_seeds(shared: Path) -> None:
    """The real pages give what the pages made from their figures give."""
    one, two = [
        (shared / "seeds" / f"{name}.txt").read_bytes() for name in ("000_ea73b8b59331ab66", "004_4cb16bcf75d009ee")
    ]
    assert (read_text(one), read_text(two)) == ([B16], [B10])
    # They end without a line end, so the first line of what follows ends their last one: 39 are left.
    last10, last16 = ("2025-12-10", [Q10], 39, 0), ("2025-12-16", [Q16], 39, 0)
    assert (read_text(one + two), read_text(two + one)) == ([B16, last10], [B10, last16])


def test_observations(shared: Path) -> None:
    """Every observed page, made from its row, gives its row: with TMT or without, dated or not."""
    header, *rows = (shared / "data" / "ticker_observations.tsv").read_text("utf-8").splitlines()
    names = header.split("\t")
    pages_read, expected = [], []
    for row in rows:
        cells = dict(zip(names, row.split("\t"), strict=False))
        figures = [(c, cells[c], cells[f"{c}_chg"]) for c in ("KGS", "KZT", "TJS", "UZS", "TMT") if cells.get(c)]
        text = page("; ".join(" ".join(figure) for figure in figures), cells["date_line"], int(cells["repeats"]))
        pages_read.append(read_text(text))
        quotes = ";".join(f"{c} {rate} {change.rstrip('%')}" for c, rate, change in figures)
        expected.append([(cells["page_date"] or None, [quotes], len(figures) * int(cells["repeats"]), 0)])
    assert len(rows) > 50
    assert pages_read == expected


def test_the_real_pages_as_html(shared: Path) -> None:
    """The real pages, made HTML line by line, give what their text gives."""
    for seed in (shared / "seeds").glob("*.txt"):
        text = seed.read_text("utf-8")
        assert read_text(as_html(text)) == read_text(text)
