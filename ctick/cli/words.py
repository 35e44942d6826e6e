"""Which words can follow on an unfinished command line: commands, options, and values, by the metavars."""

import os

from ctick import currencies
from ctick.cli.declarations import COMMANDS, FLAG, INTEGER, LIST, Command, Parameter
from ctick.cli.fast_path import split_flags
from ctick.settings import CHOICES, SOURCES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SHELLS = ("bash", "zsh", "fish")

COMPLETION_OPTIONS = {
    "--show-completion": "Print the completion script of a shell.",
    "--install-completion": "Install completion for a shell.",
}

_GENERAL = {"--help": "Show the help.", "--version": "Show the version."}
_SPANS = {"7d": "the last week", "30d": "the last 30 days", "6m": "the last 6 months", "1y": "the last year"}
_SOME_DAYS = 20
_SOME_SOURCES = 50

_DAYS = "SELECT DISTINCT as_of FROM snapshot WHERE as_of >= ? AND as_of < ? ORDER BY as_of DESC LIMIT ?"
_SOURCES = """WITH RECURSIVE found (name) AS (SELECT min(source) FROM snapshot
    UNION ALL SELECT (SELECT min(source) FROM snapshot WHERE source > name) FROM found WHERE name IS NOT NULL)
SELECT name FROM found WHERE name IS NOT NULL LIMIT ?"""
"""A step in the index for each name; DISTINCT would read all of it."""

Offers = dict[str, str]
"""Words, each with its description, in the order in which they are shown."""


def offers(words: list[str], word: str) -> tuple[Offers, bool]:
    """What can stand in place of `word` after `words` (without the program's name), and whether files can, too."""
    line = _Line(words)
    if line.waiting is not None:
        return _values(line, line.waiting, word)
    if line.only_arguments or word[:1] != "-":
        return _arguments(line, word)
    flag, equals, value = word.partition("=")
    if word.startswith("--") and equals:
        attached = flag + equals
    else:
        flag, text = split_flags(word, line.options)[-1] if not word.startswith("--") and word != "-" else ("", None)
        attached, value = (word.removesuffix(text), text) if text else ("", "")
    option = line.options.get(flag)
    if attached and option is not None and option.kind != FLAG:
        found, files = _values(line, option, value)
        return {attached + name: description for name, description in found.items()}, files
    return _matching(_flags(line), word), False


class _Line:
    """The words before the cursor: the command, its arguments, its options, and the option that waits for a value."""

    def __init__(self, words: list[str]) -> None:
        self.options = {flag: option for command in COMMANDS.values() for flag, option in command.options().items()}
        self.options |= {flag: Parameter(flag, "|".join(SHELLS), "") for flag in COMPLETION_OPTIONS}
        self.arguments: list[str] = []
        self.used: dict[str, str] = {}
        self.only_arguments = False
        waiting = ""
        for word in words:
            if waiting:
                self.used[self.options[waiting].name] = word
                waiting = ""
            elif self.only_arguments or word[:1] != "-" or word == "-" or word[1:2].isdigit():
                self.arguments.append(word)
            elif word == "--":
                self.only_arguments = True
            else:
                waiting = self._add(word)
        self.is_named = bool(self.arguments) and self.arguments[0] in COMMANDS
        self.command = self._command()
        if self.command is not None:
            self.options = self.command.options()
        self.waiting = self.options.get(waiting)

    def _add(self, word: str) -> str:
        """Notes the options in a word; the last one if it waits for its value."""
        flag, value = "", None
        for flag, value in split_flags(word, self.options):
            if flag in self.options:
                self.used[self.options[flag].name] = value or ""
        option = self.options.get(flag)
        return flag if option is not None and option.kind != FLAG and value is None else ""

    def _command(self) -> Command | None:
        """The command, which need not be named: an amount is converted, a currency has its rates shown."""
        if not self.arguments:
            return None
        first = self.arguments[0]
        if self.is_named:
            return COMMANDS[self.arguments.pop(0)]
        if currencies.is_name(first):
            return COMMANDS["rates" if len(self.arguments) == 1 else "convert"]
        return COMMANDS["convert"] if first.lstrip("-$.,")[:1].isdigit() else None


def _flags(line: _Line) -> Offers:
    """The options that were not given yet, the short ones last."""
    command = line.command or COMMANDS["rates"]
    rest = [option for option in command.parameters if option.name not in line.used or option.kind == LIST]
    general = _GENERAL if line.command else _GENERAL | COMPLETION_OPTIONS
    found = {flag: option.description for option in rest for flag in option.flags if flag.startswith("--")} | general
    return found | {flag: option.description for option in rest for flag in option.flags if not flag.startswith("--")}


def _arguments(line: _Line, word: str) -> tuple[Offers, bool]:
    if line.command is None:
        from ctick.cli.help import TOPICS

        commands = {command.name: command.summary for command in COMMANDS.values()}
        if line.arguments:
            return _matching(commands | TOPICS if line.arguments == ["help"] else {}, word), False
        codes = _codes(currencies.CODES) if word else {}
        return _matching(commands | {"help": "Show the help of a command."} | codes, word), False
    for parameter in line.command.parameters:
        if not parameter.flags and ("..." in parameter.metavar or not line.arguments):
            found, files = _values(line, parameter, word)
            return {name: found[name] for name in found if name.upper() not in map(str.upper, line.arguments)}, files
    return {}, False


def _values(line: _Line, parameter: Parameter, word: str) -> tuple[Offers, bool]:
    """What a parameter can be, and whether that can be a file."""
    kinds = parameter.kinds()
    found: Offers = {}
    if parameter.kind != INTEGER:
        for kind in kinds:
            found |= {kind: ""} if kind.islower() else _of_kind(kind, line, word)
    if "--since" in parameter.flags:
        found |= _SPANS
    return _matching(found, word), "FILE" in kinds or "FOLDER" in kinds


def _of_kind(kind: str, line: _Line, word: str) -> Offers:
    if kind in ("CODE", "FROM", "TO"):
        return _codes(currencies.FIVE if kind == "CODE" and line.is_named else currencies.CODES)
    if kind in ("NAME", "SOURCE"):
        from ctick.text import is_source_name

        return SOURCES | {
            name: "in your store" for name in _stored(line, _SOURCES, _SOME_SOURCES)
            if is_source_name(name) and name not in SOURCES
        }  # fmt: skip
    if kind == "DAY":
        stored = _stored(line, _DAYS, word, f"{word}~", _SOME_DAYS)
        return {"today": "", "yesterday": ""} | {day: "" for day in stored if not set(day) - set("0123456789-")}
    if kind == "FORMAT":
        return dict.fromkeys((line.command or COMMANDS["rates"]).formats(), "")
    if kind == "WHEN":
        return dict.fromkeys(CHOICES["color"], "")
    if kind == "AGE":
        return {"1d": "a day", "3d": "3 days", "7d": "a week", "30d": "30 days"}
    if kind == "TIME":
        return {"1m": "a minute", "10m": "10 minutes", "1h": "an hour"}
    return {}


def _codes(codes: tuple[str, ...]) -> Offers:
    return {code: currencies.NAMES[code] for code in codes}


def _matching(found: Offers, word: str) -> Offers:
    """Those that begin with a word, in the case in which it is typed."""
    if word.islower():
        found = {name.lower() if name.isupper() else name: text for name, text in found.items()}
    return {name: text for name, text in found.items() if name.startswith(word)}


def _stored(line: _Line, statement: str, *values: object) -> list[str]:
    """Texts that are in the store; none where it can't be read at once."""
    from ctick import paths
    from ctick.storage.connection import connect

    try:
        path = os.path.expanduser(paths.store_path(line.used.get("db")))
        if not os.path.isfile(path):
            return []
        # As if nobody wrote: no lock, no journal that is rolled back, no file beside the store.
        connection = connect(path, "ro&immutable=1", timeout=0)
        try:
            rows: list[Any] = connection.execute(statement, values).fetchall()
        finally:
            connection.close()
    except Exception:  # noqa: BLE001 - whatever is wrong with the store, completion goes on without it
        return []
    return [name for (name,) in rows if isinstance(name, str)]
