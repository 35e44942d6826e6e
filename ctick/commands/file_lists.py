"""What `parse` and `snapshot` read: the names on the command line and in a list, and the files in folders."""

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from ctick.commands.inputs import open_input
from ctick.commands.options import Options
from ctick.commands.report import Report
from ctick.errors import CtickError, InputError, UsageError
from ctick.text import plain

_LONGEST = 1 << 16
"""Bytes; no system has longer file names."""

_BOM = b"\xef\xbb\xbf"


class Selection:
    """What the options say: whether folders are read, and the list of names, with NUL between them or a name a line.

    `command` is the name of the command, for messages. UsageError for options that contradict each other.
    """

    def __init__(
        self, command: str, names: Sequence[str], *, recursive: bool, files_from: str | None, null: bool
    ) -> None:
        if null and files_from is None:
            raise UsageError("-0 is for a list of names: add --files-from FILE, or --files-from - for stdin")
        if recursive and not names and files_from is None:
            raise UsageError(f"-r needs a folder: name one, as in 'ctick {command} -r .'")
        if files_from == "-" and "-" in names:
            raise UsageError("--files-from - and - both read stdin: leave one of them out")
        self.command = command
        self.recursive = recursive
        self.files_from = files_from
        self.null = null

    @property
    def is_many(self) -> bool:
        """Whether it may be any number of files."""
        return self.recursive or self.files_from is not None

    def inputs(self, names: Iterable[str], options: Options, report: Report) -> Iterator[str]:
        """The names, then those in the list, with the files in a folder instead of the folder; all found lazily.

        What can't be read is reported, and does not stop the rest.
        """
        listed = () if self.files_from is None else self._listed(self.files_from, report)
        for name in chain(names, listed):
            if name == "-" or not os.path.isdir(name):
                yield name
            elif self.recursive:
                yield from _files_in(name, report)
            else:
                again = options.command(self.command, "-r", f"./{name}" if name.startswith("-") else name)
                report.error(f"{plain(name)} is a folder: {again} reads the files in it")

    def report_nothing_found(self, report: Report) -> None:
        """An error where folders are read, and none of the files has a ticker; one without is none."""
        if self.recursive and not report.exit_codes:
            report.error(
                "no readable ticker lines found in any file (they look like 'KGS/USD = 0.01144 0%'):"
                " name a folder with pages that have the ticker"
            )

    def _listed(self, files_from: str, report: Report) -> Iterator[str]:
        """The names in a list, blank lines left out."""
        is_empty = True
        try:
            source = open_input(files_from)
            for entry in _entries(source.chunks, b"\0" if self.null else b"\n", source.name):
                if not self.null and b"\0" in entry:
                    raise UsageError(f"{source.name}: NUL in a name: add -0 if the names are separated by NUL")
                name = entry if self.null else entry.removesuffix(b"\r")
                if is_empty and not self.null:
                    name = name.removeprefix(_BOM)
                if name if self.null else name.strip():
                    is_empty = False
                    yield _file_name(os.fsdecode(name))
            if is_empty:
                report.error(f"{source.name}: no file names found in it")
        except CtickError as error:
            report.error(str(error), error.exit_code)


def _entries(chunks: Iterable[bytes], separator: bytes, list_name: str) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(separator)
        yield from whole
        if b"\0" in rest:
            break  # the separator is NUL after all: not to be collected up to the end
        if len(rest) > _LONGEST:
            raise InputError(f"{list_name}: a name has more than {_LONGEST:,} bytes: this is not a list of file names")
    if rest:
        yield rest


def _file_name(name: str) -> str:
    """A name in a list as one on the command line, where a single word may be a source, and `-` is stdin."""
    return f"./{name}" if name == "-" or name.isalnum() else name


def _files_in(folder: str, report: Report) -> Iterator[str]:
    """The files below a folder, sorted by their paths; only the names in one folder are held, and those above it."""
    errors = len(report.exit_codes)
    is_empty = True
    open_folders = [(folder, _names_in(folder, report))]
    while open_folders:
        path, names = open_folders[-1]
        if not names:
            open_folders.pop()
            continue
        name = os.path.join(path, names.pop())
        if name.endswith(os.sep):
            below = name.removesuffix(os.sep)
            open_folders.append((below, _names_in(below, report)))
        else:
            is_empty = False
            yield name
    if is_empty and len(report.exit_codes) == errors:
        report.error(f"{plain(folder)}: no files found in this folder (hidden ones are skipped)")


def _names_in(folder: str, report: Report) -> list[str]:
    """The names in a folder, last one first; those of folders end with a slash, so that whole paths are sorted."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name + ending for entry in entries if (ending := _ending(entry)) is not None]
    except (OSError, ValueError) as error:
        report.error(f"{plain(folder)} can't be read ({plain(getattr(error, 'strerror', None) or error)})")
        return []
    names.sort(reverse=True)
    return names


def _ending(entry: "os.DirEntry[str]") -> str | None:
    """A slash for a folder, nothing for a file, None for what is skipped."""
    if entry.name.startswith("."):
        return None
    if entry.is_symlink():
        # A broken link is reported when it is opened.
        return None if os.path.exists(entry.path) and not os.path.isfile(entry.path) else ""
    return os.sep if entry.is_dir() else "" if entry.is_file() else None
