"""What one run of `ctick snapshot` saved, in a line or two for people."""

import datetime as dt
from collections.abc import Sequence

from ctick import clock
from ctick.commands.options import Options
from ctick.errors import StoreError
from ctick.model import Snapshot
from ctick.output import terminal
from ctick.rates.choose import AHEAD, best
from ctick.storage.store import SaveResult, Store
from ctick.text import counted, long_date, short_date

_SOON = 7  # days in the future without a warning


class Summary:
    """Counts what was read and saved."""

    def __init__(self) -> None:
        self.new = 0
        self.known = 0
        self.quotes = 0  # saved ones
        self.different = 0  # quotes from inputs without repeats, whether saved or not
        self._days: set[dt.date] = set()  # of what was saved
        self._bases: set[str] = set()  # the currencies of the last of these days

    def add(self, snapshots: Sequence[Snapshot], saved: SaveResult) -> None:
        """Adds what was saved of the snapshots; warns of rates for a day in the future."""
        self.new += saved.new
        self.known += saved.known
        refused = {id(snapshot) for snapshot, _ in saved.refused}
        kept = [snapshot for snapshot in snapshots if id(snapshot) not in refused]
        self.quotes += sum(len(snapshot.quotes) for snapshot in kept)
        days = {snapshot.as_of for snapshot in kept if snapshot.as_of}
        if not days:
            return
        latest = max(days)
        if not self._days or latest > max(self._days):
            self._bases.clear()
        self._days |= days
        if latest == max(self._days):
            self._bases.update(quote.base for item in kept if item.as_of == latest for quote in item.quotes)
        if latest > clock.today() + dt.timedelta(days=_SOON):
            terminal.complain(
                f"saved rates for {long_date(latest)}, which is in the future: check the date; they are not used yet"
            )

    def text(self, lines: int, skipped: int) -> str:
        """One line about the run, with the lines that were read and those of other pairs."""
        first, last = min(self._days), max(self._days)
        days = long_date(last)
        if first != last:
            days = f"{counted(len(self._days), 'day')} ({short_date(first)} to {short_date(last)})"
        text = f"{counted(self.new + self.known, 'snapshot')} of {days}: {self.new:,} new, {self.known:,} known;"
        text += f" {counted(self.quotes, 'quote')}"
        if lines:
            text += f" from {counted(lines, 'line')}, {counted(lines - self.different, 'repeat')}"
        return f"{text}; {counted(skipped, 'line')} of other pairs skipped" if skipped else text

    def newer(self, store: Store, options: Options) -> str | None:
        """Where newer rates answer for every currency of the last day: their date, and how to see what was saved."""
        last, today = max(self._days), clock.today()
        if last >= today:
            return None
        try:
            used = [best(store.quotes(base, today + dt.timedelta(days=AHEAD)), today) for base in self._bases]
        except StoreError:  # what was to be saved is saved
            return None
        newest = max([dated for dated in used if dated is not None], key=lambda dated: str(dated.as_of), default=None)
        if newest is None or not all(dated and dated.as_of and dated.as_of > last for dated in used):
            return None
        date = f"{newest.as_of and long_date(newest.as_of)}{', bundled' if newest.bundled else ''}"
        return f"newer rates exist ({date}); {options.command('rates', '--date', str(last))} shows this day"
