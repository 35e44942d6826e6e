"""Which columns a table has, and a history with a gap in a narrow terminal."""

import datetime as dt
from decimal import Decimal

import pytest
from conftest import Run
from rich.text import Text

from ctick.model import DatedQuote, Quote
from ctick.output.history_table import history_tables
from ctick.output.tables import fitting_columns, table_width
from ctick.rates.history import history_rows

COLUMNS = ("pair", "rate", "source")
ROWS = [{"pair": Text("KGS/USD"), "rate": Text("0.1"), "source": Text("timesca")}]


def test_a_table_is_as_wide_as_its_widest_cells_or_headers() -> None:
    """With two spaces between columns."""
    assert table_width(COLUMNS, ROWS) == len("KGS/USD  rate  timesca")
    assert table_width(COLUMNS, []) == len("pair  rate  source")


@pytest.mark.parametrize(
    ("width", "expected"),
    [(80, "pair rate source"), (22, "pair rate source"), (21, "pair rate"), (12, "rate"), (3, "rate")],
)
def test_columns_are_dropped_in_order_until_the_table_fits(width: int, expected: str) -> None:
    """Those that may not be dropped stay, and unknown ones are ignored."""
    assert fitting_columns(COLUMNS, ROWS, ("change", "source", "pair"), width) == expected.split()


def test_a_column_stays_where_a_wider_one_has_gone() -> None:
    """Though it would have been dropped first."""
    rows = [{"pair": Text("KGS/USD"), "change": Text("0%"), "source": Text("timesca (bundled)")}]
    columns = ["pair", "change", "source"]
    assert fitting_columns(columns, rows, ("change", "source"), 25) == ["pair", "change"]


def test_a_history_of_dollars_is_never_cut(saved: Run) -> None:
    """Without space for its changes it has none, and then it is lines."""
    asked = ("history", "UZS", "--per-dollar", "--last", "2", "-q", "--no-color")
    assert saved(*asked, tty=True, width=40).out.splitlines()[1:5] == [
        "as of                     1 USD =",
        "20 Feb 2026  11,764 to 13,334 UZS",
        "21 Feb 2026  11,764 to 13,334 UZS",
        "11,764 to 13,334 on all of these days,",
    ]
    assert saved(*asked, tty=True, width=30).out.splitlines()[1:6] == [
        "20 Feb 2026 11,764 to 13,334",
        "  UZS",
        "21 Feb 2026 11,764 to 13,334",
        "  UZS",
        "11,764 to 13,334 on all of",
    ]


def test_sources_that_do_not_fit_are_lines(run: Run) -> None:
    """No cell is cut."""
    assert run("sources", "--no-color", tty=True, width=36).out.startswith("source       KGS")
    assert run("sources", "--no-color", tty=True, width=35).out.splitlines()[3:6] == [
        "frankfurter: KGS KZT TJS UZS TMT",
        "fawaz: KGS KZT TJS UZS TMT",
        "nbk: KGS KZT TJS UZS",
    ]


def test_a_gap_is_never_cut(capsys: pytest.CaptureFixture[str]) -> None:
    """Its row is as wide as the first column has to be."""
    days = (dt.date(2024, 1, 1), dt.date(2025, 12, 16))
    rows = history_rows([DatedQuote(Quote("KGS", Decimal("0.01144")), day, "timesca") for day in days])
    history_tables({"KGS": rows}, 30, "all", color=False)
    shown = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert shown[:5] == [
        "KGS/USD · timesca",
        "as of             rate  change",
        "1 Jan 2024     0.01144",
        "gap: 714 days",
        "16 Dec 2025    0.01144       ?",
    ]


@pytest.mark.parametrize(
    ("width", "row"),
    [
        (70, "16 Dec 2025  0.00008  11,764 to 13,334       ?  timesca"),
        (50, "16 Dec 2025  0.00008  11,764 to 13,334       ?"),
        (40, "16 Dec 2025  0.00008  6.3%       ?"),
        (30, "16 Dec 2025  0.00008  6.3%"),
    ],
)
def test_few_digits_are_never_shown_alone(capsys: pytest.CaptureFixture[str], width: int, row: str) -> None:
    """Without space for the inverse, a history says how far off they may be."""
    quotes = [
        DatedQuote(Quote("UZS", Decimal("0.00008")), dt.date(2025, 12, day), "timesca", bundled=day == 15)
        for day in (15, 16)
    ]
    history_tables({"UZS": history_rows(quotes)}, width, "all", color=False)
    assert row in [line.rstrip() for line in capsys.readouterr().out.splitlines()]
