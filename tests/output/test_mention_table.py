"""The table of mentions, whole, in several widths."""

import io
import sys
from collections.abc import Iterator

import pytest
from mentioned import checked
from rich.cells import cell_len

from ctick.mentions.check import Checked
from ctick.output import terminal
from ctick.output.mention_table import write_table

TEXT = (
    "Teachers at the U.S. Embassy earn more. In villages around Osh every teacher will be paid an extra 50,000 KGS (around $576) each month, the ministry said. Nobody knows for how long.\n"
    "The fine is 3 million\x1b[31m UZS (around $234).\n"
    "4,200,000,000,000 UZS ($347,300,000) were spent on 日本語の長い文章.\n"
    "He paid 5,000 som, or 200 manat ($10)."
)
SMALL = [
    checked(TEXT, "50,000 KGS", "50000", "KGS", "576", "ok", "", "0.6993"),
    checked(TEXT, "5,000 som", "5000", None),
    checked(TEXT, "200 manat", "200", "TMT", "10", "far off", "this is a market rate of the manat", "-82.4"),
]
LARGE = [
    checked(TEXT, "3 million\x1b[31m UZS", "3000000", "UZS", "234", "ok", "", "-2.5"),
    checked(TEXT, "4,200,000,000,000 UZS", "4200000000000", "UZS", "347300000", "off", "", "3.363"),
    checked(TEXT, "50,000 KGS", "50000", "KGS", rate=False),
]


def table(capsys: pytest.CaptureFixture[str], mentions: list[Checked], width: int, *, color: bool = False) -> str:
    write_table(mentions, width, color=color)
    out = capsys.readouterr().out
    assert color or max(map(cell_len, out.splitlines()), default=0) <= width
    return out


EVERYTHING_FITS = """\
line         amount  dollars           article  off by  verdict  likely        reason
   1     50,000 KGS  = $572.00            $576   +0.7%  ok
      In villages around Osh every teacher will be paid an extra 50,000 KGS (around $576) each month, the ministry said.
   4      5,000 som  Kyrgyz or Uzbek?
      He paid 5,000 som, or 200 manat ($10).
   4        200 TMT  = $56.98              $10  -82.4%  far off                this is a market rate of the manat
      He paid 5,000 som, or 200 manat ($10).
   2  3 million UZS  ≈ $240               $234   -2.5%  ok       $225 to $255
      The fine is 3 million�[31m UZS (around $234).
"""

AT_80 = """\
line      amount  dollars           article  off by  verdict
   1  50,000 KGS  = $572.00            $576   +0.7%  ok
      … be paid an extra 50,000 KGS (around $576) each month, the ministry …
   4   5,000 som  Kyrgyz or Uzbek?
      He paid 5,000 som, or 200 manat ($10).
   4     200 TMT  = $56.98              $10  -82.4%  far off
      this is a market rate of the manat
      He paid 5,000 som, or 200 manat ($10).
"""

LARGE_AT_60 = """\
line            amount  dollars
   2     3 million UZS  ≈ $240
      ok  article $234  -2.5%  likely $225 to $255
      The fine is 3 million�[31m UZS (around $234).
   3  4.2 trillion UZS  ≈ $336 million
      off  article $347.3 million  +3.4%
      likely $315 million to $357 million
      4,200,000,000,000 UZS ($347,300,000) were spent on …
   1        50,000 KGS  no rate
      … an extra 50,000 KGS (around $576) each month, …
"""

LARGE_AT_40 = """\
line            amount  dollars
   2     3 million UZS  ≈ $240
  ok  article $234  -2.5%
  likely $225 to $255
  … is 3 million�[31m UZS (around …
   3  4.2 trillion UZS  ≈ $336 million
  off  article $347.3 million  +3.4%
  likely $315 million to $357 million
  4,200,000,000,000 UZS ($347,300,000) …
   1        50,000 KGS  no rate
  … extra 50,000 KGS (around $576) …
"""


@pytest.mark.parametrize(
    ("mentions", "width", "expected"),
    [
        ([*SMALL, LARGE[0]], 200, EVERYTHING_FITS),
        ([*SMALL, LARGE[0]], 120, EVERYTHING_FITS),
        (SMALL, 80, AT_80),
        (LARGE, 60, LARGE_AT_60),
        (LARGE, 40, LARGE_AT_40),
        ([], 80, ""),
    ],
)
def test_tables(capsys: pytest.CaptureFixture[str], mentions: list[Checked], width: int, expected: str) -> None:
    """Columns that don't fit are on lines below the row; only the sentence is cut."""
    assert table(capsys, mentions, width) == expected


@pytest.mark.parametrize("width", range(10, 130))
def test_nothing_but_sentences_is_cut(capsys: pytest.CaptureFixture[str], width: int) -> None:
    """In any width, with lines that are broken where they must be."""
    text = " ".join(table(capsys, [*SMALL, *LARGE], width).split())
    cells = "50,000 KGS|= $572.00|$576|+0.7%|far off|this is a market rate of the manat|4.2 trillion UZS|$315 million to $357 million"
    glued = text.replace(" ", "")
    assert [cell for cell in cells.split("|") if cell.replace(" ", "") not in glued] == []


def test_colors(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The amount in its sentence, verdicts in green, yellow and red, and wrong figures too; none without `color`."""
    monkeypatch.setenv("TERM", "xterm-256color")
    out = table(capsys, [*SMALL, LARGE[1]], 80, color=True)
    for text in ("\x1b[1;36m50,000 KGS\x1b[0m", "\x1b[32mok\x1b[0m", "\x1b[33moff\x1b[0m", "\x1b[1;31mfar off\x1b[0m"):
        assert text in out
    assert out.count("\x1b[32m") == 1
    assert out.count("\x1b[33m") == out.count("\x1b[1;31m") == 3
    assert "\x1b[1;31mfar off\x1b[0m" in table(capsys, SMALL, 30, color=True)
    assert "\x1b" not in table(capsys, [*SMALL, *LARGE], 80)


def test_foreign_text_is_no_markup(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither of rich nor of the terminal, in color too."""
    monkeypatch.setenv("TERM", "xterm-256color")
    text = "[red]a[/red] :smile: \u202e\x1b]0;x\x07\t50,000 [bold]KGS\x1b[2J http://x.y/ [/]"
    out = table(capsys, [checked(text, "50,000 [bold]KGS", "50000", "KGS")], 100, color=True)
    last = out.splitlines()[-1]
    assert last == (
        "      [red]a[/red] :smile: \ufffd\ufffd]0;x\ufffd \x1b[1;36m50,000 [bold]KGS\x1b[0m\ufffd[2J http://x.y/ [/]"
    )


def test_a_terminal_without_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs degrade to ASCII, in the same width."""
    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer, encoding="ascii"))
    terminal.prepare()
    write_table(LARGE, 60, color=False)
    sys.stdout.flush()
    lines = buffer.getvalue().decode("ascii").splitlines()
    assert lines[1].endswith("UZS  ~ $240")
    assert lines[-1] == "      ... an extra 50,000 KGS (around $576) each month, ..."
    assert max(map(len, lines)) <= 60


def test_long_tables_come_in_parts(capsys: pytest.CaptureFixture[str]) -> None:
    """A part is written before the next mention is asked for, and has its own columns."""

    def mentions() -> Iterator[Checked]:
        yield from [SMALL[0]] * 500
        assert capsys.readouterr().out.count("$576") == 1000
        yield LARGE[1]

    write_table(mentions(), 80, color=False)
    assert (
        capsys.readouterr().out.splitlines()[0]
        == "line            amount  dollars                article  off by  verdict"
    )
