"""Puts the command of a command line first, so that options may come before it, and names it where it is left out."""

from ctick.cli.declarations import COMMANDS, FLAG
from ctick.errors import UsageError
from ctick.output.terminal import MINUS
from ctick.text import plain

_COMPLETION = ("--install-completion", "--show-completion")


def command_first(words: list[str]) -> list[str]:
    """`-q convert 5 KGS` -> `convert -q 5 KGS`, `5 KGS -q` -> `convert 5 KGS -q`; `rates` for a line without words.

    `-h` and `help` become `--help`. For `--version`, and for `--help` without a command, everything
    else is dropped. After `--` nothing is an option. Raises UsageError where an option lacks its value.
    """
    found: list[str] = []
    asked: list[str] = []  # what is neither an option nor the value of one
    at = place = 0
    wants_help = False
    while place < len(words) and words[place] != "--":
        word = words[place]
        place += 1
        if _is_negative(word) and _may_be_amount(word, asked):
            word = MINUS + word[1:]
        if not _is_option(word):
            if word == "help" and not asked:
                wants_help = True
                continue
            at = at if asked else len(found)
            asked.append(word)
        elif word.partition("=")[0] in _COMPLETION and not asked:
            return words[place - 1 :]
        elif word == "--version":
            return [word]
        elif word in ("-h", "--help"):
            if not asked:
                return ["--help"]
            word = "--help"
        elif _takes_value(word):
            if place == len(words) or (_is_option(words[place]) and not _is_negative(words[place])):
                known = f" {command}" if (command := _command(asked)) else ""
                raise UsageError(f"option '{plain(word, 40)}' requires an argument: see 'ctick{known} --help'")
            found.append(word)
            word = words[place]
            place += 1
        found.append(word)
    rest = words[place:]
    at = at if asked else len(found) + 1
    asked += rest[1:]
    line = [*found, *rest]
    command = _command(asked) or (asked[0] if asked else None)
    if asked and command == asked[0]:
        del line[at]
    if wants_help:
        line = ["--help"]
        return line if command is None else [command, *line]
    return ["rates" if command is None else command, *line]


def _may_be_amount(word: str, asked: list[str]) -> bool:
    """Whether a word that looks like a negative amount is one; `-0` before a command is an option."""
    return asked[0] == "convert" or asked[0] not in COMMANDS if asked else word != "-0"


def _command(asked: list[str]) -> str | None:
    """The command that these words begin with or leave out; None if there is none.

    `50000 KGS` is a conversion. `KGS KZT` are two rates, but `KGS USD`, `KGS to KZT` and `KGS/KZT` what one is
    worth in the other.
    """
    if not asked or asked[0] in COMMANDS:
        return asked[0] if asked else None
    from ctick.rates import amounts
    from ctick.text import is_date

    if is_date(asked[0]) or not amounts.is_request(asked):
        return None
    words = " ".join(asked)
    try:
        request = amounts.read(words, typed=True)
    except UsageError:  # which `convert` reports
        return "convert"
    is_list = not request.has_amount and "USD" not in (request.base, *request.targets)
    is_pair = "/" in words or any(word in amounts.TO for word in words.casefold().split())
    return "rates" if is_list and not is_pair else "convert"


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
