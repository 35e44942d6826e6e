"""`ctick forget DAY`: deletes a day's snapshots from the user's store."""

import datetime as dt
import sys

from ctick import clock
from ctick.commands.options import Options
from ctick.errors import DONE, PARTLY, NoRateError
from ctick.model import DatedQuote, Snapshot
from ctick.output import terminal
from ctick.output.records import RATE_FIELDS, lines, snapshot_rows
from ctick.storage import bundled
from ctick.storage.connection import Database
from ctick.storage.fetch_log import FetchLog
from ctick.storage.store import Store
from ctick.text import counted, long_date, read_date


def run(options: Options, *, day: str) -> int:
    """Prints the snapshots of the day (of one source), then deletes these: while a pager waits, others may write."""
    form = options.form()
    date = read_date(day, clock.today())
    source = options.source_name()
    path = options.named_path()
    store = Store(path)
    snapshots = store.snapshots_of(date, source)
    if snapshots:
        _show(snapshots, form or ("table" if terminal.is_terminal(sys.stdout) else "tsv"), options)
        terminal.stdout().flush()  # what can't be shown is not deleted
    store.close()  # what writes to a store in WAL mode must be alone with it
    log = Database(path)
    FetchLog(log).forget(date, source)
    log.close()
    if not snapshots:
        raise NoRateError(_nothing(options, date, source))
    count = store.delete(snapshots)
    left = len(store.snapshots_of(date, source))
    if not options.quiet:
        terminal.say(f"forgot {counted(count, 'snapshot')} of {long_date(date)}")
    if left:
        again = options.command("forget", str(date), *(["--source", source] if source else []))
        terminal.complain(f"kept what was saved meanwhile ({counted(left, 'snapshot')}): {again} shows and deletes it")
        return PARTLY
    return DONE


def _show(snapshots: list[Snapshot], form: str, options: Options) -> None:
    if form == "table":
        from ctick.output.tables import rate_table

        rows = [DatedQuote(quote, item.as_of, item.source, item.seen_at) for item in snapshots for quote in item.quotes]
        rate_table(rows, terminal.width(), color=terminal.wants_color(sys.stdout, no_color=options.no_color))
    else:
        terminal.write(lines([row for item in snapshots for row in snapshot_rows(item)], form, RATE_FIELDS))


def _nothing(options: Options, date: dt.date, source: str | None) -> str:
    why = f"see {options.command('rates', '--date', str(date))} for what answers"
    if any(snapshot.as_of == date for snapshot in bundled.snapshots()):
        why = "the bundled rates of that day can't be taken out"
    return f"nothing of your own{f' from {source}' if source else ''} is stored for {long_date(date)}: {why}"
