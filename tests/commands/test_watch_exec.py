"""`ctick watch --exec`, and what watch says in the end, in a pipe and on a real pseudo-terminal."""

import datetime as dt
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import Run, page
from test_watch import Screen, until

from ctick.commands.watch_exec import AlertCommand
from ctick.model import DatedQuote, Quote
from ctick.rates.alerts import Alert

ENVIRONMENT = {"TERM": "xterm", "COLUMNS": "100", "LINES": "30", "PATH": os.environ["PATH"]}
ON_TERMINAL = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
"""Makes stdin the terminal whose Ctrl-C a process gets, and everything that it starts."""

Save = Callable[[str], None]
Watch = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def save(run: Run, home: Path) -> Save:
    """Saves a rate of the tenge as of source `mine`, in a store of its own."""

    def save(rate: str) -> None:
        command = (
            "snapshot",
            "-q",
            "-",
            "--force",
            "--source",
            "mine",
            "--date",
            "2025-12-16",
            "--db",
            str(home / "db"),
        )
        assert run(*command, stdin=page(f"KZT {rate}", None)) == (0, "", "")

    save("0.00194")
    return save


@pytest.fixture
def watch(home: Path, save: Save) -> Iterator[Watch]:
    """Starts `ctick watch KZT` on that store in a folder of its own, without fetches."""
    started: list[subprocess.Popen[str]] = []

    def watch(*argv: str, screen: Screen | None = None) -> "subprocess.Popen[str]":
        (home / "work").mkdir(exist_ok=True)
        streams: dict[str, int] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        terminal = [] if screen is None else ["-c", ON_TERMINAL]
        command = ["-m", "ctick", "watch", "KZT", "--source", "mine", "--db", str(home / "db"), *argv]
        process = subprocess.Popen(
            [sys.executable, *terminal, *command],
            env={"HOME": str(home), **ENVIRONMENT},
            cwd=home / "work",
            text=True,
            **(streams if screen is None else screen.streams),  # type: ignore[call-overload]
        )
        started.append(process)
        return process  # type: ignore[no-any-return]

    yield watch
    for process in started:
        process.kill()
        process.communicate()


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def ended(process: "subprocess.Popen[str]", number: signal.Signals = signal.SIGTERM) -> str:
    """What it has written to stderr, with its times as TIME."""
    process.send_signal(number)
    _, err = process.communicate(timeout=20)
    return re.sub(r"\d\d:\d\d(:\d\d)? UTC", "TIME", err)


def test_a_command_runs_once_when_an_alert_begins_to_hold(watch: Watch, save: Save, home: Path) -> None:
    """Not again while it holds; again after it stopped holding. What happened is in its environment."""
    log = home / "work/log"
    command = 'echo "$CTICK_ALERT|$CTICK_PAIR|$CTICK_RATE|$CTICK_AS_OF|$CTICK_SOURCE|$HOME" >>log; echo noise'
    process = watch("--alert", "tenge < 0.0019", "--alert", "KZT<0.00185", "--exec", command)
    time.sleep(1.5)
    assert lines(log) == []
    for rate, count in (("0.00189", 1), ("0.00188", 1), ("0.00184", 2), ("0.00194", 2), ("0.00187", 3)):
        save(rate)
        until(lambda count=count: len(lines(log)) == count)  # type: ignore[misc]  # bound now
        time.sleep(0.8)
        assert len(lines(log)) == count
    rest = f"|2025-12-16|mine|{home}"
    assert lines(log) == [
        f"KZT < 0.0019|KZT/USD|0.00189{rest}",
        f"KZT < 0.00185|KZT/USD|0.00184{rest}",
        f"KZT < 0.0019|KZT/USD|0.00187{rest}",
    ]
    assert ended(process) == (
        "ctick can't fetch mine: only watching the store\n"
        "alert: KZT < 0.0019 at TIME (KZT/USD 0.00189 of 16 December 2025)\n"
        "alert: KZT < 0.00185 at TIME (KZT/USD 0.00184 of 16 December 2025)\n"
        "alert: KZT < 0.0019 at TIME (KZT/USD 0.00187 of 16 December 2025)\n"
    )
    assert process.returncode == 143


def test_a_failing_command_is_one_line_on_stderr(watch: Watch, save: Save, home: Path) -> None:
    """With the last line that it wrote to stderr; watch continues, and leaves no zombie."""
    process = watch(
        "-q",
        "--alert",
        "KZT<0.0019",
        "--exec",
        "echo first >&2; printf 'no \\033[31mmail\\n\\n' >&2; touch ran; exit 3",
    )
    for number in range(2):
        save("0.00189")
        until((home / "work/ran").exists)
        (home / "work/ran").unlink()
        time.sleep(1.2)
        save(f"0.0019{number}")
        time.sleep(1.2)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    assert not children.exists() or children.read_text() == ""
    assert ended(process) == "ctick: --exec for KZT < 0.0019 failed with exit code 3: no \ufffd[31mmail (TIME)\n" * 2


@pytest.mark.skipif(sys.platform != "linux", reason="needs real-time signals")
def test_a_command_killed_by_a_signal_without_a_name(watch: Watch, save: Save) -> None:
    """It is a failure like others."""
    save("0.00189")
    process = watch("-q", "--alert", "KZT<0.0019", "--exec", "kill -40 $$", "--exit-on-alert")
    _, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert re.fullmatch(r"ctick: --exec for KZT < 0.0019 was killed by signal 40 \(.*\)\n", err)


def test_exit_on_alert_waits_for_the_command(watch: Watch, save: Save, home: Path) -> None:
    """Its failure is exit 1."""
    save("0.00189")
    for command, code in (("sleep 3; touch done", 0), ("kill -9 $$", 1), ("nonsense-command", 1)):
        process = watch("--alert", "KZT<0.0019", "--exit-on-alert", "--exec", command)
        _, err = process.communicate(timeout=20)
        assert process.returncode == code
        assert ("--exec for KZT < 0.0019" in err) == bool(code)
    assert (home / "work/done").exists()
    assert "failed with exit code 127: " in err
    assert "not found" in err


@pytest.mark.parametrize(
    ("end", "command"),
    [
        ("SIGTERM", "trap '' TERM; sleep 61 & echo $$ $! >pids; wait; sleep 62"),
        ("SIGINT", "trap '' TERM; sleep 61 & echo $$ $! >pids; wait; sleep 62"),
        ("SIGTERM", "(trap '' TERM; sleep 61) & echo $$ $! >pids; wait"),
    ],
)
def test_a_command_that_hangs_is_ended_with_watch(watch: Watch, save: Save, home: Path, end: str, command: str) -> None:
    """After two seconds, with what it has started, also where one of them ignores SIGTERM."""
    save("0.00189")
    process = watch("--alert", "KZT<0.0019", "--exec", command)
    until(lambda: len(lines(home / "work/pids")) == 1)
    begun = time.monotonic()
    assert ended(process, signal.Signals[end]).endswith(
        "ctick: --exec for KZT < 0.0019 was still running after 2 s, and was ended (TIME)\n"
    )
    assert time.monotonic() - begun < 6
    for pid in lines(home / "work/pids")[0].split():
        until(lambda pid=pid: not _is_running(pid), 5)  # type: ignore[misc]  # bound now


def _is_running(pid: str) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1] != "Z"
    return False


def test_a_command_that_still_runs_is_not_started_again(watch: Watch, save: Save, home: Path) -> None:
    """A message says so."""
    process = watch("--alert", "KZT<0.0019", "--exec", "echo >>log; sleep 63")
    for rate in ("0.00189", "0.00195", "0.00188"):
        save(rate)
        time.sleep(1.5)
    assert lines(home / "work/log") == [""]
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=20)
    assert "--exec for KZT < 0.0019 is still running from the last time, and was not started again" in err


def test_a_failure_is_forgotten_when_the_command_has_succeeded(tmp_path: Path) -> None:
    """A message is about the last time."""
    command = AlertCommand(f"mkdir {tmp_path}/once 2>/dev/null && exit 3; true")
    dated = DatedQuote(Quote("KZT", Decimal("0.00189")), dt.date(2025, 12, 16), "mine")
    for failures in (1, 0):
        command.start(Alert("KZT<0.0019"), dated)
        command.wait()
        assert len(command.failures) == failures


@pytest.mark.parametrize("end", ["q", "Ctrl-C", "alert"])
def test_the_screen_is_not_disturbed(watch: Watch, save: Save, end: str, home: Path) -> None:
    """A command has no terminal, so Ctrl-C does not end it. After the screen is closed, a line says what rang."""
    screen = Screen()
    command = "echo noise; echo noise >&2; (echo noise >/dev/tty) 2>/dev/null; read line; sleep 1; touch ran; exit 4"
    only = ["--exit-on-alert"] if end == "alert" else []
    process = watch("--alert", "KZT<0.0019", "--exec", command, *only, screen=screen)
    until(lambda: b"0.00194" in screen.shown)
    save("0.00189")
    if end == "q":
        until(lambda: b"failed with exit code 4: noise" in screen.shown)
    until(lambda: b"alert: KZT < 0.0019" in screen.shown)
    if end != "alert":
        os.write(screen.master, {"q": b"q", "Ctrl-C": b"\x03"}[end])
    assert process.wait(20) == {"q": 0, "Ctrl-C": 130, "alert": 1}[end]
    assert (home / "work/ran").exists()
    until(screen.is_as_before)
    left = re.sub(r"\d\d:\d\d(:\d\d)? UTC", "TIME", screen.shown.decode().rpartition("\x1b[?1049l")[2])
    assert re.sub(r"\x1b\[[\d;?]*[a-zA-Z]|\r", "", left) == (
        "alert: KZT < 0.0019 at TIME (KZT/USD 0.00189 of 16 December 2025)\nctick: --exec for KZT < 0.0019 failed with exit code 4: noise (TIME)\n"
    )
    assert b"noise\r\n" not in screen.shown.replace(b": noise", b"")


@pytest.mark.parametrize("argv", [["--alert", "KZT<0.0019"], ["-q", "--alert", "KZT>0.0019"]])
def test_nothing_is_said_if_nothing_rang(watch: Watch, argv: list[str]) -> None:
    """Nor with -q."""
    screen = Screen()
    process = watch(*argv, screen=screen)
    until(lambda: b"0.00194" in screen.shown)
    os.write(screen.master, b"q")
    assert process.wait(20) == 0
    until(screen.is_as_before)
    assert b"alert" not in screen.shown.rpartition(b"\x1b[?1049l")[2]


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--exec", "true"], "--exec requires --alert, as in --alert 'KZT<0.0019'"),
        (
            ["--alert", "KZT<0.0019", "--exec", " "],
            "--exec is empty: name a command, as in --exec 'echo \"$CTICK_ALERT\" | mail me'",
        ),
    ],
)
def test_wrong_usage(run: Run, argv: list[str], message: str) -> None:
    """Reported before anything is fetched."""
    assert run("watch", *argv) == (2, "", f"ctick: {message}\n")
