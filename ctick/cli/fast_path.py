"""The short way in for `convert` and `rates`: a plain command line -> the call that Typer would make.

Typer takes three times as long to load as the whole answer. So the few options that mean the same
everywhere, written in full, are read here; whatever else there is on the line is left to Typer,
and with it every complaint. A test holds the two doors equal on thousands of lines.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

VALUES = {"--date": "date", "--source": "source", "--db": "db", "--output": "output", "-o": "output"}
FLAGS = {"--quiet": "quiet", "-q": "quiet", "--no-color": "no_color"}


def call(words: list[str]) -> "Callable[[], int] | None":
    """What `words` (the command first) ask for, or None where Typer has to read them."""
    command, *rest = words
    if command not in ("convert", "rates") or "_CTICK_COMPLETE" in os.environ:  # a shell completes a word
        return None
    arguments: list[str] = []
    values: dict[str, str] = {}
    flags: set[str] = set()
    place = 0
    while place < len(rest):
        word = rest[place]
        place += 1
        if word in VALUES:
            if place == len(rest) or rest[place].startswith("-"):
                return None
            values[VALUES[word]] = rest[place]
            place += 1
        elif word in FLAGS:
            flags.add(FLAGS[word])
        elif word.startswith("-") and word != "-":
            return None
        else:
            arguments.append(word)

    from ctick.commands.options import Options

    get = values.get
    options = Options(
        get("date"), get("source"), get("db"), get("output"), quiet="quiet" in flags, no_color="no_color" in flags
    )
    if command == "rates":
        from ctick.commands import rates

        return lambda: rates.run(arguments, options)
    from ctick.commands import convert

    return lambda: convert.run(arguments, options, None, None, None)
