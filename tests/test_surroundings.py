"""A wrong clock, a terminal without a size, no threads: a message or a result, never a bug."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PAGE_16, on_a_terminal

COMMANDS = ("rates", "convert 5 KGS", "snapshot page.txt", "history KGS --since 30d", "parse page.txt")
FAR = "the system clock is not between the years 1678 and 2261: set it; 'date' shows it"


@pytest.mark.skipif(shutil.which("faketime") is None, reason="needs faketime")
@pytest.mark.parametrize("day", ["1600-01-01", "2300-01-01"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_clock_that_is_centuries_off(home: Path, day: str, command: str) -> None:
    """Python can't represent such a time; the message says what to set."""
    (home / "page.txt").write_text(PAGE_16)
    done = subprocess.run(
        ["faketime", "-f", f"@{day} 00:00:00", sys.executable, "-m", "ctick", *command.split()],
        env={"HOME": str(home), "PATH": os.environ["PATH"]},
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (2, f"ctick: {FAR}\n")


def test_a_chart_has_the_size_of_the_terminal(home: Path) -> None:
    """All of its columns, and all lines but two."""
    script = 'stty rows 15 cols 50 <&1 && "$0" -m ctick history KGS --chart -q'
    code, shown = on_a_terminal(["sh", "-c", script, sys.executable], home, PATH="/usr/bin:/bin", NO_COLOR="1")
    lines = shown.splitlines()
    assert (code, len(lines), max(map(len, lines))) == (0, 13, 50)


@pytest.mark.parametrize("name", ["COLUMNS", "LINES"])
@pytest.mark.parametrize("command", ["rates -q", "history KGS --chart"])
def test_an_invalid_terminal_size_is_ignored(home: Path, name: str, command: str) -> None:
    """The size of the terminal itself is used, by rich too."""
    argv = [sys.executable, "-m", "ctick", *command.split()]
    expected = on_a_terminal(argv, home)
    for value in ("²", "9" * 5000, "0", "-1", "２", "10000", "", "x"):
        assert on_a_terminal(argv, home, **{name: value}) == expected, value


@pytest.mark.skipif(sys.platform != "linux", reason="needs the limits of Linux")
def test_no_thread_can_be_started(home: Path) -> None:
    """If the system refuses a thread (here because its stack doesn't fit), a message says so."""
    limits = "ulimit -s 8388608 && ulimit -v 4194304"  # a stack of 8 GB in 4 GB of memory
    done = subprocess.run(
        ["sh", "-c", f'{limits} && exec "$0" -m ctick snapshot cbr', sys.executable],
        env={"HOME": str(home), "CTICK_URL_CBR": "http://localhost:9/"},  # a name is looked up in a thread
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == (
        "ctick: out of system resources (no more threads can be started): 'ulimit -a' shows the limits\n"
    )
    assert done.returncode == 1
