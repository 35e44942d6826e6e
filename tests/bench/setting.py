"""What the groups of the benchmark share: sizes, commands, environments, and how inputs are made."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from measure import Contestant
from report import Row

HERE = Path(__file__).parent
PYTHON = sys.executable
SCRIPT = Path(PYTHON).parent / "ctick"
CTICK = [str(SCRIPT)] if SCRIPT.exists() else [PYTHON, "-m", "ctick"]
MIB = 1 << 20


class Size(NamedTuple):
    """The sizes of the inputs, and the numbers of rounds for quick and for long processes."""

    archive: int  # MiB
    files: int  # MiB, in 400 files
    prose: int  # MiB
    snapshots: int
    days: int
    rounds: int
    long_rounds: int


FULL = Size(512, 4096, 96, 200_000, 10_000, 60, 5)
QUICK = Size(1, 1, 1, 500, 100, 2, 2)


class Group(NamedTuple):
    """Contestants that are measured in the same rounds, and their rows."""

    contestants: list[Contestant]
    rounds: int
    rows: list[Row]


class Bench(NamedTuple):
    """A temporary folder with the inputs and homes of a run."""

    folder: Path
    size: Size

    def env(self, home: str) -> dict[str, str]:
        place = self.folder / home
        place.mkdir(exist_ok=True)
        base = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm-256color", "TMPDIR": str(self.folder)}
        return {**base, "HOME": str(place)}

    def store(self, home: str) -> Path:
        return self.folder / home / ".local/share/ctick/ctick.db"

    def settings(self, home: str) -> Path:
        """The settings file of a home, which does not exist yet."""
        path = self.folder / home / ".config/ctick/config.toml"
        path.parent.mkdir(parents=True)
        return path

    def make(self, kind: str, path: Path, size: int) -> None:
        self._run("made.py", kind, str(path), str(size))

    def archive(self, kind: str, path: Path, size: int, *options: str) -> None:
        """Creates an archive of about `size` MiB."""
        self._run("archives.py", kind, str(path), str(size), *options)

    def _run(self, script: str, *arguments: str) -> None:
        # In a separate process, so that this one, and what it starts, stays small.
        subprocess.run([PYTHON, str(HERE / script), *arguments], check=True)


SETTINGS = """\
# What I use every day.
to = ["USD", "KZT"]
sources = ["timesca", "cbr", "cbu"]
som = "KGS"
per_dollar = true
color = "auto"
alerts = ["KZT<0.0019", "KGS<0.0113"]

[urls]
cbr = "https://example.com/{date}"
"""
"""A typical file."""

TOOLS = ("qalc", "units", "mawk")
PACKAGES = ("fastwarc", "resiliparse", "selectolax", "distributed")


def installed(name: str) -> bool:
    """Whether a program or a package that ctick is compared with can be run."""
    return shutil.which(name) is not None if name in TOOLS else find_spec(name) is not None
