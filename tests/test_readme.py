"""The README is run: its commands give what it says they give."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ctick.__main__ import COMMANDS

README = Path(__file__).parents[1] / "README.md"
CONSOLE = re.findall(r"```console\n(.*?)```", README.read_text(), re.DOTALL)
SCRIPT = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)

# What differs from day to day.
AGES = re.compile(r"\d+ days old|\t\d+$|\d{4}-\d\d-\d\dT[\d:.]+Z", re.MULTILINE)


def on_a_terminal(command: str, folder: Path) -> str:
    """What a person at a terminal of 80 columns sees of a command."""
    import pty

    master, slave = pty.openpty()
    environment = {
        "HOME": str(folder),
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "TERM": "xterm",
    }
    process = subprocess.Popen(
        ["sh", "-c", command], stdin=slave, stdout=slave, stderr=slave, env=environment, cwd=folder
    )
    os.close(slave)
    shown = b""
    while True:
        try:
            data = os.read(master, 65536)
        except OSError:  # Linux's way of saying that the other side is closed
            break
        if not data:
            break
        shown += data
    os.close(master)
    process.wait()
    return shown.decode().replace("\r\n", "\n")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_console_blocks(home: Path) -> None:
    """Every command of every `console` block, in their order, on a terminal."""
    assert len(CONSOLE) >= 4
    (ticker,) = re.findall(r"```\n(•.*?)```", README.read_text(), re.DOTALL)
    (home / "page.txt").write_text(ticker)
    if not (Path(sys.executable).parent / "ctick").exists():
        pytest.skip("ctick is not installed beside this Python")
    for block in CONSOLE:
        for command, expected in SCRIPT.findall(block):
            shown = on_a_terminal(command, home)
            lines = "".join(line.rstrip(" ") + "\n" for line in shown.splitlines())
            assert AGES.sub("*", lines) == AGES.sub("*", expected), command


def test_every_command_is_documented() -> None:
    """The README and the changelog name each command."""
    for name in ("README.md", "CHANGELOG.md"):
        text = (README.parent / name).read_text()
        assert [command for command in COMMANDS if f"ctick {command}" not in text] == []
