"""Types into real shells through a pseudo-terminal."""

import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

import pytest

PROMPT = "ready>"

SETTINGS = {
    "bash": (".bashrc", f"PS1='{PROMPT} '\nunset PROMPT_COMMAND\n"),
    "zsh": (".zshrc", f"PS1='{PROMPT} '\nunset RPS1\nunsetopt zle_bracketed_paste 2>/dev/null\n"),
    "fish": (".config/fish/config.fish", f"function fish_prompt; echo -n '{PROMPT} '; end\nset -g fish_greeting\n"),
}

_TAKE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""
_START = {"bash": ["bash", "-i"], "zsh": ["zsh", "-i"], "fish": ["fish", "-i", "--private"]}

_ESCAPES = re.compile(
    r"\x1b\[[0-9;?<>=]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-B0-2]|\x1b[=>78kM]|[\x07\x0f\x08]"
)


def needed(shell: str) -> None:
    """Skips a test where the shell is missing."""
    if not shutil.which(shell):
        pytest.skip(f"there is no {shell}")


def prepare(shell: str, home: Path) -> dict[str, str]:
    """A home with a prompt and with a `ctick` that completes, and writes its arguments down instead of running them."""
    needed(shell)
    name, text = SETTINGS[shell]
    settings = home / name
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(text)
    # Without this folder a new fish reads all man pages of the system.
    (home / ".local/share/fish/generated_completions").mkdir(parents=True)
    program = home / "bin" / "ctick"
    program.parent.mkdir(exist_ok=True)
    program.write_text(
        "#!/bin/sh\n"
        f'[ -z "$_CTICK_COMPLETE" ] || exec {sys.executable} -m ctick "$@"\n'
        f"printf '%s\\n' \"$@\" >'{home}/arguments.part' && mv '{home}/arguments.part' '{home}/arguments'\n"
    )
    program.chmod(0o755)
    return {
        "HOME": str(home),
        "PATH": f"{home}/bin:/usr/local/bin:/usr/bin:/bin",
        "TERM": "xterm",
        "LC_ALL": "C.UTF-8",
        "SHELL": shutil.which(shell) or "",
    }


class Shell:
    """A shell that has just started, at its prompt, in the folder `home`."""

    def __init__(self, shell: str, home: Path, environment: dict[str, str]) -> None:
        self.name = shell
        self.home = home
        self.log = ""
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-c", _TAKE_TERMINAL, *_START[shell]],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=home,
            env=environment,
            start_new_session=True,
        )
        os.close(slave)
        self.shown = ""
        try:
            self.wait_for(PROMPT)
        except BaseException:
            self.__exit__()
            raise

    def type(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def wait_for(self, text: str, seconds: int = 20) -> str:
        """What is shown up to this text, without escape sequences; it is not shown again."""
        end = time.monotonic() + seconds
        while text not in (clean := _ESCAPES.sub("", self.shown)):
            assert time.monotonic() < end, f"no {text!r} in {clean!r}"
            self._read()
        before, _, rest = clean.partition(text)
        self.shown = rest
        return before

    def rest(self, seconds: float = 1.0) -> str:
        """What is shown until nothing more comes."""
        while self._read(seconds):
            pass
        found, self.shown = _ESCAPES.sub("", self.shown), ""
        return found

    def arguments(self, keys: str) -> list[str]:
        """What `ctick` is called with after these keys and Return."""
        (self.home / "arguments").unlink(missing_ok=True)
        self.type(f"{keys}\r")
        end = time.monotonic() + 20
        while not (self.home / "arguments").exists():
            assert time.monotonic() < end, _ESCAPES.sub("", self.shown)
            self._read(0.05)
        self.wait_for(PROMPT)
        return (self.home / "arguments").read_text().split("\n")[:-1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)

    def _read(self, seconds: float = 0.2) -> bool:
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return False
        with suppress(OSError):
            data = os.read(self.master, 65536).decode(errors="replace")
            self.shown += data
            self.log += data
        return True
