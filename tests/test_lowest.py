"""The lowest versions of the dependencies that `pyproject.toml` allows are enough."""

import os
import shutil
import subprocess
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

SOME = (
    "tests/cli",
    "tests/output",
    "tests/sources",
    "tests/test_paths.py",
    "tests/commands/test_watch.py",
    "tests/commands/test_archives.py",
    "tests/commands/test_remote_files.py",
    "tests/commands/test_parse_cluster.py",
)
"""The tests of what uses packages: Typer, rich, charts, fetching, folders, and the extras."""


@pytest.mark.long
def test_the_lowest_versions_are_enough(tmp_path: Path) -> None:
    """uv installs them into a new environment; the tests there need no network."""
    venv.create(tmp_path / "venv", with_pip=True)
    programs = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    python = programs / "python"
    if (
        shutil.which("uv") is None
        and subprocess.run([python, "-m", "pip", "install", "-q", "uv"], check=False).returncode
    ):
        pytest.skip("uv can't be installed here")
    uv = shutil.which("uv") or str(programs / "uv")
    lowest = [uv, "pip", "install", "--quiet", "--python", str(python), "--resolution", "lowest-direct"]
    # Not where the project is: what is built there stays.
    shutil.copytree(ROOT, tmp_path / "project", ignore=shutil.ignore_patterns(".git", ".venv", "dist", "__pycache__"))
    installed = subprocess.run(
        [*lowest, "-e", ".[test,crawl,cluster]"], cwd=tmp_path / "project", capture_output=True, text=True, check=False
    )
    if "Failed to fetch" in installed.stderr:
        pytest.skip("there is no package index")
    assert installed.returncode == 0, installed.stderr
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'tests'}", *SOME],
        cwd=tmp_path / "project",
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:]
