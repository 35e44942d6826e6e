"""The command line as Typer reads it: help, and messages about what is wrong.

Typer only reads. The command is run by the caller, because Typer would handle broken pipes itself;
so all errors are handled in `__main__`.
"""

import inspect
from collections.abc import Callable
from difflib import get_close_matches
from itertools import dropwhile, takewhile
from typing import Annotated, Any

import typer

from ctick.cli import help as texts
from ctick.cli import shells
from ctick.cli.declarations import COMMANDS, FLAG, INTEGER, LIST, Command, Parameter
from ctick.currencies import guess, is_name
from ctick.errors import DONE, INTERRUPTED, UsageError
from ctick.output import terminal
from ctick.shell import command as shell_command
from ctick.text import is_date, plain

Values = dict[str, object]

_HINTS: dict[str, object] = {FLAG: bool, INTEGER: int | None, LIST: list[str] | None}


def read(words: list[str]) -> Values | int:
    """A value for each parameter of the command that `words` begin with; an exit code where Typer has done all."""
    if shells.wanted(words):
        return shells.run(words)
    if words == ["--help"] or (words[0] in texts.TOPICS and words[1:] == ["--help"]):
        terminal.write([texts.overview() if words == ["--help"] else texts.topic(words[0])])
        return DONE
    usage_error: type[Exception] = typer.BadParameter.__mro__[1]  # of Typer's own copy of Click, which is not public
    try:
        answer: Values | int = build()(words, prog_name="ctick", standalone_mode=False)
    except usage_error as error:
        known = f" {words[0]}" if words[0] in COMMANDS else ""
        raise UsageError(f"{_problem(error, words)}: see 'ctick{known} --help'") from error
    except typer.Abort as error:
        raise KeyboardInterrupt from error
    if answer == INTERRUPTED:  # what Typer returns after Ctrl-C
        raise KeyboardInterrupt
    if isinstance(answer, int):
        return UsageError.exit_code if answer else DONE
    return answer


def build() -> typer.Typer:
    """The application, with a function for each declared command."""
    app = typer.Typer(
        name="ctick",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=False,
        add_completion=False,
    )
    app.callback()(_main)
    for command in COMMANDS.values():
        examples = "\b\nExamples:\n" + "\n".join([f"  {line}" for line in command.examples])
        details = f"{command.summary}\n\n{texts.details(command)}".strip()
        epilog = "\n\n".join([*texts.notes(command), examples])
        app.command(command.name, help=details, epilog=epilog)(_function(command))
    return app


def _main(version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False) -> None:
    pass


def _function(command: Command) -> Callable[..., Values]:
    """A function with the command's parameters, as Typer inspects it."""

    def function(**values: object) -> Values:
        given = {name: value for name, value in values.items() if value is not None}
        return {parameter.name: given.get(parameter.name, parameter.initial()) for parameter in command.parameters}

    parameters = [
        inspect.Parameter(
            parameter.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if parameter.is_required else parameter.default,
            annotation=_annotation(parameter),
        )
        for parameter in command.parameters
    ]
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # inspect looks for it
    function.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return function


def _annotation(parameter: Parameter) -> object:
    hint: Any = _HINTS.get(parameter.kind, str if parameter.is_required else str | None)
    metavar, text = parameter.metavar or None, parameter.description
    if parameter.flags:
        return Annotated[hint, typer.Option(*parameter.flags, metavar=metavar, help=text, show_default=False)]
    return Annotated[hint, typer.Argument(metavar=metavar, help=text)]


def _problem(error: Exception, words: list[str]) -> str:
    """What is wrong with a command line; of Typer's messages those are replaced that its versions word differently."""
    name = words[0]
    if name not in COMMANDS and not name.startswith("-"):
        return _unknown(words)
    if name in COMMANDS and hasattr(error, "possibilities"):
        option = str(getattr(error, "option_name", ""))
        known = [flag[2:] for flag in COMMANDS[name].options() if flag.startswith("--")]
        near = get_close_matches(option[2:], known, n=1)
        return f"no such option '{plain(option, 40)}'" + (f" (did you mean '--{near[0]}'?)" if near else "")
    message = plain(getattr(error, "format_message", error.__str__)()).rstrip(".")
    message = message.replace("is not a valid integer", "is not a valid int")
    return message[:1].lower() + message[1:].replace("is not a valid int", "is not a whole number")


def _unknown(words: list[str]) -> str:
    """The message about a first word that is neither a command nor an amount nor a currency."""
    word = words[0]
    near = get_close_matches(word, COMMANDS, n=1)
    if near != ["convert"] and (question := _question(words)):
        return f"no such command or currency '{plain(word, 40)}' (did you mean {question}?)"
    if near:
        return f"no such command '{plain(word, 40)}' (did you mean '{near[0]}'?)"
    meant = f" (did you mean 'ctick rates --date {word}'?)" if is_date(word) else guess(word)
    return f"no such command or currency '{plain(word, 40)}'{meant}"


def _question(words: list[str]) -> str | None:
    """`'ctick 5 KGS in USD'` for `what is 5 KGS in USD? -q`, from the amount up to the options; None without one."""
    asked = list(takewhile(lambda word: not word.startswith("-"), words))
    asked = list(dropwhile(lambda word: not word.lstrip("$")[:1].isdigit(), asked))
    asked = [word.rstrip("?") for word in asked]
    return shell_command(*asked) if any(map(is_name, asked[1:])) else None
