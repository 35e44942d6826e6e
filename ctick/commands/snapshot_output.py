"""Snapshots -> stdout, as a table or as rows: what `parse` and `forget` share."""

import sys
from collections.abc import Iterable

from ctick.commands.options import Options
from ctick.model import DatedQuote, Snapshot
from ctick.output import terminal
from ctick.output.records import RATE_FIELDS, lines, snapshot_rows


def write_snapshots(snapshots: Iterable[Snapshot], output_format: str, options: Options) -> None:
    """Writes a row per quote: all at once as a table, as they come in other formats."""
    if output_format == "table":
        from ctick.output.rate_table import rate_table

        rows = [
            DatedQuote(quote, snapshot.as_of, snapshot.source, snapshot.seen_at)
            for snapshot in snapshots
            for quote in snapshot.quotes
        ]
        if rows:
            rate_table(rows, terminal.width(), color=terminal.wants_color(sys.stdout, options.color))
    else:
        records = (row for snapshot in snapshots for row in snapshot_rows(snapshot))
        terminal.write(lines(records, output_format, RATE_FIELDS))
