"""Help that is not about one command: the overview, and what `ctick help environment` and the man page share."""

import textwrap

from ctick import currencies
from ctick.cli.declarations import COMMANDS, Command
from ctick.output import terminal
from ctick.settings import SOURCES
from ctick.settings_table import SETTINGS

SUMMARY = "ctick: exchange rates of KGS, KZT, TJS, UZS and TMT in US dollars, also offline"

EXAMPLES = {
    "ctick 50000 KGS": "An amount in dollars, and how exact that is.",
    "ctick 100 dollars in tenge": "The same in words, English or Russian.",
    "ctick history KGS --chart": "A currency over time.",
}

TOPICS = {"environment": "Environment variables, files, exit codes, completion."}
"""What `ctick help` explains besides commands."""

ENVIRONMENT = {
    **{setting.variable: setting.description for setting in SETTINGS if setting.variable and "." not in setting.name},
    "CTICK_URL_NAME": "Another address for a source, as in CTICK_URL_CBR; {date}, {from} and {to} stand for days.",
    "NO_COLOR": "Set to anything to print without colour.",
    "FORCE_COLOR": "Set to anything to print with colour, also into a pipe.",
    "CLICOLOR": "Set to 0 to print without colour; CLICOLOR_FORCE=1 is like FORCE_COLOR.",
    "COLUMNS, LINES": "The size to write for, instead of the terminal's own.",
    "XDG_DATA_HOME": "The folder for data (default: ~/.local/share).",
    "XDG_CONFIG_HOME": "The folder for settings (default: ~/.config).",
    "XDG_STATE_HOME": "The folder for bug reports (default: ~/.local/state).",
    "HTTPS_PROXY": "A proxy to fetch through; HTTP_PROXY, ALL_PROXY and NO_PROXY count, too.",
    "SSL_CERT_FILE": "Certificates to trust when fetching; SSL_CERT_DIR is a folder of them.",
}

FILES = {
    "~/.local/share/ctick/ctick.db": "The store: all rates that you have saved.",
    "~/.config/ctick/config.toml": "Your settings.",
    "~/.local/state/ctick/bug-*.txt": "Reports of bugs in ctick.",
}

EXIT_CODES = {
    0: "Success.",
    1: "Done in part: each failed line or source is named on stderr.",
    2: "Wrong usage.",
    3: "Text or data can't be read, or was refused.",
    4: "No such rate, or none that is new enough.",
    5: "No source can be reached.",
    6: "The store can't be used.",
    70: "A bug in ctick: one line names the file with the details.",
    130: "Ctrl-C.",
}

_WITHOUT_FORMAT = {"convert": "a table on a terminal, and one amount a line in a pipe", "doctor": "one line a check"}

COMPLETION = {
    "ctick --install-completion": "Install completion for your shell: bash, zsh or fish.",
    "ctick --show-completion zsh": "Print the script of a shell.",
}


def overview() -> str:
    """What `ctick --help` prints: at most 24 lines of 80 columns."""
    commands = {command.name: command.summary for command in COMMANDS.values()}
    more = "More: ctick COMMAND --help, ctick help environment, man ctick"
    return "\n".join([*_wrapped(SUMMARY), "", *_rows(EXAMPLES), "", *_rows(commands), "", *_wrapped(more), ""])


def topic(name: str) -> str:
    """What `ctick help NAME` prints for one of `TOPICS`."""
    assert name in TOPICS
    codes = {str(code): meaning for code, meaning in EXIT_CODES.items()}
    sections = {"Environment": ENVIRONMENT, "Files": FILES, "Exit codes": codes, "Completion": COMPLETION}
    lines: list[str] = []
    for title, rows in sections.items():
        lines += [f"{title}:", *_rows(rows), ""]
    return "\n".join(lines)


def details(command: Command) -> str:
    """How to read what a command prints."""
    found: object = command.details
    return str(found() if callable(found) else found)


def notes(command: Command) -> list[str]:
    """Which currencies and sources a command takes, and what it prints without `-o`: a paragraph each."""
    kinds = {kind for parameter in command.parameters for kind in parameter.kinds()}
    found = []
    if kinds & {"CODE", "FROM"}:
        codes = currencies.FIVE if "CODE" in kinds else currencies.CODES
        names = ", ".join([f"{code} ({currencies.NAMES[code]})" for code in codes])
        found.append(f"Currencies: {names}; in any case, or by name, as in tenge.")
    if kinds & {"NAME", "SOURCE"}:
        found.append(f"Sources: {', '.join(SOURCES)}, or a name under which you have saved rates.")
    if "table" in command.formats():
        usual = "a table on a terminal, and tsv in a pipe"
        found.append(f"Without -o the output is {_WITHOUT_FORMAT.get(command.name, usual)}.")
    return found


def _width() -> int:
    return max(20, min(80, terminal.width()))


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _width(), break_long_words=False, break_on_hyphens=False)


def _rows(rows: dict[str, str]) -> list[str]:
    """Two columns; where the first would take more than half of the width, each text is below its name."""
    width = _width()
    column = max(map(len, rows)) + 4
    if column > width // 2:
        column = 6
    lines = []
    for name, text in rows.items():
        wrapped = textwrap.wrap(text, width - column, break_long_words=False, break_on_hyphens=False)
        first = f"  {name}" if column == 6 else f"  {name}".ljust(column) + wrapped.pop(0)
        lines += [first, *[" " * column + line for line in wrapped]]
    return lines
