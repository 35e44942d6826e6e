"""Every command with its arguments and options, declared once: for the fast path, for Typer and for the tests."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

TEXT, INTEGER, FLAG, LIST = "text", "integer", "flag", "list"

SHARED = ("date", "source", "db", "output", "quiet", "color", "no_color", "fetch")
"""The values that `commands.options.Options` holds; a command's `run` takes the others by name."""

_IN_ANY_CASE = ("FORMAT", "NAME", "[NAME...]", "WHEN")


class Parameter:
    """An argument, or an option if it has flags. An argument of kind TEXT is required.

    `name` is that of the value; by default the first flag gives it: `max_age` for `--max-age`.
    `metavar` tells what the value can be: words in lower case are values themselves, `all|weekly|monthly`; the others
    are kinds of values that completion knows: `CODE`, `DAY`, `NAME` (of a source), `FORMAT`, `AGE`, `FILE` and more.
    """

    __slots__ = ("default", "description", "flags", "kind", "metavar", "name")

    def __init__(
        self,
        flags: str,
        metavar: str,
        description: str,
        kind: str = TEXT,
        *,
        default: str | None = None,
        name: str = "",
    ) -> None:
        self.flags = tuple(flags.split())
        self.metavar = metavar
        self.description = description
        self.kind = kind
        self.default = default
        self.name = name or self.flags[0][2:].replace("-", "_")

    @property
    def is_required(self) -> bool:
        """Whether a command line without it is wrong."""
        return not self.flags and self.kind == TEXT

    def kinds(self) -> list[str]:
        """The words of the metavar: `AMOUNT`, `FROM` and `TO` of `[AMOUNT] FROM [TO...]`."""
        return "".join([char if char.isalpha() else " " for char in self.metavar]).split()

    @property
    def is_in_any_case(self) -> bool:
        """Whether its values are words in lower case: `--source CBR` is `--source cbr`."""
        return self.metavar in _IN_ANY_CASE or self.metavar.islower()  # all|weekly|monthly

    def initial(self) -> object:
        """The value where the command line has none."""
        return [] if self.kind == LIST else False if self.kind == FLAG else self.default


class Command:
    """A command; the function `run` of its `module` in `ctick.commands` does the work.

    Every command has the options `OF_ALL`; `output` names the formats of its `-o`, `details` says how to read
    what it prints, or is a function that does.
    """

    __slots__ = ("details", "examples", "module", "name", "output", "parameters", "summary")

    def __init__(
        self,
        name: str,
        summary: str,
        *parameters: Parameter,
        output: str = "",
        details: "str | Callable[[], str]" = "",
        examples: tuple[str, ...] = (),
        module: str = "",
    ) -> None:
        self.name = name
        self.summary = summary
        self.output = output
        formats = [Parameter("--output -o", "FORMAT", f"Output format: {output}.")] if output else []
        self.parameters = (*parameters, *formats, *OF_ALL)
        self.details = details
        self.examples = examples
        self.module = module or name

    def options(self) -> dict[str, Parameter]:
        """The options by each of their flags."""
        return {flag: parameter for parameter in self.parameters for flag in parameter.flags}

    def formats(self) -> list[str]:
        """The formats that `-o` takes."""
        return self.output.replace(";", ",").split(", ") if self.output else []

    def run(self, values: dict[str, object]) -> int:
        """Loads the command, runs it with a value for each parameter, and returns its exit code."""
        from ctick import settings
        from ctick.commands.options import Options

        for parameter in self.parameters:
            value = values[parameter.name]
            if value and parameter.is_in_any_case:
                values[parameter.name] = _lower(value)
        shared = {name: values[name] for name in SHARED if name in values}
        own = {name: value for name, value in values.items() if name not in shared}
        command = __import__(f"ctick.commands.{self.module}", fromlist=["run"])
        code: int = command.run(Options(**shared), **own)  # type: ignore[arg-type]  # a test compares declarations and functions
        if settings.remarks and not values["quiet"]:
            from ctick.output import terminal

            for remark in settings.remarks:
                terminal.say(remark)
        return code


def _lower(value: object) -> object:
    return [str(word).lower() for word in value] if isinstance(value, list) else str(value).lower()


def _settings_help() -> str:
    """What `ctick config --help` says: the file with all of its keys, as an example, and the variables."""
    from ctick.settings_table import SETTINGS

    keys = [setting for setting in SETTINGS if "." not in setting.name]
    rows = [f"  # {setting.description}\n  {setting.name} = {setting.example}" for setting in keys]
    variables = [setting.variable for setting in keys if setting.variable]
    return (
        "Settings are read from ~/.config/ctick/config.toml, or from $XDG_CONFIG_HOME/ctick/config.toml; this command"
        " shows the path. An option overrides an environment variable, and that overrides the file. The variables are"
        f" {', '.join(variables)}, and CTICK_URL_CBR and the like. A file with all keys:"
        "\n\n\b\n"
        + "\n".join(rows)
        + '\n  # Addresses to fetch sources from.\n  [urls]\n  cbr = "https://example.com/{date}"'
    )


def _flag(flags: str, description: str) -> Parameter:
    return Parameter(flags, "", description, FLAG)


_ROWS = "table, tsv, csv, json, jsonl"
_TOOLS = "beancount, ledger, qalc, units, markdown"

_CODES = Parameter("", "[CODE...]", "Currencies to show (default: all five).", LIST, name="codes")
_DAY = Parameter("--date", "DAY", "Use rates of this day, or the last before it: 2025-12-16, 16.12.2025, yesterday.")
_SOURCE = Parameter("--source", "NAME", "Use only rates from this source.")
_MAX_AGE = Parameter("--max-age", "AGE", "Accept no rate older than this, as in 3d, 2w, 6m.")
_FETCH = _flag("--fetch", "Fetch first, for at most 3 s, if the newest rate is older than a day.")

OF_ALL = (
    Parameter("--db", "FILE", "Use the store in this file (or set CTICK_DB)."),
    _flag("--quiet -q", "Print only results and errors."),
    Parameter("--color", "WHEN", "Print in colour: always, auto or never (auto: on a terminal)."),
    _flag("--no-color", "Print without colour, even on a terminal."),
)
"""The options that every command has."""

_PER_DOLLAR = (
    _flag("--per-dollar", "Show what 1 USD costs, as in 1 USD = 87.41 KGS (or set CTICK_PER_DOLLAR=1)."),
    _flag("--no-per-dollar", "Show USD for 1 unit, even if you have set per_dollar."),
)

_FOLDERS_AND_LISTS = (
    _flag("--recursive -r", "Read the files in folders; a file without a ticker is not an error."),
    Parameter("--files-from", "FILE", "Read the files listed in this one, or in stdin (-): one name per line."),
    _flag("--null -0", "The names in --files-from are separated by NUL, as find -print0 does."),
)

_ALL = (
    Command(
        "rates",
        "Show the newest rates (the default command).",
        _CODES,
        *_PER_DOLLAR,
        _MAX_AGE,
        _FETCH,
        _DAY,
        _SOURCE,
        output=f"{_ROWS}, line; {_TOOLS}",
        details="The column 'likely' shows how far a rate may be off today (or on the day asked for): 95 % of rates are"
        " no further off. A change is '?' where the digits can't tell it. A column such as 'since 17 Nov' has a bar for"
        " each day with a rate, all currencies on one scale of at least 1 %. With --per-dollar changes and bars are"
        " those of the dollar.",
        examples=(
            "ctick rates",
            "ctick rates KGS KZT --per-dollar",
            "ctick rates --date 2025-12-16",
            "ctick rates -o json",
        ),
    ),
    Command(
        "convert",
        "Convert an amount, and show how exact the result is.",
        Parameter(
            "",
            "[AMOUNT] FROM [TO...]",
            "What to convert: 50000 KGS, 3 million soum to USD, or - for lines from stdin. Without an amount it is 1.",
            LIST,
            name="words",
        ),
        Parameter("--rate", "RATE", "Use your own rate: 0.0115, or 87.5 for 1 USD."),
        Parameter("--places", "N", "Round the result to N decimal places.", INTEGER),
        _MAX_AGE,
        _FETCH,
        _DAY,
        _SOURCE,
        output=f"{_ROWS}, number, cite",
        details="A result with '=' is likely to be right to 0.05 %; any other is approximate. A range beside it, as in"
        " 572 USD (557 to 586), is 95 % likely to contain the true figure: it follows from the digits of the rate and"
        " its age.",
        examples=(
            "ctick convert 50000 KGS",
            "ctick 3 million soum to USD and KZT",
            "ctick convert 100 USD KGS KZT --date 2025-12-16",
            "ctick convert 50000 KGS --places 0 -o number",
            "ctick convert 50000 KGS -o cite",
            "ctick convert - < amounts.txt",
        ),
    ),
    Command(
        "history",
        "Show rates by day, as a table or a chart.",
        _CODES,
        Parameter("--since", "DAY", "Show days from this one on: a date, or 30d, 2w, 6m, 1y."),
        Parameter("--until", "DAY", "Show days up to this one."),
        Parameter("--last", "N", "Show the last N days that have rates (of the span, if one is given)."),
        Parameter(
            "--days",
            "all|weekly|monthly",
            "Show all days, or the last of each: all, weekly, monthly (default: all).",
            default="all",
            name="period",
        ),
        _flag("--revisions", "Show every snapshot of a day, not only the last."),
        _flag("--chart", "Draw a chart in the terminal."),
        Parameter("--svg", "FILE", "Write the chart to an SVG file."),
        _flag("--force", "Overwrite the SVG file."),
        *_PER_DOLLAR,
        _FETCH,
        _SOURCE,
        output=f"{_ROWS}; {_TOOLS}",
        details="The column 'change' compares a rate with the one above it; it is '?' where the digits can't tell."
        " 'printed' is the change that the source has printed beside its rate. On a terminal, the table has the last 30"
        " days with rates of each currency, unless --since, --until or --last says otherwise. A pipe, a chart and every"
        " other format have all days. With --days weekly, --last 10 shows 10 weeks.",
        examples=(
            "ctick history KGS --last 10",
            "ctick history KGS --since 30d",
            "ctick history KGS KZT --since 1y --days monthly",
            "ctick history KGS --chart",
            "ctick history KGS --svg kgs.svg",
            "ctick history -o csv > rates.csv",
        ),
    ),
    Command(
        "watch",
        "Show the rates live, and fetch new ones.",
        _CODES,
        Parameter("--every", "TIME", "Fetch at this interval, as in 30s or 1h (default: 10m).", default="10m"),
        Parameter(
            "--alert", "CONDITION", "Ring the bell when this holds: 'KZT<0.0019', 'USD>520 KZT'.", LIST, name="alerts"
        ),
        Parameter("--exec", "COMMAND", "Run this shell command when an alert begins to hold.", name="command"),
        _flag("--exit-on-alert", "Exit at the first alert, when its command has ended."),
        *_PER_DOLLAR,
        _SOURCE,
        details="The bell rings, and --exec runs its command, when an alert begins to hold (also at the start), and"
        " again only after it has stopped holding. The command gets the environment variables CTICK_ALERT (the"
        " condition), CTICK_PAIR (as in KZT/USD), CTICK_RATE, CTICK_AS_OF and CTICK_SOURCE. Its output is discarded;"
        " if it fails, the last line of its stderr is shown.",
        examples=(
            "ctick watch",
            "ctick watch KGS KZT --every 1h",
            "ctick watch --alert 'KZT<0.0019' --exit-on-alert",
            "ctick watch --alert 'KZT<0.0019' --exec 'notify-send \"$CTICK_ALERT\"'",
        ),
    ),
    Command(
        "snapshot",
        "Save rates from files, web pages or sources.",
        Parameter("", "[FILE|FOLDER|URL|-|SOURCE]...", "What to read (default: timesca and cbr).", LIST, name="names"),
        *_FOLDERS_AND_LISTS,
        Parameter("--as", "NAME", "Read files or - as saved answers of this source.", name="feed"),
        Parameter("--since", "DAY", "Fetch past days from the sources, beginning with this one."),
        Parameter("--until", "DAY", "Stop fetching past days after this one."),
        Parameter("--date", "DAY", "Fetch this day, or use it for text that has no date."),
        Parameter("--source", "NAME", "Save text under this source name (default: timesca)."),
        _flag("--force", "Save rates even if they look wrong."),
        examples=(
            "ctick snapshot",
            "ctick snapshot page.html",
            "ctick snapshot -r pages/",
            "ctick snapshot crawl.warc.gz",
            "ctick snapshot cbr --since 2025-01-01",
            "ctick snapshot article.txt --date 2025-12-16",
            "ctick snapshot --as fawaz usd.min.json",
        ),
    ),
    Command(
        "parse",
        "Show the rates in ticker text, and save nothing.",
        Parameter("", "[FILE|FOLDER|URL|-]...", "What to read (default: stdin, if it is a pipe).", LIST, name="names"),
        *_FOLDERS_AND_LISTS,
        Parameter("--date", "DAY", "Use this day for text that has no date: 2025-12-16, today."),
        Parameter("--source", "NAME", "Show this as the source (default: timesca)."),
        Parameter("--jobs", "N", "Read N files at a time (default: one for each core).", INTEGER),
        Parameter("--cluster", "ADDRESS", "Read files on the Dask cluster with this scheduler: tcp://scheduler:8786."),
        _flag("--force", "Read compressed files of any size."),
        output=_ROWS,
        details="A file may be text, HTML, a crawl archive (WARC, WET), a ZIP or tar archive, compressed or not."
        " With -r all files below a folder are read, sorted by their paths; hidden files and folders are left out,"
        " and so are links to folders.",
        examples=(
            "ctick parse page.html",
            "curl -s https://timesca.com | ctick parse",
            "ctick parse -r pages/ -o jsonl",
            "find pages -name '*.html' -print0 | ctick parse -r --files-from - -0",
            "ctick parse crawl.warc.gz -o jsonl",
        ),
    ),
    Command(
        "scan",
        "Find amounts in running text, and check the dollars beside them.",
        Parameter("", "[FILE|URL|-]", "What to read (default: stdin, if it is a pipe).", LIST, name="names"),
        Parameter(
            "--date",
            "DAY|article",
            "Use rates of this day, or 'article' for a date in the text (default: the ticker's date, or today).",
        ),
        Parameter(
            "--own-rates",
            "page|store",
            "Rates to use on the day of the text's own ticker: page or store (default: page).",
            default="page",
        ),
        _flag("--check", "Exit with 1 if a figure is off."),
        _flag("--annotate", "Print the text itself, with the dollars after each amount."),
        _flag("--force", "Read compressed files of any size."),
        _SOURCE,
        output=f"{_ROWS}, markdown",
        details="A figure is 'ok' if it fits the rate of the day, as far as rounding and the age of the rate tell;"
        " 'off' if it misses that by up to 10 %; otherwise 'far off'.",
        examples=(
            "ctick scan article.txt",
            "curl -s https://example.com/article | ctick scan",
            "ctick scan --check article.txt",
            "ctick scan --annotate article.txt",
            "ctick scan --date article page.html",
        ),
    ),
    Command(
        "forget",
        "Delete the snapshots of a day, or of a range.",
        Parameter("", "[DAY]", "The day to delete, as in 2025-12-16.", LIST, name="days"),
        Parameter("--since", "DAY", "Delete days from this one on: a date, or 30d, 2w, 6m, 1y."),
        Parameter("--until", "DAY", "Delete days up to this one."),
        Parameter("--source", "NAME", "Delete only snapshots from this source."),
        _flag("--dry-run", "Show what would be deleted, and delete nothing."),
        output=_ROWS,
        details="They are shown first. Name a day, or a range with --since, --until or both. Rates that are bundled"
        " with ctick can't be deleted.",
        examples=(
            "ctick forget 2025-12-16",
            "ctick forget --since 2025-12-01 --until 2025-12-16 --source cbr",
            "ctick forget --until 1y --dry-run",
        ),
    ),
    Command(
        "sources",
        "List the sources, and when each was last fetched.",
        Parameter("", "[NAME...]", "Sources to show in detail (default: a table of all).", LIST, name="names"),
        output=_ROWS,
        details="For a source that you name it shows its addresses, the first day with rates, how many requests a fetch"
        " takes, its last failure, and the commands that fetch it.",
        examples=("ctick sources", "ctick sources cbr", "ctick sources -o json"),
    ),
    Command(
        "export",
        "Print the store as JSON lines, or for another tool.",
        output=f"jsonl; {_TOOLS}",
        examples=(
            "ctick export > rates.jsonl",
            "ctick export -o ledger > prices.db",
        ),
    ),
    Command(
        "import",
        "Import an export: all of it or nothing.",
        Parameter("", "FILE", "The export to read, or - for stdin.", name="name"),
        module="import_",
        examples=("ctick import rates.jsonl", "gzip -dc rates.jsonl.gz | ctick import -"),
    ),
    Command(
        "backup",
        "Copy the store to a new file.",
        Parameter("", "FILE", "The file to create; an existing one is never overwritten.", name="name"),
        examples=("ctick backup rates.db",),
    ),
    Command(
        "config",
        "Show the settings in force, and where each is set.",
        output=_ROWS,
        details=_settings_help,
        examples=("ctick config", "ctick config -o json"),
    ),
    Command(
        "doctor",
        "Check the store and the installation.",
        _MAX_AGE,
        Parameter("--rescue", "FILE", "Copy what is readable in a damaged store to a new one."),
        Parameter("--restore", "FILE", "Replace the store with this backup."),
        output=_ROWS,
        examples=(
            "ctick doctor",
            "ctick doctor --max-age 3d",
            "ctick doctor --rescue readable.db",
            "ctick doctor --restore rates.db",
        ),
    ),
)

COMMANDS = {command.name: command for command in _ALL}
