"""Messages about rates that were not saved, with the exact commands that help."""

import datetime as dt
from collections.abc import Iterable, Sequence

from ctick import clock
from ctick.commands.inputs import is_url
from ctick.commands.options import Options
from ctick.model import Snapshot
from ctick.redaction import redacted_url
from ctick.storage.plausibility import Implausible
from ctick.text import counted, long_date, read_date, short_date

_MOST = 20
"""Messages about one source in a run; a wrong stored rate makes ctick refuse years of right ones."""


class Refusals:
    """The messages of a run about refused snapshots, the first `_MOST` of each source; `rest` counts the others.

    `feed` is the source of saved answers, see `forced`.
    """

    def __init__(self, options: Options, feed: str | None = None) -> None:
        self._options = options
        self._feed = feed
        self._days: dict[str, list[dt.date]] = {}  # of each source

    def messages(self, refused: Iterable[tuple[Snapshot, Implausible]], names: Sequence[str]) -> list[str]:
        """Messages about snapshots of the source or input that `names` has; none beyond the limit."""
        found = []
        for snapshot, reason in refused:
            assert snapshot.as_of is not None
            days = self._days.setdefault(snapshot.source, [])
            days.append(snapshot.as_of)
            if len(days) <= _MOST:
                found.append(refusal(snapshot, reason, names, self._options, self._feed))
        return found

    def rest(self) -> list[str]:
        """A message about the snapshots of each source beyond the limit."""
        return [
            f"{counted(len(more), 'more snapshot')} from {source} refused"
            f" ({short_date(min(more))} to {short_date(max(more))}): do what the messages above say,"
            " and run the same command again; if all of these rates are right, with --force"
            for source, days in self._days.items()
            if (more := days[_MOST:])
        ]


def refusal(
    snapshot: Snapshot, reason: Implausible, names: Sequence[str], options: Options, feed: str | None = None
) -> str:
    """A message about a refused snapshot of the source or input that `names` has; see `forced`."""
    assert snapshot.as_of is not None
    message = (
        f"refused {snapshot.source} rates of {long_date(snapshot.as_of)}: {reason}, probably a broken page;"
        f" if it is right, save it with {forced(names, snapshot.as_of, options, feed)}"
    )
    stored = reason.stored
    if stored is not None and not stored.bundled:
        # If the stored rate is the wrong one, every right one would be refused from now on.
        forget = options.command("forget", str(stored.as_of), "--source", stored.source)
        message += f"; if the stored rate is wrong, delete it with {forget}"
    return message


def forced(names: Sequence[str], day: dt.date, options: Options, feed: str | None = None) -> str:
    """The command that saves the rates of a source or an input for a day, even if they look wrong.

    `names` has its name, or those of the files of one answer; `feed` is the source of a saved answer.
    """
    from ctick.sources.registry import SOURCES

    words = ["snapshot", "--force"]
    source = SOURCES.get(names[0]) if feed is None else None
    date = None if options.date is None else str(read_date(options.date, clock.today()))  # 'today' changes
    if date is None and source is not None and source.dated and day < clock.today():
        date = str(day)
    name = None if source is not None else options.source  # --source is for files and pages
    for option, value in (("--as", feed), ("--source", name), ("--date", date)):
        if value is not None:
            words += [option, value]
    return options.command(*words, *map(_word, names))


def _word(name: str) -> str:
    """The name of an input as a word of a command."""
    if is_url(name):
        return redacted_url(name)
    return f"./{name}" if name.startswith("-") and name != "-" else name
