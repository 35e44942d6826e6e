"""Every command with its arguments and options, declared once: for the fast path, for Typer and for the tests."""

TEXT, INTEGER, FLAG, LIST = "text", "integer", "flag", "list"

SHARED = ("date", "source", "db", "output", "quiet", "no_color")
"""The values that `commands.options.Options` holds; a command's `run` takes the others by name."""


class Parameter:
    """An argument, or an option if it has flags. An argument of kind TEXT is required."""

    __slots__ = ("default", "description", "flags", "kind", "metavar", "name")

    def __init__(
        self,
        name: str,
        flags: tuple[str, ...],
        metavar: str,
        description: str,
        kind: str = TEXT,
        default: str | None = None,
    ) -> None:
        self.name = name
        self.flags = flags
        self.metavar = metavar
        self.description = description
        self.kind = kind
        self.default = default

    @property
    def is_required(self) -> bool:
        """Whether a command line without it is wrong."""
        return not self.flags and self.kind == TEXT

    def initial(self) -> object:
        """The value where the command line has none."""
        return [] if self.kind == LIST else False if self.kind == FLAG else self.default


class Command:
    """A command; the function `run` of its `module` in `ctick.commands` does the work."""

    __slots__ = ("examples", "module", "name", "parameters", "summary")

    def __init__(
        self,
        name: str,
        summary: str,
        *parameters: Parameter,
        examples: tuple[str, ...] = (),
        module: str = "",
    ) -> None:
        self.name = name
        self.summary = summary
        self.parameters = parameters
        self.examples = examples
        self.module = module or name

    def options(self) -> dict[str, Parameter]:
        """The options by each of their flags."""
        return {flag: parameter for parameter in self.parameters for flag in parameter.flags}

    def run(self, values: dict[str, object]) -> int:
        """Loads the command, runs it with a value for each parameter, and returns its exit code."""
        from ctick.commands.options import Options

        shared = {name: values[name] for name in SHARED if name in values}
        own = {name: value for name, value in values.items() if name not in shared}
        command = __import__(f"ctick.commands.{self.module}", fromlist=["run"])
        code: int = command.run(Options(**shared), **own)  # type: ignore[arg-type]  # a test compares declarations and functions
        return code


_TABLES = "table, tsv, csv, json, jsonl"
_TOOLS = "beancount, ledger, qalc, units, markdown"


def _output(formats: str) -> Parameter:
    return Parameter("output", ("--output", "-o"), "FORMAT", f"Output format: {formats}.")


_CODES = Parameter("codes", (), "[CODE...]", "Currencies to show (default: all five).", LIST)
_DAY = Parameter("date", ("--date",), "DAY", "Use the rates of this day: 2025-12-16, today, yesterday.")
_SOURCE = Parameter("source", ("--source",), "NAME", "Use only rates from this source.")
_DB = Parameter("db", ("--db",), "FILE", "Use the store in this file (or set CTICK_DB).")
_OUTPUT = _output(_TABLES)
_MAX_AGE = Parameter("max_age", ("--max-age",), "AGE", "Fail if a rate is older than this, as in 3d.")
_QUIET = Parameter("quiet", ("--quiet", "-q"), "", "Print only results and errors.", FLAG)
_NO_COLOR = Parameter("no_color", ("--no-color",), "", "Print without colour, even on a terminal.", FLAG)

_ALL = (
    Command(
        "rates",
        "Show the newest rates (the default command).",
        _CODES,
        _MAX_AGE,
        _DAY,
        _SOURCE,
        _DB,
        _output(f"{_TABLES}, line; {_TOOLS}"),
        _QUIET,
        _NO_COLOR,
    ),
    Command(
        "convert",
        "Convert an amount, and show how exact the result is.",
        Parameter(
            "words",
            (),
            "AMOUNT FROM [TO...]",
            "What to convert: 50000 KGS, '3 million soum to USD', or - for lines from stdin.",
            LIST,
        ),
        Parameter("rate", ("--rate",), "RATE", "Use your own rate: 0.0115, or 87.5 for 1 USD."),
        Parameter("places", ("--places",), "N", "Round the result to N decimal places.", INTEGER),
        _MAX_AGE,
        _DAY,
        _SOURCE,
        _DB,
        _output(f"{_TABLES}, number"),
        _QUIET,
        _NO_COLOR,
        examples=(
            "ctick convert 50000 KGS",
            "ctick convert 100 USD KGS KZT --date 2025-12-16",
            "ctick convert 50000 KGS --places 0 -o number",
            "ctick convert - < amounts.txt",
        ),
    ),
    Command(
        "history",
        "Show rates by day, as a table or a chart.",
        _CODES,
        Parameter("since", ("--since",), "DAY", "Show days from this one on: a date, or 30d, 6m, 1y."),
        Parameter("until", ("--until",), "DAY", "Show days up to this one."),
        Parameter(
            "period",
            ("--days",),
            "WHICH",
            "Show all days, or the last of each: all, weekly, monthly (default: all).",
            TEXT,
            "all",
        ),
        Parameter("revisions", ("--revisions",), "", "Show every snapshot of a day, not only the last.", FLAG),
        Parameter("chart", ("--chart",), "", "Draw a chart in the terminal.", FLAG),
        Parameter("svg", ("--svg",), "FILE", "Write the chart to an SVG file."),
        Parameter("force", ("--force",), "", "Overwrite the SVG file.", FLAG),
        _SOURCE,
        _DB,
        _output(f"{_TABLES}; {_TOOLS}"),
        _QUIET,
        _NO_COLOR,
        examples=(
            "ctick history KGS --since 30d",
            "ctick history KGS KZT --since 1y --days monthly",
            "ctick history KGS --chart",
        ),
    ),
    Command(
        "watch",
        "Show the rates live, and fetch new ones.",
        _CODES,
        Parameter(
            "every", ("--every",), "TIME", "Fetch at this interval, as in 30s or 1h (default: 10m).", TEXT, "10m"
        ),
        Parameter("alerts", ("--alert",), "CONDITION", "Ring the bell when this holds, as in 'KZT<0.0019'.", LIST),
        Parameter("exit_on_alert", ("--exit-on-alert",), "", "Exit at the first alert.", FLAG),
        _SOURCE,
        _DB,
        _QUIET,
        _NO_COLOR,
    ),
    Command(
        "snapshot",
        "Save rates from files, web pages or sources.",
        Parameter("names", (), "[FILE|URL|-|SOURCE]...", "What to read (default: the default sources).", LIST),
        Parameter("since", ("--since",), "DAY", "Fetch past days from the sources, beginning with this one."),
        Parameter("until", ("--until",), "DAY", "Stop fetching past days after this one."),
        Parameter("date", ("--date",), "DAY", "Fetch this day, or use it for text that has no date."),
        Parameter("source", ("--source",), "NAME", "Save text under this source name (default: timesca)."),
        _DB,
        Parameter("force", ("--force",), "", "Save rates even if they look wrong.", FLAG),
        _QUIET,
        _NO_COLOR,
        examples=(
            "ctick snapshot",
            "ctick snapshot page.html",
            "ctick snapshot cbr --since 2025-01-01",
            "ctick snapshot article.txt --date 2025-12-16",
        ),
    ),
    Command(
        "parse",
        "Show the rates in ticker text, and save nothing.",
        Parameter("names", (), "[FILE|URL|-]...", "What to read (default: stdin, if it is a pipe).", LIST),
        Parameter("date", ("--date",), "DAY", "Use this day for text that has no date: 2025-12-16, today."),
        Parameter("source", ("--source",), "NAME", "Show this as the source (default: timesca)."),
        _DB,
        _OUTPUT,
        Parameter("jobs", ("--jobs",), "N", "Read N files at a time (default: one for each core).", INTEGER),
        Parameter("force", ("--force",), "", "Read compressed files of any size.", FLAG),
        _QUIET,
        _NO_COLOR,
    ),
    Command(
        "forget",
        "Delete a day's snapshots from the store.",
        Parameter("day", (), "DAY", "The day to delete, as in 2025-12-16."),
        Parameter("source", ("--source",), "NAME", "Delete only snapshots from this source."),
        _DB,
        _OUTPUT,
        _QUIET,
        _NO_COLOR,
    ),
    Command(
        "sources",
        "List the sources, and when each was last fetched.",
        _DB,
        _OUTPUT,
        _QUIET,
        _NO_COLOR,
    ),
    Command(
        "export",
        "Print the store as JSON lines, or for another tool.",
        _DB,
        _output(f"jsonl; {_TOOLS}"),
        _QUIET,
        _NO_COLOR,
    ),
    Command(
        "import",
        "Import an export: all of it or nothing.",
        Parameter("name", (), "FILE", "The export to read, or - for stdin."),
        _DB,
        _QUIET,
        _NO_COLOR,
        module="import_",
    ),
    Command(
        "backup",
        "Copy the store to a new file.",
        Parameter("name", (), "FILE", "The file to create; an existing one is never overwritten."),
        _DB,
        _QUIET,
        _NO_COLOR,
    ),
    Command(
        "doctor",
        "Check the store and the installation.",
        _MAX_AGE,
        Parameter("rescue", ("--rescue",), "FILE", "Copy what is readable in a damaged store to a new one."),
        Parameter("restore", ("--restore",), "FILE", "Replace the store with this backup."),
        _DB,
        _OUTPUT,
        _QUIET,
        _NO_COLOR,
    ),
)

COMMANDS = {command.name: command for command in _ALL}
