"""Runs one command line in this process, in a temporary folder, and blocks its access to anything else."""

import errno
import os
import re
import shutil
import socket
import sqlite3
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch
from urllib.parse import unquote

from conftest import PAGE_10, PAGE_16, TODAY, _Stream

from ctick import __main__ as entry
from ctick import clock
from ctick.commands import watch_update
from ctick.sources import fetch, http
from ctick.sources.registry import SOURCES
from fuzz.seeds import seeds

_CODES = {0, 1, 2, 3, 4, 5, 6, 130}
_WIDTHS = (80, 20, 300, 1)
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\a(?=\Z|\x1b)|\r(?=\x1b)")  # what rich and `watch` draw with
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_LONG = 300  # failed requests, after which Ctrl-C is pressed

_sandbox = SimpleNamespace(folder="", requests=0)


def command_line(data: bytes) -> None:
    """Runs `data`: a byte of settings for the streams, stdin, and the words, separated by NUL."""
    first, *words = data.split(b"\0")
    how, stdin = sum(first[:1]), first[1:]
    tty, ascii_, old = bool(how & 1), bool(how & 2), bool(how & 4)
    argv = [word.decode("utf-8", "surrogateescape") for word in words]
    keyboard = bool(how & 32) and "watch" not in argv  # it would read the terminal's settings
    encoding = "ascii" if ascii_ else "utf-8"
    out, err = _Stream(tty=tty, encoding=encoding), _Stream(tty=tty, encoding=encoding)
    with _sandboxed() as folder:
        if old:
            shutil.copytree(_home(), folder, dirs_exist_ok=True)
        environment = {
            "HOME": folder,
            "COLUMNS": str(_WIDTHS[how >> 3 & 3]),
            "NO_COLOR": "1",
            **{f"CTICK_URL_{name.upper()}": "http://127.0.0.1:1/{date}{file}" for name in SOURCES},
        }
        with (
            patch.dict(os.environ, environment, clear=True),
            patch.multiple(sys, stdin=_Stream(stdin, tty=keyboard), stdout=out, stderr=err),
            patch.object(tempfile, "tempdir", folder),
            patch("shellingham.detect_shell", lambda: ("bash", "/bin/bash")),
            patch.object(http, "PAUSE", 0),
            patch.object(fetch, "SPACING", 0),
            patch.object(clock, "today", lambda: TODAY),
            patch.object(watch_update.Watcher, "update", _until_shown(watch_update.Watcher.update)),
            patch.object(entry, "_bug", _raise),
        ):
            code = entry.main(argv)
    assert code in _CODES, code
    for stream in (out, err):
        text = stream.bytes.getvalue().decode(encoding)
        shown = _ESCAPES.sub("", text) if tty else text
        # What `scan` annotates keeps its blanks.
        bad = {char for char in shown if not char.isprintable() and unicodedata.category(char) != "Zs"} - {"\n", "\t"}
        assert not bad, (bad, text[:2000])
        assert "a bug in ctick" not in text or "a bug in ctick" in " ".join(argv), text[:2000]


def _raise(error: Exception) -> int:
    raise error


def _until_shown(update: "Update") -> "Update":
    """Lets `watch` show its errors (its fetch can't be started here), then presses Ctrl-C."""

    def updates(self: watch_update.Watcher) -> "list[Ring]":
        if self.state.errors() or (self.state.was_read and not self.state.fetches):
            raise KeyboardInterrupt
        return update(self)

    return updates


@cache
def _home() -> str:
    """A home folder with a page, an export, the default store, another one, a damaged one and an old one."""
    folder = tempfile.mkdtemp(prefix="ctick-fuzz-")
    Path(folder, "page.txt").write_text(PAGE_16 + PAGE_10, encoding="utf-8")
    Path(folder, "all.jsonl").write_bytes(seeds("import")[1])
    with patch.dict(os.environ, {"HOME": folder}, clear=True), patch.object(clock, "today", lambda: TODAY):
        for words in ("snapshot -q page.txt", "import -q all.jsonl", "import -q all.jsonl --db other.db"):
            argv = [os.path.join(folder, word) if "." in word else word for word in words.split()]
            assert entry.main(argv) == 0
    whole = Path(folder, "other.db").read_bytes()
    Path(folder, "broken.db").write_bytes(whole[: len(whole) * 2 // 3])
    with closing(sqlite3.connect(os.path.join(folder, "old.db"))) as old:
        old.executescript((Path(__file__).parents[1] / "data" / "store-1.sql").read_text("utf-8"))
    return folder


# -- the sandbox ----------------------------------------------------------------------------------


@contextmanager
def _sandboxed() -> Iterator[str]:
    """Changes to a new folder; nothing outside it can be written, and there is no network."""
    _home()
    _install()
    before = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="ctick-fuzz-") as made:
        folder = os.path.realpath(made)
        os.chdir(folder)
        _sandbox.folder, _sandbox.requests = folder, 0
        try:
            yield folder
        finally:
            _sandbox.folder = ""
            os.chdir(before)


@cache
def _install() -> None:
    """Installs the audit hook, which can't be removed; it does nothing outside `_sandboxed`."""
    sys.addaudithook(_audit)


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if not _sandbox.folder:
        return
    if event in ("socket.connect", "socket.getaddrinfo"):
        _sandbox.requests += 1
        if _sandbox.requests > _LONG:
            raise KeyboardInterrupt
        if event == "socket.getaddrinfo" and arguments[0] not in ("127.0.0.1", "localhost", "::1"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if event == "socket.connect":
            raise ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
    elif event in ("os.mkdir", "os.rename", "os.link", "os.symlink") or (
        event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING
    ):
        path = arguments[0 if event in ("open", "os.mkdir") else 1]
        if isinstance(path, (str, bytes)) and not _inside(os.fsdecode(path)):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
    elif event == "sqlite3.connect":
        name = unquote(str(arguments[0]).removeprefix("file://").removeprefix("file:").partition("?")[0])
        if not _inside(name):
            refused = sqlite3.OperationalError("unable to open database file")
            refused.sqlite_errorcode, refused.sqlite_errorname = sqlite3.SQLITE_CANTOPEN, "SQLITE_CANTOPEN"
            raise refused
    elif event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.fork"):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


def _inside(path: str) -> bool:
    return path == os.devnull or f"{os.path.realpath(path)}{os.sep}".startswith(_sandbox.folder + os.sep)


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ctick.commands.watch_alerts import Ring

    Update = Callable[[watch_update.Watcher], list[Ring]]
