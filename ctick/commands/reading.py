"""Inputs -> dated snapshots, with every trouble named on stderr: what `parse` and `snapshot` share."""

import datetime as dt
from collections.abc import Iterator

from ctick import clock, terminal
from ctick.blocks import Remark
from ctick.commands import Options
from ctick.errors import CtickError, InputError
from ctick.inputs import Input, open_input
from ctick.model import Snapshot
from ctick.ticker import read
from ctick.wording import read_date

_MOST_WARNINGS = 100


class Reading:
    """Reads inputs one by one, and counts: `lines` read, those of other pairs `skipped`, `troubles`."""

    def __init__(self, options: Options, *, force: bool) -> None:
        today = clock.today()
        self.source = options.source_name() or "timesca"
        self.date = None if options.date is None else read_date(options.date, today)
        self.force = force
        self.lines = 0
        self.skipped = 0
        self.snapshots = 0
        self.troubles: list[int] = []  # the exit code each would have alone
        self._warnings: set[str] = set()

    def trouble(self, message: str, code: int = InputError.exit_code) -> None:
        """Names a trouble that does not stop the rest."""
        terminal.complain(message)
        self.troubles.append(code)

    def snapshots_of(self, name: str) -> Iterator[Snapshot]:
        """The snapshots of one input, every coming of each, dated where that is known."""
        try:
            source = open_input(name)
            before = self.lines
            yield from self._read(source)
            if self.lines == before:
                self.trouble(
                    f"{source.name}: no ticker line that can be read is in it (they look like 'KGS/USD = 0.01144 0%'):"
                    " name a page that has the ticker"
                )
        except CtickError as error:
            self.trouble(str(error), error.exit_code)

    def _read(self, source: Input) -> Iterator[Snapshot]:
        date = self.date or (clock.today() if source.fetched else None)
        try:
            for item in read(source.chunks, unlimited=self.force):
                if isinstance(item, Remark):
                    self._remark(source.name, item)
                    continue
                self.lines += item.lines
                self.skipped += item.skipped
                for quotes in item.snapshots:
                    yield self._snapshot(item.as_of or date, quotes)
        except InputError as error:
            raise InputError(f"{source.name}: {error}" if source.name not in str(error) else str(error)) from error

    def _snapshot(self, as_of: dt.date | None, quotes: tuple[object, ...]) -> Snapshot:
        self.snapshots += 1
        return Snapshot(self.source, as_of, quotes)  # type: ignore[arg-type]

    def _remark(self, name: str, remark: Remark) -> None:
        message = f"{name}:{remark.line}:{remark.column}: {remark.message}"
        if remark.error:
            self.trouble(message)
        elif remark.message not in self._warnings and len(self._warnings) <= _MOST_WARNINGS:
            self._warnings.add(remark.message)
            terminal.complain(
                message if len(self._warnings) <= _MOST_WARNINGS else f"{name}: more remarks like these are not shown"
            )
