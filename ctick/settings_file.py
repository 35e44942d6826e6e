"""`config.toml` -> settings: https://toml.io/en/v1.0.0.

A plain file is read here, because to import `tomllib` takes as long as half the start of Python; every other
one by `tomllib`. A test compares the two on thousands of files.
"""

import os

from ctick import settings
from ctick.errors import UsageError
from ctick.settings import SOURCES
from ctick.settings_table import BY_NAME, FLAG, LIST, SETTINGS, TEXT, Setting
from ctick.text import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ctick.settings import Entries

LARGEST = 1 << 14
"""The most bytes that the file may have."""

_CONTROL = frozenset(map(chr, [*range(9), *range(11, 32), 127]))
_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_BLANK = " \t"
_MOST_REMARKS = 5


def read(path: str, descriptor: int) -> "tuple[Entries, list[str]]":
    """The settings in an open file, which is closed, and a remark about each key that is unknown.

    UsageError, with file, line and key, for what is not TOML, a key that looks misspelled, and a
    value that a setting can't have.
    """
    text = _text(path, descriptor)
    found = simple_entries(text)
    if found is None:
        found = toml_entries(text)
    remarks = [_unknown(name, line) for name, (_, line) in found.items() if name not in BY_NAME]
    known = {
        name: (_checked(BY_NAME[name], value, line), line) for name, (value, line) in found.items() if name in BY_NAME
    }
    return known, remarks[:_MOST_REMARKS]


def unreadable(path: str, error: Exception) -> UsageError:
    """The error for a file that can't be read."""
    reason = plain(getattr(error, "strerror", None) or error)
    return UsageError(f"can't read the settings in {plain(path, 1000)} ({reason}): correct that, or delete it")


def _text(path: str, descriptor: int) -> str:
    try:
        data = os.read(descriptor, LARGEST + 1)
    except OSError as error:
        raise unreadable(path, error) from error
    finally:
        os.close(descriptor)
    if len(data) > LARGEST:
        raise UsageError(f"{settings.place(None)} is longer than {LARGEST >> 10} KiB: keep only settings in it")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{settings.place(line)}: not UTF-8 text: save the file as UTF-8") from None


def simple_entries(text: str) -> "Entries | None":
    """The entries of a file that has only simple ones, each on a line; None if `tomllib` has to read it.

    Simple are strings in double quotes without escapes, true, false and lists of such strings.
    """
    if not _CONTROL.isdisjoint(text):
        return None
    found: Entries = {}
    table = ""
    for number, row in enumerate(text.split("\n"), 1):
        line = row.strip(_BLANK)
        if not line or line[0] == "#":
            continue
        if line[0] == "[":
            if table or _without_comment(line) != "[urls]":
                return None
            table = "urls."
            continue
        key, _, rest = line.partition("=")
        name = table + key.rstrip(_BLANK)
        value = _simple_value(rest.strip(_BLANK))
        if value is None or name in (table, "urls") or name in found or not _BARE.issuperset(key.rstrip(_BLANK)):
            return None
        found[name] = value, number
    return found


def _simple_value(text: str) -> str | bool | list[str] | None:
    if text[:1] == '"':
        string, rest = _string(text)
        return string if rest is not None and not _without_comment(rest) else None
    if text[:1] == "[":
        return _simple_list(text[1:])
    return {"true": True, "false": False}.get(_without_comment(text))


def _simple_list(text: str) -> list[str] | None:
    items: list[str] = []
    rest = text.lstrip(_BLANK)
    while rest[:1] == '"':
        string, after = _string(rest)
        if after is None:
            return None
        items.append(string)
        rest = after.lstrip(_BLANK)
        if rest[:1] != ",":
            break
        rest = rest[1:].lstrip(_BLANK)
    return items if rest[:1] == "]" and not _without_comment(rest[1:]) else None


def _string(text: str) -> tuple[str, str | None]:
    """A string that text begins with, and what comes after it; None if it is none, or not simple."""
    string, quote, rest = text[1:].partition('"')
    return string, rest if quote and "\\" not in string else None


def _without_comment(text: str) -> str:
    return text.partition("#")[0].strip(_BLANK)


def toml_entries(text: str) -> "Entries":
    """The entries of any file, as `tomllib` reads it."""
    import tomllib

    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also of a whole number with thousands of digits
        what, line = _problem(str(error), text)
        key = text.split("\n")[line - 1].partition("=")[0].strip(_BLANK) if line else ""
        setting = BY_NAME.get(key, SETTINGS[0])
        raise UsageError(
            f"{settings.place(line)}: {what}; write settings as in '{setting.name} = {setting.example}'"
            " ('ctick config --help' has an example)"
        ) from None
    found: Entries = {}
    for key, value in document.items():
        if key == "urls" and isinstance(value, dict):
            found.update({f"urls.{name}": (url, _line_of(name, text, "urls")) for name, url in value.items()})
        else:
            name = f'"{key}"' if "." in key else key  # it is not in a table
            found[name] = value, _line_of(key, text)
    return found


def _problem(message: str, text: str) -> tuple[str, int | None]:
    """What `tomllib` found, and the line: `Invalid value (at line 3, column 6)`, `... (at end of document)`."""
    what, _, at = message.partition(" (at ")
    what = plain(what[:1].lower() + what[1:], 80)
    line = at.removeprefix("line ").partition(",")[0]
    if not at or not line.isdigit():
        return f"not valid TOML ({what})", text.rstrip().count("\n") + 1 if at else None
    return f"not valid TOML ({what}, column {at.rpartition(' ')[2].rstrip(')')})", int(line)


def _line_of(key: str, text: str, table: str = "") -> int | None:
    """The line on which a key stands: the text before it is TOML of its own, and does not have it."""
    import tomllib

    lines = text.split("\n")
    for number, line in enumerate(lines):
        start = line.strip(" \t\"'[")
        if start.startswith(key) or (table and start.startswith(table) and key in start):
            try:
                before = tomllib.loads("\n".join(lines[:number]))
            except (ValueError, RecursionError):  # inside of a value over several lines
                continue
            if key not in (before.get(table, {}) if table else before):
                return number + 1
    return None


def _unknown(name: str, line: int | None) -> str:
    """The remark about a key that ctick doesn't know; UsageError if it looks misspelled.

    An error for all of them would stop each command after a downgrade, when a file has keys of a newer version.
    """
    from difflib import get_close_matches

    place, key = settings.place(line), name.removeprefix("urls.")
    if name == "urls":
        raise UsageError(f'{place}, urls: must be a table: a line [urls], and below it cbr = "https://..."')
    if key != name and key in BY_NAME:
        raise UsageError(f"{place}: '{key}' stands below [urls]: move it above that line")
    known = list(SOURCES) if key != name else [setting.name for setting in SETTINGS if "." not in setting.name]
    near = get_close_matches(key.lower(), known, n=1)
    what = f"{place}: unknown {'source' if key != name else 'key'} '{plain(key, 40)}'"
    if near:
        raise UsageError(f"{what} (did you mean {near[0]}?): choose from {', '.join(known)}")
    return f"{what} was ignored: choose from {', '.join(known)}"


def _checked(setting: Setting, value: object, line: int | None) -> object:
    """The value, if the setting can have it; UsageError otherwise."""
    where = f"{settings.place(line)}, {setting.name}"
    if setting.kind == FLAG and isinstance(value, bool):
        return value
    if setting.kind == LIST and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return [settings.choice(setting.name, item, where) for item in value]
    if setting.kind == TEXT and isinstance(value, str):
        if setting.name == "db":
            return _path(value, where)
        return value and settings.choice(setting.name, value, where)  # an empty one counts as unset
    raise UsageError(f"{where}: must be {setting.kind}, as in {setting.name.rpartition('.')[2]} = {setting.example}")


def _path(value: str, where: str) -> str:
    """A file's path; `~` is the home folder."""
    path = os.path.expanduser(value)
    if not value or os.path.isabs(path):
        return path
    raise UsageError(f"{where}: '{plain(value, 100)}' is not a full path: begin it with / or ~/")
