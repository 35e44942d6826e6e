"""Reads a well-formed command line without Typer, which takes three times as long to load as `convert` takes to answer.

Everything else (mistakes, `--help`) is left to Typer, and with it every message. A test
compares the two on thousands of command lines.
"""

from ctick.cli.declarations import COMMANDS, FLAG, INTEGER, LIST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ctick.cli.declarations import Command, Parameter


def read(words: list[str]) -> dict[str, object] | None:
    """A value for each parameter of the command that `words` begin with; None if Typer has to read them."""
    command = COMMANDS.get(words[0])
    if command is None:
        return None
    values = {parameter.name: parameter.initial() for parameter in command.parameters}
    options = command.options()
    arguments: list[str] = []
    place = 1
    while place < len(words):
        word = words[place]
        place += 1
        if word == "--":
            arguments += words[place:]
            break
        if word[:1] != "-" or word == "-":
            arguments.append(word)
            continue
        for flag, attached in split_flags(word, options):
            option = options.get(flag)
            if option is None or (option.kind == FLAG and attached is not None):
                return None
            text = attached
            if option.kind != FLAG and text is None:
                if place == len(words):
                    return None
                text = words[place]
                place += 1
            if not _set(values, option, text):
                return None
    return values if _set_arguments(values, command, arguments) else None


def split_flags(word: str, options: "dict[str, Parameter]") -> list[tuple[str, str | None]]:
    """The flags in a word and the value attached to each: `--places=2` and `-ojson` have one, `-q` has none."""
    if word.startswith("--"):
        flag, equals, value = word.partition("=")
        return [(flag, value if equals else None)]
    found: list[tuple[str, str | None]] = []
    for place, letter in enumerate(word[1:], 2):
        option = options.get(f"-{letter}")
        if option is not None and option.kind != FLAG and word[place:]:
            return [*found, (f"-{letter}", word[place:])]
        found.append((f"-{letter}", None))
    return found


def _set(values: "dict[str, Any]", option: "Parameter", text: str | None) -> bool:
    """Sets the value of an option; whether the text is one."""
    if text is None:
        values[option.name] = True
    elif option.kind == LIST:
        values[option.name].append(text)
    elif option.kind == INTEGER:
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
            return False
        values[option.name] = int(text)
    else:
        values[option.name] = text
    return True


def _set_arguments(values: "dict[str, Any]", command: "Command", arguments: list[str]) -> bool:
    """Sets the value of the command's argument; whether there are as many words as it takes."""
    for parameter in command.parameters:
        if not parameter.flags:
            values[parameter.name] = arguments if parameter.kind == LIST else "".join(arguments)
            return parameter.kind == LIST or len(arguments) == 1
    return not arguments
