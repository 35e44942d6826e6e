"""Stdout and stderr: what they can show, how wide they are, and messages to the user."""

import codecs
import os
import sys
from collections.abc import Iterable
from errno import EBADF

from ctick import settings
from ctick.text import NO_BREAK, plain, wrapped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

MINUS = "\u2212"
"""Replaces the hyphen of a negative amount, which Typer would take for an option."""

_ASCII = {
    "≈": "~", "·": "-", "–": "-", "—": "-", "−": "-", "•": "*", "…": "...", "✓": "yes", "✗": "no",
    "▲": "^", "▼": "v", "▬": "=", "±": "~", "×": "x", "\ufffd": "?", "\u00a0": " ",
    "▁": "_", "▂": ".", "▃": "-", "▄": "=", "▅": "+", "▆": "*", "▇": "#", "█": "@",
}  # fmt: skip


def prepare() -> None:
    """Lets characters that the encoding doesn't have degrade to ASCII.

    Removes an invalid `COLUMNS` or `LINES` from the environment: rich would fail on it.
    """
    for name in ("COLUMNS", "LINES"):
        if name in os.environ and _number(name) is None:
            del os.environ[name]
    codecs.register_error("ctick", _degrade)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="ctick")


def _degrade(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    bad = error.object[error.start : error.end]
    return "".join([_ASCII.get(char, "?") for char in bad]), error.end


def is_terminal(stream: "TextIO | None") -> bool:
    """Whether this stream is a terminal."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def wants_color(stream: "TextIO | None", option: str | None) -> bool:
    """Whether to print in colour; with `auto`, if it is a terminal, and not one of TERM=dumb."""
    when, _ = color(option)
    return when == "always" or (when == "auto" and is_terminal(stream) and os.environ.get("TERM") != "dumb")


def color(option: str | None) -> tuple[str, str]:
    """`always`, `never` or `auto`, and what says so: the option, a variable, the settings, or nothing ("").

    The variables are those of https://no-color.org, https://force-color.org and https://bixense.com/clicolors.
    `--color auto` leaves out only the settings.
    """
    if option in ("always", "never"):
        return option, "--color"
    for name, when in (("NO_COLOR", "never"), ("FORCE_COLOR", "always"), ("CLICOLOR_FORCE", "always")):
        value = os.environ.get(name)
        if value and (value != "0" or name != "CLICOLOR_FORCE"):
            return when, name
    if os.environ.get("CLICOLOR") == "0":
        return "never", "CLICOLOR"
    if option is not None:
        return option, "--color"
    return settings.text("color") or "auto", settings.origin("color") if settings.is_set("color") else ""


def _number(name: str) -> int | None:
    """The value of an environment variable; None if it is not a number from 1 to 9999."""
    text = os.environ.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    number = int(text)
    return number if 0 < number < 10_000 else None


def width() -> int:
    """The columns of the terminal: `COLUMNS`, else its real size, else 80."""
    return _number("COLUMNS") or _size()[0] or 80


def height() -> int:
    """The rows of the terminal: `LINES`, else its real size, else 24."""
    return _number("LINES") or _size()[1] or 24


def height_above(notes: Iterable[str]) -> int:
    """The rows of the terminal without those that `say` takes for the notes, but at least 16 if it has them."""
    rows = height()
    if sys.stderr is None or not is_terminal(sys.stderr):
        return rows
    taken = sum(between_words(note, sys.stderr).count("\n") + 1 for note in notes)
    return max(rows - taken, min(rows, 16))


def _size() -> tuple[int, int]:
    """The columns and rows of the terminal; zeros if there is none."""
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        try:
            return os.get_terminal_size(stream.fileno())
        except (AttributeError, OSError, ValueError):
            continue
    return 0, 0


def say(message: str) -> None:
    """One line on stderr, see `between_words`; does nothing if it can't be written."""
    if sys.stderr is not None:
        try:
            sys.stderr.write(between_words(plain(message, 2000), sys.stderr) + "\n")
            sys.stderr.flush()
        except (OSError, ValueError):
            drop(sys.stderr)


def between_words(text: str, stream: "TextIO") -> str:
    """A line of text, on a terminal broken between words where it is too long; commands stay whole."""
    if not is_terminal(stream):
        return text
    return "\n".join(wrapped(_with_whole_commands(text), width(), cuts_words=False))


def _with_whole_commands(text: str) -> str:
    """The text with unbreakable spaces in what is quoted and after an option, so that both can be copied."""
    words, mark, is_option = "", "", False
    for word in text.split(" "):
        words += (NO_BREAK if mark or is_option else " ") + word
        rest, is_option = word, word.startswith("--")
        if not mark and word.lstrip("(").startswith(("'", '"')):
            mark, rest = word.lstrip("(")[0], word.lstrip("(")[1:]
        if mark and rest.rstrip(".,;:?)").endswith(mark):
            mark = ""
    return text if mark else words[1:]


def complain(message: str) -> None:
    """An error as one line on stderr."""
    say(f"ctick: {message.replace(MINUS, '-')}")


def drop(stream: "TextIO | None") -> None:
    """Discards what is still in the stream's buffer, so that flushing at exit doesn't fail again."""
    if stream is not None:
        try:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, stream.fileno())
            os.close(null)
        except (OSError, ValueError):
            pass


def stdout() -> "TextIO":
    """Stdout; OSError if it is closed."""
    if sys.stdout is None:
        raise OSError(EBADF, "it is closed")
    return sys.stdout


def write(lines: Iterable[str], *, at_once: bool = False) -> None:
    """Writes to stdout; `at_once` flushes each line."""
    out = stdout()
    for line in lines:
        out.write(line)
        if at_once:
            out.flush()


def shows(text: str) -> bool:
    """Whether stdout can encode these characters."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
