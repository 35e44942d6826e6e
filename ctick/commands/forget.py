"""`ctick forget DAY`: takes a day's snapshots out of the user's store."""

import sys

from ctick import clock, paths, shipped, terminal
from ctick.commands import Options
from ctick.database import Database
from ctick.errors import DONE, NoRateError
from ctick.fetchlog import FetchLog
from ctick.model import Dated, Snapshot
from ctick.output import RATE_FIELDS, lines, snapshot_rows
from ctick.wording import long_date, read_date


def run(day: str, options: Options) -> int:
    """Prints the snapshots of the day (of one source), then takes them out."""
    form = options.form()
    date = read_date(day, clock.today())
    source = options.source_name()
    if form is None:
        form = "table" if terminal.is_terminal(sys.stdout) else "tsv"

    def tell(snapshots: list[Snapshot]) -> None:
        if form == "table":
            from ctick.render import rate_table

            rows = [Dated(quote, item.as_of, item.source, item.seen_at) for item in snapshots for quote in item.quotes]
            rate_table(rows, terminal.width(), color=terminal.wants_color(sys.stdout, no_color=options.no_color))
        else:
            terminal.write(lines([row for item in snapshots for row in snapshot_rows(item)], form, RATE_FIELDS))
        terminal.stdout().flush()  # what can't be shown is not taken out

    FetchLog(Database(paths.store_path(options.db))).forget(date, source)
    count = options.store().forget(date, source, tell)
    if not count:
        built_in = any(snapshot.as_of == date for snapshot in shipped.snapshots())
        why = (
            ": the shipped rates of that day can't be taken out"
            if built_in
            else f": see 'ctick rates --date {date}' for what answers"
        )
        raise NoRateError(
            f"nothing of your own{f' from {source}' if source else ''} is stored for {long_date(date)}{why}"
        )
    if not options.quiet:
        terminal.say(f"forgot {count:,} snapshot{'s' if count != 1 else ''} of {long_date(date)}")
    return DONE
