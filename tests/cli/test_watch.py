"""`ctick watch`, in a pipe and on a real pseudo-terminal, against a server on loopback."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import SEED_16, Run, page

from ctick.watched import Alert


class Handler(BaseHTTPRequestHandler):
    figures = SEED_16
    status = 200

    def do_GET(self) -> None:
        body = page(self.figures, None).encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[dict[str, str]]:
    """The environment in which the ticker is on loopback."""
    Handler.figures, Handler.status = SEED_16, 200
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, args=(0.05,), daemon=True).start()
        yield {"CTICK_URL_TIMESCA": f"http://127.0.0.1:{listening.server_port}/", "CTICK_SOURCES": "timesca"}
        listening.shutdown()


def until(found: Callable[[], bool], seconds: float = 20) -> None:
    """Waits for something that must happen."""
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@pytest.fixture
def start(home: Path, server: dict[str, str]) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts `ctick watch` in a process of its own."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*argv: str, **streams: int) -> "subprocess.Popen[bytes]":
        environment = {"HOME": str(home), "TERM": "xterm", "COLUMNS": "100", "LINES": "30", **server}
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


def test_a_line_a_change_in_a_pipe(start: Callable[..., "subprocess.Popen[bytes]"], home: Path) -> None:
    """First what there is, then what moved, failures on stderr; the old figures stay, and it goes on."""
    out, err = home / "out", home / "err"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = start("--every", "1s", stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)
        until(lambda: "KGS\tUSD\t0.01144" in out.read_text())  # behind the shipped one
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
    """The first alert ends it with 0: for scripts."""
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
    assert err.endswith(b"alert: KZT < 0.0019\n")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("end", ["q", "SIGINT", "SIGTERM"])
def test_the_terminal_is_left_as_it_was(start: Callable[..., "subprocess.Popen[bytes]"], end: str) -> None:
    """On q, Ctrl-C and kill: the modes of before, the screen of before, the cursor back."""
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
        with suppress(OSError):  # Linux's way of saying that the other side is closed
            while data := os.read(master, 65536):
                shown.extend(data)

    threading.Thread(target=drain, daemon=True).start()
    code = process.wait(10)
    assert code == {"q": 0, "SIGINT": 130, "SIGTERM": 143}[end]
    assert termios.tcgetattr(slave) == before
    os.close(slave)
    until(lambda: shown.rfind(b"\x1b[?1049l") > shown.rfind(b"\x1b[?1049h"))
    assert shown.rfind(b"\x1b[?25h") > shown.rfind(b"\x1b[?25l")
    assert b"KZT/USD" in shown
    assert b"Traceback" not in shown


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--every", "soon"], "ctick: --every soon is no time: write it as 10m, 30s or 1h\n"),
        (["--alert", "KZT"], "ctick: --alert KZT is no condition: write it as 'KZT<0.0019'\n"),
        (["--alert", "KZT<x"], "ctick: --alert KZT<x is no condition: write it as 'KZT<0.0019'\n"),
        (["--exit-on-alert"], "ctick: --exit-on-alert needs an --alert, as in --alert 'KZT<0.0019'\n"),
    ],
)
def test_wrong_usage(run: Run, argv: list[str], message: str) -> None:
    """What can't be understood is said before anything is fetched."""
    assert run("watch", *argv) == (2, "", message)


def test_conditions() -> None:
    """All four signs, in any spelling of the currency."""
    assert Alert("tenge <= 0.0019").text == "KZT <= 0.0019"
    assert not Alert("KZT<0.0019").holds({})


@pytest.mark.long
def test_two_minutes(start: Callable[..., "subprocess.Popen[bytes]"], home: Path) -> None:
    """Rates that change, failures in between, and back: no word of an exception, no growth, a clean end."""
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
