"""Puts the command of a command line first, so that options may come before it."""

from ctick.cli.declarations import COMMANDS, FLAG
from ctick.errors import UsageError
from ctick.output.terminal import MINUS
from ctick.text import plain

_COMPLETION = ("--install-completion", "--show-completion")


def command_first(words: list[str]) -> list[str]:
    """`-q convert 5 KGS` -> `convert -q 5 KGS`; `rates` where no command is named.

    `-h` and `help` become `--help`. For `--version`, and for `--help` without a command, everything
    else is dropped. After `--` nothing is an option. Raises UsageError where an option lacks its value.
    """
    command: str | None = None
    found: list[str] = []
    wants_help = False
    place = 0
    while place < len(words) and words[place] != "--":
        word = words[place]
        place += 1
        if _is_negative(word) and (command == "convert" or (command is None and word != "-0")):  # -0 is an option, too
            word = MINUS + word[1:]
        if not _is_option(word):
            if command is not None:
                found.append(word)
            elif word == "help":
                wants_help = True
            else:
                command = word
        elif word.partition("=")[0] in _COMPLETION and command is None:
            return words[place - 1 :]
        elif word == "--version":
            return [word]
        elif word in ("-h", "--help"):
            if command is None:
                return ["--help"]
            found.append("--help")
        elif not _takes_value(word):
            found.append(word)
        elif place < len(words) and (not _is_option(words[place]) or _is_negative(words[place])):
            found += [word, words[place]]
            place += 1
        else:
            known = f" {plain(command, 40)}" if command else ""
            raise UsageError(f"option '{plain(word, 40)}' requires an argument: see 'ctick{known} --help'")
    rest = words[place:]
    if command is None and len(rest) > 1:
        command = rest.pop(1)
    if wants_help:
        return ["--help"] if command is None else [command, "--help"]
    return ["rates" if command is None else command, *found, *rest]


def _is_option(word: str) -> bool:
    return word.startswith("-") and word != "-"


def _is_negative(word: str) -> bool:
    return word[:1] == "-" and (word[1:2] in tuple("0123456789.,$₸") or word in ("-inf", "-nan", "-infinity"))


def _takes_value(option: str) -> bool:
    """Whether the next word is the value of an option: `--db`, `-o`, `-qo`, but not `--db=FILE` or `-ojson`."""
    known = {flag for command in COMMANDS.values() for flag, other in command.options().items() if other.kind != FLAG}
    if option.startswith("--"):
        return option in known
    last = next((place for place, letter in enumerate(option) if f"-{letter}" in known), 0)
    return last == len(option) - 1
