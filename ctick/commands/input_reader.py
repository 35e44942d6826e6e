"""Inputs -> dated snapshots, with errors and warnings on stderr: what `parse` and `snapshot` share."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

from ctick import clock
from ctick.commands.inputs import Input, open_input
from ctick.commands.options import Options
from ctick.commands.report import Report
from ctick.currencies import FIVE
from ctick.errors import CtickError, InputError
from ctick.model import Snapshot
from ctick.output import terminal
from ctick.output.progress import with_progress
from ctick.redaction import redact
from ctick.text import read_date
from ctick.ticker.blocks import Block, ParseWarning
from ctick.ticker.documents import Document, Loss, read_documents
from ctick.ticker.scanner import Known

_MOST_CACHED = 8192  # blocks
_MOST_SNAPSHOTS = 16  # of a block that is cached; an endless block has thousands, and is not repeated


def distinct(snapshots: Iterable[Snapshot]) -> Iterator[Snapshot]:
    """Each distinct snapshot once, in the order of first occurrence."""
    seen: set[int] = set()
    for snapshot in snapshots:
        key = hash((snapshot.as_of, snapshot.to_text()))
        if key not in seen:
            seen.add(key)
            yield snapshot


class InputReader:
    """Reads inputs one after the other; a bad one does not stop the rest.

    Counts the ticker `lines` read and those of other pairs `skipped`; `report` has the exit codes of errors.
    `undated_at` is the first place in the input, if it is an archive, of a snapshot without a date.
    An input without a ticker is an error unless the folders of the command line are read, `recursive`.
    With `say`, messages go there; with it, or without `bar`, no progress bar is drawn for an input. `opened` opens one.
    """

    def __init__(
        self,
        options: Options,
        *,
        force: bool,
        recursive: bool = False,
        bar: bool = True,
        say: Callable[[str], None] | None = None,
        opened: Callable[[str], Input] = open_input,
    ) -> None:
        today = clock.today()
        self.source = options.source_name() or "timesca"
        self.date = None if options.date is None else read_date(options.date, today)
        self.force = force
        self.color = options.color
        self.recursive = recursive
        self.report = Report(say or terminal.complain)
        self._opened = opened
        self._draws_bar = bar and say is None
        self.lines = 0
        self.skipped = 0
        self.undated_at = ""
        self._known = Known()
        self._cache: dict[int, tuple[Block, list[Snapshot]]] = {}

    def snapshots_of(self, name: str) -> Iterator[Snapshot]:
        """All snapshots of one input, repeats included, with dates if known."""
        try:
            source = self._opened(name)
            before, skipped = self.lines, self.skipped
            self.report.next_input()
            self.undated_at = ""
            try:
                yield from self._read(source, name)
            finally:
                self.report.end_input(source.name)
            if self.recursive:
                return
            if self.lines == before and self.skipped > skipped:
                self.report.error(
                    f"{source.name}: only other currency pairs found: name a page with {', '.join(FIVE)} against USD"
                )
            elif self.lines == before:
                self.report.error(
                    f"{source.name}: no readable ticker lines found (they look like 'KGS/USD = 0.01144 0%'):"
                    " name a page with the ticker"
                )
        except CtickError as error:
            self.report.error(str(error), error.exit_code)

    def _read(self, source: Input, address: str) -> Iterator[Snapshot]:
        chunks = with_progress(source.chunks, source.size, len, color=self.color) if self._draws_bar else source.chunks
        last: Document | None = None
        try:
            for found in read_documents(chunks, self._known, path=source.path, unlimited=self.force):
                if isinstance(found, Loss):
                    self.report.detail(f"{source.name}: {found.message}")
                    continue
                document, item = found
                if document is not last:
                    self._cache.clear()  # the same block of another document has another capture
                    last = document
                if isinstance(item, ParseWarning):
                    self._report(item, document, source, address)
                else:
                    yield from self._snapshots(item, document, source)
        except InputError as error:
            raise InputError(f"{source.name}: {error}" if source.name not in str(error) else str(error)) from error

    def _day(self, document: Document, source: Input) -> dt.date | None:
        """The day of blocks without a date."""
        if self.date is not None:
            return self.date
        if document.capture is not None:
            return clock.day_in_central_asia(document.capture.captured_at)
        return clock.today_in_central_asia() if source.fetched and not document.place else None

    def _snapshots(self, block: Block, document: Document, source: Input) -> list[Snapshot]:
        """A block's snapshots; a repeated block is the same object and has the same snapshots."""
        self.lines += block.lines
        self.skipped += block.skipped
        if self.date and not (self.recursive or document.place) and block.as_of not in (None, self.date):
            message = f"{source.name}: using its own date, {block.as_of}, instead of --date"
            self.report.warning(message, message)
        if id(block) in self._cache:
            return self._cache[id(block)][1]
        as_of = block.as_of or (self.date if block.unreadable_date else self._day(document, source))
        if as_of is None and not self.undated_at:
            self.undated_at = document.place
        snapshots = [Snapshot(self.source, as_of, quotes, capture=document.capture) for quotes in block.snapshots]
        if len(self._cache) >= _MOST_CACHED:
            self._cache.clear()
        if len(snapshots) <= _MOST_SNAPSHOTS:
            self._cache[id(block)] = block, snapshots  # the block too: while it exists, its id is not reused
        return snapshots

    def _report(self, warning: ParseWarning, document: Document, source: Input, address: str) -> None:
        words = redact(warning.message, address) if source.fetched else warning.message
        place = f"{source.name}: {document.place}" if document.place else source.name
        message = f"{place}:{warning.line}:{warning.column}: {words}"
        if warning.error:
            self.report.detail(message)
        else:
            self.report.warning(message, words)
