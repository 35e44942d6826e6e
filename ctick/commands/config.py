"""`ctick config`: the settings in force, and where each is set."""

import os
from collections.abc import Iterator

from ctick import currencies, paths, settings
from ctick.commands.options import Options
from ctick.errors import DONE, CtickError, UsageError
from ctick.output import terminal
from ctick.output.records import Row, lines
from ctick.rates.alerts import Alert
from ctick.redaction import redacted_url
from ctick.settings_table import FLAG, LIST, SETTINGS, Setting
from ctick.text import plain, wrapped

FIELDS = ("setting", "value", "origin")

_MISSING = "does not exist"

Value = str | bool | list[str] | None


def run(options: Options) -> int:
    """Shows all settings, then the errors in those that can't be used: exit 2."""
    output_format = options.row_format()
    errors: dict[str, int] = {}
    rows = [*_rows(options, errors), _file_row()]
    if output_format == "table":
        terminal.write([line for row in rows for line in _shown(row, terminal.width())])
        if rows[-1]["origin"] == _MISSING and not options.quiet:
            terminal.say(f"for settings of your own, create {rows[-1]['value']}: 'ctick config --help' has an example")
    elif output_format in ("json", "jsonl"):
        terminal.write(lines(rows, output_format, FIELDS))
    else:
        terminal.write(lines([{**row, "value": _text(row["value"])} for row in rows], output_format, FIELDS))
    for message in errors:
        terminal.complain(message)
    return next(iter(errors.values()), DONE)


def _rows(options: Options, errors: dict[str, int]) -> Iterator[Row]:
    """A row for each setting, and each address that is set; adds messages to `errors`, each with its exit code."""
    for setting in SETTINGS:
        value: Value = None
        origin: str | None = None
        is_address = setting.name.startswith("urls.")
        try:
            if is_address and not settings.is_set(setting.name):
                continue
            value, origin = _in_force(setting, options)
        except CtickError as error:
            errors[str(error)] = error.exit_code
            if is_address:
                continue
        yield {"setting": setting.name, "value": value, "origin": origin}


def _in_force(setting: Setting, options: Options) -> tuple[Value, str]:
    """The value of a setting, and its origin; raises the error that commands would."""
    name = setting.name
    origin = settings.origin(name).removesuffix(f", {name}") if settings.is_set(name) else "default"
    if name == "color":
        when, who = terminal.color(options.color)
        return when, who.removesuffix(", color") or origin
    if name == "db":
        return plain(paths.store_path(options.db), 1000), "--db" if options.db else origin
    if setting.kind == FLAG:
        return settings.is_on(name), origin
    if setting.kind == LIST:
        return _words(name) or setting.default.replace(",", "").split(), origin
    text = settings.text(name)
    if text is not None and name.startswith("urls."):
        text = redacted_url(text)
    return text or setting.default or None, origin


def _words(name: str) -> list[str]:
    """The values of a list, as the command that uses it reads them."""
    words = settings.words(name)
    try:
        if name == "to":
            return [currencies.code(word) for word in words]
        return [Alert(word).text for word in words] if name == "alerts" else words
    except UsageError as error:
        raise UsageError(f"{settings.origin(name)}: {str(error).removeprefix('--alert ')}") from error


def _file_row() -> Row:
    try:
        path = paths.config_file()
    except CtickError:
        return {"setting": "file", "value": None, "origin": "no home folder"}
    exists = "exists" if os.path.lexists(path) else _MISSING
    return {"setting": "file", "value": plain(path, 1000), "origin": exists}


def _short(origin: str) -> str:
    """`config.toml, line 3` for `/home/x/.config/ctick/config.toml, line 3`"""
    return os.path.basename(origin) if ", line " in origin else origin


def _text(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) if isinstance(value, list) else value


def _shown(row: Row, width: int) -> list[str]:
    """`to          USD (default)`; the folder of the file stands only in the last row."""
    value = _text(row["value"]) or "-"
    origin = f" ({_short(str(row['origin']))})" if row["origin"] else ""
    return [f"{line}\n" for line in wrapped(f"{row['setting']:<10}  {value}{origin}", width)]
