"""The commands that messages name, as a shell takes them."""

import os

from ctick import paths
from ctick.errors import CtickError
from ctick.text import plain

_LONGEST = 5000  # characters; a command that is cut is of no use
_SAFE = dict.fromkeys(map(ord, "@%+=:,./-_"), "x")


def command(*words: str, db: str | None = None) -> str:
    """`'ctick forget 2026-11-24 --db rates.db'`, in quotes; `db` is the store if it is to be named."""
    option = [] if db is None else [f"--db={db}"] if db.startswith("-") else ["--db", db]
    return command_line("ctick", *words, *option)


def store_command(path: str, *words: str) -> str:
    """A `command` for the store in `path`: `--db` is left out for the default store, if CTICK_DB is not set."""
    return command(*words, db=None if _is_default(path) else path)


def command_line(*words: str) -> str:
    """Any command, in single quotes; in double ones if it has single quotes in it."""
    text = plain(" ".join([_quoted(word) for word in words]), _LONGEST)
    mark = '"' if "'" in text else "'"
    return f"{mark}{text}{mark}"


def _is_default(path: str) -> bool:
    try:
        return path == paths.store_path(None) == os.path.join(paths.data_dir(), "ctick.db")
    except CtickError:
        return False


def _quoted(word: str) -> str:
    """As `shlex.quote`, whose import would load `re`."""
    if word and word.translate(_SAFE).isalnum():
        return word
    return "'" + word.replace("'", "'\"'\"'") + "'"
