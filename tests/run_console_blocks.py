"""Runs the commands in the `console` blocks of Markdown pages, and shows or writes what they print.

python tests/run_console_blocks.py [--write] [FILE...]

Without `--write` it prints what differs from the pages, and exits with 1. Each page has a home folder of its own, in
which its commands run in their order, on a terminal of 80 columns, on the day `DAY`. A block such as ```text page.txt
is a file there; a page also has the files of the README. A comment `<!-- $ COMMAND -->` runs a command that is not shown.
`ctick snapshot` fetches from a server of this machine. The tables below `<!-- options of COMMAND -->` are written from
`cli/declarations.py`, those below `<!-- settings -->`, `<!-- environment -->` and `<!-- exit codes -->` from what the help says.
"""

import argparse
import datetime as dt
import difflib
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from conftest import on_a_terminal
from feedserver import Feeds, Server, serving

from ctick.cli.declarations import COMMANDS, OF_ALL
from ctick.cli.help import ENVIRONMENT, EXIT_CODES
from ctick.settings_table import SETTINGS

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
DAY = dt.date(2026, 11, 28)
"""The day of all examples."""

CONSOLE = re.compile(r"^```console\n(.*?)^```$|^<!-- \$ ([^\n]*) -->$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
OPTIONS = re.compile(r"^<!-- options of (\w+) -->\n.*?^<!-- end of options -->$", re.MULTILINE | re.DOTALL)
TABLES = re.compile(r"^<!-- (settings|environment|exit codes) -->\n.*?^<!-- end of \1 -->$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^```\w* (\S+\.\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")  # differs from run to run
PROGRAM = Path(sys.executable).parent / "ctick"


class Home:
    """A home folder with the files of a page, in which its commands run."""

    def __init__(self, folder: Path, text: str, server: Server) -> None:
        self.folder = folder / "home"
        self.folder.mkdir()
        for name, content in FILE.findall(PAGES[0].read_text(encoding="utf-8")) + FILE.findall(text):
            path = self.folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")
        fixed = f"import datetime, ctick.clock; ctick.clock.today = lambda: {DAY!r}\n"
        fixed += "ctick.clock.today_in_central_asia = ctick.clock.today\n"
        (folder / "sitecustomize.py").write_text(fixed)
        self.environment = {
            "PATH": f"{PROGRAM.parent}:/usr/bin:/bin",
            "PYTHONPATH": str(folder),
            "COLUMNS": "80",
            "NO_COLOR": "1",
        }
        self.server = server

    def run(self, command: str) -> str:
        """What a command shows on the terminal, without blanks at the ends of lines.

        It may fail only for wrong usage, which a page may show.
        """
        addresses = self.server.environment() if re.search(r"\bctick snapshot\b", command) else {}
        code, shown = on_a_terminal(["sh", "-c", command], self.folder, **self.environment, **addresses)
        if code not in (0, 2):
            raise ValueError(f"{command}: exit {code}: {shown}")
        return "".join(line.rstrip(" ") + "\n" for line in shown.splitlines())


def rerun(text: str, server: Server) -> str:
    """The text of a page, with what its commands print now."""

    def console(found: re.Match[str]) -> str:
        if hidden := found[2]:
            assert not home.run(hidden), hidden  # it prints nothing, so that nobody misses what it prints
            return found[0]
        return f"```console\n{COMMAND.sub(command, found[1])}```"

    def command(found: re.Match[str]) -> str:
        old, new = found[2], home.run(found[1])
        return f"$ {found[1]}\n{old if MOMENT.sub('*', old) == MOMENT.sub('*', new) else new}"

    text = OPTIONS.sub(lambda found: options_table(found[1]), text)
    text = TABLES.sub(
        lambda found: f"<!-- {found[1]} -->\n{''.join(rows_of(found[1]))}<!-- end of {found[1]} -->", text
    )
    server.feeds = Feeds()
    server.feeds.today = DAY
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder), text, server)
        return CONSOLE.sub(console, text)


def options_table(name: str) -> str:
    """The options of a command (of `all`, those that every command has) as a table."""
    parameters = OF_ALL if name == "all" else COMMANDS[name].parameters
    rows = []
    for parameter in parameters:
        if not parameter.flags or (parameter in OF_ALL) != (name == "all"):
            continue
        flags = ", ".join(f"`{flag} {parameter.metavar}`".replace(" `", "`") for flag in parameter.flags)
        cells = [cell.replace("|", r"\|") for cell in (flags, parameter.description)]
        rows.append(f"| {' | '.join(cells)} |\n")
    lines = ["| option | |\n", "| --- | --- |\n", *rows] if rows else ["It has no options of its own.\n"]
    return "".join([f"<!-- options of {name} -->\n", *lines, "<!-- end of options -->"])


def rows_of(table: str) -> Iterator[str]:
    """The table of settings, of exit codes, or of the environment variables that are no settings."""
    if table == "settings":
        yield "| key | variable | meaning |\n| --- | --- | --- |\n"
        for setting in SETTINGS:
            if "." not in setting.name:
                example = setting.example.replace("|", r"\|")
                variable = f"`{setting.variable}`" if setting.variable else ""
                yield f"| `{setting.name} = {example}` | {variable} | {setting.description} |\n"
        return
    if table == "exit codes":
        yield "| exit code | meaning |\n| --- | --- |\n"
        yield from (f"| {code} | {text} |\n" for code, text in EXIT_CODES.items())
        return
    yield "| variable | meaning |\n| --- | --- |\n"
    settings = {setting.variable for setting in SETTINGS}
    for name, meaning in ENVIRONMENT.items():
        if name not in settings:
            yield f"| {', '.join([f'`{part}`' for part in name.split(', ')])} | {meaning} |\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="rewrite the pages")
    parser.add_argument("pages", nargs="*", type=Path, metavar="FILE", help="default: README.md and docs/*.md")
    options = parser.parse_args()
    differ = False
    with ExitStack() as stack:
        server = stack.enter_context(serving())
        for page in options.pages or PAGES:
            old = page.read_text(encoding="utf-8")
            new = rerun(old, server)
            if new == old:
                continue
            if options.write:
                page.write_text(new, encoding="utf-8")
                print(f"{page}: rewritten")  # noqa: T201 - a script
            else:
                differ = True
                sys.stdout.writelines(
                    difflib.unified_diff(old.splitlines(True), new.splitlines(True), str(page), "now")
                )
    return int(differ)


if __name__ == "__main__":
    sys.exit(main())
