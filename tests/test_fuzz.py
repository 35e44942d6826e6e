"""A short run of the fuzzer: seeds, earlier failures, and some hundred changes of both; `fuzz/run.py` runs longer."""

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


def test_every_earlier_failure_belongs_to_a_target() -> None:
    """`data/found` has only folders of targets."""
    assert KEPT
    assert {path.parent.name for path in KEPT} <= {*TARGETS}
    assert {path.parent for path in KEPT} == {*FOUND.iterdir()}


@pytest.mark.parametrize("path", KEPT, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_earlier_failures(path: Path) -> None:
    """Inputs that once broke a promise."""
    attempt(path.parent.name, path.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_seeds(target: str) -> None:
    """Valid inputs."""
    for seed in seeds(target):
        attempt(target, seed)


@pytest.mark.parametrize("target", TARGETS)
def test_changed(target: str) -> None:
    """Seeds and earlier failures with random changes."""
    rng = random.Random(target)
    inputs = seeds(target) + [path.read_bytes() for path in KEPT if path.parent.name == target]
    for _ in range(200 if target in SLOW else 1000):
        attempt(target, mutated(rng.choice(inputs), target, rng))


@pytest.mark.long
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not installed")
@pytest.mark.parametrize("target", TARGETS)
def test_the_driver(target: str, tmp_path: Path) -> None:
    """Half a minute of CPU time for each target, without a failure."""
    driver = Path(__file__).parent / "fuzz" / "run.py"
    done = subprocess.run(
        [sys.executable, str(driver), target, "--cpu-minutes", "0.5", "--folder", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.rpartition(", ")[2]) == (0, "0 failures\n"), done.stdout
