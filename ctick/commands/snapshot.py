"""`ctick snapshot [FILE...|URL|-|SOURCE...]`: read and save."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing

from ctick import paths
from ctick.capture import earlier
from ctick.commands import saved_answers
from ctick.commands.file_lists import Selection
from ctick.commands.input_reader import InputReader
from ctick.commands.options import Options
from ctick.commands.past_days import past_days
from ctick.commands.refusals import Refusals, forced, refusal
from ctick.commands.snapshot_summary import Summary
from ctick.errors import DONE, PARTLY, CtickError, InputError, UnreachableError, UsageError
from ctick.model import Snapshot
from ctick.output import terminal
from ctick.output.progress import counted_files
from ctick.storage.baseline import Baseline
from ctick.storage.connection import Database
from ctick.storage.fetch_log import FetchLog
from ctick.storage.store import SaveResult, Store
from ctick.text import long_date, plain

_BATCH = 10_000  # different snapshots that are saved together
_MOST_INPUTS = 100  # whose snapshots are saved together: Ctrl-C loses no more

_Message = tuple[str, int]
"""An error message, and the exit code that it alone would lead to."""

_Errors = dict[str, list[_Message]]
"""The errors of each source."""


def run(
    options: Options,
    *,
    names: list[str],
    recursive: bool,
    files_from: str | None,
    null: bool,
    feed: str | None,
    since: str | None,
    until: str | None,
    force: bool,
) -> int:
    """Saves what inputs and sources give, each in one transaction, and prints a summary."""
    from ctick.sources.registry import SOURCES, default_sources

    selection = Selection("snapshot", names, recursive=recursive, files_from=files_from, null=null)
    if feed is not None:
        if recursive or files_from is not None:
            raise UsageError("--as needs the files of each answer by name: leave out -r and --files-from")
        saved_answers.check(feed, names, options, since or until)
        job = _Job(options, force=force, feed=feed)
        job.read_answers(feed, names)
        return job.end()
    job = _Job(options, force=force, recursive=recursive, bar=not selection.is_many)
    names = [low if (low := name.lower()) in SOURCES and not os.path.lexists(name) else name for name in names]
    sources = [name for name in dict.fromkeys(names) if name in SOURCES]
    if not names and files_from is None:
        sources = default_sources()
    span = past_days(options, names, sources, since, until)
    inputs = [name for name in names if name not in sources]
    for name in inputs:
        _check_name(name)
    found = selection.inputs(inputs, options, job.reader.report)
    job.read(counted_files(found, options.color) if selection.is_many else found)
    if sources:
        job.fetch(sources, span)
    elif not job.has_saved:
        selection.report_nothing_found(job.reader.report)
    return job.end()


def _check_name(name: str) -> None:
    """UsageError for a single word that is neither a file nor a source: most likely a typo."""
    if name.isalnum() and not os.path.lexists(name):
        from ctick.sources.registry import known_sources

        raise UsageError(f"'{plain(name, 40)}' is neither a file nor a source{known_sources(name)}")


class _Job:
    """One run: what it reads, where it saves, and the exit code."""

    def __init__(
        self, options: Options, *, force: bool, recursive: bool = False, bar: bool = True, feed: str | None = None
    ) -> None:
        self.options = options
        self.feed = feed  # the source whose saved answers are read
        self.refusals = Refusals(options, feed)
        self.reader = InputReader(options, force=force, recursive=recursive, bar=bar)
        self.store = Store(options.store_path())
        self.baseline = Baseline()
        self.counts = Summary()

    @property
    def has_saved(self) -> bool:
        """Whether anything was saved."""
        return self.counts.new + self.counts.known > 0

    def read(self, names: Iterable[str]) -> None:
        """Saves the snapshots of inputs; a transaction takes longer than to read a page, so many share one."""
        held: list[tuple[str, Snapshot]] = []
        count = 0
        for name in names:
            for snapshots in self._snapshots_of(name):
                held += [(name, snapshot) for snapshot in snapshots]
                if len(held) >= _BATCH:
                    self._save(held)
                    held, count = [], 0
            count += 1
            if count == _MOST_INPUTS:
                self._save(held)
                held, count = [], 0
        self._save(held)

    def _snapshots_of(self, name: str) -> Iterator[list[Snapshot]]:
        """The snapshots of one input in the order in which each was last seen, each with its earliest capture."""
        held: dict[str, Snapshot] = {}
        undated: set[str] = set()
        for snapshot in self.reader.snapshots_of(name):
            if snapshot.as_of is None:
                if snapshot.to_text() not in undated:
                    undated.add(snapshot.to_text())
                    self.counts.different += len(snapshot.quotes)
                continue
            key = f"{snapshot.as_of} {snapshot.to_text()}"
            held[key] = _first_captured(held.pop(key, None), snapshot)
            if len(held) >= _BATCH:
                yield list(held.values())
                held.clear()
        yield list(held.values())
        if undated:
            what = "a snapshot has" if len(undated) == 1 else f"{len(undated):,} snapshots have"
            place = f" (first: {self.reader.undated_at})" if self.reader.undated_at else ""
            self.reader.report.error(
                f"{'stdin' if name == '-' else plain(name)}: {what} no date{place}:"
                " give one with --date 2025-12-16, or --date today"
            )

    def read_answers(self, feed: str, names: Sequence[str]) -> None:
        """Saves what a source's saved answers have; one that can't be used does not stop the rest."""
        if feed == "timesca":
            self.read(names)
            return
        for files in saved_answers.files_by_answer(feed, names):
            errors: list[CtickError]
            saved = SaveResult()
            try:
                snapshots, errors = saved_answers.read(feed, files, force=self.reader.force)
                if snapshots:
                    saved = self.store.save(snapshots, force=self.reader.force, baseline=self.baseline)
                self.counts.add(snapshots, saved)
            except (InputError, UnreachableError) as error:
                errors = [error]
            for message, code in self._messages(errors, saved, files):
                self.reader.report.error(message, code)

    def fetch(self, sources: list[str], span: "Span | None") -> None:
        """Saves what sources give, each answer as it comes; prints their errors in the order of the sources."""
        from ctick.output.progress import progress_bar
        from ctick.sources.update import Updater

        file = Database(paths.store_path(self.options.db))
        log = FetchLog(file)
        errors: _Errors = {name: [] for name in sources}
        try:
            plans = self._plans(span, log, errors)
            count = sum(len(plan.left) for plan in plans)
            shown = span is not None and count > 1 and not self.options.quiet
            updater = Updater(self.store, log, self.baseline, force=self.reader.force)
            with (
                progress_bar(count, shown=shown, color=self.options.color) as advance,
                closing(updater.run(plans)) as results,
            ):
                for result in results:
                    self.counts.add(result.snapshots, result.saved)
                    errors[result.source] += self._errors(result, log)
                    advance()
        finally:
            for message, code in [error for of_source in errors.values() for error in of_source]:
                self.reader.report.error(message, code)
            # Not left to the garbage collector: SQLite wants the thread that opened it, and httpx starts threads.
            file.close()
            self.store.close()

    def _plans(self, span: "Span | None", log: FetchLog, errors: _Errors) -> "list[Plan]":
        """A plan for each source; days before the first of a source are reported."""
        from ctick.sources.plan import Plan
        from ctick.sources.registry import SOURCES

        for name, of_source in errors.items():
            first = SOURCES[name].first
            if span is not None and span.until < first:
                message = f"{name}: no rates before {long_date(first)}: use a later date"
                of_source.append((message, InputError.exit_code))
            elif span is not None and span.since < first and not self.options.quiet:
                terminal.say(f"{name} has no rates before {long_date(first)}: earlier days were skipped")
        return [Plan(SOURCES[name], span, log, again=self.reader.force) for name in errors]

    def _errors(self, result: "Result", log: FetchLog) -> list[_Message]:
        """The errors of a request; a refusal is noted in the log."""
        messages = self._messages(result.errors, result.saved, [result.source], f"{result.source}: ")
        if result.saved.refused:
            log.failed(result.source, refusal(*result.saved.refused[-1], [result.source], self.options))
        return messages

    def _messages(
        self, errors: Sequence[CtickError], saved: SaveResult, names: Sequence[str], prefix: str = ""
    ) -> list[_Message]:
        """The errors of a source or an input as messages, each with its exit code; the refusals come last."""
        from ctick.sources.answers import OffPegError

        messages: list[_Message] = []
        for error in errors:
            message = f"{prefix}{error}"
            if isinstance(error, OffPegError):
                message += f"; if it is right, save it with {forced(names, error.as_of, self.options, self.feed)}"
            messages.append((message, error.exit_code))
        return messages + [(message, InputError.exit_code) for message in self.refusals.messages(saved.refused, names)]

    def _save(self, held: Sequence[tuple[str, Snapshot]]) -> None:
        """Saves snapshots in one transaction, each with the name of its input for messages."""
        if held:
            snapshots = [snapshot for _, snapshot in held]
            saved = self.store.save(snapshots, force=self.reader.force, baseline=self.baseline)
            self.counts.add(snapshots, saved)
            self.counts.different += sum(len(snapshot.quotes) for snapshot in snapshots)
            names = {id(snapshot): name for name, snapshot in held}
            for refused in saved.refused:
                for message in self.refusals.messages([refused], [names[id(refused[0])]]):
                    self.reader.report.error(message)

    def end(self) -> int:
        """Prints what was saved; the exit code."""
        for message in self.refusals.rest():
            self.reader.report.error(message)
        codes = set(self.reader.report.exit_codes)
        counts, quiet = self.counts, self.options.quiet
        self.options.report_created_store()
        if self.has_saved and not quiet:
            terminal.say(counts.text(self.reader.lines, self.reader.skipped))
            if hint := counts.hint(self.store, self.options):
                terminal.say(hint)
            self.store.close()
        if not codes:
            if not self.has_saved and not quiet:
                terminal.say("nothing to fetch: all of these days were fetched before")
            return DONE
        if self.has_saved:
            return PARTLY
        return next((code for code in (UnreachableError.exit_code, InputError.exit_code) if code in codes), max(codes))


def _first_captured(before: Snapshot | None, snapshot: Snapshot) -> Snapshot:
    """Of a snapshot that comes again, the one with the earlier capture."""
    return snapshot if before is None or earlier(before.capture, snapshot.capture) is not before.capture else before


TYPE_CHECKING = False
if TYPE_CHECKING:
    from ctick.sources.days import Span
    from ctick.sources.plan import Plan
    from ctick.sources.update import Result
