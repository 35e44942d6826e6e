"""The command line as Typer reads it: each command turns its options into one call.

The call is returned, not made: what goes wrong in it is for `__main__` alone to end, and Typer has
ways of its own with broken pipes.
"""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Optional

import typer

from ctick.commands import Options

app = typer.Typer(
    name="ctick",
    help="Rates of KGS, KZT, TJS, UZS and TMT against the US dollar: kept locally, honest about their digits.",
    epilog="Exit codes: 0 done, 1 in part, 2 usage, 3 unreadable or refused, 4 no such rate, 5 unreachable,"
    " 6 store, 70 bug.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=False,
)

Call = Callable[[], int]

Date = Annotated[
    Optional[str], typer.Option("--date", metavar="DAY", help="The day asked about: 2025-12-16, today, yesterday.")
]
Undated = Annotated[
    Optional[str], typer.Option("--date", metavar="DAY", help="The day of blocks that have no date: 2025-12-16, today.")
]
Source = Annotated[Optional[str], typer.Option("--source", metavar="NAME", help="Only rates of this source.")]
NewSource = Annotated[
    Optional[str], typer.Option("--source", metavar="NAME", help="The source they are kept under (timesca).")
]
Db = Annotated[Optional[str], typer.Option("--db", metavar="FILE", help="The store (or CTICK_DB).")]
Output = Annotated[
    Optional[str], typer.Option("--output", "-o", metavar="FORM", help="table, tsv, csv, json or jsonl.")
]
ConvertOutput = Annotated[
    Optional[str], typer.Option("--output", "-o", metavar="FORM", help="table, tsv, csv, json, jsonl or number.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Only results and errors.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colour, even on a terminal.")]
Force = Annotated[bool, typer.Option("--force", help="Take what would be refused.")]


@app.callback()
def _main(version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False) -> None:
    pass


@app.command()
def rates(
    codes: Annotated[
        Optional[list[str]], typer.Argument(metavar="[CODE...]", help="Currencies; all five unless named.")
    ] = None,
    date: Date = None,
    source: Source = None,
    db: Db = None,
    output: Output = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Call:
    """The newest rates as a table; `ctick` alone does the same."""
    from ctick.commands import rates as command

    return partial(command.run, codes or [], Options(date, source, db, output, quiet=quiet, no_color=no_color))


@app.command()
def convert(
    words: Annotated[
        Optional[list[str]],
        typer.Argument(metavar="AMOUNT FROM [TO...]", help="As in 50000 KGS, '3 million soum to USD', or - for lines."),
    ] = None,
    rate: Annotated[Optional[str], typer.Option("--rate", metavar="RATE", help="Your own rate, TO for 1 FROM.")] = None,
    places: Annotated[
        Optional[int], typer.Option("--places", metavar="N", help="Decimal places of the result.")
    ] = None,
    max_age: Annotated[
        Optional[str], typer.Option("--max-age", metavar="AGE", help="Fail where rates are older: 3d.")
    ] = None,
    date: Date = None,
    source: Source = None,
    db: Db = None,
    output: ConvertOutput = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Call:
    """What an amount is worth, and how exactly that is known."""
    from ctick.commands import convert as command

    return partial(
        command.run,
        words or [],
        Options(date, source, db, output, quiet=quiet, no_color=no_color),
        rate,
        places,
        max_age,
    )


@app.command()
def parse(
    names: Annotated[
        Optional[list[str]], typer.Argument(metavar="[FILE|URL|-]...", help="What to read; - or a pipe is stdin.")
    ] = None,
    date: Undated = None,
    source: NewSource = None,
    output: Output = None,
    force: Force = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Call:
    """Reads ticker text, drops the repeats and prints the snapshots; saves nothing."""
    from ctick.commands import parse as command

    return partial(
        command.run, names or [], Options(date, source, None, output, quiet=quiet, no_color=no_color), force=force
    )


@app.command()
def snapshot(
    names: Annotated[
        Optional[list[str]],
        typer.Argument(metavar="[FILE|URL|-|SOURCE]...", help="What to read; nothing: the default sources."),
    ] = None,
    since: Annotated[
        Optional[str], typer.Option("--since", metavar="DAY", help="Past days of a source from here on.")
    ] = None,
    until: Annotated[Optional[str], typer.Option("--until", metavar="DAY", help="The last of these days.")] = None,
    date: Undated = None,
    source: NewSource = None,
    db: Db = None,
    force: Force = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Call:
    """Reads ticker text, or fetches from sources, and saves the snapshots."""
    from ctick.commands import snapshot as command

    return partial(
        command.run,
        names or [],
        Options(date, source, db, None, quiet=quiet, no_color=no_color),
        since=since,
        until=until,
        force=force,
    )


@app.command()
def forget(
    day: Annotated[str, typer.Argument(metavar="DAY", help="The day whose snapshots go: 2025-12-16.")],
    source: Source = None,
    db: Db = None,
    output: Output = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Call:
    """Takes a day's snapshots out of the store, after saying what they are."""
    from ctick.commands import forget as command

    return partial(command.run, day, Options(None, source, db, output, quiet=quiet, no_color=no_color))


@app.command()
def sources(
    db: Db = None,
    output: Output = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Call:
    """The feeds: what each covers and costs, its last success and failure."""
    from ctick.commands import sources as command

    return partial(command.run, Options(None, None, db, output, quiet=quiet, no_color=no_color))


@app.command()
def doctor(
    max_age: Annotated[
        Optional[str], typer.Option("--max-age", metavar="AGE", help="Fail where your newest rates are older: 3d.")
    ] = None,
    db: Db = None,
    output: Output = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Call:
    """Checks the store and its surroundings: a line a check, ok, note or FAIL."""
    from ctick.commands import doctor as command

    return partial(command.run, Options(None, None, db, output, quiet=quiet, no_color=no_color), max_age)
