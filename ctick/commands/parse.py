"""`ctick parse [FILE...|URL|-]`: read, deduplicate, print. Saves nothing."""

import sys
from collections.abc import Iterator

from ctick import terminal
from ctick.commands import Options
from ctick.commands.reading import Reading
from ctick.errors import DONE, PARTLY, UsageError
from ctick.model import Dated, Snapshot
from ctick.output import RATE_FIELDS, Row, lines, snapshot_rows


def run(names: list[str], options: Options, *, force: bool) -> int:
    """Prints each different snapshot once an input, in the order of their first coming."""
    form = options.form()
    if not names:
        if sys.stdin is None or sys.stdin.isatty():
            raise UsageError("say what to read: ctick parse FILE, an address, or - for stdin")
        names = ["-"]
    reading = Reading(options, force=force)
    snapshots = (snapshot for name in names for snapshot in _different(reading.snapshots_of(name)))
    if form is None:
        form = "table" if terminal.is_terminal(sys.stdout) else "tsv"
    if form == "table":
        from ctick.render import rate_table

        rows = [Dated(quote, snapshot.as_of, snapshot.source) for snapshot in snapshots for quote in snapshot.quotes]
        if rows:
            rate_table(rows, terminal.width(), color=terminal.wants_color(sys.stdout, no_color=options.no_color))
    else:
        terminal.write(lines(_rows(snapshots), form, RATE_FIELDS))
    if not reading.troubles:
        return DONE
    return PARTLY if reading.snapshots else max(reading.troubles)


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
