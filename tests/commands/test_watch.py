"""`ctick watch`, in a pipe and on a real pseudo-terminal, against a local server."""

import datetime as dt
import os
import re
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from sqlite3 import connect

import pytest
from conftest import SEED_10, SEED_16, Run, page

from ctick.commands.options import Options
from ctick.commands.watch_alerts import Alerts
from ctick.commands.watch_update import Watcher
from ctick.rates import trend
from ctick.rates.alerts import Alert
from ctick.settings import SOURCES
from ctick.text import short_date


class Handler(BaseHTTPRequestHandler):
    figures = SEED_16
    status = 200
    pause = 0
    asked = 0

    def do_GET(self) -> None:
        Handler.asked += 1
        time.sleep(self.pause)
        body = page(self.figures, None).encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


RANG = rb"alert: %s( of [^)]+)?\)"
"""What rang; the day of the rate is left out only if it is today in UTC, too."""


@pytest.fixture
def server() -> Iterator[dict[str, str]]:
    """Environment variables that redirect ctick to a local server."""
    Handler.figures, Handler.status, Handler.pause, Handler.asked = SEED_16, 200, 0, 0
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, args=(0.05,), daemon=True).start()
        yield {"CTICK_URL_TIMESCA": f"http://127.0.0.1:{listening.server_port}/", "CTICK_SOURCES": "timesca"}
        listening.shutdown()


def until(found: Callable[[], bool], seconds: float = 20) -> None:
    """Waits until `found` is true."""
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@pytest.fixture
def start(home: Path, server: dict[str, str]) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts `ctick watch` in a separate process."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*argv: str, env: Mapping[str, str] | None = None, **streams: int) -> "subprocess.Popen[bytes]":
        environment = {"HOME": str(home), "TERM": "xterm", "COLUMNS": "100", "LINES": "30", **server, **(env or {})}
        process = subprocess.Popen([sys.executable, "-m", "ctick", "watch", *argv], env=environment, **streams)  # type: ignore[call-overload]
        started.append(process)
        return process  # type: ignore[no-any-return]

    yield start
    for process in started:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def test_a_pipe_gets_one_line_per_change(start: Callable[..., "subprocess.Popen[bytes]"], home: Path) -> None:
    """The current rates first, then changes; errors go to stderr and don't end it."""
    out, err = home / "out", home / "err"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = start("--every", "1s", stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)
        until(lambda: "KGS\tUSD\t0.01144" in out.read_text())  # after the bundled one
        assert out.read_text().startswith("KGS\tUSD\t0.01143")
        before = out.read_text().count("\n")
        Handler.status = 404
        until(lambda: "answered 404" in err.read_text())
        assert out.read_text().count("\n") == before
        Handler.figures, Handler.status = SEED_16.replace("0.00194", "0.00195"), 200
        until(lambda: out.read_text().count("\n") > before)
        assert out.read_text().splitlines()[-1].startswith("KZT\tUSD\t0.00195\t")
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 128 + signal.SIGTERM


def test_exit_on_alert(start: Callable[..., "subprocess.Popen[bytes]"]) -> None:
    """The first alert ends it with exit 0."""
    process = start(
        "KZT",
        "--every",
        "1s",
        "--alert",
        "KZT<0.0019",
        "--exit-on-alert",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    time.sleep(2)
    assert process.poll() is None
    Handler.figures = SEED_16.replace("0.00194", "0.00189")
    _, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert re.fullmatch(RANG % rb"KZT < 0.0019 at \d\d:\d\d UTC \(KZT/USD 0.00189", err.splitlines()[-1])


def test_no_alert_rings_before_the_first_fetch_has_ended(start: Callable[..., "subprocess.Popen[bytes]"]) -> None:
    """The rates bundled with ctick meet the first one, those that are fetched the second one."""
    Handler.pause = 1
    process = start(
        "KZT",
        "--alert",
        "USD<510 KZT",
        "--alert",
        "USD>510 KZT",
        "--exit-on-alert",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert re.fullmatch(RANG % rb"USD > 510 KZT at \d\d:\d\d UTC \(1 USD = 515 KZT" + rb"\n", err)


def test_an_alert_for_an_old_rate_says_its_day(start: Callable[..., "subprocess.Popen[bytes]"]) -> None:
    """Where the fetch has failed."""
    Handler.status = 404
    process = start("KZT", "--alert", "USD<510 KZT", "--exit-on-alert", stderr=subprocess.PIPE)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 0
    day = rb"\d+ [A-Z][a-z]+ 20\d\d"
    pattern = rb"alert: USD < 510 KZT at \d\d:\d\d UTC \(1 USD = [\d.]+ KZT of " + day + rb"\)"
    assert re.fullmatch(pattern, err.splitlines()[-1])


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("end", ["q", "SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"])
def test_the_terminal_is_restored(start: Callable[..., "subprocess.Popen[bytes]"], end: str) -> None:
    """After q, Ctrl-C and kill: the same modes, the same screen, a visible cursor."""
    import pty
    import termios

    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    process = start("--every", "1s", stdin=slave, stdout=slave, stderr=slave)
    shown = bytearray()

    def read() -> bool:
        shown.extend(os.read(master, 65536))
        return b"last success" in shown

    until(read)
    if end == "q":
        os.write(master, b"q")
    else:
        process.send_signal(getattr(signal, end))

    def drain() -> None:
        with suppress(OSError):  # on Linux: the other side is closed
            while data := os.read(master, 65536):
                shown.extend(data)

    threading.Thread(target=drain, daemon=True).start()
    code = process.wait(10)
    assert code == {"q": 0, "SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129, "SIGQUIT": 131}[end]
    assert termios.tcgetattr(slave) == before
    os.close(slave)
    until(lambda: shown.rfind(b"\x1b[?1049l") > shown.rfind(b"\x1b[?1049h"))
    assert shown.rfind(b"\x1b[?25h") > shown.rfind(b"\x1b[?25l")
    assert b"KZT/USD" in shown
    assert b"Traceback" not in shown


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--every", "soon"], "ctick: --every soon is not a duration: write it as 10m, 30s or 1h\n"),
        (["--alert", "KZT"], "ctick: --alert KZT is not a condition: write it as 'KZT<0.0019' or 'USD>520 KZT'\n"),
        (["--alert", "USD<2"], "ctick: --alert 'USD < 2': name the other currency, as in 'USD < 2 KZT'\n"),
        (
            ["KGS,TJS", "--alert", "KZT<0.0019"],
            "ctick: --alert 'KZT < 0.0019': KZT is not watched; add it: 'ctick watch KGS TJS KZT'\n",
        ),
        (["USD"], "ctick: all rates are in USD: ask for KGS, KZT, TJS, UZS or TMT\n"),
        (
            ["--source", "mine"],
            f"ctick: no rates from mine in the store, nor can ctick fetch it: choose from {', '.join(SOURCES)}\n",
        ),
        (["TMT", "--source", "nbk"], "ctick: nbk does not cover TMT: 'ctick sources' shows which sources do\n"),
        (
            ["--source", "nbk", "--alert", "TMT<1"],
            "ctick: nbk does not cover TMT: 'ctick sources' shows which sources do\n",
        ),
        (["--every", "0"], "ctick: --every 0 is not a duration: write it as 10m, 30s or 1h\n"),
        (["--exit-on-alert"], "ctick: --exit-on-alert requires --alert, as in --alert 'KZT<0.0019'\n"),
    ],
)
def test_wrong_usage(run: Run, argv: list[str], message: str) -> None:
    """It is reported before anything is fetched."""
    assert run("watch", *argv) == (2, "", message)


class Screen:
    """A pseudo-terminal, and all that was written to it."""

    def __init__(self, rows: int = 30, columns: int = 100) -> None:
        self.master, self.slave = os.openpty()
        termios.tcsetwinsize(self.slave, (rows, columns))
        self.modes = termios.tcgetattr(self.slave)
        self.shown = bytearray()
        threading.Thread(target=self._drain, daemon=True).start()

    def _drain(self) -> None:
        with suppress(OSError):
            while data := os.read(self.master, 65536):
                self.shown.extend(data)

    @property
    def streams(self) -> dict[str, int]:
        return dict.fromkeys(("stdin", "stdout", "stderr"), self.slave)

    def is_as_before(self) -> bool:
        """Whether modes, screen and cursor are restored."""
        return (
            termios.tcgetattr(self.slave) == self.modes
            and self.shown.rfind(b"\x1b[?1049l") > self.shown.rfind(b"\x1b[?1049h")
            and self.shown.rfind(b"\x1b[?25h") > self.shown.rfind(b"\x1b[?25l")
        )


Start = Callable[..., "subprocess.Popen[bytes]"]


def test_the_terminal_is_restored_while_suspended(start: Start) -> None:
    """Ctrl-Z restores it, and `fg` continues; the screen is entered once, or keys typed in between would be lost."""
    screen = Screen()
    # Its own process group: the system suspends no orphaned one.
    process = start("--every", "1s", process_group=0, **screen.streams)
    until(lambda: b"last success" in screen.shown)
    for _ in range(2):
        process.send_signal(signal.SIGTSTP)
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        until(screen.is_as_before)
        screen.shown.clear()
        process.send_signal(signal.SIGCONT)
        until(lambda: b"\x1b[?1049h" in screen.shown and b"KZT/USD" in screen.shown)
        time.sleep(0.7)
        assert not screen.is_as_before()
        assert screen.shown.count(b"\x1b[?1049h") == 1
    os.write(screen.master, b"q")
    assert process.wait(10) == 0
    until(screen.is_as_before)


def test_a_smaller_terminal_is_redrawn(start: Start, ctick: Run) -> None:
    """At once; columns are dropped, and no cell is cut."""
    for days in (1, 2):
        day = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=days)
        assert ctick("snapshot", "-q", "-", stdin=page(SEED_10.replace("0.00193", "0.00191"), f"{day}")).code == 0
    screen = Screen(30, 130)
    process = start("--every", "1s", env={"COLUMNS": "", "LINES": ""}, **screen.streams)
    until(lambda: "▁▁█".encode() in screen.shown and b"since " in screen.shown)
    termios.tcsetwinsize(screen.slave, (12, 50))
    process.send_signal(signal.SIGWINCH)
    screen.shown.clear()
    until(lambda: screen.shown.count(b"KZT/USD") > 2)
    last = screen.shown[screen.shown.rfind(b"pair") :]
    assert b"KZT/USD" in last
    assert b"0.00194" in last
    assert b"since " not in last
    assert "…".encode() not in screen.shown[-1000:]


def test_the_live_table_shows_what_a_dollar_costs(start: Start) -> None:
    """With `--per-dollar` or as set; the header says whose change it is."""
    for argv, env in ((["--per-dollar"], {}), ([], {"CTICK_PER_DOLLAR": "1"})):
        screen = Screen(30, 130)
        process = start("--every", "1s", *argv, env=env, **screen.streams)
        until(lambda: all(text in screen.shown for text in (b"USD change", b"87.41 ", b"KGS")))  # noqa: B023
        assert b"KGS/USD" not in screen.shown
        os.write(screen.master, b"q")
        assert process.wait(10) == 0


def test_a_live_table_that_does_not_fit_is_lines(start: Start, ctick: Run) -> None:
    """No digit is cut off."""
    assert ctick("snapshot", "-q", "-", stdin="UZS/USD = 0.0000848016\n2026-02-21\n").code == 0
    screen = Screen(30, 34)
    start("UZS", "--source", "timesca", "--every", "1h", env={"COLUMNS": "", "LINES": ""}, **screen.streams)
    until(lambda: b"UZS/USD 0.00008" in screen.shown)
    assert b"pair" not in screen.shown


def test_a_pipe_gets_what_a_dollar_costs_only_if_asked(start: Start, home: Path) -> None:
    """In the last fields."""
    out = home / "out"
    with out.open("wb") as stdout:
        start("KGS", "--per-dollar", "--every", "1s", stdin=subprocess.DEVNULL, stdout=stdout)
        until(lambda: "KGS\tUSD\t0.01144\t" in out.read_text())
    assert out.read_text().splitlines()[-1].rsplit("\t", 3)[1:] == ["87.41", "87.37", "87.46"]


def test_a_hanging_fetch_does_not_delay_the_end(start: Start) -> None:
    """Nor is it left running."""
    Handler.pause = 5
    screen = Screen()
    process = start("--every", "1s", **screen.streams)
    until(lambda: Handler.asked > 0)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    begun = time.monotonic()
    os.write(screen.master, b"q")
    assert process.wait(10) == 0
    assert time.monotonic() - begun < 3
    assert len(children) == 1
    assert not Path(f"/proc/{children[0]}").exists()


def test_a_dumb_terminal_gets_lines(start: Start) -> None:
    """TERM=dumb can't move the cursor: one line per change, as in a pipe."""
    screen = Screen()
    start("KGS", "--every", "1s", env={"TERM": "dumb"}, **screen.streams)
    until(lambda: b"KGS\tUSD\t0.01144" in screen.shown)
    assert b"\x1b" not in screen.shown


@pytest.mark.parametrize("is_first", [True, False])
def test_a_locked_store_is_waited_for(start: Start, home: Path, run: Run, is_first: bool) -> None:
    """It says so, keeps the old rates, and continues."""
    store = home / "rates.db"
    assert run("snapshot", "-q", "-", "--db", str(store), stdin=page(SEED_10, "10 December 2025")).code == 0
    out, err = home / "out", home / "err"
    with out.open("wb") as stdout, err.open("wb") as stderr, closing(connect(store, isolation_level=None)) as other:
        if is_first:
            other.execute("BEGIN EXCLUSIVE")
        process = start("--every", "1s", "--db", str(store), stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)
        if not is_first:
            until(lambda: "0.00194" in out.read_text())
            other.execute("BEGIN EXCLUSIVE")
        until(lambda: "is locked by another program" in err.read_text())
        Handler.figures = SEED_16.replace("0.00194", "0.00195")
        time.sleep(1.5)
        assert process.poll() is None
        other.execute("ROLLBACK")
        until(lambda: "KZT\tUSD\t0.00195" in out.read_text())
        assert err.read_text().count("is locked by another program") <= 2  # by watch, and by its fetch


def test_a_file_that_is_not_a_store_ends_it(run: Run, tmp_path: Path) -> None:
    """Waiting would not help."""
    (tmp_path / "text").write_text("no store\n")
    assert run("watch", "--db", str(tmp_path / "text")).code == 6
    assert run("watch", "--db", str(tmp_path)).code == 6


def test_only_the_named_source_is_fetched(start: Start, home: Path) -> None:
    """`--source NAME` fetches NAME, not the default sources."""
    out, err = home / "out", home / "err"
    environment = {"CTICK_SOURCES": "cbr", "CTICK_URL_CBR": "http://127.0.0.1:9/"}
    with out.open("wb") as stdout, err.open("wb") as stderr:
        streams = {"stdin": subprocess.DEVNULL, "stdout": stdout.fileno(), "stderr": stderr.fileno()}
        start("KGS", "--every", "1s", "--source", "timesca", env=environment, **streams)
        until(lambda: "KGS\tUSD\t0.01144" in out.read_text() and Handler.asked > 1)
    assert err.read_text() == ""


def test_a_source_that_ctick_cannot_fetch(start: Start, home: Path, run: Run) -> None:
    """It says so, and shows what others save."""
    save = ("snapshot", "-q", "-", "--source", "mine", "--date", "2025-12-16")
    assert run(*save, stdin=page("KGS 0.01140 0%", None)).code == 0
    out, err = home / "out", home / "err"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        streams = {"stdin": subprocess.DEVNULL, "stdout": stdout.fileno(), "stderr": stderr.fileno()}
        start("--every", "1s", "--source", "mine", **streams)
        until(lambda: "KGS\tUSD\t0.01140" in out.read_text())
        assert run(*save, stdin=page("KGS 0.01141 0%", None)).code == 0
        until(lambda: "KGS\tUSD\t0.01141" in out.read_text())
    assert err.read_text() == "ctick can't fetch mine: only watching the store\n"
    assert Handler.asked == 0


def test_a_closed_pipe_ends_it(start: Start, home: Path, server: dict[str, str]) -> None:
    """`ctick watch | head -1` ends at once and quietly, not at the next change."""
    done = subprocess.run(
        ["sh", "-c", '"$0" -m ctick watch -q | head -1', sys.executable],
        env={"HOME": str(home), "PATH": os.environ["PATH"], **server},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=20,
        check=False,
    )
    assert done.stdout.startswith(b"KGS\tUSD\t")
    assert (done.returncode, done.stdout.count(b"\n"), done.stderr) == (0, 1, b"")


def test_a_new_day_with_the_same_rate(run: Run) -> None:
    """The change is that of the new day, also if the day before was corrected or deleted later."""
    save = ("snapshot", "-q", "-", "--source", "mine", "--date")
    watcher = Watcher(Options(source="mine"), ["KGS"], Alerts([]), None)

    def shown() -> tuple[bool, str]:
        watcher.update()
        return "KGS" in watcher.state.changed, trend.change_text(trend.last_change(watcher.state.recent["KGS"]))

    for day, rate in (("2026-02-18", "0.01140"), ("2026-02-19", "0.01150")):
        assert run(*save, day, stdin=page(f"KGS {rate} 0%", None)).code == 0
    assert shown() == (True, "+0.88% ▲")
    assert shown() == (False, "+0.88% ▲")
    assert run(*save, "2026-02-20", stdin=page("KGS 0.01150 0%", None)).code == 0
    assert shown() == (True, "?")
    assert watcher.state.highlighted == {}
    assert run("forget", "2026-02-19", "-q").code == 0
    assert shown() == (False, "+0.88% ▲")


def test_dates_and_likely_errors_are_on_the_screen(start: Start, run: Run, home: Path) -> None:
    """Of a rate of ten days ago, and of one that is in force from tomorrow on."""
    today = dt.datetime.now(dt.UTC).date()
    for figures, days in (("KGS 0.01144", -10), ("KZT 0.00194", 1)):
        day = today + dt.timedelta(days=days)
        text = page(figures, str(day))
        assert run("snapshot", "-q", "-", "--force", "--source", "mine", "--db", str(home / "db"), stdin=text).code == 0
    screen = Screen()
    start("--source", "mine", "--db", str(home / "db"), "--no-color", **screen.streams)
    until(lambda: b"KZT/USD" in screen.shown and b"mine" in screen.shown)
    shown = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", screen.shown.decode())
    old, ahead = (short_date(today + dt.timedelta(days=days)) for days in (-10, 1))
    assert "likely ±" in shown
    assert re.search(rf"KGS/USD  0.01144 +1.0% +87.41  {old} +mine", shown)
    assert re.search(rf"KZT/USD  0.00194 +1.7% +515  {ahead} \(tomorrow\)  mine", shown)


def test_an_alert_rings_once(run: Run) -> None:
    """Not again while it holds; again after it stopped holding."""
    watcher = Watcher(Options(source="mine"), ["KGS"], Alerts([Alert("KGS<0.01145")]), None)
    rang = []
    for rate in ("0.01144", "0.01143", "0.01146", "0.01144"):
        assert run("snapshot", "-q", "-", "--source", "mine", "--date", "2026-02-18", stdin=page(f"KGS {rate}", None))
        rang += [bool(watcher.update()), bool(watcher.update())]
    assert rang == [True, False, False, False, False, False, True, False]


def test_a_number_of_an_alert_that_may_have_been_meant_otherwise(run: Run) -> None:
    """As `convert` says it."""
    assert run("snapshot", "-q", "-", "--source", "mine", "--date", "2026-02-18", stdin=page("UZS 0.00008", None))
    result = run("watch", "--source", "mine", "--alert", "USD>12.000 UZS", "--exit-on-alert")
    assert (result.code, result.err.splitlines()[0]) == (
        0,
        "--alert 'USD > 12.000 UZS': '12.000' was read as 12 (the point is a decimal point); did you mean 12000?",
    )


@pytest.mark.long
def test_two_minutes(start: Callable[..., "subprocess.Popen[bytes]"], home: Path) -> None:
    """Changing rates and failures: no traceback, no growth, a clean end."""
    import pty
    import termios

    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    process = start("--every", "1s", stdin=slave, stdout=slave, stderr=slave)
    shown = bytearray()

    def drain() -> None:
        with suppress(OSError):
            while data := os.read(master, 65536):
                shown.extend(data)

    threading.Thread(target=drain, daemon=True).start()
    memory = []
    for second in range(120):
        Handler.figures = SEED_16.replace("0.00194", f"0.00{190 + second % 9}")
        Handler.status = 503 if 40 <= second < 60 else 200
        time.sleep(1)
        assert process.poll() is None
        if second >= 20:
            status = Path(f"/proc/{process.pid}/status").read_text()
            memory.append(int(status.partition("VmRSS:")[2].split()[0]))
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 143
    assert termios.tcgetattr(slave) == before
    os.close(slave)
    (home / "memory").write_text(f"VmRSS after 20 s {memory[0]} kB, at most {max(memory)}, in the end {memory[-1]}")
    assert memory[-1] < memory[0] * 1.2
    assert b"answered 503" in shown
    assert b"bug in ctick" not in shown
    assert b"Traceback" not in shown
    assert not (home / ".local/state").exists()
