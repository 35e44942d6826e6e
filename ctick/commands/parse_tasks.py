"""`ctick parse` in several processes or on a cluster: one task per file, with results in the order of the files.

`worker_processes` is the engine of `--jobs`, `dask_cluster` that of `--cluster`.
"""

import datetime as dt
import pickle
import shlex
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, wait
from typing import NamedTuple

from ctick.capture import Capture
from ctick.commands.input_reader import InputReader, distinct
from ctick.commands.inputs import Input, open_input
from ctick.commands.options import Options
from ctick.errors import PARTLY, exhausted_resource
from ctick.model import Snapshot, quotes_from_text
from ctick.text import plain

_CHECKED_EVERY = 2  # seconds: whether results can still come


class Task(NamedTuple):
    """A file, the options for reading it, and the version of the ctick that asks."""

    name: str
    source: str
    date: str | None
    force: bool
    version: str
    recursive: bool = False


class Result(NamedTuple):
    """What a file gave: its worst exit code, how many lines had other currency pairs, and its messages.

    These are `packed`: as objects, a thousand snapshots take a megabyte.
    """

    packed: bytes
    exit_code: int
    skipped: int

    def messages(self, source: str) -> Iterator[Snapshot | str]:
        """The distinct snapshots and the lines for stderr, in the order in which they were found."""
        for item in pickle.loads(self.packed):  # noqa: S301 - packed by `read_file`
            if isinstance(item, str):
                yield item
            else:
                as_of, quotes, capture = item
                yield Snapshot(source, as_of, quotes_from_text(quotes), capture=capture)


class Engine(NamedTuple):
    """Where files are read: `executor` runs `read`, and has at most `window()` tasks at a time.

    `window` raises an exception if no result can come any more. If a worker dies, `read` fails with the
    exception `died`; it is tried `attempts` times.
    """

    executor: Executor
    read: Callable[[Task], Result]
    window: Callable[[], int]
    died: type[Exception]
    attempts: int


def read_file(task: Task, opened: Callable[[str], Input] = open_input) -> Result:
    """Reads one file; what is wrong with it is among its messages. RuntimeError has the traceback of a bug."""
    found: list[str | tuple[dt.date | None, str, Capture | None]] = []
    reader = InputReader(
        Options(task.date, task.source), force=task.force, recursive=task.recursive, say=found.append, opened=opened
    )
    try:
        for snapshot in distinct(reader.snapshots_of(task.name)):
            found.append((snapshot.as_of, snapshot.to_text(), snapshot.capture))  # noqa: PERF401 - the reader appends too
    except Exception as error:  # noqa: BLE001 - any other is a bug
        if not (why := exhausted_resource(error)):
            raise RuntimeError("".join(traceback.format_exception(error))) from None
        reader.report.error(f"{plain(task.name)}: out of system resources ({why})", PARTLY)
    return Result(pickle.dumps(found), max(reader.report.exit_codes, default=0), reader.skipped)


def run_tasks(tasks: Iterable[Task], engine: Engine) -> Iterator[Result]:
    """The results in the order of the tasks; those of later tasks are held until then, at most `window()` of them."""
    started: deque[tuple[Task, Future[Result]]] = deque()
    for task in tasks:
        while len(started) >= engine.window():
            yield _result(*started.popleft(), engine)
        started.append((task, engine.executor.submit(engine.read, task)))
    while started:
        yield _result(*started.popleft(), engine)


def _result(task: Task, future: "Future[Result]", engine: Engine) -> Result:
    for attempt in range(engine.attempts):
        try:
            while not wait([future], _CHECKED_EVERY).done:
                engine.window()
            return future.result()
        except engine.died:
            if attempt + 1 < engine.attempts:
                future = engine.executor.submit(engine.read, task)
    message = (
        f"{plain(task.name)}: each process that read it died, perhaps for lack of memory:"
        f" read it alone with 'ctick parse --jobs 1 {shlex.quote(task.name)}'"
    )
    return Result(pickle.dumps([message]), PARTLY, 0)
