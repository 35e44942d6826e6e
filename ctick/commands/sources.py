"""`ctick sources [NAME...]`: what each source covers and publishes, and when it last succeeded and failed."""

import sys

from ctick.commands.options import Options
from ctick.currencies import FIVE
from ctick.errors import DONE, UsageError
from ctick.output import terminal
from ctick.output.records import Row, lines
from ctick.sources.registry import SOURCES, known_sources
from ctick.storage.connection import Database
from ctick.storage.fetch_log import FetchLog, Log
from ctick.text import plain, to_the_second

FIELDS = (
    "source", *FIVE, "official", "by_date", "quantum", "requests", "publisher", "success_at", "failure_at", "failure",
)  # fmt: skip


def run(options: Options, *, names: list[str]) -> int:
    """Shows one row per source, or the sources that are named in detail."""
    output_format = options.row_format()
    words = [name for word in names for name in (word.replace(",", " ").split() or [word])]
    named = list(dict.fromkeys(map(_known, words)))
    logs = FetchLog(Database(options.store_path_or_warning("no fetches on record"))).logs()
    rows = [_row(name, logs.get(name, Log())) for name in named or SOURCES]
    if named:
        _show_details(rows, logs, output_format, options)
    elif output_format == "table":
        from ctick.output.tables import source_table

        moments = ("success_at", "failure_at")
        rows = [{**row, **{name: to_the_second(str(row[name])) for name in moments if row[name]}} for row in rows]
        source_table(rows, terminal.width(), color=terminal.wants_color(sys.stdout, options.color))
    else:
        terminal.write(lines(rows, output_format, FIELDS))
    return DONE


def _show_details(rows: list[Row], logs: dict[str, Log], output_format: str, options: Options) -> None:
    from ctick.commands import source_details

    found = [source_details.Details(SOURCES[str(row["source"])]) for row in rows]
    if output_format == "table":
        for place, details in enumerate(found):
            text = details.text(logs.get(details.source.name, Log()), options, terminal.width())
            terminal.write(f"{line}\n" for line in (*([""] if place else []), *text))
    else:
        rows = [{**row, **details.row()} for row, details in zip(rows, found, strict=True)]
        terminal.write(lines(rows, output_format, (*FIELDS, *source_details.FIELDS)))


def _known(name: str) -> str:
    if name.lower() not in SOURCES:
        raise UsageError(f"no such source '{plain(name, 40)}'{known_sources(name)}")
    return name.lower()


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
