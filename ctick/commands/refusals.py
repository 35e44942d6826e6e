"""What a user reads of rates that were refused, with the exact commands that help."""

import datetime as dt

from ctick import clock
from ctick.commands.inputs import is_url
from ctick.commands.options import Options
from ctick.model import Snapshot
from ctick.redaction import shown
from ctick.storage.store import SaveResult
from ctick.text import long_date, read_date


def refusals(saved: SaveResult, name: str, options: Options) -> list[tuple[Snapshot, str]]:
    """The snapshots that were refused, each with a sentence; they came from the source or input `name`."""
    found = []
    for snapshot, doubt in saved.refused:
        assert snapshot.as_of is not None
        sentence = (
            f"refused {snapshot.source} of {long_date(snapshot.as_of)}: {doubt}, probably a broken page;"
            f" if it is right, save it with {forced(name, snapshot.as_of, options)}"
        )
        stored = doubt.stored
        if stored is not None and not stored.bundled:
            # Where the stored rate is the wrong one, every right one would be refused for ever.
            forget = options.command("forget", str(stored.as_of), "--source", stored.source)
            sentence += f"; if the stored rate is wrong, delete it with {forget}"
        found.append((snapshot, sentence))
    return found


def forced(name: str, day: dt.date, options: Options) -> str:
    """The command that saves what the source or input `name` gave for a day, whatever it is."""
    from ctick.sources.registry import SOURCES

    words = ["snapshot", "--force"]
    date = None if options.date is None else str(read_date(options.date, clock.today()))  # 'today' is another day later
    if date is None and name in SOURCES and SOURCES[name].dated and day < clock.today():
        date = str(day)
    source = None if name in SOURCES else options.source  # a source keeps its own name
    for option, value in (("--source", source), ("--date", date)):
        if value is not None:
            words += [option, value]
    if is_url(name):
        name = shown(name)
    elif name.startswith("-") and name != "-":
        name = f"./{name}"
    return options.command(*words, name)
