"""`ctick snapshot [FILE...|URL|-|SOURCE...]`: read and save."""

import datetime as dt
import os
from collections.abc import Sequence

from ctick import clock, paths
from ctick.commands.input_reader import InputReader
from ctick.commands.options import Options
from ctick.commands.refusals import refusals
from ctick.errors import DONE, PARTLY, InputError, UnreachableError, UsageError
from ctick.model import Snapshot
from ctick.output import terminal
from ctick.storage.baseline import Baseline
from ctick.storage.connection import Database
from ctick.storage.fetch_log import FetchLog
from ctick.storage.store import SaveResult, Store
from ctick.text import counted, long_date, plain, read_date

_SOON = 7  # days ahead that need no remark
_BATCH = 10_000  # different snapshots that are held until they are saved together


def run(names: list[str], options: Options, since: str | None, until: str | None, *, force: bool) -> int:
    """Saves what inputs and sources give, each in one transaction, and says what that was."""
    job = _Job(options, force=force)
    if names:
        from ctick.sources.registry import SOURCES

        sources = [name for name in dict.fromkeys(names) if name in SOURCES]
    else:
        from ctick.sources.update import default_sources

        sources = default_sources()
    span = _span(options, since, until) if sources else None
    if sources:
        from ctick.sources.plan import check

        check(sources, span)
        if options.source is not None:
            leave_out = options.command("snapshot", *names)
            raise UsageError(f"--source is for files and pages, a feed keeps its own name: {leave_out}")
    if since is not None and not sources:
        example = options.command("snapshot", "cbr", "--since", since)
        raise UsageError(f"--since is for sources: name one, as in {example}")
    for name in names:
        if name not in sources:
            _check_name(name)
            job.read(name)
    if sources:
        job.fetch(sources, span)
    return job.end()


def _check_name(name: str) -> None:
    """UsageError for a single word that is neither a file nor a source: most likely a slip."""
    if name.isalnum() and not os.path.lexists(name):
        from difflib import get_close_matches

        from ctick.sources.registry import SOURCES

        near = get_close_matches(name.lower(), SOURCES, n=1)
        guess = f" (did you mean {near[0]}?)" if near else ""
        raise UsageError(f"'{plain(name, 40)}' is neither a file nor a source{guess}: sources are {', '.join(SOURCES)}")


def _span(options: Options, since: str | None, until: str | None) -> "Span | None":
    """The past days that are asked for; None for the latest."""
    from ctick.sources.settled import Span

    today = clock.today()
    if since is None:
        if until is not None:
            raise UsageError("--until needs --since: from which day on?")
        if options.date is None:
            return None
        day = read_date(options.date, today)
        if day > today:
            raise UsageError(f"--date {day} is in the future (today is {today}): leave it out for the latest rates")
        return None if day == today else Span(day, day)
    if options.date is not None:
        raise UsageError("--date is one day and --since many: leave one of them out")
    first, last = read_date(since, today), today if until is None else read_date(until, today)
    if first > today:
        raise UsageError(f"--since {first} is in the future (today is {today}): name an earlier day")
    if first > last:
        raise UsageError(f"--since {first} is after --until {last}: swap them")
    return Span(first, min(last, today))


class _Job:
    """One run: where it saves, what came of it so far, and the exit code in the end."""

    def __init__(self, options: Options, *, force: bool) -> None:
        self.options = options
        self.reading = InputReader(options, force=force)
        self.store = Store(options.store_path())
        self.baseline = Baseline()
        self.new = 0
        self.known = 0
        self.quotes = 0
        self.fetched = 0  # of these quotes, the ones from sources
        self.others = 0  # quotes that were read and not saved

    def read(self, name: str) -> None:
        """Saves the snapshots of one input in the order of their last coming."""
        held: dict[str, Snapshot] = {}
        undated: set[str] = set()
        for snapshot in self.reading.snapshots_of(name):
            if snapshot.as_of is None:
                if snapshot.to_text() not in undated:
                    undated.add(snapshot.to_text())
                    self.others += len(snapshot.quotes)
                continue
            key = f"{snapshot.as_of} {snapshot.to_text()}"
            held.pop(key, None)
            held[key] = snapshot
            if len(held) >= _BATCH:
                self._save_and_tell(list(held.values()), name)
                held.clear()
        self._save_and_tell(list(held.values()), name)
        if undated:
            what = "a snapshot has" if len(undated) == 1 else f"{len(undated):,} snapshots have"
            self.reading.report.error(
                f"{'stdin' if name == '-' else plain(name)}: {what} no date below, and no day is guessed:"
                " say which it is with --date 2025-12-16, or --date today"
            )

    def fetch(self, sources: list[str], span: "Span | None") -> None:
        """Saves what sources give, each answer as it comes."""
        from ctick.sources import update

        file = Database(paths.store_path(self.options.db))

        def save(snapshots: Sequence[Snapshot]) -> SaveResult:
            before = self.quotes
            saved = self._save(snapshots)
            self.fetched += self.quotes - before
            return saved

        keeper = update.Keeper(save, self.reading.report.error, self.options, force=self.reading.force)
        try:
            update.run(sources, span, FetchLog(file), keeper, quiet=self.options.quiet)
        finally:
            # Not left to the garbage collector: httpx has threads, and SQLite wants the one it began in.
            file.close()
            self.store.close()

    def _save_and_tell(self, snapshots: Sequence[Snapshot], name: str) -> None:
        if snapshots:
            for _, sentence in refusals(self._save(snapshots), name, self.options):
                self.reading.report.error(sentence)

    def _save(self, snapshots: Sequence[Snapshot]) -> SaveResult:
        """Saves together, and counts."""
        saved = self.store.save(snapshots, force=self.reading.force, baseline=self.baseline)
        self.new += saved.new
        self.known += saved.known
        refused = {id(snapshot) for snapshot, _ in saved.refused}
        self.quotes += sum(len(snapshot.quotes) for snapshot in snapshots if id(snapshot) not in refused)
        self.others += sum(len(snapshot.quotes) for snapshot in snapshots if id(snapshot) in refused)
        self._look_ahead([snapshot for snapshot in snapshots if id(snapshot) not in refused])
        return saved

    def _look_ahead(self, snapshots: Sequence[Snapshot]) -> None:
        """Remarks on a day that is still to come, and further off than a feed's tomorrow."""
        days = {snapshot.as_of for snapshot in snapshots if snapshot.as_of}
        latest = max(days, default=clock.today())
        if latest > clock.today() + dt.timedelta(days=_SOON):
            terminal.complain(
                f"the rates of {long_date(latest)} are saved, and used from that day on; is it the right day?"
            )

    def end(self) -> int:
        """Says what was saved; the exit code."""
        troubles = set(self.reading.report.exit_codes)
        self.options.report_created_store()
        if self.new + self.known and not self.options.quiet:
            terminal.say(self._summary())
        if not troubles:
            if not self.new + self.known and not self.options.quiet:
                terminal.say("nothing new: all of these days are stored or were asked for")
            return DONE
        if self.new + self.known:
            return PARTLY
        for code in (UnreachableError.exit_code, InputError.exit_code):
            if code in troubles:
                return code
        return max(troubles)

    def _summary(self) -> str:
        snapshots = self.new + self.known
        text = f"{counted(snapshots, 'snapshot')}: {self.new:,} new, {self.known:,} known;"
        text += f" {counted(self.quotes, 'quote')}"
        lines, skipped = self.reading.lines, self.reading.skipped
        if lines:
            repeats = lines - (self.quotes - self.fetched) - self.others
            text += f" from {counted(lines, 'line')}, {counted(repeats, 'repeat')}"
        return f"{text}; {counted(skipped, 'line')} of other pairs skipped" if skipped else text


TYPE_CHECKING = False
if TYPE_CHECKING:
    from ctick.sources.settled import Span
