"""Inputs -> dated snapshots, with every trouble named on stderr: what `parse` and `snapshot` share."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

from ctick import clock
from ctick.commands.inputs import Input, open_input
from ctick.commands.options import Options
from ctick.currencies import FIVE
from ctick.errors import CtickError, InputError
from ctick.model import Snapshot
from ctick.output import terminal
from ctick.output.progress import with_progress
from ctick.text import read_date
from ctick.ticker.blocks import Block, ParseWarning
from ctick.ticker.scanner import read

_MOST_WARNINGS = 100
_MOST_MADE = 1024  # blocks whose snapshots are kept at hand
_FEW = 16  # snapshots of one; a block without end has thousands, and does not come again


def different(snapshots: Iterable[Snapshot]) -> Iterator[Snapshot]:
    """Each different snapshot once, in the order of their first coming."""
    seen: set[int] = set()
    for snapshot in snapshots:
        key = hash((snapshot.as_of, snapshot.to_text()))
        if key not in seen:
            seen.add(key)
            yield snapshot


class Reading:
    """Reads inputs one by one, and counts: `lines` read, those of other pairs `skipped`, `troubles`."""

    def __init__(self, options: Options, *, force: bool, say: Callable[[str], None] = terminal.complain) -> None:
        today = clock.today()
        self.source = options.source_name() or "timesca"
        self.date = None if options.date is None else read_date(options.date, today)
        self.force = force
        self.say = say
        self.lines = 0
        self.skipped = 0
        self.snapshots = 0
        self.troubles: list[int] = []  # the exit code each would have alone
        self._warnings: set[str] = set()
        self._made: dict[int, tuple[Block, list[Snapshot]]] = {}

    def trouble(self, message: str, code: int = InputError.exit_code) -> None:
        """Names a trouble that does not stop the rest."""
        self.say(message)
        self.troubles.append(code)

    def snapshots_of(self, name: str) -> Iterator[Snapshot]:
        """The snapshots of one input, every coming of each, dated where that is known."""
        try:
            source = open_input(name)
            before, skipped = self.lines, self.skipped
            self._warnings.clear()
            yield from self._read(source)
            if self.lines == before and self.skipped > skipped:
                self.trouble(
                    f"{source.name}: it has only other pairs: name a page that has {', '.join(FIVE)} against USD"
                )
            elif self.lines == before:
                self.trouble(
                    f"{source.name}: no ticker line that can be read is in it (they look like 'KGS/USD = 0.01144 0%'):"
                    " name a page that has the ticker"
                )
        except CtickError as error:
            self.trouble(str(error), error.exit_code)

    def _read(self, source: Input) -> Iterator[Snapshot]:
        date = self.date or (clock.today_in_central_asia() if source.fetched else None)
        try:
            for item in read(with_progress(source.chunks, source.size, len), unlimited=self.force):
                if isinstance(item, ParseWarning):
                    self._remark(source.name, item)
                    continue
                self.lines += item.lines
                self.skipped += item.skipped
                if self.date is not None and item.as_of not in (None, self.date):
                    self._warn(f"{source.name}: its own date counts, {item.as_of}, not the one of --date")
                yield from self._snapshots(item, date)
        except InputError as error:
            raise InputError(f"{source.name}: {error}" if source.name not in str(error) else str(error)) from error

    def _snapshots(self, block: Block, date: dt.date | None) -> list[Snapshot]:
        """A block's snapshots; a block that comes again is the same object, and gives the same ones."""
        known = self._made.get(id(block))
        if known is None:
            as_of = block.as_of or (self.date if block.unreadable_date else date)
            known = block, [Snapshot(self.source, as_of, quotes) for quotes in block.snapshots]
            if len(self._made) >= _MOST_MADE:
                self._made.clear()
            if len(known[1]) <= _FEW:
                self._made[id(block)] = known
        self.snapshots += len(known[1])
        return known[1]

    def _remark(self, name: str, remark: ParseWarning) -> None:
        message = f"{name}:{remark.line}:{remark.column}: {remark.message}"
        if remark.error:
            self.trouble(message)
        else:
            self._warn(message, remark.message)

    def _warn(self, message: str, kind: str | None = None) -> None:
        """A remark, once for each kind, and not without end."""
        if (kind or message) not in self._warnings and len(self._warnings) <= _MOST_WARNINGS:
            self._warnings.add(kind or message)
            self.say(message if len(self._warnings) <= _MOST_WARNINGS else "more remarks like these are not shown")
