"""`ctick parse`."""

import gzip
import json
from pathlib import Path

import pytest
from conftest import PAGE_10, PAGE_16, SEED_16, Run, page

ROWS_16 = """\
KGS\tUSD\t0.01144\t0.00001\t0\t2025-12-16\ttimesca\t
KZT\tUSD\t0.00194\t0.00001\t-0\t2025-12-16\ttimesca\t
TJS\tUSD\t0.10877\t0.00001\t-0\t2025-12-16\ttimesca\t
UZS\tUSD\t0.00008\t0.00001\t0\t2025-12-16\ttimesca\t
TMT\tUSD\t0.28571\t0.00001\t0\t2025-12-16\ttimesca\t
"""
ROWS_10 = """\
KGS\tUSD\t0.01144\t0.00001\t0\t2025-12-10\ttimesca\t
KZT\tUSD\t0.00193\t0.00001\t-0\t2025-12-10\ttimesca\t
TJS\tUSD\t0.10811\t0.00001\t-0.28\t2025-12-10\ttimesca\t
UZS\tUSD\t0.00008\t0.00001\t0\t2025-12-10\ttimesca\t
TMT\tUSD\t0.28490\t0.00001\t0\t2025-12-10\ttimesca\t
"""


def test_repeats_are_dropped(run: Run, home: Path) -> None:
    """Each snapshot once per input, in the order of the input; nothing is saved."""
    assert run("parse", stdin=PAGE_16 + PAGE_10 + PAGE_16) == (0, ROWS_16 + ROWS_10, "")
    assert run("parse", "-", stdin=PAGE_10 + PAGE_16) == (0, ROWS_10 + ROWS_16, "")
    assert list(home.iterdir()) == []


def test_files(run: Run, tmp_path: Path) -> None:
    """Several files, some compressed; repeats are dropped within each, not across them."""
    (tmp_path / "a.txt").write_text(PAGE_16)
    (tmp_path / "b.gz").write_bytes(gzip.compress((PAGE_10 + PAGE_16).encode()))
    assert run("parse", str(tmp_path / "a.txt"), str(tmp_path / "b.gz")) == (0, ROWS_16 + ROWS_10 + ROWS_16, "")


def test_an_undated_block(run: Run) -> None:
    """It has no date (null in JSON), or that of --date."""
    undated = page("KGS 0.01144 0%", None)
    assert run("parse", stdin=undated) == (0, "KGS\tUSD\t0.01144\t0.00001\t0\t\ttimesca\t\n", "")
    assert json.loads(run("parse", "-o", "json", stdin=undated).out)[0]["as_of"] is None
    assert "2025-12-11" in run("parse", "--date", "2025-12-11", stdin=undated).out
    assert "2025-12-11" not in run("parse", "--date", "2025-12-11", stdin=PAGE_16).out


def test_source_names_the_source(run: Run) -> None:
    """A name that would break other formats is refused."""
    assert "\tmine\t" in run("parse", "--source", "mine", stdin=PAGE_16).out
    for bad in ("", "a b", "Ünë", "x" * 33, "-x", "a\tb", "[red]"):
        assert run("parse", f"--source={bad}", stdin=PAGE_16).code == 2


def test_a_bad_line_does_not_stop_the_others(run: Run) -> None:
    """Line, column and excerpt on stderr, the good ones on stdout, exit 1."""
    text = page(SEED_16, "16 December 2025", repeats=1).replace("0.10877", "0.1.0877")
    code, out, err = run("parse", stdin=text)
    assert (code, out.count("\n")) == (1, 4)
    assert err == "ctick: stdin:3:3: skipped an unreadable ticker line: '• TJS/USD = 0.1.0877 -0%'\n"


NOTHING = "no readable ticker lines found (they look like 'KGS/USD = 0.01144 0%'): name a page with the ticker"


@pytest.mark.parametrize(
    "data",
    [b"", b"\x89PNG\r\n\x1a\n\x00\x00=\x00/USD", b"A page without one.\n", b"x" * 10_000_000],
    ids=["empty", "picture", "prose", "10 MB without a line end"],
)
def test_no_ticker_lines(run: Run, tmp_path: Path, data: bytes) -> None:
    """Exit 3."""
    name = tmp_path / "page"
    name.write_bytes(data)
    assert run("parse", str(name)) == (3, "", f"ctick: {name}: {NOTHING}\n")


def test_a_folder_and_a_missing_file(run: Run, tmp_path: Path) -> None:
    """Exit 3; exit 1 beside a good file."""
    good = tmp_path / "good"
    good.write_text(PAGE_16)
    missing = tmp_path / "missing"
    assert run("parse", str(tmp_path)) == (
        3,
        "",
        f"ctick: {tmp_path} is a folder: 'ctick parse -r {tmp_path}' reads the files in it\n",
    )
    assert run("parse", str(missing), str(good)) == (1, ROWS_16, f"ctick: no such file: {missing}\n")


def test_a_file_name_with_escape_sequences(run: Run, tmp_path: Path) -> None:
    """It is shown as plain text in one line."""
    name = tmp_path / "[red]\x1b[31m\nx\u202ey"
    name.write_text("KGS/USD = x\n")
    err = run("parse", str(name)).err
    assert "/[red]\ufffd[31m\ufffdx\ufffdy:1:1: skipped an unreadable ticker line" in err.replace(" x", "\ufffdx")
    assert err.count("\n") == 2
    assert "\x1b" not in err


def test_truncated_text(run: Run) -> None:
    """Half a line at the end is reported and nothing else is lost; exit 1."""
    text = page("KGS 0.01144 0%; KZT 0.00194 -0%", None, prose="").rstrip("\n")[:-4]
    code, out, err = run("parse", stdin=text)
    assert code == 1
    assert [line.split("\t")[0] for line in out.splitlines()] == ["KGS", "KZT"]
    assert err == (
        "ctick: stdin:16:3: skipped an incomplete ticker line at the end of the input: '• KZT/USD = 0.00194'\n"
    )


def test_another_rate_in_a_block(run: Run) -> None:
    """A warning names the pair, both rates and the line; both snapshots are printed, exit 0."""
    code, out, err = run("parse", stdin="KGS/USD = 0.01144\nKGS/USD = 0.01150\n16 December 2025\n")
    assert (code, [line.split("\t")[2] for line in out.splitlines()]) == (0, ["0.01144", "0.01150"])
    assert err == (
        "ctick: stdin:2:1: KGS/USD repeats with a different rate (0.01150 after 0.01144): starting a new snapshot\n"
    )


def test_no_input(run: Run) -> None:
    """Without arguments and with stdin closed: exit 2."""
    assert run("parse", stdin=None) == (
        2,
        "",
        "ctick: nothing to read: name a file or a URL, or - for stdin\n",
    )


def test_a_table_on_a_terminal(run: Run) -> None:
    """In a pipe it would be TSV."""
    out = run("parse", "-", "--no-color", stdin=PAGE_16, tty=True).out
    assert out.splitlines()[1].split() == ["KGS/USD", "0.01144", "87.41", "0%", "16", "Dec", "2025", "timesca"]


def test_real_pages(run: Run, shared: Path) -> None:
    """The two real pages have ten rates."""
    pages = sorted(str(path) for path in (shared / "seeds").glob("*.txt"))
    assert len(pages) == 2
    assert run("parse", *pages) == (0, ROWS_16 + ROWS_10, "")
