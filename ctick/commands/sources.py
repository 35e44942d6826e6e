"""`ctick sources`: what each source covers and publishes, and when it last succeeded and failed."""

import sys

from ctick.commands.options import Options
from ctick.currencies import FIVE
from ctick.errors import DONE
from ctick.output import terminal
from ctick.output.records import Row, lines
from ctick.sources.registry import SOURCES
from ctick.storage.connection import Database
from ctick.storage.fetch_log import FetchLog, Log
from ctick.text import to_the_second

FIELDS = (
    "source", *FIVE, "official", "by_date", "quantum", "requests", "publisher", "success_at", "failure_at", "failure",
)  # fmt: skip


def run(options: Options) -> int:
    """Shows one row per source."""
    output_format = options.row_format()
    logs = FetchLog(Database(options.store_path_or_warning("no fetches on record"))).logs()
    rows = [_row(name, logs.get(name, Log())) for name in SOURCES]
    if output_format == "table":
        from ctick.output.tables import source_table

        moments = ("success_at", "failure_at")
        rows = [{**row, **{name: to_the_second(str(row[name])) for name in moments if row[name]}} for row in rows]
        source_table(rows, terminal.width(), color=terminal.wants_color(sys.stdout, options.color))
    else:
        terminal.write(lines(rows, output_format, FIELDS))
    return DONE


def _row(name: str, log: Log) -> Row:
    source = SOURCES[name]
    covered = {code: code in source.covers for code in FIVE}
    return {
        "source": name,
        **covered,
        "official": source.official,
        "by_date": bool(source.dated),
        "quantum": source.quantum,
        "requests": len(source.files),
        "publisher": source.publisher,
        "success_at": log.success_at,
        "failure_at": log.failure_at,
        "failure": log.failure,
    }
