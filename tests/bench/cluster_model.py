"""How long a cluster takes for a whole monthly crawl, and what it waits for.

    python cluster_model.py [--rate 300] [--workers 1 2 16 1000] [--kind warc|wet]

prints a table, simulated with the model below. `--rate` is what one core reads in MiB/s before compression: take it from
the row "the ticker on one page of 50" of the benchmark (its MiB by its median).

    python cluster_model.py --measure [--tasks 4000]

starts a scheduler and two workers on this machine, and prints the CPU time of each for a task that does nothing: these are
`SCHEDULER`, `CLIENT` and `TASK` of the model.

The model: all tasks, one for each file, are known to the scheduler from the start. It sends them out one after another
(`SCHEDULER` seconds each). A worker fetches a file at the speed of its network (`NETWORK`), but not before the storage has
given out that file and all before it (`STORAGE`, for all workers together). Then it reads the file at the speed of its core,
and fetches nothing meanwhile. The client takes one result after another (`CLIENT` seconds each). Files differ in size by
`SPREAD`; no worker dies.
"""

import argparse
import heapq
import os
import random
import sys
import tempfile
import time
from importlib import import_module
from typing import NamedTuple

from archive_groups import cluster

MIB_PER_TIB = 1 << 20
SCHEDULER, CLIENT, TASK = 0.001, 0.0007, 0.0015
"""Seconds of CPU for each task, measured with `--measure`, rounded up."""

START = 10.0
"""Seconds until all workers are there (assumed)."""

NETWORK = 1250 / 8 / 1.048576
"""MiB/s of one worker: 1.25 Gbit/s, a core's part of a usual cloud machine (assumed)."""

STORAGE = 100_000 / 8 / 1.048576
"""MiB/s of all workers together: 100 Gbit/s from S3 (assumed)."""

SPREAD = 0.1


class Crawl(NamedTuple):
    """The files of a monthly crawl; sizes in MiB, together."""

    files: int
    packed: float
    unpacked: float


CRAWLS = {
    "warc": Crawl(90_000, 86 * MIB_PER_TIB, 394 * MIB_PER_TIB),
    "wet": Crawl(90_000, 7.5 * MIB_PER_TIB, 22 * MIB_PER_TIB),
}
"""A crawl of about the size of CC-MAIN-2024-51; docs/archives.md says which of these numbers are assumed."""


class Outcome(NamedTuple):
    """Seconds from start to end, and the part of them for which each part is busy."""

    seconds: float
    busy: dict[str, float]

    @property
    def bottleneck(self) -> str:
        return max(self.busy, key=lambda name: self.busy[name])


def simulate(crawl: Crawl, workers: int, rate: float, seed: int = 1) -> Outcome:
    """What happens, task by task; `rate` in MiB/s of one core."""
    chance = random.Random(seed)
    free = [START] * workers
    sent = given = START
    fetching = reading = 0.0
    done = []
    for _ in range(crawl.files):
        part = max(chance.gauss(1, SPREAD), 0.1) / crawl.files
        sent = max(sent, heapq.heappop(free)) + SCHEDULER
        given = max(given, sent) + crawl.packed * part / STORAGE
        fetched = max(sent + crawl.packed * part / NETWORK, given)
        read = crawl.unpacked * part / rate + TASK
        done.append(fetched + read)
        heapq.heappush(free, done[-1])
        fetching, reading = fetching + crawl.packed * part / NETWORK, reading + read
    taken = START
    for moment in sorted(done):
        taken = max(taken, moment) + CLIENT
    busy = {
        "cores": reading / workers,
        "network": fetching / workers,
        "storage": crawl.packed / STORAGE,
        "scheduler": crawl.files * SCHEDULER,
        "client": crawl.files * CLIENT,
    }
    return Outcome(taken, {name: seconds / taken for name, seconds in busy.items()})


def table(crawl: Crawl, rate: float, workers: list[int]) -> str:
    one = simulate(crawl, 1, rate)
    titles = ("workers", "hours", "speed-up", "worker hours", *(f"{name} busy" for name in one.busy), "bottleneck")
    rows = [titles, ("---",) * len(titles)]
    for count in workers:
        outcome = simulate(crawl, count, rate)
        hours = outcome.seconds / 3600
        figures = (f"{count:,}", f"{hours:,.2f}", f"{one.seconds / outcome.seconds:,.1f}", f"{hours * count:,.0f}")
        rows.append((*figures, *(f"{share:.0%}" for share in outcome.busy.values()), outcome.bottleneck))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def measure(tasks: int) -> str:
    """CPU time of each part for a task that does nothing, in ms."""
    open_client = import_module("distributed").Client
    with (
        tempfile.TemporaryDirectory() as home,
        cluster(2, {"PATH": os.environ["PATH"], "HOME": home}) as address,
        open_client(address) as client,
    ):
        executor = client.get_executor()

        def run(count: int) -> None:
            for future in [executor.submit(pow, 3, number) for number in range(count)]:
                future.result()

        def used() -> tuple[float, float, float, float]:
            scheduler = client.run_on_scheduler(time.process_time)
            workers = sum(client.run(time.process_time).values())
            return time.perf_counter(), scheduler, time.process_time(), workers

        run(100)
        before = used()
        run(tasks)
        wall, scheduler, own, workers = (after - start for start, after in zip(before, used(), strict=True))
    each = 1000 / tasks
    return (
        f"{tasks} tasks: scheduler {scheduler * each:.2f} ms, client {own * each:.2f} ms, "
        f"worker {workers * each:.2f} ms each; {wall * each:.2f} ms from one to the next on {os.cpu_count()} cores"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=300, help="MiB/s of one core, before compression (300)")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 16, 1000])
    parser.add_argument("--kind", choices=CRAWLS, default="warc")
    parser.add_argument("--measure", action="store_true", help="measure the cost of a task, in place of the table")
    parser.add_argument("--tasks", type=int, default=4000)
    options = parser.parse_args()
    if options.measure:
        sys.stdout.write(f"{measure(options.tasks)}\n")
    else:
        sys.stdout.write(table(CRAWLS[options.kind], options.rate, options.workers))


if __name__ == "__main__":
    main()
