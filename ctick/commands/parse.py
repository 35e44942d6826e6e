"""`ctick parse [FILE...|URL|-]`: read, deduplicate, print. Saves nothing."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence

from ctick import bars, terminal
from ctick.commands import Options
from ctick.commands.reading import Reading
from ctick.errors import DONE, PARTLY, UsageError
from ctick.inputs import size_of
from ctick.model import Dated, Snapshot
from ctick.output import RATE_FIELDS, Row, lines, snapshot_rows
from ctick.wording import counted

_WORTH_IT = 16 << 20
"""Bytes from which on more than one process is worth its start."""


class _Result:
    """What one input gave: its different snapshots, the troubles as they are to be named, their codes.

    `skipped` counts the lines of other pairs.
    """

    def __init__(self, snapshots: Iterable[Snapshot], said: Sequence[str], codes: Sequence[int], skipped: int) -> None:
        self.snapshots = snapshots
        self.said = said
        self.codes = codes
        self.skipped = skipped


class _Parser:
    """Reads one input after the other, here or in other processes; the same output either way."""

    def __init__(self, options: Options, *, force: bool) -> None:
        self.options = options
        self.force = force
        self.some = False
        self.troubles: list[int] = []
        self.skipped = 0

    def here(self, names: Sequence[str]) -> Iterator[Snapshot]:
        """As they come, in this process."""
        reading = Reading(self.options, force=self.force)
        for name in names:
            for snapshot in _different(reading.snapshots_of(name)):
                self.some = True
                yield snapshot
        self.troubles = reading.troubles
        self.skipped = reading.skipped

    def elsewhere(self, names: Sequence[str], jobs: int) -> Iterator[Snapshot]:
        """A file a process, `jobs` at a time, given out in their order."""
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        # The processes share the terminal: one bar is drawn, here.
        pool = ProcessPoolExecutor(jobs, get_context("spawn"), initializer=bars.never)
        try:
            sizes = [size_of(name) or 0 for name in names]
            done = zip(pool.map(self.whole, names), sizes, strict=True)
            for result, _ in bars.watched(done, sum(sizes), lambda item: item[1]):
                for message in result.said:
                    terminal.complain(message)
                self.troubles += result.codes
                self.skipped += result.skipped
                for snapshot in result.snapshots:
                    self.some = True
                    yield snapshot
        finally:  # where nobody reads on, nothing more is begun
            pool.shutdown(cancel_futures=True)

    def whole(self, name: str) -> _Result:
        """All of one input: what another process sends back."""
        said: list[str] = []
        reading = Reading(self.options, force=self.force, say=said.append)
        return _Result(list(_different(reading.snapshots_of(name))), said, reading.troubles, reading.skipped)


def run(names: list[str], options: Options, *, force: bool, jobs: int | None) -> int:
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
    if jobs > 1 and None not in sizes and sum(size or 0 for size in sizes) >= _WORTH_IT:
        snapshots = parser.elsewhere(names, jobs)
    else:
        snapshots = parser.here(names)
    if form is None:
        form = "table" if terminal.is_terminal(sys.stdout) else "tsv"
    if form == "table":
        from ctick.render import rate_table

        rows = [Dated(quote, snapshot.as_of, snapshot.source) for snapshot in snapshots for quote in snapshot.quotes]
        if rows:
            rate_table(rows, terminal.width(), color=terminal.wants_color(sys.stdout, no_color=options.no_color))
    else:
        terminal.write(lines(_rows(snapshots), form, RATE_FIELDS))
    if parser.skipped and not options.quiet:
        terminal.say(f"{counted(parser.skipped, 'line')} of other pairs skipped")
    if not parser.troubles:
        return DONE
    return PARTLY if parser.some else max(parser.troubles)


def _rows(snapshots: Iterator[Snapshot]) -> Iterator[Row]:
    for snapshot in snapshots:
        yield from snapshot_rows(snapshot)


def _different(snapshots: Iterator[Snapshot]) -> Iterator[Snapshot]:
    seen: set[int] = set()
    for snapshot in snapshots:
        key = hash((snapshot.as_of, snapshot.to_text()))
        if key not in seen:
            seen.add(key)
            yield snapshot
