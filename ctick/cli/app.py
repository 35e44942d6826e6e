"""The command line as Typer reads it: each command turns its options into one call.

The call is returned, not made: what goes wrong in it is for `__main__` alone to end, and Typer has
ways of its own with broken pipes.
"""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Optional

import typer

from ctick.commands.options import Options

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


def with_value() -> set[str]:
    """The options of all commands that take a value, as they are declared below."""
    commands = typer.main.get_command(app).commands.values()  # type: ignore[attr-defined]  # it is a group
    options = [option for command in commands for option in command.params if option.param_type_name == "option"]
    return {name for option in options if not option.is_flag for name in option.opts}


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
_TABLES = "table, tsv, csv, json, jsonl"
_TOOLS = "beancount, ledger, qalc, units, markdown"


def _form(known: str) -> object:
    return typer.Option("--output", "-o", metavar="FORM", help=f"{known}.")


Output = Annotated[Optional[str], _form(_TABLES)]
ConvertOutput = Annotated[Optional[str], _form(f"{_TABLES}, number")]
RatesOutput = Annotated[Optional[str], _form(f"{_TABLES}, line; {_TOOLS}")]
HistoryOutput = Annotated[Optional[str], _form(f"{_TABLES}; {_TOOLS}")]
ExportOutput = Annotated[Optional[str], _form(f"jsonl; {_TOOLS}")]
Codes = Annotated[Optional[list[str]], typer.Argument(metavar="[CODE...]", help="Currencies; all five unless named.")]
MaxAge = Annotated[Optional[str], typer.Option("--max-age", metavar="AGE", help="Fail where rates are older: 3d.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Only results and errors.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colour, even on a terminal.")]
Force = Annotated[bool, typer.Option("--force", help="Take what would be refused.")]


@app.callback()
def _main(version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False) -> None:
    pass


@app.command()
def rates(
    codes: Codes = None,
    max_age: MaxAge = None,
    date: Date = None,
    source: Source = None,
    db: Db = None,
    output: RatesOutput = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Call:
    """The newest rates; also bare `ctick`."""
    from ctick.commands import rates as command

    return partial(command.run, codes or [], Options(date, source, db, output, quiet=quiet, no_color=no_color), max_age)


@app.command()
def convert(
    words: Annotated[
        Optional[list[str]],
        typer.Argument(metavar="AMOUNT FROM [TO...]", help="As in 50000 KGS, '3 million soum to USD', or - for lines."),
    ] = None,
    rate: Annotated[
        Optional[str], typer.Option("--rate", metavar="RATE", help="Your own rate: 0.0115 or, for 1 USD, 87.5.")
    ] = None,
    places: Annotated[
        Optional[int], typer.Option("--places", metavar="N", help="Decimal places of the result.")
    ] = None,
    max_age: MaxAge = None,
    date: Date = None,
    source: Source = None,
    db: Db = None,
    output: ConvertOutput = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Call:
    """What an amount is worth, how exactly."""
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
    db: Db = None,
    output: Output = None,
    jobs: Annotated[
        Optional[int], typer.Option("--jobs", metavar="N", help="Processes for several files (all cores).")
    ] = None,
    force: Force = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Call:
    """Shows the snapshots in ticker text."""
    from ctick.commands import parse as command

    return partial(
        command.run,
        names or [],
        Options(date, source, db, output, quiet=quiet, no_color=no_color),
        force=force,
        jobs=jobs,
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
    """Saves snapshots from files or sources."""
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
    """Takes a day's snapshots out again."""
    from ctick.commands import forget as command

    return partial(command.run, day, Options(None, source, db, output, quiet=quiet, no_color=no_color))


@app.command()
def sources(
    db: Db = None,
    output: Output = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Call:
    """The feeds, and how each last went."""
    from ctick.commands import sources as command

    return partial(command.run, Options(None, None, db, output, quiet=quiet, no_color=no_color))


@app.command()
def doctor(
    max_age: MaxAge = None,
    rescue: Annotated[
        Optional[str], typer.Option("--rescue", metavar="FILE", help="Make a new store of what is sound in this one.")
    ] = None,
    restore: Annotated[
        Optional[str], typer.Option("--restore", metavar="FILE", help="Put this backup in the store's place.")
    ] = None,
    db: Db = None,
    output: Output = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Call:
    """Checks the store and its surroundings."""
    from ctick.commands import doctor as command

    options = Options(None, None, db, output, quiet=quiet, no_color=no_color)
    return partial(command.run, options, max_age, rescue, restore)


@app.command()
def backup(
    name: Annotated[str, typer.Argument(metavar="FILE", help="The copy; nothing is overwritten.")],
    db: Db = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Call:
    """A sound copy of your store."""
    from ctick.commands import backup as command

    return partial(command.run, name, Options(None, None, db, None, quiet=quiet, no_color=no_color))


@app.command()
def history(
    codes: Codes = None,
    since: Annotated[
        Optional[str], typer.Option("--since", metavar="DAY", help="From here on: a date, or 30d, 6m, 1y.")
    ] = None,
    until: Annotated[Optional[str], typer.Option("--until", metavar="DAY", help="Up to here: a date.")] = None,
    period: Annotated[
        str, typer.Option("--days", metavar="WHICH", help="all, weekly or monthly (last of each).")
    ] = "all",
    revisions: Annotated[bool, typer.Option("--revisions", help="All snapshots of a day.")] = False,
    chart: Annotated[bool, typer.Option("--chart", help="A plot in the terminal.")] = False,
    svg: Annotated[Optional[str], typer.Option("--svg", metavar="FILE", help="The same plot as SVG.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the SVG file.")] = False,
    source: Source = None,
    db: Db = None,
    output: HistoryOutput = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Call:
    """Rates by day, as table or chart."""
    from ctick.commands import history as command

    query = partial(command.Query, since, until, period, revisions=revisions, chart=chart, svg=svg, force=force)
    options = Options(None, source, db, output, quiet=quiet, no_color=no_color)
    return lambda: command.run(codes or [], options, query())


@app.command()
def export(
    db: Db = None,
    output: ExportOutput = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Call:
    """Your store as JSON lines, or for a tool."""
    from ctick.commands import export as command

    return partial(command.run, Options(None, None, db, output, quiet=quiet, no_color=no_color))


@app.command(name="import")
def import_(
    name: Annotated[str, typer.Argument(metavar="FILE", help="An export; - is stdin.")],
    db: Db = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Call:
    """Saves an export, all of it or nothing."""
    from ctick.commands import import_ as command

    return partial(command.run, name, Options(None, None, db, None, quiet=quiet, no_color=no_color))


@app.command()
def watch(
    codes: Codes = None,
    every: Annotated[str, typer.Option("--every", metavar="TIME", help="How often to fetch: 10m, 30s, 1h.")] = "10m",
    alert: Annotated[
        Optional[list[str]], typer.Option("--alert", metavar="COND", help="Ring when it holds: 'KZT<0.0019'.")
    ] = None,
    exit_on_alert: Annotated[bool, typer.Option("--exit-on-alert", help="End with 0 at the first alert.")] = False,
    source: Source = None,
    db: Db = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> Call:
    """A live table of the rates."""
    from ctick.commands import watch as command

    options = Options(None, source, db, None, quiet=quiet, no_color=no_color)
    return partial(command.run, codes or [], options, every, alert or [], exit_on_alert=exit_on_alert)
