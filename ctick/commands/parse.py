"""`ctick parse [FILE...|URL|-]`: reads snapshots, drops repeats, prints the rest. Saves nothing."""

import os
import sys
from collections.abc import Generator, Sequence
from contextlib import closing

from ctick import __version__
from ctick.commands.input_reader import InputReader, distinct
from ctick.commands.inputs import is_url, size_of
from ctick.commands.options import Options
from ctick.commands.snapshot_output import write_snapshots
from ctick.errors import DONE, PARTLY, UnreachableError, UsageError
from ctick.model import Snapshot
from ctick.output import progress, terminal
from ctick.text import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from ctick.commands.parse_tasks import Engine

_LARGE = 16 << 20
"""Bytes; for less, starting more processes is not worth it."""


class _Parser:
    """Reads all inputs, in this process or in several; the output is the same."""

    def __init__(self, options: Options, *, force: bool) -> None:
        self.reader = InputReader(options, force=force)
        self.found_snapshots = False

    def in_this_process(self, names: Sequence[str]) -> Generator[Snapshot]:
        """The snapshots, as they are read."""
        for name in names:
            for snapshot in distinct(self.reader.snapshots_of(name)):
                self.found_snapshots = True
                yield snapshot

    def elsewhere(self, names: Sequence[str], engine: "AbstractContextManager[Engine]") -> Generator[Snapshot]:
        """The same snapshots in the same order, from other processes."""
        from ctick.commands.parse_tasks import Task, run_tasks

        reader = self.reader
        date = None if reader.date is None else reader.date.isoformat()
        tasks = (Task(name, reader.source, date, reader.force, __version__) for name in names)
        try:
            with engine as running:
                # The processes share the terminal: one bar is drawn, here.
                results = progress.with_progress(run_tasks(tasks, running), len(names), lambda _: 1, in_bytes=False)
                for result in results:
                    reader.report.exit_codes += [result.exit_code] if result.exit_code else []
                    reader.skipped += result.skipped
                    for message in result.messages(reader.source):
                        if isinstance(message, str):
                            terminal.complain(message)
                        else:
                            self.found_snapshots = True
                            yield message
        except UnreachableError as error:
            reader.report.error(str(error), error.exit_code)


def run(options: Options, *, names: list[str], force: bool, jobs: int | None, cluster: str | None) -> int:
    """Prints each distinct snapshot once per input, in the order of first occurrence."""
    output_format = options.row_format()
    if not names:
        if sys.stdin is None or sys.stdin.isatty():
            raise UsageError("nothing to read: name a file or a URL, or - for stdin")
        names = ["-"]
    if jobs is not None and jobs < 1:
        raise UsageError(f"--jobs {jobs} is too few: use at least 1")
    parser = _Parser(options, force=force)
    if cluster is not None:
        snapshots = parser.elsewhere(_on_cluster(names, jobs), _cluster(cluster, options))
    elif (jobs := min(jobs or os.cpu_count() or 1, len(names))) > 1 and os.name == "posix" and _are_large(names):
        from ctick.commands.worker_processes import worker_processes

        snapshots = parser.elsewhere(names, worker_processes(jobs))
    else:
        snapshots = parser.in_this_process(names)
    with closing(snapshots):  # if stdout is closed, reader stops
        write_snapshots(snapshots, output_format, options)
    skipped, exit_codes = parser.reader.skipped, parser.reader.report.exit_codes
    if skipped and not options.quiet:
        terminal.say(f"{counted(skipped, 'line')} of other pairs skipped")
    if not exit_codes:
        return DONE
    return PARTLY if parser.found_snapshots else max(exit_codes)


def _are_large(names: Sequence[str]) -> bool:
    """Whether all are files, and long enough for more processes to be worth it."""
    sizes = [size_of(name) for name in names]
    return None not in sizes and sum(size or 0 for size in sizes) >= _LARGE


def _cluster(address: str, options: Options) -> "AbstractContextManager[Engine]":
    from ctick.commands.dask_cluster import dask_cluster

    return dask_cluster(address, (lambda _: None) if options.quiet else terminal.complain)


def _on_cluster(names: Sequence[str], jobs: int | None) -> list[str]:
    """The names as workers need them, which run in other folders."""
    if jobs is not None:
        raise UsageError("--jobs and --cluster exclude each other: leave out --jobs")
    if "-" in names:
        raise UsageError("--cluster can't read stdin: name files or addresses that its workers can open")
    return [name if is_url(name) else os.path.abspath(name) for name in names]
