"""`ctick parse [FILE...|URL|-]`: reads snapshots, drops repeats, prints the rest. Saves nothing."""

import os
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from itertools import chain

from ctick.commands.file_lists import Selection
from ctick.commands.input_reader import InputReader, distinct
from ctick.commands.inputs import size_of
from ctick.commands.options import Options
from ctick.commands.snapshot_output import write_snapshots
from ctick.errors import DONE, PARTLY, UsageError
from ctick.model import Snapshot
from ctick.output import progress, terminal
from ctick.text import counted

_LARGE = 16 << 20
"""Bytes; for less, starting more processes is not worth it."""

_LOOK_AHEAD = 1000
"""Inputs; the sizes of the first ones tell whether it is."""


class _Parser:
    """Reads all inputs, in this process or in several; the output is the same."""

    def __init__(self, options: Options, *, force: bool, recursive: bool) -> None:
        self.reader = InputReader(options, force=force, recursive=recursive)
        self.found_snapshots = False

    def in_this_process(self, names: Iterable[str]) -> Generator[Snapshot]:
        """The snapshots, as they are read."""
        for name in names:
            for snapshot in distinct(self.reader.snapshots_of(name)):
                self.found_snapshots = True
                yield snapshot

    def in_several_processes(self, names: Iterable[str], jobs: int) -> Generator[Snapshot]:
        """The same snapshots in the same order; `jobs` files are read at a time."""
        from ctick.commands.parse_pool import parse_files
        from ctick.commands.parse_worker import Finished, Task

        reader = self.reader
        date = None if reader.date is None else reader.date.isoformat()
        tasks = [Task(name, reader.source, date, reader.force, reader.recursive) for name in names]
        sizes = [size_of(task.name) or 0 for task in tasks]
        left = iter(sizes)
        # The processes share the terminal: one bar is drawn, here.
        for message in progress.with_progress(
            parse_files(tasks, jobs), sum(sizes), lambda message: next(left) if isinstance(message, Finished) else 0
        ):
            if isinstance(message, str):
                terminal.complain(message)
            elif isinstance(message, Finished):
                reader.report.exit_codes += [message.exit_code] if message.exit_code else []
                reader.skipped += message.skipped
            else:
                self.found_snapshots = True
                yield message


def run(
    options: Options,
    *,
    names: list[str],
    recursive: bool,
    files_from: str | None,
    null: bool,
    force: bool,
    jobs: int | None,
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
    parser = _Parser(options, force=force, recursive=recursive)
    inputs = selection.inputs(names, options, parser.reader.report)
    jobs = jobs or os.cpu_count() or 1
    first: list[str] = []
    if os.name == "posix" and jobs > 1 and all(size_of(name) is not None or os.path.isdir(name) for name in names):
        first = _first(inputs, jobs)
    if len(first) > 1 and sum(size_of(name) or 0 for name in first) >= _LARGE:
        snapshots = parser.in_several_processes(chain(first, inputs), min(jobs, len(first)))
    else:
        snapshots = parser.in_this_process(chain(first, inputs))
    with closing(snapshots):  # if stdout is closed, reader stops
        write_snapshots(snapshots, output_format, options)
    if not parser.found_snapshots:
        selection.report_nothing_found(parser.reader.report)
    skipped, exit_codes = parser.reader.skipped, parser.reader.report.exit_codes
    if skipped and not options.quiet:
        terminal.say(f"{counted(skipped, 'line')} of other pairs skipped")
    if not exit_codes:
        return DONE
    return PARTLY if parser.found_snapshots else max(exit_codes)


def _first(inputs: Iterator[str], jobs: int) -> list[str]:
    """The first inputs, at least one for each process: enough to tell whether more processes are worth it."""
    first: list[str] = []
    size = 0
    for name in inputs:
        first.append(name)
        size += size_of(name) or 0
        if len(first) == _LOOK_AHEAD or (size >= _LARGE and len(first) >= jobs):
            break
    return first
