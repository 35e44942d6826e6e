"""`main(argv)`: runs a command line, and turns every exception into a message and an exit code."""

import gc
import os
import sys

# Python looks for cycles after every 700 new objects by default: dozens of times before the first line of output.
gc.set_threshold(10_000)

try:
    from ctick import settings
    from ctick.cli import arguments, fast_path
    from ctick.cli.declarations import COMMANDS
    from ctick.errors import BUG, DONE, INTERRUPTED, PARTLY, CtickError, exhausted_resource
    from ctick.output import terminal
    from ctick.text import plain
except KeyboardInterrupt:  # before there is a `main` to end it
    raise SystemExit(130) from None

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def main(argv: list[str] | None = None) -> int:
    """Runs one command line (without the program's name) and returns its exit code; raises nothing."""
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        if argv is None:  # Python would print exceptions that it can't raise, with a traceback
            sys.unraisablehook = lambda _: None
        return _exit_code(words)
    except KeyboardInterrupt:
        return INTERRUPTED


def console_script() -> "NoReturn":
    """Runs the command line of this process, and ends the process.

    Nothing is open or running by then, so Python need not dismantle its modules first, which takes
    a twelfth of the time of `ctick convert`.
    """
    try:
        code = _flush(main())
    except KeyboardInterrupt:
        code = INTERRUPTED
    os._exit(code)


def _exit_code(words: list[str]) -> int:
    """Runs a command line, and prints a message if something goes wrong."""
    try:
        terminal.prepare()
        code = _run(words)
        if sys.stdout is not None:
            sys.stdout.flush()
    except CtickError as error:
        terminal.complain(str(error))
        return _flush(error.exit_code)
    except BrokenPipeError:
        terminal.drop(sys.stdout)
        return DONE
    except Exception as error:  # noqa: BLE001 - anything unexpected is a bug in ctick
        if isinstance(error.__cause__, KeyboardInterrupt):  # Python 3.11 wraps one raised while a class is created
            raise error.__cause__ from None
        if why := exhausted_resource(error):
            terminal.complain(f"out of system resources ({why}): 'ulimit -a' shows the limits")
            return _flush(PARTLY)
        if isinstance(error, OSError) and error.filename is None and error.strerror:
            terminal.drop(sys.stdout)
            terminal.complain(f"the results could not be written ({plain(error.strerror)}): check where stdout goes")
            return PARTLY
        return _bug(error)
    return code


def _flush(code: int) -> int:
    """Writes what is still buffered, if possible; returns the code of the error that came first."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except (OSError, ValueError):
        terminal.drop(sys.stdout)
    return code


def _run(words: list[str]) -> int:
    if "_CTICK_COMPLETE" in os.environ:  # set by a shell that completes a word
        from ctick.cli import completion

        return completion.answer(os.environ["_CTICK_COMPLETE"])
    settings.forget()  # of an earlier run in this process
    words = arguments.command_first(words)
    if words == ["--version"]:
        from ctick import __version__

        terminal.write([f"ctick {__version__}\n"])
        return DONE
    values: dict[str, object] | int | None = fast_path.read(words)
    if values is None:
        from ctick.cli import app  # loads Typer

        values = app.read(words)
    return values if isinstance(values, int) else COMMANDS[words[0]].run(values)


def _bug(error: Exception) -> int:
    """Prints one line; the traceback goes into a file if one can be written."""
    try:
        place = _report(error)
    except Exception:  # noqa: BLE001 - the first error is the one to report
        place = None
    if place is not None:
        terminal.complain(f"this is a bug in ctick ({type(error).__name__}): please report it with {place}")
    else:
        what = f"{type(error).__name__}: {plain(error)}"
        terminal.complain(f"this is a bug in ctick ({what}): please report it (no file could be written)")
    return BUG


def _report(error: Exception) -> str | None:
    """Writes the traceback to a file in the state folder or the temporary folder; returns its path."""
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
        return place
    return None


if __name__ == "__main__":
    console_script()
