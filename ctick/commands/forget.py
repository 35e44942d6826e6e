"""`ctick forget DAY`: deletes a day's snapshots from the user's store."""

import datetime as dt

from ctick import clock
from ctick.commands.options import Options
from ctick.commands.snapshot_output import write_snapshots
from ctick.errors import DONE, PARTLY, NoRateError
from ctick.output import terminal
from ctick.storage import bundled
from ctick.storage.connection import Database
from ctick.storage.fetch_log import FetchLog
from ctick.storage.store import Store
from ctick.text import counted, long_date, read_date


def run(options: Options, *, day: str) -> int:
    """Prints the snapshots of the day (from one source), then deletes exactly those: others may write in between."""
    output_format = options.row_format()
    date = read_date(day, clock.today())
    source = options.source_name()
    path = options.store_path_or_error(default_may_be_missing=True)
    store = Store(path)
    snapshots = store.snapshots_of(date, source)
    if snapshots:
        write_snapshots(snapshots, output_format, options)
        terminal.stdout().flush()  # what could not be shown must not be deleted
    store.close()  # writing to a store in WAL mode needs the only connection
    log = Database(path)
    FetchLog(log).forget(date, source)
    log.close()
    if not snapshots:
        raise NoRateError(_no_snapshots(options, date, source))
    count = store.delete(snapshots)
    left = len(store.snapshots_of(date, source))
    if not options.quiet:
        terminal.say(f"deleted {counted(count, 'snapshot')} of {long_date(date)}")
    if left:
        again = options.command("forget", str(date), *(["--source", source] if source else []))
        were, them = ("was", "it") if left == 1 else ("were", "them")
        terminal.complain(
            f"{counted(left, 'snapshot')} {were} saved in the meantime and kept: {again} shows and deletes {them}"
        )
        return PARTLY
    return DONE


def _no_snapshots(options: Options, date: dt.date, source: str | None) -> str:
    hint = f"{options.command('rates', '--date', str(date))} shows the rates used for that day"
    if any(snapshot.as_of == date for snapshot in bundled.snapshots(source)):
        hint = "bundled rates can't be deleted"
    return f"your store has no rates{f' from {source}' if source else ''} for {long_date(date)}: {hint}"
