"""The benchmark runs and prints every row; the times themselves are not tested."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parent / "bench" / "run.py"
MENTIONS = BENCH.with_name("mentions.py")

FOLDER = Path(__file__).parent / "data" / "mentions"
KINDS = (
    "prose",
    "an amount in every 2 kB",
    "an amount in every 200 bytes",
    "Russian",
    "HTML",
    "prose in one line",
    "digits",
    "numbers",
    "5 som",
    "brackets",
    "dollar signs",
)

ROWS = [
    ("import re, sqlite3, decimal", "python -I -c pass"),
    ("ctick convert 50000 KGS | cat, no store", "python -I -c pass"),
    ("ctick convert 50000 KGS | cat", "python -I -c pass"),
    ("ctick convert 50000 KGS --places 2 | cat", "python -I -c pass"),
    ("ctick convert 50000 KGS --rate 0.0115 | cat", "python -I -c pass"),
    ("ctick rates | cat", "python -I -c pass"),
    ("ctick history | cat", "python -I -c pass"),
    ("ctick parse --help (Typer)", "python -I -c pass"),
    ("Typer: hello", "python -I -c pass"),
    ("ctick convert 50000 KGS | cat, 2,500 quotes of today", "ctick convert 50000 KGS | cat, 10 quotes of today"),
    ("ctick convert 3000000 UZS | cat, 2,500 quotes of today", "ctick convert 3000000 UZS | cat, 10 quotes of today"),
    ("ctick rates, on a terminal", "Typer and one rich table, on a terminal"),
    ("ctick convert 50000 KGS, on a terminal", "Typer and one rich table, on a terminal"),
    ("ctick parse, 1 MiB of pages, each with other rates", "grep -ac USD, 1 MiB of pages, each with other rates"),
    ("ctick parse, 1 MiB of pages", "grep -ac USD, 1 MiB of pages"),
    ("ctick parse, 1 MiB of pages, cold", "grep -ac USD, 1 MiB of pages, cold"),
    ("ctick parse, 1 MiB of ticker lines", "LC_ALL=C sort -u, 1 MiB of ticker lines"),
    ("ctick scan, 1 MiB of prose", "grep -c som, 1 MiB of prose"),
    ("Store.save, 100 snapshots", "bare executemany, 100 snapshots"),
    ("ctick snapshot FILE (whole), 100 snapshots", "bare executemany, 100 snapshots"),
]


@pytest.mark.skipif(sys.platform != "linux", reason="the benchmark needs Linux")
@pytest.mark.skipif(shutil.which("grep") is None or shutil.which("sort") is None, reason="grep and sort are needed")
def test_the_benchmark_prints_every_row(tmp_path: Path) -> None:
    """`--quick` makes small inputs; the Markdown has the rows of the table, in their order."""
    path = tmp_path / "table.md"
    done = subprocess.run(
        [sys.executable, str(BENCH), "--quick", "--markdown", str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found = [
        tuple(cell.strip() for cell in line.replace("\\|", "\0").strip("|").split("|"))
        for line in path.read_text().splitlines()
        if line.startswith("|")
    ]
    pairs = [(cells[0].replace("\0", "|"), cells[5].replace("\0", "|")) for cells in found[2:]]
    assert [pair for pair in pairs if not {"qalc", "units", "mawk"} & set(" ".join(pair).split())] == ROWS
    for name, other in pairs:
        assert name in done.stdout
        assert other in done.stdout


def test_the_benchmark_of_mentions_counts_every_table() -> None:
    """Rows of `held_out` are counted like the others, and their misses are printed only if asked for."""
    done = subprocess.run([sys.executable, str(MENTIONS), "--misses"], capture_output=True, text=True, check=True)
    table, _, misses = done.stdout.partition("\n\n")
    files = [line.split()[0] for line in table.splitlines() if ".tsv" in line]
    assert files == sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.tsv"))
    assert "held_out/" not in misses
    (total,) = [line.split() for line in table.splitlines() if line.startswith("all  ")]
    assert float(total[5]) >= 90  # recall
    assert float(total[7]) >= 90  # precision


@pytest.mark.skipif(sys.platform != "linux", reason="the benchmark needs Linux")
@pytest.mark.skipif(shutil.which("grep") is None, reason="grep is needed")
def test_the_benchmark_of_mentions_measures_every_kind_of_text() -> None:
    done = subprocess.run(
        [sys.executable, str(MENTIONS), "--speed", "--size", "0.02", "--rounds", "1"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert [line.partition(", 0.0")[0] for line in done.stdout.splitlines()[1:]] == list(KINDS)
