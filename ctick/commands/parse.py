"""`ctick parse [FILE...|URL|-]`: reads snapshots, drops repeats, prints the rest. Saves nothing."""

import os
import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import chain

from ctick import __version__
from ctick.commands.file_lists import Selection
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

_LOOK_AHEAD = 1000
"""Inputs; the sizes of the first ones tell whether it is."""


class _Parser:
    """Reads all inputs, in this process or in several; the output is the same."""

    def __init__(self, options: Options, selection: Selection, *, force: bool) -> None:
        self.reader = InputReader(options, force=force, recursive=selection.recursive, bar=not selection.is_many)
        self._counts_files = selection.is_many
        self.found_snapshots = False

    def in_this_process(self, names: Iterable[str]) -> Generator[Snapshot]:
        """The snapshots, as they are read."""
        for name in progress.counted_files(names, self.reader.color) if self._counts_files else names:
            for snapshot in distinct(self.reader.snapshots_of(name)):
                self.found_snapshots = True
                yield snapshot

    def elsewhere(
        self, names: Iterable[str], count: int | None, engine: "AbstractContextManager[Engine]"
    ) -> Generator[Snapshot]:
        """The same snapshots in the same order, from other processes; `count` is the number of names, if known."""
        from ctick.commands.parse_tasks import Task, run_tasks

        reader = self.reader
        date = None if reader.date is None else reader.date.isoformat()
        tasks = (Task(name, reader.source, date, reader.force, __version__, reader.recursive) for name in names)
        try:
            with engine as running:
                # The processes share the terminal: one bar is drawn, here.
                results = progress.with_progress(
                    run_tasks(tasks, running), count, lambda _: 1, color=reader.color, in_bytes=False
                )
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


def run(
    options: Options,
    *,
    names: list[str],
    recursive: bool,
    files_from: str | None,
    null: bool,
    force: bool,
    jobs: int | None,
    cluster: str | None,
) -> int:
    """Prints each distinct snapshot once per input, in the order of first occurrence."""
    output_format = options.row_format()
    selection = Selection("parse", names, recursive=recursive, files_from=files_from, null=null)
    if not names and files_from is None:
        if sys.stdin is None or sys.stdin.isatty():
            raise UsageError("nothing to read: name a file or a URL, or - for stdin")
        names = ["-"]
    if jobs is not None and jobs < 1:
        raise UsageError(f"--jobs {jobs} is too few: use at least 1")
    parser = _Parser(options, selection, force=force)
    inputs = selection.inputs(names, options, parser.reader.report)
    engine: AbstractContextManager[Engine] | None
    if cluster is not None:
        engine, inputs = _cluster(cluster, options), _on_cluster(names, inputs, jobs)
    else:
        engine, inputs = _processes(names, inputs, jobs or os.cpu_count() or 1)
    count = None if selection.is_many else len(names)
    snapshots = parser.in_this_process(inputs) if engine is None else parser.elsewhere(inputs, count, engine)
    with closing(snapshots):  # so that reading stops if stdout is closed
        write_snapshots(snapshots, output_format, options)
    if not parser.found_snapshots:
        selection.report_nothing_found(parser.reader.report)
    skipped, exit_codes = parser.reader.skipped, parser.reader.report.exit_codes
    if skipped and not options.quiet:
        terminal.say(f"{counted(skipped, 'line')} of other pairs skipped")
    if not exit_codes:
        return DONE
    return PARTLY if parser.found_snapshots else max(exit_codes)


def _processes(
    names: Sequence[str], inputs: Iterator[str], jobs: int
) -> tuple["AbstractContextManager[Engine] | None", Iterator[str]]:
    """Several processes, or None if this one is enough; and the inputs. `names` are those on the command line."""
    if os.name != "posix" or jobs == 1 or any(size_of(name) is None and not os.path.isdir(name) for name in names):
        return None, inputs
    first: list[str] = []
    size = 0
    for name in inputs:
        first.append(name)
        size += size_of(name) or 0
        if len(first) == _LOOK_AHEAD or (size >= _LARGE and len(first) >= jobs):
            break
    inputs = chain(first, inputs)
    if len(first) < 2 or size < _LARGE:
        return None, inputs
    from ctick.commands.worker_processes import worker_processes

    return worker_processes(min(jobs, len(first))), inputs


def _cluster(address: str, options: Options) -> "AbstractContextManager[Engine]":
    from ctick.commands.dask_cluster import dask_cluster

    return dask_cluster(address, (lambda _: None) if options.quiet else terminal.complain)


def _on_cluster(names: Sequence[str], inputs: Iterator[str], jobs: int | None) -> Iterator[str]:
    """The names as workers need them, which run in other folders."""
    if jobs is not None:
        raise UsageError("--jobs and --cluster exclude each other: leave out --jobs")
    if "-" in names:
        raise UsageError("--cluster can't read stdin: name files or addresses that its workers can open")
    return (name if is_url(name) else os.path.abspath(name) for name in inputs)
