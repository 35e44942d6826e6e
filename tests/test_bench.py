"""The benchmark runs and prints every row; the times themselves are not tested. What docs/archives.md computes is right."""

import gzip
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from conftest import Run

sys.path.insert(0, str(Path(__file__).parent / "bench"))

import archives
import cluster_model
import crawl_records
import prose
import run as benchmark
import setting
import ticker_days

FOLDER = Path(__file__).parent / "bench"
BENCH, MENTIONS = FOLDER / "run.py", FOLDER / "mentions.py"
ARCHIVES = Path(__file__).parents[1] / "docs" / "archives.md"
PHRASES = Path(__file__).parent / "data" / "mentions"
NEEDS_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the benchmark needs Linux")
NEEDS_GREP = pytest.mark.skipif(
    shutil.which("grep") is None or shutil.which("sort") is None, reason="grep and sort are needed"
)

PROMISES = {
    ("ctick convert 50000 KGS | cat", "python -I -c pass", "2.3"),
    ("ctick convert 50000 KGS --places 2 | cat", "python -I -c pass", "2.6"),
    ("ctick rates | cat", "python -I -c pass", "2.6"),
    ("ctick: one Tab, for a day of the store", "Typer: one Tab", "1.3"),
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


@NEEDS_LINUX
@NEEDS_GREP
def test_the_benchmark_judges_the_promise_for_a_cluster(quick: tuple[list[list[str]], str]) -> None:
    pytest.importorskip("distributed")
    (row,) = [row for row in quick[0] if row[0].startswith("ctick parse --cluster, 2 workers, ")]
    assert row[5].startswith("ctick parse --jobs 1, ")
    assert row[7] == "0.62"


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


def test_a_small_archive_has_fewer_days_rather_than_single_pages() -> None:
    chosen = ticker_days.order(ticker_days.tickers(1100, 15), 30, random.Random(1))
    assert sorted(Counter(ticker.day for ticker in chosen).values()) == [3] * 10


def test_the_same_arguments_make_the_same_archive(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("same", 1), ("other", 2)):
        archives.write("warc", tmp_path / name, 1 << 20, seed=seed)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "same").read_bytes()
    assert (tmp_path / "one").read_bytes() != (tmp_path / "other").read_bytes()


@pytest.fixture
def crawl() -> cluster_model.Crawl:
    return cluster_model.Crawl(files=1000, packed=200_000, unpacked=1_000_000)


def test_in_the_model_one_worker_fetches_and_reads_each_file_after_the_other(crawl: cluster_model.Crawl) -> None:
    outcome = cluster_model.simulate(crawl, 1, rate=250)
    each = cluster_model.SCHEDULER + cluster_model.TASK
    assert outcome.seconds == pytest.approx(
        cluster_model.START + 200_000 / cluster_model.NETWORK + 1_000_000 / 250 + 1000 * each, rel=0.01
    )
    assert outcome.bottleneck == "cores"


def test_in_the_model_the_storage_gives_all_workers_no_more_than_it_has(crawl: cluster_model.Crawl) -> None:
    many = cluster_model.simulate(crawl, 1000, rate=250_000)
    assert many.seconds >= (cluster_model.START + 200_000 / cluster_model.STORAGE) * 0.99
    assert many.bottleneck == "storage"


def test_in_the_model_the_scheduler_is_the_bottleneck_of_small_files() -> None:
    small = cluster_model.Crawl(files=100_000, packed=100, unpacked=100)
    assert cluster_model.simulate(small, 1000, rate=250).bottleneck == "scheduler"


@NEEDS_LINUX
def test_what_a_task_costs_is_measured_with_a_real_scheduler() -> None:
    pytest.importorskip("distributed")
    done = subprocess.run(
        [sys.executable, str(FOLDER / "cluster_model.py"), "--measure", "--tasks", "20"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.fullmatch(
        r"20 tasks: scheduler [\d.]+ ms, client [\d.]+ ms, worker [\d.]+ ms each; [\d.]+ ms from one to the next on \d+ cores\n",
        done.stdout,
    )


def test_the_table_in_the_docs_is_what_the_model_prints() -> None:
    text = ARCHIVES.read_text(encoding="utf-8")
    (rate,) = re.findall(r"`python tests/bench/cluster_model.py --rate (\d+)`", text)
    done = subprocess.run(
        [sys.executable, str(FOLDER / "cluster_model.py"), "--rate", rate], capture_output=True, text=True, check=True
    )
    assert done.stdout in text


@pytest.mark.skipif(shutil.which("jq") is None or shutil.which("curl") is None, reason="jq and curl are needed")
def test_the_other_commands_for_the_index_in_the_docs_read_what_it_answers(tmp_path: Path) -> None:
    """The index answers from a file; the list of its parts comes from one, too."""
    ask, parts, _ = re.findall(
        r"^```sh\n(.*?)^```$",
        ARCHIVES.read_text(encoding="utf-8").partition("The site's pages")[2],
        re.MULTILINE | re.DOTALL,
    )
    row = '{"urlkey": "com,timesca)/", "status": "200", "length": "35012", "offset": "1234", "filename": "a.warc.gz"}\n'
    (tmp_path / "answer").write_text(row)
    paths = b"cc-index/subset=crawldiagnostics/part-0\ncc-index/subset=warc/part-0\n"
    (tmp_path / "paths.gz").write_bytes(gzip.compress(paths))
    for command, name in ((ask, "answer"), (parts.partition("duckdb")[0], "paths.gz")):
        local = re.sub(r"curl -s \S+", f"curl -s 'file://{tmp_path}/{name}'", command)
        subprocess.run(["sh", "-ec", local], cwd=tmp_path, check=True)
    assert (tmp_path / "records.txt").read_text() == "1234 35012 a.warc.gz\n"
    assert (tmp_path / "index.txt").read_text() == "https://data.commoncrawl.org/cc-index/subset=warc/part-0\n"


@pytest.mark.skipif(shutil.which("curl") is None or shutil.which("sh") is None, reason="curl and sh are needed")
def test_the_index_query_in_the_docs_finds_the_records_of_the_site(tmp_path: Path, run: Run) -> None:
    """The query and the loop of the docs, on an index and a crawl of this machine."""
    duckdb = pytest.importorskip("duckdb")
    text = ARCHIVES.read_text(encoding="utf-8")
    (query,) = re.findall(r"^```sql\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (loop,) = re.findall(r"^(while read .*? > timesca\.warc\.gz)$", text, re.MULTILINE | re.DOTALL)
    made = ticker_days.tickers(4, 1)
    chance = random.Random(1)
    rows, data = [], b""
    for day, site in zip(made, ("timesca.com", "example.com") * 2, strict=True):
        records = crawl_records.response(archives.Pages(1).html(day), day.day, f"https://{site}/", chance)
        # The second of the three gzip members is the response.
        begin = records.index(b"\x1f\x8b\x08", 1)
        end = records.rindex(b"\x1f\x8b\x08")
        rows.append((site, len(data) + begin, end - begin))
        data += records
    (tmp_path / "crawl.warc.gz").write_bytes(data)
    values = ", ".join(
        f"('com', '{site}', 200, 'text/html', 'crawl.warc.gz', {offset}, {length})" for site, offset, length in rows
    )
    duckdb.sql(
        f"COPY (SELECT * FROM (VALUES {values}) AS t(url_host_tld, url_host_registered_domain, fetch_status,"
        " content_mime_detected, warc_filename, warc_record_offset, warc_record_length))"
        f" TO '{tmp_path / 'part.parquet'}'"
    )
    (tmp_path / "index.txt").write_text(f"{tmp_path / 'part.parquet'}\n")
    program = "import duckdb, sys; duckdb.execute(sys.stdin.read())"
    subprocess.run([sys.executable, "-c", program], input=query, text=True, cwd=tmp_path, check=True)
    subprocess.run(["sh", "-c", f"base=file://{tmp_path}\n{loop}"], cwd=tmp_path, check=True)
    assert not (tmp_path / "missed.txt").exists()
    found = run("parse", str(tmp_path / "timesca.warc.gz"))
    days = {line.split("\t")[5] for line in found.out.splitlines()}
    expected = {day.day.isoformat() for day, (site, *_) in zip(made, rows, strict=True) if "timesca" in site}
    assert (found.code, days) == (0, expected)


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
