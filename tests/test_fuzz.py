"""Fuzzing in short: seeds, what was found before, and some hundred changes of both. `fuzz/run.py` goes on for long."""

import importlib.util
import random
import subprocess
import sys
from pathlib import Path

import pytest
from fuzz.seeds import mutated, seeds
from fuzz.targets import TARGETS, attempt

FOUND = Path(__file__).parent / "data" / "found"
KEPT = sorted(FOUND.glob("*/*"))
SLOW = ("ticker", "timesca", "cli")


def test_what_was_found_belongs_to_a_target() -> None:
    """A folder for each target that ever failed, and nothing that is tried by none."""
    assert KEPT
    assert {path.parent.name for path in KEPT} <= {*TARGETS}
    assert {path.parent for path in KEPT} == {*FOUND.iterdir()}


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_was_found_before(path: Path) -> None:
    """Inputs that broke a promise once."""
    attempt(path.parent.name, path.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_seeds(target: str) -> None:
    """Inputs of the right form."""
    for seed in seeds(target):
        attempt(target, seed)


@pytest.mark.parametrize("target", TARGETS)
def test_changed(target: str) -> None:
    """The same, with changes that take no notice of the form."""
    rng = random.Random(target)
    inputs = seeds(target) + [path.read_bytes() for path in KEPT if path.parent.name == target]
    for _ in range(200 if target in SLOW else 1000):
        attempt(target, mutated(rng.choice(inputs), target, rng))


@pytest.mark.long
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not installed")
@pytest.mark.parametrize("target", TARGETS)
def test_the_driver(target: str, tmp_path: Path) -> None:
    """Half a minute of the processor's time for each target, and nothing is found."""
    driver = Path(__file__).parent / "fuzz" / "run.py"
    done = subprocess.run(
        [sys.executable, str(driver), target, "--cpu-minutes", "0.5", "--folder", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.rpartition(", ")[2]) == (0, "0 failures\n"), done.stdout
