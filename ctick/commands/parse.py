"""`ctick parse [FILE...|URL|-]`: read, deduplicate, print. Saves nothing."""

import os
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing

from ctick.commands.inputs import size_of
from ctick.commands.options import Options
from ctick.commands.reading import Reading, different
from ctick.errors import DONE, PARTLY, UsageError
from ctick.model import DatedQuote, Snapshot
from ctick.output import progress, terminal
from ctick.output.records import RATE_FIELDS, Row, lines, snapshot_rows
from ctick.text import counted

_WORTH_IT = 16 << 20
"""Bytes from which on more than one process is worth its start."""


class _Parser:
    """Reads one input after the other, here or in other processes; the same output either way."""

    def __init__(self, options: Options, *, force: bool) -> None:
        self.options = options
        self.force = force
        self.some = False
        self.troubles: list[int] = []
        self.skipped = 0

    def here(self, names: Sequence[str]) -> Generator[Snapshot]:
        """As they come, in this process."""
        reading = Reading(self.options, force=self.force)
        for name in names:
            for snapshot in different(reading.snapshots_of(name)):
                self.some = True
                yield snapshot
        self.troubles = reading.troubles
        self.skipped = reading.skipped

    def elsewhere(self, names: Sequence[str], jobs: int) -> Generator[Snapshot]:
        """In other processes, `jobs` files at a time; in the same order."""
        from ctick.commands.parallel import Ended, Task, messages

        reading = Reading(self.options, force=self.force)
        date = None if reading.date is None else reading.date.isoformat()
        tasks = [Task(name, reading.source, date, self.force) for name in names]
        sizes = [size_of(name) or 0 for name in names]
        left = iter(sizes)
        # The processes share the terminal: one bar is drawn, here.
        for message in progress.with_progress(
            messages(tasks, jobs), sum(sizes), lambda message: next(left) if isinstance(message, Ended) else 0
        ):
            if isinstance(message, str):
                terminal.complain(message)
            elif isinstance(message, Ended):
                self.troubles += [message.code] if message.code else []
                self.skipped += message.skipped
            else:
                self.some = True
                yield message


def run(options: Options, *, names: list[str], force: bool, jobs: int | None) -> int:
    """Prints each different snapshot once an input, in the order of their first coming."""
    form = options.form()
    if not names:
        if sys.stdin is None or sys.stdin.isatty():
            raise UsageError("say what to read: ctick parse FILE, an address, or - for stdin")
        names = ["-"]
    if jobs is not None and jobs < 1:
        raise UsageError(f"--jobs {jobs} is too few: 1 at least")
    parser = _Parser(options, force=force)
    jobs = min(jobs or os.cpu_count() or 1, len(names))
    sizes = [size_of(name) for name in names]
    if os.name == "posix" and jobs > 1 and None not in sizes and sum(size or 0 for size in sizes) >= _WORTH_IT:
        snapshots = parser.elsewhere(names, jobs)
    else:
        snapshots = parser.here(names)
    with closing(snapshots):  # where nobody reads on, nothing more is read
        _show(snapshots, form or ("table" if terminal.is_terminal(sys.stdout) else "tsv"), options)
    if parser.skipped and not options.quiet:
        terminal.say(f"{counted(parser.skipped, 'line')} of other pairs skipped")
    if not parser.troubles:
        return DONE
    return PARTLY if parser.some else max(parser.troubles)


def _show(snapshots: Iterator[Snapshot], form: str, options: Options) -> None:
    if form == "table":
        from ctick.output.tables import rate_table

        rows = [
            DatedQuote(quote, snapshot.as_of, snapshot.source) for snapshot in snapshots for quote in snapshot.quotes
        ]
        if rows:
            rate_table(rows, terminal.width(), color=terminal.wants_color(sys.stdout, no_color=options.no_color))
    else:
        terminal.write(lines(_rows(snapshots), form, RATE_FIELDS))


def _rows(snapshots: Iterator[Snapshot]) -> Iterator[Row]:
    for snapshot in snapshots:
        yield from snapshot_rows(snapshot)
