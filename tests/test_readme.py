"""The README is short, its picture is current, and its links lead somewhere; `test_docs.py` runs its commands."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from run_console_blocks import PROGRAM

from ctick.cli.declarations import COMMANDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PICTURE = ROOT / "docs" / "terminal.svg"


def test_the_readme_has_at_most_200_lines_of_120_columns() -> None:
    lines = README.splitlines()
    assert len(lines) <= 200
    printed = {
        line
        for block in re.findall(r"^```console\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
        for line in block.splitlines()
    }
    assert [line for line in lines if len(line) > 120 and line not in printed] == []


def test_every_command_is_documented() -> None:
    """The reference and the changelog name each command."""
    for name in ("docs/reference.md", "CHANGELOG.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert [command for command in COMMANDS if f"ctick {command}" not in text] == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_the_picture_shows_what_ctick_prints_now(tmp_path: Path) -> None:
    if not PROGRAM.exists():
        pytest.skip("ctick is not installed beside this Python")
    drawn = tmp_path / "terminal.svg"
    subprocess.run([sys.executable, str(ROOT / "tools" / "picture.py"), str(drawn)], check=True)
    assert drawn.read_text(encoding="utf-8") == PICTURE.read_text(encoding="utf-8")


def test_the_picture_loads_nothing() -> None:
    svg = PICTURE.read_text(encoding="utf-8")
    assert re.findall(r"https?://[^\s\"<]+", svg) == ["http://www.w3.org/2000/svg"]
    assert "url(" not in svg.replace("url(#", "")
    assert "<script" not in svg
