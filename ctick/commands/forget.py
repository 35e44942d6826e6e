"""`ctick forget DAY`, `--since DAY --until DAY`: deletes snapshots of a day or a range from the user's store."""

import datetime as dt
from collections.abc import Sequence

from ctick import clock
from ctick.commands.options import Options
from ctick.commands.snapshot_output import write_snapshots
from ctick.errors import DONE, PARTLY, NoRateError, UsageError
from ctick.model import Snapshot
from ctick.output import terminal
from ctick.rates.history import read_span
from ctick.storage import bundled
from ctick.storage.connection import Database
from ctick.storage.fetch_log import FetchLog
from ctick.storage.store import Store
from ctick.text import counted, long_date, read_date, short_date


def run(options: Options, *, days: list[str], since: str | None, until: str | None, dry_run: bool) -> int:
    """Prints the snapshots of the days (from one source), then deletes exactly those: others may write in between."""
    output_format = options.row_format()
    span = _Span(days, since, until)
    source = options.source_name()
    path = options.store_path_or_error(default_may_be_missing=True)
    store = Store(path)
    snapshots = store.snapshots_of(span.first, source, until=span.last)
    if snapshots:
        write_snapshots(snapshots, output_format, options)
        terminal.stdout().flush()  # what could not be shown must not be deleted
    store.close()  # writing to a store in WAL mode needs the only connection
    if not dry_run:
        log = Database(path)
        FetchLog(log).forget(span.first, span.last, source)
        log.close()
    if not snapshots:
        raise NoRateError(_no_snapshots(options, span, source))
    count = len(snapshots) if dry_run else store.delete(snapshots)
    if not options.quiet:
        what = f"{counted(count, 'snapshot')} of {_days(snapshots)}"
        terminal.say(f"would delete {what}; nothing was deleted" if dry_run else f"deleted {what}")
    left = 0 if dry_run else len(store.snapshots_of(span.first, source, until=span.last))
    if left:
        again = options.command("forget", *span.words, *(["--source", source] if source else []))
        were, them = ("was", "it") if left == 1 else ("were", "them")
        terminal.complain(
            f"{counted(left, 'snapshot')} {were} saved in the meantime and kept: {again} shows and deletes {them}"
        )
        return PARTLY
    return DONE


class _Span:
    """The days to delete, and the `words` that name them; UsageError if none or too many were named."""

    def __init__(self, days: list[str], since: str | None, until: str | None) -> None:
        today = clock.today()
        if days and (since is not None or until is not None):
            raise UsageError("a day can't be combined with --since or --until: leave one of them out")
        if len(days) > 1:
            raise UsageError("forget takes one day: name a range with --since and --until")
        if not days and since is None and until is None:
            raise UsageError("forget needs a day, as in 'ctick forget 2025-12-16', or --since and --until")
        first, last = read_span(since, until, today)
        if days:
            first = last = read_date(days[0], today)
        self.first, self.last = first or dt.date.min, last or dt.date.max
        self.words = [str(self.first)] if days else []
        self.words += [] if since is None else ["--since", str(self.first)]
        self.words += [] if until is None else ["--until", str(self.last)]

    def __str__(self) -> str:
        """`for 16 December 2025`, `until 16 December 2025`"""
        if self.first == self.last:
            return f"for {long_date(self.first)}"
        if self.last == dt.date.max:
            return f"since {long_date(self.first)}"
        if self.first == dt.date.min:
            return f"until {long_date(self.last)}"
        return f"between {long_date(self.first)} and {long_date(self.last)}"


def _days(snapshots: Sequence[Snapshot]) -> str:
    """`16 December 2025`, or `2 days (10 Dec 2025 to 16 Dec 2025)`"""
    days = sorted({snapshot.as_of for snapshot in snapshots if snapshot.as_of})
    if len(days) == 1:
        return long_date(days[0])
    return f"{counted(len(days), 'day')} ({short_date(days[0])} to {short_date(days[-1])})"


def _no_snapshots(options: Options, span: _Span, source: str | None) -> str:
    hint = f"{options.command('history', *(['--source', source] if source else []))} shows the days with rates"
    if span.first == span.last:
        hint = f"{options.command('rates', '--date', str(span.first))} shows the rates used for that day"
    if any(item.as_of and span.first <= item.as_of <= span.last for item in bundled.snapshots(source)):
        hint = "bundled rates can't be deleted"
    return f"your store has no rates{f' from {source}' if source else ''} {span}: {hint}"
