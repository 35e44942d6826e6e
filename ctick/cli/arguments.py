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
    command: str | None = None
    found: list[str] = []
    asked: list[str] = []  # what is neither an option nor the value of one
    wants_help = False
    place = 0
    while place < len(words) and words[place] != "--":
        word = words[place]
        place += 1
        may_be_amount = word != "-0" if command is None else command == "convert" or command not in COMMANDS
        if may_be_amount and _is_negative(word):  # -0 is an option, too
            word = MINUS + word[1:]
        if not _is_option(word):
            if command is None and word == "help":
                wants_help = True
                continue
            if command is None:
                command = word
            else:
                found.append(word)
            asked.append(word)
        elif word in _COMPLETION and command is None:
            return words
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
    asked += rest[1:]
    if asked and asked[0] not in COMMANDS and (name := _left_out(asked)):
        found, command = [*([] if command is None else [command]), *found], name
    if command is None and len(rest) > 1:
        command = rest.pop(1)
    if wants_help:
        return ["--help"] if command is None else [command, "--help"]
    return ["rates" if command is None else command, *found, *rest]


def _left_out(asked: list[str]) -> str | None:
    """`convert` or `rates` for the words of a line that begins with neither a command; None if they ask for nothing.

    `KGS KZT` are two rates, `KGS USD`, `KGS to KZT` and `KGS/KZT` are what one is worth in the other.
    """
    from ctick.rates import amounts

    if is_date(asked[0]) or not amounts.is_request(asked):
        return None
    words = " ".join(asked)
    try:
        request = amounts.read(words, typed=True)
    except UsageError:  # which `convert` reports
        return "convert"
    is_list = not ("/" in words or any(word in amounts.TO for word in words.casefold().split()))
    return (
        "rates" if is_list and not request.has_amount and "USD" not in (request.base, *request.targets) else "convert"
    )


def is_date(word: str) -> bool:
    """Whether this is a day, as `--date` takes it."""
    from ctick import clock
    from ctick.text import read_date

    try:
        return bool(read_date(word, clock.today()))
    except UsageError:
        return False


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
