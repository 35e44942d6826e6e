"""`ctick export` and `ctick import`: everything out, and in again."""

import tempfile
from collections.abc import Iterator
from typing import IO

from ctick import terminal
from ctick.archive import Archive
from ctick.commands import Options
from ctick.currencies import FIVE
from ctick.errors import DONE, InputError, StoreError, UsageError, plain
from ctick.exports import export_lines, read_export
from ctick.formats import FORMS, priced
from ctick.inputs import open_input
from ctick.model import Dated

_LONGEST = 1 << 16
"""Bytes; a line of an export has a thousand or two. What is longer is cut, and then can't be read."""


def run_export(options: Options) -> int:
    """Writes the user's own store as JSON lines, or its counting rates for another tool."""
    form = options.output
    if form not in (None, "jsonl", *FORMS):
        raise UsageError(
            f"-o {plain(form, 40)} is no form of an export: leave it out, or choose one of jsonl, {', '.join(FORMS)}"
        )
    archive = Archive(options.existing_path())
    if form in FORMS:
        terminal.write(priced(_all(archive), form))
    else:
        terminal.write(export_lines(archive.snapshots()))
    return DONE


def _all(archive: Archive) -> Iterator[Dated]:
    """Each day's counting rate of each currency and source, oldest first."""
    last: dict[tuple[str, str], Dated] = {}
    day = None
    for snapshot in archive.snapshots():
        if snapshot.as_of != day:
            yield from _in_order(last)
            last.clear()
            day = snapshot.as_of
        for quote in snapshot.quotes:
            if quote.base not in FIVE:  # from a store that another program wrote
                continue
            last[quote.base, snapshot.source] = Dated(quote, snapshot.as_of, snapshot.source, snapshot.seen_at)
    yield from _in_order(last)


def _in_order(quotes: dict[tuple[str, str], Dated]) -> Iterator[Dated]:
    for base, source in sorted(quotes, key=lambda key: (FIVE.index(key[0]), key[1])):
        yield quotes[base, source]


def run_import(name: str, options: Options) -> int:
    """Checks every line, then saves them all in one transaction."""
    archive = Archive(options.store_path())
    source = open_input(name)
    try:
        # Kept in a file: it is read twice, and a pipe gives it once.
        with tempfile.TemporaryFile() as copy:
            for chunk in source.chunks:
                copy.write(chunk)
            for _ in read_export(_lines(copy)):
                pass
            new, known = archive.take_in(read_export(_lines(copy)))
    except InputError as error:
        text = str(error)
        raise InputError(text if text.startswith(source.name) else f"{source.name}: {text}") from error
    except OSError as error:
        why = plain(error.strerror or error)
        raise StoreError(
            f"{source.name} can't be copied into the folder for temporary files ({why}): make room there,"
            " or name another folder with TMPDIR"
        ) from error
    options.tell_of_new_store()
    if not options.quiet:
        count = new + known
        terminal.say(f"{count:,} snapshot{'s' if count != 1 else ''}: {new:,} new, {known:,} known")
    return DONE


def _lines(copy: IO[bytes]) -> Iterator[bytes]:
    copy.seek(0)
    while line := copy.readline(_LONGEST):
        yield line
