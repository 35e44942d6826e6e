"""The README is short, its picture is current, and its links lead somewhere; `test_docs.py` runs its commands."""

import os
import re
import shutil
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


COMMANDS_TO_INSTALL = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_readme_begins_with_the_two_commands() -> None:
    """They are the ones that a check of the project runs."""
    assert COMMANDS_TO_INSTALL[:2] == [
        "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/ctick convert 50000 KGS\n",
        "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/python -m pytest\n",
    ]


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="the commands are for a shell of Unix")
@pytest.mark.parametrize(
    ("tool", "command", "program"),
    [
        ("python3", COMMANDS_TO_INSTALL[0].partition(" && .venv/bin/ctick")[0], "project/.venv/bin/ctick"),
        ("pipx", COMMANDS_TO_INSTALL[2].partition(" &&")[0], ".local/bin/ctick"),
        ("uv", "uv tool install .", ".local/bin/ctick"),
    ],
)
def test_a_new_user_gets_an_answer(tool: str, command: str, program: str, tmp_path: Path) -> None:
    """In a new home, with nothing in the environment but the certificates of this machine."""
    if shutil.which(tool) is None:
        pytest.skip(f"there is no {tool}")
    assert command in README
    (tmp_path / "bin").mkdir()
    for name in {"python3", tool}:
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or name)
    ignored = shutil.ignore_patterns(".git", ".venv", "dist", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, tmp_path / "project", ignore=ignored)
    empty = {"HOME": str(tmp_path), "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"}
    certificates = {name: os.environ[name] for name in ("SSL_CERT_FILE", "PIP_CERT") if name in os.environ}
    installed = subprocess.run(
        ["sh", "-c", command],
        cwd=tmp_path / "project",
        env={**certificates, **empty},
        capture_output=True,
        text=True,
        check=False,
    )
    if re.search("No matching distribution|Failed to fetch|NewConnectionError", installed.stdout + installed.stderr):
        pytest.skip("there is no package index")
    assert installed.returncode == 0, installed.stderr
    answer = [str(tmp_path / program), "convert", "50000", "KGS"]
    done = subprocess.run(answer, env=empty, capture_output=True, text=True, check=True)
    assert re.fullmatch(r"\d+\.\d\d USD\n", done.stdout)
