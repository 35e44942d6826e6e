"""`ctick snapshot [FILE...|URL|-]`: read and save."""

from ctick import terminal
from ctick.commands import Options
from ctick.commands.reading import Reading
from ctick.errors import DONE, PARTLY, UnreachableError, plain
from ctick.model import Snapshot
from ctick.store import Store
from ctick.wording import long_date

DEFAULT = ["https://timesca.com/"]

_BATCH = 10_000  # different snapshots that are held until they are saved together


class _Counts:
    def __init__(self) -> None:
        self.new = 0
        self.known = 0
        self.quotes = 0


def run(names: list[str], options: Options, *, force: bool) -> int:
    """Saves what the inputs hold, each input in one transaction, and says what that was."""
    options.form()
    names = names or DEFAULT
    reading = Reading(options, force=force)
    counts = _Counts()
    store = options.store()
    for name in names:
        held: dict[str, Snapshot] = {}
        undated = 0
        for snapshot in reading.snapshots_of(name):
            if snapshot.as_of is None:
                undated += 1
                continue
            key = f"{snapshot.as_of} {snapshot.to_text()}"
            held.pop(key, None)  # the order is that of the last coming
            held[key] = snapshot
            if len(held) >= _BATCH:
                _save(store, list(held.values()), name, counts, reading, options)
                held.clear()
        _save(store, list(held.values()), name, counts, reading, options)
        if undated:
            reading.trouble(
                f"{plain(name)}: {undated} of its blocks have no date below them, and no day is guessed:"
                " say which it is with --date 2025-12-16, or --date today"
            )
    saved = counts.new + counts.known
    if not options.quiet and saved:
        terminal.say(_summary(counts, reading))
    if not reading.troubles:
        return DONE
    if saved:
        return PARTLY
    return (
        UnreachableError.exit_code
        if set(reading.troubles) == {UnreachableError.exit_code}
        else 3
        if 3 in reading.troubles
        else max(reading.troubles)
    )


def _save(
    store: Store, snapshots: list[Snapshot], name: str, counts: _Counts, reading: Reading, options: Options
) -> None:
    if not snapshots:
        return
    saved = store.save(snapshots, force=reading.force)
    counts.new += saved.new
    counts.known += saved.known
    refused = {id(snapshot) for snapshot, _ in saved.refused}
    counts.quotes += sum(len(snapshot.quotes) for snapshot in snapshots if id(snapshot) not in refused)
    for snapshot, reason in saved.refused:
        assert snapshot.as_of is not None
        reading.trouble(
            f"refused {snapshot.source} of {long_date(snapshot.as_of)}: {reason}, almost surely a broken page;"
            f" if it is true: {_again(name, options)}"
        )


def _again(name: str, options: Options) -> str:
    """The command that would save it all the same."""
    import shlex

    words = ["ctick", "snapshot", "--force"]
    for option, value in (("--source", options.source), ("--date", options.date), ("--db", options.db)):
        if value is not None:
            words += [option, value]
    return shlex.join([*words, name])


def _summary(counts: _Counts, reading: Reading) -> str:
    snapshots = counts.new + counts.known
    text = (
        f"{snapshots:,} snapshot{'s' if snapshots != 1 else ''}: {counts.new:,} new, {counts.known:,} known;"
        f" {counts.quotes:,} quotes from {reading.lines:,} lines, {reading.lines - counts.quotes:,} repeats"
    )
    return f"{text}; {reading.skipped:,} lines of other pairs skipped" if reading.skipped else text
