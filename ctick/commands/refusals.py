"""Messages about rates that were not saved, with the exact commands that help."""

import datetime as dt

from ctick import clock
from ctick.commands.inputs import is_url
from ctick.commands.options import Options
from ctick.redaction import redacted_url
from ctick.storage.store import SaveResult
from ctick.text import long_date, read_date


def refusals(saved: SaveResult, name: str, options: Options) -> list[str]:
    """A message for each refused snapshot of the source or input `name`."""
    messages = []
    for snapshot, reason in saved.refused:
        assert snapshot.as_of is not None
        message = (
            f"refused {snapshot.source} rates of {long_date(snapshot.as_of)}: {reason}, probably a broken page;"
            f" if it is right, save it with {forced(name, snapshot.as_of, options)}"
        )
        stored = reason.stored
        if stored is not None and not stored.bundled:
            # If the stored rate is the wrong one, every right one would be refused from now on.
            forget = options.command("forget", str(stored.as_of), "--source", stored.source)
            message += f"; if the stored rate is wrong, delete it with {forget}"
        messages.append(message)
    return messages


def forced(name: str, day: dt.date, options: Options) -> str:
    """The command that saves the rates of the source or input `name` for a day, even if they look wrong."""
    from ctick.sources.registry import SOURCES

    words = ["snapshot", "--force"]
    date = None if options.date is None else str(read_date(options.date, clock.today()))  # 'today' changes
    if date is None and name in SOURCES and SOURCES[name].dated and day < clock.today():
        date = str(day)
    source = None if name in SOURCES else options.source  # --source is for files and pages
    for option, value in (("--source", source), ("--date", date)):
        if value is not None:
            words += [option, value]
    if is_url(name):
        name = redacted_url(name)
    elif name.startswith("-") and name != "-":
        name = f"./{name}"
    return options.command(*words, name)
