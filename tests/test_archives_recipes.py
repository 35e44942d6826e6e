"""The recipes of docs/archives.md run, where the packages are installed."""

import gzip
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from archive_bytes import answer, record
from conftest import PAGE_10, PAGE_16, page

DOCUMENT = Path(__file__).parents[1] / "docs" / "archives.md"
NEEDS_SH = pytest.mark.skipif(sys.platform == "win32", reason="the commands are for a shell of Unix")


def recipes(heading: str, language: str) -> list[str]:
    """The blocks in this language below a heading."""
    section = DOCUMENT.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    assert found
    return found


def recipe(heading: str) -> str:
    """The Python program below a heading."""
    (program,) = recipes(heading, "python")
    return program


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder with a folder of three pages, one of them without a ticker."""
    (tmp_path / "pages").mkdir()
    for name, text in {"a": PAGE_16, "b": PAGE_10, "c": "nothing"}.items():
        (tmp_path / "pages" / f"{name}.html").write_text(text)
    return tmp_path


def run_commands(folder: Path, commands: str) -> str:
    """What a user's shell prints; stops at the first command that fails. Ends what runs in the background."""
    shell = subprocess.Popen(
        ["sh", "-ec", commands],
        cwd=folder,
        env={"HOME": str(folder), "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    try:
        out, err = shell.communicate(timeout=120)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGKILL)  # Dask's workers may hang if they are told to end while they start
    assert shell.returncode == 0, err
    return out


def without_install(commands: str) -> str:
    return "".join([line for line in commands.splitlines(keepends=True) if not line.startswith(("pip ", "pipx "))])


@pytest.fixture
def archives(pages: Path) -> Path:
    """The folder, with two crawls, a ZIP and a tar file of the same pages beside it."""
    for name, make in (("zip", "zip"), ("tar.xz", "xztar")):
        assert shutil.make_archive(str(pages / "pages"), make, pages / "pages").endswith(name)
    crawl = [record(answer(PAGE_16.encode()), url=f"https://timesca.com/{number}") for number in range(2)]
    (pages / "crawl.warc.gz").write_bytes(b"".join(map(gzip.compress, crawl)))
    (pages / "crawl.warc.wet.gz").write_bytes(
        gzip.compress(record(PAGE_10.encode(), "conversion", content_type="text/plain"))
    )
    return pages


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


@NEEDS_SH
def test_a_folder_of_pages(pages: Path) -> None:
    """By -r and by a list: the rows of both pages, and no error for the one without a ticker."""
    (commands,) = recipes("A folder of pages", "sh")
    for command in commands.splitlines():
        assert len(run_commands(pages, command).splitlines()) == 10


@NEEDS_SH
def test_crawls(archives: Path) -> None:
    pytest.importorskip("fastwarc")
    (commands,) = recipes("Crawl archives", "sh")
    rows = [json.loads(line) for line in run_commands(archives, without_install(commands)).splitlines()]
    assert len(rows) == 10
    assert all(row["url"] and row["captured_at"] for row in rows)


@NEEDS_SH
def test_saving(archives: Path) -> None:
    """Each command has something to do; the line for cron finds nothing new."""
    pytest.importorskip("fastwarc")
    (commands,) = recipes("Saving what is found", "sh")
    shown = run_commands(archives, commands)
    assert '"url": "https://timesca.com/0"' in shown
    assert len(re.findall(r"^\w{3}\t.*2025-12-10", shown, re.MULTILINE)) == 5  # what was deleted
    first, *exported = (archives / "archive.jsonl").read_text().splitlines()
    assert (len(exported), first) == (3, '{"ctick": "export", "version": 2}')
    (line,) = recipes("Saving what is found", "crontab")
    times, command = line.strip().split("  ", 1)
    assert len(times.split()) == 5
    assert run_commands(archives, command.replace("~/.local/bin/ctick", "ctick")) == ""
    assert '"2025-12-10"' in run_commands(archives, "ctick export --db archive.db")


@NEEDS_SH
@pytest.mark.long
def test_dask_and_saving_what_a_cluster_found(archives: Path) -> None:
    """The commands of all machines on this one; the store has what one process would have saved, but no captures."""
    pytest.importorskip("distributed")
    pytest.importorskip("fastwarc")
    cluster, save = recipes("Several machines: Dask", "sh")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    commands = without_install(cluster).replace("scheduler:8786", f"127.0.0.1:{port}").replace("/archive/", "")
    scheduler, worker, parse = commands.splitlines()
    scheduler = scheduler.replace("scheduler ", f"scheduler --host 127.0.0.1 --port {port} --no-dashboard ")
    run_commands(
        archives,
        f"{scheduler.partition('#')[0]} >scheduler.log 2>&1 &\n"
        f"{worker.partition('#')[0]} --no-dashboard >worker.log 2>&1 &\n"
        f"until {parse}\ndo sleep 0.5; done\n",
    )
    assert len((archives / "rates.tsv").read_text().splitlines()) == 5
    run_commands(archives, f"{save}\nctick snapshot --db other.db crawl.warc.gz")
    saved, expected = (
        re.sub(r', "url".*\d\dZ"|"seen_at": "[^"]*", ', "", run_commands(archives, f"ctick export --db {name}.db"))
        for name in ("archive", "other")
    )
    assert saved == expected


@NEEDS_SH
def test_rows_of_many_days_become_the_same_snapshots(archives: Path) -> None:
    """Also those of one day with other rates, and one that has no currency in common with the one before it."""
    (archives / "page").write_text(
        page("KGS 0.01150 0%", "16 December 2025")
        + PAGE_16
        + PAGE_10
        + page("TJS 0.10800 -0%; TMT 0.28490 0%", "9 December 2025")
    )
    save = recipes("Several machines: Dask", "sh")[1]
    run_commands(archives, f"ctick parse page >rates.tsv; {save}\nctick snapshot --db other.db page")
    saved, expected = (
        re.sub('"seen_at": "[^"]*", ', "", run_commands(archives, f"ctick export --db {name}.db"))
        for name in ("archive", "other")
    )
    assert saved == expected
    assert saved.count("as_of") == 4


@pytest.mark.long
def test_pyspark(pages: Path) -> None:
    """With Spark on this machine: the rows of both pages."""
    pytest.importorskip("pyspark")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    run_program(pages, recipe("Several machines: PySpark"), PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")
    rows = [row for file in sorted((pages / "rates").glob("*.json")) for row in file.read_text().splitlines()]
    assert len(rows) == 10
    path = f"file:{pages}/pages/b.html"
    assert f'{{"path":"{path}","as_of":"2025-12-10","base":"TMT","rate":"0.28490"}}' in rows


@NEEDS_SH
def test_duckdb(pages: Path) -> None:
    """Rates are exact decimals."""
    pytest.importorskip("duckdb")
    run_commands(pages, recipes("Questions in SQL: DuckDB", "sh")[0])
    table = run_program(pages, recipe("Questions in SQL: DuckDB"))
    assert len(re.findall("2025", table)) == 5
    (row,) = [line for line in table.splitlines() if "TMT" in line]
    assert row.split("│")[3:-1] == [
        "     2 ",
        " 0.284900000000000000 ",
        " 0.285710000000000000 ",
    ]
