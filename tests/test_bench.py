"""The benchmark runs and prints every row; the times themselves are not tested."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Run

sys.path.insert(0, str(Path(__file__).parent / "bench"))

import archives
import prose
import run as benchmark
import setting
import ticker_days

FOLDER = Path(__file__).parent / "bench"
BENCH, MENTIONS = FOLDER / "run.py", FOLDER / "mentions.py"
PHRASES = Path(__file__).parent / "data" / "mentions"
NEEDS_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the benchmark needs Linux")
NEEDS_GREP = pytest.mark.skipif(
    shutil.which("grep") is None or shutil.which("sort") is None, reason="grep and sort are needed"
)

PROMISES = {
    ("ctick convert 50000 KGS | cat", "python -I -c pass", "2.3"),
    ("ctick convert 50000 KGS --places 2 | cat", "python -I -c pass", "2.6"),
    ("ctick rates | cat", "python -I -c pass", "2.6"),
    ("ctick rates, on a terminal", "Typer and one rich table, on a terminal", "0.8"),
    ("ctick parse, 1 MiB of text pages", "grep -ac USD, 1 MiB of text pages", "5, 64 MiB"),
    ("ctick parse, 1 MiB of ticker lines", "mawk '!s[$0]++', 1 MiB of ticker lines", "1, 64 MiB"),
    ("ctick parse, 1 MiB of HTML pages", "grep -ac USD, 1 MiB of HTML pages", "20, 64 MiB"),
    ("ctick parse, 1 MiB of HTML pages", "trees by resiliparse, 1 MiB of HTML pages", "1, 64 MiB"),
    ("ctick parse, 1 MiB of WARC", "fastwarc reads the records, 1 MiB of WARC", "1.3, 64 MiB"),
    (
        "ctick convert 50000 KGS | cat, 2,500 quotes of today",
        "ctick convert 50000 KGS | cat, 10 quotes of today",
        "1.1",
    ),
    ("ctick snapshot FILE (whole), 100 snapshots", "bare executemany, 100 snapshots", "5"),
}
"""What is promised, and where it is measured: name, compared with, at most."""


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[list[str]], str]:
    """The rows of a run with `--quick`, and its stderr."""
    path = tmp_path_factory.mktemp("bench") / "table.md"
    done = subprocess.run(
        [sys.executable, str(BENCH), "--quick", "--markdown", str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    lines = [line.replace("\\|", "\0") for line in path.read_text().splitlines() if line.startswith("|")]
    rows = [[cell.strip().replace("\0", "|") for cell in line.strip("|").split("|")] for line in lines[2:]]
    assert all(row[0] in done.stdout and row[5] in done.stdout for row in rows)
    return rows, done.stderr


@NEEDS_LINUX
@NEEDS_GREP
def test_the_benchmark_measures_every_group(quick: tuple[list[list[str]], str]) -> None:
    measured = {line.split(": ", 1)[1] for line in quick[1].splitlines() if line.startswith("measured: ")}
    left_out = set() if setting.installed("fastwarc") else {"archives: crawls"}
    assert {name for name in benchmark.GROUPS if any(line.startswith(f"{name}: ") for line in measured)} == set(
        benchmark.GROUPS
    ) - left_out


@NEEDS_LINUX
@NEEDS_GREP
def test_the_benchmark_judges_every_promise(quick: tuple[list[list[str]], str]) -> None:
    judged = {(row[0], row[5], row[7]): row[8] for row in quick[0]}
    missing = {tool for tool in (*setting.TOOLS, *setting.PACKAGES) if not setting.installed(tool)}
    left_out = {"mawk": "mawk ", "resiliparse": "resiliparse,", "fastwarc": "fastwarc "}
    expected = {
        promise
        for promise in PROMISES
        if not any(word in promise[1] for tool, word in left_out.items() if tool in missing)
    }
    assert expected <= set(judged)
    assert all(judged[promise] in ("ok", "MISSED") for promise in expected)


def test_only_chooses_groups_by_their_names(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["run.py", "--only", "archive of"])
    with pytest.raises(SystemExit):
        benchmark.main()
    assert capsys.readouterr().err.endswith(f"no group is named archive of: {', '.join(benchmark.GROUPS)}\n")


@pytest.mark.parametrize("kind", ["text", "html", "dense"])
def test_the_archives_of_the_benchmark_have_each_days_ticker(kind: str, tmp_path: Path, run: Run) -> None:
    """What ctick reads from them is what they were made of, each day at least three times."""
    path = tmp_path / kind
    archives.write(kind, path, 2 << 20, days=4)
    made = ticker_days.tickers(4, 15)
    assert min(path.read_bytes().count(ticker.date.encode()) for ticker in made) >= 3
    rows = [line.split("\t") for line in run("parse", str(path)).out.splitlines()]
    assert [
        (f"{row[0]}/{row[1]} = {row[2]}", f"{row[4]}%", row[5]) for row in sorted(rows, key=lambda row: row[5])
    ] == [(rate, change, ticker.day.isoformat()) for ticker in made for rate, change in ticker.lines]


def test_the_same_arguments_make_the_same_archive(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("same", 1), ("other", 2)):
        archives.write("warc", tmp_path / name, 1 << 20, seed=seed)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "same").read_bytes()
    assert (tmp_path / "one").read_bytes() != (tmp_path / "other").read_bytes()


def test_the_benchmark_of_mentions_counts_every_table() -> None:
    """Rows of `held_out` are counted like the others, and their misses are printed only if asked for."""
    done = subprocess.run([sys.executable, str(MENTIONS), "--misses"], capture_output=True, text=True, check=True)
    table, _, misses = done.stdout.partition("\n\n")
    files = [line.split()[0] for line in table.splitlines() if ".tsv" in line]
    assert files == sorted(path.relative_to(PHRASES).as_posix() for path in PHRASES.rglob("*.tsv"))
    assert "held_out/" not in misses
    (total,) = [line.split() for line in table.splitlines() if line.startswith("all  ")]
    assert float(total[5]) >= 90  # recall
    assert float(total[7]) >= 90  # precision


@NEEDS_LINUX
@NEEDS_GREP
def test_the_benchmark_of_mentions_measures_every_kind_of_text() -> None:
    done = subprocess.run(
        [sys.executable, str(MENTIONS), "--speed", "--size", "0.02", "--rounds", "1"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert [line.partition(", 0.0")[0] for line in done.stdout.splitlines()[1:]] == list(prose.KINDS)
