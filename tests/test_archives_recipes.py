"""The recipes of docs/archives.md run, where the packages are installed."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PAGE_10, PAGE_16, Run

DOCUMENT = Path(__file__).parents[1] / "docs" / "archives.md"


def recipe(heading: str) -> str:
    """The Python program below a heading."""
    section = DOCUMENT.read_text().partition(f": {heading}\n")[2].partition("\n## ")[0]
    found = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder with a folder of three pages, one of them without a ticker."""
    (tmp_path / "pages").mkdir()
    for name, text in {"a": PAGE_16, "b": PAGE_10, "c": "nothing"}.items():
        (tmp_path / "pages" / f"{name}.html").write_text(text)
    return tmp_path


def run_program(folder: Path, program: str, **environment: str) -> str:
    (folder / "program.py").write_text(program)
    done = subprocess.run(
        [sys.executable, "program.py"],
        cwd=folder,
        env={"HOME": str(folder), "PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.long
def test_pyspark(pages: Path) -> None:
    """With Spark on this machine: the rows of both pages."""
    pytest.importorskip("pyspark")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    run_program(pages, recipe("PySpark"), PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")
    rows = [row for file in sorted((pages / "rates").glob("*.json")) for row in file.read_text().splitlines()]
    assert len(rows) == 10
    path = f"file:{pages}/pages/b.html"
    assert f'{{"path":"{path}","as_of":"2025-12-10","base":"TMT","rate":"0.28490"}}' in rows


def test_duckdb(pages: Path, run: Run) -> None:
    """Rates are exact decimals."""
    pytest.importorskip("duckdb")
    files = [str(pages / "pages" / f"{name}.html") for name in "ab"]
    (pages / "rates.jsonl").write_text(run("parse", "-o", "jsonl", *files).out)
    table = run_program(pages, recipe("DuckDB"))
    assert len(re.findall("2025", table)) == 5
    (row,) = [line for line in table.splitlines() if "TMT" in line]
    assert row.split("│")[3:-1] == [
        "     2 ",
        " 0.284900000000000000 ",
        " 0.285710000000000000 ",
    ]
