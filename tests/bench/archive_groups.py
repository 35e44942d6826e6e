"""The groups of the benchmark that read archives: text, HTML, bare lines, crawls, many files, a cluster."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from measure import Contestant, forgotten
from report import Row
from setting import CTICK, HERE, MIB, PYTHON, Bench, Group, installed

MEMORY = 64
PARSE = (*CTICK, "parse", "-q")
PROMISED = {"text": 5, "lines": 1, "html": 20, "trees": 1, "warc": 1.3, "cluster": 0.62}
"""The promised maximums, in medians of what ctick is compared with."""


def text(bench: Bench) -> Iterator[Group]:
    """Pages of text, read from the system's cache and from the disk."""
    pages, env = bench.folder / "pages.txt", bench.env("fresh")
    bench.archive("text", pages, bench.size.archive)
    what = f"{bench.size.archive} MiB of text pages"
    cold = forgotten(pages)
    grep, ctick = ["grep", "-ac", "USD", str(pages)], [*PARSE, str(pages)]
    yield Group(
        [
            Contestant(f"grep -ac USD, {what}", grep, env),
            Contestant(f"ctick parse, {what}", ctick, env),
            Contestant(f"grep -ac USD, {what}, cold", grep, env, before=cold),
            Contestant(f"ctick parse, {what}, cold", ctick, env, before=cold),
        ],
        bench.size.long_rounds,
        [
            Row(f"ctick parse, {what}", f"grep -ac USD, {what}", PROMISED["text"], MEMORY),
            Row(f"ctick parse, {what}, cold", f"grep -ac USD, {what}, cold", None, MEMORY),
        ],
    )
    pages.unlink()


def lines(bench: Bench) -> Iterator[Group]:
    """Ticker lines with nothing between them, compared with programs that print each line once."""
    path, env = bench.folder / "lines.txt", {**bench.env("fresh"), "LC_ALL": "C"}
    bench.archive("lines", path, bench.size.archive)
    what = f"{bench.size.archive} MiB of ticker lines"
    ctick, sort, mawk = f"ctick parse, {what}", f"LC_ALL=C sort -u, {what}", f"mawk '!s[$0]++', {what}"
    contestants = [Contestant(ctick, [*PARSE, str(path)], env), Contestant(sort, ["sort", "-u", str(path)], env)]
    rows = [Row(ctick, sort, None, MEMORY)]
    if installed("mawk"):
        contestants.append(Contestant(mawk, ["mawk", "!s[$0]++", str(path)], env))
        rows.insert(0, Row(ctick, mawk, PROMISED["lines"], MEMORY))
    yield Group(contestants, bench.size.long_rounds, rows)
    path.unlink()


def html(bench: Bench) -> Iterator[Group]:
    """HTML pages of real size, compared with grep and with parsers that build trees."""
    path, env = bench.folder / "pages.html", bench.env("fresh")
    bench.archive("html", path, bench.size.archive)
    what = f"{bench.size.archive} MiB of HTML pages"
    ctick, grep = f"ctick parse, {what}", f"grep -ac USD, {what}"
    contestants = [
        Contestant(grep, ["grep", "-ac", "USD", str(path)], env),
        Contestant(ctick, [*PARSE, str(path)], env),
    ]
    rows = [Row(ctick, grep, PROMISED["html"], MEMORY)]
    for package, most in (("resiliparse", PROMISED["trees"]), ("selectolax", None)):
        if installed(package):
            trees = f"trees by {package}, {what}"
            contestants.append(Contestant(trees, [PYTHON, str(HERE / "html_trees.py"), package, str(path)], env))
            rows.append(Row(ctick, trees, most, MEMORY))
    yield Group(contestants, bench.size.long_rounds, rows)
    path.unlink()


def worst(bench: Bench) -> Iterator[Group]:
    """The worst cases: pages that each have other rates, and HTML that is nearly all tags."""
    path, env = bench.folder / "worst", bench.env("fresh")
    for kind, what in (("changing", "text pages, each with other rates"), ("dense", "HTML of short tags")):
        if kind == "changing":
            bench.make(kind, path, bench.size.archive * MIB)
        else:
            bench.archive(kind, path, bench.size.archive)
        name = f"{bench.size.archive} MiB of {what}"
        grep, ctick = f"grep -ac USD, {name}", f"ctick parse, {name}"
        yield Group(
            [
                Contestant(grep, ["grep", "-ac", "USD", str(path)], env),
                Contestant(ctick, [*PARSE, str(path)], env),
            ],
            bench.size.long_rounds,
            [Row(ctick, grep, None, MEMORY)],
        )
    path.unlink()


def crawls(bench: Bench) -> Iterator[Group]:
    """Crawl files, compared with a program that only reads their records; sizes are before compression."""
    if not installed("fastwarc"):
        return
    env = bench.env("fresh")
    for kind, every in (("warc", 1), ("wet", 1), ("warc", 50), ("wet", 50)):
        path = bench.folder / f"{kind}.warc.gz"
        bench.archive(kind, path, bench.size.archive, "--every", str(every))
        name = f"{bench.size.archive} MiB of {kind.upper()}"
        if every > 1:
            name += f", the ticker on one page of {every}"
        contestants = [Contestant(f"ctick parse, {name}", [*PARSE, str(path)], env)]
        rows = []
        for how in ("records", "http") if (kind, every) == ("warc", 1) else ("records",):
            read = f"fastwarc reads {'the records' if how == 'records' else 'the records and HTTP headers'}, {name}"
            contestants.append(Contestant(read, [PYTHON, str(HERE / "warc_read.py"), how, str(path)], env))
            most = PROMISED["warc"] if (kind, every, how) == ("warc", 1, "records") else None
            rows.append(Row(f"ctick parse, {name}", read, most, MEMORY))
        yield Group(contestants, bench.size.long_rounds, rows)
        path.unlink()


def files(bench: Bench) -> Iterator[Group]:
    """Many files: by one process, by two, and by two workers of a Dask cluster on this machine."""
    folder, env = bench.folder / "files", bench.env("fresh")
    bench.archive("files", folder, bench.size.files)
    paths = sorted(map(str, folder.iterdir()))
    what = f"{bench.size.files} MiB of HTML in {len(paths)} gzip files"
    one, two, dask = (
        f"{name}, {what}"
        for name in ("ctick parse --jobs 1", "ctick parse --jobs 2", "ctick parse --cluster, 2 workers")
    )
    contestants = [
        Contestant(one, [*PARSE, "--jobs", "1", *paths], env),
        Contestant(two, [*PARSE, "--jobs", "2", *paths], env),
    ]
    rows = [Row(two, one)]
    if installed("distributed"):
        with cluster(2, env) as address:
            contestants.append(Contestant(dask, [*PARSE, "--cluster", address, *paths], env))
            yield Group(contestants, bench.size.long_rounds, [Row(dask, one, PROMISED["cluster"]), *rows])
    else:
        yield Group(contestants, bench.size.long_rounds, rows)


@contextmanager
def cluster(workers: int, env: dict[str, str]) -> Iterator[str]:
    """The address of a Dask scheduler on the loopback interface, with workers of one thread each."""
    about = Path(env["HOME"]) / "scheduler.json"
    about.unlink(missing_ok=True)
    started: list[subprocess.Popen[bytes]] = []

    def start(module: str, *options: str) -> None:
        command = [
            PYTHON,
            "-m",
            f"distributed.cli.{module}",
            "--no-dashboard",
            "--scheduler-file",
            str(about),
            *options,
        ]
        started.append(subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    try:
        start("dask_scheduler", "--host", "tcp://127.0.0.1", "--port", "0")
        until = time.monotonic() + 60
        while not about.exists() and time.monotonic() < until:
            time.sleep(0.1)
        for _ in range(workers):
            start("dask_worker", "--no-nanny", "--nthreads", "1", "--local-directory", env["HOME"])
        # In a process of its own: what this one imports would count as memory of those that it starts.
        subprocess.run([PYTHON, "-c", WAIT, str(about), str(workers)], env=env, check=True)
        yield json.loads(about.read_text())["address"]
    finally:
        for process in started:
            process.kill()
            process.wait()


WAIT = """
import sys
from distributed import Client
with Client(scheduler_file=sys.argv[1], timeout=60) as client:
    client.wait_for_workers(int(sys.argv[2]), timeout=60)
"""
