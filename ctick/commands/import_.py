"""`ctick import FILE`: saves an export, all of it or nothing."""

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

from ctick.commands.inputs import open_input
from ctick.commands.options import Options
from ctick.commands.streams import lines
from ctick.errors import DONE, PARTLY, InputError, StoreError
from ctick.output import terminal
from ctick.redaction import redact
from ctick.storage.completeness import Completeness
from ctick.storage.export_format import read_export
from ctick.storage.store import Store
from ctick.text import counted, plain
from ctick.ticker.decoding import unpacked

_LONGEST_LINE = 1 << 16
"""Bytes; a line of an export has a thousand or two."""


def run(options: Options, *, name: str) -> int:
    """Checks every line as it comes, then saves them all in one transaction."""
    store = Store(options.store_path())
    source = open_input(name)
    completeness = Completeness()
    try:
        # Copied to a file: all of it is checked before the store is locked, and a pipe can be read only once.
        with tempfile.TemporaryFile() as copy:
            # A packed file may unpack to any size: only lines that pass the check are kept.
            for _ in read_export(_copied(unpacked(source.chunks, unlimited=True), copy), completeness):
                pass
            copy.seek(0)
            new, known = store.import_snapshots(read_export(copy))
    except InputError as error:
        text = redact(str(error), name) if source.fetched else str(error)
        raise InputError(text if source.name in text else f"{source.name}: {text}") from error
    except OSError as error:
        raise StoreError(
            f"{source.name} can't be copied to the temporary folder ({plain(error.strerror or error)}):"
            " free some space, or set TMPDIR to another folder"
        ) from error
    options.report_created_store()
    if not options.quiet:
        terminal.say(f"imported {counted(new + known, 'snapshot')}: {new:,} new, {known:,} known")
    return _report(completeness, source.name)


def _report(completeness: Completeness, name: str) -> int:
    """Warns where the export was joined, filtered or cut; the exit code."""
    warning, missing = completeness.warning(), completeness.missing()
    if warning:
        terminal.complain(f"{name}: {warning}")
    if missing:
        terminal.complain(f"{name}: {missing}; everything present was imported")
        return PARTLY
    return DONE


def _copied(chunks: Iterable[bytes], copy: IO[bytes]) -> Iterator[bytes]:
    """Yields each line after copying it; InputError for one that is too long for an export."""
    for number, line in enumerate(lines(chunks, _LONGEST_LINE), 1):
        if len(line) > _LONGEST_LINE:
            raise InputError(f"line {number} is too long for an export: nothing was imported")
        copy.write(line)
        yield line
