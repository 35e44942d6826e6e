"""The user's settings: `config.toml`, and the environment variables that override it.

Everything that reads a setting asks here. The file is read once a run, when a setting is first needed
that no environment variable has. All settings are described in `settings_table`.
"""

import os

from ctick.errors import StoreError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Entries = dict[str, tuple[object, int | None]]
    """The settings in the file by name, each with its value and its line."""

SOURCES = {
    "timesca": "The Times of Central Asia",
    "cbr": "Bank of Russia",
    "cbu": "Central Bank of Uzbekistan",
    "frankfurter": "Frankfurter",
    "fawaz": "fawazahmed0/currency-api",
    "nbk": "National Bank of Kazakhstan",
    "nbkr": "National Bank of the Kyrgyz Republic",
    "nbt": "National Bank of Tajikistan",
}
"""The names of all sources with their publishers: to load the sources themselves takes longer than to answer."""

VARIABLES = {
    "to": "CTICK_TO",
    "sources": "CTICK_SOURCES",
    "som": "CTICK_SOM",
    "per_dollar": "CTICK_PER_DOLLAR",
    "fetch": "CTICK_FETCH",
    "db": "CTICK_DB",
    **{f"urls.{name}": f"CTICK_URL_{name.upper()}" for name in SOURCES},
}
"""The environment variable of each setting that has one; an empty variable counts as unset."""

CHOICES: "dict[str, Sequence[str]]" = {
    "sources": tuple(SOURCES),
    "som": ("KGS", "UZS"),
    "color": ("always", "auto", "never"),
    "fetch": ("daily", "never"),
}
"""The values of the settings that take only some."""

_YES = ("1", "true", "yes", "on")
_NO = ("0", "false", "no", "off")

remarks: list[str] = []
"""Remarks about the file, once it was read: keys that are unknown."""

_read_entries: "list[Entries]" = []  # of this run, once they were read


def text(name: str) -> str | None:
    """The value of a setting, or None. UsageError for an unknown one, or if the file can't be used."""
    raw = _in_environment(name)
    if raw is None:
        value = entries().get(name, (None,))[0]
        return value or None if isinstance(value, str) else None
    return choice(name, raw.strip(), VARIABLES[name]) if name in CHOICES else raw


def words(name: str) -> list[str]:
    """The values of a setting that is a list; in the environment they are divided by commas or spaces."""
    raw = _in_environment(name)
    if raw is None:
        value = entries().get(name, (None,))[0]
        return list(value) if isinstance(value, list) else []
    return [choice(name, word, VARIABLES[name]) for word in raw.replace(",", " ").split()]


def is_on(name: str) -> bool:
    """Whether a setting that is yes or no is on: `true`, in the environment also `1`, `yes` or `on`."""
    raw = _in_environment(name)
    if raw is None:
        return entries().get(name, (False,))[0] is True
    word = raw.strip().casefold()
    if word not in (*_YES, *_NO):
        from ctick.text import plain

        raise UsageError(f"{VARIABLES[name]}: '{plain(word, 40)}' is neither 1 nor 0: set one of these, or unset it")
    return word in _YES


def is_set(name: str) -> bool:
    """Whether the user has set it."""
    return _in_environment(name) is not None or name in entries()


def origin(name: str) -> str:
    """Where a value comes from, to begin a message about it: `CTICK_TO`, or `/home/x/config.toml, line 3, to`."""
    if _in_environment(name) is not None:
        return VARIABLES[name]
    return f"{place(entries()[name][1])}, {name}" if name in entries() else name


def place(line: int | None) -> str:
    """`/home/x/.config/ctick/config.toml, line 3`; without the line where it isn't known."""
    from ctick import paths
    from ctick.text import plain

    return plain(paths.config_file(), 1000) + (f", line {line}" if line else "")


def choice(name: str, word: str, where: str) -> str:
    """The value that this word spells, in any case; the word itself if the setting takes any."""
    known = CHOICES.get(name, (word,))
    for spelling in known:
        if word.casefold() == spelling.casefold():
            return spelling
    from ctick.text import plain

    what = "source" if name == "sources" else "value"
    raise UsageError(f"{where}: unknown {what} '{plain(word, 40)}': choose from {', '.join(known)}")


def entries() -> "Entries":
    """What the file has; empty if there is none. UsageError if it can't be used."""
    if not _read_entries:
        _read_entries.append(_read())
    return _read_entries[0]


def forget() -> None:
    """Makes sure that the file is read again when it is needed next."""
    _read_entries.clear()
    remarks.clear()


def _in_environment(name: str) -> str | None:
    variable = VARIABLES.get(name)
    raw = os.environ.get(variable) if variable else None
    return raw if raw and not raw.isspace() else None


def _read() -> "Entries":
    from ctick import paths

    try:
        path = paths.config_file()
    except StoreError:  # there is no home folder
        return {}
    try:
        # O_NONBLOCK: not to wait for another program if it is a named pipe. O_BINARY: on Windows, to read bytes.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        # A folder that may not be searched is no reason to fail: HOME may be another user's.
        if not os.path.lexists(path):
            return {}
        from ctick import settings_file

        raise settings_file.unreadable(path, error) from error
    from ctick import settings_file

    found, unknown = settings_file.read(path, descriptor)
    remarks[:] = unknown
    return found
