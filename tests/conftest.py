"""What all tests share: an empty home, a fixed day, pages made from figures, and `run`."""

import datetime as dt
import io
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import settings

from ctick import clock
from ctick import settings as ctick_settings
from ctick.__main__ import main
from ctick.storage.store import Store

if TYPE_CHECKING:
    from crashes import Commands
    from feedserver import Server

# A slow machine is not a failure. In CI the examples are the same each time.
settings.register_profile("patient", deadline=None)
settings.register_profile("same", deadline=None, derandomize=True)
settings.load_profile("same" if os.environ.get("CI") else "patient")

# What runs in the background may ignore Ctrl-C and other signals, and every process that it starts inherits that.
signal.signal(signal.SIGINT, signal.default_int_handler)
for name in ("SIGHUP", "SIGQUIT"):
    if hasattr(signal, name):
        signal.signal(getattr(signal, name), signal.SIG_DFL)

TODAY = dt.date(2026, 2, 22)
"""The day on which tests run: one after the newest of the bundled rates."""

SEED_16 = "KGS 0.01144 0%; KZT 0.00194 -0%; TJS 0.10877 -0%; UZS 0.00008 0%; TMT 0.28571 0%"
SEED_10 = "KGS 0.01144 0%; KZT 0.00193 -0%; TJS 0.10811 -0.28%; UZS 0.00008 0%; TMT 0.28490 0%"
"""The figures of two pages of 16 and 10 December 2025."""


def ticker_lines(figures: str, repeats: int = 8) -> str:
    """`KGS 0.01144 0%; ...` as ticker lines, as often as a page prints them."""
    lines = []
    for figure in figures.split(";"):
        base, rate, *change = figure.split()
        lines.append(f"  • {base}/USD = {' '.join([rate, *change])}\n")
    return ("".join(lines) * repeats)[2:]


def page(
    figures: str, date: str | None, repeats: int = 8, prose: str = "Some news = no ticker.\n\nMore of it.\n"
) -> str:
    """A page as text: the ticker, the date below it, and prose."""
    return ticker_lines(figures, repeats) + (f"{date}\n" if date else "") + "\n" + prose


PAGE_16 = page(SEED_16, "16 December 2025")
PAGE_10 = page(SEED_10, "10 December 2025")


class Result(NamedTuple):
    """What a command line gave."""

    code: int
    out: str
    err: str


class _Stream(io.TextIOWrapper):
    def __init__(self, data: bytes = b"", *, tty: bool = False, encoding: str = "utf-8") -> None:
        self.bytes = io.BytesIO(data)
        self.tty = tty
        super().__init__(self.bytes, encoding=encoding, newline="", write_through=True)

    def isatty(self) -> bool:
        return self.tty


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home for each test; nothing of the user's is seen or touched."""
    folder = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith(("XDG_", "CTICK_"))]:
        monkeypatch.delenv(name)
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    ctick_settings.forget()
    return folder


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> dt.date:
    """A fixed day for everything that runs in this process."""
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    monkeypatch.setattr(clock, "today_in_central_asia", lambda: TODAY)
    return TODAY


def on_a_terminal(argv: list[str], folder: Path, **environment: str) -> tuple[int, str]:
    """Runs a program in a folder with a pseudo-terminal as stdout and stderr; the exit code and what is shown."""
    import pty

    master, slave = pty.openpty()
    process = subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=slave,
        stderr=slave,
        env={"HOME": str(folder), "TERM": "xterm", **environment},
        cwd=folder,
    )
    os.close(slave)
    shown = b""
    with suppress(OSError):  # Linux raises it when the other side is closed
        while data := os.read(master, 65536):
            shown += data
    os.close(master)
    return process.wait(20), shown.decode().replace("\r\n", "\n")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file of a store that does not exist yet."""
    return tmp_path / "rates.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """The store in that file."""
    store = Store(str(path))
    yield store
    store.close()


def sql(path: Path | str, statement: str, *values: object) -> list[tuple[object, ...]]:
    """Runs one statement on a store without ctick; its rows."""
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement, values).fetchall()


Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("convert", "50000", "KGS")`: one command line in this process.

    `stdin` is text, bytes or None (closed); `tty` says whether stdout is a terminal, of `width`.
    """

    def run(
        *argv: str, stdin: str | bytes | None = "", tty: bool = False, width: int = 80, encoding: str = "utf-8"
    ) -> Result:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        out, err = _Stream(tty=tty, encoding=encoding), _Stream(tty=tty, encoding=encoding)
        with monkeypatch.context() as patch:
            patch.setenv("COLUMNS", str(width))
            patch.setattr(sys, "stdin", None if data is None else _Stream(data))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            code = main(list(argv))
        return Result(code, out.bytes.getvalue().decode(encoding), err.bytes.getvalue().decode(encoding))

    return run


@pytest.fixture
def saved(run: Run) -> Run:
    """`run`, with the two pages of December 2025 in the store."""
    assert run("snapshot", "-", "-q", stdin=PAGE_16 + PAGE_10) == (0, "", "")
    return run


@pytest.fixture
def ctick(home: Path) -> Run:
    """`ctick("convert", ...)`: one command line in a new process, with nothing in its environment."""

    def ctick(*argv: str, stdin: str | bytes = b"", env: Mapping[str, str] | None = None) -> Result:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [sys.executable, "-m", "ctick", *argv],
            input=data,
            capture_output=True,
            env={"HOME": str(home), **(env or {})},
            timeout=60,
            check=False,
        )
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    return ctick


@pytest.fixture
def shared() -> Path:
    """The folder of real pages and observations beside the project; skips where it is missing."""
    folder = Path(__file__).parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("the folder of real pages is not here")
    return folder


@pytest.fixture(scope="session")
def running() -> "Iterator[Server]":
    """The server of all feeds, see `feedserver`."""
    from feedserver import serving

    with serving() as server:
        yield server


@pytest.fixture
def server(running: "Server", monkeypatch: pytest.MonkeyPatch) -> "Server":
    """The same, as new: it is the server's day, all sources behave, attempts follow at once."""
    from feedserver import Feeds, use

    from ctick.sources import http

    running.feeds = Feeds()
    monkeypatch.setattr(clock, "today", lambda: running.feeds.today)
    monkeypatch.setattr(clock, "today_in_central_asia", lambda: running.feeds.today)
    monkeypatch.setattr(http, "PAUSE", 0.01)
    use(monkeypatch, running, "ok")
    return running


@pytest.fixture
def ordinary() -> list[str]:
    """What makes a process heed permissions also where the tests run as root."""
    if os.geteuid():
        return []
    prefix = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    if not shutil.which("setpriv") or subprocess.run([*prefix, "true"], check=False, capture_output=True).returncode:
        pytest.skip("root can't lay down its powers here")
    return prefix


@pytest.fixture
def mounted(tmp_path: Path) -> Callable[[str], list[str]]:
    """`mounted("mount ...")`: what runs a process in a new mount namespace."""
    prefix = ["unshare", "-m" if not os.geteuid() else "-rm", "sh", "-c"]
    probe = [*prefix, f"mount -t tmpfs none '{tmp_path}'"]
    if not shutil.which("unshare") or subprocess.run(probe, check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    return lambda mount: [*prefix, f'{mount} && exec "$0" "$@"']


@pytest.fixture
def environment(running: "Server", home: Path) -> dict[str, str]:
    """For a `ctick` in a new process: a home, and sources that answer."""
    from feedserver import Feeds

    running.feeds = Feeds()
    return {"HOME": str(home), "PATH": os.environ["PATH"], **running.environment()}


@pytest.fixture
def commands(tmp_path: Path) -> "Commands":
    """Makes commands to be run and disturbed, see `crashes`."""
    from crashes import Commands

    return Commands(tmp_path, Random(1))


@pytest.fixture
def filled_store(run: Run, tmp_path: Path, commands: "Commands") -> Path:
    """A store with 200 days of source s1, alone in its folder."""
    path = tmp_path / "store" / "rates.db"
    command = commands.save(200)
    assert run(*command.argv, "--db", str(path)) == (0, "", "")
    return path


Trace = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def trace(home: Path, tmp_path: Path) -> Trace:
    """`trace(words, command, store)`: a command under strace."""
    if shutil.which("strace") is None:
        pytest.skip("there is no strace")
    if subprocess.run(["strace", "-qq", "-o", os.devnull, "true"], capture_output=True, check=False).returncode:
        pytest.skip("strace may not trace here")

    def trace(words: list[str], argv: tuple[str, ...], store: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["strace", "-f", "-qq", *words, sys.executable, "-m", "ctick", *argv, "--db", str(store)],
            env={"HOME": str(home)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return trace
