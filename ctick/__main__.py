"""`main(argv) -> int`: the one way in, and the one place where errors end."""

import gc
import os
import sys

from ctick import door, terminal
from ctick.errors import BUG, DONE, INTERRUPTED, PARTLY, CtickError, UsageError, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

COMMANDS = (
    "convert", "doctor", "export", "forget", "history", "import", "parse", "rates", "snapshot", "sources", "watch",
)  # fmt: skip

_WITH_VALUE = ("--date", "--source", "--db", "--output", "-o")


def main(argv: list[str] | None = None) -> int:
    """Runs one command line and returns its exit code; no exception leaves it."""
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        terminal.prepare()
        code = _run(words)
        if sys.stdout is not None:
            sys.stdout.flush()
    except CtickError as error:
        terminal.complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _drop_stdout()
        return DONE
    except OSError as error:
        if error.filename is None and error.strerror:
            _drop_stdout()
            terminal.complain(f"the results could not be written ({plain(error.strerror)}): see to where stdout goes")
            return PARTLY
        return _bug(error)
    except Exception as error:  # noqa: BLE001 - the boundary: whatever else comes is a bug of ours
        return _bug(error)
    if argv is None:  # The process ends here, and need not look for rings in what is left: a tenth of its time.
        gc.freeze()
    return code


def _run(words: list[str]) -> int:
    if "--version" in words:
        from ctick import __version__

        terminal.write([f"ctick {__version__}\n"])
        return DONE
    words = [_amount(word) for word in _command_first(words)]
    call = door.call(words) or _typer(words)
    return DONE if call is None else call()


def _command_first(words: list[str]) -> list[str]:
    """`-q convert 5 KGS` -> `convert -q 5 KGS`, and `rates` where no command is named."""
    place = 0
    while place < len(words) and words[place].startswith("-"):
        if words[place] in ("--help", "-h", "--install-completion", "--show-completion"):
            return words
        place += 2 if words[place] in _WITH_VALUE else 1
    if place >= len(words):
        return ["rates", *words]
    return [words[place], *words[:place], *words[place + 1 :]]


def _typer(words: list[str]) -> "Callable[[], int] | None":
    """The call that a command line asks for, as Typer reads it; its complaints in ctick's words."""
    import typer

    from ctick.cli import app

    usage_error: type[Exception] = typer.BadParameter.__mro__[1]
    try:
        call: Callable[[], int] | int | None = app(words, prog_name="ctick", standalone_mode=False)
    except usage_error as error:
        message = getattr(error, "format_message", error.__str__)()
        known = f" {words[0]}" if words[0] in COMMANDS else ""
        raise UsageError(f"{_lower(plain(message).rstrip('.'))}: see 'ctick{known} --help'") from error
    except typer.Abort as error:
        raise KeyboardInterrupt from error
    return None if isinstance(call, int) else call  # a number where help was shown


def _amount(word: str) -> str:
    """A negative amount is no option: it goes through both doors with a minus sign instead of a hyphen."""
    return "\u2212" + word[1:] if word[:1] == "-" and word[1:2] in tuple("0123456789.$") else word


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]


def _drop_stdout() -> None:
    """What is still in stdout's buffer has nowhere to go, and must not fail once more at exit."""
    if sys.stdout is not None:
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)
        except (OSError, ValueError):
            pass


def _bug(error: Exception) -> int:
    """One line for the user, the traceback into a file in the state folder."""
    import tempfile
    import traceback

    from ctick import __version__, clock, paths

    text = f"ctick {__version__}, Python {sys.version}\n\n{''.join(traceback.format_exception(error))}"
    name = f"bug-{clock.now():%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    for folder in (paths.state_dir, tempfile.gettempdir):
        try:
            place = os.path.join(folder(), name)
            os.makedirs(os.path.dirname(place), mode=0o700, exist_ok=True)
            with open(place, "x", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
        except (OSError, CtickError):
            continue
        terminal.complain(f"this is a bug in ctick ({type(error).__name__}): please report it with {place}")
        return BUG
    what = f"{type(error).__name__}: {plain(error)}"
    terminal.complain(f"this is a bug in ctick ({what}), and no file could be written about it: please report it")
    return BUG


if __name__ == "__main__":
    sys.exit(main())
