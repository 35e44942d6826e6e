"""What the user has set for good: `config.toml` and the environment variables that override it.

Everything that reads a setting asks here. The file is read once a run, when a setting is first needed
that no environment variable has.
"""

import os

from ctick.errors import StoreError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    Entries = dict[str, tuple[object, int | None]]
    """The settings in the file by name, each with its value and its line."""

TEXT, FLAG, LIST = "a string", "true or false", "a list of strings"

SOURCES = ("timesca", "cbr", "cbu", "frankfurter", "fawaz", "nbk", "nbkr", "nbt")
"""The names of all sources: to load the sources themselves takes longer than to answer."""

_YES = ("1", "true", "yes", "on")
_NO = ("0", "false", "no", "off")


class Setting:
    """A key of the file; `variable` overrides it, `example` is a value as the file has it."""

    __slots__ = ("choices", "default", "description", "example", "kind", "name", "variable")

    def __init__(
        self,
        name: str,
        kind: str,
        variable: str,
        example: str,
        description: str,
        choices: "Sequence[str]" = (),
        default: str = "",
    ) -> None:
        self.name = name
        self.kind = kind
        self.variable = variable
        self.example = example
        self.description = description
        self.choices = choices
        self.default = default


SETTINGS = (
    Setting("to", LIST, "CTICK_TO", '["USD", "KZT"]', "Currencies to convert to.", default="USD"),
    Setting("sources", LIST, "CTICK_SOURCES", '["timesca", "cbr"]', "Sources to fetch.", SOURCES, "timesca, cbr"),
    Setting("som", TEXT, "CTICK_SOM", '"KGS"', "The currency that 'som' means: KGS or UZS.", ("KGS", "UZS")),
    Setting("per_dollar", FLAG, "CTICK_PER_DOLLAR", "true", "Show rates as units for 1 USD.", default="false"),
    Setting("color", TEXT, "", '"auto"', "Colour: auto, always or never.", ("auto", "always", "never"), "auto"),
    Setting("alerts", LIST, "", '["KZT<0.0019"]', "Alerts of 'watch', where --alert names none."),
    Setting(
        "fetch", TEXT, "CTICK_FETCH", '"daily"', "When to fetch before an answer: daily or never.",
        ("daily", "never"), "never",
    ),
    Setting("db", TEXT, "CTICK_DB", '"~/rates.db"', "The store's file."),
    *(
        Setting(
            f"urls.{name}", TEXT, f"CTICK_URL_{name.upper()}", '"https://example.com/{date}"',
            f"The address to fetch {name} from.",
        )
        for name in SOURCES
    ),
)  # fmt: skip
"""All settings; those of `[urls]` come last, one for each source."""

BY_NAME = {setting.name: setting for setting in SETTINGS}
VARIABLES = {setting.name: setting.variable for setting in SETTINGS if setting.variable}
"""The environment variable of each setting that has one; an empty variable counts as unset."""

remarks: list[str] = []
"""What there is to say about the file, as far as it was read: keys that are unknown."""

_read_entries: "list[Entries]" = []  # of this run, once they were read


def text(name: str) -> str | None:
    """The value of a setting, or None. UsageError for an unknown one, or if the file can't be used."""
    raw = _in_environment(name)
    if raw is None:
        value = entries().get(name, (None,))[0]
        return value or None if isinstance(value, str) else None
    return choice(BY_NAME[name], raw.strip(), VARIABLES[name]) if BY_NAME[name].choices else raw


def words(name: str) -> list[str]:
    """The values of a setting that is a list; in the environment they are divided by commas or spaces."""
    raw = _in_environment(name)
    if raw is None:
        value = entries().get(name, (None,))[0]
        return list(value) if isinstance(value, list) else []
    return [choice(BY_NAME[name], word, VARIABLES[name]) for word in raw.replace(",", " ").split()]


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


def choice(setting: Setting, word: str, where: str) -> str:
    """The one of the setting's choices that this word is, in any case; any word if there are none."""
    if not setting.choices:
        return word
    for known in setting.choices:
        if word.casefold() == known.casefold():
            return known
    from ctick.text import plain

    what = "source" if setting.choices is SOURCES else "value"
    raise UsageError(f"{where}: unknown {what} '{plain(word, 40)}': choose from {', '.join(setting.choices)}")


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
