"""`main(argv) -> int`: the one way in, and the one place where errors end."""

import gc
import os
import sys

try:
    from ctick.cli import arguments, fast_path
    from ctick.cli.declarations import COMMANDS
    from ctick.errors import BUG, DONE, INTERRUPTED, PARTLY, CtickError, exhausted_resource
    from ctick.output import terminal
    from ctick.text import plain
except KeyboardInterrupt:  # before there is a `main` to end it
    raise SystemExit(130) from None


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
    values: dict[str, object] | int | None = fast_path.read(words)
    if values is None:
        from ctick.cli import app  # loads Typer

        values = app.read(words)
    return values if isinstance(values, int) else COMMANDS[words[0]].run(values)


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
