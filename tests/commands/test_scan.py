"""`ctick scan`: its input, output and exit code."""

import bz2
import gzip
import json
from pathlib import Path

import pytest
from conftest import PAGE_10, SEED_10, Run, page, ticker_lines
from scan_texts import ARTICLE_10, DAY_10, NOTHING, OFF_KGS, PROSE_10, UZS, run_error, shown

NO_INPUT = "ctick: nothing to read: name a file or a URL, or - for stdin\n"

# -- --check ------------------------------------------------------------------------------------


def test_check(run: Run) -> None:
    """Exit 1 if a figure is off; the output is the same."""
    plain = run("scan", stdin=ARTICLE_10)
    assert run("scan", "--check", stdin=ARTICLE_10) == (1, plain.out, plain.err + "1 of 2 figures is off\n")
    assert run("scan", "--check", "-q", stdin=ARTICLE_10) == (1, plain.out, "")
    right = page(SEED_10, "10 December 2025", prose=f"It costs {UZS}, and 60 KGS.\n")
    assert run("scan", "--check", stdin=right) == (0, run("scan", stdin=right).out, DAY_10)
    wrong = page(SEED_10, "10 December 2025", prose="It costs 500 KGS ($57).\n\nOr 600 KGS ($50).\n\n60 KGS\n")
    assert run("scan", "--check", stdin=wrong).err == DAY_10 + "2 of 2 figures are off\n"


# -- output -------------------------------------------------------------------------------------


def test_formats(run: Run) -> None:
    """The same rows in each."""
    rows = json.loads(run("scan", "-o", "json", stdin=ARTICLE_10).out)
    assert list(rows[0]) == [
        "line", "column", "offset", "phrase", "amount", "code", "printed", "value", "low", "high", "likely_low",
        "likely_high", "rate", "as_of", "source", "verdict", "range", "list", "difference", "reason",
    ]  # fmt: skip
    assert [row["offset"] for row in rows] == [ARTICLE_10.index("50,000 KGS"), ARTICLE_10.index("3 million")]
    assert [row["line"] for row in rows] == [43, 45]
    assert [json.loads(line) for line in run("scan", "-o", "jsonl", stdin=ARTICLE_10).out.splitlines()] == rows
    assert run("scan", "-o", "csv", stdin=ARTICLE_10).out.count("\n") == 3
    assert "50,000 KGS" in run("scan", "-o", "markdown", stdin=ARTICLE_10).out
    assert "50,000 KGS" in run("scan", "-o", "table", stdin=ARTICLE_10).out


def test_an_unknown_format(run: Run) -> None:
    assert run_error(run, "scan", "-o", "xml", stdin=ARTICLE_10) == (
        "-o xml is unknown: choose one of table, tsv, csv, json, jsonl, markdown"
    )


def test_annotate(run: Run) -> None:
    """The text itself, with dollars after the amounts; everything else is as it was."""
    for text in (ARTICLE_10, ARTICLE_10.replace("\n", "\r\n"), "\ufeff" + ARTICLE_10, PROSE_10 + PAGE_10):
        code, out, err = run("scan", "--annotate", stdin=text)
        assert (code, err) == (0, DAY_10)
        assert out.count(" [= $572.00] (around $576)") == 1
        assert out.count(" [≈ $240") == 1
        assert out.replace(" [= $572.00]", "").partition(" [≈")[0] == text.partition(" (around $234")[0]
        assert out.endswith(text.rpartition("(around $234)")[2])


def test_annotate_leaves_text_without_amounts_alone(run: Run) -> None:
    """Whatever it is."""
    for text in (b"", PAGE_10.encode(), b"\x00\xff\xfe=/USD\r\n", b"x y\n" * 100_000, b"no line end"):
        result = run("scan", "--annotate", "-q", "-", stdin=text, encoding="latin-1")
        assert (result.code, result.out.encode("latin-1")) == (0, text)


def test_annotate_goes_on_after_an_error(run: Run) -> None:
    """The rest of the text is printed as it is."""
    text = "4 October 2025\n\nIt costs 5 KGS.\n\n" + ARTICLE_10 + "x\n\n" * 200_000
    code, out, _ = run("scan", "--annotate", "--date", "article", stdin=text)
    assert (code, out.replace(" [≈ $0.0572 ($0.0551 to $0.0593)]", "")) == (1, text)


def test_annotate_takes_no_format(run: Run) -> None:
    assert run_error(run, "scan", "--annotate", "-o", "json") == "--annotate prints the text itself: leave out -o"


# -- input --------------------------------------------------------------------------------------


def test_a_file(run: Run, tmp_path: Path) -> None:
    """Plain or packed."""
    expected = run("scan", stdin=ARTICLE_10)
    for name, data in {
        "a.txt": ARTICLE_10.encode(),
        "a.gz": gzip.compress(ARTICLE_10.encode()),
        "a.bz2": bz2.compress(ARTICLE_10.encode()),
    }.items():
        (tmp_path / name).write_bytes(data)
        assert run("scan", str(tmp_path / name), stdin=None) == expected
    assert run("scan", stdin=gzip.compress(ARTICLE_10.encode())) == expected


def test_html(run: Run) -> None:
    """Its text is read, without the markup; the ticker in it counts."""
    lines = "".join(f"<li>{line.strip()}</li>" for line in ticker_lines(SEED_10).splitlines())
    html = f"<html><ul>{lines}</ul><p>10 December 2025</p><p>Drivers pay <b>50,000 KGS</b> (around $576).</p></html>"
    code, out, err = run("scan", stdin=html)
    assert (code, shown(out), err) == (0, [OFF_KGS], DAY_10)


def test_a_file_that_is_cut_short(run: Run, tmp_path: Path) -> None:
    """What was found before is printed: exit 1, or 3 if there is nothing."""
    name = tmp_path / "a.gz"
    packed = gzip.compress((ARTICLE_10 + "x" * 400_000).encode())
    name.write_bytes(packed[:-8])
    code, out, err = run("scan", str(name), "-o", "json")
    assert (code, len(json.loads(out))) == (1, 2)
    message = f"ctick: {name}: the gzip data is truncated"
    assert err.splitlines()[-1].startswith(message)
    name.write_bytes(packed[:30])
    code, out, err = run("scan", str(name))
    assert (code, out) == (3, "")
    assert err.startswith(message)


def test_what_is_no_input(run: Run, tmp_path: Path) -> None:
    """A message that says what to do."""
    assert run("scan", stdin=None) == (2, "", NO_INPUT)
    assert run_error(run, "scan", "a", "b") == "scan reads one input, not 2: name one file or URL, or - for stdin"
    assert run_error(run, "scan", str(tmp_path / "none"), code=3) == f"no such file: {tmp_path / 'none'}"
    assert run_error(run, "scan", str(tmp_path), code=3) == f"{tmp_path} is a folder: name a file in it"
    assert run_error(run, "scan", stdin="\ufeffBread".encode("utf-16-le").decode("latin-1"), code=0) == NOTHING.rstrip()
    code, out, err = run("scan", stdin="Bread costs 50 KGS".encode("utf-16"))
    assert (code, out) == (3, "")
    assert err == "ctick: stdin: this is UTF-16, but ctick reads UTF-8: convert it with 'iconv -f UTF-16 -t UTF-8'\n"


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"\x89PNG\r\n\x1a\n\x00\x00=\x00/USD", b"No money.\n", bytes(range(256)) * 1000, b"=/" * 100_000],
)
def test_nothing_found(run: Run, data: bytes) -> None:
    """Exit 0 and a line on stderr, which -q silences."""
    assert run("scan", "-", stdin=data) == (0, "", NOTHING)
    assert run("scan", "--check", "-q", stdin=data) == (0, "", "")
    assert run("scan", "-o", "json", "-q", stdin=data) == (0, "[]\n", "")


# -- the real pages -----------------------------------------------------------------------------


def test_the_real_pages(run: Run, shared: Path) -> None:
    """One has five amounts with figures, the other none."""
    (name,) = (shared / "seeds").glob("004*")
    code, out, err = run("scan", str(name))
    assert (code, err) == (0, DAY_10)
    rows = [line.split("\t") for line in out.splitlines()]
    assert [(row[3], row[6], row[7], row[15]) for row in rows if row[6]] == [
        ("3 KZT", "0.0060", "0.005790", "off"),
        ("14 KZT", "0.028", "0.02702", "ok"),
        ("3 KZT", "0.0060", "0.005790", "off"),
        ("50,000 KGS", "576", "572.00", "off"),
        ("70,000 KGS", "807", "800.80", "off"),
        ("3 million UZS", "234", "240.00", "ok"),
    ]
    (name,) = (shared / "seeds").glob("000*")
    assert run("scan", str(name)) == (0, "", NOTHING)
