"""One command line in this process, in a folder that is made for it, where it can reach and spoil nothing else."""

import errno
import os
import re
import shutil
import socket
import sqlite3
import sys
import tempfile
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
from ctick.sources import http
from ctick.sources.registry import SOURCES
from fuzz.seeds import seeds

_CODES = {0, 1, 2, 3, 4, 5, 6, 130}
_WIDTHS = (80, 20, 300, 1)
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\a(?=\Z|\x1b)|\r(?=\x1b)")  # what rich and `watch` draw with
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_LONG = 300  # requests that fail; then somebody presses Ctrl-C

_fence = SimpleNamespace(folder="", requests=0)


def command_line(data: bytes) -> None:
    """A byte that says how the streams are, stdin, and the words, apart by NUL."""
    first, *words = data.split(b"\0")
    how, stdin = sum(first[:1]), first[1:]
    tty, ascii_, old = bool(how & 1), bool(how & 2), bool(how & 4)
    argv = [word.decode("utf-8", "surrogateescape") for word in words]
    keyboard = bool(how & 32) and "watch" not in argv  # it would ask for its settings
    encoding = "ascii" if ascii_ else "utf-8"
    out, err = _Stream(tty=tty, encoding=encoding), _Stream(tty=tty, encoding=encoding)
    with _fenced() as folder:
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
            patch.multiple(http, PAUSE=0, SPACING=0),
            patch.object(clock, "today", lambda: TODAY),
            patch.object(watch_update.Watcher, "update", _updates_twice(watch_update.Watcher.update)),
            patch.object(entry, "_bug", _found),
        ):
            code = entry.main(argv)
    assert code in _CODES, code
    for stream in (out, err):
        text = stream.bytes.getvalue().decode(encoding)
        bad = {char for char in (_ESCAPES.sub("", text) if tty else text) if not char.isprintable()} - {"\n", "\t"}
        assert not bad, (bad, text[:2000])
        assert "a bug in ctick" not in text or "a bug in ctick" in " ".join(argv), text[:2000]


def _found(error: Exception) -> int:
    raise error


def _updates_twice(update: "Update") -> "Update":
    """`watch` until what failed has been shown (its fetch can't be started here); then Ctrl-C."""

    def updates(self: watch_update.Watcher) -> bool:
        if self.state.troubles() or (self.state.was_read and not self.state.fetches):
            raise KeyboardInterrupt
        return update(self)

    return updates


@cache
def _home() -> str:
    """A folder with a page, an export and stores in it: where it belongs, another, a broken and an old one."""
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


# -- the fence ------------------------------------------------------------------------------------


@contextmanager
def _fenced() -> Iterator[str]:
    """A new folder to be in: nothing outside it can be written to, and there is no network."""
    _home()
    _install()
    before = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="ctick-fuzz-") as made:
        folder = os.path.realpath(made)
        os.chdir(folder)
        _fence.folder, _fence.requests = folder, 0
        try:
            yield folder
        finally:
            _fence.folder = ""
            os.chdir(before)


@cache
def _install() -> None:
    """Hooks stay for the whole process; this one sleeps while there is no folder to keep to."""
    sys.addaudithook(_watch_over)


def _watch_over(event: str, arguments: tuple[object, ...]) -> None:
    if not _fence.folder:
        return
    if event in ("socket.connect", "socket.getaddrinfo"):
        _fence.requests += 1
        if _fence.requests > _LONG:
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
    return path == os.devnull or f"{os.path.realpath(path)}{os.sep}".startswith(_fence.folder + os.sep)


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Update = Callable[[watch_update.Watcher], bool]
