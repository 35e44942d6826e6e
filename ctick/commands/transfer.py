"""`ctick export` and `ctick import`: everything out, and in again."""

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

from ctick.commands.inputs import open_input
from ctick.commands.options import Options
from ctick.commands.streams import lines
from ctick.currencies import FIVE
from ctick.errors import DONE, PARTLY, InputError, StoreError, UsageError
from ctick.model import DatedQuote
from ctick.output import terminal
from ctick.output.price_files import FORMATS, price_lines
from ctick.storage.completeness import Completeness
from ctick.storage.export_format import export_lines, read_export
from ctick.storage.store import Store
from ctick.text import plain
from ctick.ticker.decoding import unpacked

_LONGEST = 1 << 16
"""Bytes; a line of an export has a thousand or two."""


def run_export(options: Options) -> int:
    """Writes the user's own store as JSON lines, or its counting rates for another tool."""
    form = options.output
    if form not in (None, "jsonl", *FORMATS):
        raise UsageError(
            f"-o {plain(form, 40)} is no form of an export: leave it out, or choose one of jsonl, {', '.join(FORMATS)}"
        )
    store = Store(options.existing_path())
    if form in FORMATS:
        terminal.write(price_lines(_all(store), form))
    else:
        terminal.write(export_lines(store.snapshots()))
    return DONE


def _all(store: Store) -> Iterator[DatedQuote]:
    """Each day's counting rate of each currency and source, oldest first."""
    last: dict[tuple[str, str], DatedQuote] = {}
    day = None
    for snapshot in store.snapshots():
        if snapshot.as_of != day:
            yield from _in_order(last)
            last.clear()
            day = snapshot.as_of
        for quote in snapshot.quotes:
            if quote.base not in FIVE:  # from a store that another program wrote
                continue
            last[quote.base, snapshot.source] = DatedQuote(quote, snapshot.as_of, snapshot.source, snapshot.seen_at)
    yield from _in_order(last)


def _in_order(quotes: dict[tuple[str, str], DatedQuote]) -> Iterator[DatedQuote]:
    for base, source in sorted(quotes, key=lambda key: (FIVE.index(key[0]), key[1])):
        yield quotes[base, source]


def run_import(options: Options, *, name: str) -> int:
    """Checks every line as it comes, then saves them all in one transaction."""
    store = Store(options.store_path())
    source = open_input(name)
    completeness = Completeness()
    try:
        # Kept in a file: all of it must be sound before the store is locked, and a pipe gives it once.
        with tempfile.TemporaryFile() as copy:
            # However much a packed file unpacks to: nothing is kept but lines that are sound.
            for _ in read_export(_kept(unpacked(source.chunks, unlimited=True), copy), completeness):
                pass
            copy.seek(0)
            new, known = store.import_snapshots(read_export(copy))
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
    warning, missing = completeness.warning(), completeness.missing()
    if warning:
        terminal.complain(f"{source.name}: {warning}")
    if missing:
        terminal.complain(f"{source.name}: {missing}; all that is there was imported")
        return PARTLY
    return DONE


def _kept(chunks: Iterable[bytes], copy: IO[bytes]) -> Iterator[bytes]:
    """The lines, after each was copied; InputError at one that no export can have."""
    for number, line in enumerate(lines(chunks, _LONGEST), 1):
        if len(line) > _LONGEST:
            raise InputError(f"line {number} is longer than any line of an export: nothing was imported")
        copy.write(line)
        yield line
