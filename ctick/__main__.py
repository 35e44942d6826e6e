"""`main(argv) -> int`: the one way in, and the one place where errors end."""

import gc
import os
import sys

try:
    from ctick.cli import arguments, fast_path
    from ctick.errors import BUG, DONE, INTERRUPTED, PARTLY, CtickError, UsageError, exhausted_resource
    from ctick.output import terminal
    from ctick.text import plain
except KeyboardInterrupt:  # before there is a `main` to end it
    raise SystemExit(130) from None

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

COMMANDS = (
    "backup", "convert", "doctor", "export", "forget", "history", "import", "parse", "rates", "snapshot", "sources",
    "watch",
)  # fmt: skip


def main(argv: list[str] | None = None) -> int:
    """Runs one command line and returns its exit code; no exception leaves it."""
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        if argv is None:  # What Python can't raise any more it would print, with a traceback.
            sys.unraisablehook = lambda _: None
        code = _ended(words)
    except KeyboardInterrupt:
        return INTERRUPTED
    if argv is None:  # The process ends here, and need not look for rings in what is left: a tenth of its time.
        gc.freeze()
    return code


def _ended(words: list[str]) -> int:
    """The exit code of a command line, and a sentence where something went wrong."""
    try:
        terminal.prepare()
        code = _run(words)
        if sys.stdout is not None:
            sys.stdout.flush()
    except CtickError as error:
        terminal.complain(str(error))
        return _flushed(error.exit_code)
    except BrokenPipeError:
        terminal.drop(sys.stdout)
        return DONE
    except Exception as error:  # noqa: BLE001 - the boundary: whatever else comes is a bug of ours
        if isinstance(error.__cause__, KeyboardInterrupt):  # Python 3.11 wraps one that comes while a class is made
            raise error.__cause__ from None
        if why := exhausted_resource(error):
            terminal.complain(f"out of system resources ({why}): 'ulimit -a' shows the limits")
            return _flushed(PARTLY)
        if isinstance(error, OSError) and error.filename is None and error.strerror:
            terminal.drop(sys.stdout)
            terminal.complain(f"the results could not be written ({plain(error.strerror)}): see to where stdout goes")
            return PARTLY
        return _bug(error)
    return code


def _flushed(code: int) -> int:
    """The code of an error, after what was written before it has gone out if it can."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except (OSError, ValueError):
        terminal.drop(sys.stdout)
    return code


def _run(words: list[str]) -> int:
    words = arguments.arranged(words)
    if words == ["--version"]:
        from ctick import __version__

        terminal.write([f"ctick {__version__}\n"])
        return DONE
    call = fast_path.call(words) or _typer(words)
    return call()


def _typer(words: list[str]) -> "Callable[[], int]":
    """The call that a command line asks for, as Typer reads it; its complaints in ctick's words."""
    import typer

    from ctick.cli.app import app

    usage_error: type[Exception] = typer.BadParameter.__mro__[1]
    try:
        call: Callable[[], int] | int = app(words, prog_name="ctick", standalone_mode=False)
    except usage_error as error:
        message = _lower(plain(getattr(error, "format_message", error.__str__)()).rstrip(".?"))
        known = f" {words[0]}" if words[0] in COMMANDS else ""
        raise UsageError(f"{message}{_meant(words)}: see 'ctick{known} --help'") from error
    except typer.Abort as error:
        raise KeyboardInterrupt from error
    except SystemExit as end:  # the answer to a shell that completes a word
        call = _completed(end.code)
    except (KeyError, ValueError):
        if "_CTICK_COMPLETE" not in os.environ:
            raise
        call = _completed(1)  # what the shell should have said is missing
    if call == INTERRUPTED:  # Typer's own word for Ctrl-C
        raise KeyboardInterrupt
    if isinstance(call, int):  # where it has done all there was to do, or has complained of the shell itself
        code = UsageError.exit_code if call else DONE
        return lambda: code
    return call


def _completed(code: object) -> "Callable[[], int] | int":
    """The end of an answer to a shell: fish is told by the exit code alone whether there are words to offer."""
    if not code:
        return DONE
    if os.environ.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args":
        return lambda: PARTLY
    raise UsageError("_CTICK_COMPLETE is set for shell completion, but not as any shell sets it: unset it")


def _meant(words: list[str]) -> str:
    """What somebody wants who leaves the command out."""
    from ctick.commands.options import Options
    from ctick.currencies import find

    if words[0] in COMMANDS:
        return ""
    if find(words[0]):
        return f" (did you mean {Options().command('rates', *words)}?)"
    if words[0].lstrip(f"{terminal.MINUS}$.,")[:1].isdigit():
        return f" (did you mean {Options().command('convert', *words)}?)"
    return ""


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]


def _bug(error: Exception) -> int:
    """One line for the user, the traceback into a file if one can be written."""
    try:
        place = _report(error)
    except Exception:  # noqa: BLE001 - what went wrong first is what counts
        place = None
    if place is not None:
        terminal.complain(f"this is a bug in ctick ({type(error).__name__}): please report it with {place}")
    else:
        what = f"{type(error).__name__}: {plain(error)}"
        terminal.complain(f"this is a bug in ctick ({what}), and no file could be written about it: please report it")
    return BUG


def _report(error: Exception) -> str | None:
    """The file in the state folder, or else beside other temporary files, into which the traceback went."""
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
    sys.exit(main())
