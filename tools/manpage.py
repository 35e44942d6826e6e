"""Writes share/man/man1/ctick.1, the man page, from the declared commands and the texts of the help.

    python tools/manpage.py           # after each change of an option or an example
    python tools/manpage.py --check   # exit 1 if the file is out of date

The macros are those of mdoc(7), which both man-db and mandoc read.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from ctick import __version__, currencies
from ctick.cli import help as texts
from ctick.cli.declarations import COMMANDS, LIST, OF_ALL, Command, Parameter
from ctick.cli.words import COMPLETION_OPTIONS, SHELLS
from ctick.settings import SOURCES

FILE = Path(__file__).parents[1] / "share/man/man1/ctick.1"

DATE = "November 28, 2026"
"""The day of the last release, or of the last change after it."""


def main(argv: list[str]) -> int:
    """Writes the page, or compares it; the exit code."""
    text = page()
    if argv == ["--check"]:
        return int(not FILE.exists() or FILE.read_text(encoding="utf-8") != text)
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(text, encoding="utf-8")
    return 0


def page() -> str:
    """The whole man page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from (
        '.\\" Written by tools/manpage.py; do not edit.',
        f".Dd {DATE}",
        ".Dt CTICK 1",
        f".Os ctick {__version__}",
    )
    yield from (".Sh NAME", ".Nm ctick", ".Nd exchange rates of KGS, KZT, TJS, UZS and TMT in US dollars")
    yield from (".Sh SYNOPSIS", ".Nm", ".Op Ar command", ".Op Ar option ...", ".Op Ar argument ...")
    yield ".Sh DESCRIPTION"
    yield from (".Nm", "shows and converts rates of five Central Asian currencies against the US dollar:")
    yield f"{', '.join(_currency(code) for code in currencies.FIVE)}."
    yield "It answers at once, without a network, from rates that it has saved before or that came with it,"
    yield "and says how old they are and how exact a result is."
    yield ".Pp"
    yield from _text("Without a command it shows the newest rates. Options may stand before the command.")
    yield from (".Pp", "These sources are known:", f"{', '.join(SOURCES)}.")
    yield ".Sh COMMANDS"
    for command in COMMANDS.values():
        yield from _command(command)
    yield ".Sh OPTIONS OF ALL COMMANDS"
    yield from (".Bl -tag -width Ds", *[line for option in OF_ALL for line in _parameter(option)], ".El")
    yield ".Sh OPTIONS WITHOUT A COMMAND"
    yield from _list(_GENERAL, ".It Fl {}")
    yield ".Bl -tag -width Ds"
    for option, text in COMPLETION_OPTIONS.items():
        yield from (f".It Fl {_escaped(option[1:])} Op Ar {' | '.join(SHELLS)}", *_text(text))
    yield ".El"
    yield ".Sh ENVIRONMENT"
    yield "An option goes before a variable, and a variable before the settings file."
    yield from _list(texts.ENVIRONMENT, ".It Ev {}")
    yield ".Sh FILES"
    yield from _list(texts.FILES, ".It Pa {}")
    yield from (".Sh EXIT STATUS", ".Bl -tag -width Ds")
    for code, meaning in texts.EXIT_CODES.items():
        yield from (f".It {code}", *_text(meaning))
    yield from (".El", ".Sh EXAMPLES")
    for example, meaning in texts.EXAMPLES.items():
        yield from (*_text(meaning), f".Dl {_escaped(example)}")
    yield from (".Sh SEE ALSO", ".Nm", ".Cm help Ar command", "prints the help of one command.")


_GENERAL = {"--help, -h": "Show help; after a command, the help of that command.", "--version": "Show the version."}


def _command(command: Command) -> Iterator[str]:
    """The section of a command: its synopsis, what it does, its arguments, options and examples."""
    yield f".Ss {command.name}"
    metavars = [parameter.metavar for parameter in command.parameters if not parameter.flags]
    yield from (
        ".Nm",
        f".Cm {command.name}",
        ".Op Ar option ...",
        *[f".Ar {_escaped(metavar)}" for metavar in metavars],
    )
    yield from (".Pp", *_text(command.summary), *_paragraphs(texts.details(command)))
    own = [parameter for parameter in command.parameters if parameter not in OF_ALL]
    if own:
        yield from (".Bl -tag -width Ds", *[line for parameter in own for line in _parameter(parameter)], ".El")
    yield from (".Pp", "Examples:", ".Bd -literal -offset indent -compact")
    yield from map(_escaped, command.examples)
    yield ".Ed"


def _parameter(parameter: Parameter) -> list[str]:
    more = ["It may be given more than once."] if parameter.kind == LIST and parameter.flags else []
    return [_item(parameter), *_text(parameter.description), *more]


def _item(parameter: Parameter) -> str:
    if not parameter.flags:
        return f".It Ar {_escaped(parameter.metavar)}"
    flags = " , ".join([f"Fl {_escaped(flag.removeprefix('-'))}" for flag in reversed(parameter.flags)])
    return f".It {flags} Ar {_escaped(parameter.metavar)}" if parameter.metavar else f".It {flags}"


def _list(rows: Mapping[str, str], item: str) -> Iterator[str]:
    """A list of names, several of which may share a text."""
    macro = item.split()[1]
    yield ".Bl -tag -width Ds"
    for names, text in rows.items():
        parts = [name.removeprefix("-") if macro == "Fl" else name for name in names.split(", ")]
        yield from (item.format(f" , {macro} ".join(map(_escaped, parts))), *_text(text))
    yield ".El"


def _currency(code: str) -> str:
    return f"{code} ({currencies.NAMES[code]})"


def _paragraphs(text: str) -> Iterator[str]:
    r"""Paragraphs, with empty lines between them; one that begins with \b is shown line by line, as Typer does."""
    for paragraph in filter(None, text.split("\n\n")):
        yield ".Pp"
        if paragraph.startswith("\b\n"):
            yield from (".Bd -literal -compact", *map(_escaped, paragraph.split("\n")[1:]), ".Ed")
        else:
            yield from _text(paragraph)


def _text(text: str) -> list[str]:
    """Text with each sentence on a line of its own, as mdoc wants it."""
    return _escaped(text).replace(". ", ".\n").split("\n")


def _escaped(text: str) -> str:
    r"""Text in which nothing is a macro: backslashes, hyphens and quotes as typed, no dot at the start of a line."""
    for sign, escape in {
        "\\": "\\e",
        "-": "\\-",
        "'": "\\(aq",
        "`": "\\(ga",
        "^": "\\(ha",
        "~": "\\(ti",
        '"': "\\(dq",
    }.items():
        text = text.replace(sign, escape)
    return "\\&" + text if text.startswith(".") else text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
